"""What a scenario decides, in words: what was changed from its base, rounds as a planner would say them, what the text asks beyond it."""

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from simlib.facts import load_facts
from simlib.facts.schema import FRACTION, RATE
from simlib.runs import Result, Run
from simlib.scenario import bundled_scenarios, load_scenario
from simlib.store import record
from simlib.words import TERMS, Words, noop

PLACES: Final[Mapping[str, str]] = {
    "levers.horizon": noop("first and last year"),
    "levers.provincial_income": noop("growth of the province's rural income"),
    "levers.governing_line": noop("governing line"),
    "levers.register_income": noop("income that exits are judged by"),
    "levers.identification": noop("the register"),
    "levers.allocation": noop("plan"),
    "levers.exit_requires": noop("what an exit asks for beside income"),
    "levers.village": noop("projects of villages"),
    "levers.entitled.social_security": noop("social security"),
    "levers.entitled.dibao": noop("dibao"),
    "levers.staff": noop("resident cadres"),
    "uncertainties.parameters": noop("parameters that each draw takes anew"),
    "uncertainties.shocks": noop("shocks"),
    "reporting": noop("reporting"),
}
"""Where a change stands: the longest of these that its path begins with."""
KEYS: Final[Mapping[str, str]] = {
    "paid": noop("share that is paid"),
    "delay_years": noop("years too late"),
    "factor": noop("times the promised sum"),
    "rule": noop("rule of sharing out"),
    "yuan_per_person": noop("yuan a person and year"),
    "yuan_per_village": noop("yuan a village and year"),
    "yuan": noop("sum in yuan"),
    "year": noop("year"),
    "mode": noop("how it comes about"),
    "plan": noop("file of the plan"),
    "retention_years": noop("years that help goes on after an exit"),
    "recheck": noop("checked again"),
    "local_jobs_share": noop("share of project money paid as day wages"),
    "money_share": noop("share of the fund's yearly money"),
    "enrolment": noop("enrolment"),
    "school": noop("help for pupils"),
    "medical": noop("medical care"),
    "pension_contributions": noop("pension contributions"),
    "cadres_per_village": noop("cadres a village"),
    "province": noop("of the province"),
    "prefecture": noop("of the prefecture"),
    "village": noop("of the village"),
    "household": noop("of the household"),
    "tolerance": noop("share that must reach the line"),
    "confidence": noop("chance that is asked for"),
    "by": noop("groups"),
    "order": noop("order of service"),
    "who": noop("for whom"),
    "measures": noop("measures"),
    "reach": noop("how far it goes"),
    "share": noop("share of those it could serve"),
    "number": noop("households a village and year"),
    "money": noop("yuan a village and year"),
    "funds": noop("paid from"),
    "capital_worker": noop("capital of a worker, yuan"),
    "cost": noop("cost of a household, yuan"),
    "pay": noop("pay, yuan a year"),
    "capital_pc": noop("capital of a person, yuan"),
    "contract": noop("cost of a contract, yuan"),
    "loan": noop("loan, yuan"),
    "grant": noop("grant, yuan"),
    "yearly": noop("yuan a village and year"),
    "set_up": noop("cost of setting up, yuan"),
}
"""What a key of a scenario file is called."""
VALUES: Final[Mapping[str, str]] = {
    "observed": noop("as published"),
    "planned": noop("as planned"),
    "simulated": noop("what households really have"),
    "reported": noop("as the province's table counts"),
    "registered": noop("those registered"),
    "coverage": noop("all that are eligible, up to the year's coverage"),
    "income_gap": noop("by income gaps"),
    "equal": noop("equally"),
    "all": noop("all"),
}
"""What a word of a scenario file is called."""
KINDS: Final = ("fund", "measure", "line", "order", "mode", "who", "guarantee", "payer", "level", "distribution")
SHARES: Final = frozenset(
    {"paid", "money_share", "local_jobs_share", "tolerance", "confidence", "share", "province", "guangzhou", "home_city"}
)
BARE: Final = frozenset({"year", "horizon"})


class Changed(NamedTuple):
    """One thing that a scenario does otherwise than its base, in words."""

    what: str
    before: str
    now: str


def base_title(name: str | None, words: Words) -> str | None:
    """What the base of a scenario is called: the title of a bundled one, the name of a user's own; None without a base."""
    return _bundled_title(name, words.language) if name is not None and name in bundled_scenarios() else name


@cache
def _bundled_title(name: str, language: str) -> str:
    """The title of a scenario that comes with simlib, read once."""
    return str(getattr(load_scenario(name).title, language))


def record_of(result: Result) -> dict[str, Any]:
    """How a result was made (`store.record`), whether it is at hand or stored."""
    stored: dict[str, Any] | None = getattr(result, "record", None)
    if stored is not None:
        return stored
    if not isinstance(result, Run):
        raise TypeError(f"a result is a Run or a stored one, not {type(result).__name__}")
    return record(result)


def changes_in_words(changes: Iterable[Mapping[str, Any]], words: Words) -> list[Changed]:
    """What was changed from the base (`record["changed_from_base"]`), one row a change; a fact and its range are one."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for change in changes:
        path = change["path"]
        fact, field = path.rsplit(".", 1) if path.startswith("facts.") else (path, "value")
        found.setdefault(fact, {})[field] = change
    return [_changed(path, parts, words) for path, parts in found.items()]


def _changed(path: str, parts: Mapping[str, Mapping[str, Any]], words: Words) -> Changed:
    """One change; of a fact its value and, in brackets, its range, as far as they are others."""
    before, now = ({field: change[side] for field, change in parts.items()} for side in ("base_value", "value"))
    told = _fact if path.startswith("facts.") else _alone
    return Changed(place_in_words(path, words), told(path, before, words), told(path, now, words))


def _alone(path: str, sides: Mapping[str, Any], words: Words) -> str:
    return _value(path, sides["value"], words)


def _fact(path: str, sides: Mapping[str, Any], words: Words) -> str:
    """A fact's number with its range: 30% (15% to 45%)."""
    low, high, value = (None if sides.get(name) is None else _value(path, sides[name], words) for name in ("low", "high", "value"))
    ends = low or high
    span = words("{low} to {high}", low=low or "…", high=high or "…") if ends else None
    if value is None:
        return span or words["distribution.fixed"]
    return words("{value} ({details})", value=value, details=span) if span else value


def place_in_words(path: str, words: Words) -> str:
    """What a dotted path of a scenario is called."""
    first, *rest = path.split(".")
    if first == "facts":
        return _fact_label(rest[0], words)
    if path.startswith("levers.funds."):
        return " · ".join((words.label(f"fund.{rest[1]}"), *(_key(step, words) for step in rest[2:])))
    if path.startswith("levers.rounds["):
        number, _, inner = path.removeprefix("levers.rounds[").partition("]")
        steps = [step for step in inner.split(".") if step and not (step == "measures" and inner != ".measures")]
        return " · ".join((words("round {number}", number=int(number) + 1), *(_key(step, words) for step in steps)))
    known = max((place for place in PLACES if path == place or path.startswith(f"{place}.")), key=len, default="")
    steps = path.removeprefix(known).strip(".").split(".")
    return " · ".join((*([words(PLACES[known])] if known else ()), *(_key(step, words) for step in steps if step)))


def _fact_label(key: str, words: Words) -> str:
    facts = load_facts()
    return str(getattr(facts.fact(key).label, words.language)) if key in facts else key


def _key(step: str, words: Words) -> str:
    """What a key is called: a key of ours, a payer, a measure, or itself."""
    for code in (f"payer.{step}", f"measure.{step}"):
        if step not in KEYS and code in TERMS:
            return words[code]
    return words(KEYS[step]) if step in KEYS else step


def _value(path: str, value: Any, words: Words) -> str:
    """A value of a scenario in words: a number in its unit, a word by its label, a list, a round as a sentence."""
    key = path.rpartition(".")[2].partition("[")[0]
    match value:
        case None:
            return words("none")
        case bool():
            return words("yes") if value else words("no")
        case int() | float():
            return _number(path, key, float(value), words)
        case str():
            return _word(key, value, words)
        case {"measures": _, "order": _, **_rest}:
            return round_in_words(value, words)
        case Mapping():
            return words("; ").join(
                f"{_key(str(name), words)}{words(': ')}{_value(f'{path}.{name}', one, words)}" for name, one in value.items()
            )
        case _:
            return words.joined(_value(path, one, words) for one in value) or words("none")


def _number(path: str, key: str, value: float, words: Words) -> str:
    if path.startswith("facts."):
        facts, name = load_facts(), path.split(".")[1]
        unit = facts.fact(name).unit if name in facts else ""
        return _percent(value, words) if unit in FRACTION | RATE else _plain(value, words)
    if key in BARE:
        return f"{value:.0f}"
    return _percent(value, words) if key in SHARES else _plain(value, words)


def _percent(value: float, words: Words) -> str:
    return words.percent(value, 0 if round(100 * value, 6).is_integer() else 1)


def _plain(value: float, words: Words) -> str:
    digits = next((places for places in range(6) if math.isclose(round(value, places), value, rel_tol=1e-9)), 6)
    return words.number(value, digits)


def _word(key: str, value: str, words: Words) -> str:
    """A word of a scenario file: by the kind that its key names, by our own labels, or itself (a file's name)."""
    kinds = {"funds": "fund", "governing_line": "line", "exit_requires": "guarantee", "by": "level"}
    if (code := f"{kinds.get(key, key)}.{value}") in TERMS:
        return words[code]
    if value in VALUES:
        return words(VALUES[value])
    return next((words[f"{kind}.{value}"] for kind in KINDS if f"{kind}.{value}" in TERMS), value)


def round_in_words(content: Mapping[str, Any], words: Words) -> str:
    """One round as a sentence: who, in which order, which measures with their money and funds, how far it goes."""
    parts = [words[f"who.{content.get('who', 'all')}"], words[f"order.{content['order']}"]]
    parts += [_measure(name, lever, words) for name, lever in content["measures"].items()]
    reach = content.get("reach") or {}
    parts += [f"{_key(name, words)}{words(': ')}{_value(name, number, words)}" for name, number in reach.items() if number is not None]
    return words("; ").join(parts)


def _measure(name: str, lever: Mapping[str, Any], words: Words) -> str:
    """A measure of a round, its money and its funds in brackets."""
    told = [_value(f".{key}", value, words) for key, value in lever.items() if key == "funds"]
    money = [f"{words(KEYS[key])} {_plain(float(value), words)}" for key, value in lever.items() if key in KEYS and key != "funds"]
    return words("{value} ({details})", value=words[f"measure.{name}"], details=words("; ").join([*money, *told]))


def not_modelled_in_words(result: Result, words: Words) -> list[str]:
    """What the text orders and a scenario does not compute, each with its reason."""
    lines = (" ".join(text.split()) for text in result.scenario.not_modelled.values())
    return [words(line) for line in lines]

"""The sheets of parameters and of the record: what every number rests on, and what makes the result again."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from simlib.facts import Fact
from simlib.facts.usage import cite, used_by
from simlib.reports.workbook.material import Material
from simlib.reports.workbook.tables import Column
from simlib.words import noop

ELSEWHERE: Final = frozenset({"backtest", "monitoring", "reports", "cli", "dashboard", "expected"})
"""Parts that read facts and have no hand in a run."""
MAKING: Final = "registry"
"""The part whose facts make a synthetic register."""
EXACT: Final = 2**53
"""Whole numbers beyond it lose digits in a cell."""
LABELS: Final[Mapping[str, str]] = {
    "scenario.name": noop("scenario"),
    "scenario.hash": noop("hash of the scenario"),
    "facts": noop("hash of the facts"),
    "registry.hash": noop("hash of the register"),
    "registry.synthetic": noop("synthetic register"),
    "registry.origin": noop("where the register came from"),
    "registry.recipe.people": noop("made for people"),
    "registry.recipe.villages": noop("made for poor villages"),
    "registry.recipe.seed": noop("seed of the register"),
    "registry.households": noop("households"),
    "registry.people": noop("people"),
    "registry.villages": noop("poor villages"),
    "seed": noop("seed"),
    "draws": noop("draws"),
    "key": noop("key of the run"),
    "package": noop("hash of the program"),
    "compiled": noop("hash of the compiled rules"),
    "processor": noop("processor"),
    "assessed_on": noop("processor of the assessment"),
    "versions.simlib": noop("version of simlib"),
    "cost.total": noop("spent of all funds, yuan"),
    "cost.staff": noop("resident cadres, yuan"),
    "cost.yuan_per_exit": noop("for each person out of the register, yuan"),
    "cost.yuan_per_exit_without_staff": noop("the same without cadres, yuan"),
    "cost.credit_lent": noop("lent by banks, yuan"),
    "cost.reserve_charged": noop("charged to the reserve, yuan"),
}
LEFT_OUT: Final = frozenset({"files", "record", "changed_from_base", "schema"})
"""Of the record: what a run at hand has not, and what stands on the first sheet."""


# ---- parameters


def facts_used(made: Material) -> list[Fact]:
    """The facts that a run of this scenario uses: those that its rules read; those that make a register where it is a synthetic one."""
    wanted = [key for key in made.facts if _purpose(made, key) is not None]
    return [made.facts.fact(key) for key in wanted]


def _purpose(made: Material, key: str) -> str | None:
    """What a fact is used for: `run`, `register`, or nothing here."""
    parts = {module.split(".")[1] for module in used_by(key)} - ELSEWHERE
    if parts - {MAKING} or made.facts.fact(key) != made.base_facts.fact(key):
        return "run"
    return "register" if parts and made.register["synthetic"] else None


def parameters_sheet(made: Material) -> None:
    """参数: every fact that was used, with range, unit, source or the reason why it is assumed, and what the scenario changed."""
    words, facts = made.words, facts_used(made)
    changed = [_changed(made, fact) for fact in facts]
    uses = {"run": words("projection"), "register": words("making of the synthetic register")}
    columns = [
        Column("label", words("parameter"), [getattr(fact.label, words.language) for fact in facts], "text", width=36, wrap=True),
        Column("value", words("value"), [fact.value for fact in facts], "small", forms=[_form(fact) for fact in facts], width=13),
        Column("low", words("lowest"), [fact.low for fact in facts], "small", forms=[_form(fact) for fact in facts], width=11),
        Column("high", words("highest"), [fact.high for fact in facts], "small", forms=[_form(fact) for fact in facts], width=11),
        Column("unit", words("unit"), [words[f"unit.{fact.unit}"] for fact in facts], "text", width=16, wrap=True),
        Column(
            "distribution",
            words("how it is drawn"),
            [words[f"distribution.{fact.distribution}"] for fact in facts],
            "text",
            width=15,
            wrap=True,
        ),
        Column("year", words("year"), [fact.year for fact in facts], "plain", width=11),
        Column("basis", words("basis"), [_basis(made, fact) for fact in facts], "text", width=9),
        Column(
            "source", words("source, clause, or why it is assumed"), [_source(made, fact) for fact in facts], "text", width=60, wrap=True
        ),
        Column("changed", words("changed by the scenario"), changed, "text", width=22, wrap=True),
        Column("use", words("used for"), [uses[str(_purpose(made, fact.key))] for fact in facts], "text", width=14, wrap=True),
        Column("key", words("key"), [fact.key for fact in facts], "text", width=26, wrap=True),
    ]
    note = words(
        "Every number that this run rests on. Shares are shown in per cent. “Assumed” means that no source at hand prints it: the sentence "
        "says why it is so."
    )
    leaf = made.open(words("Parameters"), [column.wide for column in columns], words("Parameters and their sources"), note)
    if made.facts.hash != made.record["facts"]:
        leaf.say(
            words("The facts in use now are not those of this run: run its scenario again before you rely on this sheet."),
            made.look.warning,
        )
    placed = leaf.table(columns, frozen=1)
    for name, word, kind in (("basis", words("assumed"), "open"), ("changed", None, "open")):
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'} if word else {"type": "no_blanks"}
        place = placed.places[name]
        leaf.sheet.conditional_format(placed.first, place, placed.last, place, rule | {"format": made.look.tint(kind)})


def _form(fact: Fact) -> str:
    """How a fact's numbers are shown: shares in per cent, calendar years bare, yuan with thousands."""
    if fact.unit in ("share", "per_year", "relative"):
        return "fine"
    if fact.unit == "year":
        return "year"
    numbers = [one for one in (fact.value, fact.low, fact.high) if one is not None]
    return "count" if all(float(one).is_integer() for one in numbers) else "small"


def _basis(made: Material, fact: Fact) -> str:
    words = made.words
    if fact.clause is not None:
        return words("clause")
    return words("assumed") if fact.source is None else words("source")


def _source(made: Material, fact: Fact) -> str:
    """The publication, the clause, or why a number is assumed; of one that the scenario sets, the scenario's own reason."""
    words = made.words
    if fact != made.base_facts.fact(fact.key):
        override = made.scenario.facts.get(fact.key)
        reason = override.reason if override else None
        return words("Set by the scenario: {reason}", reason=reason) if reason else words("Set by the scenario.")
    sentence = " ".join((fact.assumed or "").split())
    return fact.clause or cite(fact.source) or words(sentence)


def _changed(made: Material, fact: Fact) -> str | None:
    """What a changed fact was before; None for one that the scenario leaves as it is."""
    words, before = made.words, made.base_facts.fact(fact.key)
    if before == fact:
        return None
    numbers = [f"{one:g}" for one in (before.value, before.low, before.high) if one is not None]
    return words("yes; before: {numbers}", numbers=words.joined(numbers))


# ---- record


def record_sheet(made: Material) -> None:
    """记录: what makes the same result again, and what it was made with."""
    words = made.words
    leaf = made.open(
        words("Record"),
        [36.0, 80.0, 34.0],
        words("Record"),
        words("Whoever has the same scenario, register, seed and version gets the same numbers; simlib verify checks it."),
    )
    rows = list(_flat("", {key: value for key, value in made.record.items() if key not in LEFT_OUT}))
    columns = [
        Column("item", words("item"), [words(LABELS[path]) if path in LABELS else path.rpartition(".")[2] for path, _ in rows], "text"),
        Column("value", words("value"), [_shown(made, value) for _, value in rows], "plain"),
        Column("path", words("in record.json"), [path for path, _ in rows], "text"),
    ]
    leaf.table(columns, frozen=1)


def _flat(path: str, content: Any) -> Iterator[tuple[str, Any]]:
    """Leaves of nested mappings with their dotted path."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _flat(f"{path}.{key}" if path else str(key), value)
    else:
        yield path, content


def _shown(made: Material, value: Any) -> Any:
    """A value of the record in a cell: whole where digits would be lost, flags in words."""
    if isinstance(value, bool):
        return made.words("yes") if value else made.words("no")
    return str(value) if isinstance(value, int) and abs(value) > EXACT else value

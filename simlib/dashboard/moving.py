"""What moving levers writes: only what was moved, on the scenario that stands under it.

A number that is a fact is held within the fact's own range, and one without a range gets a reason, as scenario files want it.
"""

from typing import Any, Final

from simlib.dashboard.levers import ORDER, OWN, PATH, RATE, Value, Values, values_of
from simlib.facts import Facts
from simlib.facts.lines import BASE_YEAR
from simlib.scenario import Scenario
from simlib.scenario.values import merge

REASON: Final = "规划页面上设定 / set on the planner's page"
"""Of a number outside its fact's range, or of a fact without one."""


def with_moved(said: Values, moved: Values, key: str, value: Value) -> dict[str, Value]:
    """What is moved once this lever is moved too; what stands where the scenario has it (`said`) is not.

    A rate of one's own is moved by choosing it: the path becomes one's own; another path lets the rate go.
    """
    every = {**moved, key: value}
    if key == RATE:
        every[PATH] = OWN
    if key == PATH and value != OWN:
        every.pop(RATE, None)
    return {name: one for name, one in every.items() if said.get(name) != one}


def patch(scenario: Scenario, moved: Values, facts: Facts, *, exact: bool = False) -> dict[str, Any]:
    """What a scenario file on this base says when some levers were moved to other values: that, and nothing else.

    `exact`: facts that were moved are held at their value in every draw, instead of drawn around it within their range.
    """
    said = values_of(scenario, facts)
    moved = {key: value for key, value in moved.items() if key in said and value != said[key]}
    parts = [*(_plain(key, value) for key, value in moved.items() if _is_plain(key)), _incomes(scenario, said, moved, facts)]
    parts += [_facts(scenario, moved, facts, exact=exact), _rounds(scenario, moved)]
    written: dict[str, Any] = {}
    for part in parts:
        written = merge(written, part)
    return written


def _is_plain(key: str) -> bool:
    return not key.startswith(("facts.", "levers.rounds.", "levers.provincial_income"))


def _plain(key: str, value: Value) -> dict[str, Any]:
    """One value at its place."""
    written: Any = int(value) if key.endswith(("delay_years", ".year")) else value
    for step in reversed(key.split(".")):
        written = {step: written}
    return dict(written)


def _facts(scenario: Scenario, moved: Values, facts: Facts, *, exact: bool) -> dict[str, Any]:
    """Facts that were moved, with the reason that a fact without a range wants."""
    own = scenario.resolve_facts(facts)
    keys = {key.split(".")[1]: float(value) for key, value in moved.items() if key.startswith("facts.")}
    held = {key for key, one in scenario.facts.items() if one.low is not None and one.low == one.high}
    written = {key: _override(own.fact(key).low is not None, value, exact=exact, held=key in held) for key, value in keys.items()}
    return {"facts": written} if written else {}


def _override(has_range: bool, value: float, *, exact: bool, held: bool) -> dict[str, Any]:
    """`held`: the scenario has the number without a range; so it is where it is moved to."""
    bounds = {"low": value, "high": value} if held or (exact and has_range) else {}
    return {"value": value, **bounds, **({} if has_range or held else {"reason": REASON})}


def _incomes(scenario: Scenario, said: Values, moved: Values, facts: Facts) -> dict[str, Any]:
    """The province's income, where its path or the own rate of growth was moved."""
    chosen = moved.get(PATH, OWN if RATE in moved else said[PATH])
    if chosen != OWN:
        return {"levers": {"provincial_income": chosen}} if PATH in moved else {}
    if PATH not in moved and RATE not in moved:
        return {}
    growth, base = float(moved.get(RATE, said[RATE])), facts[f"provincial_income_{BASE_YEAR}"]
    first, last = scenario.levers.horizon
    return {"levers": {"provincial_income": {year: round(base * (1 + growth) ** (year - BASE_YEAR), 2) for year in range(first, last + 1)}}}


def _rounds(scenario: Scenario, moved: Values) -> dict[str, Any]:
    """The rounds, whole, where an order or a reach was moved: a list is one value."""
    order = str(moved.get(ORDER, ""))
    shares = {int(key.split(".")[2]): float(value) for key, value in moved.items() if key.endswith(".reach.share")}
    if not order and not shares:
        return {}
    rounds = [dict(one) for one in scenario.resolved()["levers"]["rounds"]]
    for place, one in enumerate(rounds):
        one |= {"order": order} if order and one["order"] != "equal_shares" else {}
        one |= {"reach": {"share": shares[place]}} if place in shares else {}
    return {"levers": {"rounds": rounds}}

"""A year can be restarted: three years in one go are one and then two, bit for bit."""

from typing import Any

import numpy as np
import pytest

from simlib.engine.fixed import fixed_plan
from simlib.engine.project import Projection, State, project_whole
from simlib.facts import load_facts
from simlib.scenario import Scenario, load_scenario
from tests.engine.small import any_register, draws_of, packed_with, scenario_with

POSTS_AND_REACH: list[dict[str, Any]] = [
    {"order": "random", "reach": {"number": 4}, "measures": {"public_post": {"funds": ["household"]}}},
    {
        "order": "poorest_first",
        "reach": {"share": 0.4},
        "measures": {"training": {"funds": ["household"]}, "industry": {"funds": ["guidance"]}},
    },
]
BY_YEAR = ("totals", "cells", "incomes", "ledger", "spending", "served")
BY_PLACE = ("villages", "share_bins", "mean_bins", "households")


def scenarios() -> dict[str, tuple[Scenario, bool]]:
    """A scenario, and whether its fixed plan is carried out."""
    return {
        "baseline": (load_scenario("baseline"), False),
        "full package": (load_scenario("full_package"), False),
        "posts and reaches": (scenario_with(load_facts(), {"rounds": POSTS_AND_REACH, "horizon": [2016, 2020]}), False),
        "a plan": (load_scenario("full_package"), True),
    }


def stitched(parts: list[Projection], name: str) -> np.ndarray[Any, Any]:
    return np.concatenate([getattr(part, name) for part in parts], axis=1)


@pytest.mark.parametrize("name", list(scenarios()))
@pytest.mark.parametrize("cuts", [(1,), (2,), (1, 2)])
def test_a_restart_changes_nothing(name: str, cuts: tuple[int, ...]) -> None:
    scenario, planned = scenarios()[name]
    registry = any_register(11, households=20)
    packed = packed_with(registry, scenario)
    if planned:
        packed = packed_with(registry, scenario, plan=fixed_plan(packed))
    table = draws_of(packed, 6)
    whole = project_whole(packed, table)
    assert whole.served.any() or name == "baseline"
    parts: list[Projection] = []
    for first, last in zip((0, *cuts), (*cuts, len(packed.years)), strict=True):
        start = parts[-1].state if parts else None
        parts.append(project_whole(packed, table, years=packed.years[first:last], start=start))
    for tally in (*BY_YEAR, *BY_PLACE, "trace", "group_ledger"):
        assert np.array_equal(stitched(parts, tally), getattr(whole, tally)), tally
    assert whole.state is not None
    assert parts[-1].state is not None
    for field in State._fields:
        assert np.array_equal(getattr(parts[-1].state, field), getattr(whole.state, field)), field


def test_a_state_is_not_changed_by_going_on_from_it() -> None:
    packed = packed_with(any_register(12), load_scenario("full_package"))
    table = draws_of(packed, 3)
    first = project_whole(packed, table, years=(2016,))
    assert first.state is not None
    kept = [array.copy() for array in first.state._asdict().values()]
    once = project_whole(packed, table, years=(2017, 2018), start=first.state)
    again = project_whole(packed, table, years=(2017, 2018), start=first.state)
    assert all(np.array_equal(seen, wanted) for seen, wanted in zip(first.state._asdict().values(), kept, strict=True))
    assert np.array_equal(once.cells, again.cells)

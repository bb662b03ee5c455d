"""How much memory a projection takes, reckoned from shapes, is what its arrays take."""

from typing import Any

import numpy as np
import pytest

from simlib.engine.blocks import by_lane, bytes_for, memory_for
from simlib.engine.draws import draw_table
from simlib.engine.pack import Packed
from simlib.engine.project import project
from simlib.runs import prepare
from simlib.scenario import load_scenario
from tests.small import small_register

KEPT = ("totals", "cells", "incomes", "ledger", "spending", "served", "villages", "share_bins", "mean_bins", "households")


@pytest.fixture(scope="module")
def packed() -> Packed:
    return prepare(small_register(), load_scenario("full_package")).packed


@pytest.mark.parametrize("households", [True, False])
@pytest.mark.parametrize(("draws", "workers"), [(1, 1), (70, 3)])
def test_bytes_are_those_of_the_arrays(packed: Packed, draws: int, workers: int, households: bool) -> None:
    years = len(packed.years)
    thread: list[np.ndarray[Any, Any]] = [*memory_for(packed, years), *by_lane(packed, years).values()]
    made = project(packed, draw_table(packed.facts, packed.scenario, draws, 1), households=households)
    kept = sum(np.asarray(getattr(made, name)).nbytes for name in KEPT)
    assert bytes_for(packed, draws, workers, households=households) == kept + workers * sum(array.nbytes for array in thread)


def test_reckoning_makes_no_large_array(packed: Packed) -> None:
    assert bytes_for(packed, 2**31, 1) - bytes_for(packed, 0, 1) == 2**31 * (bytes_for(packed, 1, 1) - bytes_for(packed, 0, 1))

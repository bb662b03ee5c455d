"""Projection: how work is cut and handed to threads."""

from itertools import pairwise

import numpy as np
import pytest

from simlib.engine import project as projecting
from simlib.engine.project import blocks, compile_kernel, lanes_for, parts, project
from simlib.engine.state import FULL_LANES, VECTOR
from simlib.scenario import load_scenario
from tests.engine.small import any_register, draws_of, packed_with


@pytest.mark.parametrize(("draws", "lanes"), [(1, 8), (8, 8), (9, 16), (200, 200), (256, 256), (257, 256), (10_000, 256)])
def test_lanes_are_whole_vectors_and_no_more_than_are_needed(draws: int, lanes: int) -> None:
    assert lanes_for(draws) == lanes
    assert lanes % VECTOR == 0
    assert lanes <= FULL_LANES


@pytest.mark.parametrize("size", [1, 7, 20, 1000])
def test_parts_are_runs_of_villages_in_order(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projecting, "PART_HOUSEHOLDS", size)
    packed = packed_with(any_register(51, households=50, villages=9), load_scenario("baseline"))
    cuts = parts(packed)
    assert cuts[0][0] == 0
    assert cuts[-1][1] == 9
    assert all(one[1] == other[0] for one, other in pairwise(cuts))
    ends = packed.groups.end[packed.groups.last - 1]
    starts = packed.groups.start[packed.groups.first]
    assert all(ends[last - 1] - starts[first] >= size for first, last in cuts[:-1])


def test_blocks_cover_every_household_in_every_draw_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projecting, "PART_HOUSEHOLDS", 9)
    packed = packed_with(any_register(52, households=40, villages=7), load_scenario("baseline"))
    seen = np.zeros((40, 23), dtype=int)
    for block in blocks(packed, 23, 8):
        seen[block.first_row : block.last_row, block.first_draw : block.last_draw] += 1
        assert block.last_row == packed.groups.end[packed.groups.last[block.last_village - 1] - 1]
    assert (seen == 1).all()


@pytest.mark.parametrize("workers", [1, 3])
def test_what_goes_wrong_in_a_block_is_not_swallowed(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projecting, "PART_HOUSEHOLDS", 5)
    packed = packed_with(any_register(53, households=40, villages=7), load_scenario("baseline"))

    def fail(*_: object, **__: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(projecting, "run_block", fail)
    with pytest.raises(MemoryError, match="no room"):
        project(packed, draws_of(packed, 20), workers=workers, lanes=8)


def test_compiling_runs_over_no_village() -> None:
    packed = packed_with(any_register(54), load_scenario("full_package"))
    before = packed.groups.quota.copy()
    assert compile_kernel(packed) >= 0
    assert np.array_equal(packed.groups.quota, before)

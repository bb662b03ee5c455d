"""Projection: how work is cut and handed to threads."""

from itertools import pairwise

import numpy as np
import pytest

from simlib.engine import blocks, feed
from simlib.engine.arrays import Memory, Out
from simlib.engine.blocks import Future, Part, parts, ranges
from simlib.engine.pack import Packed
from simlib.engine.project import compile_kernel, project
from simlib.scenario import load_scenario
from tests.engine.small import any_register, draws_of, packed_with


@pytest.mark.parametrize(
    ("draws", "width", "expected"),
    [(1, 64, [(0, 1)]), (64, 64, [(0, 64)]), (65, 64, [(0, 64), (64, 65)]), (5, 2, [(0, 2), (2, 4), (4, 5)]), (0, 64, [])],
)
def test_ranges_of_draws_are_full_but_for_the_last(draws: int, width: int, expected: list[tuple[int, int]]) -> None:
    assert list(ranges(draws, width)) == expected


@pytest.mark.parametrize("size", [1, 7, 20, 1000])
def test_parts_are_runs_of_villages_in_order(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", size)
    packed = packed_with(any_register(51, households=50, villages=9), load_scenario("baseline"))
    cuts = parts(packed)
    assert (cuts[0].first_village, cuts[0].first_row) == (0, 0)
    assert (cuts[-1].last_village, cuts[-1].last_row) == (9, 50)
    assert all((one.last_village, one.last_row) == (other.first_village, other.first_row) for one, other in pairwise(cuts))
    ends = packed.groups.end[packed.groups.last - 1]
    starts = packed.groups.start[packed.groups.first]
    for part in cuts:
        assert (part.first_row, part.last_row) == (starts[part.first_village], ends[part.last_village - 1])
    assert all(part.last_row - part.first_row >= size for part in cuts[:-1])


def test_blocks_cover_every_household_in_every_draw_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", 9)
    packed = packed_with(any_register(52, households=40, villages=7), load_scenario("baseline"))
    seen = np.zeros((40, 23), dtype=int)

    def mark(packed: Packed, future: Future, part: Part, memory: Memory, out: Out) -> None:
        seen[part.first_row : part.last_row, future.first_draw : future.last_draw] += 1
        assert part.last_row == packed.groups.end[packed.groups.last[part.last_village - 1] - 1]
        assert future.options.valid == future.last_draw - future.first_draw <= 8

    monkeypatch.setattr(feed, "run_block", mark)
    project(packed, draws_of(packed, 23), width=8)
    assert (seen == 1).all()


@pytest.mark.parametrize("workers", [1, 3])
def test_what_goes_wrong_in_a_block_is_not_swallowed(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", 5)
    packed = packed_with(any_register(53, households=40, villages=7), load_scenario("baseline"))

    def fail(*_: object, **__: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(feed, "run_block", fail)
    with pytest.raises(MemoryError, match="no room"):
        project(packed, draws_of(packed, 20), workers=workers, width=8)


def test_compiling_runs_over_no_village() -> None:
    packed = packed_with(any_register(54), load_scenario("full_package"))
    before = packed.groups.quota.copy()
    assert compile_kernel(packed) >= 0
    assert np.array_equal(packed.groups.quota, before)

"""How a projection is cut: a block is a part of the villages in a range of draws, worked on by one thread, counted in integers."""

from collections.abc import Iterator
from itertools import pairwise
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Groups, Memory, Options, Out
from simlib.engine.choose import BRACKET_ROWS
from simlib.engine.counted import CELL_STATS, INCOME_BINS, SHARE_BINS, STATS, TRACES, HouseholdStat, VillageStat
from simlib.engine.draws import Draws
from simlib.engine.kernel import project_block
from simlib.engine.pack import Packed, stretch
from simlib.engine.rows import LANES, WIDTHS, in_lanes, lanes_for
from simlib.engine.scratch import NOTES
from simlib.engine.scratch import ROWS as U_ROWS
from simlib.engine.serving import N_ROWS
from simlib.engine.slots import World
from simlib.engine.state import FIELDS, PLANNED_FUNDS, STAKES, WORDS, WORKS, Fund, Ledger, Measure
from simlib.engine.world import price_table, world_table
from simlib.funds import ACCOUNTS, PLANNED_ACCOUNTS

PART_HOUSEHOLDS = 4_000  # of a block: small enough that threads end together, large enough that a block's own cost does not show
QUIET = (
    *(World.SD_PERMANENT, World.SD_TRANSITORY, World.SD_BUSINESS),
    *(World.ILLNESS_CHANCE, World.CROP_CHANCE, World.JOB_LOSS_CHANCE),
)
I64 = NDArray[np.int64]


class Part(NamedTuple):
    """A run of villages and their rows, in key order."""

    first_village: int
    last_village: int
    first_row: int
    last_row: int


def parts(packed: Packed) -> list[Part]:
    """Cut the villages into runs of about PART_HOUSEHOLDS rows, in key order."""
    groups = packed.groups
    ends = groups.end[groups.last - 1]
    cuts, begin = [0], 0
    for village, end in enumerate(ends):
        if end - begin >= PART_HOUSEHOLDS:
            cuts.append(village + 1)
            begin = int(end)
    if cuts[-1] != len(ends):
        cuts.append(len(ends))
    rows = [0, *(int(ends[cut - 1]) for cut in cuts[1:])]
    return [Part(*villages, *of) for villages, of in zip(pairwise(cuts), pairwise(rows), strict=True)]


def ranges(draws: int, width: int) -> Iterator[tuple[int, int]]:
    """Ranges of draws, `width` each, the last one shorter."""
    return ((first, min(first + width, draws)) for first in range(0, draws, width))


class Future(NamedTuple):
    """A range of draws as the kernel reads it: what holds for everybody in each, by year and lane."""

    first_draw: int
    last_draw: int
    world: NDArray[np.float64]  # [year, World, LANES]
    prices: NDArray[np.float64]  # [prefecture, year, LANES]
    luck: NDArray[np.uint64]  # [LANES]; the last ones copies that are not counted
    options: Options
    groups: Groups  # with the quotas of the stretch alone
    lanes: int  # whose machine code runs it


def future_of(packed: Packed, draws: Draws, years: tuple[int, ...], first_draw: int, last_draw: int, lanes: int | None = None) -> Future:
    """Look up a range of draws for a stretch of years. `lanes`: of the machine code that runs it (default: the least that takes it)."""
    some = draws.part(first_draw, last_draw)
    world = in_lanes(world_table(packed.facts, packed.scenario, some, years), LANES)
    prices = in_lanes(price_table(packed.facts, packed.scenario, some, years, packed.prefectures), LANES)
    first = years[0] - packed.years[0]
    options = stretch(packed, draws, years)._replace(valid=len(some), quiet=int(not world[:, list(QUIET)].any()))
    groups = packed.groups._replace(quota=np.ascontiguousarray(packed.groups.quota[:, first : first + len(years)]))
    return Future(first_draw, last_draw, world, prices, in_lanes(some.luck, LANES), options, groups, lanes or lanes_for(len(some)))


def run_block(packed: Packed, future: Future, part: Part, memory: Memory, out: Out) -> None:
    """Project a part of the villages in a range of draws: adds to `out`."""
    project_block(
        packed.table,
        future.groups,
        packed.rounds,
        part.first_village,
        part.last_village,
        future.world,
        future.prices,
        future.luck,
        future.options,
        memory,
        out,
        (0,) * WIDTHS.index(future.lanes),
    )


def whole(packed: Packed) -> Part:
    """All villages as one part."""
    return Part(0, len(packed.village_ids), 0, len(packed.household_ids))


def nothing(packed: Packed) -> Part:
    """No village at all: what compiles the kernel and does nothing."""
    return Part(0, 0, 0, 0)


# ---- arrays


def _zeros(*shape: int) -> I64:
    return np.zeros(shape, dtype=np.int64)


def by_lane(packed: Packed, years: int) -> dict[str, I64]:
    """Zeroed tallies by lane of one range of draws, by their names in `Out`."""
    return {
        "totals": _zeros(years, STATS, LANES),
        "cells": _zeros(years, len(packed.cells), CELL_STATS, LANES),
        "incomes": _zeros(years, INCOME_BINS, LANES, 2),
        "ledger": _zeros(years, len(ACCOUNTS), len(Ledger), LANES),
        "spending": _zeros(years, len(Measure), len(Fund), LANES),
        "served": _zeros(years, len(Measure), LANES),
    }


def _place_shapes(packed: Packed, years: int, *, households: bool) -> dict[str, tuple[int, ...]]:
    villages, rows = len(packed.village_ids), len(packed.household_ids) if households else 0
    return {
        "villages": (villages, years, len(VillageStat)),
        "share_bins": (villages, years, SHARE_BINS),
        "mean_bins": (villages, years, INCOME_BINS),
        "households": (rows, years, len(HouseholdStat)),
    }


def by_place(packed: Packed, years: int, *, households: bool = True) -> dict[str, I64]:
    """Zeroed sums over draws of every village and, if they are asked for, of every household, by their names in `Out`."""
    return {name: _zeros(*shape) for name, shape in _place_shapes(packed, years, households=households).items()}


def by_draw(name: str, tally: I64, lanes: int) -> I64:
    """The lanes that count of a tally of `by_lane`, as [draw, year, ...]: a view. Incomes become [draw, year, people | fen, bin]."""
    counted = np.moveaxis(tally[..., :lanes, :], (2, 3), (0, 2)) if name == "incomes" else np.moveaxis(tally[..., :lanes], -1, 0)
    return np.asarray(counted)


def memory_for(packed: Packed, years: int, *, keep: bool = False, noted: bool = False) -> Memory:
    """Working arrays of one thread; `keep` for every row, with a trace of it, else for the largest group."""
    groups, rounds = packed.groups, packed.rounds
    rows, number = len(packed.household_ids), len(groups.start)
    largest = int(np.max(groups.end - groups.start, initial=1))
    kept, slots = rows if keep else largest, len(rounds.measure)
    return Memory(
        s=np.zeros((kept, FIELDS, LANES)),
        f=np.zeros((kept, WORDS, LANES), dtype=np.int32),
        k=np.zeros((kept, STAKES, LANES)),
        balance=_zeros(number, PLANNED_ACCOUNTS, LANES),
        reached=_zeros(number, max(1, len(rounds.order)), LANES),
        works=_zeros(number, WORKS, LANES),
        mask=np.zeros((largest, LANES), dtype=np.int32),
        rank=np.zeros((largest, 1, LANES), dtype=np.int32),
        who=_zeros(largest),
        narrowed=_zeros(largest),
        u=np.zeros((U_ROWS, LANES)),
        notes=np.zeros((NOTES, LANES), dtype=np.int32),
        n=_zeros(N_ROWS, LANES),
        b=np.zeros((BRACKET_ROWS, LANES), dtype=np.int32),
        c=np.zeros((STATS, LANES), dtype=np.int32),
        t=_zeros(years, STATS, LANES),
        spent=_zeros(years, LANES),
        services=_zeros(years, LANES),
        local=np.zeros((years, LANES)),
        trace=np.zeros((rows if keep else 0, years, TRACES, LANES)),
        chosen=_zeros(rows if keep or noted else 0, years),
        noted=_zeros(number if keep or noted else 0, years, slots, PLANNED_FUNDS),
        moves=_zeros(len(ACCOUNTS), len(Ledger), LANES),
        group_trace=_zeros(number if keep else 0, years, len(ACCOUNTS), len(Ledger), LANES),
        nothing=_zeros(0, 0),
    )


def bytes_for(packed: Packed, draws: int, workers: int, *, households: bool = True) -> int:
    """Bytes of all arrays of a projection: tallies of every draw, sums of every place, and what each thread works in.

    Nothing of their size is made for it: what is small is made for one thread and one range of draws, and multiplied.
    """
    years = len(packed.years)
    lanes = sum(tally.nbytes for tally in by_lane(packed, years).values())
    thread = lanes + sum(array.nbytes for array in memory_for(packed, years))
    places = sum(prod(shape) for shape in _place_shapes(packed, years, households=households).values())
    return lanes // LANES * draws + places * np.dtype(np.int64).itemsize + workers * thread

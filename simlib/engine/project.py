"""Projection: a packed register, draws and years in, labelled integer tallies out. The only door out of the engine.

Work is cut into blocks, a part of the villages in a range of draws; each gives integers that are added up, so the result does not depend
on the cut, on the order in which blocks end, or on how many threads ran them.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine import household as hh
from simlib.engine.draws import Draws, draw_table
from simlib.engine.kernel import N_ROWS, project_block
from simlib.engine.pack import Packed, stretch
from simlib.engine.state import (
    FIELDS,
    FULL_LANES,
    INCOME_BINS,
    PLANNED_FUNDS,
    SHARE_BINS,
    VECTOR,
    WORDS,
    Fund,
    HouseholdStat,
    Ledger,
    Measure,
    Memory,
    Out,
    Stat,
    Trace,
    VillageStat,
)
from simlib.engine.world import price_table, world_table
from simlib.funds import ACCOUNTS, PLANNED_ACCOUNTS

PART_HOUSEHOLDS = 12_000  # of a block: small enough that threads end together, large enough that a block's own cost does not show
I64 = NDArray[np.int64]


class State(NamedTuple):
    """Everything a year leaves to the next, for every row and draw: a projection may start from it (engine decision D5)."""

    s: NDArray[np.float64]  # [household, Field, draw]
    f: NDArray[np.int32]  # [household, Word, draw]
    balance: I64  # [group, account, draw]
    reached: I64  # [group, round, draw]


@dataclass(frozen=True)
class Projection:
    """What came out, bare integers with their axes; people and households in units of 1 / packed.weight_unit, money in fen."""

    packed: Packed
    years: tuple[int, ...]
    draws: Draws
    cells: I64  # [draw, year, cell, Stat]
    incomes: I64  # [draw, year, people | fen, bin]
    ledger: I64  # [draw, year, account, Ledger]
    spending: I64  # [draw, year, Measure, Fund]
    served: I64  # [draw, year, Measure]
    villages: I64  # [village, year, VillageStat]
    share_bins: I64  # [village, year, bin]
    mean_bins: I64
    households: I64  # [household, year, HouseholdStat]
    state: State | None = None
    trace: NDArray[np.float64] | None = None  # [household, year, Trace, draw]
    group_ledger: I64 | None = None  # [group, year, account, Ledger, draw]


class Block(NamedTuple):
    """A part of the villages and of their rows, in a range of draws."""

    first_village: int
    last_village: int
    first_row: int
    last_row: int
    first_draw: int
    last_draw: int


def parts(packed: Packed) -> list[tuple[int, int]]:
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
    return list(pairwise(cuts))


def blocks(packed: Packed, draws: int, lanes: int) -> Iterator[Block]:
    """Every block, part by part."""
    groups = packed.groups
    for first, last in parts(packed):
        rows = int(groups.start[groups.first[first]]), int(groups.end[groups.last[last - 1] - 1])
        for draw in range(0, draws, lanes):
            yield Block(first, last, *rows, draw, min(draw + lanes, draws))


def lanes_for(draws: int) -> int:
    """The lane count of a number of draws: whole vectors, as few as they need, 256 lanes at most."""
    return min(FULL_LANES, -(-draws // VECTOR) * VECTOR)


def empty_out(packed: Packed, years: int, lanes: int) -> Out:
    """Zeroed tallies for one block. Villages and households have their full length: a block writes only its own."""
    villages, rows = len(packed.village_ids), len(packed.household_ids)

    def zeros(*shape: int) -> I64:
        return np.zeros(shape, dtype=np.int64)

    return Out(
        cells=zeros(years, len(packed.cells), len(Stat), lanes),
        incomes=zeros(years, 2, INCOME_BINS, lanes),
        ledger=zeros(years, len(ACCOUNTS), len(Ledger), lanes),
        spending=zeros(years, len(Measure), len(Fund), lanes),
        served=zeros(years, len(Measure), lanes),
        villages=zeros(villages, years, len(VillageStat)),
        share_bins=zeros(villages, years, SHARE_BINS),
        mean_bins=zeros(villages, years, INCOME_BINS),
        households=zeros(rows, years, len(HouseholdStat)),
    )


def memory_for(packed: Packed, years: int, lanes: int, *, keep: bool = False, trace: bool = False, frozen: bool = False) -> Memory:
    """Working arrays of one thread; `keep` for every row, else for the largest group."""
    groups, rounds = packed.groups, packed.rounds
    rows, number = len(packed.household_ids), len(groups.start)
    largest = int(np.max(groups.end - groups.start, initial=1))
    kept, slots = rows if keep else largest, len(rounds.measure)
    return Memory(
        s=np.zeros((kept, FIELDS, lanes)),
        f=np.zeros((kept, WORDS, lanes), dtype=np.int32),
        balance=np.zeros((number, PLANNED_ACCOUNTS, lanes), dtype=np.int64),
        reached=np.zeros((number, max(1, len(rounds.order)), lanes), dtype=np.int64),
        mask=np.zeros((largest, lanes), dtype=np.int32),
        rank=np.zeros((largest, lanes), dtype=np.int32),
        u=np.zeros((hh.ROWS, lanes)),
        n=np.zeros((N_ROWS, lanes), dtype=np.int64),
        t=np.zeros((years, len(Stat), lanes), dtype=np.int64),
        spent=np.zeros((years, lanes), dtype=np.int64),
        local=np.zeros((years, lanes)),
        trace=np.zeros((rows if trace else 0, years, len(Trace), lanes)),
        chosen=np.zeros((rows if frozen else 0, years), dtype=np.int64),
        noted=np.zeros((number if frozen else 0, years, slots, PLANNED_FUNDS), dtype=np.int64),
        moves=np.zeros((len(ACCOUNTS), len(Ledger), lanes), dtype=np.int64),
        group_trace=np.zeros((number if trace else 0, years, len(ACCOUNTS), len(Ledger), lanes), dtype=np.int64),
        nothing=np.zeros((0, 0), dtype=np.int64),
    )


def _padded(draws: Draws, block: Block, lanes: int) -> Draws:
    """The block's draws, filled up to the lane count with its last one; what fills up is not counted."""
    places = np.minimum(np.arange(block.first_draw, block.first_draw + lanes), block.last_draw - 1)
    return Draws(draws.seed, draws.luck[places], {key: value[places] for key, value in draws.values.items()}, draws.quiet)


def run_block(
    packed: Packed,
    draws: Draws,
    years: tuple[int, ...],
    block: Block,
    lanes: int,
    memory: Memory,
    out: Out,
    *,
    keep: bool = False,
    started: bool = False,
) -> None:
    """Project one block into `out`. `keep`: memory has every row; `started`: it holds the state to go on from."""
    padded = _padded(draws, block, lanes)
    world = world_table(packed.facts, packed.scenario, padded, years)
    prices = price_table(packed.facts, packed.scenario, padded, years, packed.prefectures)
    options = stretch(packed, draws, years)._replace(valid=block.last_draw - block.first_draw, keep=int(keep), started=int(started))
    groups = packed.groups
    first = years[0] - packed.years[0]
    groups = groups._replace(quota=np.ascontiguousarray(groups.quota[:, first : first + len(years)]))
    project_block(
        packed.table,
        groups,
        packed.rounds,
        block.first_village,
        block.last_village,
        world,
        prices,
        padded.luck,
        options,
        packed.labour_industry,
        memory,
        out,
    )


class Totals:
    """Adds up what blocks give; integers, so in any order. Threads may add at the same time."""

    def __init__(self, packed: Packed, years: int, draws: int) -> None:
        whole = empty_out(packed, years, 1)
        self.by_village = whole
        self._lock = Lock()  # blocks of other villages add to the same draws, blocks of other draws to the same villages
        self.by_draw = {name: np.zeros((draws, *getattr(whole, name).shape[:-1]), dtype=np.int64) for name in BY_DRAW}

    def add(self, block: Block, out: Out) -> None:
        """Add one block."""
        lanes = block.last_draw - block.first_draw
        rows, villages = slice(block.first_row, block.last_row), slice(block.first_village, block.last_village)
        with self._lock:
            for name in BY_DRAW:
                self.by_draw[name][block.first_draw : block.last_draw] += np.moveaxis(getattr(out, name)[..., :lanes], -1, 0)
            self.by_village.households[rows] += out.households[rows]
            for name in ("villages", "share_bins", "mean_bins"):
                getattr(self.by_village, name)[villages] += getattr(out, name)[villages]


BY_DRAW = ("cells", "incomes", "ledger", "spending", "served")


def _clear(out: Out, block: Block) -> None:
    """Empty the tallies of a block for the next one of the same thread."""
    for name in BY_DRAW:
        getattr(out, name)[...] = 0
    out.households[block.first_row : block.last_row] = 0
    for name in ("villages", "share_bins", "mean_bins"):
        getattr(out, name)[block.first_village : block.last_village] = 0


def compile_kernel(packed: Packed) -> float:
    """Compile the kernel, or load its machine code, by running it over no village. -> seconds"""
    begin = time.perf_counter()
    draws = draw_table(packed.facts, packed.scenario, 0, 0)
    block = Block(0, 0, 0, 0, 0, 1)
    run_block(packed, draws, packed.years, block, 1, memory_for(packed, len(packed.years), 1), empty_out(packed, len(packed.years), 1))
    return time.perf_counter() - begin


def project(
    packed: Packed,
    draws: Draws,
    *,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
    lanes: int | None = None,
) -> Projection:
    """Project all years of the scenario's horizon in every draw. `progress` is told household-years as blocks end."""
    years, width = packed.years, lanes or lanes_for(len(draws))
    totals = Totals(packed, len(years), len(draws))
    todo = list(blocks(packed, len(draws), width))
    idle = [(memory_for(packed, len(years), width), empty_out(packed, len(years), width)) for _ in range(min(workers, len(todo)))]

    def work(block: Block) -> None:
        memory, out = idle.pop()
        run_block(packed, draws, years, block, width, memory, out)
        totals.add(block, out)
        _clear(out, block)
        idle.append((memory, out))
        if progress:
            progress((block.last_row - block.first_row) * (block.last_draw - block.first_draw) * len(years))

    if workers == 1:
        for block in todo:
            work(block)
    else:
        with ThreadPoolExecutor(workers) as pool:
            try:
                for done in [pool.submit(work, block) for block in todo]:
                    done.result()
            except BaseException:  # Ctrl-C too: only what runs now is waited for
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return _projection(packed, years, draws, totals)


def _projection(packed: Packed, years: tuple[int, ...], draws: Draws, totals: Totals) -> Projection:
    whole, by_draw = totals.by_village, totals.by_draw
    return Projection(
        packed=packed,
        years=years,
        draws=draws,
        cells=by_draw["cells"],
        incomes=by_draw["incomes"],
        ledger=by_draw["ledger"],
        spending=by_draw["spending"],
        served=by_draw["served"],
        villages=whole.villages,
        share_bins=whole.share_bins,
        mean_bins=whole.mean_bins,
        households=whole.households,
    )


def project_whole(packed: Packed, draws: Draws, *, years: tuple[int, ...] | None = None, start: State | None = None) -> Projection:
    """Project a few draws with every row kept: the state at the end, a trace of every household and the ledger of every group.

    For restarts, explanations and tests; memory grows with households x draws. `start` continues where another stretch ended.
    """
    stretch_years, lanes = years or packed.years, len(draws)
    memory = memory_for(packed, len(stretch_years), lanes, keep=True, trace=True)
    if start is not None:
        memory = memory._replace(**{name: np.array(value) for name, value in start._asdict().items()})
    totals, out = Totals(packed, len(stretch_years), lanes), empty_out(packed, len(stretch_years), lanes)
    block = Block(0, len(packed.village_ids), 0, len(packed.household_ids), 0, lanes)
    run_block(packed, draws, stretch_years, block, lanes, memory, out, keep=True, started=start is not None)
    totals.add(block, out)
    state = State(memory.s, memory.f, memory.balance, memory.reached)
    whole = _projection(packed, stretch_years, draws, totals)
    return replace(whole, state=state, trace=memory.trace, group_ledger=memory.group_trace)

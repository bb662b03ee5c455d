"""Projection: a packed register, draws and years in, labelled integer tallies out. The only door out of the engine.

Blocks give integers that are added up, so the result does not depend on the cut, on the order in which blocks end, or on how many threads
ran them. Ranges of draws are begun in order, so what is finished when somebody stops is a projection of fewer draws.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from concurrent.futures import Future as Task
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Memory, Out
from simlib.engine.blocks import Future, by_draw, by_lane, by_place, future_of, memory_for, nothing, parts, ranges, run_block, whole
from simlib.engine.draws import Draws, draw_table
from simlib.engine.pack import Packed
from simlib.engine.rows import LANES, in_lanes, lanes_for, width_for

I64 = NDArray[np.int64]
COMPILED: set[int] = set()
"""Numbers of lanes that this process has machine code for."""


class State(NamedTuple):
    """Everything a year leaves to the next, for every row and draw: a projection may start from it (engine decision D5)."""

    s: NDArray[np.float64]  # [household, Field, draw]
    f: NDArray[np.int32]  # [household, Word, draw]
    k: NDArray[np.float64]  # [household, Stake, draw]
    balance: I64  # [group, account, draw]
    reached: I64  # [group, round, draw]
    works: I64  # [group, Works, draw]


@dataclass(frozen=True)
class Projection:
    """What came out, bare integers with their axes; people and households in units of 1 / packed.weight_unit, money in fen."""

    packed: Packed
    years: tuple[int, ...]
    draws: Draws
    totals: I64  # [draw, year, Stat]
    cells: I64  # [draw, year, cell, CellStat]
    incomes: I64  # [draw, year, people | fen, bin]
    ledger: I64  # [draw, year, account, Ledger]
    spending: I64  # [draw, year, Measure, Fund]
    served: I64  # [draw, year, Measure]
    villages: I64  # [village, year, VillageStat]
    share_bins: I64  # [village, year, bin]
    mean_bins: I64
    households: I64  # [household, year, HouseholdStat]; of length 0 where they were not asked for
    state: State | None = None
    trace: NDArray[np.float64] | None = None  # [household, year, Trace, draw]
    group_ledger: I64 | None = None  # [group, year, account, Ledger, draw]
    chosen: I64 | None = None  # [household, year]: slots begun in the first draw, bits
    noted: I64 | None = None  # [group, year, slot, fund]: fen that each slot was paid in the first draw


class Feed:
    """Hands out blocks, range of draws by range of draws, and adds up what comes back. Threads may ask at the same time."""

    def __init__(self, packed: Packed, draws: Draws, years: tuple[int, ...], width: int, *, households: bool) -> None:
        self._packed, self._draws, self._years = packed, draws, years
        self._parts = parts(packed)
        self._busy = [Lock() for _ in self._parts]  # one thread at a time adds to the villages of a part
        self._blocks = self._all(width)
        self._lock = Lock()
        self._stopped = False
        self.begun = 0  # draws whose range was begun
        self.unfinished = 0  # blocks of these ranges that are not added yet
        self.by_place = by_place(packed, len(years), households=households)
        shapes = {name: by_draw(name, tally, 1).shape[1:] for name, tally in by_lane(packed, len(years)).items()}
        self.by_draw = {name: np.zeros((len(draws), *shape), dtype=np.int64) for name, shape in shapes.items()}

    def _all(self, width: int) -> Iterator[tuple[Future, int]]:
        for first, last in ranges(len(self._draws), width):
            if self._stopped:
                return
            future = future_of(self._packed, self._draws, self._years, first, last)
            self.begun, self.unfinished = last, self.unfinished + len(self._parts)
            yield from ((future, place) for place in range(len(self._parts)))

    def stop(self) -> None:
        """Begin no further range of draws; those begun are finished."""
        self._stopped = True

    def _next(self) -> tuple[Future, int] | None:
        with self._lock:
            return next(self._blocks, None)

    def work(self, progress: Callable[[int], None] | None) -> None:
        """Take blocks until there are none: the life of one thread."""
        memory, tallies = memory_for(self._packed, len(self._years)), by_lane(self._packed, len(self._years))
        out, current, number = Out(**tallies, **self.by_place), None, 0
        try:
            while (block := self._next()) is not None:
                future, place = block
                if current is not None and current is not future:
                    self._add(current, tallies, number)
                    number = 0
                current, part = future, self._parts[place]
                with self._busy[place]:
                    run_block(self._packed, future, part, memory, out)
                number += 1
                if progress:
                    progress((part.last_row - part.first_row) * future.options.valid * len(self._years))
        except BaseException:
            self.stop()
            self._blocks = iter(())
            raise
        if current is not None:
            self._add(current, tallies, number)

    def _add(self, future: Future, tallies: dict[str, I64], number: int) -> None:
        """Add a thread's share of a range of draws, so many blocks, and empty its tallies for the next."""
        with self._lock:
            for name, tally in tallies.items():
                self.by_draw[name][future.first_draw : future.last_draw] += by_draw(name, tally, future.options.valid)
            self.unfinished -= number
        for tally in tallies.values():
            tally[...] = 0


def compile_kernel(packed: Packed, draws: int = 0) -> float:
    """Compile what projects so many draws, or load its machine code, by running it over no village. -> seconds

    Each number of lanes has machine code of its own. Nothing is done for what this process has already.
    """
    begin, number = time.perf_counter(), max(1, draws)
    for lanes in {lanes_for(last - first) for first, last in ranges(number, width_for(number))} - COMPILED:
        table = draw_table(packed.facts, packed.scenario, lanes if lanes > 1 else 0, 0)
        run_block(packed, future_of(packed, table, packed.years, 0, lanes), nothing(packed), *_working(packed, packed.years))
        COMPILED.add(lanes)
    return time.perf_counter() - begin


def _working(packed: Packed, years: tuple[int, ...], *, keep: bool = False) -> tuple[Memory, Out]:
    return memory_for(packed, len(years), keep=keep), Out(**by_lane(packed, len(years)), **by_place(packed, len(years)))


def project(
    packed: Packed,
    draws: Draws,
    *,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
    width: int | None = None,
    households: bool = True,
    keep_finished: bool = False,
) -> Projection:
    """Project all years of the scenario's horizon in every draw.

    `progress` is told household-years as blocks end; `width`: draws of a block, LANES at most (default: by their number);
    `households=False` leaves their sums out.
    `keep_finished`: a KeyboardInterrupt ends it after the ranges of draws that were begun, and the projection has those draws alone; a
    second one, or one before the first draw, is raised.
    """
    feed = Feed(packed, draws, packed.years, width or width_for(len(draws)), households=households)
    with ThreadPoolExecutor(workers) as pool:
        threads: list[Task[None]] = []
        try:
            threads += (pool.submit(feed.work, progress) for _ in range(workers))
            wait(threads, return_when=FIRST_EXCEPTION)
        except KeyboardInterrupt:
            feed.stop()
            if not keep_finished:
                raise
            wait(threads)
        except BaseException:
            feed.stop()
            raise
        for thread in threads:
            thread.result()
    if feed.begun == 0 or feed.unfinished > 0:  # a thread that was interrupted as it was started is not waited for
        raise KeyboardInterrupt
    if feed.begun < len(draws):
        draws = draws.part(0, feed.begun)
    found: dict[str, Any] = {name: tally[: feed.begun] for name, tally in feed.by_draw.items()} | feed.by_place
    return Projection(packed, packed.years, draws, **found)


def project_whole(packed: Packed, draws: Draws, *, years: tuple[int, ...] | None = None, start: State | None = None) -> Projection:
    """Project a few draws with every row kept: the state at the end, a trace of every household and the ledger of every group.

    For restarts, explanations and tests; memory grows with households x draws. `start` continues where another stretch ended.
    """
    span = years or packed.years
    pieces = [_piece(packed, draws, span, start, first, last) for first, last in ranges(len(draws), LANES)]
    found: dict[str, Any] = {name: np.concatenate([piece[0][name] for piece in pieces]) for name in pieces[0][0]}
    found |= {name: np.sum([piece[1][name] for piece in pieces], axis=0) for name in pieces[0][1]}
    kept = {name: np.concatenate([piece[2][name] for piece in pieces], axis=-1) for name in pieces[0][2]}
    state = State(**{name: kept[name] for name in State._fields})
    projection = Projection(packed, span, draws, **found)
    chosen, noted = pieces[0][3]
    return replace(projection, state=state, trace=kept["trace"], group_ledger=kept["group_trace"], chosen=chosen, noted=noted)


def _piece(
    packed: Packed, draws: Draws, years: tuple[int, ...], start: State | None, first: int, last: int
) -> tuple[dict[str, I64], dict[str, I64], dict[str, NDArray[np.generic]], tuple[I64, I64]]:
    """One range of draws with every row kept: tallies by draw, sums over draws, what is kept by draw on its last axis, what was noted."""
    future = future_of(packed, draws, years, first, last)
    future = future._replace(options=future.options._replace(keep=1, started=int(start is not None)))
    memory, out = _working(packed, years, keep=True)
    if start is not None:
        memory = memory._replace(**{name: in_lanes(value[..., first:last], LANES) for name, value in start._asdict().items()})
    run_block(packed, future, whole(packed), memory, out)
    names, lanes = by_lane(packed, 0), last - first
    tallies = {name: np.array(by_draw(name, getattr(out, name), lanes)) for name in names}
    sums = {name: getattr(out, name) for name in Out._fields if name not in names}
    kept = {name: getattr(memory, name)[..., :lanes] for name in (*State._fields, "trace", "group_trace")}
    return tallies, sums, kept, (memory.chosen, memory.noted)

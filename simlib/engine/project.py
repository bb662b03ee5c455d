"""Projection: a packed register, draws and years in, labelled integer tallies out. The only door out of the engine."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from concurrent.futures import Future as Task
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Memory, Out
from simlib.engine.blocks import by_draw, by_lane, by_place, future_of, memory_for, nothing, ranges, run_block, whole
from simlib.engine.draws import Draws, draw_table
from simlib.engine.encoding import Block
from simlib.engine.feed import Feed, Plan, Sums, household_years, machine_lanes, plan_of
from simlib.engine.kept import Kept
from simlib.engine.pack import Packed
from simlib.engine.rows import LANES, in_lanes, width_for

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


def compile_kernel(packed: Packed, draws: int = 0) -> float:
    """Compile what projects so many draws, or load its machine code, by running it over no village. -> seconds

    Each number of lanes has machine code of its own. Nothing is done for what this process has already.
    """
    begin, number = time.perf_counter(), max(1, draws)
    for lanes in set(machine_lanes(number, width_for(number))) - COMPILED:
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
    kept: Kept | None = None,
    after: Projection | None = None,
) -> Projection:
    """Project all years of the scenario's horizon in every draw.

    `progress` is told household-years as blocks end; `width`: draws of a block, LANES at most (default: by their number);
    `households=False` leaves their sums out.
    `keep_finished`: a KeyboardInterrupt ends it after the cells of draws that were begun, and the projection has those draws alone; a
    second one, or one before the first draw, is raised.
    `kept`: blocks that are there are loaded instead of run, and every other one is saved as soon as it ends (not without luck): whoever is
    killed goes on from there. `progress` is told of them all at the beginning.
    `after`: a projection of the first draws of this table; only the others are run. ValueError for one of other draws.
    None of it changes a bit of what comes out. RunError where a block cannot be written.
    """
    first, number, kept = begun_by(after, draws), width or width_for(len(draws)), None if draws.quiet else kept
    plan = plan_of(packed, first, len(draws), number, kept, households=households)
    sums = Sums(packed, len(draws), households=households)
    if after is not None:
        sums.begin(first, Block(*({name: getattr(after, name) for name in group} for group in (sums.by_draw, sums.by_place))))
    _tell_of_what_is_there(packed, plan, first, kept, progress)
    feed = Feed(packed, draws, plan, sums, machine_lanes(len(draws), number), first=first, kept=kept)
    _work(feed, workers, progress, keep_finished=keep_finished)
    if feed.begun == 0 or feed.unfinished > 0:  # a thread that was interrupted as it was started is not waited for
        raise KeyboardInterrupt
    if feed.begun < len(draws):
        draws = draws.part(0, feed.begun)
    found: dict[str, Any] = {name: tally[: feed.begun] for name, tally in sums.by_draw.items()} | sums.by_place
    return Projection(packed, packed.years, draws, **found)


def begun_by(after: Projection | None, draws: Draws) -> int:
    """How many draws of a table are there. ValueError where they are not its first ones."""
    if after is None:
        return 0
    number, table = len(after.draws), after.draws
    if number > len(draws) or (table.seed, table.quiet) != (draws.seed, draws.quiet) or (table.luck != draws.luck[:number]).any():
        raise ValueError(f"a projection of {number} draws of seed {table.seed} is no beginning of {len(draws)} draws of seed {draws.seed}")
    return number


def _tell_of_what_is_there(packed: Packed, plan: Plan, first: int, kept: Kept | None, progress: Callable[[int], None] | None) -> None:
    """Say how many blocks are taken over, and that their work, and that of the draws before, is done."""
    stored = plan.stored
    if kept and stored:
        kept.tell(f"{len(stored)} of {plan.blocks} blocks were finished before and are taken over")
    done = sum(household_years(packed, plan, piece) for piece in stored) + len(packed.household_ids) * len(packed.years) * first
    if progress and done:
        progress(done)


def _work(feed: Feed, workers: int, progress: Callable[[int], None] | None, *, keep_finished: bool) -> None:
    """Let threads work until all is done, or a KeyboardInterrupt ends it."""
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

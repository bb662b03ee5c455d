"""What workers do: project a part of the villages in a range of draws, and write what comes of each village and household in all draws.

A block is written to disk as it ends, and one that is there is read instead: whoever is killed, nothing is done twice that was finished.
"""

from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Out
from simlib.engine.blocks import by_draw, by_lane, by_place, future_of, memory_for, run_block, whole
from simlib.engine.cutting import Range
from simlib.engine.draws import Draws, draw_table
from simlib.engine.encoding import Block
from simlib.engine.kept import Kept, digest_of, write_whole, writing_to
from simlib.engine.pack import Packed, Whole
from simlib.engine.project import Projection
from simlib.engine.registered import registered
from simlib.errors import InputError, RunError
from simlib.folders import TABLE, write_table
from simlib.registry import Registry
from simlib.registry.parts import Parts, read_part
from simlib.runs import TABLES
from simlib.runs.single import Prepared, Run, Timing, prepare
from simlib.runs.warming import warmed
from simlib.scenario import Scenario
from simlib.store import machinery

BY_PLACE: Final = ("villages", "households", "flips", "sheets")
"""Tables of a run folder with a row for villages or households: a part of the villages has a part of each."""
I64 = NDArray[np.int64]


class Work(NamedTuple):
    """What all tasks of a run share."""

    parts: Parts
    scenario: Scenario
    seed: int
    draws: int  # 0: deterministic
    blocks: Path  # where they are kept
    tables: Path  # where parts of tables are written
    machinery: Mapping[str, str]  # of the workers that the run began with

    @property
    def number(self) -> int:
        """Rows of the table of draws."""
        return max(1, self.draws)


class Task(NamedTuple):
    """Ranges of draws of one part of the villages; with `cuts`, all that the part has, its tables are written too."""

    work: Work
    place: int
    label: str
    stamp: str  # hash of its content, as the survey saw it
    whole: Whole
    todo: tuple[Range, ...]
    cuts: tuple[Range, ...] = ()

    def kept(self, tell: Callable[[str], None]) -> Kept:
        """Where the part's blocks are: a folder of its own, which is looked through often."""
        return Kept(self.work.blocks / self.label, tell)


class Done(NamedTuple):
    """What a task gives: tallies by draw of its ranges, cells added up; how many blocks were there; parts of tables; what to tell."""

    by_draw: dict[Range, dict[str, I64]]
    loaded: int
    tables: dict[str, Path]
    told: tuple[str, ...]


@cache
def own_machinery() -> dict[str, str]:
    """What decides whether two processes give the same bits, of this one."""
    found = machinery()
    return {"simlib's code": found["package"], "processor": found["processor"], **found["versions"]}


# ---- a part at hand


class _Hand:
    """The part that this worker had last: its next task is often of the same one, and another's memory is not to be kept."""

    def __init__(self) -> None:
        self._held: tuple[tuple[str, ...], Registry, Prepared] | None = None
        self._busy = Lock()  # a worker may have several threads

    def take(self, task: Task) -> tuple[Registry, Prepared]:
        """The part of a task, packed as it would be in the whole register."""
        with self._busy:
            return self._take(task)

    def _take(self, task: Task) -> tuple[Registry, Prepared]:
        work = task.work
        key = (str(work.blocks), work.scenario.hash, task.label, task.stamp)
        if self._held is None or self._held[0] != key:
            self._held = None
            registry = read_part(work.parts, task.place)
            if registry.hash != task.stamp:
                part = f"{work.parts.origin}, {work.parts.names[task.place]}"
                raise InputError(f"{part}: changed while the run was under way: seen {registry.hash}, wanted {task.stamp}")
            self._held = (key, registry, prepare(registry, work.scenario, whole=task.whole))
            registered.cache_clear()
        return self._held[1:]


HAND: Final = _Hand()


def warm(task: Task) -> None:
    """Make the machine code, or load it."""
    _, prepared = HAND.take(task)
    warmed(prepared.packed, task.work.draws)


# ---- blocks


def run_task(task: Task) -> Done:
    """Load or run the blocks of a task, and write the part's tables where all its draws are in.

    RunError on a worker that is not like those that the run began with: its bits would be others.
    """
    if differing := [name for name, wanted in task.work.machinery.items() if own_machinery()[name] != wanted]:
        seen, wanted = own_machinery()[differing[0]], task.work.machinery[differing[0]]
        name = f"a worker that joined later has {differing[0]} {seen}, the others {wanted}"
        raise RunError(f"{name}: leave it out; the same command goes on from what is kept")
    told: list[str] = []
    kept, loaded = task.kept(told.append), 0
    found: dict[Range, Block] = {}
    for span in task.todo:
        block = kept.load(task.label, *span)
        loaded += block is not None
        found[span] = block or _run(task, kept, span)
    tallies = {span: _brought(block.by_draw) for span, block in found.items()}
    tables = _tables(task, kept, found) if task.cuts else {}
    return Done(tallies, loaded, tables, tuple(told))


def _run(task: Task, kept: Kept, span: Range) -> Block:
    """Run a block and keep it."""
    _, prepared = HAND.take(task)
    packed = prepared.packed
    future = future_of(packed, _draws(packed, task.work), packed.years, *span)
    tallies, sums = by_lane(packed, len(packed.years)), by_place(packed, len(packed.years))
    run_block(packed, future, whole(packed), memory_for(packed, len(packed.years)), Out(**tallies, **sums))
    block = Block({name: by_draw(name, tally, span[1] - span[0]) for name, tally in tallies.items()}, sums)
    kept.save(task.label, *span, block)
    return block


def _draws(packed: Packed, work: Work) -> Draws:
    return draw_table(packed.facts, packed.scenario, work.draws, work.seed)


def _brought(tallies: dict[str, I64]) -> dict[str, I64]:
    """What is brought to the client, in the narrowest integers that hold it; a part lies in one programme, so its cells are one there."""
    whole_cells = tallies | {"cells": tallies["cells"].sum(axis=2, keepdims=True)}
    return {name: tally.astype(_narrowest(tally)) for name, tally in whole_cells.items()}


def _narrowest(tally: I64) -> str:
    """The code of the narrowest integers that hold a tally."""
    low, high = (int(tally.min()), int(tally.max())) if tally.size else (0, 0)
    return next(code for code in ("i1", "i2", "i4", "i8") if np.iinfo(code).min <= low and high <= np.iinfo(code).max)


# ---- tables


def _tables(task: Task, kept: Kept, found: dict[Range, Block]) -> dict[str, Path]:
    """Write the part's tables, if they are not there: a village is reduced to its means, chances and bands where it was projected."""
    there = {name: table_of(task, name) for name in BY_PLACE}
    if all(there.values()):
        return {name: path for name, path in there.items() if path is not None}
    work, sums = task.work, _summed(task, kept, found)
    registry, prepared = HAND.take(task)
    run = Run(work.scenario, registry, _projection(prepared.packed, work, sums), work.seed, work.draws, Timing(0.0, 0.0))
    return {name: _write(task.work.tables / name, task.label, run) for name in BY_PLACE}


def table_of(task: Task, name: str) -> Path | None:
    """The part of a table that is written and whole; None where there is none."""
    found = sorted((task.work.tables / name).glob(f"{task.label}.*{TABLE}"))
    return next((path for path in found if path.suffixes[0].removeprefix(".") == digest_of(path.read_bytes())), None)


def _summed(task: Task, kept: Kept, found: dict[Range, Block]) -> dict[str, I64]:
    """Sums by place over all draws of a part."""
    total: dict[str, I64] = {}
    for span in task.cuts:
        block = found.get(span) or kept.load(task.label, *span) or _run(task, kept, span)
        for name, sums in block.by_place.items():
            total[name] = total[name] + sums if name in total else sums
    return total


def _projection(packed: Packed, work: Work, sums: dict[str, I64]) -> Projection:
    """A part in all draws: its villages and households alone, since what is counted by draw was brought away."""
    found: dict[str, Any] = {name: by_draw(name, tally, 0) for name, tally in by_lane(packed, len(packed.years)).items()} | sums
    return Projection(packed, packed.years, _draws(packed, work), **found)


def _write(folder: Path, label: str, run: Run) -> Path:
    """Write a table of a part under a name with its digest, whole or not at all. RunError where it cannot be written."""
    stream = BytesIO()
    write_table(TABLES[folder.name](run), stream)
    content = stream.getvalue()
    path = folder / f"{label}.{digest_of(content)}{TABLE}"
    with writing_to(folder):
        write_whole(path, content)
    return path

"""A run on a cluster: survey, blocks as tasks, tables written where they are made, the whole put together here."""

import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any, Final

import pandas as pd
import pyarrow.dataset as ds
from distributed import Client

from simlib import store
from simlib.assessment import verdicts
from simlib.engine.cluster import Pool, Tell, alike, check_seen, check_shared, first_on_each_host, spread
from simlib.engine.cutting import Range, cut
from simlib.engine.draws import draw_table
from simlib.engine.kept import WRITING, Kept, writing_to
from simlib.engine.pack import hollow
from simlib.engine.rows import width_for
from simlib.errors import InputError, RunError
from simlib.facts import Facts, load_facts
from simlib.folders import TABLE, bring
from simlib.registry import Registry
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, schema
from simlib.registry.parts import Parts
from simlib.runs import TABLES
from simlib.runs.keys import key_of
from simlib.runs.single import KEY_DIGITS, WORK, Run, Timing, checked_draws
from simlib.scenario import Scenario
from simlib.spread.merged import Merged
from simlib.spread.survey import Survey, survey, wholes
from simlib.spread.tasks import BY_PLACE, Done, Task, Work, own_machinery, run_task, warm

SCRATCH: Final = ".tables-"
LONG_S: Final = 5.0
"""Machine code that is there is loaded in less."""
MANY: Final = 4
"""Parts for each thread from which on a part's draws need not be spread too."""
Progress = Callable[[int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True)
class SpreadRun(Run):
    """A run on a cluster: what is counted by draw is at hand; villages and households lie in its folder, in parts."""

    folder: Path = Path()

    def villages(self) -> pd.DataFrame:
        """One row a village and year, all of them read from the folder."""
        return self._read("villages")

    def households(self) -> pd.DataFrame:
        """One row a household and year, all of them read from the folder."""
        return self._read("households")

    def flips(self) -> pd.DataFrame:
        """Households and villages whose verdict hangs on the line, read from the folder."""
        return self._read("flips")

    def sheets(self) -> pd.DataFrame:
        """Households and villages on which score sheet and verdict disagree, read from the folder."""
        return self._read("sheets")

    def poor_villages(self, year: int, columns: list[str]) -> pd.DataFrame:
        """Some columns of the poor villages in a year."""
        found = ds.dataset(self.folder / f"villages{TABLE}", format="parquet")
        wanted = ds.field("is_poor_village") & (ds.field("year") == year)
        rows: pd.DataFrame = found.to_table(columns=columns, filter=wanted).to_pandas()
        return rows

    def flip_summary(self) -> list[dict[str, Any]]:
        """One record a year: how many households, people and villages are judged otherwise at another line."""
        parts = (pd.read_parquet(path, columns=["kind", "year", "people"]) for path in self._parts("flips"))
        return _added([verdicts.flip_summary(self.projection, part) for part in parts])

    def by(self, level: str) -> pd.DataFrame:
        """Results by `programme`. InputError for another level: its villages and households lie in the folder."""
        if level != "programme":
            raise InputError(f"a run on a cluster has no level {level!r} at hand; wanted programme, or its tables {', '.join(BY_PLACE)}")
        return super().by(level)

    def _parts(self, name: str) -> list[Path]:
        return sorted((self.folder / f"{name}{TABLE}").glob(f"*{TABLE}"))

    def _read(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}{TABLE}")


def _added(summaries: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Records of the same years, added up."""
    years = zip(*summaries, strict=True)
    return [{name: of[0][name] if name == "year" else sum(one[name] for one in of) for name in of[0]} for of in years]


# ---- the whole


def run_on(
    client: Client,
    parts: Parts,
    scenario: Scenario,
    out: Path,
    *,
    draws: int,
    seed: int,
    tell: Tell,
    progress: Progress,
    origin: str | None = None,
    tables: bool = True,
) -> SpreadRun:
    """Run a scenario on a partitioned register on the workers of a cluster, and write its folder under `out`.

    Everything that is finished is kept under `out`, so that after any fault the same call goes on from there. `progress` is told the
    household-years of the whole, and gives what is told of those done; `origin`: where the register came from, before it was in parts.
    Without `tables` nothing is written but blocks, and what the run has of villages and households cannot be asked for.
    Raises InputError for what cannot be run, RunError where workers differ, do not see the folders, or the scheduler is lost.
    """
    checked_draws(draws, seed)
    check_mode(scenario)
    with writing_to(out):
        out.mkdir(parents=True, exist_ok=True)
    parts, out = replace(parts, folder=parts.folder.resolve()), out.resolve()
    seen, told = looked_through(client, parts, out, tell)
    facts = scenario.resolve_facts(load_facts())
    made = _Made(seen, scenario, facts, parts, origin or parts.origin, draws, seed, out, told, tables)
    with Kept(made.work.blocks, tell).locked():
        made.clear()
        return made.run(client, tell, progress)


def check_mode(scenario: Scenario) -> None:
    """Raise InputError for a scenario that no cluster can run."""
    if scenario.levers.allocation.mode == "plan":
        raise InputError(f"{scenario.name} carries out a plan from a table, which runs on one machine: leave --cluster out")


def looked_through(client: Client, parts: Parts, out: Path, tell: Tell) -> tuple[Survey, dict[str, str]]:
    """What a register comes to, and what workers have in common. RunError where they differ, or do not see its folder and `out`.

    Their processor may be another one than the client's, their software may not.
    """
    told = alike(client, own_machinery, tuple(name for name in own_machinery() if name != "processor"))
    check_seen(client, parts.folder, "the register")
    check_shared(client, out, "the output folder")
    return survey(client, parts, out / WORK / "registers", told, tell), told


def stand_in(parts: Parts, survey: Survey, origin: str) -> Registry:
    """A register of no rows, for one that nobody here holds: what records tell of it, and no household."""
    households, villages = (pd.DataFrame(columns=list(schema()[table])) for table in (HOUSEHOLDS, VILLAGES))
    return Registry(households, villages, parts.synthetic, survey.hash, origin)


class _Taken:
    """What has come back so far."""

    def __init__(self, survey: Survey, merged: Merged) -> None:
        self._survey, self._merged = survey, merged
        self._told: set[str] = set()
        self.tables: dict[int, dict[str, Path]] = {}  # parts of tables by place
        self.loaded = self.blocks = 0

    def add(self, task: Task, done: Done) -> set[str]:
        """Add a task's result. -> what is to be told, once"""
        self._merged.add(done.by_draw, self._survey.programme_of(task.place))
        self.loaded, self.blocks = self.loaded + done.loaded, self.blocks + len(task.todo)
        if done.tables:
            self.tables[task.place] = done.tables
        fresh = set(done.told) - self._told
        self._told |= fresh
        return fresh


@dataclass(frozen=True)
class _Made:
    """A run that is being made."""

    survey: Survey
    scenario: Scenario
    facts: Facts
    parts: Parts
    origin: str
    draws: int
    seed: int
    out: Path
    machinery: dict[str, str]  # of the workers
    with_tables: bool

    @property
    def processor(self) -> str:
        """The workers' kind."""
        return self.machinery["processor"]

    @cached_property
    def key(self) -> str:
        """Of the run, as the workers' processor makes it."""
        return key_of(self.facts.hash, self.scenario, self.survey.hash, self.seed, self.processor)

    @cached_property
    def work(self) -> Work:
        """What tasks share. Blocks of a cluster have a folder of their own, since they count their own part's cells."""
        folder = self.out / WORK / f"{self.key[:KEY_DIGITS]}-parts{'' if self.draws else '-central'}"
        return Work(self.parts, self.scenario, self.seed, self.draws, folder, folder / f"tables-{self.draws}", self.machinery)

    @cached_property
    def there(self) -> dict[str, list[Range]]:
        """The ranges of draws of each part that are kept when the run begins."""
        labels = [one.label for one in self.survey.parts]
        return {label: Kept(self.work.blocks / label).ranges(label) for label in labels}

    def clear(self) -> None:
        """Away with what commands and workers were writing when they were killed, and with tables of other draws."""
        scratch, others = self.work.blocks.glob(f"{SCRATCH}*"), self.work.blocks.glob("tables-*")
        for left in (*scratch, *(other for other in others if other != self.work.tables)):
            shutil.rmtree(left, ignore_errors=True)
        for path in self.work.blocks.glob(f"*/{WRITING}*"):
            path.unlink(missing_ok=True)

    def run(self, client: Client, tell: Tell, progress: Progress) -> SpreadRun:
        """Project all parts, put their results together and write the folder."""
        compile_s, begin = self._warmed(client, tell), time.perf_counter()
        merged = Merged(self.work.number, len(self.survey.cells))
        tables = self._projected(client, tell, progress, merged)
        seconds = time.perf_counter() - begin
        packed = hollow(self.scenario, self.facts, self.survey.base, self.survey.cells, self.survey.unit)
        projection = merged.projection(packed, draw_table(self.facts, self.scenario, self.draws, self.seed))
        register = stand_in(self.parts, self.survey, self.origin)
        run = SpreadRun(self.scenario, register, projection, self.seed, self.draws, Timing(seconds, compile_s))
        if not self.with_tables:
            return run
        if len(tables) != len(self.parts):
            lost = len(self.parts) - len(tables)
            raise RunError(f"{lost} parts of the register gave no tables; the same command goes on from what is kept")
        with writing_to(self.out):
            return replace(run, folder=self._written(run, tables))

    def _warmed(self, client: Client, tell: Tell) -> float:
        """Have every machine make or load the kernel. -> seconds"""
        begin = time.perf_counter()
        waiting = Timer(LONG_S, tell, ("every machine makes its machine code of the kernel, once a version: a minute or two",))
        waiting.start()
        try:
            first_on_each_host(client, warm, next(self._tasks(MANY, {})))
        finally:
            waiting.cancel()
        return time.perf_counter() - begin

    def _projected(self, client: Client, tell: Tell, progress: Progress, merged: Merged) -> dict[int, dict[str, Path]]:
        """Hand out all parts and add up what comes back. -> the parts of tables by place"""
        years = self.scenario.levers.horizon[1] - self.scenario.levers.horizon[0] + 1
        taken, left = _Taken(self.survey, merged), dict[int, set[Range]]()
        first: deque[Task] = deque()
        with progress(self.survey.base.households * years * self.work.number) as update:
            for task, done in spread(client, run_task, self._tasks(Pool(client, tell).threads, left), tell, first):
                for message in taken.add(task, done):
                    tell(message)
                update(self.survey.parts[task.place].households * years * sum(last - begin for begin, last in task.todo))
                if task.place in left and not done.tables:
                    left[task.place] -= set(task.todo)
                    if not left[task.place]:
                        first.append(task._replace(todo=(), cuts=self._cuts(task.place)))
        if taken.loaded:
            tell(f"{taken.loaded} of {taken.blocks} blocks were finished before and are taken over")
        return taken.tables

    def _tasks(self, threads: int, left: dict[int, set[Range]]) -> Iterator[Task]:
        """Every part's task, or, where there are few parts, one for each of its ranges, which `left` then has."""
        together = len(self.parts) >= MANY * threads
        for place, whole in wholes(self.survey, self.scenario, self.facts):
            cuts, seen = self._cuts(place), self.survey.parts[place]
            task = Task(self.work, place, seen.label, seen.stamp, whole, cuts, cuts if self.with_tables else ())
            if together or len(cuts) == 1:
                yield task
                continue
            if self.with_tables:
                left[place] = set(cuts)
            for span in cuts:
                yield task._replace(todo=(span,), cuts=())

    def _cuts(self, place: int) -> tuple[Range, ...]:
        """The ranges of draws of a part, around those that are kept."""
        there = self.there.get(self.survey.parts[place].label, ())
        number = self.work.number
        return tuple((piece.first_draw, piece.last_draw) for piece in cut(place, 0, number, width_for(number), there))

    def _written(self, run: SpreadRun, tables: dict[int, dict[str, Path]]) -> Path:
        """Write the run's folder, and clear away what it was made of but for its blocks."""
        made = store.made_of(run)._replace(processor=self.processor)
        with TemporaryDirectory(prefix=SCRATCH, dir=self.work.blocks) as scratch:
            for name in BY_PLACE:
                folder = Path(scratch) / f"{name}{TABLE}"
                folder.mkdir()
                for place, paths in tables.items():
                    bring(paths[name], folder / f"part-{place:05d}{TABLE}")
            whole = ((name, Path(scratch) / f"{name}{TABLE}" if name in BY_PLACE else table(run)) for name, table in TABLES.items())
            target = store.write_made(made, whole, self.out)
        shutil.rmtree(self.work.tables, ignore_errors=True)
        return target

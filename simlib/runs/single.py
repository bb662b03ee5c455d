"""One scenario on one register: prepared, projected and assessed."""

import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from simlib.assessment import incomes, money, movements, outcomes, places, verdicts
from simlib.assessment.counts import Counts
from simlib.assessment.targets import Target, targets
from simlib.engine.draws import draw_table
from simlib.engine.fixed import fixed_plan
from simlib.engine.kept import Kept
from simlib.engine.pack import Packed, Whole, pack
from simlib.engine.plans import read_plan
from simlib.engine.project import Projection, project
from simlib.errors import InputError, nearest, said
from simlib.facts import Facts, load_facts
from simlib.registry import Registry
from simlib.runs.columns import described, records_of, table_of
from simlib.runs.keys import key_of
from simlib.runs.paired import Drawn
from simlib.runs.warming import warmed
from simlib.scenario import Scenario

SCHEMA: Final = 1
DRAWS: Final = 200
SEED: Final = 1
WORK: Final = "work"  # beside run folders: what they are made of
KEY_DIGITS: Final = 16
MOST_DRAWS: Final = 2**31  # luck is a 32-bit number, its last value the central row's; as many again are left for second ensembles
TARGET_WORDS: Final = frozenset({"target", "line", "reading", "per", "verdict", "reason"})
CELL_LEVELS: Final = ("county", "prefecture", "programme", "helper_type")
LEVELS: Final = ("village", *CELL_LEVELS, "helper")


@dataclass(frozen=True)
class Timing:
    """Seconds of one run: projection with reduction, and compiling; what no result depends on."""

    project_s: float
    compile_s: float


@dataclass(frozen=True)
class Run:
    """One scenario projected and assessed. Every table is made anew when it is asked for, and says of its numbers what they are."""

    scenario: Scenario
    registry: Registry
    projection: Projection
    seed: int
    draws: int
    timing: Timing

    @cached_property
    def target_rows(self) -> tuple[Target, ...]:
        """The target rows (clause 一(二))."""
        return targets(self.projection)

    def targets(self) -> pd.DataFrame:
        """One row a target, line and reading."""
        return table_of([row.record() for row in self.target_rows], TARGET_WORDS)

    def years(self) -> pd.DataFrame:
        """One row a year: shares of registered people with bands, mean income, poverty indices, exits, houses, services."""
        return table_of(outcomes.years(self.projection), frozenset())

    def funds(self) -> pd.DataFrame:
        """One row a fund, payer and year, in yuan, means over draws."""
        return table_of(money.funds(self.projection), frozenset({"fund", "payer"}))

    def spending(self) -> pd.DataFrame:
        """One row a year, measure and fund: yuan spent, means over draws."""
        return described(money.spending(self.projection))

    def measures(self) -> pd.DataFrame:
        """One row a year and measure: yuan spent and households begun, means over draws."""
        return described(money.measures(self.projection))

    def flow(self) -> pd.DataFrame:
        """One row a year, payer, fund and measure: yuan that flow, means over draws; its sums are those of the ledger and the spending."""
        return described(money.flow(self.projection))

    def transitions(self) -> pd.DataFrame:
        """One row a year, status at its start and status at its end: who moved, as a share of those who could; two matrices."""
        return described(movements.transitions(self.projection))

    def paper(self) -> pd.DataFrame:
        """One row a year: people at the line on paper only, and exits on paper only."""
        return described(movements.paper(self.projection))

    def flips(self) -> pd.DataFrame:
        """Households and villages whose verdict hangs on the line, by id: for the planner, not for publication."""
        return described(verdicts.flips(self.projection, self.registry))

    def flip_summary(self) -> list[dict[str, Any]]:
        """One record a year: how many households, people and villages are judged otherwise at another line."""
        return verdicts.flip_summary(self.projection, self.flips())

    def cost(self) -> dict[str, float | None]:
        """What it costs over all years, with and without staff, for each person out of the register, and what banks lend."""
        return money.cost(self.projection)

    def sheets(self) -> pd.DataFrame:
        """Households and villages on which score sheet and verdict disagree, by id: for the planner, not for publication."""
        return described(verdicts.sheet_disagreements(self.projection, self.registry))

    def sheet_summary(self) -> pd.DataFrame:
        """One row a year: people and villages that pass their score sheet, and on which it and the verdict disagree."""
        return described(verdicts.sheet_summary(self.projection))

    def villages(self) -> pd.DataFrame:
        """One row a village and year. Rows may stand for very few people: for the planner, not for publication."""
        return described(places.villages(self.projection, self.registry))

    def poor_villages(self, year: int, columns: list[str]) -> pd.DataFrame:
        """Some columns of `villages` for the poor villages in a year."""
        rows = self.villages()
        return rows.loc[rows["is_poor_village"] & (rows["year"] == year), columns]

    def households(self) -> pd.DataFrame:
        """One row a household and year: probability of exit, mean income by source, measures; by id, never by name."""
        return described(places.households(self.projection))

    def by(self, level: str) -> pd.DataFrame:
        """Results by `village`, `county`, `prefecture`, `programme`, `helper_type` or `helper`. InputError for another level."""
        if level in CELL_LEVELS:
            return described(places.by_level(self.projection, level))
        if level == "helper":
            return described(places.helpers(self.projection, self.registry))
        if level == "village":
            return self.villages()
        raise InputError(said("there is no level {level!r}; {hint}", level=level, hint=nearest(level, LEVELS)))

    def programmes(self) -> pd.DataFrame:
        """One row a programme and year; a register that names none has one."""
        return self.by("programme")

    def groups(self) -> dict[str, pd.DataFrame]:
        """The results by every level that the scenario's `reporting.by` names."""
        return {level: self.by(level) for level in self.scenario.reporting.by}

    def incomes(self) -> pd.DataFrame:
        """One row a year and bin of income a head: registered people in it, with bands."""
        return described(incomes.incomes(self.projection))

    def sources(self) -> pd.DataFrame:
        """One row a year and source: what the labour-capable live on, as registered (the year before the first) and then each year."""
        return described(incomes.sources(self.projection))

    def lines(self) -> pd.DataFrame:
        """One row a year, target and line: yuan a head, with bands where the line moves with what becomes of the province."""
        return described(incomes.lines(self.projection))

    def table(self, name: str) -> pd.DataFrame:
        """One of TABLES by its name, as a run folder has it. InputError for another."""
        if name not in TABLES:
            raise InputError(said("there is no table {name!r}; {hint}", name=name, hint=nearest(name, TABLES)))
        return TABLES[name](self)

    def draws_table(self) -> pd.DataFrame:
        """One row a draw and year: the headline shares."""
        return described(outcomes.draws_table(self.projection))

    @property
    def drawn(self) -> Drawn:
        """What a paired comparison needs of a run."""
        return Drawn(self.scenario.name, self.draws_table(), money.staff_cost(self.projection))

    @property
    def is_idle(self) -> bool:
        """Whether the scenario does nothing: a baseline, or a difference that is made to be composed with others."""
        return money.is_idle(self.projection)

    def to_json(self, elapsed_s: float | None = None) -> dict[str, Any]:
        """The JSON object of `simlib run --json`; the last three fields are times, everything else depends on the inputs alone."""
        return {
            "schema": SCHEMA,
            "scenario": {"name": self.scenario.name, "hash": self.scenario.hash},
            "seed": self.seed,
            "draws": self.draws,
            "governing_line": self.scenario.levers.governing_line,
            "registry": self.register(),
            "targets": [row.record() for row in self.target_rows],
            "years": outcomes.years(self.projection),
            "funds": money.funds(self.projection),
            "cost": self.cost(),
            "spending": records_of(self.spending()),
            "flow": records_of(self.flow()),
            "transitions": records_of(self.transitions()),
            "paper": records_of(self.paper()),
            "sheets": records_of(self.sheet_summary()),
            "flips": self.flip_summary(),
            "not_modelled": sorted(self.scenario.not_modelled),
            "elapsed_s": elapsed_s,
            "compile_s": round(self.timing.compile_s, 3),
            "household_years_per_s": self.household_years_per_s,
        }

    def register(self) -> dict[str, Any]:
        """Households in the table, registered people (weighted) and poor villages, whatever the order of rows."""
        return {**self.size, "synthetic": self.registry.synthetic, "hash": self.registry.hash}

    @property
    def size(self) -> dict[str, Any]:
        """Households in the table, registered people (weighted) and poor villages."""
        packed = self.projection.packed
        people = Counts(self.projection).people / packed.weight_unit
        return {
            "households": packed.base.households,
            "people": int(people) if people.is_integer() else people,
            "villages": packed.base.poor_villages,
        }

    @property
    def household_years(self) -> int:
        """Households x years x draws."""
        return self.projection.packed.base.households * len(self.projection.years) * len(self.projection.draws)

    @property
    def household_years_per_s(self) -> float:
        """Household-years over the seconds of projection and reduction, without compiling."""
        return float(round(self.household_years / max(self.timing.project_s, 1e-9)))


TABLES: Final = MappingProxyType(
    {
        "targets": Run.targets,
        "years": Run.years,
        "villages": Run.villages,
        "households": Run.households,
        "funds": Run.funds,
        "spending": Run.spending,
        "flow": Run.flow,
        "transitions": Run.transitions,
        "flips": Run.flips,
        "sheets": Run.sheets,
        "draws": Run.draws_table,
        "programmes": Run.programmes,
        "incomes": Run.incomes,
        "sources": Run.sources,
        "lines": Run.lines,
    }
)
"""The tables of a run by name: what its folder holds, and what reports are made of."""


@dataclass(frozen=True)
class Prepared:
    """A scenario packed on a register, with its plan if it has one: nothing in it can be bad input any more."""

    scenario: Scenario
    registry: Registry
    packed: Packed
    compile_s: float = 0.0  # spent already, where the plan had to be made by the kernel

    def compiled(self, draws: int) -> "Prepared":
        """The same, with the machine code at hand that projects so many draws: what is run next need not wait for it."""
        return replace(self, compile_s=self.compile_s + warmed(self.packed, draws))


def prepare(registry: Registry, scenario: Scenario, facts: Facts | None = None, whole: Whole | None = None) -> Prepared:
    """Pack a scenario with the plan that its mode asks for: none (annual), the rule's own made in 2016 (fixed), or a given table.

    `whole`: of the register that this one is a part of. Raises InputError for a plan that does not fit the register.
    """
    resolved = scenario.resolve_facts(facts or load_facts())
    allocation = scenario.levers.allocation
    if allocation.plan is not None:
        return Prepared(scenario, registry, pack(registry, scenario, resolved, read_plan(allocation.plan), whole))
    packed = pack(registry, scenario, resolved, whole=whole)
    if allocation.mode == "annual":
        return Prepared(scenario, registry, packed)
    compile_s = warmed(packed, 0)
    return Prepared(scenario, registry, pack(registry, scenario, resolved, fixed_plan(packed), whole), compile_s)


def default_workers() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def checked_draws(draws: int, seed: int) -> None:
    """Raise InputError for draws or a seed that the counter cannot hold."""
    if not 0 <= draws < MOST_DRAWS:
        raise InputError(said("draws: seen {draws}, wanted 0 (deterministic) to {most}", draws=draws, most=MOST_DRAWS - 1))
    if not 0 <= seed < 2**64:
        raise InputError(said("seed: seen {seed}, wanted 0 to 2**64 - 1", seed=seed))


def kept_blocks(prepared: Prepared, seed: int, out: str | Path, tell: Callable[[str], None] = lambda _: None) -> Kept:
    """Where the blocks of a run are kept under a folder, however many draws it has: `<out>/work/<beginning of its key>`.

    `tell` hears how many of them were finished before, and of damaged ones.
    """
    return Kept(Path(out) / WORK / key_of(prepared.packed.facts.hash, prepared.scenario, prepared.registry.hash, seed)[:KEY_DIGITS], tell)


def run_prepared(
    prepared: Prepared,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    keep_finished: bool = False,
    kept: Kept | None = None,
    after: Run | None = None,
) -> Run:
    """Project and assess a prepared scenario. `draws=0`: deterministic, central values without luck; bands and probabilities are null.

    With `keep_finished` a KeyboardInterrupt leaves a run of the draws that were finished: the same as a run of that many, since draw k
    never depends on how many there are. Before the first draw, and a second time, it is raised. `kept` (`kept_blocks`): finished blocks
    are taken from there and put there, so that a run that is killed goes on; RunError where that cannot be written, or another run is at
    it. `after`: a run of the first draws, to go on from. Neither changes a number.
    """
    checked_draws(draws, seed)
    packed = prepared.packed
    before = after.timing if after else Timing(0.0, prepared.compile_s)
    compile_s = before.compile_s + warmed(packed, draws)
    table = draw_table(packed.facts, prepared.scenario, draws, seed)
    threads, begin = workers or default_workers(), time.perf_counter()
    with kept.locked() if kept and draws else nullcontext():
        projection = _sealed(
            project(
                packed,
                table,
                workers=threads,
                progress=progress,
                keep_finished=keep_finished,
                kept=kept,
                after=after.projection if after else None,
            )
        )
    timing = Timing(before.project_s + time.perf_counter() - begin, compile_s)
    finished = len(projection.draws) if draws else 0
    return Run(prepared.scenario, prepared.registry, projection, seed, finished, timing)


def _sealed(projection: Projection) -> Projection:
    """The same projection with arrays that nobody can write to."""
    arrays = [value for field in fields(projection) if isinstance(value := getattr(projection, field.name), np.ndarray)]
    for array in arrays:
        array.flags.writeable = False
    return projection


def run_one(scenario: Scenario, registry: Registry, *, facts: Facts | None = None, **options: Any) -> Run:
    """`prepare` and `run_prepared` in one: options draws, seed, workers, progress, keep_finished, kept, after."""
    return run_prepared(prepare(registry, scenario, facts), **options)

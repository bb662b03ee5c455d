"""Runs: one verb for one scenario or many, under the same luck. registry, scenario, facts, draws -> results."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from simlib.assessment import outcomes
from simlib.assessment.bands import paired_difference
from simlib.assessment.targets import Target, targets
from simlib.engine.draws import draw_table
from simlib.engine.fixed import fixed_plan
from simlib.engine.pack import Packed, pack
from simlib.engine.plans import read_plan
from simlib.engine.project import Projection, compile_kernel, project
from simlib.errors import InputError
from simlib.facts import Facts, load_facts
from simlib.registry import Registry
from simlib.scenario import Scenario, load_scenario

SCHEMA = 1
DRAWS, SEED = 200, 1
MOST_DRAWS = 2**32 - 1
COMPARED = (
    "capable_fixed",
    "capable_moving",
    "covered",
    "exited",
    "village_fixed",
    "villages_exited",
    "income_pc_capable",
    "gini",
    "spent_yuan",
)


@dataclass(frozen=True)
class Timing:
    """Seconds of one run: projection with reduction, and compiling; what no result depends on."""

    project_s: float
    compile_s: float


@dataclass(frozen=True)
class Run:
    """One scenario projected and assessed. Tables are made when asked for."""

    scenario: Scenario
    registry: Registry
    projection: Projection
    seed: int
    draws: int
    timing: Timing

    @cached_property
    def target_rows(self) -> list[Target]:
        """The target rows (clause 一(二))."""
        return targets(self.projection)

    def targets(self) -> pd.DataFrame:
        """One row a target, line and reading, with the scenario's name."""
        rows = [_flat(row.record()) for row in self.target_rows]
        return _described(pd.DataFrame([{"scenario": self.scenario.name} | row for row in rows]))

    def years(self) -> pd.DataFrame:
        """One row a year: shares of registered people with bands, mean income, poverty indices."""
        rows = []
        for record in outcomes.years(self.projection):
            fgt = record.pop("fgt")
            rows.append({"scenario": self.scenario.name} | _flat(record) | {f"fgt{alpha}": value for alpha, value in enumerate(fgt)})
        return _described(pd.DataFrame(rows))

    def funds(self) -> pd.DataFrame:
        """One row a fund, payer and year, in yuan, means over draws."""
        return pd.DataFrame([{"scenario": self.scenario.name} | row for row in outcomes.funds(self.projection)])

    def villages(self) -> pd.DataFrame:
        """One row a village and year."""
        return outcomes.villages(self.projection, self.registry)

    def households(self) -> pd.DataFrame:
        """One row a household and year: probability of exit, mean income by source, measures; by id, never by name."""
        return outcomes.households(self.projection)

    def by(self, level: str) -> pd.DataFrame:
        """Results by `county`, `prefecture`, `helper_type`, `helper` or `village`."""
        known = {"village": self.villages, "helper": lambda: outcomes.helpers(self.projection, self.registry)}
        if level in known:
            return known[level]()
        if level not in ("county", "prefecture", "helper_type"):
            raise InputError(f"level {level!r}: wanted county, prefecture, helper_type, helper or village")
        return outcomes.by_level(self.projection, level)

    def draws_table(self) -> pd.DataFrame:
        """One row a draw and year: the headline shares."""
        return outcomes.draws_table(self.projection)

    def to_json(self) -> dict[str, Any]:
        """The JSON object of `simlib run --json`, without `elapsed_s`, which is the whole command's."""
        packed, people = self.projection.packed, self.registry.people
        return {
            "schema": SCHEMA,
            "scenario": {"name": self.scenario.name, "hash": self.scenario.hash},
            "seed": self.seed,
            "draws": self.draws,
            "governing_line": self.scenario.levers.governing_line,
            "registry": {
                "households": len(packed.household_ids),
                "people": int(people) if float(people).is_integer() else people,
                "villages": int(packed.groups.is_poor.sum()),
                "synthetic": self.registry.synthetic,
                "hash": self.registry.hash,
            },
            "targets": [row.record() for row in self.target_rows],
            "years": outcomes.years(self.projection),
            "funds": outcomes.funds(self.projection),
            "cost": outcomes.cost(self.projection),
            "elapsed_s": None,
            "compile_s": round(self.timing.compile_s, 3),
            "household_years_per_s": self.household_years_per_s,
        }

    @property
    def household_years_per_s(self) -> float:
        """Households x years x draws over the seconds of projection and reduction."""
        work = len(self.projection.packed.household_ids) * len(self.projection.years) * len(self.projection.draws)
        return round(work / max(self.timing.project_s, 1e-9))


@dataclass(frozen=True)
class Runs:
    """Several scenarios under the same luck, in the order given."""

    runs: tuple[Run, ...]

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self.runs)

    def __getitem__(self, name: str) -> Run:
        for one in self.runs:
            if one.scenario.name == name:
                return one
        raise InputError(f"no run of {name!r}; there are {', '.join(one.scenario.name for one in self.runs)}")

    def targets(self) -> pd.DataFrame:
        """One row a scenario, target, line and reading."""
        return _described(pd.concat([one.targets() for one in self.runs], ignore_index=True))

    def years(self) -> pd.DataFrame:
        """One row a scenario and year."""
        return _described(pd.concat([one.years() for one in self.runs], ignore_index=True))

    def funds(self) -> pd.DataFrame:
        """One row a scenario, fund, payer and year."""
        return pd.concat([one.funds() for one in self.runs], ignore_index=True)

    def households(self) -> pd.DataFrame:
        """One row a scenario, household and year."""
        return pd.concat([one.households().assign(scenario=one.scenario.name) for one in self.runs], ignore_index=True)

    def compare(self, baseline: str) -> pd.DataFrame:
        """Paired differences of every other run from a baseline at the last year, with intervals (common random numbers)."""
        tables = {one.scenario.name: one.draws_table() for one in self.runs}
        return compare_tables(tables, self[baseline].scenario.name)


def compare_tables(tables: dict[str, pd.DataFrame], baseline: str) -> pd.DataFrame:
    """Paired differences of draw tables (`Run.draws_table`) from the baseline's: mean, 95 % interval, share of draws above.

    `yuan_per_more_exit` is the difference in yuan spent over the difference in people out of the register (Drummond et al.).
    Raises InputError where the tables do not have the same draws.
    """
    base = _last_year(tables[baseline])
    rows = []
    for name, table in tables.items():
        if name == baseline:
            continue
        last = _last_year(table)
        if list(last.index) != list(base.index):
            raise InputError(f"{name} has {len(last)} draws, {baseline} has {len(base)}: a paired comparison needs the same draws and seed")
        cost = tables[name].groupby("draw")["spent_yuan"].sum() - tables[baseline].groupby("draw")["spent_yuan"].sum()
        more = (last["exited_people"] - base["exited_people"]).mean()
        for measure in COMPARED:
            gap = paired_difference(last[measure].to_numpy(), base[measure].to_numpy())
            rows.append(
                {
                    "scenario": name,
                    "baseline": baseline,
                    "statistic": measure,
                    "value": last[measure].mean(),
                    "baseline_value": base[measure].mean(),
                    "difference": gap.mean,
                    "low": gap.low,
                    "high": gap.high,
                    "share_above": gap.share_above,
                    "yuan_per_more_exit": cost.mean() / more if more > 0 else np.nan,
                }
            )
    return pd.DataFrame(rows)


def _last_year(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["year"] == table["year"].max()].set_index("draw")


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Nested statistics as columns: {"met_share": {"mean": 1}} -> {"met_share_mean": 1}."""
    out: dict[str, Any] = {}
    for key, value in record.items():
        out |= {f"{key}_{inner}": number for inner, number in value.items()} if isinstance(value, dict) else {key: value}
    return out


def _described(table: pd.DataFrame) -> pd.DataFrame:
    """Column metadata: unit, statistic and what it is counted per."""
    table.attrs["columns"] = {
        name: {
            "unit": "yuan" if "income" in name or "line_value" in name else "share",
            "statistic": name.rsplit("_", 1)[-1] if name.endswith(("_mean", "_p05", "_p95")) else "mean",
            "per": "see column per" if "per" in table else "people",
        }
        for name in table
        if name not in ("scenario", "target", "line", "reading", "year", "per", "verdict", "reason")
    }
    return table


def default_workers() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prepare(registry: Registry, scenario: Scenario, facts: Facts | None = None) -> Packed:
    """Pack a scenario with the plan that its mode asks for: none (annual), the rule's own made in 2016 (fixed), or a given table."""
    resolved = scenario.resolve_facts(facts or load_facts())
    allocation = scenario.levers.allocation
    if allocation.mode == "annual":
        return pack(registry, scenario, resolved)
    if allocation.mode == "fixed":
        return pack(registry, scenario, resolved, fixed_plan(pack(registry, scenario, resolved)))
    return pack(registry, scenario, resolved, read_plan(str(allocation.plan)))


def checked_draws(draws: int, seed: int) -> None:
    """Raise InputError for draws or a seed that the counter cannot hold."""
    if not 0 <= draws < MOST_DRAWS:
        raise InputError(f"draws: seen {draws}, wanted 0 (deterministic) to {MOST_DRAWS - 1}")
    if not 0 <= seed < 2**64:
        raise InputError(f"seed: seen {seed}, wanted 0 to 2**64 - 1")


def run_one(
    scenario: Scenario,
    registry: Registry,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    workers: int | None = None,
    facts: Facts | None = None,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Project and assess one scenario. `draws=0`: deterministic, central values without luck; bands and probabilities are null."""
    checked_draws(draws, seed)
    packed = prepare(registry, scenario, facts)
    compile_s = compile_kernel(packed)
    table = draw_table(packed.facts, scenario, draws, seed)
    begin = time.perf_counter()
    projection = project(packed, table, workers=workers or default_workers(), progress=progress)
    return Run(scenario, registry, projection, seed, draws, Timing(time.perf_counter() - begin, compile_s))


def run(
    scenarios: Scenario | str | Sequence[Scenario | str],
    registry: Registry | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    workers: int | None = None,
    facts: Facts | None = None,
) -> Runs:
    """Project and assess scenarios (values, names or paths) on a register (default: the full synthetic task) under the same luck."""
    from simlib.registry.synthesise import default_registry

    wanted = [scenarios] if isinstance(scenarios, (str, Scenario)) else list(scenarios)
    loaded = [load_scenario(one) if isinstance(one, str) else one for one in wanted]
    people = registry if registry is not None else default_registry()
    return Runs(tuple(run_one(one, people, draws=draws, seed=seed, workers=workers, facts=facts) for one in loaded))


def compare(scenarios: Sequence[Scenario | str], registry: Registry | None = None, **options: Any) -> pd.DataFrame:
    """Run scenarios under the same luck and compare each with the first: paired differences with intervals."""
    runs = run(scenarios, registry, **options)
    return runs.compare(runs.runs[0].scenario.name)


def parameter_share(
    scenario: Scenario, registry: Registry, *, draws: int = DRAWS, seed: int = SEED, keys: Sequence[str] | None = None
) -> float:
    """The share of the variance of the headline share (labour-capable people at the fixed line) that parameters cause.

    Two ensembles with the same parameters and different luck: their covariance over the variance estimates Var(E[y | parameters]) / Var(y)
    (pick-freeze; Sobol 1993, Janon et al. 2014). `keys` keeps only those parameters the same, such as the `assumed` ones.
    """
    packed = prepare(registry, scenario)
    first = draw_table(packed.facts, scenario, draws, seed)
    other = draw_table(packed.facts, scenario, draws, seed + 1)
    kept = set(first.values) if keys is None else set(keys)
    mixed = {key: first.values[key] if key in kept else other.values[key] for key in first.values}
    second = type(first)(seed, first.luck + np.uint64(2**31), mixed)
    a, b = (_headline(project(packed, table, workers=default_workers())) for table in (first, second))
    middle = (a.mean() + b.mean()) / 2
    spread = ((a**2 + b**2) / 2).mean() - middle**2
    return float(((a * b).mean() - middle**2) / spread)


def _headline(projection: Projection) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    from simlib.assessment.counts import Counts

    return np.asarray(Counts(projection).capable_share("fixed", "people")[:, -1])

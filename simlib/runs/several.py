"""Several scenarios under the same luck: one verb for one scenario or many."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from simlib.errors import InputError, nearest, said
from simlib.facts import Facts
from simlib.registry import Registry
from simlib.registry.synthesise import default_registry
from simlib.runs.columns import described
from simlib.runs.paired import compare_tables, cost_effectiveness
from simlib.runs.settling import checked_settling, run_until_settled
from simlib.runs.single import DRAWS, SEED, Prepared, Run, checked_draws, kept_blocks, prepare, run_prepared
from simlib.runs.stopping import stops
from simlib.scenario import Scenario, load_scenario


def distinct_names(scenarios: Sequence[Scenario]) -> None:
    """Raise InputError where two scenarios have one name: results are told apart by it."""
    twice = [name for name, times in Counter(one.name for one in scenarios).items() if times > 1]
    if twice:
        text = said("{name!r} is the name of more than one of the scenarios; give each once, and two files two names", name=twice[0])
        raise InputError(text)


@dataclass(frozen=True)
class Runs:
    """Several scenarios under the same luck, in the order given. A scenario's name stands in the column `scenario`."""

    runs: tuple[Run, ...]

    def __post_init__(self) -> None:
        distinct_names([one.scenario for one in self.runs])

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self.runs)

    def __getitem__(self, name: str) -> Run:
        for one in self.runs:
            if one.scenario.name == name:
                return one
        hint = nearest(name, [one.scenario.name for one in self.runs])
        raise InputError(said("there is no run of {name!r}; {hint}", name=name, hint=hint))

    def targets(self) -> pd.DataFrame:
        """One row a scenario, target, line and reading."""
        return self._together(Run.targets)

    def years(self) -> pd.DataFrame:
        """One row a scenario and year."""
        return self._together(Run.years)

    def funds(self) -> pd.DataFrame:
        """One row a scenario, fund, payer and year."""
        return self._together(Run.funds)

    def spending(self) -> pd.DataFrame:
        """One row a scenario, year, measure and fund."""
        return self._together(Run.spending)

    def measures(self) -> pd.DataFrame:
        """One row a scenario, year and measure."""
        return self._together(Run.measures)

    def flow(self) -> pd.DataFrame:
        """One row a scenario, year, payer, fund and measure."""
        return self._together(Run.flow)

    def transitions(self) -> pd.DataFrame:
        """One row a scenario, year, matrix, status and status a year later."""
        return self._together(Run.transitions)

    def paper(self) -> pd.DataFrame:
        """One row a scenario and year: exits on paper only."""
        return self._together(Run.paper)

    def flips(self) -> pd.DataFrame:
        """One row a scenario, year and household or village whose verdict hangs on the line, by id."""
        return self._together(Run.flips)

    def sheets(self) -> pd.DataFrame:
        """One row a scenario, year and household or village on which score sheet and verdict disagree, by id."""
        return self._together(Run.sheets)

    def sheet_summary(self) -> pd.DataFrame:
        """One row a scenario and year: who passes the score sheets, and where they and the verdicts disagree."""
        return self._together(Run.sheet_summary)

    def villages(self) -> pd.DataFrame:
        """One row a scenario, village and year. Rows may stand for very few people: for the planner, not for publication."""
        return self._together(Run.villages)

    def households(self) -> pd.DataFrame:
        """One row a scenario, household and year, by id."""
        return self._together(Run.households)

    def by(self, level: str) -> pd.DataFrame:
        """One row a scenario, year and county, prefecture, helper_type, helper or village."""
        return self._together(lambda one: one.by(level))

    def compare(self, baseline: str) -> pd.DataFrame:
        """Paired differences of every other run from a baseline at the last year, with intervals (common random numbers)."""
        return compare_tables([one.drawn for one in self.runs], self[baseline].scenario.name)

    def cost_effectiveness(self, baseline: str) -> pd.DataFrame:
        """What every other run costs more than a baseline, for how many more people out of the register."""
        return cost_effectiveness([one.drawn for one in self.runs], self[baseline].scenario.name)

    def _together(self, table: Callable[[Run], pd.DataFrame]) -> pd.DataFrame:
        """One table of all runs, with a column of scenario names in front."""
        parts = [table(one) for one in self.runs]
        for part, one in zip(parts, self.runs, strict=True):
            part.insert(0, "scenario", one.scenario.name)
        return described(pd.concat(parts, ignore_index=True))


def run(
    scenarios: Scenario | str | Sequence[Scenario | str],
    registry: Registry | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    workers: int | None = None,
    facts: Facts | None = None,
    keep_finished: bool = False,
    keep: str | Path | None = None,
    until_settled: bool = False,
    most_draws: int | None = None,
) -> Runs:
    """Project and assess scenarios (values, names or paths) on a register (default: the full synthetic task) under the same luck.

    `draws=0` is deterministic. All scenarios are loaded, and their plans held against the register, before the first is run. Raises
    InputError for anything that cannot be run, two scenarios of one name too. Ctrl-C raises KeyboardInterrupt; with `keep_finished` it
    ends with what is finished: whole runs, and the one under way with the draws that it has.

    `keep`: a folder in which finished blocks are kept (`<keep>/work`), so that a run that was killed, or one of more draws, goes on from
    them; RunError where it cannot be written. `until_settled`: draws are added until every verdict at the governing line is settled, up
    to `most_draws` (12,800 by default), so runs may differ in their draws. Neither changes a number of a run of as many draws.
    """
    checked_draws(draws, seed)
    checked_settling(draws, most_draws, seed, until_settled=until_settled)
    wanted = [scenarios] if isinstance(scenarios, (str, Scenario)) else list(scenarios)
    if not wanted:
        raise InputError(said("no scenario to run: give one at least, by value, name or path"))
    loaded = [load_scenario(one, facts) if isinstance(one, str) else one for one in wanted]
    distinct_names(loaded)
    people = default_registry() if registry is None else registry
    ready = [prepare(people, one, facts) for one in loaded]
    make = partial(run_until_settled, most_draws=most_draws) if until_settled else run_prepared
    go = partial(_go, make, keep, draws=draws, seed=seed, workers=workers)
    return Runs(tuple(_until_stopped(ready, go) if keep_finished else map(go, ready)))


def _go(make: Callable[..., Run], keep: str | Path | None, prepared: Prepared, **options: Any) -> Run:
    """One run, its blocks kept if they are to be."""
    return make(prepared, kept=None if keep is None else kept_blocks(prepared, options["seed"], keep), **options)


def _until_stopped(ready: Sequence[Prepared], go: Callable[..., Run]) -> Iterator[Run]:
    """Each run in turn until Ctrl-C, which is raised where nothing was finished by then."""
    with stops() as stop:
        for place, one in enumerate(ready):
            try:
                yield go(one, keep_finished=True)
            except KeyboardInterrupt:
                if place == 0:
                    raise
            if stop.asked:
                return


def compare(scenarios: Sequence[Scenario | str], registry: Registry | None = None, **options: Any) -> pd.DataFrame:
    """Run scenarios under the same luck and compare each with the first: paired differences with intervals."""
    runs = run(scenarios, registry, **options)
    return runs.compare(runs.runs[0].scenario.name)

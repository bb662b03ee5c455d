"""The six targets of clause 一(二), each as met, not met or cannot judge, with its probability."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from simlib.assessment import bands
from simlib.assessment.counts import Counts, Shares
from simlib.engine.project import Projection
from simlib.engine.state import Stat, World
from simlib.money import fen_array

LEVELS = {"at_least_100": 1.0, "at_least_99": 0.99, "at_least_95": 0.95, "at_least_90": 0.90, "at_least_80": 0.80}
LINES = {"fixed": World.FIXED_FEN, "moving": World.MOVING_FEN}
VILLAGE_LINES = {"fixed": World.VILLAGE_FIXED_FEN, "moving": World.VILLAGE_MOVING_FEN}
NOT_MODELLED = "not modelled"


@dataclass(frozen=True)
class Target:
    """One row: a target at a line, in one reading, counted one way. Fields as in the JSON contract."""

    target: str
    line: str | None
    reading: str | None
    year: int
    line_value: float | None
    per: str
    met_share: dict[str, float | None]
    probability: dict[str, float | None]
    mc_se: float | None
    tolerance: float
    confidence: float
    verdict: str
    reason: str | None

    def record(self) -> dict[str, Any]:
        """As the JSON contract has it."""
        return asdict(self)


@dataclass(frozen=True)
class _Judge:
    """What every verdict of a projection shares."""

    tolerance: float
    confidence: float
    drawn: bool

    def row(
        self, target: str, line: str | None, reading: str | None, year: int, value: float | None, per: str, share: Shares | None
    ) -> Target:
        """Judge one share[draw]; None means that nothing models it."""
        draws = None if share is None or not self.drawn else share
        band = bands.band([] if share is None else share)
        verdict = bands.verdict(draws, self.tolerance, self.confidence)
        chances = bands.probability_at_least([] if draws is None else draws, list(LEVELS.values()))
        missing = share is not None and bool(np.isnan(share).any())
        reason = NOT_MODELLED if share is None else (bands.NO_DATA if missing else verdict.reason)
        return Target(
            target=target,
            line=line,
            reading=reading,
            year=year,
            line_value=value,
            per=per,
            met_share={"mean": band.mean, "p05": band.p05, "p95": band.p95},
            probability={name: chances[level] for name, level in LEVELS.items()},
            mc_se=verdict.mc_se,
            tolerance=self.tolerance,
            confidence=self.confidence,
            verdict=bands.CANNOT_JUDGE if share is None else verdict.verdict,
            reason=reason,
        )


def _line_value(counts: Counts, slot: World, year: int) -> float:
    """A line in yuan, as the mean over draws where it is drawn."""
    return round(float(counts.lines[year, slot].mean()) / 100, 2)


def _household_income(counts: Counts, judge: _Judge, last: int, year: int) -> Iterator[Target]:
    """Labour-capable people reach the household line: `each` household, or their `mean` (the text's 人均 allows both)."""
    for line, slot in LINES.items():
        value = _line_value(counts, slot, last)
        for per in ("people", "households"):
            yield judge.row("household_income", line, "each", year, value, per, counts.capable_share(line, per)[:, last])
        mean = counts.income_pc("capable")[:, last]
        reached = np.where(np.isnan(mean), np.nan, fen_array(np.nan_to_num(mean)) >= counts.lines[last, slot])
        yield judge.row("household_income", line, "mean", year, value, "people", reached)


def _village_income(counts: Counts, judge: _Judge, last: int, year: int) -> Iterator[Target]:
    """Every poor village's mean income reaches 60 % of the province's."""
    for (line, slot), stat in zip(VILLAGE_LINES.items(), (Stat.MEAN_FIXED, Stat.MEAN_MOVING), strict=True):
        yield judge.row(
            "village_income", line, "each", year, _line_value(counts, slot, last), "villages", counts.village_share(stat)[:, last]
        )


def planned_path(projection: Projection) -> dict[int, float]:
    """The share of the register that is to be out by the end of each year: the province's plan of exits, cumulated (S03)."""
    facts = projection.packed.facts
    plan = {2016: facts["exit_plan_2016"], 2017: facts["exit_plan_2017"], 2018: facts["exit_plan_2018"]}
    whole = sum(plan.values())
    return {year: sum(number for other, number in plan.items() if other <= year) / whole for year in plan}


def _yearly_progress(counts: Counts, judge: _Judge, projection: Projection) -> Iterator[Target]:
    """Exits year by year (逐年脱贫): the share of each year's planned cumulative exits that is reached, one at most."""
    planned = planned_path(projection)
    for place, year in enumerate(projection.years):
        if year in planned:
            reached = np.minimum(1.0, counts.share(Stat.EXITED)[:, place] / planned[year])
            yield judge.row("yearly_progress", None, None, year, None, "people", reached)


def targets(projection: Projection) -> list[Target]:
    """Every target row of a projection, at the last year of its horizon (yearly progress: at each). Clause 一(二)."""
    counts, reporting = Counts(projection), projection.packed.scenario.reporting
    judge = _Judge(reporting.tolerance, reporting.confidence, not projection.draws.quiet)
    last = len(projection.years) - 1
    year = projection.years[last]
    rows = list(_household_income(counts, judge, last, year))
    rows += [
        judge.row("dibao_coverage", None, None, year, None, per, counts.covered_share(per)[:, last]) for per in ("people", "households")
    ]
    rows.append(judge.row("guarantees", None, None, year, None, "people", None))  # housing is no measure yet
    rows += _village_income(counts, judge, last, year)
    rows.append(judge.row("services", None, None, year, None, "villages", None))  # village projects are no measure yet
    return rows + list(_yearly_progress(counts, judge, projection))

"""The six targets of clause 一(二), each as met, not met or cannot judge, with its probability."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from simlib.assessment import bands
from simlib.assessment.counts import Counts, Shares, services_share
from simlib.engine.counted import Stat
from simlib.engine.project import Projection
from simlib.engine.slots import World
from simlib.facts import Facts
from simlib.money import FEN_PER_YUAN, fen_array

LEVELS: Final = {"at_least_100": 1.0, "at_least_99": 0.99, "at_least_95": 0.95, "at_least_90": 0.90, "at_least_80": 0.80}
LINES: Final = {"fixed": World.FIXED_FEN, "moving": World.MOVING_FEN, "indexed": World.INDEXED_FEN}
VILLAGE_LINES: Final = {
    "fixed": (World.VILLAGE_FIXED_FEN, Stat.MEAN_FIXED),
    "moving": (World.VILLAGE_MOVING_FEN, Stat.MEAN_MOVING),
    "indexed": (World.VILLAGE_INDEXED_FEN, Stat.MEAN_INDEXED),
}
YUAN_DECIMALS: Final = 2


@dataclass(frozen=True)
class Target:
    """One row: a target at a line, in one reading, counted one way. Fields as in the JSON contract, but for `chance`."""

    target: str
    line: str | None
    reading: str | None
    year: int
    line_value: float | None  # yuan a person and year; the mean over draws where a line is drawn
    per: str
    met_share: dict[str, float | None]
    probability: dict[str, float | None]
    mc_se: float | None
    tolerance: float
    confidence: float
    verdict: str
    reason: str | None
    chance: float | None = field(default=None)  # P(share >= tolerance), which the verdict and mc_se are about

    def record(self) -> dict[str, Any]:
        """As the JSON contract has it."""
        fields = asdict(self)
        del fields["chance"]
        return fields


@dataclass(frozen=True)
class Judge:
    """What every verdict of a projection shares: the share to reach, the probability asked for, whether luck was drawn at all."""

    tolerance: float
    confidence: float
    drawn: bool

    def row(
        self,
        target: str,
        share: Shares,
        *,
        year: int,
        per: str,
        line: str | None = None,
        reading: str | None = None,
        line_value: float | None = None,
    ) -> Target:
        """Judge one share[draw]; an undefined one cannot be judged for want of data. Without luck there is a mean, and no probability."""
        draws = share if self.drawn else None
        band = bands.band(share)
        verdict = bands.verdict(draws, self.tolerance, self.confidence)
        chances = bands.probability_at_least([] if draws is None else draws, list(LEVELS.values()))
        return Target(
            target=target,
            line=line,
            reading=reading,
            year=year,
            line_value=line_value,
            per=per,
            met_share=band._asdict(),
            probability={name: chances[level] for name, level in LEVELS.items()},
            mc_se=verdict.mc_se,
            tolerance=self.tolerance,
            confidence=self.confidence,
            verdict=verdict.verdict,
            reason=bands.NO_DATA if np.isnan(share).any() else verdict.reason,
            chance=verdict.probability,
        )


def due_year(facts: Facts, years: Sequence[int]) -> int:
    """The year in which targets are due (一(二): 2018), or the last of a horizon that ends before it."""
    target = int(facts["target_year"])
    return max(year for year in years if year <= max(target, years[0]))


def target_place(projection: Projection) -> int:
    """The place of `due_year` among a projection's years."""
    return projection.years.index(due_year(projection.packed.facts, projection.years))


def headline(projection: Projection) -> Shares:
    """The number that scenarios are ranked by: share of labour-capable people at the fixed line when targets are due. -> [draw]"""
    share: Shares = Counts(projection).capable_share("fixed", "people")[:, target_place(projection)]
    return share


def _line_value(counts: Counts, slot: World, place: int) -> float:
    """A line in yuan, as the mean over draws where it is drawn."""
    return round(float(counts.lines[place, slot].mean()) / FEN_PER_YUAN, YUAN_DECIMALS)


def _household_income(counts: Counts, judge: Judge, place: int, year: int) -> Iterator[Target]:
    """Labour-capable people reach the household line: `each` household, or their `mean` (the text's 人均 allows both)."""
    mean = counts.income_pc("capable")[:, place]
    for line, slot in LINES.items():
        value = _line_value(counts, slot, place)
        for per in ("people", "households"):
            share = counts.capable_share(line, per)[:, place]
            yield judge.row("household_income", share, line=line, reading="each", year=year, line_value=value, per=per)
        reached = np.where(np.isnan(mean), np.nan, fen_array(np.nan_to_num(mean)) >= counts.lines[place, slot])
        yield judge.row("household_income", reached, line=line, reading="mean", year=year, line_value=value, per="people")


def _village_income(counts: Counts, judge: Judge, place: int, year: int) -> Iterator[Target]:
    """Every poor village's mean income reaches 60 % of the province's."""
    for line, (slot, stat) in VILLAGE_LINES.items():
        share, value = counts.village_share(stat)[:, place], _line_value(counts, slot, place)
        yield judge.row("village_income", share, line=line, reading="each", year=year, line_value=value, per="villages")


def planned_path(facts: Facts) -> dict[int, float]:
    """The share of the register that is to be out by the end of each year: the province's plan of exits, cumulated (S03)."""
    plan = {2016: facts["exit_plan_2016"], 2017: facts["exit_plan_2017"], 2018: facts["exit_plan_2018"]}
    whole = sum(plan.values())
    return {year: sum(number for other, number in plan.items() if other <= year) / whole for year in plan}


def _yearly_progress(counts: Counts, judge: Judge, projection: Projection) -> Iterator[Target]:
    """Exits year by year (逐年脱贫): who is out at a year's end, as a share of those planned to be out by then; one at most."""
    planned, out = planned_path(projection.packed.facts), counts.share(Stat.EXITED)
    for place, year in enumerate(projection.years):
        if year in planned:
            reached = np.minimum(1.0, out[:, place] / planned[year])
            yield judge.row("yearly_progress", reached, year=year, per="people")


def targets(projection: Projection) -> tuple[Target, ...]:
    """Every target row of a projection, in the year in which targets are due (yearly progress: in each). Clause 一(二).

    `guarantees` is the share of registered people with food and clothing, school, medical care and safe housing; `services` that of the
    poor villages where every service stands, which cannot be judged where the register lacks a score.
    """
    counts, reporting = Counts(projection), projection.packed.scenario.reporting
    judge = Judge(reporting.tolerance, reporting.confidence, not projection.draws.quiet)
    place = target_place(projection)
    year, services = projection.years[place], services_share(projection)
    covered = (judge.row("dibao_coverage", counts.covered_share(per)[:, place], year=year, per=per) for per in ("people", "households"))
    return (
        *_household_income(counts, judge, place, year),
        *covered,
        judge.row("guarantees", counts.share(Stat.GUARANTEED)[:, place], year=year, per="people"),
        *_village_income(counts, judge, place, year),
        judge.row("services", services[:, place], year=year, per="villages"),
        *_yearly_progress(counts, judge, projection),
    )

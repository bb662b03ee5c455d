"""Shares of a projection by draw: from the integers that the engine counted to what targets and tables are made of."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simlib.assessment.inequality import gini_from_bins
from simlib.engine.project import Projection
from simlib.engine.state import GAP_UNIT, Ledger, Stat, World
from simlib.engine.world import world_table
from simlib.money import FEN_PER_YUAN

Shares = NDArray[np.float64]  # [draw, year]


def ratio(part: NDArray[np.int64] | Shares, whole: NDArray[np.int64] | Shares | float) -> Shares:
    """part / whole, NaN where nobody is counted."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64))
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


class Counts:
    """One projection's counts over some of its cells (all by default), by draw and year. People and households are weighted."""

    def __init__(self, projection: Projection, cells: Sequence[int] | None = None) -> None:
        chosen = list(range(len(projection.packed.cells))) if cells is None else list(cells)
        self.projection = projection
        self._sums = projection.cells[:, :, chosen].sum(axis=2)
        self._base = projection.packed.cells.iloc[chosen].sum(numeric_only=True)
        self.governing_is_fixed = projection.packed.scenario.levers.governing_line == "fixed"

    def stat(self, stat: Stat) -> NDArray[np.int64]:
        """A statistic. -> int64[draw, year]"""
        return self._sums[:, :, stat]

    def base(self, name: str) -> float:
        """A constant of the base-year register: capable, without (people), capable_hh, without_hh, poor_villages."""
        return float(self._base[name])

    @property
    def people(self) -> float:
        """People of the base-year register."""
        return self.base("capable") + self.base("without")

    def capable_share(self, line: str, per: str) -> Shares:
        """Share of the labour-capable whose household is at a line (`fixed`, `moving`), by people or households."""
        first = Stat.CAPABLE_FIXED if line == "fixed" else Stat.CAPABLE_MOVING
        households = per == "households"
        return ratio(self._sums[:, :, first + int(households)], self.base("capable_hh" if households else "capable"))

    def at_line_share(self) -> Shares:
        """Share of all registered people at the governing line."""
        capable, without = (
            (Stat.CAPABLE_FIXED, Stat.WITHOUT_FIXED) if self.governing_is_fixed else (Stat.CAPABLE_MOVING, Stat.WITHOUT_MOVING)
        )
        return ratio(self.stat(capable) + self.stat(without), self.people)

    def covered_share(self, per: str) -> Shares:
        """Share of those without labour capacity who draw dibao or are at the governing line by themselves."""
        if per == "households":
            return ratio(self.stat(Stat.COVERED_HH), self.base("without_hh"))
        return ratio(self.stat(Stat.COVERED), self.base("without"))

    def share(self, stat: Stat) -> Shares:
        """A statistic of people as a share of the base-year register."""
        return ratio(self.stat(stat), self.people)

    def reentry_share(self) -> Shares:
        """Of the people out of the register at the year's start, the share that fell back in (返贫率)."""
        return ratio(self.stat(Stat.REENTRIES), self.stat(Stat.EXITED_BEFORE))

    def village_share(self, stat: Stat) -> Shares:
        """A village statistic as a share of the poor villages."""
        return ratio(self.stat(stat), self.base("poor_villages"))

    def income_pc(self, kind: str = "capable") -> Shares:
        """Mean income a person in yuan: of the labour-capable, or of those without labour capacity (`without`)."""
        return sum(self.source_pc(kind), start=np.zeros(1))

    def source_pc(self, kind: str = "capable") -> list[Shares]:
        """Mean income a person by source in yuan: wage, business, property, transfer, dibao. -> five arrays [draw, year]"""
        first = Stat.CAPABLE_WAGE if kind == "capable" else Stat.WITHOUT_WAGE
        return [ratio(self._sums[:, :, first + source], self.base(kind)) / FEN_PER_YUAN for source in range(5)]

    @cached_property
    def lines(self) -> NDArray[np.float64]:
        """Every line of every year in fen. -> float64[year, World slot, draw]"""
        one = self.projection
        return world_table(one.packed.facts, one.packed.scenario, one.draws, one.years)

    def fgt(self) -> tuple[Shares, Shares, Shares]:
        """Headcount, gap and squared gap of all registered people at the fixed line (Foster, Greer and Thorbecke 1984)."""
        line = self.lines[:, World.FIXED_FEN].T
        poor = self.people - self.stat(Stat.CAPABLE_FIXED) - self.stat(Stat.WITHOUT_FIXED)
        gap = ratio(self.stat(Stat.GAP_FEN), line * self.people)
        return ratio(poor, self.people), gap, ratio(self.stat(Stat.GAP_SQUARED) / GAP_UNIT, self.people)

    def gini(self) -> Shares:
        """Gini of income a person of all registered people, from bins of 250 yuan with their own means (error: `gini_bin_error`)."""
        people, fen = self.projection.incomes[:, :, 0], self.projection.incomes[:, :, 1]
        return np.asarray(gini_from_bins(people, fen))

    def spent(self) -> NDArray[np.float64]:
        """Yuan spent from all funds, by draw and year; of the whole projection, whatever the cells."""
        return np.asarray(self.projection.ledger[:, :, :, Ledger.SPENT].sum(axis=2) / FEN_PER_YUAN)

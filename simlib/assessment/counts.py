"""Shares of a projection by draw: from the integers that the engine counted to what targets and tables are made of."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simlib.assessment.inequality import gini_from_bins
from simlib.engine.counted import GAP_UNIT, STAT_OF_CELL, Stat
from simlib.engine.project import Projection
from simlib.engine.slots import World
from simlib.engine.state import CREDIT_ACCOUNT, Ledger
from simlib.engine.world import world_table
from simlib.money import FEN_PER_YUAN

Shares = NDArray[np.float64]  # [draw, year]
SOURCES = ("wage", "business", "property", "transfer", "dibao")
LINES = ("fixed", "moving", "indexed")  # as printed, as it moves with the province's income, in constant prices of 2015
CAPABLE = {"fixed": Stat.CAPABLE_FIXED, "moving": Stat.CAPABLE_MOVING, "indexed": Stat.CAPABLE_INDEXED}  # then their households
WITHOUT = {"fixed": Stat.WITHOUT_FIXED, "moving": Stat.WITHOUT_MOVING, "indexed": Stat.WITHOUT_INDEXED}
AT_ONCE = 1000  # draws whose bins are sorted together: sorting takes more memory than the bins


def ratio(part: ArrayLike, whole: ArrayLike) -> Shares:
    """part / whole, NaN where nobody is counted."""
    above, below = np.broadcast_arrays(np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64))
    shares: Shares = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return shares


class Counts:
    """One projection's counts over some of its cells (all by default), by draw and year. People and households are weighted."""

    def __init__(self, projection: Projection, cells: Sequence[int] | None = None) -> None:
        chosen = list(range(len(projection.packed.cells))) if cells is None else list(cells)
        self.projection = projection
        kept = list(Stat) if cells is None else [Stat(stat) for stat in STAT_OF_CELL]
        self._place = {stat: place for place, stat in enumerate(kept)}
        self._sums: NDArray[np.int64] = projection.totals if cells is None else projection.cells[:, :, chosen].sum(axis=2)
        self._base = projection.packed.cells.iloc[chosen].sum(numeric_only=True)
        self.governing = projection.packed.scenario.levers.governing_line

    def stat(self, stat: int) -> NDArray[np.int64]:
        """A statistic of `Stat`, of some cells one of `CellStat`. -> int64[draw, year], in units of 1 / packed.weight_unit or fen"""
        counted: NDArray[np.int64] = self._sums[:, :, self._place[Stat(stat)]]
        return counted

    def base(self, name: str) -> float:
        """A constant of the base-year register: capable, without (people), capable_hh, without_hh, poor_villages."""
        return float(self._base[name])

    @property
    def people(self) -> float:
        """People of the base-year register, in units of 1 / packed.weight_unit."""
        return self.base("capable") + self.base("without")

    def capable_share(self, line: str, per: str) -> Shares:
        """Share of the labour-capable whose household is at a line (one of LINES), by `people` or `households`."""
        base, step = {"people": ("capable", 0), "households": ("capable_hh", 1)}[per]
        return ratio(self.stat(CAPABLE[line] + step), self.base(base))

    def at_line_share(self, line: str | None = None) -> Shares:
        """Share of all registered people at a line, the governing one by default."""
        wanted = line or self.governing
        return ratio(self.stat(CAPABLE[wanted]) + self.stat(WITHOUT[wanted]), self.people)

    def covered_share(self, per: str) -> Shares:
        """Of those without labour capacity, the share who draw dibao or are at the governing line, by `people` or `households`.

        The gap group counts in neither part: over the dibao line it is not eligible (符合政策, clause 一(二)); see `gap_group_share`.
        """
        people = (Stat.COVERED, "without", Stat.GAP_GROUP)
        stat, base, gap = {"people": people, "households": (Stat.COVERED_HH, "without_hh", Stat.GAP_GROUP_HH)}[per]
        return ratio(self.stat(stat), self.base(base) - self.stat(gap))

    def gap_group_share(self) -> Shares:
        """Share of people without labour capacity who are over the dibao line, so not eligible, and under the governing line."""
        return ratio(self.stat(Stat.GAP_GROUP), self.base("without"))

    def share(self, stat: int) -> Shares:
        """A statistic of people as a share of the base-year register."""
        return ratio(self.stat(stat), self.people)

    def paper_exit_share(self) -> Shares:
        """Of the people who left this year, the share who left on paper only: by what reports expect, and not by their income."""
        return ratio(self.stat(Stat.PAPER_EXITS), self.stat(Stat.EXITS))

    def below_after_exit_share(self) -> Shares:
        """Of the people out of the register, the share under the governing line."""
        return ratio(self.stat(Stat.BELOW_AFTER_EXIT), self.stat(Stat.EXITED))

    def reentry_share(self) -> Shares:
        """Of the people out of the register at the year's start, the share that fell back in (返贫率)."""
        return ratio(self.stat(Stat.REENTRIES), self.stat(Stat.EXITED_BEFORE))

    def village_share(self, stat: int) -> Shares:
        """A village statistic as a share of the poor villages."""
        return ratio(self.stat(stat), self.base("poor_villages"))

    def persons(self, stat: int) -> Shares:
        """A statistic of people, in persons."""
        return self.stat(stat) / self.projection.packed.weight_unit

    def yuan(self, stat: int) -> Shares:
        """A statistic of money in yuan; income is counted in fen for every unit of weight."""
        return self.stat(stat) / (FEN_PER_YUAN * self.projection.packed.weight_unit)

    def income_pc(self, kind: str = "capable") -> Shares:
        """Mean income a person in yuan: of the labour-capable (`capable`), or of those `without` labour capacity."""
        fen = sum((self._source_fen(kind, source) for source in range(len(SOURCES))), np.zeros(1, dtype=np.int64))
        return ratio(fen, self.base(kind)) / FEN_PER_YUAN

    def source_pc(self, kind: str = "capable") -> dict[str, Shares]:
        """Mean income a person by source in yuan; they add up to `income_pc`."""
        return {name: ratio(self._source_fen(kind, place), self.base(kind)) / FEN_PER_YUAN for place, name in enumerate(SOURCES)}

    def _source_fen(self, kind: str, source: int) -> NDArray[np.int64]:
        first = {"capable": Stat.CAPABLE_WAGE, "without": Stat.WITHOUT_WAGE}[kind]
        return self.stat(first + source)

    @cached_property
    def lines(self) -> NDArray[np.float64]:
        """Every line of every year in fen. -> float64[year, World slot, draw]"""
        one = self.projection
        return world_table(one.packed.facts, one.packed.scenario, one.draws, one.years)

    def fgt(self) -> tuple[Shares, Shares, Shares]:
        """Headcount, gap and squared gap of all registered people at the fixed line (Foster, Greer and Thorbecke 1984).

        Gaps are taken on max(income, 0); `floored_share` says how many people that touches.
        """
        line = self.lines[:, World.FIXED_FEN].T
        poor = self.people - self.stat(Stat.CAPABLE_FIXED) - self.stat(Stat.WITHOUT_FIXED)
        gap = ratio(self.stat(Stat.GAP_FEN), line * self.people)
        return ratio(poor, self.people), gap, ratio(self.stat(Stat.GAP_SQUARED) / GAP_UNIT, self.people)

    def floored_share(self) -> Shares:
        """Share of registered people whose income is below zero."""
        return self.share(Stat.FLOORED)


def gini(projection: Projection) -> Shares:
    """Gini of income a person of all registered people, from bins of 250 yuan with their own means (error: `gini_bin_error`)."""
    pieces = (projection.incomes[first : first + AT_ONCE] for first in range(0, len(projection.incomes), AT_ONCE))
    return np.concatenate([gini_from_bins(piece[:, :, 0], piece[:, :, 1]) for piece in pieces])


def services_share(projection: Projection) -> Shares:
    """Share of the poor villages where every service stands, by draw and year; NaN where the register lacks a score of one of them.

    A village without a score is no village without a need: what stands there cannot be said. Clause 二(七).
    """
    share = Counts(projection).village_share(Stat.SERVICES)
    return share if projection.packed.base.services_known else np.full(share.shape, np.nan)


def spent_yuan(projection: Projection) -> Shares:
    """Yuan spent from all funds, by draw and year; what a bank lends is no spending."""
    spent = projection.ledger[:, :, :, Ledger.SPENT]
    fen: NDArray[Any] = spent.sum(axis=2) - spent[:, :, CREDIT_ACCOUNT]
    return fen / FEN_PER_YUAN

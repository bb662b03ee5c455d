"""Counting: every statistic again, by NumPy, from the trace of every household in every draw."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simlib.engine.counted import (
    GAP_UNIT,
    INCOME_BIN_FEN,
    INCOME_BINS,
    STAT_OF_CELL,
    CellStat,
    HouseholdStat,
    Stat,
    Trace,
    VillageStat,
)
from simlib.engine.draws import draw_table
from simlib.engine.project import Projection, project, project_whole
from simlib.engine.slots import World
from simlib.engine.state import CHOSEN, Ledger, Measure, Status
from simlib.engine.world import world_table
from simlib.facts import load_facts
from simlib.funds import PLANNED_ACCOUNTS
from tests.engine.small import any_register, assert_same, draws_of, packed_with, scenario_with

Rows = NDArray[np.float64]  # [household, year, draw]
DRAWS = 20
REGISTERED = "registered"
UNTRACED = (  # of villages: see below, and the reference
    *(Stat.COLLECTIVE_FEN, Stat.COLLECTIVE_OWN_FEN, Stat.MEAN_FIXED, Stat.MEAN_MOVING, Stat.MEAN_INDEXED, Stat.VILLAGE_EXITS),
    *(Stat.SERVICES, Stat.VILLAGE_SHEET, Stat.VILLAGE_SHEET_ONLY, Stat.VILLAGE_EXIT_ONLY),
)


@dataclass(frozen=True)
class Told:
    """A projection, and what its trace says."""

    projection: Projection

    def __getitem__(self, slot: Trace) -> Rows:
        assert self.projection.trace is not None
        return np.asarray(self.projection.trace[:, :, slot])

    @cached_property
    def world(self) -> NDArray[np.float64]:
        """Lines of the year and draw. -> [slot, 1, year, draw]"""
        one = self.projection
        table = world_table(one.packed.facts, one.packed.scenario, one.draws, one.years)
        return np.moveaxis(table, 1, 0)[:, None]

    @cached_property
    def before(self) -> Rows:
        """The status at the year's start; who enters is `in` by then, which no statistic tells from a candidate."""
        first = np.where(self.projection.packed.table.registered == 1, Status.IN, Status.CANDIDATE)
        status = self[Trace.STATUS]
        return np.concatenate([np.broadcast_to(first[:, None, None], status[:, :1].shape), status[:, :-1]], axis=1)

    def total(self, rows: Any, *, people: bool = True, of: str = REGISTERED) -> NDArray[np.int64]:
        """Sum over households. bool or int[household, year, draw] -> int64[draw, year]"""
        table = self.projection.packed.table
        weight = table.weight * table.members if people else table.weight
        among = {
            REGISTERED: table.registered == 1,
            "capable": (table.registered == 1) & (table.labour_units > 0),
            "without": (table.registered == 1) & (table.labour_units == 0),
            "candidates": table.registered == 0,
            "all": np.ones(len(weight), dtype=bool),
        }[of]
        return np.asarray((np.asarray(rows).astype(np.int64) * (weight * among)[:, None, None]).sum(axis=0).T)


@pytest.fixture(scope="module")
def told() -> Told:
    """Fallen jobs and loans, short retention, exits as reported: every statistic has something to count."""
    facts = load_facts().with_({"job_kept": {"value": 0.7}, "microcredit_default": {"value": 0.08}, "microcredit_takeup": {"value": 0.4}})
    levers = {
        "allocation": {"retention_years": 0},
        "horizon": [2016, 2019],
        "register_income": "reported",
        "identification": {"recheck": True},
    }
    packed = packed_with(any_register(41, households=60, villages=3), scenario_with(facts, levers, base="full_package"), facts)
    return Told(project_whole(packed, draws_of(packed, DRAWS)))


def expected(told: Told) -> dict[Stat, NDArray[np.int64]]:
    """Every statistic of all villages together. -> int64[draw, year]"""
    status, pc, dibao = told[Trace.STATUS], told[Trace.PC_FEN], told[Trace.DIBAO]
    fixed, moving, out = told[Trace.AT_FIXED] == 1, told[Trace.AT_MOVING] == 1, status == Status.EXITED
    line, governing = told.world[World.FIXED_FEN], told.world[World.GOVERNING_FEN]
    table = told.projection.packed.table
    enrolled, safe, sheet = told[Trace.ENROLLED] == 1, told[Trace.SAFE] == 1, told[Trace.SHEET] == 1
    indexed, by_dibao, back = told[Trace.AT_INDEXED] == 1, told[Trace.BY_DIBAO] == 1, told.before == Status.REENTERED
    leaves, principal = out & (told.before != Status.EXITED), int(told.projection.packed.facts["microcredit_loan"] * 100)
    gap = np.maximum(0.0, line - np.maximum(pc, 0.0))
    on = (status == Status.IN) | (status == Status.REENTERED)
    covered = (dibao > 0) | (pc >= governing)
    sources = {
        Stat[f"{kind.upper()}_{source.name}"]: told.total(told[source], people=False, of=kind)
        for kind in ("capable", "without")
        for source in (Trace.WAGE, Trace.BUSINESS, Trace.PROPERTY, Trace.TRANSFER, Trace.DIBAO)
    }
    return sources | {
        Stat.CAPABLE_FIXED: told.total(fixed, of="capable"),
        Stat.CAPABLE_FIXED_HH: told.total(fixed, people=False, of="capable"),
        Stat.CAPABLE_MOVING: told.total(moving, of="capable"),
        Stat.CAPABLE_MOVING_HH: told.total(moving, people=False, of="capable"),
        Stat.WITHOUT_FIXED: told.total(fixed, of="without"),
        Stat.WITHOUT_FIXED_HH: told.total(fixed, people=False, of="without"),
        Stat.WITHOUT_MOVING: told.total(moving, of="without"),
        Stat.WITHOUT_MOVING_HH: told.total(moving, people=False, of="without"),
        Stat.EXITED: told.total(out),
        Stat.EXITED_HH: told.total(out, people=False),
        Stat.EXITED_BY_DIBAO: told.total(out & by_dibao),
        Stat.EXITS: told.total(leaves),
        Stat.EXITS_AGAIN: told.total(leaves & back),
        Stat.REENTERED_BEFORE: told.total(back),
        Stat.PAPER_EXITS: told.total(leaves & ~by_dibao & (pc < governing)),
        Stat.PAPER: told.total(told[Trace.PAPER]),
        Stat.STABLE: told.total(told[Trace.STABLE]),
        Stat.REMOVED: told.total(told[Trace.REMOVED]),
        Stat.CAPABLE_INDEXED: told.total(indexed, of="capable"),
        Stat.CAPABLE_INDEXED_HH: told.total(indexed, people=False, of="capable"),
        Stat.WITHOUT_INDEXED: told.total(indexed, of="without"),
        Stat.WITHOUT_INDEXED_HH: told.total(indexed, people=False, of="without"),
        Stat.HOUSED: told.total(safe),
        Stat.MADE_SAFE: told.total(safe & (table.housing == 0)[:, None, None]),
        Stat.GUARANTEED: told.total(told[Trace.GUARANTEED]),
        Stat.SHEET: told.total(sheet),
        Stat.SHEET_ONLY: told.total(sheet & ~out),
        Stat.EXIT_ONLY: told.total(out & ~sheet),
        Stat.RESERVE_FEN: told.total(told[Trace.DEFAULTED] * principal, people=False, of="all"),
        Stat.REENTRIES: told.total((status == Status.REENTERED) & (told.before == Status.EXITED)),
        Stat.EXITED_BEFORE: told.total(told.before == Status.EXITED),
        Stat.BELOW_AFTER_EXIT: told.total(out & (pc < governing)),
        Stat.COVERED: told.total(covered, of="without"),
        Stat.COVERED_HH: told.total(covered, people=False, of="without"),
        Stat.GAP_GROUP: told.total(~covered & (pc >= told.world[World.DIBAO_FEN]), of="without"),
        Stat.GAP_GROUP_HH: told.total(~covered & (pc >= told.world[World.DIBAO_FEN]), people=False, of="without"),
        Stat.DIBAO_PEOPLE: told.total(dibao > 0),
        Stat.SCHOOL: told.total(enrolled | (table.school == 1)[:, None, None]),
        Stat.MEDICAL: told.total(enrolled | (table.medical == 1)[:, None, None]),
        Stat.UNDER_IDENTIFICATION: told.total(pc < told.world[World.IDENTIFICATION_FEN]),
        Stat.GAP_FEN: told.total(gap),
        Stat.GAP_SQUARED: told.total(np.floor((gap / line) * (gap / line) * GAP_UNIT + 0.5)),
        Stat.FLOORED: told.total(pc < 0),
        Stat.ENTERED: told.total(status != Status.CANDIDATE, of="candidates"),
        Stat.NOT_EXITED: told.total(on, of="all"),
        Stat.TOTAL_FEN: told.total(told[Trace.TOTAL_FEN], people=False, of="all"),
    }


def test_every_statistic_counts_what_it_says(told: Told) -> None:
    wanted = expected(told)
    assert {*wanted, *UNTRACED} == set(Stat)
    seen = told.projection.totals
    for stat, numbers in wanted.items():
        assert np.array_equal(seen[:, :, stat], numbers), stat.name
        assert numbers.any(), f"nothing to count: {stat.name}"


def test_sources_add_up_to_the_whole(told: Told) -> None:
    """Exactly: money is counted in fen."""
    slots = (Trace.WAGE, Trace.BUSINESS, Trace.PROPERTY, Trace.TRANSFER, Trace.DIBAO)
    assert np.array_equal(sum(told[slot] for slot in slots), told[Trace.TOTAL_FEN])


def test_constant_counts_of_cells(told: Told) -> None:
    packed = told.projection.packed
    ones = np.ones_like(told[Trace.STATUS])
    assert packed.cells["capable"].sum() == told.total(ones, of="capable")[0, 0]
    assert packed.cells["without_hh"].sum() == told.total(ones, people=False, of="without")[0, 0]
    assert packed.cells["poor_villages"].sum() == packed.groups.is_poor.sum()


def test_cells_are_those_of_their_villages(told: Told) -> None:
    """People by cell are those of the cell's villages."""
    packed, cells = told.projection.packed, told.projection.cells
    village = np.repeat(np.arange(len(packed.village_ids)), packed.groups.end - packed.groups.start)
    covered = (told[Trace.DIBAO] > 0) | (told[Trace.PC_FEN] >= told.world[World.GOVERNING_FEN])
    for cell in range(len(packed.cells)):
        mine = np.isin(village, np.flatnonzero(packed.groups.cell == cell))[:, None, None]
        wanted = {
            CellStat.CAPABLE_FIXED: told.total(mine & (told[Trace.AT_FIXED] == 1), of="capable"),
            CellStat.CAPABLE_MOVING: told.total(mine & (told[Trace.AT_MOVING] == 1), of="capable"),
            CellStat.COVERED: told.total(mine & covered, of="without"),
            CellStat.GAP_GROUP: told.total(mine & ~covered & (told[Trace.PC_FEN] >= told.world[World.DIBAO_FEN]), of="without"),
            CellStat.EXITED: told.total(mine & (told[Trace.STATUS] == Status.EXITED)),
        }
        assert {*wanted, CellStat.VILLAGE_EXITS} == set(CellStat)
        for stat, people in wanted.items():
            assert np.array_equal(cells[:, :, cell, stat], people), stat.name


def test_cells_add_up_to_the_whole(told: Told) -> None:
    assert [Stat(stat).name for stat in STAT_OF_CELL] == [stat.name for stat in CellStat]
    assert np.array_equal(told.projection.cells.sum(axis=2), told.projection.totals[..., list(STAT_OF_CELL)])


def test_incomes_lie_in_their_bins(told: Told) -> None:
    packed, pc = told.projection.packed, told[Trace.PC_FEN]
    people = (packed.table.members * packed.table.weight * packed.table.registered)[:, None, None]
    place = np.clip(np.floor(pc / INCOME_BIN_FEN), 0, INCOME_BINS - 1).astype(int)
    for one in range(INCOME_BINS):
        inside = place == one
        assert np.array_equal(told.projection.incomes[:, :, 0, one], (inside * people).sum(axis=0).T)
        assert np.array_equal(told.projection.incomes[:, :, 1, one], (inside * people * pc).sum(axis=0).T)


def test_households_are_summed_over_draws(told: Told) -> None:
    begun, status = told[Trace.BEGUN].astype(int), told[Trace.STATUS]
    wanted = {
        HouseholdStat.AT_FIXED: told[Trace.AT_FIXED],
        HouseholdStat.AT_MOVING: told[Trace.AT_MOVING],
        HouseholdStat.EXITED: status == Status.EXITED,
        HouseholdStat.REENTERED: status == Status.REENTERED,
        HouseholdStat.WAGE: told[Trace.WAGE],
        HouseholdStat.BUSINESS: told[Trace.BUSINESS],
        HouseholdStat.PROPERTY: told[Trace.PROPERTY],
        HouseholdStat.TRANSFER: told[Trace.TRANSFER],
        HouseholdStat.DIBAO: told[Trace.DIBAO],
        HouseholdStat.INCOME_SQUARED: np.floor(told[Trace.PC_FEN] / 100 + 0.5) ** 2,
        HouseholdStat.PLACED: told[Trace.PLACED_0] + told[Trace.PLACED_1],
        HouseholdStat.INDUSTRY: told[Trace.INDUSTRY_ALIVE],
        HouseholdStat.TRAINING: begun >> Measure.TRAINING & 1,
        HouseholdStat.PUBLIC_POST: told[Trace.POST],
        HouseholdStat.ASSET_SHARES: told[Trace.SHARES],
        HouseholdStat.LAND_TRANSFER: told[Trace.LAND],
        HouseholdStat.MICROCREDIT: told[Trace.LOAN],
        HouseholdStat.LOCAL_JOBS: told[Trace.LOCAL],
        HouseholdStat.HOUSING: told[Trace.HOUSED],
        HouseholdStat.AT_INDEXED: told[Trace.AT_INDEXED],
        HouseholdStat.PAPER: told[Trace.PAPER],
        HouseholdStat.SHEET: told[Trace.SHEET],
        HouseholdStat.STABLE: told[Trace.STABLE],
        HouseholdStat.SHEET_ONLY: (told[Trace.SHEET] == 1) & (status != Status.EXITED),
        HouseholdStat.EXIT_ONLY: (told[Trace.SHEET] == 0) & (status == Status.EXITED),
        HouseholdStat.SAFE: told[Trace.SAFE],
        HouseholdStat.GUARANTEED: told[Trace.GUARANTEED],
        HouseholdStat.REMOVED: told[Trace.REMOVED],
    }
    assert set(wanted) == set(HouseholdStat)
    for stat, rows in wanted.items():
        assert np.array_equal(told.projection.households[:, :, stat], np.asarray(rows).sum(axis=2)), stat.name


def test_households_served_are_those_that_begin(told: Told) -> None:
    for measure in list(Measure)[:CHOSEN]:
        begun = told[Trace.BEGUN].astype(int) >> measure & 1
        assert np.array_equal(told.projection.served[:, :, measure], told.total(begun, people=False, of="all")), measure.name


def test_villages_by_hand(told: Told) -> None:
    """Means, verdicts and money of each village, one draw after the other."""
    packed, projection = told.projection.packed, told.projection
    groups = packed.groups
    for village in range(len(packed.village_ids)):
        rows = slice(groups.start[village], groups.end[village])  # a group a village here
        weight = packed.table.weight[rows] * packed.table.registered[rows] * packed.table.members[rows]
        at_fixed = (told[Trace.AT_FIXED][rows] * weight[:, None, None]).sum(axis=0)
        assert np.array_equal(projection.villages[village, :, VillageStat.AT_FIXED], at_fixed.sum(axis=1))
        share = (at_fixed * 100 // max(1, groups.people[village])).astype(int)
        for year in range(len(projection.years)):
            assert np.array_equal(projection.share_bins[village, year], np.bincount(share[year], minlength=101))
            assert projection.mean_bins[village, year].sum() == DRAWS
        assert projection.group_ledger is not None
        spent = projection.group_ledger[village, :, :PLANNED_ACCOUNTS, Ledger.SPENT].sum(axis=(1, 2))  # social protection is paid by right
        assert np.array_equal(projection.villages[village, :, VillageStat.SPENT_FEN], spent)


def test_what_moves_on_the_accounts_of_groups_is_what_moves_on_all(told: Told) -> None:
    ledger = told.projection.group_ledger
    assert ledger is not None
    assert np.array_equal(np.moveaxis(ledger.sum(axis=0), -1, 0), told.projection.ledger)
    assert ledger[:, :, PLANNED_ACCOUNTS:].any()


def test_verdicts_of_villages_are_those_of_poor_villages(told: Told) -> None:
    poor = told.projection.packed.groups.is_poor == 1
    pairs = [
        (Stat.MEAN_FIXED, VillageStat.MEAN_FIXED),
        (Stat.MEAN_MOVING, VillageStat.MEAN_MOVING),
        (Stat.VILLAGE_EXITS, VillageStat.EXITS),
        (Stat.MEAN_INDEXED, VillageStat.MEAN_INDEXED),
        (Stat.SERVICES, VillageStat.SERVICES),
        (Stat.VILLAGE_SHEET, VillageStat.SHEET),
        (Stat.VILLAGE_SHEET_ONLY, VillageStat.SHEET_ONLY),
        (Stat.VILLAGE_EXIT_ONLY, VillageStat.EXIT_ONLY),
    ]
    for of_all, of_villages in pairs:
        seen = told.projection.totals[..., of_all].sum(axis=0)
        assert np.array_equal(seen, told.projection.villages[poor, :, of_villages].sum(axis=0))


@pytest.mark.parametrize("draws", [1, 2, 7, 8, 9, 63, 64, 65])
def test_lanes_that_only_fill_up_are_not_counted(draws: int) -> None:
    """A block is worked whole, a lone draw by itself: sums over draws are those of the draws one by one."""
    packed = packed_with(any_register(42), scenario_with(load_facts(), {}, base="full_package"))
    table = draw_table(packed.facts, packed.scenario, draws, 1)
    padded, exact, alone = project(packed, table), project_whole(packed, table), project(packed, table, width=1)
    assert padded.share_bins.sum() == draws * len(packed.years) * len(packed.village_ids)
    assert_same(padded, exact)
    assert_same(padded, alone)

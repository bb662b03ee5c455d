"""What must hold whatever the register (the model's invariants, as far as they concern the engine). Registers are drawn by their seed."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simlib.engine import blocks
from simlib.engine.counted import CellStat, HouseholdStat, Stat, Trace, VillageStat
from simlib.engine.fixed import fixed_plan
from simlib.engine.project import Projection, project, project_whole
from simlib.engine.state import Ledger, Measure
from simlib.facts import Facts, load_facts
from simlib.funds import PLANNED_ACCOUNTS
from simlib.registry import Registry, make_registry
from simlib.scenario import load_scenario
from tests.engine.small import (
    SHOCKS_OFF,
    STILL,
    any_register,
    assert_same,
    draws_of,
    facts_with,
    packed_with,
    scenario_with,
)

SEEDS = st.integers(0, 2**31)
FEW = settings(max_examples=12)
SOURCES = slice(Trace.WAGE, Trace.DIBAO + 1)
EVERY_MEASURE: dict[str, Any] = {
    "training": {"funds": ["household", "guidance"]},
    "public_post": {"funds": ["household", "guidance"]},
    "industry": {"funds": ["guidance", "household"]},
    "asset_shares": {"funds": ["pool", "household", "guidance"]},
}


def traced(projection: Projection) -> np.ndarray[Any, np.dtype[np.float64]]:
    assert projection.trace is not None
    return projection.trace


def planned_entitlements(projection: Projection) -> np.ndarray[Any, np.dtype[np.int64]]:
    return projection.ledger[:, :, :PLANNED_ACCOUNTS, Ledger.ENTITLED]


# --- 1: order of rows, cut, threads


@FEW
@given(SEEDS)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    registry, rng = any_register(seed), np.random.default_rng(seed)
    shuffled = make_registry(
        registry.households.iloc[rng.permutation(len(registry.households))],
        registry.villages.iloc[rng.permutation(len(registry.villages))],
        synthetic=True,
        origin="test",
    )
    one, other = (packed_with(rows, load_scenario("full_package")) for rows in (registry, shuffled))
    assert one.household_ids.tolist() == other.household_ids.tolist()
    assert_same(project(one, draws_of(one, 6)), project(other, draws_of(other, 6)))


@pytest.mark.parametrize("workers", [1, 4])
def test_the_cut_and_the_threads_change_nothing(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = packed_with(any_register(5, households=60, villages=12), load_scenario("full_package"))
    table = draws_of(packed, 40)
    whole = project(packed, table)
    monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", 5)
    assert len(blocks.parts(packed)) > 6
    told: list[int] = []
    cut = project(packed, table, workers=workers, width=7, progress=told.append)
    assert_same(cut, whole)
    assert sum(told) == 60 * 40 * 3


def test_kept_rows_give_the_same_tallies() -> None:
    packed = packed_with(any_register(6), load_scenario("full_package"))
    table = draws_of(packed, 5)
    assert_same(project_whole(packed, table), project(packed, table))


def test_a_village_of_many_groups_keeps_its_money_and_people(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = any_register(7, households=23, villages=1)
    scenario = load_scenario("full_package")
    whole = packed_with(registry, scenario)
    monkeypatch.setattr("simlib.engine.pack.GROUP_LIMIT", 5)
    cut = packed_with(registry, scenario)
    assert (len(whole.groups.start), len(cut.groups.start)) == (1, 5)
    assert np.array_equal(cut.groups.quota.sum(axis=0), whole.groups.quota.sum(axis=0))
    one, other = (project(packed, draws_of(packed, 4)) for packed in (whole, cut))
    assert np.array_equal(planned_entitlements(one), planned_entitlements(other))
    nothing = packed_with(registry, load_scenario("baseline"))
    monkeypatch.undo()
    uncut = packed_with(registry, load_scenario("baseline"))
    one, other = (project(packed, draws_of(packed, 4)) for packed in (nothing, uncut))
    assert_same(one, other, names=("totals", "cells", "incomes", "villages", "households"))


# --- 2: nothing happens


@FEW
@given(SEEDS)
def test_where_nothing_happens_incomes_stay(seed: int) -> None:
    registry = any_register(seed)
    facts = facts_with(STILL | {"dibao_line_growth": 0.0})
    scenario = scenario_with(facts, {}, uncertainties={"shocks": SHOCKS_OFF})
    packed = packed_with(registry, scenario, facts)
    trace = traced(project_whole(packed, draws_of(packed, 4)))
    rows = registry.households.set_index("household_id").loc[list(packed.household_ids)]
    for slot, column in enumerate(("wage_income", "business_income", "property_income", "transfer_income", "dibao_yuan")):
        registered = np.floor(rows[column].to_numpy(np.float64) * 100 + 0.5)
        assert np.array_equal(trace[:, :, slot, :], np.broadcast_to(registered[:, None, None], trace[:, :, slot, :].shape)), column


# --- 3, the ledger in fen, is a file of its own: test_ledger.py

# --- 4: more never harms


def nobody_exits(seed: int) -> Registry:
    """One poor village in which no house is safe: where that is required, all stay and every planned row of theirs may begin."""
    registry = any_register(seed, villages=1)
    villages = registry.villages.assign(is_poor_village=True)
    return make_registry(registry.households.assign(housing_safe=False), villages, synthetic=True, origin="test")


def everybody_shares(registry: Registry) -> pd.DataFrame:
    """Shares for every household in 2016."""
    rows = [(name, 2016, "asset_shares", "guidance", 100_000) for name in registry.households["household_id"]]
    return pd.DataFrame(rows, columns=["household_id", "year", "measure", "fund", "fen"])


@FEW
@given(SEEDS, st.sampled_from(["asset_shares", "social_security"]), st.sampled_from(["registered", "coverage"]))
def test_more_lowers_nobody(seed: int, more: str, dibao: str) -> None:
    """Under a fixed plan, saturation off, money without end. Each source is rounded by itself: a top-up to a line may miss it by 2 fen."""
    registry, facts = nobody_exits(seed), facts_with({"industry_saturation": 0.0, "absorption_2016": 1.0})
    levers: dict[str, Any] = {
        "exit_requires": ["housing"],
        "funds": {"guidance": {"factor": 1000.0}},
        "rounds": [{"order": "random", "measures": EVERY_MEASURE}],
        "entitled": {"dibao": {"enrolment": dibao}},
    }
    poorer = richer = scenario_with(facts, levers)
    plan = fixed_plan(packed_with(registry, poorer, facts))
    plan = plan[plan["measure"] != "asset_shares"]
    richer_plan = pd.concat([plan, everybody_shares(registry)], ignore_index=True) if more == "asset_shares" else plan
    if more == "social_security":
        richer = scenario_with(facts, levers | {"entitled": levers["entitled"] | {"social_security": {"funds": ["social"]}}})
    pair = [packed_with(registry, one, facts, rows) for one, rows in ((poorer, plan), (richer, richer_plan))]
    low, high = (traced(project_whole(packed, draws_of(packed, 6)))[:, :, Trace.TOTAL_FEN] for packed in pair)
    assert (high >= low - 2).all()
    assert (high > low + 2).any()


# --- 7: twice the money


def doubled_facts(facts: Facts) -> Facts:
    money = {key: facts.fact(key) for key in facts if facts.fact(key).unit.startswith("yuan")}
    return facts.with_(
        {
            key: {name: 2 * number for name in ("value", "low", "high") if (number := getattr(fact, name)) is not None}
            for key, fact in money.items()
        }
    )


def doubled_register(registry: Registry) -> Registry:
    columns = ["wage_income", "business_income", "property_income", "transfer_income", "dibao_yuan"]
    households, villages = registry.households, registry.villages
    for column in columns:
        households[column] = households[column] * 2
    return make_registry(households, villages.assign(other_income=villages["other_income"] * 2), synthetic=True, origin="test")


@FEW
@given(SEEDS)
def test_twice_the_money_is_twice_the_income_and_nothing_else(seed: int) -> None:
    """Lines in whole yuan both times and absorption in halves, so that no rounding bites; a fen either way is left to the sources.

    Dibao as registered: households topped up to the same line would be ranked by what rounding left of it.
    """
    absorbed = {"absorption_2016": 0.5, "absorption_2017": 0.75, "absorption_2018": 1.0}
    facts = facts_with({"provincial_income_2015": 20_000.0, "planned_growth": 0.1} | absorbed)
    once, twice = any_register(seed), doubled_register(any_register(seed))
    pair = []
    for registry, numbers in ((once, facts), (twice, doubled_facts(facts))):
        rounds = [{"order": "poorest_first", "measures": EVERY_MEASURE}]
        entitled = {"social_security": {"funds": ["social"]}, "dibao": {"enrolment": "registered"}}
        scenario = scenario_with(numbers, {"rounds": rounds, "provincial_income": "planned", "entitled": entitled})
        packed = packed_with(registry, scenario, numbers)
        pair.append(project_whole(packed, draws_of(packed, 4)))
    one, two = (traced(projection) for projection in pair)
    money = [*range(Trace.WAGE, Trace.PC_FEN + 1), Trace.REPORTED_FEN, *range(Trace.OWN_WAGE, len(Trace))]
    rest = [slot for slot in Trace if slot not in money]
    assert np.array_equal(one[:, :, rest], two[:, :, rest])
    assert np.max(np.abs(2 * one[:, :, money] - two[:, :, money])) <= 6
    assert np.array_equal(pair[0].served, pair[1].served)
    assert np.max(np.abs(2 * pair[0].ledger - pair[1].ledger)) <= 6 * 3 * len(once.households)
    shares = [Stat.CAPABLE_FIXED, Stat.CAPABLE_MOVING, Stat.EXITED, Stat.COVERED, Stat.MEAN_FIXED, Stat.VILLAGE_EXITS]
    assert np.array_equal(pair[0].totals[..., shares], pair[1].totals[..., shares])
    assert np.array_equal(pair[0].cells, pair[1].cells)


# --- 11: the moving line lies above the fixed one


@FEW
@given(SEEDS, st.sampled_from(["baseline", "full_package"]))
def test_no_more_reach_the_moving_line_than_the_fixed_one(seed: int, name: str) -> None:
    packed = packed_with(any_register(seed), load_scenario(name))
    projection = project(packed, draws_of(packed, 20))
    totals, cells, villages, households = projection.totals, projection.cells, projection.villages, projection.households
    pairs = [
        (Stat.CAPABLE_MOVING, Stat.CAPABLE_FIXED),
        (Stat.WITHOUT_MOVING, Stat.WITHOUT_FIXED),
        (Stat.CAPABLE_MOVING_HH, Stat.CAPABLE_FIXED_HH),
        (Stat.MEAN_MOVING, Stat.MEAN_FIXED),
    ]
    for moving, fixed in pairs:
        assert (totals[..., moving] <= totals[..., fixed]).all()
    assert (cells[..., CellStat.CAPABLE_MOVING] <= cells[..., CellStat.CAPABLE_FIXED]).all()
    assert (villages[..., VillageStat.AT_MOVING] <= villages[..., VillageStat.AT_FIXED]).all()
    assert (villages[..., VillageStat.MEAN_MOVING] <= villages[..., VillageStat.MEAN_FIXED]).all()
    assert (households[..., HouseholdStat.AT_MOVING] <= households[..., HouseholdStat.AT_FIXED]).all()


# --- 12: work is for those who can work


@FEW
@given(SEEDS)
def test_industry_and_employment_leave_those_without_labour_as_they_are(seed: int) -> None:
    registry = any_register(seed, households=16)
    work = {key: EVERY_MEASURE[key] for key in ("training", "public_post", "industry")}
    both = []
    for rounds in ([], [{"order": "poorest_first", "measures": work}]):
        packed = packed_with(registry, scenario_with(load_facts(), {"rounds": rounds}))
        both.append((packed, project_whole(packed, draws_of(packed, 5))))
    (packed, nothing), (_, worked) = both
    weak = packed.table.labour_units == 0
    earning = [Measure.INDUSTRY, Measure.PUBLIC_POST]  # a course may lead to no job
    assume(weak.any() and worked.served[:, :, earning].sum() > 0)  # sixteen households may have nobody to help, or no money for the first
    assert np.array_equal(traced(nothing)[weak][:, :, SOURCES], traced(worked)[weak][:, :, SOURCES])
    assert np.array_equal(planned_entitlements(nothing), planned_entitlements(worked))
    assert not np.array_equal(traced(nothing)[~weak][:, :, SOURCES], traced(worked)[~weak][:, :, SOURCES])


def test_luck_is_the_same_in_every_scenario() -> None:
    """Common random numbers: what a scenario does not touch stays to the fen."""
    registry = any_register(9)
    traces = []
    for name in ("baseline", "asset_income_only"):
        packed = packed_with(registry, load_scenario(name))
        traces.append(traced(project_whole(packed, draws_of(packed, 5))))
    assert np.array_equal(traces[0][:, :, [Trace.WAGE, Trace.BUSINESS]], traces[1][:, :, [Trace.WAGE, Trace.BUSINESS]])
    assert not np.array_equal(traces[0][:, :, Trace.PROPERTY], traces[1][:, :, Trace.PROPERTY])

"""The kernel against the slow independent reference: every choice, status, income in fen and ledger row exactly, over all scenarios."""

from collections import Counter
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simlib.engine.counted import Stat, Trace, VillageStat
from simlib.engine.draws import Draws, draw_table
from simlib.engine.fixed import fixed_plan
from simlib.engine.pack import Packed, pack
from simlib.engine.project import Projection, project_whole
from simlib.engine.state import CHOSEN, Fund, Ledger, Measure, Status
from simlib.facts import load_facts
from simlib.funds import ACCOUNTS, PLANNED_ACCOUNTS
from simlib.registry import Registry, make_registry, synthesise_registry
from simlib.scenario import Scenario, bundled_scenarios, load_scenario, scenario_from
from tests.engine.random_scenarios import scenarios
from tests.reference import Outcome, Row, make_fixed_plan, run_draw
from tests.reference.scenarios import PLANNED, WHOLE

SEED = 7
DRAWS = (0, 1, 2)
STATUS = {
    "candidate": Status.CANDIDATE,
    "removed": Status.CANDIDATE,  # of the base-year register
    "in": Status.IN,
    "exited": Status.EXITED,
    "re-entered": Status.REENTERED,
}
CHOSEN_KEYS = [measure.name.lower() for measure in Measure][:CHOSEN]


@cache
def register() -> Registry:
    """A few synthetic villages with what a real register has besides: known consent, candidates, tied incomes, unfunded households."""
    made = synthesise_registry(people=900, villages=4, seed=3)
    households, rng = made.households, np.random.default_rng(5)
    rows = len(households)
    households["willing"] = rng.choice(
        np.array([None, None, "none", "industry;asset_shares", "training", "land_transfer;microcredit"], dtype=object), rows
    )
    households["registered_from"] = pd.Series(2015, index=households.index, dtype="Int64").mask(rng.random(rows) < 0.1)
    households["funded"] = rng.random(rows) < 0.9
    tied = rng.random(rows) < 0.2
    for column in ("wage_income", "business_income", "property_income", "dibao_yuan"):
        households.loc[tied, column] = 0.0
    households.loc[tied, "transfer_income"] = 2000.0 * households.loc[tied, "members"]
    households["weight"] = rng.choice([1.0, 2.0], rows)
    households["dropouts"] = np.minimum(households["pupils"], rng.random(rows) < 0.2).astype(np.int64)
    households["housing_safe"] = rng.random(rows) < 0.7
    households["insured"] = rng.random(rows) < 0.8
    villages = made.villages.assign(residents=made.villages["residents"] * 2)
    villages["programme"] = np.where(np.arange(len(villages)) % 2 == 0, "", "乙")  # two, one of them without a name
    villages["water"] = villages["water"].mask(villages.index == 0)  # a score that nobody knows
    return make_registry(households, villages, synthetic=True, origin="test")


def packed(scenario: Scenario, plan: pd.DataFrame | None = None) -> Packed:
    return pack(register(), scenario, scenario.resolve_facts(load_facts()), plan)


def projected(scenario: Scenario, plan: pd.DataFrame | None = None) -> Projection:
    ready = packed(scenario, plan)
    table = draw_table(ready.facts, scenario, max(DRAWS) + 1, SEED)
    return project_whole(ready, table)


def compare(projection: Projection, lane: int, outcome: Outcome) -> None:
    """Everything that both engines say of one draw."""
    ready, trace = projection.packed, projection.trace
    assert trace is not None and projection.group_ledger is not None
    assert len(outcome.rows) == len(ready.household_ids) * len(projection.years)
    for row, household in enumerate(ready.household_ids):
        for place, year in enumerate(projection.years):
            compare_household(trace[row, place, :, lane], outcome.rows[household, year], f"{household} in {year}, draw {lane}")
    compare_ledger(projection, lane, outcome)
    compare_spending(projection, lane, outcome)


def compare_household(seen: NDArray[np.float64], wanted: Row, where: str) -> None:
    """One household in one year, incomes to the fen."""
    exact = {
        Trace.STATUS: STATUS[wanted.status],
        Trace.BEGUN: sum(1 << CHOSEN_KEYS.index(key) for key in wanted.begun),
        Trace.INDUSTRY_ALIVE: bool(wanted.industry_alive),
        Trace.PLACED_0: wanted.placed[0],
        Trace.PLACED_1: wanted.placed[1],
        Trace.POST: wanted.post,
        Trace.SHARES: wanted.shares,
        Trace.ENROLLED: wanted.enrolled_social,
        Trace.HELD: wanted.held,
        Trace.AT_FIXED: wanted.at_fixed,
        Trace.AT_MOVING: wanted.at_moving,
        Trace.AT_INDEXED: wanted.at_indexed,
        Trace.LAND: wanted.land,
        Trace.LOAN: wanted.loan,
        Trace.LOCAL: wanted.local,
        Trace.HOUSED: wanted.housed,
        Trace.SAFE: wanted.safe,
        Trace.GUARANTEED: wanted.guaranteed,
        Trace.SUPPORTED: wanted.supported,
        Trace.REMOVED: wanted.removed,
        Trace.PAPER: wanted.paper,
        Trace.SHEET: wanted.sheet,
        Trace.STABLE: wanted.stable,
        Trace.ILL: wanted.ill,
        Trace.TOTAL_FEN: wanted.total_fen,
        Trace.PC_FEN: wanted.pc_fen,
        Trace.REPORTED_FEN: wanted.reported_pc_fen,
    } | {Trace[name.upper()]: getattr(wanted, name) for name in ("wage", "business", "property", "transfer", "dibao")}
    wrong = {slot.name: (seen[slot], value) for slot, value in exact.items() if seen[slot] != value}
    assert not wrong, f"{where}: (kernel, reference) {wrong}"
    if wanted.status == "exited":
        assert bool(seen[Trace.BY_DIBAO]) == (wanted.route == "dibao"), where


def compare_ledger(projection: Projection, lane: int, outcome: Outcome) -> None:
    ready = projection.packed
    assert projection.group_ledger is not None
    for village, name in enumerate(ready.village_ids):
        group = ready.groups.first[village]
        for place, year in enumerate(projection.years):
            for account, (fund, payer) in enumerate(ACCOUNTS[:PLANNED_ACCOUNTS]):
                seen = projection.group_ledger[group, place, account, :, lane]
                wanted = outcome.ledger.get((name, fund, payer, year))
                expected = [0] * len(Ledger) if wanted is None else [getattr(wanted, column.name.lower()) for column in Ledger]
                assert seen.tolist() == expected, (name, fund, payer, year)


def compare_spending(projection: Projection, lane: int, outcome: Outcome) -> None:
    """Spending by measure and fund over all villages: also what is paid by right, lent, or paid as day wages."""
    wanted: Counter[tuple[int, str, str]] = Counter()
    for (_, year, measure, fund), fen in outcome.spending.items():
        wanted[year, measure, fund] += fen
    seen = Counter(
        {
            (year, measure.name.lower(), fund.name.lower()): int(projection.spending[lane, place, measure, fund])
            for place, year in enumerate(projection.years)
            for measure in Measure
            for fund in Fund
        }
    )
    assert +seen == +wanted


def compare_villages(projection: Projection, outcome: Outcome) -> None:
    """Every village of a projection of one draw."""
    ready = projection.packed
    assert len(projection.draws) == 1
    for village, name in enumerate(ready.village_ids):
        for place, year in enumerate(projection.years):
            wanted, seen = outcome.villages[name, year], projection.villages[village, place]
            assert abs(seen[VillageStat.MEAN_FEN] - wanted.mean * 100) <= 0.5 + 1e-6, (name, year)
            exact = {
                VillageStat.MEAN_FIXED: wanted.at_fixed,
                VillageStat.MEAN_MOVING: wanted.at_moving,
                VillageStat.MEAN_INDEXED: wanted.at_indexed,
                VillageStat.EXITS: wanted.exits,
                VillageStat.SERVICES: wanted.services,
                VillageStat.SHEET: wanted.sheet,
                VillageStat.SHEET_ONLY: wanted.sheet and not wanted.exits,
                VillageStat.EXIT_ONLY: wanted.exits and not wanted.sheet,
            }
            wrong = {stat.name: (seen[stat], value) for stat, value in exact.items() if seen[stat] != value}
            assert not wrong, f"{name} in {year}: (kernel, reference) {wrong}"
            assert abs(seen[VillageStat.FILLED] - wanted.filled * 10_000) <= 0.5 + 1e-6, (name, year)
            assert abs(seen[VillageStat.COLLECTIVE_FEN] / ready.weight_unit - wanted.collective * 100) <= 0.5 + 1e-6, (name, year)
    reserve = projection.totals[0, :, Stat.RESERVE_FEN] / (ready.weight_unit * 100)
    for place, year in enumerate(projection.years):
        told = sum(row.reserve for (_, when), row in outcome.villages.items() if when == year)
        assert abs(reserve[place] - told) < 0.01, year


@pytest.mark.parametrize("name", bundled_scenarios())
def test_the_kernel_agrees_with_the_reference(name: str) -> None:
    scenario = load_scenario(name)
    fixed = scenario.levers.allocation.mode == "fixed"
    projection = projected(scenario, fixed_plan(packed(scenario)) if fixed else None)
    for draw in DRAWS:
        compare(projection, draw, run_draw(register(), scenario, load_facts(), SEED, draw, projection.years))


VARIANTS: dict[str, dict[str, object]] = {
    "nearest_line_first": {"order": "nearest_line_first"},
    "without_labour_first": {"order": "without_labour_first"},
    "random": {"order": "random"},
    "reach by number": {"order": "poorest_first", "reach": {"number": 3}},
    "reach by share": {"order": "poorest_first", "reach": {"share": 0.3}},
    "reach by money": {"order": "poorest_first", "reach": {"money": 50_000.0}},
    "posts in a package": {"order": "poorest_first", "posts": True},
    "posts with a reach": {"order": "poorest_first", "posts": True, "reach": {"number": 2}},
}


def variant(changes: dict[str, object], **levers: object) -> Scenario:
    """The full package as one round of three measures (four with posts) in another order or reach, its money late and short."""
    measures = {
        "training": {"funds": ["household", "guidance"]},
        "industry": {"funds": ["guidance", "pool", "household"]},
        "asset_shares": {"funds": ["pool", "household"]},
    }
    changes = dict(changes)
    if changes.pop("posts", False):
        measures = {"public_post": {"funds": ["household", "guidance"]}} | measures
    money = {
        "household": {"paid": {"province": 0.5, "guangzhou": 0.9, "home_city": 0.0}, "delay_years": 1},
        "guidance": {"factor": 1.1, "paid": 0.9},
        "pool": {"paid": 0.37},
    }
    content = {
        "schema": 1,
        "title": {"en": "variant"},
        "base": "full_package",
        "levers": {"rounds": [{"measures": measures} | changes], "funds": money} | levers,
    }
    return scenario_from(content, "variant")


@pytest.mark.parametrize("name", VARIANTS)
def test_orders_and_reaches_agree(name: str) -> None:
    scenario = variant(VARIANTS[name], governing_line="moving", exit_requires=["school", "medical", "housing"], horizon=[2016, 2019])
    projection = projected(scenario)
    for draw in DRAWS[:2]:
        compare(projection, draw, run_draw(register(), scenario, load_facts(), SEED, draw, projection.years))


def test_the_fixed_plan_and_its_run_agree() -> None:
    content = {"schema": 1, "title": {"en": "fixed"}, "base": "full_package", "levers": {"allocation": {"mode": "fixed"}}}
    scenario = scenario_from(content, "fixed")
    plan = fixed_plan(packed(scenario))
    wanted = make_fixed_plan(register(), scenario, load_facts())
    assert sorted(plan.itertuples(index=False, name=None)) == sorted(tuple(row) for row in wanted)
    projection = projected(scenario, plan)
    for draw in DRAWS:
        compare(projection, draw, run_draw(register(), scenario, load_facts(), SEED, draw, projection.years))


def test_the_central_row_agrees() -> None:
    scenario = load_scenario("full_package")
    ready = packed(scenario)
    central: Draws = draw_table(ready.facts, scenario, 0, SEED)
    projection = project_whole(ready, central)
    compare(projection, 0, run_draw(register(), scenario, load_facts(), SEED, None, projection.years))


def compare_one(scenario: Scenario, draw: int) -> None:
    """One draw by itself, with its villages."""
    ready = packed(scenario)
    projection = project_whole(ready, draw_table(ready.facts, scenario, draw + 1, SEED).part(draw, draw + 1))
    outcome = run_draw(register(), scenario, load_facts(), SEED, draw, projection.years)
    compare(projection, 0, outcome)
    compare_villages(projection, outcome)


@pytest.mark.parametrize("name", sorted(WHOLE))
@pytest.mark.parametrize("draw", DRAWS)
def test_every_measure_order_and_fund_agrees(name: str, draw: int) -> None:
    compare_one(WHOLE[name](), draw)


@settings(max_examples=12)
@given(scenarios(), st.integers(0, 9))
def test_any_scenario_agrees(scenario: Scenario, draw: int) -> None:
    compare_one(scenario, draw)


@pytest.mark.parametrize("name", sorted(PLANNED))
def test_plans_of_every_measure_agree(name: str) -> None:
    """The plan that a scenario of mode `fixed` makes, and its run."""
    scenario = PLANNED[name]()
    plan, wanted = fixed_plan(packed(scenario)), make_fixed_plan(register(), scenario, load_facts())
    assert sorted(plan.itertuples(index=False, name=None)) == sorted(tuple(row) for row in wanted)
    projection = projected(scenario, plan)
    for draw in DRAWS:
        compare(projection, draw, run_draw(register(), scenario, load_facts(), SEED, draw, projection.years))

"""The kernel against the slow independent reference: every choice, status, income in fen and ledger row exactly, over all scenarios."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from simlib.engine.draws import Draws, draw_table
from simlib.engine.fixed import fixed_plan
from simlib.engine.pack import Packed, pack
from simlib.engine.project import Projection, project_whole
from simlib.engine.state import ACCOUNT_FUND, Ledger, Measure, Status, Trace, VillageStat
from simlib.facts import load_facts
from simlib.funds import ACCOUNTS
from simlib.registry import Registry, make_registry, synthesise_registry
from simlib.scenario import Scenario, bundled_scenarios, load_scenario, scenario_from
from tests.reference import Outcome, Row, make_fixed_plan, run_draw

SEED = 7
DRAWS = (0, 1, 2)
STATUS = {"candidate": Status.CANDIDATE, "in": Status.IN, "exited": Status.EXITED, "re-entered": Status.REENTERED}
FIRST_MEASURES = [measure.name.lower() for measure in Measure][:4]


@cache
def register() -> Registry:
    """A few synthetic villages with what a real register has besides: known consent, candidates, tied incomes, unfunded households."""
    made = synthesise_registry(people=900, villages=4, seed=3)
    households, rng = made.households, np.random.default_rng(5)
    rows = len(households)
    households["willing"] = rng.choice(np.array([None, None, "none", "industry;asset_shares", "training"], dtype=object), rows)
    households["registered_from"] = pd.Series(2015, index=households.index, dtype="Int64").mask(rng.random(rows) < 0.1)
    households["funded"] = rng.random(rows) < 0.9
    tied = rng.random(rows) < 0.2
    for column in ("wage_income", "business_income", "property_income", "dibao_yuan"):
        households.loc[tied, column] = 0.0
    households.loc[tied, "transfer_income"] = 2000.0 * households.loc[tied, "members"]
    households["weight"] = rng.choice([1.0, 2.0], rows)
    villages = made.villages.assign(residents=made.villages["residents"] * 2)
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
    compare_villages(projection, lane, outcome)


def compare_household(seen: NDArray[np.float64], wanted: Row, where: str) -> None:
    """One household in one year, incomes to the fen."""
    exact = {
        Trace.STATUS: STATUS[wanted.status],
        Trace.BEGUN: sum(1 << FIRST_MEASURES.index(key) for key in wanted.begun),
        Trace.INDUSTRY_ALIVE: bool(wanted.industry_alive),
        Trace.PLACED_0: wanted.placed[0],
        Trace.PLACED_1: wanted.placed[1],
        Trace.POST: wanted.post,
        Trace.SHARES: wanted.shares,
        Trace.ENROLLED: wanted.enrolled_social,
        Trace.HELD: wanted.held,
        Trace.AT_FIXED: wanted.at_fixed,
        Trace.AT_MOVING: wanted.at_moving,
        Trace.TOTAL_FEN: wanted.total_fen,
        Trace.PC_FEN: wanted.pc_fen,
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
            for account, (fund, payer) in enumerate(ACCOUNTS[:9]):
                seen = projection.group_ledger[group, place, account, :, lane]
                wanted = outcome.ledger.get((name, fund, payer, year))
                expected = [0] * len(Ledger) if wanted is None else [getattr(wanted, column.name.lower()) for column in Ledger]
                assert seen.tolist() == expected, (name, fund, payer, year)


def compare_villages(projection: Projection, lane: int, outcome: Outcome) -> None:
    """Spending by measure and fund, and village verdicts: over all villages, as the engine keeps them by cell."""
    for place, year in enumerate(projection.years):
        for measure in Measure:
            for fund in sorted({*ACCOUNT_FUND}):
                name = ("household", "guidance", "pool", "social")[fund]
                key = (year, measure.name.lower(), name)
                wanted = sum(fen for (_, *place_of), fen in outcome.spending.items() if tuple(place_of) == key)
                assert projection.spending[lane, place, measure, fund] == wanted, (year, measure.name, name)


@pytest.mark.parametrize("name", bundled_scenarios())
def test_the_kernel_agrees_with_the_reference(name: str) -> None:
    scenario = load_scenario(name)
    projection = projected(scenario)
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


@pytest.mark.parametrize("draw", DRAWS)
def test_villages_agree(draw: int) -> None:
    scenario = load_scenario("full_package")
    ready = packed(scenario)
    one = draw_table(ready.facts, scenario, draw + 1, SEED).part(draw, draw + 1)
    projection = project_whole(ready, one)
    outcome = run_draw(register(), scenario, load_facts(), SEED, draw, projection.years)
    for village, name in enumerate(ready.village_ids):
        for place, year in enumerate(projection.years):
            wanted = outcome.villages[name, year]
            seen = projection.villages[village, place]
            assert abs(seen[VillageStat.MEAN_FEN] - wanted.mean * 100) <= 0.5 + 1e-6, (name, year)
            flags = [seen[stat] for stat in (VillageStat.MEAN_FIXED, VillageStat.MEAN_MOVING, VillageStat.EXITS)]
            assert flags == [wanted.at_fixed, wanted.at_moving, wanted.exits], (name, year)

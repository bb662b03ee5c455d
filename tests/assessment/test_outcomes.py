"""Tables of a projection: what they add up to, and what never changes."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simlib.assessment import outcomes
from simlib.assessment.counts import SOURCES, Counts, spent_yuan
from simlib.assessment.targets import targets
from simlib.engine.draws import draw_table
from simlib.engine.project import project_whole
from simlib.engine.state import Ledger, Stat, Trace
from simlib.funds import PLANNED_ACCOUNTS
from simlib.registry import make_registry
from simlib.runs import Run, prepare, run_one
from simlib.scenario import bundled_scenarios, load_scenario, scenario_from
from tests.small import hand_projection, small_register, small_run, spend

YEAR_FIELDS = ["year", "at_line_share", "exited_share", "exited_by_dibao_share", "reentry_share", "income_pc_labour_capable"]
YEAR_FIELDS += ["villages_exited_share", "fgt"]
FUND_FIELDS = ["fund", "payer", "year", "entitled", "carried_in", "committed", "spent", "carried_out", "lapsed"]
STAFF_MONTH = 2640 + 1000
HOUSEHOLD_FUND_ONLY = {
    "base": "baseline",
    "levers": {
        "rounds": [
            {"order": "poorest_first", "measures": {"training": {"funds": ["household"]}, "industry": {"funds": ["household"]}}},
            {"order": "without_labour_first", "measures": {"asset_shares": {"funds": ["household"]}}},
        ]
    },
}


def full() -> Run:
    return small_run("full_package")


# ---- years and money


def test_years_have_the_fields_of_the_contract() -> None:
    for record in outcomes.years(full().projection):
        assert list(record) == YEAR_FIELDS
        for name in ("at_line_share", "exited_share", "income_pc_labour_capable"):
            assert list(record[name]) == ["mean", "p05", "p95"]
        for name in ("exited_by_dibao_share", "reentry_share", "villages_exited_share"):
            assert list(record[name]) == ["mean"]
        assert len(record["fgt"]) == 3


@pytest.mark.parametrize("name", bundled_scenarios())
@pytest.mark.parametrize("draws", [0, 24])
def test_nothing_that_is_told_is_nan(name: str, draws: int) -> None:
    projection = small_run(name, draws).projection
    told = [outcomes.years(projection), outcomes.funds(projection), outcomes.cost(projection)]
    json.dumps([*told, [one.record() for one in targets(projection)]], allow_nan=False)


def test_without_luck_there_are_no_bands() -> None:
    (first, *_) = outcomes.years(small_run("baseline", 0).projection)
    assert first["exited_share"]["mean"] is not None
    assert (first["exited_share"]["p05"], first["exited_share"]["p95"]) == (None, None)


def test_nobody_could_fall_back_in_the_first_year() -> None:
    assert outcomes.years(full().projection)[0]["reentry_share"] == {"mean": None}


@pytest.mark.parametrize("name", bundled_scenarios())
def test_ledger_adds_up_in_every_account_year_and_draw(name: str) -> None:
    ledger = small_run(name).projection.ledger
    entitled, carried_in, committed, spent, carried_out, lapsed = (ledger[..., column] for column in Ledger)
    assert (entitled + carried_in == spent + carried_out + lapsed).all()
    assert ((spent <= committed) & (committed <= entitled + carried_in)).all()
    assert (carried_out[:, :-1] == carried_in[:, 1:]).all()
    assert entitled.sum() > 0


def test_funds_are_the_ledgers_means_in_yuan() -> None:
    projection = full().projection
    rows = outcomes.funds(projection)
    assert [list(row) for row in rows] == [FUND_FIELDS] * 30
    (row,) = [one for one in rows if (one["fund"], one["payer"], one["year"]) == ("household", "guangzhou", 2017)]
    assert row["spent"] == pytest.approx(projection.ledger[:, 1, 1, Ledger.SPENT].mean() / 100)
    for one in rows:
        assert one["entitled"] + one["carried_in"] == pytest.approx(one["spent"] + one["carried_out"] + one["lapsed"], abs=1e-6)


def test_cost_by_hand() -> None:
    # two poor villages with a cadre each for 35 months; two people are out at the end
    projection = hand_projection({("a", Stat.EXITED): 2}, base="full_package")
    spend(projection, "household", "province", {2016: 1000.5, 2018: 499.5})
    staff = 2 * 35 * STAFF_MONTH
    assert outcomes.cost(projection) == {"total": 1500.0, "staff": staff, "yuan_per_exit": (1500 + staff) / 2}


def test_an_exit_has_no_price_where_there_is_none() -> None:
    assert outcomes.cost(hand_projection())["yuan_per_exit"] is None


@pytest.mark.parametrize(("last", "months"), [(2016, 8), (2017, 20), (2018, 35), (2020, 35)])
def test_staff_is_paid_to_the_end_of_the_horizon(last: int, months: int) -> None:
    assert outcomes.staff_cost(hand_projection(base="full_package", horizon=[2016, last])) == 2 * months * STAFF_MONTH


def test_staff_is_for_those_who_do_something() -> None:
    entitled = {"social_security": {"funds": ["social"]}, "dibao": {"enrolment": "registered"}}
    assert outcomes.staff_cost(hand_projection()) == 0
    assert outcomes.staff_cost(hand_projection(entitled=entitled)) > 0


def test_spending_by_measure_is_all_spending() -> None:
    table, projection = outcomes.spending(full().projection), full().projection
    by_year = table.groupby("year")["spent_yuan"].sum()
    assert by_year.to_numpy() == pytest.approx(spent_yuan(projection).mean(axis=0))
    assert set(table["measure"]) == {"industry", "training", "public_post", "asset_shares", "social_security", "dibao"}
    assert table.groupby("measure")["households"].sum()["industry"] > 0


# ---- groups


@pytest.mark.parametrize("level", ["county", "prefecture", "helper_type"])
def test_groups_add_up_to_the_whole(level: str) -> None:
    projection = full().projection
    table, counts = outcomes.by_level(projection, level), Counts(projection)
    assert table[level].nunique() > 1
    by_year = [rows for _, rows in table.groupby("year")]
    parts = {
        "capable_fixed": ("capable_people", counts.capable_share("fixed", "people")),
        "capable_moving": ("capable_people", counts.capable_share("moving", "people")),
        "covered": ("without_people", counts.covered_share("people")),
        "exited": ("people", counts.share(Stat.EXITED)),
        "villages_exited": ("poor_villages", counts.village_share(Stat.VILLAGE_EXITS)),
    }
    for name, (weight, share) in parts.items():
        whole = [(rows[weight] * rows[f"{name}_mean"]).sum() / rows[weight].sum() for rows in by_year]
        assert whole == pytest.approx(share.mean(axis=0))
    assert {rows["people"].sum() for rows in by_year} == {counts.people}


def test_villages_add_up_to_the_cells() -> None:
    run = full()
    table, counts = outcomes.villages(run.projection, run.registry), Counts(run.projection)
    people = {
        "at_fixed_share": counts.stat(Stat.CAPABLE_FIXED) + counts.stat(Stat.WITHOUT_FIXED),
        "at_moving_share": counts.stat(Stat.CAPABLE_MOVING) + counts.stat(Stat.WITHOUT_MOVING),
        "exited_share": counts.stat(Stat.EXITED),
    }
    for name, counted in people.items():
        assert (table[name] * table["people"]).groupby(table["year"]).sum().to_numpy() == pytest.approx(counted.mean(axis=0))
    chosen = run.projection.ledger[:, :, :PLANNED_ACCOUNTS, Ledger.SPENT].sum(axis=2).mean(axis=0) / 100
    assert table.groupby("year")["spent_yuan"].sum().to_numpy() == pytest.approx(chosen)
    poor = table[table["is_poor_village"]].groupby("year")[["chance_mean_fixed", "chance_exits"]].mean()
    assert poor["chance_exits"].to_numpy() == pytest.approx(counts.village_share(Stat.VILLAGE_EXITS).mean(axis=0))
    assert poor["chance_mean_fixed"].to_numpy() == pytest.approx(counts.village_share(Stat.MEAN_FIXED).mean(axis=0))


def test_helpers_add_up_to_their_villages() -> None:
    run = full()
    helpers, villages = (table(run.projection, run.registry) for table in (outcomes.helpers, outcomes.villages))
    poor = villages[villages["is_poor_village"]]
    assert helpers.groupby("year")["people"].sum().tolist() == poor.groupby("year")["people"].sum().tolist()
    assert helpers.groupby("year")["villages"].sum().tolist() == [3, 3, 3]
    for name in ("at_fixed_share", "exited_share"):
        whole = [(table[name] * table["people"]).groupby(table["year"]).sum() for table in (helpers, poor)]
        assert whole[0].to_numpy() == pytest.approx(whole[1].to_numpy())


# ---- households


def test_households_add_up_to_the_whole() -> None:
    projection = full().projection
    table, counts = outcomes.households(projection), Counts(projection)
    table = table[table["registered"]]
    people = table["members"] * table["weight"]
    at_fixed = counts.stat(Stat.CAPABLE_FIXED) + counts.stat(Stat.WITHOUT_FIXED)
    by_year = {"chance_at_fixed": at_fixed, "chance_exited": counts.stat(Stat.EXITED)}
    for name, counted in by_year.items():
        assert (table[name] * people).groupby(table["year"]).sum().to_numpy() == pytest.approx(counted.mean(axis=0))
    income = sum((counts.source_pc(kind)[name] * counts.base(kind) for kind in ("capable", "without") for name in SOURCES), np.zeros(1))
    assert (table["income_pc"] * people).groupby(table["year"]).sum().to_numpy() == pytest.approx(income.mean(axis=0))
    assert table[[f"{name}_yuan" for name in SOURCES]].sum(axis=1).to_numpy() == pytest.approx(table["income_pc"] * table["members"])


def test_a_households_spread_is_that_of_its_incomes() -> None:
    scenario, register = load_scenario("full_package"), small_register()
    packed = prepare(register, scenario).packed
    traced = project_whole(packed, draw_table(packed.facts, scenario, 64, 1))
    assert traced.trace is not None
    incomes = traced.trace[:, :, Trace.PC_FEN] / 100
    table = outcomes.households(traced)
    assert table["income_pc"].to_numpy() == pytest.approx(incomes.mean(axis=2).ravel(), abs=0.01)
    # squares are kept of whole yuan, so the variance may miss up to two yuan times the mean
    missed = np.abs(table["income_pc_sd"].to_numpy() ** 2 - incomes.var(axis=2).ravel())
    assert (missed <= 2 * table["income_pc"].abs().to_numpy() + 1).all()
    assert table["income_pc_sd"].median() == pytest.approx(float(np.median(incomes.std(axis=2))), rel=0.02)


def test_a_single_draw_has_no_spread() -> None:
    projection = small_run("baseline", 0).projection
    assert outcomes.households(projection)["income_pc_sd"].isna().all()
    assert outcomes.villages(projection, small_register())["mean_income_sd"].isna().all()


def test_households_are_known_by_id_alone() -> None:
    table, register = outcomes.households(full().projection), small_register()
    assert set(table["household_id"]) == set(register.households["household_id"])
    villages = register.households.set_index("household_id")["village_id"]
    assert (villages.loc[table["household_id"]].to_numpy() == table["village_id"].to_numpy()).all()
    assert [name for name in table if "name" in str(name)] == []


@pytest.mark.parametrize("level", ["county", "prefecture", "helper_type"])
def test_groups_name_no_household_and_no_village(level: str) -> None:
    table = outcomes.by_level(full().projection, level)
    texts = [str(name) for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    assert texts == [level]


# ---- movements


def test_transitions_sum_to_one_and_move_the_register() -> None:
    projection = full().projection
    table = outcomes.transitions(projection)
    known = table.dropna()
    assert len(table) == 6
    assert len(known) == 5  # nobody was out before the first year
    assert (known["to_on"] + known["to_out"]).to_numpy() == pytest.approx(np.ones(5))


def test_transitions_by_hand() -> None:
    # of ten people four are out at the start of 2018; three of the other six go out, one of the four falls back in
    stats = {("a", Stat.EXITED_BEFORE): 4, ("a", Stat.EXITS): 3, ("a", Stat.REENTRIES): 1}
    table = outcomes.transitions(hand_projection(stats, year=2018))
    rows = {(year, status): shares for year, status, *shares in table.itertuples(index=False, name=None)}
    assert rows[2018, "on"] == [0.5, 0.5]
    assert rows[2018, "out"] == [0.25, 0.75]
    assert rows[2017, "on"] == [1.0, 0.0]
    assert np.isnan(rows[2017, "out"]).all()


# ---- what never changes


def shares(value: Any) -> Any:
    """Everything in records that is a rate: sums of money and people left out."""
    kept = [{name: number for name, number in record.items() if name != "line_value"} for record in value]
    return json.loads(json.dumps(kept), parse_float=lambda text: round(float(text), 12))


def test_doubling_all_weights_leaves_every_rate() -> None:
    register, scenario = small_register(), scenario_from(HOUSEHOLD_FUND_ONLY, "weights")
    homes, places = register.households.assign(weight=2.0), register.villages
    places = places.assign(residents=places["residents"] * 2)
    double = make_registry(homes, places, synthetic=True, origin="doubled")
    once, twice = (run_one(scenario, people, draws=16, workers=1).projection for people in (register, double))
    assert Counts(twice).people == 2 * Counts(once).people
    assert spent_yuan(twice) == pytest.approx(2 * spent_yuan(once))
    assert spent_yuan(once).sum() > 0
    for records in (outcomes.years, lambda projection: [one.record() for one in targets(projection)]):
        assert shares(records(twice)) == shares(records(once))


def test_fractional_weights_count_in_their_unit() -> None:
    register = small_register()
    homes = register.households.assign(weight=1.5)
    run = run_one(load_scenario("baseline"), make_registry(homes, register.villages, synthetic=True, origin="1.5"), draws=0)
    assert run.to_json()["registry"]["people"] == 1500
    assert run.by("county")["people"].sum() == 3 * 1500
    assert run.draws_table()["exited_people"].iloc[-1] == pytest.approx(
        1.5 * small_run("baseline", 0).draws_table()["exited_people"].iloc[-1]
    )

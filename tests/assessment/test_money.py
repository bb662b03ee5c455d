"""What is paid: the ledger, who pays for what, and what an exit costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simlib.assessment import money
from simlib.assessment.counts import spent_yuan
from simlib.engine.counted import Stat
from simlib.engine.project import Projection
from simlib.engine.state import Fund, Ledger, Measure
from simlib.funds import ACCOUNTS
from simlib.runs import Run
from simlib.scenario import bundled_scenarios
from tests.small import hand_projection, small_run, spend

FUND_FIELDS = ["fund", "payer", "year", "entitled", "carried_in", "committed", "spent", "carried_out", "lapsed"]
STAFF_MONTH = 2640 + 1000
SERVICES = {"services": {"funds": ["guidance"], "money_share": 0.5}}


def full() -> Run:
    return small_run("full_package")


def pay(projection: Projection, measure: Measure, fund: Fund, yuan: Mapping[int, float]) -> None:
    """Let a measure spend these yuan of a fund by year, in every draw."""
    for year, amount in yuan.items():
        projection.spending[:, projection.years.index(year), measure, fund] = round(amount * 100)


def shared_payment() -> Projection:
    """100,000 yuan of the household fund of 2016, 60 : 30 : 10 from its payers; 70,000 for projects, 30,000 for courses; a loan besides."""
    projection = hand_projection(base="full_package")
    for payer, yuan in (("province", 60_000), ("guangzhou", 30_000), ("home_city", 10_000)):
        spend(projection, "household", payer, {2016: yuan})
    pay(projection, Measure.INDUSTRY, Fund.HOUSEHOLD, {2016: 70_000})
    pay(projection, Measure.TRAINING, Fund.HOUSEHOLD, {2016: 30_000})
    spend(projection, "guidance", "district", {2017: 5_000})
    pay(projection, Measure.VILLAGE_SERVICES, Fund.GUIDANCE, {2017: 5_000})
    pay(projection, Measure.LOCAL_JOBS, Fund.WORKS, {2017: 750})
    spend(projection, "credit", "bank", {2018: 20_000})
    pay(projection, Measure.MICROCREDIT, Fund.CREDIT, {2018: 20_000})
    return projection


# ---- the ledger


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
    rows = money.funds(projection)
    assert [list(row) for row in rows] == [FUND_FIELDS] * len(ACCOUNTS) * 3
    (row,) = [one for one in rows if (one["fund"], one["payer"], one["year"]) == ("household", "guangzhou", 2017)]
    assert row["spent"] == pytest.approx(projection.ledger[:, 1, 1, Ledger.SPENT].mean() / 100)
    for one in rows:
        assert one["entitled"] + one["carried_in"] == pytest.approx(one["spent"] + one["carried_out"] + one["lapsed"], abs=1e-6)


# ---- by measure and fund


def test_spending_by_hand() -> None:
    table = money.spending(shared_payment())
    rows = {(year, measure, fund): (counts, yuan) for year, measure, fund, counts, yuan in table.itertuples(index=False, name=None) if yuan}
    assert rows == {
        (2016, "industry", "household"): (True, 70_000),
        (2016, "training", "household"): (True, 30_000),
        (2017, "village_services", "guidance"): (True, 5_000),
        (2017, "local_jobs", "works"): (False, 750),
        (2018, "microcredit", "credit"): (False, 20_000),
    }
    assert len(table) == 5 * 3  # a row every year for each measure and fund that meet


def test_loans_and_day_wages_stand_in_no_total() -> None:
    projection = shared_payment()
    assert spent_yuan(projection)[0].tolist() == [100_000, 5_000, 0]
    told = money.cost(projection)
    assert (told["total"], told["credit_lent"]) == (105_000, 20_000)
    by_year = money.measures(projection).groupby("year")["spent_yuan"].sum()
    assert by_year.tolist() == [100_000, 5_000, 0]


def test_nothing_is_spent_where_nothing_happens() -> None:
    assert len(money.spending(hand_projection())) == 0
    assert len(money.flow(hand_projection())) == 0


@pytest.mark.parametrize("name", bundled_scenarios())
def test_spending_by_measure_is_all_spending(name: str) -> None:
    projection = small_run(name).projection
    whole = spent_yuan(projection).mean(axis=0)
    table, by_measure = money.spending(projection), money.measures(projection)
    counted = table[table["in_total"]].groupby("year")["spent_yuan"].sum().reindex(projection.years, fill_value=0)
    assert counted.to_numpy() == pytest.approx(whole)
    assert by_measure.groupby("year")["spent_yuan"].sum().to_numpy() == pytest.approx(whole)
    assert set(by_measure["measure"]) == {measure.name.lower() for measure in Measure}


def test_households_begun_are_told_by_measure() -> None:
    table = money.measures(full().projection)
    assert table.groupby("measure")["households"].sum()["industry"] > 0


# ---- payer, fund, measure


def test_flow_by_hand() -> None:
    table = money.flow(shared_payment())
    rows = {tuple(row[:4]): row[5] for row in table.itertuples(index=False, name=None) if row[5]}
    assert rows == {
        (2016, "province", "household", "industry"): 42_000,
        (2016, "province", "household", "training"): 18_000,
        (2016, "guangzhou", "household", "industry"): 21_000,
        (2016, "guangzhou", "household", "training"): 9_000,
        (2016, "home_city", "household", "industry"): 7_000,
        (2016, "home_city", "household", "training"): 3_000,
        (2017, "district", "guidance", "village_services"): 5_000,
        (2018, "bank", "credit", "microcredit"): 20_000,
    }
    assert set(table.loc[~table["in_total"], "fund"]) == {"credit"}


def flows(table: pd.DataFrame, *index: str) -> dict[tuple[object, ...], float]:
    """Sums by some columns, those of nothing left out."""
    sums = table.groupby(list(index), observed=True)["spent_yuan"].sum()
    return {key: yuan for key, yuan in sums.items() if yuan}  # type: ignore[misc]  # keys of several levels are tuples


@pytest.mark.parametrize("name", bundled_scenarios())
def test_flow_agrees_with_ledger_and_spending_to_the_fen(name: str) -> None:
    projection = small_run(name).projection
    table, spending = money.flow(projection), money.spending(projection)
    ledger = pd.DataFrame(money.funds(projection)).rename(columns={"spent": "spent_yuan"})
    by_account, by_measure = ("year", "payer", "fund"), ("year", "measure", "fund")
    assert flows(table, *by_account) == pytest.approx(flows(ledger, *by_account), abs=0.005)
    assert flows(table, *by_measure) == pytest.approx(flows(spending[spending["fund"] != "works"], *by_measure), abs=0.005)
    assert (table["spent_yuan"] >= 0).all()


@pytest.mark.parametrize("name", bundled_scenarios())
def test_a_funds_measures_spend_what_its_accounts_spend_in_every_draw(name: str) -> None:
    projection = small_run(name).projection
    for fund in Fund:
        accounts = [place for place, (name_, _) in enumerate(ACCOUNTS) if name_ == fund.name.lower()]
        if accounts:
            paid = projection.ledger[:, :, accounts, Ledger.SPENT].sum(axis=2)
            assert np.array_equal(projection.spending[:, :, :, fund].sum(axis=2), paid), fund.name


# ---- costs


def test_cost_by_hand() -> None:
    # two poor villages with a cadre each for 35 months; two people are out at the end; a loan of 1,000 yuan went bad in each year
    projection = hand_projection({("a", Stat.EXITED): 2, ("a", Stat.RESERVE_FEN): 100_000}, base="full_package")
    spend(projection, "household", "province", {2016: 1000.5, 2018: 499.5})
    staff = 2 * 35 * STAFF_MONTH
    assert money.cost(projection) == {
        "total": 1500.0,
        "staff": staff,
        "yuan_per_exit": (1500 + staff) / 2,
        "yuan_per_exit_without_staff": 750,
        "credit_lent": 0,
        "reserve_charged": 3000,
    }


def test_an_exit_has_no_price_where_there_is_none() -> None:
    told = money.cost(hand_projection())
    assert (told["yuan_per_exit"], told["yuan_per_exit_without_staff"]) == (None, None)


@pytest.mark.parametrize(("last", "months"), [(2016, 8), (2017, 20), (2018, 35), (2020, 35)])
def test_staff_is_paid_to_the_end_of_the_horizon(last: int, months: int) -> None:
    assert money.staff_cost(hand_projection(base="full_package", horizon=[2016, last])) == 2 * months * STAFF_MONTH


def test_staff_is_as_many_as_are_sent() -> None:
    one, three = (money.staff_cost(hand_projection(base="full_package", staff={"cadres_per_village": number})) for number in (1, 3))
    assert three == 3 * one > 0


@pytest.mark.parametrize(
    "levers",
    [
        {"entitled": {"social_security": {"funds": ["social"]}, "dibao": {"enrolment": "registered"}}},
        {"village": SERVICES},
        {"identification": {"recheck": True}},
    ],
)
def test_staff_is_for_those_who_do_something(levers: dict[str, Any]) -> None:
    assert money.staff_cost(hand_projection()) == 0
    assert money.staff_cost(hand_projection(**levers)) > 0

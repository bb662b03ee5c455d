"""Each measure's file, worked by hand; who may, what it costs, what it yields, how it fails. Clause 二(六)."""

import numpy as np
import pytest

from simlib.engine.state import MOST_KEPT, Fund, Measure
from simlib.facts import Facts, load_facts
from simlib.measures import (
    CHOSEN_MEASURES,
    Starts,
    asset_shares,
    dibao,
    housing,
    industry,
    land_transfer,
    local_jobs,
    microcredit,
    mindset,
    public_post,
    social_security,
    starts,
    training,
    village_projects,
)
from simlib.measures.base import full_workers
from tests.engine.small import facts_with

JOB_YEAR = {"transfer_months": 9.0, "transfer_wage_month_2016": 3400.0, "idle_wage_share": 0.5}  # half a job's year: 15,300 yuan


def household(
    members: int = 3,
    workers: int = 2,
    labour_units: float = 2.0,
    dependants: int = 0,
    wage: float = 0.0,
    business: float = 0.0,
    land: float = 0.0,
    housing_safe: int = 1,
    facts: Facts | None = None,
) -> Starts:
    """One household's start."""
    counts = [np.array([number]) for number in (members, workers, dependants)]
    numbers = facts or facts_with(JOB_YEAR)
    money = (np.array([wage]), np.array([business]), np.array([land]), np.array([housing_safe]))
    return starts(counts[0], counts[1], np.array([labour_units]), counts[2], *money, numbers)


@pytest.mark.parametrize(
    ("labour_units", "workers", "full"),
    [(2.0, 2, 2), (1.5, 2, 1), (1.0, 2, 0), (0.0, 0, 0), (1.0, 1, 1), (0.5, 1, 0), (2.5, 3, 2), (0.0, 2, 0)],
)
def test_full_workers(labour_units: float, workers: int, full: int) -> None:
    """A full worker counts one unit, a partial one a half: 1.5 units of two workers are one full and one partial."""
    assert full_workers(np.array([labour_units]), np.array([workers])).tolist() == [full]


@pytest.mark.parametrize(
    ("workers", "labour_units", "wage", "idle"),
    [
        (2, 2.0, 0.0, 2),
        (2, 2.0, 30_599.0, 2),  # 15,299.50 a worker, just below half of a job's year
        (2, 2.0, 30_600.0, 0),  # at it: not idle
        (2, 1.5, 0.0, 1),  # one of the two is partial
        (5, 5.0, 0.0, 2),  # two at most
        (1, 0.5, 0.0, 0),
        (0, 0.0, 0.0, 0),
    ],
)
def test_idle_workers(workers: int, labour_units: float, wage: float, idle: int) -> None:
    assert household(workers=workers, labour_units=labour_units, wage=wage).idle.tolist() == [idle]


@pytest.mark.parametrize(
    ("workers", "labour_units", "dependants", "bound"),
    [(2, 2.0, 0, False), (2, 2.0, 1, True), (2, 1.0, 0, True), (0, 0.0, 3, False)],
)
def test_who_cannot_leave(workers: int, labour_units: float, dependants: int, bound: bool) -> None:
    assert household(workers=workers, labour_units=labour_units, dependants=dependants).cannot_leave.tolist() == [bound]


def test_the_closed_list_has_one_order() -> None:
    assert [measure.key.upper() for measure in CHOSEN_MEASURES] == [measure.name for measure in Measure][: len(CHOSEN_MEASURES)]


def test_every_measure_says_where_it_stands() -> None:
    facts = load_facts()
    for measure in CHOSEN_MEASURES:
        assert measure.clause.startswith("二(六)"), measure.key
        assert measure.source in ("wage", "business", "property", "guarantee", "take-up")
        assert {Fund[name.upper()] for name in measure.funds} <= set(Fund)
        assert measure.lever_fact in facts
        assert measure.labour is None or facts[measure.labour] > 0
        assert measure.zh
        assert measure.en
        assert measure.fails


# --- industry: clause 二(六)2


def test_industry_is_for_those_with_labour() -> None:
    assert industry.eligible(household(labour_units=0.5)).tolist() == [True]
    assert industry.eligible(household(workers=0, labour_units=0.0)).tolist() == [False]


@pytest.mark.parametrize(("workers", "yuan"), [(0, 20_000.0), (1, 20_000.0), (2, 40_000.0), (5, 40_000.0)])
def test_industry_costs_a_sum_a_worker_two_at_most(workers: int, yuan: float) -> None:
    assert industry.put_in(household(workers=workers), 20_000.0).tolist() == [yuan]


def test_industry_ramps_up() -> None:
    assert [industry.ramp(age, 0.25, 0.6) for age in range(4)] == [0.25, 0.6, 1.0, 1.0]


def test_industry_margin_falls_as_neighbours_do_the_same() -> None:
    """0.3 x 1.1 x (1 - 0.3 x 0.5) = 0.2805; never below zero."""
    assert industry.margin(0.3, 0.3, 0.5, 1.1) == pytest.approx(0.2805)
    assert industry.margin(0.3, 3.0, 0.5, 1.1) == 0.0


def test_industry_gain_and_what_is_left_of_a_failed_project() -> None:
    """40,000 x 0.3 x 0.6 = 7,200; a failed one earns 0.3 of it."""
    assert industry.gain(40_000.0, 0.3, 0.6, True, 0.3) == pytest.approx(7_200.0)
    assert industry.gain(40_000.0, 0.3, 0.6, False, 0.3) == pytest.approx(2_160.0)


# --- training and transfer jobs: clause 二(六)3


def test_training_is_for_idle_workers_at_one_price() -> None:
    assert training.eligible(household()).tolist() == [True]
    assert training.eligible(household(wage=40_000.0)).tolist() == [False]
    assert training.put_in(household(), 1_000.0).tolist() == [1_000.0]


def test_training_adds_to_the_chance_on_the_same_number() -> None:
    numbers = (0.049, 0.05, 0.249, 0.25)
    assert [training.finds_job(u, 0.05, 0.20, False) for u in numbers] == [True, False, False, False]
    assert [training.finds_job(u, 0.05, 0.20, True) for u in numbers] == [True, True, True, False]


@pytest.mark.parametrize("age", [1, 2, 3, 4, 5])
def test_a_job_is_kept_while_its_number_lies_below_the_power(age: int) -> None:
    chance = 0.8**age
    assert training.years_kept(chance - 1e-9, 0.8) == age
    assert training.years_kept(chance + 1e-9, 0.8) == age - 1


def test_a_job_whose_number_is_low_enough_is_kept_for_good() -> None:
    assert MOST_KEPT == 5
    assert training.years_kept(1e-12, 0.8) == MOST_KEPT
    assert training.years_kept(1 - 1e-12, 1.0) == MOST_KEPT
    assert training.years_kept(1e-12, 0.0) == 0


@pytest.mark.parametrize(
    ("wage", "business", "workers", "yuan"),
    [
        (0.0, 0.0, 2.0, 30_000.0),
        (8_000.0, 6_000.0, 2.0, 25_100.0),  # 30,000 - 8,000 / 2 - 0.3 x 6,000 / 2
        (8_000.0, -6_000.0, 2.0, 26_000.0),  # a loss is nobody's to give up
        (70_000.0, 0.0, 2.0, 0.0),  # never below zero
    ],
)
def test_what_a_job_adds(wage: float, business: float, workers: float, yuan: float) -> None:
    assert training.gain(30_000.0, wage, business, 1 / workers, 0.3) == pytest.approx(yuan)


# --- public posts: clause 二(六)3


def test_posts_are_for_those_who_cannot_leave_and_cost_their_pay() -> None:
    assert public_post.eligible(household(dependants=1)).tolist() == [True]
    assert public_post.eligible(household()).tolist() == [False]
    assert public_post.put_in(household(), 9_000.0).tolist() == [9_000.0]


@pytest.mark.parametrize(
    ("idle", "share", "number"), [(100, 0.08, 8), (6, 0.08, 0), (7, 0.08, 1), (25, 0.1, 3), (0, 0.5, 0), (6.5, 0.08, 1)]
)
def test_posts_are_few(idle: float, share: float, number: int) -> None:
    """A share of the idle workers, halves up: 0.56 is one post, 2.5 are three."""
    assert public_post.posts(idle, share) == number


# --- asset shares: clause 二(六)7


def test_shares_are_for_anybody_at_a_sum_a_person() -> None:
    assert asset_shares.eligible(household(workers=0, labour_units=0.0)).tolist() == [True]
    assert asset_shares.put_in(household(members=4), 5_000.0).tolist() == [20_000.0]


def test_the_dividend_and_an_operator_who_turns_to_half_pay() -> None:
    assert asset_shares.operator(0.09, 0.1, 0.5) == 0.5
    assert asset_shares.operator(0.1, 0.1, 0.5) == 1.0
    assert asset_shares.dividend(20_000.0, 0.08, 1.0) == pytest.approx(1_600.0)
    assert asset_shares.dividend(20_000.0, 0.08, 0.5) == pytest.approx(800.0)


# --- social security and dibao: clause 二(六)4


def test_the_increment_is_a_sum_a_head() -> None:
    assert social_security.increment(200.0, 3.0, 120.0, 2.0) == 840.0


def test_illness_cuts_less_under_cover_and_is_neutral_without() -> None:
    """Loss 0.2 in half of the years: 0.8 / 0.9 when ill, 1 / 0.9 else; with half of it covered 0.9 / 0.9."""
    ill, well = social_security.left(0.5, 0.2, hit=True), social_security.left(0.5, 0.2, hit=False)
    assert ill == pytest.approx(0.8 / 0.9)
    assert well == pytest.approx(1 / 0.9)
    assert 0.5 * ill + 0.5 * well == pytest.approx(1.0)
    assert social_security.left(0.5, 0.2, hit=True, cover=0.5) == pytest.approx(1.0)


@pytest.mark.parametrize("chance", [0.0, 0.1, 0.5])
def test_losses_are_neutral_in_the_mean(chance: float) -> None:
    hit, spared = social_security.left(chance, 0.4, hit=True), social_security.left(chance, 0.4, hit=False)
    assert chance * hit + (1 - chance) * spared == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("before", "enrolled", "yuan"),
    [(5_000.0, True, 7_900.0), (12_900.0, True, 0.0), (20_000.0, True, 0.0), (5_000.0, False, 0.0), (-100.0, True, 13_000.0)],
)
def test_dibao_tops_up_to_the_line(before: float, enrolled: bool, yuan: float) -> None:
    """4,300 a head for three."""
    assert dibao.top_up(4_300.0, 3.0, before, enrolled) == yuan


def test_registered_dibao_grows_with_its_line() -> None:
    assert dibao.registered_amount(1_000.0, 1.08) == 1_080.0


# --- land, loans, day work, houses, attitudes, village projects


def test_land_is_let_by_those_who_have_some() -> None:
    assert land_transfer.eligible(household(land=0.0)).tolist() == [False]
    assert land_transfer.eligible(household(land=1.5)).tolist() == [True]
    assert land_transfer.put_in(household(land=1.5), 200.0).tolist() == [200.0]


@pytest.mark.parametrize(
    ("business", "income", "land", "yuan"),
    [(5_000.0, 300.0, 4.0, 1_200.0), (900.0, 300.0, 4.0, 900.0), (-50.0, 300.0, 4.0, 0.0), (0.0, 300.0, 0.0, 0.0)],
)
def test_nobody_gives_up_more_farm_income_than_there_is(business: float, income: float, land: float, yuan: float) -> None:
    assert land_transfer.given_up(business, income, land) == yuan


def test_a_loan_is_for_those_with_labour_and_no_loss() -> None:
    assert microcredit.eligible(household(business=0.0)).tolist() == [True]
    assert microcredit.eligible(household(business=-1.0)).tolist() == [False]
    assert microcredit.eligible(household(workers=0, labour_units=0.0)).tolist() == [False]
    assert microcredit.put_in(household(), 30_000.0).tolist() == [30_000.0]


def test_what_a_loan_costs_is_interest_and_reserve_and_not_the_loan() -> None:
    """4.75 % a year, all of it subsidised, for three years, and a tenth in reserve: 0.1425 + 0.10 of a yuan lent."""
    terms = {"microcredit_rate": 0.0475, "microcredit_subsidised_share": 1.0, "microcredit_years": 3.0, "guarantee_reserve_rate": 0.1}
    assert microcredit.price(facts_with(terms)) == pytest.approx(0.2425, abs=1e-15)
    assert microcredit.price(facts_with(terms | {"microcredit_subsidised_share": 0.5})) == pytest.approx(0.17125, abs=1e-15)


@pytest.mark.parametrize(("began", "t", "runs"), [(0, 2, False), (1, 1, False), (1, 2, True), (1, 4, True), (1, 5, False)])
def test_a_loan_runs_for_its_term(began: int, t: int, runs: bool) -> None:
    assert microcredit.runs(began, t, 3) == runs


def test_day_work_is_paid_from_works_alone() -> None:
    assert local_jobs.eligible(household(workers=0, labour_units=0.0)).tolist() == [False]
    assert local_jobs.LOCAL_JOBS.funds == ("works",)
    assert local_jobs.put_in(household(), 6_000.0).tolist() == [6_000.0]


@pytest.mark.parametrize(("u", "safe"), [(0.19, 3), (0.2, 2), (0.9, 2)])
def test_a_delayed_house_is_safe_a_year_later(u: float, safe: int) -> None:
    assert housing.safe_from(2, u, 0.2) == safe


def test_a_grant_is_for_an_unsafe_house() -> None:
    assert housing.eligible(household(housing_safe=0)).tolist() == [True]
    assert housing.eligible(household(housing_safe=1)).tolist() == [False]
    assert housing.put_in(household(), 40_000.0).tolist() == [40_000.0]
    assert housing.capacity(10.0) == 10


def test_work_on_attitudes_is_for_anybody() -> None:
    assert mindset.eligible(household(workers=0, labour_units=0.0)).tolist() == [True]
    assert mindset.put_in(household(), 200.0).tolist() == [200.0]


@pytest.mark.parametrize(("set_up", "t", "share"), [(0, 3, 0.0), (-1, 3, 0.0), (3, 3, 0.0), (2, 3, 0.5), (1, 3, 1.0)])
def test_a_service_point_takes_a_year_to_work(set_up: int, t: int, share: float) -> None:
    assert village_projects.shop_share(set_up, t, 0.5) == share


def test_what_a_business_gains_from_its_village() -> None:
    """2 % online at half its effect, and 15 % a point of services of which 0.3 points are lacking and half filled: 0.01 + 0.0225."""
    assert village_projects.uplift(0.02, 0.5, 0.15, 0.3, 0.5) == pytest.approx(0.0325, abs=1e-15)


@pytest.mark.parametrize(("spent", "need", "share"), [(0.0, 100.0, 0.0), (50.0, 100.0, 0.5), (120.0, 100.0, 1.0), (0.0, 0.0, 1.0)])
def test_what_is_filled_of_a_need(spent: float, need: float, share: float) -> None:
    assert village_projects.filled(spent, need) == share

"""Each measure's file, worked by hand; who may, what it costs, what it yields, how it fails. Clause 二(六)."""

import numpy as np
import pytest

from simlib.engine.state import MOST_KEPT, Fund, Measure
from simlib.facts import Facts, load_facts
from simlib.measures import CHOSEN_MEASURES, Starts, asset_shares, dibao, industry, public_post, social_security, starts, training
from simlib.measures.base import full_workers
from tests.engine.small import facts_with

JOB_YEAR = {"transfer_months": 9.0, "transfer_wage_month_2016": 3400.0, "idle_wage_share": 0.5}  # half a job's year: 15,300 yuan


def household(
    members: int = 3, workers: int = 2, labour_units: float = 2.0, dependants: int = 0, wage: float = 0.0, facts: Facts | None = None
) -> Starts:
    """One household's start."""
    counts = [np.array([number]) for number in (members, workers, dependants)]
    numbers = facts or facts_with(JOB_YEAR)
    return starts(counts[0], counts[1], np.array([labour_units]), counts[2], np.array([wage]), numbers)


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
        assert measure.source in ("wage", "business", "property")
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
    assert industry.cost(household(workers=workers), 20_000.0).tolist() == [yuan]


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
    assert training.cost(household(), 1_000.0).tolist() == [1_000.0]


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
    assert public_post.cost(household(), 9_000.0).tolist() == [9_000.0]


@pytest.mark.parametrize(
    ("idle", "share", "number"), [(100, 0.08, 8), (6, 0.08, 0), (7, 0.08, 1), (25, 0.1, 3), (0, 0.5, 0), (6.5, 0.08, 1)]
)
def test_posts_are_few(idle: float, share: float, number: int) -> None:
    """A share of the idle workers, halves up: 0.56 is one post, 2.5 are three."""
    assert public_post.posts(idle, share) == number


# --- asset shares: clause 二(六)7


def test_shares_are_for_anybody_at_a_sum_a_person() -> None:
    assert asset_shares.eligible(household(workers=0, labour_units=0.0)).tolist() == [True]
    assert asset_shares.cost(household(members=4), 5_000.0).tolist() == [20_000.0]


def test_the_dividend_and_an_operator_who_turns_to_half_pay() -> None:
    assert asset_shares.operator(0.09, 0.1, 0.5) == 0.5
    assert asset_shares.operator(0.1, 0.1, 0.5) == 1.0
    assert asset_shares.dividend(20_000.0, 0.08, 1.0) == pytest.approx(1_600.0)
    assert asset_shares.dividend(20_000.0, 0.08, 0.5) == pytest.approx(800.0)


# --- social security and dibao: clause 二(六)4


def test_the_increment_is_a_sum_a_head() -> None:
    assert social_security.increment(200.0, 3.0) == 600.0


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

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator, Philox

from simlib.facts import Facts, load_facts
from simlib.facts.lines import dibao_line
from simlib.money import to_fen
from simlib.registry import population
from simlib.registry.population import BUSINESS, PROPERTY, TRANSFER, WAGE, People, rake


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


ALL_OLD_AT_WORK = {
    "pupils_share_labour": 0.0,
    "infants_share_labour": 0.0,
    "elderly_share_labour": 1.0,
    "elderly_working_share": 1.0,
    "partial_share": 0.0,
}


def rng(seed: int = 1) -> Generator:
    return Generator(Philox(seed))


def couple(**changed: list[int]) -> People:
    """Households of one worker and one old person, as many as the columns that are given; `members` and the like may be given too."""
    count = len(next(iter(changed.values()))) if changed else 1
    plain = {"members": 2, "pupils": 0, "elderly": 1, "workers": 1, "ill": 0, "disabled": 0}
    columns = {name: np.array(changed.get(name, [value] * count)) for name, value in plain.items()}
    return People(capable=columns["workers"] > 0, labour_units=columns["workers"].astype(float), **columns)


# ---- raking


def test_raking_meets_targets_that_a_row_alone_decides() -> None:
    """Row 2 has the first column alone: of .9 it brings half, so row 1 must bring .8 of itself."""
    rows = rake(np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([1.0, 1.0]), np.array([0.9, 0.1]))
    assert rows == pytest.approx(np.array([[0.8, 0.2], [1.0, 0.0]]), abs=1e-5)


def test_raking_weighs_rows_by_their_mass() -> None:
    rows = rake(np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([3.0, 1.0]), np.array([0.4, 0.6]))
    assert rows[0] == pytest.approx([0.2, 0.8], abs=1e-5)


def test_raking_keeps_the_odds_between_rows() -> None:
    weights = np.array([[1.0, 2.0, 1.0], [3.0, 1.0, 1.0], [1.0, 1.0, 5.0]])
    targets = np.array([0.2, 0.5, 0.3])
    rows = rake(weights, np.ones(3), targets)
    assert rows.mean(axis=0) == pytest.approx(targets, abs=1e-6)
    odds = (rows[0, 0] / rows[0, 1]) / (rows[1, 0] / rows[1, 1])
    assert odds == pytest.approx((1 / 2) / (3 / 1))


def test_raking_comes_near_to_what_is_impossible() -> None:
    """Only half of the mass may take the second column, so .8 cannot be reached."""
    rows = rake(np.array([[1.0, 1.0], [1.0, 0.0]]), np.ones(2), np.array([0.2, 0.8]))
    assert rows == pytest.approx(np.array([[0.0, 1.0], [1.0, 0.0]]), abs=1e-6)


# ---- types, sizes, ages


@given(people=st.integers(0, 400), mean=st.floats(1.6, 4.5), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_sizes_add_up_to_the_person(people: int, mean: float, seed: int) -> None:
    facts = load_facts()
    capable, members = population.types_and_sizes(people, mean, facts, rng(seed))
    assert (int(members.sum()), len(capable)) == (people, len(members))
    assert members.min(initial=1) >= 1 and members.max(initial=1) <= facts["members_most"]
    assert abs(members[~capable].sum() - people * facts["people_without_labour_share"]) <= 0.5


def test_households_are_as_many_as_the_mean_says(facts: Facts) -> None:
    capable, members = population.types_and_sizes(20_000, 2.5, facts, rng())
    assert len(members) == 8_000
    assert members[~capable].mean() == pytest.approx(2.5 * facts["no_labour_size_ratio"], abs=0.001)


def test_one_person_who_can_work_is_an_adult_worker(facts: Facts) -> None:
    alone = population.compose(np.ones(500, dtype=bool), np.ones(500, dtype=np.int64), facts, rng(1), rng(2))
    assert (alone.pupils + alone.elderly == 0).all()
    assert (alone.workers == 1).all()
    assert set(alone.labour_units) == {0.5, 1.0}
    partly = alone.labour_units == 0.5
    assert partly.mean() == pytest.approx(facts["partial_share"], abs=0.06)
    assert (alone.ill + alone.disabled)[partly].min() >= 1  # a half worker has a reason


def test_one_person_who_cannot_work_is_old_or_ill_or_disabled(facts: Facts) -> None:
    alone = population.compose(np.zeros(500, dtype=bool), np.ones(500, dtype=np.int64), facts, rng(1), rng(2))
    assert (alone.workers == 0).all() and (alone.labour_units == 0).all()
    assert ((alone.elderly == 1) | (alone.ill + alone.disabled > 0)).all()
    assert alone.elderly.mean() == pytest.approx(facts["elderly_share_no_labour"], abs=0.06)


def test_the_old_who_work_count_half(facts: Facts) -> None:
    """Two in a household, the other one old, all of them at work, all full workers under sixty: 1 + 0.5 units."""
    busy = facts.with_({key: {"value": value} for key, value in ALL_OLD_AT_WORK.items()})
    pairs = population.compose(np.ones(50, dtype=bool), np.full(50, 2), busy, rng(1), rng(2))
    assert set(pairs.workers) == {2} and set(pairs.elderly) == {1}
    assert set(pairs.labour_units) == {1.5}


def test_adults_who_cannot_work_have_a_reason(facts: Facts) -> None:
    """Four adults of whom only the first can work: three are ill or disabled."""
    adults = {"pupils_share_labour": 0.0, "infants_share_labour": 0.0, "elderly_share_labour": 0.0, "unable_share_labour": 1.0}
    struck = facts.with_({key: {"value": value} for key, value in adults.items()})
    four = population.compose(np.ones(50, dtype=bool), np.full(50, 4), struck, rng(1), rng(2))
    assert set(four.workers) == {1}
    assert (four.ill + four.disabled >= 3).all() and four.ill.any() and four.disabled.any()


@pytest.mark.parametrize(("key", "column"), [("elderly_ill_share", "ill"), ("elderly_disabled_share", "disabled")])
def test_the_old_may_be_ill_or_disabled(facts: Facts, key: str, column: str) -> None:
    struck = facts.with_({key: {"value": 1.0}, "elderly_share_no_labour": {"value": 0.75}})
    alone = population.compose(np.zeros(50, dtype=bool), np.ones(50, dtype=np.int64), struck, rng(1), rng(2))
    assert (getattr(alone, column) >= alone.elderly).all() and alone.elderly.any()


# ---- incomes


def test_ranks_are_those_of_people_and_follow_the_village(facts: Facts) -> None:
    people = couple(members=[1, 2, 5] * 300)
    ranks = population.income_ranks(people, np.tile([0.0, 0.0, 0.0], 300), facts, rng())
    assert ranks @ people.members / people.members.sum() == pytest.approx(0.5)
    better = population.income_ranks(people, np.repeat([-1.0, 1.0], 450), facts, rng())
    assert better[450:].mean() > better[:450].mean() + 0.05


def test_income_at_a_rank_is_the_exact_quantile(facts: Facts) -> None:
    """By hand for the median: exp(9.32004 + .6 x Phi^-1(.5 x Phi((8.30894 - 9.32004) / .6))) = 3,370.05."""
    income = population.incomes_pc_fen(np.array([1e-9, 0.1, 0.5, 1 - 1e-12]), facts)
    assert income[1:3] / 100 == pytest.approx([2_338.4, 3_370.05], abs=0.1)
    assert income[0] > 0
    assert income[3] == 405_999


def test_sources_add_up_to_the_fen_and_fit_the_household(facts: Facts) -> None:
    people = couple(workers=[0, 1, 2, 1] * 500, members=[2, 2, 3, 1] * 500, elderly=[2, 1, 1, 0] * 500)
    total = rng(3).integers(60_000, 400_000, 2_000) * people.members
    parts = population.sources_fen(people, total, facts, rng())
    assert (parts.sum(axis=1) == total).all()
    assert (parts[people.workers == 0, WAGE] == 0).all()
    assert (parts[:, [WAGE, PROPERTY, TRANSFER]] >= 0).all()
    assert (parts[:, TRANSFER] >= np.minimum(total, people.elderly * to_fen(facts["basic_pension_2015"]))).all()
    assert 0 < (parts[:, BUSINESS] < 0).sum() < 0.05 * len(parts)


def test_a_loss_is_made_up_by_other_sources(facts: Facts) -> None:
    always = facts.with_({"business_loss_share": {"value": 1.0}, "business_households_labour": {"value": 1.0}})
    total = np.full(4_000, 600_000)
    parts = population.sources_fen(couple(workers=[1] * 4_000), total, always, rng())
    assert (parts[:, BUSINESS] <= 0).all() and (parts.sum(axis=1) == total).all()
    assert -parts[:, BUSINESS].mean() / 600_000 == pytest.approx(facts["business_loss_mean"], rel=0.1)


def test_pensions_above_the_share_of_transfers_are_no_obstacle(facts: Facts) -> None:
    """Two old people with less than their pensions: all of it is transfer, though the type's share says otherwise."""
    parts = population.sources_fen(couple(elderly=[2], workers=[1]), np.array([150_000]), facts, rng())
    assert parts.tolist() == [[0, 0, 0, 150_000]]


def test_more_workers_bring_more_wages(facts: Facts) -> None:
    people = couple(workers=[1] * 3_000 + [3] * 3_000, members=[4] * 6_000)
    parts = population.sources_fen(people, np.full(6_000, 1_200_000), facts, rng())
    assert parts[3_000:, WAGE].mean() > 1.3 * parts[:3_000, WAGE].mean()


# ---- cause, dibao, land


@pytest.mark.parametrize(
    ("changed", "impossible"),
    [
        ({"ill": 0}, {"disease"}),
        ({"disabled": 0}, {"disability"}),
        ({"pupils": 0}, {"schooling"}),
        ({"workers": 1}, {"no_labour"}),
        ({"workers": 0}, {"no_skill", "no_money", "self_development"}),
    ],
)
def test_a_cause_needs_what_it_names(facts: Facts, changed: dict[str, int], impossible: set[str]) -> None:
    plenty = {"members": 4, "ill": 1, "disabled": 1, "pupils": 1, "workers": 1, "elderly": 0} | changed
    people = couple(**{name: [value] * 5_000 for name, value in plenty.items()})
    causes = set(population.poverty_causes(people, np.ones(5_000), facts, rng()))
    assert not causes & (impossible | {"no_land"})
    assert {"disaster", "transport", "other"} <= causes


def test_dibao_is_paid_up_to_the_line_and_to_nobody_above(facts: Facts) -> None:
    line = to_fen(dibao_line(facts, 2015))
    pc_fen = np.tile([line, line - 100_000], 400)
    people = couple(members=[2] * 800)
    paid = population.dibao_fen(people, np.linspace(0.01, 0.99, 800), pc_fen, facts, rng())
    assert (paid[pc_fen == line] == 0).all()
    assert (paid > 0).sum() == round(0.15 * 800)
    amounts = paid[paid > 0] / 200_000
    assert 0.6 <= amounts.min() <= amounts.max() <= 1.0
    assert amounts.mean() == pytest.approx(facts["dibao_paid_share"], abs=0.03)


def test_the_poorest_have_the_odds_that_the_facts_say(facts: Facts) -> None:
    """A small draw out of two groups, at rank 0 and 1: one in 8 comes from the better-off."""
    ranks = np.repeat([0.0, 1.0], 50_000)
    drawn = population.first_of(population.worse_off(ranks, facts, rng()), np.ones(100_000, dtype=bool), 2_000)
    assert drawn[:50_000].sum() / drawn[50_000:].sum() == pytest.approx(facts["worse_off_odds"], rel=0.25)


def test_first_of_takes_the_lowest_of_the_eligible() -> None:
    score, eligible = np.array([3.0, 1.0, 2.0, 0.0]), np.array([True, True, True, False])
    assert population.first_of(score, eligible, 1.6).tolist() == [False, True, True, False]
    assert population.first_of(score, eligible, 9).tolist() == eligible.tolist()
    assert not population.first_of(score, eligible, 0.4).any()


def test_land_is_about_what_the_facts_say(facts: Facts) -> None:
    land = population.land_mu(np.full(20_000, 3), facts, rng())
    held = land[land > 0]
    assert held.mean() / 3 == pytest.approx(facts["land_mu_member"], rel=0.03)
    assert held.min() >= 0.1
    assert (np.round(land * 10) == land * 10).mean() > 0.99
    assert 1 - len(held) / len(land) == pytest.approx(facts["landless_share"], abs=0.01)

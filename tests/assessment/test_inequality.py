"""Inequality measures against worked numbers, definitions, the expanded sample and real surveys."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simlib.assessment import inequality
from simlib.errors import InputError

V1_INCOME = [3000, 5000, 7365, 9000]
V1_PLAIN, V1_DOUBLED = [1, 1, 1, 1], [2, 1, 1, 1]
EDGES = [0, 2000, 4000, 6500, 9000, 15_000, np.inf]
INDIAN_CLASSES = [0, 30, 40, 50, 60, 70, 85, 100, 125, 150, 200, 250, 300, np.inf]

ROWS = st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 9)), min_size=1, max_size=30)


def pairwise_gini(incomes: list[float]) -> float:
    """The definition: mean absolute difference of all pairs over twice the mean."""
    values = np.array(incomes, dtype=float)
    return float(np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean()))


def binned(incomes: list[int], weights: list[int]) -> tuple[np.ndarray, np.ndarray]:
    place = np.searchsorted(EDGES, incomes, side="right") - 1
    sums = np.bincount(place, np.multiply(incomes, weights), len(EDGES) - 1)
    return np.bincount(place, weights, len(EDGES) - 1), sums


# Worked numbers V1.


@pytest.mark.parametrize(("weights", "expected"), [(V1_PLAIN, 0.208958), (V1_DOUBLED, 0.239211)])
def test_gini_gives_the_worked_numbers(weights: list[int], expected: float) -> None:
    assert inequality.gini(V1_INCOME, weights) == pytest.approx(expected, abs=5e-7)


def test_theil_and_mld_give_the_worked_numbers() -> None:
    """With the weights 2, 1, 1, 1, like the second Gini before them; unweighted they are .073879 and .081350."""
    assert inequality.theil(V1_INCOME, V1_DOUBLED) == pytest.approx(0.095162, abs=5e-7)
    assert inequality.mld(V1_INCOME, V1_DOUBLED, floor=1) == pytest.approx(0.099702, abs=5e-7)
    mean = sum(V1_INCOME) / 4
    by_hand = sum(y / mean * np.log(y / mean) for y in V1_INCOME) / 4, sum(np.log(mean / y) for y in V1_INCOME) / 4
    assert by_hand == pytest.approx((0.073879, 0.081350), abs=5e-7)
    assert inequality.theil(V1_INCOME, V1_PLAIN) == pytest.approx(by_hand[0])
    assert inequality.mld(V1_INCOME, V1_PLAIN, floor=1) == pytest.approx(by_hand[1])


# Gini.


def test_gini_of_one_owner_is_one_less_one_nth() -> None:
    assert inequality.gini([0, 0, 0, 0, 7], [1] * 5) == pytest.approx(1 - 1 / 5, abs=1e-12)


@given(st.floats(0.01, 1e6), st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_gini_of_equal_incomes_is_zero(income: float, weights: list[int]) -> None:
    assert inequality.gini([income] * len(weights), weights) == pytest.approx(0, abs=1e-12)


@given(ROWS)
def test_weighted_gini_is_the_gini_of_the_expanded_sample(rows: list[tuple[int, int]]) -> None:
    incomes, weights = zip(*rows, strict=True)
    assume(sum(incomes) > 0)
    expanded = pairwise_gini(np.repeat(incomes, weights).tolist())
    assert inequality.gini(incomes, weights) == pytest.approx(expanded, abs=1e-10)


@given(ROWS)
def test_doubling_all_weights_leaves_every_measure(rows: list[tuple[int, int]]) -> None:
    incomes, weights = zip(*rows, strict=True)
    twice = [2 * weight for weight in weights]
    assert inequality.gini(incomes, twice) == inequality.gini(incomes, weights)
    assert inequality.theil(incomes, twice) == inequality.theil(incomes, weights)
    assert inequality.mld(incomes, twice, floor=1) == inequality.mld(incomes, weights, floor=1)


def test_gini_takes_debts_as_they_are() -> None:
    assert inequality.gini([-90, 0, 100], [1, 1, 1]) == pytest.approx(pairwise_gini([-90, 0, 100]))
    assert inequality.gini([-100, 0, 100], [1, 1, 1]) is None
    assert inequality.gini([0, 0], [1, 1]) is None
    assert inequality.gini([], []) is None


# Theil, mean log deviation, Lorenz.


def test_theil_counts_no_income_as_zero_and_mld_as_its_floor() -> None:
    assert inequality.theil([0, 10], [1, 1]) == pytest.approx(np.log(2))
    assert inequality.theil([-5, 10], [1, 1]) == pytest.approx(np.log(2))
    assert inequality.mld([0, 10], [1, 1], floor=2) == inequality.mld([2, 10], [1, 1], floor=1)


def test_theil_and_mld_are_undefined_without_income_or_weight() -> None:
    assert inequality.theil([0, 0], [1, 1]) is None
    assert inequality.theil([1], [0]) is None
    assert inequality.mld([1], [0], floor=1) is None


def test_a_floor_that_leaves_no_logarithm_is_refused() -> None:
    with pytest.raises(InputError, match="floor is 0 yuan"):
        inequality.mld([1], [1], floor=0)
    with pytest.raises(InputError, match="floor is -1 yuan"):
        inequality.theil([1], [1], floor=-1)


def test_lorenz_runs_from_nothing_to_all_under_the_diagonal() -> None:
    people, income = inequality.lorenz([9000, 3000], [1, 3])
    assert people == pytest.approx([0, 0.75, 1])
    assert income == pytest.approx([0, 0.5, 1])


@given(ROWS)
def test_gini_is_one_less_twice_the_area_under_lorenz(rows: list[tuple[int, int]]) -> None:
    incomes, weights = zip(*rows, strict=True)
    assume(sum(incomes) > 0)
    people, income = inequality.lorenz(incomes, weights)
    area = (np.diff(people) * (income[1:] + income[:-1]) / 2).sum()
    assert inequality.gini(incomes, weights) == pytest.approx(1 - 2 * area, abs=1e-10)


def test_lorenz_of_nothing_is_undefined() -> None:
    people, income = inequality.lorenz([0, 0], [1, 1])
    assert people == pytest.approx([0, 0.5, 1])
    assert np.isnan(income).all()


# Bins.


@given(ROWS)
def test_the_exact_gini_lies_between_bins_and_bins_plus_error(rows: list[tuple[int, int]]) -> None:
    incomes, weights = (list(column) for column in zip(*rows, strict=True))
    assume(sum(incomes) > 0)
    people, sums = binned(incomes, weights)
    exact, low = inequality.gini(incomes, weights), inequality.gini_from_bins(people, sums)
    assert exact is not None
    assert low - 1e-9 <= exact <= low + inequality.gini_bin_error(people, sums, EDGES) + 1e-9


def test_bins_of_one_income_each_give_the_exact_gini() -> None:
    people, sums = binned(V1_INCOME, V1_DOUBLED)
    assert inequality.gini_from_bins(people, sums) == pytest.approx(inequality.gini(V1_INCOME, V1_DOUBLED))


def test_the_error_is_reached_when_incomes_lie_at_the_edges() -> None:
    """Two of three at 4, one at 10, all in the bin 4 to 10: the bins see no inequality, the error is all of it."""
    assert inequality.gini_from_bins([3], [18]) == 0
    assert inequality.gini_bin_error([3], [18], [4, 10]) == pytest.approx(pairwise_gini([4, 4, 10]))


def test_open_bins_have_the_limit_of_their_error() -> None:
    wide = [-1e9, 5, 1e9]
    assert inequality.gini_bin_error([2, 1], [6, 10], [-np.inf, 5, np.inf]) == pytest.approx(
        inequality.gini_bin_error([2, 1], [6, 10], wide), rel=1e-6
    )


def test_bins_keep_draws_and_years_and_need_no_order() -> None:
    people = np.array([[[1, 2, 0], [4, 1, 1]], [[0, 0, 0], [1, 1, 1]]])
    sums = np.array([[[100, 900, 0], [400, 500, 900]], [[0, 0, 0], [0, 0, 0]]])
    together = inequality.gini_from_bins(people, sums)
    assert together.shape == (2, 2)
    assert together[0, 1] == inequality.gini([100, 500, 900], [4, 1, 1])
    assert together[0, 0] == pytest.approx(inequality.gini([100, 450], [1, 2]))
    assert np.isnan(together[1]).all()
    assert inequality.gini_from_bins(people[..., ::-1], sums[..., ::-1]) == pytest.approx(together, nan_ok=True)
    error = inequality.gini_bin_error(people[:, :1], sums[:, :1], [0, 200, 600, np.inf])
    assert error.shape == (2, 1)
    assert error[0, 0] > 0
    assert np.isnan(error[1, 0])


@pytest.mark.parametrize(
    ("people", "sums", "message"),
    [
        ([-1, 2], [1, 2], "finite counts >= 0"),
        ([1, 2], [1, np.nan], "finite incomes"),
        ([0, 2], [1, 2], "a bin without people has income"),
    ],
)
def test_impossible_bins_are_refused(people: list[float], sums: list[float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        inequality.gini_from_bins(people, sums)


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([0, 5], "2 bins need 3 rising edges"),
        ([0, 5, 5], "2 bins need 3 rising edges"),
        ([0, 2, 9], "bin 0 has mean income 3.0, outside its edges 0.0 to 2.0"),
    ],
)
def test_edges_that_do_not_fit_the_bins_are_refused(edges: list[float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        inequality.gini_bin_error([2, 1], [6, 7], edges)


def test_a_lone_bin_without_edges_is_refused() -> None:
    with pytest.raises(InputError, match="bounds nothing"):
        inequality.gini_bin_error([2], [6], [-np.inf, np.inf])


# Real surveys.


def test_ilocos_gives_the_published_gini_of_both_years(shared_data: Path) -> None:
    """301 rural households, per head, by households, unweighted: income / family.size is 1997, the AP columns 1998."""
    with (shared_data / "ilocos.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["urbanity"] == "rural"]
    assert len(rows) == 301
    first = [float(row["income"]) / float(row["family.size"]) for row in rows]
    second = [float(row["AP.income"]) / float(row["AP.family.size"]) for row in rows]
    ginis = [inequality.gini(incomes, np.ones(301)) for incomes in (first, second)]
    assert ginis == pytest.approx([0.4098, 0.4393], abs=5e-5)


@pytest.mark.parametrize("sixth_edge", [70, 75])
def test_rural_india_lies_between_its_bins_and_their_error(shared_data: Path, sixth_edge: int) -> None:
    """Datt 1998 publishes a Gini of 28.9 from a fitted curve.

    The file has class means but no class edges; those of the survey (NSS, 38th round) are set here, with the edge
    between the fifth and sixth class as 70 and as the 75 of another copy of the table: the answer does not hang on it.
    """
    table = np.loadtxt(shared_data / "datt_rural_india_1983.csv", delimiter=",", skiprows=1)
    share, sums = table[:, 0], table[:, 0] * table[:, 1]
    edges = [sixth_edge if edge == 70 else edge for edge in INDIAN_CLASSES]
    low = inequality.gini_from_bins(share, sums)
    assert low <= 0.289 <= low + inequality.gini_bin_error(share, sums, edges)
    assert low > 0.98 * 0.289

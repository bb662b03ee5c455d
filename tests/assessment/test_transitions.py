"""Moves between years: tables by hand, identities, and the Ilocos panel."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.assessment import transitions
from simlib.errors import InputError
from simlib.money import fen_array

BEFORE, AFTER, WEIGHTS = [True, True, True, False, False], [True, False, False, True, False], [3, 1, 1, 1, 4]
MOVES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=40)


# Matrices and rates.


def test_the_matrix_of_two_states_is_the_table_by_hand() -> None:
    matrix = transitions.transition_matrix(BEFORE, AFTER, WEIGHTS)
    assert matrix == pytest.approx(np.array([[4 / 5, 1 / 5], [2 / 5, 3 / 5]]))


def test_the_mass_of_four_states_stays_where_it_moved() -> None:
    mass = transitions.transition_mass([0, 0, 3, 1], [0, 2, 1, 1], [1.5, 2, 3, 4], states=4)
    assert mass.tolist() == [[1.5, 0, 2, 0], [0, 4, 0, 0], [0, 0, 0, 0], [0, 3, 0, 0]]


def test_a_state_without_mass_has_no_row() -> None:
    matrix = transitions.transition_matrix([0, 0, 1], [0, 1, 1], [1, 1, 0])
    assert matrix[0] == pytest.approx([0.5, 0.5])
    assert np.isnan(matrix[1]).all()


@given(MOVES)
def test_rows_with_mass_add_up_to_one(moves: list[tuple[int, int, int]]) -> None:
    before, after, weights = zip(*moves, strict=True)
    matrix = transitions.transition_matrix(before, after, weights, states=4)
    occupied = np.bincount(before, weights, 4) > 0
    assert matrix[occupied].sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert np.isnan(matrix[~occupied]).all()
    assert transitions.transition_mass(before, after, weights, states=4).sum() == sum(weights)


@given(MOVES)
def test_the_rates_are_the_corners_of_the_matrix(moves: list[tuple[int, int, int]]) -> None:
    starts, ends, weights = zip(*moves, strict=True)
    before, after = np.array(starts) > 1, np.array(ends) > 1
    corners = transitions.transition_matrix(before, after, weights)
    for rate, corner in (
        (transitions.exit_rate(before, after, weights), corners[1, 0]),
        (transitions.entry_rate(before, after, weights), corners[0, 1]),
    ):
        assert (np.nan if rate is None else rate) == pytest.approx(corner, nan_ok=True)


@given(MOVES)
def test_doubling_all_weights_leaves_every_rate(moves: list[tuple[int, int, int]]) -> None:
    before, after, weights = zip(*moves, strict=True)
    once = transitions.transition_matrix(before, after, weights, states=4)
    twice = transitions.transition_matrix(before, after, [2 * weight for weight in weights], states=4)
    assert np.array_equal(once, twice, equal_nan=True)


def test_reentry_looks_only_at_those_who_had_left() -> None:
    """Two had left, one of them is poor again; two never were poor and dilute the entry rate, not this one."""
    out_before, poor_after = [True, True, False, False], [True, False, False, False]
    assert transitions.reentry_rate(out_before, poor_after, [1, 1, 1, 1]) == pytest.approx(1 / 2)
    assert transitions.entry_rate([False] * 4, poor_after, [1, 1, 1, 1]) == pytest.approx(1 / 4)
    assert transitions.reentry_rate(out_before, poor_after, [3, 1, 1, 1]) == pytest.approx(3 / 4)


def test_rates_without_anybody_in_their_base_are_undefined() -> None:
    assert transitions.exit_rate([False], [True], [1]) is None
    assert transitions.entry_rate([True], [True], [1]) is None
    assert transitions.reentry_rate([False], [True], [1]) is None
    assert transitions.reentry_rate([True], [True], [0]) is None


def test_status_codes_taken_for_flags_are_refused() -> None:
    with pytest.raises(InputError, match="true or false is right here"):
        transitions.exit_rate([0, 2], [1, 1], [1, 1])


@pytest.mark.parametrize("code", [-1, 2])
def test_states_beyond_the_table_are_refused(code: int) -> None:
    with pytest.raises(InputError, match="2 states are 0 to 1"):
        transitions.transition_matrix([0, code], [0, 1], [1, 1])


def test_states_that_are_no_codes_are_refused() -> None:
    with pytest.raises(InputError, match="states are whole numbers or flags"):
        transitions.transition_matrix([0.5], [0], [1])


def test_rows_that_do_not_match_are_refused() -> None:
    with pytest.raises(InputError, match="1 states before and 2 after"):
        transitions.transition_matrix([0], [0, 1], [1])
    with pytest.raises(InputError, match="2 flags against a base of 1"):
        transitions.share_of([True, True], [True], [1])
    with pytest.raises(InputError, match="one weight a value"):
        transitions.transition_matrix([0, 1], [0, 1], [1])


# Stable exit, vulnerability, spells.


@pytest.mark.parametrize(
    ("out", "years", "expected"),
    [
        ([False, True, True], 2, True),
        ([True, True, False], 2, False),  # left, and fell back
        ([True, False, True], 2, False),
        ([False, False, True], 1, True),
        ([False, True, True], 3, False),
    ],
)
def test_stable_is_out_for_the_last_years_in_a_row(out: list[bool], years: int, expected: bool) -> None:
    assert bool(transitions.stable_exit(out, years)) is expected


def test_stable_exit_keeps_draws_and_households() -> None:
    out = np.ones((2, 3, 4), dtype=bool)
    out[1, 2, 3] = False
    stable = transitions.stable_exit(out, 2)
    assert stable.shape == (2, 3)
    assert stable.sum() == 5


@pytest.mark.parametrize("years", [0, 4])
def test_more_years_than_the_table_has_are_refused(years: int) -> None:
    with pytest.raises(InputError, match="a table of 3 years"):
        transitions.stable_exit([True, True, True], years)


def test_the_chance_of_falling_is_counted_over_draws() -> None:
    poor_next = [[True, False], [True, False], [False, False], [False, True]]
    assert transitions.falling_chance(poor_next).tolist() == [0.5, 0.25]
    with pytest.raises(InputError, match="there is no draw"):
        transitions.falling_chance(np.zeros((0, 2), dtype=bool))


def test_stable_needs_both_the_years_and_the_low_chance_of_falling() -> None:
    out = [[True, True], [True, True], [False, True], [True, True]]
    share = transitions.stable_share(out, 2, [0.1, 0.3, 0.0, 0.2], 0.2, [1, 2, 4, 3])
    assert share == pytest.approx(4 / 10)
    assert transitions.stable_share(out, 2, [0.1] * 4, 0.2, [0] * 4) is None
    with pytest.raises(InputError, match="one weight a value"):
        transitions.stable_share(out[:3], 2, [0.1] * 4, 0.2, [1] * 4)


def test_spells_count_separate_stretches() -> None:
    poor = [[True, True, False], [True, False, True], [False, False, False], [False, True, True], [True, True, True]]
    assert transitions.poverty_spells(poor).tolist() == [1, 2, 0, 1, 1]


# Correlations.


def test_correlation_is_that_of_the_expanded_sample() -> None:
    first, second, weights = [1.0, 2.0, 4.0, 3.0], [2.0, 1.0, 7.0, 3.0], [1, 4, 2, 3]
    expanded = np.corrcoef(np.repeat(first, weights), np.repeat(second, weights))[0, 1]
    assert transitions.correlation(first, second, weights) == pytest.approx(expanded)


def test_rank_correlation_shares_ranks_between_equals() -> None:
    """Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4, worked by hand: covariance 4.5 over sqrt(4.5 * 5)."""
    ranks = transitions.rank_correlation([10, 20, 20, 90], [1, 3, 2, 4], [1] * 4)
    assert ranks == pytest.approx(4.5 / np.sqrt(4.5 * 5))


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50), st.integers(1, 5)), min_size=2, max_size=20))
def test_rank_correlation_sees_only_the_order(rows: list[tuple[int, int, int]]) -> None:
    first, second, weights = (np.array(column) for column in zip(*rows, strict=True))
    ranks = transitions.rank_correlation(first, second, weights)
    assert transitions.rank_correlation(np.exp(first / 10), second**3, weights) == ranks
    assert transitions.rank_correlation(np.repeat(first, weights), np.repeat(second, weights), [1] * weights.sum()) == (
        None if ranks is None else pytest.approx(ranks, abs=1e-9)
    )


CORRELATIONS = [transitions.correlation, transitions.log_correlation, transitions.rank_correlation]


@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_what_does_not_vary_has_no_correlation(correlation: Callable[..., float | None]) -> None:
    assert correlation([5, 5, 5], [1, 2, 3], [1, 1, 1]) is None
    assert correlation([1, 2, 3], [1, 2, 3], [0, 0, 0]) is None
    assert correlation([], [], []) is None


def test_log_correlation_leaves_out_who_has_no_income() -> None:
    with_none = transitions.log_correlation([1, 2, 8, 5, -3], [3, 2, 9, 0, 4], [1] * 5)
    assert with_none == transitions.correlation(np.log([1, 2, 8]), np.log([3, 2, 9]), [1] * 3)


# The Ilocos panel.


@pytest.fixture(scope="module")
def ilocos(shared_data: Path) -> tuple[np.ndarray, np.ndarray]:
    """Income per head of all 632 households: 1997 (income / family.size) and 1998 (AP.income / AP.family.size)."""
    with (shared_data / "ilocos.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first = [float(row["income"]) / float(row["family.size"]) for row in rows]
    second = [float(row["AP.income"]) / float(row["AP.family.size"]) for row in rows]
    return np.array(first), np.array(second)


def test_ilocos_gives_the_published_moves(ilocos: tuple[np.ndarray, np.ndarray]) -> None:
    """All households, urban ones too, unweighted, by households, line 11,388 pesos a person in both years."""
    before, after = (fen_array(incomes) < fen_array(11_388) for incomes in ilocos)
    ones = np.ones(632)
    assert before.mean() == pytest.approx(0.3054, abs=5e-5)
    assert transitions.exit_rate(before, after, ones) == pytest.approx(0.306, abs=5e-4)
    assert transitions.entry_rate(before, after, ones) == pytest.approx(0.200, abs=5e-4)


def test_ilocos_gives_the_published_correlation_of_logs(ilocos: tuple[np.ndarray, np.ndarray]) -> None:
    """All households but one, which reports no income in 1998; unweighted. (The rural ones alone give .720.)"""
    assert (ilocos[1] == 0).sum() == 1
    assert transitions.log_correlation(*ilocos, np.ones(632)) == pytest.approx(0.722, abs=5e-4)

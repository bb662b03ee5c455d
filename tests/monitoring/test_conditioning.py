"""Scaling and setting exits, on numbers that can be followed by hand."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simlib.monitoring.conditioning import choose_exits, scale_for


def column(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values)[:, None]


def test_the_factor_moves_what_was_earned() -> None:
    total, earned = np.array([1000, 1000, 1000, 1000]), np.array([500, 250, 0, 100])
    scale, closed = scale_for(total, earned, people=2, reported_fen=600)
    assert scale.tolist() == [1.4, 1.8, 1.0, 3.0]  # a gap of 200
    assert closed.tolist() == [True, True, False, True]


def test_less_than_nothing_cannot_be_earned() -> None:
    scale, closed = scale_for(np.array([1000, 1000]), np.array([200, 900]), people=2, reported_fen=300)
    assert closed.tolist() == [False, True]
    assert scale.tolist() == [1.0, 1 - 400 / 900]


def test_what_is_reported_to_the_fen_is_left_alone() -> None:
    scale, closed = scale_for(np.array([1001, 1002]), np.array([500, 0]), people=2, reported_fen=501)
    assert scale.tolist() == [1.0, 1.0] and closed.all()  # 500.5 and 501


def chosen(income: list[int], people: list[int], out: list[bool], wanted: int, may: list[bool] | None = None) -> list[bool]:
    allowed = column(*(may or [True] * len(income)))
    found = choose_exits(column(*income), np.array(people), column(*out), allowed, wanted)
    return [bool(one) for one in found[:, 0]]


def test_the_highest_incomes_leave_first() -> None:
    assert chosen([10, 40, 20, 30], [2, 2, 2, 2], [False] * 4, 4) == [False, True, False, True]


def test_the_lowest_incomes_return_first() -> None:
    assert chosen([10, 40, 20, 30], [2, 2, 2, 2], [True] * 4, 4) == [False, True, False, True]


def test_a_household_that_is_too_large_is_passed_over() -> None:
    assert chosen([40, 30, 20], [3, 2, 1], [False] * 3, 2) == [False, True, False]


def test_one_exchange_closes_what_is_left() -> None:
    assert chosen([40, 30], [3, 4], [False, False], 4) == [False, True]  # 3 leaves, one is lacking: 4 for 3
    assert chosen([40, 30, 20], [3, 2, 2], [True, False, False], 2) == [False, True, False]


def test_who_may_not_is_not_moved() -> None:
    assert chosen([40, 30], [1, 1], [False, False], 2, may=[False, True]) == [False, True]
    assert chosen([40, 30], [1, 1], [True, True], 0, may=[True, False]) == [False, True]


SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=12)


@given(data=st.data(), people=SIZES)
def test_reported_exits_are_met_where_single_people_are_enough(data: st.DataObject, people: list[int]) -> None:
    sizes = [*people, 1, 1, 1, 1, 1, 1]
    number, draws = len(sizes), 4
    income = np.array(data.draw(st.lists(st.integers(0, 50), min_size=number * draws, max_size=number * draws))).reshape(number, draws)
    out = np.array(data.draw(st.lists(st.booleans(), min_size=number * draws, max_size=number * draws))).reshape(number, draws)
    wanted = data.draw(st.integers(0, sum(sizes)))
    may = np.ones_like(out)
    found = choose_exits(income, np.array(sizes), out, may, wanted)
    missed = np.abs(wanted - (np.array(sizes)[:, None] * found).sum(axis=0))
    assert (missed < max(sizes)).all()
    exact = np.array(sizes)[:, None] * out
    assert (found[:, exact.sum(axis=0) == wanted] == out[:, exact.sum(axis=0) == wanted]).all()  # nothing to do, nothing done


@given(data=st.data(), people=SIZES, cut=st.integers(1, 3))
def test_draws_do_not_know_each_other(data: st.DataObject, people: list[int], cut: int) -> None:
    shape = (len(people), 4)
    income = np.array(data.draw(st.lists(st.integers(0, 9), min_size=4 * len(people), max_size=4 * len(people)))).reshape(shape)
    out = np.array(data.draw(st.lists(st.booleans(), min_size=4 * len(people), max_size=4 * len(people)))).reshape(shape)
    wanted, sizes, may = data.draw(st.integers(0, sum(people))), np.array(people), np.ones(shape, dtype=bool)
    whole = choose_exits(income, sizes, out, may, wanted)
    parts = [choose_exits(income[:, part], sizes, out[:, part], may[:, part], wanted) for part in (slice(0, cut), slice(cut, 4))]
    assert np.array_equal(whole, np.concatenate(parts, axis=1))

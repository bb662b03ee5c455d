"""Weights, their effective number, and quantiles under them: numbers worked by hand, and what holds of any."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.backtest import Record, distances, effective_number, evidence, quantiles, weights
from simlib.errors import InputError

FIRST = Record("a", "off the register", 2016, "exited", 0.30, ("x",))
SECOND = Record("b", "off the register", 2017, "exited_meizhou", 0.70, ("x",))
LATE = Record("c", "off the register", 2018, "exited", 0.85, ("x",))
INCOME = Record("d", "income", 2016, "income", 10_000.0, ("x",))

numbers = st.floats(min_value=0, max_value=60)
some = st.lists(numbers, min_size=1, max_size=40)


def test_distance_is_measured_in_discrepancies_and_over_all_records() -> None:
    said = pd.DataFrame({"a": [0.30, 0.45, 0.30], "b": [0.70, 0.50, 0.80]})
    assert distances(said, [FIRST, SECOND], 0.05).tolist() == pytest.approx([0.0, 5.0, 2.0])  # 3 and 4 make 5
    assert distances(said, [FIRST, SECOND], 0.10).tolist() == pytest.approx([0.0, 2.5, 1.0])


@pytest.mark.parametrize("record", [LATE, INCOME], ids=["a test year", "no share of people"])
def test_nothing_else_may_adjust_the_model(record: Record) -> None:
    said = pd.DataFrame({"c": [0.5], "d": [9_000.0]})
    with pytest.raises(InputError, match="only shares of people in 2016 and 2017"):
        distances(said, [record], 0.05)


@pytest.mark.parametrize("discrepancy", [0.0, -0.05, float("nan")])
def test_a_discrepancy_is_above_nothing(discrepancy: float) -> None:
    with pytest.raises(InputError, match="wanted a standard deviation above 0"):
        distances(pd.DataFrame({"a": [0.3]}), [FIRST], discrepancy)


def test_weights_worked_by_hand() -> None:
    # exp(0) = 1 and exp(-2) = 0.135335: 1 / 1.135335 and 0.135335 / 1.135335
    assert weights([0.0, 2.0]).tolist() == pytest.approx([0.880797, 0.119203], abs=1e-6)
    assert evidence([0.0, 2.0]) == pytest.approx(1.135335 / 2, abs=1e-6)


def test_effective_number_worked_by_hand() -> None:
    assert effective_number([0.5, 0.25, 0.25]) == pytest.approx(1 / 0.375)  # 1 / (.25 + .0625 + .0625)
    assert effective_number([1, 1, 1, 1]) == 4
    assert effective_number([1, 0, 0]) == 1


@given(some)
def test_weights_sum_to_one_and_count_for_one_draw_at_least(far: list[float]) -> None:
    found = weights(far)
    assert found.sum() == pytest.approx(1) and (found >= 0).all()
    assert 1 - 1e-9 <= effective_number(found) <= len(far) + 1e-9
    assert found[int(np.argmin(far))] == found.max(), "the nearest counts most"


def test_draws_that_are_all_far_away_still_have_weights() -> None:
    assert weights([100.0, 101.0]).tolist() == pytest.approx([1, 0], abs=1e-40)


@pytest.mark.parametrize("far", [[], [np.nan, 1.0], [[1.0]]], ids=["none", "undefined", "a table"])
def test_weights_need_a_distance_for_every_draw(far: list[float]) -> None:
    with pytest.raises(InputError, match="one finite number a draw"):
        weights(far)


def test_quantiles_worked_by_hand() -> None:
    # middles of the weights .125 .5 .875, stretched to 0 .5 1
    assert quantiles([0, 1, 2], [0, 0.25, 0.5, 1], [0.25, 0.5, 0.25]).tolist() == [0, 0.5, 1, 2]
    # 10 three times as heavy as 20: middles .375 and .875, stretched to 0 and 1
    assert quantiles([20, 10], [0.5], [0.25, 0.75]).tolist() == [15]
    assert quantiles([7], [0.05, 0.95], [0.2]).tolist() == [7, 7]


def test_draws_without_weight_do_not_count() -> None:
    assert quantiles([1, 2, 99], [0.5, 1], [1, 1, 0]).tolist() == [1.5, 2]


def test_an_undefined_draw_makes_quantiles_undefined() -> None:
    assert np.isnan(quantiles([1, np.nan], [0.5])).all()


@pytest.mark.parametrize(("values", "weight"), [([1, 2], [1]), ([1, 2], [0, 0]), ([], None)])
def test_quantiles_need_weights(values: list[float], weight: list[float] | None) -> None:
    with pytest.raises(InputError, match="one weight above 0 at least"):
        quantiles(values, [0.5], weight)


@given(some, st.lists(st.floats(min_value=0, max_value=1), min_size=1, max_size=5))
def test_equal_weights_give_numpys_quantiles(values: list[float], levels: list[float]) -> None:
    assert quantiles(values, levels) == pytest.approx(np.quantile(values, levels), abs=1e-6)


@given(st.lists(st.tuples(numbers, st.floats(min_value=0.01, max_value=1)), min_size=1, max_size=40))
def test_quantiles_rise_within_what_was_drawn(pairs: list[tuple[float, float]]) -> None:
    values, weight = zip(*pairs, strict=True)
    found = quantiles(values, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1], weight)
    assert (np.diff(found) >= 0).all() and (found[0], found[-1]) == (min(values), max(values))

"""What may be adjusted, and how draws are taken anew by their weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.backtest import wide_facts
from simlib.backtest.adjusting import adjustable, resampled
from simlib.errors import InputError
from simlib.facts import Facts, load_facts


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def test_only_assumed_numbers_are_widened(facts: Facts) -> None:
    wide = wide_facts(facts)
    changed = {key for key in facts if wide.fact(key) != facts.fact(key)}
    assert changed == set(adjustable(facts)) and len(changed) > 30
    assert all(wide.fact(key).distribution == "uniform" for key in changed)
    assert all((wide.fact(key).low, wide.fact(key).high) == (facts.fact(key).low, facts.fact(key).high) for key in changed)
    assert {"dividend_rate", "illness_loss"}.isdisjoint(changed), "these have a source"
    assert adjustable(wide) == adjustable(facts), "widening leaves it known that they are assumed"


def test_draws_are_taken_as_often_as_their_weight_says() -> None:
    assert resampled([0.5, 0.25, 0.25], 4).tolist() == [0, 0, 1, 2]
    assert resampled([0, 1, 0], 3).tolist() == [1, 1, 1]
    assert resampled([2, 2], 3).tolist() == [0, 0, 1]  # the middle one stands at the very end of the first


@given(st.lists(st.floats(min_value=0.001, max_value=1), min_size=1, max_size=30), st.integers(min_value=1, max_value=200))
def test_each_draw_as_often_as_its_weight_says_to_within_one(weight: list[float], number: int) -> None:
    places = resampled(weight, number)
    times = np.bincount(places, minlength=len(weight))
    assert times.sum() == number and (np.diff(places) >= 0).all()
    assert (np.abs(times - number * np.array(weight) / sum(weight)) <= 1 + 1e-9).all()


def test_at_least_one_draw_is_wanted() -> None:
    with pytest.raises(InputError, match="number: seen 0, wanted 1 or more"):
        resampled([1.0], 0)

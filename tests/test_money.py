"""Money: yuan to fen in one place, and sums shared out to the last fen."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.engine.scratch import to_fen as kernel_fen
from simlib.money import fen_array, largest_remainder, to_fen

WEIGHTS = st.lists(st.integers(0, 1000) | st.floats(0, 1e6), min_size=1, max_size=12).filter(lambda weights: sum(weights) > 1e-3)


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [(0.0, 0), (1.0, 100), (0.004, 0), (0.005, 1), (0.014, 1), (1.015, 101), (7365.0, 736_500), (-0.004, 0), (-0.006, -1), (-1.0, -100)],
)
def test_yuan_to_fen(yuan: float, fen: int) -> None:
    """Halves go up; 1.015 is a little less in binary."""
    assert to_fen(yuan) == fen
    assert fen_array([yuan]).tolist() == [fen]


@given(st.lists(st.floats(-1e11, 1e11), max_size=20))
def test_arrays_and_the_kernel_round_alike(yuan: list[float]) -> None:
    assert fen_array(yuan).tolist() == [to_fen(one) for one in yuan] == [kernel_fen(one) for one in yuan]
    assert fen_array(yuan).dtype == np.int64


@given(st.integers(0, 10**15), WEIGHTS)
def test_what_is_shared_out_is_the_whole_and_within_one_of_its_share(total: int, weights: list[float]) -> None:
    parts = largest_remainder(total, weights)
    whole = sum(map(Fraction, weights))
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total) * Fraction(weight) / whole) < 1


@given(st.integers(0, 10**9), WEIGHTS)
def test_twice_the_weights_share_alike(total: int, weights: list[float]) -> None:
    assert largest_remainder(total, [2 * weight for weight in weights]) == largest_remainder(total, weights)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 50), min_size=2, max_size=8))
def test_more_weight_never_gets_less(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    pairs = sorted(zip(weights, parts, strict=True))
    assert all(low <= high for (one, low), (other, high) in pairwise(pairs) if one < other)


def test_odd_units_go_to_the_largest_remainders_then_to_the_earlier() -> None:
    assert largest_remainder(10, [6, 3, 1]) == [6, 3, 1]
    assert largest_remainder(7, [6, 3, 1]) == [4, 2, 1]  # 4.2, 2.1, 0.7
    assert largest_remainder(8, [1, 1, 1]) == [3, 3, 2]
    assert largest_remainder(1, [0, 1, 1]) == [0, 1, 0]
    assert largest_remainder(0, [1, 2]) == [0, 0]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [-1, 2]])
def test_weights_that_cannot_share_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must be >= 0 with a positive sum"):
        largest_remainder(5, weights)

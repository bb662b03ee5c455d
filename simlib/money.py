"""Money: yuan to integer fen in one place, and sums shared out so that nothing is lost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEN_PER_YUAN = 100


def to_fen(yuan: float) -> int:
    """Integer fen of an amount in yuan, halves up: the only rounding of money (docs/model.md, 0)."""
    return math.floor(yuan * FEN_PER_YUAN + 0.5)


def fen_array(yuan: Any) -> NDArray[np.int64]:
    """`to_fen` of an array: yuan[...] -> int64 fen[...]."""
    return np.floor(np.asarray(yuan, dtype=np.float64) * FEN_PER_YUAN + 0.5).astype(np.int64)


def largest_remainder(total: int, weights: Sequence[int | float]) -> list[int]:
    """Share an integer total in proportion to weights, exactly; the largest remainders get the odd units, ties the earlier.

    Raises ValueError when no weight is positive or one is negative (Clause 三(十一): 6 : 3 : 1 and thirds).
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact, Fraction(0))
    if whole <= 0 or min(exact) < 0:
        raise ValueError(f"weights must be >= 0 with a positive sum, seen {list(weights)}")
    shares = [Fraction(total) * weight / whole for weight in exact]
    parts = [math.floor(share) for share in shares]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - shares[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts

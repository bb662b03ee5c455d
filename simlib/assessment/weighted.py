"""Values and their weights, checked once for every statistic of this package.

No statistic has a default weight: a rate by people and the same rate by households differ, and the weights alone
decide which one comes out.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simlib.errors import InputError

Floats = NDArray[np.float64]


def weights_per(per: Literal["people", "households"], weight: ArrayLike, members: ArrayLike) -> Floats:
    """Weights[household] that make a statistic one of `per`: weight * members for people, weight for households."""
    if per not in ("people", "households"):
        raise InputError(f"per is {per!r}: a statistic is by 'people' or by 'households'")
    weights = np.asarray(weight, dtype=np.float64)
    return weights * np.asarray(members, dtype=np.float64) if per == "people" else weights.copy()


def checked(values: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """Values[n] and weights[n] as floats; InputError unless of one length, finite, weights >= 0."""
    numbers, mass = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if numbers.ndim != 1 or numbers.shape != mass.shape:
        raise InputError(f"values of shape {numbers.shape}, weights of shape {mass.shape}: one weight a value is right")
    missing = int((~np.isfinite(numbers)).sum())
    if missing:
        raise InputError(f"{missing} of {numbers.size} values are not finite numbers: leave those rows out and say so")
    if not (np.isfinite(mass) & (mass >= 0)).all():
        raise InputError(f"weights must be finite and not negative, seen {mass.min()} to {mass.max()}")
    return numbers, mass


def weighted_mean(values: NDArray[Any], weights: Floats) -> float | None:
    """Weighted mean of values[n] (flags count 0 and 1), None without weight."""
    whole = weights.sum()
    return float((weights * values).sum() / whole) if whole > 0 else None

"""Inequality of one distribution of per-head incomes, from rows or from bins; NumPy only.

Weights decide whether a number is one of people or of households (`weights_per`) and have no default. A number that is
undefined (nobody there, mean income not positive) is None; in arrays it is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simlib.assessment.weighted import Floats, checked, weighted_mean
from simlib.errors import InputError


def lorenz(income: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """Lorenz curve: cumulated share of the weight and of income, poorest first, n + 1 points from (0, 0) to (1, 1).

    Incomes below 0 make the curve dip below 0. Shares of a total that is not positive are NaN. Lorenz 1905.
    """
    people, sums = _ascending(*checked(income, weights))
    return _cumulated_share(people), _cumulated_share(sums)


def gini(income: ArrayLike, weights: ArrayLike) -> float | None:
    """Weighted Gini coefficient, equal to the Gini of the sample in which each row stands `weight` times.

    Without small-sample correction: one owner of everything among n gives 1 - 1/n. Incomes below 0 are taken as they
    are and can carry it above 1; None where the total income is not positive.
    """
    return _number(_gini(*_ascending(*checked(income, weights))))


def gini_from_bins(people: ArrayLike, income_sum: ArrayLike) -> Floats:
    """Gini of grouped data: people[..., bin] and the income they have together[..., bin] -> Gini[...].

    Leading axes (draws, years, villages) are kept; NaN where nobody or no income is there. Bins may come in any order;
    each counts with its exact mean, so this is the Gini between bins: a lower bound of the Gini, reached when everybody
    in a bin has the same income. It misses at most `gini_bin_error`. InputError for negative counts and for an
    empty bin with income.
    """
    heads, sums = _tallies(people, income_sum)
    order = np.argsort(_bin_means(heads, sums), axis=-1, kind="stable")
    return _gini(np.take_along_axis(heads, order, axis=-1), np.take_along_axis(sums, order, axis=-1))


def gini_bin_error(people: ArrayLike, income_sum: ArrayLike, edges: ArrayLike) -> Floats:
    """The most that `gini_from_bins` can fall short: people[..., bin], income_sum[..., bin], edges[bin + 1] -> [...].

    With f the bin's share of the people, m its mean, [a, b] its edges and M the overall mean:
    sum of f^2 (m - a)(b - m) / (M (b - a)), the case of all incomes at the edges of their bins (Gastwirth 1972). One
    edge of a bin may be infinite. InputError where a bin's mean lies outside its edges.
    """
    heads, sums = _tallies(people, income_sum)
    low, high = _edges(edges, heads.shape[-1])
    means = _bin_means(heads, sums)
    _check_inside(means, low, high)
    spread = np.where(heads > 0, _largest_spread(means, low, high), 0)
    return _ratio((heads**2 * spread).sum(axis=-1), heads, sums)


def theil(income: ArrayLike, weights: ArrayLike, *, floor: float = 0.0) -> float | None:
    """Theil's T: the mean of r ln r with r = income / mean (0 at income 0). Theil 1967.

    Incomes below `floor` (yuan, >= 0) count as the floor.
    """
    ratios, mass = _mean_ratios(income, weights, floor, floor >= 0)
    return None if ratios is None else weighted_mean(ratios * np.log(np.where(ratios > 0, ratios, 1)), mass)


def mld(income: ArrayLike, weights: ArrayLike, *, floor: float) -> float | None:
    """Mean log deviation (Theil's L): the mean of ln(mean / income).

    Infinite at income 0, so incomes below `floor` (yuan, > 0) count as the floor, which is to be told with the number.
    """
    ratios, mass = _mean_ratios(income, weights, floor, floor > 0)
    return None if ratios is None else weighted_mean(-np.log(ratios), mass)


def _ascending(income: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weights and weighted incomes, poorest first."""
    order = np.argsort(income, kind="stable")
    return weights[order], (weights * income)[order]


def _cumulated_share(parts: Floats) -> Floats:
    whole = parts.sum()
    shares = np.cumsum(parts) / whole if whole > 0 else np.full(parts.size, np.nan)
    return np.concatenate(([0.0 if whole > 0 else np.nan], shares))


def _gini(people: Floats, sums: Floats) -> Floats:
    """One minus twice the area under the Lorenz curve; people[..., n] and their income sums[..., n], poorest first."""
    area = (people * (2 * np.cumsum(sums, axis=-1) - sums)).sum(axis=-1)
    return np.maximum(1 - _ratio(area, people, sums), 0)  # equal incomes: 0, not -1e-17


def _ratio(part: Floats, people: Floats, sums: Floats) -> Floats:
    """Part over (all people * all income), NaN unless both are positive."""
    heads, total = people.sum(axis=-1), sums.sum(axis=-1)
    known = (heads > 0) & (total > 0)
    return np.where(known, part / np.where(known, heads * total, 1), np.nan)


def _tallies(people: ArrayLike, income_sum: ArrayLike) -> tuple[Floats, Floats]:
    heads, sums = np.broadcast_arrays(np.asarray(people, dtype=np.float64), np.asarray(income_sum, dtype=np.float64))
    if not (np.isfinite(heads) & (heads >= 0) & np.isfinite(sums)).all():
        raise InputError("bins hold finite incomes and finite counts >= 0, and something else was seen")
    if (sums[heads == 0] != 0).any():
        raise InputError("a bin without people has income: counts and sums are not of the same bins")
    return heads, sums


def _bin_means(people: Floats, sums: Floats) -> Floats:
    """Mean income of each bin; NaN (sorted last) where it is empty."""
    means: Floats = np.divide(sums, people, out=np.full(people.shape, np.nan), where=people > 0)
    return means


def _edges(edges: ArrayLike, bins: int) -> tuple[Floats, Floats]:
    limits = np.asarray(edges, dtype=np.float64)
    if limits.shape != (bins + 1,) or not (np.diff(limits) > 0).all():
        raise InputError(f"{bins} bins need {bins + 1} rising edges, seen {limits.tolist()}")
    if bins == 1 and np.isinf(limits).all():
        raise InputError("a single bin without edges bounds nothing: give it a lower or an upper edge")
    return limits[:-1], limits[1:]


def _check_inside(means: Floats, low: Floats, high: Floats) -> None:
    slack = 1e-9 * np.maximum(np.abs(means), 1)  # a mean of equal incomes may miss its edge by a rounding error
    outside = (means < low - slack) | (means > high + slack)
    if outside.any():
        at = np.argwhere(outside)[0]
        edges = f"{low[at[-1]]} to {high[at[-1]]}"
        raise InputError(f"bin {at[-1]} has mean income {means[tuple(at)]}, outside its edges {edges}")


def _largest_spread(means: Floats, low: Floats, high: Floats) -> Floats:
    """(m - a)(b - m) / (b - a), and its limit where one edge is infinite."""
    below, above = np.maximum(means - low, 0), np.maximum(high - means, 0)
    with np.errstate(invalid="ignore"):
        inside = below * above / (high - low)
    return np.where(np.isinf(high), below, np.where(np.isinf(low), above, inside))


def _mean_ratios(income: ArrayLike, weights: ArrayLike, floor: float, valid: bool) -> tuple[Floats | None, Floats]:
    """Incomes over their mean, raised to the floor first; None where the mean is not positive."""
    if not valid:
        raise InputError(f"floor is {floor} yuan: it must not be negative, and above 0 where a logarithm needs it")
    values, mass = checked(income, weights)
    raised = np.maximum(values, floor)
    mean = weighted_mean(raised, mass)
    return (raised / mean if mean else None), mass


def _number(value: NDArray[Any]) -> float | None:
    return None if np.isnan(value) else float(value)

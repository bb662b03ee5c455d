"""Poverty of one distribution of per-head incomes, NumPy only; the inequality measures can be had from here too.

Every function takes `weights` and leaves no default for them: a rate by people and the same rate by households differ,
and the weights alone decide which one comes out (`weights_per` makes them). Incomes are yuan a head and year, of one
axis. An income meets a line in whole fen only, and an income equal to the line is not poor (不低于). Gaps are taken on
max(income, 0); `floored_share` says how many that touches. A number that is undefined (nobody there, mean income not
positive) is None; in arrays it is NaN.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simlib.assessment.inequality import gini, gini_bin_error, gini_from_bins, lorenz, mld, theil
from simlib.assessment.weighted import Floats, checked, weighted_mean, weights_per
from simlib.errors import InputError
from simlib.money import FEN_PER_YUAN, fen_array, to_fen

__all__ = [
    "GroupPart",
    "fgt",
    "fgt_by_group",
    "floored_share",
    "gap_to_fill",
    "gap_to_fill_by_group",
    "gini",
    "gini_bin_error",
    "gini_from_bins",
    "line_sensitivity",
    "lorenz",
    "mld",
    "near_line_share",
    "sen_shorrocks_thon",
    "theil",
    "watts",
    "weights_per",
]


@dataclass(frozen=True)
class GroupPart:
    """One group's part of an FGT measure: `share` of the weight, its own `value`, `contribution` = share * value."""

    group: Any
    share: float
    value: float | None
    contribution: float


def fgt(income: ArrayLike, line: float, alpha: float, weights: ArrayLike) -> float | None:
    """Foster-Greer-Thorbecke measure: the mean of ((line - income) / line)^alpha over all, 0 for who is not poor.

    Income[n] and line in yuan a head, weights[n] of people or of households; alpha 0 is the headcount, 1 the gap,
    2 the severity. InputError for a line that is not positive or alpha < 0. Foster, Greer and Thorbecke 1984.
    """
    values, mass = checked(income, weights)
    return weighted_mean(_gap_powers(values, line, alpha), mass)


def fgt_by_group(
    income: ArrayLike, line: float, alpha: float, weights: ArrayLike, groups: ArrayLike
) -> tuple[GroupPart, ...]:
    """The same measure split by groups[n] (village, cause, ...), in the order of the labels.

    The contributions add up to `fgt` of everybody; a group without weight has value None and contributes 0.
    """
    values, mass = checked(income, weights)
    labels, place = _grouped(groups, mass.size)
    heads = np.bincount(place, mass, labels.size)
    sums = np.bincount(place, mass * _gap_powers(values, line, alpha), labels.size)
    whole = mass.sum()
    return tuple(_part(*row, whole) for row in zip(labels.tolist(), heads.tolist(), sums.tolist(), strict=True))


def floored_share(income: ArrayLike, weights: ArrayLike) -> float | None:
    """Share of the weight whose income lies below 0 and counts as 0 in every gap; to be told beside the gaps."""
    values, mass = checked(income, weights)
    return weighted_mean(fen_array(values) < 0, mass)


def gap_to_fill(income: ArrayLike, line: float, weights: ArrayLike) -> float:
    """Yuan a year that would lift everybody to the line exactly: sum of w * max(line - max(income, 0), 0).

    Money for heads, so weights[n] must be of people. Equals N * line * FGT(1).
    """
    values, mass = checked(income, weights)
    return float((mass * _gap_yuan(values, line)).sum())


def gap_to_fill_by_group(income: ArrayLike, line: float, weights: ArrayLike, groups: ArrayLike) -> dict[Any, float]:
    """`gap_to_fill` of each label of groups[n], in yuan a year; weights[n] of people."""
    values, mass = checked(income, weights)
    labels, place = _grouped(groups, mass.size)
    sums = np.bincount(place, mass * _gap_yuan(values, line), labels.size)
    return dict(zip(labels.tolist(), sums.tolist(), strict=True))


def watts(income: ArrayLike, line: float, weights: ArrayLike, *, floor: float) -> float | None:
    """Watts index: the mean over all of ln(line / income) for the poor, 0 for others.

    The logarithm needs positive incomes: those below `floor` (yuan, 0 < floor <= line) count as the floor, and the
    index depends on it, so it has no default and is to be told with the number. Watts 1968.
    """
    values, mass = checked(income, weights)
    limit, low = _line_fen(line), to_fen(floor)
    if not 0 < low <= limit:
        raise InputError(f"floor is {floor} yuan: it must be above 0 and not above the line {line}")
    return weighted_mean(np.log(limit / np.clip(fen_array(values), low, limit)), mass)


def sen_shorrocks_thon(income: ArrayLike, line: float, weights: ArrayLike) -> float | None:
    """Sen-Shorrocks-Thon index: FGT(1) * (1 + Gini of the gap ratios of all, the not poor with 0). Shorrocks 1995."""
    values, mass = checked(income, weights)
    ratios = _gap_powers(values, line, 1)
    gap = weighted_mean(ratios, mass)
    spread = gini(ratios, mass)
    return gap if gap is None or spread is None else gap * (1 + spread)


def near_line_share(income: ArrayLike, line: float, weights: ArrayLike, within: float) -> float | None:
    """Share of the weight with |income - line| <= within * line, both ends counted; within as a fraction (.05, .10)."""
    values, mass = checked(income, weights)
    limit, reach = _line_fen(line), to_fen(_fraction(within) * line)
    return weighted_mean(np.abs(fen_array(values) - limit) <= reach, mass)


def line_sensitivity(income: ArrayLike, line: float, weights: ArrayLike, within: float) -> float | None:
    """How the headcount answers the line: d FGT(0) / d ln(line), by the lines `within` (a fraction) below and above.

    .8 means that a line one per cent higher finds .8 percentage points more poor.
    """
    low, high = (fgt(income, line * (1 + side * _fraction(within)), 0, weights) for side in (-1, 1))
    return None if low is None or high is None else (high - low) / (2 * within)


def _line_fen(line: float) -> int:
    if not (math.isfinite(line) and to_fen(line) > 0):
        raise InputError(f"the line is {line} yuan: it must be a number of at least one fen")
    return to_fen(line)


def _fraction(within: float) -> float:
    if not 0 < within < 1:
        raise InputError(f"within is {within}: it must be a fraction of the line between 0 and 1, such as 0.05")
    return within


def _gap_fen(income: Floats, line: float) -> NDArray[np.int64]:
    limit = _line_fen(line)
    return limit - np.clip(fen_array(income), 0, limit)


def _gap_yuan(income: Floats, line: float) -> Floats:
    return _gap_fen(income, line) / FEN_PER_YUAN


def _gap_powers(income: Floats, line: float, alpha: float) -> Floats:
    if not alpha >= 0:
        raise InputError(f"alpha is {alpha}: it must be 0 (headcount), 1 (gap), 2 (severity) or another number >= 0")
    ratios = _gap_fen(income, line) / _line_fen(line)
    return np.where(ratios > 0, ratios**alpha, 0.0)  # 0 ** 0 is 1: who is not poor has to be kept out of the headcount


def _grouped(groups: ArrayLike, length: int) -> tuple[NDArray[Any], NDArray[np.intp]]:
    keys = np.asarray(groups)
    if keys.shape != (length,):
        raise InputError(f"groups of shape {keys.shape} for {length} incomes: one group an income is right")
    return np.unique(keys.astype(str) if keys.dtype == object else keys, return_inverse=True)  # None cannot be sorted


def _part(group: Any, heads: float, total: float, whole: float) -> GroupPart:
    share, contribution = (heads / whole, total / whole) if whole > 0 else (0.0, 0.0)
    return GroupPart(group, share, total / heads if heads > 0 else None, contribution)

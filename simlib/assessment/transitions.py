"""Moves from one year to the next: transition matrices, exit, entry, re-entry, stable exit, spells; NumPy only.

Weights decide whether a rate is one of people or of households (`weights_per`) and have no default. A rate
whose base has no weight is None, such a row of a matrix NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simlib.assessment.weighted import Floats, checked, weighted_mean
from simlib.errors import InputError

Flags = NDArray[np.bool_]


def transition_mass(before: ArrayLike, after: ArrayLike, weights: ArrayLike, states: int = 2) -> Floats:
    """Weight that moved from state i to state j: before[n], after[n] in 0..states-1, weights[n] -> [states, states].

    True counts as state 1, so flags "poor" give 0 = not poor, 1 = poor.
    """
    start, end = _codes(before, states), _codes(after, states)
    _, mass = checked(start, weights)
    if start.shape != end.shape:
        raise InputError(f"{start.size} states before and {end.size} after: they must be those of the same rows")
    moved: Floats = np.bincount(start * states + end, mass, states * states).astype(np.float64)
    return moved.reshape(states, states)


def transition_matrix(before: ArrayLike, after: ArrayLike, weights: ArrayLike, states: int = 2) -> Floats:
    """Share of those in state i (row) who are in state j (column) next: rows add up to 1, NaN in a row without weight.

    Arguments as in `transition_mass`.
    """
    moved = transition_mass(before, after, weights, states)
    whole = moved.sum(axis=1, keepdims=True)
    rows: Floats = np.divide(moved, whole, out=np.full(moved.shape, np.nan), where=whole > 0)
    return rows


def exit_rate(poor_before: ArrayLike, poor_after: ArrayLike, weights: ArrayLike) -> float | None:
    """Of the poor, the share no longer poor a year later; flags[n]. Bane and Ellwood 1986."""
    before, after = _flags(poor_before), _flags(poor_after)
    return share_of(~after, before, weights)


def entry_rate(poor_before: ArrayLike, poor_after: ArrayLike, weights: ArrayLike) -> float | None:
    """Of those not poor, the share poor a year later, whether they had been poor earlier or not; flags[n]."""
    before, after = _flags(poor_before), _flags(poor_after)
    return share_of(after, ~before, weights)


def reentry_rate(out_before: ArrayLike, poor_after: ArrayLike, weights: ArrayLike) -> float | None:
    """返贫率: of those who had left poverty (out_before[n]), the share poor a year later.

    Differs from `entry_rate` by its base: who never was poor does not dilute it.
    """
    return share_of(_flags(poor_after), _flags(out_before), weights)


def share_of(part: ArrayLike, base: ArrayLike, weights: ArrayLike) -> float | None:
    """Weight of rows flagged in both over the weight of those in `base`, None when the base has no weight."""
    inside, chosen = _flags(base), _flags(part)
    _, mass = checked(inside, weights)
    if chosen.shape != inside.shape:
        raise InputError(f"{chosen.size} flags against a base of {inside.size}: they must be those of the same rows")
    return weighted_mean(chosen, mass * inside)


def stable_exit(out_by_year: ArrayLike, years: int) -> Flags:
    """稳定脱贫, first half: out of poverty in each of the last `years` years; flags[..., year] -> flags[...].

    The run has to reach the last year: an older run that broke was a relapse, not a stable exit. InputError when the
    table has fewer years.
    """
    out = _flags(out_by_year)
    if not 1 <= years <= out.shape[-1]:
        raise InputError(f"{years} years in a row were asked of a table of {out.shape[-1]} years")
    stable: Flags = np.asarray(out[..., -years:].all(axis=-1))
    return stable


def falling_chance(poor_next: ArrayLike) -> Floats:
    """A household's vulnerability: the share of draws in which it is poor next year; flags[draw, ...] -> [...].

    InputError without a draw. Chaudhuri 2003.
    """
    poor = _flags(poor_next)
    if not poor.shape[0]:
        raise InputError("there is no draw: a chance of falling needs draws (a deterministic run has none)")
    chance: Floats = poor.mean(axis=0)
    return chance


def stable_share(
    out_by_year: ArrayLike, years: int, falling: ArrayLike, at_most: float, weights: ArrayLike
) -> float | None:
    """稳定脱贫 in full: share out for the last `years` years whose chance of falling next year is <= at_most.

    out_by_year[n, year], falling[n] (`falling_chance`), weights[n].
    """
    chances, mass = checked(falling, weights)
    stable, _ = checked(stable_exit(out_by_year, years), weights)
    return weighted_mean(stable * (chances <= at_most), mass)


def poverty_spells(poor_by_year: ArrayLike) -> NDArray[np.int64]:
    """Number of separate stretches of poor years; flags[..., year] -> counts[...].

    A stretch that was under way in the first year counts (left-censored).
    """
    poor = _flags(poor_by_year)
    began = poor[..., 1:] & ~poor[..., :-1]
    spells: NDArray[np.int64] = poor[..., 0].astype(np.int64) + began.sum(axis=-1, dtype=np.int64)
    return spells


def correlation(before: ArrayLike, after: ArrayLike, weights: ArrayLike) -> float | None:
    """Weighted Pearson correlation of two numbers[n], None where one of them does not vary."""
    (first, mass), (second, _) = checked(before, weights), checked(after, weights)
    if not mass.sum() > 0 or np.ptp(first[mass > 0]) == 0 or np.ptp(second[mass > 0]) == 0:
        return None
    one, two = (values - np.average(values, weights=mass) for values in (first, second))
    size = np.sqrt((mass * one**2).sum()) * np.sqrt((mass * two**2).sum())
    return float(np.clip((mass * one * two).sum() / size, -1, 1))


def log_correlation(before: ArrayLike, after: ArrayLike, weights: ArrayLike) -> float | None:
    """Correlation of log incomes[n] over the rows where both are positive; who has none has no logarithm."""
    (first, mass), (second, _) = checked(before, weights), checked(after, weights)
    both = (first > 0) & (second > 0)
    return correlation(np.log(first[both]), np.log(second[both]), mass[both])


def rank_correlation(before: ArrayLike, after: ArrayLike, weights: ArrayLike) -> float | None:
    """Spearman's correlation: of the mid-ranks in the sample in which each row stands `weight` times."""
    (first, mass), (second, _) = checked(before, weights), checked(after, weights)
    return correlation(_midranks(first, mass), _midranks(second, mass), mass)


def _midranks(values: Floats, weights: Floats) -> Floats:
    _, place = np.unique(values, return_inverse=True)
    tied = np.bincount(place, weights)
    return (np.cumsum(tied) - tied / 2)[place]


def _flags(values: ArrayLike) -> Flags:
    """True/false only: a status code taken for a flag would be counted as poor."""
    flags: NDArray[Any] = np.asarray(values)
    if flags.dtype != np.bool_:
        raise InputError(f"true or false is right here, seen values of type {flags.dtype}: compare them first")
    return flags


def _codes(values: ArrayLike, states: int) -> NDArray[np.int64]:
    codes: NDArray[Any] = np.asarray(values)
    if codes.dtype.kind not in "bui":
        raise InputError(f"states are whole numbers or flags, seen values of type {codes.dtype}")
    if codes.size and not (codes.min() >= 0 and codes.max() < states):
        raise InputError(f"states run from {codes.min()} to {codes.max()}: {states} states are 0 to {states - 1}")
    return codes.astype(np.int64)

"""What draws say together: bands, probabilities, their Monte Carlo error, verdicts, paired differences; NumPy only.

Quantiles are NumPy's `linear` method (Hyndman and Fan's type 7). What is undefined is None, and NaN inside an array
(`nullable` makes it ready for JSON); an infinite draw counts as undefined. Whether a share is one of people or of
households was decided where it was made.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simlib.errors import InputError

QUANTILE_METHOD: Final = "linear"
BAND = (0.05, 0.95)
SLACK = 1e-12  # a sum of weights may miss a share by a rounding error; no household weighs so little
MET, NOT_MET, CANNOT_JUDGE = "met", "not met", "cannot judge"
TOO_FEW_DRAWS, NO_DATA = "too few draws", "no data"


class Band(NamedTuple):
    """Mean and 5-95 % band over draws: numbers or None, arrays (NaN where undefined) when other axes were left."""

    mean: Any
    p05: Any
    p95: Any


class Verdict(NamedTuple):
    """`verdict` met, not met or cannot judge; `reason` only with the last; P(share >= tolerance) and its error."""

    verdict: str
    reason: str | None
    probability: float | None
    mc_se: float | None


class PairedDifference(NamedTuple):
    """Mean of a - b over the same draws, its interval, the share of draws in which a > b, and their number."""

    mean: float | None
    low: float | None
    high: float | None
    share_above: float | None
    draws: int


def band(values: ArrayLike, axis: int = 0, *, skip_undefined: bool = False) -> Band:
    """Mean, 5 % and 95 % quantile over the draws on `axis`; the other axes are kept.

    One draw has a mean and no band. An undefined draw makes the result undefined, unless `skip_undefined` leaves such
    draws out (right for conditional rates such as re-entry, where some draws have nobody who could).
    """
    draws = _with_a_draw(_defined(values), axis)
    known = np.isfinite(draws)
    wanted = known.any(axis=axis) if skip_undefined else known.all(axis=axis)
    mean, limits = _mean_and_limits(draws, axis, bool(known.all()))
    low, high = np.where(wanted & (known.sum(axis=axis) > 1), limits, np.nan)
    return Band(_plain(np.where(wanted, mean, np.nan)), _plain(low), _plain(high))


def probability_at_least(shares: ArrayLike, levels: Sequence[float]) -> dict[float, float | None]:
    """For each level, the fraction of draws whose share[draw] reaches it; None without draws or with undefined ones."""
    draws = _draws(shares)
    known = draws.size > 0 and not np.isnan(draws).any()
    return {level: float((draws >= level - SLACK).mean()) if known else None for level in levels}


def wilson(successes: int, n: int, level: float = 0.95) -> tuple[float, float] | None:
    """Wilson's score interval of a proportion, None for n = 0; InputError unless 0 <= successes <= n. Wilson 1927."""
    if not 0 <= successes <= n:
        raise InputError(f"{successes} successes of {n}: they must lie between 0 and {n}")
    if n == 0:
        return None
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    middle = successes + z2 / 2
    reach = math.sqrt(z2 * (successes * (n - successes) / n + z2 / 4))
    high = (middle + reach) / (n + z2) if successes < n else 1.0  # not a rounding error beside 1
    return (middle - reach) / (n + z2), high


def mc_se(p: float | None, n: int) -> float | None:
    """Monte Carlo standard error of a probability from n draws, sqrt(p (1 - p) / n); None without draws.

    It is 0 at p = 0 and p = 1 whatever n; how sure those are is said by `wilson`.
    """
    return None if p is None or n <= 0 else math.sqrt(p * (1 - p) / n)


def verdict(share_draws: ArrayLike | None, tolerance: float, confidence: float) -> Verdict:
    """Is the target met? From the share[draw] that reached its line, the share to reach, the probability asked for.

    With P = P(share >= tolerance): met if P >= confidence; not met if the 95 % Wilson interval of P lies below it;
    else it cannot be judged, by too few draws. None or no draws at all (a deterministic run) cannot be judged and has
    no probability; undefined shares (nobody to count) cannot be judged for want of data.
    """
    draws = _draws([] if share_draws is None else share_draws)
    if np.isnan(draws).any():
        return Verdict(CANNOT_JUDGE, NO_DATA, None, None)
    if not draws.size:
        return Verdict(CANNOT_JUDGE, TOO_FEW_DRAWS, None, None)
    reached = int((draws >= tolerance - SLACK).sum())
    chance = reached / draws.size
    word = _word(reached, draws.size, confidence)
    return Verdict(word, TOO_FEW_DRAWS if word == CANNOT_JUDGE else None, chance, mc_se(chance, draws.size))


def paired_difference(
    a: ArrayLike, b: ArrayLike, level: float = 0.95, seed: int = 1, resamples: int = 2000
) -> PairedDifference:
    """Difference a[draw] - b[draw] of two scenarios under the same luck: mean, interval, share of draws with a > b.

    The interval of the mean is the percentile bootstrap over the differences, of a fixed seed; None for fewer than two
    draws. All None without draws or where one is undefined. InputError when the draws are not as many. Efron 1979.
    """
    first, second = _draws(a), _draws(b)
    if first.shape != second.shape:
        raise InputError(f"{first.size} draws against {second.size}: a paired difference needs the same draws of both")
    gaps = first - second
    if not gaps.size or np.isnan(gaps).any():
        return PairedDifference(None, None, None, None, gaps.size)
    low, high = _bootstrap(gaps, level, seed, resamples)
    return PairedDifference(float(gaps.mean()), low, high, float((gaps > 0).mean()), gaps.size)


def nullable(values: ArrayLike) -> Any:
    """Nested lists for JSON, None for every number that is not finite."""
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(array), array.astype(object), np.array(None)).tolist()


def _word(reached: int, draws: int, confidence: float) -> str:
    interval = wilson(reached, draws)
    if reached / draws >= confidence:
        return MET
    return NOT_MET if interval is not None and interval[1] < confidence else CANNOT_JUDGE


def _mean_and_limits(draws: NDArray[np.float64], axis: int, complete: bool) -> tuple[Any, Any]:
    """Over the draws that are known; the way around NaN is slow and taken only where there is one."""
    ends = np.array(BAND)
    if complete:
        return draws.mean(axis=axis), np.quantile(draws, ends, axis=axis, method=QUANTILE_METHOD)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all draws undefined: the answer is NaN, which is meant
        return np.nanmean(draws, axis=axis), np.nanquantile(draws, ends, axis=axis, method=QUANTILE_METHOD)


def _bootstrap(gaps: NDArray[np.float64], level: float, seed: int, resamples: int) -> tuple[Any, Any]:
    if gaps.size < 2:
        return None, None
    stream = np.random.default_rng(seed)
    # One resample at a time: a table of 2,000 by 10,000 draws would be 160 MB.
    means = [gaps[stream.integers(gaps.size, size=gaps.size)].mean() for _ in range(resamples)]
    ends = np.array([(1 - level) / 2, (1 + level) / 2])
    low, high = np.quantile(np.array(means), ends, method=QUANTILE_METHOD)
    return float(low), float(high)


def _defined(values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(array), array, np.nan)


def _draws(values: ArrayLike) -> NDArray[np.float64]:
    draws = _defined(values)
    if draws.ndim != 1:
        raise InputError(f"draws of shape {draws.shape}: one number a draw is right here")
    return draws


def _with_a_draw(array: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """An array without draws gets one undefined draw, so that its answer is undefined and not an error."""
    if array.shape[axis]:
        return array
    shape = list(array.shape)
    shape[axis] = 1
    return np.full(shape, np.nan)


def _plain(value: Any) -> Any:
    if np.ndim(value):
        return value
    return None if np.isnan(value) else float(value)

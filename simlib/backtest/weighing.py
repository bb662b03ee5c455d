"""Which draws agree with a record, and how much each then counts: weights, their effective number, quantiles under weights.

A draw counts by exp(-d^2 / 2), d its distance from the record in standard deviations of a stated discrepancy. That is approximate
Bayesian computation, and exact if the record's error is normal with that deviation (Wilkinson 2013, Stat. Appl. Genet. Mol. Biol. 12(2)).
A best distance above 3 would say that no setting comes near (history matching: Vernon, Goldstein and Bower 2010, Bayesian Analysis 5(4)).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simlib.backtest.record import FIT_YEARS, Record
from simlib.errors import InputError

Reals = NDArray[np.float64]


def distances(said: pd.DataFrame, shown: Sequence[Record], discrepancy: float) -> Reals:
    """How far each draw is from the records together, in standard deviations: sqrt(sum(((said - record) / discrepancy)^2)). -> [draw]

    InputError for a record of a test year, for one that is no share of people, and for a discrepancy that is not above 0.
    """
    if not discrepancy > 0:
        raise InputError(f"discrepancy: seen {discrepancy:g}, wanted a standard deviation above 0")
    for record in shown:
        if record.role != "fit" or not record.of_people:
            years = " and ".join(map(str, FIT_YEARS))
            raise InputError(f"{record.key}, {record.year}: only shares of people in {years} may adjust the model")
    gaps = np.array([(said[record.key].to_numpy() - record.value) / discrepancy for record in shown])
    found: Reals = np.sqrt((gaps**2).sum(axis=0))
    return found


def weights(distance: ArrayLike) -> Reals:
    """What each draw counts: proportional to exp(-d^2 / 2), and all together 1. InputError without draws, or where one is undefined."""
    far = np.asarray(distance, dtype=np.float64)
    if far.ndim != 1 or not far.size or not np.isfinite(far).all():
        raise InputError(f"distances of shape {far.shape}: wanted one finite number a draw, and one draw at least")
    likely = np.exp(-(far**2 - far.min() ** 2) / 2)  # the nearest counts 1, so that not all of them underflow
    found: Reals = likely / likely.sum()
    return found


def evidence(distance: ArrayLike) -> float:
    """Mean of exp(-d^2 / 2) over draws: how well a set of ranges met the record before anything was adjusted, 1 at most."""
    return float(np.exp(-(np.asarray(distance, dtype=np.float64) ** 2) / 2).mean())


def effective_number(weight: ArrayLike) -> float:
    """So many equally weighed draws would be worth as much: (sum w)^2 / sum w^2, from 1 to their number (Kish 1965)."""
    w = np.asarray(weight, dtype=np.float64)
    return float(w.sum() ** 2 / (w**2).sum())


def quantiles(values: ArrayLike, levels: Sequence[float], weight: ArrayLike | None = None) -> Reals:
    """Quantiles under weights: linear between the middles of the draws' weights, the least value at 0 and the greatest at 1.

    With equal weights they are NumPy's (Hyndman and Fan's type 7). Draws of no weight do not count. NaN where a value is undefined.
    """
    v = np.asarray(values, dtype=np.float64)
    w = np.ones(len(v)) if weight is None else np.asarray(weight, dtype=np.float64)
    if v.shape != w.shape or not (w > 0).any():
        raise InputError(f"values of shape {v.shape}, weights of shape {w.shape}: wanted as many, and one weight above 0 at least")
    v, w = v[w > 0], w[w > 0]
    if np.isnan(v).any():
        return np.full(len(levels), np.nan)
    order = np.argsort(v, kind="stable")
    v, w = v[order], w[order]
    middles = np.cumsum(w) - w / 2
    if len(v) == 1:
        return np.full(len(levels), v[0])
    places = (middles - middles[0]) / (middles[-1] - middles[0])
    return np.interp(levels, places, v)

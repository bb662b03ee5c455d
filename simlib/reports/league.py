"""Helping units side by side, with intervals wide enough that luck is not read as merit.

What a helper's villages gain says more about the villages than about the helper, so each village is held against what villages that
started like it gain, and a helper's number is the mean of these differences. Two kinds of luck blur it: which future comes (taken as if
all villages of a helper rose and fell together, which they partly do: the widest that the stored spreads allow), and which villages a
helper was dealt (its share of the spread between villages of all helpers). The bands are simultaneous: with the confidence that is asked
for, not one helper falls outside by luck alone. Helpers are grouped by them and never ranked.
"""

from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.reports.villages import poor_villages
from simlib.runs import Result

Reals = NDArray[np.float64]
BELOW, ALIKE, ABOVE = "below", "alike", "above"
GROUPS: Final = (ABOVE, ALIKE, BELOW)
ENOUGH_VILLAGES: Final = 30
"""Villages from which on their spread is known well enough for a normal quantile; with fewer nobody is set apart."""
LINE_PARAMETERS: Final = 2


def helped_villages(result: Result) -> pd.DataFrame:
    """One row a poor village that has a helper: when targets are due, with the first year's mean income as `start`, the `gain` since, and
    its difference to villages of like start, `beside` (yuan a person and year)."""
    first, ends = (poor_villages(result, year) for year in (int(result.table("villages")["year"].min()), None))
    ends = ends[ends["helper"].fillna("").ne("")].set_index("village_id")
    start = first.set_index("village_id")["mean_income"].reindex(ends.index)
    ends = ends.assign(start=start, gain=ends["mean_income"] - start)
    usual = expected_gain(ends["start"].to_numpy(float), ends["gain"].to_numpy(float))
    return ends.assign(beside=ends["gain"] - usual).reset_index()


def expected_gain(start: Reals, gain: Reals) -> Reals:
    """What villages that started so gain on average: the straight line through all of them; their mean where all started alike."""
    if len(start) <= LINE_PARAMETERS or np.ptp(start) == 0:
        return np.full(len(gain), gain.mean() if len(gain) else np.nan)
    slope = np.cov(start, gain)[0, 1] / start.var(ddof=1)
    return np.asarray(gain.mean() + slope * (start - start.mean()))


def spread_between(beside: Reals) -> float:
    """Standard deviation of villages around the line; NaN for so few that a line passes through them all."""
    left = len(beside) - LINE_PARAMETERS
    return float(np.sqrt((beside**2).sum() / left)) if left > 0 else float("nan")


def simultaneous(confidence: float, helpers: int) -> float:
    """How many standard deviations wide (each way) so many bands must be for all of them to hold with this confidence (Šidák)."""
    each = confidence ** (1 / max(helpers, 1))
    return NormalDist().inv_cdf((1 + each) / 2)


def league(result: Result) -> pd.DataFrame:
    """One row a helper, by name: what its villages are and reach when targets are due, and how they stand beside villages of like start.

    helper, helper_type, villages, people; exited_share of the people and chance_exits of its villages (means over draws); mean_income,
    start and gain (yuan a person and year, means over its villages); beside with low and high, and group: above, alike or below. Without
    draws, or with fewer than ENOUGH_VILLAGES villages, low and high are NaN and group is None.
    """
    villages = helped_villages(result)
    if villages.empty:
        return pd.DataFrame(columns=["helper", "helper_type", "villages", "people", *MEANS, "low", "high", "group"])
    table = _by_helper(villages)
    judged = bool(result.draws) and len(villages) >= ENOUGH_VILLAGES
    width = simultaneous(result.scenario.reporting.confidence, len(table)) if judged else float("nan")
    spread, sd = spread_between(villages["beside"].to_numpy(float)), table["mean_income_sd"].to_numpy(float)
    half = width * np.sqrt(sd**2 + spread**2 / table["villages"].to_numpy(float))
    low, high = table["beside"] - half, table["beside"] + half
    groups = np.where(low > 0, ABOVE, np.where(high < 0, BELOW, ALIKE)).astype(object)
    groups[np.isnan(half)] = None
    return table.drop(columns="mean_income_sd").assign(low=low, high=high, group=groups)


MEANS: Final = ("exited_share", "chance_exits", "mean_income", "start", "gain", "beside")


def _by_helper(villages: pd.DataFrame) -> pd.DataFrame:
    """Means over a helper's villages, each counting once; the share of people who are out, over its people."""
    weighed = villages.assign(exited_share=villages["exited_share"] * villages["people"])
    grouped = weighed.groupby(["helper", "helper_type"], observed=True)
    means = {name: (name, "mean") for name in (*MEANS, "mean_income_sd") if name != "exited_share"}
    table = grouped.agg(villages=("village_id", "size"), people=("people", "sum"), exited_share=("exited_share", "sum"), **means)
    table["exited_share"] /= table["people"].where(table["people"] > 0)
    return table.reset_index().sort_values("helper", ignore_index=True)

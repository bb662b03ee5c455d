"""Paired comparisons: the same luck in both, so that what luck does to both cancels out of their difference."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.bands import paired_difference
from simlib.errors import InputError, said
from simlib.runs.columns import described

HIGHER_IS_BETTER: Final = (
    "capable_fixed",
    "capable_moving",
    "capable_indexed",
    "covered",
    "guaranteed",
    "exited",
    "stable",
    "village_fixed",
    "village_moving",
    "village_indexed",
    "villages_exited",
    "services",
    "income_pc_capable",
)
LOWER_IS_BETTER: Final = ("on_paper", "gini", "fgt2", "spent_yuan")


class Drawn(NamedTuple):
    """What a comparison needs of a run: its name, its table by draw and year (`Run.draws_table`), and its staff in yuan."""

    name: str
    table: pd.DataFrame
    staff_yuan: float


def _aligned(drawn: Sequence[Drawn], baseline: str) -> tuple[Drawn, list[Drawn], int]:
    """The baseline, the others, and the last year that all of them have. InputError unless all have the same draws."""
    base = next(one for one in drawn if one.name == baseline)
    others = [one for one in drawn if one.name != baseline]
    for one in others:
        if not np.array_equal(one.table["draw"].unique(), base.table["draw"].unique()):
            seen, wanted = (one_.table["draw"].nunique() for one_ in (one, base))
            counted = {"name": one.name, "seen": seen, "base": baseline, "wanted": wanted}
            raise InputError(
                said("{name} has {seen} draws, {base} has {wanted}: a paired comparison needs the same draws of both", **counted)
            )
    return base, others, min(int(one.table["year"].max()) for one in drawn)


def _at(table: pd.DataFrame, year: int, name: str) -> NDArray[np.float64]:
    """A statistic by draw in a year."""
    return table.loc[table["year"] == year, name].to_numpy(dtype=np.float64)


def _summed(table: pd.DataFrame, year: int, name: str) -> NDArray[np.float64]:
    """A statistic by draw, all years up to one together."""
    return table.loc[table["year"] <= year].groupby("draw")[name].sum().to_numpy(dtype=np.float64)


def compare_tables(drawn: Sequence[Drawn], baseline: str) -> pd.DataFrame:
    """Paired differences from the baseline: one row a run and statistic, at the last year that all have (`spent_yuan`: up to it).

    Value, the baseline's, their mean difference with its 95 % interval (bootstrap over draws), the share of draws in which the run
    lies above the baseline, and in which it is the better one (higher shares and incomes, lower inequality and spending). Bounds and
    shares are NaN for a single draw, which has none. Raises InputError where the runs do not have the same draws.
    """
    base, others, year = _aligned(drawn, baseline)
    rows = [_difference(one, base, year, name) for one in others for name in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER)]
    return described(pd.DataFrame(rows))


def _difference(one: Drawn, base: Drawn, year: int, statistic: str) -> dict[str, Any]:
    at = _summed if statistic == "spent_yuan" else _at
    value, other = at(one.table, year, statistic), at(base.table, year, statistic)
    gap, shares = paired_difference(value, other), (np.nan, np.nan)
    if gap.draws > 1 and gap.mean is not None:
        above, below = float((value > other).mean()), float((value < other).mean())
        shares = above, below if statistic in LOWER_IS_BETTER else above
    row = {"scenario": one.name, "baseline": base.name, "statistic": statistic, "year": year}
    numbers = (value.mean(), other.mean(), gap.mean, gap.low, gap.high, *shares)
    names = ("value", "baseline_value", "difference", "low", "high", "share_above", "share_better")
    return row | {name: np.nan if number is None else number for name, number in zip(names, numbers, strict=True)}


def cost_effectiveness(drawn: Sequence[Drawn], baseline: str) -> pd.DataFrame:
    """Incremental cost for effect: one row a run, over all years up to the last that all have (Drummond et al.).

    `more_exits` people out of the register at the end beyond the baseline's, `more_yuan` from all funds, `more_staff_yuan` beside them (NaN
    where a horizon goes on beyond that year), `yuan_per_more_exit` without and `..._with_staff` with staff (NaN unless more people are
    out and no less is spent: a negative price means nothing), and `judgement`: `dominated` costs
    no less and brings no more, `dominates` the reverse, else `costs more, brings more` or `costs less, brings less`. Means over draws.
    """
    base, others, year = _aligned(drawn, baseline)
    return described(pd.DataFrame([_cost(one, base, year) for one in others]))


def _cost(one: Drawn, base: Drawn, year: int) -> dict[str, Any]:
    exits = float((_at(one.table, year, "exited_people") - _at(base.table, year, "exited_people")).mean())
    yuan = float((_summed(one.table, year, "spent_yuan") - _summed(base.table, year, "spent_yuan")).mean())
    whole = all(int(drawn.table["year"].max()) == year for drawn in (one, base))
    staff = one.staff_yuan - base.staff_yuan if whole else np.nan  # staff is known for a whole horizon only
    more = yuan + np.nan_to_num(staff)
    price = [money / exits if exits > 0 and money >= 0 else np.nan for money in (yuan, yuan + staff)]
    return {
        "scenario": one.name,
        "baseline": base.name,
        "year": year,
        "more_exits": exits,
        "more_yuan": yuan,
        "more_staff_yuan": staff,
        "yuan_per_more_exit": price[0],
        "yuan_per_more_exit_with_staff": price[1],
        "judgement": _judgement(exits, more),
    }


def _judgement(more_exits: float, more_yuan: float) -> str:
    if more_exits == 0 and more_yuan == 0:
        return "the same"
    if more_exits <= 0 and more_yuan >= 0:
        return "dominated"
    if more_exits >= 0 and more_yuan <= 0:
        return "dominates"
    return "costs more, brings more" if more_exits > 0 else "costs less, brings less"

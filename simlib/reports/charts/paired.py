"""Two results under the same luck: what one brings more than the other."""

from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from simlib.errors import InputError, said
from simlib.reports.charts.common import listed, title
from simlib.reports.charts.paths import FANS
from simlib.reports.series import year_of
from simlib.reports.style import BLUE, FAINT, GREY, INK, styled, words_of
from simlib.reports.wrapping import wrapped
from simlib.runs import Result, compare_tables
from simlib.runs.paired import Drawn
from simlib.words import Words

SHOWN: Final = (
    *("capable_fixed", "capable_moving", "covered", "guaranteed", "exited", "stable"),
    *("village_fixed", "villages_exited", "services"),
)
"""The shares that are compared, from top to bottom."""
LETTERS: Final = 34
POINTS: Final = 100


def paired_rows(result: Result, baseline: Result, year: int | None = None) -> pd.DataFrame:
    """Paired differences of a result from a baseline in a year (None: the last that both have), by statistic: `runs.compare_tables`.

    InputError for results of other luck or another register.
    """
    listed([result, baseline])
    last = min(year_of(one, year) for one in (result, baseline))
    drawn = [Drawn(name, _until(one, last), 0.0) for name, one in (("this", result), ("baseline", baseline))]
    return compare_tables(drawn, "baseline").set_index("statistic")


def _until(result: Result, year: int) -> pd.DataFrame:
    """The table by draw, up to a year."""
    table = result.table("draws")
    found: pd.DataFrame = table[table["year"] <= year]
    if found.empty:
        raise InputError(said("year {year}: this run has {years}", year=year, years=", ".join(map(str, table["year"].unique()))))
    return found


@styled
def differences(result: Result, ax: Axes, *, baseline: Result, year: int | None = None, lang: str = "en") -> Axes:
    """What a result brings more than a baseline under the same luck, in percentage points: mean difference with its 95 % interval.

    Beside each: the difference, and the share of futures in which the result is the better one. Incomes and money stand under it as text.
    """
    words, rows = words_of(lang), paired_rows(result, baseline, year)
    shown = rows.loc[list(SHOWN)]
    for place, (_, row) in enumerate(shown.iterrows()):
        ax.plot([POINTS * row["low"], POINTS * row["high"]], [place, place], color=BLUE, lw=5, alpha=0.45, solid_capstyle="butt")
        ax.plot(POINTS * row["difference"], place, "o", color=BLUE, ms=6, mec="white", mew=0.8, gid=f"difference.{place}")
        at, across = (1, place), ("axes fraction", "data")
        ax.annotate(_told(row, words), at, (8, 0), xycoords=across, textcoords="offset points", va="center", fontsize=8.5)
    ax.axvline(0, color=INK, lw=1)
    ax.set_yticks(range(len(shown)), [wrapped(words(FANS[str(name)]), LETTERS) for name in shown.index])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.10g}" if value else "0"))
    ax.grid(axis="x", color=FAINT, lw=0.6)
    low, high = ax.get_xlim()
    ax.set_xlim(min(low, -1.0), max(high, 1.0))  # a difference of nothing is no finer than a point
    names = {"one": title(result, lang), "other": title(baseline, lang)}
    ax.set_title(wrapped(words("{one} against {other}, {year}", **names, year=int(shown["year"].iloc[0])), 80))
    ax.set_xlabel(words("percentage points: mean of paired differences, with its 95 % interval") + "\n" + _sums(rows, words))
    ax.xaxis.label.set_color(GREY)
    return ax


def _told(row: pd.Series, words: Words) -> str:
    """A difference in percentage points, and how often the result is the better one."""
    points = f"{POINTS * row['difference']:+.1f}"
    if pd.isna(row["share_better"]):
        return points
    return words("{points}, better in {share} of futures", points=points, share=words.percent(row["share_better"]))


def _sums(rows: pd.DataFrame, words: Words) -> str:
    """Income and money as text."""
    income, spent = (float(rows["difference"][name]) for name in ("income_pc_capable", "spent_yuan"))
    signs = {True: "+", False: "−"}
    return words(
        "income of labour-capable people {income} a head; money of all years {money}",
        income=signs[income >= 0] + words.yuan(abs(income)),
        money=signs[spent >= 0] + words.money(abs(spent)),
    )

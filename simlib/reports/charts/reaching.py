"""Who reaches a line: scenarios one under the other."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from simlib.assessment.bands import Band
from simlib.reports import series
from simlib.reports.charts.common import beside, listed, wrapped_title
from simlib.reports.series import Line, Who
from simlib.reports.style import FAINT, GREY, MARKERS, YEARS, styled, words_of
from simlib.runs import Result
from simlib.words import Words

COUNTED: Final = {"people": "who.labour_capable", "villages": "who.poor_villages"}
DIGITS: Final = {"people": 0, "villages": 1}


@styled
def share_at_line(results: Iterable[Result] | Result, ax: Axes, *, who: Who = "people", line: Line = "fixed", lang: str = "en") -> Axes:
    """Who reaches the line: labour-capable people, or poor villages, by scenario and year, with the 5-95 band over draws.

    One row a scenario, one marker a year (later years darker); the last year's mean is written beside it. Clause 一(二).
    """
    words, rows = words_of(lang), listed(results)
    for row, result in enumerate(rows):
        _row_of_years(ax, row, result, series.share_at_line(result, who, line), DIGITS[who], words)
    asked = series.asked(rows[0])
    ax.axvline(asked, color=GREY, lw=1, ls=(0, (1, 2)))
    beside(ax, words("asked for: {share}", share=words.percent(asked)), (asked, 1), (-3, 3), ha="right", va="bottom", color=GREY)
    ax.set_yticks(range(len(rows)), [wrapped_title(result, lang) for result in rows])
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.45, -0.55))
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.grid(axis="x", color=FAINT, lw=0.6)
    ax.set_xlabel(words("share of {who} at the {line}", who=words[COUNTED[who]], line=words["line." + line]))
    legend = words("mean, 5–95 % of draws") if rows[0].draws else words("deterministic")
    ax.legend(loc="upper right", bbox_to_anchor=(0.93, 1), handletextpad=0.2, title=legend, alignment="left")
    return ax


def _row_of_years(ax: Axes, row: int, result: Result, share: Band, digits: int, words: Words) -> None:
    """One scenario: a point and a band for each year, from the row's upper to its lower edge."""
    years = series.years_of(result)
    heights = row + (np.arange(len(years)) - (len(years) - 1) / 2) * 0.6 / len(years)
    for place, (year, height) in enumerate(zip(years, heights, strict=True)):
        colour, mean = YEARS[place], share.mean[place]
        ax.plot([share.p05[place], share.p95[place]], [height, height], color=colour, lw=4, alpha=0.55, solid_capstyle="butt")
        ax.plot(mean, height, MARKERS[place], color=colour, ms=6, mec="white", mew=0.7, label=str(year) if row == 0 else None)
    right = np.nanmax([share.mean[-1], share.p95[-1]])
    text = words.percent(share.mean[-1], digits)
    ax.annotate(text, (right, heights[-1]), (5, 0), textcoords="offset points", va="center", fontsize=9)

"""Money of one fund through the years."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes

from simlib.reports import series
from simlib.reports.charts.common import money_axis
from simlib.reports.style import BLUE, INK, PALE, VERMILION, styled, words_of
from simlib.runs import Result

USES: Final = {"spent": BLUE, "carried_out": PALE, "lapsed": VERMILION}


@styled
def money(result: Result, ax: Axes, *, fund: str, lang: str = "en") -> Axes:
    """One fund through the years: what was there, as spent, carried on and lapsed, with what fell due that year. Clause 三(十一).

    A bar is the money at hand (due this year and carried in); means over draws, all payers together.
    """
    words, years, parts = words_of(lang), series.years_of(result), series.money(result, fund)
    floor = np.zeros(len(years))
    for name, colour in USES.items():
        ax.bar(range(len(years)), parts[name], 0.62, bottom=floor, color=colour, ec="white", lw=0.6, label=words["use." + name])
        floor = floor + parts[name]
    for place, due in enumerate(parts["entitled"]):
        label = words["use.entitled"] if place == 0 else None
        ax.plot([place - 0.42, place + 0.42], [due, due], color=INK, lw=2, label=label)
    top = max(floor.max(), parts["entitled"].max())
    ax.set_xticks(range(len(years)), list(map(str, years)))
    ax.set(title=words["fund." + fund], ylim=(0, 1.08 * top or 1))
    money_axis(ax, top, words)
    return ax

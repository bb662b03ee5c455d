"""Charts of a backtest in the one look of `simlib.reports`: tables and an Axes in, the same Axes out."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

from simlib.backtest.record import Record
from simlib.reports.style import BLUE, FAINT, GREY, INK, ORANGE, PURPLE, VERMILION, styled, words_of
from simlib.reports.wrapping import wrapped

COLOURS: Final = (GREY, BLUE, PURPLE, ORANGE)
APART: Final = 0.17  # of a year, between two bands of the same year
LETTERS: Final = 44  # of a fact's name on one line


@styled
def against(
    bands: Mapping[str, pd.DataFrame],
    ax: Axes,
    *,
    records: Sequence[Record] = (),
    share: bool = True,
    title: str = "",
    colours: Sequence[str] = COLOURS,
    lang: str = "en",
) -> Axes:
    """Bands by year (`comparing.by_year`, by name) and the record: thick every second future, thin nine in ten, a dot the middle.

    A record that adjusted the model is a full diamond, one that tests it an empty one. `colours` of the bands, in their order.
    """
    words = words_of(lang)
    for place, (name, table) in enumerate(bands.items()):
        at = table.index.to_numpy() + (place - (len(bands) - 1) / 2) * APART
        colour = colours[place]
        ax.vlines(at, table["p05"], table["p95"], color=colour, lw=1.4)
        ax.vlines(at, table["p25"], table["p75"], color=colour, lw=6, alpha=0.55)
        ax.plot(at, table["p50"], "o", color=colour, ms=5, mec="white", mew=0.7, label=name)
    for role, face, name in (("fit", VERMILION, words("record, used to adjust")), ("test", "white", words("record, the test"))):
        shown = [record for record in records if record.role == role]
        if shown:
            where = [(record.year + APART * len(bands) / 2 + 0.06, record.value) for record in shown]
            ax.plot(*np.array(where).T, "D", color=VERMILION, mfc=face, mew=1.4, ms=7, ls="", label=name, zorder=3)
    years = next(iter(bands.values())).index
    ax.set_xticks(list(years), [str(year) for year in years])
    ax.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    ax.set_ylim(0, 1.02 if share else None)
    ax.yaxis.set_major_formatter(PercentFormatter(1) if share else FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.grid(axis="y", color=FAINT, lw=0.6)
    ax.set_title(title)
    return ax


@styled
def ranges(table: pd.DataFrame, ax: Axes, *, lang: str = "en") -> Axes:
    """Where in its range each fact lies before (the whole of it) and after: mean and one standard deviation, the default as a stroke.

    `table` as of `adjusting.moved`, its rows from top to bottom; 0 is the low end of a range, 1 the high one.
    """
    words = words_of(lang)
    rows, width = np.arange(len(table)), (table["high"] - table["low"]).to_numpy()
    low, after = table["low"].to_numpy(), table["after"].to_numpy()
    middle, default = (after - low) / width, (table["default"].to_numpy() - low) / width
    reach = table["spread"].to_numpy() / np.sqrt(12)
    ax.hlines(rows, 0, 1, color=FAINT, lw=7)
    ax.hlines(rows, np.maximum(0, middle - reach), np.minimum(1, middle + reach), color=BLUE, lw=7, alpha=0.55)
    ax.plot(middle, rows, "o", color=BLUE, ms=6, mec="white", mew=0.7, label=words("after, mean and one standard deviation"))
    ax.plot(default, rows, "|", color=INK, ms=13, mew=1.6, label=words("default of the model"))
    for row, (least, most) in enumerate(zip(table["low"], table["high"], strict=True)):
        ax.annotate(f"{least:,g}", (0, row), (-4, 0), textcoords="offset points", ha="right", va="center", fontsize=8, color=GREY)
        ax.annotate(f"{most:,g}", (1, row), (4, 0), textcoords="offset points", ha="left", va="center", fontsize=8, color=GREY)
    ax.set_yticks(rows, [wrapped(str(name), LETTERS) for name in table["what"]])
    ax.set(xlim=(-0.12, 1.12), ylim=(len(table) - 0.4, -0.6), xticks=[])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(words("from the low to the high end of each range"))
    return ax

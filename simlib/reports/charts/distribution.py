"""Incomes: how many have which one, and what they are made of, against the lines."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simlib.reports import series
from simlib.reports.charts.common import LINES, PLAIN, beside, in_thousands, three_figures, title, upright_grid, wrapped_title
from simlib.reports.series import Reals
from simlib.reports.style import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, styled, words_of
from simlib.runs import Result
from simlib.words import Words

SOURCES: Final = {"wage": BLUE, "business": ORANGE, "property": GREEN, "transfer": SKY, "dibao": PURPLE}
SHOWN_LINES: Final = 2.5
"""How far the axis of incomes reaches, in fixed lines of a result's last year; beyond lies a thin tail, its share written at the edge."""
OUT_OF_PROPORTION: Final = 2.5
"""How many times as high as the next one a column is that is cut."""
MOST_CUT: Final = 2
"""Columns that may be cut: dibao gathers people on its line, and the line may lie in two bins."""
THOUSAND: Final = 1000


@styled
def incomes(result: Result, ax: Axes, *, year: int, top: float | None = None, lang: str = "en") -> Axes:
    """How many registered people have which income a head in one year, those under the fixed line apart, with the lines of the year.

    The mean over draws, with its 5-95 band as a shade, and the band of the moving line; bins of 250 yuan. `top` ends the upright axis, in
    thousand people; without it the axis ends above all but one or two columns that stand out (dibao gathers people on its line), which
    are cut, and their heights written there. Clause 一(二).
    """
    words, found = words_of(lang), series.histogram(result, year)
    _two_coloured(ax, found.people.mean, found.edges, found.lines["fixed"].mean)
    if np.isfinite(found.people.p05).all():
        ax.stairs(found.people.p95, found.edges, baseline=found.people.p05, fill=True, color=GREY, alpha=0.45, lw=0)
    for name, yuan in found.lines.items():
        ax.axvline(yuan.mean, lw=1.3, **LINES[name], label=_line_text(name, yuan.mean, found.at_line.get(name), words))
    moving = found.lines["moving"]
    if moving.p95 > moving.p05:
        ax.axvspan(moving.p05, moving.p95, color=LINES["moving"]["color"], alpha=0.2, lw=0)
    reach = SHOWN_LINES * series.fixed_lines(result)[-1]  # of the last year, so that a result's years can share an axis
    _cut(ax, found, reach, None if top is None else top * THOUSAND, words)
    whole = found.people.mean.sum()
    beyond = found.people.mean[found.edges[:-1] >= reach].sum() / whole if whole else 0.0
    beside(ax, words("{share} beyond →", share=words.percent(beyond, 1)), (reach, 0), (0, 16), ha="right")
    ax.set_title(words("{title}, {year}", title=title(result, lang), year=year))
    ax.xaxis.set_major_formatter(PLAIN)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.set_xlabel(words("yuan a person and year (grey: 9 of 10 futures)") if result.draws else words("yuan a person and year"))
    ax.legend(loc="upper right", title=words("registered people at the"), alignment="left")
    return ax


def _line_text(name: str, yuan: float, share: float | None, words: Words) -> str:
    """A line, its yuan, and who is at it."""
    text = f"{words['line.' + name]} {words.number(yuan)}"
    return text if share is None else words("{line}: {share}", line=text, share=words.percent(share))


def _two_coloured(ax: Axes, people: Reals, edges: Reals, line: float) -> None:
    """A histogram whose part below the line has another colour than the part above; the bin of the line is cut in two."""
    cut = int(np.searchsorted(edges, line, side="right"))
    below, above = np.append(edges[:cut], line), np.insert(edges[cut:], 0, line)
    ax.stairs(people[:cut], below, fill=True, color=ORANGE, alpha=0.8, lw=0)
    ax.stairs(people[cut - 1 :], above, fill=True, color=BLUE, alpha=0.8, lw=0)


def _cut(ax: Axes, found: series.Histogram, reach: float, top: float | None, words: Words) -> None:
    """End the axes, count people by one or by the thousand, and write how high the highest column is where it is cut off."""
    people, ends = found.people.mean, _end(found) if top is None else top
    ax.set(xlim=(0, reach), ylim=(0, ends))
    thousands = in_thousands(ends)
    unit, width = THOUSAND if thousands else 1, words.number(found.edges[1] - found.edges[0])
    upright = words("thousand people in each {width} yuan", width=width) if thousands else words("people in each {width} yuan", width=width)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / unit:,.10g}"))
    ax.set_ylabel(upright)
    cut = np.flatnonzero(people > ends)
    if cut.size:
        heights = [three_figures(people[place] / unit) for place in (cut if cut.size <= MOST_CUT else [people.argmax()])]
        beside(ax, f"{words.joined(heights)} ↑", (found.edges[cut[0]], 1), (-3, 0), ha="right", va="top")


def _end(found: series.Histogram) -> float:
    """Where the upright axis ends when nobody says: above the highest column that is not out of all proportion to those below it."""
    columns = np.sort(np.nanmax([found.people.mean, found.people.p95], axis=0))[::-1]
    cut = [place for place in range(1, MOST_CUT + 1) if columns[place - 1] > OUT_OF_PROPORTION * columns[place] > 0]
    return float(1.3 * columns[cut[-1]] if cut else 1.05 * columns[0]) or 1.0


@styled
def income_by_source(result: Result, ax: Axes, *, lang: str = "en") -> Axes:
    """What the labour-capable live on: mean income a head by source, as registered and then year by year, against the fixed line."""
    words, years = words_of(lang), series.years_of(result)
    parts, floor = series.sources(result), np.zeros(1 + len(years))
    for name, yuan in parts.items():
        ax.bar(range(len(yuan)), yuan, 0.62, bottom=floor, color=SOURCES[name], ec="white", lw=0.6, label=words["source." + name])
        floor = floor + yuan
    strokes = np.append(np.nan, series.fixed_lines(result))  # there was none in the year of the register
    top = 1.12 * np.nanmax([floor, strokes])
    for place, (total, line) in enumerate(zip(floor, strokes, strict=True)):
        label = words["line.fixed"] if place == 1 else None
        ax.plot([place - 0.45, place + 0.45], [line, line], lw=2, **LINES["fixed"], label=label)
        above = max(total, line) if line - total < 0.09 * top else total  # no number under a stroke
        ax.annotate(words.number(total), (place, above), (0, 3), textcoords="offset points", ha="center", fontsize=8.5)
    ax.set_xticks(range(len(floor)), [words("{year},\nregistered", year=years[0] - 1), *map(str, years)])
    ax.set(title=wrapped_title(result, lang), ylim=(0, top))
    upright_grid(ax)
    ax.set_ylabel(words("yuan a person and year"))
    return ax

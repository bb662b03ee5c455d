"""The figures of the page, as pictures inside the file, each drawn for its place on the paper so that its letters can be read there."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from simlib.reports import charts
from simlib.reports.charts.distribution import SHOWN_LINES
from simlib.reports.pictures import data_uri, figure_of, svg
from simlib.reports.series import histogram
from simlib.reports.tiling import tiling
from simlib.reports.villages import poor_villages
from simlib.runs import Result

HALF: Final = 4.3
"""Inches of a figure in half the page's width; paper has it at four fifths of that."""
INCOMES: Final = 2.55
SOURCES: Final = 2.05
"""Inches that incomes and their sources are high."""
WIDE: Final = 9.4
FRAME: Final = 0.72
TALLEST: Final = 3.65
"""Inches that the tiles may have in all; title and legend take FRAME of them."""
ABOVE: Final = 1.6
"""How far above the highest other column the axis of incomes ends: on the dibao line stands a spike that would flatten them."""
THOUSAND: Final = 1000
SPIKE: Final = 500.0
"""Yuan around the dibao line in which it stands."""


class Drawn(NamedTuple):
    """What is drawn: ax -> the same Axes, and its size in inches."""

    draw: Callable[[Axes], Axes]
    width: float
    height: float


def figures(result: Result, lang: str, year: int, least: float) -> dict[str, str]:
    """Every figure as a `data:` address of its SVG; without the incomes where their columns would mostly tell of fewer than `least`."""
    top = readable_top(result, year)
    drawn = {
        "tiles": Drawn(lambda ax: charts.tiles(result, ax, year=year, lang=lang), WIDE, tiles_height(result)),
        "incomes": Drawn(lambda ax: _untitled(charts.incomes(result, ax, year=year, top=top, lang=lang)), HALF, INCOMES),
        "sources": Drawn(lambda ax: _untitled(charts.income_by_source(result, ax, lang=lang)), HALF, SOURCES),
    }
    if tells_of_few(result, year, least):
        del drawn["incomes"]
    return {name: data_uri(svg(figure_of(one.draw, one.width, one.height))) for name, one in drawn.items()}


def tells_of_few(result: Result, year: int, least: float) -> bool:
    """Whether half of the columns of incomes that are not empty, up to where the figure ends, stand for too few people to tell of."""
    found = histogram(result, year)
    people = found.people.mean[found.edges[:-1] < SHOWN_LINES * found.lines["fixed"].mean]
    return bool(np.median(people[people > 0]) < least) if people.any() else True


def _untitled(ax: Axes) -> Axes:
    """Without its title: the page's own heading stands above it."""
    ax.set_title("")
    return ax


def tiles_height(result: Result) -> float:
    """Inches for the grid of tiles."""
    grid = tiling(poor_villages(result))
    return min(TALLEST, WIDE * grid.height / grid.width + FRAME)


def readable_top(result: Result, year: int) -> float | None:
    """Where the axis of people is cut, in thousands: above all columns but those on the dibao line; None where that cuts nothing."""
    found = histogram(result, year)
    people = found.people.mean / THOUSAND
    usual = people[np.abs(found.edges[:-1] - found.lines["dibao"].mean) > SPIKE]
    top = ABOVE * float(usual.max(initial=0.0))
    return top if 0 < top < people.max() else None

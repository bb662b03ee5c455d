"""Villages as tiles: which ones are likely to get there."""

from itertools import pairwise
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Patch, Rectangle

from simlib.errors import InputError, nearest, said
from simlib.reports.charts.common import legend_columns
from simlib.reports.series import Reals, year_of
from simlib.reports.style import GREY, INK, can_write, styled, words_of
from simlib.reports.tiling import BAND, CERTAIN, COLOURS, EDGES, HEAD, TILES, UNKNOWN, Tiling, class_of, tiling
from simlib.runs import Result
from simlib.words import Words

WHOLE: Final = 1.25
"""A layout gives the Axes all of the figure that they had not at first."""
EDGE: Final = 0.9
"""Side of a tile; the rest is the seam."""


@styled
def tiles(result: Result, ax: Axes, *, year: int | None = None, colour_by: str = "chance_exits", lang: str = "en") -> Axes:
    """The poor villages as a grid of tiles, by prefecture and county, coloured by a chance or share (`TILES`) in a year (None: the last).

    Classes stand in the legend with their edges and how many villages each has; without a number a tile is empty with a cross.
    """
    if colour_by not in TILES:
        raise InputError(said("there are no tiles of {colour!r}; {hint}", colour=colour_by, hint=nearest(colour_by, TILES)))
    words, at, table = words_of(lang), year_of(result, year), result.table("villages")
    rows = table[table["year"] == at]
    grid = tiling(rows)
    values = grid.tiles["village_id"].map(rows.set_index("village_id")[colour_by]).to_numpy(dtype=np.float64)
    _squares(ax, grid, values)
    _names(ax, grid, words)
    certain = not result.draws and colour_by in CERTAIN
    _classes(ax, values, certain, words)
    ax.set(xlim=(-0.2, grid.width + 0.2), ylim=(grid.height + 0.2, 0), aspect="equal", anchor="NW")
    ax.set_axis_off()
    ax.set_title(words("{what}, {year}", what=words(CERTAIN[colour_by] if certain else TILES[colour_by]), year=at))
    return ax


def _squares(ax: Axes, grid: Tiling, values: Reals) -> None:
    """A square a village; a cross where nothing is known."""
    corners = grid.tiles[["column", "row"]].to_numpy(dtype=np.float64) + (1 - EDGE) / 2
    classes = [class_of(float(value)) for value in values]
    colours = [UNKNOWN if place is None else COLOURS[place] for place in classes]
    squares = [Rectangle((left, upper), EDGE, EDGE) for left, upper in corners]
    ax.add_collection(PatchCollection(squares, facecolors=colours, edgecolors=GREY, linewidths=0.4, gid="tiles"))
    lost = corners[[place is None for place in classes]] + EDGE / 2
    ax.plot(lost[:, 0], lost[:, 1], "x", color=GREY, ms=4)


def _names(ax: Axes, grid: Tiling, words: Words) -> None:
    """Prefectures above their bands, counties above their blocks."""
    for band in grid.bands:
        text = words("{place}: {number} poor villages", place=_name(band.prefecture, 0, words), number=words.number(band.villages))
        ax.text(0, band.row + BAND / 2, text, fontsize=10, va="center")
    for place, block in enumerate(grid.blocks, start=1):
        ax.text(block.column, block.row - HEAD / 2, _name(block.county, place, words), fontsize=8, va="center", color=INK)


def _name(name: str, place: int, words: Words) -> str:
    """A place's name, or its number where no font can write it."""
    if name and all(map(can_write, name)):
        return name
    return words("county {number}", number=place) if place else words("prefecture")


def _inches(ax: Axes) -> float:
    """About how broad the Axes are."""
    figure = ax.get_figure(root=True)
    return ax.get_window_extent().width / (figure.dpi if figure else 100) * WHOLE


def _classes(ax: Axes, values: Reals, certain: bool, words: Words) -> None:
    """The legend: each class by its edges, and how many villages are in it; yes and no where the outcome is `certain`."""
    places = [class_of(float(value)) for value in values]
    named = _yes_and_no(words) if certain else _edges(words)
    marks = [(COLOURS[place], words("{name}: {number}", name=name, number=places.count(place))) for place, name in named.items()]
    if None in places:
        marks.append((UNKNOWN, words("not known: {number}", number=places.count(None))))
    patches = [Patch(facecolor=colour, edgecolor=GREY, lw=0.4, label=label) for colour, label in marks]
    columns = legend_columns([label for _, label in marks], _inches(ax))
    shape = {"handlelength": 1.1, "handleheight": 1.1, "columnspacing": 1.2, "borderaxespad": 0.4}
    ax.legend(handles=patches, loc="upper left", bbox_to_anchor=(0, 0), ncols=columns, **shape)


def _edges(words: Words) -> dict[int, str]:
    """Classes by their edges."""
    return {place: f"{100 * low:.0f}–{words.percent(high)}" for place, (low, high) in enumerate(pairwise(EDGES))}


def _yes_and_no(words: Words) -> dict[int, str]:
    """The first and the last class, where there is nothing between them."""
    return {0: words("no"), len(COLOURS) - 1: words("yes")}

"""Whole figures: a chart at the size that suits it, with its caption, as PNG or SVG. The same result gives the same bytes."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from math import ceil
from typing import Any, Final, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from simlib.errors import InputError, nearest, said
from simlib.reports import charts
from simlib.reports.charts.common import listed
from simlib.reports.gauging import gauge_rows
from simlib.reports.series import year_of
from simlib.reports.style import DRAWING, look
from simlib.reports.tiling import tiling
from simlib.runs import Result

DPI: Final = 144
SALT: Final = "simlib"
"""What the names of parts within an SVG are made from: fixed, so that they are."""
PNG_START: Final = b"\x89PNG"
TILES_FRAME: Final = 0.95
"""Inches that title, legend and caption take from a grid of tiles."""


class Kind(NamedTuple):
    """A kind of figure: its chart, its width in inches, and its height in a given width."""

    draw: Callable[..., Axes]
    width: float
    height: Callable[[Any, float, dict[str, Any]], float]
    legend: bool = False  # above the chart: the chart itself has none, as several of its kind share one


def _of(share: float, least: float = 2.6) -> Callable[[Any, float, dict[str, Any]], float]:
    """A height that is a share of the width, and at least so many inches."""
    return lambda result, width, options: max(share * width, least)


def _tiles_height(result: Result, width: float, options: dict[str, Any]) -> float:
    table = result.table("villages")
    grid = tiling(table[table["year"] == year_of(result, options.get("year"))])
    return width * grid.height / grid.width + TILES_FRAME


def _gauges_height(result: Result, width: float, options: dict[str, Any]) -> float:
    return 1.3 + 0.48 * len(gauge_rows(result))


def _rows_height(results: Any, width: float, options: dict[str, Any]) -> float:
    return 2.0 + 0.6 * len(listed(results))


KINDS: Final = {
    "share_at_line": Kind(charts.share_at_line, 8.0, _rows_height),
    "fan": Kind(charts.fan, 7.0, _of(0.6)),
    "incomes": Kind(charts.incomes, 8.0, _of(0.5, least=3.0)),
    "income_by_source": Kind(charts.income_by_source, 7.0, _of(0.62, least=3.2), legend=True),
    "money": Kind(charts.money, 6.5, _of(0.62, least=2.9), legend=True),
    "flow": Kind(charts.flow, 11.0, _of(0.52, least=4.0)),
    "tiles": Kind(charts.tiles, 11.0, _tiles_height),
    "gauges": Kind(charts.gauges, 9.0, _gauges_height),
    "transitions": Kind(charts.transitions, 10.0, _of(0.48, least=3.6)),
    "differences": Kind(charts.differences, 9.0, _of(0.52, least=4.2)),
}
"""Kinds of figures by name."""


def figure_of(draw: Callable[[Axes], object], width: float = 8.0, height: float = 4.5) -> Figure:
    """A figure of one chart, so many inches wide and high: `figure_of(lambda ax: charts.flow(result, ax))`. It belongs to no window."""
    with look():
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure.add_subplot())
    return figure


def drawn(kind: str, result: Result, *, lang: str = "en", width: float | None = None, stamped: bool = True, **options: Any) -> Figure:
    """A figure of a kind (`KINDS`), as high as its content asks, with its caption unless not `stamped`; `options` go to the chart.

    InputError for another kind.
    """
    if kind not in KINDS:
        raise InputError(said("there is no figure {kind!r}; {hint}", kind=kind, hint=nearest(kind, KINDS)))
    found = KINDS[kind]
    wide = width or found.width
    high = found.height(result, wide, options)
    figure = figure_of(lambda ax: found.draw(result, ax, lang=lang, **options), wide, ceil(100 * high) / 100)
    if found.legend:
        charts.shared_legend(figure, figure.axes[0])
    return charts.stamp(figure, result, lang=lang) if stamped else figure


def png(figure: Figure, dpi: int = DPI) -> bytes:
    """A figure as PNG."""
    return _saved(figure, format="png", dpi=dpi, metadata={"Software": None})


def svg(figure: Figure) -> bytes:
    """A figure as SVG: letters are paths, so that it looks the same wherever no such font is; without a date."""
    return _saved(figure, format="svg", metadata={"Date": None, "Creator": None})


def _saved(figure: Figure, **how: Any) -> bytes:
    file = BytesIO()
    with DRAWING, mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": SALT}):
        figure.savefig(file, **how)
    return file.getvalue()


def data_uri(picture: bytes) -> str:
    """A picture as the address of an <img>."""
    kind = "png" if picture.startswith(PNG_START) else "svg+xml"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"

"""Charts: results and an Axes in, the same Axes out. The caller makes the figure, and `stamp` writes under it where it comes from.

`simlib.reports.pictures` makes whole figures of them, with their captions, as PNG and SVG.
"""

from simlib.reports.charts.captions import caption, shared_legend, stamp
from simlib.reports.charts.common import title
from simlib.reports.charts.dials import gauges
from simlib.reports.charts.distribution import SOURCES, income_by_source, incomes
from simlib.reports.charts.flows import flow, transitions
from simlib.reports.charts.funds import USES, money
from simlib.reports.charts.paired import differences
from simlib.reports.charts.paths import FANS, fan, lines
from simlib.reports.charts.reaching import share_at_line
from simlib.reports.charts.tiled import tiles
from simlib.reports.tiling import TILES

__all__ = [
    "FANS",
    "SOURCES",
    "TILES",
    "USES",
    "caption",
    "differences",
    "fan",
    "flow",
    "gauges",
    "income_by_source",
    "incomes",
    "lines",
    "money",
    "share_at_line",
    "shared_legend",
    "stamp",
    "tiles",
    "title",
    "transitions",
]

"""Drawing in tests: an Axes whose settings are not the charts' own, what is written on it, and what lies over what."""

import io
from collections.abc import Iterator
from itertools import combinations

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text


def fresh_axes(width: float = 8, height: float = 4.6) -> Axes:
    """An Axes of a figure with other fonts, titles and legends: charts must bring everything along."""
    with mpl.rc_context({"font.family": "monospace", "axes.titlelocation": "right", "legend.frameon": True}):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        return figure.add_subplot()


def figure_of(ax: Axes) -> Figure:
    """The figure that an Axes is on."""
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    return figure


def rendered(figure: Figure) -> bytes:
    """The figure as PNG; a missing glyph is a warning, and pytest makes warnings errors."""
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def overlaps(texts: list[Text]) -> Iterator[tuple[str, str]]:
    """Pairs of visible texts that lie over each other on the drawn figure."""
    shown = [text for text in texts if text.get_visible() and text.get_text().strip()]
    for one, other in combinations(shown, 2):
        if one.get_window_extent().overlaps(other.get_window_extent()):
            yield one.get_text(), other.get_text()


def texts(figure: Figure) -> list[str]:
    """Everything that is written on a figure."""
    return [text.get_text() for text in figure.findobj(Text) if text.get_text().strip()]

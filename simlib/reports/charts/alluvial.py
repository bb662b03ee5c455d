"""Streams from layer to layer: nodes as bars, links as ribbons whose widths are their amounts. What is drawn is what `streams` says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from simlib.reports.streams import LINKS, nodes
from simlib.reports.style import GREY

BAR: Final = 0.035
"""Half the width of a node, in distances between layers."""
GAP: Final = 0.012
"""Least room between two nodes, in heights of the Axes."""
LEADING: Final = 1.55
"""Height of a label's line, in font sizes."""
FULL: Final = 0.8
"""Part of the height that labels may take at most: where there are too many, they come closer."""
SIZE, SMALLEST = 8.5, 6.0
ROOMY: Final = 8.0
"""Inches of Axes from which on letters have their full size."""
HALO: Final[dict[str, Any]] = {"path_effects": [withStroke(linewidth=2.5, foreground="white", alpha=0.8)]}


class Link(NamedTuple):
    """A row of `streams`."""

    stage: int
    source: str
    target: str
    amount: float


class Node(NamedTuple):
    """Where a bar stands: from its upper end down, in amounts."""

    top: float
    amount: float

    @property
    def middle(self) -> float:
        """Half way down the bar."""
        return self.top + self.amount / 2


Layer = dict[str, Node]


class Look(NamedTuple):
    """How nodes and links are shown: their texts, colours, and the order of codes by layer (those left out stand by what flows in)."""

    heads: Sequence[str]
    label: Callable[[int, str, float], str]  # layer, code, amount
    node: Callable[[int, str], str]
    link: Callable[[Link], str]
    orders: Sequence[Sequence[str]]
    on_link: Callable[[Link], str] = lambda link: ""
    lines: int = 1  # of a label
    across: Sequence[float] = (0, 1, 2, 3, 4, 5)  # where the layers stand


def alluvial(ax: Axes, table: pd.DataFrame, look: Look) -> list[Layer]:
    """Draw links (a table of `streams`); the upright axis counts amounts. -> where the bars stand, by layer."""
    links = [Link(int(stage), str(source), str(target), float(amount)) for stage, source, target, amount in table[LINKS].to_numpy()]
    high, size = _inches(ax)
    layers = placed(links, nodes(table), look.orders, look.lines * LEADING * size / (72 * high))
    for link, tops in zip(links, _tops(links, layers), strict=True):
        _ribbon(ax, link, tops, look, size)
    for place, layer in enumerate(layers):
        for code, node in layer.items():
            _bar(ax, place, code, node, look, size, **HALO if 0 < place < len(layers) - 1 else {})
        _head(ax, place, look, size)
    bars = [node for layer in layers for node in layer.values()]
    ends = max((node.top + node.amount for node in bars), default=1.0), min((node.top for node in bars), default=0.0)
    ax.set(xlim=(-BAR, look.across[max(len(layers) - 1, 1)] + BAR), ylim=ends)
    ax.set_axis_off()
    return layers


def _inches(ax: Axes) -> tuple[float, float]:
    """How high the Axes are in inches, and the size of letters that suits their width."""
    extent, figure = ax.get_window_extent(), ax.get_figure(root=True)
    dots = figure.dpi if figure else 100
    return max(extent.height / dots, 0.1), min(SIZE, max(SMALLEST, SIZE * extent.width / dots / ROOMY))


# ---- where bars stand


def placed(links: Sequence[Link], amounts: Sequence[Mapping[str, float]], orders: Sequence[Sequence[str]], leading: float) -> list[Layer]:
    """Where each node stands: layers centred, bars as long as their amounts, and at least a label's height from middle to middle."""
    whole = _height(amounts, leading)
    layers: list[Layer] = []
    for place, layer in enumerate(amounts):
        into = [link for link in links if link.stage == place - 1]
        codes = _ordered(layer, orders[place], into, layers[-1] if layers else {})
        layers.append(_stacked({code: layer[code] for code in codes}, whole, leading))
    return layers


def _height(amounts: Sequence[Mapping[str, float]], leading: float) -> float:
    """The height of the Axes in amounts: the fullest layer fills it."""
    whole = max((sum(layer.values()) for layer in amounts), default=1.0) or 1.0
    while any(sum(_slots(layer, whole, leading)) > whole * (1 + 1e-9) for layer in amounts):
        whole *= 1.01
    return whole


def _slots(layer: Mapping[str, float], whole: float, leading: float) -> list[float]:
    """What each node takes: its bar with a gap, or its label."""
    label = min(leading, FULL / max(len(layer), 1)) * whole
    gap = min(GAP, (1 - FULL) / (2 * max(len(layer), 1))) * whole
    return [max(amount + gap, label) for amount in layer.values()]


def _ordered(layer: Mapping[str, float], order: Sequence[str], into: Sequence[Link], before: Layer) -> list[str]:
    """Codes as the order has them; those left out by the height that flows into them from."""

    def origin(code: str) -> float:
        height = sum(before[link.source].middle * link.amount for link in into if link.target == code) / layer[code]
        return float(f"{height:.9g}")  # the same height is the same, whatever a division leaves over

    rest = sorted((code for code in layer if code not in order), key=origin)
    return [*(code for code in order if code in layer), *rest]


def _stacked(layer: Mapping[str, float], whole: float, leading: float) -> Layer:
    """One layer's bars, each in the middle of its slot, the layer in the middle of the Axes."""
    slots = _slots(layer, whole, leading)
    at, found = (whole - sum(slots)) / 2, Layer()
    for (code, amount), slot in zip(layer.items(), slots, strict=True):
        found[code] = Node(at + (slot - amount) / 2, amount)
        at += slot
    return found


def _tops(links: Sequence[Link], layers: Sequence[Layer]) -> list[tuple[float, float]]:
    """Where each link begins on its source and on its target: on every bar in the order of the bars at the other end."""
    starts, ends = {}, {}
    reached = [{code: [node.top, node.top] for code, node in layer.items()} for layer in layers]
    by_target = sorted(links, key=lambda link: (link.stage, layers[link.stage + 1][link.target].middle))
    by_source = sorted(links, key=lambda link: (link.stage, layers[link.stage][link.source].middle))
    for link in by_target:
        starts[link] = reached[link.stage][link.source][1]
        reached[link.stage][link.source][1] += link.amount
    for link in by_source:
        ends[link] = reached[link.stage + 1][link.target][0]
        reached[link.stage + 1][link.target][0] += link.amount
    return [(starts[link], ends[link]) for link in links]


# ---- what is drawn


def _ribbon(ax: Axes, link: Link, tops: tuple[float, float], look: Look, size: float) -> None:
    """A band from the source's bar to the target's, as broad as its amount; a hair at least."""
    (up, down), begin, end = tops, look.across[link.stage] + BAR, look.across[link.stage + 1] - BAR
    half = (begin + end) / 2
    over = [(begin, up), (half, up), (half, down), (end, down)]
    corners = [*over, *((across, height + link.amount) for across, height in reversed(over)), over[0]]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    colour, name = look.link(link), f"link.{link.stage}.{link.source}.{link.target}"
    ax.add_patch(PathPatch(Path(corners, codes), facecolor=colour, edgecolor=colour, alpha=0.42, lw=0.4, gid=name))
    if text := look.on_link(link):
        ax.annotate(text, (half, (up + down + link.amount) / 2), ha="center", va="center", fontsize=size, zorder=4, **HALO)


def _bar(ax: Axes, place: int, code: str, node: Node, look: Look, size: float, **more: Any) -> None:
    """A node, its name left of it in the first layer and right of it in the others."""
    corner, name = (look.across[place] - BAR, node.top), f"node.{place}.{code}"
    ax.add_patch(Rectangle(corner, 2 * BAR, node.amount, color=look.node(place, code), lw=0.4, gid=name, zorder=3))
    text, (edge, by, side) = look.label(place, code, node.amount), _side(place, look)
    ax.annotate(text, (edge, node.middle), (by, 0), textcoords="offset points", ha=side, va="center", fontsize=size, zorder=5, **more)


def _head(ax: Axes, place: int, look: Look, size: float) -> None:
    """What a layer is, over the names of its bars."""
    edge, by, side = _side(place, look)
    where = ax.get_xaxis_transform()
    ax.annotate(look.heads[place], (edge, 1), (by, 7), xycoords=where, textcoords="offset points", ha=side, fontsize=size, color=GREY)


def _side(place: int, look: Look) -> tuple[float, float, Any]:
    """Where names of a layer begin, how many points from its bars, and which end of the text that is."""
    at = look.across[place]
    return (at - BAR, -4, "right") if place == 0 else (at + BAR, 4, "left")

"""Streams: nothing is lost on the way, bars are as long as their sums, labels have room."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle

from simlib.reports.charts.alluvial import Link, Look, alluvial, placed
from simlib.reports.streams import LINKS, nodes

ROWS = [(0, "a", "x", 3.0), (0, "b", "x", 1.0), (0, "b", "y", 2.0), (1, "x", "end", 4.0), (1, "y", "end", 2.0)]
TABLE = pd.DataFrame(ROWS, columns=LINKS)
LOOK = Look(
    heads=("left", "middle", "right"),
    label=lambda layer, code, amount: f"{code} {amount:g}",
    node=lambda layer, code: "black",
    link=lambda link: "grey",
    orders=(("b", "a"), (), ()),
)


def tops(ribbon: PathPatch) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a ribbon lies at its left and at its right end: (from, to), (from, to)."""
    corners = np.asarray(ribbon.get_path().vertices, dtype=np.float64)
    left = [float(y) for x, y in corners if x == corners[:, 0].min()]
    right = [float(y) for x, y in corners if x == corners[:, 0].max()]
    return (min(left), max(left)), (min(right), max(right))


def drawn(ax: Axes) -> tuple[dict[str, Rectangle], dict[str, PathPatch]]:
    """Bars and ribbons by name."""
    bars = {str(patch.get_gid()): patch for patch in ax.patches if isinstance(patch, Rectangle)}
    return bars, {str(patch.get_gid()): patch for patch in ax.patches if isinstance(patch, PathPatch)}


def test_bars_are_as_long_as_what_flows_through_them(ax: Axes) -> None:
    alluvial(ax, TABLE, LOOK)
    bars, _ = drawn(ax)
    lengths = {name: bar.get_height() for name, bar in bars.items()}
    assert lengths == {"node.0.a": 3, "node.0.b": 3, "node.1.x": 4, "node.1.y": 2, "node.2.end": 6}


def test_ribbons_fill_their_bars_without_gap_or_overlap(ax: Axes) -> None:
    alluvial(ax, TABLE, LOOK)
    bars, ribbons = drawn(ax)
    assert {name: tops(ribbon)[0][1] - tops(ribbon)[0][0] for name, ribbon in ribbons.items()} == {
        f"link.{stage}.{source}.{target}": pytest.approx(amount) for stage, source, target, amount in ROWS
    }
    for side, out in ((0, True), (1, False)):
        for name, bar in bars.items():
            layer, code = int(name.split(".")[1]), name.split(".")[2]
            ends = [tops(ribbon)[side] for key, ribbon in ribbons.items() if _touches(key, layer, code, out)]
            if ends:
                assert _joined(ends) == pytest.approx([bar.get_y(), bar.get_y() + bar.get_height()])


def _touches(key: str, layer: int, code: str, out: bool) -> bool:
    _, stage, source, target = key.split(".")
    return (int(stage), source) == (layer, code) if out else (int(stage) + 1, target) == (layer, code)


def _joined(ends: Sequence[tuple[float, float]]) -> list[float]:
    """Stretches that follow one another, as one."""
    ordered = sorted(ends)
    for one, other in pairwise(ordered):
        assert one[1] == pytest.approx(other[0])
    return [ordered[0][0], ordered[-1][1]]


def test_bars_stand_in_the_order_asked_for_and_others_by_what_flows_in(ax: Axes) -> None:
    layers = alluvial(ax, TABLE, LOOK)
    assert [list(layer) for layer in layers] == [["b", "a"], ["y", "x"], ["end"]]


def test_labels_have_room_however_small_a_bar_is() -> None:
    rows = [(0, "all", f"m{place}", amount) for place, amount in enumerate([1000.0, 1e-6, 1e-6, 1e-6, 500.0])]
    table = pd.DataFrame(rows, columns=LINKS)
    links = [Link(*row) for row in rows]
    leading = 0.08
    layers = placed(links, nodes(table), [(), ()], leading)
    ends = [node.top + node.amount for node in layers[1].values()]
    whole = max(ends)
    middles = sorted(node.middle for node in layers[1].values())
    assert min(b - a for a, b in pairwise(middles)) >= leading * whole * 0.999
    assert [layers[1][f"m{place}"].amount for place in range(5)] == [1000.0, 1e-6, 1e-6, 1e-6, 500.0]


def test_more_labels_than_there_is_room_for_come_closer(ax: Axes) -> None:
    rows = [(0, "all", f"m{place}", 1.0) for place in range(200)]
    layers = alluvial(ax, pd.DataFrame(rows, columns=LINKS), LOOK)
    assert len(layers[1]) == 200
    low, high = ax.get_ylim()
    assert max(node.top + node.amount for node in layers[1].values()) <= max(low, high)

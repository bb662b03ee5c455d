"""Tiles: one a poor village, in the colour of its class; the legend counts them."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection

from simlib.errors import InputError
from simlib.reports import charts, style
from simlib.reports.charts import tiled
from simlib.reports.tiling import COLOURS, EDGES, class_of, tiling
from simlib.runs import Run, Runs
from tests.reports.charts.drawing import figure_of, rendered, texts


def squares(ax: Axes) -> PatchCollection:
    (found,) = [one for one in ax.collections if isinstance(one, PatchCollection)]
    return found


@pytest.mark.parametrize("colour_by", charts.TILES)
def test_each_poor_village_has_the_colour_of_its_class(colour_by: str, runs: Runs, ax: Axes) -> None:
    charts.tiles(runs["full_package"], ax, colour_by=colour_by)
    rows = runs["full_package"].villages().query("year == 2018 and is_poor_village").set_index("village_id")
    order = tiling(runs["full_package"].villages().query("year == 2018")).tiles["village_id"]
    wanted = [COLOURS[class_of(value) or 0] for value in rows.loc[order, colour_by]]
    assert [mpl.colors.to_hex(colour) for colour in np.asarray(squares(ax).get_facecolor())] == wanted
    assert len(wanted) == runs["full_package"].register()["villages"]


def test_the_legend_counts_every_village_once(runs: Runs, ax: Axes) -> None:
    charts.tiles(runs["full_package"], ax, year=2017, colour_by="exited_share")
    legend = ax.get_legend()
    assert legend is not None
    labels = [text.get_text() for text in legend.get_texts()]
    assert [label.split(": ")[0] for label in labels] == ["0–10%", "10–25%", "25–50%", "50–75%", "75–90%", "90–100%"]
    shares = runs["full_package"].villages().query("year == 2017 and is_poor_village")["exited_share"]
    counts = np.histogram(shares, bins=[*EDGES[:-1], 1.0001])[0]
    assert [int(label.split(": ")[1]) for label in labels] == counts.tolist()


def test_a_village_without_a_number_has_a_cross_and_an_entry(runs: Runs, ax: Axes, monkeypatch: pytest.MonkeyPatch) -> None:
    run = runs["full_package"]
    table = run.villages()
    lost = table.loc[table["is_poor_village"], "village_id"].iloc[0]
    table.loc[table["village_id"] == lost, "chance_exits"] = np.nan
    years = run.years()
    monkeypatch.setattr(type(run), "table", lambda self, name: table if name == "villages" else years)
    charts.tiles(run, ax)
    (crosses,) = ax.lines
    assert len(np.asarray(crosses.get_xdata())) == 1
    assert "not known: 1" in texts(figure_of(ax))


def test_counties_and_prefectures_are_named(runs: Runs, ax: Axes) -> None:
    charts.tiles(runs["full_package"], ax)
    rows = runs["full_package"].villages().query("year == 2018 and is_poor_village")
    shown = texts(figure_of(ax))
    assert set(rows["county"]) <= set(shown)
    for prefecture, number in rows.groupby("prefecture").size().items():
        assert f"{prefecture}: {number} poor villages" in shown


def test_without_a_chinese_font_counties_have_numbers(runs: Runs, ax: Axes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "families", lambda: [style.LATIN])
    monkeypatch.setattr(tiled, "can_write", lambda letter: letter.isascii())
    charts.tiles(runs["full_package"], ax)
    assert "county 1" in texts(figure_of(ax))
    rendered(figure_of(ax))


def test_colours_that_there_are_none_of_are_said(runs: Runs, ax: Axes) -> None:
    with pytest.raises(InputError, match=r"there are no tiles of 'chance'; did you mean 'chance_sheet'"):
        charts.tiles(runs["baseline"], ax, colour_by="chance")


def test_later_classes_are_darker_for_every_eye() -> None:
    lightness = [float(np.dot(mpl.colors.to_rgb(colour), [0.2126, 0.7152, 0.0722])) for colour in COLOURS]
    assert all(one - other > 0.05 for one, other in pairwise(lightness))


def test_without_luck_a_village_does_or_does_not(quiet: Run, ax: Axes) -> None:
    charts.tiles(quiet, ax, colour_by="chance_services")
    exits = quiet.villages().query("year == 2018 and is_poor_village")["chance_services"]
    assert ax.get_title(loc="left") == "villages where every service stands, 2018"
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [f"no: {(exits == 0).sum()}", f"yes: {(exits == 1).sum()}"]
    charts.tiles(quiet, ax, colour_by="exited_share")
    assert "10–25%: 0" in texts(figure_of(ax)), "a share is a share without luck, too"

"""Every chart: in both languages, legibly, without boxes, of a result at hand and of a stored one, with luck and without."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.font_manager import findfont, get_font
from matplotlib.text import Text

from simlib.facts import load_facts
from simlib.reports import charts, style
from simlib.reports.charts.flows import COLOURS, STATUSES
from simlib.reports.pictures import svg
from simlib.runs import Result, Run, Runs
from simlib.store import read_stored, write_run
from simlib.words import Language
from tests.reports.charts.drawing import figure_of, fresh_axes, overlaps, rendered

LANGUAGES: tuple[Language, ...] = ("en", "zh")
FACTS = load_facts()
FANS = ("exited", "capable_fixed", "village_moving", "income_pc_capable", "gini", "spent_yuan")  # one of every kind of axis and reference

# Every chart of one result, drawn from (result, another one, ax, lang).
Draw = Callable[[Result, Result, Axes, Language], Axes]
CHARTS: dict[str, Draw] = {
    "share_at_line": lambda one, other, ax, lang: charts.share_at_line([other, one], ax, lang=lang),
    "share_at_line, villages": lambda one, other, ax, lang: charts.share_at_line(one, ax, who="villages", line="moving", lang=lang),
    "incomes": lambda one, other, ax, lang: charts.incomes(one, ax, year=2016, lang=lang),
    "incomes, cut": lambda one, other, ax, lang: charts.incomes(one, ax, year=2018, top=0.05, lang=lang),
    "income_by_source": lambda one, other, ax, lang: charts.income_by_source(one, ax, lang=lang),
    "lines": lambda one, other, ax, lang: charts.lines(FACTS, ax, years=range(2015, 2021), lang=lang),
    "money": lambda one, other, ax, lang: charts.money(one, ax, fund="household", lang=lang),
    "money, loans": lambda one, other, ax, lang: charts.money(one, ax, fund="credit", lang=lang),
    "money, idle pool": lambda one, other, ax, lang: charts.money(other, ax, fund="pool", lang=lang),
    "flow": lambda one, other, ax, lang: charts.flow(one, ax, lang=lang),
    "flow, one year": lambda one, other, ax, lang: charts.flow(one, ax, years=[2017], lang=lang),
    "flow, baseline": lambda one, other, ax, lang: charts.flow(other, ax, lang=lang),
    "tiles": lambda one, other, ax, lang: charts.tiles(one, ax, lang=lang),
    "gauges": lambda one, other, ax, lang: charts.gauges(one, ax, lang=lang),
    "transitions": lambda one, other, ax, lang: charts.transitions(one, ax, lang=lang),
    "transitions, register": lambda one, other, ax, lang: charts.transitions(one, ax, year=2018, matrix="register", lang=lang),
    "differences": lambda one, other, ax, lang: charts.differences(one, ax, baseline=other, lang=lang),
    **{f"fan, {what}": lambda one, other, ax, lang, what=what: charts.fan(one, ax, what=what, lang=lang) for what in FANS},  # type: ignore[misc]  # the default keeps each its own
}

CROWDED = ("incomes, cut", "tiles")  # two numbers share a corner there; names of small counties


@pytest.fixture(scope="module")
def folders(runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The runs as folders."""
    out = tmp_path_factory.mktemp("runs")
    return {one.scenario.name: write_run(one, out) for one in runs}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_chart_draws_in_both_languages_and_gives_back_its_axes(name: str, lang: Language, runs: Runs) -> None:
    ax = fresh_axes(11, 6)
    before = dict(mpl.rcParams)
    assert CHARTS[name](runs["full_package"], runs["baseline"], ax, lang) is ax
    charts.stamp(figure_of(ax), runs["full_package"], lang=lang)
    assert rendered(figure_of(ax)).startswith(b"\x89PNG")
    assert dict(mpl.rcParams) == before, "a chart leaves matplotlib's settings alone"
    ticks = [*ax.get_xticklabels(), *ax.get_yticklabels()] if ax.axison else []
    beside = [] if name in CROWDED else ax.texts
    assert list(overlaps([*ticks, *beside])) == []
    words = "".join(text.get_text() for text in ax.findobj(Text))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in words) == (lang == "zh" or name == "tiles"), "villages have Chinese names"


@pytest.mark.parametrize("name", CHARTS)
def test_every_letter_has_a_glyph(name: str, runs: Runs, ax: Axes) -> None:
    """No box in any picture: each character of each text is in one of the fonts that the text asks for."""
    CHARTS[name](runs["full_package"], runs["baseline"], ax, "zh")
    figure = charts.stamp(figure_of(ax), runs["full_package"], lang="zh")
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        known = set().union(*(get_font(findfont(family)).get_charmap() for family in text.get_fontfamily() if family != "monospace"))
        if text.get_text():
            assert {letter for letter in text.get_text() if not letter.isspace() and ord(letter) not in known} == set(), text.get_text()


@pytest.mark.parametrize("name", [name for name in CHARTS if name != "lines"])
def test_chart_of_a_stored_run_is_the_same_picture(name: str, runs: Runs, folders: dict[str, Path]) -> None:
    one, other = runs["full_package"], runs["baseline"]
    here = charts.stamp(figure_of(CHARTS[name](one, other, fresh_axes(), "zh")), one, lang="zh")
    stored = [read_stored(folders[run.scenario.name]) for run in (one, other)]
    there = charts.stamp(figure_of(CHARTS[name](stored[0], stored[1], fresh_axes(), "zh")), stored[0], lang="zh")
    assert svg(here) == svg(there)


@pytest.mark.parametrize("name", CHARTS)
def test_chart_without_luck_draws_without_a_warning(name: str, quiet: Run, ax: Axes) -> None:
    CHARTS[name](quiet, quiet, ax, "zh")
    charts.stamp(figure_of(ax), quiet, lang="zh")
    rendered(figure_of(ax))


def test_a_missing_glyph_would_be_found(runs: Runs, ax: Axes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "families", lambda: [style.LATIN])
    monkeypatch.setattr(style, "written", lambda text: text)
    charts.share_at_line(runs, ax, lang="zh")
    with pytest.raises(UserWarning, match=r"Glyph .* missing"):
        rendered(figure_of(ax))


def test_overlapping_labels_would_be_found(ax: Axes) -> None:
    ax.set_xticks([0.5, 0.5001], ["one label", "another"])
    rendered(figure_of(ax))
    assert list(overlaps(ax.get_xticklabels())) == [("one label", "another")]


@pytest.mark.parametrize("colours", [charts.SOURCES, charts.USES, COLOURS])
def test_neighbours_in_a_stack_differ_for_every_eye(colours: dict[str, str]) -> None:
    """For normal eyes and for red-blind and green-blind ones (Machado et al. 2009)."""
    sight = {
        "normal": np.eye(3),
        "red-blind": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
        "green-blind": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    }
    for seen in sight.values():
        shades = [seen @ np.array(mpl.colors.to_rgb(colour)) for colour in colours.values()]
        assert min(np.linalg.norm(one - other) for one, other in pairwise(shades)) > 0.25


def test_every_fund_and_status_has_a_colour(runs: Runs) -> None:
    assert set(runs["full_package"].funds()["fund"]) <= set(COLOURS)
    assert set(runs["full_package"].transitions()["status"]) <= set(STATUSES)

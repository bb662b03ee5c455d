"""Whole figures: the same result gives the same bytes; sizes hold; pictures stand by themselves."""

from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from simlib.errors import InputError
from simlib.reports import charts
from simlib.reports.pictures import KINDS, data_uri, drawn, figure_of, png, svg
from simlib.runs import Run, Runs
from tests.reports.charts.drawing import texts

OPTIONS: dict[str, dict[str, Any]] = {"incomes": {"year": 2018}, "money": {"fund": "household"}}


def options(kind: str, runs: Runs) -> dict[str, Any]:
    return {"baseline": runs["baseline"]} if kind == "differences" else OPTIONS.get(kind, {})


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_result_gives_the_same_bytes(kind: str, runs: Runs) -> None:
    first, second = (drawn(kind, runs["full_package"], lang="zh", **options(kind, runs)) for _ in range(2))
    assert png(first) == png(second)
    assert svg(first) == svg(second)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_names_its_seed_its_draws_and_that_nobody_in_it_exists(kind: str, runs: Runs) -> None:
    figure = drawn(kind, runs["full_package"], **options(kind, runs))
    whole = " ".join(" ".join(texts(figure)).split())
    for part in ("8 draws, seed 2", "SYNTHETIC register", "changed from “Growth and today's dibao only”", "source: simlib"):
        assert part in whole
    assert not any("SYNTHETIC" in text for text in texts(drawn(kind, runs["full_package"], stamped=False, **options(kind, runs))))


def test_an_svg_needs_no_font_and_says_no_date(runs: Runs) -> None:
    picture = svg(drawn("gauges", runs["full_package"], lang="zh"))
    root = ElementTree.fromstring(picture)  # our own picture
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(root.iter("{http://www.w3.org/2000/svg}text")), "letters are paths"
    assert b"<dc:date>" not in picture


def test_ribbons_and_bars_keep_their_names_in_an_svg(runs: Runs) -> None:
    picture = svg(drawn("flow", runs["full_package"])).decode()
    assert 'id="link.0.province.household"' in picture
    assert 'id="node.3.households"' in picture


@pytest.mark.parametrize("kind", ["incomes", "income_by_source", "fan", "money"])
def test_small_figures_have_room_for_their_axes(kind: str, runs: Runs) -> None:
    figure = drawn(kind, runs["full_package"], lang="zh", width=3.5, stamped=False, **options(kind, runs))
    png(figure)
    box = figure.axes[0].get_window_extent()
    assert box.width > 0.6 * figure.bbox.width
    assert box.height > 1.2 * figure.dpi


def test_the_legend_of_a_chart_that_has_none_stands_above_it(runs: Runs) -> None:
    (legend,) = drawn("money", runs["full_package"], fund="household").legends
    assert [text.get_text() for text in legend.get_texts()] == ["due this year", "spent", "carried to next year", "lapsed"]


def test_a_picture_can_stand_in_a_page(runs: Runs) -> None:
    picture = png(drawn("fan", runs["full_package"]))
    start, content = data_uri(picture).split(",")
    assert start == "data:image/png;base64"
    assert b64decode(content) == picture
    assert data_uri(b"<svg/>").startswith("data:image/svg+xml;base64,")


def test_threads_draw_one_after_the_other_and_the_same(runs: Runs) -> None:
    def picture(place: int) -> bytes:
        return png(drawn("fan", runs["full_package"], what=list(charts.FANS)[place], lang="zh"))

    apart = [picture(place) for place in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(picture, range(4))) == apart


def test_a_figure_without_luck_is_drawn(quiet: Run) -> None:
    assert png(drawn("tiles", quiet, lang="zh")).startswith(b"\x89PNG")


def test_a_figure_of_any_chart(runs: Runs) -> None:
    figure = figure_of(lambda ax: charts.gauges(runs["baseline"], ax), 5, 4)
    assert isinstance(figure, Figure)
    assert figure.get_size_inches().tolist() == [5, 4]


def test_a_kind_that_there_is_none_of_is_said(runs: Runs) -> None:
    with pytest.raises(InputError, match="there is no figure 'map'; known: "):
        drawn("map", runs["baseline"])

"""Gauges: share, band, what is asked for, chance and verdict are those of the targets, in words too."""

import pytest
from matplotlib.axes import Axes

from simlib.reports import charts
from simlib.reports.gauging import gauge_rows
from simlib.runs import Run, Runs
from tests.reports.charts.drawing import figure_of, texts


def test_dots_and_bars_are_shares_and_bands(runs: Runs, ax: Axes) -> None:
    charts.gauges(runs["full_package"], ax)
    rows = gauge_rows(runs["full_package"])
    dots = {str(line.get_gid()): line.get_xdata() for line in ax.lines}
    bars = {str(patch.get_gid()): patch.get_bbox() for patch in ax.patches}  # type: ignore[attr-defined]  # rectangles
    for place, row in rows.iterrows():
        assert list(dots[f"mean.{place}"]) == [row["share_mean"]]  # type: ignore[arg-type]  # an array
        assert (bars[f"band.{place}"].x0, bars[f"band.{place}"].x1) == pytest.approx((row["share_p05"], row["share_p95"]))


@pytest.mark.parametrize(
    ("lang", "words"), [("en", {"met": "✓ met", "not met": "✗ not met"}), ("zh", {"met": "✓ 能达到", "not met": "✗ 达不到"})]
)
def test_verdicts_stand_there_as_words(lang: str, words: dict[str, str], runs: Runs, ax: Axes) -> None:
    charts.gauges(runs["full_package"], ax, lang=lang)
    verdicts = gauge_rows(runs["full_package"])["verdict"]
    shown = [text for text in texts(figure_of(ax)) if text[0] in "✓✗"]
    judged = [words[verdict] for verdict in verdicts if verdict in words]
    assert judged and shown == judged


def test_without_luck_nothing_is_judged(quiet: Run, ax: Axes) -> None:
    charts.gauges(quiet, ax)
    shown = texts(figure_of(ax))
    assert len([text for text in shown if text.startswith("? cannot judge")]) == len(gauge_rows(quiet))
    assert not any(str(patch.get_gid()).startswith("band") for patch in ax.patches)
    assert not any("chance" in text for text in shown if not text.startswith("asked for"))


def test_lines_and_years_are_named(runs: Runs, ax: Axes) -> None:
    charts.gauges(runs["full_package"], ax)
    labels = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert labels[0] == "income of labour-capable households fixed line 7,365"
    assert labels[-3:] == [f"exits of each year, {year}" for year in (2016, 2017, 2018)]

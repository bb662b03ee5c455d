"""Money of a fund: what is at hand is spent, carried on or lapsed."""

import pytest
from matplotlib.axes import Axes

from simlib.errors import InputError
from simlib.reports import charts
from simlib.reports.charts.common import money_axis
from simlib.reports.pictures import figure_of as whole_figure
from simlib.runs import Runs
from simlib.words import Words
from tests.reports.charts.drawing import figure_of, rendered


@pytest.mark.parametrize("fund", ["household", "guidance", "social"])
def test_bars_are_the_money_at_hand(fund: str, runs: Runs, ax: Axes) -> None:
    charts.money(runs["full_package"], ax, fund=fund)
    sums = (
        runs["full_package"]
        .funds()
        .query("fund == @fund")
        .groupby("year")[["entitled", "carried_in", "spent", "carried_out", "lapsed"]]
        .sum()
    )
    bars = [bar.get_bbox() for bar in ax.patches]  # type: ignore[attr-defined]  # rectangles
    drawn = [sum(bar.height for bar in bars if round((bar.x0 + bar.x1) / 2) == place) for place in range(3)]
    assert drawn == pytest.approx((sums["entitled"] + sums["carried_in"]).to_list())
    assert [line.get_ydata()[0] for line in ax.lines] == pytest.approx(sums["entitled"].to_list())  # type: ignore[index]  # an array


@pytest.mark.parametrize(
    ("lang", "top", "unit", "label"),
    [
        ("en", 3e9, "billion yuan", "2"),
        ("en", 3e6, "million yuan", "2"),
        ("en", 3000, "yuan", "2,000"),
        ("zh", 3e9, "亿元", "20"),
        ("zh", 3e6, "万元", "200"),
        ("zh", 3000, "元", "2,000"),
    ],
)
def test_money_has_the_unit_that_its_size_asks_for(lang: str, top: float, unit: str, label: str) -> None:
    figure = whole_figure(lambda ax: money_axis(ax, top, Words(lang)))
    (ax,) = figure.axes
    ax.set_ylim(0, top)
    rendered(figure)
    assert ax.get_ylabel() == unit
    assert label in [text.get_text() for text in ax.get_yticklabels()]


def test_a_fund_that_there_is_none_of_is_said(runs: Runs, ax: Axes) -> None:
    with pytest.raises(InputError, match="fund 'bank': wanted household, guidance, pool, sector, "):
        charts.money(runs["baseline"], ax, fund="bank")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_legend_for_several_charts(lang: str, runs: Runs, ax: Axes) -> None:
    charts.money(runs["full_package"], ax, fund="guidance", lang=lang)
    charts.shared_legend(figure_of(ax), ax)
    rendered(figure_of(ax))
    (legend,) = figure_of(ax).legends
    wanted = {"en": {"spent", "carried to next year", "lapsed", "due this year"}, "zh": {"已支出", "结转下年", "到期收回", "当年应到"}}
    assert {text.get_text() for text in legend.get_texts()} == wanted[lang]

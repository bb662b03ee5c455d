"""Money and people that flow: conserved from layer to layer, and equal to the tables."""

import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from simlib.reports import charts
from simlib.reports.charts.common import brief_money
from simlib.runs import Run, Runs
from simlib.words import Words
from tests.reports.charts.drawing import figure_of, texts


def bars(ax: Axes) -> dict[str, float]:
    """The bars' lengths by name."""
    return {str(patch.get_gid()): float(patch.get_height()) for patch in ax.patches if isinstance(patch, Rectangle)}


def layer(found: dict[str, float], place: int) -> dict[str, float]:
    return {name.split(".", 2)[2]: length for name, length in found.items() if name.startswith(f"node.{place}.")}


@pytest.mark.parametrize("years", [None, [2016], [2017, 2018]])
def test_no_yuan_is_lost_between_payer_and_household(years: list[int] | None, runs: Runs, ax: Axes) -> None:
    charts.flow(runs["full_package"], ax, years=years)
    found = bars(ax)
    sums = [sum(layer(found, place).values()) for place in range(4)]
    assert sums == pytest.approx([sums[0]] * 4)
    table = runs["full_package"].flow()
    wanted = table[table["year"].isin(years or table["year"].unique())]
    assert sums[0] == pytest.approx(wanted["spent_yuan"].sum())


def test_each_bar_is_a_sum_of_the_table(runs: Runs, ax: Axes) -> None:
    charts.flow(runs["full_package"], ax)
    found, table = bars(ax), runs["full_package"].flow()
    for place, column in enumerate(("payer", "fund", "measure")):
        sums = table.groupby(column)["spent_yuan"].sum()
        assert layer(found, place) == pytest.approx(sums[sums > 0].to_dict())
    spending = runs["full_package"].spending()
    wages = spending.loc[spending["fund"] == "works", "spent_yuan"].sum()
    villages = table.loc[table["measure"].isin(["technique", "ecommerce", "village_services", "collective"]), "spent_yuan"].sum()
    assert wages > 0
    assert layer(found, 3)["village_projects"] == pytest.approx(villages - wages)


def test_the_headline_says_what_is_spent_and_what_is_lent(runs: Runs, ax: Axes) -> None:
    charts.flow(runs["full_package"], ax)
    table, words = runs["full_package"].flow(), Words("en")
    spent, lent = (table.loc[table["in_total"] == counted, "spent_yuan"].sum() for counted in (True, False))
    title = ax.get_title(loc="left")
    assert title == f"2016–2018: {words.money(spent)} spent, and {words.money(lent)} lent by banks"
    assert spent == pytest.approx(runs["full_package"].cost()["total"])


def test_where_no_money_flows_that_is_said(quiet: Run, ax: Axes, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = quiet.flow().iloc[:0]
    monkeypatch.setattr(Run, "table", lambda run, name: empty if name == "flow" else getattr(run, name)())
    charts.flow(quiet, ax)
    assert "no money flows" in texts(figure_of(ax))


@pytest.mark.parametrize("matrix", ["status", "register"])
def test_everybody_is_in_every_layer_of_moves(matrix: str, runs: Runs, ax: Axes) -> None:
    charts.transitions(runs["full_package"], ax, matrix=matrix)
    found = bars(ax)
    people = runs["full_package"].register()["people"]
    assert [sum(layer(found, place).values()) for place in range(4)] == pytest.approx([people] * 4)


def test_bars_of_statuses_are_the_moves_of_the_table(runs: Runs, ax: Axes) -> None:
    charts.transitions(runs["full_package"], ax, year=2018)
    table = runs["full_package"].transitions().query("matrix == 'status' and year == 2018 and moved_people > 0")
    assert layer(bars(ax), 0) == pytest.approx(table.groupby("status")["moved_people"].sum().to_dict())
    assert layer(bars(ax), 1) == pytest.approx(table.groupby("to")["moved_people"].sum().to_dict())
    row = table.query("status == 'in' and to == 'exited'").iloc[0]
    shown = f"{row['share_mean']:.0%} ({row['share_p05']:.0%}–{row['share_p95']:.0%})"
    assert shown in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(
    ("yuan", "en", "zh"),
    [
        (2_531_080_000, "2.53 billion", "25.3亿元"),
        (845_180_000, "845 million", "8.45亿元"),
        (99_960_000, "100 million", "1.00亿元"),
        (8_357_260, "8.36 million", "836万元"),
        (999_600, "1.00 million", "100万元"),
        (420, "420 yuan", "420元"),
    ],
)
def test_brief_money(yuan: float, en: str, zh: str) -> None:
    assert [brief_money(Words(lang), yuan) for lang in ("en", "zh")] == [en, zh]

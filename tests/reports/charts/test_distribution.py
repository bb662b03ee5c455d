"""Incomes: everybody is drawn, the bin of the line is cut in two, sources stack to the total."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.facts.lines import fixed_line
from simlib.reports import charts
from simlib.reports.charts.common import three_figures
from simlib.runs import Runs
from tests.reports.charts.drawing import fresh_axes

FACTS = load_facts()


def test_incomes_hold_everybody_and_cut_the_bin_of_the_line(runs: Runs, ax: Axes) -> None:
    charts.incomes(runs["baseline"], ax, year=2018)
    below, above = (patch.get_data() for patch in ax.patches[:2])  # type: ignore[attr-defined]  # steps
    line = fixed_line(FACTS, "household", 2018)
    assert below.edges[-1] == above.edges[0] == line
    whole = np.concatenate([below.values, above.values[1:]]).sum()
    assert whole == pytest.approx(runs["baseline"].register()["people"])


def test_both_lines_are_named_with_who_is_at_them(runs: Runs, ax: Axes) -> None:
    charts.incomes(runs["baseline"], ax, year=2018)
    legend, row = ax.get_legend(), runs["baseline"].years().set_index("year").loc[2018]
    assert legend is not None
    moving = runs["baseline"].table("lines").query("of == 'household' and line == 'moving' and year == 2018")["yuan_mean"].item()
    assert [text.get_text() for text in legend.get_texts()][:2] == [
        f"fixed line 7,365: {row['at_fixed_share_mean']:.0%}",
        f"moving line {moving:,.0f}: {row['at_moving_share_mean']:.0%}",
    ]
    assert [line.get_xdata()[0] for line in ax.lines][:2] == [7365, moving]  # type: ignore[index]  # an array


def test_a_column_that_is_cut_off_says_how_high_it_is(runs: Runs, ax: Axes) -> None:
    charts.incomes(runs["full_package"], ax, year=2018, top=0.05)
    highest = runs["full_package"].table("incomes").query("year == 2018")["people_mean"].max()
    assert ax.get_ylim() == (0, 50)
    assert f"{three_figures(highest)} ↑" in [text.get_text() for text in ax.texts]
    charts.incomes(runs["full_package"], other := fresh_axes(), year=2018, top=10)
    assert not any("↑" in text.get_text() for text in other.texts)


def test_the_axis_ends_above_all_but_a_column_out_of_all_proportion(runs: Runs, ax: Axes) -> None:
    charts.incomes(runs["full_package"], ax, year=2018)
    table = runs["full_package"].table("incomes").query("year == 2018")
    first, second = np.sort(table[["people_mean", "people_p95"]].max(axis=1))[[-1, -2]]
    assert first > 2.5 * second
    assert ax.get_ylim()[1] == pytest.approx(1.3 * second)


def test_people_beyond_the_axis_are_counted_at_its_edge(runs: Runs, ax: Axes) -> None:
    charts.incomes(runs["full_package"], ax, year=2017, top=10)
    rows = runs["full_package"].table("incomes").query("year == 2017")
    reach = ax.get_xlim()[1]
    assert reach == 2.5 * fixed_line(FACTS, "household", 2018), "the last year's, for all years"
    beyond = rows.loc[rows["from_yuan"] >= reach, "people_mean"].sum() / rows["people_mean"].sum()
    assert [text.get_text() for text in ax.texts] == [f"{beyond:.1%} beyond →"]


def test_income_by_source_stacks_to_the_total_it_names(runs: Runs, ax: Axes) -> None:
    charts.income_by_source(runs["full_package"], ax)
    bars = [bar.get_bbox() for bar in ax.patches]  # type: ignore[attr-defined]  # rectangles
    tops = [max(bar.y1 for bar in bars if round((bar.x0 + bar.x1) / 2) == place) for place in range(4)]
    assert [text.get_text() for text in ax.texts] == [f"{top:,.0f}" for top in tops]
    table = runs["full_package"].table("sources").groupby("year")["yuan_pc"].sum()
    assert tops == pytest.approx(table.to_list())


def test_a_year_that_is_not_there_is_said(runs: Runs, ax: Axes) -> None:
    with pytest.raises(InputError, match="year 2015: this run has 2016, 2017, 2018"):
        charts.incomes(runs["baseline"], ax, year=2015)

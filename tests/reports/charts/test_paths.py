"""Fans: the bands are the quantiles of the draws, one within the other, with what is planned or asked for."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from simlib.errors import InputError
from simlib.reports import charts
from simlib.runs import Run, Runs, run_one
from simlib.scenario import scenario_from
from tests.reports.charts.drawing import figure_of, rendered
from tests.small import small_register


def heights(ax: Axes, place: int) -> np.ndarray:
    """The heights at which a drawn band has its corners, by year and sorted. -> [year, low and high]"""
    band = [one for one in ax.collections if isinstance(one, PolyCollection)][place]
    (path,) = band.get_paths()
    corners = np.unique(np.round(np.asarray(path.vertices, dtype=np.float64), 12), axis=0)
    return np.array(
        [[corners[corners[:, 0] == year, 1].min(), corners[corners[:, 0] == year, 1].max()] for year in np.unique(corners[:, 0])]
    )


@pytest.mark.parametrize("what", charts.FANS)
def test_bands_are_the_quantiles_of_the_draws(what: str, runs: Runs, ax: Axes) -> None:
    charts.fan(runs["full_package"], ax, what=what)
    groups = runs["full_package"].draws_table().groupby("year")[what]
    for place, levels in enumerate(([0.05, 0.95], [0.25, 0.75])):
        assert heights(ax, place) == pytest.approx(groups.quantile(np.array(levels)).unstack().to_numpy())
    mean = next(line for line in ax.lines if line.get_label() == "mean")
    assert mean.get_ydata() == pytest.approx(groups.mean().to_numpy())


def test_the_inner_band_lies_within_the_outer_one(runs: Runs, ax: Axes) -> None:
    charts.fan(runs["full_package"], ax, what="capable_fixed")
    outer, inner = heights(ax, 0), heights(ax, 1)
    assert (outer[:, 0] <= inner[:, 0]).all() and (inner[:, 1] <= outer[:, 1]).all()
    assert (outer[:, 1] > inner[:, 1]).any()


def test_exits_stand_against_the_plan(runs: Runs, ax: Axes) -> None:
    charts.fan(runs["full_package"], ax, what="exited")
    planned = next(line for line in ax.lines if line.get_label() == "planned")
    assert planned.get_ydata() == pytest.approx([500 / 1765, 1100 / 1765, 1])


def test_a_share_stands_against_what_is_asked_for(runs: Runs, ax: Axes) -> None:
    charts.fan(runs["full_package"], ax, what="services")
    assert "asked for: 95%" in [text.get_text() for text in ax.texts]
    assert [[2018], [0.95]] in [[list(line.get_xdata()), list(line.get_ydata())] for line in ax.lines]  # type: ignore[arg-type]  # arrays


def test_incomes_stand_against_both_lines(runs: Runs, ax: Axes) -> None:
    charts.fan(runs["full_package"], ax, what="income_pc_capable")
    drawn = {str(line.get_label()): line.get_ydata() for line in ax.lines}
    assert list(drawn["fixed line"]) == [6433, 6883, 7365]  # type: ignore[arg-type]  # an array
    assert (np.asarray(drawn["moving line"]) > np.asarray(drawn["fixed line"])).all()


def test_without_luck_there_is_a_path_and_no_band(quiet: Run, ax: Axes) -> None:
    charts.fan(quiet, ax, what="exited")
    assert list(ax.collections) == []
    assert [text.get_text() for text in ax.texts] == [f"{quiet.draws_table()['exited'].iloc[-1]:.0%}"]


def test_one_year_alone_has_strokes_for_bands(ax: Axes) -> None:
    levers = {"horizon": [2016, 2016]}
    short = run_one(scenario_from({"base": "full_package", "levers": levers}, "one year"), small_register(), draws=8)
    charts.fan(short, ax, what="exited")
    strokes = [one for one in ax.collections if isinstance(one, LineCollection)]
    ends = [sorted(float(end[1]) for end in stroke.get_segments()[0]) for stroke in strokes]
    draws = short.draws_table()["exited"]
    assert ends == [pytest.approx(list(draws.quantile(levels))) for levels in ([0.05, 0.95], [0.25, 0.75])]
    rendered(figure_of(ax))


def test_a_fan_that_there_is_none_of_is_said(runs: Runs, ax: Axes) -> None:
    with pytest.raises(InputError, match=r"there is no fan of 'exits'; did you mean 'exited'\?"):
        charts.fan(runs["baseline"], ax, what="exits")


def test_every_column_by_draw_has_a_fan_or_counts_people(runs: Runs) -> None:
    columns = set(runs["baseline"].draws_table()) - {"draw", "year", "exits_people", "exited_people"}
    assert columns == set(charts.FANS)

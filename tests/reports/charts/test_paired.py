"""Paired differences: those of `runs.compare`, for results at hand and stored ones."""

import pytest
from matplotlib.axes import Axes

from simlib.errors import InputError
from simlib.reports import charts
from simlib.reports.charts.paired import SHOWN, paired_rows
from simlib.runs import Run, Runs
from tests.reports.charts.drawing import figure_of, texts


def test_differences_are_those_of_a_comparison(runs: Runs, ax: Axes) -> None:
    charts.differences(runs["full_package"], ax, baseline=runs["baseline"])
    table = runs.compare("baseline").query("scenario == 'full_package'").set_index("statistic")
    dots = [float(line.get_xdata()[0]) for line in ax.lines if line.get_gid()]  # type: ignore[index,arg-type]  # an array
    points = 100 * table[["difference", "low", "high"]].astype(float)
    assert dots == pytest.approx(points.loc[list(SHOWN), "difference"].to_list())
    bars = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2][: len(SHOWN)]  # type: ignore[arg-type]  # arrays
    assert bars == [pytest.approx(list(points.loc[name, ["low", "high"]])) for name in SHOWN]


def test_a_result_is_no_different_from_itself(runs: Runs) -> None:
    rows = paired_rows(runs["baseline"], runs["baseline"])
    assert (rows["difference"].dropna() == 0).all()
    assert rows["difference"].notna().sum() >= len(SHOWN)


def test_an_earlier_year_can_be_asked_for(runs: Runs) -> None:
    rows = paired_rows(runs["full_package"], runs["baseline"], 2016)
    one, other = (run.draws_table().query("year == 2016")["exited"].mean() for run in (runs["full_package"], runs["baseline"]))
    assert rows.loc["exited", "difference"] == pytest.approx(one - other)
    assert (rows["year"] == 2016).all()


def test_without_luck_differences_have_no_interval(quiet: Run, ax: Axes) -> None:
    charts.differences(quiet, ax, baseline=quiet)
    assert "+0.0" in texts(figure_of(ax))
    assert not any("better" in text for text in texts(figure_of(ax)))


def test_other_luck_is_not_compared(runs: Runs, quiet: Run, ax: Axes) -> None:
    with pytest.raises(InputError, match="different draws, seeds or registers"):
        charts.differences(runs["baseline"], ax, baseline=quiet)
    with pytest.raises(InputError, match="year 2020: this run has 2016, 2017, 2018"):
        charts.differences(runs["baseline"], ax, baseline=runs["full_package"], year=2020)

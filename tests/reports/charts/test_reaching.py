"""Who reaches a line: what is drawn is what the table by draw says."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from simlib.errors import InputError
from simlib.reports import charts
from simlib.runs import Run, Runs
from tests.reports.charts.drawing import figure_of, rendered


def widths(ax: Axes, points: int) -> list[list[float]]:
    """Where the drawn lines of one point (markers) or two (bands) lie across."""
    across = [np.asarray(line.get_xdata(), dtype=np.float64).tolist() for line in ax.lines]
    return [places for places in across if len(places) == points]


def test_share_at_line_shows_means_and_bands(runs: Runs, ax: Axes) -> None:
    charts.share_at_line(runs, ax, line="moving")
    tables = [one.draws_table() for one in runs]
    groups = [group for table in tables for _, group in table.groupby("year")["capable_moving"]]
    assert widths(ax, 1) == [pytest.approx([group.mean()]) for group in groups]
    asked_for = [0.95, 0.95]
    assert widths(ax, 2) == [*(pytest.approx(list(group.quantile([0.05, 0.95]))) for group in groups), asked_for]


def test_a_run_without_luck_has_points_and_no_bands(quiet: Run, ax: Axes) -> None:
    charts.share_at_line(quiet, ax)
    assert widths(ax, 1) == [[share] for share in quiet.draws_table()["capable_fixed"]]
    assert np.isnan(widths(ax, 2)[:3]).all()
    rendered(figure_of(ax))


@pytest.mark.parametrize(
    ("who", "line", "message"),
    [
        ("towns", "fixed", "who 'towns', line 'fixed': wanted people, villages, and fixed, moving, indexed"),
        ("people", "dibao", "who 'people', line 'dibao': wanted people, villages, and fixed, moving, indexed"),
    ],
)
def test_what_there_is_none_of_is_said(who: str, line: str, message: str, runs: Runs, ax: Axes) -> None:
    with pytest.raises(InputError, match=message):
        charts.share_at_line(runs, ax, who=who, line=line)  # type: ignore[arg-type]  # wrong on purpose


def test_no_run_at_all_is_said(ax: Axes) -> None:
    with pytest.raises(InputError, match="no run to draw"):
        charts.share_at_line([], ax)


def test_runs_that_do_not_belong_together_are_not_drawn_together(runs: Runs, quiet: Run, ax: Axes) -> None:
    with pytest.raises(InputError, match="different draws, seeds or registers"):
        charts.share_at_line([*runs, quiet], ax)

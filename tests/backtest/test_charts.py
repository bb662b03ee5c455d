"""Charts of a backtest draw what their tables say."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from simlib.backtest import Record, by_year, charts

YEARS = (2016, 2017, 2018)
BAND = by_year(np.linspace(0, 1, 101)[:, None] * np.array([0.3, 0.6, 0.8]), YEARS)
USED = Record("a", "left", 2016, "exited", 0.325, ("x",))
TEST = Record("b", "left", 2018, "exited", 0.850, ("x",))
MOVED = pd.DataFrame(
    {"what": ["Yearly margin", "A name that is much too long to stand beside an axis of a chart on one line"], "default": [0.3, 0.05]}
    | {"low": [0.2, 0.0], "high": [0.4, 0.1], "after": [0.35, 0.02], "spread": [0.5, 1.0]}
)


@pytest.fixture
def ax() -> Iterator[Axes]:
    figure = Figure(figsize=(6, 4), layout="constrained")
    FigureCanvasAgg(figure)
    yield figure.subplots()
    figure.canvas.draw()


def marked(ax: Axes, label: str) -> list[tuple[float, float]]:
    (line,) = [line for line in ax.lines if line.get_label() == label]
    return [(float(x), float(y)) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]  # type: ignore[arg-type]


def test_middles_and_records_stand_where_they_are(ax: Axes) -> None:
    assert charts.against({"before": BAND, "after": BAND}, ax, records=[USED, TEST], title="off") is ax
    assert [y for _, y in marked(ax, "before")] == pytest.approx([0.15, 0.3, 0.4])
    assert [round(x) for x, _ in marked(ax, "after")] == [2016, 2017, 2018]
    assert [(round(x), y) for x, y in marked(ax, "record, used to adjust")] == [(2016, 0.325)]
    assert [(round(x), y) for x, y in marked(ax, "record, the test")] == [(2018, 0.850)]
    assert ax.get_title(loc="left") == "off" and ax.get_ylim() == (0, 1.02)


def test_bands_of_a_year_do_not_cover_each_other_or_the_record(ax: Axes) -> None:
    charts.against({"before": BAND, "after": BAND}, ax, records=[USED])
    places = [marked(ax, name)[0][0] for name in ("before", "after", "record, used to adjust")]
    assert places == sorted(places) and np.diff(places).min() > 0.1


def test_bands_have_the_colours_asked_for(ax: Axes) -> None:
    charts.against({"before": BAND, "after": BAND}, ax, colours=("#000000", "#ff0000"))
    assert [line.get_color() for line in ax.lines] == ["#000000", "#ff0000"]


def test_money_is_no_share(ax: Axes) -> None:
    charts.against({"after": BAND * 10_000}, ax, share=False)
    ax.figure.canvas.draw()
    assert ax.get_ylim()[1] > 7_000 and "," in ax.get_yticklabels()[-1].get_text()


def test_a_range_runs_from_nought_to_one(ax: Axes) -> None:
    charts.ranges(MOVED, ax)
    assert np.array(marked(ax, "default of the model")) == pytest.approx(np.array([[0.5, 0], [0.5, 1]]))
    assert np.array(marked(ax, "after, mean and one standard deviation")) == pytest.approx(np.array([[0.75, 0], [0.2, 1]]))
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[0] == "Yearly margin" and [len(line) <= 44 for line in names[1].splitlines()] == [True, True]
    assert {"0.2", "0.4", "0.1"} <= {text.get_text() for text in ax.texts}


def test_charts_speak_chinese(ax: Axes) -> None:
    charts.against({"调整后": BAND}, ax, records=[USED, TEST], lang="zh")
    shown = {str(line.get_label()) for line in ax.lines}
    assert {"历史记录（用于校准）", "历史记录（用于检验）"} <= shown
    charts.ranges(MOVED, ax, lang="zh")
    assert ax.get_xlabel() == "各参数取值范围的下限至上限"

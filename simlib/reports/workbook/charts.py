"""Charts of the workbook: the office's own, drawn from the cells that stand above them."""

from collections.abc import Sequence
from typing import Any, Final

from simlib.reports.style import GREY, INK
from simlib.reports.workbook.look import SERIES, Look

FAINT_GRID: Final = {"visible": True, "line": {"color": "#E3E3E3", "width": 0.75}}


def framed(chart: Any, look: Look, title: str, axis: str, form: str, *, top: float | None = None, legend: Sequence[int] = ()) -> Any:
    """A chart in our look: title, one grid, the value axis in its format. `legend`: places of series that are not in it."""
    font = {"name": look.font, "color": INK}
    chart.set_title({"name": title, "name_font": font | {"size": 11, "bold": True}, "overlay": False})
    number = {"num_font": font | {"size": 9}, "name_font": font | {"size": 9, "bold": False}}
    chart.set_x_axis(number | {"line": {"color": GREY}, "major_tick_mark": "none"})
    scale = {"min": 0} | ({} if top is None else {"max": top})
    chart.set_y_axis(number | scale | {"name": axis, "num_format": form, "line": {"none": True}, "major_gridlines": FAINT_GRID})
    chart.set_legend({"position": "bottom", "font": font | {"size": 9}, "delete_series": list(legend)})
    chart.set_chartarea({"border": {"color": "#D9D9D9"}})
    chart.show_blanks_as("gap")
    return chart


def fill(place: int) -> dict[str, Any]:
    """How a stack's part is filled: its colour, and a white edge that keeps parts apart in black and white."""
    return {"fill": {"color": SERIES[place % len(SERIES)]}, "border": {"color": "#FFFFFF", "width": 0.75}, "gap": 60}


def stroke(color: str, *, dashed: bool = False, width: float = 2.25) -> dict[str, Any]:
    """How a line is drawn: a mean in full with marks, a bound of its band dashed and thin."""
    if dashed:
        return {"line": {"color": color, "width": 1.0, "dash_type": "dash"}, "marker": {"type": "none"}}
    mark = {"type": "circle", "size": 6, "fill": {"color": color}, "border": {"color": "#FFFFFF"}}
    return {"line": {"color": color, "width": width}, "marker": mark}

"""A sheet, written from the top down: title, notes, tables with heads and filters, charts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from simlib.registry.raw import escape
from simlib.reports.workbook.look import BOLD, SIZE, Look, lines_of
from simlib.reports.workbook.tables import Column, Placed, is_empty

LINE_POINTS: Final = 1.55 * SIZE
"""Height of a line of text."""
ROW_POINTS: Final = 16.5
HEAD_LINES: Final = 5
PIXELS: Final = 4 / 3
"""A point in pixels."""
CHARACTER_PIXELS, CELL_PIXELS = 7, 5
"""Width of a character of a column, and what a column has beside them."""
BAR: Final = {"bar_solid": True, "bar_color": "#9CC9E3", "bar_border_color": "#9CC9E3", "data_bar_2010": True}
FULL: Final = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}


@dataclass
class Leaf:
    """A sheet and the next row that is free. Rows are written in order and once: large books are streamed to disk."""

    sheet: Any
    look: Look
    widths: Sequence[float]
    row: int = 0
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.sheet.get_name()
        for place, wide in enumerate(self.widths):
            self.sheet.set_column(place, place, wide, self.look.format())

    # ---- text

    def title(self, text: str) -> None:
        """The sheet's title."""
        self._line(text, self.look.title, 26)

    def heading(self, text: str) -> None:
        """A part's heading, a little below what stands above."""
        self.skip()
        self._line(text, self.look.heading, 20)

    def stamp(self, text: str) -> None:
        """Large letters over the whole width."""
        self._across(text, self.look.stamp, 34.0)

    def say(self, text: str, style: Any = None) -> None:
        """A text over the whole width, as many lines high as it needs."""
        self._across(text, style or self.look.plain, lines_of(text, sum(self.widths)) * LINE_POINTS + 3)

    def skip(self) -> None:
        """An empty row."""
        self.row += 1

    def _line(self, text: str, style: Any, points: float) -> None:
        self.sheet.set_row(self.row, points)
        self.sheet.write_string(self.row, 0, escape(text), style)
        self.row += 1

    def _across(self, text: str, style: Any, points: float) -> None:
        self.sheet.set_row(self.row, points)
        self._merged(0, len(self.widths) - 1, text, style)
        self.row += 1

    def _merged(self, first: int, last: int, text: str, style: Any) -> None:
        """A text over some columns of this row."""
        if last > first:
            self.sheet.merge_range(self.row, first, self.row, last, "", style)
        self.sheet.write_string(self.row, first, escape(text), style)

    def pair(self, label: str, text: str) -> None:
        """A label, and beside it a text over the rest of the width."""
        lines = max(lines_of(label, self.widths[0] / BOLD), lines_of(text, sum(self.widths[1:]) - 2))
        self.sheet.set_row(self.row, max(ROW_POINTS, lines * LINE_POINTS + 3))
        self.sheet.write_string(self.row, 0, escape(label), self.look.label)
        self._merged(1, len(self.widths) - 1, text, self.look.cell("text", text_wrap=True, valign="top"))
        self.row += 1

    # ---- tables

    def table(self, columns: Sequence[Column], *, frozen: int | None = None) -> Placed:
        """Heads and rows.

        `frozen`: this is the sheet's own table: its heads and so many columns stay in view, its heads are printed on each page, it filters.
        """
        grouped = any(column.group for column in columns)
        if grouped:
            self._groups(columns)
        head = self.row
        self._heads(columns)
        self._rows(columns)
        placed = Placed(
            self.name, head, head + 1, max(self.row - 1, head + 1), {column.name: place for place, column in enumerate(columns)}
        )
        self._bars(columns, placed)
        if frozen is not None:
            self.sheet.freeze_panes(placed.first, frozen)
            self.sheet.autofilter(head, 0, placed.last, len(columns) - 1)
            self.sheet.repeat_rows(head - grouped, head)
        return placed

    def _groups(self, columns: Sequence[Column]) -> None:
        """The row of heads over several columns."""
        spans = spans_of([column.group for column in columns])
        lines = [lines_of(text, sum(self.widths[first : last + 1]) / BOLD) for text, first, last in spans]
        self.sheet.set_row(self.row, max(lines) * LINE_POINTS + 3)
        for text, first, last in spans:
            self._merged(first, last, text, self.look.head)
        self.row += 1

    def _heads(self, columns: Sequence[Column]) -> None:
        lines = max(lines_of(column.told, (wide - 3) / BOLD) for column, wide in zip(columns, self.widths, strict=False))
        self.sheet.set_row(self.row, max(2, min(lines, HEAD_LINES)) * LINE_POINTS)
        for place, column in enumerate(columns):
            share = isinstance(column.head, float)
            put(self.sheet, self.row, place, column.head, self.look.share_head if share else self.look.head)
        self.row += 1

    def _rows(self, columns: Sequence[Column]) -> None:
        """Row by row, whatever the columns are; as high as texts that wrap need."""
        wrapped = [(place, self.widths[place]) for place, column in enumerate(columns) if column.wrap]
        top = {"valign": "top"} if wrapped else {}
        styles = [self.look.cell(column.form, **top, **({"text_wrap": True} if column.wrap else {})) for column in columns]
        cells = [
            (place, *made) for place, made in enumerate(zip((writer(self.sheet, one) for one in columns), styles, columns, strict=True))
        ]
        for number, values in enumerate(zip(*(column.values for column in columns), strict=True)):
            if wrapped:
                lines = max(1 if is_empty(values[place]) else lines_of(str(values[place]), wide - 2) for place, wide in wrapped)
                self.sheet.set_row(self.row, max(ROW_POINTS, lines * LINE_POINTS + 2))
            for place, write, style, column in cells:
                write(self.row, place, values[place], self.look.cell(column.forms[number], **top) if column.forms else style)
            self.row += 1

    def _bars(self, columns: Sequence[Column], placed: Placed) -> None:
        for place, column in enumerate(columns):
            if column.bar and len(column.values):
                self.sheet.conditional_format(placed.first, place, placed.last, place, {"type": "data_bar"} | BAR | FULL)

    # ---- charts

    def chart(self, chart: Any, *, part: tuple[int, int] = (0, 1), height: int = 300) -> None:
        """A chart below what was written, over a part of the width: (which, of how many). The last of them ends its row of charts.

        The sheet is printed on one page: no chart is cut in two.
        """
        number, parts = part
        wide = sum(math.floor(wide * CHARACTER_PIXELS) + CELL_PIXELS for wide in self.widths) / parts
        self.sheet.fit_to_pages(1, 1)
        chart.set_size({"width": wide - 8, "height": height})
        self.sheet.insert_chart(self.row, 0, chart, {"x_offset": number * wide + 2, "y_offset": 6, "object_position": 3})
        if number == parts - 1:
            self.row += math.ceil((height + 12) / (ROW_POINTS * PIXELS))


def spans_of(groups: Sequence[str]) -> list[tuple[str, int, int]]:
    """Where the same group stands side by side: (group, first column, last column), without those that have none."""
    starts = [place for place, group in enumerate(groups) if place == 0 or group != groups[place - 1]]
    ends = [*starts[1:], len(groups)] if starts else []
    spans = [(groups[first], first, end - 1) for first, end in zip(starts, ends, strict=True)]
    return [span for span in spans if span[0]]


def writer(sheet: Any, column: Column) -> Any:
    """How a column's cells are written, (row, column, value, format): most have numbers alone, and are many."""
    if column.formula:
        return lambda row, place, value, style: sheet.write_formula(row, place, column.formula.format(row=row + 1), style, value)
    if column.form != "text" and all(type(value) in (int, float) and math.isfinite(value) for value in column.values):
        return sheet.write_number
    return lambda row, place, value, style: put(sheet, row, place, value, style)


def put(sheet: Any, row: int, place: int, value: Any, style: Any) -> None:
    """One cell: empty where nothing is known, a number as a number, a text as text that no office takes for a formula."""
    if is_empty(value):
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, place, escape(value), style)
    else:
        sheet.write_number(row, place, value, style)

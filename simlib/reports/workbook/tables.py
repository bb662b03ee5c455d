"""Tables of the workbook as values: columns to be written, and where they came to lie."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simlib.reports.workbook.look import BOLD, MOST_WIDE, WIDTHS, text_width

FEW_LINES: Final = 4
"""Lines of a head that its column is made wide enough for."""
MANY: Final = 5_000
"""Rows that are looked at for a column's width."""


@dataclass(frozen=True)
class Column:
    """A column of a table. `values`: numbers, texts, None or NaN for an empty cell; `form`: a key of look.FORMS.

    `head`: a text, a year (int), a share from 0 to 1 (float); `group`: a head above it and its neighbours; `bar`: a bar in each cell, from
    0 to 1; `forms`: one a row, where rows differ; `formula`: as Excel has it, `{row}` for its row: `values` are then what it gives.
    """

    name: str
    head: str | int | float
    values: Sequence[Any]
    form: str = "count"
    group: str = ""
    width: float | None = None
    bar: bool = False
    wrap: bool = False
    forms: Sequence[str] = ()
    formula: str = ""

    @property
    def wide(self) -> float:
        """Width in characters: given, or that of the longest text, or enough for the numbers and for the head in a few lines."""
        if self.width is not None:
            return self.width
        texts = [text_width(str(value)) for value in self.values[:MANY] if not is_empty(value)] if self.form == "text" else []
        body = min(float(MOST_WIDE), max(texts, default=2.0) + 3) if self.form == "text" else WIDTHS.get(self.form, 0.0)
        return max(body, head_width(self.told))

    @property
    def told(self) -> str:
        """The head as it is read."""
        if isinstance(self.head, str):
            return self.head
        return f"{self.head:.0%}" if isinstance(self.head, float) else str(self.head)


def head_width(head: str) -> float:
    """Enough for a head in a few lines, and for its longest word; bold, with the button of the filter."""
    word = max((text_width(word) for word in head.replace("-", " ").split() if word.isascii()), default=0.0)
    return max(BOLD * word + 2, BOLD * text_width(head) / (FEW_LINES - 1) + 3)


def is_empty(value: object) -> bool:
    """Whether a cell stays empty: nothing is known."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


@dataclass(frozen=True)
class Placed:
    """Where a table came to lie: charts and formulas refer to it. Rows and columns from 0."""

    sheet: str
    head: int
    first: int
    last: int
    places: Mapping[str, int]

    def cells(self, name: str) -> list[Any]:
        """A column's cells as charts take them: [sheet, first row, column, last row, column]."""
        return [self.sheet, self.first, self.places[name], self.last, self.places[name]]

    def head_of(self, name: str) -> list[Any]:
        """The cell of a column's head."""
        return [self.sheet, self.head, self.places[name]]

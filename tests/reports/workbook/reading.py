"""A workbook read back, as another program would: cells by sheet, tables below their heads, what charts refer to."""

import warnings
from functools import lru_cache
from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet


@lru_cache(maxsize=8)
def read(content: bytes, *, formulas: bool = False) -> Workbook:
    """The workbook, read once and never changed: values as the file has them, or formulas in their place."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* extension is not supported")  # bars of one colour are Excel 2010's, and this library's not
        return load_workbook(BytesIO(content), data_only=not formulas)


def head_row(sheet: Worksheet) -> int:
    """The row of the heads that filter, from 1."""
    _, first, _, _ = range_boundaries(sheet.auto_filter.ref)
    return int(first or 0)


def table(sheet: Worksheet) -> pd.DataFrame:
    """The sheet's own table as it stands in the range that filters; columns by their place, because a head may come twice."""
    left, first, right, last = range_boundaries(sheet.auto_filter.ref)
    rows = list(sheet.iter_rows(first, last, left, right, values_only=True))
    return pd.DataFrame(rows[1:], columns=range(len(rows[0])), dtype=object)


def heads(sheet: Worksheet) -> list[Any]:
    """The heads of the sheet's own table."""
    left, first, right, _ = range_boundaries(sheet.auto_filter.ref)
    return list(next(sheet.iter_rows(first, first, left, right, values_only=True)))


def cells(book: Workbook, reference: str) -> list[Any]:
    """The values that a chart's reference points at: `'Income'!$C$6:$C$9`."""
    name, _, area = reference.rpartition("!")
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    rows = book[name.strip("'")].iter_rows(top, bottom, left, right, values_only=True)
    return [value for row in rows for value in row]


def charts(sheet: Worksheet) -> list[Any]:
    """The charts of a sheet, those that are laid over others among them."""
    found = list(sheet._charts)  # type: ignore[attr-defined]  # the library has no public door to charts that it has read
    return [part for chart in found for part in getattr(chart, "_charts", [chart])]


def all_cells(book: Workbook) -> list[Any]:
    """Every cell that is not empty."""
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]

"""Tables of monitoring as files for people: a workbook with a sheet a table, or one table as CSV; texts are escaped against formulas."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter  # type: ignore[import-untyped]  # ships no types
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from simlib.errors import InputError
from simlib.registry.parquet import SYNTHETIC_TEXT
from simlib.registry.raw import escape
from simlib.registry.whole import write_whole
from simlib.registry.write import EPOCH

WIDTH = 14
SHARES = ("_share", "_share_mean", "_share_p05", "_share_p95", "_chance_of_as_many")
PER_CENT, MONEY = "0.0%", "#,##0.00"
SUFFIXES = (".xlsx", ".csv")


def check_name(path: Path) -> None:
    """Raise InputError for a name that says no format, or a place that is taken: better before a long run than after it."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path.name}: seen {path.suffix or 'no suffix'}, wanted {' or '.join(SUFFIXES)}")
    if path.exists():
        raise InputError(f"{path} is there already: choose another name or remove it, nothing is overwritten")


def write_tables(tables: Mapping[str, pd.DataFrame], path: str | Path, *, synthetic: bool, notes: Mapping[str, str] | None = None) -> Path:
    """Write tables by name as a workbook, or the first of them as CSV (UTF-8 with BOM), whole or not at all. -> the path

    `notes`: head -> meaning, a sheet of its own in a workbook. A synthetic register is said in it. InputError for another suffix, and where
    something is already.
    """
    place = Path(path)
    check_name(place)
    if place.suffix.lower() == ".csv":
        first = next(iter(tables.values()))
        return write_whole(place, lambda target: _escaped(first).to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\n"))
    return write_whole(place, lambda target: _workbook(tables, target, synthetic, notes or {}))


def _escaped(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: table[name] if is_numeric_dtype(table[name]) else table[name].map(_plain) for name in table})


def _plain(value: Any) -> str:
    return "" if pd.isna(value) else escape(str(value))


def _workbook(tables: Mapping[str, pd.DataFrame], path: Path, synthetic: bool, notes: Mapping[str, str]) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": EPOCH, "comments": SYNTHETIC_TEXT if synthetic else ""})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DDEBF7", "border": 1})
        formats = {form: book.add_format({"num_format": form}) for form in (PER_CENT, MONEY)}
        for name, table in tables.items():
            _sheet(book.add_worksheet(name), table, head, formats)
        if notes:
            sheet = book.add_worksheet("notes")
            sheet.set_column(0, 0, 2 * WIDTH)
            sheet.set_column(1, 1, 8 * WIDTH)
            for row, (word, meaning) in enumerate(notes.items()):
                sheet.write_string(row, 0, word)
                sheet.write_string(row, 1, meaning)
        if synthetic:
            book.add_worksheet("SYNTHETIC").write_string(0, 0, SYNTHETIC_TEXT)


def _form(name: str) -> str:
    """How the numbers of a column are shown; empty for as they are."""
    if name.endswith(SHARES):
        return PER_CENT
    return MONEY if "income" in name or "spent" in name else ""


def _sheet(sheet: Any, table: pd.DataFrame, head: Any, formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 2)
    for place, name in enumerate(table.columns):
        sheet.set_column(place, place, WIDTH, formats.get(_form(str(name))))
        sheet.write_string(0, place, str(name), head)
        if is_bool_dtype(table[name]):
            sheet.write_column(1, place, table[name].tolist())
        elif is_numeric_dtype(table[name]):
            for row, value in enumerate(table[name], start=1):
                if not pd.isna(value):
                    sheet.write_number(row, place, value)
        else:
            for row, value in enumerate(table[name], start=1):
                sheet.write_string(row, place, _plain(value))

"""Tables out of an Excel workbook (openpyxl): typed cells become text, formulas without a value and merged heads are found."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.escape import unescape as unescape_xml
from openpyxl.utils.exceptions import InvalidFileException

from simlib.errors import InputError, Said, said
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, normal_head, schema
from simlib.registry.raw import Files, Raw, label, number_text, raw_table
from simlib.registry.report import Problem
from simlib.words import together

NOTES_SHEETS = ("说明", "notes", "readme")
SYNTHETIC_SHEET = "SYNTHETIC"
BROKEN = (BadZipFile, InvalidFileException, ElementTree.ParseError, zlib.error, EOFError)
_MERGED_HEAD = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+1:[A-Z]+\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(path: Path) -> Files:
    """The household and village sheets of an .xlsx; a single sheet of any name is taken for households.

    Raises InputError where the file is no workbook.
    """
    with _workbook(path, data_only=True) as book:
        chosen = {table: _sheet_of(book.sheetnames, table) for table in (HOUSEHOLDS, VILLAGES)}
        others = [name for name in book.sheetnames if name not in chosen.values() and not _is_aside(name)]
        if not chosen[HOUSEHOLDS] and not chosen[VILLAGES] and len(others) == 1:
            chosen[HOUSEHOLDS] = others.pop()
        grids = {table: _grid(book[name]) for table, name in chosen.items() if name}
        synthetic = SYNTHETIC_SHEET in book.sheetnames
    parts = _parts(path)
    raws = {table: _raw(path, table, said("{sheet}", sheet=chosen[table]), grid, parts) for table, grid in grids.items()}
    notes = [Problem(label(path), None, None, "", "extra_sheets", {"names": together(others, ", ")})] if others else []
    return Files(label(path), raws.get(HOUSEHOLDS), raws.get(VILLAGES), synthetic, (), tuple(notes))


def _sheet_of(names: list[str], table: str) -> str | None:
    known = schema().tables[table]
    accepted = {normal_head(name) for name in (known.zh, known.name, *known.sheets)}
    return next((name for name in names if normal_head(name) in accepted), None)


def _is_aside(name: str) -> bool:
    return name == SYNTHETIC_SHEET or normal_head(name) in NOTES_SHEETS


@contextmanager
def _workbook(path: Path, *, data_only: bool) -> Iterator[Any]:
    """An open workbook; what is broken in it is bad input, found when it is opened or while it is read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl on extensions of Excel and dates beyond its calendar
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
        except (*BROKEN, KeyError, ValueError) as error:
            raise _no_workbook(path, error) from error
        try:
            yield book
        except BROKEN as error:
            raise _no_workbook(path, error) from error
        finally:
            book.close()


def _no_workbook(path: Path, error: Exception) -> InputError:
    return InputError(said("{path} is not an .xlsx workbook ({reason}): save it from Excel as .xlsx", path=label(path), reason=error))


def _grid(sheet: Any) -> dict[int, list[str]]:
    """Rows that are not empty, by row number."""
    sheet.reset_dimensions()  # some programs write a wrong extent
    rows = enumerate(sheet.iter_rows(values_only=True), start=1)
    return {number: [cell_text(value) for value in row] for number, row in rows if any(v is not None for v in row)}


def cell_text(value: Any) -> str:
    """A cell of Excel as text: whole numbers without `.0`, nothing as the empty text, other numbers so that they read back."""
    if value is None:
        return ""
    if isinstance(value, str):
        return unescape_xml(value)  # Excel writes odd characters as _x000D_, and _x005F_ for the mark itself
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value)
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def _raw(path: Path, table: str, sheet: Said, grid: dict[int, list[str]], parts: dict[str, str]) -> Raw:
    problems: list[Problem] = []
    if sheet in parts:
        with ZipFile(path) as archive:
            xml = archive.read(parts[sheet])
        if _FORMULA.search(xml):
            _keep_formulas(path, sheet, grid)
        problems = [_merged(sheet, found.group(1).decode()) for found in _MERGED_HEAD.finditer(xml)]
    numbers = sorted({1, *grid})
    raw = raw_table(table, sheet, [grid.get(number, []) for number in numbers], numbers)
    return Raw(raw.table, raw.source, raw.heads, raw.frame, raw.rows, problems=tuple(problems))


def _merged(sheet: str, cells: str) -> Problem:
    return Problem(sheet, 1, None, cells, "merged_head", {"cells": cells})


def _keep_formulas(path: Path, sheet: str, grid: dict[int, list[str]]) -> None:
    """Put the text of a formula where no value is stored: a cell that starts with `=` is then known for what it is."""
    with _workbook(path, data_only=False) as book:
        for number, row in enumerate(book[sheet].iter_rows(), start=1):
            for place, cell in enumerate(row):
                if cell.data_type == "f" and _at(grid.get(number, []), place) == "":
                    _put(grid.setdefault(number, []), place, str(getattr(cell.value, "text", cell.value)))


def _at(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _put(row: list[str], place: int, text: str) -> None:
    row.extend([""] * (place + 1 - len(row)))
    row[place] = text


def _parts(path: Path) -> dict[str, str]:
    """Sheet name -> its XML inside the workbook; empty where the workbook is laid out in an unusual way."""
    with ZipFile(path) as archive:
        try:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        except KeyError:
            return {}
        targets = {one.get("Id"): f"xl/{one.get('Target', '').removeprefix('/xl/')}" for one in relations}
        sheets = {str(one.get("name")): targets.get(one.get(_RELATION), "") for one in book.iter() if one.get(_RELATION)}
        return {name: part for name, part in sheets.items() if part in archive.namelist()}

"""The workbook as a whole: its sheets in order, its properties, written whole or not at all."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from simlib.errors import InputError, said
from simlib.registry.whole import write_whole
from simlib.registry.write import EPOCH
from simlib.reports.workbook.incomes import income_sheet, years_sheet
from simlib.reports.workbook.look import Look
from simlib.reports.workbook.material import Material
from simlib.reports.workbook.money import funds_sheet, ledger_sheet, measures_sheet
from simlib.reports.workbook.overview import summary_sheet
from simlib.reports.workbook.places import households_sheet, villages_sheet
from simlib.reports.workbook.sources import parameters_sheet, record_sheet
from simlib.reports.workbook.verdicts import targets_sheet
from simlib.runs import Result
from simlib.words import Words, noop

SUFFIX: Final = ".xlsx"
SHEETS: Final[tuple[tuple[str, Callable[[Material], object]], ...]] = (
    (noop("Summary"), summary_sheet),
    (noop("Targets"), targets_sheet),
    (noop("Years"), years_sheet),
    (noop("Income"), income_sheet),
    (noop("Villages"), villages_sheet),
    (noop("Households"), households_sheet),
    (noop("Funds"), funds_sheet),
    (noop("Ledger"), ledger_sheet),
    (noop("Measures"), measures_sheet),
    (noop("Parameters"), parameters_sheet),
    (noop("Record"), record_sheet),
)
"""Sheets in order: the text of their name, and who writes them. At most 31 characters, without : \\ / ? * [ ]."""


def write_workbook(result: Result, path: str | Path, lang: str = "zh") -> Path:
    """Write a result as an Excel workbook, whole or not at all. -> the path

    The same result gives the same bytes, whether it is at hand or stored. Raises InputError for another language, a name that does not end
    in .xlsx, or a place where something is already; RunError where it cannot be written.
    """
    place, words = Path(path), Words(lang)
    if place.suffix.lower() != SUFFIX:
        raise InputError(said("{name}: a workbook's name ends in .xlsx", name=place.name))
    return write_whole(place, lambda target: _write(result, words, target))


def sheet_names(lang: str = "zh") -> list[str]:
    """What the sheets are called, in order. Raises InputError for another language."""
    return [Words(lang)(name) for name, _ in SHEETS]


def workbook_bytes(result: Result, lang: str = "zh") -> bytes:
    """The workbook as bytes, for a download. Raises InputError for another language."""
    content = BytesIO()
    _write(result, Words(lang), content)
    return content.getvalue()


def _write(result: Result, words: Words, target: Path | BytesIO) -> None:
    """All sheets, streamed: a large book is never held as a whole."""
    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        made = Material(result, words, book, Look(book, words.language))
        _properties(book, made)
        for name, _ in SHEETS:
            book.add_worksheet(words(name))
        for _, write in SHEETS:
            write(made)


def _properties(book: Any, made: Material) -> None:
    """Title and subject of the file, and what its content is made of; no clock, no name."""
    title = " – ".join(filter(None, (made.scenario_title, made.stamp)))
    key = f"simlib {made.record['versions']['simlib']}, key {made.record['key']}, scenario {made.record['scenario']['hash']}"
    book.set_properties({"title": title, "subject": made.caption, "author": "simlib", "comments": key, "created": EPOCH})

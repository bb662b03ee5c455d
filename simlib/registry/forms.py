"""Workbooks to fill in: how heads, cells and notes look, what Excel checks while it is typed, and how they are printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from simlib.errors import InputError, said
from simlib.registry.columns import Column
from simlib.registry.dictionary import range_text
from simlib.registry.write import EPOCH, head_of
from simlib.words import Words

A4: Final = 9  # as Excel numbers papers
NARROW, WIDE = 10, 18  # widths of columns in characters: of numbers and yes or no, and of texts
NOTE_WIDTHS: Final = (9, 24, 58, 52)
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255  # of a check's message, as Excel allows
CELLS: Final[Mapping[str, Mapping[str, object]]] = {
    "text": {"num_format": "@", "indent": 1},
    "measures": {"num_format": "@", "indent": 1},
    "flag": {"align": "center"},
    "count": {"num_format": "0"},
    "year": {"num_format": "0", "align": "center"},
    "money": {"num_format": "#,##0.00"},  # cents are shown: 0.86 for 8,600 yuan is seen to be what it is
    "share": {"num_format": "0.00"},
    "number": {"num_format": "General"},
}
"""How cells of each type of column look."""
ROW_HEIGHT: Final = 15


@dataclass(frozen=True)
class Looks:
    """Formats of a workbook's cells; those of cells to fill in by `Column.type`."""

    required: Any
    optional: Any
    cells: dict[str, Any]
    examples: dict[str, Any]
    title: Any
    line: Any
    note_head: Any
    note: Any


def new_book(path: Path) -> Any:
    """An empty workbook without a date, so that the same form is the same file."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": EPOCH})
    return book


def looks(book: Any) -> Looks:
    """The formats, made in a workbook."""
    head = {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
    grey = {"italic": True, "font_color": "#7F7F7F"}
    note = {"text_wrap": True, "valign": "top"}
    return Looks(
        required=book.add_format(head | {"bg_color": "#1F4E78", "font_color": "#FFFFFF"}),
        optional=book.add_format(head | {"bg_color": "#DDEBF7"}),
        cells={kind: book.add_format(dict(form)) for kind, form in CELLS.items()},
        examples={kind: book.add_format({**grey, **form}) for kind, form in CELLS.items()},
        title=book.add_format({"bold": True, "font_size": 14}),
        line=book.add_format(note),
        note_head=book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7", "valign": "vcenter"}),
        note=book.add_format(note | {"border": 1, "border_color": "#BFBFBF"}),
    )


def lay_out(sheet: Any, fixed: int, pages_wide: int) -> None:
    """Heads and the first `fixed` columns stay in sight, on the screen and on every printed page (A4, `pages_wide` beside each other)."""
    sheet.freeze_panes(1, fixed)
    sheet.set_row(0, 2 * ROW_HEIGHT)
    sheet.hide_gridlines(0)  # printed too
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(pages_wide, 0)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, fixed - 1)
    sheet.set_footer("&C&A  &P / &N")


def write_head(sheet: Any, place: int, column: Column, comment: str, look: Looks, words: Words, *, must: bool) -> None:
    """A column: its width and format, its head, and a comment that says what to fill in."""
    head = head_of(column, words.language)
    least = WIDE if column.type in ("text", "measures") else NARROW
    sheet.set_column(place, place, max(least, columns_of(head) + 2), look.cells.get(column.type))
    sheet.write_string(0, place, head, look.required if must else look.optional)
    sheet.write_comment(0, place, comment, {"x_scale": 1.8, "y_scale": 0.35 + 0.22 * _lines(comment, 38)})


def columns_of(text: str) -> int:
    """How broad a text is, in characters; a Chinese one counts for two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a box of so many characters, a few to spare."""
    return sum(1 + columns_of(line) // (width + 2) for line in text.splitlines())


def range_line(column: Column, words: Words) -> str:
    """The range of a column's numbers, the empty text where it has none."""
    span = range_text(column, words) if column.numeric else ""
    return words("range: {range}", range=span) if span else ""


def number_validation(column: Column, words: Words, wanted: str) -> dict[str, Any]:
    """A number's range as Excel checks it while it is typed, with a message of what is wanted."""
    kind = "integer" if column.type in ("count", "year") else "decimal"
    low = column.above if column.low is None else column.low
    limits = {"validate": kind, "criteria": "between", "minimum": low, "maximum": column.high}
    return limits | _message(column, words, wanted)


def list_validation(column: Column, choices: Sequence[str], words: Words) -> dict[str, Any]:
    """A drop-down, with a message of what may be chosen."""
    return {"validate": "list", "source": list(choices)} | _message(column, words, words.joined(choices))


def _message(column: Column, words: Words, wanted: str) -> dict[str, Any]:
    head = head_of(column, words.language)
    told = words("{column}: enter {wanted}", column=head, wanted=wanted)
    return {"error_title": head[:LONGEST_TITLE], "error_message": told[:LONGEST_MESSAGE]}


def write_notes(book: Any, look: Looks, words: Words, lines: Sequence[str], table: Sequence[Sequence[str]]) -> None:
    """The sheet of notes: what is to be known, a line each; then every column in a table whose first row has the heads."""
    sheet = book.add_worksheet(words("notes"))
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    widths = NOTE_WIDTHS[-len(table[0]) :]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, words("How to fill in"), look.title)
    for row, line in enumerate(lines, start=1):
        sheet.merge_range(row, 0, row, len(widths) - 1, line, look.line)
        sheet.set_row(row, ROW_HEIGHT * _lines(line, sum(widths)))
    start = len(lines) + 2
    sheet.repeat_rows(start)
    for row, cells in enumerate(table, start=start):
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text, look.note_head if row == start else look.note)
        sheet.set_row(row, ROW_HEIGHT * max(_lines(text, width) for text, width in zip(cells, widths, strict=True)))
    sheet.set_footer("&C&A  &P / &N")


def checked_place(path: str | Path) -> Path:
    """The path of a form. InputError for one that does not end in .xlsx."""
    place = Path(path)
    if place.suffix.lower() != ".xlsx":
        raise InputError(said("{name}: a template is a workbook, so its name ends in .xlsx", name=place.name))
    return place

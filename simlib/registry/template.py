"""An empty workbook to fill in: heads with notes, drop-downs and ranges, an example row that reading ignores."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from simlib.registry.columns import Column, Table, schema
from simlib.registry.dictionary import range_text, unit
from simlib.registry.forms import (
    Looks,
    checked_place,
    lay_out,
    list_validation,
    looks,
    new_book,
    number_validation,
    range_line,
    write_head,
    write_notes,
)
from simlib.registry.whole import write_whole
from simlib.registry.write import head_of
from simlib.words import Words, noop

ROWS = 20_000  # rows that carry drop-downs and formats
PAGES_WIDE: Final = 2  # printed: two sheets of paper beside each other, ids on both
LINES: Final = (
    noop("One row a household, one row a village; heads are row 1: do not change, merge or move them."),
    noop("Row 2 is an example (grey italics); it is ignored on reading, whether you delete it or leave it."),
    noop("Dark heads are required. Money is in yuan, never in thousands or 万; a cell holds the bare number."),
    noop("Ids are text (the columns are formatted so), leading zeros are kept; a household's village_id stands in the village table."),
    noop("Households outside poor villages hang on a pseudo-village per county: is_poor_village no, helper empty."),
)


def write_template(path: str | Path, lang: str = "zh") -> Path:
    """Write an empty register workbook in Chinese or English, whole or not at all. -> the path

    Raises InputError for another language, a path that does not end in .xlsx, or one where something is already.
    """
    words = Words(lang)
    return write_whole(checked_place(path), lambda target: _write(target, words))


def _write(path: Path, words: Words) -> None:
    with new_book(path) as book:
        look = looks(book)
        for table in schema().tables.values():
            _fill(book.add_worksheet(_title(table, words)), table, look, words)
        lines = [words(line) for line in LINES]
        write_notes(book, look, words, lines, _notes(words))


def _title(table: Table, words: Words) -> str:
    return table.zh if words.language == "zh" else table.name


def _fill(sheet: Any, table: Table, look: Looks, words: Words) -> None:
    lay_out(sheet, fixed=2, pages_wide=PAGES_WIDE)
    for place, column in enumerate(table.columns.values()):
        write_head(sheet, place, column, _comment(column, words), look, words, must=column.required or column.required_poor)
        _example(sheet, place, column, look, words)
        rule = _validation(column, words)
        if rule:
            sheet.data_validation(1, place, ROWS, place, rule)


def _comment(column: Column, words: Words) -> str:
    """What a column means, whether it may be empty, its unit, its words and its range, a line each."""
    named = unit(column, words)
    lines = [
        column.meaning[words.language],
        _filling(column, words),
        words("unit: {unit}", unit=named) if named else "",
        words("several, joined by `;`: {choices}", choices=_choices(column, words)) if column.type == "measures" else "",
        _choices(column, words) if column.type == "text" else "",
        range_line(column, words),
    ]
    return "\n".join(filter(None, lines))


def _choices(column: Column, words: Words) -> str:
    return " / ".join(choice.zh if words.language == "zh" else choice.code for choice in column.choices)


def _filling(column: Column, words: Words) -> str:
    if column.required:
        return words("required")
    default = words("when empty: {meaning}", meaning=column.default_meaning[words.language])
    return words("required for a poor village; {default}", default=default) if column.required_poor else default


def _example(sheet: Any, place: int, column: Column, look: Looks, words: Words) -> None:
    value, form = column.example, look.examples[column.type]
    if isinstance(value, bool):
        sheet.write_string(1, place, _yes_no(words)[0 if value else 1], form)
    elif isinstance(value, str):
        sheet.write_string(1, place, _example_words(value, column, words), form)
    else:
        sheet.write_number(1, place, value, form)


def _example_words(value: str, column: Column, words: Words) -> str:
    known = {choice.code: choice.zh for choice in column.choices} if words.language == "zh" else {}
    return ";".join(known.get(word, word) for word in value.split(";"))


def _yes_no(words: Words) -> tuple[str, str]:
    return words("yes"), words("no")


def _validation(column: Column, words: Words) -> dict[str, Any] | None:
    """A drop-down for words, a range for numbers; Excel then says what is wanted as it is typed."""
    if column.type == "flag":
        return list_validation(column, _yes_no(words), words)
    if column.type == "text" and column.choices:
        return list_validation(column, [one.zh if words.language == "zh" else one.code for one in column.choices], words)
    return number_validation(column, words, range_text(column, words)) if column.numeric else None


def _notes(words: Words) -> list[tuple[str, str, str, str]]:
    """Every column: its sheet, head, meaning and how it is filled in; the first row has the heads."""
    rows = [(words("sheet"), words("column"), words("meaning"), words("filling in"))]
    for table in schema().tables.values():
        for column in table.columns.values():
            filling = words.joined(filter(None, (_filling(column, words), unit(column, words), range_line(column, words))))
            rows.append((_title(table, words), head_of(column, words.language), column.meaning[words.language], filling))
    return rows

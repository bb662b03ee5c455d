"""A workbook to fill in with actual figures: heads with notes and ranges, a row a village and year where the register is known."""

from pathlib import Path
from typing import Any, Final

from simlib.monitoring.columns import IDS, table, units
from simlib.monitoring.read import PROGRAMME
from simlib.registry import Registry
from simlib.registry.columns import Column
from simlib.registry.dictionary import range_text
from simlib.registry.forms import Looks, checked_place, lay_out, looks, new_book, number_validation, write_head, write_notes
from simlib.registry.raw import escape
from simlib.registry.whole import write_whole
from simlib.registry.write import head_of
from simlib.words import Words, noop

ROWS = 5_000  # rows that carry ranges and formats where no register says how many there are
LINES: Final = (
    noop("One row a village and year; heads are row 1: do not change, merge or move them. An empty cell is not reported, never zero."),
    noop("Money is in yuan, never in thousands or 万; shares are decimals from 0 to 1; a cell holds the bare number."),
    noop("Disposable income and net income (纯收入) are two concepts, filled in apart; neither stands in for the other."),
)


def write_template(path: str | Path, lang: str = "zh", registry: Registry | None = None) -> Path:
    """Write a workbook to fill in, in Chinese or English, whole or not at all. -> the path

    With a register it has a row for each of its poor villages and each year of the programme, by helper. Texts of the register are written
    as text and escaped, so that none is taken for a formula. Raises InputError for another language, a path that does not end in .xlsx, or
    one where something is already.
    """
    words = Words(lang)
    return write_whole(checked_place(path), lambda target: _write(target, words, registry))


def rows_of(registry: Registry) -> list[tuple[str, str, int]]:
    """Id, name and year of every row that a register's template has: poor villages by helper, then by id."""
    villages = registry.villages
    poor = villages[villages["is_poor_village"]].sort_values(["helper", "village_id"], kind="stable")
    years = range(PROGRAMME[0], PROGRAMME[1] + 1)
    return [(str(row.village_id), str(row.name), year) for row in poor[["village_id", "name"]].itertuples(index=False) for year in years]


def _write(path: Path, words: Words, registry: Registry | None) -> None:
    prefilled = rows_of(registry) if registry is not None else []
    with new_book(path) as book:
        look = looks(book)
        sheet = book.add_worksheet(table().zh if words.language == "zh" else table().name)
        _heads(sheet, look, words, len(prefilled) or ROWS)
        for number, (village, name, year) in enumerate(prefilled, start=1):
            sheet.write_string(number, 0, escape(village), look.cells["text"])
            sheet.write_string(number, 1, escape(name), look.cells["text"])
            sheet.write_number(number, 2, year, look.cells["year"])
        lines = [words(line) for line in LINES]
        write_notes(book, look, words, lines, _notes(words))


def _heads(sheet: Any, look: Looks, words: Words, rows: int) -> None:
    lay_out(sheet, fixed=3, pages_wide=1)
    for place, column in enumerate(table().columns.values()):
        filling = _filling(column, words)
        comment = "\n".join((column.meaning[words.language], filling))
        write_head(sheet, place, column, comment, look, words, must=column.name in IDS)
        if column.numeric:
            sheet.data_validation(1, place, rows, place, number_validation(column, words, filling))


def _filling(column: Column, words: Words) -> str:
    """Whether it must be filled in, its unit and its range."""
    unit = units()[column.unit] if words.language == "zh" and column.unit else column.unit
    span = range_text(column, words) if column.numeric else ""
    return words.joined(filter(None, (words("required") if column.name in IDS else "", unit, span)))


def _notes(words: Words) -> list[tuple[str, str, str]]:
    """Every column: its head, meaning, and how it is filled in; the first row has the heads."""
    rows = [(words("column"), words("meaning"), words("filling in"))]
    for column in table().columns.values():
        rows.append((head_of(column, words.language), column.meaning[words.language], _filling(column, words)))
    return rows

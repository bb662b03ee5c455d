"""A workbook to fill in with actual figures: heads with notes and ranges, a row a village and year where the register is known."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from simlib.errors import InputError
from simlib.monitoring.columns import IDS, table, units
from simlib.monitoring.read import PROGRAMME
from simlib.registry import Registry
from simlib.registry.columns import Column
from simlib.registry.raw import escape
from simlib.registry.template import LANGUAGES, NARROW, WIDE, number_validation
from simlib.registry.whole import write_whole
from simlib.registry.write import EPOCH, head_of

ROWS = 5_000  # rows that carry ranges and formats where no register says how many there are
WORDS = {
    "zh": {
        "notes": "说明",
        "column": "列",
        "meaning": "含义",
        "filling": "单位、范围",
        "range": "{low} 至 {high}",
        "wrong": "请填写数字：{}",
        "required": "必填",
        "lines": (
            "一行一村一年；表头在第 1 行，请勿改动、合并或移动。空白表示未填报，不作为零处理。",
            "金额一律以元为单位，不用万元；率填 0 到 1 的小数；单元格中只填数字，不带单位。",
            "人均可支配收入与人均纯收入口径不同，分两列填写，互不替代。",
        ),
    },
    "en": {
        "notes": "notes",
        "column": "column",
        "meaning": "meaning",
        "filling": "unit and range",
        "range": "{low} to {high}",
        "wrong": "Enter a number: {}",
        "required": "required",
        "lines": (
            "One row a village and year; heads are row 1: do not change, merge or move them. An empty cell is not reported, never zero.",
            "Money is in yuan, never in thousands or 万; shares are decimals from 0 to 1; a cell holds the bare number.",
            "Disposable income and net income (纯收入) are two concepts, filled in apart; neither stands in for the other.",
        ),
    },
}


@dataclass(frozen=True)
class _Look:
    """How cells are formatted."""

    required: Any
    optional: Any
    text: Any
    bold: Any
    wrapped: Any


def write_template(path: str | Path, lang: str = "zh", registry: Registry | None = None) -> Path:
    """Write a workbook to fill in, in Chinese or English, whole or not at all. -> the path

    With a register it has a row for each of its poor villages and each year of the programme, by helper. Texts of the register are written
    as text and escaped, so that none is taken for a formula. Raises InputError for another language, a path that does not end in .xlsx, or
    one where something is already.
    """
    place = Path(path)
    if lang not in LANGUAGES:
        raise InputError(f"lang: seen {lang!r}, wanted 'zh' or 'en'")
    if place.suffix.lower() != ".xlsx":
        raise InputError(f"{place.name}: a template is a workbook, so its name ends in .xlsx")
    return write_whole(place, lambda target: _write(target, lang, registry))


def rows_of(registry: Registry) -> list[tuple[str, str, int]]:
    """Id, name and year of every row that a register's template has: poor villages by helper, then by id."""
    villages = registry.villages
    poor = villages[villages["is_poor_village"]].sort_values(["helper", "village_id"], kind="stable")
    years = range(PROGRAMME[0], PROGRAMME[1] + 1)
    return [(str(row.village_id), str(row.name), year) for row in poor[["village_id", "name"]].itertuples(index=False) for year in years]


def _write(path: Path, lang: str, registry: Registry | None) -> None:
    prefilled = rows_of(registry) if registry is not None else []
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": EPOCH})
        look = _look(book)
        sheet = book.add_worksheet(table().zh if lang == "zh" else table().name)
        _heads(sheet, look, lang, len(prefilled) or ROWS)
        for number, (village, name, year) in enumerate(prefilled, start=1):
            sheet.write_string(number, 0, escape(village), look.text)
            sheet.write_string(number, 1, escape(name), look.text)
            sheet.write_number(number, 2, year)
        _notes(book.add_worksheet(WORDS[lang]["notes"]), look, lang)


def _look(book: Any) -> _Look:
    head = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
    return _Look(
        required=book.add_format(head | {"bg_color": "#1F4E78", "font_color": "#FFFFFF"}),
        optional=book.add_format(head | {"bg_color": "#DDEBF7"}),
        text=book.add_format({"num_format": "@"}),
        bold=book.add_format({"bold": True}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
    )


def _heads(sheet: Any, look: _Look, lang: str, rows: int) -> None:
    sheet.freeze_panes(1, 3)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for place, column in enumerate(table().columns.values()):
        is_text = column.type == "text"
        sheet.set_column(place, place, WIDE if is_text else NARROW + 4, look.text if is_text else None)
        sheet.write_string(0, place, head_of(column, lang), look.required if column.name in IDS else look.optional)
        sheet.write_comment(0, place, "\n".join((str(column.meaning[lang]), _filling(column, lang))), {"x_scale": 1.6, "y_scale": 1.4})
        if column.numeric:
            sheet.data_validation(1, place, rows, place, _validation(column, lang))


def _filling(column: Column, lang: str) -> str:
    """Whether it must be filled in, its unit and its range."""
    words = WORDS[lang]
    unit = units()[column.unit] if lang == "zh" and column.unit else column.unit
    ends = [column.shown(float(end)) for end in (column.low, column.high) if end is not None]
    span = str(words["range"]).format(low=ends[0], high=ends[1]) if len(ends) > 1 else ""
    return ", ".join(filter(None, (str(words["required"]) if column.name in IDS else "", unit, span)))


def _validation(column: Column, lang: str) -> dict[str, Any]:
    return number_validation(column, lang, str(WORDS[lang]["wrong"]).format(_filling(column, lang)))


def _notes(sheet: Any, look: _Look, lang: str) -> None:
    words = WORDS[lang]
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, 2, 60)
    for row, line in enumerate(words["lines"]):
        sheet.write_string(row, 0, line)
    start = len(words["lines"]) + 1
    for place, key in enumerate(("column", "meaning", "filling")):
        sheet.write_string(start, place, str(words[key]), look.bold)
    for row, column in enumerate(table().columns.values(), start=start + 1):
        for place, text in enumerate((head_of(column, lang), str(column.meaning[lang]), _filling(column, lang))):
            sheet.write_string(row, place, text, look.wrapped)

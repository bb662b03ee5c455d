"""An empty workbook to fill in: heads with notes, drop-downs and ranges, an example row that reading ignores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from simlib.errors import InputError
from simlib.registry.columns import Column, Table, schema
from simlib.registry.whole import write_whole
from simlib.registry.write import EPOCH, head_of

ROWS = 20_000  # rows that carry drop-downs and formats
NARROW, WIDE = 10, 22  # widths in characters
LANGUAGES = ("zh", "en")
WORDS = {
    "zh": {
        "notes": "说明",
        "unit": "单位",
        "range": "范围",
        "step": "{low} 至 {high}",
        "required": "必填",
        "poor": "贫困村必填",
        "default": "空白时：{}",
        "sheet": "工作表",
        "head": "列",
        "meaning": "含义",
        "filling": "填写要求",
        "wrong": "请填写：{}",
        "lines": (
            "户表一行一户，村表一行一村；表头在第 1 行，请勿改动、合并或移动。",
            "第 2 行为示例（灰色斜体），读取时自动忽略，可以删除，也可以保留。",
            "深色表头为必填。金额一律以元为单位，不用万元、千元；单元格中只填数字，不带单位。",
            "编号按文字填写（本表已设为文本格式），前导零保留；户表的村编号须与村表一致。",
            "不在贫困村的贫困户按县设虚拟村：是否贫困村填“否”，帮扶单位留空。",
        ),
    },
    "en": {
        "notes": "notes",
        "unit": "unit",
        "range": "range",
        "step": "{low} to {high}",
        "required": "required",
        "poor": "required for a poor village",
        "default": "when empty: {}",
        "sheet": "sheet",
        "head": "column",
        "meaning": "meaning",
        "filling": "filling in",
        "wrong": "Enter {}",
        "lines": (
            "One row a household, one row a village; heads are row 1: do not change, merge or move them.",
            "Row 2 is an example (grey italics); it is ignored on reading, whether you delete it or leave it.",
            "Dark heads are required. Money is in yuan, never in thousands or 万; a cell holds the bare number.",
            "Ids are text (the columns are formatted so), leading zeros are kept; a household's village_id stands in the village table.",
            "Households outside poor villages hang on a pseudo-village per county: is_poor_village no, helper empty.",
        ),
    },
}


def write_template(path: str | Path, lang: str = "zh") -> Path:
    """Write an empty register workbook in Chinese or English, whole or not at all. -> the path

    Raises InputError for another language, a path that does not end in .xlsx, or one where something is already.
    """
    place = Path(path)
    if lang not in LANGUAGES:
        raise InputError(f"lang: seen {lang!r}, wanted 'zh' or 'en'")
    if place.suffix.lower() != ".xlsx":
        raise InputError(f"{place.name}: a template is a workbook, so its name ends in .xlsx")
    return write_whole(place, lambda target: _write(target, lang))


@dataclass(frozen=True)
class _Formats:
    required: Any
    optional: Any
    example: Any
    text: Any
    bold: Any
    wrapped: Any


def _write(path: Path, lang: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": EPOCH})
        formats = _formats(book)
        for table in schema().tables.values():
            sheet = book.add_worksheet(table.zh if lang == "zh" else table.name)
            _fill(sheet, table, formats, lang)
        _notes(book.add_worksheet(WORDS[lang]["notes"]), formats, lang)


def _formats(book: Any) -> _Formats:
    head = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
    return _Formats(
        required=book.add_format(head | {"bg_color": "#1F4E78", "font_color": "#FFFFFF"}),
        optional=book.add_format(head | {"bg_color": "#DDEBF7"}),
        example=book.add_format({"italic": True, "font_color": "#7F7F7F"}),
        text=book.add_format({"num_format": "@"}),
        bold=book.add_format({"bold": True}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
    )


def _fill(sheet: Any, table: Table, formats: _Formats, lang: str) -> None:
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)  # printed on whole widths of paper
    for place, column in enumerate(table.columns.values()):
        sheet.set_column(place, place, WIDE if column.type in ("text", "measures") else NARROW, _cell_format(column, formats))
        must = column.required or column.required_poor
        sheet.write_string(0, place, head_of(column, lang), formats.required if must else formats.optional)
        sheet.write_comment(0, place, _comment(column, lang), {"x_scale": 1.6, "y_scale": 1.4})
        _example(sheet, place, column, formats, lang)
        rule = _validation(column, lang)
        if rule:
            sheet.data_validation(1, place, ROWS, place, rule)


def _cell_format(column: Column, formats: _Formats) -> Any:
    return formats.text if column.type in ("text", "measures") else None


def _comment(column: Column, lang: str) -> str:
    words = WORDS[lang]
    lines = [str(column.meaning[lang]), _filling(column, lang)]
    if column.unit:
        lines.append(f"{words['unit']}: {_unit(column, lang)}")
    if column.choices:
        lines.append(" / ".join(choice.zh if lang == "zh" else choice.code for choice in column.choices))
    return "\n".join(filter(None, [*lines, _range(column, lang)]))


def _filling(column: Column, lang: str) -> str:
    words = WORDS[lang]
    if column.required:
        return str(words["required"])
    default = str(words["default"]).format(column.default_meaning[lang])
    return f"{words['poor']}; {default}" if column.required_poor else default


def _range(column: Column, lang: str) -> str:
    words = WORDS[lang]
    if column.low is None and column.above is None:
        return ""
    low = column.shown(float(column.low or 0)) if column.above is None else f"> {column.above:g}"
    return f"{words['range']}: " + str(words["step"]).format(low=low, high=column.shown(float(column.high or 0)))


def _unit(column: Column, lang: str) -> str:
    return schema().units[column.unit] if lang == "zh" and column.unit else column.unit


def _example(sheet: Any, place: int, column: Column, formats: _Formats, lang: str) -> None:
    value = column.example
    if isinstance(value, bool):
        sheet.write_string(1, place, _yes_no(lang)[0 if value else 1], formats.example)
    elif isinstance(value, str):
        sheet.write_string(1, place, _example_words(value, column, lang), formats.example)
    else:
        sheet.write_number(1, place, value, formats.example)


def _example_words(value: str, column: Column, lang: str) -> str:
    words = {choice.code: choice.zh for choice in column.choices} if lang == "zh" else {}
    return ";".join(words.get(word, word) for word in value.split(";"))


def _yes_no(lang: str) -> tuple[str, str]:
    return ("是", "否") if lang == "zh" else ("yes", "no")


def _validation(column: Column, lang: str) -> dict[str, Any] | None:
    """A drop-down for words, a range for numbers; Excel then says what is wanted as it is typed."""
    if column.type == "flag":
        return {"validate": "list", "source": list(_yes_no(lang))}
    if column.type == "text" and column.choices:
        return {"validate": "list", "source": [one.zh if lang == "zh" else one.code for one in column.choices]}
    if not column.numeric:
        return None
    return number_validation(column, lang, str(WORDS[lang]["wrong"]).format(f"{head_of(column, lang)} {_range(column, lang)}"))


def number_validation(column: Column, lang: str, message: str) -> dict[str, Any]:
    """A number's range as Excel checks it while it is typed, with a message of what is wanted."""
    kind = "integer" if column.type in ("count", "year") else "decimal"
    low = column.above if column.low is None else column.low
    limits = {"validate": kind, "criteria": "between", "minimum": low, "maximum": column.high}
    return limits | {"error_title": head_of(column, lang)[:32], "error_message": message[:255]}


def _notes(sheet: Any, formats: _Formats, lang: str) -> None:
    words = WORDS[lang]
    sheet.set_column(0, 1, WIDE)
    sheet.set_column(2, 3, 60)
    for row, line in enumerate(words["lines"]):
        sheet.write_string(row, 0, line)
    start = len(words["lines"]) + 1
    for place, key in enumerate(("sheet", "head", "meaning", "filling")):
        sheet.write_string(start, place, str(words[key]), formats.bold)
    columns = [(table, column) for table in schema().tables.values() for column in table.columns.values()]
    for row, (table, column) in enumerate(columns, start=start + 1):
        title = table.zh if lang == "zh" else table.name
        unit_and_range = ", ".join(filter(None, (_filling(column, lang), _unit(column, lang), _range(column, lang))))
        for place, text in enumerate((title, head_of(column, lang), str(column.meaning[lang]), unit_and_range)):
            sheet.write_string(row, place, text, formats.wrapped)

"""Workbooks to fill in: how they look in Excel, and, printed by LibreOffice, that every word is there to be read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from simlib.errors import InputError
from simlib.monitoring import write_template as write_actuals
from simlib.monitoring.columns import columns as actuals_columns
from simlib.registry.columns import schema
from simlib.registry.forms import NOTE_WIDTHS, checked_place, columns_of
from simlib.registry.template import LINES, write_template
from simlib.words import Words
from tests.office import Office

MAKERS: list[Callable[..., Path]] = [write_template, write_actuals]
LIGHT = 250
"""A pixel lighter than this is paper."""


def test_a_chinese_letter_takes_the_room_of_two() -> None:
    assert (columns_of("members"), columns_of("人口"), columns_of("户a")) == (7, 4, 3)


def test_a_form_is_a_workbook() -> None:
    assert checked_place("a.XLSX") == Path("a.XLSX")
    with pytest.raises(InputError, match=r"a\.csv: a template is a workbook, so its name ends in \.xlsx"):
        checked_place("a.csv")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("make", MAKERS)
def test_every_head_fits_its_column(make: Callable[..., Path], lang: str, tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(make(tmp_path / "form.xlsx", lang))
    for sheet in book.worksheets[:-1]:
        widths = {place: one.width for one in sheet.column_dimensions.values() for place in range(one.min, one.max + 1)}
        assert [cell.value for cell in sheet[1] if widths[cell.column] <= columns_of(str(cell.value))] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cells_are_formatted_by_what_they_hold(lang: str, tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(write_template(tmp_path / "form.xlsx", lang))
    formats = {"text": "@", "measures": "@", "count": "0", "year": "0", "money": "#,##0.00", "share": "0.00"}
    for sheet, table in zip(book.worksheets, schema().tables.values(), strict=False):
        for example, column in zip(sheet[2], table.columns.values(), strict=True):
            assert example.number_format == formats.get(column.type, "General")
            assert example.font.italic


@pytest.mark.parametrize("make", MAKERS)
def test_a_wrong_cell_is_told_in_the_language_of_the_form(make: Callable[..., Path], tmp_path: Path) -> None:
    books = {lang: openpyxl.load_workbook(make(tmp_path / f"{lang}.xlsx", lang)) for lang in ("zh", "en")}
    for lang, book in books.items():
        rules = [rule for sheet in book.worksheets for rule in sheet.data_validations.dataValidation]
        assert rules
        assert all((", enter " in rule.error or ": enter " in rule.error) == (lang == "en") for rule in rules)
        assert all(("请填写：" in rule.error) == (lang == "zh") for rule in rules)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_notes_stand_in_full_height(lang: str, tmp_path: Path) -> None:
    sheet: Any = openpyxl.load_workbook(write_template(tmp_path / "form.xlsx", lang)).worksheets[-1]
    for row in sheet.iter_rows(min_row=len(LINES) + 3):
        needed = max(columns_of(str(cell.value)) / (width + 2) for cell, width in zip(row, NOTE_WIDTHS, strict=True))
        assert (sheet.row_dimensions[row[0].row].height or 15) >= 15 * needed


# ---- printed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_register_template_is_printed_to_be_read(office: Office, lang: str, tmp_path: Path) -> None:
    pdf = office.pdf(write_template(tmp_path / "form.xlsx", lang))
    text, pages, words = office.text(pdf), office.pages(pdf), Words(lang)
    assert len(pages) == 6, "two beside each other for each table, and two of notes"
    assert all(sum(page.convert("L").histogram()[:LIGHT]) for page in pages), "a page without a word on it"
    heads = [column.zh if lang == "zh" else column.name for table in schema().tables.values() for column in table.columns.values()]
    assert [head for head in heads if head not in text] == [], "heads that are cut"
    plain = "".join(text.split())
    assert ["".join(words(line).split()) in plain for line in LINES] == [True] * len(LINES)
    assert "示例EXAMPLE-H1" in text
    assert "\ufffd" not in text
    assert "□" not in text


def test_a_template_for_actual_figures_is_printed_on_one_sheet(office: Office, tmp_path: Path) -> None:
    pdf = office.pdf(write_actuals(tmp_path / "form.xlsx", "zh"))
    text = office.text(pdf)
    assert len(office.pages(pdf)) == 2, "the figures, and the notes"
    assert [column.zh for column in actuals_columns().values() if column.zh not in text] == []

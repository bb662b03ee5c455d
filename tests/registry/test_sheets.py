"""What only a workbook can have: merged heads, titles, formulas, sheets of any name."""

from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from simlib.errors import InputError
from simlib.registry.check import check
from tests.registry.clean import grid, households, spots, villages, write_xlsx


def test_a_merged_head_is_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "merged.xlsx", grid(households()), grid(villages()))
    book = openpyxl.load_workbook(path)
    book["户"].merge_cells("V1:W1")
    book.save(path)
    found = check(path).problems
    assert spots(found) == {("merged_head", "户", 1, None)}
    assert "V1:W1" in str(found[0])


def test_a_title_above_the_heads_is_named(tmp_path: Path) -> None:
    titled = [["某县贫困户信息表"], *grid(households())]
    found = check(write_xlsx(tmp_path / "title.xlsx", titled, grid(villages()))).problems
    assert spots(found) == {("no_heads", "户", 1, None)}
    assert "row 2" in str(found[0])


def test_formulas_without_a_value_are_named_and_those_with_one_are_read(tmp_path: Path) -> None:
    path = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (("户", grid(households())), ("村", grid(villages()))):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name == "户":
                sheet.write_formula(1, 10, "=1000*5", value=5000)
                sheet.write_formula(2, 10, "=1000*6", value="")
    assert spots(check(path).problems) == {("formula", "户", 3, "wage_income")}


def test_a_lone_sheet_of_any_name_is_taken_for_households(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "lone.xlsx", grid(households()))
    book = openpyxl.load_workbook(path)
    book["户"].title = "Sheet1"
    book.save(path)
    report = check(path)
    assert report.problems == ()
    assert [note.kind for note in report.notes] == ["villages_made"]
    assert (report.households, report.villages) == (12, 3)


def test_a_workbook_with_a_broken_sheet_is_refused(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", grid(households()), grid(villages()))
    with ZipFile(whole) as source, ZipFile(tmp_path / "broken.xlsx", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if name.endswith("sheet1.xml") else content)
    with pytest.raises(InputError, match=r"broken\.xlsx is not an \.xlsx workbook"):
        check(tmp_path / "broken.xlsx")

"""The workbook as a file: sheets, properties, prints; the same bytes for the same result; whole or not at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl.utils import quote_sheetname

from simlib.errors import InputError, RunError
from simlib.reports.workbook import sheet_names, workbook_bytes, write_workbook
from simlib.reports.workbook.places import MOST_ROWS
from simlib.runs import Run, run_one
from simlib.scenario import load_scenario
from simlib.store import read_stored, record, write_run
from simlib.words import Words
from tests.reports.workbook.reading import all_cells, charts, heads, read, table
from tests.small import register_of

TABLES = slice(1, None)  # all sheets but the first have one table that filters
NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+%?")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sheets_in_order_with_names_that_excel_takes(books: Mapping[str, bytes], lang: str) -> None:
    names = read(books[lang]).sheetnames
    assert names == sheet_names(lang)
    assert len(names) == 11
    assert all(1 <= len(name) <= 31 and not set(name) & set(":\\/?*[]'") for name in names)
    assert (names[0], names[-1]) == {"zh": ("概要", "记录"), "en": ("Summary", "Record")}[lang]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_freeze_filter_and_print(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    book, words = read(books[lang]), Words(lang)
    for sheet in book.worksheets[TABLES]:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref is not None
        assert sheet.print_title_rows is not None
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        fits = sheet.sheet_properties.pageSetUpPr
        assert fits is not None and fits.fitToPage
        high = 1 if charts(sheet) else 0  # no chart is cut in two; 1 is left out of the file
        assert [1 if pages is None else pages for pages in (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight)] == [1, high]
        head, foot = sheet.oddHeader, sheet.oddFooter
        assert head is not None and foot is not None
        left, right, centre = (str(part.text) for part in (head.left, head.right, foot.center))
        assert getattr(made.scenario.title, lang) in left
        assert words("SYNTHETIC register: no household in it exists") in right
        assert "&P" in centre


def test_properties_say_what_it_is_and_name_nobody(books: Mapping[str, bytes], made: Run) -> None:
    told = read(books["zh"]).properties
    assert told.title is not None and made.scenario.title.zh in told.title and "SYNTHETIC" in told.title
    assert (told.creator, told.lastModifiedBy) == ("simlib", "simlib")
    assert made.scenario.hash in str(told.description)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_link_leads_out_and_no_number_is_text(books: Mapping[str, bytes], lang: str) -> None:
    book = read(books[lang])
    texts = [str(cell.value) for sheet in book.worksheets[:-1] for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
    assert [text for text in texts if NUMBER.fullmatch(text)] == []
    assert [text for text in texts if text.lower() in ("nan", "none", "inf", "-inf", "<na>")] == []
    assert [cell for cell in all_cells(book) if cell.hyperlink] == []


def test_nothing_in_the_package_refers_elsewhere(books: Mapping[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(books["zh"])
    with ZipFile(tmp_path / "x.xlsx") as package:
        assert [name for name in package.namelist() if "externalLink" in name] == []
        assert [name for name in package.namelist() if name.endswith(".rels") and b'TargetMode="External"' in package.read(name)] == []


def test_the_first_sheet_is_stamped_and_asks_the_question(books: Mapping[str, bytes], made: Run) -> None:
    sheet = read(books["zh"]).worksheets[0]
    texts = [str(row[0].value) for row in sheet.iter_rows()]
    assert texts[0] == made.scenario.title.zh
    stamp = next(row[0] for row in sheet.iter_rows() if "SYNTHETIC" in str(row[0].value))
    assert stamp.font.sz is not None and stamp.font.sz >= 18
    assert any("2018年能否脱贫" in text for text in texts)


def test_the_same_result_gives_the_same_bytes_at_hand_and_stored(made: Run, books: Mapping[str, bytes], tmp_path: Path) -> None:
    stored = read_stored(write_run(made, tmp_path / "runs"))
    assert workbook_bytes(made, "en") == books["en"]
    assert workbook_bytes(stored, "en") == books["en"]
    assert write_workbook(stored, tmp_path / "x.xlsx", "en").read_bytes() == books["en"]


@pytest.mark.parametrize(
    ("name", "lang", "message"),
    [("x.xls", "zh", "ends in .xlsx"), ("x.xlsx", "fr", "wanted 'zh' or 'en'"), ("there.xlsx", "zh", "is there already")],
)
def test_bad_targets_are_refused_and_nothing_is_left(made: Run, tmp_path: Path, name: str, lang: str, message: str) -> None:
    (tmp_path / "there.xlsx").write_text("mine")
    with pytest.raises(InputError, match=message):
        write_workbook(made, tmp_path / name, lang)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("there.xlsx", "mine")]


def test_where_nothing_can_be_written_nothing_is_left(made: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="nothing of it is left there"):
        write_workbook(made, tmp_path / "file" / "x.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_without_luck_cells_are_empty_and_say_why(quiet: Run) -> None:
    book = read(workbook_bytes(quiet, "en"))
    targets = table(book["Targets"])
    assert targets[6].notna().all()  # the mean is there
    assert targets[list(range(7, 15))].isna().all(axis=None)  # bounds, chances and their error are not
    assert set(targets[17]) == {"cannot judge"}
    assert [cell.coordinate for cell in all_cells(book) if str(cell.value).lower() == "nan"] == []
    assert any("deterministic" in str(cell.value) for cell in all_cells(book))


def test_ids_that_look_like_formulas_are_texts() -> None:
    register = register_of(
        {"=1+1": {}, "+2": {"members": 2}, "-3": {}, "@SUM(A1)": {}, "plain": {}},
        {"a": {"county": "=cmd|' /C calc'!A0", "helper": "@helper"}},
    )
    book = read(workbook_bytes(run_one(load_scenario("baseline"), register, draws=2), "en"), formulas=True)
    ids = table(book["Households"])[0]
    assert heads(book["Villages"])[:2] == ["village", "name of the village"], "where names are other than ids"
    assert sorted(ids) == ["'+2", "'-3", "'=1+1", "'@SUM(A1)", "plain"]
    assert [
        cell.coordinate for sheet in ("Households", "Villages") for row in book[sheet].iter_rows() for cell in row if cell.data_type == "f"
    ] == []


@dataclass(frozen=True)
class Vast:
    """A result whose register says that it is a continent's."""

    made: Run

    def __getattr__(self, name: str) -> Any:
        return getattr(self.made, name)

    @property
    def record(self) -> dict[str, Any]:
        return record(self.made)

    def register(self) -> dict[str, Any]:
        return self.made.register() | {"households": MOST_ROWS + 1}


def test_more_households_than_a_sheet_holds_are_told(made: Run) -> None:
    sheet = read(workbook_bytes(Vast(made), "en"))["Households"]
    assert any("households.parquet" in str(row[0].value) for row in sheet.iter_rows())
    assert sheet.max_row < 10


def test_sheet_names_need_no_quotes_that_formulas_lack(books: Mapping[str, bytes]) -> None:
    book = read(books["zh"], formulas=True)
    formulas = [str(cell.value) for cell in all_cells(book) if cell.data_type == "f" and "!" in str(cell.value)]
    assert formulas, "the sheet of funds sums the ledger"
    assert all(quote_sheetname("明细账") + "!" in formula for formula in formulas)

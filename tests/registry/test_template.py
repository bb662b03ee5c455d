"""The template is empty to the reader, tells the person what to fill in, and reads back once it is filled."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from simlib.errors import InputError
from simlib.registry.check import check
from simlib.registry.columns import schema
from simlib.registry.read import read_registry
from simlib.registry.template import write_template
from tests.registry.clean import Rows, households, villages, write_csv

SHEETS = {"zh": ("户", "村", "说明"), "en": ("households", "villages", "notes")}


def fill(path: Path, lang: str, people: Rows, places: Rows, first: int = 3) -> None:
    """Fill a template as a person would: with openpyxl, from its third row on, under the heads that stand there."""
    book = openpyxl.load_workbook(path)
    for table, sheet, rows in zip(("households", "villages"), SHEETS[lang], (people, places), strict=False):
        columns = list(schema()[table])
        for number, row in enumerate(rows, start=first):
            for place, name in enumerate(columns, start=1):
                book[sheet].cell(number, place, row[name] or None)
    book.save(path)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_template_reads_back(lang: str, tmp_path: Path) -> None:
    path = write_template(tmp_path / "template.xlsx", lang)
    fill(path, lang, households(), villages())
    registry = read_registry(path)
    assert registry.hash == read_registry(write_csv(tmp_path / "csv", households(), villages())).hash
    assert {note.kind for note in check(path).notes} == {"example_row"}
    assert not registry.synthetic


def test_the_example_may_be_written_over(tmp_path: Path) -> None:
    path = write_template(tmp_path / "template.xlsx")
    fill(path, "zh", households(), villages(), first=2)
    assert check(path).notes == ()
    assert len(read_registry(path).households) == 12


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_template_is_no_register(lang: str, tmp_path: Path) -> None:
    found = check(write_template(tmp_path / "template.xlsx", lang)).problems
    assert {(one.kind, one.source) for one in found} == {("no_rows", SHEETS[lang][0]), ("no_rows", SHEETS[lang][1])}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_example_is_right(lang: str, tmp_path: Path) -> None:
    path = write_template(tmp_path / "template.xlsx", lang)
    book = openpyxl.load_workbook(path)
    book[SHEETS[lang][0]]["A2"] = "real"
    book[SHEETS[lang][0]]["B2"] = book[SHEETS[lang][1]]["A2"] = "v1"
    book.save(path)
    assert check(path).problems == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_heads_carry_notes_and_stay_in_sight(lang: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_template(tmp_path / "template.xlsx", lang))
    assert tuple(book.sheetnames) == SHEETS[lang]
    for table, name in zip(schema().tables.values(), SHEETS[lang], strict=False):
        sheet: Any = book[name]
        assert sheet.freeze_panes == "C2"
        heads = [cell.value for cell in sheet[1]]
        assert heads == [column.zh if lang == "zh" else column.name for column in table.columns.values()]
        for cell, column in zip(sheet[1], table.columns.values(), strict=True):
            assert column.meaning[lang] in cell.comment.text
            assert not column.unit or (schema().units[column.unit] if lang == "zh" else column.unit) in cell.comment.text


@pytest.mark.parametrize(("lang", "words"), [("zh", ["是,否", "因病", "市直单位"]), ("en", ["yes,no", "disease", "city_unit"])])
def test_words_are_chosen_from_lists_and_numbers_kept_in_range(lang: str, words: list[str], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_template(tmp_path / "template.xlsx", lang))
    rules = [rule for name in SHEETS[lang][:2] for rule in book[name].data_validations.dataValidation]
    lists = " ".join(str(rule.formula1) for rule in rules if rule.type == "list")
    assert all(word in lists for word in words)
    kinds = [rule.type for rule in rules]
    columns = [column for table in schema().tables.values() for column in table.columns.values()]
    assert kinds.count("list") == sum(one.type == "flag" or (one.type == "text" and bool(one.choices)) for one in columns)
    assert kinds.count("whole") + kinds.count("decimal") == sum(one.numeric for one in columns)


def test_ids_are_formatted_as_text(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write_template(tmp_path / "template.xlsx"))["户"]
    assert sheet.column_dimensions["A"].number_format == "@"


def test_the_notes_name_every_column(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write_template(tmp_path / "template.xlsx"))["说明"]
    named = {(row[0], row[1]) for row in sheet.iter_rows(values_only=True)}
    assert {(table.zh, column.zh) for table in schema().tables.values() for column in table.columns.values()} <= named


def test_the_same_template_is_the_same_file(tmp_path: Path) -> None:
    assert write_template(tmp_path / "a.xlsx").read_bytes() == write_template(tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("name", "lang", "says"), [("t.xlsx", "fr", "seen 'fr'"), ("t.csv", "zh", r"ends in \.xlsx"), ("there.xlsx", "zh", "is there already")]
)
def test_what_cannot_be_written_is_refused(name: str, lang: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "there.xlsx").touch()
    with pytest.raises(InputError, match=says):
        write_template(tmp_path / name, lang)
    assert [path.name for path in tmp_path.iterdir()] == ["there.xlsx"]

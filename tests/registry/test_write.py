"""What is written reads back to the same hash, in every format, and stands there whole or not at all."""

import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings

from simlib.errors import InputError, RunError
from simlib.registry.columns import normal_text
from simlib.registry.raw import escape, unescape
from simlib.registry.read import read_registry
from simlib.registry.tables import Registry, make_registry
from simlib.registry.write import write_registry
from tests.registry.clean import household, households, villages, write_csv
from tests.registry.registers import WORDS, registries, texts

FORMATS = [
    ("csv", False, "en"),
    ("csv_zh", False, "zh"),
    ("r.xlsx", False, "en"),
    ("zh.xlsx", False, "zh"),
    ("r.parquet", False, "en"),
    ("parts", True, "en"),
]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return read_registry(write_csv(tmp_path / "clean", households(), villages()))


@settings(max_examples=15)
@given(registry=registries())
def test_every_format_gives_the_same_register_back(registry: Registry) -> None:
    expected = registry.households.sort_values("household_id", ignore_index=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, partition, lang in FORMATS:
            again = read_registry(write_registry(registry, Path(folder) / name, partition, lang))
            found = again.households.sort_values("household_id", ignore_index=True)
            pd.testing.assert_frame_equal(found, expected)
            assert (again.hash, again.synthetic) == (registry.hash, registry.synthetic)


def test_words_that_formats_take_for_something_else_come_back(tmp_path: Path) -> None:
    people = [household(number, household_id=escape(word)) for number, word in enumerate(WORDS)]
    registry = read_registry(write_csv(tmp_path / "words", people, villages()))
    assert registry.households["household_id"].tolist() == [normal_text(word) for word in WORDS]
    for name, partition, lang in FORMATS:
        again = read_registry(write_registry(registry, tmp_path / name, partition, lang))
        assert set(again.households["household_id"]) == set(registry.households["household_id"])


@given(texts())
def test_unescape_is_the_inverse_of_escape(text: str) -> None:
    assert unescape(escape(text)) == text
    assert escape(text)[0] not in "=+-@#"


def test_a_synthetic_register_is_stamped_in_every_format(registry: Registry, tmp_path: Path) -> None:
    made_up = make_registry(registry.households, registry.villages, synthetic=True, origin="made up")
    for name, partition, lang in FORMATS:
        path = write_registry(made_up, tmp_path / name, partition, lang)
        assert read_registry(path).synthetic
    assert "SYNTHETIC" in (tmp_path / "csv" / "SYNTHETIC.txt").read_text(encoding="utf-8")
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["households", "villages", "SYNTHETIC"]
    assert read_registry(tmp_path / "csv" / "households.csv").synthetic
    assert read_registry(tmp_path / "parts" / "households.parquet").synthetic


def test_a_real_register_is_not_stamped(registry: Registry, tmp_path: Path) -> None:
    for name, partition, lang in FORMATS:
        assert not read_registry(write_registry(registry, tmp_path / name, partition, lang)).synthetic


def test_chinese_workbooks_speak_chinese(registry: Registry, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_registry(registry, tmp_path / "zh.xlsx", lang="zh"))
    rows = list(book["户"].iter_rows(values_only=True, max_row=2))
    shown = dict(zip(rows[0], rows[1], strict=True))
    assert shown["户编号"] == "0001"
    assert (shown["致贫原因"], shown["住房安全"], shown["帮扶意愿"]) == ("因病", "是", "产业帮扶;培训就业")
    assert book.sheetnames == ["户", "村"]


def test_no_cell_of_text_can_run_as_a_formula(tmp_path: Path) -> None:
    people = [household(1, household_id="'=HYPERLINK(1)"), household(2)]
    registry = read_registry(write_csv(tmp_path / "odd", people, villages()))
    assert registry.households["household_id"][0] == "=HYPERLINK(1)"
    sheet = openpyxl.load_workbook(write_registry(registry, tmp_path / "odd.xlsx"))["households"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("'=HYPERLINK(1)", "s")
    text = (write_registry(registry, tmp_path / "csv") / "households.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith("'=HYPERLINK(1)")


def test_the_same_register_gives_the_same_workbook(registry: Registry, tmp_path: Path) -> None:
    paths = [write_registry(registry, tmp_path / f"{name}.xlsx") for name in "ab"]
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("name", ["there.xlsx", "there", "there.parquet"])
def test_nothing_is_overwritten(name: str, registry: Registry, tmp_path: Path) -> None:
    write_registry(registry, tmp_path / name)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(InputError, match="is there already"):
        write_registry(registry, tmp_path / name)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_place_that_cannot_be_written_is_named(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name, partition in (("r.xlsx", False), ("csv", False), ("parts", True)):
        with pytest.raises(RunError, match=f"{name} cannot be written: "):
            write_registry(registry, tmp_path / "file" / name, partition)


def test_one_csv_file_cannot_hold_two_tables(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"r\.csv: a register has two tables, so CSV goes into a folder: r"):
        write_registry(registry, tmp_path / "r.csv")


def test_languages_are_two(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="seen 'fr', wanted 'zh' or 'en'"):
        write_registry(registry, tmp_path / "r", lang="fr")


def test_what_does_not_fit_a_sheet_is_refused(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simlib.registry.write.EXCEL_ROWS", 11)
    with pytest.raises(InputError, match="12 rows do not fit a sheet"):
        write_registry(registry, tmp_path / "r.xlsx")
    assert list(tmp_path.glob("*.xlsx")) == []

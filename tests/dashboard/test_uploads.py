"""Uploads: registers and scenario files as bytes; what is wrong in words, with its place."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from simlib.dashboard.uploads import RefusedError, register_from, scenario_of
from simlib.errors import InputError
from simlib.registry import write_registry
from simlib.scenario import load_scenario
from simlib.words import Words
from tests.small import small_register


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("register") / "register.xlsx"
    write_registry(small_register(), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("register") / "csv"
    write_registry(small_register(), folder)
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def broken(workbook: bytes, cell: str, value: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    book.worksheets[0][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_under_its_own_name(workbook: bytes) -> None:
    read = register_from({"登记表.xlsx": workbook}).registry
    assert (read.hash, read.origin) == (small_register().hash, "登记表.xlsx")


def test_both_tables_are_read_whatever_else_their_names_say(tables: dict[str, bytes]) -> None:
    renamed = {("我的户表.csv" if "households" in name else "我的村表.csv"): content for name, content in tables.items()}
    assert register_from(renamed).registry.hash == small_register().hash


@pytest.mark.parametrize(
    ("households", "villages"),
    [
        ("农户.csv", "贫困村农户.csv"),
        ("households.csv", "households_villages.csv"),
        ("贫困户.csv", "村表（含户数）.csv"),
        ("村.csv", "户.csv"),
        ("a.csv", "A.csv"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_two_tables_are_told_apart_by_their_heads(tables: dict[str, bytes], households: str, villages: str, turned: bool) -> None:
    chosen = {households: tables["households.csv"], villages: tables["villages.csv"]}
    read = register_from(dict(reversed(chosen.items())) if turned else chosen)
    assert read.registry.hash == small_register().hash
    assert read.files == {"households.csv": households, "villages.csv": villages}


@pytest.mark.parametrize(
    ("first", "second", "match"),
    [
        ("households.csv", "households.csv", r"a\.csv: a table of households, b\.csv: a table of households"),
        ("villages.csv", "villages.csv", r"a\.csv: a table of villages, b\.csv: a table of villages"),
        ("households.csv", "", r"a\.csv: a table of households, b\.csv: a table with heads of neither"),
    ],
)
def test_two_tables_of_one_kind_are_refused_by_their_names(tables: dict[str, bytes], first: str, second: str, match: str) -> None:
    with pytest.raises(InputError, match=match) as caught:
        register_from({"a.csv": tables[first], "b.csv": tables.get(second, b"one,two\n1,2\n")})
    assert "表" in Words("zh").tell(caught.value)


LONG = "丰顺县" * 30


def test_names_of_any_length_are_read_and_named(tables: dict[str, bytes], workbook: bytes) -> None:
    assert register_from({f"{LONG}.xlsx": workbook}).registry.origin == f"{LONG}.xlsx"
    both = {f"{LONG}户.csv": tables["households.csv"], f"{LONG}村.csv": tables["villages.csv"]}
    assert register_from(both).registry.hash == small_register().hash
    with pytest.raises(InputError, match=LONG):
        register_from({f"{LONG}.xlsx": b"no workbook at all"})
    assert scenario_of(f"{LONG}.yaml", b"base: baseline\n").name == LONG


def test_problems_of_tables_name_the_files_as_their_owner_does(tables: dict[str, bytes]) -> None:
    lines = tables["villages.csv"].decode("utf-8-sig").splitlines()
    twice = "\n".join([*lines, lines[-1], ""]).encode()
    with pytest.raises(RefusedError, match="cannot be read, 1 problems") as caught:
        register_from({"我的户.csv": tables["households.csv"], "我的村.csv": twice})
    assert {one.source for one in caught.value.found} == {"我的村.csv"}


def test_what_became_of_every_column_is_reported(tables: dict[str, bytes]) -> None:
    report = register_from({"户.csv": tables["households.csv"]}).report
    assert report.origin == "户.csv"
    assert {one.table for one in report.counts} == {"households", "villages"}
    assert all(one.rows == one.kept + one.refused + one.defaulted for one in report.counts)
    assert {one.source for one in report.notes} <= {"户.csv"}


def test_nothing_of_an_upload_stays_on_disk(workbook: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    register_from({"register.xlsx": workbook})
    assert list(tmp_path.iterdir()) == []


def test_every_problem_is_told_with_its_sheet_row_and_column(workbook: bytes) -> None:
    with pytest.raises(RefusedError, match="1 problems") as caught:
        register_from({"register.xlsx": broken(workbook, "C2", "many")})
    (found,) = caught.value.found
    assert (found.row, found.seen) == (2, "many")
    assert "many" in found.told(Words("zh"))
    assert found.told(Words("zh")) != found.told(Words("en"))


@pytest.mark.parametrize(
    ("files", "match"),
    [
        ({}, "no file was chosen"),
        ({"notes.docx": b""}, "notes.docx: seen another kind of file"),
        ({"a.xlsx": b"", "b.csv": b""}, "seen 2 files, wanted one workbook"),
        ({"a.csv": b"", "b.csv": b"", "c.csv": b""}, "seen 3 files"),
    ],
)
def test_files_that_are_no_register_are_refused(files: dict[str, bytes], match: str) -> None:
    with pytest.raises(InputError, match=match):
        register_from(files)


def test_a_file_that_only_looks_like_a_workbook_is_refused_in_words() -> None:
    with pytest.raises(InputError, match=r"register\.xlsx"):
        register_from({"register.xlsx": b"no workbook at all"})


def test_a_name_with_folders_in_it_stays_in_its_own_folder(workbook: bytes) -> None:
    assert register_from({"../../outside.xlsx": workbook}).registry.hash == small_register().hash
    assert zipfile.is_zipfile(io.BytesIO(workbook))


def test_a_scenario_file_is_read_under_its_own_name() -> None:
    base = scenario_of("mine.yaml", b"base: full_package\nlevers: {funds: {household: {delay_years: 1}}}\n")
    assert base.name == "mine"
    assert base.scenario.levers.funds.household.delay_years == 1
    assert base.scenario.hash != load_scenario("full_package").hash


def test_what_is_wrong_with_a_scenario_file_is_told_by_its_place() -> None:
    with pytest.raises(InputError, match=r"levers.funds.household.delay_years") as caught:
        scenario_of("mine.yaml", b"base: full_package\nlevers: {funds: {household: {delay_years: 9}}}\n")
    assert any("mine" in problem and "9" in problem for problem in caught.value.problems)
    assert "/" not in str(caught.value).replace("mine.yaml", "")


def test_a_scenario_s_error_names_no_path_of_this_machine_and_is_told_in_chinese() -> None:
    with pytest.raises(InputError, match="round") as caught:
        scenario_of("mine.yaml", b"base: equal_shares\nlevers: {allocation: {mode: fixed}}\n")
    for words in (Words("zh"), Words("en")):
        told = [words.tell(caught.value), *(words.tell(one) for one in caught.value.problems)]
        assert not any("/" in one or "scenario '" in one for one in told)
    assert load_scenario("equal_shares").title.zh in Words("zh").tell(caught.value)


def test_another_kind_of_file_is_no_scenario() -> None:
    with pytest.raises(InputError, match="wanted a scenario file"):
        scenario_of("mine.txt", b"base: baseline")

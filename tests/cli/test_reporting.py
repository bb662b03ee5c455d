"""`simlib report`: a stored run as a workbook or a page."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from simlib.reports.workbook import sheet_names, workbook_bytes
from simlib.store import read_stored
from tests.cli.calling import assert_bad_input, left_behind, run, run_folders, simlib, told


@pytest.fixture(scope="session")
def folder(register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of a few draws."""
    out = tmp_path_factory.mktemp("reported")
    assert run(register, "full_package", "--draws", 3, "--out", out).exit_code == 0
    (only,) = run_folders(out)
    return only


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_in_both_languages(folder: Path, lang: str) -> None:
    found = told(simlib("report", folder, "--out", "x.xlsx", "--lang", lang, "--json"))
    key = json.loads((folder / "record.json").read_text(encoding="utf-8"))["key"]
    assert found == {"schema": 1, "out": "x.xlsx", "lang": lang, "key": key, "sheets": sheet_names(lang)}
    assert Path("x.xlsx").read_bytes() == workbook_bytes(read_stored(folder), lang)
    assert left_behind() == ["x.xlsx"]


def test_chinese_unless_asked_otherwise(folder: Path) -> None:
    done = simlib("report", folder, "--out", "x.XLSX")
    assert (done.exit_code, done.stdout) == (0, "x.XLSX\n")
    Path("x.XLSX").rename("x.xlsx")
    with pytest.warns(UserWarning, match="extension is not supported"):  # bars of one colour are Excel's alone
        assert load_workbook("x.xlsx").sheetnames == sheet_names("zh")


def test_a_page_to_print(folder: Path) -> None:
    done = simlib("report", folder, "--out", "x.html", "--lang", "en", "--villages", "none")
    assert (done.exit_code, done.stdout) == (0, "x.html\n"), done.output
    page = Path("x.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "SYNTHETIC" in page
    assert left_behind() == ["x.html"]


def test_a_page_of_chosen_villages(folder: Path) -> None:
    villages = read_stored(folder).table("villages").query("is_poor_village")["village_id"].unique()
    done = simlib("report", folder, "--out", "x.html", "--lang", "en", "--villages", f"{villages[0]}, {villages[1]}")
    assert done.exit_code == 0, done.output
    page = Path("x.html").read_text(encoding="utf-8")
    assert villages[0] in page and villages[1] in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "x.pdf"), "x.pdf: wanted a name that ends in .xlsx"),
        (("--out", "x"), "ends in .xlsx"),
        (("--out", "x.xlsx", "--villages", "all"), "a workbook has all villages"),
        (("--out", "x.html", "--villages", "nowhere"), "nowhere"),
        ((), "Missing option '--out'"),
        (("--out", "x.xlsx", "--lang", "fr"), "fr"),
    ],
)
def test_bad_words_are_told_and_nothing_is_written(folder: Path, words: tuple[str, ...], said: str) -> None:
    assert_bad_input(simlib("report", folder, *words), said)


def test_a_folder_that_is_no_run(folder: Path) -> None:
    assert_bad_input(simlib("report", "nothing", "--out", "x.xlsx"), "there is no nothing")
    assert_bad_input(simlib("report", folder.parent, "--out", "x.xlsx"), "no run folder")


def test_nothing_is_overwritten(folder: Path) -> None:
    for name in ("x.xlsx", "x.html"):
        Path(name).write_text("mine", encoding="utf-8")
        done = simlib("report", folder, "--out", name)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "is there already" in done.stderr
        assert Path(name).read_text(encoding="utf-8") == "mine"


def test_where_nothing_can_be_written(folder: Path) -> None:
    Path("file").write_text("mine", encoding="utf-8")
    done = simlib("report", folder, "--out", "file/x.xlsx")
    assert done.exit_code == 1, done.output
    assert "cannot be written" in done.stderr and "Traceback" not in done.stderr
    assert left_behind() == ["file"]

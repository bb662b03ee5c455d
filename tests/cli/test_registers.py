"""`simlib registry`."""

import json
from pathlib import Path

import pytest

from simlib.registry import read_registry, write_registry
from tests.cli.calling import assert_bad_input, left_behind, run, simlib, told
from tests.small import small_register


def test_registers_are_synthesised_checked_and_converted() -> None:
    made = simlib("registry", "synthesise", "reg", "--people", 300, "--villages", 1, "--seed", 3)
    assert made.exit_code == 0, made.output
    assert "SYNTHETIC register" in made.stdout
    assert "300 people, 1 poor villages -> reg" in made.stdout
    checked = simlib("registry", "check", "reg")
    assert checked.exit_code == 0
    assert checked.stdout.endswith("no problem\n")
    assert simlib("registry", "convert", "reg", "reg.xlsx").exit_code == 0
    assert told(simlib("registry", "check", "reg.xlsx", "--json"))["people"] == 300
    again = simlib("registry", "convert", "reg", "reg.xlsx")
    assert (again.exit_code, again.stdout) == (2, "")


def test_a_national_register_is_written_in_parts_and_cut_anew() -> None:
    made = simlib("registry", "synthesise", "country", "--people", 900, "--programmes", 3, "--seed", 3)
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("SYNTHETIC register: ")
    assert made.stdout.endswith(" 900 people, 3 poor villages in 3 programmes, 3 parts -> country\n")
    assert told(simlib("registry", "check", "country", "--json"))["people"] == 900
    again = simlib("registry", "convert", "country", "again", "--partition")
    assert again.exit_code == 0, again.output
    assert again.stdout.endswith(" villages, 3 parts -> again\n")
    assert "country: SYNTHETIC, " in again.stderr and "no problem" in again.stderr
    assert simlib("registry", "convert", "again", "one.xlsx").exit_code == 0
    assert simlib("registry", "convert", "one.xlsx", "third", "--partition").exit_code == 0
    hashes = {read_registry(name).hash for name in ("country", "again", "one.xlsx", "third")}
    assert len(hashes) == 1


def test_what_cannot_be_a_national_register_is_told() -> None:
    assert_bad_input(simlib("registry", "synthesise", "r.xlsx", "--people", 2_000_000), "r.xlsx", "parts", "a folder's name")
    assert_bad_input(simlib("registry", "synthesise", "r", "--people", 2, "--programmes", 3), "as many as programmes", "3, not 2")
    assert left_behind() == []


def test_parts_are_not_cut_into_a_workbook() -> None:
    assert simlib("registry", "synthesise", "country", "--people", 900, "--programmes", 3).exit_code == 0
    refused = simlib("registry", "convert", "country", "r.xlsx", "--partition")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "r.xlsx: parts are for Parquet" in refused.stderr
    assert not Path("r.xlsx").exists()


def test_a_damaged_part_is_told() -> None:
    assert simlib("registry", "synthesise", "country", "--people", 900, "--programmes", 3).exit_code == 0
    path = Path("country") / "villages.parquet" / "part-00001.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    for words in (("check", "country"), ("convert", "country", "again", "--partition"), ("convert", "country", "again")):
        refused = simlib("registry", *words)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "villages.parquet/part-00001.parquet" in refused.stderr
        assert not Path("again").exists()


def test_a_template_is_written() -> None:
    done = simlib("registry", "template", "empty.xlsx", "--lang", "en")
    assert (done.exit_code, done.stdout) == (0, "empty.xlsx\n")
    assert done.stderr == "next: fill in both sheets, then `simlib registry check empty.xlsx`\n"
    assert left_behind() == ["empty.xlsx"]
    assert simlib("registry", "template", "空表.xlsx").stderr == "下一步：填好户表和村表，再运行 `simlib registry check 空表.xlsx`\n"


def test_who_has_a_right_register_is_told_how_to_go_on(register: Path) -> None:
    done = simlib("registry", "check", register)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "no problem"
    assert f"`simlib app --registry {register}`" in done.stderr
    assert simlib("registry", "check", register, "--json").stderr == ""


def test_a_bad_register_is_told_problem_by_problem(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = write_registry(small_register(), tmp_path_factory.mktemp("registers") / "bad")
    path = folder / "households.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    cells = lines[1].split(",")
    cells[lines[0].split(",").index("members")] = "many"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")
    assert_bad_input(run(folder, "baseline"), "row 2", "members", "'many'")
    checked = simlib("registry", "check", folder)
    assert checked.exit_code == 2
    assert "'many'" in checked.stdout
    report = json.loads(simlib("registry", "check", folder, "--json").stdout)
    assert (report["schema"], report["ok"], len(report["problems"])) == (1, False, 1)


def a_bad_register(folder: Path) -> Path:
    """One household, who have minus three members, in one village."""
    (folder / "households.csv").write_text(
        "household_id,village_id,members,workers,labour_units,wage_income,business_income,property_income,transfer_income\n"
        "h1,v1,-3,1,1,5000,0,0,0\n",
        encoding="utf-8",
    )
    return folder / "households.csv"


def test_a_check_is_told_in_the_language_that_is_asked_for(tmp_path_factory: pytest.TempPathFactory) -> None:
    bad = a_bad_register(tmp_path_factory.mktemp("bad"))
    zh, en = (simlib("registry", "check", bad, "--lang", language) for language in ("zh", "en"))
    assert (zh.exit_code, en.exit_code) == (2, 2)
    assert "households.csv，第 2 行，“members”列：读到“-3”，数值应在范围内：1 至 30" in zh.stdout
    assert "households.csv, row 2, column members: seen '-3', wanted a number from 1 up to 30" in en.stdout
    assert simlib("registry", "check", bad).stdout == en.stdout, "the language of one command is not that of the next"


def test_an_error_is_told_in_the_language_that_is_asked_for(tmp_path_factory: pytest.TempPathFactory) -> None:
    bad = a_bad_register(tmp_path_factory.mktemp("bad"))
    assert_bad_input(simlib("registry", "convert", bad, "out.xlsx", "--lang", "zh"), "错误：", "households.csv 无法读取", "读到“-3”")
    assert_bad_input(simlib("registry", "convert", bad, "out.xlsx"), "error: households.csv cannot be read", "seen '-3'")


def test_the_environment_chooses_the_language(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    bad = a_bad_register(tmp_path_factory.mktemp("bad"))
    monkeypatch.setenv("SIMLIB_LANG", "zh")
    assert "没有" not in simlib("registry", "check", bad, "--lang", "en").output
    assert_bad_input(simlib("run", "baseline", "--registry", bad), "错误：", "households.csv 无法读取")
    assert_bad_input(simlib("registry", "check", "nowhere.xlsx"), "错误：找不到 nowhere.xlsx")


def test_a_language_that_there_is_none_of_is_told_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMLIB_LANG", "fr")
    assert_bad_input(simlib("registry", "check", "nowhere.xlsx"), "error: there is no nowhere.xlsx")
    assert_bad_input(simlib("registry", "check", "nowhere.xlsx", "--lang", "de"), "'de' is not one of 'zh', 'en'")

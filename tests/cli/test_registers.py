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
    assert simlib("registry", "template", "empty.xlsx", "--lang", "en").exit_code == 0
    assert left_behind() == ["empty.xlsx"]


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

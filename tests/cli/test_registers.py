"""`simlib registry`."""

import json

import pytest

from simlib.registry import write_registry
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

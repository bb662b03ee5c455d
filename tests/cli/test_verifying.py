"""`simlib verify`: a stored run against its record and a re-run."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from simlib.cli import main
from simlib.registry import synthesise_registry, write_registry
from simlib.runs import run_one
from simlib.scenario import load_scenario
from simlib.store import write_run
from tests.cli.calling import run, simlib
from tests.small import small_register
from tests.verify.folders import flip, rewritten, sealed_anew


@pytest.fixture(scope="session")
def stored(register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder as `simlib run` writes it, on a register that was read from files."""
    out = tmp_path_factory.mktemp("verified")
    assert run(register, "full_package", "--draws", 3, "--out", out).exit_code == 0
    (folder,) = out.glob("full_package-*")
    return folder


@pytest.fixture
def folder(stored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "copy"))


def verified(folder: Path, *words: object) -> Result:
    return simlib("verify", folder, "--workers", 1, *words)


def told(result: Result, code: int) -> Any:
    """The one JSON object on stdout."""
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_run_is_verified(stored: Path, register: Path) -> None:
    done = verified(stored, "--registry", register)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    record = json.loads((stored / "record.json").read_text(encoding="utf-8"))["record"]
    assert [line.split(":")[0].split() for line in lines[:6]] == [
        ["right", name] for name in ("record", "files", "register", "machinery", "scenario", "re-run")
    ]
    assert lines[6:] == [f"{stored.name}: verified; its record is {record}"]
    assert "full_package: " in done.stderr, "progress as `simlib run` shows it"


def test_as_json(stored: Path, register: Path) -> None:
    found = told(verified(stored, "--registry", register, "--json"), 0)
    assert (found["schema"], found["ok"], found["exit_code"], found["run"]) == (1, True, 0, stored.name)
    assert [step["answer"] for step in found["steps"]] == ["right"] * 6
    assert set(found["steps"][0]["findings"][0]) == {"what", "where", "seen", "wanted", "ok"}
    assert found["elapsed_s"] > 0


def test_a_synthetic_register_need_not_be_given(tmp_path: Path) -> None:
    folder = write_run(run_one(load_scenario("full_package"), small_register(), draws=2), tmp_path)
    assert verified(folder).exit_code == 0


def test_the_register_of_a_file_is_asked_for(stored: Path) -> None:
    done = verified(stored)
    assert done.exit_code == 2
    assert "WRONG     register: not to be had\n    the run's register (small) was read from a file: give it with --registry" in done.stdout
    assert "not made  re-run: the run's register is not at hand" in done.stdout
    assert "right     files: all " in done.stdout, "what can be checked is"


def test_another_register(stored: Path, tmp_path: Path) -> None:
    other = synthesise_registry(people=300, villages=1)
    done = verified(stored, "--registry", write_registry(other, tmp_path / "other"))
    assert done.exit_code == 2
    assert f"hash, other: seen {other.hash}, wanted {small_register().hash}" in done.stdout


@pytest.mark.parametrize("table", ["households.csv", "villages.csv"])
def test_a_changed_digit_of_the_register_is_named(stored: Path, register: Path, tmp_path: Path, table: str) -> None:
    changed = Path(shutil.copytree(register, tmp_path / "changed"))
    text = (changed / table).read_text(encoding="utf-8")
    digit = text.rindex("1")
    (changed / table).write_text(text[:digit] + "2" + text[digit + 1 :], encoding="utf-8")
    done = verified(stored, "--registry", changed)
    assert done.exit_code == 2
    assert "WRONG     register: " in done.stdout
    assert small_register().hash in done.stdout


def test_a_register_that_cannot_be_read_is_one_finding_of_all(folder: Path, register: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(register, tmp_path / "broken"))
    text = (broken / "households.csv").read_text(encoding="utf-8-sig")
    (broken / "households.csv").write_text(text.replace("household_id", "x", 1).replace("户编号", "x", 1), encoding="utf-8")
    flip(folder / "years.parquet")
    found = told(verified(folder, "--registry", broken, "--json"), 2)
    assert {step["name"]: step["answer"] for step in found["steps"]} == {
        **{"record": "right", "files": "WRONG", "register": "WRONG"},
        **{"machinery": "right", "scenario": "right", "re-run": "not made"},
    }
    (wrong,) = found["steps"][2]["findings"]
    assert "cannot be read, " in wrong["what"]
    assert wrong["wanted"] == f"the register of hash {small_register().hash}"


def test_a_changed_byte_is_named_and_the_re_run_made(folder: Path, register: Path) -> None:
    flip(folder / "funds.parquet")
    done = verified(folder, "--registry", register)
    assert done.exit_code == 2
    assert "    changed, funds.parquet: seen sha256:" in done.stdout
    assert done.stdout.splitlines()[-1] in ("copy: NOT verified: files", "copy: NOT verified: files, re-run")


def test_other_numbers_under_right_hashes(folder: Path, register: Path) -> None:
    rewritten(folder / "households.parquet", "chance_exited", 5, 0.1)
    sealed_anew(folder)
    done = verified(folder, "--registry", register)
    assert done.exit_code == 1
    assert "households.parquet, chance_exited: 1 of " in done.stdout
    assert "the first, row 5 (year " in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--mapping", "map.yaml"), "--mapping needs --registry"),
        (("--registry", "nowhere"), "there is no nowhere"),
        (("--workers", 0), "0 is not in the range"),
    ],
)
def test_bad_words(stored: Path, words: tuple[object, ...], said: str) -> None:
    done = verified(stored, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_no_run(tmp_path: Path) -> None:
    done = verified(tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no run folder, which has a record.json" in done.stderr


def test_help_says_what_the_codes_mean() -> None:
    done = simlib("verify", "--help")
    assert "verify" in main.commands
    assert "Exit codes" in done.stdout
    assert "the same bits" in " ".join(done.stdout.split())

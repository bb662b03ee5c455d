"""`simlib explain`: one household of a stored run."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import Result

from simlib.cli import main
from simlib.registry import synthesise
from tests.cli.calling import run, run_folders, simlib, told

SOURCES = ("wage", "business", "property", "transfer", "dibao")


@pytest.fixture(scope="session")
def runs(register: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Run folders of the full package by their number of draws."""
    out = tmp_path_factory.mktemp("explained")
    for draws in (0, 1, 3):
        assert run(register, "full_package", "--draws", draws, "--out", out).exit_code == 0
    found = {json.loads(path.read_text(encoding="utf-8"))["draws"]: path.parent for path in out.rglob("record.json")}
    assert sorted(found) == [0, 1, 3]
    return found


def written(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "households.parquet")


def first_households(folder: Path, number: int = 6) -> list[str]:
    """Some households with and without labour, as the run has them."""
    return [str(one) for one in written(folder)["household_id"].unique()[:: len(written(folder)) // (3 * number)]][:number]


def explained(folder: Path, household: str, register: Path, *words: object) -> Any:
    return told(simlib("explain", folder, household, "--registry", register, *words, "--json"))


def incomes(found: Mapping[str, Any]) -> list[dict[str, float]]:
    return [year["sources"] for year in found["years"]]


@pytest.mark.parametrize("draws", [0, 1])
def test_what_is_replayed_is_what_the_run_wrote(runs: dict[int, Path], register: Path, draws: int) -> None:
    table = written(runs[draws])
    for household in first_households(runs[draws]):
        found = explained(runs[draws], household, register)
        assert found["draw"] == (None if draws == 0 else 0)
        rows = table[table["household_id"] == household]
        for year, (_, row) in zip(found["years"], rows.iterrows(), strict=True):
            assert year["year"] == row["year"]
            assert year["sources"] == {source: pytest.approx(row[f"{source}_yuan"], abs=1e-9) for source in SOURCES}
            assert sum(round(100 * one["yuan"]) for one in year["parts"]) == round(100 * year["total"])
            assert (year["verdict"]["status"] == "exited") == (row["chance_exited"] == 1)
            assert year["verdict"]["lines"]["moving"]["at"] == (row["chance_at_moving"] == 1)


def test_draw_k_is_the_same_in_every_run_that_has_it(runs: dict[int, Path], register: Path) -> None:
    (household,) = first_households(runs[3], 1)
    three = [explained(runs[3], household, register, "--draw", draw) for draw in range(3)]
    assert three[0]["years"] == explained(runs[1], household, register)["years"]
    assert three[0]["years"] == explained(runs[3], household, register)["years"]
    assert incomes(three[1]) != incomes(three[2])
    central = explained(runs[3], household, register, "--central")
    assert (central["draw"], central["years"]) == (None, explained(runs[0], household, register)["years"])


def text(folder: Path, household: str, register: Path, *words: object) -> str:
    done = simlib("explain", folder, household, "--registry", register, *words)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_for_people_in_both_languages(runs: dict[int, Path], register: Path) -> None:
    (household,) = first_households(runs[3], 1)
    chinese, english = text(runs[3], household, register), text(runs[3], household, register, "--lang", "en")
    assert chinese.startswith(f"户 {household} · 村 ")
    assert "第 0 次模拟只是 3 次中的第一次" in chinese
    assert "合成数据（SYNTHETIC）" in chinese
    assert "\n2016 年\n" in chinese
    assert english.startswith(f"household {household} · village ")
    assert "draw 0 of 3 (counted from 0), seed 1" in english
    assert "Draw 0 is the first of 3 futures, taken for no other reason" in english
    assert "as registered in 2015" in english
    assert "二(四)" in english
    assert "governing line (fixed)" in english
    assert len(chinese.splitlines()) == len(english.splitlines())


def test_a_draw_that_is_asked_for_needs_no_excuse(runs: dict[int, Path], register: Path) -> None:
    (household,) = first_households(runs[3], 1)
    assert "for no other reason" not in text(runs[3], household, register, "--lang", "en", "--draw", 1)
    assert "deterministic: central values, no luck" in text(runs[3], household, register, "--lang", "en", "--central")


def assert_refused(result: Result, *said: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert [words for words in said if words not in result.stderr] == [], result.stderr


def test_an_unknown_household_gives_the_nearest(runs: dict[int, Path], register: Path) -> None:
    known = first_households(runs[0], 1)[0]
    done = simlib("explain", runs[0], f"{known}x", "--registry", register)
    assert_refused(done, f"there is no household '{known}x'", "the nearest:", known)


@pytest.mark.parametrize(
    ("draws", "words", "said"),
    [
        (3, ("--draw", 3), "--draw 3: the run has 3 draws, wanted 0 to 2"),
        (0, ("--draw", 0), "--draw 0: the run has 0 draws, wanted none: it is a deterministic run"),
        (3, ("--draw", 1, "--central"), "seen --central and --draw 1, wanted one of them"),
        (3, ("--lang", "fr"), "'fr' is not one of 'zh', 'en'"),
    ],
)
def test_bad_words(runs: dict[int, Path], register: Path, draws: int, words: tuple[object, ...], said: str) -> None:
    assert_refused(simlib("explain", runs[draws], "h", "--registry", register, *words), said)


def test_the_register_must_be_the_runs(runs: dict[int, Path], tmp_path: Path) -> None:
    made = simlib("registry", "synthesise", tmp_path / "other", "--people", 300, "--villages", 1)
    assert made.exit_code == 0
    done = simlib("explain", runs[0], "h", "--registry", tmp_path / "other")
    assert_refused(done, "the run was made on a register of hash sha256:", "give the run's own with --registry")


def test_the_bundled_register_is_found_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = synthesise.synthesise_registry(people=300, villages=1)
    monkeypatch.setattr(synthesise, "default_registry", lambda: made)
    assert simlib("run", "baseline", "--draws", 0, "--workers", 1, "--out", tmp_path / "runs").exit_code == 0
    (folder,) = run_folders(tmp_path / "runs")
    done = simlib("explain", folder, made.households["household_id"][0], "--lang", "en")
    assert done.exit_code == 0, done.stderr
    assert "why: " in done.stdout


def copied(folder: Path, place: Path) -> Path:
    return Path(shutil.copytree(folder, place / "copy"))


def test_another_versions_run_is_refused(runs: dict[int, Path], register: Path, tmp_path: Path) -> None:
    folder = copied(runs[0], tmp_path)
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    (folder / "record.json").write_text(json.dumps(record | {"package": "sha256:0"}), encoding="utf-8")
    assert_refused(simlib("explain", folder, "h", "--registry", register), "made by another version of simlib", "scenario.yaml again")


def test_numbers_that_the_run_did_not_write_are_our_fault(runs: dict[int, Path], register: Path, tmp_path: Path) -> None:
    folder, table = copied(runs[0], tmp_path), written(runs[0])
    (household,) = first_households(runs[0], 1)
    table.assign(wage_yuan=table["wage_yuan"] + 1).to_parquet(folder / "households.parquet", index=False)
    done = simlib("explain", folder, household, "--registry", register)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"error: household {household}, 2016: replayed wage" in done.stderr


def test_no_run(tmp_path: Path, register: Path) -> None:
    assert_refused(simlib("explain", tmp_path, "h", "--registry", register), "no run folder")


def test_help_names_the_exit_codes() -> None:
    done = simlib("explain", "--help")
    assert "explain" in main.commands
    assert "counted from 0" in done.stdout
    assert "Exit codes" in done.stdout

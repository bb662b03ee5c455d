"""`simlib compare`: scenarios run now, and stored runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from simlib.registry import synthesise
from tests.cli.calling import assert_bad_input, left_behind, run, run_folders, simlib, told


def compared(*words: object) -> Any:
    return told(simlib("compare", *words, "--json"))


def test_compare_scenarios(register: Path) -> None:
    found = compared("baseline", "full_package", "--registry", register, "--draws", 8)
    assert list(found) == ["schema", "baseline", "seed", "draws", "differences", "cost", "break_even"]
    assert (found["baseline"], found["draws"], found["break_even"]) == ("baseline", 8, [])
    (exited,) = [row for row in found["differences"] if row["statistic"] == "exited"]
    assert exited["low"] <= exited["difference"] <= exited["high"]
    assert exited["share_better"] == 1
    assert left_behind() == []


def test_compare_without_luck_has_no_intervals(register: Path) -> None:
    found = compared("baseline", "full_package", "--registry", register, "--draws", 0)
    for row in found["differences"]:
        assert {row[name] for name in ("low", "high", "share_above", "share_better")} == {None}
        assert row["difference"] is not None


def test_compare_for_people(register: Path) -> None:
    text = simlib("compare", "baseline", "full_package", "--registry", register, "--draws", 8).stdout
    assert text.startswith("full_package against baseline, 2018\n")
    assert "better in 100% of draws" in text
    assert "costs more, brings more" in text


def test_alternatives_are_compared_with_their_break_even(register: Path) -> None:
    words = ("compare", "employment_only", "asset_income_only", "--registry", register, "--draws", 8)
    done = simlib(*words)
    assert "employment_only and asset_income_only tie at training_added_chance = " in done.stdout
    assert "no tie over dividend_rate from 0.05 to 0.1: employment_only stays ahead of the other" in done.stdout
    assert "looking where employment_only and asset_income_only tie over training_added_chance" in done.stderr
    first, second = compared(*words[1:])["break_even"]
    assert first["fact"] == "training_added_chance"
    assert first["low"] < first["value"] < first["high"]
    assert (second["fact"], second["value"], second["error"]) == ("dividend_rate", None, None)


def test_a_break_even_that_is_asked_for(register: Path) -> None:
    words = ("baseline", "industry_only", "full_package", "--registry", register, "--draws", 0, "--break-even", "income_growth")
    found = compared(*words)["break_even"]
    assert [(one["first"], one["second"], one["fact"]) for one in found] == [
        ("baseline", "industry_only", "income_growth"),
        ("baseline", "full_package", "income_growth"),
    ]
    assert "deterministic" in simlib("compare", *words).stdout


@pytest.fixture
def stored(register: Path) -> dict[str, str]:
    """Run folders of two scenarios, and of one with another seed and number of draws."""
    run(register, "employment_only", "asset_income_only", "--draws", 6)
    run(register, "employment_only", "--draws", 6, "--seed", 2, "--out", "other_seed")
    run(register, "employment_only", "--draws", 4, "--out", "other_draws")
    found = {path.parent.parent.name + "/" + path.parent.name.split("-")[0]: str(path.parent) for path in Path().rglob("record.json")}
    assert len(found) == 4
    return found


def test_compare_stored_runs(register: Path, stored: dict[str, str]) -> None:
    pair = (stored["runs/employment_only"], stored["runs/asset_income_only"])
    from_disk = compared(*pair, "--registry", register)
    assert from_disk == compared("employment_only", "asset_income_only", "--registry", register, "--draws", 6)


def test_a_tie_of_stored_runs_needs_their_register(
    stored: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(synthesise, "default_registry", lambda: synthesise.synthesise_registry(people=300, villages=1))
    pair = (stored["runs/employment_only"], stored["runs/asset_income_only"])
    done = simlib("compare", *pair)
    assert done.exit_code == 0
    assert "no break-even: to look for a tie, the register of the runs (--registry)" in done.stderr
    asked = simlib("compare", *pair, "--break-even", "dividend_rate")
    assert asked.exit_code == 2
    assert "--break-even: to look for a tie, the register of the runs" in asked.stderr


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("other_seed/employment_only", "the runs differ in seed: 1, 2"),
        ("other_draws/employment_only", "the runs differ in draws: 4, 6"),
        ("runs/employment_only", "the same run is given twice"),
    ],
)
def test_runs_that_cannot_be_paired(stored: dict[str, str], other: str, said: str) -> None:
    done = simlib("compare", stored["runs/employment_only"], stored[other])
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_stored_scenarios_of_one_name_are_told_apart(register: Path) -> None:
    for seen, growth in (("a", 0.08), ("b", 0.09)):
        Path(seen).mkdir()
        Path(f"{seen}/ours.yaml").write_text(f"base: baseline\nfacts: {{income_growth: {{value: {growth}}}}}\n", encoding="utf-8")
        run(register, f"{seen}/ours.yaml", "--draws", 4)
    folders = list(map(str, run_folders()))
    found = compared(*folders)
    assert found["baseline"] == "ours " + folders[0].split("-")[-2]
    assert {row["scenario"] for row in found["differences"]} == {"ours " + folders[1].split("-")[-2]}


def test_what_runs_have_settled_is_not_asked_again(stored: dict[str, str]) -> None:
    done = simlib("compare", stored["runs/employment_only"], stored["runs/asset_income_only"], "--draws", 10)
    assert done.exit_code == 2
    assert "--draws is of no use with run folders" in done.stderr


def test_runs_and_scenarios_do_not_mix(stored: dict[str, str]) -> None:
    done = simlib("compare", stored["runs/employment_only"], "baseline")
    assert done.exit_code == 2
    assert "run folders and scenarios together" in done.stderr
    done = simlib("compare", "runs", "baseline")
    assert done.exit_code == 2
    assert "runs: no run folder" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["baseline"], "compare: seen one (baseline), wanted two at least"),
        (["baseline", "nope"], "there is no scenario 'nope'"),
        (["baseline", "full_package", "--break-even", "target_year"], "'target_year' is fixed"),
        (["baseline", "full_package", "--break-even", "dividend_rat"], "did you mean 'dividend_rate'"),
    ],
)
def test_bad_comparisons(words: Sequence[str], said: str) -> None:
    assert_bad_input(simlib("compare", *words), said)


def test_the_blocks_that_a_star_names_too_are_left_out(register: Path) -> None:
    for scenario in ("baseline", "full_package"):
        assert run(register, scenario, "--draws", 4).exit_code == 0
    everything = sorted(Path("runs").iterdir())
    assert "work" in [path.name for path in everything]
    done = simlib("compare", *everything)
    assert done.exit_code == 0, done.stderr
    assert "runs/work holds blocks that runs are made of, and no run: left out" in done.stderr

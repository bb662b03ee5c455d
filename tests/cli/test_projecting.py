"""`simlib run`: what it prints where, and what it leaves behind."""

import errno
from pathlib import Path

import pytest

from simlib.cli import projecting
from simlib.cli.text import SUMMARY_WIDTHS
from simlib.registry import synthesise
from tests.cli.calling import assert_bad_input, run, run_folders, simlib, told
from tests.small import small_register

FIELDS = ["schema", "scenario", "seed", "draws", "governing_line", "registry", "targets", "years", "funds", "cost"]
FIELDS += ["spending", "flow", "transitions", "paper", "sheets", "flips", "not_modelled"]
FIELDS += ["elapsed_s", "compile_s", "household_years_per_s"]


def test_run_prints_the_object_of_the_contract(register: Path) -> None:
    done = run(register, "full_package", "--draws", 8, "--json")
    one = told(done)
    assert list(one) == FIELDS
    assert one["elapsed_s"] >= one["compile_s"] >= 0
    assert one["registry"] == {"households": 395, "people": 1000, "villages": 3, "synthetic": True, "hash": small_register().hash}
    assert done.stdout.count("\n") == 1


def test_run_writes_a_folder_and_says_where(register: Path) -> None:
    done = run(register, "baseline", "--draws", 2)
    (folder,) = run_folders()
    assert folder.name.startswith("baseline-")
    assert f"baseline: written to {folder}" in done.stderr
    assert done.exit_code == 0


def test_one_run_is_one_screen_for_people(register: Path) -> None:
    text = run(register, "full_package", "--draws", 8).stdout
    assert text.startswith("SYNTHETIC register: 395 households, 1000 people, 3 poor villages\n")
    assert "full_package · 全套措施、逐年调整 · Full package, re-planned each year · 8 draws, seed 1" in text
    assert "P: chance that 95% or more reach it; met when P is 90% or more (both assumed)" in text
    assert "villages at 9,820: " in text and "furthest off (mean income): " in text
    assert "yuan of all planned funds (" in text
    assert "yuan for each person out of the register, all of this together; " in text
    lines = text.splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 140


def test_lines_stand_side_by_side(register: Path) -> None:
    lines = run(register, "full_package", "--draws", 8).stdout.splitlines()
    (head,) = [line for line in lines if line.split()[:1] == ["target"]]
    assert head.split() == ["target", "fixed*", "moving", "indexed"]
    (household,) = [line for line in lines if line.startswith("  household_income")]
    assert "2018" in household and "at 7,365 yuan" in household
    (each,) = [line for line in lines if line.split()[:2] == ["each", "people"]]
    assert each.count(" P ") == 3
    places = [head.index(name) for name in ("fixed*", "moving", "indexed")]
    assert all(each[place - 1] == " " and each[place] != " " for place in places)


def test_targets_without_a_line_and_the_years(register: Path) -> None:
    text = run(register, "full_package", "--draws", 8).stdout
    begins = [line.split()[:3] for line in text.splitlines()]
    for target in (["dibao_coverage", "2018", "people"], ["guarantees", "2018", "people"], ["services", "2018", "villages"]):
        assert target in begins
    (head,) = [line for line in text.splitlines() if line.startswith("  year ")]
    for name in ("out", "by dibao", "stable", "back in", "removed", "on paper", "paper exits", "secured", "safe house", "services"):
        assert name in head
    assert [line.split()[0] for line in text.splitlines() if line.split()[:1] in (["2016"], ["2017"], ["2018"])] == ["2016", "2017", "2018"]
    assert "2018, the verdict hangs on the line for " in text
    assert "2018, score sheet passed and not out: " in text


def test_several_runs_are_one_table(register: Path) -> None:
    text = run(register, "baseline", "full_package", "--draws", 8).stdout
    lines = text.splitlines()
    head = next(place for place, line in enumerate(lines) if line.startswith("scenario"))
    assert lines[head].split() == ["scenario", *" ".join(SUMMARY_WIDTHS).split()]
    assert [line.split()[0] for line in lines[head + 1 : head + 3]] == ["baseline", "full_package"]
    assert all(len(line.split()) == 12 for line in lines[head + 1 : head + 3])
    assert len(lines[head]) + len("full_package_village_programme") - len("full_package") <= 120
    assert "+ met, ? cannot be judged" in text


def test_all_bundled_scenarios(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simlib.scenario.bundled_scenarios", lambda: ["baseline", "full_package"])
    done = run(register, "--all", "industry_only", "baseline", "--draws", 0, "--json")
    assert [one["scenario"]["name"] for one in told(done)["runs"]] == ["baseline", "full_package", "industry_only"]
    assert len(run_folders()) == 3


def test_nothing_to_run_is_bad_input() -> None:
    assert_bad_input(simlib("run"), "run: seen no scenario; wanted names or paths, or --all for the bundled ones")


def test_several_scenarios_print_one_object(register: Path) -> None:
    both = told(run(register, "baseline", "full_package", "--draws", 2, "--json"))
    assert list(both) == ["schema", "runs"]
    assert both["schema"] == 1
    assert [one["scenario"]["name"] for one in both["runs"]] == ["baseline", "full_package"]
    assert all(list(one) == FIELDS for one in both["runs"])
    assert len(run_folders()) == 2


def test_workers_change_nothing_but_the_times(register: Path) -> None:
    one, two = (
        told(simlib("run", "full_package", "--registry", register, "--draws", 70, "--workers", workers, "--json")) for workers in (1, 2)
    )
    assert list(one.items())[:-3] == list(two.items())[:-3]
    assert len(run_folders()) == 1


def test_the_deterministic_run(register: Path) -> None:
    one = told(run(register, "full_package", "--draws", 0, "--json"))
    assert one["draws"] == 0
    judged = one["targets"]
    assert {value for row in judged for value in (row["met_share"]["p05"], row["met_share"]["p95"], row["mc_se"])} == {None}
    assert {value for row in judged for value in row["probability"].values()} == {None}
    assert {(row["verdict"], row["reason"]) for row in judged} == {("cannot judge", "too few draws")}
    assert all(row["met_share"]["mean"] is not None for row in judged)
    assert "deterministic: central values, no luck" in run(register, "full_package", "--draws", 0).stdout


def test_strict_ends_with_3_where_a_target_is_missed(register: Path) -> None:
    strict = run(register, "baseline", "--draws", 8, "--strict", "--json")
    assert strict.exit_code == 3
    assert "not met" in {row["verdict"] for row in told(strict)["targets"]}
    assert run(register, "baseline", "--draws", 8, "--json").exit_code == 0
    assert run(register, "baseline", "--draws", 0, "--strict").exit_code == 0  # nothing is missed for certain


def test_strict_looks_at_the_governing_line(register: Path) -> None:
    """Lines of nothing and of far too much: what is missed at the other line is no miss."""
    for name, governing, moving in (("low", "fixed", 1e6), ("high", "moving", 1e6)):
        text = f"""base: baseline
levers:
  governing_line: {governing}
  provincial_income: {{2015: 13360.4, 2016: {moving}, 2017: {moving}, 2018: {moving}}}
facts:
  planned_growth: {{value: -0.99, reason: a fixed line of nearly nothing}}
  service_provincial: {{value: 0, reason: no service is lacking}}
reporting: {{tolerance: 0.01}}
"""
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    verdicts = {(row["target"], row["line"]): row["verdict"] for row in told(run(register, "low.yaml", "--draws", 8, "--json"))["targets"]}
    assert verdicts[("household_income", "moving")] == "not met"
    assert {verdict for (_, line), verdict in verdicts.items() if line in (None, "fixed")} == {"met"}
    assert run(register, "low.yaml", "--draws", 8, "--strict").exit_code == 0
    assert run(register, "high.yaml", "--draws", 8, "--strict").exit_code == 3


def test_a_scenario_is_found_by_its_path(register: Path) -> None:
    Path("ours.yaml").write_text("base: baseline\ntitle: {en: Ours, zh: 我们的}\n", encoding="utf-8")
    by_name, by_path = (told(run(register, name, "--draws", 0, "--json")) for name in ("baseline", "ours.yaml"))
    assert by_path["scenario"] == {"name": "ours", "hash": by_name["scenario"]["hash"]}
    assert by_path["years"] == by_name["years"]


def test_without_a_register_the_full_task_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthesise, "default_registry", small_register)
    assert told(simlib("run", "baseline", "--draws", 0, "--json"))["registry"]["hash"] == small_register().hash


def test_a_register_is_accounted_for_on_stderr(register: Path) -> None:
    done = run(register, "baseline", "--draws", 0)
    assert "small: SYNTHETIC, 395 households, 1000 registered people" in done.stderr
    assert "households.willing: 395 cells = 0 kept + 0 refused + 395 defaulted" in done.stderr


# ---- blocks on disk


def blocks(out: Path = Path("runs")) -> list[Path]:
    return sorted((out / "work").rglob("v*"))


def test_finished_blocks_are_kept_and_taken_over(register: Path) -> None:
    words = ("full_package", "--json")
    whole = told(run(register, *words, "--draws", 70, "--out", "whole"))
    assert "finished before" not in run(register, *words, "--draws", 30).stderr
    few = len(blocks())
    grown = run(register, *words, "--draws", 70)
    assert f"full_package: {few} of {len(blocks())} blocks were finished before and are taken over\n" in grown.stderr
    assert list(told(grown).items())[:-3] == list(whole.items())[:-3]
    for path in blocks()[::2]:
        path.unlink()
    spoiled = blocks()[0]
    spoiled.write_bytes(spoiled.read_bytes()[:-1])
    again = run(register, *words, "--draws", 70)
    assert list(told(again).items())[:-3] == list(whole.items())[:-3]
    assert again.stderr.count(" was damaged and is made again") == 1
    assert same_files(run_folders()[-1], run_folders(Path("whole"))[0])


def same_files(one: Path, other: Path) -> bool:
    """Whether two folders are the same in every byte."""
    seen, wanted = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in (one, other))
    return one.name == other.name and seen == wanted


def test_a_deterministic_run_keeps_no_blocks(register: Path) -> None:
    run(register, "baseline", "--draws", 0)
    assert not (Path("runs") / "work").exists()


def test_two_runs_of_the_same_numbers_do_not_meet(register: Path) -> None:
    from simlib.engine.kept import Kept

    run(register, "full_package", "--draws", 2)
    before = {path: path.read_bytes() for path in Path("runs").rglob("*") if path.is_file()}
    (folder,) = (Path("runs") / "work").iterdir()
    with Kept(folder).locked():
        second = run(register, "full_package", "--draws", 4)
    assert (second.exit_code, second.stdout) == (1, "")
    assert f"error: another run of the same numbers works in {folder}: wait until it ends, or give this one another folder" in second.stderr
    assert {path: path.read_bytes() for path in Path("runs").rglob("*") if path.is_file()} == before
    assert run(register, "full_package", "--draws", 4).exit_code == 0


def test_a_full_disk_is_one_line_and_the_same_command_goes_on(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simlib.engine import blocks as cutting
    from simlib.engine import kept

    monkeypatch.setattr(cutting, "PART_HOUSEHOLDS", 100)
    real, calls = kept._write, list[Path]()

    def full(path: Path, content: bytes) -> None:
        calls.append(path)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(kept, "_write", full)
        done = run(register, "full_package", "--draws", 70)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: cannot write to runs/work/")
    assert ": No space left on device (a block of " in last and last.endswith("make room, and the same command goes on from there")
    assert len(blocks()) == 2
    again = run(register, "full_package", "--draws", 70)
    assert "full_package: 2 of " in again.stderr
    run(register, "full_package", "--draws", 70, "--out", "whole")
    assert same_files(run_folders()[0], run_folders(Path("whole"))[0])


def test_draws_are_added_until_verdicts_are_settled(register: Path) -> None:
    done = run(register, "baseline", "--draws", 40, "--until-settled", "--json")
    assert told(done)["draws"] == 40
    assert "baseline: 40 draws: all 11 verdicts at the governing line are settled\n" in done.stderr


def test_the_limit_is_said_with_what_is_not_settled(register: Path) -> None:
    words = ("full_package", "--draws", 8, "--until-settled", "--most-draws", 20, "--json")
    done = run(register, *words)
    lines = [line for line in done.stderr.splitlines() if " verdicts " in line]
    assert [line.split(" draws: ")[0] for line in lines[:3]] == ["full_package: 8", "full_package: 16", "full_package: 20"]
    assert all(" verdicts are settled, not " in line and " asked 0.90: would need about " in line for line in lines[:3])
    assert lines[3].startswith("full_package: --most-draws 20 is reached with ")
    assert f"  {lines[2].split('settled, not ')[1].split(' (and')[0]}\n" in done.stderr
    plain = told(run(register, "full_package", "--draws", 20, "--json", "--out", "plain"))
    assert list(told(done).items())[:-3] == list(plain.items())[:-3]
    assert same_files(run_folders()[0], run_folders(Path("plain"))[0])


def test_what_cannot_be_settled_is_bad_input(register: Path) -> None:
    assert_bad_input(run(register, "baseline", "--draws", 0, "--until-settled"), "seen 0 draws, which is deterministic")
    assert_bad_input(run(register, "baseline", "--draws", 9, "--until-settled", "--most-draws", 8), "wanted no fewer than the 9")
    assert_bad_input(run(register, "baseline", "--most-draws", 8), "without until settled")


def test_much_room_taken_by_blocks_is_said(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "finished blocks" not in run(register, "baseline", "--draws", 2).stderr
    monkeypatch.setattr(projecting, "MUCH", 1)
    assert "runs/work holds 0.0 GB of finished blocks" in run(register, "baseline", "--draws", 2).stderr

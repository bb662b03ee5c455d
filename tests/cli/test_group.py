"""What goes wrong: messages on stderr, exit codes, nothing half-done."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from simlib import runs as runs_package
from simlib.engine.feed import Feed
from simlib.errors import RunError
from simlib.runs import single
from tests.cli.calling import assert_bad_input, left_behind, run, run_folders, simlib


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["base_line"], ["there is no scenario 'base_line'", "did you mean 'baseline'"]),
        (["no/such.yaml"], ["there is no file no/such.yaml"]),
        (["baseline", "base_line"], ["did you mean 'baseline'"]),
        (["baseline", "baseline"], ["'baseline' is the name of more than one of the scenarios"]),
        (["baseline", "--draws", "-1"], ["-1 is not in the range"]),
        (["baseline", "--draws", "many"], ["'many' is not a valid integer"]),
        (["baseline", "--draws", str(2**40)], ["draws: seen 1099511627776"]),
        (["baseline", "--workers", "0"], ["0 is not in the range"]),
        (["baseline", "--drawz", "1"], ["No such option", "--draws"]),
        ([], ["run: seen no scenario; wanted names or paths, or --all for the bundled ones"]),
    ],
)
def test_bad_words_write_nothing(register: Path, words: Sequence[str], said: Sequence[str]) -> None:
    assert_bad_input(run(register, *words), *said)


def test_an_unknown_register_names_the_nearest(register: Path) -> None:
    assert_bad_input(run(register.with_name("smal"), "baseline"), "there is no", "did you mean", str(register))
    assert_bad_input(simlib("run", "baseline", "--registry", "nowhere"), "there is no nowhere")


def test_an_unknown_mapping_names_the_nearest(register: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("mappings")
    (folder / "foreign.yaml").write_text("", encoding="utf-8")
    assert_bad_input(run(register, "baseline", "--mapping", folder / "foregn.yaml"), "did you mean", "foreign.yaml")


def test_a_mapping_needs_its_register() -> None:
    assert_bad_input(simlib("run", "baseline", "--mapping", "m.yaml"), "--mapping needs --registry")


def test_a_bad_plan_stops_everything_before_the_first_run(register: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plans")
    (folder / "plan.csv").write_text("household_id,year,measure,fund,fen\nnobody,2016,training,household,100\n", encoding="utf-8")
    levers = "levers: {allocation: {mode: plan, plan: plan.csv}}"
    (folder / "planned.yaml").write_text(f"base: full_package\n{levers}\n", encoding="utf-8")
    assert_bad_input(run(register, "baseline", folder / "planned.yaml", "--draws", 2), "household 'nobody' is not in the register")


def test_a_place_that_cannot_be_written_to_ends_with_1_before_anything_runs(register: Path) -> None:
    Path("runs").write_text("a file", encoding="utf-8")
    done = run(register, "baseline", "--draws", 2)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "error: cannot write to runs" in done.stderr
    assert left_behind() == ["runs"]


def stop_at(which: int, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the n-th scenario end with an error."""
    calls: list[object] = []
    real = single.run_prepared

    def stopped(*words: Any, **options: Any) -> Any:
        calls.append(words)
        if len(calls) == which:
            raise error
        return real(*words, **options)

    monkeypatch.setattr(runs_package, "run_prepared", stopped)


@pytest.mark.parametrize(("error", "code", "said"), [(KeyboardInterrupt(), 130, "stopped"), (RunError("no luck"), 1, "error: no luck")])
def test_what_is_finished_stays(register: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str) -> None:
    stop_at(2, error, monkeypatch)
    done = run(register, "baseline", "full_package", "--draws", 2)
    assert done.exit_code == code
    assert said in done.stderr
    (folder,) = run_folders()
    assert folder.name.startswith("baseline-")
    assert "baseline" in done.stdout


def test_the_unforeseen_is_one_line_and_a_log(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("by\nnothing")

    monkeypatch.setattr(Feed, "_add", broken)
    done = run(register, "baseline", "--draws", 2)
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("simlib failed: ZeroDivisionError: by nothing (log: ")
    log = Path(last.removesuffix(")").rpartition("log: ")[2])
    assert "ZeroDivisionError: by" in log.read_text(encoding="utf-8")
    assert "Traceback" in log.read_text(encoding="utf-8")
    log.unlink()

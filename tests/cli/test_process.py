"""The command line as a process of its own: exit codes, streams, signals."""

import json
import os
import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.calling import run_folders

PRESSING = """
import os, signal
from simlib import runs, store
from simlib.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the one who started this does with it
real, calls = {function}, []

def pressed(*words, **options):
    calls.append(words)
    if len(calls) == {at}:
        os.kill(os.getpid(), signal.SIGINT)
    return real(*words, **options)

{function} = pressed
main()
"""

TALKATIVE = """
import signal
from simlib.cli import main, progress

signal.signal(signal.SIGINT, signal.default_int_handler)
progress.EVERY_S = 0.0
main()
"""
MANY = 100_000


def pressing(function: str, at: int) -> str:
    """The command line, which presses Ctrl-C itself when it calls a function of simlib for the n-th time."""
    return PRESSING.format(function=function, at=at)


def begun(folder: Path, *words: object, start: tuple[str, ...] = ("-m", "simlib.cli")) -> subprocess.Popen[str]:
    """Start simlib in a folder, its streams apart."""
    root = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONUTF8": "1"}
    command, pipe = [sys.executable, *start, *map(str, words)], subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True, encoding="utf-8")


def process(folder: Path, *words: object, start: tuple[str, ...] = ("-m", "simlib.cli")) -> subprocess.CompletedProcess[str]:
    """Run simlib in a folder to its end."""
    with begun(folder, *words, start=start) as running:
        stdout, stderr = running.communicate()
    return subprocess.CompletedProcess(running.args, running.returncode, stdout, stderr)


def test_json_has_stdout_to_itself(tmp_path: Path, register: Path) -> None:
    done = process(tmp_path, "run", "full_package", "--registry", register, "--draws", 4, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["draws"] == 4
    assert done.stdout.count("\n") == 1
    assert "full_package: 395 households, 3 years, 4 draws\n" in done.stderr
    assert "full_package: written to runs" in done.stderr


def test_bad_input_ends_with_2_and_leaves_nothing(tmp_path: Path, register: Path) -> None:
    done = process(tmp_path, "run", "base_line", "--registry", register, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: there is no scenario 'base_line'; did you mean 'baseline'?")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_missed_target_ends_with_3(tmp_path: Path, register: Path) -> None:
    done = process(tmp_path, "run", "baseline", "--registry", register, "--draws", 8, "--strict")
    assert done.returncode == 3, done.stderr
    assert "not met" in done.stdout
    assert len(run_folders(tmp_path / "runs")) == 1


def test_the_machines_fault_ends_with_1(tmp_path: Path, register: Path) -> None:
    (tmp_path / "runs").write_text("a file", encoding="utf-8")
    done = process(tmp_path, "run", "baseline", "--registry", register, "--draws", 2)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error: cannot write to runs" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself SIGINT there")
def test_a_stop_ends_with_130_and_keeps_what_is_finished(tmp_path: Path, register: Path) -> None:
    words = ("run", "baseline", "full_package", "--registry", register, "--draws", 2, "--json")
    done = process(tmp_path, *words, start=("-c", pressing("runs.run_prepared", at=2)))
    assert done.returncode == 130, done.stderr
    assert done.stderr.endswith("stopped\n")
    assert "Traceback" not in done.stderr
    (folder,) = run_folders(tmp_path / "runs")
    assert folder.name.startswith("baseline-")
    assert (folder / "record.json").is_file()
    told = json.loads(done.stdout)
    assert [one["scenario"]["name"] for one in told["runs"]] == ["baseline"]


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself SIGINT there")
@pytest.mark.parametrize("command", [("run", "baseline", "--json"), ("compare", "baseline", "full_package")])
def test_a_stop_before_anything_is_finished_leaves_nothing(tmp_path: Path, register: Path, command: tuple[str, ...]) -> None:
    done = process(tmp_path, *command, "--registry", register, "--draws", 2, start=("-c", pressing("runs.run_prepared", at=1)))
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert done.stderr.endswith("stopped\n")
    assert [path.name for path in tmp_path.rglob("*")] in ([], ["runs"])


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself SIGINT there")
def test_a_stop_while_a_run_is_written_waits_until_it_is(tmp_path: Path, register: Path) -> None:
    words = ("run", "baseline", "full_package", "--registry", register, "--draws", 2)
    done = process(tmp_path, *words, start=("-c", pressing("store.write_run", at=1)))
    assert done.returncode == 130, done.stderr
    (folder,) = run_folders(tmp_path / "runs")
    assert f"baseline: written to runs/{folder.name}" in done.stderr
    assert "\nbaseline " in done.stdout
    assert "full_package" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to another process there")
def test_a_stop_in_the_middle_keeps_the_draws_that_are_finished(tmp_path: Path, register: Path) -> None:
    """Sent when the first line of progress is seen, with a hundred thousand draws to go."""
    words = ("run", "full_package", "baseline", "--registry", register, "--workers", 1, "--json")
    with begun(tmp_path, *words, "--draws", MANY, start=("-c", TALKATIVE)) as running:
        assert running.stderr is not None
        before = list(takewhile(lambda line: "left" not in line, running.stderr))
        running.send_signal(signal.SIGINT)
        stdout, stderr = running.communicate(timeout=300)
    assert running.returncode == 130, [*before, stderr]
    assert "Traceback" not in stderr
    (folder,) = run_folders(tmp_path / "runs")
    draws = json.loads(stdout)["runs"][0]["draws"]
    assert 0 < draws < MANY
    same = f"the same {draws} draws are the beginning of any longer run, and the same command goes on from there"
    assert f"stopped: {draws} of {MANY} draws were finished and are kept in runs/{folder.name}; {same}\n" in stderr
    whole = process(tmp_path, *words[:2], *words[3:], "--draws", draws, "--out", "whole")
    assert whole.returncode == 0, whole.stderr
    again = tmp_path / "whole" / folder.name
    assert (again / "record.json").read_bytes() == (folder / "record.json").read_bytes()
    kept, fresh = (pd.read_parquet(path / "draws.parquet") for path in (folder, again))
    pd.testing.assert_frame_equal(kept, fresh)


def test_a_reader_that_goes_away_is_no_crash(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        command = [sys.executable, "-m", "simlib.cli", "facts", "--json"]
        done = subprocess.run(command, cwd=tmp_path, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys; from simlib.cli import main\ntry: main(['run', '--help'])\nexcept SystemExit: print(*sys.modules, file=sys.stderr)"
    done = process(tmp_path, start=("-c", code))
    assert "Project and assess each SCENARIO" in done.stdout
    assert {"numba", "pandas", "numpy"} & set(done.stderr.split()) == set()

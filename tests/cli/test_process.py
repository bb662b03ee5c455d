"""The command line as a process of its own: exit codes, streams, signals."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

STOPPED_AT_THE_SECOND = """
import os, signal
from simlib import runs
from simlib.cli import main

real, calls = runs.run_prepared, []

def run_prepared(*words, **options):
    calls.append(words)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.SIGINT)
    return real(*words, **options)

runs.run_prepared = run_prepared
main()
"""


def process(folder: Path, *words: object, start: tuple[str, ...] = ("-m", "simlib.cli")) -> subprocess.CompletedProcess[str]:
    """Run simlib in a folder, its streams apart."""
    root = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONUTF8": "1"}
    command = [sys.executable, *start, *map(str, words)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


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
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_the_machines_fault_ends_with_1(tmp_path: Path, register: Path) -> None:
    (tmp_path / "runs").write_text("a file", encoding="utf-8")
    done = process(tmp_path, "run", "baseline", "--registry", register, "--draws", 2)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error: cannot write to runs" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself SIGINT there")
def test_a_stop_ends_with_130_and_keeps_what_is_finished(tmp_path: Path, register: Path) -> None:
    words = ("run", "baseline", "full_package", "--registry", register, "--draws", 2)
    done = process(tmp_path, *words, start=("-c", STOPPED_AT_THE_SECOND))
    assert done.returncode == 130, done.stderr
    assert done.stderr.endswith("stopped\n")
    assert "Traceback" not in done.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("baseline-")
    assert (folder / "record.json").is_file()


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

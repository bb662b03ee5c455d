"""SIGKILL while it runs: after resuming, the same bytes."""

import random
import signal
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from tests.cli.calling import run_folders
from tests.cli.test_process import begun, process

DRAWS, KILLS, BLOCKS = 2_000, 4, 14
WORDS = ("run", "full_package", "--draws", DRAWS, "--workers", 1)
DYING = """
import os, signal
from simlib import store
from simlib.cli import main
from simlib.engine import kept

def dying(home, name, at):
    real, calls = getattr(home, name), []
    def called(*words, **options):
        calls.append(words)
        if len(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*words, **options)
    setattr(home, name, called)

dying({home}, {name!r}, {at})
main()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def undisturbed(register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of a run that nobody disturbs."""
    home = tmp_path_factory.mktemp("undisturbed")
    done = process(home, *WORDS, "--registry", register)
    assert done.returncode == 0, done.stderr
    (folder,) = run_folders(home / "runs")
    return folder


def assert_resumed(home: Path, register: Path, undisturbed: Path) -> int:
    """Run it to its end: the same bytes, and nothing left of what was killed. -> blocks that were taken over"""
    done = process(home, *WORDS, "--registry", register)
    assert done.returncode == 0, done.stderr
    (folder,) = run_folders(home / "runs")
    assert folder.name == undisturbed.name
    assert contents(folder) == contents(undisturbed)
    assert [path.name for path in (home / "runs" / "work").rglob(".writing-*")] == []
    said = [line for line in done.stderr.splitlines() if "finished before" in line]
    return int(said[0].split(": ")[1].split(" ")[0]) if said else 0


def test_killed_again_and_again_it_ends_with_the_same_bytes(register: Path, undisturbed: Path, tmp_path: Path) -> None:
    luck, goal = random.Random(5), 0
    for _ in range(KILLS):
        goal += luck.randint(1, BLOCKS // KILLS)
        with begun(tmp_path, *WORDS, "--registry", register) as running:
            for _ in count():
                if len(list((tmp_path / "runs").glob("work/*/v*"))) >= goal or running.poll() is not None:
                    break
                time.sleep(luck.random() / 100)
            running.send_signal(signal.SIGKILL)
            running.communicate(timeout=300)
    assert assert_resumed(tmp_path, register, undisturbed) >= goal


@pytest.mark.parametrize(
    ("home", "name", "at", "blocks"),
    [
        ("kept", "_write", 3, 2),
        ("os", "replace", 2, 1),
        ("store", "write_folder", 1, BLOCKS),
    ],
)
def test_killed_where_it_writes(home: str, name: str, at: int, blocks: int, register: Path, undisturbed: Path, tmp_path: Path) -> None:
    killed = process(tmp_path, *WORDS, "--registry", register, start=("-c", DYING.format(home=home, name=name, at=at)))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert assert_resumed(tmp_path, register, undisturbed) == blocks

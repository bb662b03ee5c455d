"""`run --cluster` and `verify --cluster`: the same output as without, on workers; registers of any kind; what does not go together."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from simlib.registry import write_registry
from simlib.registry.parting import write_parts
from simlib.runs import TABLES
from tests.cli.calling import simlib as call
from tests.small import small_register
from tests.spread.country import WALL_CLOCK, contents, record, same_tables
from tests.spread.schedulers import scheduler

RUN = ("run", "full_package", "--draws", "20", "--json")


@pytest.fixture(scope="module")
def in_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("register") / "parts"
    one = small_register()
    write_parts([(one.households, one.villages)], place, synthetic=True, part_households=150)
    return place


def told(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return {name: value for name, value in found.items() if name not in WALL_CLOCK}


def test_workers_print_and_write_what_one_core_does(in_parts: Path, tmp_path: Path) -> None:
    alone = call(*RUN, "--registry", str(in_parts), "--out", str(tmp_path / "alone"))
    spread = call(*RUN, "--registry", str(in_parts), "--out", str(tmp_path / "spread"), "--cluster", "local:2")
    assert (alone.exit_code, spread.exit_code) == (0, 0), spread.stderr
    assert told(spread.stdout) == told(alone.stdout)
    (one,), (other,) = ([path for path in (tmp_path / name).iterdir() if path.name != "work"] for name in ("alone", "spread"))
    assert one.name == other.name
    same_tables(one, other)
    assert record(one) == record(other)
    for run, cluster in ((one, ("--cluster", "local:1")), (other, ())):
        found = call("verify", str(run), "--registry", str(in_parts), *cluster)
        assert found.exit_code == 0, found.stdout
        assert f"re-run: the same bits in all {len(TABLES)} tables" in found.stdout
    assert not list(tmp_path.glob("*/.verify-*"))


def test_a_register_that_is_not_in_parts_is_put_into_them(tmp_path: Path) -> None:
    write_registry(small_register(), tmp_path / "register")
    options = ("--registry", str(tmp_path / "register"), "--out", str(tmp_path / "out"))
    spread = call(*RUN, *options, "--cluster", "local:1")
    assert spread.exit_code == 0, spread.stderr
    assert "putting the register into parts for the workers" in spread.stderr
    again = call(*RUN, *options, "--cluster", "local:1")
    assert "putting" not in again.stderr
    assert "1 of 1 blocks were finished before and are taken over" in again.stderr
    assert told(again.stdout) == told(spread.stdout) == told(call(*RUN, *options).stdout)


def test_draws_are_added_on_a_cluster_too(in_parts: Path, tmp_path: Path) -> None:
    options = ("--until-settled", "--most-draws", "40", "--registry", str(in_parts))
    alone = call(*RUN, *options, "--out", str(tmp_path / "alone"))
    spread = call(*RUN, *options, "--out", str(tmp_path / "spread"), "--cluster", "local:1")
    assert told(spread.stdout) == told(alone.stdout)
    assert told(spread.stdout)["draws"] == 40
    assert [path.name for path in (tmp_path / "spread").iterdir() if path.name != "work"] == [
        path.name for path in (tmp_path / "alone").iterdir() if path.name != "work"
    ]
    looks = [[line for line in one.stderr.splitlines() if "verdicts" in line] for one in (alone, spread)]
    assert looks[0] == looks[1]
    assert len(looks[0]) >= 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--tls-ca", __file__), "--tls-ca, --tls-cert and --tls-key belong to --cluster tls://HOST:PORT"),
        (("--tls-ca", __file__, "--cluster", "tcp://127.0.0.1:9"), "with --cluster tcp://127.0.0.1:9, which is not encrypted"),
        (("--cluster", "tcp://127.0.0.1:9", "--workers", "2"), "it has the workers that it has; leave --workers out"),
        (("--cluster", "local:2", "--workers", "3"), "it has the workers that it has; leave --workers out"),
        (("--cluster", "here"), "cluster: seen 'here', wanted local, local:N"),
    ],
)
def test_what_does_not_go_together_is_refused(in_parts: Path, tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    found = call(*RUN, "--registry", str(in_parts), "--out", str(tmp_path / "out"), *options)
    assert found.exit_code == 2
    assert message in found.stderr
    assert not list(tmp_path.iterdir()), "nothing was written"


MANY_DRAWS = ("run", "full_package", "--draws", "3000")  # some seconds, in some 60 blocks


def begun(out: Path, *options: str) -> subprocess.Popen[str]:
    """A run as a process of its own, which has finished another block."""
    already = len(list(out.glob("work/*-parts/*/*.zst")))
    command = [sys.executable, "-m", "simlib.cli", *MANY_DRAWS, "--out", str(out), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while len(list(out.glob("work/*-parts/*/*.zst"))) <= already:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return process


def test_a_killed_command_and_a_killed_scheduler_leave_what_is_finished(in_parts: Path, tmp_path: Path) -> None:
    options = ("--registry", str(in_parts))
    assert call(*MANY_DRAWS, *options, "--out", str(tmp_path / "whole"), "--cluster", "local:2").exit_code == 0
    killed = begun(tmp_path / "killed", *options, "--cluster", "local:2")
    killed.kill()
    killed.communicate()
    with scheduler() as (address, process):
        lost = begun(tmp_path / "killed", *options, "--cluster", address)
        process.kill()
        _, said = lost.communicate()
    assert lost.returncode == 1, said
    assert said.strip().splitlines()[-1].startswith("error: the scheduler of the cluster is gone; finished blocks are kept")
    assert [path.name for path in (tmp_path / "killed").iterdir()] == ["work"], "no half of a run folder"
    done = call(*MANY_DRAWS, *options, "--out", str(tmp_path / "killed"), "--cluster", "local:2")
    assert done.exit_code == 0, done.stderr
    assert "blocks were finished before and are taken over" in done.stderr
    whole, resumed = (next((tmp_path / name).glob("full_package-*")) for name in ("whole", "killed"))
    assert whole.name == resumed.name
    assert contents(whole) == contents(resumed)


@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
def test_ctrl_c_ends_workers_without_a_word_of_theirs(in_parts: Path, tmp_path: Path) -> None:
    options = ["--registry", str(in_parts), "--out", str(tmp_path), "--cluster", "local:2", "--draws", "20000"]
    command = [sys.executable, "-m", "simlib.cli", "run", "full_package", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "looking through" in line:  # workers are there
                os.killpg(process.pid, signal.SIGINT)
    assert process.returncode == 130, said
    assert "Traceback" not in "".join(said)
    assert said[-1].startswith("stopped: finished blocks are kept in")

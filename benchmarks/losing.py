"""SIGKILL at random moments of a worker, or of the scheduler, of a cluster that runs: the same bytes in the end?

    python -m benchmarks.losing [--kills 50] [--what worker|scheduler|both] [--people 20000] [--draws 3000] [--seed 1]

A scheduler and two workers are processes of their own. A run that nobody disturbs says how long it takes and what its folder holds. Then
one is killed at a moment drawn evenly from that time. A lost worker is replaced and the command goes on by itself; with a lost scheduler
the command ends with 1, and is given again when there is another one.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.killing import contents

TRIES = 5
START = (sys.executable, "-m", "simlib.cli")
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Cluster:
    """A scheduler and two workers, any of which may be killed and begun anew."""

    def __init__(self, home: Path) -> None:
        self._home, self._number = home, 0
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def begin(self) -> None:
        """A scheduler at a new address, and its workers."""
        self._number += 1
        told = self._home / f"scheduler-{self._number}.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)]
        self.scheduler = subprocess.Popen([sys.executable, "-m", "dask", "scheduler", *options], **QUIET)  # type: ignore[call-overload]
        while not told.exists() or '"address"' not in (text := told.read_text(encoding="utf-8")):
            time.sleep(0.05)
        self.address = text.split('"address": "')[1].split('"')[0]
        self.workers = [self._worker() for _ in range(2)]

    def _worker(self) -> subprocess.Popen[bytes]:
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
        return subprocess.Popen([sys.executable, "-m", "dask", "worker", self.address, *options], **QUIET)  # type: ignore[call-overload]

    def lose_worker(self, which: int) -> None:
        """Kill one, and begin another."""
        self.workers[which].kill()
        self.workers[which].wait()
        self.workers[which] = self._worker()

    def end(self) -> None:
        """Kill what there is."""
        for one in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            one.send_signal(signal.SIGKILL)
            one.wait()
        self.workers, self.scheduler = [], None


@contextmanager
def cluster(home: Path) -> Iterator[Cluster]:
    """A cluster as long as it lasts."""
    found = Cluster(home)
    found.begin()
    try:
        yield found
    finally:
        found.end()


@dataclass
class Outcome:
    """What came of it."""

    what: str
    kills: int = 0
    during: int = 0  # of them while the command ran
    resumed: int = 0  # commands that ended with 1 and were given again
    seconds: float = 0.0  # of an undisturbed run
    different: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        same = "all the same bytes" if not self.different else f"NOT the same: {', '.join(self.different)}"
        when = f"{self.during} while a run of {self.seconds:.1f} s was on"
        return f"{self.kills} kills of a {self.what} ({when}, {self.resumed} given again); {same}"


def lost(what: str, kills: int, people: int, draws: int, seed: int) -> Outcome:
    """Kill a worker or the scheduler so many times, and compare what the runs come to."""
    luck, outcome = random.Random(seed), Outcome(what)
    with tempfile.TemporaryDirectory(prefix="simlib-losing-") as scratch, cluster(home := Path(scratch)) as there:
        subprocess.run([*START, "registry", "synthesise", home / "register.parquet", "--people", str(people)], check=True, **QUIET)  # type: ignore[call-overload]
        subprocess.run([*START, "registry", "convert", home / "register.parquet", home / "parts", "--partition"], check=True, **QUIET)  # type: ignore[call-overload]
        for name in ("warm", "whole"):
            begin = time.perf_counter()
            assert _command(there, home, draws, home / name).wait() == 0
            outcome.seconds = time.perf_counter() - begin
        wanted = contents(home / "whole")
        for number in range(kills):
            _one(there, home, draws, home / f"round{number}", luck, outcome)
            found = contents(home / f"round{number}")
            outcome.different += [name for name in sorted(wanted.keys() | found.keys()) if wanted.get(name) != found.get(name)]
            shutil.rmtree(home / f"round{number}")
    return outcome


def _command(there: Cluster, home: Path, draws: int, out: Path) -> subprocess.Popen[bytes]:
    options = ["--registry", home / "parts", "--cluster", there.address, "--draws", str(draws), "--out", out]
    return subprocess.Popen([*START, "run", "full_package", *options], **QUIET)  # type: ignore[call-overload]


def _one(there: Cluster, home: Path, draws: int, out: Path, luck: random.Random, outcome: Outcome) -> None:
    """One run, with one kill."""
    running = _command(there, home, draws, out)
    time.sleep(luck.uniform(0, outcome.seconds))
    outcome.kills, outcome.during = outcome.kills + 1, outcome.during + (running.poll() is None)
    if outcome.what == "worker":
        there.lose_worker(luck.randrange(2))
        code = running.wait()
    else:
        there.end()
        code = running.wait()
        there.begin()
    for _ in range(TRIES):
        if not code:
            return
        outcome.resumed += 1
        code = _command(there, home, draws, out).wait()
    raise SystemExit(f"a run ended with {code} again and again")


def main() -> None:
    """Kill, and print what came of it. Ends with 1 where a byte differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", choices=("worker", "scheduler", "both"), default="both")
    for name, default in (("kills", 50), ("people", 20_000), ("draws", 3_000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = vars(parser.parse_args())
    what = given.pop("what")
    failed = False
    for one in ("worker", "scheduler") if what == "both" else (what,):
        outcome = lost(one, **given)
        print(outcome, flush=True)
        failed |= bool(outcome.different)
    sys.exit(1 if failed else os.EX_OK)


if __name__ == "__main__":
    main()

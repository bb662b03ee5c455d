"""SIGKILL at random moments of `simlib run`: after resuming, the same bytes?

    python -m benchmarks.killing [--kills 50] [--people 20000] [--draws 3000] [--seed 1]

A run that nobody disturbs says how long it takes and what its folder holds. Then others are killed at moments drawn evenly from that time,
each resumed with the same command, which may be killed again, until one ends by itself and its folder is compared byte for byte; and so on
until there were so many kills.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

TAKEN_OVER = "finished before and are taken over"


@dataclass
class Outcome:
    """What came of it."""

    kills: int = 0
    before: int = 0  # kills before the first block of a process's run
    working: int = 0  # while blocks were made
    after: int = 0  # when all blocks were there: assessing, writing the run folder
    half_written: int = 0  # kills that left a temporary file or folder behind
    taken_over: int = 0  # blocks that were not made again, over all resumed runs
    ended: int = 0  # runs that ended by themselves and were compared
    different: list[str] = field(default_factory=list)  # what was not as in the undisturbed run
    seconds: float = 0.0  # of the undisturbed run
    blocks: int = 0  # of one run

    def __str__(self) -> str:
        where = f"{self.before} before the first block, {self.working} between blocks, {self.after} after the last"
        same = "all the same bytes" if not self.different else f"NOT the same: {', '.join(self.different)}"
        return (
            f"{self.kills} kills ({where}; {self.half_written} left something half-written), {self.ended} runs of {self.blocks} blocks "
            f"and {self.seconds:.1f} s ended, {self.taken_over} blocks taken over; {same}"
        )


def killed(kills: int = 50, people: int = 20_000, draws: int = 3_000, seed: int = 1) -> Outcome:
    """Kill runs so many times, and compare what they come to."""
    luck, outcome = random.Random(seed), Outcome()
    with tempfile.TemporaryDirectory(prefix="simlib-killing-") as scratch:
        home = Path(scratch)
        command = _command(home, people, draws)
        _finished([*command, "--out", str(home / "warm")])  # compiles
        begin = time.perf_counter()
        _finished([*command, "--out", str(home / "whole")])
        outcome.seconds, wanted = time.perf_counter() - begin, contents(home / "whole")
        outcome.blocks = _blocks(home / "whole")
        while outcome.kills < kills:
            _round(command, home / f"round{outcome.ended}", wanted, luck, outcome, kills)
    return outcome


def _command(home: Path, people: int, draws: int) -> list[str]:
    """The run, on a register of so many people."""
    register, start = home / "register", [sys.executable, "-m", "simlib.cli"]
    _finished([*start, "registry", "synthesise", str(register), "--people", str(people)])
    return [*start, "run", "full_package", "--registry", str(register), "--draws", str(draws)]


def _finished(command: list[str]) -> str:
    """Run a command to its end. -> what it said"""
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def _round(command: list[str], out: Path, wanted: dict[str, bytes], luck: random.Random, outcome: Outcome, kills: int) -> None:
    """One run, killed and resumed until it ends by itself, or there were kills enough."""
    ended, mine = False, [*command, "--out", str(out)]
    while not ended and outcome.kills < kills:
        ended = _once(mine, out, luck.uniform(0, outcome.seconds), outcome)
    if not ended:
        _count(_finished(mine), outcome)
    outcome.ended += 1
    found = contents(out)
    outcome.different += [name for name in sorted(wanted.keys() | found.keys()) if wanted.get(name) != found.get(name)]
    outcome.different += [path.name for path in out.glob("work/*/.writing-*")]


def _once(command: list[str], out: Path, after_s: float, outcome: Outcome) -> bool:
    """Begin the run and kill it so much later. -> whether it had ended by itself"""
    already = _blocks(out)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        try:
            said = running.communicate(timeout=after_s)[1]
        except subprocess.TimeoutExpired:
            running.kill()
            _count(running.communicate()[1], outcome)
        else:
            if running.returncode:
                raise RuntimeError(said)
            _count(said, outcome)
            return True
    now = _blocks(out)
    outcome.kills += 1
    outcome.before += now == already and now < outcome.blocks
    outcome.working += already < now < outcome.blocks
    outcome.after += now >= outcome.blocks
    outcome.half_written += any(out.glob("**/.writing-*"))
    return False


def _count(said: str, outcome: Outcome) -> None:
    for line in said.splitlines():
        if line.endswith(TAKEN_OVER):
            outcome.taken_over += int(line.split(": ")[1].split(" ")[0])


def _blocks(out: Path) -> int:
    return sum(1 for _ in out.glob("work/*/v*"))


def contents(out: Path) -> dict[str, bytes]:
    """Every file of the run folders, by its path."""
    files = (path for path in out.rglob("*") if path.is_file() and "work" not in path.relative_to(out).parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def main() -> None:
    """Kill, and print what came of it. Ends with 1 where a byte differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("kills", 50), ("people", 20_000), ("draws", 3_000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    outcome = killed(**vars(parser.parse_args()))
    print(outcome)
    sys.exit(os.EX_OK if not outcome.different else 1)


if __name__ == "__main__":
    main()

"""Registers of 1, 3 and 10 million households on two Dask workers: memory, what the second worker brings, what the scheduler costs.

    python -m benchmarks.national [--quick] [--registers FOLDER] [--json FILE]

Whole commands are measured, as a user runs them: the resident memory of the client and all its workers is added up while they run, ten
times a second. See benchmarks/README.md.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.table import HEAD, Row, machine
from simlib.engine.cluster import connected, spread
from simlib.registry.national import write_national

SCENARIO, DRAWS = "full_package", 20
PEOPLE_A_HOUSEHOLD = 2.5306
MILLION = 1_000_000
EVERY_S = 0.1
MOST_GB = 1.5
NAPS, NAP_S = 40, 1.0


class Seen(NamedTuple):
    """A whole command: seconds on the wall and of all its processors, peak memory of its processes together, what it says of its speed."""

    wall: float
    cpu: float
    peak: int
    rate: float


def watch(command: list[str]) -> Seen:
    """Run a command that prints a run's JSON, and look at all its processes until it ends."""
    begin, peak, cpu = time.perf_counter(), 0, dict[int, float]()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(command, stdout=out, stderr=told)
        whole = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _look(whole, cpu))
            time.sleep(EVERY_S)
        wall = time.perf_counter() - begin
        out.seek(0)
        told.seek(0)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {told.read()}")
        return Seen(wall, sum(cpu.values()), peak, float(json.load(out)["household_years_per_s"]))


def _look(whole: psutil.Process, cpu: dict[int, float]) -> int:
    """Bytes of all processes at the moment; what processor time each has taken so far is noted."""
    total = 0
    try:
        there = [whole, *whole.children(recursive=True)]
    except psutil.Error:
        return 0
    for one in there:
        try:
            with one.oneshot():
                total += one.memory_info().rss
                cpu[one.pid] = sum(one.cpu_times()[:2])
        except psutil.Error:
            continue
    return total


def _run(place: Path, workers: int) -> Seen:
    """`simlib run` on so many workers of this machine."""
    with tempfile.TemporaryDirectory(dir=place.parent) as out:
        cluster = ["--cluster", f"local:{workers}", "--registry", str(place), "--draws", str(DRAWS), "--out", out]
        return watch([sys.executable, "-m", "simlib.cli", "run", SCENARIO, *cluster, "--json"])


def register(folder: Path, households: int) -> Path:
    """A country of about so many households, made where it is not there."""
    place = folder / f"country-{households}"
    if not place.exists():
        people = round(households * PEOPLE_A_HOUSEHOLD)
        write_national(place, people, max(1, round(people / 206_000)))
    return place


# ---- rows


def memory(folder: Path, sizes: list[int]) -> Iterator[Row]:
    """Peak memory by size, and how far the sizes lie apart."""
    peaks = []
    for households in sizes:
        seen = _run(register(folder, households), 2)
        gb = seen.peak / 2**30
        peaks.append(gb)
        name = f"{households / MILLION:g} million households x {DRAWS} draws, client + two workers"
        yield Row(name, f"at most {MOST_GB} GB", f"{gb:.2f} GB", MOST_GB / gb, seen.wall, seen.cpu)
    middle = statistics.median(peaks)
    apart = max(abs(peak / middle - 1) for peak in peaks)
    yield Row("  peak memory across the sizes", "within 10 %", f"{apart:.0%}", 0.10 / max(apart, 1e-9))


def workers(folder: Path, households: int, repeat: int) -> Iterator[Row]:
    """Two workers against one: the whole command, and its projection alone; in turn, since the machine's speed drifts."""
    place, seen = register(folder, households), {1: list[Seen](), 2: list[Seen]()}
    for _ in range(repeat):
        for number, found in seen.items():
            found.append(_run(place, number))
    (one, first), (two, second) = ((statistics.median(each.rate for each in found), found) for found in seen.values())
    name = f"two workers against one, {households / MILLION:g} million households"
    walls, cpus = ([statistics.median(getattr(each, clock) for each in found) for found in (first, second)] for clock in ("wall", "cpu"))
    yield Row(f"{name}: blocks", "1.8 x", f"{two / one:.2f} x ({two:.2e} hh-years/s)", two / one / 1.8)
    yield Row("  the whole command with one", "", "", None, walls[0], cpus[0])
    yield Row("  the whole command with two", "", f"{walls[0] / walls[1]:.2f} x", None, walls[1], cpus[1])


def nap(_: int) -> None:
    """A block of a second that nothing else on the machine can slow down."""
    time.sleep(NAP_S)


def scheduler(_: Path) -> Iterator[Row]:
    """What the scheduler adds to blocks of a second: tasks that sleep, on two workers; and what the client's processor does meanwhile."""
    with connected("local:2") as client:
        list(spread(client, nap, iter(range(4)), print))
        begin, own = time.perf_counter(), time.process_time()
        list(spread(client, nap, iter(range(NAPS)), print))
        wall, busy = time.perf_counter() - begin, time.process_time() - own
    best = NAPS * NAP_S / 2
    over = wall / best - 1
    yield Row(f"scheduler, {NAPS} blocks of a second on two workers", "at most 5 % more", f"{over:.1%}", 0.05 / max(over, 1e-9), wall, busy)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    parser.add_argument("--registers", type=Path, help="where registers are made and kept (default: nowhere)")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    print(f"{machine()}\n{HEAD}")
    sizes = [100_000, 300_000, 1_000_000] if given.quick else [MILLION, 3 * MILLION, 10 * MILLION]
    done: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.registers or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for rows in (scheduler(folder), workers(folder, sizes[0], 1 if given.quick else 3), memory(folder, sizes)):
            for row in rows:
                print(row.line(), flush=True)
                done.append(row)
    if given.json:
        content = {"schema": 1, "machine": machine(), "rows": [asdict(row) for row in done]}
        given.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

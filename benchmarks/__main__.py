"""How fast simlib is here, beside what it must reach, the bare generator and a plain NumPy version of the same model.

    python -m benchmarks [--quick] [--json FILE]

Processor seconds stand beside wall seconds; competitors run in turn; each row is a median after a warm-up. See benchmarks/README.md.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bare import generate_all
from benchmarks.clock import in_turn, once
from benchmarks.sizes import in_one_village, repeated
from benchmarks.steps import prices
from benchmarks.table import HEAD, Row, machine
from benchmarks.twin import project_numpy
from simlib.assessment import outcomes
from simlib.assessment.counts import Counts, gini
from simlib.assessment.targets import targets
from simlib.engine.draws import draw_table
from simlib.engine.pack import Packed
from simlib.engine.project import Projection, compile_kernel, project
from simlib.facts import load_facts
from simlib.measures import CHOSEN_MEASURES
from simlib.registry.synthesise import default_registry
from simlib.runs import prepare
from simlib.scenario import Scenario, load_scenario, scenario_from

SCENARIO = "full_package"
TWIN = Path(__file__).parent / "four_measures.yaml"
"""What the NumPy version computes too."""
TWO = 2  # cores that the goals speak of
SLIDER_DRAWS = 50
ONCE = 1e8  # household-years: more are projected once only


@dataclass(frozen=True)
class Bench:
    """What all rows share."""

    packed: Packed
    scenario: Scenario
    fewer: Packed  # the same register under four measures
    quick: bool

    @property
    def repeat(self) -> int:
        """Counted repeats of a piece of work."""
        return 2 if self.quick else 3

    @property
    def household_years(self) -> int:
        """Of one draw."""
        return len(self.packed.table.key) * len(self.packed.years)

    def project(self, draws: int, packed: Packed | None = None, *, workers: int = TWO, households: bool = True) -> Projection:
        """A projection of the default draws."""
        one = packed or self.packed
        return project(one, draw_table(one.facts, one.scenario, draws, 1), workers=workers, households=households)


# ---- throughput


def throughput(bench: Bench) -> Iterator[Row]:
    """The main job on two cores; and with four measures, against the bare generator and the NumPy twin, all in one run."""
    draws, twins = (256, 2) if bench.quick else (1_000, 4)
    table = draw_table(bench.fewer.facts, bench.fewer.scenario, draws, 1)
    few = table.part(0, 128)
    seen = in_turn(
        {
            "whole": lambda: bench.project(draws),
            "kernel": lambda: bench.project(draws, bench.fewer),
            "bare": lambda: generate_all(bench.fewer, few),
            "numpy": lambda: project_numpy(bench.fewer, table.part(0, twins)),
        },
        bench.repeat,
    )
    kernel, bare, numpy = seen["kernel"], seen["bare"], seen["numpy"]
    total = bench.household_years * draws
    rate, core_ns = total / kernel.wall, 1e9 * kernel.cpu / total
    bare_ns = 1e9 * bare.cpu / (bench.household_years * len(few))
    numpy_rate = bench.household_years * twins / numpy.wall
    whole = total / seen["whole"].wall
    got = f"{whole:.2e} ({1e9 * seen['whole'].cpu / total:.1f} core-ns)"
    yield Row(f"full package, {draws} draws, two cores", "6e7 hh-years/s", got, whole / 6e7, *seen["whole"])
    yield Row(f"four measures, {draws} draws, two cores", "1e8 hh-years/s", f"{rate:.2e} ({core_ns:.1f} core-ns)", rate / 1e8, *kernel)
    yield Row("  bare generator, the same random numbers, one core", "", f"{bare_ns:.1f} core-ns", None, *bare)
    yield Row("  four measures over bare generator", "at most 6 x", f"{core_ns / bare_ns:.1f} x", 6 * bare_ns / core_ns)
    yield Row(f"  plain NumPy, {twins} draws", "", f"{numpy_rate:.2e} hh-years/s", None, *numpy)
    yield Row("  four measures over plain NumPy", "15 x", f"{rate / numpy_rate:.1f} x", rate / numpy_rate / 15)


def answers(projection: Projection) -> tuple[Any, ...]:
    """What a planner's page shows at once: targets, years, villages, poverty indices, Gini; arrays and plain values."""
    counts = Counts(projection)
    return targets(projection), outcomes.years(projection), counts.fgt(), gini(projection), projection.villages


def waiting(bench: Bench) -> Iterator[Row]:
    """What a planner waits for: one deterministic answer, and a slider's move."""
    registry = default_registry()
    values = iter(np.linspace(0.05, 0.10, 100))

    def move() -> None:
        changed = {"dividend_rate": {"value": float(next(values)), "low": 0.05, "high": 0.10}}
        content = {"schema": 1, "title": {"en": "a slider's move"}, "base": SCENARIO, "facts": changed}
        one = prepare(registry, scenario_from(content, "slider", load_facts())).packed
        answers(bench.project(SLIDER_DRAWS, one, households=False))

    seen = in_turn({"quiet": lambda: answers(bench.project(0, households=False)), "slider": move}, 2 * bench.repeat)
    quiet, slider = seen["quiet"], seen["slider"]
    yield Row("one deterministic projection with its answers, warm", "20 ms", f"{1e3 * quiet.wall:.1f} ms", 0.020 / quiet.wall, *quiet)
    yield Row("a slider's move: 50 draws with bands, warm", "200 ms", f"{1e3 * slider.wall:.0f} ms", 0.200 / slider.wall, *slider)


# ---- memory and size

PEAK = """
import resource, sys
from simlib.facts import load_facts
from simlib.registry.synthesise import default_registry
from simlib.runs import prepare, run_prepared
from simlib.scenario import load_scenario
run_prepared(prepare(default_registry(), load_scenario("full_package")), draws=int(sys.argv[1]), workers=2)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def memory(bench: Bench) -> Iterator[Row]:
    """Peak memory of whole processes."""
    for draws in (200,) if bench.quick else (1_000, 10_000):
        # By way of a shell: a child of this process would begin with this one's peak.
        command = ["sh", "-c", '"$0" -c "$1" "$2"; exit $?', sys.executable, PEAK, str(draws)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peak = int(done.stdout) / 2**20
        yield Row(f"peak memory, {draws} draws", "1 GB", f"{peak:.2f} GB", 1 / peak)


def sizes(bench: Bench) -> Iterator[Row]:
    """Cost against size: processor seconds as a fixed part and a slope, by households and by draws; and one huge village."""
    households = (20_000, 80_000, 200_000) if bench.quick else (100_000, 1_000_000, 10_000_000)
    yield from _slope(bench, "households x 20 draws", [(many, 20) for many in households])
    draws = (64, 256, 640) if bench.quick else (100, 1_000, 10_000)
    yield from _slope(bench, "82,000 households x draws", [(0, number) for number in draws])
    many = 20_000 if bench.quick else 100_000
    village = in_one_village(bench.packed, many)
    seen = in_turn({"village": lambda: bench.project(128, village, workers=1), "task": lambda: bench.project(128, workers=1)}, bench.repeat)
    each = {"village": len(village.table.key) * len(village.years), "task": bench.household_years}
    ratio = (seen["village"].cpu / each["village"]) / (seen["task"].cpu / each["task"])
    yield Row(f"one village of {many:,} households over the full task", "at most 1.5 x", f"{ratio:.2f} x", 1.5 / ratio, *seen["village"])


def _slope(bench: Bench, what: str, cases: list[tuple[int, int]]) -> Iterator[Row]:
    """Processor seconds of growing work, a case after the other; the slope between neighbours against their median."""
    points = []
    for households, draws in cases:
        packed = repeated(bench.packed, households) if households else bench.packed
        total = len(packed.table.key) * len(packed.years) * draws
        times = 3 if total < ONCE else 1  # what takes long is its own average
        taken = [once(lambda p=packed, n=draws: bench.project(n, p, households=False)) for _ in range(times)]  # type: ignore[misc]  # bound now
        points.append((total, statistics.median(one.cpu for one in taken)))
    slopes = [1e9 * (b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    middle = statistics.median(slopes)
    worst = max(abs(slope / middle - 1) for slope in slopes)
    fixed = points[0][1] - middle * 1e-9 * points[0][0]
    told = ", ".join(f"{slope:.1f}" for slope in slopes)
    yield Row(f"slope: {what} ({told} ns)", "within 15 %", f"{worst:.0%}, fixed {1e3 * fixed:.0f} ms", 0.15 / max(worst, 1e-9))


# ---- starting up


IMPORT = """
import time
begin = time.perf_counter()
import simlib
import sys
print(time.perf_counter() - begin, *sys.modules.keys() & {"pandas", "numba"})
"""


def starting(bench: Bench) -> Iterator[Row]:
    """What a user waits for at the prompt: whole processes, caches warm."""
    seen = [subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
    seconds = statistics.median(float(one[0]) for one in seen)
    loaded = ", ".join(seen[0][1:]) or "neither pandas nor numba"
    yield Row(f"import simlib ({loaded})", "0.5 s", f"{seconds:.3f} s", 0.5 / max(seconds, 1e-6))
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "simlib.cli", "run", SCENARIO, "--draws", str(SLIDER_DRAWS), "--out", folder]
        walls = []
        for _ in range(1 + bench.repeat):
            begin = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            walls.append(time.perf_counter() - begin)
    wall = statistics.median(walls[1:])
    yield Row("simlib run full_package --draws 50, caches warm", "3 s", f"{wall:.2f} s", 3 / wall, wall)


# ---- the table

PARTS: tuple[Callable[[Bench], Iterator[Row]], ...] = (throughput, waiting, sizes, memory, starting)


def step_lines(bench: Bench) -> Iterator[tuple[str, float]]:
    """ns a household-year of each step, and of each round of the scenario."""
    for price in prices(bench.packed, bench.repeat):
        yield price.step, price.ns
    rounds = bench.packed.rounds
    none = replace(bench.packed, rounds=rounds._replace(order=rounds.order[:0], first=rounds.first[:0], last=rounds.last[:0], renew=-1))
    seen = in_turn({"with": lambda: bench.project(128, workers=1), "without": lambda: bench.project(128, none, workers=1)}, bench.repeat)
    each = 1e9 * (seen["with"].cpu - seen["without"].cpu) / (128 * bench.household_years)
    yield f"a round, all in: {len(rounds.order)} rounds cost {each:.1f}, each", each / len(rounds.order)


def without(scenario: Scenario, key: str) -> Scenario:
    """A scenario that leaves one measure out of its rounds, its village projects or its entitlements."""
    levers = scenario.levers.model_dump(mode="json", exclude_none=True)
    for one in levers["rounds"]:
        if one["measures"].pop(key, None) is not None and key == "housing":
            one.pop("reach", None)
    levers["rounds"] = [one for one in levers["rounds"] if one["measures"]]
    for part in ("village", "entitled"):
        if key in levers[part]:
            levers[part][key] = None
    return scenario_from({"schema": 1, "title": {"en": f"without {key}"}, "base": SCENARIO, "levers": levers}, f"without_{key}")


def measure_lines(bench: Bench) -> Iterator[tuple[str, float]]:
    """ns a household-year that each measure adds to the full package, all in: asking, choosing, running, yields.

    Below zero where a measure spares more than it costs: who has exited, or holds something else, asks for less.
    """
    keys = [measure.key for measure in CHOSEN_MEASURES] + ["technique", "ecommerce", "services", "collective", "social_security"]
    registry, draws = default_registry(), 128
    for key in keys:
        packed, gaps = prepare(registry, without(bench.scenario, key)).packed, []
        for _ in range(1 + bench.repeat):  # side by side, since the machine's speed drifts by more than a measure costs
            whole = once(lambda: bench.project(draws, workers=1, households=False))
            less = once(lambda packed=packed: bench.project(draws, packed, workers=1, households=False))  # type: ignore[misc]  # bound now
            gaps.append(whole.cpu - less.cpu)
        yield f"measure, all in: {key}", 1e9 * statistics.median(gaps) / (draws * bench.household_years)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, a minute or two")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    scenario, begin = load_scenario(SCENARIO), time.perf_counter()
    registry = default_registry()
    fewer = prepare(registry, load_scenario(TWIN)).packed
    bench = Bench(prepare(registry, scenario).packed, scenario, fewer, given.quick)
    compile_s, done = compile_kernel(bench.packed), []
    print(f"{machine()}, kernel compiled or loaded in {compile_s:.1f} s\n{HEAD}")
    for part in PARTS:
        for row in part(bench):
            print(row.line(), flush=True)
            done.append(row)
    print("\nns a household-year, one core, each step alone")
    steps = [*step_lines(bench), *measure_lines(bench)]
    for name, ns in steps:
        print(f"  {name:<56}{ns:8.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\n{time.perf_counter() - begin:.0f} s in all; this process took {peak:.1f} GB at most")
    if given.json:
        content = {"schema": 1, "machine": machine(), "rows": [asdict(row) for row in done], "steps": dict(steps)}
        given.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

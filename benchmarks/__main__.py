"""Times the main job on the full task and prints a table: wall and processor seconds, household-years a second, peak memory.

    python -m benchmarks [--draws 200] [--repeat 3] [--json FILE]

Each row is the median of its repeats after a warm-up that compiles. `generator` is the same count of random numbers as one
household-year needs (four counters, two pairs of normals) and nothing else: what no model can be faster than.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from simlib.compiled import kernel
from simlib.engine.luck import draw_normals, draw_uniforms, moment
from simlib.engine.pack import Packed
from simlib.engine.state import FULL_LANES, Options
from simlib.registry.synthesise import default_registry
from simlib.runs import default_workers, prepare, run_one
from simlib.scenario import bundled_scenarios, load_scenario

COUNTERS = 4  # of a household-year: shocks, events, jobs, persistent numbers


@kernel
def generate(keys: Any, luck: Any, years: int, options: Any, u: Any) -> float:
    """The random numbers of every household in every year, and nothing else. -> a sum, so that none is left out"""
    total = 0.0
    for key in keys:
        for year in range(years):
            for kind in range(1, COUNTERS):
                draw_uniforms(key, luck, moment(year, kind), options, u)
                total += u[0, 0]
            draw_normals(key, luck, moment(year, COUNTERS), options, u)
            total += u[0, 0]
    return total


def timed(work: Callable[[], Any], repeat: int) -> tuple[float, float]:
    """Median wall and processor seconds of a piece of work, after one uncounted call."""
    work()
    walls, cpus = [], []
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus)


def generator_row(packed: Packed, draws: int, repeat: int) -> dict[str, Any]:
    """The bare generator over as many household-years, on one core."""
    lanes = min(draws, FULL_LANES)
    luck, u = np.arange(lanes, dtype=np.uint64), np.zeros((8, lanes))
    options: Options = packed.options._replace(valid=lanes)
    wall, cpu = timed(lambda: generate(packed.table.key, luck, len(packed.years), options, u), repeat)
    return row("generator", len(packed.table.key) * len(packed.years) * lanes, wall, cpu)


def row(name: str, household_years: int, wall: float, cpu: float) -> dict[str, Any]:
    """One line of the table."""
    return {"work": name, "household_years": household_years, "wall_s": wall, "cpu_s": cpu, "core_ns": 1e9 * cpu / household_years}


def rows(draws: int, repeat: int) -> Iterator[dict[str, Any]]:
    """Every line: the generator, each scenario with random draws, and one deterministic projection."""
    registry, workers = default_registry(), default_workers()
    yield generator_row(prepare(registry, load_scenario("baseline")).packed, draws, repeat)
    for name in bundled_scenarios():
        scenario = load_scenario(name)
        years = scenario.levers.horizon[1] - scenario.levers.horizon[0] + 1
        for number in (draws, 0) if name == "full_package" else (draws,):
            wall, cpu = timed(lambda s=scenario, n=number: run_one(s, registry, draws=n, workers=workers), repeat)  # type: ignore[misc]  # bound now
            yield row(f"{name}, {number} draws", len(registry.households) * years * max(1, number), wall, cpu)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    done = []
    print(f"{'work':<32}{'wall s':>9}{'cpu s':>9}{'core-ns a household-year':>28}")
    for one in rows(given.draws, given.repeat):
        print(f"{one['work']:<32}{one['wall_s']:>9.2f}{one['cpu_s']:>9.2f}{one['core_ns']:>28.1f}")
        done.append(one)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB, {default_workers()} workers")
    if given.json:
        given.json.write_text(json.dumps({"rows": done, "peak_mb": peak}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

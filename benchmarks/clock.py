"""How time is taken: processor seconds beside wall seconds, competitors in turn, medians."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """Seconds of one piece of work: on the wall, and of all processors together."""

    wall: float
    cpu: float


def once(work: Callable[[], Any]) -> Taken:
    """One call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu)


def in_turn(works: Mapping[str, Callable[[], Any]], repeat: int) -> dict[str, Taken]:
    """Medians of several pieces of work, one after the other again and again, so that a slow minute of the machine hits all alike.

    Each is called once before, uncounted: it compiles, fills caches and takes its memory.
    """
    for work in works.values():
        work()
    seen: dict[str, list[Taken]] = {name: [] for name in works}
    for _ in range(repeat):
        for name, work in works.items():
            seen[name].append(once(work))
    return {name: middle(taken) for name, taken in seen.items()}


def middle(taken: list[Taken]) -> Taken:
    """The median of each clock."""
    return Taken(statistics.median(one.wall for one in taken), statistics.median(one.cpu for one in taken))

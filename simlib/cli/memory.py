"""How much memory a run wants, and how much there is."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from simlib.engine.pack import Packed

GB: Final = 1e9
STATM, MEMINFO = Path("/proc/self/statm"), Path("/proc/meminfo")


class Wanted(NamedTuple):
    """Bytes that a run takes at most, beside what it would take with no draws; and those that are free, None where that is not known."""

    bytes: int
    without_draws: int
    free: int | None

    @property
    def text(self) -> str:
        """For people: `0.4 GB`."""
        return f"{max(self.bytes / GB, 0.1):,.1f} GB"

    def warning(self, draws: int) -> str | None:
        """What is wrong and what to do, where more is wanted than is free."""
        if self.free is None or self.bytes <= self.free:
            return None
        fit = int(draws * (self.free - self.without_draws) / (self.bytes - self.without_draws)) if draws else 0
        todo = f"about {fit:,} draws at once would fit" if fit > 0 else "a smaller register, or a machine with more memory, is needed"
        return f"warning: it wants about {self.text} of memory, and {self.free / GB:,.1f} GB are free: {todo}"


def wanted(packed: "Packed", draws: int, threads: int) -> Wanted:
    """What a run wants beside what this process has already: the arrays of its projection."""
    from simlib.engine.blocks import bytes_for

    now, free = process_bytes(), free_bytes()
    arrays, without = (bytes_for(packed, number, threads) for number in (max(1, draws), 0))
    return Wanted(now + arrays, now + without, None if free is None else now + free)


def process_bytes() -> int:
    """The memory that this process has now, 0 where the system does not say."""
    try:
        return int(STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def free_bytes() -> int | None:
    """The memory that new work can have without swapping, None where the system does not say."""
    try:
        found = re.search(r"MemAvailable: +(\d+) kB", MEMINFO.read_text(encoding="ascii"))
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None

"""The table that benchmarks print, and the machine they ran on."""

import platform
from dataclasses import dataclass
from typing import Any

from simlib.compiled import processor
from simlib.runs import default_workers


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, what it must reach, what it got."""

    work: str
    reach: str
    got: str
    ratio: float | None  # got over reach, so that more is better and 1 is enough
    wall_s: float | None = None
    cpu_s: float | None = None

    def line(self) -> str:
        """As text."""
        numbers = [f"{value:8.3f}" if value is not None else " " * 8 for value in (self.wall_s, self.cpu_s)]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return f"{self.work:<58}{self.reach:>22}{self.got:>26}{ratio:>7}{numbers[0]}{numbers[1]}"


HEAD = f"{'work':<58}{'reach':>22}{'got':>26}{'ratio':>7}{'wall s':>8}{'cpu s':>8}"


def machine() -> dict[str, Any]:
    """What the numbers were measured on; no name of it."""
    return {"processor": processor(), "cores": default_workers(), "python": platform.python_version(), "system": platform.system()}

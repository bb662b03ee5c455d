"""What comes back from workers, added up: tallies by draw of all parts, in integers, so that their order does not matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simlib.engine.counted import INCOME_BINS, SHARE_BINS, HouseholdStat, VillageStat
from simlib.engine.cutting import Range
from simlib.engine.draws import Draws
from simlib.engine.pack import Packed
from simlib.engine.project import Projection

I64 = NDArray[np.int64]
CELLS = "cells"


@dataclass
class Merged:
    """Tallies of `draws` rows of the table of draws; cells are programmes, `programmes` of them."""

    draws: int
    programmes: int

    def __post_init__(self) -> None:
        self._sums: dict[str, I64] = {}

    def add(self, found: Mapping[Range, Mapping[str, I64]], programme: int) -> None:
        """Add a part's tallies of some ranges of draws. Each is [draw, year, ...], its cells [draw, year, 1, ...]."""
        for (first, last), tallies in found.items():
            for name, tally in tallies.items():
                mine = self._of(name, tally)[first:last]
                if name == CELLS:
                    mine[:, :, programme] += tally[:, :, 0]
                else:
                    mine += tally

    def _of(self, name: str, tally: I64) -> I64:
        if name not in self._sums:
            shape = (self.draws, *tally.shape[1:])
            self._sums[name] = np.zeros((*shape[:2], self.programmes, *shape[3:]) if name == CELLS else shape, dtype=np.int64)
        return self._sums[name]

    def projection(self, packed: Packed, draws: Draws) -> Projection:
        """All of it as a projection without villages and households, which were written where they were projected."""
        found: dict[str, Any] = dict(self._sums)
        for name, length in (("villages", len(VillageStat)), ("share_bins", SHARE_BINS), ("mean_bins", INCOME_BINS)):
            found[name] = np.zeros((0, len(packed.years), length), dtype=np.int64)
        found["households"] = np.zeros((0, len(packed.years), len(HouseholdStat)), dtype=np.int64)
        return Projection(packed, packed.years, draws, **found)

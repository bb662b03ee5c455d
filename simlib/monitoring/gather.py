"""Pieces of a projection (some villages, a stretch of years, a range of draws) put together into one of the whole register."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simlib.engine.blocks import by_draw, by_lane, by_place
from simlib.engine.draws import Draws
from simlib.engine.pack import Packed
from simlib.engine.project import Projection
from simlib.monitoring.cut import Cut

I64 = NDArray[np.int64]
OF_VILLAGE = ("villages", "share_bins", "mean_bins")


class Gathered:
    """Adds pieces up as they come; each village, year and draw must come once."""

    def __init__(self, packed: Packed, draws: Draws) -> None:
        self._packed, self._draws, years = packed, draws, len(packed.years)
        shapes = {name: by_draw(name, tally, 1).shape[1:] for name, tally in by_lane(packed, years).items()}
        self._by_draw: dict[str, I64] = {name: np.zeros((len(draws), *shape), dtype=np.int64) for name, shape in shapes.items()}
        self._by_place: dict[str, I64] = by_place(packed, years)

    def add(self, part: Cut, projection: Projection, first_draw: int) -> None:
        """Add a piece whose draws begin at a place of the whole's."""
        first = self._packed.years.index(projection.years[0])
        years, draws = slice(first, first + len(projection.years)), slice(first_draw, first_draw + len(projection.draws))
        for name, tally in self._by_draw.items():
            tally[draws, years] += getattr(projection, name)
        for name, sums in self._by_place.items():
            sums[part.villages if name in OF_VILLAGE else part.households, years] += getattr(projection, name)

    def projection(self) -> Projection:
        """The whole."""
        tallies: dict[str, Any] = self._by_draw | self._by_place
        return Projection(self._packed, self._packed.years, self._draws, **tallies)

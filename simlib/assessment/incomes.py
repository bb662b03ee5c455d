"""What people live on: how many have which income, income by source, and the lines that they are held against, by year."""

from typing import Any

import numpy as np
import pandas as pd

from simlib.assessment.bands import band
from simlib.assessment.counts import Counts
from simlib.engine.counted import INCOME_BIN_FEN, INCOME_BINS
from simlib.engine.project import Projection
from simlib.engine.slots import World
from simlib.money import FEN_PER_YUAN

LINES = {
    ("household", "fixed"): World.FIXED_FEN,
    ("household", "moving"): World.MOVING_FEN,
    ("household", "indexed"): World.INDEXED_FEN,
    ("household", "dibao"): World.DIBAO_FEN,
    ("village", "fixed"): World.VILLAGE_FIXED_FEN,
    ("village", "moving"): World.VILLAGE_MOVING_FEN,
    ("village", "indexed"): World.VILLAGE_INDEXED_FEN,
}


def incomes(projection: Projection) -> pd.DataFrame:
    """One row a year and bin of yearly income a head: registered people in it, mean over draws with 5-95 band.

    `from_yuan` is the bin's lower edge; the first bin holds all below as well, and the last one all above.
    """
    edges, rows = INCOME_BIN_FEN / FEN_PER_YUAN * np.arange(INCOME_BINS), []
    for place, year in enumerate(projection.years):
        people = band(projection.incomes[:, place, 0] / projection.packed.weight_unit)
        bands = {f"people_{statistic}": values for statistic, values in people._asdict().items()}
        rows.append(pd.DataFrame({"year": year, "from_yuan": edges} | bands))
    return pd.concat(rows, ignore_index=True)


def sources(projection: Projection) -> pd.DataFrame:
    """One row a year and source: yuan a labour-capable registered person, mean over draws. The year before the first: as registered."""
    counts, rows = Counts(projection), list[dict[str, Any]]()
    people = float(counts.base("capable"))
    for (name, yuan), fen in zip(counts.source_pc("capable").items(), projection.packed.base.capable_fen, strict=True):
        means = [fen / FEN_PER_YUAN / people if people else np.nan, *yuan.mean(axis=0)]
        rows += [{"year": projection.years[0] - 1 + place, "source": name, "yuan_pc": value} for place, value in enumerate(means)]
    return pd.DataFrame(rows)


def lines(projection: Projection) -> pd.DataFrame:
    """One row a year, target (household, village) and line: yuan a head and year, mean over draws with 5-95 band. Clause 一(二)."""
    found = Counts(projection).lines / FEN_PER_YUAN
    rows: list[dict[str, Any]] = []
    for place, year in enumerate(projection.years):
        for (target, line), slot in LINES.items():
            value = band(np.atleast_1d(found[place, slot]))
            bands = {f"yuan_{statistic}": np.nan if number is None else float(number) for statistic, number in value._asdict().items()}
            rows.append({"year": year, "of": target, "line": line} | bands)
    return pd.DataFrame(rows)

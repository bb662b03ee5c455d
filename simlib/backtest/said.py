"""What a projection says of the things that are on record, by draw."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.counts import Counts, Shares, ratio
from simlib.backtest.record import Path, Record
from simlib.engine.counted import Stat
from simlib.engine.project import Projection
from simlib.errors import InputError

MEIZHOU: Final = "梅州市"


def paths(projection: Projection) -> dict[Path, Shares]:
    """Every number that is on record, by draw and year; NaN where nobody or no village is there to be counted.

    `exited`: people off the register of those registered at first; `exited_of_kept`: of those not struck off by then; `exited_meizhou`:
    the latter in Meizhou, where the share struck off is taken to be that of all (they are drawn by lot, the same everywhere); `villages`:
    poor villages that have left the list, `villages_sheet`: that pass the province's score sheet; `income`: yuan a head of the
    labour-capable. -> float64[draw, year] each
    """
    counts = Counts(projection)
    cells = [place for place, name in enumerate(projection.packed.cells["prefecture"]) if name == MEIZHOU]
    meizhou, kept = Counts(projection, cells), 1.0 - counts.share(Stat.REMOVED)
    return {
        "exited": counts.share(Stat.EXITED),
        "exited_of_kept": ratio(counts.share(Stat.EXITED), kept),
        "exited_meizhou": ratio(meizhou.share(Stat.EXITED), kept),
        "villages": counts.village_share(Stat.VILLAGE_EXITS),
        "villages_sheet": counts.village_share(Stat.VILLAGE_SHEET),
        "villages_meizhou": meizhou.village_share(Stat.VILLAGE_EXITS),
        "income": counts.income_pc("capable"),
    }


def modelled(projection: Projection, shown: Sequence[Record]) -> pd.DataFrame:
    """What each draw says of each record: one row a draw, one column a record. InputError where a year is not projected."""
    found, years = paths(projection), list(projection.years)
    if missing := sorted({record.year for record in shown} - set(years)):
        raise InputError(f"the record has {missing[0]}, the projection {years[0]} to {years[-1]}; wanted a horizon to {missing[-1]}")
    columns: dict[str, NDArray[np.float64]] = {record.key: found[record.path][:, years.index(record.year)] for record in shown}
    return pd.DataFrame(columns)

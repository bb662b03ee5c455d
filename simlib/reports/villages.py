"""Poor villages when targets are due: what every report that names villages starts from."""

import pandas as pd

from simlib.reports.series import due
from simlib.runs import Result


def poor_villages(result: Result, year: int | None = None) -> pd.DataFrame:
    """The poor villages in a year, by default the one in which targets are due."""
    table = result.table("villages")
    return table[table["is_poor_village"] & (table["year"] == (due(result) if year is None else year))]

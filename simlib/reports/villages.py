"""Poor villages when targets are due: what every report that names villages starts from."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from simlib.reports.series import due
from simlib.runs import Result


def poor_villages(result: Result, year: int | None = None) -> pd.DataFrame:
    """The poor villages in a year, by default the one in which targets are due."""
    table = result.table("villages")
    return table[table["is_poor_village"] & (table["year"] == (due(result) if year is None else year))]


def called(village: Mapping[str, Any]) -> str:
    """What a village of the villages' table is called: its name and id, its id alone where it has no other name."""
    name, key = str(village["village_name"]), str(village["village_id"])
    return key if name in ("", key) else f"{name} {key}"

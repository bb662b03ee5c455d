"""Who is judged otherwise by another rule: at another line, or by the province's score sheets. Ids only, never names.

A verdict of a household or village in a year holds where its chance over draws is a half or more. Rows stand for single households:
for the planner, not for publication.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.bands import band
from simlib.assessment.counts import LINES, Counts, Shares
from simlib.assessment.places import each, village_of_household
from simlib.engine.counted import HouseholdStat, Stat, VillageStat
from simlib.engine.project import Projection
from simlib.registry import Registry

HALF: Final = 0.5
KINDS: Final = ("household", "village")
SHEETS: Final = ("sheet_only", "exit_only")
"""Passes the sheet and is not out of the register; is out and does not pass it."""
COUNTED: Final = {
    "people_sheet": Stat.SHEET,
    "people_sheet_only": Stat.SHEET_ONLY,
    "people_exit_only": Stat.EXIT_ONLY,
    "villages_sheet": Stat.VILLAGE_SHEET,
    "villages_sheet_only": Stat.VILLAGE_SHEET_ONLY,
    "villages_exit_only": Stat.VILLAGE_EXIT_ONLY,
}


def flips(projection: Projection, registry: Registry) -> pd.DataFrame:
    """Registered households and poor villages whose verdict hangs on the line: one row each and year.

    `chance_<line>` to be at each of the lines LINES (households at 45 %, villages at 60 % of the province's income), and the verdict
    `at_<line>`; rows are those whose verdicts differ. `people` are those of the household (weighted) or the registered of the village.
    Ravallion and Chen 2011 on what a line's definition does.
    """
    stats = [(HouseholdStat[f"AT_{line.upper()}"], VillageStat[f"MEAN_{line.upper()}"]) for line in LINES]
    table = _everybody(projection, registry, {f"chance_{line}": pair for line, pair in zip(LINES, stats, strict=True)})
    verdicts = {f"at_{line}": table[f"chance_{line}"] >= HALF for line in LINES}
    reached = np.sum([verdict.to_numpy() for verdict in verdicts.values()], axis=0)
    return _chosen(table.assign(**verdicts), (reached > 0) & (reached < len(LINES)))


def flip_summary(projection: Projection, table: pd.DataFrame) -> list[dict[str, Any]]:
    """By year: how many households, people and villages of `flips` are judged otherwise at another line."""
    homes, places = (table[table["kind"] == kind] for kind in KINDS)
    return [
        {
            "year": year,
            "households": int((homes["year"] == year).sum()),
            "people": float(homes.loc[homes["year"] == year, "people"].sum()),
            "villages": int((places["year"] == year).sum()),
        }
        for year in projection.years
    ]


def sheet_disagreements(projection: Projection, registry: Registry) -> pd.DataFrame:
    """Registered households and poor villages on which the province's score sheet and the register's verdict disagree, by year.

    `chance_sheet_only`: passes the sheet and is not out; `chance_exit_only`: out, and does not pass; rows are those with a chance of
    both together of a half or more, and `verdict` says which is the likelier. Sheets as P02 and P03 have them (docs/model.md, 12 and 13).
    """
    stats = {f"chance_{name}": (HouseholdStat[name.upper()], VillageStat[name.upper()]) for name in SHEETS}
    table = _everybody(projection, registry, stats)
    sheet, exits = (table[f"chance_{name}"] for name in SHEETS)
    verdict = np.where(sheet >= exits, *SHEETS)
    return _chosen(table.assign(verdict=pd.array(verdict, dtype="str")), (sheet + exits >= HALF).to_numpy())


def sheet_summary(projection: Projection) -> pd.DataFrame:
    """By year: people and villages that pass their sheet, that pass it and are not out, that are out and do not pass it.

    Means over draws with 5-95 bands; people of the register, poor villages.
    """
    counts = Counts(projection)
    columns: dict[str, Any] = {"year": list(projection.years)}
    for name, stat in COUNTED.items():
        numbers = counts.persons(stat) if name.startswith("people") else counts.stat(stat).astype(np.float64)
        columns |= {f"{name}_{statistic}": values for statistic, values in band(numbers)._asdict().items()}
    return pd.DataFrame(columns)


def _chosen(table: pd.DataFrame, wanted: NDArray[np.bool_]) -> pd.DataFrame:
    """Some rows of a table, numbered anew."""
    return table.loc[wanted].reset_index(drop=True)


def _everybody(projection: Projection, registry: Registry, stats: dict[str, tuple[HouseholdStat, VillageStat]]) -> pd.DataFrame:
    """Registered households and poor villages by year with the chances over draws of some statistics, by name.

    Each village's households stand before it, in the engine's order: tables of parts of a register follow one another as the whole's.
    """
    packed = projection.packed
    table, groups = packed.table, packed.groups
    of_household, of_village = (list(each) for each in zip(*stats.values(), strict=True))
    homes, places = np.flatnonzero(table.registered == 1), np.flatnonzero(groups.is_poor == 1)
    labels = pd.DataFrame(
        {
            "kind": np.repeat(KINDS, (len(homes), len(places))),
            "id": np.concatenate([packed.household_ids[homes], packed.village_ids[places]]),
            "village": np.concatenate([village_of_household(projection)[homes], places]),
            "people": np.concatenate([(table.members * table.weight)[homes], groups.people[places]]) / packed.weight_unit,
        }
    )
    sums = np.concatenate([projection.households[homes][:, :, of_household], projection.villages[places][:, :, of_village]])
    order = np.argsort(labels["village"].to_numpy(), kind="stable")
    labels, sums = labels.iloc[order].reset_index(drop=True), sums[order]
    return _by_year(projection, registry, labels, dict(zip(stats, np.moveaxis(sums / len(projection.draws), 2, 0), strict=True)))


def _by_year(projection: Projection, registry: Registry, labels: pd.DataFrame, chances: dict[str, Shares]) -> pd.DataFrame:
    """One row each and year: labels[row], chances by name [row, year]."""
    packed, number = projection.packed, len(projection.years)
    counties = registry.villages["county"].astype(str).to_numpy()[packed.village_rows]
    columns = {
        "kind": each(labels["kind"].to_numpy(), number),
        "id": each(labels["id"].to_numpy(), number),
        "village_id": each(packed.village_ids[labels["village"]], number),
        "county": each(counties[labels["village"]], number),
        "year": np.tile(projection.years, len(labels)),
        "people": np.repeat(labels["people"].to_numpy(), number),
    }
    return pd.DataFrame(columns | {name: chance.ravel() for name, chance in chances.items()})

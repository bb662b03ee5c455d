"""Results by county, prefecture, helper type, helper and village, and by household.

Every function makes a fresh table. Villages, helpers and households are for the planner who works with them: rows may stand for very few
people, and nothing of it is published in this version. Whoever publishes has to merge or suppress small cells first. Households appear by
id only, never by name.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.bands import band
from simlib.assessment.counts import LINES, SOURCES, Counts, Shares, ratio
from simlib.engine.counted import HouseholdStat, Stat, VillageStat
from simlib.engine.project import Projection
from simlib.engine.state import SERVICES
from simlib.money import FEN_PER_YUAN
from simlib.registry import Registry

HELD = ("placed", "industry", "training", "public_post", "asset_shares", "land_transfer", "microcredit", "local_jobs", "housing")
VILLAGE_LABELS = ("village_id", "county", "prefecture", "helper", "helper_type", "is_poor_village")
WEIGHTED = ("at_fixed_share", "at_moving_share", "at_indexed_share", "exited_share", "guaranteed_share")
LEVEL_SHARES = ("capable_fixed", "capable_moving", "covered", "exited", "villages_exited")
CHANCES = {
    **{f"chance_at_{line}": HouseholdStat[f"AT_{line.upper()}"] for line in LINES},
    "chance_exited": HouseholdStat.EXITED,
    "chance_reentered": HouseholdStat.REENTERED,
    "chance_stable": HouseholdStat.STABLE,
    "chance_removed": HouseholdStat.REMOVED,
    "chance_on_paper": HouseholdStat.PAPER,
    "chance_sheet": HouseholdStat.SHEET,
    "chance_safe_house": HouseholdStat.SAFE,
    "chance_guaranteed": HouseholdStat.GUARANTEED,
}
VILLAGE_CHANCES = {
    **{f"chance_mean_{line}": VillageStat[f"MEAN_{line.upper()}"] for line in LINES},
    "chance_exits": VillageStat.EXITS,
    "chance_services": VillageStat.SERVICES,
    "chance_sheet": VillageStat.SHEET,
}
VILLAGE_SHARES = {
    **{f"at_{line}_share": VillageStat[f"AT_{line.upper()}"] for line in LINES},
    "exited_share": VillageStat.EXITED,
    "guaranteed_share": VillageStat.GUARANTEED,
    "safe_house_share": VillageStat.HOUSED,
}
TEN_THOUSAND = 10_000  # of a village's need that is filled


def by_level(projection: Projection, level: str) -> pd.DataFrame:
    """By county, prefecture, programme or helper_type and year: people, shares at each line, covered, exited, villages exited.

    Means over draws with 5-95 bands.
    """
    cells = projection.packed.cells
    frames = [_level_rows(projection, level, str(name), list(rows)) for name, rows in cells.groupby(level).groups.items()]
    return pd.concat(frames, ignore_index=True)


def _level_rows(projection: Projection, level: str, name: str, chosen: Sequence[int]) -> pd.DataFrame:
    counts = Counts(projection, chosen)
    found = (
        counts.capable_share("fixed", "people"),
        counts.capable_share("moving", "people"),
        counts.covered_share("people"),
        counts.share(Stat.EXITED),
        counts.village_share(Stat.VILLAGE_EXITS),
    )
    kinds = {"people": counts.people, "capable_people": counts.base("capable"), "without_people": counts.base("without")}
    rows: dict[str, Any] = {"year": list(projection.years), level: name}
    rows |= {kind: people / projection.packed.weight_unit for kind, people in kinds.items()}
    rows["poor_villages"] = int(counts.base("poor_villages"))
    for key, share in zip(LEVEL_SHARES, found, strict=True):
        rows |= {f"{key}_{statistic}": values for statistic, values in band(share)._asdict().items()}
    return pd.DataFrame(rows)


def _spread(mean: Shares, mean_of_squares: Shares, draws: int) -> Shares:
    """Standard deviation over draws; NaN for a single draw, which has none."""
    return np.sqrt(np.maximum(0.0, mean_of_squares - mean**2)) if draws > 1 else np.full(len(mean), np.nan)


def villages(projection: Projection, registry: Registry) -> pd.DataFrame:
    """One row a village and year: shares of registered people, mean income, chances over draws, services, yuan spent.

    `spent_yuan` is what rounds, a plan or village projects spent there, without social protection, which is paid by right;
    `services_filled` the share of what its services need that counts by then, `collective_yuan` the income of the village itself.
    `chance_services` is NaN where the register lacks one of its scores. Rows may stand for very few people: for the planner, not for
    publication.
    """
    packed, draws, number = projection.packed, len(projection.draws), len(projection.years)
    found = registry.villages.iloc[np.repeat(packed.village_rows, number)].reset_index(drop=True)
    sums = projection.villages.reshape(-1, len(VillageStat)) / draws
    people, unit = np.repeat(packed.groups.people, number), packed.weight_unit
    mean = sums[:, VillageStat.MEAN_FEN] / FEN_PER_YUAN
    chances = {name: sums[:, stat] for name, stat in VILLAGE_CHANCES.items()}
    chances["chance_services"] = np.where(found[list(SERVICES)].notna().all(axis=1), chances["chance_services"], np.nan)
    labels = found[list(VILLAGE_LABELS)]
    labels.insert(1, "village_name", found["name"])
    return labels.assign(
        year=np.tile(projection.years, len(packed.village_ids)),
        people=people / unit,
        **{name: ratio(sums[:, stat], people) for name, stat in VILLAGE_SHARES.items()},
        made_safe_people=sums[:, VillageStat.MADE_SAFE] / unit,
        mean_income=mean,
        mean_income_sd=_spread(mean, sums[:, VillageStat.MEAN_SQUARED], draws),
        **chances,
        services_filled=sums[:, VillageStat.FILLED] / TEN_THOUSAND,
        collective_yuan=sums[:, VillageStat.COLLECTIVE_FEN] / FEN_PER_YUAN,
        spent_yuan=sums[:, VillageStat.SPENT_FEN] / FEN_PER_YUAN,
    )


def helpers(projection: Projection, registry: Registry) -> pd.DataFrame:
    """One row a helper and year over its poor villages: people, mean shares, and the expected share of its villages that exit.

    A helper may have a single village: for the planner, not for publication.
    """
    rows = villages(projection, registry)
    rows = rows[rows["is_poor_village"] & rows["helper"].notna()]
    weighted = rows.assign(**{name: rows[name] * rows["people"] for name in WEIGHTED})
    sums = {name: (name, "sum") for name in ("people", *WEIGHTED, "spent_yuan")}
    grouped = weighted.groupby(["helper", "helper_type", "year"], observed=True)
    out = grouped.agg(villages=("village_id", "size"), villages_exited_share=("chance_exits", "mean"), **sums).reset_index()
    return out.assign(**{name: ratio(out[name].to_numpy(), out["people"].to_numpy()) for name in WEIGHTED})


def village_of_household(projection: Projection) -> NDArray[np.int64]:
    """The place of each household's village, in the engine's order. -> int64[household]"""
    groups = projection.packed.groups
    sizes = [int(groups.end[last - 1] - groups.start[first]) for first, last in zip(groups.first, groups.last, strict=True)]
    return np.repeat(np.arange(len(sizes)), sizes)


def each(ids: NDArray[Any], times: int) -> "pd.api.extensions.ExtensionArray":
    """Every id so many times over, one after the other; a text is looked at once, however often it comes."""
    return pd.array(ids, dtype="str").take(np.repeat(np.arange(len(ids)), times))


def households(projection: Projection) -> pd.DataFrame:
    """One row a household and year, by id only: chances over draws, income a person and its spread, mean income by source, measures held.

    `placed` counts workers in a transfer job, the other measures are the chance to have them that year.
    """
    packed, draws, number = projection.packed, len(projection.draws), len(projection.years)
    sums = np.divide(projection.households.reshape(-1, len(HouseholdStat)).T, draws, order="C")
    members = np.repeat(packed.table.members, number)
    sources = {f"{name}_yuan": sums[HouseholdStat.WAGE + place] / FEN_PER_YUAN for place, name in enumerate(SOURCES)}
    income = sum(sources.values(), start=np.zeros(sums.shape[1])) / members
    columns = {
        "household_id": each(packed.household_ids, number),
        "village_id": pd.array(packed.village_ids, dtype="str").take(np.repeat(village_of_household(projection), number)),
        "year": np.tile(projection.years, len(packed.household_ids)),
        "members": members,
        "registered": np.repeat(packed.table.registered == 1, number),
        "weight": np.repeat(packed.table.weight / packed.weight_unit, number),
        **{name: sums[stat] for name, stat in CHANCES.items()},
        "income_pc": income,
        "income_pc_sd": _spread(income, sums[HouseholdStat.INCOME_SQUARED], draws),
    }
    held = {key: sums[HouseholdStat[key.upper()]] for key in HELD}
    return pd.DataFrame(columns | sources | held, copy=False)

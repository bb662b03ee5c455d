"""What else a projection is asked: its years, its money, what an exit costs, and the same by county, prefecture, helper and village.

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
from simlib.assessment.counts import SOURCES, Counts, Shares, gini, ratio, spent_yuan
from simlib.engine.project import Projection
from simlib.engine.state import CLOSING_YEAR, HouseholdStat, Ledger, Measure, Stat, VillageStat
from simlib.funds import ACCOUNTS
from simlib.money import FEN_PER_YUAN
from simlib.registry import Registry

MONTHS = 12
HELD = ("placed", "industry", "training", "public_post", "asset_shares")
VILLAGE_LABELS = ("village_id", "county", "prefecture", "helper", "helper_type", "is_poor_village")
WEIGHTED = ("at_fixed_share", "at_moving_share", "exited_share")
LEVEL_SHARES = ("capable_fixed", "capable_moving", "covered", "exited", "villages_exited")


def _band(share: Shares) -> dict[str, float | None]:
    return dict(band(share)._asdict())


def _mean(share: Shares) -> dict[str, float | None]:
    return {"mean": band(share, skip_undefined=True).mean}


def years(projection: Projection) -> list[dict[str, Any]]:
    """One record a year, as the JSON contract has it: shares of registered people unless a name says otherwise."""
    counts = Counts(projection)
    at_line, exited, income, fgt = counts.at_line_share(), counts.share(Stat.EXITED), counts.income_pc("capable"), counts.fgt()
    by_dibao, reentry, villages = counts.share(Stat.EXITED_BY_DIBAO), counts.reentry_share(), counts.village_share(Stat.VILLAGE_EXITS)
    return [
        {
            "year": year,
            "at_line_share": _band(at_line[:, place]),
            "exited_share": _band(exited[:, place]),
            "exited_by_dibao_share": _mean(by_dibao[:, place]),
            "reentry_share": _mean(reentry[:, place]),
            "income_pc_labour_capable": _band(income[:, place]),
            "villages_exited_share": _mean(villages[:, place]),
            "fgt": [band(index[:, place]).mean for index in fgt],
        }
        for place, year in enumerate(projection.years)
    ]


def funds(projection: Projection) -> list[dict[str, Any]]:
    """One record a fund, payer and year in yuan, means over draws; in every row entitled + carried_in = spent + carried_out + lapsed."""
    mean = projection.ledger.mean(axis=0) / FEN_PER_YUAN
    return [
        {"fund": fund, "payer": payer, "year": year} | {column.name.lower(): float(mean[place, account, column]) for column in Ledger}
        for account, (fund, payer) in enumerate(ACCOUNTS)
        for place, year in enumerate(projection.years)
    ]


def staff_cost(projection: Projection) -> float:
    """Yuan that the sending units pay for resident cadres, outside every fund: none where nothing is done. Clause 三(十三).

    All months of the programme, or those up to the end of a horizon that stops before the books of its last year are closed.
    """
    packed = projection.packed
    levers, facts = packed.scenario.levers, packed.facts
    if not levers.rounds and levers.allocation.plan is None and levers.entitled.social_security is None:
        return 0.0
    last = projection.years[-1]
    past = facts["first_year_months"] + MONTHS * (last - facts["programme_start_year"])
    months = facts["staff_months"] if last >= CLOSING_YEAR else min(past, facts["staff_months"])
    villages = int(packed.groups.is_poor.sum())
    return villages * facts["cadres_per_village"] * months * (facts["stipend_month"] + facts["working_money_month"])


def cost(projection: Projection) -> dict[str, float | None]:
    """What it costs, in yuan over all years: `total` is the spending of all funds (mean over draws), `staff` stands beside it.

    `yuan_per_exit` is both together for each person of the register who is out of it at the end (mean over draws), null where nobody is.
    """
    total, staff = float(spent_yuan(projection).sum(axis=1).mean()), staff_cost(projection)
    people = float(Counts(projection).stat(Stat.EXITED)[:, -1].mean()) / projection.packed.weight_unit
    return {"total": total, "staff": staff, "yuan_per_exit": (total + staff) / people if people > 0 else None}


def draws_table(projection: Projection) -> pd.DataFrame:
    """One row a draw and year: the headline shares, for paired comparisons of stored runs."""
    counts = Counts(projection)
    columns = {
        "capable_fixed": counts.capable_share("fixed", "people"),
        "capable_moving": counts.capable_share("moving", "people"),
        "covered": counts.covered_share("people"),
        "exited": counts.share(Stat.EXITED),
        "village_fixed": counts.village_share(Stat.MEAN_FIXED),
        "village_moving": counts.village_share(Stat.MEAN_MOVING),
        "villages_exited": counts.village_share(Stat.VILLAGE_EXITS),
        "income_pc_capable": counts.income_pc("capable"),
        "gini": gini(projection),
        "spent_yuan": spent_yuan(projection),
        "exited_people": counts.stat(Stat.EXITED) / projection.packed.weight_unit,
    }
    draws, number = len(projection.draws), len(projection.years)
    index = {"draw": np.repeat(np.arange(draws), number), "year": np.tile(projection.years, draws)}
    return pd.DataFrame(index | {name: np.asarray(values, dtype=np.float64).ravel() for name, values in columns.items()})


def by_level(projection: Projection, level: str) -> pd.DataFrame:
    """By county, prefecture or helper_type and year: people, shares at each line, covered, exited, villages exited; mean and 5-95 band."""
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
    """One row a village and year: shares of registered people at each line and out, mean income, chances over draws, yuan spent.

    `spent_yuan` is what rounds or a plan spent there, without social protection, which is paid by right. Rows may stand for very few
    people: for the planner, not for publication.
    """
    packed, draws, number = projection.packed, len(projection.draws), len(projection.years)
    found = registry.villages.iloc[np.repeat(packed.village_rows, number)]
    sums = projection.villages.reshape(-1, len(VillageStat)) / draws
    people = np.repeat(packed.groups.people, number)
    mean = sums[:, VillageStat.MEAN_FEN] / FEN_PER_YUAN
    return (
        found[list(VILLAGE_LABELS)]
        .reset_index(drop=True)
        .assign(
            year=np.tile(projection.years, len(packed.village_ids)),
            people=people / packed.weight_unit,
            at_fixed_share=ratio(sums[:, VillageStat.AT_FIXED], people),
            at_moving_share=ratio(sums[:, VillageStat.AT_MOVING], people),
            exited_share=ratio(sums[:, VillageStat.EXITED], people),
            mean_income=mean,
            mean_income_sd=_spread(mean, sums[:, VillageStat.MEAN_SQUARED], draws),
            chance_mean_fixed=sums[:, VillageStat.MEAN_FIXED],
            chance_mean_moving=sums[:, VillageStat.MEAN_MOVING],
            chance_exits=sums[:, VillageStat.EXITS],
            spent_yuan=sums[:, VillageStat.SPENT_FEN] / FEN_PER_YUAN,
        )
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


def _households_of_villages(projection: Projection) -> list[int]:
    """How many households each village has, in the engine's order."""
    groups = projection.packed.groups
    return [int(groups.end[last - 1] - groups.start[first]) for first, last in zip(groups.first, groups.last, strict=True)]


def _each(ids: NDArray[Any], times: int | NDArray[np.int64]) -> "pd.api.extensions.ExtensionArray":
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
        "household_id": _each(packed.household_ids, number),
        "village_id": _each(packed.village_ids, number * np.array(_households_of_villages(projection))),
        "year": np.tile(projection.years, len(packed.household_ids)),
        "members": members,
        "registered": np.repeat(packed.table.registered == 1, number),
        "weight": np.repeat(packed.table.weight / packed.weight_unit, number),
        "chance_at_fixed": sums[HouseholdStat.AT_FIXED],
        "chance_at_moving": sums[HouseholdStat.AT_MOVING],
        "chance_exited": sums[HouseholdStat.EXITED],
        "chance_reentered": sums[HouseholdStat.REENTERED],
        "income_pc": income,
        "income_pc_sd": _spread(income, sums[HouseholdStat.INCOME_SQUARED], draws),
    }
    held = {key: sums[HouseholdStat[key.upper()]] for key in HELD}
    return pd.DataFrame(columns | sources | held, copy=False)


def spending(projection: Projection) -> pd.DataFrame:
    """Yuan spent by year and measure, mean over draws, with the households begun (by right: none counted)."""
    yuan = projection.spending.sum(axis=3).mean(axis=0) / FEN_PER_YUAN
    served = projection.served.mean(axis=0) / projection.packed.weight_unit
    measures = [measure.name.lower() for measure in Measure]
    index = {"year": np.repeat(projection.years, len(measures)), "measure": measures * len(projection.years)}
    return pd.DataFrame(index | {"spent_yuan": yuan.ravel(), "households": served.ravel()})


def transitions(projection: Projection) -> pd.DataFrame:
    """The 2 x 2 matrix of register status from one year's end to the next, mean over draws; rows sum to one. Bane and Ellwood 1986.

    `status` at the year's start, and the shares of its people who are on the register (`to_on`) or out of it (`to_out`) at its end; NaN
    where nobody had that status in any draw.
    """
    counts = Counts(projection)
    out_before, exits, back = (counts.stat(stat).astype(np.float64) for stat in (Stat.EXITED_BEFORE, Stat.EXITS, Stat.REENTRIES))
    leaves = band(ratio(exits, counts.people - out_before), skip_undefined=True).mean
    falls = band(ratio(back, out_before), skip_undefined=True).mean
    on = {"year": projection.years, "status": "on", "to_on": 1 - leaves, "to_out": leaves}
    out = {"year": projection.years, "status": "out", "to_on": falls, "to_out": 1 - falls}
    table = pd.concat([pd.DataFrame(on), pd.DataFrame(out)], ignore_index=True)
    return table.sort_values(["year", "status"], ignore_index=True)

"""What else a projection is asked: its years, its money, what an exit costs, and the same by county, prefecture, helper and village."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from simlib.assessment.bands import band
from simlib.assessment.counts import Counts, Shares, ratio
from simlib.engine.project import Projection
from simlib.engine.state import HouseholdStat, Ledger, Measure, Stat, VillageStat
from simlib.funds import ACCOUNTS
from simlib.money import FEN_PER_YUAN
from simlib.registry import Registry

SOURCES = ("wage", "business", "property", "transfer", "dibao")


def _band(share: Shares) -> dict[str, float | None]:
    found = band(share)
    return {"mean": found.mean, "p05": found.p05, "p95": found.p95}


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
        {"fund": fund, "payer": payer, "year": year}
        | {column.name.lower(): round(float(mean[place, account, column]), 4) for column in Ledger}
        for account, (fund, payer) in enumerate(ACCOUNTS)
        for place, year in enumerate(projection.years)
    ]


def staff_cost(projection: Projection) -> float:
    """Yuan that the sending units pay for resident cadres, outside every fund: none where nothing is done. Clause 三(十三)."""
    levers, facts = projection.packed.scenario.levers, projection.packed.facts
    if not levers.rounds and levers.entitled.social_security is None:
        return 0.0
    villages = int(projection.packed.groups.is_poor.sum())
    return villages * facts["cadres_per_village"] * facts["staff_months"] * (facts["stipend_month"] + facts["working_money_month"])


def cost(projection: Projection) -> dict[str, float | None]:
    """Yuan: spent from all funds (mean over draws), staff beside it, and both together for each person out of the register at the end."""
    counts = Counts(projection)
    total, staff = float(counts.spent().sum(axis=1).mean()), staff_cost(projection)
    people = float(counts.stat(Stat.EXITED)[:, -1].mean()) / projection.packed.weight_unit
    return {"total": round(total, 2), "staff": round(staff, 2), "yuan_per_exit": round((total + staff) / people, 2) if people > 0 else None}


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
        "gini": counts.gini(),
        "spent_yuan": counts.spent(),
        "exited_people": counts.stat(Stat.EXITED) / projection.packed.weight_unit,
    }
    draws, number = len(projection.draws), len(projection.years)
    index = {"draw": np.repeat(np.arange(draws), number), "year": np.tile(projection.years, draws)}
    return pd.DataFrame(index | {name: np.asarray(values, dtype=np.float64).ravel() for name, values in columns.items()})


def by_level(projection: Projection, level: str) -> pd.DataFrame:
    """By county, prefecture or helper_type and year: people, share at the fixed and moving line, exited, villages exited; mean and 5-95 band."""
    cells = projection.packed.cells
    frames = [_level_rows(projection, level, str(name), list(rows)) for name, rows in cells.groupby(level).groups.items()]
    return pd.concat(frames, ignore_index=True)


def _level_rows(projection: Projection, level: str, name: str, chosen: Sequence[int]) -> pd.DataFrame:
    counts = Counts(projection, chosen)
    shares = {
        "capable_fixed": counts.capable_share("fixed", "people"),
        "capable_moving": counts.capable_share("moving", "people"),
        "covered": counts.covered_share("people"),
        "exited": counts.share(Stat.EXITED),
        "villages_exited": counts.village_share(Stat.VILLAGE_EXITS),
    }
    rows = {"year": list(projection.years), level: name, "people": counts.people / projection.packed.weight_unit}
    for key, share in shares.items():
        found = band(share)
        rows |= {f"{key}_mean": found.mean, f"{key}_p05": found.p05, f"{key}_p95": found.p95}
    return pd.DataFrame(rows)


def villages(projection: Projection, registry: Registry) -> pd.DataFrame:
    """One row a village and year: share of registered people at each line and out of the register, mean income, chances, yuan spent. No names."""
    packed, draws, number = projection.packed, len(projection.draws), len(projection.years)
    found = registry.villages.iloc[np.repeat(packed.village_rows, number)]
    labels = found[["village_id", "county", "prefecture", "helper", "helper_type", "is_poor_village"]].reset_index(drop=True)
    sums = projection.villages.reshape(-1, len(VillageStat)) / draws
    people = np.repeat(packed.groups.people, number)
    mean = sums[:, VillageStat.MEAN_FEN] / FEN_PER_YUAN
    spread = np.sqrt(np.maximum(0.0, sums[:, VillageStat.MEAN_SQUARED] - mean**2))
    return labels.assign(
        year=np.tile(projection.years, len(packed.village_ids)),
        people=people / packed.weight_unit,
        at_fixed_share=ratio(sums[:, VillageStat.AT_FIXED], people),
        at_moving_share=ratio(sums[:, VillageStat.AT_MOVING], people),
        exited_share=ratio(sums[:, VillageStat.EXITED], people),
        mean_income=mean,
        mean_income_sd=spread,
        chance_mean_fixed=sums[:, VillageStat.MEAN_FIXED],
        chance_mean_moving=sums[:, VillageStat.MEAN_MOVING],
        chance_exits=sums[:, VillageStat.EXITS],
        spent_yuan=sums[:, VillageStat.SPENT_FEN] / FEN_PER_YUAN,
    )


def helpers(projection: Projection, registry: Registry) -> pd.DataFrame:
    """One row a helper and year over its poor villages: people, mean shares, and the expected share of its villages that exit."""
    rows = villages(projection, registry)
    rows = rows[rows["is_poor_village"] & rows["helper"].notna()]
    weighted = rows.assign(**{name: rows[name] * rows["people"] for name in ("at_fixed_share", "at_moving_share", "exited_share")})
    grouped = weighted.groupby(["helper", "helper_type", "year"], observed=True)
    out = grouped.agg(
        villages=("village_id", "size"),
        people=("people", "sum"),
        at_fixed_share=("at_fixed_share", "sum"),
        at_moving_share=("at_moving_share", "sum"),
        exited_share=("exited_share", "sum"),
        villages_exited_share=("chance_exits", "mean"),
        spent_yuan=("spent_yuan", "sum"),
    ).reset_index()
    for name in ("at_fixed_share", "at_moving_share", "exited_share"):
        out[name] = ratio(out[name].to_numpy(), out["people"].to_numpy())
    return out


def households(projection: Projection) -> pd.DataFrame:
    """One row a household and year, by id only: chances over draws, mean income a person and its spread, mean income by source, measures held."""
    packed, draws, number = projection.packed, len(projection.draws), len(projection.years)
    sums = projection.households.reshape(-1, len(HouseholdStat)) / draws
    members = np.repeat(packed.table.members, number)
    sources = {f"{name}_yuan": sums[:, HouseholdStat.WAGE + place] / FEN_PER_YUAN for place, name in enumerate(SOURCES)}
    income = sum(sources.values(), start=np.zeros(len(sums))) / members
    spread = np.sqrt(np.maximum(0.0, sums[:, HouseholdStat.INCOME_SQUARED] - income**2))
    village_of = np.repeat(
        packed.village_ids,
        [int(packed.groups.end[b - 1] - packed.groups.start[a]) for a, b in zip(packed.groups.first, packed.groups.last, strict=True)],
    )
    return pd.DataFrame(
        {
            "household_id": np.repeat(packed.household_ids, number),
            "village_id": np.repeat(village_of, number),
            "year": np.tile(projection.years, len(packed.household_ids)),
            "members": members,
            "chance_at_fixed": sums[:, HouseholdStat.AT_FIXED],
            "chance_at_moving": sums[:, HouseholdStat.AT_MOVING],
            "chance_exited": sums[:, HouseholdStat.EXITED],
            "chance_reentered": sums[:, HouseholdStat.REENTERED],
            "income_pc": income,
            "income_pc_sd": spread,
        }
        | sources
        | {key: sums[:, HouseholdStat[key.upper()]] for key in ("placed", "industry", "training", "public_post", "asset_shares")}
    )


def spending(projection: Projection) -> pd.DataFrame:
    """Yuan spent by year and measure, mean over draws, with the households begun (by right: none counted)."""
    yuan = projection.spending.sum(axis=3).mean(axis=0) / FEN_PER_YUAN
    served = projection.served.mean(axis=0) / projection.packed.weight_unit
    return pd.DataFrame(
        {
            "year": np.repeat(projection.years, len(Measure)),
            "measure": [measure.name.lower() for measure in Measure] * len(projection.years),
            "yuan": yuan.ravel(),
            "households": served.ravel(),
        }
    )


def transitions(projection: Projection) -> pd.DataFrame:
    """The 2 x 2 matrix of register status from one year's end to the next, mean over draws; rows sum to one. Bane and Ellwood 1986."""
    counts = Counts(projection)
    out_before, exits, back = (counts.stat(stat).astype(np.float64) for stat in (Stat.EXITED_BEFORE, Stat.EXITS, Stat.REENTRIES))
    leaves, falls = ratio(exits, counts.people - out_before), ratio(back, out_before)
    rows = []
    for place, year in enumerate(projection.years):
        leave, fall = _mean(leaves[:, place])["mean"], _mean(falls[:, place])["mean"]
        rows.append({"year": year, "from": "on the register", "stays_or_returns": None if leave is None else 1 - leave, "out": leave})
        rows.append({"year": year, "from": "out", "stays_or_returns": fall, "out": None if fall is None else 1 - fall})
    return pd.DataFrame(rows)

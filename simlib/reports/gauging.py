"""The six targets at the line that exits are judged by, one row each, yearly progress one a year. Clause 一(二)."""

from typing import Final

import numpy as np
import pandas as pd

from simlib.assessment.bands import probability_at_least
from simlib.assessment.targets import planned_path
from simlib.facts import load_facts
from simlib.reports.series import Reals
from simlib.runs import Result

COLUMNS: Final = ("target", "year", "line", "per", "line_value", "share_mean", "share_p05", "share_p95", "asked", "probability")
JUDGED: Final = ("mc_se", "confidence", "verdict", "reason")
PER: Final = ("people", "villages")
"""Of the ways to count a target, the one that scenarios are judged by."""
OF_DRAWS: Final = {"dibao_coverage": "covered", "guarantees": "guaranteed", "services": "services"}


def shares_by_draw(result: Result) -> dict[tuple[str, int], Reals]:
    """The share that each target is judged by, at the governing line, by target and year, in each draw. -> arrays [draw]"""
    facts = result.scenario.resolve_facts(load_facts())
    table, planned, line = result.table("draws"), planned_path(facts), result.scenario.levers.governing_line
    found: dict[tuple[str, int], Reals] = {}
    for number, rows in table.groupby("year"):
        year = int(str(number))
        for target, column in {"household_income": f"capable_{line}", "village_income": f"village_{line}", **OF_DRAWS}.items():
            found[target, year] = rows[column].to_numpy(dtype=np.float64)
        if year in planned:
            found["yearly_progress", year] = np.minimum(1.0, rows["exited"].to_numpy(dtype=np.float64) / planned[year])
    return found


def gauge_rows(result: Result) -> pd.DataFrame:
    """One row a target (yearly progress: a target and year) at the governing line, each household or village by itself.

    target, year, line and line_value (yuan, where there is a line), per; share_mean with p05 and p95; `asked` share; `probability` that it
    is reached and its mc_se (NaN without luck); `confidence` asked for; verdict and reason.
    """
    table, line = result.table("targets"), result.scenario.levers.governing_line
    governing = (table["line"].isna() | (table["line"] == line)) & (table["reading"].isna() | (table["reading"] == "each"))
    rows = table[governing & table["per"].isin(PER)].rename(columns={"tolerance": "asked"})
    rows = rows.rename(columns={f"met_share_{name}": f"share_{name}" for name in ("mean", "p05", "p95")}).reset_index(drop=True)
    shares = shares_by_draw(result) if result.draws else {}
    chances = [_chance(shares.get((row["target"], row["year"])), row["asked"]) for _, row in rows.iterrows()]
    return rows.assign(probability=chances)[[*COLUMNS, *JUDGED]]


def _chance(shares: Reals | None, asked: float) -> float:
    """P(share >= asked), NaN without luck and where a share is undefined."""
    chance = None if shares is None else probability_at_least(shares, [asked])[asked]
    return np.nan if chance is None else chance

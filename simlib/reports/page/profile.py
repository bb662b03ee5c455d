"""A village on one page (一村一策): its chances, its income against the line, what its people get, what is short. No household in it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from simlib.assessment.counts import SOURCES
from simlib.errors import InputError, nearest, said
from simlib.reports.page.leader import furthest
from simlib.reports.series import due
from simlib.reports.villages import called, poor_villages
from simlib.runs import Result

PROFILES: Final = 20
"""Villages that have a page of their own unless asked otherwise: those furthest off."""
ALL: Final = "all"
MEASURES: Final = ("industry", "training", "public_post", "asset_shares", "land_transfer", "microcredit", "local_jobs", "housing")
"""Columns of the households' table that say the chance to have a measure."""


class Profile(NamedTuple):
    """One village. years: its rows of the villages' table, first to last; usual: means of all poor villages in the last year, and of
    what was spent in all years; richer: how many of them have a higher mean income.

    classes: people by their household's chance to be out of the register (sure, between, unlikely); held: measure -> people of households
    that have it, by year; sources: yuan a person and year by source, by year. All of registered people, expected numbers over draws.
    """

    years: list[dict[str, Any]]
    lines: list[float]
    usual: dict[str, float]
    richer: int
    classes: tuple[float, float, float]
    held: dict[str, list[float]]
    sources: dict[str, list[float]]

    @property
    def last(self) -> dict[str, Any]:
        """The row of the last year."""
        return self.years[-1]

    @property
    def called(self) -> str:
        """Its name and id."""
        return called(self.last)

    @property
    def spent(self) -> float:
        """Yuan spent there in all years."""
        return float(sum(row["spent_yuan"] for row in self.years))

    @property
    def gap(self) -> float:
        """What the mean income of the last year lacks to the line; below zero where it is over it."""
        return float(self.lines[-1] - self.last["mean_income"])


def chosen(result: Result, villages: Sequence[str] | str | None) -> list[str]:
    """Ids of the villages that get a page: those asked for in their order, `"all"` poor ones by name, or None: the furthest off.

    InputError for a village that is not there.
    """
    if villages is None:
        return [one.village for one in furthest(result)[:PROFILES]]
    known = sorted(map(str, poor_villages(result)["village_id"]))
    if isinstance(villages, str):
        villages = known if villages == ALL else [villages]
    for one in villages:
        if one not in known:
            raise InputError(said("there is no poor village {village!r} in this result; {hint}", village=one, hint=nearest(one, known)))
    return list(dict.fromkeys(villages))


def profiles(result: Result, ids: Sequence[str]) -> Iterator[Profile]:
    """The profiles of these villages, in this order."""
    if not ids:
        return
    villages, last = result.table("villages"), due(result)
    villages = _plain(villages[villages["is_poor_village"] & (villages["year"] <= last)])
    by_village = {str(name): rows for name, rows in villages[villages["village_id"].isin(ids)].groupby("village_id", observed=True)}
    people = _registered(result, ids, last)
    lines = _lines(result, sorted(villages["year"].unique()))
    ends = villages[villages["year"] == last]
    usual = {str(name): mean for name, mean in ends.mean(numeric_only=True).items()}
    usual |= {"spent_all": villages.groupby("village_id", observed=True)["spent_yuan"].sum().mean()}
    for name in ids:
        rows = [{str(key): value for key, value in row.items()} for row in by_village[name].sort_values("year").to_dict("records")]
        homes = people.get(name, next(iter(people.values())).iloc[:0])
        sure = result.scenario.reporting.confidence
        richer = int((ends["mean_income"] > rows[-1]["mean_income"]).sum())
        yield Profile(rows, lines, usual, richer, _by_chance(homes[homes["year"] == last], sure), _held(homes), _sources(homes))


def _registered(result: Result, ids: Sequence[str], last: int) -> dict[str, pd.DataFrame]:
    """The registered households of these villages, by village, with their people counted by weight."""
    homes = result.table("households")
    homes = homes[homes["village_id"].isin(ids) & homes["registered"] & (homes["year"] <= last)]
    homes = _plain(homes.assign(people=homes["members"] * homes["weight"]))
    return {str(name): rows for name, rows in homes.groupby("village_id", observed=True)} or {"": homes}


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """A table of our own without metadata, which pandas would copy at each of thousands of steps."""
    table.attrs = {}
    return table


def _lines(result: Result, years: Sequence[int]) -> list[float]:
    """The governing line of villages by year."""
    table, name = result.table("lines"), result.scenario.levers.governing_line
    own = table[(table["of"] == "village") & (table["line"] == name)].set_index("year")["yuan_mean"]
    return [float(own[year]) for year in years]


def _by_chance(homes: pd.DataFrame, sure: float) -> tuple[float, float, float]:
    chance, people = homes["chance_exited"].to_numpy(float), homes["people"].to_numpy(float)
    high, low = chance >= sure, chance < 1 - sure
    return float(people[high].sum()), float(people[~high & ~low].sum()), float(people[low].sum())


def _held(homes: pd.DataFrame) -> dict[str, list[float]]:
    """Expected people of households that have a measure, by year; only measures that anybody has."""
    sums = homes[list(MEASURES)].mul(homes["people"], axis=0).groupby(homes["year"]).sum()
    return {name: [float(one) for one in sums[name]] for name in MEASURES if sums[name].any()}


def _sources(homes: pd.DataFrame) -> dict[str, list[float]]:
    """Mean income a person by source and year."""
    yuan = homes[[f"{name}_yuan" for name in SOURCES]].mul(homes["weight"], axis=0).groupby(homes["year"]).sum()
    people = homes.groupby("year")["people"].sum().to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {name: list(yuan[f"{name}_yuan"].to_numpy(float) / people) for name in SOURCES}

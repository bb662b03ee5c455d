"""What stands on the two pages for a leader's desk, in numbers: the answer, the targets, the villages, the money, what is short."""

from typing import Any, Final, NamedTuple

import pandas as pd

from simlib.reports.gauging import gauge_rows
from simlib.reports.series import due
from simlib.reports.villages import called, poor_villages
from simlib.runs import Result

RIGHTS: Final = ("social", "credit")
"""Funds without a budget: what is due by right, and what banks lend."""
SHOWN_SHORT, LEAST_SHORT, USUAL_FUNDS = 5, 3, 5
"""Villages named on the page as the furthest off; fewer, to the least, where there are more funds than usual to tell of."""
SHOWN_CHANGES: Final = 12
"""Lines for what was changed, one fewer for every fund beyond the usual ones."""
SHOWN_PAYERS: Final = 6
FIXED: Final = "fixed"


class Classes(NamedTuple):
    """How many poor villages have a chance of at least the confidence asked for, of less than its rest, or between."""

    what: str
    sure: int
    between: int
    unlikely: int
    unknown: int


class FundRow(NamedTuple):
    """A fund over all years, in yuan, means over draws."""

    fund: str
    due: float
    spent: float
    left: float
    lapsed: float


class Short(NamedTuple):
    """A village that is far off: what it is called, its mean income and what that lacks, in yuan a person and year; its people."""

    village: str
    called: str
    county: str
    helper: str
    people: float
    income: float
    gap: float
    chance: float


class Tally(NamedTuple):
    """How the six targets come out; a target of several years is met when every year is."""

    met: int
    missed: int
    open: int


def target_rows(result: Result) -> list[dict[str, Any]]:
    """The targets at the governing line, one row a target, yearly progress one a year."""
    rows = gauge_rows(result)
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def average(result: Result) -> dict[str, float]:
    """The other reading of 人均: the mean income of the labour-capable (yuan), and the share of draws in which it is at the line."""
    targets, line, year = result.table("targets"), result.scenario.levers.governing_line, due(result)
    found = targets[(targets["target"] == "household_income") & (targets["reading"] == "mean") & (targets["line"] == line)]
    years = result.table("years").set_index("year")
    return {"yuan": float(years["income_pc_labour_capable_mean"][year]), "reached": float(found["met_share_mean"].iloc[0])}


def tally(rows: list[dict[str, Any]]) -> Tally:
    """How many of the targets are met, are not, cannot be judged."""
    verdicts: dict[str, set[str]] = {}
    for row in rows:
        verdicts.setdefault(row["target"], set()).add(row["verdict"])
    met = sum(found == {"met"} for found in verdicts.values())
    missed = sum("not met" in found for found in verdicts.values())
    return Tally(met, missed, len(verdicts) - met - missed)


def village_classes(result: Result) -> list[Classes]:
    """Poor villages by their chance to reach the income line, to have every service, and to exit."""
    poor, sure = poor_villages(result), result.scenario.reporting.confidence
    columns = (f"chance_mean_{result.scenario.levers.governing_line}", "chance_services", "chance_exits")
    return [_classes(name, poor[name], sure) for name in columns]


def _classes(name: str, chances: pd.Series, sure: float) -> Classes:
    high, low, unknown = int((chances >= sure).sum()), int((chances < 1 - sure).sum()), int(chances.isna().sum())
    return Classes(name, high, len(chances) - high - low - unknown, low, unknown)


def village_line(result: Result, line: str) -> float:
    """A line of villages when targets are due, in yuan a person and year."""
    targets = result.table("targets")
    return float(targets.loc[(targets["target"] == "village_income") & (targets["line"] == line), "line_value"].iloc[0])


def unlike_governing(result: Result) -> float | None:
    """The fixed line of villages, by which they leave the list (docs/model.md, step 13), where another one governs; None where it does."""
    return None if result.scenario.levers.governing_line == FIXED else village_line(result, FIXED)


def furthest(result: Result) -> list[Short]:
    """Every poor village, the one with the lowest mean income first."""
    governing = result.scenario.levers.governing_line
    line, chance = village_line(result, governing), f"chance_mean_{governing}"
    records = poor_villages(result).sort_values(["mean_income", "village_id"]).to_dict("records")
    rows = [{str(name): value for name, value in row.items()} for row in records]
    return [
        Short(
            str(row["village_id"]), called(row), str(row["county"]), str(row["helper"] or ""), row["people"], row["mean_income"],
            line - row["mean_income"], row[chance],
        )
        for row in rows
    ]  # fmt: skip


def shown_short(funds: int) -> int:
    """How many villages the page has room for beside so many funds."""
    return max(LEAST_SHORT, SHOWN_SHORT - max(0, funds - USUAL_FUNDS))


def room_for_changes(funds: int) -> int:
    """How many lines the page has for what was changed, beside so many funds."""
    return SHOWN_CHANGES - max(0, funds - USUAL_FUNDS)


def fund_rows(result: Result) -> list[FundRow]:
    """Each fund that has any money, over all years."""
    table = result.table("funds")
    last = int(table["year"].max())
    sums = table.groupby("fund", sort=False)[["entitled", "spent", "lapsed"]].sum()
    left = table[table["year"] == last].groupby("fund", sort=False)["carried_out"].sum()
    parts = zip(sums.index, sums["entitled"], sums["spent"], left, sums["lapsed"], strict=True)
    rows = [FundRow(str(fund), *map(float, yuan)) for fund, *yuan in parts]
    return [row for row in rows if row.due or row.spent]


def planned(rows: list[FundRow]) -> FundRow:
    """All planned funds together."""
    own = [row for row in rows if row.fund not in RIGHTS]
    return FundRow("", *(sum(getattr(row, name) for row in own) for name in FundRow._fields[1:]))


def payers(result: Result) -> list[tuple[str, float]]:
    """What each payer paid over all years, in yuan (means over draws), the largest first; without what banks lend.

    The least of more than SHOWN_PAYERS are together, without a name.
    """
    table = result.table("flow")
    sums = _sums(table[table["in_total"]], "payer")
    if len(sums) <= SHOWN_PAYERS:
        return sums
    return [*sums[: SHOWN_PAYERS - 1], ("", sum(yuan for _, yuan in sums[SHOWN_PAYERS - 1 :]))]


def uses(result: Result) -> list[tuple[str, float]]:
    """What each measure cost over all years, in yuan (means over draws), the largest first; what stands in no total is left out."""
    table = result.table("spending")
    return _sums(table[table["in_total"]], "measure")


def _sums(table: pd.DataFrame, by: str) -> list[tuple[str, float]]:
    sums = table.groupby(by)["spent_yuan"].sum().sort_values(ascending=False, kind="stable")
    return [(str(name), float(yuan)) for name, yuan in sums.items() if yuan > 0]

"""What charts draw, as plain arrays and tables made of a result's tables. No matplotlib here."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.bands import Band, band
from simlib.assessment.targets import due_year
from simlib.errors import InputError, nearest, said
from simlib.facts import Facts, load_facts
from simlib.facts.lines import Target, fixed_line, line_share, moving_line
from simlib.runs import Result

Line = Literal["fixed", "moving", "indexed"]
Who = Literal["people", "villages"]
Reals = NDArray[np.float64]

LINES: Final = ("fixed", "moving", "indexed")
COLUMNS: Final[dict[str, str]] = {"people": "capable", "villages": "village"}
SHOWN: Final = ("fixed", "moving", "dibao")
"""Lines that stand in a histogram of incomes."""
FAN: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
USES: Final = ("entitled", "spent", "carried_out", "lapsed")


class Histogram(NamedTuple):
    """Registered people by income a head in one year."""

    edges: Reals  # of the bins in yuan, one more than there are bins; the first holds all below, too, and the last one all above
    people: Band  # in each bin: mean and 5-95 % band over draws
    lines: dict[str, Band]  # fixed, moving and dibao line in yuan, mean over draws with band
    at_line: dict[str, float]  # share of the registered people at the fixed and the moving line, mean over draws


class Paths(NamedTuple):
    """A line through the years, in yuan: as planned, and as it moves with the province's income."""

    fixed: Reals
    moving: Reals
    low: Reals  # of the moving line: where the year's income is uncertain, its range
    high: Reals


def years_of(result: Result) -> list[int]:
    """The years of a result."""
    return [int(year) for year in result.table("years")["year"]]


def year_of(result: Result, year: int | None) -> int:
    """A year of a result, the last one for None; InputError when it is not there."""
    years = years_of(result)
    if year is None:
        return years[-1]
    if year not in years:
        raise InputError(said("year {year}: this run has {years}", year=year, years=", ".join(map(str, years))))
    return year


def asked(result: Result) -> float:
    """The share that has to reach a target."""
    return float(result.table("targets")["tolerance"].iloc[0])


def due(result: Result) -> int:
    """The year that targets are judged in."""
    first, last = result.scenario.levers.horizon
    return due_year(result.scenario.resolve_facts(load_facts()), range(first, last + 1))


def by_draw(result: Result, name: str) -> Reals:
    """A column of the table by draw. -> [draw, year]. InputError for one that is not there."""
    table = result.table("draws")
    if name not in table or name in ("draw", "year"):
        known = nearest(name, [str(column) for column in table if column not in ("draw", "year")])
        raise InputError(said("there is no column {name!r} by draw; {hint}", name=name, hint=known))
    values: Reals = table[name].to_numpy(dtype=np.float64)
    return values.reshape(-1, table["year"].nunique())


def share_at_line(result: Result, who: Who, line: Line) -> Band:
    """Labour-capable people, or poor villages, at a line, by year: mean and band over draws. -> three arrays [year]"""
    if who not in COLUMNS or line not in LINES:
        known = {"whos": ", ".join(COLUMNS), "lines": ", ".join(LINES)}
        raise InputError(said("who {who!r}, line {line!r}: wanted {whos}, and {lines}", who=who, line=line, **known))
    return band(by_draw(result, f"{COLUMNS[who]}_{line}"))


def fan(result: Result, what: str) -> pd.DataFrame:
    """Mean and quantiles (p05, p25, p50, p75, p95) over draws of a column by draw, by year; without luck the quantiles are NaN."""
    values = by_draw(result, what)
    spread = np.quantile(values, FAN, axis=0) if result.draws else np.full((len(FAN), values.shape[1]), np.nan)
    columns = {"mean": values.mean(axis=0)} | {f"p{100 * level:02.0f}": row for level, row in zip(FAN, spread, strict=True)}
    return pd.DataFrame(columns, index=pd.Index(years_of(result), name="year"))


def line_of(result: Result, of: str, line: str) -> pd.DataFrame:
    """A line by year, in yuan: mean, p05, p95. InputError for one that no year has."""
    table = result.table("lines")
    found = table[(table["of"] == of) & (table["line"] == line)].set_index("year")
    return found[["yuan_mean", "yuan_p05", "yuan_p95"]].rename(columns=lambda name: str(name).removeprefix("yuan_"))


def histogram(result: Result, year: int) -> Histogram:
    """Registered people by income a head in one year, with the lines of that year."""
    at, table, shares = year_of(result, year), result.table("incomes"), result.table("years").set_index("year")
    rows = table[table["year"] == at]
    lower = rows["from_yuan"].to_numpy(dtype=np.float64)
    people = Band(*(rows[f"people_{name}"].to_numpy(dtype=np.float64) for name in Band._fields))
    lines = {name: Band(*line_of(result, "household", name).loc[at, list(Band._fields)]) for name in SHOWN}
    reached = {name: float(shares[f"at_{name}_share_mean"][at]) for name in ("fixed", "moving")}
    return Histogram(np.append(lower, 2 * lower[-1] - lower[-2]), people, lines, reached)


def sources(result: Result) -> dict[str, Reals]:
    """Income of the labour-capable a person by source in yuan: as registered, then each year's mean over draws. -> arrays [1 + year]"""
    table = result.table("sources")
    return {str(name): rows["yuan_pc"].to_numpy(dtype=np.float64) for name, rows in table.groupby("source", sort=False)}


def fixed_lines(result: Result) -> Reals:
    """The fixed household line of each year of a result, in yuan."""
    values: Reals = line_of(result, "household", "fixed")["mean"].to_numpy(dtype=np.float64)
    return values


def paths(facts: Facts, target: Target, years: Sequence[int]) -> Paths:
    """The household's or the village's line through the years, from published (or recalled) incomes of the province."""
    share, income = line_share(facts, target), [facts.fact(f"provincial_income_{year}") for year in years]
    ends = [(fact.value, fact.value if fact.low is None else fact.low, fact.value if fact.high is None else fact.high) for fact in income]
    moving, low, high = np.array([[moving_line(share, yuan) for yuan in end] for end in ends]).T
    return Paths(np.array([fixed_line(facts, target, year) for year in years]), moving, low, high)


def money(result: Result, fund: str) -> dict[str, Reals]:
    """A fund's money by year in yuan, mean over draws and summed over payers: entitled, spent, carried_out, lapsed. -> arrays [year]"""
    table = result.table("funds")
    known = list(dict.fromkeys(table["fund"]))
    if fund not in known:
        raise InputError(said("fund {fund!r}: wanted {known}", fund=fund, known=", ".join(known)))
    sums = table[table["fund"] == fund].groupby("year")[list(USES)].sum()
    return {name: sums[name].to_numpy(dtype=np.float64) for name in USES}

"""The lines that incomes are held against, as pure functions of facts (clause 一(二) and the province's rules).

`numbers` is anything with `numbers["key"] -> float`: the facts themselves, or the values of one draw.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final, Literal, Protocol

from simlib.errors import InputError

BASE_YEAR: Final = 2015
"""The register's year, and the year of the plan's base income."""

Target = Literal["household", "village"]
IncomePath = Literal["observed", "planned"] | Mapping[int, float]


class Numbers(Protocol):
    """Numbers by key."""

    def __getitem__(self, key: str, /) -> float: ...


def provincial_income_path(facts: Numbers, path: IncomePath, years: Iterable[int]) -> dict[int, float]:
    """The province's rural per-capita disposable income by year, in yuan.

    `observed` takes the figures as published (or recalled), `planned` grows 2015's by the plan's rate, and a mapping
    is taken as it is, with the published 2015 where it has none. InputError when a year is missing.
    """
    if isinstance(path, str) and path not in ("observed", "planned"):
        raise InputError(f"provincial income is 'observed', 'planned' or numbers by year, not {path!r}")
    return {year: _provincial_income(facts, path, year) for year in years}


def _provincial_income(facts: Numbers, path: IncomePath, year: int) -> float:
    if path == "planned":
        return _planned_income(facts, year)
    if path == "observed" or (year == BASE_YEAR and year not in path):
        return facts[f"provincial_income_{year}"]
    if year not in path:
        raise InputError(f"provincial income has no number for {year}, only for {', '.join(map(str, sorted(path)))}")
    return path[year]


def _planned_income(facts: Numbers, year: int) -> float:
    return facts["provincial_income_2015"] * (1 + facts["planned_growth"]) ** (year - BASE_YEAR)


def fixed_line(facts: Numbers, target: Target, year: int) -> float:
    """The plan's line in whole yuan a person and year: the share of the planned income, flat after the target year.

    7,365 (household) and 9,820 (village) in 2018, the figures that clause 一(二) prints.
    """
    return math.floor(line_share(facts, target) * _planned_income(facts, min(year, int(facts["target_year"]))) + 0.5)


def line_share(facts: Numbers, target: Target) -> float:
    """The share of the province's income at which a household or a village is out of poverty (clause 一(二))."""
    if target == "household":
        return facts["household_line_share"]
    if target == "village":
        return facts["village_line_share"]
    raise InputError(f"a line is for a 'household' or a 'village', not {target!r}")


def moving_line(share: float, income: float) -> float:
    """The line as a share of the year's own provincial income (当年, clause 一(二)), in yuan; not rounded."""
    return share * income


def identification_line(facts: Numbers, year: int) -> float:
    """The line of registration, 2014's carried on by consumer prices, in yuan a person and year; not rounded."""
    if year < BASE_YEAR - 1:
        raise InputError(f"the identification line starts in {BASE_YEAR - 1}, and {year} lies before")
    prices = (facts[f"consumer_prices_{y}"] for y in range(BASE_YEAR, year + 1))
    return facts["identification_line_2014"] * math.prod(prices)


def indexed_line(facts: Numbers, target: Target, year: int) -> float:
    """2015's line carried on by consumer prices: the same purchasing power ever since, in yuan a person and year; not rounded."""
    prices = (facts[f"consumer_prices_{y}"] for y in range(BASE_YEAR + 1, year + 1))
    return line_share(facts, target) * facts["provincial_income_2015"] * math.prod(prices)


def dibao_line(facts: Numbers, year: int) -> float:
    """The rural dibao line, 2016's grown at its yearly rate (2015 too, backwards), in yuan a person; not rounded."""
    return facts["dibao_line_2016"] * (1 + facts["dibao_line_growth"]) ** (year - BASE_YEAR - 1)

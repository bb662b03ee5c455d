"""One draw: its random numbers, its value of every fact, its lines (page, 0 and 1)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from simlib.engine.luck import CENTRAL_LUCK, PARAMETER, normals, uniforms
from simlib.facts import Fact, Facts
from simlib.registry.keys import entity_key
from simlib.scenario import Scenario

BASE, FIRST, CLOSING = 2015, 2016, 2018
HOLDINGS, MORE, WORKS = 11, 12, 13  # kinds of luck (page, 1)
SWITCHES = {
    "province": ("sd_province",),
    "prefecture": ("sd_price",),
    "village": ("sd_village", "sd_donations"),
    "household": (
        *("sd_permanent", "sd_transitory", "sd_business_extra"),
        *("illness_chance", "crop_loss_chance", "job_loss_chance"),
    ),
}


def fen(yuan: float) -> int:
    """Integer fen, halves up: the only rounding of money."""
    return math.floor(yuan * 100 + 0.5)


def reaches(pc_fen: int, line: float) -> bool:
    """不低于: an income equal to the line has reached it."""
    return pc_fen >= fen(line)


def factor(sd: float, z: float) -> float:
    """A multiplier with mean one."""
    return math.exp(sd * z - sd**2 / 2)


def times(y: float, m: float) -> float:
    """A multiplier that raises an income when it is above 1 and lowers it when below, whatever the income's sign."""
    return y + abs(y) * (m - 1)


def inverse(fact: Fact, u: float) -> float:
    """The value of an uncertain fact below which a share u of its distribution lies."""
    low, high, mode = fact.low, fact.high, fact.value
    if low is None or high is None:
        raise ValueError(f"{fact.key} has no range")
    if fact.distribution == "uniform":
        return low + u * (high - low)
    if u < (mode - low) / (high - low):
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))


@dataclass(frozen=True)
class Future:
    """One draw of a scenario: `n` is the value of every number in it; `central` what costs and quotas are reckoned by."""

    seed: int
    luck: int
    n: Mapping[str, float]
    central: Mapping[str, float]
    path: str | Mapping[int, float]

    def uniforms(self, key: int, year: int, kind: int) -> list[float]:
        """The four uniforms of an entity, a year (0: persistent) and a kind."""
        return [float(u) for u in uniforms(self.seed, self.luck, key, year, kind)]

    def normals(self, key: int, year: int, kind: int) -> list[float]:
        """The four normals of an entity, a year and a kind."""
        return [float(z) for z in normals(self.seed, self.luck, key, year, kind)]

    def exposure(self, year: int) -> float:
        """The part of a year in which the programme runs."""
        return self.n["first_year_months"] / 12 if year == FIRST else 1.0

    def provincial_income(self, year: int) -> float:
        """R[y]."""
        if not isinstance(self.path, str) and year in self.path:
            return self.path[year]
        if self.path == "planned" or year == BASE:
            return self.n["provincial_income_2015"] * (1 + self.n["planned_growth"]) ** (year - BASE)
        return self.n[f"provincial_income_{year}"]

    def line(self, who: str, which: str, year: int) -> float:
        """The `fixed`, `moving` or `indexed` line of a `household` or `village`, yuan a head."""
        share = self.n[f"{who}_line_share"]
        if which == "moving":
            return share * self.provincial_income(year)
        if which == "indexed":
            prices = (self.n[f"consumer_prices_{y}"] for y in range(FIRST, year + 1))
            return share * self.n["provincial_income_2015"] * math.prod(prices)
        growth = (1 + self.n["planned_growth"]) ** (min(year, CLOSING) - BASE)
        return math.floor(share * self.n["provincial_income_2015"] * growth + 0.5)

    def identification_line(self, year: int) -> float:
        """The line on which households were registered, in the prices of the year."""
        return self.n["identification_line_2014"] * math.prod(self.n[f"consumer_prices_{y}"] for y in range(BASE, year + 1))

    def dibao_line(self, year: int) -> float:
        """The dibao line, yuan a head."""
        return self.n["dibao_line_2016"] * (1 + self.n["dibao_line_growth"]) ** (year - FIRST)


def future_of(scenario: Scenario, facts: Facts, seed: int, luck: int | None) -> Future:
    """Draw `luck`, or with None the central row: seed 0, central values, every shock switch off."""
    central = {key: facts[key] for key in facts}
    n = dict(central)
    shocks, admitted = scenario.uncertainties.shocks, scenario.uncertainties.parameters
    for key in facts:
        if luck is not None and facts.fact(key).uncertain and (admitted == "all" or key in admitted):
            n[key] = inverse(facts.fact(key), float(uniforms(seed, luck, entity_key(key), 0, PARAMETER)[0]))
    for switch, keys in SWITCHES.items():
        if luck is None or not getattr(shocks, switch):
            n |= dict.fromkeys(keys, 0.0)
    path = scenario.levers.provincial_income
    return Future(*((0, CENTRAL_LUCK) if luck is None else (seed, luck)), n, central, path)

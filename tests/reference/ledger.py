"""Money: what each account is entitled to, and its way through the years, in integer fen (page, 3.1, 3.14 and 4)."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from simlib.facts import Facts
from simlib.scenario import Scenario

from .future import BASE, CLOSING, FIRST, Future, fen
from .people import Case, Village

HOUSEHOLD_PAYERS = ("province", "guangzhou", "home_city")
POOL_PAYERS = ("city_budget", "soe", "district")
PAYER_OF = {"city_unit": "city_budget", "soe": "soe", "district": "district"}

Account = tuple[str, str]  # fund, payer
Quotas = dict[Account, dict[int, int]]  # fen by year; accounts in the order in which a fund's payers are drawn on


def split(total: int, weights: Sequence[float]) -> list[int]:
    """A whole sum in proportion to weights by largest remainder; ties to the earlier."""
    exact = [Fraction(weight) for weight in weights]
    shares = [total * weight / sum(exact) for weight in exact]
    parts = [math.floor(share) for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def quotas_of(villages: Sequence[Village], scenario: Scenario, facts: Facts, future: Future) -> dict[str, Quotas]:
    """The quotas of every village's accounts; `villages` are all of the register, in key order."""
    pool = _pool(villages, scenario, facts, future)
    return {v.id: _household_fund(v, scenario, facts) | _guidance(v, scenario, facts) | pool[v.id] for v in villages}


def _household_fund(village: Village, scenario: Scenario, facts: Facts) -> Quotas:
    lever = scenario.levers.funds.household
    people = sum(h.members * h.weight for h in village.households if h.funded)
    total = fen(facts["household_fund_per_person"] * people)
    parts = split(total, [facts[f"household_fund_parts_{payer}"] for payer in HOUSEHOLD_PAYERS])
    quotas: Quotas = {}
    for payer, part in zip(HOUSEHOLD_PAYERS, parts, strict=True):
        thirds = enumerate(split(part, [1, 1, 1]), FIRST + lever.delay_years)
        quotas["household", payer] = {year: math.floor(third * getattr(lever.paid, payer)) for year, third in thirds}
    return quotas


def _guidance(village: Village, scenario: Scenario, facts: Facts) -> Quotas:
    if not village.poor:
        return {}
    lever = scenario.levers.funds.guidance
    full = {y: fen(facts[f"guidance_village_{y}"] * lever.factor) for y in range(FIRST, CLOSING + 1)}
    late = {year + lever.delay_years: math.floor(amount * lever.paid) for year, amount in full.items()}
    return {("guidance", PAYER_OF[village.helper_type]): late}


def _pool(villages: Sequence[Village], scenario: Scenario, facts: Facts, future: Future) -> dict[str, Quotas]:
    poor, lever = [village for village in villages if village.poor], scenario.levers.funds.pool
    line = facts["village_line_share"] * future.provincial_income(BASE)
    gaps = [max(0.0, line - base_mean(village)) * village.residents for village in poor]
    if lever.rule == "equal" or not any(gaps):
        gaps = [1.0] * len(poor)
    quotas: dict[str, Quotas] = {village.id: {} for village in villages}
    for payer in POOL_PAYERS if poor else ():
        pot = fen(facts["pool_village"]) * sum(PAYER_OF[village.helper_type] == payer for village in poor)
        for village, part in zip(poor, split(math.floor(pot * lever.paid), gaps), strict=True):
            quotas[village.id]["pool", payer] = {FIRST + 1: part}
    return quotas


def base_mean(village: Village) -> float:
    """The village's mean income in the base year."""
    return village.mean(sum(h.base_fen * h.weight for h in village.households), village.other_income)


@dataclass(frozen=True)
class LedgerRow:
    """One account in one year, fen."""

    entitled: int
    carried_in: int
    committed: int
    spent: int
    carried_out: int
    lapsed: int


@dataclass
class Season:
    """A village in a year while it is computed: its households in key order, its budgets, what it has spent."""

    village: Village
    cases: Sequence[Case]  # of a whole village: one group
    year: int
    scenario: Scenario
    future: Future
    budget: dict[str, int]  # fen that each fund may still spend
    balances: dict[Account, int]
    spent: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))  # fen by measure and fund
    costs: list[tuple[str, str, int]] = field(default_factory=list)  # household, measure, fen
    renewed: int = 0  # fen of the posts renewed before the rounds

    def pay(self, measure: str, fund: str, amount: int) -> None:
        """Take money: committed and spent at once."""
        if not 0 <= amount <= self.budget.get(fund, 0):
            raise ValueError(f"{amount} fen for {measure} are not in {fund}")
        self.budget[fund] = self.budget.get(fund, 0) - amount
        self.spent[measure, fund] += amount

    def supported(self, case: Case) -> bool:
        """Whether a household has support this year."""
        return case.supported(self.year, self.scenario.levers.allocation.retention_years)

    def labour_left(self, case: Case) -> float:
        """Labour units of a household that nothing takes this year."""
        return case.labour_left(self.year, self.future)


def open_season(
    village: Village,
    cases: Sequence[Case],
    year: int,
    scenario: Scenario,
    future: Future,
    quotas: Quotas,
    carried: dict[Account, int],
) -> Season:
    """Step 1: balances are what was carried in and what is new; a budget is the part of them absorbed this year."""
    balances = {account: carried.get(account, 0) + by_year.get(year, 0) for account, by_year in quotas.items()}
    absorption = min(1.0, max(0.0, future.n[f"absorption_{min(year, CLOSING)}"]))
    funds: dict[str, int] = defaultdict(int)
    for (fund, _), balance in balances.items():
        funds[fund] += balance
    budget = {fund: math.floor(absorption * balance) for fund, balance in funds.items()}
    return Season(village, cases, year, scenario, future, budget, balances)


def settle(season: Season, quotas: Quotas, carried: dict[Account, int]) -> dict[Account, LedgerRow]:
    """Step 14: each fund's spending is taken from its payers by what they hold; the rest is carried or, from 2018 on, lapses."""
    to_take: dict[str, int] = defaultdict(int)
    for (_, fund), amount in season.spent.items():
        to_take[fund] += amount
    taken = _by_holding(season.balances, to_take)
    rows = {}
    for account, balance in season.balances.items():
        spent = taken[account]
        rest = (0, balance - spent) if season.year >= CLOSING else (balance - spent, 0)
        entitled = quotas[account].get(season.year, 0)
        rows[account] = LedgerRow(entitled, carried.get(account, 0), spent, spent, *rest)
    return rows


def _by_holding(balances: dict[Account, int], to_take: dict[str, int]) -> dict[Account, int]:
    """Each fund's spending in proportion to its accounts' balances, floored; odd fen in the order of payers."""
    whole: dict[str, int] = defaultdict(int)
    for (fund, _), balance in balances.items():
        whole[fund] += balance
    taken = {a: min(b, math.floor(to_take[a[0]] * (b / max(1, whole[a[0]])))) for a, b in balances.items()}
    for account, balance in balances.items():
        fund = account[0]
        odd = to_take[fund] - sum(fen for other, fen in taken.items() if other[0] == fund)
        taken[account] += min(odd, balance - taken[account])
    return taken

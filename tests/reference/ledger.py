"""The way of money through a year and on into the next, in integer fen (page, 3.1, 3.14 and 4)."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from simlib.scenario import Scenario

from .future import CLOSING, Future
from .people import Case
from .quotas import Account, Quotas
from .village import Village, Works

AS_IT_FALLS_DUE: dict[str, Account] = {"social": ("social", "home_city"), "credit": ("credit", "bank")}


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
    works: Works
    year: int
    scenario: Scenario
    future: Future
    budget: dict[str, int]  # fen that each fund may still spend
    balances: dict[Account, int]
    spent: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))  # fen by measure and fund
    paid: dict[tuple[int, str, str], int] = field(default_factory=lambda: defaultdict(int))  # fen by round, measure and fund
    costs: list[tuple[int, str, str, int]] = field(default_factory=list)  # round, measure, household, fen

    def pay(self, measure: str, fund: str, amount: int) -> None:
        """Take money: committed and spent at once."""
        if not 0 <= amount <= self.budget.get(fund, 0):
            raise ValueError(f"{amount} fen for {measure} are not in {fund}")
        self.budget[fund] = self.budget.get(fund, 0) - amount
        self.spent[measure, fund] += amount

    def pay_in_order(self, measure: str, funds: Sequence[str], amount: int) -> None:
        """Take money from funds one after the other."""
        for fund in funds:
            part = min(amount, self.budget.get(fund, 0))
            self.pay(measure, fund, part)
            amount -= part
        if amount:
            raise ValueError(f"{amount} fen for {measure} are not in {', '.join(funds)}")

    def holds(self, funds: Sequence[str]) -> int:
        """Fen that some funds may still spend."""
        return sum(self.budget.get(fund, 0) for fund in funds)

    @property
    def technique_before(self) -> bool:
        """Whether technique was paid for last year."""
        return self.year - 1 in self.works.technique

    def supported(self, case: Case) -> bool:
        """Whether a household has support this year."""
        return case.supported(self.year, self.scenario.levers.allocation.retention_years)

    def labour_left(self, case: Case) -> int:
        """Thousandths of a labour unit of a household that nothing takes this year."""
        return case.labour_left(self.year, self.future)


def open_season(
    village: Village,
    cases: Sequence[Case],
    works: Works,
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
    return Season(village, cases, works, year, scenario, future, budget, balances)


def settle(season: Season, quotas: Quotas, carried: dict[Account, int]) -> dict[Account, LedgerRow]:
    """Step 14: each fund's spending is taken from its payers by what they hold; the rest is carried or, from 2018 on, lapses.

    Social protection and the bank's principal are entitled as they are spent.
    """
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
    for fund, account in AS_IT_FALLS_DUE.items():
        rows[account] = LedgerRow(to_take[fund], 0, to_take[fund], to_take[fund], 0, 0)
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

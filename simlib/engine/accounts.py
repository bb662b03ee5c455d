"""Money inside the kernel: the budget of a year by fund, what is paid from it, and what is carried over by account (docs/model.md, 4)."""

import numpy as np

from simlib.compiled import step
from simlib.engine.household import LEFT, X_DIBAO
from simlib.engine.state import ACCOUNT_FUND, CLOSING_YEAR, PLANNED_FUNDS, SOCIAL_ACCOUNT, Fund, Ledger, Measure

# Rows of the working array n[row, lane], one for each fund that rounds and plans draw on.
BUDGET, PAID, STOPPED = 0, PLANNED_FUNDS, 2 * PLANNED_FUNDS
ACCOUNT_ROWS = 3 * PLANNED_FUNDS


@step
def credit(quota, balance, absorption, budget, paid):
    """Step 1: the year's budget[fund, lane], the absorbed part of what was carried in and is entitled now; nothing is paid yet."""
    for fund in range(budget.shape[0]):
        for i in range(absorption.shape[0]):
            budget[fund, i] = 0
            paid[fund, i] = 0
    for account in range(balance.shape[0]):
        fund = ACCOUNT_FUND[account]
        for i in range(absorption.shape[0]):
            budget[fund, i] += balance[account, i] + quota[account]
    for fund in range(budget.shape[0]):
        for i in range(absorption.shape[0]):
            budget[fund, i] = np.int64(np.floor(absorption[i] * np.float64(budget[fund, i])))


@step
def settle(rounds, first, last, need, budget, paid, spending, noted):
    """Take what the served prefix costs from the budgets: need[slot, lane] fen of the slots first..last, each from its funds in order."""
    for slot in range(first, last):
        measure = rounds.measure[slot]
        for place in range(rounds.funds.shape[1]):
            fund = rounds.funds[slot, place]
            if fund >= 0:
                if noted.shape[0] > 0:
                    noted[slot, fund] += min(need[slot - first, 0], budget[fund, 0])
                for i in range(budget.shape[1]):
                    take = min(need[slot - first, i], budget[fund, i])
                    need[slot - first, i] -= take
                    budget[fund, i] -= take
                    paid[fund, i] += take
                    spending[measure, fund, i] += take


@step
def pay_social(u, heads, spending, ledger):
    """Social security and dibao of one household: by right, entitled as it is spent. `heads`: households that it stands for."""
    for i in range(u.shape[1]):
        social, dibao = np.int64(np.floor(u[LEFT, i] * heads + 0.5)), np.int64(np.floor(u[X_DIBAO, i] * heads + 0.5))
        spending[Measure.SOCIAL_SECURITY, Fund.SOCIAL, i] += social
        spending[Measure.DIBAO, Fund.SOCIAL, i] += dibao
        ledger[SOCIAL_ACCOUNT, Ledger.ENTITLED, i] += social + dibao
        ledger[SOCIAL_ACCOUNT, Ledger.COMMITTED, i] += social + dibao
        ledger[SOCIAL_ACCOUNT, Ledger.SPENT, i] += social + dibao


@step
def carry(quota, balance, calendar, paid, rest, moves):
    """Step 14: each fund pays from its accounts in proportion to what they hold; what is left is carried, and lapses when the books close.

    rest[fund, lane] is working space; moves[account, Ledger, lane]: what moved on each account this year.
    """
    for fund in range(rest.shape[0]):
        for i in range(rest.shape[1]):
            rest[fund, i] = 0
    for account in range(balance.shape[0]):
        for i in range(balance.shape[1]):
            rest[ACCOUNT_FUND[account], i] += balance[account, i] + quota[account]
    for account in range(balance.shape[0]):
        fund = ACCOUNT_FUND[account]
        for i in range(balance.shape[1]):
            held = balance[account, i] + quota[account]
            part = np.int64(np.floor(paid[fund, i] * (held / max(1, rest[fund, i]))))
            moves[account, Ledger.SPENT, i] = min(held, part)
    for fund in range(rest.shape[0]):
        for i in range(rest.shape[1]):
            rest[fund, i] = paid[fund, i]
    for account in range(balance.shape[0]):
        for i in range(balance.shape[1]):
            rest[ACCOUNT_FUND[account], i] -= moves[account, Ledger.SPENT, i]
    for account in range(balance.shape[0]):
        close_account(quota[account], balance[account], calendar, rest[ACCOUNT_FUND[account]], moves[account])


@step
def close_account(entitled, balance, calendar, odd, moves):
    """Book one account's year: it takes what odd fen of its fund's spending are left, then carries the rest or lets it lapse."""
    for i in range(balance.shape[0]):
        held = balance[i]
        spent = moves[Ledger.SPENT, i]
        more = min(odd[i], held + entitled - spent)
        odd[i] -= more
        spent += more
        rest = held + entitled - spent
        lapsed = rest if calendar >= CLOSING_YEAR else 0
        balance[i] = rest - lapsed
        moves[Ledger.ENTITLED, i] = entitled
        moves[Ledger.CARRIED_IN, i] = held
        moves[Ledger.COMMITTED, i] = spent
        moves[Ledger.SPENT, i] = spent
        moves[Ledger.CARRIED_OUT, i] = rest - lapsed
        moves[Ledger.LAPSED, i] = lapsed

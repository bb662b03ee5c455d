"""Money inside the kernel: the budget of a year by fund, what is paid from it, and what is carried over by account (docs/model.md, 4)."""

import numpy as np

from simlib.compiled import aside, step
from simlib.engine.rows import clear, row
from simlib.engine.scratch import RECEIVED, SOCIAL, X_DIBAO
from simlib.engine.state import (
    ACCOUNT_FUND,
    ALL_FUNDS,
    CLOSING_YEAR,
    COLUMNS,
    CREDIT_ACCOUNT,
    DONATIONS_ACCOUNT,
    PLANNED_FUNDS,
    SOCIAL_ACCOUNT,
    Fund,
    Ledger,
    Measure,
)
from simlib.funds import PLANNED_ACCOUNTS

# Rows of the working array n[row, lane], one for each fund that rounds and plans draw on; then what is paid by right, the bank's principal,
# what an account is entitled to, and what village projects found before they were paid, what they ask, and what day work may cost.
BUDGET, PAID, STOPPED = 0, PLANNED_FUNDS, 2 * PLANNED_FUNDS
BY_RIGHT = 3 * PLANNED_FUNDS  # social security, dibao
LENT = BY_RIGHT + 2
DUE = LENT + 1
FOUND, ASKED_FOR, BUILT = DUE + 1, DUE + 3, DUE + 4
ACCOUNT_ROWS = BUILT + 1


@step
def due(quota, account, u, n, lanes):
    """What an account of a group is entitled to this year, n[DUE, lane] fen: of donations what arrives."""
    fen, received = row(n, DUE), row(u, RECEIVED)
    if account == DONATIONS_ACCOUNT:
        for i in range(lanes):
            fen[i] = np.int64(np.floor(np.float64(quota[account]) * received[i]))
    else:
        for i in range(lanes):
            fen[i] = quota[account]


@aside
def credit(quota, balance, group, absorption, u, n, lanes):
    """Step 1: the year's budget, the absorbed part of what was carried in and is entitled now; nothing is paid yet.

    quota[account] fen; balance[group, account, lane]; absorption[lane]; into n[BUDGET..], n[PAID..], n[BY_RIGHT..].
    """
    clear(n, 0, ACCOUNT_ROWS, lanes)
    for account in range(PLANNED_ACCOUNTS):
        due(quota, account, u, n, lanes)
        budget, held, entitled = row(n, BUDGET + ACCOUNT_FUND[account]), row(balance, group * PLANNED_ACCOUNTS + account), row(n, DUE)
        for i in range(lanes):
            budget[i] += held[i] + entitled[i]
    for fund in range(PLANNED_FUNDS):
        budget = row(n, BUDGET + fund)
        for i in range(lanes):
            budget[i] = np.int64(np.floor(absorption[i] * np.float64(budget[i])))


@step
def settle(rounds, first, last, n, needs, spending, noted, lanes):
    """Take what the served prefix costs from the budgets: n[needs + slot, lane] fen of slots first..last, each from its funds in order.

    spending[measure, fund, lane]; noted[slot, fund] fen of lane 0, or of length 0.
    """
    for slot in range(first, last):
        measure, need = rounds.measure[slot], row(n, needs + slot - first)
        for place in range(rounds.funds.shape[1]):
            fund = rounds.funds[slot, place]
            if fund >= 0:
                budget, paid, spent = row(n, BUDGET + fund), row(n, PAID + fund), row(spending, measure * ALL_FUNDS + fund)
                if noted.shape[0] > 0:
                    noted[slot, fund] += min(need[0], budget[0])
                for i in range(lanes):
                    take = min(need[i], budget[i])
                    need[i] -= take
                    budget[i] -= take
                    paid[i] += take
                    spent[i] += take


@step
def pay_by_right(u, n, heads, lanes):
    """Social security and dibao of one household. `heads`: households that it stands for."""
    social, dibao, paid, topped = row(u, SOCIAL), row(u, X_DIBAO), row(n, BY_RIGHT), row(n, BY_RIGHT + 1)
    for i in range(lanes):
        paid[i] += np.int64(np.floor(social[i] * heads + 0.5))
        topped[i] += np.int64(np.floor(dibao[i] * heads + 0.5))


@step
def book_by_right(n, spending, moves, lanes):
    """Book what a group was paid by right or lent: entitled as it is spent. spending[measure, fund, lane]; moves[account, Ledger, lane]."""
    book_account(row(n, BY_RIGHT), Measure.SOCIAL_SECURITY, Fund.SOCIAL, SOCIAL_ACCOUNT, spending, moves, lanes)
    book_account(row(n, BY_RIGHT + 1), Measure.DIBAO, Fund.SOCIAL, SOCIAL_ACCOUNT, spending, moves, lanes)
    book_account(row(n, LENT), Measure.MICROCREDIT, Fund.CREDIT, CREDIT_ACCOUNT, spending, moves, lanes)


@step
def book_account(paid, measure, fund, account, spending, moves, lanes):
    """Book paid[lane] fen of a measure on an account by right."""
    spent = row(spending, measure * ALL_FUNDS + fund)
    for i in range(lanes):
        spent[i] += paid[i]
    for column in (Ledger.ENTITLED, Ledger.COMMITTED, Ledger.SPENT):
        booked = row(moves, account * COLUMNS + column)
        for i in range(lanes):
            booked[i] += paid[i]


@aside
def carry(quota, balance, group, calendar, u, n, moves, lanes):
    """Step 14: each fund pays from its accounts in proportion to what they hold; what is left is carried, and lapses when the books close.

    n[STOPPED..] is working space; moves[account, Ledger, lane]: what moved on each account this year.
    """
    clear(n, STOPPED, STOPPED + PLANNED_FUNDS, lanes)
    for account in range(PLANNED_ACCOUNTS):
        due(quota, account, u, n, lanes)
        rest, balanced = row(n, STOPPED + ACCOUNT_FUND[account]), row(balance, group * PLANNED_ACCOUNTS + account)
        entitled = row(n, DUE)
        for i in range(lanes):
            rest[i] += balanced[i] + entitled[i]
    for account in range(PLANNED_ACCOUNTS):
        rest, paid = row(n, STOPPED + ACCOUNT_FUND[account]), row(n, PAID + ACCOUNT_FUND[account])
        balanced, spent = row(balance, group * PLANNED_ACCOUNTS + account), row(moves, account * COLUMNS + Ledger.SPENT)
        due(quota, account, u, n, lanes)
        entitled = row(n, DUE)
        for i in range(lanes):
            held = balanced[i] + entitled[i]
            part = np.int64(np.floor(paid[i] * (held / max(1, rest[i]))))
            spent[i] = min(held, part)
    for fund in range(PLANNED_FUNDS):
        rest, paid = row(n, STOPPED + fund), row(n, PAID + fund)
        for i in range(lanes):
            rest[i] = paid[i]
    for account in range(PLANNED_ACCOUNTS):
        rest, spent = row(n, STOPPED + ACCOUNT_FUND[account]), row(moves, account * COLUMNS + Ledger.SPENT)
        for i in range(lanes):
            rest[i] -= spent[i]
    for account in range(PLANNED_ACCOUNTS):
        due(quota, account, u, n, lanes)
        close_account(row(n, DUE), balance, group, account, calendar, row(n, STOPPED + ACCOUNT_FUND[account]), moves, lanes)


@step
def close_account(entitled, balance, group, account, calendar, odd, moves, lanes):
    """Book one account's year: it takes what odd fen of its fund's spending are left, then carries the rest or lets it lapse."""
    balanced, at = row(balance, group * PLANNED_ACCOUNTS + account), account * COLUMNS
    credited, brought, committed = row(moves, at + Ledger.ENTITLED), row(moves, at + Ledger.CARRIED_IN), row(moves, at + Ledger.COMMITTED)
    paid, carried, gone = row(moves, at + Ledger.SPENT), row(moves, at + Ledger.CARRIED_OUT), row(moves, at + Ledger.LAPSED)
    closes = calendar >= CLOSING_YEAR
    for i in range(lanes):
        held, spent = balanced[i], paid[i]
        more = min(odd[i], held + entitled[i] - spent)
        odd[i] -= more
        spent += more
        rest = held + entitled[i] - spent
        lapsed = rest if closes else 0
        balanced[i] = rest - lapsed
        credited[i] = entitled[i]
        brought[i] = held
        committed[i] = spent
        paid[i] = spent
        carried[i] = rest - lapsed
        gone[i] = lapsed

"""Carrying out a given plan: rows in household-key order, each from its own fund, while the year's budget pays (docs/model.md, 5)."""

import numpy as np

from simlib.compiled import rule, step
from simlib.engine.holdings import begin, field_of, is_free
from simlib.engine.state import CHOSEN, FEN, MOST_YEARS, Field, Measure, Status, Word


@rule
def planned_bit(measure, year):
    """The bit of a measure and a plan's year in `Rounds.planned` (made in `plans`) and in DONE."""
    return measure * MOST_YEARS + year


@step
def begin_row(table, rounds, household, measure, year, t, i, f, s, budget, paid, stopped, spending, served):
    """Try to begin one planned measure of one household in lane i; says whether it was begun. A fund that cannot pay stops for the year."""
    fits = True
    for fund in range(budget.shape[0]):
        price = rounds.plan_fen[household, measure, year, fund]
        if price > 0 and (stopped[fund, i] == 1 or price > budget[fund, i]):
            stopped[fund, i] = 1
            fits = False
    if not fits:
        return False
    total = 0
    for fund in range(budget.shape[0]):
        price = rounds.plan_fen[household, measure, year, fund]
        budget[fund, i] -= price
        paid[fund, i] += price
        spending[measure, fund, i] += price
        total += price
    flags, dates = begin(measure, f[Word.FLAGS, i], f[Word.DATES, i], table.idle[household], t)
    f[Word.FLAGS, i], f[Word.DATES, i] = flags, dates
    s[Field.LABOUR, i] -= rounds.labour_of[measure]
    if measure != Measure.TRAINING:
        s[field_of(measure), i] += total / (FEN * table.weight[household]) * rounds.weight_unit
    served[measure, i] += table.weight[household]
    return True


@step
def wanted(rounds, household, measure, year, y, done, t, i, f, s, idle):
    """Whether a row waits to be begun this year and its household may have it.

    Planned by now (a public post: for now), not begun, on the register, not held, labour left.
    """
    waits = (rounds.planned[household] & ~done) >> planned_bit(measure, year) & 1
    if waits == 0 or (measure == Measure.PUBLIC_POST and year != y):
        return False
    status = f[Word.STATUS, i]
    active = status == Status.IN or status == Status.REENTERED
    free = is_free(measure, f[Word.FLAGS, i], f[Word.DATES, i], idle, t)
    return active and free and s[Field.LABOUR, i] >= rounds.labour_of[measure]


@step
def begin_planned(table, rounds, start, end, t, y, s, f, budget, paid, stopped, spending, served):
    """Step 4 under a given plan, for every household of a group in key order and every lane. y counts from the plan's first year."""
    for fund in range(budget.shape[0]):
        for i in range(budget.shape[1]):
            stopped[fund, i] = 0
    for household in range(start, end):
        row = household - start
        if rounds.planned[household] == 0:
            continue
        for year in range(min(y + 1, rounds.plan_fen.shape[2])):
            for measure in range(CHOSEN):
                for i in range(budget.shape[1]):
                    done = np.int64(f[row, Word.DONE, i])
                    if wanted(rounds, household, measure, year, y, done, t, i, f[row], s[row], table.idle[household]) and begin_row(
                        table, rounds, household, measure, year, t, i, f[row], s[row], budget, paid, stopped, spending, served
                    ):
                        f[row, Word.DONE, i] = np.int32(done | np.int64(1) << planned_bit(measure, year))

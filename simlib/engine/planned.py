"""Carrying out a given plan: rows in household-key order, each from its own fund, while the year's budget pays (docs/model.md, 5)."""

import numpy as np

from simlib.compiled import rule, step
from simlib.engine.accounts import BUDGET, PAID, STOPPED
from simlib.engine.holdings import begun_bit, dated, held_bit, is_active, is_free, stake_of
from simlib.engine.rows import clear, row
from simlib.engine.state import ALL_FUNDS, CHOSEN, FEN, MOST_YEARS, PLANNED_FUNDS, STAKES, WORDS, Measure, Word


@rule
def planned_bit(measure, year):
    """The bit of a measure and a plan's year in `Rounds.planned` (made in `plans`) and in DONE."""
    return measure * MOST_YEARS + year


@step
def pay_row(rounds, household, measure, year, i, n, spending):
    """Pay one planned row in lane i, each fund its part. -> fen in all, -1 where a fund cannot pay: it then stops for the year"""
    fits = True
    for fund in range(PLANNED_FUNDS):
        price, stopped = rounds.plan_fen[household, measure, year, fund], row(n, STOPPED + fund)
        if price > 0 and (stopped[i] == 1 or price > row(n, BUDGET + fund)[i]):
            stopped[i] = 1
            fits = False
    if not fits:
        return -1
    total = 0
    for fund in range(PLANNED_FUNDS):
        price = rounds.plan_fen[household, measure, year, fund]
        row(n, BUDGET + fund)[i] -= price
        row(n, PAID + fund)[i] += price
        row(spending, measure * ALL_FUNDS + fund)[i] += price
        total += price
    return total


@step
def begin_row(table, rounds, household, measure, year, t, i, f, k, at, n, spending, served, living):
    """Try to begin one planned measure of one household in lane i; says whether it was begun."""
    total = pay_row(rounds, household, measure, year, i, n, spending)
    if total < 0:
        return False
    flags, dates = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES)
    flags[i] |= held_bit(measure) | begun_bit(measure)
    dates[i] = dated(measure, dates[i], table.idle[household], t)
    row(f, at * WORDS + Word.LABOUR)[i] -= np.int32(rounds.labour_of[measure])
    if measure == Measure.INDUSTRY:
        living[i] += table.weight[household]
    if measure != Measure.TRAINING:
        row(k, at * STAKES + stake_of(measure))[i] = total / (FEN * table.weight[household]) * rounds.weight_unit
    row(served, measure)[i] += table.weight[household]
    return True


@step
def wanted(rounds, household, measure, year, y, t, i, f, at, idle):
    """Whether a row waits to be begun this year and its household may have it.

    Planned by now (a public post: for now), not begun, on the register, not held, labour left.
    """
    done = np.int64(row(f, at * WORDS + Word.DONE)[i])
    waits = (rounds.planned[household] & ~done) >> planned_bit(measure, year) & 1
    if waits == 0 or (measure == Measure.PUBLIC_POST and year != y):
        return False
    flags = row(f, at * WORDS + Word.FLAGS)[i]
    free = is_free(measure, flags, row(f, at * WORDS + Word.DATES)[i], idle, t)
    return is_active(flags) and free and row(f, at * WORDS + Word.LABOUR)[i] >= rounds.labour_of[measure]


@step
def begin_planned(table, rounds, start, end, t, y, f, k, offset, n, spending, served, living, lanes):
    """Step 4 under a given plan, for every household of a group in key order and every lane. y counts from the plan's first year."""
    clear(n, STOPPED, STOPPED + PLANNED_FUNDS, lanes)
    for household in range(start, end):
        at, idle = offset + household - start, table.idle[household]
        if rounds.planned[household] == 0:
            continue
        done = row(f, at * WORDS + Word.DONE)
        for year in range(min(y + 1, rounds.plan_fen.shape[2])):
            for measure in range(CHOSEN):
                if rounds.planned[household] >> planned_bit(measure, year) & 1 == 0:
                    continue
                for i in range(lanes):
                    if wanted(rounds, household, measure, year, y, t, i, f, at, idle) and begin_row(
                        table, rounds, household, measure, year, t, i, f, k, at, n, spending, served, living
                    ):
                        done[i] |= np.int32(1 << planned_bit(measure, year))

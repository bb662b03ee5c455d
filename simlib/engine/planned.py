"""Carrying out a given plan: rows in household-key order, each from its own fund, while the year's budget pays (docs/model.md, 5)."""

import numpy as np

from simlib.compiled import aside, rule, step
from simlib.engine.accounts import BUDGET, LENT, PAID, STOPPED
from simlib.engine.handing import begin_house, lend
from simlib.engine.holdings import begun_bit, course_dated, date_place, dates_more, held_bit, is_active, is_free, stake_of, with_date
from simlib.engine.opening import persuade
from simlib.engine.rows import clear, row
from simlib.engine.state import ALL_FUNDS, FEN, PLANNED_FUNDS, STAKES, WORDS, Measure, Word


@step
def pay_row(rounds, entry, measure, i, n, spending):
    """Pay one planned entry in lane i, each fund its part. -> fen in all, -1 where a fund cannot pay: it then stops for the year"""
    fits = True
    for fund in range(PLANNED_FUNDS):
        price, stopped = rounds.plan_fen[entry, fund], row(n, STOPPED + fund)
        if price > 0 and (stopped[i] == 1 or price > row(n, BUDGET + fund)[i]):
            stopped[i] = 1
            fits = False
    if not fits:
        return -1
    total = 0
    for fund in range(PLANNED_FUNDS):
        price = rounds.plan_fen[entry, fund]
        row(n, BUDGET + fund)[i] -= price
        row(n, PAID + fund)[i] += price
        row(spending, measure * ALL_FUNDS + fund)[i] += price
        total += price
    return total


@rule
def put_in(rounds, entry, measure, weight):
    """Yuan that one household of a row gets from what its entry pays: of a loan the principal whose cost it is."""
    total = 0
    for fund in range(PLANNED_FUNDS):
        total += rounds.plan_fen[entry, fund]
    return total / (FEN * weight) * rounds.weight_unit * rounds.stake_per_yuan[measure]


@step
def begin_row(table, rounds, household, entry, measure, t, i, f, k, at, n, spending, served, living):
    """Try to begin one planned measure of one household in lane i; says whether it was begun."""
    if pay_row(rounds, entry, measure, i, n, spending) < 0:
        return False
    flags, dates = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + (Word.MORE_DATES if dates_more(measure) else Word.DATES))
    flags[i] |= held_bit(measure) | begun_bit(measure)
    if measure == Measure.TRAINING:
        dates[i] = course_dated(dates[i], table.idle[household], t)
    elif date_place(measure) >= 0:
        dates[i] = with_date(dates[i], date_place(measure), t)
    row(f, at * WORDS + Word.LABOUR)[i] -= np.int32(rounds.labour_of[measure])
    if measure == Measure.INDUSTRY:
        living[i] += table.weight[household]
    if stake_of(measure) >= 0:
        row(k, at * STAKES + stake_of(measure))[i] = put_in(rounds, entry, measure, table.weight[household])
    row(served, measure)[i] += table.weight[household]
    return True


@step
def wanted(rounds, entry, first, measure, y, t, i, f, at, idle):
    """Whether an entry waits to be begun this year and its household may have it.

    Planned by now (a public post or day work: for now), not begun, on the register, not held, labour left.
    """
    waits = row(f, at * WORDS + Word.DONE)[i] >> np.int32(entry - first) & 1 == 0
    for_now = measure == Measure.PUBLIC_POST or measure == Measure.LOCAL_JOBS
    if not waits or (for_now and rounds.plan_year[entry] != y):
        return False
    flags = row(f, at * WORDS + Word.FLAGS)[i]
    free = is_free(measure, flags, row(f, at * WORDS + Word.DATES)[i], idle, t)
    taken = rounds.labour_of[measure]
    return is_active(flags) and free and (taken == 0 or row(f, at * WORDS + Word.LABOUR)[i] >= taken)


@step
def follow_up(table, rounds, household, entry, measure, t, f, at, w, luck, options, n, begun, lanes):
    """What beginning brings with it, in the lanes where begun[lane] is 1: the bank lends, a house is begun, a household is persuaded."""
    key, weight, one = table.key[household], table.weight[household], np.int32(1)
    if measure == Measure.MICROCREDIT:
        yuan = put_in(rounds, entry, measure, weight)
        lend(begun, one, yuan, np.float64(weight) / rounds.weight_unit, row(n, LENT), lanes)
    elif measure == Measure.HOUSING:
        begin_house(f, at, key, luck, options, w, t, begun, one, lanes)
    elif measure == Measure.MINDSET and table.willing_known[household] == 0:
        persuade(f, at, key, luck, options, w, begun, one, lanes)


@aside
def begin_planned(table, rounds, start, end, t, y, w, luck, options, f, k, offset, n, spending, served, living, begun, lanes):
    """Step 4 under a given plan, for every household of a group in key order and every lane. y counts from the plan's first year.

    begun[lane] int32 is worked in.
    """
    clear(n, STOPPED, STOPPED + PLANNED_FUNDS, lanes)
    for household in range(start, end):
        at, idle, first = offset + household - start, table.idle[household], rounds.plan_start[household]
        done = row(f, at * WORDS + Word.DONE)
        for entry in range(first, rounds.plan_start[household + 1]):
            if rounds.plan_year[entry] > y:
                continue
            measure, any_lane = rounds.plan_measure[entry], False
            for i in range(lanes):
                begun[i] = np.int32(0)
                if wanted(rounds, entry, first, measure, y, t, i, f, at, idle) and begin_row(
                    table, rounds, household, entry, measure, t, i, f, k, at, n, spending, served, living
                ):
                    done[i] |= np.int32(1) << np.int32(entry - first)
                    begun[i] = np.int32(1)
                    any_lane = True
            if any_lane:
                follow_up(table, rounds, household, entry, measure, t, f, at, w, luck, options, n, begun, lanes)

"""Choosing without sorting: the longest prefix of a round's order that the money pays, found by every lane bisecting its own threshold.

A round orders households by an int32 priority, ties by household key, and serves a prefix; it stops at the first household that cannot be
paid. What a prefix costs is paid measure by measure, each from its funds in order. Less cost leaves no fund poorer, so "can be paid" falls
with the threshold and a bisection finds it (docs/model.md, 5).
"""

import numpy as np

from simlib.compiled import step
from simlib.engine.holdings import begin, field_of, is_free
from simlib.engine.luck import JOBS, draw_uniforms, moment
from simlib.engine.state import BASE_YEAR, INCOME_CLIP, PLANNED_FUNDS, Field, Flag, Measure, Order, Status, Word
from simlib.engine.state import World as W

LOWEST, HIGHEST = -(2**31) - 2, 2**31  # beyond every rank
NEW = np.int32(2**30)  # bit of a mask: the round has not served this household before, so that it counts towards the reach

# Rows of the working array n[row, lane]. After `choose`: NEED by slot, COUNT and the bounds LOW, HIGH, LAST tell who is served.
MOST_SLOTS = 8
NEED, TRIAL, LEFT = 0, MOST_SLOTS, 2 * MOST_SLOTS
COUNT, TOTAL, FITS, LOW, HIGH, BELOW, LAST = range(LEFT + PLANNED_FUNDS, LEFT + PLANNED_FUNDS + 7)
CHOOSE_ROWS = LAST + 1


@step
def ranks(order, labour_units, w, income, random, rank):
    """The priority of one household in every lane, lower first."""
    if order == Order.NEAREST_LINE_FIRST:
        for i in range(rank.shape[0]):
            under = w[W.GOVERNING_BEFORE_FEN, i] - income[i]
            rank[i] = np.int32(under if under > 0 else 2.0 * INCOME_CLIP - under)
    elif order == Order.RANDOM:
        for i in range(rank.shape[0]):
            rank[i] = np.int32(np.int64(random[i] * 2.0**32) - 2**31)  # the number's own 32 bits
    else:
        later = np.int32(2 * INCOME_CLIP + 1 if (order == Order.WITHOUT_LABOUR_FIRST) & (labour_units > 0.0) else 0)
        for i in range(rank.shape[0]):
            rank[i] = income[i] + later


@step
def post_slot(rounds, first, last):
    """The slot of a round's public posts."""
    found = first
    for slot in range(first, last):
        found = slot if rounds.measure[slot] == Measure.PUBLIC_POST else found
    return found


@step
def mark(table, rounds, which, start, end, t, w, luck, options, s, f, u, mask, rank):
    """For each household and lane: the package it would get in this round (bits of slots), and its rank in the round's order."""
    first, last = rounds.first[which], rounds.last[which]
    bits = np.int64(0)
    for slot in range(first, last):
        bits |= np.int64(1) << slot
    counted, seen = np.int32(bits), np.int32(1 << which)
    if rounds.yearly[which] == 1:  # its reach counts this year's posts alone
        counted, seen = np.int32(1 << post_slot(rounds, first, last)), np.int32(0)
    for household in range(start, end):
        row = household - start
        may, idle = table.may[household] & bits, table.idle[household]
        for i in range(luck.shape[0]):
            mask[row, i] = 0
            u[4, i] = s[row, Field.LABOUR, i]
        if may == 0:
            continue
        for slot in range(first, last):
            if may >> slot & 1:
                measure, taken = rounds.measure[slot], rounds.labour[slot]
                bit, wish = np.int32(1 << slot), np.int32(Flag.WILLING << measure)
                for i in range(luck.shape[0]):
                    status, flags = f[row, Word.STATUS, i], f[row, Word.FLAGS, i]
                    active = (status == Status.IN) | (status == Status.REENTERED)
                    wants = active & ((flags & wish) != 0) & (u[4, i] >= taken)
                    got = wants & is_free(measure, flags, f[row, Word.DATES, i], idle, t)
                    mask[row, i] |= bit if got else np.int32(0)
                    u[4, i] -= taken if got else 0.0
        for i in range(luck.shape[0]):
            fresh = (mask[row, i] & counted != 0) & ((f[row, Word.DONE, i] & seen) == 0)
            mask[row, i] |= NEW if fresh else np.int32(0)
        if rounds.order[which] == Order.RANDOM:
            draw_uniforms(table.key[household], luck, moment(BASE_YEAR + t, JOBS), options, u)
        ranks(rounds.order[which], table.labour_units[household], w, f[row, Word.INCOME], u[2], rank[row])


@step
def mark_renewals(rounds, start, end, s, f, mask, rank):
    """Those whose public post of last year may go on, in key order: still supported (HAD_POST says so), with the labour left."""
    bit, taken = np.int32(1 << rounds.renew), rounds.labour[rounds.renew]
    for row in range(end - start):
        for i in range(mask.shape[1]):
            again = ((f[row, Word.FLAGS, i] & Flag.HAD_POST) != 0) & (s[row, Field.LABOUR, i] >= taken)
            mask[row, i] = (bit | NEW) if again else np.int32(0)
            rank[row, i] = row


@step
def bracket(mask, rank, rows, n):
    """One below the lowest, and the highest rank of those who would be given something: n[LOW], n[HIGH]."""
    for i in range(n.shape[1]):
        n[LOW, i] = HIGHEST
        n[HIGH, i] = LOWEST
    for row in range(rows):
        for i in range(n.shape[1]):
            asked = mask[row, i] != 0
            n[LOW, i] = min(n[LOW, i], np.int64(rank[row, i]) - 1 if asked else HIGHEST)
            n[HIGH, i] = max(n[HIGH, i], np.int64(rank[row, i]) if asked else LOWEST)


@step
def add_prefix(table, mask, rank, later, start, end, first, last, count, n):
    """What all households with rank <= n[BELOW] need: by slot in n[NEED..], together in n[TOTAL]; n[COUNT] with those served before."""
    for slot in range(first, last):
        for i in range(n.shape[1]):
            n[NEED + slot - first, i] = 0
    for i in range(n.shape[1]):
        n[TOTAL, i] = 0
        n[COUNT, i] = count[i]
    for household in range(start, end):
        row, heads = household - start, table.weight[household]
        if table.may[household] == 0:
            continue
        for slot in range(first, last):
            price, bit = table.cost[household, slot, later], np.int32(1 << slot)
            for i in range(n.shape[1]):
                served = (rank[row, i] <= n[BELOW, i]) & ((mask[row, i] & bit) != 0)
                n[NEED + slot - first, i] += price if served else 0
        for i in range(n.shape[1]):
            n[COUNT, i] += heads if (rank[row, i] <= n[BELOW, i]) & ((mask[row, i] & NEW) != 0) else 0
    for slot in range(first, last):
        for i in range(n.shape[1]):
            n[TOTAL, i] += n[NEED + slot - first, i]


@step
def affordable(rounds, first, last, limit, budget, n):
    """Whether what n[NEED..] asks can be paid from the budgets and the reach is kept: n[FITS] in {0, 1}."""
    for i in range(n.shape[1]):
        n[FITS, i] = 1 if (n[COUNT, i] <= limit[0]) & (n[TOTAL, i] <= limit[1]) else 0
    for fund in range(budget.shape[0]):
        for i in range(n.shape[1]):
            n[LEFT + fund, i] = budget[fund, i]
    for slot in range(first, last):
        for i in range(n.shape[1]):
            n[TRIAL, i] = n[NEED + slot - first, i]
        for place in range(rounds.funds.shape[1]):
            fund = rounds.funds[slot, place]
            if fund >= 0:
                for i in range(n.shape[1]):
                    take = min(n[TRIAL, i], n[LEFT + fund, i])
                    n[TRIAL, i] -= take
                    n[LEFT + fund, i] -= take
        for i in range(n.shape[1]):
            n[FITS, i] = n[FITS, i] if n[TRIAL, i] == 0 else 0


@step
def one_fits(table, rounds, first, last, later, household, given, limit, budget, n, i):
    """Whether one more household's package can be paid in lane i, after what n[NEED..] already asks."""
    heads = table.weight[household] if (given & NEW) != 0 else 0
    total, fits = n[TOTAL, i], n[COUNT, i] + heads <= limit[0]
    for fund in range(budget.shape[0]):
        n[LEFT + fund, i] = budget[fund, i]
    for slot in range(first, last):
        price = table.cost[household, slot, later] if (given & np.int32(1 << slot)) != 0 else 0
        total += price
        rest = n[NEED + slot - first, i] + price
        for place in range(rounds.funds.shape[1]):
            fund = rounds.funds[slot, place]
            if fund >= 0:
                take = min(rest, n[LEFT + fund, i])
                rest -= take
                n[LEFT + fund, i] -= take
        fits = fits & (rest == 0)
    return fits & (total <= limit[1])


@step
def serve_ties(table, rounds, first, last, later, start, end, limit, budget, mask, rank, n):
    """Those whose rank is the threshold n[HIGH] are served in key order until one cannot be paid: n[LAST] = row of the last one served."""
    for i in range(n.shape[1]):
        n[LAST, i] = -1
        n[FITS, i] = 1 if n[HIGH, i] < HIGHEST else 0
    for household in range(start, end):
        row = household - start
        ties = 0
        for i in range(n.shape[1]):
            ties += 1 if (rank[row, i] == n[HIGH, i]) & (mask[row, i] != 0) else 0
        if ties == 0:
            continue
        for i in range(n.shape[1]):
            if (n[FITS, i] == 1) & (rank[row, i] == n[HIGH, i]) & (mask[row, i] != 0):
                if one_fits(table, rounds, first, last, later, household, mask[row, i], limit, budget, n, i):
                    n[LAST, i] = row
                    n[COUNT, i] += table.weight[household] if (mask[row, i] & NEW) != 0 else 0
                    for slot in range(first, last):
                        price = table.cost[household, slot, later] if (mask[row, i] & np.int32(1 << slot)) != 0 else 0
                        n[NEED + slot - first, i] += price
                        n[TOTAL, i] += price
                else:
                    n[FITS, i] = 0


@step
def choose(table, rounds, first, last, later, start, end, count, limit, budget, mask, rank, n):
    """Find whom each lane serves: everybody where the money suffices, else by bisection; afterwards n tells need, count and bounds.

    mask, rank [row, lane] from `mark`; budget [fund, lane] fen; limit: households and fen; count [lane] households served before.
    """
    bracket(mask, rank, end - start, n)
    for i in range(n.shape[1]):
        n[BELOW, i] = HIGHEST
    add_prefix(table, mask, rank, later, start, end, first, last, count, n)
    affordable(rounds, first, last, limit, budget, n)
    short = 0
    for i in range(n.shape[1]):
        n[LOW, i] = HIGHEST if n[FITS, i] == 1 else n[LOW, i]
        n[HIGH, i] = HIGHEST if n[FITS, i] == 1 else n[HIGH, i]
        n[LAST, i] = -1
        short += 1 - n[FITS, i]
    if short == 0:
        return
    widest = 2
    while widest > 1:
        for i in range(n.shape[1]):
            n[BELOW, i] = n[LOW, i] + ((n[HIGH, i] - n[LOW, i]) >> 1)
        add_prefix(table, mask, rank, later, start, end, first, last, count, n)
        affordable(rounds, first, last, limit, budget, n)
        widest = 0
        for i in range(n.shape[1]):
            n[LOW, i] = n[BELOW, i] if n[FITS, i] == 1 else n[LOW, i]
            n[HIGH, i] = n[HIGH, i] if n[FITS, i] == 1 else n[BELOW, i]
            widest = max(widest, n[HIGH, i] - n[LOW, i])
    for i in range(n.shape[1]):
        n[BELOW, i] = n[LOW, i]
    add_prefix(table, mask, rank, later, start, end, first, last, count, n)
    serve_ties(table, rounds, first, last, later, start, end, limit, budget, mask, rank, n)


@step
def hand_out(table, rounds, which, first, last, later, start, end, t, s, f, mask, rank, n, served):
    """Begin the packages of those served: flags, dates, labour, capital; mask keeps only them. served[measure, lane] counts households."""
    seen = np.int32(1 << which)
    for household in range(start, end):
        row, heads, idle = household - start, table.weight[household], table.idle[household]
        for i in range(n.shape[1]):
            wins = (rank[row, i] <= n[LOW, i]) | ((rank[row, i] == n[HIGH, i]) & (row <= n[LAST, i]))
            mask[row, i] = mask[row, i] if wins else np.int32(0)
            f[row, Word.DONE, i] |= seen if mask[row, i] != 0 else np.int32(0)
        if table.may[household] == 0:
            continue
        for slot in range(first, last):
            measure, bit = rounds.measure[slot], np.int32(1 << slot)
            taken, yuan, field = rounds.labour[slot], table.capital[household, slot, later], field_of(measure)
            yuan = 0.0 if measure == Measure.TRAINING else yuan
            for i in range(n.shape[1]):
                given = (mask[row, i] & bit) != 0
                flags, dates = begin(measure, f[row, Word.FLAGS, i], f[row, Word.DATES, i], idle, t)
                f[row, Word.FLAGS, i] = flags if given else f[row, Word.FLAGS, i]
                f[row, Word.DATES, i] = dates if given else f[row, Word.DATES, i]
                s[row, Field.LABOUR, i] -= taken if given else 0.0
                s[row, field, i] += yuan if given else 0.0
                served[measure, i] += heads if given else 0

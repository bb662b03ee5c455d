"""Choosing without sorting: the longest prefix of a round's order that the money pays, found by every lane for itself.

A round orders households by an int32 priority, ties by household key, and serves a prefix; it stops at the first household that cannot be
paid. What a prefix costs is paid measure by measure, each from its funds in order. Less cost leaves no fund poorer, so "can be paid" falls
with the threshold: every lane narrows its own bracket, by turns where the money points and in the middle, until one household or one tie
is left in it (docs/model.md, 5).
"""

import numpy as np

from simlib.compiled import step
from simlib.engine.accounts import ACCOUNT_ROWS, BUDGET
from simlib.engine.asking import NEW
from simlib.engine.rows import clear, fill, row
from simlib.engine.state import PLANNED_FUNDS

LOWEST, HIGHEST = np.int32(-(2**31)), np.int32(2**31 - 1)  # beyond every rank
MOST_SLOTS = 8  # of a round

# Rows of the working array n[row, lane], after those of the accounts. What a prefix asks: fen in all, households (with those served
# before), and fen by slot; for the threshold that is tried, and for the bracket's lower and upper end.
TOTAL, COUNT, NEED = 0, 1, 2
ASKED = NEED + MOST_SLOTS
TRIED, KEPT, OVER = ACCOUNT_ROWS, ACCOUNT_ROWS + ASKED, ACCOUNT_ROWS + 2 * ASKED
REST, MONEY = ACCOUNT_ROWS + 3 * ASKED, ACCOUNT_ROWS + 3 * ASKED + 1
LEFT = MONEY + 1
CHOOSE_ROWS = LEFT + PLANNED_FUNDS
# Rows of b[row, lane], int32: ranks, whether what is tried can be paid, and rows of the table that ask for anything, likewise thrice.
BELOW, LOW, HIGH, TIE, LAST, FITS, ASKING = range(7)
ASKING_KEPT, ASKING_OVER = ASKING + 1, ASKING + 2
BRACKET_ROWS = ASKING + 3


# ---- what a prefix costs, and whether it can be paid


@step
def forget(count, n, asked, slots, lanes):
    """Nobody is served yet: n[asked..], but for the households served before."""
    households = row(n, asked + COUNT)
    clear(n, asked, asked + NEED + slots, lanes)
    for i in range(lanes):
        households[i] = count[i]


@step
def add_asked(costs, first, last, mask, heads, reach, n, b, lanes):
    """Add one household to what all who ask would cost: n[TRIED..]. costs[slot] fen. -> whether it asks in any lane"""
    asking, households = row(b, ASKING), row(n, TRIED + COUNT)
    asks = np.int32(0)
    for i in range(lanes):
        asks = np.int32(asks | mask[i])
        asking[i] += np.int32(1) if mask[i] != 0 else np.int32(0)
    if asks == 0:
        return False
    if reach:
        for i in range(lanes):
            households[i] += heads if (mask[i] & NEW) != 0 else 0
    for slot in range(first, last):
        price, bit, need = costs[slot], np.int32(1 << slot), row(n, TRIED + NEED + slot - first)
        if asks & bit != 0:
            for i in range(lanes):
                need[i] += price if (mask[i] & bit) != 0 else 0
    return True


@step
def affordable(rounds, first, last, pooled, limit, n, b, lanes):
    """Whether what n[TRIED..] asks can be paid and the reach is kept: b[FITS] in {0, 1}. `pooled`: all slots draw on the same funds."""
    fits, households, total, money = row(b, FITS), row(n, TRIED + COUNT), row(n, TRIED + TOTAL), row(n, MONEY)
    most, purse = limit[0], limit[1]
    for i in range(lanes):
        total[i] = 0
    for slot in range(first, last):
        need = row(n, TRIED + NEED + slot - first)
        for i in range(lanes):
            total[i] += need[i]
    for i in range(lanes):
        fits[i] = np.int32(1 if (households[i] <= most) & (total[i] <= min(purse, money[i])) else 0)
    if not pooled:
        fund_by_fund(rounds, first, last, n, b, lanes)


@step
def fund_by_fund(rounds, first, last, n, b, lanes):
    """Take what each slot asks from its own funds, in order: b[FITS] becomes 0 where they do not suffice."""
    fits, rest = row(b, FITS), row(n, REST)
    for fund in range(PLANNED_FUNDS):
        budget, left = row(n, BUDGET + fund), row(n, LEFT + fund)
        for i in range(lanes):
            left[i] = budget[i]
    for slot in range(first, last):
        need = row(n, TRIED + NEED + slot - first)
        for i in range(lanes):
            rest[i] = need[i]
        for place in range(rounds.funds.shape[1]):
            fund = rounds.funds[slot, place]
            if fund >= 0:
                left = row(n, LEFT + fund)
                for i in range(lanes):
                    take = min(rest[i], left[i])
                    rest[i] -= take
                    left[i] -= take
        for i in range(lanes):
            fits[i] = fits[i] if rest[i] == 0 else np.int32(0)


@step
def count_money_of(rounds, first, last, n, lanes):
    """What is in all funds that a round may draw on: n[MONEY]. -> whether all its slots draw on the same funds"""
    money = row(n, MONEY)
    for i in range(lanes):
        money[i] = 0
    pooled = True
    for fund in range(PLANNED_FUNDS):
        paying = 0
        for slot in range(first, last):
            for place in range(rounds.funds.shape[1]):
                paying += 1 if rounds.funds[slot, place] == fund else 0
        pooled = pooled and (paying == 0 or paying == last - first)
        budget = row(n, BUDGET + fund)
        if paying > 0:
            for i in range(lanes):
                money[i] += budget[i]
    return pooled


# ---- finding the threshold


@step
def bracket(who, size, mask, ranks, stride, place, b, lanes):
    """Where all who ask can be paid they are served: b[LOW] beyond all. Else one below the lowest and the highest rank of those who ask."""
    fits, low, high = row(b, FITS), row(b, LOW), row(b, HIGH)
    fill(b, LOW, HIGHEST, lanes)
    fill(b, HIGH, LOWEST, lanes)
    for k in range(size):
        asked, rank = row(mask, who[k]), row(ranks, who[k] * stride + place)
        for i in range(lanes):
            low[i] = min(low[i], rank[i] if asked[i] != 0 else HIGHEST)
            high[i] = max(high[i], rank[i] if asked[i] != 0 else LOWEST)
    for i in range(lanes):
        low[i] = HIGHEST if fits[i] == 1 else np.int32(low[i] - 1)
        high[i] = low[i] if fits[i] == 1 else high[i]


@step
def move(source, target, slots, n, b, where, lanes):
    """Copy what a prefix asks from one threshold's rows to another's in the lanes where b[FITS] is `where`."""
    fits = row(b, FITS)
    for place in range(NEED + slots):
        given, kept = row(n, source + place), row(n, target + place)
        for i in range(lanes):
            kept[i] = given[i] if fits[i] == where else kept[i]


@step
def learn(slots, n, b, lanes):
    """What was tried becomes the bracket's lower end where it can be paid, and its upper end where it can not."""
    fits, asking, kept, over = row(b, FITS), row(b, ASKING), row(b, ASKING_KEPT), row(b, ASKING_OVER)
    move(TRIED, KEPT, slots, n, b, 1, lanes)
    move(TRIED, OVER, 0, n, b, 0, lanes)
    for i in range(lanes):
        kept[i] = asking[i] if fits[i] == 1 else kept[i]
        over[i] = asking[i] if fits[i] == 0 else over[i]


@step
def start_from_kept(slots, n, b, lanes):
    """What is tried next starts from what the brackets' lower ends ask."""
    asking, kept_asking = row(b, ASKING), row(b, ASKING_KEPT)
    for place in range(NEED + slots):
        given, tried = row(n, KEPT + place), row(n, TRIED + place)
        for i in range(lanes):
            tried[i] = given[i]
    for i in range(lanes):
        asking[i] = kept_asking[i]


@step
def aim(limit, n, b, in_middle, lanes):
    """The next threshold to try, inside the bracket: where money or reach would be used up if they grew evenly, or in the middle."""
    low, high, below, money = row(b, LOW), row(b, HIGH), row(b, BELOW), row(n, MONEY)
    kept, over, served, all_served = row(n, KEPT + TOTAL), row(n, OVER + TOTAL), row(n, KEPT + COUNT), row(n, OVER + COUNT)
    most, purse = limit[0], limit[1]
    for i in range(lanes):
        width = np.float64(high[i]) - np.float64(low[i])
        by_money = np.float64(min(money[i], purse) - kept[i]) / np.float64(max(1, over[i] - kept[i]))
        by_reach = np.float64(most - served[i]) / np.float64(max(1, all_served[i] - served[i]))
        part = 0.5 if in_middle == 1 else min(max(min(by_money, by_reach), 0.02), 0.98)
        inside = np.floor(width * part)
        below[i] = np.int32(np.float64(low[i]) + min(max(inside, 1.0), max(0.0, width - 1.0)))


@step
def add_between(costs, start, later, weights, who, size, mask, ranks, stride, place, first, last, reach, n, b, lanes):
    """Add to n[TRIED..] those of a list whose rank is above b[LOW] and at most b[BELOW]; keep in the list who is in a bracket. -> its size

    costs[household, slot, later] fen; weights[household].
    """
    low, high, below, asking, households = row(b, LOW), row(b, HIGH), row(b, BELOW), row(b, ASKING), row(n, TRIED + COUNT)
    left, none, one = 0, np.int32(0), np.int32(1)
    for k in range(size):
        at = who[k]
        asked, rank, heads = row(mask, at), row(ranks, at * stride + place), weights[start + at]
        open_lanes, taken = none, none
        for i in range(lanes):
            between = (asked[i] != 0) & (rank[i] > low[i]) & (rank[i] <= high[i])
            more = one if between & (rank[i] <= below[i]) else none
            open_lanes = np.int32(open_lanes | (one if between else none))
            asking[i] += more
            taken = np.int32(taken | more)
        if open_lanes == 0:
            continue
        who[left] = at
        left += 1
        if taken == 0:
            continue
        if reach:
            for i in range(lanes):
                new = (rank[i] > low[i]) & (rank[i] <= below[i]) & ((asked[i] & NEW) != 0)
                households[i] += heads if new else 0
        for slot in range(first, last):
            price, bit, need = costs[start + at, slot, later], np.int32(1 << slot), row(n, TRIED + NEED + slot - first)
            for i in range(lanes):
                need[i] += price if (rank[i] > low[i]) & (rank[i] <= below[i]) & ((asked[i] & bit) != 0) else 0
    return left


@step
def narrow(b, lanes):
    """Move the end of each bracket that b[BELOW] has settled, and close those with one household or one tie. -> how many stay open"""
    fits, low, high, below, tie = row(b, FITS), row(b, LOW), row(b, HIGH), row(b, BELOW), row(b, TIE)
    kept, over = row(b, ASKING_KEPT), row(b, ASKING_OVER)
    still_open, none, one = np.int32(0), np.int32(0), np.int32(1)
    for i in range(lanes):
        is_open, paid = high[i] > low[i], fits[i] == 1
        low[i] = below[i] if is_open & paid else low[i]
        high[i] = below[i] if is_open & (not paid) else high[i]
        several, wide = over[i] - kept[i] > 1, high[i] - 1 > low[i]
        tie[i] = high[i] if is_open & several & (not wide) else tie[i]
        high[i] = high[i] if several & wide else low[i]
        still_open = np.int32(still_open + (one if high[i] > low[i] else none))
    return still_open


@step
def one_fits(table, rounds, first, last, later, household, given, limit, n, i):
    """Whether one more household's package can be paid in lane i, after what n[KEPT..] already asks."""
    heads = table.weight[household] if (given & NEW) != 0 else 0
    total, fits = row(n, KEPT + TOTAL)[i], row(n, KEPT + COUNT)[i] + heads <= limit[0]
    for fund in range(PLANNED_FUNDS):
        row(n, LEFT + fund)[i] = row(n, BUDGET + fund)[i]
    for slot in range(first, last):
        price = table.cost[household, slot, later] if (given & np.int32(1 << slot)) != 0 else 0
        total += price
        rest = row(n, KEPT + NEED + slot - first)[i] + price
        for place in range(rounds.funds.shape[1]):
            fund = rounds.funds[slot, place]
            if fund >= 0:
                left = row(n, LEFT + fund)
                take = min(rest, left[i])
                rest -= take
                left[i] -= take
        fits = fits & (rest == 0)
    return fits & (total <= limit[1])


@step
def serve_ties(table, rounds, first, last, later, start, who, size, limit, mask, ranks, stride, place, n, b, lanes):
    """Those whose rank is b[TIE] are served in key order until one cannot be paid: b[LAST] = row of the last one served."""
    fits, tie, served = row(b, FITS), row(b, TIE), row(b, LAST)
    households, whole = row(n, KEPT + COUNT), row(n, KEPT + TOTAL)
    fill(b, FITS, np.int32(1), lanes)
    for k in range(size):
        at = who[k]
        household, asked, rank = start + at, row(mask, at), row(ranks, at * stride + place)
        ties = 0
        for i in range(lanes):
            ties += 1 if (rank[i] == tie[i]) & (asked[i] != 0) else 0
        if ties == 0:
            continue
        for i in range(lanes):
            if (fits[i] == 1) & (rank[i] == tie[i]) & (asked[i] != 0):
                if one_fits(table, rounds, first, last, later, household, asked[i], limit, n, i):
                    served[i] = at
                    households[i] += table.weight[household] if (asked[i] & NEW) != 0 else 0
                    for slot in range(first, last):
                        price = table.cost[household, slot, later] if (asked[i] & np.int32(1 << slot)) != 0 else 0
                        row(n, KEPT + NEED + slot - first)[i] += price
                        whole[i] += price
                else:
                    fits[i] = 0


@step
def any_tie(b, lanes):
    """Whether a lane has several households at its threshold."""
    tie, found = row(b, TIE), np.int32(0)
    for i in range(lanes):
        found = np.int32(found | (np.int32(1) if tie[i] > LOWEST else np.int32(0)))
    return found == 1


@step
def count_short(b, lanes):
    """In how many lanes not all who ask can be served."""
    fits, short = row(b, FITS), np.int32(0)
    for i in range(lanes):
        short = np.int32(short + np.int32(1) - fits[i])
    return short


@step
def choose(table, rounds, first, last, later, start, who, narrowed, size, count, limit, mask, ranks, stride, place, reach, n, b, lanes):
    """Find whom each lane serves, after everybody who asks was added to n[TRIED..]. b[LOW], b[TIE], b[LAST] tell who, n[KEPT..] what.

    who[0..size]: rows of the group that ask in some lane, in key order; narrowed: working space as long. mask[row, lane];
    ranks[row * stride + place, lane]; count[lane] households served before; limit: households and fen. -> whether somebody is left out
    """
    slots, pooled = last - first, count_money_of(rounds, first, last, n, lanes)
    affordable(rounds, first, last, pooled, limit, n, b, lanes)
    forget(count, n, KEPT, slots, lanes)
    fill(b, ASKING_KEPT, np.int32(0), lanes)
    learn(slots, n, b, lanes)
    if count_short(b, lanes) == 0:
        return False
    fill(b, TIE, LOWEST, lanes)
    fill(b, LAST, np.int32(-1), lanes)
    bracket(who, size, mask, ranks, stride, place, b, lanes)
    for k in range(size):
        narrowed[k] = who[k]
    left, turn, still_open = size, 0, 1
    while still_open > 0:
        aim(limit, n, b, turn & 1, lanes)
        start_from_kept(slots, n, b, lanes)
        left = add_between(
            table.cost, start, later, table.weight, narrowed, left, mask, ranks, stride, place, first, last, reach, n, b, lanes
        )
        affordable(rounds, first, last, pooled, limit, n, b, lanes)
        learn(slots, n, b, lanes)
        still_open = narrow(b, lanes)
        turn += 1
    if any_tie(b, lanes):
        serve_ties(table, rounds, first, last, later, start, who, size, limit, mask, ranks, stride, place, n, b, lanes)
    return True

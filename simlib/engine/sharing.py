"""Equal shares: nobody is first, everybody who asks gets the same part of what was asked (docs/model.md, 5)."""

import numpy as np

from simlib.compiled import aside, rule
from simlib.engine.choose import KEPT, MONEY, NEED, TRIED, count_money_of
from simlib.engine.handing import hand_over
from simlib.engine.holdings import stake_of
from simlib.engine.rows import row
from simlib.engine.state import FEN, STAKES, Measure


@rule
def part_of(cost, money, asked):
    """The fen that a cost gets where so much money meets so much that is asked; money and asked as floats, whole fen."""
    return np.int64(np.floor(min(1.0, money / max(1.0, asked)) * cost))


@aside
def share_equally(table, rounds, slot, later, start, offset, who, size, limit, t, f, k, n, mask, served, living, lanes):
    """One measure for all who ask, in n[TRIED..]: the same part of each cost. What is spent into n[KEPT..], what was put in is kept.

    who[0..size]: rows of the group that ask; limit[1]: fen a year at most.
    """
    measure, bit = rounds.measure[slot], np.int32(1 << slot)
    stake, taken, industry = stake_of(measure), rounds.labour[slot], measure == Measure.INDUSTRY
    count_money_of(rounds, slot, slot + 1, n, lanes)
    money, asked, spent, purse = row(n, MONEY), row(n, TRIED + NEED), row(n, KEPT + NEED), limit[1]
    for i in range(lanes):
        spent[i] = 0
    for place in range(size):
        at = who[place]
        household, wants = start + at, row(mask, at)
        cost, heads, idle = table.cost[household, slot, later], table.weight[household], table.idle[household]
        for i in range(lanes):
            fen = part_of(np.float64(cost), np.float64(min(money[i], purse)), np.float64(asked[i]))
            wants[i] = wants[i] if fen > 0 else np.int32(0)  # where no fen is left nothing begins
        hand_over(f, offset + at, wants, bit, measure, taken, idle, t, served, heads, lanes)
        put_in = row(k, (offset + at) * STAKES + stake)
        for i in range(lanes):
            gets = (wants[i] & bit) != 0
            fen = part_of(np.float64(cost), np.float64(min(money[i], purse)), np.float64(asked[i]))
            spent[i] += fen if gets else 0
            put_in[i] = fen / (FEN * heads) * rounds.weight_unit if gets else put_in[i]
            living[i] += heads if gets & industry else 0

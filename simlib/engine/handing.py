"""Handing out: what a round gives to those whom it serves, and what is kept of it."""

import numpy as np

from simlib.compiled import step
from simlib.engine.asking import spend_labour
from simlib.engine.choose import LAST, LOW, TIE
from simlib.engine.holdings import begun_bit, dated, held_bit, stake_of
from simlib.engine.rows import row
from simlib.engine.state import STAKES, WORDS, Measure, Word


@step
def keep_served(at, rank, mask, b, lanes):
    """Leave in the mask of one household only what is served. -> whether any lane is"""
    low, tie, served = row(b, LOW), row(b, TIE), row(b, LAST)
    any_lane = np.int32(0)
    for i in range(lanes):
        wins = (rank[i] <= low[i]) | ((rank[i] == tie[i]) & (at <= served[i]))
        mask[i] = mask[i] if wins else np.int32(0)
        any_lane = np.int32(any_lane | mask[i])
    return any_lane != 0


@step
def hand_over(f, at, mask, bit, measure, taken, idle, t, served, heads, lanes):
    """Begin one measure where the mask has its bit: flags, dates, labour; served[lane] counts households."""
    flags, dates, labour = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES), row(f, at * WORDS + Word.LABOUR)
    marks = held_bit(measure) | begun_bit(measure)
    for i in range(lanes):
        given = (mask[i] & bit) != 0
        flags[i] |= marks if given else np.int32(0)
        served[i] += heads if given else 0
    if taken > 0:
        spend_labour(labour, taken, bit, mask, lanes)
    if measure == Measure.TRAINING:
        for i in range(lanes):
            dates[i] = dated(Measure.TRAINING, dates[i], idle, t) if (mask[i] & bit) != 0 else dates[i]
    elif measure != Measure.PUBLIC_POST:
        for i in range(lanes):
            dates[i] = dated(measure, dates[i], idle, t) if (mask[i] & bit) != 0 else dates[i]


@step
def keep_stake(k, at, measure, mask, bit, yuan, lanes):
    """Keep what a measure has put into a household where the mask has its bit."""
    stake = row(k, at * STAKES + stake_of(measure))
    for i in range(lanes):
        stake[i] = yuan if (mask[i] & bit) != 0 else stake[i]


@step
def remember(f, at, mask, seen, lanes):
    """That the round has served the household."""
    done = row(f, at * WORDS + Word.DONE)
    for i in range(lanes):
        done[i] |= seen if mask[i] != 0 else np.int32(0)

"""Handing out: what a round gives to those whom it serves, and what is kept of it."""

import numpy as np

from simlib.compiled import aside, step
from simlib.engine.asking import spend_labour
from simlib.engine.choose import LAST, LOW, TIE
from simlib.engine.holdings import begun_bit, course_dated, date_place, dates_more, held_bit, stake_of, with_date
from simlib.engine.luck import HOLDINGS, MASK, SHIFT, moment, philox, uniform
from simlib.engine.rows import row
from simlib.engine.scratch import to_fen
from simlib.engine.slots import World as W
from simlib.engine.state import BASE_YEAR, STAKES, WORDS, Measure, MoreDate, Word
from simlib.measures import housing


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
    flags, labour = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.LABOUR)
    dates, place = row(f, at * WORDS + (Word.MORE_DATES if dates_more(measure) else Word.DATES)), date_place(measure)
    marks = held_bit(measure) | begun_bit(measure)
    for i in range(lanes):
        given = (mask[i] & bit) != 0
        flags[i] |= marks if given else np.int32(0)
        served[i] += heads if given else 0
    if taken > 0:
        spend_labour(labour, taken, bit, mask, lanes)
    if measure == Measure.TRAINING:
        for i in range(lanes):
            dates[i] = course_dated(dates[i], idle, t) if (mask[i] & bit) != 0 else dates[i]
    elif place >= 0:
        for i in range(lanes):
            dates[i] = with_date(dates[i], place, t) if (mask[i] & bit) != 0 else dates[i]


@aside
def begin_house(f, at, key, luck, options, w, t, mask, bit, lanes):
    """From which year on a house is safe whose grant was given this year: a delay is known to nobody yet."""
    low, high, when = key & MASK, key >> SHIFT, moment(BASE_YEAR + t, HOLDINGS)
    dates, delay = row(f, at * WORDS + Word.MORE_DATES), row(w, W.HOUSING_DELAY)
    for i in range(lanes):
        _, _, w2, _ = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        safe = with_date(dates[i], MoreDate.HOUSE, housing.safe_from(t, uniform(w2), delay[i]))
        dates[i] = safe if (mask[i] & bit) != 0 else dates[i]


@aside
def lend(mask, bit, yuan, heads, lent, lanes):
    """The bank's principal of loans that were just begun: lent[lane] fen. `heads`: households that the row stands for."""
    fen = np.int64(np.floor(to_fen(yuan) * heads + 0.5))
    for i in range(lanes):
        lent[i] += fen if (mask[i] & bit) != 0 else 0


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

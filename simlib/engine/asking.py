"""Who asks for what in a round, and in which order: the package that each household would get, by lane (docs/model.md, 5)."""

import numpy as np

from simlib.compiled import step
from simlib.engine.holdings import course_slot, excluded, held_bit, is_active
from simlib.engine.luck import MASK, SHIFT, philox
from simlib.engine.rows import row
from simlib.engine.slots import World as W
from simlib.engine.state import INCOME_CLIP, WORDS, Fate, Flag, Measure, Word

NEW = np.int32(2**30)  # bit of a mask: the round has not served this household before, so that it counts towards the reach

@step
def rank_nearest(income, w, rank, lanes):
    """Those under the governing line by their distance below it, then the others by their distance above it."""
    line = row(w, W.GOVERNING_BEFORE_FEN)
    for i in range(lanes):
        under = line[i] - income[i]
        rank[i] = np.int32(under if under > 0 else 2.0 * INCOME_CLIP - under)


@step
def rank_random(key, luck, when, options, rank, lanes):
    """The year's third number of `jobs`, its upper 31 bits; none is a rank beyond all."""
    low, high = key & MASK, key >> SHIFT
    for i in range(lanes):
        _, _, word, _ = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        rank[i] = np.int32(np.int64(word) >> 1)


@step
def rank_without_first(income, labour_units, rank, lanes):
    """Those without labour capacity, then the others, each by last year's income."""
    later = np.int32(2 * INCOME_CLIP + 1 if labour_units > 0.0 else 0)
    for i in range(lanes):
        rank[i] = np.int32(income[i] + later)


@step
def ask_course(f, at, left, taken, bit, wish, idle, t, fresh, mask, lanes):
    """Training: an idle worker who never had a course. Sets the slot's bit in mask[lane], which is empty yet if `fresh`."""
    flags, dates, fate = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES), row(f, at * WORDS + Word.FATE)
    for i in range(lanes):
        got = is_active(flags[i]) & ((fate[i] & wish) != 0) & (left[i] >= taken) & (course_slot(dates[i], idle, t) >= 0)
        known = np.int32(0) if fresh else mask[i]
        mask[i] = np.int32(known | (bit if got else np.int32(0)))


@step
def ask_land(f, at, left, taken, bit, wish, measure, apart, fresh, mask, lanes):
    """A project or a contract for land: one that the household does not hold, and only one of both, `apart` in the package too."""
    flags, fate, held = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.FATE), held_bit(measure)
    for i in range(lanes):
        known = np.int32(0) if fresh else mask[i]
        free = ((flags[i] & held) == 0) & (not excluded(measure, flags[i])) & ((known & apart) == 0)
        got = is_active(flags[i]) & ((fate[i] & wish) != 0) & ((left[i] >= taken) | (taken == 0)) & free
        mask[i] = np.int32(known | (bit if got else np.int32(0)))


@step
def ask(f, at, left, taken, bit, wish, held, fresh, mask, lanes):
    """Any other measure: one that the household does not hold. `held`: the bit of FLAGS that would say so."""
    flags, fate = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.FATE)
    if taken > 0:
        for i in range(lanes):
            got = is_active(flags[i]) & ((fate[i] & wish) != 0) & (left[i] >= taken) & ((flags[i] & held) == 0)
            known = np.int32(0) if fresh else mask[i]
            mask[i] = np.int32(known | (bit if got else np.int32(0)))
    else:  # nobody's labour is looked at for what takes none
        for i in range(lanes):
            got = is_active(flags[i]) & ((fate[i] & wish) != 0) & ((flags[i] & held) == 0)
            known = np.int32(0) if fresh else mask[i]
            mask[i] = np.int32(known | (bit if got else np.int32(0)))


@step
def spend_labour(left, taken, bit, mask, lanes):
    """What a package's measure takes is not there for its next."""
    for i in range(lanes):
        left[i] -= np.int32(taken) if (mask[i] & bit) != 0 else np.int32(0)


@step
def mark_new(f, at, counted, seen, mask, lanes):
    """Whom the round has not served before; only where its reach counts households."""
    done = row(f, at * WORDS + Word.DONE)
    for i in range(lanes):
        fresh = ((mask[i] & counted) != 0) & ((done[i] & seen) == 0)
        mask[i] |= NEW if fresh else np.int32(0)


@step
def ask_package(table, rounds, first, last, household, may, t, lets, f, at, spare, mask, lanes):
    """The package that one household would get of a round, measure by measure in the round's order, within its labour: into mask[lane].

    `lets`: whether any land may be let, so that a project has to ask for it.
    """
    labour, left = row(f, at * WORDS + Word.LABOUR), spare
    several, fresh = last - first > 1, True
    for i in range(lanes if several else 0):
        left[i] = labour[i]
    for slot in range(first, last):
        if may >> slot & 1:
            measure, taken = rounds.measure[slot], rounds.labour[slot]
            bit, wish = np.int32(1 << slot), np.int32(Fate.WILLING << measure)
            budget = left if several else labour
            if measure == Measure.TRAINING:
                ask_course(f, at, budget, taken, bit, wish, table.idle[household], t, fresh, mask, lanes)
            elif measure == Measure.LAND_TRANSFER or (lets and measure == Measure.INDUSTRY):
                other = Measure.INDUSTRY if measure == Measure.LAND_TRANSFER else Measure.LAND_TRANSFER
                apart = np.int32(0)
                for place in range(first, last):
                    apart |= np.int32(1 << place) if rounds.measure[place] == other else np.int32(0)
                ask_land(f, at, budget, taken, bit, wish, measure, apart, fresh, mask, lanes)
            else:
                ask(f, at, budget, taken, bit, wish, held_bit(measure), fresh, mask, lanes)
            if several and taken > 0:
                spend_labour(left, taken, bit, mask, lanes)
            fresh = False


@step
def ask_again(f, at, bit, taken, mask, rank, household, lanes):
    """Whether last year's public post may go on: still supported (HAD_POST says so), with the labour left; in key order."""
    flags, labour = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.LABOUR)
    for i in range(lanes):
        again = ((flags[i] & Flag.HAD_POST) != 0) & (labour[i] >= taken)
        mask[i] = (bit | NEW) if again else np.int32(0)
        rank[i] = np.int32(household)

"""Step 4: rounds in their order, last year's public posts first, each serving whom the year's money pays (docs/model.md, 5)."""

import numpy as np

from simlib.compiled import stage, step
from simlib.engine.accounts import LENT, settle
from simlib.engine.arrays import Counts, Groups, Lanes, Luck, Memory, Options, Rounds, Table
from simlib.engine.asking import NEW, ask_again, ask_package, mark_new, rank_nearest, rank_random, rank_without_first
from simlib.engine.choose import ASKING, CHOOSE_ROWS, COUNT, KEPT, NEED, TRIED, add_asked, choose, forget
from simlib.engine.handing import begin_house, hand_over, keep_served, keep_stake, lend, remember
from simlib.engine.holdings import stake_of
from simlib.engine.luck import JOBS, moment
from simlib.engine.opening import persuade
from simlib.engine.rows import clear, fill, row
from simlib.engine.scratch import STRUCK
from simlib.engine.sharing import share_equally
from simlib.engine.state import BASE_YEAR, NO_LIMIT, WORDS, Measure, Order, Word

# Rows of memory.n after those of `choose` (and, before them, of the accounts): a group's living projects, and what anybody may work in.
LIVING, SPARE = CHOOSE_ROWS, CHOOSE_ROWS + 1
N_ROWS = SPARE + 1

@step
def slots_with(rounds, measure):
    """Bits of all slots of a measure."""
    bits = np.int64(0)
    for slot in range(rounds.measure.shape[0]):
        bits |= np.int64(1) << slot if rounds.measure[slot] == measure else np.int64(0)
    return bits


@step
def slots_giving(table, rounds, household, measure):
    """Bits of the slots that could give a household a measure; any slot's post may be renewed by the first."""
    slots = slots_with(rounds, measure)
    return slots if measure == Measure.PUBLIC_POST else table.may[household] & slots


@step
def slots_between(first, last):
    """Bits of the slots first..last."""
    return (np.int64(1) << last) - (np.int64(1) << first)


@step
def count_living(mask, bit, heads, living, lanes):
    """A project that was just begun lives."""
    for i in range(lanes):
        living[i] += heads if (mask[i] & bit) != 0 else 0


@step
def only_sum(table, household, slots, later, kept):
    """Yuan that a measure puts into a household where all `slots` that could give it put in the same; -1: see what was kept."""
    found, first = -1.0, True
    for slot in range(table.capital.shape[1]):
        if slots >> slot & 1:
            yuan = table.capital[household, slot, later]
            found = yuan if first or found == yuan else -1.0
            first = False
    return -1.0 if kept else found


@stage
def run_round(
    table: Table,
    groups: Groups,
    rounds: Rounds,
    group: int,
    which: int,
    renewal: bool,
    t: int,
    w: Lanes,
    luck: Luck,
    options: Options,
    memory: Memory,
    offset: int,
    spending: Counts,
    served: Counts,
    noted: Counts,
    lanes: int,
) -> None:
    """One round, or the renewal of last year's public posts: who asks, whom the money serves, what they are given."""
    f, k, n, b, mask, living = memory.f, memory.k, memory.n, memory.b, memory.mask, row(memory.n, LIVING)
    start, end = groups.start[group], groups.end[group]
    first, last = (rounds.renew, rounds.renew + 1) if renewal else (rounds.first[which], rounds.last[which])
    later = 0 if t == options.first_year - BASE_YEAR else 1
    order, limit = rounds.order[which], groups.limit[group, which]
    posts = slots_with(rounds, Measure.PUBLIC_POST)
    bits = slots_between(first, last)
    counted, seen = np.int32(bits), np.int32(1 << which)
    if rounds.yearly[which] == 1:  # its reach counts this year's posts, day work or houses alone
        yearly = posts | slots_with(rounds, Measure.LOCAL_JOBS) | slots_with(rounds, Measure.HOUSING)
        counted, seen = np.int32(bits & yearly), np.int32(0)
    if renewal:
        bits = posts if options.started == 0 else np.int64(-1)
    reach = limit[0] < NO_LIMIT
    count = row(memory.reached, group * memory.reached.shape[1] + which)
    lets = slots_with(rounds, Measure.LAND_TRANSFER) != 0 or options.started == 1
    by_income = order == Order.POOREST_FIRST and not renewal
    ranks = f if by_income else memory.rank
    stride, place = (WORDS, offset * WORDS + Word.INCOME) if by_income else (1, np.int64(0))
    who, size = memory.who, 0
    forget(count, n, TRIED, last - first, lanes)
    fill(b, ASKING, np.int32(0), lanes)
    for household in range(start, end):
        may = table.may[household] & bits
        if may != 0:
            at = household - start
            asked, income, rank = row(mask, at), row(f, (offset + at) * WORDS + Word.INCOME), row(memory.rank, at)
            if renewal:
                ask_again(f, offset + at, np.int32(1 << first), rounds.labour[first], asked, rank, at, lanes)
            else:
                ask_package(table, rounds, first, last, household, may, t, lets, f, offset + at, row(memory.notes, STRUCK), asked, lanes)
                if reach:
                    mark_new(f, offset + at, counted, seen, asked, lanes)
                if order == Order.NEAREST_LINE_FIRST:
                    rank_nearest(income, w, rank, lanes)
                elif order == Order.RANDOM:
                    rank_random(table.key[household], luck, moment(BASE_YEAR + t, JOBS), options, rank, lanes)
                elif order == Order.WITHOUT_LABOUR_FIRST:
                    rank_without_first(income, table.labour_units[household], rank, lanes)
            if add_asked(table.cost[household, :, later], first, last, asked, table.weight[household], reach, n, b, lanes):
                who[size] = at
                size += 1
    if order == Order.EQUAL_SHARES and not renewal:
        begun = row(served, rounds.measure[first])
        share_equally(table, rounds, first, later, start, offset, who, size, limit, t, f, k, n, mask, begun, living, lanes)
        for place_in_who in range(size if memory.chosen.shape[0] > 0 else 0):
            memory.chosen[start + who[place_in_who], t - (options.start_year - BASE_YEAR)] |= np.int64(row(mask, who[place_in_who])[0])
        settle(rounds, first, last, n, KEPT + NEED, spending, noted, lanes)
        return
    left = memory.narrowed
    short = choose(table, rounds, first, last, later, start, who, left, size, count, limit, mask, ranks, stride, place, reach, n, b, lanes)
    for place_in_who in range(size):
        at = who[place_in_who]
        household, asked = start + at, row(mask, at)
        if short and not keep_served(at, row(ranks, at * stride + place), asked, b, lanes):
            continue
        heads, idle = table.weight[household], table.idle[household]
        for slot in range(first, last):
            measure, bit, taken = rounds.measure[slot], np.int32(1 << slot), rounds.labour[slot]
            yuan = table.capital[household, slot, later]
            hand_over(f, offset + at, asked, bit, measure, taken, idle, t, row(served, measure), heads, lanes)
            if stake_of(measure) >= 0:
                giving = slots_giving(table, rounds, household, measure)
                if only_sum(table, household, giving, later, options.keep == 1 or giving & rounds.divided != 0) < 0.0:
                    keep_stake(k, offset + at, measure, asked, bit, yuan, lanes)
            if measure == Measure.INDUSTRY:
                count_living(asked, bit, heads, living, lanes)
            elif measure == Measure.MICROCREDIT:
                lend(asked, bit, yuan, np.float64(heads) / rounds.weight_unit, row(n, LENT), lanes)
            elif measure == Measure.HOUSING:
                begin_house(f, offset + at, table.key[household], luck, options, w, t, asked, bit, lanes)
            elif measure == Measure.MINDSET and table.willing_known[household] == 0:
                persuade(f, offset + at, table.key[household], luck, options, w, asked, bit, lanes)
        if reach:
            remember(f, offset + at, asked, seen, lanes)
        if memory.chosen.shape[0] > 0:
            memory.chosen[household, t - (options.start_year - BASE_YEAR)] |= np.int64(asked[0] & ~NEW)
    settle(rounds, first, last, n, KEPT + NEED, spending, noted, lanes)
    households = row(n, KEPT + COUNT)
    if reach:
        for i in range(lanes):
            count[i] = households[i]


@stage
def run_rounds(
    table: Table,
    groups: Groups,
    rounds: Rounds,
    group: int,
    t: int,
    w: Lanes,
    luck: Luck,
    options: Options,
    memory: Memory,
    offset: int,
    spending: Counts,
    served: Counts,
    noted: Counts,
    lanes: int,
) -> None:
    """Step 4: last year's public posts first, then each round in its order, within the budgets of the year."""
    most = memory.reached.shape[1]
    for which in range(rounds.order.shape[0]):
        if rounds.yearly[which] == 1:
            clear(memory.reached, group * most + which, group * most + which + 1, lanes)
    for turn in range(rounds.order.shape[0] + 1):
        renewal = turn == 0
        if renewal and (rounds.renew < 0 or (t == options.first_year - BASE_YEAR and options.started == 0)):
            continue
        which = rounds.renew_round if renewal else turn - 1
        run_round(table, groups, rounds, group, which, renewal, t, w, luck, options, memory, offset, spending, served, noted, lanes)

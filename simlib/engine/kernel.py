"""The kernel: villages in a block of draws, year by year, in the order of docs/model.md, 3.

for villages: for groups: for years: credit, running measures, choose, earn, gain, protect, judge, carry, count. Every step walks the
households of a group and does the same work for a row of draws; nothing is allocated here, and nothing depends on how villages or draws
were cut into blocks.
"""

import numpy as np
from numpy.typing import NDArray

from simlib.compiled import INTERPRETED, kernel, stage, step
from simlib.engine import household as hh
from simlib.engine.accounts import PAID, book_by_right, carry, credit, pay_by_right, settle
from simlib.engine.choose import (
    ASKING,
    CHOOSE_ROWS,
    COUNT,
    KEPT,
    NEED,
    NEW,
    TRIED,
    add_asked,
    ask_again,
    ask_package,
    choose,
    fill,
    forget,
    hand_over,
    keep_served,
    keep_stake,
    mark_new,
    rank_nearest,
    rank_random,
    rank_without_first,
    remember,
)
from simlib.engine.luck import (
    EVENTS,
    JOBS,
    MASK,
    OPERATOR,
    PERSISTENT,
    SHIFT,
    SHOCKS,
    VILLAGE,
    WILLING,
    exp,
    factor,
    moment,
    normal,
    philox,
    uniform,
)
from simlib.engine.planned import begin_planned
from simlib.engine.rows import LANES, SLIDER_LANES, row
from simlib.engine.state import (
    BASE_YEAR,
    CHOSEN,
    COLUMNS,
    FIELDS,
    INCOME_CLIP,
    LABOUR_PARTS,
    NO_LIMIT,
    PLANNED_FUNDS,
    SOCIAL_ACCOUNT,
    STATS,
    WORDS,
    Fate,
    Field,
    Groups,
    Measure,
    Memory,
    Options,
    Order,
    Out,
    Rounds,
    Sign,
    Stake,
    Stat,
    Status,
    Table,
    Word,
)
from simlib.engine.state import World as W
from simlib.engine.tally import (
    MOST_COUNTED,
    add_constant,
    add_money,
    close_village,
    complete,
    count_candidate,
    count_gap,
    count_household,
    count_incomes,
    count_money,
    count_sign,
    count_signs,
    count_sources,
    count_without,
    transfer,
)
from simlib.engine.trace import trace_household
from simlib.funds import PLANNED_ACCOUNTS
from simlib.measures import asset_shares, training

# Rows of memory.n after those of `choose` (and, before them, of the accounts).
LIVING, SPARE = CHOOSE_ROWS, CHOOSE_ROWS + 1
N_ROWS = SPARE + 1

Lanes = NDArray[np.float64]
Counts = NDArray[np.int64]
Luck = NDArray[np.uint64]


@step
def clear(rows, first, last, lanes):
    """Set rows first..last of an array to zero."""
    for place in range(first, last):
        empty = row(rows, place)
        for i in range(lanes):
            empty[i] = 0


@step
def add(total, part, first, rows, lanes):
    """Add the rows of a part to those of a total from `first` on."""
    for place in range(rows):
        sums, more = row(total, first + place), row(part, place)
        for i in range(lanes):
            sums[i] += more[i]


# ---- the base year


@step
def start_household(f, at, income, status, lanes):
    """Last year's income and the register's status; nothing is held yet."""
    before, flags, dates = row(f, at * WORDS + Word.INCOME), row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES)
    done = row(f, at * WORDS + Word.DONE)
    for i in range(lanes):
        before[i], flags[i], dates[i], done[i] = np.int32(income), np.int32(status), np.int32(0), np.int32(0)


@step
def start_income(s, at, w, wage, business, gap, lanes):
    """Structural income with its regression to the mean, of those who have any."""
    wages, trade, regression = row(s, at * FIELDS + Field.WAGE), row(s, at * FIELDS + Field.BUSINESS), row(w, W.REGRESSION)
    for i in range(lanes):
        lift = exp(regression[i] * gap) - 1.0
        wages[i] = wage + abs(wage) * lift
        trade[i] = business + abs(business) * lift


@step
def decide(f, at, key, luck, options, w, idle, lanes):
    """What the persistent numbers settle for all years: how long jobs are kept, enrolment in social security and under dibao's coverage."""
    low, high, when = key & MASK, key >> SHIFT, moment(0, PERSISTENT)
    fate, kept, enrolment = row(f, at * WORDS + Word.FATE), row(w, W.JOB_KEPT), row(w, W.SOCIAL_ENROLMENT)
    cover_0, cover_1, cover_2, cover_3 = row(w, W.COVERAGE_0), row(w, W.COVERAGE_1), row(w, W.COVERAGE_2), row(w, W.COVERAGE_3)
    for i in range(lanes):
        _, _, w2, w3 = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        u = uniform(w2)
        covered = (1 if u < cover_0[i] else 0) | (2 if u < cover_1[i] else 0) | (4 if u < cover_2[i] else 0) | (8 if u < cover_3[i] else 0)
        fate[i] = np.int32((Fate.ENROLS if uniform(w3) < enrolment[i] else 0) | covered * Fate.DIBAO)
    for i in range(lanes if idle > 0 else 0):
        w0, w1, _, _ = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        jobs = training.years_kept(uniform(w0), kept[i]) << Fate.KEPT_0 | training.years_kept(uniform(w1), kept[i]) << Fate.KEPT_1
        fate[i] |= np.int32(jobs)


@step
def consent(f, at, key, luck, options, w, known, wishes, lanes):
    """Which measures a household would accept: as the register has it, else drawn."""
    fate, share = row(f, at * WORDS + Word.FATE), row(w, W.WILLING)
    if known == 1:
        accepts = np.int32(wishes & (2**CHOSEN - 1))
        for i in range(lanes):
            fate[i] |= accepts
        return
    low, high, when = key & MASK, key >> SHIFT, moment(0, WILLING)
    for i in range(lanes):
        w0, w1, w2, w3 = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        bits = (1 if uniform(w0) < share[i] else 0) | (2 if uniform(w1) < share[i] else 0)
        bits |= (4 if uniform(w2) < share[i] else 0) | (8 if uniform(w3) < share[i] else 0)
        fate[i] |= np.int32(bits)


@stage
def open_group(table: Table, start: int, end: int, w: Lanes, luck: Luck, options: Options, memory: Memory, offset: int, lanes: int) -> None:
    """Bring the base year of a group into the lanes."""
    s, f = memory.s, memory.f
    for household in range(start, end):
        at, key = offset + household - start, table.key[household]
        income = min(max(table.base_pc_fen[household], -INCOME_CLIP), INCOME_CLIP)
        status = Status.IN if table.registered[household] == 1 else Status.CANDIDATE
        wage, business, gap = table.wage[household], table.business[household], table.log_gap[household]
        start_household(f, at, income, status, lanes)
        if wage != 0.0 or business != 0.0:
            start_income(s, at, w, wage, business, gap, lanes)
        decide(f, at, key, luck, options, w, table.idle[household], lanes)
        consent(f, at, key, luck, options, w, table.willing_known[household], table.willing[household], lanes)


# ---- steps 2 to 4


@step
def run_on(table, household, at, t, w, luck, options, taken, f, notes, living, lanes):
    """Steps 2 and 3 of one household: entry, events, projects and jobs of the year t. taken: what a project takes of its labour."""
    key, units, idle = table.key[household], table.labour_units[household], table.idle[household]
    if table.registered[household] == 0:
        hh.enter(f, at, w, lanes)
    if units > 0.0 or table.wage[household] != 0.0 or table.business[household] != 0.0:
        hh.strike(key, luck, moment(BASE_YEAR + t, EVENTS), options, w, notes, lanes)
    else:
        hh.not_struck(notes, lanes)
    hh.renew(f, at, notes, t, options.retention, lanes)
    if units > 0.0:
        parts = np.int64(np.floor(units * LABOUR_PARTS + 0.5))
        hh.run_project(f, at, notes, parts, taken, table.weight[household], living, lanes)
    if idle > 0:
        hh.run_jobs(f, at, key, luck, moment(BASE_YEAR + t, JOBS), options, w, t, idle, lanes)


@stage
def run_all_on(
    table: Table, start: int, end: int, t: int, w: Lanes, luck: Luck, options: Options, taken: int, memory: Memory, offset: int, lanes: int
) -> None:
    """Steps 2 and 3 of every household of a group: in the first year; later ones follow at once on a household's year before."""
    clear(memory.n, LIVING, LIVING + 1, lanes)
    for household in range(start, end):
        at = offset + household - start
        run_on(table, household, at, t, w, luck, options, taken, memory.f, memory.notes, row(memory.n, LIVING), lanes)


@step
def slots_with(rounds, measure):
    """Bits of all slots of a measure."""
    bits = np.int64(0)
    for slot in range(rounds.measure.shape[0]):
        bits |= np.int64(1) << slot if rounds.measure[slot] == measure else np.int64(0)
    return bits


@step
def may_of(rounds, table, household, measure):
    """Bits of the slots that could give a household a measure."""
    return table.may[household] & slots_with(rounds, measure)


@step
def slots_between(first, last):
    """Bits of the slots first..last."""
    return (np.int64(1) << last) - (np.int64(1) << first)


@step
def count_living(mask, bit, heads, living, lanes):
    """A project that was just begun lives."""
    for i in range(lanes):
        living[i] += heads if (mask[i] & bit) != 0 else 0


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
    if rounds.yearly[which] == 1:  # its reach counts this year's posts alone
        counted, seen = np.int32(bits & posts), np.int32(0)
    if renewal:
        bits = posts if options.started == 0 else np.int64(-1)
    reach = limit[0] < NO_LIMIT
    count = row(memory.reached, group * memory.reached.shape[1] + which)
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
                ask_package(table, rounds, first, last, household, may, t, f, offset + at, row(memory.notes, hh.STRUCK), asked, lanes)
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
            known = only_sum(table, household, may_of(rounds, table, household, measure), later, options.keep == 1)
            if measure != Measure.TRAINING and known < 0.0:
                keep_stake(k, offset + at, measure, asked, bit, yuan, lanes)
            if measure == Measure.INDUSTRY:
                count_living(asked, bit, heads, living, lanes)
        if reach:
            remember(f, offset + at, asked, seen, lanes)
        if memory.chosen.shape[0] > 0:
            memory.chosen[household, t - (options.first_year - BASE_YEAR)] |= np.int64(asked[0] & ~NEW)
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


# ---- steps 5 to 12


@step
def share_of(living, heads, share, lanes):
    """The share of a group's households that runs a living industry project: share[lane]."""
    for i in range(lanes):
        share[i] = np.float64(living[i]) / heads


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
def run_income(
    table: Table,
    groups: Groups,
    rounds: Rounds,
    group: int,
    t: int,
    y: int,
    world: Lanes,
    price: Lanes,
    luck: Luck,
    options: Options,
    taken: int,
    memory: Memory,
    offset: int,
    out: Out,
    lanes: int,
) -> None:
    """Steps 5 to 12 and the counting of every household of a group; then steps 2 and 3 of next year, while its numbers are at hand."""
    s, f, k, u, n, notes, c = memory.s, memory.f, memory.k, memory.u, memory.n, memory.notes, memory.c
    start, end, stats, surplus = groups.start[group], groups.end[group], memory.t[y], lanes - options.valid
    shocks, later = moment(BASE_YEAR + t, SHOCKS), 0 if t == options.first_year - BASE_YEAR else 1
    open_ended = options.started == 1 or rounds.plan_fen.shape[0] > 0  # what is held need not be what these rounds give
    shares_bits, posts_bits = slots_with(rounds, Measure.ASSET_SHARES), slots_with(rounds, Measure.PUBLIC_POST)
    projects_bits = slots_with(rounds, Measure.INDUSTRY)
    w, goes_on, pending = world[y], y + 1 < world.shape[0], 0
    schooled, insured = 0, 0
    clear(n, LIVING, LIVING + 1, lanes)
    for household in range(start, end):
        at, key, units = offset + household - start, table.key[household], table.labour_units[household]
        members, weight, registered = table.members[household], table.weight[household], table.registered[household]
        may = table.may[household]
        wage, business = table.wage[household], table.business[household]
        if wage == 0.0 and business == 0.0:
            hh.earn_nothing(u, lanes)
        elif options.quiet == 1:
            hh.earn_quietly(s, at, w, u, price, lanes)
        elif business == 0.0:
            hh.earn_wage(s, f, at, key, luck, shocks, options, w, u, lanes)
        else:
            hh.earn(s, f, at, key, luck, shocks, options, w, u, price, lanes)
        if table.idle[household] > 0:
            hh.gain_jobs(f, at, w, u, 1.0 / np.float64(table.workers[household]), lanes)
        if open_ended or may & posts_bits != 0:
            known = only_sum(table, household, may & posts_bits, later, open_ended)
            hh.gain_post(f, at, u, hh.staked(k, at, Stake.POST, known, u, lanes), lanes)
        if open_ended or may & projects_bits != 0:
            known = only_sum(table, household, may & projects_bits, later, open_ended)
            hh.gain_project(f, at, w, u, hh.staked(k, at, Stake.INDUSTRY, known, u, lanes), price, t, lanes)
        shares = 1 if open_ended or may & shares_bits != 0 else 0
        if shares == 1:
            known = only_sum(table, household, may & shares_bits, later, open_ended)
            hh.gain_shares(f, at, w, u, hh.staked(k, at, Stake.SHARES, known, u, lanes), t, lanes)
        prop, transfers, heads = table.property[household], table.transfer[household], table.social_heads[household]
        hh.protect(f, at, w, u, shares, np.float64(members), prop, transfers, heads, table.dibao[household], options.coverage_dibao, lanes)
        pay_by_right(u, n, np.float64(weight) / rounds.weight_unit, lanes)
        school, medical, housing = table.school[household], table.medical[household], table.housing[household]
        capable, people = (1 if units > 0.0 else 0), members * weight
        hh.judge(f, at, w, u, notes, t, capable, school, medical, housing, options, lanes)
        if pending + people > MOST_COUNTED:
            transfer(c, stats, lanes)
            pending = 0
        pending += people
        if shares == 1:
            add_money(u, hh.COLLECTIVE, stats, Stat.COLLECTIVE_FEN, weight, lanes)
        if registered == 1:
            count_signs(notes, c, people, weight, capable, lanes)
            if capable == 0:
                count_without(notes, c, people, weight, lanes)
            if school == 1:
                schooled += people
            else:
                count_sign(notes, c, Stat.SCHOOL, Sign.ENROLLED, people, lanes)
            if medical == 1:
                insured += people
            else:
                count_sign(notes, c, Stat.MEDICAL, Sign.ENROLLED, people, lanes)
            if min(wage, business, prop, transfers) < 0.0:
                count_sign(notes, c, Stat.FLOORED, Sign.BELOW_ZERO, people, lanes)
            count_gap(w, u, stats, people, lanes)
            count_incomes(u, row(notes, hh.STRUCK), row(n, SPARE), people, out.incomes, y, lanes)
        else:
            count_candidate(f, at, c, people, lanes)
            add_money(u, hh.TOTAL, stats, Stat.TOTAL_FEN, weight, lanes)
        if out.households.shape[0] > 0:
            sums = out.households[household, y]
            count_money(u, stats, sums, weight * registered, capable, lanes, surplus)
            count_household(u, notes, sums, lanes, surplus)
        else:
            count_sources(u, stats, weight * registered, capable, lanes)
        if memory.trace.shape[0] > 0:
            trace_household(f, at, u, notes, memory.trace, household * memory.trace.shape[1] + y, school, medical, housing, options, lanes)
        if goes_on:
            run_on(table, household, at, t + 1, world[y + 1], luck, options, taken, f, notes, row(n, LIVING), lanes)
    transfer(c, stats, lanes)
    add_constant(stats, Stat.SCHOOL, schooled, lanes)
    add_constant(stats, Stat.MEDICAL, insured, lanes)


# ---- villages and years


@step
def meet_village(key, luck, year, options, w, u, local, lanes):
    """What a village's households share in a year: its own factor (with the province's, into u[COMMON]) and its operator's pay."""
    low, high, now, ever = key & MASK, key >> SHIFT, moment(year, VILLAGE), moment(0, OPERATOR)
    sd, world, turned, half = row(w, W.SD_VILLAGE), row(w, W.PROVINCE), row(w, W.OPERATOR_CHANCE), row(w, W.OPERATOR_HALF)
    common, pays = row(u, hh.COMMON), row(u, hh.OPERATOR)
    for i in range(lanes):
        w0, w1, _, _ = philox(low, high, luck[i], now, options.seed_low, options.seed_high)
        local[i] = factor(sd[i], normal(uniform(w0), uniform(w1)))
        common[i] = world[i] * local[i]
    for i in range(lanes):
        w0, _, _, _ = philox(low, high, luck[i], ever, options.seed_low, options.seed_high)
        chance, part = turned[i], half[i]
        pays[i] = asset_shares.operator(uniform(w0), chance, part)


@step
def add_spent(n, spent, lanes):
    """What all funds pay for a village in a year, spent[lane]; before `carry` shares it over the payers."""
    for fund in range(PLANNED_FUNDS):
        paid = row(n, PAID + fund)
        for i in range(lanes):
            spent[i] += paid[i]


@stage
def project_group(
    table: Table,
    groups: Groups,
    rounds: Rounds,
    village: int,
    group: int,
    world: Lanes,
    price: Lanes,
    luck: Luck,
    options: Options,
    labour: int,
    memory: Memory,
    offset: int,
    out: Out,
    lanes: int,
) -> None:
    """All years of one group of one village: what one draw can not see beyond."""
    start, end, n, balance, moves = groups.start[group], groups.end[group], memory.n, memory.balance, memory.moves
    quota, books = groups.quota[group], PLANNED_ACCOUNTS * COLUMNS
    for y in range(world.shape[0]):
        calendar, w = options.start_year + y, world[y]
        t, spending, served = calendar - BASE_YEAR, out.spending[y], out.served[y]
        meet_village(groups.village_key[village], luck, calendar, options, w, memory.u, row(memory.local, y), lanes)
        credit(quota[y], balance, group, row(w, W.ABSORPTION), n, lanes)
        clear(moves, SOCIAL_ACCOUNT * COLUMNS, (SOCIAL_ACCOUNT + 1) * COLUMNS, lanes)
        if y == 0 or options.frozen == 1:
            run_all_on(table, start, end, t, w, luck, options, labour, memory, offset, lanes)
        if rounds.plan_fen.shape[0] > 0:
            planned_year, living = calendar - options.first_year, row(n, LIVING)
            begin_planned(table, rounds, start, end, t, planned_year, memory.f, memory.k, offset, n, spending, served, living, lanes)
        else:
            noted = memory.noted[group, y] if memory.noted.shape[0] > 0 else memory.nothing
            run_rounds(table, groups, rounds, group, t, w, luck, options, memory, offset, spending, served, noted, lanes)
        add_spent(n, row(memory.spent, y), lanes)
        carry(quota[y], balance, group, calendar, n, moves, lanes)
        if options.frozen == 0:
            share_of(row(n, LIVING), np.float64(max(1, groups.heads[group])), row(memory.u, hh.SHARE), lanes)
            run_income(table, groups, rounds, group, t, y, world, price[y], luck, options, labour, memory, offset, out, lanes)
            book_by_right(n, spending, moves, lanes)
        rows = books + COLUMNS
        add(out.ledger, moves, y * rows, rows, lanes)
        if memory.trace.shape[0] > 0:
            add(memory.group_trace, moves, (group * world.shape[0] + y) * rows, rows, lanes)


@kernel
def project_block(table, groups, rounds, first_village, last_village, world, prices, luck, options, labour, memory, out, wide):
    """Project villages first..last in one block of draws; adds to `out`. With options.keep memory has every row, and may hold a start.

    `wide`: a tuple as long as the place in WIDTHS of the number of lanes. Its length is part of its type, so each number is compiled for
    itself: the compiler unrolls what is short, and no loop has a rest. Interpreted, only the lanes that count are worked on.
    """
    lanes = 1 if len(wide) == 0 else (SLIDER_LANES if len(wide) == 1 else LANES)
    if INTERPRETED:
        lanes = options.valid
    years = world.shape[0]
    clear(memory.u, hh.NOTHING, hh.NOTHING + 1, lanes)
    for village in range(first_village, last_village):
        price = prices[groups.prefecture[village]]
        clear(memory.spent, 0, years, lanes)
        clear(memory.t, 0, years * STATS, lanes)
        for group in range(groups.first[village], groups.last[village]):
            offset = groups.start[group] if options.keep == 1 else 0
            if options.started == 0:
                open_group(table, groups.start[group], groups.end[group], world[0], luck, options, memory, offset, lanes)
                clear(memory.balance, group * PLANNED_ACCOUNTS, (group + 1) * PLANNED_ACCOUNTS, lanes)
                clear(memory.reached, group * memory.reached.shape[1], (group + 1) * memory.reached.shape[1], lanes)
            project_group(table, groups, rounds, village, group, world, price, luck, options, labour, memory, offset, out, lanes)
        if options.frozen == 0:
            for y in range(years):
                complete(memory.t[y], groups.people[village], lanes)
                close_village(memory.t[y], world[y], row(memory.local, y), row(memory.spent, y), out, village, y, groups, options, lanes)

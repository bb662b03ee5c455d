"""The kernel: villages in a block of draws, year by year, in the order of docs/model.md, 3.

for villages: for groups: for years: credit, running measures, choose, earn, gain, protect, judge, carry, count. Every step walks the
households of a group and does the same work for a row of draws; nothing is allocated here, and nothing depends on how villages or draws
were cut into blocks.
"""

import numpy as np

from simlib.compiled import INTERPRETED, kernel, stage, step
from simlib.engine import household as hh
from simlib.engine.accounts import PAID, book_by_right, carry, credit, pay_by_right
from simlib.engine.luck import EVENTS, JOBS, MASK, OPERATOR, SHIFT, SHOCKS, VILLAGE, factor, moment, normal, philox, uniform
from simlib.engine.opening import open_group
from simlib.engine.planned import begin_planned
from simlib.engine.rows import LANES, SLIDER_LANES, add, clear, row
from simlib.engine.serving import LIVING, SPARE, only_sum, run_rounds, slots_with
from simlib.engine.state import (
    BASE_YEAR,
    COLUMNS,
    LABOUR_PARTS,
    PLANNED_FUNDS,
    SOCIAL_ACCOUNT,
    STATS,
    Groups,
    Lanes,
    Luck,
    Measure,
    Memory,
    Options,
    Out,
    Rounds,
    Sign,
    Stake,
    Stat,
    Table,
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
from simlib.measures import asset_shares

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
        clear(notes, hh.STRUCK, hh.STRUCK + 1, lanes)  # nothing that an event could hit
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


# ---- steps 5 to 12


@step
def share_of(living, heads, share, lanes):
    """The share of a group's households that runs a living industry project: share[lane]."""
    for i in range(lanes):
        share[i] = np.float64(living[i]) / heads


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
            clear(u, hh.X_WAGE, hh.X_BUSINESS + 1, lanes)
        elif options.quiet == 1:
            hh.earn_quietly(s, at, w, u, price, lanes)
        elif business == 0.0:
            hh.earn_wage(s, f, at, key, luck, shocks, options, w, u, lanes)
        else:
            hh.earn(s, f, at, key, luck, shocks, options, w, u, price, lanes)
        if table.idle[household] > 0:
            hh.gain_jobs(f, at, w, u, 1.0 / np.float64(table.workers[household]), lanes)
        if open_ended or may & posts_bits != 0:
            known = only_sum(table, household, posts_bits, later, open_ended)
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

"""The kernel: villages in a block of draws, year by year, in the order of docs/model.md, 3.

for villages: for groups: for years: credit, running measures, choose, earn, gain, protect, judge, carry, count. Every step walks the
households of a group and does the same work for a row of draws; nothing is allocated here, and nothing depends on how villages or draws
were cut into blocks.
"""

import numpy as np

from simlib.compiled import INTERPRETED, kernel, stage, step
from simlib.engine.accounts import PAID, book_by_right, carry, credit
from simlib.engine.arrays import Groups, Lanes, Luck, Memory, Options, Out, Rounds, Table
from simlib.engine.closing import close_village, complete
from simlib.engine.counted import STATS
from simlib.engine.luck import (
    MASK,
    OPERATOR,
    SHIFT,
    VILLAGE,
    WORKS_LUCK,
    factor,
    moment,
    normal,
    philox,
    uniform,
)
from simlib.engine.opening import open_group
from simlib.engine.planned import begin_planned
from simlib.engine.rows import LANES, SLIDER_LANES, add, clear, row
from simlib.engine.scratch import (
    CLOSES,
    COMMON,
    DELAY,
    NOTHING,
    RECEIVED,
    SHARE,
)
from simlib.engine.scratch import OPERATOR as PAYS
from simlib.engine.serving import LIVING, run_rounds
from simlib.engine.slots import World as W
from simlib.engine.state import (
    BASE_YEAR,
    COLUMNS,
    PLANNED_FUNDS,
    SOCIAL_ACCOUNT,
    Fund,
    Item,
)
from simlib.engine.works import earn_collectively, foresee, lift, open_works, pay_works, run_works
from simlib.engine.yearly import run_all_on, run_income, share_of
from simlib.funds import PLANNED_ACCOUNTS
from simlib.measures import asset_shares


@step
def meet_village(key, luck, year, options, w, u, local, lanes):
    """What a village's households share in a year: its own factor (with the province's, into u[COMMON]) and its operator's pay."""
    low, high, now, ever = key & MASK, key >> SHIFT, moment(year, VILLAGE), moment(0, OPERATOR)
    sd, world, turned, half = row(w, W.SD_VILLAGE), row(w, W.PROVINCE), row(w, W.OPERATOR_CHANCE), row(w, W.OPERATOR_HALF)
    common, pays = row(u, COMMON), row(u, PAYS)
    for i in range(lanes):
        w0, w1, _, _ = philox(low, high, luck[i], now, options.seed_low, options.seed_high)
        local[i] = factor(sd[i], normal(uniform(w0), uniform(w1)))
        common[i] = world[i] * local[i]
    for i in range(lanes):
        w0, _, _, _ = philox(low, high, luck[i], ever, options.seed_low, options.seed_high)
        chance, part = turned[i], half[i]
        pays[i] = asset_shares.operator(uniform(w0), chance, part)
    meet_works(low, high, luck, moment(year, WORKS_LUCK), options, w, u, lanes)


@step
def meet_works(low, high, luck, when, options, w, u, lanes):
    """A village's luck with its projects: whether they are delayed, whether a service point closes, what arrives of donations."""
    late, closes, received = row(u, DELAY), row(u, CLOSES), row(u, RECEIVED)
    sd, part = row(w, W.SD_DONATIONS), row(w, W.DONATIONS_RECEIVED)
    for i in range(lanes):
        w0, w1, w2, w3 = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        late[i], closes[i] = uniform(w0), uniform(w1)
        received[i] = part[i] * factor(sd[i], normal(uniform(w2), uniform(w3)))


@step
def add_spent(n, spent, lanes):
    """What all funds pay for a village in a year, spent[lane]; before `carry` shares it over the payers. Works is a part of it."""
    for fund in range(PLANNED_FUNDS):
        if fund != Fund.WORKS:
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
    memory: Memory,
    offset: int,
    out: Out,
    lanes: int,
) -> None:
    """All years of one group of one village: what one draw can not see beyond."""
    start, end, n, balance, moves = groups.start[group], groups.end[group], memory.n, memory.balance, memory.moves
    quota, books, u, works, items = groups.quota[group], PLANNED_ACCOUNTS * COLUMNS, memory.u, memory.works, groups.items[group]
    shares, by_right = rounds.village_share, 2 * COLUMNS
    for y in range(world.shape[0]):
        calendar, w = options.start_year + y, world[y]
        t, spending, served = calendar - BASE_YEAR, out.spending[y], out.served[y]
        meet_village(groups.village_key[village], luck, calendar, options, w, u, row(memory.local, y), lanes)
        credit(quota[y], balance, group, row(w, W.ABSORPTION), u, n, lanes)
        clear(moves, SOCIAL_ACCOUNT * COLUMNS, SOCIAL_ACCOUNT * COLUMNS + by_right, lanes)
        run_works(works, group, w, u, t, row(memory.services, y), lanes)
        lift(works, group, items[Item.NEED], groups.lack[village], shares, w, u, t, lanes)
        earn_collectively(works, group, w, u, memory.t[y], np.int64(rounds.weight_unit), lanes)
        if y == 0 or options.frozen == 1:
            foresee(works, group, w, u, lanes)
            run_all_on(table, rounds, start, end, t, w, luck, options, memory, offset, lanes)
        if groups.is_poor[village] == 1:
            pay_works(works, group, items, shares, rounds.village_funds, options.local_part, w, u, n, t, spending, lanes)
        if rounds.plan_start.shape[0] > 0:
            planned_year, living, begun = calendar - options.first_year, row(n, LIVING), row(memory.mask, 0)
            f, k = memory.f, memory.k
            begin_planned(
                table, rounds, start, end, t, planned_year, w, luck, options, f, k, offset, n, spending, served, living, begun, lanes
            )
        else:
            noted = memory.noted[group, y] if memory.noted.shape[0] > 0 else memory.nothing
            run_rounds(table, groups, rounds, group, t, w, luck, options, memory, offset, spending, served, noted, lanes)
        add_spent(n, row(memory.spent, y), lanes)
        carry(quota[y], balance, group, calendar, u, n, moves, lanes)
        if options.frozen == 0:
            if y + 1 < world.shape[0]:
                foresee(works, group, world[y + 1], u, lanes)
            share_of(row(n, LIVING), np.float64(max(1, groups.heads[group])), row(u, SHARE), lanes)
            run_income(table, groups, rounds, village, group, t, y, world, price[y], luck, options, memory, offset, out, lanes)
            book_by_right(n, spending, moves, lanes)
        rows = books + by_right
        add(out.ledger, moves, y * rows, rows, lanes)
        if memory.trace.shape[0] > 0:
            add(memory.group_trace, moves, (group * world.shape[0] + y) * rows, rows, lanes)


@kernel
def project_block(table, groups, rounds, first_village, last_village, world, prices, luck, options, memory, out, wide):
    """Project villages first..last in one block of draws; adds to `out`. With options.keep memory has every row, and may hold a start.

    `wide`: a tuple as long as the place in WIDTHS of the number of lanes. Its length is part of its type, so each number is compiled for
    itself: the compiler unrolls what is short, and no loop has a rest. Interpreted, only the lanes that count are worked on.
    """
    lanes = 1 if len(wide) == 0 else (SLIDER_LANES if len(wide) == 1 else LANES)
    if INTERPRETED:
        lanes = options.valid
    years = world.shape[0]
    clear(memory.u, NOTHING, NOTHING + 1, lanes)
    for village in range(first_village, last_village):
        price = prices[groups.prefecture[village]]
        clear(memory.spent, 0, years, lanes)
        clear(memory.services, 0, years, lanes)
        clear(memory.t, 0, years * STATS, lanes)
        for group in range(groups.first[village], groups.last[village]):
            offset = groups.start[group] if options.keep == 1 else 0
            if options.started == 0:
                open_group(table, groups.start[group], groups.end[group], world[0], luck, options, memory, offset, lanes)
                clear(memory.balance, group * PLANNED_ACCOUNTS, (group + 1) * PLANNED_ACCOUNTS, lanes)
                clear(memory.reached, group * memory.reached.shape[1], (group + 1) * memory.reached.shape[1], lanes)
                open_works(memory.works, group, lanes)
            project_group(table, groups, rounds, village, group, world, price, luck, options, memory, offset, out, lanes)
        if options.frozen == 0:
            for y in range(years):
                complete(memory.t[y], groups.people[village], lanes)
                local, spent, built, unit = row(memory.local, y), row(memory.spent, y), row(memory.services, y), rounds.weight_unit
                close_village(memory.t[y], world[y], local, spent, built, out, village, y, groups, unit, options, lanes)

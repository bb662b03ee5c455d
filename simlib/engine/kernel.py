"""The kernel: villages in a block of draws, year by year, in the order of docs/model.md, 3.

for villages: for groups: for years: credit, running measures, choose, earn, gain, protect, judge, carry, count. Every step walks the
households of a group and does the same work for a whole vector of draws; nothing is allocated here, and nothing depends on how villages
or draws were cut into blocks.
"""

import numpy as np
from numpy.typing import NDArray

from simlib.compiled import kernel, stage, step
from simlib.engine import household as hh
from simlib.engine.accounts import ACCOUNT_ROWS, BUDGET, PAID, STOPPED, carry, credit, pay_social, settle
from simlib.engine.choose import CHOOSE_ROWS, COUNT, NEED, choose, hand_out, mark, mark_renewals
from simlib.engine.holdings import has_living_project
from simlib.engine.luck import (
    EVENTS,
    JOBS,
    OPERATOR,
    PERSISTENT,
    SHOCKS,
    VILLAGE,
    WILLING,
    draw_normals,
    draw_uniforms,
    exp,
    factor,
    moment,
)
from simlib.engine.planned import begin_planned
from simlib.engine.state import (
    BASE_YEAR,
    CHOSEN,
    INCOME_CLIP,
    PLANNED_FUNDS,
    Field,
    Flag,
    Groups,
    Memory,
    Options,
    Out,
    Rounds,
    Status,
    Table,
    Word,
)
from simlib.engine.state import World as W
from simlib.engine.tally import close_village, count_household, count_incomes, count_register, count_village, trace_household
from simlib.measures import asset_shares

# Rows of memory.n: those of the accounts, then the kernel's own, then those of `choose`.
LIVING, BEFORE, CHOOSE = ACCOUNT_ROWS, ACCOUNT_ROWS + 1, ACCOUNT_ROWS + 2
N_ROWS = CHOOSE + CHOOSE_ROWS

Lanes = NDArray[np.float64]
Counts = NDArray[np.int64]
Luck = NDArray[np.uint64]


@step
def clear(rows):
    """Set every entry of a [row, lane] array to zero."""
    for row in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            rows[row, i] = 0


@step
def add(total, part):
    """Add an array of [row, column, lane] to another."""
    for row in range(total.shape[0]):
        for column in range(total.shape[1]):
            for i in range(total.shape[2]):
                total[row, column, i] += part[row, column, i]


@step
def open_group(table, start, end, world, luck, options, memory, offset):
    """Bring the base year of a group into the lanes: structural income with its regression to the mean, willingness, status."""
    for household in range(start, end):
        s, f, u = memory.s[offset + household - start], memory.f[offset + household - start], memory.u
        draw_uniforms(table.key[household], luck, moment(0, WILLING), options, u)
        wage, business, gap = table.wage[household], table.business[household], table.log_gap[household]
        income = min(max(table.base_pc_fen[household], -INCOME_CLIP), INCOME_CLIP)
        status = Status.IN if table.registered[household] == 1 else Status.CANDIDATE
        for i in range(luck.shape[0]):
            lift = exp(world[0, W.REGRESSION, i] * gap) - 1.0
            s[Field.WAGE, i] = wage + abs(wage) * lift
            s[Field.BUSINESS, i] = business + abs(business) * lift
            for field in (Field.LABOUR, Field.INDUSTRY_CAPITAL, Field.ASSET_CAPITAL, Field.POST):
                s[field, i] = 0.0
            f[Word.INCOME, i] = income
            f[Word.STATUS, i] = status
            f[Word.DATES, i] = 0
            f[Word.DONE, i] = 0
            f[Word.FLAGS, i] = 0
        known, wishes = table.willing_known[household], table.willing[household]
        for measure in range(CHOSEN):
            bit = np.int32(Flag.WILLING << measure)
            for i in range(luck.shape[0]):
                wants = (wishes >> measure & 1) == 1 if known == 1 else u[measure, i] < world[0, W.WILLING, i]
                f[Word.FLAGS, i] |= bit if wants else np.int32(0)


@stage
def run_running(
    table: Table, start: int, end: int, t: int, w: Lanes, luck: Luck, options: Options, labour: float, memory: Memory, offset: int
) -> None:
    """Steps 2 and 3 for every household of a group."""
    u = memory.u
    for household in range(start, end):
        row, key = offset + household - start, table.key[household]
        draw_uniforms(key, luck, moment(BASE_YEAR + t, EVENTS), options, u[hh.EVENTS :])
        draw_uniforms(key, luck, moment(BASE_YEAR + t, JOBS), options, u[hh.JOBS :])
        draw_uniforms(key, luck, moment(0, PERSISTENT), options, u[hh.KEEP :])
        hh.running(memory.f[row], memory.s[row], w, u, t, options, table.labour_units[household], table.idle[household], labour)


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
) -> None:
    """Step 4: last year's public posts first, then each round in its order, within the budgets of the year."""
    start, end = groups.start[group], groups.end[group]
    later = 0 if t == options.first_year - BASE_YEAR else 1
    s, f, mask, rank = memory.s[offset:], memory.f[offset:], memory.mask, memory.rank
    budget, paid, work = memory.n[BUDGET : BUDGET + PLANNED_FUNDS], memory.n[PAID : PAID + PLANNED_FUNDS], memory.n[CHOOSE:]
    for which in range(rounds.order.shape[0]):
        if rounds.yearly[which] == 1:
            for i in range(luck.shape[0]):
                memory.reached[group, which, i] = 0
    for turn in range(rounds.order.shape[0] + 1):
        renewal = turn == 0
        if renewal and rounds.renew < 0:
            continue
        which = rounds.renew_round if renewal else turn - 1
        first, last = (rounds.renew, rounds.renew + 1) if renewal else (rounds.first[which], rounds.last[which])
        if renewal:
            mark_renewals(rounds, start, end, s, f, mask, rank)
        else:
            mark(table, rounds, which, start, end, t, w, luck, options, s, f, memory.u, mask, rank)
        count = memory.reached[group, which]
        choose(table, rounds, first, last, later, start, end, count, groups.limit[group, which], budget, mask, rank, work)
        hand_out(table, rounds, which, first, last, later, start, end, t, s, f, mask, rank, work, served)
        settle(rounds, first, last, work[NEED:], budget, paid, spending, noted)
        for i in range(luck.shape[0]):
            count[i] = work[COUNT, i]
        if memory.chosen.shape[0] > 0:
            note_chosen(mask, start, end, memory.chosen, t - (options.first_year - BASE_YEAR))


@step
def note_chosen(mask, start, end, chosen, year):
    """Keep what lane 0 was given, for the fixed plan. After `hand_out` the mask holds only what was served."""
    for household in range(start, end):
        chosen[household, year] |= np.int64(mask[household - start, 0])


@stage
def run_plan(
    table: Table,
    rounds: Rounds,
    start: int,
    end: int,
    t: int,
    year: int,
    memory: Memory,
    offset: int,
    spending: Counts,
    served: Counts,
) -> None:
    """Step 4 under a given plan."""
    budget, paid = memory.n[BUDGET : BUDGET + PLANNED_FUNDS], memory.n[PAID : PAID + PLANNED_FUNDS]
    stopped = memory.n[STOPPED : STOPPED + PLANNED_FUNDS]
    begin_planned(table, rounds, start, end, t, year, memory.s[offset:], memory.f[offset:], budget, paid, stopped, spending, served)


@step
def living_share(f, weight, heads, living, share):
    """The share of a group that runs a living industry project. f[household, word, lane] and weight[household] are the group's."""
    for i in range(living.shape[0]):
        living[i] = 0
    for row in range(weight.shape[0]):
        flags = f[row, Word.FLAGS]
        for i in range(living.shape[0]):
            living[i] += weight[row] if has_living_project(flags[i]) else 0
    for i in range(living.shape[0]):
        share[i] = np.float64(living[i]) / heads


@stage
def run_income(
    table: Table,
    rounds: Rounds,
    start: int,
    end: int,
    t: int,
    y: int,
    w: Lanes,
    price: Lanes,
    luck: Luck,
    options: Options,
    memory: Memory,
    offset: int,
    out: Out,
) -> None:
    """Steps 5 to 12 and the counting of every household of a group."""
    u, n, stats = memory.u, memory.n, memory.t[y]
    for household in range(start, end):
        row = offset + household - start
        f, s = memory.f[row], memory.s[row]
        members, weight = table.members[household], table.weight[household]
        capable = 1 if table.labour_units[household] > 0.0 else 0
        draw_normals(table.key[household], luck, moment(BASE_YEAR + t, SHOCKS), options, u[hh.SHOCKS :])
        hh.earn(f, s, w, u, price, table.property[household], table.transfer[household])
        hh.gain(f, s, w, u, price, t, np.float64(table.workers[household]))
        hh.protect(f, w, u, np.float64(members), table.social_heads[household], table.dibao[household], options.coverage_dibao)
        pay_social(u, np.float64(weight) / rounds.weight_unit, out.spending[y], out.ledger[y])
        for i in range(luck.shape[0]):
            n[BEFORE, i] = f[Word.STATUS, i]
        school, medical, housing = table.school[household], table.medical[household], table.housing[household]
        hh.judge(f, w, u, t, capable, school, medical, housing, options)
        people = members * weight
        count_village(f, u, stats, people, weight, table.registered[household])
        if table.registered[household] == 1:
            count_register(f, w, u, stats, people, weight, capable, school, medical, n[BEFORE])
            count_incomes(u, out.incomes[y], people)
        count_household(f, w, u, out.households[household, y], options.valid)
        if memory.trace.shape[0] > 0:
            trace_household(f, w, u, memory.trace[household, y], school, medical, housing, options)


@step
def meet_village(key, luck, year, options, w, u, local):
    """What a village's households share in a year: its own factor and its operator's pay, into u[LOCAL] and u[OPERATOR]."""
    draw_normals(key, luck, moment(year, VILLAGE), options, u)
    for i in range(luck.shape[0]):
        u[hh.LOCAL, i] = factor(w[W.SD_VILLAGE, i], u[0, i])
        local[i] = u[hh.LOCAL, i]
    draw_uniforms(key, luck, moment(0, OPERATOR), options, u)
    for i in range(luck.shape[0]):
        u[hh.OPERATOR, i] = asset_shares.operator(u[0, i], w[W.OPERATOR_CHANCE, i], w[W.OPERATOR_HALF, i])


@step
def add_spent(paid, spent):
    """What all funds pay for a village in a year, spent[lane]; before `carry` shares it over the payers."""
    for fund in range(paid.shape[0]):
        for i in range(spent.shape[0]):
            spent[i] += paid[fund, i]


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
    labour: float,
    memory: Memory,
    offset: int,
    out: Out,
) -> None:
    """All years of one group of one village: what one draw can not see beyond."""
    start, end = groups.start[group], groups.end[group]
    budget, paid = memory.n[BUDGET : BUDGET + PLANNED_FUNDS], memory.n[PAID : PAID + PLANNED_FUNDS]
    quota, balance = groups.quota[group], memory.balance[group]
    for y in range(world.shape[0]):
        calendar, w = options.start_year + y, world[y]
        t = calendar - BASE_YEAR
        meet_village(groups.village_key[village], luck, calendar, options, w, memory.u, memory.local[y])
        credit(quota[y], balance, w[W.ABSORPTION], budget, paid)
        run_running(table, start, end, t, w, luck, options, labour, memory, offset)
        if rounds.plan_fen.shape[0] > 0:
            run_plan(table, rounds, start, end, t, calendar - options.first_year, memory, offset, out.spending[y], out.served[y])
        else:
            noted = memory.noted[group, y] if memory.noted.shape[0] > 0 else memory.nothing
            run_rounds(table, groups, rounds, group, t, w, luck, options, memory, offset, out.spending[y], out.served[y], noted)
        add_spent(paid, memory.spent[y])
        carry(quota[y], balance, calendar, paid, memory.n[STOPPED : STOPPED + PLANNED_FUNDS], memory.moves)
        add(out.ledger[y], memory.moves)
        if memory.trace.shape[0] > 0:
            add(memory.group_trace[group, y], memory.moves)
        if options.frozen == 0:
            heads = np.float64(max(1, groups.heads[group]))
            living_share(memory.f[offset:], table.weight[start:end], heads, memory.n[LIVING], memory.u[hh.SHARE])
            run_income(table, rounds, start, end, t, y, w, price[y], luck, options, memory, offset, out)


@kernel
def project_block(table, groups, rounds, first_village, last_village, world, prices, luck, options, labour, memory, out):
    """Project villages first..last in one block of draws; adds to `out`. With options.keep memory has every row, and may hold a start."""
    for village in range(first_village, last_village):
        price = prices[groups.prefecture[village]]
        clear(memory.spent)
        for y in range(world.shape[0]):
            clear(memory.t[y])
        for group in range(groups.first[village], groups.last[village]):
            offset = groups.start[group] if options.keep == 1 else 0
            if options.started == 0:
                open_group(table, groups.start[group], groups.end[group], world, luck, options, memory, offset)
                clear(memory.balance[group])
                clear(memory.reached[group])
            project_group(table, groups, rounds, village, group, world, price, luck, options, labour, memory, offset, out)
        if options.frozen == 0:
            for y in range(world.shape[0]):
                close_village(memory.t[y], world[y], memory.local[y], memory.spent[y], out, village, y, groups, options)

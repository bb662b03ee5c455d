"""The kernel: villages in a block of draws, year by year, in the order of docs/model.md, 3.

for villages: for groups: for years: credit, running measures, choose, earn, gain, protect, judge, carry, count. Every step walks the households of a group
and does the same work for a whole vector of draws; nothing is allocated here, and nothing depends on how villages or draws were cut into blocks.
"""

import numpy as np

from simlib.compiled import kernel, step
from simlib.engine import household as hh
from simlib.engine.choose import CHOOSE_ROWS, COUNT, NEED, choose, clear, hand_out, mark, mark_renewals
from simlib.engine.luck import EVENTS, JOBS, OPERATOR, PERSISTENT, SHOCKS, VILLAGE, WILLING, draw_normals, draw_uniforms, exp, factor
from simlib.engine.planned import begin_planned
from simlib.engine.state import (
    ACCOUNT_FUND,
    BASE_YEAR,
    CHOSEN,
    CLOSING_YEAR,
    INCOME_CLIP,
    PLANNED_FUNDS,
    SOCIAL_ACCOUNT,
    Field,
    Flag,
    Fund,
    Ledger,
    Measure,
    Status,
    Word,
)
from simlib.engine.state import World as W
from simlib.engine.tally import close_village, count_household, count_incomes, count_register, count_village, trace_household
from simlib.funds import PLANNED_ACCOUNTS
from simlib.measures import asset_shares

# Rows of memory.n that the kernel itself uses; `choose` has its own.
BUDGET, PAID, LIVING, BEFORE = 0, 3, 6, 7
STOPPED = 8
CHOOSE = 11
N_ROWS = CHOOSE + CHOOSE_ROWS


@step
def open_group(table, start, end, world, luck, options, memory, offset):
    """Bring the base year of a group into the lanes: structural income with its regression to the mean, willingness, status."""
    for household in range(start, end):
        s, f, u = memory.s[offset + household - start], memory.f[offset + household - start], memory.u
        draw_uniforms(table.key[household], luck, 0, WILLING, options, u)
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


@step
def credit(quota, balance, absorption, n):
    """Step 1: the year's budget of each fund, n[BUDGET + fund]: the absorbed part of what was carried in and is entitled now."""
    for fund in range(PLANNED_FUNDS):
        for i in range(absorption.shape[0]):
            n[BUDGET + fund, i] = 0
    for account in range(PLANNED_ACCOUNTS):
        fund = ACCOUNT_FUND[account]
        for i in range(absorption.shape[0]):
            n[BUDGET + fund, i] += balance[account, i] + quota[account]
    for fund in range(PLANNED_FUNDS):
        for i in range(absorption.shape[0]):
            n[BUDGET + fund, i] = np.int64(np.floor(absorption[i] * np.float64(n[BUDGET + fund, i])))
            n[PAID + fund, i] = 0


@step
def carry(quota, balance, calendar, n, ledger, traced):
    """Step 14: each fund pays from its accounts in the order of payers; the rest is carried, and lapses when the books close."""
    for account in range(PLANNED_ACCOUNTS):
        fund, entitled = ACCOUNT_FUND[account], quota[account]
        for i in range(n.shape[1]):
            held = balance[account, i]
            spent = min(n[PAID + fund, i], held + entitled)
            n[PAID + fund, i] -= spent
            rest = held + entitled - spent
            lapsed = rest if calendar >= CLOSING_YEAR else 0
            balance[account, i] = rest - lapsed
            ledger[account, Ledger.ENTITLED, i] += entitled
            ledger[account, Ledger.CARRIED_IN, i] += held
            ledger[account, Ledger.COMMITTED, i] += spent
            ledger[account, Ledger.SPENT, i] += spent
            ledger[account, Ledger.CARRIED_OUT, i] += rest - lapsed
            ledger[account, Ledger.LAPSED, i] += lapsed
            if traced.shape[0] > 0:
                traced[account, Ledger.ENTITLED, i] = entitled
                traced[account, Ledger.CARRIED_IN, i] = held
                traced[account, Ledger.COMMITTED, i] = spent
                traced[account, Ledger.SPENT, i] = spent
                traced[account, Ledger.CARRIED_OUT, i] = rest - lapsed
                traced[account, Ledger.LAPSED, i] = lapsed


@step
def run_running(table, start, end, t, w, luck, options, labour, memory, offset):
    """Steps 2 and 3 for every household of a group."""
    u = memory.u
    for household in range(start, end):
        row = offset + household - start
        draw_uniforms(table.key[household], luck, BASE_YEAR + t, EVENTS, options, u[hh.EVENTS :])
        draw_uniforms(table.key[household], luck, BASE_YEAR + t, JOBS, options, u[hh.JOBS :])
        draw_uniforms(table.key[household], luck, 0, PERSISTENT, options, u[hh.KEEP :])
        hh.running(memory.f[row], memory.s[row], w, u, t, options, table.labour_units[household], table.idle[household], labour)


@step
def run_rounds(table, groups, rounds, group, t, w, luck, options, memory, offset, spending, served, paid):
    """Step 4: last year's public posts first, then each round in its order, within the budgets of the year."""
    start, end = groups.start[group], groups.end[group]
    later = 0 if t == options.first_year - BASE_YEAR else 1
    s, f = memory.s[offset:], memory.f[offset:]
    budget, work = memory.n[BUDGET : BUDGET + PLANNED_FUNDS], memory.n[CHOOSE:]
    for which in range(rounds.order.shape[0]):
        if rounds.yearly[which] == 1:
            for i in range(luck.shape[0]):
                memory.count[group, which, i] = 0
    passes = rounds.order.shape[0] + 1
    for turn in range(passes):
        which = turn - 1
        renewal = turn == 0
        if renewal:
            if rounds.renew < 0:
                continue
            which = rounds.renew_round
        first, last = rounds.first[which], rounds.last[which]
        if renewal:
            first, last = rounds.renew, rounds.renew + 1
            mark_renewals(rounds, start, end, s, f, memory.mask, memory.rank)
        else:
            mark(table, rounds, which, start, end, t, w, luck, options, s, f, memory.u, memory.mask, memory.rank)
        count = memory.count[group, which]
        choose(table, rounds, first, last, later, start, end, count, groups.limit[group, which], budget, memory.mask, memory.rank, work)
        hand_out(table, rounds, which, first, last, later, start, end, t, s, f, memory.mask, memory.rank, work, served)
        settle(rounds, first, last, work, budget, memory.n, count, spending, paid)
        if memory.chosen.shape[0] > 0:
            note_chosen(memory.mask, start, end, memory.chosen, t - (options.first_year - BASE_YEAR))


@step
def settle(rounds, first, last, work, budget, n, count, spending, paid):
    """Take what the served prefix costs from the budgets; note it by measure and fund."""
    for slot in range(first, last):
        measure = rounds.measure[slot]
        for place in range(rounds.funds.shape[1]):
            fund = rounds.funds[slot, place]
            if fund >= 0:
                if paid.shape[0] > 0:
                    paid[slot, fund] += min(work[NEED + slot - first, 0], budget[fund, 0])
                for i in range(count.shape[0]):
                    take = min(work[NEED + slot - first, i], budget[fund, i])
                    work[NEED + slot - first, i] -= take
                    budget[fund, i] -= take
                    n[PAID + fund, i] += take
                    spending[measure, fund, i] += take
    for i in range(count.shape[0]):
        count[i] = work[COUNT, i]


@step
def note_chosen(mask, start, end, chosen, year):
    """Keep what lane 0 was given, for the fixed plan. After `hand_out` the mask holds only what was served."""
    for household in range(start, end):
        chosen[household, year] |= np.int64(mask[household - start, 0])


@step
def run_plan(table, rounds, start, end, t, year, memory, offset, spending, served):
    """Step 4 under a given plan; what it spends, by fund, into n[PAID]."""
    budget, stopped = memory.n[BUDGET : BUDGET + PLANNED_FUNDS], memory.n[STOPPED : STOPPED + PLANNED_FUNDS]
    for fund in range(PLANNED_FUNDS):
        for i in range(budget.shape[1]):
            memory.n[PAID + fund, i] = budget[fund, i]
    begin_planned(table, rounds, start, end, t, year, memory.s[offset:], memory.f[offset:], budget, stopped, spending, served)
    for fund in range(PLANNED_FUNDS):
        for i in range(budget.shape[1]):
            memory.n[PAID + fund, i] -= budget[fund, i]


@step
def living_share(table, start, end, heads, memory, offset):
    """The share of the group that runs a living industry project, into u[SHARE]."""
    living = memory.n[LIVING]
    for i in range(living.shape[0]):
        living[i] = 0
    for household in range(start, end):
        flags, weight = memory.f[offset + household - start, Word.FLAGS], table.weight[household]
        for i in range(living.shape[0]):
            living[i] += weight if (flags[i] & (Flag.HAS_INDUSTRY | Flag.INDUSTRY_FAILED)) == Flag.HAS_INDUSTRY else 0
    for i in range(living.shape[0]):
        memory.u[hh.SHARE, i] = np.float64(living[i]) / heads


@step
def run_income(table, start, end, t, y, w, price, luck, options, memory, offset, spending, ledger, out, traced):
    """Steps 5 to 12 and the counting of every household of a group."""
    u, n, stats = memory.u, memory.n, memory.t[y]
    for household in range(start, end):
        row = offset + household - start
        f, s = memory.f[row], memory.s[row]
        members, weight = table.members[household], table.weight[household]
        capable = 1 if table.labour_units[household] > 0.0 else 0
        draw_normals(table.key[household], luck, BASE_YEAR + t, SHOCKS, options, u[hh.SHOCKS :])
        hh.earn(f, s, w, u, price, table.property[household], table.transfer[household])
        hh.gain(f, s, w, u, price, t, np.float64(table.workers[household]))
        hh.protect(f, w, u, np.float64(members), table.social_heads[household], table.dibao[household], options.coverage_dibao)
        for i in range(luck.shape[0]):
            n[BEFORE, i] = f[Word.STATUS, i]
            social, dibao = np.int64(u[hh.LEFT, i]) * weight, np.int64(u[hh.X_DIBAO, i]) * weight
            spending[Measure.SOCIAL_SECURITY, Fund.SOCIAL, i] += social
            spending[Measure.DIBAO, Fund.SOCIAL, i] += dibao
            for kind in (Ledger.ENTITLED, Ledger.COMMITTED, Ledger.SPENT):
                ledger[SOCIAL_ACCOUNT, kind, i] += social + dibao
        school, medical, housing = table.school[household], table.medical[household], table.housing[household]
        hh.judge(f, w, u, t, capable, school, medical, housing, options)
        people = members * weight
        count_village(f, u, stats, people, weight, table.registered[household])
        if table.registered[household] == 1:
            count_register(f, w, u, stats, people, weight, capable, school, medical, n[BEFORE])
            count_incomes(u, out.incomes[y], people)
        count_household(f, w, u, out.households[household, y], options.valid)
        if traced:
            trace_household(f, w, u, memory.trace[household, y], school, medical, housing, options)


@step
def project_group(table, groups, rounds, village, group, world, price, luck, options, labour, memory, offset, out, years):
    """All years of one group of one village: what one draw can not see beyond."""
    start, end = groups.start[group], groups.end[group]
    traced = memory.trace.shape[0] > 0
    for y in range(years):
        t = options.start_year + y - BASE_YEAR
        calendar = options.start_year + y
        w = world[y]
        draw_normals(groups.village_key[village], luck, calendar, VILLAGE, options, memory.u)
        for i in range(luck.shape[0]):
            memory.u[hh.LOCAL, i] = factor(w[W.SD_VILLAGE, i], memory.u[0, i])
        draw_uniforms(groups.village_key[village], luck, 0, OPERATOR, options, memory.u)
        for i in range(luck.shape[0]):
            memory.u[hh.OPERATOR, i] = asset_shares.operator(memory.u[0, i], w[W.OPERATOR_CHANCE, i], w[W.OPERATOR_HALF, i])
            memory.local[y, i] = memory.u[hh.LOCAL, i]
        quota, balance = groups.quota[group, y], memory.balance[group]
        credit(quota, balance, w[W.ABSORPTION], memory.n)
        run_running(table, start, end, t, w, luck, options, labour, memory, offset)
        paid = memory.paid[group, y] if memory.paid.shape[0] > 0 else memory.nothing
        if rounds.plan_fen.shape[0] > 0:
            run_plan(table, rounds, start, end, t, calendar - options.first_year, memory, offset, out.spending[y], out.served[y])
        else:
            run_rounds(table, groups, rounds, group, t, w, luck, options, memory, offset, out.spending[y], out.served[y], paid)
        for fund in range(PLANNED_FUNDS):
            for i in range(luck.shape[0]):
                memory.spent[y, i] += memory.n[PAID + fund, i]
        carried = memory.group_trace[group, y] if traced else memory.no_ledger
        carry(quota, balance, calendar, memory.n, out.ledger[y], carried)
        if options.frozen == 0:
            living_share(table, start, end, np.float64(groups.heads[group]), memory, offset)
            run_income(table, start, end, t, y, w, price[y], luck, options, memory, offset, out.spending[y], out.ledger[y], out, traced)


@kernel
def project_block(table, groups, rounds, first_village, last_village, world, prices, luck, options, labour, memory, out):
    """Project villages first..last in one block of draws; adds to `out`. memory.keep: rows are kept, and hold the given start state."""
    years = world.shape[0]
    for village in range(first_village, last_village):
        clear(memory.spent)
        for y in range(years):
            clear(memory.t[y])
        for group in range(groups.first[village], groups.last[village]):
            start, end = groups.start[group], groups.end[group]
            offset = start if options.keep == 1 else 0
            if options.started == 0:
                open_group(table, start, end, world, luck, options, memory, offset)
                clear(memory.balance[group])
                clear(memory.count[group])
            project_group(
                table,
                groups,
                rounds,
                village,
                group,
                world,
                prices[groups.prefecture[village]],
                luck,
                options,
                labour,
                memory,
                offset,
                out,
                years,
            )
        if options.frozen == 0:
            for y in range(years):
                close_village(
                    memory.t[y], world[y], memory.local[y], memory.spent[y], out, village, y, groups, options.tolerated, options.valid
                )

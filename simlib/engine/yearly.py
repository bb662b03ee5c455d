"""A year of all households of a group: steps 2 and 3, then 5 to 12 and the counting, one household after the other (docs/model.md, 3)."""

import numpy as np

from simlib.compiled import stage, step
from simlib.engine.accounts import pay_by_right
from simlib.engine.arrays import Groups, Lanes, Luck, Memory, Options, Out, Rounds, Table
from simlib.engine.counted import Sign, Stat, Trace
from simlib.engine.earning import earn, earn_quietly, earn_wage
from simlib.engine.gains import gain_jobs, gain_land, gain_loan, gain_pay, gain_project, gain_shares, gain_uplift, staked
from simlib.engine.judging import judge, protect, report
from simlib.engine.luck import (
    EVENTS,
    HOLDINGS,
    JOBS,
    SHOCKS,
    moment,
)
from simlib.engine.rows import clear, row
from simlib.engine.running import enter, recheck, renew, run_holdings, run_jobs, run_project, strike, strike_ill
from simlib.engine.scratch import (
    COLLECTIVE,
    STRUCK,
    TOTAL,
    X_BUSINESS,
    X_WAGE,
)
from simlib.engine.serving import LIVING, SPARE, only_sum, slots_with
from simlib.engine.state import (
    BASE_YEAR,
    LABOUR_PARTS,
    Flag,
    Measure,
    Stake,
    Village,
)
from simlib.engine.tally import (
    MOST_COUNTED,
    add_constant,
    add_money,
    count_candidate,
    count_gap,
    count_household,
    count_incomes,
    count_marks,
    count_money,
    count_moves,
    count_sign,
    count_signs,
    count_sources,
    count_without,
    transfer,
)
from simlib.engine.trace import trace_household, trace_own, trace_quiet_sources, write

# ---- steps 2 to 4


@step
def run_on(table, rounds, household, at, t, w, luck, options, f, u, notes, living, holds, lanes):
    """Steps 2 and 3 of one household: entry, events, projects, land, loans and jobs of the year t. holds: whether it may let or borrow."""
    key, units, idle = table.key[household], table.labour_units[household], table.idle[household]
    if table.registered[household] == 0:
        enter(f, at, w, lanes)
    elif options.recheck == t:
        recheck(f, at, lanes)
    if units > 0.0 or table.wage[household] != 0.0 or table.business[household] != 0.0:
        strike(key, luck, moment(BASE_YEAR + t, EVENTS), options, w, u, notes, lanes)
    else:
        strike_ill(key, luck, moment(BASE_YEAR + t, EVENTS), options, w, notes, lanes)
    renew(f, at, notes, t, options.retention, lanes)
    if units > 0.0:
        parts = np.int64(np.floor(units * LABOUR_PARTS + 0.5))
        run_project(f, at, notes, parts, rounds.labour_of[Measure.INDUSTRY], table.weight[household], living, lanes)
    if holds:
        when = moment(BASE_YEAR + t, HOLDINGS)
        run_holdings(f, at, key, luck, when, options, w, t, rounds.labour_of[Measure.MICROCREDIT], lanes)
    if idle > 0:
        run_jobs(f, at, key, luck, moment(BASE_YEAR + t, JOBS), options, w, t, idle, lanes)


@step
def may_hold(rounds, may, open_ended):
    """Whether a household may come to let land or to borrow."""
    return open_ended or may & (slots_with(rounds, Measure.LAND_TRANSFER) | slots_with(rounds, Measure.MICROCREDIT)) != 0


@step
def is_open_ended(rounds, options):
    """Whether what households hold need not be what these rounds give."""
    return options.started == 1 or rounds.plan_start.shape[0] > 0


@stage
def run_all_on(
    table: Table,
    rounds: Rounds,
    start: int,
    end: int,
    t: int,
    w: Lanes,
    luck: Luck,
    options: Options,
    memory: Memory,
    offset: int,
    lanes: int,
) -> None:
    """Steps 2 and 3 of every household of a group: in the first year; later ones follow at once on a household's year before."""
    clear(memory.n, LIVING, LIVING + 1, lanes)
    for household in range(start, end):
        at, holds = offset + household - start, may_hold(rounds, table.may[household], is_open_ended(rounds, options))
        living = row(memory.n, LIVING)
        run_on(table, rounds, household, at, t, w, luck, options, memory.f, memory.u, memory.notes, living, holds, lanes)


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
    village: int,
    group: int,
    t: int,
    y: int,
    world: Lanes,
    price: Lanes,
    luck: Luck,
    options: Options,
    memory: Memory,
    offset: int,
    out: Out,
    lanes: int,
) -> None:
    """Steps 5 to 12 and the counting of every household of a group; then steps 2 and 3 of next year, while its numbers are at hand."""
    s, f, k, u, n, notes, c = memory.s, memory.f, memory.k, memory.u, memory.n, memory.notes, memory.c
    start, end, stats, surplus = groups.start[group], groups.end[group], memory.t[y], lanes - options.valid
    shocks, later = moment(BASE_YEAR + t, SHOCKS), 0 if t == options.first_year - BASE_YEAR else 1
    open_ended, trace, tracing = is_open_ended(rounds, options), memory.trace, memory.trace.shape[0] > 0
    shares_bits, posts_bits = slots_with(rounds, Measure.ASSET_SHARES), slots_with(rounds, Measure.PUBLIC_POST)
    projects_bits, local_bits = slots_with(rounds, Measure.INDUSTRY), slots_with(rounds, Measure.LOCAL_JOBS)
    land_bits, loan_bits = slots_with(rounds, Measure.LAND_TRANSFER), slots_with(rounds, Measure.MICROCREDIT)
    lifts = groups.is_poor[village] == 1 and (rounds.village_share[Village.ECOMMERCE] > 0.0 or rounds.village_share[Village.SERVICES] > 0.0)
    moves = options.by_reported == 1 or options.recheck > 0
    w, goes_on, pending = world[y], y + 1 < world.shape[0], 0
    schooled, insured, housed = 0, 0, 0
    clear(n, LIVING, LIVING + 1, lanes)
    for household in range(start, end):
        at, key, units = offset + household - start, table.key[household], table.labour_units[household]
        members, weight, registered = table.members[household], table.weight[household], table.registered[household]
        may, place = table.may[household], household * trace.shape[1] + y
        wage, business = table.wage[household], table.business[household]
        if wage == 0.0 and business == 0.0:
            clear(u, X_WAGE, X_BUSINESS + 1, lanes)
        elif options.quiet == 1:
            earn_quietly(s, at, w, u, price, lanes)
        elif business == 0.0:
            earn_wage(s, f, at, key, luck, shocks, options, w, u, lanes)
        else:
            earn(s, f, at, key, luck, shocks, options, w, u, price, lanes)
        if tracing:
            trace_own(s, at, u, trace, place, wage != 0.0 or business != 0.0, lanes)
        if table.idle[household] > 0:
            gain_jobs(f, at, w, u, 1.0 / np.float64(table.workers[household]), lanes)
        if tracing:
            write(trace, place, Trace.WITH_JOBS, row(u, X_WAGE), lanes)
        if open_ended or may & posts_bits != 0:
            known = only_sum(table, household, posts_bits, later, open_ended)
            gain_pay(f, at, u, Flag.HAS_POST, staked(k, at, Stake.POST, known, u, lanes), lanes)
        if tracing:
            write(trace, place, Trace.WITH_POST, row(u, X_WAGE), lanes)
        if open_ended or may & local_bits != 0:
            known = only_sum(table, household, may & local_bits, later, open_ended)
            gain_pay(f, at, u, Flag.HAS_LOCAL, staked(k, at, Stake.LOCAL, known, u, lanes), lanes)
        if tracing:
            write(trace, place, Trace.WITH_LOCAL, row(u, X_WAGE), lanes)
        if lifts:
            gain_uplift(u, lanes)
        if tracing:
            write(trace, place, Trace.WITH_UPLIFT, row(u, X_BUSINESS), lanes)
        rents = 1 if (open_ended and table.land[household] > 0.0) or may & land_bits != 0 else 0
        if rents == 1:
            gain_land(f, at, w, u, table.land[household], t, lanes)
        if tracing:
            write(trace, place, Trace.WITH_LAND, row(u, X_BUSINESS), lanes)
        projects = 1 if open_ended or may & projects_bits != 0 else 0
        if projects == 1:
            known = only_sum(table, household, may & projects_bits, later, open_ended or projects_bits & rounds.divided != 0)
            gain_project(f, at, w, u, staked(k, at, Stake.INDUSTRY, known, u, lanes), price, t, lanes)
        if tracing:
            write(trace, place, Trace.WITH_PROJECT, row(u, X_BUSINESS), lanes)
        if open_ended or may & loan_bits != 0:
            known, charged = only_sum(table, household, may & loan_bits, later, open_ended), row(stats, Stat.RESERVE_FEN)
            principal = staked(k, at, Stake.LOAN, known, u, lanes)
            gain_loan(f, at, w, u, principal, t, options.loan_years, weight, charged, lanes)
        if tracing:
            write(trace, place, Trace.WITH_LOAN, row(u, X_BUSINESS), lanes)
        shares = 1 if open_ended or may & shares_bits != 0 else 0
        if shares == 1:
            known = only_sum(table, household, may & shares_bits, later, open_ended or shares_bits & rounds.divided != 0)
            gain_shares(f, at, w, u, staked(k, at, Stake.SHARES, known, u, lanes), t, lanes)
        prop, transfers, dibao = table.property[household], table.transfer[household], table.dibao[household]
        heads, paid, whole = table.social_heads[household], table.contributors[household], np.float64(members)
        if tracing:
            trace_quiet_sources(f, at, w, u, trace, place, rents, shares, prop, transfers, heads, paid, lanes)
        protect(f, at, w, u, rents, shares, whole, prop, transfers, heads, paid, dibao, options.coverage_dibao, lanes)
        pay_by_right(u, n, np.float64(weight) / rounds.weight_unit, lanes)
        school, medical, housing = table.school[household], table.medical[household], table.housing[household]
        capable, people = (1 if units > 0.0 else 0), members * weight
        report(f, at, w, u, projects, medical, whole, options, lanes)
        judge(f, at, w, u, notes, t, capable, school, medical, housing, table.pension_known[household], registered, options, lanes)
        if pending + people > MOST_COUNTED:
            transfer(c, stats, lanes)
            pending = 0
        pending += people
        if shares == 1:
            add_money(u, COLLECTIVE, stats, Stat.COLLECTIVE_FEN, weight, lanes)
        if registered == 1:
            count_signs(notes, c, people, weight, capable, lanes)
            count_marks(notes, c, people, weight, capable, lanes)
            if y > 0 or moves or options.started == 1:
                count_moves(notes, c, people, lanes)
            if capable == 0:
                count_without(notes, c, people, weight, lanes)
            if school == 1:
                schooled += people
            elif options.schooling == 1:
                count_sign(notes, c, Stat.SCHOOL, Sign.ENROLLED, people, lanes)
            if medical == 1:
                insured += people
            elif options.medical == 1:
                count_sign(notes, c, Stat.MEDICAL, Sign.ENROLLED, people, lanes)
            if housing == 1:
                housed += people
            else:
                count_sign(notes, c, Stat.HOUSED, Sign.SAFE, people, lanes)
                count_sign(notes, c, Stat.MADE_SAFE, Sign.SAFE, people, lanes)
            if rents == 1 or min(wage, business, prop, transfers) < 0.0 or may & loan_bits != 0 or lifts or open_ended:
                count_sign(notes, c, Stat.FLOORED, Sign.BELOW_ZERO, people, lanes)
            count_gap(w, u, stats, people, lanes)
            count_incomes(u, row(notes, STRUCK), row(n, SPARE), people, out.incomes, y, lanes)
        else:
            count_candidate(f, at, c, people, lanes)
            add_money(u, TOTAL, stats, Stat.TOTAL_FEN, weight, lanes)
        if out.households.shape[0] > 0:
            sums = out.households[household, y]
            count_money(u, stats, sums, weight * registered, capable, lanes, surplus)
            count_household(u, notes, sums, lanes, surplus)
        else:
            count_sources(u, stats, weight * registered, capable, lanes)
        if tracing:
            trace_household(f, at, u, notes, trace, place, t, school, medical, options, lanes)
        if goes_on:
            living, holds = row(n, LIVING), may_hold(rounds, may, open_ended)
            run_on(table, rounds, household, at, t + 1, world[y + 1], luck, options, f, u, notes, living, holds, lanes)
    transfer(c, stats, lanes)
    add_constant(stats, Stat.SCHOOL, schooled, lanes)
    add_constant(stats, Stat.MEDICAL, insured, lanes)
    add_constant(stats, Stat.HOUSED, housed, lanes)

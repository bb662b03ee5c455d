"""What each step of the kernel costs, ns a household-year: every step alone, over the households of one village, in a real year's state."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from benchmarks.clock import in_turn
from simlib.compiled import kernel
from simlib.engine import asking, earning, gains, handing, judging, opening, running
from simlib.engine import choose as ch
from simlib.engine import scratch as sc
from simlib.engine import tally as ta
from simlib.engine import yearly as ye
from simlib.engine.accounts import pay_by_right
from simlib.engine.arrays import Out
from simlib.engine.blocks import by_lane, by_place, future_of, memory_for, parts, run_block
from simlib.engine.draws import draw_table
from simlib.engine.luck import EVENTS, HOLDINGS, JOBS, SHOCKS, moment
from simlib.engine.pack import Packed
from simlib.engine.rows import LANES, row
from simlib.engine.serving import LIVING, SPARE
from simlib.engine.state import LABOUR_PARTS, WORDS, Flag, Measure, Stake, Word

YEAR = 2017  # the second: measures run, and money is short in some lanes
T = YEAR - 2015
TAKEN = LABOUR_PARTS // 2
TIMES = 40


@kernel
def open_one(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """The base year: income, consent, what persists."""
    opening.open_group(table, start, end, w, luck, options, m, 0, luck.shape[0])


@kernel
def run_on(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Steps 2 and 3: entry, events, projects, land and loans, jobs."""
    for household in range(start, end):
        at = household - start
        ye.run_on(table, rounds, household, at, T, w, luck, options, m.f, m.u, m.notes, row(m.n, LIVING), True, luck.shape[0])


@kernel
def strike(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Of these: four events."""
    for household in range(start, end):
        running.strike(table.key[household], luck, moment(YEAR, EVENTS), options, w, m.u, m.notes, luck.shape[0])


@kernel
def jobs(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Of these: jobs."""
    for household in range(start, end):
        running.run_jobs(m.f, household - start, table.key[household], luck, moment(YEAR, JOBS), options, w, T, 2, luck.shape[0])


@kernel
def holdings(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Of these: land and loans."""
    for household in range(start, end):
        when = moment(YEAR, HOLDINGS)
        running.run_holdings(m.f, household - start, table.key[household], luck, when, options, w, T, TAKEN, luck.shape[0])


@kernel
def ask(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Who asks in a round of one measure, and what that would cost."""
    for household in range(start, end):
        at, lanes = household - start, luck.shape[0]
        mask, left = row(m.mask, at), row(m.f, at * WORDS + Word.LABOUR)
        asking.ask(m.f, at, left, TAKEN, np.int32(1), np.int32(1), np.int32(4), True, mask, lanes)
        ch.add_asked(table.cost[household, :, 1], 0, 1, mask, 1, False, m.n, m.b, lanes)


@kernel
def narrow(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """One pass over all who ask, to narrow the bracket."""
    for k in range(end - start):
        m.who[k] = k
    ch.add_between(
        table.cost, start, 1, table.weight, m.who, end - start, m.mask, m.f, WORDS, Word.INCOME, 0, 1, False, m.n, m.b, luck.shape[0]
    )


@kernel
def hand_over(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Handing one measure to those served."""
    for household in range(start, end):
        at, lanes = household - start, luck.shape[0]
        mask = row(m.mask, at)
        if handing.keep_served(at, row(m.f, at * WORDS + Word.INCOME), mask, m.b, lanes):
            handing.hand_over(m.f, at, mask, np.int32(1), Measure.INDUSTRY, TAKEN, 1, T, row(m.n, SPARE), 1, lanes)


@kernel
def earn(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Steps 5 and 6 with wages and business: three normals, three exponentials."""
    for household in range(start, end):
        at, key, price = household - start, table.key[household], row(m.u, sc.COMMON)
        earning.earn(m.s, m.f, at, key, luck, moment(YEAR, SHOCKS), options, w, m.u, price, luck.shape[0])


@kernel
def gain_jobs(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Step 7: jobs after training."""
    for household in range(start, end):
        gains.gain_jobs(m.f, household - start, w, m.u, 0.5, luck.shape[0])


@kernel
def gain_post(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Step 7: a public post; day work costs the same."""
    for household in range(start, end):
        at, lanes = household - start, luck.shape[0]
        gains.gain_pay(m.f, at, m.u, Flag.HAS_POST, gains.staked(m.k, at, Stake.POST, 9000.0, m.u, lanes), lanes)


@kernel
def gain_project(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Step 7: an industry project."""
    for household in range(start, end):
        at, lanes, price = household - start, luck.shape[0], row(m.u, sc.COMMON)
        gains.gain_project(m.f, at, w, m.u, gains.staked(m.k, at, Stake.INDUSTRY, 20000.0, m.u, lanes), price, T, lanes)


@kernel
def gain_shares(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Step 7: asset shares."""
    for household in range(start, end):
        at, lanes = household - start, luck.shape[0]
        gains.gain_shares(m.f, at, w, m.u, gains.staked(m.k, at, Stake.SHARES, 15000.0, m.u, lanes), T, lanes)


@kernel
def gain_uplift(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Step 7: online sales and village services."""
    for _ in range(start, end):
        gains.gain_uplift(m.u, luck.shape[0])


@kernel
def gain_land(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Step 7: land let."""
    for household in range(start, end):
        gains.gain_land(m.f, household - start, w, m.u, 3.0, T, luck.shape[0])


@kernel
def gain_loan(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Step 7: a loan."""
    for household in range(start, end):
        at, lanes = household - start, luck.shape[0]
        lent = gains.staked(m.k, at, Stake.LOAN, 30000.0, m.u, lanes)
        gains.gain_loan(m.f, at, w, m.u, lent, T, options.loan_years, 1, row(m.n, SPARE), lanes)


@kernel
def protect(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Steps 8 to 10: social security, dibao, fen."""
    for household in range(start, end):
        at, lanes = household - start, luck.shape[0]
        judging.protect(m.f, at, w, m.u, 1, 1, 3.0, 100.0, table.transfer[household], 1.0, 2.0, 0.0, 1, lanes)
        pay_by_right(m.u, m.n, 1.0, lanes)


@kernel
def judge(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Steps 10 to 12: reported income, guarantees, exit, re-entry, the score sheet."""
    for household in range(start, end):
        at, lanes = household - start, luck.shape[0]
        judging.report(m.f, at, w, m.u, 1, 1, 3.0, options, lanes)
        judging.judge(m.f, at, w, m.u, m.notes, T, 1, 1, 1, 0, 1, 1, options, lanes)


@kernel
def count(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Counting for the village: people, income by source, gaps."""
    for _ in range(start, end):
        lanes = luck.shape[0]
        ta.count_signs(m.notes, m.c, 3, 1, 1, lanes)
        ta.count_marks(m.notes, m.c, 3, 1, 1, lanes)
        ta.count_sources(m.u, m.t[0], 1, 1, lanes)
        ta.count_gap(w, m.u, m.t[0], 3, lanes)


@kernel
def bins(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Counting for the histogram of incomes: one scattered addition a lane."""
    for _ in range(start, end):
        ta.count_incomes(m.u, row(m.notes, sc.STRUCK), row(m.n, SPARE), 3, world, 0, luck.shape[0])


@kernel
def own(table, start, end, world, w, luck, options, m, rounds):  # type: ignore[no-untyped-def]  # compiled
    """Counting for the household itself: sums over lanes."""
    for _ in range(start, end):
        lanes = luck.shape[0]
        ta.count_money(m.u, m.t[0], m.who, 1, 1, lanes, 0)
        ta.count_household(m.u, m.notes, m.who, lanes, 0)


STEPS: dict[str, Callable[..., None]] = {
    "open: income, consent, what persists (once)": open_one,
    "run on: entry, events, projects, land, loans, jobs": run_on,
    "  of these the four events": strike,
    "  of these the jobs": jobs,
    "  of these land and loans": holdings,
    "ask: who would get a measure": ask,
    "narrow: one pass of a bracket": narrow,
    "hand over one measure": hand_over,
    "earn: 3 normals, 3 exponentials": earn,
    "gain: training and transfer jobs": gain_jobs,
    "gain: public posts, or day work": gain_post,
    "gain: industry projects, expected yields too": gain_project,
    "gain: asset shares": gain_shares,
    "gain: online sales and village services": gain_uplift,
    "gain: land let": gain_land,
    "gain: loans": gain_loan,
    "protect: social security, dibao, fen": protect,
    "judge: reports, guarantees, exit, re-entry, score sheet": judge,
    "count for the village": count,
    "count into the histogram": bins,
    "count for the household": own,
}


class Price(NamedTuple):
    """What a step costs."""

    step: str
    ns: float


def prices(packed: Packed, repeat: int) -> Iterator[Price]:
    """Each step over one group of households, in the state that a projected year has left. The largest group below 200 households."""
    draws = draw_table(packed.facts, packed.scenario, LANES, 1)
    future, memory = future_of(packed, draws, packed.years, 0, LANES), memory_for(packed, len(packed.years))
    out = Out(**by_lane(packed, len(packed.years)), **by_place(packed, len(packed.years)))
    run_block(packed, future, parts(packed)[0], memory, out)
    groups = packed.groups
    size = groups.end - groups.start
    group = int(np.argmax(np.where(size < 200, size, 0)))
    start, end, w = int(groups.start[group]), int(groups.end[group]), future.world[1]
    arguments = (packed.table, start, end, out.incomes, w, future.luck, future.options, memory, packed.rounds)

    def again(step: Callable[..., None]) -> Callable[[], None]:
        def work() -> None:
            for _ in range(TIMES):
                step(*arguments)

        return work

    taken_s = in_turn({name: again(step) for name, step in STEPS.items()}, repeat)
    for name, one in taken_s.items():
        yield Price(name, 1e9 * one.cpu / (TIMES * (end - start) * LANES))

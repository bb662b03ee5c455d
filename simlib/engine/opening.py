"""The base year: what a household brings, and what its persistent numbers decide for all years (docs/model.md, 2)."""

import numpy as np

from simlib.compiled import aside, rule, stage, step
from simlib.engine.arrays import Lanes, Luck, Memory, Options, Table
from simlib.engine.luck import MASK, PERSISTENT, PERSISTENT_MORE, SHIFT, WILLING, exp, moment, philox, uniform
from simlib.engine.rows import row
from simlib.engine.slots import World as W
from simlib.engine.state import CHOSEN, CONSENTED, FIELDS, INCOME_CLIP, WORDS, Fate, Field, Measure, Status, Word
from simlib.measures import training

WISHES, REFUSED_BY_NOBODY = 2**CONSENTED - 1, 2**CHOSEN - 2**CONSENTED
LAND, CREDIT = int(Fate.WILLING) << int(Measure.LAND_TRANSFER), int(Fate.WILLING) << int(Measure.MICROCREDIT)


@step
def start_household(f, at, income, status, lanes):
    """Last year's income and the register's status; nothing is held yet."""
    before, flags, dates = row(f, at * WORDS + Word.INCOME), row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES)
    done, more = row(f, at * WORDS + Word.DONE), row(f, at * WORDS + Word.MORE_DATES)
    for i in range(lanes):
        before[i], flags[i], dates[i], done[i] = np.int32(income), np.int32(status), np.int32(0), np.int32(0)
        more[i] = np.int32(0)


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
def decide_more(f, at, key, luck, options, w, lanes):
    """What the second word of persistent numbers settles: who was listed wrongly, and who would let land or borrow."""
    low, high, when = key & MASK, key >> SHIFT, moment(0, PERSISTENT_MORE)
    fate, wrongly, share, takeup = row(f, at * WORDS + Word.FATE), row(w, W.MISLISTED), row(w, W.WILLING), row(w, W.MICROCREDIT_TAKEUP)
    for i in range(lanes):
        w0, w1, w2, _ = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        bits = (LAND if uniform(w0) < share[i] else 0) | (CREDIT if uniform(w1) < takeup[i] else 0)
        fate[i] |= np.int32(bits | (Fate.LISTED_WRONGLY if uniform(w2) < wrongly[i] else 0))


@rule
def wishes_of(w0, w1, w2, w3, share):
    """Bits of FATE: industry, training, public post and asset shares, each accepted where its number is below the share."""
    bits = (1 if uniform(w0) < share else 0) | (2 if uniform(w1) < share else 0)
    bits |= (4 if uniform(w2) < share else 0) | (8 if uniform(w3) < share else 0)
    return bits * Fate.WILLING


@step
def consent(f, at, key, luck, options, w, known, wishes, lanes):
    """Which measures a household would accept: as the register has it, else drawn; what nobody refuses always."""
    fate, share = row(f, at * WORDS + Word.FATE), row(w, W.WILLING)
    if known == 1:
        accepts = np.int32((wishes & WISHES | REFUSED_BY_NOBODY) * Fate.WILLING)
        drawn = np.int32(~(LAND | CREDIT))
        for i in range(lanes):
            fate[i] = (fate[i] & drawn) | accepts
        return
    low, high, when, always = key & MASK, key >> SHIFT, moment(0, WILLING), np.int32(REFUSED_BY_NOBODY * Fate.WILLING)
    for i in range(lanes):
        w0, w1, w2, w3 = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        fate[i] |= np.int32(wishes_of(w0, w1, w2, w3, share[i]) | always)


@aside
def persuade(f, at, key, luck, options, w, mask, bit, lanes):
    """Work on attitudes, where the mask has its bit: who responds accepts what it would accept under the higher share."""
    low, high, fate = key & MASK, key >> SHIFT, row(f, at * WORDS + Word.FATE)
    share, response = row(w, W.WILLING_AFTER), row(w, W.MINDSET_RESPONSE)
    first, second = moment(0, WILLING), moment(0, PERSISTENT_MORE)
    for i in range(lanes):
        w0, w1, w2, w3 = philox(low, high, luck[i], first, options.seed_low, options.seed_high)
        land, _, _, responds = philox(low, high, luck[i], second, options.seed_low, options.seed_high)
        accepts = np.int32(wishes_of(w0, w1, w2, w3, share[i]) | (LAND if uniform(land) < share[i] else 0))
        changes = ((mask[i] & bit) != 0) & (uniform(responds) < response[i])
        fate[i] |= accepts if changes else np.int32(0)


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
        if options.asks_more == 1:
            decide_more(f, at, key, luck, options, w, lanes)
        consent(f, at, key, luck, options, w, table.willing_known[household], table.willing[household], lanes)

"""Steps 2 and 3 of one household's year, for a whole row of draws: what runs on from last year (docs/model.md, 3).

Every function walks the lanes once and does the same work in each. What a household can never have (a job without a worker, a shock on
income that it lacks) is decided by its caller, once for all lanes, and not walked at all. Numbers are loaded before they are chosen
between: a choice of addresses would keep the compiler from working on several lanes at once.
"""

import numpy as np

from simlib.compiled import rule, step
from simlib.engine.holdings import date, has_living_project, status_of, took_course, with_date, with_status
from simlib.engine.luck import MASK, SHIFT, philox, uniform
from simlib.engine.rows import row
from simlib.engine.scratch import FAILURE, STRUCK
from simlib.engine.slots import World as W
from simlib.engine.state import (
    COVERAGES,
    LABOUR_PARTS,
    MOST_KEPT,
    WORDS,
    Date,
    Fate,
    Flag,
    Measure,
    MoreDate,
    Status,
    Word,
)
from simlib.measures import microcredit, training

HELPS = np.int32(int(Flag.BEGUN) * (2 ** int(Measure.MINDSET) - 1))  # begun this year: every measure but work on attitudes


@rule
def is_supported(status, exit_year, t, retention):
    """On the register, or out of it and still within the retention. Clause 二(四)."""
    return (status == Status.IN) | (status == Status.REENTERED) | ((status == Status.EXITED) & (t <= exit_year + retention))


# ---- steps 2 and 3: what runs on from last year


@step
def enter(f, at, w, lanes):
    """Step 2: a candidate whose income fell under the identification line is registered."""
    income, flags = row(f, at * WORDS + Word.INCOME), row(f, at * WORDS + Word.FLAGS)
    line = row(w, W.IDENTIFICATION_BEFORE_FEN)
    for i in range(lanes):
        enters = (status_of(flags[i]) == Status.CANDIDATE) & (income[i] < line[i])
        flags[i] = np.int32(with_status(flags[i], Status.IN)) if enters else flags[i]


@step
def recheck(f, at, lanes):
    """Step 2 of the year in which the register is reviewed: who was listed wrongly and is in is removed, and a candidate no more."""
    fate, flags = row(f, at * WORDS + Word.FATE), row(f, at * WORDS + Word.FLAGS)
    for i in range(lanes):
        goes = ((fate[i] & Fate.LISTED_WRONGLY) != 0) & (status_of(flags[i]) == Status.IN)
        flags[i] = np.int32(with_status(flags[i], Status.CANDIDATE)) if goes else flags[i]


@step
def strike(key, luck, when, options, w, u, notes, lanes):
    """This year's events as bits: illness, crop or animal loss, job loss, and whether a project would fail."""
    low, high = key & MASK, key >> SHIFT
    struck = row(notes, STRUCK)
    ill, crop, job, failure = row(w, W.ILLNESS_CHANCE), row(w, W.CROP_CHANCE), row(w, W.JOB_LOSS_CHANCE), row(u, FAILURE)
    for i in range(lanes):
        w0, w1, w2, w3 = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        bits = (Flag.ILL if uniform(w0) < ill[i] else 0) | (Flag.CROP_LOST if uniform(w1) < crop[i] else 0)
        bits |= (Flag.JOB_LOST if uniform(w2) < job[i] else 0) | (Flag.INDUSTRY_FAILED if uniform(w3) < failure[i] else 0)
        struck[i] = np.int32(bits)


@step
def strike_ill(key, luck, when, options, w, notes, lanes):
    """Illness alone, of those without anything that other events could hit."""
    low, high, struck, ill = key & MASK, key >> SHIFT, row(notes, STRUCK), row(w, W.ILLNESS_CHANCE)
    for i in range(lanes):
        w0, _, _, _ = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        struck[i] = np.int32(Flag.ILL if uniform(w0) < ill[i] else 0)


@step
def renew(f, at, notes, t, retention, lanes):
    """Step 3 of everybody: last year's flags give way to this year's; who is supported, who is enrolled, what struck."""
    flags, dates, fate = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES), row(f, at * WORDS + Word.FATE)
    struck = row(notes, STRUCK)
    keeps = np.int32(Flag.STATUS | Flag.HAS_INDUSTRY | Flag.INDUSTRY_FAILED | Flag.HAS_SHARES | Flag.BY_DIBAO)
    keeps |= np.int32(Flag.HAS_LAND | Flag.TENANT_LEFT | Flag.HAS_LOAN | Flag.HAS_HOUSE | Flag.HAS_MINDSET | Flag.HELPED)
    strikes = np.int32(Flag.ILL | Flag.CROP_LOST | Flag.JOB_LOST)
    coverage = np.int32(Fate.DIBAO << (min(t, COVERAGES) - 1))
    for i in range(lanes):
        supported = is_supported(status_of(flags[i]), date(dates[i], Date.EXIT), t, retention)
        now = (flags[i] & keeps) | (struck[i] & strikes)
        now |= Flag.SUPPORTED if supported else 0
        now |= Flag.HAD_POST if ((flags[i] & Flag.HAS_POST) != 0) & supported else 0
        now |= Flag.HELPED if (flags[i] & HELPS) != 0 else 0
        now |= Flag.ENROLLED if ((fate[i] & Fate.ENROLS) != 0) & supported else 0
        now |= Flag.DIBAO_ENROLLED if (fate[i] & coverage) != 0 else 0
        flags[i] = np.int32(now)


@step
def run_project(f, at, notes, units, taken, weight, living, lanes):
    """Step 3 of those with labour: a living project fails for good, or takes its labour and counts as living. units, taken: parts."""
    flags, labour, struck = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.LABOUR), row(notes, STRUCK)
    for i in range(lanes):
        lives, fails = has_living_project(flags[i]), (struck[i] & Flag.INDUSTRY_FAILED) != 0
        flags[i] = np.int32(flags[i] | (Flag.INDUSTRY_FAILED if lives & fails else 0))
        labour[i] = np.int32(units - (taken if lives & (not fails) else 0))
        living[i] += weight if lives & (not fails) else 0


@step
def run_holdings(f, at, key, luck, when, options, w, t, taken, lanes):
    """Step 3 of those who may let land or borrow: tenants leave, loans default, and a running one takes its labour (`taken`, parts)."""
    low, high = key & MASK, key >> SHIFT
    flags, dates, labour = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.MORE_DATES), row(f, at * WORDS + Word.LABOUR)
    leaves, defaults = row(w, W.TENANT_LEAVES), row(w, W.LOAN_DEFAULT)
    for i in range(lanes):
        w0, w1, _, _ = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        known, now = dates[i], flags[i]
        gone = ((now & Flag.HAS_LAND) != 0) & (date(known, MoreDate.LAND) < t) & (uniform(w1) < leaves[i])
        flags[i] = np.int32(now | (Flag.TENANT_LEFT if gone else 0))
        running = microcredit.runs(date(known, MoreDate.LOAN), t, options.loan_years) & (date(known, MoreDate.DEFAULT) == 0)
        fails = running & (uniform(w0) < defaults[i])
        dates[i] = with_date(known, MoreDate.DEFAULT, t) if fails else known
        labour[i] -= np.int32(taken) if running & (not fails) else np.int32(0)


@step
def run_jobs(f, at, key, luck, when, options, w, t, idle, lanes):
    """Step 3 of those with idle workers: jobs are kept or lost; an idle worker finds one, helped by last year's course."""
    low, high = key & MASK, key >> SHIFT
    dates, fate, labour = row(f, at * WORDS + Word.DATES), row(f, at * WORDS + Word.FATE), row(f, at * WORDS + Word.LABOUR)
    chance, added = row(w, W.JOB_CHANCE), row(w, W.TRAINING_ADDED)
    second = idle > 1
    for i in range(lanes):
        w0, w1, _, _ = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        known, left = dates[i], labour[i]
        began_0, began_1 = date(known, Date.PLACED_0), date(known, Date.PLACED_1)
        kept_0 = (began_0 > 0) & (min(t - began_0, MOST_KEPT) <= (fate[i] >> Fate.KEPT_0 & 7))
        kept_1 = (began_1 > 0) & (min(t - began_1, MOST_KEPT) <= (fate[i] >> Fate.KEPT_1 & 7))
        left = left - (LABOUR_PARTS if kept_0 else 0) - (LABOUR_PARTS if kept_1 else 0)
        finds = training.finds_job(uniform(w0), chance[i], added[i], took_course(known, Date.COURSE_0, t - 1))
        finds_0 = (began_0 == 0) & (left >= LABOUR_PARTS) & finds
        left = left - (LABOUR_PARTS if finds_0 else 0)
        finds = training.finds_job(uniform(w1), chance[i], added[i], took_course(known, Date.COURSE_1, t - 1))
        finds_1 = second & (began_1 == 0) & (left >= LABOUR_PARTS) & finds
        labour[i] = np.int32(left - (LABOUR_PARTS if finds_1 else 0))
        known = with_date(known, Date.PLACED_0, t if finds_0 else (began_0 if kept_0 else 0))
        dates[i] = with_date(known, Date.PLACED_1, t if finds_1 else (began_1 if kept_1 else 0))

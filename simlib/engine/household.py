"""One household's year, for a whole vector of draws: the numbered steps of docs/model.md, 3, between the choosing and the counting."""

import math

import numpy as np

from simlib.compiled import rule, step
from simlib.engine.holdings import date, has_living_project, with_date
from simlib.engine.luck import factor
from simlib.engine.state import INCOME_CLIP, Date, Field, Flag, Status, Word
from simlib.engine.state import World as W
from simlib.measures import asset_shares, dibao, industry, social_security, training

# Rows of the scratch array of a household, float64[row, lane].
EVENTS, JOBS, KEEP = 0, 4, 8  # four uniforms each
LOCAL, OPERATOR, SHARE = 12, 13, 14  # of the village: this year's factor, the operator's pay; of the group: living projects
X_WAGE, X_BUSINESS, X_PROPERTY, X_TRANSFER, X_DIBAO = 15, 16, 17, 18, 19  # yuan, then fen
COLLECTIVE, TOTAL, PC = 20, 21, 22  # yuan of the village; fen
SHOCKS, LEFT = 24, 28
ROWS = 32


@rule
def to_fen(yuan):
    """Fen of an amount in yuan, halves up: the twin of `simlib.money.to_fen` (docs/model.md, 0)."""
    return np.floor(yuan * 100.0 + 0.5)


@rule
def scaled(y, multiplier):
    """Good luck raises and bad luck lowers whatever the sign: y + |y| (m - 1)."""
    return y + abs(y) * (multiplier - 1.0)


@rule
def is_supported(status, exit_year, t, retention):
    """On the register, or out of it and still within the retention. Clause 二(四)."""
    return (status == Status.IN) | (status == Status.REENTERED) | ((status == Status.EXITED) & (t <= exit_year + retention))


@step
def running(f, s, w, u, t, options, labour_units, idle, industry_labour):
    """Steps 2 and 3: candidates enter; projects fail, jobs are kept or lost, idle workers find one; this year's luck becomes bits.

    u holds the household's uniforms: events, jobs and persistent numbers, from the rows EVENTS, JOBS, KEEP on;
    industry_labour: units that a project takes.
    """
    for i in range(u.shape[1]):
        status, flags, dates = f[Word.STATUS, i], f[Word.FLAGS, i], f[Word.DATES, i]
        enters = (status == Status.CANDIDATE) & (f[Word.INCOME, i] < w[W.IDENTIFICATION_BEFORE_FEN, i])
        status = np.int32(Status.IN) if enters else status
        supported = is_supported(status, date(dates, Date.EXIT), t, options.retention)

        lives = has_living_project(flags)
        fails = lives & (u[EVENTS + 3, i] < w[W.INDUSTRY_FAILURE, i])
        lives = lives & (not fails)
        began_0, began_1 = date(dates, Date.PLACED_0), date(dates, Date.PLACED_1)
        kept_0 = (began_0 > 0) & training.keeps_job(u[KEEP, i], w[W.JOB_KEPT, i], t - began_0)
        kept_1 = (began_1 > 0) & training.keeps_job(u[KEEP + 1, i], w[W.JOB_KEPT, i], t - began_1)
        labour = labour_units - (industry_labour if lives else 0.0) - (1.0 if kept_0 else 0.0) - (1.0 if kept_1 else 0.0)

        trained_0, trained_1 = date(dates, Date.COURSE_0), date(dates, Date.COURSE_1)
        finds = training.finds_job(u[JOBS, i], w[W.JOB_CHANCE, i], w[W.TRAINING_ADDED, i], (trained_0 > 0) & (trained_0 == t - 1))
        finds_0 = (idle > 0) & (began_0 == 0) & (labour >= 1.0) & finds
        labour = labour - (1.0 if finds_0 else 0.0)
        finds = training.finds_job(u[JOBS + 1, i], w[W.JOB_CHANCE, i], w[W.TRAINING_ADDED, i], (trained_1 > 0) & (trained_1 == t - 1))
        finds_1 = (idle > 1) & (began_1 == 0) & (labour >= 1.0) & finds
        labour = labour - (1.0 if finds_1 else 0.0)
        dates = with_date(dates, Date.PLACED_0, t if finds_0 else (began_0 if kept_0 else 0))
        dates = with_date(dates, Date.PLACED_1, t if finds_1 else (began_1 if kept_1 else 0))

        keeps = np.int32(Flag.HAS_INDUSTRY | Flag.INDUSTRY_FAILED | Flag.HAS_SHARES | Flag.BY_DIBAO | (15 * Flag.WILLING))
        now = (Flag.INDUSTRY_FAILED if fails else 0) | (Flag.SUPPORTED if supported else 0)
        now |= Flag.HAD_POST if ((flags & Flag.HAS_POST) != 0) & supported else 0
        now |= Flag.ILL if u[EVENTS, i] < w[W.ILLNESS_CHANCE, i] else 0
        now |= Flag.CROP_LOST if u[EVENTS + 1, i] < w[W.CROP_CHANCE, i] else 0
        now |= Flag.JOB_LOST if u[EVENTS + 2, i] < w[W.JOB_LOSS_CHANCE, i] else 0
        now |= Flag.ENROLLED if supported & (u[KEEP + 3, i] < w[W.SOCIAL_ENROLMENT, i]) else 0
        now |= Flag.DIBAO_ENROLLED if u[KEEP + 2, i] < w[W.DIBAO_COVERAGE, i] else 0
        f[Word.STATUS, i] = status
        f[Word.FLAGS, i] = (flags & keeps) | np.int32(now)
        f[Word.DATES, i] = dates
        s[Field.LABOUR, i] = labour
        s[Field.POST, i] = 0.0


@step
def earn(f, s, w, u, price, property_income, transfer_income):
    """Steps 5 and 6: structural income grows and takes its permanent shock; this year's luck makes it observed. u[SHOCKS..] are normals."""
    for i in range(u.shape[1]):
        grows = w[W.GROWTH, i] * factor(w[W.SD_PERMANENT, i], u[SHOCKS, i])
        s[Field.WAGE, i] = scaled(s[Field.WAGE, i], grows)
        s[Field.BUSINESS, i] = scaled(s[Field.BUSINESS, i], grows)
    for i in range(u.shape[1]):
        flags = f[Word.FLAGS, i]
        cover = w[W.MEDICAL_COVER, i] if (flags & Flag.ENROLLED) != 0 else 0.0
        common = w[W.PROVINCE, i] * u[LOCAL, i] * factor(w[W.SD_TRANSITORY, i], u[SHOCKS + 1, i])
        common *= social_security.illness((flags & Flag.ILL) != 0, w[W.ILLNESS_CHANCE, i], w[W.ILLNESS_LOSS, i], cover)
        lost_job = social_security.loss_factor((flags & Flag.JOB_LOST) != 0, w[W.JOB_LOSS_CHANCE, i], w[W.JOB_LOSS, i])
        lost_crop = social_security.loss_factor((flags & Flag.CROP_LOST) != 0, w[W.CROP_CHANCE, i], w[W.CROP_LOSS, i])
        business = common * factor(w[W.SD_BUSINESS, i], u[SHOCKS + 2, i]) * price[i] * lost_crop
        u[X_WAGE, i] = scaled(s[Field.WAGE, i], common * lost_job)
        u[X_BUSINESS, i] = scaled(s[Field.BUSINESS, i], business)
    for i in range(u.shape[1]):
        u[X_PROPERTY, i] = property_income * (w[W.GROWN_UP, i] if property_income > 0.0 else w[W.GROWN_DOWN, i])
        u[X_TRANSFER, i] = transfer_income * (w[W.GROWN_UP, i] if transfer_income > 0.0 else w[W.GROWN_DOWN, i])


@step
def gain(f, s, w, u, price, t, workers):
    """Step 7: each running measure, by its own rule, onto its source; the village's part of dividends into u[COLLECTIVE]."""
    for i in range(u.shape[1]):
        flags, dates = f[Word.FLAGS, i], f[Word.DATES, i]
        age = t - date(dates, Date.INDUSTRY)
        margin = industry.margin(w[W.INDUSTRY_MARGIN, i], w[W.SATURATION, i], u[SHARE, i], price[i])
        ramp = industry.ramp(age, w[W.RAMP_FIRST, i], w[W.RAMP_SECOND, i])
        alive = (flags & Flag.INDUSTRY_FAILED) == 0
        project = industry.gain(s[Field.INDUSTRY_CAPITAL, i], margin, ramp, alive, w[W.INDUSTRY_SALVAGE, i])
        wage, business = u[X_WAGE, i], u[X_BUSINESS, i]
        job = training.gain(w[W.JOB_PAY, i], wage, business, workers, w[W.BUSINESS_GIVEN_UP, i])
        jobs = (1.0 if date(dates, Date.PLACED_0) > 0 else 0.0) + (1.0 if date(dates, Date.PLACED_1) > 0 else 0.0)
        u[X_WAGE, i] = wage + job * jobs + (s[Field.POST, i] if (flags & Flag.HAS_POST) != 0 else 0.0)
        u[X_BUSINESS, i] = business + project
    for i in range(u.shape[1]):
        flags, bought = f[Word.FLAGS, i], date(f[Word.DATES, i], Date.SHARES)
        pays = ((flags & Flag.HAS_SHARES) != 0) & (bought < t)
        paid = asset_shares.dividend(s[Field.ASSET_CAPITAL, i], w[W.DIVIDEND, i], u[OPERATOR, i]) if pays else 0.0
        own = paid * w[W.HOUSEHOLD_SHARE, i] if (flags & Flag.SUPPORTED) != 0 else 0.0
        u[X_PROPERTY, i] += own
        u[COLLECTIVE, i] = paid - own


@step
def protect(f, w, u, members, social_heads, registered_dibao, coverage):
    """Steps 8 to 10: social security, then dibao, last; every source to fen, total and per head. Rows X_* hold fen afterwards."""
    for i in range(u.shape[1]):
        flags = f[Word.FLAGS, i]
        increment = social_security.increment(w[W.SOCIAL_INCREMENT, i], social_heads) if (flags & Flag.ENROLLED) != 0 else 0.0
        u[LEFT, i] = increment
        u[X_TRANSFER, i] += increment
        before = u[X_WAGE, i] + u[X_BUSINESS, i] + u[X_PROPERTY, i] + u[X_TRANSFER, i]
        enrolled = (registered_dibao > 0.0) | ((flags & Flag.DIBAO_ENROLLED) != 0)
        topped = dibao.top_up(w[W.DIBAO_LINE, i], members, before, enrolled)
        kept = dibao.registered_amount(registered_dibao, w[W.DIBAO_INDEX, i])
        u[X_DIBAO, i] = topped if coverage == 1 else kept
    for i in range(u.shape[1]):
        total = 0.0
        for source in range(X_WAGE, X_DIBAO + 1):
            u[source, i] = to_fen(u[source, i])
            total += u[source, i]
        u[COLLECTIVE, i] = to_fen(u[COLLECTIVE, i])
        u[LEFT, i] = to_fen(u[LEFT, i])  # social security, for the ledger
        u[TOTAL, i] = total
        u[PC, i] = math.floor(total / members + 0.5)


@rule
def reaches(pc_fen, line_fen):
    """An income equal to the line has reached it (不低于). The only place in the kernel where an income meets a line."""
    return pc_fen >= line_fen


@rule
def are_held(school, medical, housing, enrolled, options):
    """Whether every guarantee that an exit asks for holds: as registered, school and medical care by social security too. Clause 一(二)."""
    cared = ((school | enrolled) >= options.need_school) & ((medical | enrolled) >= options.need_medical)
    return cared & (housing >= options.need_housing)


@step
def judge(f, w, u, t, capable, school, medical, housing, options):
    """Steps 11 and 12: guarantees, exit by income or by dibao, re-entry; a household moves once a year."""
    for i in range(u.shape[1]):
        status, flags, dates = f[Word.STATUS, i], f[Word.FLAGS, i], f[Word.DATES, i]
        enrolled = 1 if (flags & Flag.ENROLLED) != 0 else 0
        held = are_held(school, medical, housing, enrolled, options)
        by_income = reaches(u[PC, i], w[W.GOVERNING_FEN, i]) & reaches(u[PC, i], w[W.DIBAO_FEN, i])
        by_dibao = (capable == 0) & (u[X_DIBAO, i] > 0.0) & (not by_income)
        on = (status == Status.IN) | (status == Status.REENTERED)
        leaves = on & held & (by_income | by_dibao)
        falls = (status == Status.EXITED) & ((not reaches(u[PC, i], w[W.IDENTIFICATION_FEN, i])) | (not held))
        f[Word.STATUS, i] = np.int32(Status.EXITED) if leaves else (np.int32(Status.REENTERED) if falls else status)
        route = np.int32(Flag.BY_DIBAO) if by_dibao else np.int32(0)
        f[Word.FLAGS, i] = ((flags & ~np.int32(Flag.BY_DIBAO)) | route) if leaves else flags
        f[Word.DATES, i] = with_date(dates, Date.EXIT, t) if leaves else dates
        f[Word.INCOME, i] = np.int32(min(max(u[PC, i], -INCOME_CLIP), INCOME_CLIP))

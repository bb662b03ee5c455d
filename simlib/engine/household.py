"""One household's year, for a whole row of draws: the numbered steps of docs/model.md, 3, between the choosing and the counting.

Every function walks the lanes once and does the same work in each. What a household can never have (a job without a worker, a shock on
income that it lacks) is decided by its caller, once for all lanes, and not walked at all. Numbers are loaded before they are chosen
between: a choice of addresses would keep the compiler from working on several lanes at once.
"""

import math

import numpy as np

from simlib.compiled import rule, step
from simlib.engine.holdings import begun_bit, date, has_living_project, is_active, status_of, took_course, with_date, with_status
from simlib.engine.luck import MASK, SHIFT, draw_normals, factor, philox, uniform
from simlib.engine.rows import row
from simlib.engine.state import (
    COVERAGES,
    FIELDS,
    INCOME_CLIP,
    LABOUR_PARTS,
    MOST_KEPT,
    STAKES,
    WORDS,
    Date,
    Fate,
    Field,
    Flag,
    Measure,
    Sign,
    Status,
    Word,
)
from simlib.engine.state import World as W
from simlib.measures import asset_shares, dibao, industry, social_security, training

# Rows of the scratch array of a household, float64[row, lane].
COMMON, OPERATOR, SHARE = 0, 1, 2  # of the village: world and local factor, the operator's pay; of the group: living projects
X_WAGE, X_BUSINESS, X_PROPERTY, X_TRANSFER, X_DIBAO = 3, 4, 5, 6, 7  # yuan, then fen
DIVIDEND, COLLECTIVE, SOCIAL, TOTAL, PC = 8, 9, 10, 11, 12  # yuan of household and village; then fen
NOTHING = 13  # always zero
LUCK = 14  # four numbers; between the steps that draw, labour left in a round
ROWS = 18
# Rows of its twin in int32.
STRUCK, SIGNS = 0, 1
NOTES = 2


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
def strike(key, luck, when, options, w, notes, lanes):
    """This year's events as bits: illness, crop or animal loss, job loss, and whether a project would fail."""
    low, high = key & MASK, key >> SHIFT
    struck = row(notes, STRUCK)
    ill, crop, job, failure = row(w, W.ILLNESS_CHANCE), row(w, W.CROP_CHANCE), row(w, W.JOB_LOSS_CHANCE), row(w, W.INDUSTRY_FAILURE)
    for i in range(lanes):
        w0, w1, w2, w3 = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        bits = (Flag.ILL if uniform(w0) < ill[i] else 0) | (Flag.CROP_LOST if uniform(w1) < crop[i] else 0)
        bits |= (Flag.JOB_LOST if uniform(w2) < job[i] else 0) | (Flag.INDUSTRY_FAILED if uniform(w3) < failure[i] else 0)
        struck[i] = np.int32(bits)


@step
def renew(f, at, notes, t, retention, lanes):
    """Step 3 of everybody: last year's flags give way to this year's; who is supported, who is enrolled, what struck."""
    flags, dates, fate = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES), row(f, at * WORDS + Word.FATE)
    struck = row(notes, STRUCK)
    keeps = np.int32(Flag.STATUS | Flag.HAS_INDUSTRY | Flag.INDUSTRY_FAILED | Flag.HAS_SHARES | Flag.BY_DIBAO)
    strikes = np.int32(Flag.ILL | Flag.CROP_LOST | Flag.JOB_LOST)
    coverage = np.int32(Fate.DIBAO << (min(t, COVERAGES) - 1))
    for i in range(lanes):
        supported = is_supported(status_of(flags[i]), date(dates[i], Date.EXIT), t, retention)
        now = (flags[i] & keeps) | (struck[i] & strikes)
        now |= Flag.SUPPORTED if supported else 0
        now |= Flag.HAD_POST if ((flags[i] & Flag.HAS_POST) != 0) & supported else 0
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


# ---- steps 5 and 6: structural and observed income


@step
def earn(s, f, at, key, luck, when, options, w, u, price, lanes):
    """Steps 5 and 6: structural income grows and takes its permanent shock; this year's luck makes it observed."""
    z0, z1, z2, z3 = row(u, LUCK), row(u, LUCK + 1), row(u, LUCK + 2), row(u, LUCK + 3)
    draw_normals(key, luck, when, options, z0, z1, z2, z3, 3, lanes)
    wage, business, flags = row(s, at * FIELDS + Field.WAGE), row(s, at * FIELDS + Field.BUSINESS), row(f, at * WORDS + Word.FLAGS)
    growth, permanent, transitory, extra = row(w, W.GROWTH), row(w, W.SD_PERMANENT), row(w, W.SD_TRANSITORY), row(w, W.SD_BUSINESS)
    well, ill, covered = row(w, W.WELL), row(w, W.ILL), row(w, W.ILL_COVERED)
    kept, lost, held, gone = row(w, W.CROP_KEPT), row(w, W.CROP_LOST), row(w, W.JOB_HELD), row(w, W.JOB_LOST)
    shared, x_wage, x_business = row(u, COMMON), row(u, X_WAGE), row(u, X_BUSINESS)
    for i in range(lanes):
        grows = growth[i] * factor(permanent[i], z0[i])
        wages, trade = scaled(wage[i], grows), scaled(business[i], grows)
        wage[i], business[i] = wages, trade
        if_ill, if_covered, if_well = ill[i], covered[i], well[i]
        f_ill = (if_covered if (flags[i] & Flag.ENROLLED) != 0 else if_ill) if (flags[i] & Flag.ILL) != 0 else if_well
        common = shared[i] * factor(transitory[i], z1[i]) * f_ill
        if_lost, if_kept, if_gone, if_held = lost[i], kept[i], gone[i], held[i]
        x_wage[i] = scaled(wages, common * (if_gone if (flags[i] & Flag.JOB_LOST) != 0 else if_held))
        trading = common * factor(extra[i], z2[i]) * price[i]
        x_business[i] = scaled(trade, trading * (if_lost if (flags[i] & Flag.CROP_LOST) != 0 else if_kept))


@step
def earn_wage(s, f, at, key, luck, when, options, w, u, lanes):
    """Steps 5 and 6 of those who have wages alone: the third normal would multiply nothing."""
    z0, z1, z2, z3 = row(u, LUCK), row(u, LUCK + 1), row(u, LUCK + 2), row(u, LUCK + 3)
    draw_normals(key, luck, when, options, z0, z1, z2, z3, 2, lanes)
    wage, flags = row(s, at * FIELDS + Field.WAGE), row(f, at * WORDS + Word.FLAGS)
    growth, permanent, transitory = row(w, W.GROWTH), row(w, W.SD_PERMANENT), row(w, W.SD_TRANSITORY)
    well, ill, covered, held, gone = row(w, W.WELL), row(w, W.ILL), row(w, W.ILL_COVERED), row(w, W.JOB_HELD), row(w, W.JOB_LOST)
    shared, x_wage, x_business = row(u, COMMON), row(u, X_WAGE), row(u, X_BUSINESS)
    for i in range(lanes):
        wages = scaled(wage[i], growth[i] * factor(permanent[i], z0[i]))
        wage[i] = wages
        if_ill, if_covered, if_well, if_gone, if_held = ill[i], covered[i], well[i], gone[i], held[i]
        f_ill = (if_covered if (flags[i] & Flag.ENROLLED) != 0 else if_ill) if (flags[i] & Flag.ILL) != 0 else if_well
        common = shared[i] * factor(transitory[i], z1[i]) * f_ill
        x_wage[i] = scaled(wages, common * (if_gone if (flags[i] & Flag.JOB_LOST) != 0 else if_held))
        x_business[i] = 0.0


@step
def earn_quietly(s, at, w, u, price, lanes):
    """Steps 5 and 6 without a household's luck: every spread and chance is zero, so every factor of luck is one."""
    wage, business = row(s, at * FIELDS + Field.WAGE), row(s, at * FIELDS + Field.BUSINESS)
    growth, shared, x_wage, x_business = row(w, W.GROWTH), row(u, COMMON), row(u, X_WAGE), row(u, X_BUSINESS)
    for i in range(lanes):
        wages, trade = scaled(wage[i], growth[i]), scaled(business[i], growth[i])
        wage[i], business[i] = wages, trade
        x_wage[i], x_business[i] = scaled(wages, shared[i]), scaled(trade, shared[i] * price[i])


# ---- step 7: gains of measures


@step
def staked(k, at, stake, known, u, lanes):
    """What a measure has put into a household, yuan by lane: the same everywhere where it is `known`, else (-1) as it was kept."""
    same = row(u, LUCK)
    if known < 0.0:
        return row(k, at * STAKES + stake)
    for i in range(lanes):
        same[i] = known
    return same


@step
def gain_jobs(f, at, w, u, per_worker, lanes):
    """Step 7: what placed workers bring more than before, onto wages. Before other gains: it gives up last year's kind of business."""
    dates, x_wage, x_business = row(f, at * WORDS + Word.DATES), row(u, X_WAGE), row(u, X_BUSINESS)
    pay, given_up = row(w, W.JOB_PAY), row(w, W.BUSINESS_GIVEN_UP)
    for i in range(lanes):
        job = training.gain(pay[i], x_wage[i], x_business[i], per_worker, given_up[i])
        placed_0, placed_1 = date(dates[i], Date.PLACED_0) > 0, date(dates[i], Date.PLACED_1) > 0
        x_wage[i] += job * ((1.0 if placed_0 else 0.0) + (1.0 if placed_1 else 0.0))


@step
def gain_post(f, at, u, post, lanes):
    """Step 7: this year's public post, onto wages. post[lane]: its yuan."""
    flags, x_wage = row(f, at * WORDS + Word.FLAGS), row(u, X_WAGE)
    for i in range(lanes):
        pay = post[i]
        x_wage[i] += pay if (flags[i] & Flag.HAS_POST) != 0 else 0.0


@step
def gain_project(f, at, w, u, capital, price, t, lanes):
    """Step 7: an industry project, onto business. capital[lane]: what was put into it, yuan."""
    flags, dates = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES)
    x_business, share = row(u, X_BUSINESS), row(u, SHARE)
    base, slope, salvage = row(w, W.INDUSTRY_MARGIN), row(w, W.SATURATION), row(w, W.INDUSTRY_SALVAGE)
    first, second = row(w, W.RAMP_FIRST), row(w, W.RAMP_SECOND)
    for i in range(lanes):
        invested, begins, goes_on, remains = capital[i], first[i], second[i], salvage[i]
        ramp = industry.ramp(t - date(dates[i], Date.INDUSTRY), begins, goes_on)
        margin = industry.margin(base[i], slope[i], share[i], price[i])
        held, alive = (flags[i] & Flag.HAS_INDUSTRY) != 0, (flags[i] & Flag.INDUSTRY_FAILED) == 0
        x_business[i] += industry.gain(invested, margin, ramp, alive, remains) if held else 0.0


@step
def gain_shares(f, at, w, u, capital, t, lanes):
    """Step 7: dividends of shares bought before, the household's part into u[DIVIDEND], the village's into u[COLLECTIVE]."""
    flags, dates = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES)
    rate, pays, part = row(w, W.DIVIDEND), row(u, OPERATOR), row(w, W.HOUSEHOLD_SHARE)
    own, village = row(u, DIVIDEND), row(u, COLLECTIVE)
    for i in range(lanes):
        holds = ((flags[i] & Flag.HAS_SHARES) != 0) & (date(dates[i], Date.SHARES) < t)
        dividend = asset_shares.dividend(capital[i], rate[i], pays[i])
        paid = dividend if holds else 0.0
        ours = paid * part[i]
        ours = ours if (flags[i] & Flag.SUPPORTED) != 0 else 0.0
        own[i] = ours
        village[i] = to_fen(paid - ours)


# ---- steps 8 to 12: social security, dibao, the year's judgement


@step
def protect(f, at, w, u, shares, members, property_income, transfer_income, social_heads, registered_dibao, coverage, lanes):
    """Steps 8 to 10: social security, then dibao, last; every source to fen, total and per head. `shares`: 1 where u[DIVIDEND] is made."""
    flags, dividend = row(f, at * WORDS + Word.FLAGS), row(u, DIVIDEND if shares == 1 else NOTHING)
    grown_property = row(w, W.GROWN_UP if property_income > 0.0 else W.GROWN_DOWN)
    grown_transfer = row(w, W.GROWN_UP if transfer_income > 0.0 else W.GROWN_DOWN)
    per_head, line, index = row(w, W.SOCIAL_INCREMENT), row(w, W.DIBAO_LINE), row(w, W.DIBAO_INDEX)
    x_wage, x_business, x_property, x_transfer = row(u, X_WAGE), row(u, X_BUSINESS), row(u, X_PROPERTY), row(u, X_TRANSFER)
    x_dibao, social, whole, per_capita = row(u, X_DIBAO), row(u, SOCIAL), row(u, TOTAL), row(u, PC)
    always = registered_dibao > 0.0
    for i in range(lanes):
        increment = social_security.increment(per_head[i], social_heads)
        increment = increment if (flags[i] & Flag.ENROLLED) != 0 else 0.0
        wages, trade = x_wage[i], x_business[i]
        assets, transfers = property_income * grown_property[i] + dividend[i], transfer_income * grown_transfer[i] + increment
        enrolled = always | ((flags[i] & Flag.DIBAO_ENROLLED) != 0)
        topped = dibao.top_up(line[i], members, wages + trade + assets + transfers, enrolled)
        kept = dibao.registered_amount(registered_dibao, index[i])
        wages, trade, assets, transfers = to_fen(wages), to_fen(trade), to_fen(assets), to_fen(transfers)
        last = to_fen(topped if coverage == 1 else kept)
        x_wage[i], x_business[i], x_property[i], x_transfer[i], x_dibao[i] = wages, trade, assets, transfers, last
        social[i] = to_fen(increment)
        total = wages + trade + assets + transfers + last
        whole[i] = total
        per_capita[i] = math.floor(total / members + 0.5)


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
def judge(f, at, w, u, notes, t, capable, school, medical, housing, options, lanes):
    """Steps 11 and 12: guarantees, exit by income or by dibao, re-entry; a household moves once a year. What came of it: notes[SIGNS]."""
    flags, dates, before = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES), row(f, at * WORDS + Word.INCOME)
    pc, amount, signs = row(u, PC), row(u, X_DIBAO), row(notes, SIGNS)
    fixed, moving, governing = row(w, W.FIXED_FEN), row(w, W.MOVING_FEN), row(w, W.GOVERNING_FEN)
    dibao_line, identification = row(w, W.DIBAO_FEN), row(w, W.IDENTIFICATION_FEN)
    helpless = capable == 0
    held_if_enrolled, held_else = are_held(school, medical, housing, 1, options), are_held(school, medical, housing, 0, options)
    for i in range(lanes):
        was, income = flags[i], pc[i]
        enrolled, on, out = (was & Flag.ENROLLED) != 0, is_active(was), status_of(was) == Status.EXITED
        held = (enrolled & held_if_enrolled) | (held_else & (not enrolled))
        at_governing, fed = reaches(income, governing[i]), reaches(income, dibao_line[i])
        identified, on_dibao = not reaches(income, identification[i]), amount[i] > 0.0
        by_income = at_governing & fed
        by_dibao = helpless & on_dibao & (not by_income)
        leaves = on & held & (by_income | by_dibao)
        falls = out & (identified | (not held))
        now = np.int32(with_status(was, Status.REENTERED)) if falls else was
        gone = np.int32((with_status(was, Status.EXITED) & ~Flag.BY_DIBAO) | (Flag.BY_DIBAO if by_dibao else 0))
        now = gone if leaves else now
        flags[i] = now
        dates[i] = with_date(dates[i], Date.EXIT, t) if leaves else dates[i]
        before[i] = np.int32(min(max(income, -INCOME_CLIP), INCOME_CLIP))
        stays_out = status_of(now) == Status.EXITED
        covered = on_dibao | at_governing
        seen = (Sign.AT_FIXED if reaches(income, fixed[i]) else 0) | (Sign.AT_MOVING if reaches(income, moving[i]) else 0)
        seen |= (Sign.EXITED if stays_out else 0) | (Sign.REENTERED if status_of(now) == Status.REENTERED else 0)
        seen |= Sign.BY_DIBAO if stays_out & ((now & Flag.BY_DIBAO) != 0) else 0
        seen |= (Sign.LEAVES if leaves else 0) | (Sign.FALLS if falls else 0) | (Sign.WAS_OUT if out else 0)
        seen |= Sign.BELOW_AFTER_EXIT if stays_out & (not at_governing) else 0
        seen |= (Sign.DIBAO if on_dibao else 0) | (Sign.UNDER_IDENTIFICATION if identified else 0)
        seen |= (Sign.COVERED if covered else 0) | (Sign.IN_GAP if (not covered) & fed else 0)
        seen |= (Sign.ENROLLED if enrolled else 0) | (Sign.BELOW_ZERO if income < 0.0 else 0)
        seen |= (Sign.PLACED_0 if date(dates[i], Date.PLACED_0) > 0 else 0) | (Sign.PLACED_1 if date(dates[i], Date.PLACED_1) > 0 else 0)
        seen |= (Sign.INDUSTRY if has_living_project(now) else 0) | (Sign.TRAINING if (now & begun_bit(Measure.TRAINING)) != 0 else 0)
        seen |= (Sign.PUBLIC_POST if (now & Flag.HAS_POST) != 0 else 0) | (Sign.ASSET_SHARES if (now & Flag.HAS_SHARES) != 0 else 0)
        signs[i] = np.int32(seen)

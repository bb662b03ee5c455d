"""Steps 8 to 12 of one household's year: social security, dibao, guarantees, exit and re-entry (docs/model.md, 3)."""

import math

import numpy as np

from simlib.compiled import rule, step
from simlib.engine.counted import Mark, Sign
from simlib.engine.holdings import begun_bit, date, has_living_project, is_active, is_let, status_of, with_date, with_status
from simlib.engine.rows import row
from simlib.engine.scratch import (
    DIVIDEND,
    MARKS,
    NOTHING,
    PAPER,
    PC,
    RENT,
    REPORTED,
    SIGNS,
    SOCIAL,
    TOTAL,
    X_BUSINESS,
    X_DIBAO,
    X_PROPERTY,
    X_TRANSFER,
    X_WAGE,
    to_fen,
)
from simlib.engine.slots import World as W
from simlib.engine.state import INCOME_CLIP, WORDS, Date, Flag, Measure, MoreDate, Status, Word
from simlib.measures import dibao, social_security


@step
def protect(f, at, w, u, rents, shares, members, own_property, own_transfer, heads, contributors, registered_dibao, coverage, lanes):
    """Steps 8 to 10: social security, then dibao, last; every source to fen, total and per head.

    `rents`, `shares`: 1 where u[RENT], u[DIVIDEND] are made; heads, contributors: those whom social security pays something for.
    """
    flags, dividend = row(f, at * WORDS + Word.FLAGS), row(u, DIVIDEND if shares == 1 else NOTHING)
    rent, pension = row(u, RENT if rents == 1 else NOTHING), row(w, W.PENSION)
    grown_property = row(w, W.GROWN_UP if own_property > 0.0 else W.GROWN_DOWN)
    grown_transfer = row(w, W.GROWN_UP if own_transfer > 0.0 else W.GROWN_DOWN)
    per_head, line, index = row(w, W.SOCIAL_INCREMENT), row(w, W.DIBAO_LINE), row(w, W.DIBAO_INDEX)
    x_wage, x_business, x_property, x_transfer = row(u, X_WAGE), row(u, X_BUSINESS), row(u, X_PROPERTY), row(u, X_TRANSFER)
    x_dibao, social, whole, per_capita = row(u, X_DIBAO), row(u, SOCIAL), row(u, TOTAL), row(u, PC)
    always = registered_dibao > 0.0
    for i in range(lanes):
        increment = social_security.increment(per_head[i], heads, pension[i], contributors)
        increment = increment if (flags[i] & Flag.ENROLLED) != 0 else 0.0
        wages, trade = x_wage[i], x_business[i]
        assets, transfers = own_property * grown_property[i] + rent[i] + dividend[i], own_transfer * grown_transfer[i] + increment
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


@step
def report(f, at, w, u, projects, insured, members, options, lanes):
    """Step 10: per-head income as the province's table counts it: expected yields and reimbursed bills too. Into u[REPORTED].

    `projects`: 1 where u[PAPER] is made; `insured` as registered.
    """
    flags, beside, per_bill = row(f, at * WORDS + Word.FLAGS), row(u, PAPER if projects == 1 else NOTHING), row(w, W.REIMBURSED)
    whole, told = row(u, TOTAL), row(u, REPORTED)
    by_enrolment = options.medical == 1
    for i in range(lanes):
        insured_now = (insured == 1) | (by_enrolment & ((flags[i] & Flag.ENROLLED) != 0))
        bill = per_bill[i] if insured_now & ((flags[i] & Flag.ILL) != 0) else 0.0
        told[i] = math.floor((whole[i] + to_fen(beside[i] + bill)) / members + 0.5)


@rule
def cared_for(school, medical, enrolled, options):
    """Guarantees that social security can give: (school, medical care), each 0 or 1. Clause 一(二)."""
    return school | (enrolled & options.schooling), medical | (enrolled & options.medical)


@rule
def are_held(school, medical, safe, enrolled, options):
    """Whether every guarantee that an exit asks for holds. Clause 一(二)."""
    schooled, insured = cared_for(school, medical, enrolled, options)
    return (schooled >= options.need_school) & (insured >= options.need_medical) & (safe | (options.need_housing == 0))


@rule
def points_for(school, medical, pension, options):
    """Points of the province's household sheet for school, pension and medical care (P02)."""
    return school * options.points_school + pension * options.points_pension + medical * options.points_medical


@step
def judge(f, at, w, u, notes, t, capable, school, medical, housing, pension, registered, options, lanes):
    """Steps 11 and 12: guarantees, exit by income or by dibao, re-entry; a household moves once a year.

    What came of it: notes[SIGNS, MARKS]. school, medical, housing, pension: as registered, 0 or 1.
    """
    flags, dates, before = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES), row(f, at * WORDS + Word.INCOME)
    more = row(f, at * WORDS + Word.MORE_DATES)
    pc, told, amount, signs, marks = row(u, PC), row(u, REPORTED), row(u, X_DIBAO), row(notes, SIGNS), row(notes, MARKS)
    fixed, moving, indexed, governing = row(w, W.FIXED_FEN), row(w, W.MOVING_FEN), row(w, W.INDEXED_FEN), row(w, W.GOVERNING_FEN)
    dibao_line, identification = row(w, W.DIBAO_FEN), row(w, W.IDENTIFICATION_FEN)
    helpless, reported, listed = capable == 0, options.by_reported == 1, registered == 1
    schooled_if, insured_if = cared_for(school, medical, 1, options)
    cared_if, cared_else = are_held(school, medical, True, 1, options), are_held(school, medical, True, 0, options)
    whole_if, whole_else = (schooled_if & insured_if) == 1, (school & medical) == 1
    points_if = points_for(schooled_if, insured_if, 1, options)
    points_else = points_for(school, medical, pension, options)
    sound, no_house_needed = housing == 1, options.need_housing == 0
    for i in range(lanes):
        was, income, line = flags[i], pc[i], governing[i]
        judged = told[i] if reported else income
        enrolled, on, out = (was & Flag.ENROLLED) != 0, is_active(was), status_of(was) == Status.EXITED
        safe = sound | (((was & Flag.HAS_HOUSE) != 0) & (date(more[i], MoreDate.HOUSE) <= t))
        held = ((enrolled & cared_if) | (cared_else & (not enrolled))) & (safe | no_house_needed)
        at_governing, fed = reaches(income, line), reaches(income, dibao_line[i])
        identified, on_dibao = not reaches(income, identification[i]), amount[i] > 0.0
        by_income = reaches(judged, line) & fed
        by_dibao = helpless & on_dibao & (not by_income)
        leaves = on & held & (by_income | by_dibao)
        falls = out & (identified | (not held))
        now = np.int32(with_status(was, Status.REENTERED)) if falls else was
        gone = np.int32((with_status(was, Status.EXITED) & ~Flag.BY_DIBAO) | (Flag.BY_DIBAO if by_dibao else 0))
        now = gone if leaves else now
        flags[i] = now
        known = with_date(dates[i], Date.EXIT, t) if leaves else dates[i]
        dates[i] = known
        before[i] = np.int32(min(max(income, -INCOME_CLIP), INCOME_CLIP))
        stays_out = status_of(now) == Status.EXITED
        covered = on_dibao | at_governing
        whole = ((enrolled & whole_if) | (whole_else & (not enrolled))) & safe & (fed | on_dibao)
        points = (points_if if enrolled else points_else) + (options.points_housing if safe else 0.0)
        points += options.points_project if (was & Flag.HELPED) != 0 else 0.0
        of_line = min(1.0, max(0.0, income) / max(1.0, line))
        points += options.points_income * (1.0 if helpless & covered else of_line)
        sheet, paper = points >= options.household_pass, reaches(told[i], line) & (not at_governing)
        seen = (Sign.AT_FIXED if reaches(income, fixed[i]) else 0) | (Sign.AT_MOVING if reaches(income, moving[i]) else 0)
        seen |= (Sign.EXITED if stays_out else 0) | (Sign.REENTERED if status_of(now) == Status.REENTERED else 0)
        seen |= Sign.BY_DIBAO if stays_out & ((now & Flag.BY_DIBAO) != 0) else 0
        seen |= (Sign.LEAVES if leaves else 0) | (Sign.FALLS if falls else 0) | (Sign.WAS_OUT if out else 0)
        seen |= Sign.BELOW_AFTER_EXIT if stays_out & (not at_governing) else 0
        seen |= (Sign.DIBAO if on_dibao else 0) | (Sign.UNDER_IDENTIFICATION if identified else 0)
        seen |= (Sign.COVERED if covered else 0) | (Sign.IN_GAP if (not covered) & fed else 0)
        seen |= (Sign.ENROLLED if enrolled else 0) | (Sign.BELOW_ZERO if income < 0.0 else 0)
        seen |= (Sign.PLACED_0 if date(known, Date.PLACED_0) > 0 else 0) | (Sign.PLACED_1 if date(known, Date.PLACED_1) > 0 else 0)
        seen |= (Sign.INDUSTRY if has_living_project(now) else 0) | (Sign.TRAINING if (now & begun_bit(Measure.TRAINING)) != 0 else 0)
        seen |= (Sign.PUBLIC_POST if (now & Flag.HAS_POST) != 0 else 0) | (Sign.ASSET_SHARES if (now & Flag.HAS_SHARES) != 0 else 0)
        seen |= (Sign.LAND_TRANSFER if is_let(now) else 0) | (Sign.LOCAL_JOBS if (now & Flag.HAS_LOCAL) != 0 else 0)
        borrowed = (now & Flag.HAS_LOAN) != 0
        running = borrowed & (t <= date(more[i], MoreDate.LOAN) + options.loan_years) & (date(more[i], MoreDate.DEFAULT) == 0)
        seen |= (Sign.MICROCREDIT if running else 0) | (Sign.HOUSING if (now & Flag.HAS_HOUSE) != 0 else 0)
        seen |= (Sign.SAFE if safe else 0) | (Sign.GUARANTEED if whole else 0)
        signs[i] = np.int32(seen)
        noted = (Mark.AT_INDEXED if reaches(income, indexed[i]) else 0) | (Mark.PAPER if paper else 0) | (Mark.SHEET if sheet else 0)
        noted |= Mark.STABLE if stays_out & (t - date(known, Date.EXIT) + 1 >= options.stable_years) else 0
        noted |= (Mark.SHEET_ONLY if sheet & (not stays_out) else 0) | (Mark.EXIT_ONLY if stays_out & (not sheet) else 0)
        noted |= Mark.REMOVED if listed & (status_of(now) == Status.CANDIDATE) else 0
        noted |= Mark.PAPER_EXIT if leaves & by_income & (not at_governing) else 0
        back = status_of(was) == Status.REENTERED
        noted |= (Mark.WAS_BACK if back else 0) | (Mark.AGAIN if back & leaves else 0)
        marks[i] = np.int32(noted)

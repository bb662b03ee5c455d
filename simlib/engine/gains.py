"""Step 7 of one household's year: what measures add to its sources (docs/model.md, 3)."""

import numpy as np

from simlib.compiled import step
from simlib.engine.holdings import date, is_let
from simlib.engine.rows import row
from simlib.engine.scratch import (
    COLLECTIVE,
    DIVIDEND,
    LUCK,
    MARGIN,
    OPERATOR,
    PAPER,
    RENT,
    SHARE,
    UPLIFT,
    X_BUSINESS,
    X_WAGE,
    to_fen,
)
from simlib.engine.slots import World as W
from simlib.engine.state import STAKES, WORDS, Date, Flag, MoreDate, Word
from simlib.measures import asset_shares, industry, land_transfer, microcredit, training


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
def gain_project(f, at, w, u, capital, price, t, lanes):
    """Step 7: an industry project, onto business. capital[lane]: what was put into it, yuan; u[PAPER]: what reports count beyond it."""
    flags, dates = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES)
    x_business, share = row(u, X_BUSINESS), row(u, SHARE)
    base, slope, salvage, full = row(u, MARGIN), row(w, W.SATURATION), row(w, W.INDUSTRY_SALVAGE), row(w, W.INDUSTRY_MARGIN)
    counted, paper = row(w, W.PAPER_SHARE), row(u, PAPER)
    first, second = row(w, W.RAMP_FIRST), row(w, W.RAMP_SECOND)
    for i in range(lanes):
        invested, begins, goes_on, remains = capital[i], first[i], second[i], salvage[i]
        ramp = industry.ramp(t - date(dates[i], Date.INDUSTRY), begins, goes_on)
        margin = industry.margin(base[i], slope[i], share[i], price[i])
        held, alive = (flags[i] & Flag.HAS_INDUSTRY) != 0, (flags[i] & Flag.INDUSTRY_FAILED) == 0
        gained = industry.gain(invested, margin, ramp, alive, remains)
        gained, expected = (gained, invested * full[i] * price[i]) if held else (0.0, 0.0)
        x_business[i] += gained
        paper[i] = counted[i] * max(0.0, expected - gained)


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


@step
def gain_pay(f, at, u, flag, pay, lanes):
    """Step 7: this year's pay of a post or of day work, onto wages, where FLAGS has the flag. pay[lane]: yuan."""
    flags, x_wage = row(f, at * WORDS + Word.FLAGS), row(u, X_WAGE)
    for i in range(lanes):
        yuan = pay[i]
        x_wage[i] += yuan if (flags[i] & flag) != 0 else 0.0


@step
def gain_uplift(u, lanes):
    """Step 7: what online sales and better services add to a business that earns."""
    x_business, part = row(u, X_BUSINESS), row(u, UPLIFT)
    for i in range(lanes):
        x_business[i] += max(0.0, x_business[i]) * part[i]


@step
def gain_land(f, at, w, u, land, t, lanes):
    """Step 7: land let before this year whose tenant is there: rent into u[RENT], farm income given up from business. land: mu."""
    flags, dates = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.MORE_DATES)
    x_business, rent, rate, lost = row(u, X_BUSINESS), row(u, RENT), row(w, W.RENT), row(w, W.LAND_LOST)
    for i in range(lanes):
        let = is_let(flags[i]) & (date(dates[i], MoreDate.LAND) < t)
        paid, gone = rate[i] * land, land_transfer.given_up(x_business[i], lost[i], land)
        rent[i] = paid if let else 0.0
        x_business[i] -= gone if let else 0.0


@step
def gain_loan(f, at, w, u, principal, t, years, weight, charged, lanes):
    """Step 7: what a running loan earns, onto business. principal[lane]: yuan; charged[lane]: fen of loans that defaulted this year."""
    dates, x_business, net = row(f, at * WORDS + Word.MORE_DATES), row(u, X_BUSINESS), row(w, W.LOAN_NET)
    for i in range(lanes):
        lent, failed = principal[i], date(dates[i], MoreDate.DEFAULT)
        running = microcredit.runs(date(dates[i], MoreDate.LOAN), t, years) & (failed == 0)
        earned = lent * net[i]
        x_business[i] += earned if running else 0.0
        charged[i] += np.int64(to_fen(lent)) * weight if (failed == t) & (failed > 0) else 0

"""Counting: everything that crosses households or draws is added as int64, so that any order of blocks gives the same bits."""

import math

import numpy as np

from simlib.compiled import step
from simlib.engine.holdings import date, has_living_project
from simlib.engine.household import COLLECTIVE, PC, TOTAL, X_DIBAO, X_WAGE, are_held, reaches
from simlib.engine.state import (
    GAP_UNIT,
    INCOME_BIN_FEN,
    INCOME_BINS,
    SHARE_BINS,
    Date,
    Flag,
    HouseholdStat,
    Measure,
    Stat,
    Status,
    Trace,
    VillageStat,
    Word,
)
from simlib.engine.state import World as W


@step
def count_register(f, w, u, n, people, heads, capable, school, medical, before):
    """Add a household of the base-year register to its village's statistics n[Stat, lane]; `before` holds last year's status by lane."""
    fixed, moving = (Stat.CAPABLE_FIXED, Stat.CAPABLE_MOVING) if capable else (Stat.WITHOUT_FIXED, Stat.WITHOUT_MOVING)
    first = Stat.CAPABLE_WAGE if capable else Stat.WITHOUT_WAGE
    for i in range(u.shape[1]):
        at_fixed, at_moving = reaches(u[PC, i], w[W.FIXED_FEN, i]), reaches(u[PC, i], w[W.MOVING_FEN, i])
        n[fixed, i] += people if at_fixed else 0
        n[fixed + 1, i] += heads if at_fixed else 0
        n[moving, i] += people if at_moving else 0
        n[moving + 1, i] += heads if at_moving else 0
    for source in range(5):
        for i in range(u.shape[1]):
            n[first + source, i] += int(u[X_WAGE + source, i]) * heads
    for i in range(u.shape[1]):
        status, was = f[Word.STATUS, i], before[i]
        out = status == Status.EXITED
        n[Stat.EXITED, i] += people if out else 0
        n[Stat.EXITED_HH, i] += heads if out else 0
        n[Stat.EXITED_BY_DIBAO, i] += people if out & ((f[Word.FLAGS, i] & Flag.BY_DIBAO) != 0) else 0
        n[Stat.EXITS, i] += people if out & (was != Status.EXITED) else 0
        n[Stat.REENTRIES, i] += people if (status == Status.REENTERED) & (was == Status.EXITED) else 0
        n[Stat.EXITED_BEFORE, i] += people if was == Status.EXITED else 0
        n[Stat.BELOW_AFTER_EXIT, i] += people if out & (not reaches(u[PC, i], w[W.GOVERNING_FEN, i])) else 0
    for i in range(u.shape[1]):
        enrolled = (f[Word.FLAGS, i] & Flag.ENROLLED) != 0
        n[Stat.DIBAO_PEOPLE, i] += people if u[X_DIBAO, i] > 0.0 else 0
        n[Stat.SCHOOL, i] += people if enrolled | (school == 1) else 0
        n[Stat.MEDICAL, i] += people if enrolled | (medical == 1) else 0
        n[Stat.UNDER_IDENTIFICATION, i] += 0 if reaches(u[PC, i], w[W.IDENTIFICATION_FEN, i]) else people
    for i in range(u.shape[1]):
        gap = max(0.0, w[W.FIXED_FEN, i] - max(u[PC, i], 0.0))
        n[Stat.GAP_FEN, i] += int(gap) * people
        relative = gap / w[W.FIXED_FEN, i]
        n[Stat.GAP_SQUARED, i] += np.int64(np.floor(relative * relative * GAP_UNIT + 0.5)) * people
        n[Stat.FLOORED, i] += people if u[PC, i] < 0.0 else 0
    if not capable:
        for i in range(u.shape[1]):
            covered = (u[X_DIBAO, i] > 0.0) | reaches(u[PC, i], w[W.GOVERNING_FEN, i])
            n[Stat.COVERED, i] += people if covered else 0
            n[Stat.COVERED_HH, i] += heads if covered else 0
            between = (not covered) & reaches(u[PC, i], w[W.DIBAO_FEN, i])
            n[Stat.GAP_GROUP, i] += people if between else 0


@step
def count_village(f, u, n, people, heads, registered):
    """Add any household, candidates too, to what the village is judged by."""
    for i in range(u.shape[1]):
        status = f[Word.STATUS, i]
        n[Stat.NOT_EXITED, i] += people if (status == Status.IN) | (status == Status.REENTERED) else 0
        n[Stat.TOTAL_FEN, i] += int(u[TOTAL, i]) * heads
        n[Stat.COLLECTIVE_FEN, i] += int(u[COLLECTIVE, i]) * heads
        n[Stat.ENTERED, i] += people if (registered == 0) & (status != Status.CANDIDATE) else 0


@step
def count_incomes(u, incomes, people):
    """Add a household to the histogram of per-head income, incomes[people | fen, bin, lane]."""
    for i in range(u.shape[1]):
        fen = int(u[PC, i])
        place = min(max(fen // INCOME_BIN_FEN, 0), INCOME_BINS - 1)
        incomes[0, place, i] += people
        incomes[1, place, i] += people * fen


@step
def count_household(f, w, u, sums, valid):
    """Add the lanes that count to one household's sums over draws."""
    for i in range(valid):
        flags, dates = f[Word.FLAGS, i], f[Word.DATES, i]
        sums[HouseholdStat.AT_FIXED] += 1 if reaches(u[PC, i], w[W.FIXED_FEN, i]) else 0
        sums[HouseholdStat.AT_MOVING] += 1 if reaches(u[PC, i], w[W.MOVING_FEN, i]) else 0
        sums[HouseholdStat.EXITED] += 1 if f[Word.STATUS, i] == Status.EXITED else 0
        sums[HouseholdStat.REENTERED] += 1 if f[Word.STATUS, i] == Status.REENTERED else 0
        sums[HouseholdStat.PLACED] += (1 if date(dates, Date.PLACED_0) > 0 else 0) + (1 if date(dates, Date.PLACED_1) > 0 else 0)
        sums[HouseholdStat.INDUSTRY] += 1 if has_living_project(flags) else 0
        sums[HouseholdStat.TRAINING] += 1 if (flags & (Flag.BEGUN << Measure.TRAINING)) != 0 else 0
        sums[HouseholdStat.PUBLIC_POST] += 1 if (flags & Flag.HAS_POST) != 0 else 0
        sums[HouseholdStat.ASSET_SHARES] += 1 if (flags & Flag.HAS_SHARES) != 0 else 0
    for source in range(5):
        total = 0
        for i in range(valid):
            total += int(u[X_WAGE + source, i])
        sums[HouseholdStat.WAGE + source] += total
    for i in range(valid):
        yuan = math.floor(u[PC, i] / 100.0 + 0.5)
        sums[HouseholdStat.INCOME_SQUARED] += yuan * yuan


@step
def trace_household(f, w, u, trace, school, medical, housing, options):
    """Write one household's year, every lane: trace[Trace, lane]."""
    for i in range(u.shape[1]):
        flags, dates = f[Word.FLAGS, i], f[Word.DATES, i]
        for source in range(5):
            trace[Trace.WAGE + source, i] = u[X_WAGE + source, i]
        trace[Trace.TOTAL_FEN, i] = u[TOTAL, i]
        trace[Trace.PC_FEN, i] = u[PC, i]
        trace[Trace.STATUS, i] = f[Word.STATUS, i]
        trace[Trace.BY_DIBAO, i] = 1.0 if (flags & Flag.BY_DIBAO) != 0 else 0.0
        trace[Trace.BEGUN, i] = flags // Flag.BEGUN & 15
        trace[Trace.INDUSTRY_ALIVE, i] = 1.0 if has_living_project(flags) else 0.0
        trace[Trace.PLACED_0, i] = 1.0 if date(dates, Date.PLACED_0) > 0 else 0.0
        trace[Trace.PLACED_1, i] = 1.0 if date(dates, Date.PLACED_1) > 0 else 0.0
        trace[Trace.POST, i] = 1.0 if (flags & Flag.HAS_POST) != 0 else 0.0
        trace[Trace.SHARES, i] = 1.0 if (flags & Flag.HAS_SHARES) != 0 else 0.0
        enrolled = 1 if (flags & Flag.ENROLLED) != 0 else 0
        trace[Trace.ENROLLED, i] = enrolled
        trace[Trace.HELD, i] = 1.0 if are_held(school, medical, housing, enrolled, options) else 0.0
        trace[Trace.AT_FIXED, i] = 1.0 if reaches(u[PC, i], w[W.FIXED_FEN, i]) else 0.0
        trace[Trace.AT_MOVING, i] = 1.0 if reaches(u[PC, i], w[W.MOVING_FEN, i]) else 0.0


@step
def close_village(n, w, local, spent, out, village, year, groups, options):
    """Step 13: the village's mean, its line, its exit; add its statistics to its cell, its sums and its histograms."""
    poor, residents, people = groups.is_poor[village], groups.residents[village], groups.people[village]
    others, base = groups.others[village], groups.other_income[village]
    for i in range(options.valid):
        other_fen = base * 100.0 * w[W.INCOME_RATIO, i] * local[i] * w[W.PROVINCE, i]
        mean = (n[Stat.TOTAL_FEN, i] + n[Stat.COLLECTIVE_FEN, i] + others * other_fen) / residents
        mean_fen = math.floor(mean + 0.5)
        at_fixed = 1 if reaches(mean_fen, w[W.VILLAGE_FIXED_FEN, i]) else 0
        at_moving = 1 if reaches(mean_fen, w[W.VILLAGE_MOVING_FEN, i]) else 0
        exits = at_fixed if n[Stat.NOT_EXITED, i] <= options.tolerated * residents else 0
        n[Stat.MEAN_FIXED, i] += at_fixed * poor
        n[Stat.MEAN_MOVING, i] += at_moving * poor
        n[Stat.VILLAGE_EXITS, i] += exits * poor
        sums = out.villages[village, year]
        fixed = n[Stat.CAPABLE_FIXED, i] + n[Stat.WITHOUT_FIXED, i]
        sums[VillageStat.AT_FIXED] += fixed
        sums[VillageStat.AT_MOVING] += n[Stat.CAPABLE_MOVING, i] + n[Stat.WITHOUT_MOVING, i]
        sums[VillageStat.EXITED] += n[Stat.EXITED, i]
        sums[VillageStat.MEAN_FEN] += int(mean_fen)
        yuan = math.floor(mean_fen / 100.0 + 0.5)
        sums[VillageStat.MEAN_SQUARED] += yuan * yuan
        sums[VillageStat.MEAN_FIXED] += at_fixed
        sums[VillageStat.MEAN_MOVING] += at_moving
        sums[VillageStat.EXITS] += exits
        sums[VillageStat.SPENT_FEN] += spent[i]
        share = (fixed * (SHARE_BINS - 1)) // people if people > 0 else 0
        out.share_bins[village, year, share] += 1
        out.mean_bins[village, year, min(max(int(mean_fen) // INCOME_BIN_FEN, 0), INCOME_BINS - 1)] += 1
    cell = groups.cell[village]
    for stat in range(n.shape[0]):
        for i in range(n.shape[1]):
            out.cells[year, cell, stat, i] += n[stat, i]

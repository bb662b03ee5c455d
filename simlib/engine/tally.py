"""Counting: everything that crosses households or draws is added as int64, so that any order of blocks gives the same bits.

People and households of a group are first added as int32, twice as many lanes to a vector, and transferred before they could overflow.
"""

import math

import numpy as np

from simlib.compiled import step
from simlib.engine.counted import (
    GAP_UNIT,
    INCOME_BIN_FEN,
    INCOME_BINS,
    STATS,
    HouseholdStat,
    Mark,
    Sign,
    Stat,
)
from simlib.engine.holdings import is_active, status_of
from simlib.engine.rows import LANES, flat, row
from simlib.engine.scratch import MARKS, PC, SIGNS, X_BUSINESS, X_DIBAO, X_PROPERTY, X_TRANSFER, X_WAGE
from simlib.engine.slots import World as W
from simlib.engine.state import WORDS, Status, Word

MOST_COUNTED = 2**31 - 1  # people of one household, and of those between two transfers
BYTES = np.int32(0x01010101)


@step
def count_signs(notes, c, people, heads, capable, lanes):
    """Add a household of the base-year register to what is counted of people and households: c[Stat, lane]."""
    signs = row(notes, SIGNS)
    at_fixed, at_moving = (Stat.CAPABLE_FIXED, Stat.CAPABLE_MOVING) if capable == 1 else (Stat.WITHOUT_FIXED, Stat.WITHOUT_MOVING)
    fixed, fixed_hh, moving, moving_hh = row(c, at_fixed), row(c, at_fixed + 1), row(c, at_moving), row(c, at_moving + 1)
    exited, exited_hh, by_dibao = row(c, Stat.EXITED), row(c, Stat.EXITED_HH), row(c, Stat.EXITED_BY_DIBAO)
    exits, returns, before = row(c, Stat.EXITS), row(c, Stat.REENTRIES), row(c, Stat.EXITED_BEFORE)
    below, under, dibao = row(c, Stat.BELOW_AFTER_EXIT), row(c, Stat.UNDER_IDENTIFICATION), row(c, Stat.DIBAO_PEOPLE)
    persons, houses, none = np.int32(people), np.int32(heads), np.int32(0)
    for i in range(lanes):
        seen = signs[i]
        fixed[i] += persons if (seen & Sign.AT_FIXED) != 0 else none
        fixed_hh[i] += houses if (seen & Sign.AT_FIXED) != 0 else none
        moving[i] += persons if (seen & Sign.AT_MOVING) != 0 else none
        moving_hh[i] += houses if (seen & Sign.AT_MOVING) != 0 else none
        exited[i] += persons if (seen & Sign.EXITED) != 0 else none
        exited_hh[i] += houses if (seen & Sign.EXITED) != 0 else none
        by_dibao[i] += persons if (seen & Sign.BY_DIBAO) != 0 else none
        exits[i] += persons if (seen & Sign.LEAVES) != 0 else none
        returns[i] += persons if (seen & Sign.FALLS) != 0 else none
        before[i] += persons if (seen & Sign.WAS_OUT) != 0 else none
        below[i] += persons if (seen & Sign.BELOW_AFTER_EXIT) != 0 else none
        under[i] += persons if (seen & Sign.UNDER_IDENTIFICATION) != 0 else none
        dibao[i] += persons if (seen & Sign.DIBAO) != 0 else none


@step
def count_marks(notes, c, people, heads, capable, lanes):
    """Add a household of the base-year register to what is counted beside the verdict: c[Stat, lane]."""
    signs, marks = row(notes, SIGNS), row(notes, MARKS)
    at_indexed = Stat.CAPABLE_INDEXED if capable == 1 else Stat.WITHOUT_INDEXED
    indexed, indexed_hh, whole = row(c, at_indexed), row(c, at_indexed + 1), row(c, Stat.GUARANTEED)
    paper, stable, sheet = row(c, Stat.PAPER), row(c, Stat.STABLE), row(c, Stat.SHEET)
    sheet_only, exit_only = row(c, Stat.SHEET_ONLY), row(c, Stat.EXIT_ONLY)
    persons, houses, none = np.int32(people), np.int32(heads), np.int32(0)
    for i in range(lanes):
        seen, noted = signs[i], marks[i]
        indexed[i] += persons if (noted & Mark.AT_INDEXED) != 0 else none
        indexed_hh[i] += houses if (noted & Mark.AT_INDEXED) != 0 else none
        whole[i] += persons if (seen & Sign.GUARANTEED) != 0 else none
        paper[i] += persons if (noted & Mark.PAPER) != 0 else none
        stable[i] += persons if (noted & Mark.STABLE) != 0 else none
        sheet[i] += persons if (noted & Mark.SHEET) != 0 else none
        sheet_only[i] += persons if (noted & Mark.SHEET_ONLY) != 0 else none
        exit_only[i] += persons if (noted & Mark.EXIT_ONLY) != 0 else none


@step
def count_moves(notes, c, people, lanes):
    """Add a household to what happens to few: back in at the year's start, out again, out on paper only, removed."""
    marks, before, again = row(notes, MARKS), row(c, Stat.REENTERED_BEFORE), row(c, Stat.EXITS_AGAIN)
    paper, removed = row(c, Stat.PAPER_EXITS), row(c, Stat.REMOVED)
    persons, none = np.int32(people), np.int32(0)
    for i in range(lanes):
        noted = marks[i]
        before[i] += persons if (noted & Mark.WAS_BACK) != 0 else none
        again[i] += persons if (noted & Mark.AGAIN) != 0 else none
        paper[i] += persons if (noted & Mark.PAPER_EXIT) != 0 else none
        removed[i] += persons if (noted & Mark.REMOVED) != 0 else none


@step
def count_without(notes, c, people, heads, lanes):
    """Add a household without labour capacity to those covered by dibao or by an income, and to the gap group."""
    signs, covered, covered_hh = row(notes, SIGNS), row(c, Stat.COVERED), row(c, Stat.COVERED_HH)
    gap, gap_hh = row(c, Stat.GAP_GROUP), row(c, Stat.GAP_GROUP_HH)
    persons, houses, none = np.int32(people), np.int32(heads), np.int32(0)
    for i in range(lanes):
        covered[i] += persons if (signs[i] & Sign.COVERED) != 0 else none
        covered_hh[i] += houses if (signs[i] & Sign.COVERED) != 0 else none
        gap[i] += persons if (signs[i] & Sign.IN_GAP) != 0 else none
        gap_hh[i] += houses if (signs[i] & Sign.IN_GAP) != 0 else none


@step
def count_sign(notes, c, stat, sign, people, lanes):
    """Add a household to a statistic where it has a sign."""
    signs, counted = row(notes, SIGNS), row(c, stat)
    persons, none = np.int32(people), np.int32(0)
    for i in range(lanes):
        counted[i] += persons if (signs[i] & sign) != 0 else none


@step
def count_candidate(f, at, c, people, lanes):
    """Add a near-poor household, which no base-year count knows: whether it has entered, and whether it waits to leave."""
    flags, entered, waiting = row(f, at * WORDS + Word.FLAGS), row(c, Stat.ENTERED), row(c, Stat.NOT_EXITED)
    persons, none = np.int32(people), np.int32(0)
    for i in range(lanes):
        entered[i] += persons if status_of(flags[i]) != Status.CANDIDATE else none
        waiting[i] += persons if is_active(flags[i]) else none


@step
def transfer(c, t, lanes):
    """Add what was counted in 32 bits to t[Stat, lane], and begin anew."""
    for stat in range(STATS):
        counted, total = row(c, stat), row(t, stat)
        for i in range(lanes):
            total[i] += counted[i]
            counted[i] = 0


@step
def count_money(u, t, sums, heads, capable, lanes, surplus):
    """Add a household's income by source, in fen, to its village's t[Stat, lane] and to its own sums over draws.

    `surplus`: lanes at the end that only fill up the block; they are copies of the last one and are taken off again.
    """
    first = Stat.CAPABLE_WAGE if capable == 1 else Stat.WITHOUT_WAGE
    x_wage, x_business, x_property, x_transfer, x_dibao = (
        row(u, X_WAGE),
        row(u, X_BUSINESS),
        row(u, X_PROPERTY),
        row(u, X_TRANSFER),
        row(u, X_DIBAO),
    )
    wages, trade, assets, transfers, dibao = row(t, first), row(t, first + 1), row(t, first + 2), row(t, first + 3), row(t, first + 4)
    wage, business, prop, transfer_, topped = np.int64(0), np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    for i in range(lanes):
        fen = np.int64(x_wage[i])
        wages[i] += fen * heads
        wage += fen
        fen = np.int64(x_business[i])
        trade[i] += fen * heads
        business += fen
        fen = np.int64(x_property[i])
        assets[i] += fen * heads
        prop += fen
        fen = np.int64(x_transfer[i])
        transfers[i] += fen * heads
        transfer_ += fen
        fen = np.int64(x_dibao[i])
        dibao[i] += fen * heads
        topped += fen
    sums[HouseholdStat.WAGE] += wage - surplus * np.int64(x_wage[lanes - 1])
    sums[HouseholdStat.BUSINESS] += business - surplus * np.int64(x_business[lanes - 1])
    sums[HouseholdStat.PROPERTY] += prop - surplus * np.int64(x_property[lanes - 1])
    sums[HouseholdStat.TRANSFER] += transfer_ - surplus * np.int64(x_transfer[lanes - 1])
    sums[HouseholdStat.DIBAO] += topped - surplus * np.int64(x_dibao[lanes - 1])


@step
def count_sources(u, t, heads, capable, lanes):
    """Add a household's income by source, in fen, to its village's t[Stat, lane]."""
    first = Stat.CAPABLE_WAGE if capable == 1 else Stat.WITHOUT_WAGE
    for source in range(5):
        add_money(u, X_WAGE + source, t, first + source, heads, lanes)


@step
def add_constant(t, stat, people, lanes):
    """Add the same to a statistic in every lane."""
    total = row(t, stat)
    for i in range(lanes):
        total[i] += people


@step
def count_gap(w, u, t, people, lanes):
    """Add a household's poverty gap at the fixed line to GAP_FEN and GAP_SQUARED; gaps are taken on max(income, 0)."""
    pc, line, per_line = row(u, PC), row(w, W.FIXED_FEN), row(w, W.PER_FIXED_FEN)
    gaps, squares = row(t, Stat.GAP_FEN), row(t, Stat.GAP_SQUARED)
    for i in range(lanes):
        gap = max(0.0, line[i] - max(pc[i], 0.0))
        relative = gap * per_line[i]
        gaps[i] += np.int64(gap) * people
        squares[i] += np.int64(np.floor(relative * relative * GAP_UNIT + 0.5)) * people


@step
def add_money(u, which, t, stat, heads, lanes):
    """Add a row of u in fen to a statistic."""
    fen, total = row(u, which), row(t, stat)
    for i in range(lanes):
        total[i] += np.int64(fen[i]) * heads


@step
def count_incomes(u, places, fen, people, incomes, year, lanes):
    """Add a household to the histogram of per-head income: incomes[year, bin, lane, people | fen]; places and fen [lane] are worked in."""
    pc, cells, first = row(u, PC), flat(incomes), year * (2 * INCOME_BINS * LANES)
    for i in range(lanes):
        place = math.floor((pc[i] + 0.5) * (1.0 / INCOME_BIN_FEN))  # half a fen from every edge: exact without a division
        place = min(max(place, 0.0), INCOME_BINS - 1.0)
        places[i] = np.int32(np.int32(place) * (2 * LANES) + 2 * i)
        fen[i] = people * np.int64(pc[i])
    for i in range(lanes):
        at = np.uint64(first + places[i])
        cells[at] += people
        cells[at + np.uint64(1)] += fen[i]


@step
def count_household(u, notes, sums, lanes, surplus):
    """Add the lanes that count to one household's sums over draws: what it reached and held, and the square of its income."""
    signs, marks, pc = row(notes, SIGNS), row(notes, MARKS), row(u, PC)
    first, second, third, squares = np.int32(0), np.int32(0), np.int32(0), np.int64(0)
    fourth, fifth, sixth = np.int32(0), np.int32(0), np.int32(0)
    for i in range(lanes):
        seen, noted = signs[i], marks[i]
        first = np.int32(first + (seen & BYTES))  # of 32 bits: NumPy's and Numba's sums of two are of 64
        second = np.int32(second + (seen >> 1 & BYTES))
        third = np.int32(third + (seen >> 2 & BYTES))
        fourth = np.int32(fourth + (seen >> 6 & BYTES))
        fifth = np.int32(fifth + (noted & BYTES))
        sixth = np.int32(sixth + (noted >> 1 & BYTES))
    for i in range(lanes):  # halves up, half a fen from every tie: exact without a division
        yuan = np.int64(math.floor((pc[i] + 50.5) * 0.01))
        squares += yuan * yuan
    last, noted = signs[lanes - 1], marks[lanes - 1]
    one, two, three = first - surplus * (last & BYTES), second - surplus * (last >> 1 & BYTES), third - surplus * (last >> 2 & BYTES)
    four, five, six = fourth - surplus * (last >> 6 & BYTES), fifth - surplus * (noted & BYTES), sixth - surplus * (noted >> 1 & BYTES)
    yuan = np.int64(math.floor((pc[lanes - 1] + 50.5) * 0.01))
    sums[HouseholdStat.AT_FIXED] += one & 255
    sums[HouseholdStat.AT_MOVING] += one >> 8 & 255
    sums[HouseholdStat.EXITED] += one >> 16 & 255
    sums[HouseholdStat.REENTERED] += one >> 24 & 255
    sums[HouseholdStat.PLACED] += (two & 255) + (two >> 8 & 255)
    sums[HouseholdStat.INDUSTRY] += two >> 16 & 255
    sums[HouseholdStat.TRAINING] += two >> 24 & 255
    sums[HouseholdStat.PUBLIC_POST] += three & 255
    sums[HouseholdStat.ASSET_SHARES] += three >> 8 & 255
    sums[HouseholdStat.LAND_TRANSFER] += three >> 16 & 255
    sums[HouseholdStat.MICROCREDIT] += three >> 24 & 255
    sums[HouseholdStat.LOCAL_JOBS] += four & 255
    sums[HouseholdStat.HOUSING] += four >> 8 & 255
    sums[HouseholdStat.SAFE] += four >> 16 & 255
    sums[HouseholdStat.GUARANTEED] += four >> 24 & 255
    sums[HouseholdStat.AT_INDEXED] += five & 255
    sums[HouseholdStat.PAPER] += five >> 8 & 255
    sums[HouseholdStat.SHEET] += five >> 16 & 255
    sums[HouseholdStat.STABLE] += five >> 24 & 255
    sums[HouseholdStat.SHEET_ONLY] += six & 255
    sums[HouseholdStat.EXIT_ONLY] += six >> 8 & 255
    sums[HouseholdStat.REMOVED] += six >> 16 & 255
    sums[HouseholdStat.INCOME_SQUARED] += squares - surplus * yuan * yuan

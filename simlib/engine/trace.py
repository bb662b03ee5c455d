"""The trace of one household: what it had, held and was judged by in every year and lane, for tests and explanations."""

from simlib.compiled import aside, step
from simlib.engine.counted import TRACES, Mark, Sign, Trace
from simlib.engine.holdings import date, has_living_project, is_let, status_of
from simlib.engine.judging import are_held
from simlib.engine.rows import row
from simlib.engine.scratch import DIVIDEND, MARKS, NOTHING, PC, RENT, REPORTED, SIGNS, TOTAL, X_BUSINESS, X_WAGE
from simlib.engine.slots import World as W
from simlib.engine.state import CHOSEN, FIELDS, WORDS, Date, Field, Flag, MoreDate, Word

EVERY_BEGUN = 2**CHOSEN - 1


@aside
def trace_household(f, at, u, notes, trace, place, t, school, medical, options, lanes):
    """Write one household's year, every lane: trace[household, year, Trace, lane], `place` counting households and years together."""
    flags, dates, signs, marks = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES), row(notes, SIGNS), row(notes, MARKS)
    more = row(f, at * WORDS + Word.MORE_DATES)
    for source in range(5):
        fen, told = row(u, X_WAGE + source), row(trace, place * TRACES + Trace.WAGE + source)
        for i in range(lanes):
            told[i] = fen[i]
    write(trace, place, Trace.TOTAL_FEN, row(u, TOTAL), lanes)
    write(trace, place, Trace.PC_FEN, row(u, PC), lanes)
    write(trace, place, Trace.REPORTED_FEN, row(u, REPORTED), lanes)
    for i in range(lanes):
        enrolled, known, seen, noted = 1 if (flags[i] & Flag.ENROLLED) != 0 else 0, flags[i], signs[i], marks[i]
        tell(trace, place, Trace.STATUS, i, status_of(known))
        tell(trace, place, Trace.BY_DIBAO, i, (known & Flag.BY_DIBAO) != 0)
        tell(trace, place, Trace.BEGUN, i, known // Flag.BEGUN & EVERY_BEGUN)
        tell(trace, place, Trace.INDUSTRY_ALIVE, i, has_living_project(known))
        tell(trace, place, Trace.PLACED_0, i, date(dates[i], Date.PLACED_0) > 0)
        tell(trace, place, Trace.PLACED_1, i, date(dates[i], Date.PLACED_1) > 0)
        tell(trace, place, Trace.POST, i, (known & Flag.HAS_POST) != 0)
        tell(trace, place, Trace.SHARES, i, (known & Flag.HAS_SHARES) != 0)
        tell(trace, place, Trace.ENROLLED, i, enrolled)
        tell(trace, place, Trace.HELD, i, are_held(school, medical, (seen & Sign.SAFE) != 0, enrolled, options))
        tell(trace, place, Trace.AT_FIXED, i, (seen & Sign.AT_FIXED) != 0)
        tell(trace, place, Trace.AT_MOVING, i, (seen & Sign.AT_MOVING) != 0)
        tell(trace, place, Trace.AT_INDEXED, i, (noted & Mark.AT_INDEXED) != 0)
        tell(trace, place, Trace.LAND, i, is_let(known))
        tell(trace, place, Trace.LOAN, i, (seen & Sign.MICROCREDIT) != 0)
        tell(trace, place, Trace.LOCAL, i, (known & Flag.HAS_LOCAL) != 0)
        tell(trace, place, Trace.HOUSED, i, (known & Flag.HAS_HOUSE) != 0)
        tell(trace, place, Trace.SAFE, i, (seen & Sign.SAFE) != 0)
        tell(trace, place, Trace.GUARANTEED, i, (seen & Sign.GUARANTEED) != 0)
        tell(trace, place, Trace.SUPPORTED, i, (known & Flag.SUPPORTED) != 0)
        tell(trace, place, Trace.REMOVED, i, (noted & Mark.REMOVED) != 0)
        tell(trace, place, Trace.PAPER, i, (noted & Mark.PAPER) != 0)
        tell(trace, place, Trace.SHEET, i, (noted & Mark.SHEET) != 0)
        tell(trace, place, Trace.STABLE, i, (noted & Mark.STABLE) != 0)
        tell(trace, place, Trace.ILL, i, (known & Flag.ILL) != 0)
        tell(trace, place, Trace.CROP_LOST, i, (known & Flag.CROP_LOST) != 0)
        tell(trace, place, Trace.JOB_LOST, i, (known & Flag.JOB_LOST) != 0)
        tell(trace, place, Trace.DEFAULTED, i, date(more[i], MoreDate.DEFAULT) == t)


@aside
def write(trace, place, slot, values, lanes):
    """A row of numbers into a slot."""
    told = row(trace, place * TRACES + slot)
    for i in range(lanes):
        told[i] = values[i]


@step
def tell(trace, place, slot, lane, value):
    """One number into one lane of a slot."""
    row(trace, place * TRACES + slot)[lane] = value * 1.0


@aside
def trace_own(s, at, u, trace, place, earns, lanes):
    """Structural income and what this year's luck made of it. `earns`: whether there is any."""
    for i in range(lanes):
        tell(trace, place, Trace.OWN_WAGE, i, row(s, at * FIELDS + Field.WAGE)[i] if earns else 0.0)
        tell(trace, place, Trace.OWN_BUSINESS, i, row(s, at * FIELDS + Field.BUSINESS)[i] if earns else 0.0)
    write(trace, place, Trace.SEEN_WAGE, row(u, X_WAGE), lanes)
    write(trace, place, Trace.SEEN_BUSINESS, row(u, X_BUSINESS), lanes)


@aside
def trace_quiet_sources(f, at, w, u, trace, place, rents, shares, own_property, own_transfer, heads, contributors, lanes):
    """Property and transfers as running sums: what the household brings, then what measures add (step 8's own sums)."""
    flags = row(f, at * WORDS + Word.FLAGS)
    property_grown = row(w, W.GROWN_UP if own_property > 0.0 else W.GROWN_DOWN)
    transfer_grown = row(w, W.GROWN_UP if own_transfer > 0.0 else W.GROWN_DOWN)
    rent, dividend = row(u, RENT if rents == 1 else NOTHING), row(u, DIVIDEND if shares == 1 else NOTHING)
    per_head, pension = row(w, W.SOCIAL_INCREMENT), row(w, W.PENSION)
    for i in range(lanes):
        assets, transfers = own_property * property_grown[i], own_transfer * transfer_grown[i]
        enrolled = (flags[i] & Flag.ENROLLED) != 0
        tell(trace, place, Trace.OWN_PROPERTY, i, assets)
        tell(trace, place, Trace.WITH_RENT, i, assets + rent[i])
        tell(trace, place, Trace.WITH_DIVIDEND, i, assets + rent[i] + dividend[i])
        tell(trace, place, Trace.OWN_TRANSFER, i, transfers)
        tell(trace, place, Trace.WITH_INCREMENT, i, transfers + (per_head[i] * heads if enrolled else 0.0))
        whole = per_head[i] * heads + pension[i] * contributors
        tell(trace, place, Trace.WITH_PENSION, i, transfers + (whole if enrolled else 0.0))

"""The trace of one household: what it had, held and was judged by in every year and lane, for tests and explanations."""

from simlib.compiled import step
from simlib.engine.holdings import date, has_living_project, status_of
from simlib.engine.household import PC, SIGNS, TOTAL, X_WAGE, are_held
from simlib.engine.rows import row
from simlib.engine.state import TRACES, WORDS, Date, Flag, Sign, Trace, Word


@step
def trace_household(f, at, u, notes, trace, place, school, medical, housing, options, lanes):
    """Write one household's year, every lane: trace[household, year, Trace, lane], `place` counting households and years together."""
    flags, dates, signs = row(f, at * WORDS + Word.FLAGS), row(f, at * WORDS + Word.DATES), row(notes, SIGNS)
    for source in range(5):
        fen, told = row(u, X_WAGE + source), row(trace, place * TRACES + Trace.WAGE + source)
        for i in range(lanes):
            told[i] = fen[i]
    write(trace, place, Trace.TOTAL_FEN, row(u, TOTAL), lanes)
    write(trace, place, Trace.PC_FEN, row(u, PC), lanes)
    for i in range(lanes):
        enrolled = 1 if (flags[i] & Flag.ENROLLED) != 0 else 0
        tell(trace, place, Trace.STATUS, i, status_of(flags[i]))
        tell(trace, place, Trace.BY_DIBAO, i, (flags[i] & Flag.BY_DIBAO) != 0)
        tell(trace, place, Trace.BEGUN, i, flags[i] // Flag.BEGUN & 15)
        tell(trace, place, Trace.INDUSTRY_ALIVE, i, has_living_project(flags[i]))
        tell(trace, place, Trace.PLACED_0, i, date(dates[i], Date.PLACED_0) > 0)
        tell(trace, place, Trace.PLACED_1, i, date(dates[i], Date.PLACED_1) > 0)
        tell(trace, place, Trace.POST, i, (flags[i] & Flag.HAS_POST) != 0)
        tell(trace, place, Trace.SHARES, i, (flags[i] & Flag.HAS_SHARES) != 0)
        tell(trace, place, Trace.ENROLLED, i, enrolled)
        tell(trace, place, Trace.HELD, i, are_held(school, medical, housing, enrolled, options))
        tell(trace, place, Trace.AT_FIXED, i, (signs[i] & Sign.AT_FIXED) != 0)
        tell(trace, place, Trace.AT_MOVING, i, (signs[i] & Sign.AT_MOVING) != 0)


@step
def write(trace, place, slot, values, lanes):
    """A row of numbers into a slot."""
    told = row(trace, place * TRACES + slot)
    for i in range(lanes):
        told[i] = values[i]


@step
def tell(trace, place, slot, lane, value):
    """One number into one lane of a slot."""
    row(trace, place * TRACES + slot)[lane] = value * 1.0

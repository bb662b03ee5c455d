"""What a household holds: the years in DATES, the bits in FLAGS, and what beginning a measure does to them."""

import numpy as np

from simlib.compiled import rule, step
from simlib.engine.state import Date, Field, Flag, Measure

PLACE = np.int64(15)  # four bits of DATES


@rule
def date(dates, place):
    """The year packed at a place of DATES, 0 for never."""
    return np.int64(dates) >> place & PLACE


@rule
def with_date(dates, place, t):
    """DATES with the year t at a place."""
    return np.int32((np.int64(dates) & ~(PLACE << place)) | (np.int64(t) << place))


@rule
def course_slot(dates, idle, t):
    """The lowest idle slot that never had a course, -1 for none or when a course is already taken this year."""
    course_0, course_1 = date(dates, Date.COURSE_0), date(dates, Date.COURSE_1)
    second = 1 if (idle > 1) & (date(dates, Date.PLACED_1) == 0) & (course_1 == 0) else -1
    slot = 0 if (idle > 0) & (date(dates, Date.PLACED_0) == 0) & (course_0 == 0) else second
    return -1 if (course_0 == t) | (course_1 == t) else slot


@rule
def has_living_project(flags):
    """Whether a household runs an industry project that has not failed."""
    return (flags & (Flag.HAS_INDUSTRY | Flag.INDUSTRY_FAILED)) == Flag.HAS_INDUSTRY


@rule
def is_free(measure, flags, dates, idle, t):
    """Whether a household does not hold the measure yet."""
    held = Flag.HAS_INDUSTRY if measure == Measure.INDUSTRY else (Flag.HAS_SHARES if measure == Measure.ASSET_SHARES else Flag.HAS_POST)
    return course_slot(dates, idle, t) >= 0 if measure == Measure.TRAINING else (flags & held) == 0


@step
def begin(measure, flags, dates, idle, t):
    """Flags and dates of a household that begins a measure this year."""
    held = Flag.HAS_SHARES if measure == Measure.ASSET_SHARES else (Flag.HAS_POST if measure == Measure.PUBLIC_POST else 0)
    held = Flag.HAS_INDUSTRY if measure == Measure.INDUSTRY else held
    place = Date.SHARES if measure == Measure.ASSET_SHARES else Date.INDUSTRY
    place = (Date.COURSE_1 if course_slot(dates, idle, t) == 1 else Date.COURSE_0) if measure == Measure.TRAINING else place
    dated = dates if measure == Measure.PUBLIC_POST else with_date(dates, place, t)
    return flags | np.int32(held | (Flag.BEGUN << measure)), dated


@rule
def field_of(measure):
    """Where a measure's yuan are kept; a course keeps nothing, so it shares the labour's place and adds none."""
    other = Field.POST if measure == Measure.PUBLIC_POST else Field.LABOUR
    return Field.INDUSTRY_CAPITAL if measure == Measure.INDUSTRY else (Field.ASSET_CAPITAL if measure == Measure.ASSET_SHARES else other)

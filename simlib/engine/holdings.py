"""What a household holds: its status and the bits in FLAGS, the years in DATES, and what beginning a measure does to them."""

import numpy as np

from simlib.compiled import rule
from simlib.engine.state import Date, Flag, Measure, MoreDate, Stake, Status

PLACE = np.int32(15)  # four bits of DATES


@rule
def status_of(flags):
    """The register status, a `Status`."""
    return flags & np.int32(Flag.STATUS)


@rule
def with_status(flags, status):
    """FLAGS with another status."""
    return (flags & ~np.int32(Flag.STATUS)) | np.int32(status)


@rule
def is_active(flags):
    """On the register: in or re-entered."""
    status = status_of(flags)
    return (status == Status.IN) | (status == Status.REENTERED)


@rule
def date(dates, place):
    """The year packed at a place of DATES, 0 for never."""
    return dates >> np.int32(place) & PLACE


@rule
def with_date(dates, place, t):
    """DATES with the year t at a place."""
    return np.int32((dates & ~(PLACE << np.int32(place))) | (np.int32(t) << np.int32(place)))


@rule
def took_course(dates, place, t):
    """Whether the worker of a place took its course in the year t; year 0 is never."""
    return (date(dates, place) == t) & (t > 0)


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
    return (flags & np.int32(Flag.HAS_INDUSTRY | Flag.INDUSTRY_FAILED)) == Flag.HAS_INDUSTRY


@rule
def is_let(flags):
    """Whether a household's land is let and the tenant there; in the year of the contract too."""
    return (flags & np.int32(Flag.HAS_LAND | Flag.TENANT_LEFT)) == Flag.HAS_LAND


HELD = np.array(
    [
        *(Flag.HAS_INDUSTRY, 0, Flag.HAS_POST, Flag.HAS_SHARES, Flag.HAS_LAND),
        *(Flag.HAS_LOAN, Flag.HAS_LOCAL, Flag.HAS_HOUSE, Flag.HAS_MINDSET),
    ],
    dtype=np.int32,
)
STAKE = np.array([Stake.INDUSTRY, -1, Stake.POST, Stake.SHARES, -1, Stake.LOAN, Stake.LOCAL, -1, -1])
PLACES = np.array([Date.INDUSTRY, -1, -1, Date.SHARES, MoreDate.LAND, MoreDate.LOAN, -1, -1, -1])


@rule
def held_bit(measure):
    """The bit of FLAGS that says that a measure is held; a course leaves none."""
    return HELD[measure]


@rule
def excluded(measure, flags):
    """Whether something else is on the household's land: a living project where it would be let, a contract where a project would be."""
    on_land = has_living_project(flags) if measure == Measure.LAND_TRANSFER else is_let(flags)
    return on_land & ((measure == Measure.LAND_TRANSFER) | (measure == Measure.INDUSTRY))


@rule
def begun_bit(measure):
    """The bit of FLAGS that says that a measure was begun this year."""
    return np.int32(Flag.BEGUN << measure)


@rule
def is_free(measure, flags, dates, idle, t):
    """Whether a household does not hold the measure yet, and has room for it."""
    free = ((flags & held_bit(measure)) == 0) & (not excluded(measure, flags))
    return course_slot(dates, idle, t) >= 0 if measure == Measure.TRAINING else free


@rule
def dates_more(measure):
    """Whether the year of a measure's beginning stands in MORE_DATES."""
    return (measure == Measure.LAND_TRANSFER) | (measure == Measure.MICROCREDIT)


@rule
def course_dated(dates, idle, t):
    """DATES of a household that takes a course this year."""
    return with_date(dates, Date.COURSE_1 if course_slot(dates, idle, t) == 1 else Date.COURSE_0, t)


@rule
def date_place(measure):
    """Where the year of a measure's beginning is kept, in DATES or MORE_DATES; -1 for a course, and for what keeps none."""
    return PLACES[measure]


@rule
def stake_of(measure):
    """Where a measure's yuan are kept; -1 for what keeps none."""
    return STAKE[measure]

"""What came of a year and is counted: signs, statistics of villages and households, the trace. Enumerations, as in `state`."""

from enum import IntEnum


class Sign(IntEnum):
    """What came of a household's year, as bits, so that counting is adding people where a bit is set.

    Those that are summed over draws for each household stand in the same place of different bytes: one addition counts four of them.
    """

    AT_FIXED = 1 << 0
    AT_MOVING = 1 << 8
    EXITED = 1 << 16
    REENTERED = 1 << 24
    PLACED_0 = 1 << 1
    PLACED_1 = 1 << 9
    INDUSTRY = 1 << 17
    TRAINING = 1 << 25
    PUBLIC_POST = 1 << 2
    ASSET_SHARES = 1 << 10
    BY_DIBAO = 1 << 3
    LEAVES = 1 << 11
    FALLS = 1 << 19
    WAS_OUT = 1 << 27
    BELOW_AFTER_EXIT = 1 << 4
    DIBAO = 1 << 12
    UNDER_IDENTIFICATION = 1 << 20
    COVERED = 1 << 28
    IN_GAP = 1 << 5
    ENROLLED = 1 << 13
    BELOW_ZERO = 1 << 21
    LAND_TRANSFER = 1 << 18
    MICROCREDIT = 1 << 26
    LOCAL_JOBS = 1 << 6
    HOUSING = 1 << 14  # a grant was given, this year or before
    SAFE = 1 << 22  # the house is
    GUARANTEED = 1 << 30  # food and clothing, school, medical care and housing


class Mark(IntEnum):
    """More of the same, in a second word; those summed for households stand in the same place of different bytes too."""

    AT_INDEXED = 1 << 0
    PAPER = 1 << 8  # at the governing line on paper only
    SHEET = 1 << 16  # passes the province's score sheet
    STABLE = 1 << 24
    SHEET_ONLY = 1 << 1  # passes the sheet and is not out of the register; the reverse
    EXIT_ONLY = 1 << 9
    REMOVED = 1 << 17
    PAPER_EXIT = 1 << 10
    AGAIN = 1 << 18  # leaves after a re-entry
    WAS_BACK = 1 << 26  # re-entered at the year's start


class Stat(IntEnum):
    """What is counted of a village in a year, int64[stat, lane].

    People and households carry their weight; the register means the base year's.
    """

    CAPABLE_FIXED = 0  # labour-capable people at the fixed line, households, and at the moving line
    CAPABLE_FIXED_HH = 1
    CAPABLE_MOVING = 2
    CAPABLE_MOVING_HH = 3
    WITHOUT_FIXED = 4  # without labour capacity, likewise
    WITHOUT_FIXED_HH = 5
    WITHOUT_MOVING = 6
    WITHOUT_MOVING_HH = 7
    CAPABLE_WAGE = 8  # income by source in fen: labour-capable, then without labour capacity
    CAPABLE_BUSINESS = 9
    CAPABLE_PROPERTY = 10
    CAPABLE_TRANSFER = 11
    CAPABLE_DIBAO = 12
    WITHOUT_WAGE = 13
    WITHOUT_BUSINESS = 14
    WITHOUT_PROPERTY = 15
    WITHOUT_TRANSFER = 16
    WITHOUT_DIBAO = 17
    EXITED = 18  # people out of the register at the year's end; households
    EXITED_HH = 19
    EXITED_BY_DIBAO = 20
    EXITS = 21  # who went out this year, and who fell back in
    REENTRIES = 22
    EXITED_BEFORE = 23  # out at the year's start
    BELOW_AFTER_EXIT = 24
    COVERED = 25  # without labour capacity: dibao, or at the governing line
    COVERED_HH = 26
    DIBAO_PEOPLE = 27
    SCHOOL = 28
    MEDICAL = 29
    UNDER_IDENTIFICATION = 30
    GAP_FEN = 31  # poverty at the fixed line: gap of all people in fen, squared relative gap in 1 / GAP_UNIT, people floored at zero
    GAP_SQUARED = 32
    FLOORED = 33
    ENTERED = 34  # candidates now on the register
    NOT_EXITED = 35  # people of all rows in status in or re-entered
    TOTAL_FEN = 36  # income of all rows
    COLLECTIVE_FEN = 37  # the village's part of dividends
    MEAN_FIXED = 38  # of a poor village: 1 at the village line; 1 where it exits
    MEAN_MOVING = 39
    VILLAGE_EXITS = 40
    GAP_GROUP = 41  # without labour capacity, above the dibao line and under the governing one: people
    CAPABLE_INDEXED = 42
    CAPABLE_INDEXED_HH = 43
    WITHOUT_INDEXED = 44
    WITHOUT_INDEXED_HH = 45
    HOUSED = 46  # people in safe houses
    GUARANTEED = 47  # people with food and clothing, school, medical care and housing
    PAPER = 48  # people at the governing line on paper only, and who left on paper only this year
    PAPER_EXITS = 49
    STABLE = 50  # people out for some years in a row
    REMOVED = 51  # wrongly listed people taken off the register
    REENTERED_BEFORE = 52  # people re-entered at the year's start, and those of them who left again this year
    EXITS_AGAIN = 53
    SHEET = 54  # people who pass the province's score sheet; who pass it and are not out; who are out and do not pass it
    SHEET_ONLY = 55
    EXIT_ONLY = 56
    MEAN_INDEXED = 57  # of a poor village, as MEAN_FIXED
    SERVICES = 58  # 1 where every service stands
    VILLAGE_SHEET = 59  # 1 where it passes the province's score sheet; passes and does not exit; exits and does not pass
    VILLAGE_SHEET_ONLY = 60
    VILLAGE_EXIT_ONLY = 61
    COLLECTIVE_OWN_FEN = 62  # income of the village's own capital, in COLLECTIVE_FEN too
    RESERVE_FEN = 63  # principal of loans that defaulted this year, charged to the guarantee reserve
    MADE_SAFE = 64  # people of the register in houses unsafe in the base year whose house is safe now
    GAP_GROUP_HH = 65


STATS = len(Stat)


class CellStat(IntEnum):
    """What is kept of every (county, helper type) cell by year and draw; the places of the same names in `Stat`."""

    CAPABLE_FIXED = 0
    CAPABLE_MOVING = 1
    COVERED = 2
    EXITED = 3
    VILLAGE_EXITS = 4
    GAP_GROUP = 5


STAT_OF_CELL = tuple(int(Stat[stat.name]) for stat in CellStat)
CELL_STATS = len(CellStat)


GAP_UNIT = 2.0**20


class HouseholdStat(IntEnum):
    """Per-household sums over draws, int64[household, year, statistic]."""

    AT_FIXED = 0
    AT_MOVING = 1
    EXITED = 2
    REENTERED = 3
    WAGE = 4  # fen
    BUSINESS = 5
    PROPERTY = 6
    TRANSFER = 7
    DIBAO = 8
    INCOME_SQUARED = 9  # of the per-head income in whole yuan
    PLACED = 10  # workers in a transfer job
    INDUSTRY = 11  # running measures
    TRAINING = 12  # a course this year
    PUBLIC_POST = 13
    ASSET_SHARES = 14
    LAND_TRANSFER = 15
    MICROCREDIT = 16
    LOCAL_JOBS = 17
    HOUSING = 18
    AT_INDEXED = 19
    PAPER = 20
    SHEET = 21
    STABLE = 22
    SHEET_ONLY = 23
    EXIT_ONLY = 24
    REMOVED = 25
    SAFE = 26
    GUARANTEED = 27


class VillageStat(IntEnum):
    """Per-village sums over draws, int64[village, year, statistic]."""

    AT_FIXED = 0  # people
    AT_MOVING = 1
    EXITED = 2
    MEAN_FEN = 3
    MEAN_SQUARED = 4  # of the mean in whole yuan
    MEAN_FIXED = 5
    MEAN_MOVING = 6
    EXITS = 7
    SPENT_FEN = 8
    AT_INDEXED = 9
    MEAN_INDEXED = 10
    SERVICES = 11
    SHEET = 12
    SHEET_ONLY = 13
    EXIT_ONLY = 14
    FILLED = 15  # share of the services' need that counts, in ten thousandths
    COLLECTIVE_FEN = 16
    INCOME_FEN = 17  # of registered households
    HOUSED = 18  # people of the register in safe houses; in houses made safe
    MADE_SAFE = 19
    GUARANTEED = 20


class Trace(IntEnum):
    """One household in one draw, float64[household, year, slot, lane]: for tests and explanations.

    From OWN_WAGE on yuan before rounding: running sums of a source after each step, so that their differences add up to what was rounded.
    """

    WAGE = 0
    BUSINESS = 1
    PROPERTY = 2
    TRANSFER = 3
    DIBAO = 4
    TOTAL_FEN = 5
    PC_FEN = 6
    STATUS = 7
    BY_DIBAO = 8
    BEGUN = 9  # bits of the measures begun this year
    INDUSTRY_ALIVE = 10
    PLACED_0 = 11
    PLACED_1 = 12
    POST = 13
    SHARES = 14
    ENROLLED = 15
    HELD = 16  # the guarantees that an exit asks for, without food and clothing
    AT_FIXED = 17
    AT_MOVING = 18
    AT_INDEXED = 19
    LAND = 20  # let, and the tenant there
    LOAN = 21  # running
    LOCAL = 22
    HOUSED = 23  # a grant was given, this year or before
    SAFE = 24
    GUARANTEED = 25
    SUPPORTED = 26
    REMOVED = 27
    PAPER = 28
    SHEET = 29
    STABLE = 30
    ILL = 31
    CROP_LOST = 32
    JOB_LOST = 33
    REPORTED_FEN = 34  # per-head income as reports count it
    DEFAULTED = 35
    OWN_WAGE = 36  # structural wages and business, before this year's luck
    OWN_BUSINESS = 37
    SEEN_WAGE = 38  # after this year's luck
    WITH_JOBS = 39
    WITH_POST = 40
    WITH_LOCAL = 41
    SEEN_BUSINESS = 42
    WITH_UPLIFT = 43
    WITH_LAND = 44
    WITH_PROJECT = 45
    WITH_LOAN = 46
    OWN_PROPERTY = 47
    WITH_RENT = 48
    WITH_DIVIDEND = 49
    OWN_TRANSFER = 50
    WITH_INCREMENT = 51
    WITH_PENSION = 52


TRACES = len(Trace)


INCOME_BINS = 128  # of 250 yuan a head; the last one takes all above
INCOME_BIN_FEN = 25_000
SHARE_BINS = 101  # whole per cents

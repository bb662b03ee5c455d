"""The one list of what the kernel's arrays hold: fields of a household, slots of the world, statistics that are counted.

A block of the kernel is `S[household, field, lane]` (float64) and `F[household, word, lane]` (int32); lanes are draws, innermost, so that
one household's work is the same for a whole vector of futures. The names are enumerations: to the compiler they are constants.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.funds import ACCOUNTS, FUNDS

BASE_YEAR = 2015
CLOSING_YEAR = 2018  # its books close on 2019-03-31, the programme's last day (Clause 三(十二))
GROUP_LIMIT = 5_000  # households of an allocation group
FEN = 100.0  # a yuan
SLOTS = 2  # workers of a household that may take a transfer job
INCOME_CLIP = 2**29  # fen a head (5.4 million yuan): last year's income as the priority of a round
NO_LIMIT = 2**62


class Field(IntEnum):
    """S: what a household carries from year to year, float64."""

    WAGE = 0  # structural, yuan a year
    BUSINESS = 1


FIELDS = 2


class Stake(IntEnum):
    """K: what measures have put into a household, float64; apart from S, because most households are never asked for it."""

    INDUSTRY = 0  # capital, yuan
    SHARES = 1
    POST = 2  # yuan of this year's public post
    LOAN = 3  # principal, yuan
    LOCAL = 4  # yuan of this year's day work on village projects


STAKES = 5
LABOUR_PARTS = 1000  # of a labour unit: labour is a budget in whole numbers


class Word(IntEnum):
    """F: the same, int32."""

    FLAGS = 0  # register status in the lowest two bits, then what a household holds and what struck it
    DATES = 1  # years after 2015, four bits each, 0 = never
    FATE = 2  # what its persistent numbers decide, once and for all years
    LABOUR = 3  # left this year, in thousandths of a unit
    INCOME = 4  # per-head income of last year, fen, clipped
    DONE = 5  # bits: rows of a given plan that were begun, or rounds that have served the household
    MORE_DATES = 6  # as DATES


WORDS = 7


class Status(IntEnum):
    """Register status (docs/model.md, 2)."""

    CANDIDATE = 0  # of a household of the base-year register: removed
    IN = 1
    EXITED = 2
    REENTERED = 3


class Flag(IntEnum):
    """Bits of FLAGS; from BEGUN on nine bits, one for each measure that is chosen."""

    STATUS = 3  # the two bits of a `Status`
    HAS_INDUSTRY = 4
    INDUSTRY_FAILED = 8
    HAS_POST = 16
    HAD_POST = 32
    HAS_SHARES = 64
    BY_DIBAO = 128
    ILL = 256
    CROP_LOST = 512
    JOB_LOST = 1024
    ENROLLED = 2048
    DIBAO_ENROLLED = 4096
    SUPPORTED = 8192
    HAS_LAND = 2**14  # let; its tenant may have left
    TENANT_LEFT = 2**15
    HAS_LOAN = 2**16  # taken; it may have ended or defaulted
    HAS_LOCAL = 2**18
    HAS_HOUSE = 2**19  # a grant
    HAS_MINDSET = 2**20
    HELPED = 2**21  # a measure other than work on attitudes was begun in an earlier year
    BEGUN = 2**22


class Fate(IntEnum):
    """Bits and fields of FATE."""

    LISTED_WRONGLY = 1
    ENROLS = 16  # in social security, where the scenario has it
    DIBAO = 32  # from here on COVERAGES bits: enrolled under the coverage of 2016, 2017, ...
    KEPT_0 = 10  # shift of three bits: years after which the first worker still has a job once found; then of the second's
    KEPT_1 = 13
    WILLING = 2**16  # nine bits, one for each measure that is chosen; those that nobody refuses are always set


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


COVERAGES = 4  # the facts know the coverage of dibao from 2016 to 2019; later years are as the last
MOST_KEPT = 5  # years that a job is followed; after them it is for good


class Date(IntEnum):
    """Places of the years in DATES: the shift of each."""

    INDUSTRY = 0
    PLACED_0 = 4
    PLACED_1 = 8
    SHARES = 12
    COURSE_0 = 16
    COURSE_1 = 20
    EXIT = 24


class MoreDate(IntEnum):
    """Places of the years in MORE_DATES."""

    LAND = 0
    LOAN = 4
    HOUSE = 8  # from which year on it is safe
    DEFAULT = 12


class Measure(IntEnum):
    """Measures in the order of docs/model.md: those chosen by household, the village's, those by right."""

    INDUSTRY = 0
    TRAINING = 1
    PUBLIC_POST = 2
    ASSET_SHARES = 3
    LAND_TRANSFER = 4
    MICROCREDIT = 5
    LOCAL_JOBS = 6
    HOUSING = 7
    MINDSET = 8
    TECHNIQUE = 9
    ECOMMERCE = 10
    VILLAGE_SERVICES = 11
    COLLECTIVE = 12
    SOCIAL_SECURITY = 13
    DIBAO = 14


CHOSEN = 9
CONSENTED = 6  # the first ones, which a household may refuse
MOST_YEARS = 6  # of a plan
MOST_PLANNED = 31  # measures and years in which a household has rows of a plan


class Fund(IntEnum):
    """Funds, as `simlib.funds.FUNDS`; rounds, plans and village projects draw on the first ones.

    WORKS is no fund but a budget: the part of a year's village projects that may be paid as day wages. No account stands behind it.
    """

    HOUSEHOLD = 0
    GUIDANCE = 1
    POOL = 2
    SECTOR = 3
    DONATIONS = 4
    CONTINGENCY = 5
    VILLAGE_PROGRAMME = 6
    WORKS = 7
    SOCIAL = 8
    CREDIT = 9  # the bank's: principal lent, to be paid back


ALL_FUNDS = len(Fund)
PLANNED_FUNDS = 8
ACCOUNT_FUND = tuple(FUNDS.index(fund) for fund, _ in ACCOUNTS)
SOCIAL_ACCOUNT = ACCOUNTS.index(("social", "home_city"))
CREDIT_ACCOUNT = ACCOUNTS.index(("credit", "bank"))
DONATIONS_ACCOUNT = ACCOUNTS.index(("donations", "society"))


class Works(IntEnum):
    """What a group's village projects leave from year to year, int64[group, Works, lane]."""

    SERVICES = 0  # fen spent on services so far that count by this year
    NEXT = 1  # that count from next year on
    DELAYED = 2  # from the year after that
    CAPITAL = 3  # fen of collective capital invested before this year
    SHOP = 4  # the service point: year of its set-up after 2015, 0 none yet, -1 closed for good
    TECHNIQUE = 5  # 1 where it was paid for last year


WORKS = len(Works)


class Item(IntEnum):
    """What village projects cost a group, int64[group, Item] fen."""

    TECHNIQUE = 0
    ECOMMERCE = 1
    NEED = 2  # all services up to the provincial value


ITEMS = len(Item)


class Ledger(IntEnum):
    """Columns of a ledger row."""

    ENTITLED = 0
    CARRIED_IN = 1
    COMMITTED = 2
    SPENT = 3
    CARRIED_OUT = 4
    LAPSED = 5


COLUMNS = len(Ledger)


class Village(IntEnum):
    """Village projects, in the order in which they are paid; the measure of each is TECHNIQUE and those after it."""

    TECHNIQUE = 0
    ECOMMERCE = 1
    SERVICES = 2
    COLLECTIVE = 3


VILLAGE_ITEMS = len(Village)
SERVICES = ("roads", "water", "power", "school", "clinic", "sanitation", "broadband")
"""Scores of a village, in the order in which money fills their gaps."""
SHEET_SERVICES = ("roads", "water", "power", "power", "broadband", "clinic")
"""What the province's village sheet scores (P03); television stands as power does, since the register has no score for it."""


class Order(IntEnum):
    """Priorities of a round; EQUAL_SHARES is none: all who ask get the same part of what they ask."""

    POOREST_FIRST = 0
    WITHOUT_LABOUR_FIRST = 1
    NEAREST_LINE_FIRST = 2
    RANDOM = 3
    EQUAL_SHARES = 4


class World(IntEnum):
    """What holds for a whole draw and year: slots of float64[year, slot, lane]."""

    GROWTH = 0
    GROWN_UP = 1  # product of 1 + growth since 2015, for property and transfers above zero
    GROWN_DOWN = 2  # product of 1 - growth, for those below
    REGRESSION = 3
    SD_PERMANENT = 4
    SD_TRANSITORY = 5
    SD_BUSINESS = 6
    SD_VILLAGE = 7
    PROVINCE = 8  # this year's province factor
    ILLNESS_CHANCE = 9
    WELL = 10  # what illness leaves of earned income: of those who are well, of the ill, and of the ill under cover
    ILL = 11
    ILL_COVERED = 12
    CROP_CHANCE = 13
    CROP_KEPT = 14  # what crop and animal losses leave of business
    CROP_LOST = 15
    JOB_LOSS_CHANCE = 16
    JOB_HELD = 17  # what job losses leave of wages
    JOB_LOST = 18
    SOCIAL_INCREMENT = 19  # with the year's exposure
    SOCIAL_ENROLMENT = 20  # 0 where the scenario has no social security
    WILLING = 21
    JOB_CHANCE = 22
    TRAINING_ADDED = 23
    JOB_KEPT = 24
    JOB_PAY = 25  # a transfer job's year
    BUSINESS_GIVEN_UP = 26
    INDUSTRY_MARGIN = 27  # with the year's exposure
    INDUSTRY_FAILURE = 28
    INDUSTRY_SALVAGE = 29
    RAMP_FIRST = 30
    RAMP_SECOND = 31
    SATURATION = 32
    DIVIDEND = 33
    HOUSEHOLD_SHARE = 34
    OPERATOR_CHANCE = 35  # that the operator has turned to half pay by this year
    OPERATOR_HALF = 36
    DIBAO_LINE = 37
    DIBAO_FEN = 38
    DIBAO_INDEX = 39  # this year's line over 2015's
    COVERAGE_0 = 40  # dibao coverage of 2016, 2017, ..., the same in every year's slots
    COVERAGE_1 = 41
    COVERAGE_2 = 42
    COVERAGE_3 = 43
    ABSORPTION = 44
    FIXED_FEN = 45
    MOVING_FEN = 46
    GOVERNING_FEN = 47
    PER_FIXED_FEN = 48  # 1 / FIXED_FEN
    VILLAGE_FIXED_FEN = 49
    VILLAGE_MOVING_FEN = 50
    IDENTIFICATION_FEN = 51
    IDENTIFICATION_BEFORE_FEN = 52
    GOVERNING_BEFORE_FEN = 53
    INCOME_RATIO = 54  # R[y] / R[2015]
    INDEXED_FEN = 55
    VILLAGE_INDEXED_FEN = 56
    PENSION = 57  # contribution paid for a worker, with the year's exposure
    MICROCREDIT_TAKEUP = 58
    MISLISTED = 59
    MINDSET_RESPONSE = 60
    WILLING_AFTER = 61  # share willing after work on attitudes
    RENT = 62  # yuan a mu let
    LAND_LOST = 63  # farm income given up, yuan a mu let
    TENANT_LEAVES = 64
    LOAN_NET = 65  # yuan a yuan of principal: margin less interest that is not subsidised
    LOAN_DEFAULT = 66
    HOUSING_DELAY = 67
    MARGIN_UP = 68  # of technique: on margin; what is left of the chance of failure
    FAILURE_LEFT = 69
    ECOMMERCE = 70  # effect on business income
    ECOMMERCE_RAMP = 71
    ECOMMERCE_CLOSING = 72
    SERVICE_UPLIFT = 73
    PROJECT_DELAY = 74
    COLLECTIVE_RETURN = 75  # a year, with nothing of exposure: what begins counts from the next year
    SD_DONATIONS = 76
    DONATIONS_RECEIVED = 77
    REIMBURSED = 78  # yuan of an ill household's bills, counted as income in reports
    PAPER_SHARE = 79  # what reports count of a project's yield that is expected and does not come


SLOTS_OF_WORLD = len(World)


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


STATS = len(Stat)


class CellStat(IntEnum):
    """What is kept of every (county, helper type) cell by year and draw; the places of the same names in `Stat`."""

    CAPABLE_FIXED = 0
    CAPABLE_MOVING = 1
    COVERED = 2
    EXITED = 3
    VILLAGE_EXITS = 4


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


Lanes = NDArray[np.float64]
Counts = NDArray[np.int64]
Luck = NDArray[np.uint64]


class Table(NamedTuple):
    """Households as contiguous arrays, sorted by (village key, household key): made by `pack`, read by the kernel."""

    key: NDArray[np.uint64]
    members: NDArray[np.int64]
    weight: NDArray[np.int64]  # in units of 1 / weight_unit
    workers: NDArray[np.int64]  # at least 1, so that it can divide
    labour_units: NDArray[np.float64]
    idle: NDArray[np.int64]
    wage: NDArray[np.float64]
    business: NDArray[np.float64]
    property: NDArray[np.float64]
    transfer: NDArray[np.float64]
    dibao: NDArray[np.float64]
    log_gap: NDArray[np.float64]  # ln(type mean) - ln(per-head income)
    base_pc_fen: NDArray[np.int64]
    social_heads: NDArray[np.float64]
    contributors: NDArray[np.float64]
    land: NDArray[np.float64]  # mu
    pension_known: NDArray[np.int64]  # 1 where nobody is old or somebody draws transfers: the pension of the score sheet
    school: NDArray[np.int64]  # guarantees as registered, 0 or 1
    medical: NDArray[np.int64]
    housing: NDArray[np.int64]
    registered: NDArray[np.int64]  # 1 in the base year's register, 0 a candidate
    willing_known: NDArray[np.int64]  # 1 where the register says which measures are accepted
    willing: NDArray[np.int64]  # those measures, bits
    may: NDArray[np.int64]  # slots of rounds that the register allows, bits
    cost: NDArray[np.int64]  # fen [household, slot, 0 first year | 1 later], weighted
    capital: NDArray[np.float64]  # yuan [household, slot, 0 first year | 1 later]: capital, or a year's pay


class Groups(NamedTuple):
    """Villages and their allocation groups, in the order of their keys."""

    village_key: NDArray[np.uint64]
    first: NDArray[np.int64]  # of a village: its first group, one past its last
    last: NDArray[np.int64]
    cell: NDArray[np.int64]  # place in the (county, helper type) table
    prefecture: NDArray[np.int64]
    is_poor: NDArray[np.int64]
    residents: NDArray[np.int64]  # weighted units
    others: NDArray[np.int64]  # residents who are not in the table, at least one
    other_income: NDArray[np.float64]  # yuan a head in 2015
    people: NDArray[np.int64]  # of the base-year register
    start: NDArray[np.int64]  # of a group: its first row, one past its last
    end: NDArray[np.int64]
    heads: NDArray[np.int64]  # households of a group, weighted
    quota: NDArray[np.int64]  # fen [group, year, account]
    items: NDArray[np.int64]  # fen [group, Item], zero where there are no village projects
    need: NDArray[np.int64]  # fen [village]: all services up to the provincial value
    stands: NDArray[np.int64]  # fen [village, service]: spent on services from which on it stands
    lack: NDArray[np.float64]  # [village]: mean shortfall of its services
    limit: NDArray[np.int64]  # [group, round, 0 households | 1 fen a year]


class Rounds(NamedTuple):
    """The scenario's rounds as numbers; a slot is one measure in one round."""

    order: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    yearly: NDArray[np.int64]  # 1 where the reach counts this year's households only (public posts)
    measure: NDArray[np.int64]  # of a slot
    labour: NDArray[np.int64]  # thousandths of a unit
    funds: NDArray[np.int64]  # [slot, place] in the order of payment, -1 for none
    renew: int  # the slot that renews last year's public posts, -1 for none, and its round
    renew_round: int
    divided: int  # bits of the slots in rounds of equal shares, whose stakes are not known beforehand
    labour_of: NDArray[np.int64]  # of a measure, likewise
    weight_unit: float
    plan_start: NDArray[np.int64]  # [household + 1] of a given plan: its entries, by year and then by measure; or of length 0
    plan_measure: NDArray[np.int64]  # [entry]
    plan_year: NDArray[np.int64]  # counted from the plan's first
    plan_fen: NDArray[np.int64]  # [entry, fund]
    stake_per_yuan: NDArray[np.float64]  # [measure]: what a yuan of cost puts into a household: one, of loans more
    village_funds: NDArray[np.int64]  # [Village, place] in the order of payment, -1 for none
    village_share: NDArray[np.float64]  # [Village]: of the budgets, where that bounds it; 0 where it is not done


class Options(NamedTuple):
    """What a scenario fixes for all draws."""

    seed_low: np.uint64
    seed_high: np.uint64
    first_year: int  # the programme's
    start_year: int  # of this stretch
    retention: int
    need_school: int
    need_medical: int
    need_housing: int
    schooling: int  # 1 where social security has its school part, its medical part
    medical: int
    asks_more: int  # 1 where the second word of persistent numbers is needed: land, loans, work on attitudes, re-checks
    recheck: int  # the year after 2015 in which wrongly listed households are removed, 0 never
    loan_years: int
    by_reported: int  # 1 where exits are judged by reported income
    stable_years: int
    local_part: float  # of the money of village projects that may be paid as day wages
    household_pass: float  # points of the score sheets
    village_pass: float
    own_funds_fen: float  # collective income from which on the village sheet gives its points
    points_income: float
    points_school: float
    points_pension: float
    points_housing: float
    points_medical: float
    points_project: float
    points_people: float
    points_funds: float
    points_service: float
    coverage_dibao: int  # 1 top up by coverage, 0 keep the registered amounts
    quiet: int  # 1 where every spread and chance of a household's luck is zero
    frozen: int  # 1 only choose: incomes stay the register's, nobody exits (the fixed plan)
    keep: int  # 1 where the memory holds every row
    started: int  # 1 where it already holds a state to start from
    valid: int  # lanes that count
    tolerated: float  # share of residents who may still be on the register when a village exits


class Out(NamedTuple):
    """What villages give in a block of draws, to be added up in any order; integers. Those by lane are the block's own.

    Those of villages and households are the whole projection's, summed over draws: nobody else writes the rows of a block meanwhile.
    """

    totals: NDArray[np.int64]  # [year, Stat, lane]
    cells: NDArray[np.int64]  # [year, cell, CellStat, lane]
    incomes: NDArray[np.int64]  # [year, bin, lane, 0 people | 1 fen]
    ledger: NDArray[np.int64]  # [year, account, Ledger, lane]
    spending: NDArray[np.int64]  # [year, measure, fund, lane]
    served: NDArray[np.int64]  # [year, measure, lane] households begun
    villages: NDArray[np.int64]  # [village, year, VillageStat]
    share_bins: NDArray[np.int64]  # [village, year, bin]
    mean_bins: NDArray[np.int64]
    households: NDArray[np.int64]  # [household, year, HouseholdStat], or of length 0 where nobody asks


class Memory(NamedTuple):
    """Working arrays of one block; with options.keep they hold every row, and are the state at the end."""

    s: NDArray[np.float64]  # [household, Field, lane]
    f: NDArray[np.int32]  # [household, Word, lane]
    k: NDArray[np.float64]  # [household, Stake, lane]
    balance: NDArray[np.int64]  # [group, account, lane]
    reached: NDArray[np.int64]  # [group, round, lane]: households that a round has served so far, weighted
    works: NDArray[np.int64]  # [group, Works, lane]
    mask: NDArray[np.int32]  # [household, lane]: slots of the round that would be given together
    rank: NDArray[np.int32]  # [household, 1, lane]: priority, where it is not last year's income
    who: NDArray[np.int64]  # rows of the group that ask for something in a round; then those whose rank may still be the threshold
    narrowed: NDArray[np.int64]
    u: NDArray[np.float64]  # [row, lane] scratch of a household
    notes: NDArray[np.int32]  # [row, lane] scratch of a household
    n: NDArray[np.int64]  # [row, lane] scratch of a group
    b: NDArray[np.int32]  # [row, lane] scratch of a round
    c: NDArray[np.int32]  # [Stat, lane]: people and households counted since the last transfer to t
    t: NDArray[np.int64]  # [year, Stat, lane] of the village
    spent: NDArray[np.int64]  # [year, lane] of the village
    services: NDArray[np.int64]  # [year, lane] of the village: fen spent on services that count
    local: NDArray[np.float64]  # [year, lane] of the village
    trace: NDArray[np.float64]  # [household, year, Trace, lane], or of length 0
    chosen: NDArray[np.int64]  # [household, year]: slots begun in lane 0, or of length 0
    noted: NDArray[np.int64]  # [group, year, slot, fund] fen paid in lane 0, or of length 0
    moves: NDArray[np.int64]  # [account, Ledger, lane] of one group and year
    group_trace: NDArray[np.int64]  # [group, year, account, Ledger, lane], or of length 0
    nothing: NDArray[np.int64]  # [0, 0]: stands in for what is not noted

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


STAKES = 3
LABOUR_PARTS = 1000  # of a labour unit: labour is a budget in whole numbers


class Word(IntEnum):
    """F: the same, int32."""

    FLAGS = 0  # register status in the lowest two bits, then what a household holds and what struck it
    DATES = 1  # years after 2015, four bits each, 0 = never
    FATE = 2  # what its persistent numbers decide, once and for all years
    LABOUR = 3  # left this year, in thousandths of a unit
    INCOME = 4  # per-head income of last year, fen, clipped
    DONE = 5  # bits: rows of a given plan that were begun, or rounds that have served the household


WORDS = 6


class Status(IntEnum):
    """Register status (docs/model.md, 2)."""

    CANDIDATE = 0
    IN = 1
    EXITED = 2
    REENTERED = 3


class Flag(IntEnum):
    """Bits of FLAGS; from BEGUN on four bits, one for each measure that is chosen."""

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
    BEGUN = 2**24


class Fate(IntEnum):
    """Bits and fields of FATE."""

    WILLING = 1  # four bits, one for each measure that is chosen
    ENROLS = 16  # in social security, where the scenario has it
    DIBAO = 32  # from here on COVERAGES bits: enrolled under the coverage of 2016, 2017, ...
    KEPT_0 = 10  # shift of three bits: years after which the first worker still has a job once found; then of the second's
    KEPT_1 = 13


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


class Measure(IntEnum):
    """Measures in the order of docs/model.md; the first four are chosen in rounds, the last two are by right."""

    INDUSTRY = 0
    TRAINING = 1
    PUBLIC_POST = 2
    ASSET_SHARES = 3
    SOCIAL_SECURITY = 4
    DIBAO = 5


CHOSEN = 4
MOST_YEARS = 6  # of a plan


class Fund(IntEnum):
    """Funds, as `simlib.funds.FUNDS`; rounds draw on the first three."""

    HOUSEHOLD = 0
    GUIDANCE = 1
    POOL = 2
    SOCIAL = 3


ALL_FUNDS = len(Fund)


PLANNED_FUNDS = 3
ACCOUNT_FUND = tuple(FUNDS.index(fund) for fund, _ in ACCOUNTS)
SOCIAL_ACCOUNT = ACCOUNTS.index(("social", "home_city"))


class Ledger(IntEnum):
    """Columns of a ledger row."""

    ENTITLED = 0
    CARRIED_IN = 1
    COMMITTED = 2
    SPENT = 3
    CARRIED_OUT = 4
    LAPSED = 5


COLUMNS = len(Ledger)


class Order(IntEnum):
    """Priorities of a round; BY_KEY is the order of renewals."""

    POOREST_FIRST = 0
    WITHOUT_LABOUR_FIRST = 1
    NEAREST_LINE_FIRST = 2
    RANDOM = 3


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


class Trace(IntEnum):
    """One household in one draw, float64[household, year, slot, lane]: for tests and explanations."""

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
    HELD = 16
    AT_FIXED = 17
    AT_MOVING = 18


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
    labour_of: NDArray[np.int64]  # of a measure, likewise
    weight_unit: float
    plan_fen: NDArray[np.int64]  # [household, measure, year, fund] of a given plan, or of length 0
    planned: NDArray[np.int64]  # of a household: bits of the measures and years in which it has a row


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
    local: NDArray[np.float64]  # [year, lane] of the village
    trace: NDArray[np.float64]  # [household, year, Trace, lane], or of length 0
    chosen: NDArray[np.int64]  # [household, year]: slots begun in lane 0, or of length 0
    noted: NDArray[np.int64]  # [group, year, slot, fund] fen paid in lane 0, or of length 0
    moves: NDArray[np.int64]  # [account, Ledger, lane] of one group and year
    group_trace: NDArray[np.int64]  # [group, year, account, Ledger, lane], or of length 0
    nothing: NDArray[np.int64]  # [0, 0]: stands in for what is not noted

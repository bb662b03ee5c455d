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
FULL_LANES, SLIDER_LANES, VECTOR = 256, 64, 8  # lanes of a block, of a slider's move, of one vector; padding is not counted
GROUP_LIMIT = 5_000  # households of an allocation group
FEN = 100.0  # a yuan
SLOTS = 2  # workers of a household that may take a transfer job
INCOME_CLIP = 2**29  # fen a head (5.4 million yuan): last year's income as the priority of a round
NO_LIMIT = 2**62


class Field(IntEnum):
    """S: what a household carries from year to year, float64."""

    WAGE = 0  # structural, yuan a year
    BUSINESS = 1
    LABOUR = 2  # units left this year
    INDUSTRY_CAPITAL = 3  # yuan
    ASSET_CAPITAL = 4  # yuan
    POST = 5  # yuan of this year's public post


FIELDS = 6


class Word(IntEnum):
    """F: the same, int32."""

    INCOME = 0  # per-head income of last year, fen, clipped
    STATUS = 1
    FLAGS = 2
    DATES = 3  # years after 2015, four bits each, 0 = never
    DONE = 4  # bits: rows of a given plan that were begun, or rounds that have served the household


WORDS = 5


class Status(IntEnum):
    """Register status (docs/model.md, 2)."""

    CANDIDATE = 0
    IN = 1
    EXITED = 2
    REENTERED = 3


class Flag(IntEnum):
    """Bits of FLAGS; from WILLING and from BEGUN on four bits each, one for each measure that is chosen."""

    HAS_INDUSTRY = 1
    INDUSTRY_FAILED = 2
    HAS_POST = 4
    HAD_POST = 8
    HAS_SHARES = 16
    BY_DIBAO = 32
    ILL = 64
    CROP_LOST = 128
    JOB_LOST = 256
    ENROLLED = 512
    DIBAO_ENROLLED = 1024
    SUPPORTED = 2048
    WILLING = 2**16
    BEGUN = 2**24  # four bits likewise: begun this year


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
    ILLNESS_LOSS = 10
    CROP_CHANCE = 11
    CROP_LOSS = 12
    JOB_LOSS_CHANCE = 13
    JOB_LOSS = 14
    MEDICAL_COVER = 15
    SOCIAL_INCREMENT = 16  # with the year's exposure
    SOCIAL_ENROLMENT = 17  # 0 where the scenario has no social security
    WILLING = 18
    JOB_CHANCE = 19
    TRAINING_ADDED = 20
    JOB_KEPT = 21
    JOB_PAY = 22  # a transfer job's year
    BUSINESS_GIVEN_UP = 23
    INDUSTRY_MARGIN = 24  # with the year's exposure
    INDUSTRY_FAILURE = 25
    INDUSTRY_SALVAGE = 26
    RAMP_FIRST = 27
    RAMP_SECOND = 28
    SATURATION = 29
    DIVIDEND = 30
    HOUSEHOLD_SHARE = 31
    OPERATOR_CHANCE = 32  # that the operator has turned to half pay by this year
    OPERATOR_HALF = 33
    DIBAO_LINE = 34
    DIBAO_FEN = 35
    DIBAO_COVERAGE = 36
    DIBAO_INDEX = 37  # this year's line over 2015's
    ABSORPTION = 38
    FIXED_FEN = 39
    MOVING_FEN = 40
    GOVERNING_FEN = 41
    VILLAGE_FIXED_FEN = 42
    VILLAGE_MOVING_FEN = 43
    IDENTIFICATION_FEN = 44
    IDENTIFICATION_BEFORE_FEN = 45
    GOVERNING_BEFORE_FEN = 46
    INCOME_RATIO = 47  # R[y] / R[2015]


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


INCOME_BINS = 128  # of 250 yuan a head; the last one takes all above
INCOME_BIN_FEN = 25_000
SHARE_BINS = 101  # whole per cents


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
    labour: NDArray[np.float64]
    funds: NDArray[np.int64]  # [slot, place] in the order of payment, -1 for none
    renew: int  # the slot that renews last year's public posts, -1 for none, and its round
    renew_round: int
    labour_of: NDArray[np.float64]  # of a measure
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
    frozen: int  # 1 only choose: incomes stay the register's, nobody exits (the fixed plan)
    keep: int  # 1 where the memory holds every row
    started: int  # 1 where it already holds a state to start from
    valid: int  # lanes that count
    tolerated: float  # share of residents who may still be on the register when a village exits


class Out(NamedTuple):
    """What a part of the villages gives in a block of draws: integers, to be added up in any order."""

    cells: NDArray[np.int64]  # [year, cell, Stat, lane]
    incomes: NDArray[np.int64]  # [year, 0 people | 1 fen, bin, lane]
    ledger: NDArray[np.int64]  # [year, account, Ledger, lane]
    spending: NDArray[np.int64]  # [year, measure, fund, lane]
    served: NDArray[np.int64]  # [year, measure, lane] households begun
    villages: NDArray[np.int64]  # [village, year, VillageStat]
    share_bins: NDArray[np.int64]  # [village, year, bin]
    mean_bins: NDArray[np.int64]
    households: NDArray[np.int64]  # [household, year, HouseholdStat]


class Memory(NamedTuple):
    """Working arrays of one block; with options.keep they hold every row, and are the state at the end."""

    s: NDArray[np.float64]  # [household, Field, lane]
    f: NDArray[np.int32]  # [household, Word, lane]
    balance: NDArray[np.int64]  # [group, account, lane]
    reached: NDArray[np.int64]  # [group, round, lane]: households that a round has served so far, weighted
    mask: NDArray[np.int32]  # [household, lane]: slots of the round that would be given together
    rank: NDArray[np.int32]  # [household, lane]: priority
    u: NDArray[np.float64]  # [row, lane] scratch
    n: NDArray[np.int64]  # [row, lane] scratch
    t: NDArray[np.int64]  # [year, Stat, lane] of the village
    spent: NDArray[np.int64]  # [year, lane] of the village
    local: NDArray[np.float64]  # [year, lane] of the village
    trace: NDArray[np.float64]  # [household, year, Trace, lane], or of length 0
    chosen: NDArray[np.int64]  # [household, year]: slots begun in lane 0, or of length 0
    noted: NDArray[np.int64]  # [group, year, slot, fund] fen paid in lane 0, or of length 0
    moves: NDArray[np.int64]  # [account, Ledger, lane] of one group and year
    group_trace: NDArray[np.int64]  # [group, year, account, Ledger, lane], or of length 0
    nothing: NDArray[np.int64]  # [0, 0]: stands in for what is not noted

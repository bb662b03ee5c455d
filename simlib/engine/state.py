"""What a household, a group and a village's projects carry from year to year: fields, bits and dates; measures, funds and orders by number.

A block of the kernel is `S[household, field, lane]` (float64) and `F[household, word, lane]` (int32); lanes are draws, innermost, so that
one household's work is the same for a whole vector of futures. The names are enumerations: to the compiler they are constants.
"""

from enum import IntEnum

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

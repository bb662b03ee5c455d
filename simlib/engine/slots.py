"""The world of a draw and year: the slots that the kernel looks up and `world` fills. Enumerations, as in `state`."""

from enum import IntEnum


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

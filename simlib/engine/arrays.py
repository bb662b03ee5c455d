"""The arrays that go into the kernel, stay in it and come out of it: named tuples with their shapes and units."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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

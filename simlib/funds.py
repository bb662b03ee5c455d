"""Funds: who pays how much for which village in which year, in integer fen. Clause 三(十一); docs/model.md, 4.

An account is a fund with a payer. Everything here is decided before a draw begins; spending is held to it inside the kernel.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.facts import Facts
from simlib.money import fen_array, to_fen

FUNDS = (
    *("household", "guidance", "pool", "sector", "donations", "contingency", "village_programme"),
    "works",  # no fund but a budget, part of a year's village projects: no account stands behind it
    *("social", "credit"),  # by right: spent as it falls due
)
ACCOUNTS = (
    ("household", "province"),
    ("household", "guangzhou"),
    ("household", "home_city"),
    ("guidance", "city_budget"),
    ("guidance", "soe"),
    ("guidance", "district"),
    ("pool", "city_budget"),
    ("pool", "soe"),
    ("pool", "district"),
    ("sector", "province"),
    ("donations", "society"),
    ("contingency", "guangzhou"),
    ("village_programme", "province"),
    ("social", "home_city"),
    ("credit", "bank"),
)  # in the order of payment within a fund; that the home city pays social protection is `assumed`
PLANNED_ACCOUNTS = 13  # those that rounds and village projects draw on; the others are paid by right
PAYERS = ("province", "guangzhou", "home_city")
PARTS = ("household_fund_parts_province", "household_fund_parts_guangzhou", "household_fund_parts_home_city")  # facts, 6 : 3 : 1
PAYER_OF_HELPER = {"city_unit": "city_budget", "soe": "soe", "district": "district"}
FUND_YEARS = (2016, 2017, 2018)
POOL_YEAR = 2017
PROGRAMME_YEARS = (2017, 2018)
PRODUCTS_FIT = 2**31  # a whole sum of weights below this: its square, and all that is multiplied here, lies within 64 bits

Fen = NDArray[np.int64]


@dataclass(frozen=True)
class VillageMoney:
    """What the funds need to know of villages, one entry a village in key order."""

    funded_people: NDArray[np.float64]  # weighted
    is_poor: NDArray[np.bool_]
    payer: tuple[str, ...]  # of the guidance fund, "" where there is none
    gap_yuan: NDArray[np.float64]  # max(0, village line of 2015 - village mean of 2015) x residents


@dataclass(frozen=True)
class Payment:
    """What the payers really pay, and how late: the funds part of a scenario's levers."""

    household_paid: Mapping[str, float]
    household_delay: int
    guidance_paid: float
    guidance_delay: int
    guidance_factor: float
    pool_paid: float
    pool_rule: str  # income_gap | equal
    sector_per_person: float  # yuan a year
    donations_per_village: float  # yuan a year, pledged
    donations_paid: float
    contingency_yuan: float
    contingency_year: int
    village_programme_paid: float


class Credit(NamedTuple):
    """What one account of every village is entitled to in a year."""

    year: int
    fund: str
    payer: str
    fen: Fen  # [village]


def shared(totals: Fen, weights: Sequence[int | float]) -> Fen:
    """`simlib.money.largest_remainder` of many totals over the same weights, as exact. int64[total] -> int64[total, weight]

    Raises ValueError when no weight is positive or one is negative.
    """
    ratios = [weight.as_integer_ratio() for weight in weights]
    unit = math.lcm(*(below for _, below in ratios))
    whole = [above * (unit // below) for above, below in ratios]
    if sum(whole) <= 0 or min(whole) < 0:
        raise ValueError(f"weights must be >= 0 with a positive sum, seen {list(weights)}")
    kind = np.int64 if sum(whole) < PRODUCTS_FIT else object
    exact, left = np.array(whole, dtype=kind), totals.astype(kind)[:, None]
    scaled = left % sum(whole) * exact
    parts, rests = left // sum(whole) * exact + scaled // sum(whole), scaled % sum(whole)
    places = np.argsort(np.argsort(-rests, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(parts + (places < left - parts.sum(axis=1, keepdims=True)), dtype=np.int64)


def thirds(parts: Fen) -> Fen:
    """Parts of the household fund over the programme's three years, by largest remainder. -> int64[part, year]; clause 三(十一)2."""
    return shared(parts, (1,) * len(FUND_YEARS))


def paid_part(fen: Fen, share: float) -> Fen:
    """What is paid of entitlements, floored to the fen."""
    return np.asarray(np.floor(fen * share), dtype=np.int64)


def entitlements(money: VillageMoney, payment: Payment, facts: Facts, years: Sequence[int]) -> Fen:
    """Entitled fen by village, year and account; what is paid by right is left at zero. -> int64[village, year, account]

    Donations stand as pledged and paid: what luck leaves of them is drawn (docs/model.md, 4).
    """
    out = np.zeros((len(money.payer), len(years), len(ACCOUNTS)), dtype=np.int64)
    for credit in chain.from_iterable(source(money, payment, facts) for source in _SOURCES):
        if credit.year in years:
            out[:, years.index(credit.year), ACCOUNTS.index((credit.fund, credit.payer))] += credit.fen
    return out


def _household(money: VillageMoney, payment: Payment, facts: Facts) -> Iterator[Credit]:
    """20,000 yuan a funded person, 6 : 3 : 1 over the payers, in thirds over the years (the text prints Guangzhou's; others assumed)."""
    parts = shared(fen_array(facts["household_fund_per_person"] * money.funded_people), [facts[key] for key in PARTS])
    for payer, part in zip(PAYERS, parts.T, strict=True):
        for year, fen in zip(FUND_YEARS, thirds(part).T, strict=True):
            yield Credit(year + payment.household_delay, "household", payer, paid_part(fen, payment.household_paid[payer]))


def _guidance(money: VillageMoney, payment: Payment, facts: Facts) -> Iterator[Credit]:
    """1.0, 0.6 and 0.3 million yuan a poor village, from its helper's payer; two million a village with the pool is a floor."""
    for payer, paid_for in _poor_by_payer(money).items():
        for year in FUND_YEARS:
            fen = to_fen(facts[f"guidance_village_{year}"] * payment.guidance_factor)
            yield Credit(year + payment.guidance_delay, "guidance", payer, paid_part(paid_for * fen, payment.guidance_paid))


def _pool(money: VillageMoney, payment: Payment, facts: Facts) -> Iterator[Credit]:
    """0.1 million yuan a poor village in 2017, kept by the city and allotted once, by the income gaps of 2015 or equally."""
    of_payer = _poor_by_payer(money)
    pots = np.array([paid_for.sum() * to_fen(facts["pool_village"]) for paid_for in of_payer.values()], dtype=np.int64)
    allotted = _allotted(paid_part(pots, payment.pool_paid), money, payment.pool_rule)
    for payer, fen in zip(of_payer, allotted, strict=True):
        yield Credit(POOL_YEAR, "pool", payer, fen)


def _sector(money: VillageMoney, payment: Payment, facts: Facts) -> Iterator[Credit]:
    """A sum a funded person in each year, of the province's departments; the text names none (二(十), 三(十一)1)."""
    for year in FUND_YEARS:
        yield Credit(year, "sector", "province", fen_array(payment.sector_per_person * money.funded_people))


def _donations(money: VillageMoney, payment: Payment, facts: Facts) -> Iterator[Credit]:
    """A pledge a poor village in each year, as far as it is paid; the text names no sum (二(十))."""
    fen = money.is_poor * paid_part(np.array(to_fen(payment.donations_per_village)), payment.donations_paid)
    for year in FUND_YEARS:
        yield Credit(year, "donations", "society", fen)


def _contingency(money: VillageMoney, payment: Payment, facts: Facts) -> Iterator[Credit]:
    """Special support of Guangzhou in one year, allotted by the income gaps of 2015 as the pool is; the text names no sum (三(十一)3)."""
    allotted = _allotted(np.array([to_fen(payment.contingency_yuan)]), money, "income_gap")
    yield Credit(payment.contingency_year, "contingency", "guangzhou", allotted[0])


def _village_programme(money: VillageMoney, payment: Payment, facts: Facts) -> Iterator[Credit]:
    """The province's own 15 million yuan a poor village (S09), as far as it is counted, in halves (assumed)."""
    paid = paid_part(np.array([to_fen(facts["village_programme_yuan"])]), payment.village_programme_paid)
    for year, fen in zip(PROGRAMME_YEARS, shared(paid, (1,) * len(PROGRAMME_YEARS))[0], strict=True):
        yield Credit(year, "village_programme", "province", money.is_poor * fen)


_SOURCES = (_household, _guidance, _pool, _sector, _donations, _contingency, _village_programme)


def _allotted(pots: Fen, money: VillageMoney, rule: str) -> Fen:
    """Sums shared over the poor villages by their income gaps or equally; nothing where there is none. -> int64[pot, village]"""
    if not money.is_poor.any():
        return np.zeros((len(pots), len(money.is_poor)), dtype=np.int64)
    gaps = np.where(money.is_poor, money.gap_yuan, 0.0)
    weights = gaps if rule == "income_gap" and gaps.sum() > 0 else money.is_poor.astype(np.float64)
    return shared(pots, weights.tolist())


def _poor_by_payer(money: VillageMoney) -> dict[str, Fen]:
    """The poor villages of each payer of the guidance fund: 1 for its own, else 0. -> int64[village] by payer"""
    payers = np.array(money.payer)
    named = dict.fromkeys(payers[money.is_poor].tolist())
    return {payer: (money.is_poor & (payers == payer)).astype(np.int64) for payer in named}


def share_out(village_fen: Fen, heads: Sequence[int]) -> Fen:
    """Share each sum of a village over its groups by heads, largest remainder. int64[...] -> int64[group, ...]"""
    return shared(village_fen.ravel(), heads).T.reshape(len(heads), *village_fen.shape)

"""Funds: who pays how much for which village in which year, in integer fen. Clause 三(十一); docs/model.md, 4.

An account is a fund with a payer. Everything here is decided before a draw begins; spending is held to it inside the kernel.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simlib.facts import Facts
from simlib.money import largest_remainder, to_fen

FUNDS = ("household", "guidance", "pool", "social")
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
    ("social", "home_city"),
)  # in the order of payment within a fund; that the home city pays social protection is `assumed`
PLANNED_ACCOUNTS = 9  # those that rounds draw on; social protection is paid by right
PAYERS = ("province", "guangzhou", "home_city")
PARTS = ("household_fund_parts_province", "household_fund_parts_guangzhou", "household_fund_parts_home_city")  # facts, 6 : 3 : 1
PAYER_OF_HELPER = {"city_unit": "city_budget", "soe": "soe", "district": "district"}
FUND_YEARS = (2016, 2017, 2018)
POOL_YEAR = 2017

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


def thirds(total: int) -> list[int]:
    """A payer's part of the household fund over the programme's three years, by largest remainder. Clause 三(十一)2."""
    return largest_remainder(total, (1, 1, 1))


def paid_part(fen: int, share: float) -> int:
    """What is paid of an entitlement, floored to the fen."""
    return int(np.floor(fen * share))


def entitlements(money: VillageMoney, payment: Payment, facts: Facts, years: Sequence[int]) -> Fen:
    """Entitled fen by village, year and account, social protection left at zero. -> int64[village, year, account]"""
    out = np.zeros((len(money.payer), len(years), len(ACCOUNTS)), dtype=np.int64)
    place = {year: index for index, year in enumerate(years)}

    def add(village: int, year: int, fund: str, payer: str, fen: int) -> None:
        if year in place and fen:
            out[village, place[year], ACCOUNTS.index((fund, payer))] += fen

    _household(money, payment, facts, add)
    _guidance(money, payment, facts, add)
    _pool(money, payment, facts, add)
    return out


Add = Callable[[int, int, str, str, int], None]


def _household(money: VillageMoney, payment: Payment, facts: Facts, add: Add) -> None:
    """20,000 yuan a funded person, 6 : 3 : 1 over the payers, in thirds over the years (the text prints Guangzhou's; others assumed)."""
    parts = [facts[key] for key in PARTS]
    for village, people in enumerate(money.funded_people):
        total = to_fen(facts["household_fund_per_person"] * float(people))
        for payer, part in zip(PAYERS, largest_remainder(total, parts), strict=True):
            for year, fen in zip(FUND_YEARS, thirds(part), strict=True):
                add(village, year + payment.household_delay, "household", payer, paid_part(fen, payment.household_paid[payer]))


def _guidance(money: VillageMoney, payment: Payment, facts: Facts, add: Add) -> None:
    """1.0, 0.6 and 0.3 million yuan a poor village, from its helper's payer; two million a village with the pool is a floor."""
    for village in np.flatnonzero(money.is_poor):
        for year in FUND_YEARS:
            fen = to_fen(facts[f"guidance_village_{year}"] * payment.guidance_factor)
            add(int(village), year + payment.guidance_delay, "guidance", money.payer[village], paid_part(fen, payment.guidance_paid))


def _pool(money: VillageMoney, payment: Payment, facts: Facts, add: Add) -> None:
    """0.1 million yuan a poor village in 2017, kept by the city and allotted once, by the income gaps of 2015 or equally."""
    poor = np.flatnonzero(money.is_poor)
    gaps = money.gap_yuan[poor]
    weights = gaps if payment.pool_rule == "income_gap" and gaps.sum() > 0 else np.ones(len(poor))
    for payer in dict.fromkeys(money.payer[village] for village in poor):
        pot = sum(1 for village in poor if money.payer[village] == payer) * to_fen(facts["pool_village"])
        for village, fen in zip(poor, largest_remainder(paid_part(pot, payment.pool_paid), list(weights)), strict=True):
            add(int(village), POOL_YEAR, "pool", payer, fen)


def share_out(village_fen: Fen, heads: Sequence[int]) -> Fen:
    """Share each account of a village over its groups by heads, largest remainder. int64[year, account] -> int64[group, year, account]"""
    if len(heads) == 1:
        return village_fen[None]
    flat = [largest_remainder(int(fen), heads) for fen in village_fen.ravel()]
    return np.array(flat, dtype=np.int64).T.reshape(len(heads), *village_fen.shape)

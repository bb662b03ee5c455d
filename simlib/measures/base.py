"""What every measure says of itself: who may, what it costs, which labour and funds it takes, how it fails."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simlib.facts import Facts

Yuan = NDArray[np.float64]
Mask = NDArray[np.bool_]
OF_ROUNDS = ("household", "guidance", "pool", "sector", "donations", "contingency")
"""The funds that a round may draw on; the province's village programme pays village projects only."""


@dataclass(frozen=True)
class Starts:
    """How households start, one entry a household: what the register says, and what follows from it alone (docs/model.md, 2)."""

    members: NDArray[np.int64]
    workers: NDArray[np.int64]
    labour_units: Yuan
    idle: NDArray[np.int64]  # idle or under-employed full workers, two at most
    cannot_leave: Mask  # has labour, but no full worker or somebody to care for
    has_land: Mask
    creditworthy: Mask  # no loss on business in the base year
    unsafe: Mask  # lives in an unsafe house


def full_workers(labour_units: Yuan, workers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Workers with full labour capacity: a full one counts 1 unit, a partial one 0.5. -> int64[household]"""
    return np.maximum(0, np.floor(2 * labour_units - workers)).astype(np.int64)


def starts(
    members: NDArray[np.int64],
    workers: NDArray[np.int64],
    labour_units: Yuan,
    dependants: NDArray[np.int64],
    wage: Yuan,
    business: Yuan,
    land: Yuan,
    housing_safe: NDArray[np.int64],
    facts: Facts,
) -> Starts:
    """Derive how households start; `dependants` are pupils, elderly, ill and disabled together, incomes yuan a year, `land` mu."""
    full = full_workers(labour_units, workers)
    job_year = facts["transfer_months"] * facts["transfer_wage_month_2016"]
    under_employed = (workers > 0) & (wage / np.maximum(workers, 1) < facts["idle_wage_share"] * job_year)
    return Starts(
        members=members,
        workers=workers,
        labour_units=labour_units,
        idle=np.where(under_employed, np.minimum(2, full), 0).astype(np.int64),
        cannot_leave=(labour_units > 0) & ((full == 0) | (dependants > 0)),
        has_land=land > 0,
        creditworthy=business >= 0,
        unsafe=housing_safe == 0,
    )


def whole_price(_facts: Facts) -> float:
    """What is put in is what it costs."""
    return 1.0


@dataclass(frozen=True)
class Measure:
    """One measure that is chosen by household. `eligible(starts)` -> bool[household]; `put_in(starts, lever)` -> yuan[household], once."""

    key: str
    zh: str
    en: str
    clause: str
    source: str  # the income it raises
    labour: str | None  # the fact that says which labour it takes
    lever: str | None  # the name of its money lever in a scenario, and the fact behind it
    lever_fact: str | None
    funds: tuple[str, ...]  # those it may be paid from
    fails: str
    eligible: Callable[[Starts], Mask]
    put_in: Callable[[Starts, float], Yuan]
    price: Callable[[Facts], float] = whole_price  # what a yuan put in costs the funds
    yearly: bool = False  # given for a year (a post, day work) or bounded by the year (houses): its reach counts the year's households

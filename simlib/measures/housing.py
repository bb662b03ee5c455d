"""Repair of dangerous houses (危房改造): a grant, and a safe house in the end. Clause 二(六)4."""

import numpy as np

from simlib.compiled import rule
from simlib.measures.base import OF_ROUNDS, Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: lives in an unsafe house. Clause 二(六)4. -> bool[household]"""
    return starts.unsafe


def put_in(starts: Starts, grant: float) -> Yuan:
    """A grant in yuan. Clause 二(六)4. -> float64[household]"""
    return np.full(len(starts.unsafe), float(grant))


def capacity(households: float) -> int:
    """Houses that a group can repair in a year (assumed)."""
    return int(np.floor(households + 0.5))


@rule
def safe_from(t, u, delay):
    """The year from whose end on a house of the year t's grants is safe: a delayed one is finished a year later."""
    return t + (1 if u < delay else 0)


HOUSING = Measure(
    key="housing",
    zh="危房改造",
    en="housing repair",
    clause="二(六)4",
    source="guarantee",
    labour=None,
    lever="grant",
    lever_fact="housing_grant",
    funds=OF_ROUNDS,
    fails="delay: the house is finished a year later",
    eligible=eligible,
    put_in=put_in,
    yearly=True,
)

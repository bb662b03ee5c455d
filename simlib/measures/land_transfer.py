"""Land let for rent (土地流转): contracts for land that a household does not use itself. Clause 二(六)7."""

import numpy as np

from simlib.compiled import rule
from simlib.measures.base import OF_ROUNDS, Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: has land; that no project of its own stands on it is asked year by year. Clause 二(六)7. -> bool[household]"""
    return starts.has_land


def put_in(starts: Starts, contract: float) -> Yuan:
    """A contract in yuan. Clause 二(六)7. -> float64[household]"""
    return np.full(len(starts.has_land), float(contract))


@rule
def given_up(business, income, land):
    """Farm income in yuan that a household gives up with its land, never more than it has. `income`: yuan a mu that was used."""
    return min(max(0.0, business), income * land)


LAND_TRANSFER = Measure(
    key="land_transfer",
    zh="土地流转",
    en="land transfer",
    clause="二(六)7",
    source="property",
    labour=None,
    lever="contract",
    lever_fact="land_contract_cost",
    funds=OF_ROUNDS,
    fails="the tenant leaves with a yearly chance",
    eligible=eligible,
    put_in=put_in,
)

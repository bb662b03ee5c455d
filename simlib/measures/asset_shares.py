"""Asset shares (资产收益): fiscal money becomes households' shares of parks, farms, photovoltaics. Clause 二(六)7."""

import numpy as np

from simlib.compiled import rule
from simlib.measures.base import OF_ROUNDS, Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: any household. Clause 二(六)7. -> bool[household]"""
    return np.ones(len(starts.members), dtype=np.bool_)


def put_in(starts: Starts, capital_pc: float) -> Yuan:
    """Capital in yuan, a sum a person; the village owns it. Clauses 二(六)7, 三(十一)2. -> float64[household]"""
    return capital_pc * starts.members.astype(np.float64)


@rule
def operator(u, turned, half):
    """Share of the dividend that is paid: one persistent number a village; once turned to half pay it stays so."""
    return half if u < turned else 1.0


@rule
def dividend(capital, rate, paid):
    """Yuan this year of capital bought before this year: split between household and village, counted once."""
    return capital * rate * paid


ASSET_SHARES = Measure(
    key="asset_shares",
    zh="资产收益",
    en="asset shares",
    clause="二(六)7",
    source="property",
    labour=None,
    lever="capital_pc",
    lever_fact="asset_capital_pc",
    funds=OF_ROUNDS,
    fails="the operator turns to half pay with a yearly chance",
    eligible=eligible,
    put_in=put_in,
)

"""Industry support (产业帮扶): capital for crops, livestock, processing or tourism. Clause 二(六)2."""

import numpy as np

from simlib.compiled import rule
from simlib.measures.base import OF_ROUNDS, Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: some labour of its own. Clause 二(六)2. -> bool[household]"""
    return starts.labour_units > 0


def put_in(starts: Starts, capital_worker: float) -> Yuan:
    """Capital of a household in yuan: a sum a worker, two workers at most. Clauses 二(六)2, 三(十一)2. -> float64[household]"""
    return capital_worker * np.clip(starts.workers, 1, 2).astype(np.float64)


@rule
def ramp(age, first, second):
    """Share of the full yield in a project's first, second, later years (assumed)."""
    return first if age == 0 else (second if age == 1 else 1.0)


@rule
def margin(base, slope, share_of_group, price):
    """Yearly margin on capital: falls as neighbours do the same, moves with the price of the prefecture (assumed)."""
    return base * price * max(0.0, 1.0 - slope * share_of_group)


@rule
def gain(capital, margin_now, ramp_now, alive, salvage):
    """Yuan this year: the yield of a living project, of a failed one what its remains earn. Clause 二(六)2."""
    return capital * margin_now * ramp_now * (1.0 if alive else salvage)


INDUSTRY = Measure(
    key="industry",
    zh="产业帮扶",
    en="industry support",
    clause="二(六)2",
    source="business",
    labour="labour_industry",
    lever="capital_worker",
    lever_fact="industry_capital",
    funds=OF_ROUNDS,
    fails="a yearly chance of failure for good; what is left earns a salvage share",
    eligible=eligible,
    put_in=put_in,
)

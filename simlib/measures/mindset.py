"""Work on attitudes (扶志): those who respond accept measures that they would have refused. Clause 二(六)1."""

import numpy as np

from simlib.measures.base import OF_ROUNDS, Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: any household. Clause 二(六)1. -> bool[household]"""
    return np.ones(len(starts.members), dtype=np.bool_)


def put_in(starts: Starts, yuan: float) -> Yuan:
    """Yuan a household, once. Clause 二(六)1. -> float64[household]"""
    return np.full(len(starts.members), float(yuan))


MINDSET = Measure(
    key="mindset",
    zh="扶志教育",
    en="work on attitudes",
    clause="二(六)1",
    source="take-up",
    labour=None,
    lever="cost",
    lever_fact="mindset_cost",
    funds=OF_ROUNDS,
    fails="no response",
    eligible=eligible,
    put_in=put_in,
)

"""Public-welfare posts (公益性岗位) for workers who cannot leave; the posts of a village are few. Clause 二(六)3."""

import numpy as np

from simlib.measures.base import OF_ROUNDS, Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: has labour and cannot leave (no full worker, or somebody to care for; assumed). -> bool[household]"""
    return starts.cannot_leave


def put_in(starts: Starts, pay: float) -> Yuan:
    """A year's pay in yuan: cost and gain alike, counted once each. Clause 二(六)3. -> float64[household]"""
    return np.full(len(starts.cannot_leave), float(pay))


def posts(idle_workers: float, share: float) -> int:
    """Posts of a group: a share of its (weighted) idle workers, halves up (S50, S51; share assumed)."""
    return int(np.floor(share * idle_workers + 0.5))


PUBLIC_POST = Measure(
    key="public_post",
    zh="公益性岗位",
    en="public-welfare posts",
    clause="二(六)3",
    source="wage",
    labour="labour_public_post",
    lever="pay",
    lever_fact="public_post_pay",
    funds=OF_ROUNDS,
    fails="ends with its money",
    eligible=eligible,
    put_in=put_in,
    yearly=True,
)

"""Day work on the village's own projects (本地务工): a part of project money, not a second outlay. Clause 二(六)3."""

import numpy as np

from simlib.measures.base import Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: some labour. Clause 二(六)3. -> bool[household]"""
    return starts.labour_units > 0


def put_in(starts: Starts, pay: float) -> Yuan:
    """A year's day wages in yuan: cost and gain alike, from the works budget alone. Clause 二(六)3. -> float64[household]"""
    return np.full(len(starts.labour_units), float(pay))


LOCAL_JOBS = Measure(
    key="local_jobs",
    zh="本地工程务工",
    en="local construction jobs",
    clause="二(六)3",
    source="wage",
    labour="labour_local_jobs",
    lever="pay",
    lever_fact="local_jobs_pay",
    funds=("works",),
    fails="ends with the year's project",
    eligible=eligible,
    put_in=put_in,
    yearly=True,
)

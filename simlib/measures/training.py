"""Training to order and transfer jobs (技能培训、劳动力转移就业). Clause 二(六)3."""

import numpy as np

from simlib.compiled import rule
from simlib.measures.base import OF_ROUNDS, Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: an idle or under-employed worker of full capacity. Clause 二(六)3. -> bool[household]"""
    return starts.idle > 0


def put_in(starts: Starts, course: float) -> Yuan:
    """A course in yuan. Clause 二(六)3. -> float64[household]"""
    return np.full(len(starts.idle), float(course))


@rule
def finds_job(u, chance, added, trained):
    """Placed on 1 January: training adds to the policy-free chance on the same uniform number, in the year after the course."""
    return u < chance + (added if trained else 0.0)


@rule
def years_kept(u, kept):
    """Years after which a job, once found, is still held, 5 at most: one persistent number against kept, kept ** 2, ..."""
    chance, years = kept, 0
    for _ in range(5):
        years += 1 if u < chance else 0
        chance = chance * kept
    return years


@rule
def gain(pay, wage, business, per_worker, given_up):
    """Yuan this year: a placed worker's pay less its share of wages and part of its share of positive business; never below zero.

    `per_worker`: 1 / workers.
    """
    return max(0.0, pay - wage * per_worker - given_up * max(0.0, business) * per_worker)


TRAINING = Measure(
    key="training",
    zh="技能培训与转移就业",
    en="training and transfer jobs",
    clause="二(六)3",
    source="wage",
    labour="labour_training",
    lever="cost",
    lever_fact="training_cost",
    funds=OF_ROUNDS,
    fails="not placed in the year after the course; a job is kept with a yearly chance",
    eligible=eligible,
    put_in=put_in,
)

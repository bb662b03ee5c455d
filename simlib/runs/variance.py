"""How much of what we do not know comes from parameters, and how much from luck."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from simlib.assessment.targets import headline
from simlib.engine.draws import Draws, draw_table
from simlib.engine.project import project
from simlib.errors import InputError
from simlib.registry import Registry
from simlib.runs.single import DRAWS, SEED, Run, default_workers, run_one
from simlib.scenario import Scenario

LEAST_DRAWS = 2


def parameter_share(
    scenario: Scenario, registry: Registry, *, draws: int = DRAWS, seed: int = SEED, keys: Collection[str] | None = None
) -> float | None:
    """The share of the variance of the headline share that uncertain facts cause, all or those of `keys`; None where it does not vary.

    Two ensembles with the same parameters and different luck: their covariance over their variance estimates
    Var(E[y | parameters]) / Var(y) (pick-freeze; Sobol 1993, Janon et al. 2014). Its standard error is about 1 / sqrt(draws), so an
    estimate may lie a little below 0 or above 1. What is left is luck's, the other parameters', and what they do together. Raises
    InputError for fewer than two draws.
    """
    return shared_variance(run_one(scenario, registry, draws=draws, seed=seed), keys)


def assumed_share(run: Run) -> float | None:
    """The share of the variance of a run's headline share that its `assumed` parameters cause; it costs a second ensemble."""
    facts = run.projection.packed.facts
    return shared_variance(run, [key for key in facts if facts.fact(key).assumed])


def shared_variance(run: Run, keys: Collection[str] | None = None) -> float | None:
    """`parameter_share` of a run that is there already."""
    if run.draws < LEAST_DRAWS:
        raise InputError(
            f"a share of the variance needs draws: seen {run.draws}, wanted {LEAST_DRAWS} at least, some hundreds to be of use"
        )
    first = run.projection
    second = project(first.packed, _partner(run, keys), workers=default_workers())
    return _correlation(headline(first), headline(second))


def _partner(run: Run, keys: Collection[str] | None) -> Draws:
    """As many draws again, of other luck; the parameters of `keys` (all by default) are the first ensemble's, the others new."""
    both = draw_table(run.projection.packed.facts, run.scenario, 2 * run.draws, run.seed)
    kept, fresh = both.part(0, run.draws).values, both.part(run.draws, 2 * run.draws)
    values = {key: kept[key] if keys is None or key in keys else new for key, new in fresh.values.items()}
    return Draws(fresh.seed, fresh.luck, values)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    """Covariance over the pooled variance (Janon et al. 2014), None where neither varies or nobody is counted."""
    middle = (a.mean() + b.mean()) / 2
    spread = ((a - middle) ** 2 + (b - middle) ** 2).mean() / 2
    return float(((a - middle) * (b - middle)).mean() / spread) if spread > 0 else None

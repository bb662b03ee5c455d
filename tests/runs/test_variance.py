"""How much of the variance parameters cause."""

import numpy as np
import pytest

from simlib.errors import InputError
from simlib.runs import assumed_share, parameter_share, run_one
from simlib.runs.variance import _correlation, shared_variance
from simlib.scenario import Scenario, scenario_from
from tests.small import small_register, small_run

DRAWS = 300
THREE_ERRORS = 3 / DRAWS**0.5
NO_SHOCKS = {"shocks": dict.fromkeys(("province", "prefecture", "village", "household"), False)}


def with_uncertainties(**uncertainties: object) -> Scenario:
    return scenario_from({"base": "full_package", "uncertainties": uncertainties}, "uncertain")


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_share_of_a_known_mixture_is_found(share: float) -> None:
    stream = np.random.default_rng(4)
    common, own, other = stream.standard_normal((3, 40_000))
    a, b = (np.sqrt(share) * common + np.sqrt(1 - share) * luck for luck in (own, other))
    assert _correlation(5 + a, 5 + b) == pytest.approx(share, abs=0.02)


def test_what_does_not_vary_has_no_share() -> None:
    assert _correlation(np.full(4, 0.5), np.full(4, 0.5)) is None


def test_without_uncertain_parameters_luck_is_all() -> None:
    share = parameter_share(with_uncertainties(parameters="none"), small_register(), draws=DRAWS)
    assert share == pytest.approx(0, abs=THREE_ERRORS)


def test_without_shocks_parameters_are_nearly_all() -> None:
    """Nearly: who finds a job or agrees stays each household's luck, and the register is small."""
    share = parameter_share(with_uncertainties(**NO_SHOCKS), small_register(), draws=DRAWS)
    assert share is not None
    assert 0.8 < share < 1 + THREE_ERRORS


def test_facts_that_do_not_vary_cause_nothing() -> None:
    run = run_one(with_uncertainties(), small_register(), draws=DRAWS)
    assert shared_variance(run, ["stipend_month"]) == pytest.approx(0, abs=THREE_ERRORS)


def test_assumed_parameters_cause_most_of_what_parameters_cause() -> None:
    run = run_one(with_uncertainties(), small_register(), draws=DRAWS)
    facts = run.projection.packed.facts
    sourced = [key for key in run.projection.draws.values if not facts.fact(key).assumed]
    assert sourced, "without parameters that have a source this compares nothing"
    every, assumed, rest = shared_variance(run), assumed_share(run), shared_variance(run, sourced)
    assert every is not None
    assert assumed is not None
    assert rest is not None
    assert rest + THREE_ERRORS < assumed < every + THREE_ERRORS


def test_the_first_ensemble_is_the_runs_own() -> None:
    run = small_run("full_package")
    whole = parameter_share(run.scenario, run.registry, draws=run.draws)
    assert shared_variance(run) == whole


@pytest.mark.parametrize("draws", [0, 1])
def test_a_share_needs_draws(draws: int) -> None:
    with pytest.raises(InputError, match=f"seen {draws}, wanted 2 at least"):
        assumed_share(small_run("baseline", draws))

"""Where two scenarios tie."""

import numpy as np
import pytest

from simlib.assessment.targets import headline
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.runs import break_even, facts_between, run_one
from simlib.runs.tie import YIELDS, _crossing, _crossing_of_means
from simlib.scenario import load_scenario, scenario_from
from tests.small import WITHOUT, register_of, small_register

FACT = "training_added_chance"
JOBS, INDUSTRY, SHARES = (load_scenario(name) for name in ("employment_only", "industry_only", "asset_income_only"))


def expected_shares(value: float, draws: int) -> list[float]:
    """The headline shares of jobs and industry where the fact has this value, by ordinary runs."""
    facts = load_facts().with_({FACT: {"value": value, "distribution": "fixed"}})
    runs = (run_one(scene, small_register(), draws=draws, facts=facts) for scene in (JOBS, INDUSTRY))
    return [float(headline(run.projection).mean()) for run in runs]


def test_a_deterministic_tie_lies_where_the_lead_changes_hands() -> None:
    found = break_even(JOBS, INDUSTRY, FACT, small_register(), low=0.0, high=1.0, draws=0)
    assert found.value is not None
    assert found.error is not None
    assert found.error <= 1e-4
    assert found.ahead is None
    (jobs, industry), (more_jobs, same) = (expected_shares(found.value + step, 0) for step in (-2 * found.error, 2 * found.error))
    assert jobs <= industry == same <= more_jobs
    assert jobs < more_jobs


def test_an_expected_tie_is_one_of_ordinary_runs() -> None:
    found = break_even(JOBS, INDUSTRY, FACT, small_register(), low=0.0, high=1.0, draws=40)
    assert found.value is not None
    assert found.error is not None
    jobs, industry = expected_shares(found.value, 40)
    slope = (found.first_at_high - found.first_at_low) / (found.high - found.low)
    assert abs(jobs - industry) / slope < found.error  # read off a straight line between two of five values
    assert (found.first, found.second, found.draws) == ("employment_only", "industry_only", 40)


def test_the_ends_are_ordinary_runs() -> None:
    found = break_even(JOBS, INDUSTRY, FACT, small_register(), low=0.05, high=0.25, draws=6)
    assert [found.first_at_low, found.second_at_low] == pytest.approx(expected_shares(0.05, 6))
    assert [found.first_at_high, found.second_at_high] == pytest.approx(expected_shares(0.25, 6))


@pytest.mark.parametrize("draws", [0, 10])
def test_scenarios_that_never_tie(draws: int) -> None:
    found = break_even(INDUSTRY, load_scenario("baseline"), FACT, small_register(), draws=draws)
    assert (found.value, found.error, found.ahead) == (None, None, "industry_only")
    swapped = break_even(load_scenario("baseline"), INDUSTRY, FACT, small_register(), draws=draws)
    assert swapped.ahead == "industry_only"
    fact = load_facts().fact(FACT)
    assert (found.low, found.high) == (fact.low, fact.high)


def test_scenarios_that_tie_from_the_start() -> None:
    twin = scenario_from({"base": "industry_only"}, "twin")
    for draws in (0, 10):
        found = break_even(INDUSTRY, twin, FACT, small_register(), draws=draws)
        assert found.value == pytest.approx(load_facts().fact(FACT).low, abs=found.error)


@pytest.mark.parametrize(
    ("gaps", "place"), [([1, 2, 3], None), ([-1, 1, 2], 0), ([1, 1, -1], 1), ([0, 1, 1], 0), ([1, 0, 1], 0), ([1, 1, 0], 1), ([0, 0], 0)]
)
def test_the_first_change_of_sign(gaps: list[float], place: int | None) -> None:
    assert _crossing(np.array(gaps, dtype=np.float64)) == place


def test_a_tie_of_means_by_hand() -> None:
    # means -0.1, 0.1, 0.3 at 0, 1, 2: a tie at 0.5; there the gaps are -0.2 and 0.2, their error 0.2, over a slope of 0.2
    gaps = np.array([[-0.3, 0.1], [-0.1, 0.3], [0.1, 0.5]])
    assert _crossing_of_means(np.array([0.0, 1.0, 2.0]), gaps) == pytest.approx((0.5, 1.0))


@pytest.mark.parametrize(
    ("key", "options", "message"),
    [
        ("training_aded_chance", {}, "did you mean 'training_added_chance'"),
        ("target_year", {}, "'target_year' is fixed, wanted the key of an uncertain fact"),
        ("industry_capital", {}, "'industry_capital' is choice"),
        (FACT, {"low": 0.3, "high": 0.3}, "seen the range 0.3 to 0.3"),
        (FACT, {"low": -0.5}, "-0.5 is no share"),
        (FACT, {"draws": -1}, "draws: seen -1"),
    ],
)
def test_what_cannot_be_looked_for(key: str, options: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        break_even(JOBS, SHARES, key, small_register(), **options)  # type: ignore[arg-type]  # one kind of option at a time


def test_nobody_to_count() -> None:
    register = register_of({"h": WITHOUT}, {"a": {}})
    with pytest.raises(InputError, match="nobody in the register is labour-capable"):
        break_even(JOBS, SHARES, FACT, register, draws=0)


def test_the_facts_that_alternatives_hang_on() -> None:
    assert facts_between(JOBS, SHARES) == ("training_added_chance", "dividend_rate")
    assert facts_between(INDUSTRY, JOBS) == ("industry_margin", "training_added_chance")
    for fuller in ("full_package", "employment_only"):
        assert facts_between(load_scenario("baseline"), load_scenario(fuller)) == ()
    assert facts_between(load_scenario("full_package"), JOBS) == ()


def test_every_yield_can_be_looked_for() -> None:
    assert all(load_facts().fact(key).uncertain for key in YIELDS.values())

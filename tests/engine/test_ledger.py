"""Money is neither made nor lost: every fen of every account, over all bundled scenarios and any others (invariant 3)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simlib.engine.counted import Stat
from simlib.engine.fixed import fixed_plan
from simlib.engine.project import Projection, project_whole
from simlib.engine.state import DONATIONS_ACCOUNT, Fund, Ledger, Measure
from simlib.facts import load_facts
from simlib.funds import ACCOUNTS, PLANNED_ACCOUNTS
from simlib.registry import Registry
from simlib.scenario import Scenario, bundled_scenarios, load_scenario
from tests.engine.random_scenarios import scenarios
from tests.engine.small import any_register, draws_of, packed_with

DRAWS = 3
LENT = ACCOUNTS.index(("credit", "bank"))
I64 = NDArray[np.int64]


def projected(scenario: Scenario, registry: Registry, *, follow_plan: bool = False) -> Projection:
    packed = packed_with(registry, scenario, scenario.resolve_facts(load_facts()))
    if follow_plan:
        packed = packed_with(registry, scenario, packed.facts, plan=fixed_plan(packed))
    return project_whole(packed, draws_of(packed, DRAWS))


def by_column(ledger: I64, axis: int) -> dict[str, I64]:
    return {column.name: np.take(ledger, column, axis=axis) for column in Ledger}


def assert_balanced(projection: Projection) -> None:
    """Every account of every group in every year and draw; then that groups add up to the whole, and measures to funds."""
    assert projection.group_ledger is not None
    ledger = projection.group_ledger
    money = by_column(ledger, 3)
    assert np.array_equal(money["ENTITLED"] + money["CARRIED_IN"], money["SPENT"] + money["CARRIED_OUT"] + money["LAPSED"])
    assert np.array_equal(money["CARRIED_IN"][:, 1:], money["CARRIED_OUT"][:, :-1])
    assert not money["CARRIED_IN"][:, 0].any()
    assert (money["SPENT"] <= money["COMMITTED"]).all()
    assert (money["COMMITTED"] <= money["ENTITLED"] + money["CARRIED_IN"]).all()
    assert ledger.min() >= 0
    closing = [place for place, year in enumerate(projection.years) if year >= 2018]
    assert not money["CARRIED_OUT"][:, closing].any(), "with 2018 the books close"
    assert np.array_equal(np.moveaxis(ledger.sum(axis=0), -1, 0), projection.ledger)
    quota = projection.packed.groups.quota
    promised = [place for place in range(PLANNED_ACCOUNTS) if place != DONATIONS_ACCOUNT]
    assert np.array_equal(
        money["ENTITLED"][:, :, promised], np.broadcast_to(quota[:, :, promised, None], money["ENTITLED"][:, :, promised].shape)
    )
    assert_measures_are_paid(projection)


def assert_measures_are_paid(projection: Projection) -> None:
    """What measures cost in a fund is what its accounts spent; day work is a part of village projects and in no account."""
    for fund in Fund:
        accounts = [place for place, (name, _) in enumerate(ACCOUNTS) if name == fund.name.lower()]
        if accounts:
            paid = projection.ledger[:, :, accounts, Ledger.SPENT].sum(axis=2)
            assert np.array_equal(projection.spending[:, :, :, fund].sum(axis=2), paid), fund.name
    built = projection.spending[:, :, [Measure.VILLAGE_SERVICES, Measure.COLLECTIVE]].sum(axis=(2, 3))
    worked = projection.spending[:, :, :, Fund.WORKS].sum(axis=2)
    assert (worked <= load_facts()["local_jobs_share"] * built).all()
    households = [measure for measure in Measure if measure < Measure.TECHNIQUE]
    assert not projection.spending[:, :, households, Fund.VILLAGE_PROGRAMME].any()
    projects = list(range(Measure.TECHNIQUE, Measure.SOCIAL_SECURITY))
    assert not projection.spending[:, :, projects][..., Fund.HOUSEHOLD].any(), "household money builds nothing for villages"
    by_right = projection.spending[:, :, [Measure.SOCIAL_SECURITY, Measure.DIBAO], Fund.SOCIAL].sum(axis=2)
    assert (by_right >= projection.totals[..., [Stat.CAPABLE_DIBAO, Stat.WITHOUT_DIBAO]].sum(axis=2)).all()
    lent = projection.ledger[:, :, LENT, Ledger.SPENT]
    assert np.array_equal(projection.spending[:, :, Measure.MICROCREDIT, Fund.CREDIT], lent)


@pytest.mark.parametrize("name", bundled_scenarios())
def test_the_books_of_every_bundled_scenario_balance(name: str) -> None:
    assert_balanced(projected(load_scenario(name), any_register(11, households=60, villages=4)))


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenarios(), st.integers(0, 2**31), st.booleans())
def test_the_books_of_any_scenario_balance(scenario: Scenario, seed: int, follow_plan: bool) -> None:
    """Two hundred scenarios of any kind; half of them as the plan that they give, where no round shares equally."""
    shared = any(one.order == "equal_shares" for one in scenario.levers.rounds)
    assert_balanced(projected(scenario, any_register(seed), follow_plan=follow_plan and not shared))


def test_a_fen_that_is_missing_is_found() -> None:
    """The check itself: one fen taken from a row of the books."""
    projection = projected(load_scenario("full_package"), any_register(11, households=60, villages=4))
    spoiled: Any = projection.group_ledger
    spoiled[0, 0, 0, Ledger.SPENT, 0] += 1
    with pytest.raises(AssertionError, match=r"array_equal"):
        assert_balanced(projection)

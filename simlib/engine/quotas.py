"""What crosses villages and groups is decided here, before any draw: entitlements by group, year and account (docs/model.md, 4)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simlib.engine.registered import Places
from simlib.engine.state import BASE_YEAR, Groups
from simlib.facts import Facts, lines
from simlib.funds import Payment, VillageMoney, entitlements, share_out
from simlib.scenario import Scenario


def payment(scenario: Scenario) -> Payment:
    """The funds part of a scenario's levers, as `simlib.funds` takes it."""
    funds = scenario.levers.funds
    return Payment(
        household_paid={payer: getattr(funds.household.paid, payer) for payer in ("province", "guangzhou", "home_city")},
        household_delay=funds.household.delay_years,
        guidance_paid=funds.guidance.paid,
        guidance_delay=funds.guidance.delay_years,
        guidance_factor=funds.guidance.factor,
        pool_paid=funds.pool.paid,
        pool_rule=funds.pool.rule,
    )


def village_money(places: Places, facts: Facts) -> VillageMoney:
    """What the funds ask of villages, with the gaps of their base-year means to the village line."""
    line = lines.moving_line(facts["village_line_share"], facts[f"provincial_income_{BASE_YEAR}"])
    return VillageMoney(places.funded, places.is_poor, places.payer, np.maximum(0.0, line - places.mean) * places.residents)


def quotas(places: Places, groups: Groups, scenario: Scenario, facts: Facts, years: Sequence[int]) -> NDArray[np.int64]:
    """Entitled fen of every group by year and account, a village's shared over its groups by heads. -> int64[group, year, account]"""
    by_village = entitlements(village_money(places, facts), payment(scenario), facts, years)
    quota = np.repeat(by_village, groups.last - groups.first, axis=0)
    for village in np.flatnonzero(groups.last - groups.first > 1):
        own = slice(groups.first[village], groups.last[village])
        quota[own] = share_out(by_village[village], groups.heads[own].tolist())
    return quota

"""What crosses villages and groups is decided here, before any draw: entitlements by group, year and account (docs/model.md, 4)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.state import BASE_YEAR, Table
from simlib.facts import Facts, lines
from simlib.funds import PAYER_OF_HELPER, Payment, VillageMoney, entitlements, share_out
from simlib.scenario import Scenario

Bounds = list[tuple[int, int]]


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


def village_money(
    households: pd.DataFrame, villages: pd.DataFrame, village_of: Any, table: Table, residents: Any, unit: int, facts: Facts
) -> VillageMoney:
    """People, payers and base-year gaps of villages. Rows of `households` and of `table` are the same, in the same order."""
    weight = table.weight / unit
    number = len(villages)
    funded = np.bincount(village_of, weights=households["funded"].to_numpy(bool) * table.members * weight, minlength=number)
    people = np.bincount(village_of, weights=table.members * weight, minlength=number)
    base = table.wage + table.business + table.property + table.transfer + table.dibao
    income = np.bincount(village_of, weights=base * weight, minlength=number)
    mean = (income + (residents - people) * villages["other_income"].to_numpy(np.float64)) / residents
    line = lines.moving_line(facts["village_line_share"], facts[f"provincial_income_{BASE_YEAR}"])
    poor = villages["is_poor_village"].to_numpy(bool)
    helpers = villages["helper_type"].fillna("").astype(str)
    payers = tuple(PAYER_OF_HELPER.get(helper, "city_budget") if is_poor else "" for helper, is_poor in zip(helpers, poor, strict=True))
    gap_yuan = np.maximum(0.0, line - mean) * residents
    return VillageMoney(funded.astype(np.float64), poor, payers, gap_yuan.astype(np.float64))


def quotas(
    households: pd.DataFrame,
    villages: pd.DataFrame,
    village_of: Any,
    table: Table,
    residents: Any,
    bounds: Bounds,
    spans: Bounds,
    unit: int,
    scenario: Scenario,
    facts: Facts,
    years: Sequence[int],
) -> NDArray[np.int64]:
    """Entitled fen of every group by year and account, a village's shared over its groups by heads. -> int64[group, year, account]"""
    money = village_money(households, villages, village_of, table, residents, unit, facts)
    by_village = entitlements(money, payment(scenario), facts, years)
    heads = [int(table.weight[first:last].sum()) for first, last in bounds]
    parts = [share_out(by_village[village], heads[first:last]) for village, (first, last) in enumerate(spans)]
    return np.ascontiguousarray(np.concatenate(parts))

"""Registers of a few households, facts without surprises and scenarios in a line: what the tests of the engine are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simlib.engine.draws import Draws, draw_table
from simlib.engine.pack import Packed, pack
from simlib.engine.project import Projection
from simlib.engine.state import SERVICES
from simlib.facts import Facts, load_facts
from simlib.registry import Registry, make_registry
from simlib.scenario import Scenario, scenario_from

HOUSEHOLD: dict[str, Any] = {
    "household_id": "H1",
    "village_id": "V1",
    "members": 3,
    "workers": 2,
    "labour_units": 2.0,
    "pupils": 0,
    "elderly": 0,
    "ill": 0,
    "disabled": 0,
    "poverty_cause": "other",
    "wage_income": 0.0,
    "business_income": 0.0,
    "property_income": 0.0,
    "transfer_income": 0.0,
    "dibao_yuan": 0.0,
    "land_mu": 0.0,
    "housing_safe": True,
    "insured": True,
    "dropouts": 0,
    "willing": None,
    "funded": True,
    "registered_from": 2015,
    "weight": 1.0,
}
VILLAGE: dict[str, Any] = {
    "village_id": "V1",
    "name": "N",
    "county": "C",
    "prefecture": "P",
    "helper": "U",
    "helper_type": "city_unit",
    "is_poor_village": True,
    "residents": 1000,
    "other_income": 7000.0,
} | dict.fromkeys(("roads", "water", "power", "school", "clinic", "sanitation", "broadband"))

# Nothing grows, nobody's income is drawn to a mean, nothing strikes or fails, all are willing, and money is spent as it comes.
STILL: dict[str, float] = {
    "income_growth": 0.0,
    "regression_to_mean": 0.0,
    "sd_permanent": 0.0,
    "sd_transitory": 0.0,
    "sd_business_extra": 0.0,
    "sd_province": 0.0,
    "sd_price": 0.0,
    "sd_village": 0.0,
    "illness_chance": 0.0,
    "crop_loss_chance": 0.0,
    "job_loss_chance": 0.0,
    "job_chance_without_policy": 0.0,
    "training_added_chance": 1.0,
    "job_kept": 1.0,
    "industry_failure": 0.0,
    "industry_saturation": 0.0,
    "operator_half_chance": 0.0,
    "willing_share": 1.0,
    "social_security_enrolment": 1.0,
    "pension_contribution": 0.0,
    "tenant_leaves": 0.0,
    "microcredit_default": 0.0,
    "microcredit_takeup": 1.0,
    "housing_delay": 0.0,
    "project_delay": 0.0,
    "ecommerce_closing": 0.0,
    "mindset_response": 1.0,
    "absorption_2016": 1.0,
    "absorption_2017": 1.0,
    "absorption_2018": 1.0,
}
SHOCKS_OFF = dict.fromkeys(("province", "prefecture", "village", "household"), False)


def register(households: Sequence[Mapping[str, Any]], villages: Sequence[Mapping[str, Any]] = ({},)) -> Registry:
    """A register of rows that say only what is not usual; without ids they are H1, H2, ... and V1, V2, ..."""
    rows = [HOUSEHOLD | {"household_id": f"H{place}"} | dict(row) for place, row in enumerate(households, start=1)]
    places = [VILLAGE | {"village_id": f"V{place}"} | dict(row) for place, row in enumerate(villages, start=1)]
    people = pd.DataFrame(rows, columns=list(HOUSEHOLD)).astype({"registered_from": "Int64"})
    return make_registry(people, pd.DataFrame(places, columns=list(VILLAGE)), synthetic=True, origin="test")


def any_register(seed: int, households: int = 12, villages: int = 2) -> Registry:
    """A register of households of every kind: with and without labour, in debt, on dibao, near-poor, consent known and unknown."""
    rng = np.random.default_rng(seed)
    return register(
        [_any_household(rng, place, villages) for place in range(households)],
        [_any_village(rng) for _ in range(villages)],
    )


def _any_household(rng: np.random.Generator, place: int, villages: int) -> dict[str, Any]:
    members = int(rng.integers(1, 7))
    workers = int(rng.integers(0, members + 1))
    full = int(rng.integers(0, workers + 1))
    income = rng.lognormal(8.0, 0.6) * members * rng.dirichlet([1.0, 1.0, 0.2, 1.0])
    words = [None, None, None, "none", "industry;training", "public_post;asset_shares", "land_transfer;microcredit"]
    known = rng.choice(np.array(words, dtype=object))
    return {
        "household_id": f"h{place}",
        "village_id": f"V{1 + place % villages}",
        "members": members,
        "workers": workers,
        "labour_units": full + 0.5 * (workers - full),
        "pupils": int(rng.integers(0, 2)),
        "elderly": int(rng.integers(0, 2)),
        "wage_income": float(income[0]) if rng.random() < 0.5 else 0.0,
        "business_income": float(income[1]) * (-1.0 if rng.random() < 0.2 else 1.0),
        "property_income": float(income[2]) if rng.random() < 0.5 else 0.0,
        "transfer_income": float(income[3]),
        "dibao_yuan": float(rng.choice([0.0, 0.0, 1500.0])),
        "land_mu": float(rng.choice([0.0, 1.5, 4.0])),
        "housing_safe": bool(rng.random() < 0.75),
        "insured": bool(rng.random() < 0.9),
        "dropouts": int(rng.random() < 0.05),
        "willing": known,
        "funded": bool(rng.random() < 0.9),
        "registered_from": 2015 if rng.random() < 0.9 else None,
        "weight": float(rng.choice([1.0, 1.0, 3.0])),
    }


def _any_village(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "prefecture": str(rng.choice(["P", "Q"])),
        "helper_type": str(rng.choice(["city_unit", "soe", "district"])),
        "is_poor_village": bool(rng.random() < 0.7),
        "residents": int(rng.integers(60, 400)),
        "other_income": float(rng.integers(5000, 9000)),
    } | dict(zip(SERVICES, (np.nan, *rng.uniform(0.3, 1.0, len(SERVICES) - 1)), strict=True))


def facts_with(values: Mapping[str, float]) -> Facts:
    """The facts in use with some numbers fixed."""
    return load_facts().with_({key: {"value": value, "distribution": "fixed"} for key, value in values.items()})


def scenario_with(facts: Facts, levers: Mapping[str, Any], *, base: str = "baseline", **sections: Any) -> Scenario:
    """A scenario that differs from a bundled one in some levers; numbers that it leaves out are the facts'."""
    content = {"schema": 1, "title": {"en": "test"}, "base": base, "levers": dict(levers)} | sections
    return scenario_from(content, "test", facts)


def packed_with(registry: Registry, scenario: Scenario, facts: Facts | None = None, plan: pd.DataFrame | None = None) -> Packed:
    """A register packed under a scenario."""
    return pack(registry, scenario, scenario.resolve_facts(facts or load_facts()), plan)


def draws_of(packed: Packed, draws: int, seed: int = 1) -> Draws:
    """The default table of draws."""
    return draw_table(packed.facts, packed.scenario, draws, seed)


TALLIES = ("totals", "cells", "incomes", "ledger", "spending", "served", "villages", "share_bins", "mean_bins", "households")


def assert_same(one: Projection, other: Projection, names: Sequence[str] = TALLIES) -> None:
    """Every tally the same, bit for bit."""
    for name in names:
        seen, wanted = getattr(one, name), getattr(other, name)
        assert seen.shape == wanted.shape, name
        assert np.array_equal(seen, wanted), f"{name} differs in {np.count_nonzero(seen != wanted)} places"

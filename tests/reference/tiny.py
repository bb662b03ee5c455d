"""Registers of a few households for hand-worked tests.

Their numbers are still: incomes neither regress nor grow, no shock strikes (the central row), money is spent in the year
in which it comes, everybody is willing, nothing fails.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from simlib.facts import Facts, load_facts
from simlib.registry.keys import entity_key
from simlib.registry.tables import Registry, make_registry
from simlib.scenario import Scenario, scenario_from

from . import Outcome, run_draw
from .future import SWITCHES

Rows = Mapping[str, Mapping[str, Any]]
YEARS = range(2016, 2019)
STILL = {
    "regression_to_mean": 0.0,
    "income_growth": 0.0,
    "absorption_2016": 1.0,
    "absorption_2017": 1.0,
    "absorption_2018": 1.0,
    "industry_failure": 0.0,
    "job_chance_without_policy": 0.0,
    "training_added_chance": 1.0,
    "job_kept": 1.0,
    "willing_share": 1.0,
    "operator_half_chance": 0.0,
    "tenant_leaves": 0.0,
    "microcredit_takeup": 1.0,
    "microcredit_default": 0.0,
    "housing_delay": 0.0,
    "mindset_response": 1.0,
    "misidentified_share": 0.0,
    "project_delay": 0.0,
    "ecommerce_closing": 0.0,
    "donations_received": 1.0,
}
HOUSEHOLD = {
    "village_id": "v1", "members": 2, "workers": 1, "labour_units": 1.0, "pupils": 0, "elderly": 0, "ill": 0,
    "disabled": 0, "poverty_cause": "other", "wage_income": 4000.0, "business_income": 2000.0, "property_income": 0.0,
    "transfer_income": 0.0, "dibao_yuan": 0.0, "land_mu": 1.0, "housing_safe": True, "insured": True, "dropouts": 0,
    "willing": None, "funded": True, "registered_from": 2015, "weight": 1.0,
}  # fmt: skip
VILLAGE = {
    "name": "村", "county": "丰顺县", "prefecture": "梅州市", "helper": "单位", "helper_type": "district",
    "is_poor_village": True, "residents": 102, "other_income": 8000.0, "roads": None, "water": None, "power": None,
    "school": None, "clinic": None, "sanitation": None, "broadband": None,
}  # fmt: skip
SERVED = dict.fromkeys(("roads", "water", "power", "school", "clinic", "sanitation", "broadband"), 0.9)  # all at the provincial value
NO_LABOUR = {"workers": 0, "labour_units": 0.0}
CARER = {"elderly": 1}  # cannot leave


def still(**numbers: float) -> Facts:
    """The facts in use with still ones, and with these, in their place."""
    fixed = {"distribution": "fixed"}
    return load_facts().with_({key: {"value": float(value)} | fixed for key, value in (STILL | numbers).items()})


def calm(**numbers: float) -> Facts:
    """Still facts under which no shock strikes in any draw, but these."""
    shocks = dict.fromkeys([key for keys in SWITCHES.values() for key in keys], 0.0)
    return still(**(shocks | numbers))


def register(households: Rows, villages: Rows | None = None) -> Registry:
    """A register of households and villages by id, each given by what differs from the usual one."""
    homes = [HOUSEHOLD | {"household_id": name} | dict(own) for name, own in households.items()]
    places = [VILLAGE | {"village_id": name} | dict(own) for name, own in (villages or {"v1": {}}).items()]
    frame = pd.DataFrame(homes).astype({"registered_from": "Int64"})
    return make_registry(frame, pd.DataFrame(places), synthetic=True, origin="test")


def scenario(*rounds: Mapping[str, Any], mode: str = "annual", **levers: Any) -> Scenario:
    """The baseline with these rounds and levers."""
    content = {"allocation": {"mode": mode}, "rounds": list(rounds)} | levers
    return scenario_from({"base": "baseline", "levers": content}, "test")


def round_of(measure: str, *funds: str, order: str = "poorest_first", **more: Any) -> dict[str, Any]:
    """A round of one measure, from the household fund unless said otherwise; day work has its own."""
    own = {} if measure == "local_jobs" else {"funds": list(funds or ("household",))}
    return {"order": order, "measures": {measure: own}, **more}


def central(registry: Registry, scene: Scenario, facts: Facts, years: Sequence[int] = YEARS, **more: Any) -> Outcome:
    """The central row."""
    return run_draw(registry, scene, facts, 1, None, years, **more)


def in_key_order(*names: str) -> list[str]:
    """Ids in the order of their keys."""
    return sorted(names, key=entity_key)


def statuses(outcome: Outcome, name: str) -> list[str]:
    """A household's status at the end of each year."""
    return [row.status for (home, _), row in sorted(outcome.rows.items()) if home == name]


def begun(outcome: Outcome, year: int) -> dict[str, tuple[str, ...]]:
    """The measures begun in a year, by household."""
    return {home: row.begun for (home, y), row in outcome.rows.items() if y == year and row.begun}


def mixed(shuffled: bool = False) -> Registry:
    """Twenty-four households of all kinds in three villages, one of them a pseudo-village."""
    homes: Rows = {
        f"h{i}": {
            "village_id": f"v{i % 3}", "members": 1 + i % 4, "workers": i % 3, "labour_units": [0.0, 1.0, 1.5][i % 3],
            "elderly": i % 2, "pupils": i % 5 // 3, "wage_income": 900.0 * (i % 7),
            "business_income": 700.0 * (i % 5) - 500, "transfer_income": 400.0 * (i % 6),
            "dibao_yuan": 800.0 * (i % 4 == 0), "insured": i % 6 > 0,
            "registered_from": None if i % 8 == 7 else 2015, "funded": i % 5 > 0,
            "land_mu": 0.5 * (i % 4), "housing_safe": i % 7 != 1, "dropouts": int(i % 11 == 3),
        }
        for i in range(24)
    }  # fmt: skip
    villages: Rows = {
        "v0": {"helper_type": "soe", "roads": 0.8, "water": 0.45, "power": 1.0, "clinic": 0.86},
        "v1": SERVED | {"helper_type": "city_unit", "prefecture": "清远市", "broadband": 0.5},
        "v2": {"is_poor_village": False, "helper_type": "", "residents": 0},
    }
    if shuffled:
        homes, villages = dict(reversed([*homes.items()])), dict(reversed([*villages.items()]))
    return register(homes, villages)


def full(mode: str = "annual", **levers: Any) -> Scenario:
    """The full package."""
    content = {"allocation": {"mode": mode}} | levers
    return scenario_from({"base": "full_package", "levers": content}, "test")

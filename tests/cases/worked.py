"""Households worked by hand: what a case says, as a register, a scenario and the entries that must come out.

Unless a case says otherwise nothing grows, strikes, fails or is late, all are willing, money is spent as it comes, and the draw is the
quiet one. A household's expected entries are compared to the fen; what is not mentioned is not compared.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pandas as pd
import yaml

from simlib.facts import Facts, load_facts
from simlib.money import to_fen
from simlib.registry import Registry, make_registry
from simlib.scenario import Scenario, scenario_from

CASES = sorted(Path(__file__).parent.glob("*.yaml"))
SECTIONS = {"why", "facts", "levers", "draw", "village", "households", "plan", "expect", "spent", "entitled"}
SOURCES = ("wage", "business", "property", "transfer", "dibao")
FLAGS = (
    *("industry_alive", "placed_0", "placed_1", "post", "shares", "land", "loan", "defaulted", "local", "housed"),
    *("enrolled", "supported", "held", "safe", "guaranteed", "ill", "crop_lost", "job_lost"),
    *("at_fixed", "at_moving", "at_indexed", "paper", "sheet", "stable", "removed"),
)
MONEY = (*SOURCES, "pc", "reported_pc", "mean", "collective")
SHARE = 10_000  # the part of the services' need that is filled is kept in ten thousandths
QUIET_YEARS = (2016, 2017, 2018)

HOUSEHOLD: dict[str, Any] = {
    "village_id": "V1", "members": 3, "workers": 2, "labour_units": 2.0, "pupils": 0, "elderly": 0, "ill": 0, "disabled": 0,
    "poverty_cause": "other", "wage_income": 0.0, "business_income": 0.0, "property_income": 0.0, "transfer_income": 0.0,
    "dibao_yuan": 0.0, "land_mu": 0.0, "housing_safe": True, "insured": True, "dropouts": 0, "willing": None, "funded": True,
    "registered_from": 2015, "weight": 1.0,
}  # fmt: skip
SERVICES = ("roads", "water", "power", "school", "clinic", "sanitation", "broadband")
VILLAGE: dict[str, Any] = {
    "village_id": "V1", "name": "N", "county": "C", "prefecture": "P", "helper": "U", "helper_type": "city_unit",
    "is_poor_village": True, "residents": 1000, "other_income": 7000.0,
} | dict.fromkeys(SERVICES)  # fmt: skip
STILL: dict[str, float] = dict.fromkeys(
    (
        *("income_growth", "regression_to_mean", "sd_permanent", "sd_transitory", "sd_business_extra", "sd_province", "sd_price"),
        *("sd_village", "sd_donations", "illness_chance", "crop_loss_chance", "job_loss_chance", "job_chance_without_policy"),
        *("industry_failure", "industry_saturation", "operator_half_chance", "tenant_leaves", "microcredit_default"),
        *("housing_delay", "ecommerce_closing", "project_delay", "misidentified_share"),
    ),
    0.0,
) | dict.fromkeys(
    (
        *("training_added_chance", "job_kept", "willing_share", "microcredit_takeup", "mindset_response", "donations_received"),
        *("social_security_enrolment", "absorption_2016", "absorption_2017", "absorption_2018"),
    ),
    1.0,
)


class Answers(Protocol):
    """What an engine says of a case; money in fen."""

    def household(self, name: str, year: int, key: str) -> object:
        """One entry of a household's year, as the case writes it."""

    def village(self, year: int, key: str) -> object:
        """One entry of the village's year."""

    def spent(self, year: int, name: str) -> int:
        """Spending from a fund, or for a measure (principal of loans apart)."""

    def entitled(self, year: int, fund: str) -> int:
        """What the accounts of a fund are credited."""


class Given(NamedTuple):
    """What an engine needs of a case. number: of the draw, None for the quiet one; plan: rows of household, year, measure, fund, fen."""

    registry: Registry
    scenario: Scenario
    facts: Facts
    seed: int
    number: int | None
    plan: list[tuple[str, int, str, str, int]] | None


def load_case(path: Path) -> dict[str, Any]:
    """A case as it is written."""
    case: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return case


def given(case: dict[str, Any]) -> Given:
    """The register, scenario and facts of a case."""
    numbers = {key: {"value": float(value), "distribution": "fixed"} for key, value in (STILL | case.get("facts", {})).items()}
    facts = load_facts().with_(numbers)
    rows = [HOUSEHOLD | {"household_id": name} | row for name, row in case["households"].items()]
    people = pd.DataFrame(rows).astype({"registered_from": "Int64"})
    place = pd.DataFrame([VILLAGE | case.get("village", {})])
    registry = make_registry(people, place, synthetic=True, origin="by hand")
    content = {
        "schema": 1, "title": {"en": "case"}, "base": "baseline", "levers": case.get("levers", {}),
        "uncertainties": {"parameters": "none"},
    }  # fmt: skip
    plan = case.get("plan")
    return Given(
        registry,
        scenario_from(content, "case", facts),
        facts,
        case["draw"]["seed"] if "draw" in case else 0,
        case["draw"]["number"] if "draw" in case else None,
        None if plan is None else [(name, year, measure, fund, to_fen(yuan)) for name, year, measure, fund, yuan in plan],
    )


def entries(case: dict[str, Any]) -> Iterator[tuple[str, int, str, object]]:
    """Every expected entry of a household or of the village: name, year, key, value in fen where it is money."""
    for name, rows in case["expect"].items():
        for year, row in rows.items():
            for key, value in row.items():
                if key == "filled":
                    yield name, year, key, round(value * SHARE)
                else:
                    yield name, year, key, to_fen(value) if key in MONEY else value


def differences(case: dict[str, Any], answers: Answers) -> list[str]:
    """Everything that is not as the case expects, in fen where it is money."""
    found = []
    for name, year, key, wanted in entries(case):
        seen = answers.village(year, key) if name == "village" else answers.household(name, year, key)
        if seen != wanted:
            found.append(f"{name} {year} {key}: seen {seen}, by hand {wanted}")
    for title, ask in (("spent", answers.spent), ("entitled", answers.entitled)):
        for year, amounts in case.get(title, {}).items():
            for name, yuan in amounts.items():
                if (fen := ask(year, name)) != to_fen(yuan):
                    found.append(f"{title} {year} {name}: seen {fen}, by hand {to_fen(yuan)}")
    return found

"""Downloads: read back, they say what the page said."""

import io

import openpyxl
import pytest

from simlib.dashboard.saving import saved_scenario, saved_workbook
from simlib.dashboard.session import Asked, bundled
from simlib.dashboard.uploads import scenario_of
from simlib.facts import load_facts
from simlib.runs import run_one
from simlib.scenario import load_scenario
from tests.small import small_register

PAID = "levers.funds.household.paid.province"


@pytest.mark.parametrize("moved", [{}, {PAID: 0.5, "facts.dividend_rate.value": 0.06, "levers.rounds.order": "random"}])
def test_a_saved_scenario_loads_to_the_same_hash(moved: dict[str, float | str]) -> None:
    asked = Asked(bundled("full_package"), moved)
    name, _, content = saved_scenario(asked)
    assert scenario_of(name, content).scenario.hash == asked.scenario(load_facts()).hash


def test_a_loaded_scenario_is_saved_with_what_it_said_itself() -> None:
    base = scenario_of("mine.yaml", b"base: full_package\nlevers: {funds: {household: {delay_years: 1}}}\n")
    name, _, content = saved_scenario(Asked(base, {PAID: 0.5}))
    again = scenario_of(name, content).scenario
    assert (again.levers.funds.household.delay_years, again.levers.funds.household.paid.province) == (1, 0.5)


def test_a_saved_workbook_opens() -> None:
    result = run_one(load_scenario("full_package"), small_register(), draws=8)
    name, _, content = saved_workbook(result, "zh")
    assert name == "full_package-8.xlsx"
    assert openpyxl.load_workbook(io.BytesIO(content), read_only=True).sheetnames

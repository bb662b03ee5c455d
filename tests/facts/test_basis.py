"""What stands behind the numbers of measures, funds and verdicts: the sums that they come from, and that what adds up does."""

import re
from math import prod
from typing import Final

import pytest

from simlib.facts import Facts, load_facts

NUMBER: Final = r"(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
SUM: Final = re.compile(rf"({NUMBER}(?: [x/] {NUMBER})+) = ({NUMBER})( %)?")


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def number(text: str) -> float:
    return float(text.replace(",", ""))


def worked_out(text: str) -> float:
    """`3,389 x .7 / .3`, from left to right."""
    first, *steps = re.split(r" (?=[x/] )", text)
    return number(first) * prod(number(step[2:]) if step[0] == "x" else 1 / number(step[2:]) for step in steps)


def sums_of(facts: Facts) -> list[tuple[str, str, str, str | None]]:
    found = ((key, SUM.finditer(facts.fact(key).assumed or "")) for key in facts)
    return [(key, match[1], match[2], match[3]) for key, matches in found for match in matches]


def test_every_sum_that_a_basis_prints_is_right(facts: Facts) -> None:
    printed = sums_of(facts)
    assert len(printed) >= 9
    for key, left, right, per_cent in printed:
        decimals = len(right.partition(".")[2])
        assert worked_out(left) * (100 if per_cent else 1) == pytest.approx(number(right), abs=0.5 * 10**-decimals + 1e-9), key


@pytest.mark.parametrize(
    ("key", "value", "digits"),
    [
        ("microcredit_loan", 302_000_000 / 9_182, 0),  # 3.02亿 to 9,182 households (S10)
        ("microcredit_takeup", 9_182 / 53_650, 3),  # of Meizhou's 53,650 households (S10)
        ("misidentified_share", (1_765_000 - 1_615_000) / 1_765_000, 3),  # 176.5万 at first (S01), 161.5万 at last (S08)
        ("village_programme_yuan", 34_155_000_000 / 2_277, 0),  # 341.55亿 for 2,277 villages (S09)
        ("medical_reimbursement", round(16_943 / 5 * 0.7 / 0.3, -2), 0),  # E35: paid by households over five years
    ],
)
def test_a_number_follows_from_what_its_source_prints(facts: Facts, key: str, value: float, digits: int) -> None:
    assert facts[key] == round(value, digits)


def test_the_two_score_sheets_have_a_hundred_points_each(facts: Facts) -> None:
    household = [facts[f"household_points_{item}"] for item in ("income", "school", "pension", "housing", "medical", "project")]
    assert household == [30, 15, 10, 20, 10, 15] and sum(household) == 100
    six_services = 6 * facts["village_points_service"]
    assert facts["village_points_people"] + facts["village_points_funds"] + six_services == 20 + 20 + 60
    assert facts["household_score_pass"] <= 100 and facts["village_score_pass"] <= 100


def test_the_guarantee_and_the_loan_are_those_of_the_template(facts: Facts) -> None:
    assert facts.fact("microcredit_loan").high == 50_000
    assert (facts["microcredit_years"], facts["microcredit_subsidised_share"]) == (3, 1)


def test_day_wages_take_the_labour_that_their_days_are_worth(facts: Facts) -> None:
    assert facts["labour_local_jobs"] == 60 / 300
    assert facts["local_jobs_pay"] == 60 * 100


def test_what_costs_money_is_never_drawn(facts: Facts) -> None:
    """Only absorption is drawn of money: quotas and costs take central values (docs/model.md, 4)."""
    costs = ["microcredit_loan", "microcredit_rate", "guarantee_reserve_rate", "land_contract_cost", "local_jobs_pay", "housing_grant"]
    costs += ["mindset_cost", "technique_yearly", "ecommerce_set_up", "local_jobs_share", "housing_capacity", "village_programme_yuan"]
    costs += [key for key in facts if key.startswith(("service_cost_", "household_points_", "village_points_"))]
    assert [key for key in costs if facts.fact(key).uncertain] == []


def test_services_cost_a_village_four_million_from_nothing(facts: Facts) -> None:
    services = ("roads", "water", "power", "school", "clinic", "sanitation", "broadband")
    assert sum(facts[f"service_cost_{service}"] for service in services) == 4_400_000

"""The scenarios that come with simlib: complete, with their sources, and what makes each what it is."""

import re
from pathlib import Path

import pytest

from simlib.facts import load_facts
from simlib.facts.usage import sources
from simlib.scenario import Scenario, bundled_scenarios, load_scenario

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
CLAUSE = re.compile(r"[一二三四]\([一二三四五六七八九十]+\)\d*")

NOT_MODELLED = {
    "二(六)1": "mindset",
    "二(六)3": "local_jobs",
    "二(六)4": "housing",
    "二(六)5": "microcredit",
    "二(六)6": "ecommerce",
    "二(六)7": "land_transfer",
    "二(七)": "village_projects",
    "二(八)": "technology_and_talent",
    "二(十)": "donations",
    "三(十一)3": "special_support",
}
"""Clauses that this version leaves out, and the name of each."""


def measures(scenario: Scenario) -> list[list[str]]:
    return [list(round_.measures) for round_ in scenario.levers.rounds]


def test_every_file_is_listed_from_nothing_to_everything() -> None:
    assert bundled_scenarios() == ["baseline", "industry_only", "employment_only", "asset_income_only", "full_package"]
    assert {path.stem for path in FOLDER.iterdir()} == set(bundled_scenarios())


@pytest.mark.parametrize("name", bundled_scenarios())
def test_every_file_says_what_it_is_and_why(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert re.search("[一-鿿]", scenario.title.zh) and not re.search("[一-鿿]", scenario.title.en)
    assert len(scenario.why) > 40 and scenario.why.endswith(".")
    assert scenario.source and all(CLAUSE.fullmatch(code) or code in sources() for code in scenario.source)
    assert scenario.base == (None if name == "baseline" else "baseline")


@pytest.mark.parametrize("name", bundled_scenarios())
def test_every_scenario_names_what_it_does_not_compute(name: str) -> None:
    reasons = load_scenario(name).not_modelled
    for clause, key in NOT_MODELLED.items():
        assert reasons[key].startswith(f"{clause}, ")
    assert all(CLAUSE.match(reason) and len(reason) > 40 for reason in reasons.values())


def test_the_scenarios_differ_from_the_baseline_in_what_is_done_and_in_nothing_else() -> None:
    for name in bundled_scenarios():
        changed = {change.path.partition("[")[0] for change in load_scenario(name).difference()}
        allowed = {"levers.rounds", "levers.entitled.social_security", "levers.entitled.dibao.enrolment"}
        assert changed <= (allowed if name == "full_package" else {"levers.rounds"})
        assert bool(changed) == (name != "baseline")


def test_the_baseline_is_growth_and_the_dibao_of_today() -> None:
    levers = load_scenario("baseline").levers
    assert levers.rounds == () and levers.entitled.social_security is None
    assert levers.entitled.dibao.enrolment == "registered"
    assert levers.exit_requires == ("school", "medical")
    assert levers.horizon == (2016, 2018)
    assert levers.funds.guidance.factor == 1


def test_scenarios_of_one_measure_may_spend_the_same_money() -> None:
    for name in ("industry_only", "employment_only", "asset_income_only"):
        for round_ in load_scenario(name).levers.rounds:
            assert [lever.funds for lever in round_.measures.values()] == [("household", "guidance", "pool")]
            assert (round_.who, round_.reach) == ("all", None)


def test_industry_and_employment_have_their_measures() -> None:
    assert measures(load_scenario("industry_only")) == [["industry"]]
    assert measures(load_scenario("employment_only")) == [["training"], ["public_post"]]


def test_asset_income_puts_the_whole_standard_into_shares() -> None:
    facts, scenario = load_facts(), load_scenario("asset_income_only")
    assert measures(scenario) == [["asset_shares"]]
    (round_,) = scenario.levers.rounds
    capital = round_.measures["asset_shares"].amount
    assert round_.order == "without_labour_first"
    assert capital == facts["household_fund_per_person"] == facts.fact("asset_capital_pc").high
    # the arithmetic of the comment in its file
    dividend = capital * facts["dividend_rate"]
    text = (FOLDER / "asset_income_only.yaml").read_text(encoding="utf-8")
    assert f"20,000 yuan x {facts['dividend_rate']} dividend (dividend_rate) = {dividend:,.0f} yuan" in text
    household = dividend * facts["dividend_household_share"]
    assert f"= {household:,.0f} yuan are the household's and {dividend - household:,.0f} the village's" in text


def test_the_full_package_serves_in_the_order_of_the_text() -> None:
    levers = load_scenario("full_package").levers
    assert measures(load_scenario("full_package")) == [
        ["asset_shares"],
        ["public_post"],
        ["training", "industry"],
        ["asset_shares"],
    ]
    assert [round_.who for round_ in levers.rounds] == ["without_labour", "all", "labour_capable", "labour_capable"]
    assert levers.rounds[0].measures["asset_shares"].funds == ("guidance", "pool", "household")
    assert {lever.funds for lever in levers.rounds[2].measures.values()} == {("household", "guidance")}
    assert levers.entitled.social_security is not None
    assert levers.entitled.dibao.enrolment == "coverage"

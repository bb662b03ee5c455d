"""The scenarios that come with simlib: complete, with their sources, and what makes each what it is."""

import re
from pathlib import Path

import pytest

from simlib.facts import load_facts
from simlib.facts.usage import sources
from simlib.registry.synthesise import default_registry
from simlib.runs import prepare
from simlib.scenario import Scenario, bundled_scenarios, load_scenario
from simlib.scenario.files import ORDER
from simlib.scenario.schema import MEASURE_LEVERS

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
CLAUSE = re.compile(r"[一二三四]\([一二三四五六七八九十]+\)\d*")

SINGLES = ("industry_only", "employment_only", "asset_income_only")
PAIRS = ("industry_and_employment", "industry_and_assets", "employment_and_assets")
ORDERS = {"poorest_first": "poorest_first", "nearest_line_first": "nearest_line_first", "equal_shares": "equal_shares"}
CIRCUMSTANCES = ("planned_growth", "slow_growth", "price_crash", "illness_wave", "late_money")
CHILDREN = {
    "full_package_fixed": {"levers.allocation.mode"},
    "donations_pledged": {"levers.funds.donations.yuan_per_village"},
    "full_package_village_programme": {"levers.funds.village_programme.paid"},
    "two_year_delay": {"levers.funds.household.delay_years", "levers.funds.guidance.delay_years"},
    "matching_withheld": {"levers.funds.household.paid.home_city"},
    "dividends_default": {"facts.operator_half_chance", "facts.operator_half_share"},
    "paper_exits": {"levers.register_income"},
    "register_rechecked": {"levers.identification.recheck"},
    "full_package_to_2020": {"levers.horizon"},
}
"""Children of the full package and the places at which they differ from it, facts by their key."""
NOT_MODELLED = {
    "二(四)": "household_changes",
    "二(六)3": "start_ups",
    "二(六)4": "farm_subsidies",
    "二(六)5": "student_loans",
    "二(六)7": "houses_and_goods_as_shares",
    "二(七)": "culture_and_heritage",
    "二(八)2": "schooling_beyond_the_compulsory",
    "二(九)": "party_branches",
    "三(十一)1": "units_own_money",
    "三(十三)": "travel",
    "三(十四)": "supervision",
}
"""Clauses, or parts of them, that the toolkit leaves out, and the name of each."""


def measures(scenario: Scenario) -> list[list[str]]:
    return [list(round_.measures) for round_ in scenario.levers.rounds]


def changed(name: str) -> set[str]:
    """The places at which a scenario differs from what it stands on: rounds as one, facts by their key."""
    paths = {change.path.partition("[")[0] for change in load_scenario(name).difference()}
    return {".".join(path.split(".")[:2]) if path.startswith("facts.") else path for path in paths}


def text(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def test_every_file_is_listed_from_nothing_to_everything() -> None:
    assert bundled_scenarios() == list(ORDER)
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(ORDER) and len(set(ORDER)) == len(ORDER)
    assert ORDER[0] == "baseline" and ORDER.index("full_package") < ORDER.index("two_year_delay")


@pytest.mark.parametrize("name", bundled_scenarios())
def test_every_file_says_what_it_is_and_why(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert re.search("[一-鿿]", scenario.title.zh) and not re.search("[一-鿿]", scenario.title.en)
    assert len(scenario.why) > 40 and scenario.why.endswith(".")
    assert scenario.source and all(CLAUSE.fullmatch(code) or code in sources() for code in scenario.source)
    assert (scenario.parent is None) == (name == "baseline")
    assert "#" in text(name)  # the choices are explained beside them


def test_titles_and_contents_are_all_different() -> None:
    scenarios = [load_scenario(name) for name in bundled_scenarios()]
    assert len({one.title.en for one in scenarios}) == len({one.title.zh for one in scenarios}) == len(scenarios)
    assert len({one.hash for one in scenarios}) == len(scenarios)
    assert len({one.why for one in scenarios}) == len(scenarios)


@pytest.mark.parametrize("name", bundled_scenarios())
def test_every_scenario_names_what_the_toolkit_does_not_compute(name: str) -> None:
    reasons = load_scenario(name).not_modelled
    for clause, key in NOT_MODELLED.items():
        assert re.match(rf"{re.escape(clause)}\D", reasons[key])
    assert all(CLAUSE.match(reason) and len(reason) > 40 for reason in reasons.values())
    assert reasons == load_scenario("baseline").not_modelled
    assert not set(reasons) & {*MEASURE_LEVERS, "ecommerce", "technique", "services", "village_projects", "donations"}


@pytest.mark.parametrize("name", [name for name in bundled_scenarios() if name != "no_cadres"])
def test_what_leaves_a_facts_range_says_why(name: str) -> None:
    facts = load_facts()
    for key, override in load_scenario(name).facts.items():
        fact = facts.fact(key)
        low, high = (fact.value if bound is None else bound for bound in (fact.low, fact.high))
        outside = any(not low <= number <= high for number in (override.value, override.low, override.high) if number is not None)
        assert not outside or (override.reason and len(override.reason) > 20)


def test_the_baseline_is_growth_and_the_dibao_of_today() -> None:
    levers = load_scenario("baseline").levers
    assert levers.rounds == () and levers.entitled.social_security is None
    assert {levers.village.technique, levers.village.ecommerce, levers.village.services, levers.village.collective} == {None}
    assert levers.entitled.dibao.enrolment == "registered"
    assert levers.exit_requires == ("school", "medical", "housing")
    assert levers.horizon == (2016, 2018)
    assert (levers.register_income, levers.identification.recheck, levers.funds.guidance.factor) == ("simulated", False, 1)
    others = levers.funds
    given = (others.sector.yuan_per_person, others.donations.yuan_per_village, others.contingency.yuan, others.village_programme.paid)
    assert given == (0, 0, 0, 0)


@pytest.mark.parametrize("name", (*SINGLES, *PAIRS))
def test_scenarios_of_a_few_measures_differ_from_the_baseline_in_what_is_done_and_in_nothing_else(name: str) -> None:
    assert changed(name) == {"levers.rounds"}
    for round_ in load_scenario(name).levers.rounds:
        assert {lever.funds for lever in round_.measures.values()} == {("household", "guidance", "pool")}
        assert round_.reach is None


def test_industry_and_employment_have_their_measures() -> None:
    assert measures(load_scenario("industry_only")) == [["industry"]]
    assert measures(load_scenario("employment_only")) == [["training"], ["public_post"]]


def test_pairs_are_made_of_the_rounds_of_single_measures() -> None:
    industry, employment, assets = (load_scenario(name).levers.rounds for name in SINGLES)
    assert load_scenario("industry_and_employment").levers.rounds == (*employment, *industry)
    assert load_scenario("employment_and_assets").levers.rounds == (*employment, *assets)
    first, second, third = load_scenario("industry_and_assets").levers.rounds
    assert (second,) == industry
    assert (first.who, third.who) == ("without_labour", "labour_capable")
    assert {round_.measures["asset_shares"].amount for round_ in (first, third)} == {load_facts()["asset_capital_pc"]}


def test_asset_income_puts_the_whole_standard_into_shares() -> None:
    facts, scenario = load_facts(), load_scenario("asset_income_only")
    assert measures(scenario) == [["asset_shares"]]
    (round_,) = scenario.levers.rounds
    capital = round_.measures["asset_shares"].amount
    assert round_.order == "without_labour_first"
    assert capital == facts["household_fund_per_person"] == facts.fact("asset_capital_pc").high
    # the arithmetic of the comment in its file
    dividend = capital * facts["dividend_rate"]
    assert f"20,000 yuan x {facts['dividend_rate']} dividend (dividend_rate) = {dividend:,.0f} yuan" in text("asset_income_only")
    household = dividend * facts["dividend_household_share"]
    assert f"= {household:,.0f} yuan are the household's and {dividend - household:,.0f} the village's" in text("asset_income_only")


@pytest.mark.parametrize("name", ORDERS)
def test_the_family_of_orders_differs_in_the_order_only(name: str) -> None:
    scenario = load_scenario(name)
    (change,) = scenario.difference()
    assert (scenario.base, change.path, change.value) == ("asset_income_only", "levers.rounds[0].order", ORDERS[name])


def test_the_full_package_serves_in_the_order_of_the_text() -> None:
    levers = load_scenario("full_package").levers
    assert measures(load_scenario("full_package")) == [
        ["mindset"],
        ["asset_shares", "land_transfer"],
        ["housing"],
        ["public_post"],
        ["training", "industry", "microcredit", "land_transfer"],
        ["local_jobs"],
        ["asset_shares"],
    ]
    who = ["all", "without_labour", "all", "all", "labour_capable", "labour_capable", "labour_capable"]
    assert [round_.who for round_ in levers.rounds] == who
    assert {round_.order for round_ in levers.rounds} == {"poorest_first"}
    assert {key for round_ in levers.rounds for key in round_.measures} == set(MEASURE_LEVERS)  # every measure that there is
    assert levers.rounds[1].measures["asset_shares"].funds[:3] == ("guidance", "pool", "household")
    assert {lever.funds[:2] for lever in levers.rounds[4].measures.values()} == {("household", "guidance")}
    security = levers.entitled.social_security
    assert security is not None and (security.school, security.medical, security.pension_contributions) == (True, True, True)
    assert levers.entitled.dibao.enrolment == "coverage"
    assert levers.exit_requires == ("school", "medical", "housing")


def test_the_full_package_spends_the_villages_money_as_its_comment_says() -> None:
    facts, village = load_facts(), load_scenario("full_package").levers.village
    assert village.technique is not None and village.ecommerce is not None
    assert village.services is not None and village.collective is not None
    groups = prepare(default_registry(), load_scenario("full_package")).packed.groups
    lacking = float(groups.need[groups.is_poor == 1].mean()) / 100
    guidance = facts["guidance_village_total"]
    technique, point = 3 * village.technique.amount, village.ecommerce.amount
    collective = village.collective.money_share * guidance
    left = guidance - technique - point - lacking - collective
    sums = {
        "its guidance money": guidance,
        "technology and talent": technique,
        "service point": point,
        "services, what its seven services lack": lacking,
        "collective capital, .10": collective,
        "left for its": left,
    }
    for label, money in sums.items():
        assert re.search(rf"#   {re.escape(label)}.* {money / 1e6:.2f}\b", text("full_package")), (label, money)


@pytest.mark.parametrize("name", CHILDREN)
def test_a_child_of_the_full_package_differs_in_the_one_thing_that_it_is_about(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.base == "full_package"
    assert changed(name) == CHILDREN[name]


def test_support_withdrawn_is_read_against_the_same_years_with_support() -> None:
    withdrawn = load_scenario("support_withdrawn")
    assert withdrawn.base == "full_package_to_2020"
    assert (withdrawn.levers.horizon, withdrawn.levers.allocation.retention_years) == ((2016, 2020), 0)
    assert changed("support_withdrawn") == {"levers.allocation.retention_years"}


def test_without_cadres_everything_is_at_the_low_end_of_its_range_and_nobody_is_paid() -> None:
    facts, scenario = load_facts(), load_scenario("no_cadres")
    assert scenario.levers.staff.cadres_per_village == 0
    assert {"willing_share", "microcredit_takeup", "absorption_2016", "absorption_2017", "absorption_2018"} <= set(scenario.facts)
    for key, override in scenario.facts.items():
        assert override.value == override.low == override.high == facts.fact(key).low
        assert override.reason
    assert changed("no_cadres") == {"levers.staff.cadres_per_village", *(f"facts.{key}" for key in scenario.facts)}


def test_development_money_for_the_labour_capable_serves_nobody_else() -> None:
    full, scenario = load_scenario("full_package"), load_scenario("labour_capable_only")
    assert {round_.who for round_ in scenario.levers.rounds} == {"labour_capable"}
    kept = [round_ for round_ in full.levers.rounds if round_.who != "without_labour"]
    assert [round_.measures for round_ in scenario.levers.rounds] == [round_.measures for round_ in kept]
    assert [round_.reach for round_ in scenario.levers.rounds] == [round_.reach for round_ in kept]
    assert scenario.levers.entitled == full.levers.entitled and scenario.levers.village == full.levers.village


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_circumstances_stand_on_the_baseline_and_compose_with_the_full_package(name: str) -> None:
    alone, full, both = load_scenario(name), load_scenario("full_package"), load_scenario(f"full_package_{name}")
    assert alone.base == "baseline" and both.scenarios == ("full_package", name) and both.parent == load_scenario("baseline")
    assert both.facts == alone.facts
    assert both.levers.rounds == full.levers.rounds and both.levers.village == full.levers.village
    assert both.levers.funds.household == alone.levers.funds.household
    assert both.levers.provincial_income == alone.levers.provincial_income
    assert {change.path for change in both.difference()} == {
        *(change.path for change in alone.difference()),
        *(change.path for change in full.difference()),
    }


def test_slow_growth_is_the_arithmetic_of_its_comment() -> None:
    facts, path = load_facts(), load_scenario("slow_growth").levers.provincial_income
    assert not isinstance(path, str)
    for year, income in path.items():
        assert income == round(facts["provincial_income_2015"] * 1.05 ** (year - 2015), 1)
    assert load_scenario("slow_growth").facts["income_growth"].value == 0.05 == round(facts["planned_growth"] - 0.02, 3)


def test_the_wave_of_illness_is_the_arithmetic_of_its_comment() -> None:
    facts, own = load_facts(), load_scenario("illness_wave").facts
    chance, growth = own["illness_chance"], own["income_growth"]
    usual, usual_growth, loss = facts.fact("illness_chance"), facts.fact("income_growth"), facts["illness_loss"]
    for number, before in ((chance.value, usual.value), (chance.low, usual.low), (chance.high, usual.high)):
        assert before is not None and number == 2 * before
    level = (1 - chance.value * loss) / (1 - usual.value * loss)
    assert round(level, 3) == 0.980 and round(level ** (1 / 3), 4) == 0.9933
    for number, before in ((growth.value, usual_growth.value), (growth.low, usual_growth.low), (growth.high, usual_growth.high)):
        assert before is not None and number == round((1 + before) * level ** (1 / 3) - 1, 3)


def test_a_default_of_operators_is_the_arithmetic_of_its_comment() -> None:
    chance = load_scenario("dividends_default").facts["operator_half_chance"].value
    assert f"1 - {1 - chance:g}^2 = {1 - (1 - chance) ** 2:.2f} have stopped by 2018" in text("dividends_default")

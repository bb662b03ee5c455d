"""The policy text is its own test: its sums come out of the facts. Nothing here but the text's arithmetic."""

from itertools import pairwise

import pytest

from simlib.facts import Facts, load_facts
from simlib.facts.lines import fixed_line


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def test_villages_add_up_by_prefecture_and_by_helper(facts: Facts) -> None:
    assert facts["villages"] == 477
    assert facts["villages"] == facts["villages_meizhou"] + facts["villages_qingyuan"] == 272 + 205
    by_helper = facts["villages_city_unit"] + facts["villages_soe"] + facts["villages_district"]
    assert facts["villages"] == by_helper == 74 + 73 + 330


def test_every_kind_of_helper_has_a_village_for_each_of_its_units(facts: Facts) -> None:
    units = [facts["helpers_city_unit"], facts["helpers_soe"], facts["helpers_district"]]
    villages = [facts["villages_city_unit"], facts["villages_soe"], facts["villages_district"]]
    assert units == [74, 34, 10]
    assert all(few <= many for few, many in zip(units, villages, strict=True))


def test_a_village_gets_one_point_nine_million_straight_and_two_in_all(facts: Facts) -> None:
    by_year = [facts[f"guidance_village_{year}"] for year in (2016, 2017, 2018)]
    assert by_year == [1_000_000, 600_000, 300_000]
    assert sum(by_year) == facts["guidance_village_direct"] == 1_900_000
    assert sum(by_year) + facts["pool_village"] == facts["guidance_village_total"] == 2_000_000


def test_the_pool_is_a_hundred_thousand_a_village(facts: Facts) -> None:
    assert facts["pool_total"] == facts["villages"] * facts["pool_village"] == 47_700_000


@pytest.mark.parametrize(
    ("payer", "helper", "million"),
    [("city_budget", "city_unit", 148), ("soe", "soe", 146), ("district", "district", 660)],
)
def test_each_payer_bears_two_million_a_village_of_its_helpers(
    facts: Facts, payer: str, helper: str, million: int
) -> None:
    borne = facts[f"payer_{payer}_total"]
    assert borne == facts[f"villages_{helper}"] * facts["guidance_village_total"] == million * 1_000_000


def test_payers_bear_the_whole_guidance_fund(facts: Facts) -> None:
    borne = facts["payer_city_budget_total"] + facts["payer_district_total"] + facts["payer_soe_total"]
    assert borne == facts["villages"] * facts["guidance_village_total"] == 954_000_000


def test_guangzhou_raises_three_tenths_of_the_household_fund_in_equal_years(facts: Facts) -> None:
    people = facts["people_meizhou"] + facts["people_qingyuan"]
    whole = people * facts["household_fund_per_person"]
    province, guangzhou = facts["household_fund_parts_province"], facts["household_fund_parts_guangzhou"]
    home_city = facts["household_fund_parts_home_city"]
    assert [people, whole] == [206_000, 4_120_000_000]
    assert [province, guangzhou, home_city] == [6, 3, 1]
    assert whole * guangzhou / (province + guangzhou + home_city) == facts["guangzhou_household_total"] == 1_236_000_000
    assert facts["guangzhou_household_total"] == 3 * facts["guangzhou_household_year"] == 3 * 412_000_000


def test_printed_lines_follow_from_the_plan(facts: Facts) -> None:
    """13,360.4 x 1.07^3 x 45 % = 7,365.18 and x 60 % = 9,820.24: the plan's base is Guangdong's figure of 2015."""
    base_of_the_plan = 13360.4 * 1.07**3
    assert facts["household_line_2018_printed"] == 7365 == int(base_of_the_plan * facts["household_line_share"])
    assert facts["village_line_2018_printed"] == 9820 == int(base_of_the_plan * facts["village_line_share"])
    year = int(facts["target_year"])
    assert fixed_line(facts, "household", year) == facts["household_line_2018_printed"]
    assert fixed_line(facts, "village", year) == facts["village_line_2018_printed"]


def test_months_follow_from_the_dates(facts: Facts) -> None:
    """From 2016-04-30 to 2019-03-31: May to December of 2016, then to March 2019."""
    years = facts["programme_end_year"] - facts["programme_start_year"]
    assert facts["first_year_months"] == 12 - facts["programme_start_month"] == 8
    assert facts["staff_months"] == 12 * years + facts["programme_end_month"] - facts["programme_start_month"] == 35


def test_a_cadre_costs_3640_yuan_a_month(facts: Facts) -> None:
    assert facts["stipend_month"] + facts["working_money_month"] == 2640 + 1000
    assert facts["cadres_per_village"] == 1


def test_minimum_duties(facts: Facts) -> None:
    assert facts["visits_per_year"] == 2
    assert facts["trips_per_month"] == 4
    assert facts["liaison_officers_per_helper"] == 1


def test_the_province_plans_every_exit_by_2018_and_more_each_year(facts: Facts) -> None:
    planned = [facts[f"exit_plan_{year}"] for year in (2016, 2017, 2018)]
    assert sum(planned) == 1_765_000
    assert all(before < after for before, after in pairwise(planned))


def test_income_in_the_text_is_tied_to_seven_per_cent(facts: Facts) -> None:
    assert facts["planned_growth"] == 0.07
    assert facts["village_not_exited_share"] == 0.02


def test_numbers_of_the_text_cite_their_clause(facts: Facts) -> None:
    cited = {fact.clause for key in facts if (fact := facts.fact(key)).clause}
    assert cited == {"一(二)", "一(三)", "三(十一)1", "三(十一)2", "三(十二)", "三(十三)", "四(十五)"}

"""Levers: they read what a scenario says, and write what was moved and nothing else."""

import pytest

from simlib.dashboard.levers import GROUPS, MODE, OWN, PATH, RATE, Lever, Value, levers_of, values_of
from simlib.dashboard.moving import REASON, patch, with_moved
from simlib.dashboard.session import Asked, bundled
from simlib.facts import load_facts
from simlib.scenario import Scenario, bundled_scenarios, load_scenario, scenario_from
from simlib.words import TERMS, Words

FACTS = load_facts()
PAID = "levers.funds.household.paid.province"
ORDER = "levers.rounds.order"


@pytest.fixture(scope="module")
def full() -> Scenario:
    return load_scenario("full_package")


def moved(base: Scenario, values: dict[str, Value], *, exact: bool = False) -> Scenario:
    return scenario_from({"base": base.name, **patch(base, values, FACTS, exact=exact)}, "moved")


@pytest.mark.parametrize("name", bundled_scenarios())
def test_levers_stand_where_the_scenario_has_them_and_write_nothing(name: str) -> None:
    scenario = load_scenario(name)
    assert patch(scenario, values_of(scenario, FACTS), FACTS) == {}
    assert patch(scenario, {}, FACTS) == {}


@pytest.mark.parametrize("name", bundled_scenarios())
def test_every_value_lies_within_its_lever_s_range_or_choices(name: str) -> None:
    scenario = load_scenario(name)
    values = values_of(scenario, FACTS)
    for lever in levers_of(scenario, FACTS):
        value = values[lever.key]
        if lever.form == "choice":
            assert value in [code for code, _ in lever.choices]
        else:
            assert lever.low <= float(value) <= lever.high
            assert lever.low < lever.high


def test_a_lever_of_a_fact_has_the_fact_s_range(full: Scenario) -> None:
    lever = next(one for one in levers_of(full, FACTS) if one.fact == "dividend_rate")
    fact = FACTS.fact("dividend_rate")
    assert (lever.low, lever.high) == (fact.low, fact.high)


def test_only_what_was_moved_is_another_value(full: Scenario) -> None:
    changes = moved(full, {PAID: 0.5, "facts.dividend_rate.value": 0.06}).difference()
    assert [(one.path, one.value) for one in changes] == [("facts.dividend_rate.value", 0.06), (PAID, 0.5)]


def test_money_by_year_is_written_with_a_reason(full: Scenario) -> None:
    key = "facts.guidance_village_2017.value"
    assert patch(full, {key: 800_000.0}, FACTS) == {"facts": {"guidance_village_2017": {"value": 800_000.0, "reason": REASON}}}
    assert moved(full, {key: 800_000.0}).resolve_facts()["guidance_village_2017"] == 800_000


def test_years_are_whole_numbers(full: Scenario) -> None:
    assert moved(full, {"levers.funds.household.delay_years": 2.0}).levers.funds.household.delay_years == 2


def test_exact_facts_have_no_range_and_others_keep_theirs(full: Scenario) -> None:
    key = "facts.training_added_chance.value"
    drawn, held = (moved(full, {key: 0.1}, exact=exact).resolve_facts().fact("training_added_chance") for exact in (False, True))
    assert (drawn.low, drawn.value, drawn.high) == (0.02, 0.1, 0.32)
    assert (held.low, held.value, held.high, held.distribution) == (None, 0.1, None, "fixed")


def test_an_order_is_written_on_every_round(full: Scenario) -> None:
    assert {one.order for one in moved(full, {ORDER: "random"}).levers.rounds} == {"random"}
    paths = [change.path for change in moved(full, {ORDER: "random"}).difference()]
    assert paths == [f"levers.rounds[{place}].order" for place in range(len(full.levers.rounds))]


def test_equal_shares_stay_equal_shares() -> None:
    scenario = load_scenario("equal_shares")
    assert [one.order for one in moved(scenario, {ORDER: "random"}).levers.rounds] == [
        "equal_shares" if one.order == "equal_shares" else "random" for one in scenario.levers.rounds
    ]


def test_a_reach_is_written_on_its_round_alone(full: Scenario) -> None:
    changes = moved(full, {"levers.rounds.4.reach.share": 0.3}).difference()
    assert [(one.path, one.value) for one in changes] == [("levers.rounds[4].reach", {"share": 0.3})]


def test_posts_have_no_reach_but_their_fact(full: Scenario) -> None:
    posts = next(place for place, one in enumerate(full.levers.rounds) if "public_post" in one.measures)
    keys = [one.key for one in levers_of(full, FACTS)]
    assert f"levers.rounds.{posts}.reach.share" not in keys
    assert "facts.public_post_share.value" in keys


def test_the_province_s_income_by_a_rate_of_one_s_own(full: Scenario) -> None:
    path = moved(full, {"levers.provincial_income": OWN, "levers.provincial_income.rate": 0.05}).levers.provincial_income
    assert not isinstance(path, str)
    first = FACTS["provincial_income_2015"]
    assert dict(path) == pytest.approx({2016: first * 1.05, 2017: first * 1.05**2, 2018: first * 1.05**3}, abs=0.01)


def test_a_rate_that_is_moved_is_the_path(full: Scenario) -> None:
    said = values_of(full, FACTS)
    once = with_moved(said, {}, RATE, 0.05)
    assert once == {RATE: 0.05, PATH: OWN}
    assert moved(full, once).levers.provincial_income == moved(full, {RATE: 0.05}).levers.provincial_income != "observed"
    assert with_moved(said, once, PATH, "planned") == {PATH: "planned"}
    assert with_moved(said, once, PATH, "observed") == {}


def test_a_path_by_years_is_read_as_a_rate(full: Scenario) -> None:
    slow = moved(full, {"levers.provincial_income": OWN, "levers.provincial_income.rate": 0.05})
    values = values_of(slow, FACTS)
    assert values["levers.provincial_income"] == OWN
    assert float(values["levers.provincial_income.rate"]) == pytest.approx(0.05)


def ends(lever: Lever) -> tuple[Value, ...]:
    """What a lever can be moved to at most."""
    return tuple(code for code, _ in lever.choices) if lever.form == "choice" else (lever.low, lever.high)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("name", bundled_scenarios())
def test_every_lever_can_be_moved_to_its_ends(name: str, exact: bool) -> None:
    base = bundled(name)
    levers = levers_of(base.scenario, FACTS)
    for end in (0, -1):  # all sliders at once: each is held against its own range
        sliders = {one.key: ends(one)[end] for one in levers if one.form != "choice"}
        Asked(base, sliders, exact).scenario(FACTS)
    for lever in levers:
        for choice in ends(lever) if lever.form == "choice" else ():
            Asked(base, exact=exact).with_lever(lever.key, choice).scenario(FACTS)


def test_a_number_that_the_scenario_holds_moves_within_its_fact_s_range_and_is_held_there() -> None:
    base = load_scenario("no_cadres")
    lever = next(one for one in levers_of(base, FACTS) if one.fact == "absorption_2016")
    fact = FACTS.fact("absorption_2016")
    assert (lever.low, lever.high, lever.own) == (fact.low, fact.high, True)
    found = moved(base, {lever.key: lever.high}).resolve_facts().fact("absorption_2016")
    assert (found.value, found.distribution) == (fact.high, "fixed")


def test_levers_that_would_do_nothing_or_only_fail_are_left_out() -> None:
    keys = {one.key for one in levers_of(load_scenario("equal_shares"), FACTS)}
    assert not keys & {ORDER, MODE}
    assert {ORDER, MODE} <= {one.key for one in levers_of(load_scenario("poorest_first"), FACTS)}


def test_a_scenario_without_rounds_has_no_order() -> None:
    assert ORDER not in values_of(load_scenario("baseline"), FACTS)


def test_every_lever_has_a_group_and_a_name_in_both_languages() -> None:
    for name in bundled_scenarios():
        for lever in levers_of(load_scenario(name), FACTS):
            assert lever.group in GROUPS
            assert all(code in TERMS for code in lever.codes)
            if lever.text:
                assert Words("zh")(lever.text) != lever.text

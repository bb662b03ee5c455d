"""What a scenario holds once it is read: levers and their facts, rounds and packages, and that it cannot be changed."""

import copy
import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simlib.facts import load_facts
from simlib.funds import PAYERS
from simlib.measures import CHOSEN_MEASURES
from simlib.scenario import Scenario, load_scenario, scenario_from
from simlib.scenario.fields import ROUND_FUNDS, FrozenDict
from simlib.scenario.schema import MEASURE_LEVERS, Payers


def variant(path: str, value: object) -> Scenario:
    """The baseline with one value at a dotted path."""
    for step in reversed(path.split(".")):
        value = {step: value}
    assert isinstance(value, dict)
    return scenario_from({"base": "baseline", **value}, "variant")


def with_round(**round_: Any) -> Scenario:
    """The baseline with one round; what is not said is a round of shares."""
    usual = {"order": "poorest_first", "measures": {"asset_shares": {"funds": ["household"]}}}
    return variant("levers.rounds", [usual | round_])


SHARES = {"order": "poorest_first", "measures": {"asset_shares": {"funds": ["household"]}}}


def funds_of(measure: str) -> list[str]:
    """The funds on which a measure of a round may draw."""
    return ["works"] if measure == "local_jobs" else list(ROUND_FUNDS)


@pytest.mark.parametrize("measure", MEASURE_LEVERS)
def test_a_lever_left_out_or_null_takes_the_value_of_its_fact(measure: str) -> None:
    (fact,) = [chosen.lever_fact for chosen in CHOSEN_MEASURES if chosen.key == measure]
    money, funds = MEASURE_LEVERS[measure].money, {"funds": funds_of(measure)[:1]}
    for lever in (funds, {**funds, money: None}):
        (round_,) = with_round(measures={measure: lever}).levers.rounds
        assert round_.measures[measure].amount == load_facts()[str(fact)]


def test_a_lever_left_out_takes_the_number_that_the_scenario_gives_its_fact() -> None:
    content = {"base": "industry_only", "facts": {"industry_capital": {"value": 12000}}}
    assert scenario_from(content, "x").levers.rounds[0].measures["industry"].amount == 12000


def test_a_lever_outside_the_range_of_its_fact_needs_a_reason() -> None:
    lever = {"funds": ["household"], "capital_worker": 50000, "reason": "two projects of the county in 2017"}
    (round_,) = with_round(measures={"industry": lever}).levers.rounds
    assert round_.measures["industry"].amount == 50000


def test_a_fact_with_a_wider_range_widens_its_lever() -> None:
    override = {"value": 20000, "high": 60000, "reason": "a richer county"}
    content = {"base": "industry_only", "facts": {"industry_capital": override}}
    rounds = [{"order": "random", "measures": {"industry": {"funds": ["pool"], "capital_worker": 50000}}}]
    scenario = scenario_from(content | {"levers": {"rounds": rounds}}, "x")
    assert scenario.levers.rounds[0].measures["industry"].amount == 50000


def test_the_levers_are_those_of_the_measures() -> None:
    assert set(MEASURE_LEVERS) == {measure.key for measure in CHOSEN_MEASURES}
    for measure in CHOSEN_MEASURES:
        lever = MEASURE_LEVERS[measure.key].model_json_schema()["properties"]
        assert set(lever) == {"funds", "reason", measure.lever}
        assert tuple(funds_of(measure.key)) == measure.funds


def test_the_payers_are_those_of_the_household_fund() -> None:
    assert tuple(Payers.model_fields) == tuple(PAYERS)


def test_the_same_measure_may_stand_in_several_rounds() -> None:
    rounds = [SHARES | {"who": "without_labour"}, SHARES | {"who": "labour_capable"}]
    assert [round_.who for round_ in variant("levers.rounds", rounds).levers.rounds] == [
        "without_labour",
        "labour_capable",
    ]


def test_a_package_keeps_the_order_in_which_it_is_written() -> None:
    for order in (["training", "industry"], ["industry", "training"]):
        (round_,) = with_round(measures={measure: {"funds": ["household"]} for measure in order}).levers.rounds
        assert list(round_.measures) == order


@pytest.mark.parametrize("reach", [{"share": 0.5}, {"number": 3}, {"money": 1e5}, None])
def test_a_reach_is_one_of_three_or_none(reach: dict[str, float] | None) -> None:
    (round_,) = with_round(reach=reach).levers.rounds
    assert (round_.reach and round_.reach.model_dump(exclude_none=True)) == reach


def test_one_language_stands_in_for_the_other() -> None:
    title = scenario_from({"base": "baseline", "title": {"zh": "试算"}}, "x").title
    assert (title.en, title.zh) == ("试算", "试算")


def test_defaults_of_verdicts_and_retention_are_facts() -> None:
    baseline, facts = scenario_from({"base": "baseline"}, "x"), load_facts()
    assert baseline.reporting.tolerance == facts["tolerance_default"]
    assert baseline.reporting.confidence == facts["confidence_default"]
    assert baseline.levers.allocation.retention_years == facts["retention_years"]
    assert isinstance(baseline.levers.allocation.retention_years, int)


def test_a_scenario_cannot_be_changed() -> None:
    scenario = scenario_from({"base": "full_package", "facts": {"dividend_rate": {"value": 0.09}}}, "x")
    with pytest.raises(ValidationError, match="frozen"):
        scenario.levers.governing_line = "moving"
    for mapping in (scenario.facts, scenario.not_modelled, scenario.levers.rounds[0].measures):
        assert isinstance(mapping, FrozenDict)
        before = dict(mapping)
        for change in CHANGES:
            with pytest.raises(TypeError, match="a scenario cannot be changed"):
                change(mapping)
        assert mapping == before


CHANGES: list[Callable[[FrozenDict[Any, Any]], object]] = [
    lambda mapping: mapping.clear(),
    lambda mapping: mapping.pop("a"),
    lambda mapping: mapping.popitem(),
    lambda mapping: mapping.setdefault("a", 1),
    lambda mapping: mapping.update(a=1),
    lambda mapping: operator.setitem(mapping, "a", 1),
    lambda mapping: operator.delitem(mapping, next(iter(mapping))),
    lambda mapping: mapping.__ior__({"a": 1}),
]


def test_a_scenario_is_a_value() -> None:
    scenario = scenario_from({"base": "full_package", "facts": {"dividend_rate": {"value": 0.09}}}, "x")
    again = copy.deepcopy(scenario)
    assert again == scenario and hash(again) == hash(scenario) and again.hash == scenario.hash
    assert isinstance(again.facts, FrozenDict)
    assert scenario != load_scenario("full_package")


@given(st.dictionaries(st.text(max_size=5), st.integers()))
def test_a_frozen_dict_is_the_dict_it_was_made_of(content: dict[str, int]) -> None:
    frozen = FrozenDict(content)
    assert frozen == content and list(frozen) == list(content)
    assert hash(frozen) == hash(FrozenDict(reversed(content.items())))

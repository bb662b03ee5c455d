import copy
import random
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.facts import Facts, UnknownFactError, load_facts

KEYS = st.sampled_from(sorted(load_facts()))


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def test_facts_are_a_mapping_of_numbers(facts: Facts) -> None:
    assert facts["villages"] == 477
    assert facts.fact("villages").unit == "villages"
    assert dict(facts)["village_line_share"] == 0.6
    assert "villages" in facts and "vilages" not in facts
    assert facts.get("vilages") is None
    assert list(facts.keys()) == sorted(facts)


def test_an_unknown_key_names_the_nearest(facts: Facts) -> None:
    with pytest.raises(
        UnknownFactError, match=r"^there is no fact 'industry_margn': did you mean 'industry_margin'\?$"
    ):
        facts["industry_margn"]
    with pytest.raises(KeyError, match="no fact 'vilages': did you mean 'villages'"):
        facts.fact("vilages")


def test_facts_cannot_be_changed(facts: Facts) -> None:
    with pytest.raises(FrozenInstanceError, match="cannot assign to field"):
        facts._by_key = {}  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not support item assignment"):
        facts["villages"] = 478  # type: ignore[index]


def test_with_gives_new_facts_and_leaves_the_old(facts: Facts) -> None:
    changed = facts.with_({"industry_margin": {"value": 0.2, "low": 0.1, "high": 0.3}})
    new = changed.fact("industry_margin")
    assert (new.value, new.low, new.high, new.distribution) == (0.2, 0.1, 0.3, "triangular")
    assert facts["industry_margin"] == 0.3
    assert {key for key in facts if changed.fact(key) != facts.fact(key)} == {"industry_margin"}


def test_a_replaced_fact_loses_its_source_and_says_why(facts: Facts) -> None:
    new = facts.with_({"dividend_rate": {"value": 0.07, "reason": "a cautious operator"}}).fact("dividend_rate")
    assert (new.source, new.confidence) == (None, "assumed")
    assert new.assumed == "Set for this use in place of 0.08 (S38, S44, S47): a cautious operator."


def test_making_a_fact_fixed_drops_its_range_and_a_range_makes_it_drawn(facts: Facts) -> None:
    fixed = facts.with_({"industry_margin": {"value": 0.9, "distribution": "fixed"}}).fact("industry_margin")
    assert (fixed.value, fixed.low, fixed.high, fixed.uncertain) == (0.9, None, None, False)
    drawn = facts.with_({"planned_growth": {"low": 0.05, "high": 0.08, "distribution": "uniform"}})
    assert drawn.fact("planned_growth").uncertain


@pytest.mark.parametrize(
    ("overrides", "problem"),
    [
        ({"industry_margn": {"value": 0.2}}, "no fact 'industry_margn': did you mean 'industry_margin'?"),
        ({"industry_margin": {"value": 0.9}}, "'industry_margin': value 0.9 lies outside its range 0.15 to 0.45"),
        (
            {"industry_capital": {"value": 50_000}},
            "'industry_capital': value 50000 lies outside its range 8000 to 30000",
        ),
        ({"villages": {"low": 400, "high": 500}}, "'villages': is fixed and takes no low or high"),
        ({"villages": {"value": 476.5}}, "'villages': 476.5 is no villages"),
        ({"villages": {"value": "477"}}, "'villages': value: Input should be a valid number, not '477'"),
        ({"villages": {"value": None}}, "'villages': value: Input should be a valid number, not None"),
        ({"villages": {"unit": "persons"}}, "'unit' cannot be set, only value, low, high, distribution, reason"),
        ({"villages": 476}, "'villages': give fields such as {value: 477}, not 476"),
    ],
)
def test_with_refuses(facts: Facts, overrides: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match="fact") as caught:
        facts.with_(overrides)
    (found,) = caught.value.problems
    assert problem in found


def test_with_tells_every_problem_at_once(facts: Facts) -> None:
    with pytest.raises(InputError, match="; ") as caught:
        facts.with_({"vilages": {"value": 3}, "industry_margin": {"value": 0.9}, "dividend_rate": {"value": 0.07}})
    assert len(caught.value.problems) == 2


def test_one_override_of_several_problems_names_each(facts: Facts) -> None:
    with pytest.raises(InputError, match=r"value: .*; .*low: ") as caught:
        facts.with_({"industry_margin": {"value": "a", "low": "b"}})
    assert len(caught.value.problems) == 2


@given(key=KEYS, field=st.sampled_from(["value", "low", "high"]))
def test_setting_what_is_already_so_changes_nothing(key: str, field: str) -> None:
    facts = load_facts()
    same = facts.with_({key: {field: getattr(facts.fact(key), field), "reason": "none"}})
    assert same == facts
    assert same.fact(key) is facts.fact(key)


@given(key=KEYS)
def test_the_hash_changes_with_any_value(key: str) -> None:
    facts = load_facts()
    fact = facts.fact(key)
    other = fact.low if fact.low not in (None, fact.value) else fact.high
    whole = fact.value >= 1 and fact.unit != "share"
    value = other if other not in (None, fact.value) else (fact.value + 1 if whole else fact.value / 2)
    changed = facts.with_({key: {"value": value}})
    assert changed[key] == value != facts[key]
    assert changed.hash != facts.hash
    assert changed != facts


@given(seed=st.integers(0, 2**32))
def test_the_hash_does_not_depend_on_the_order(seed: int) -> None:
    facts = load_facts()
    shuffled = [facts.fact(key) for key in facts]
    random.Random(seed).shuffle(shuffled)
    again = Facts.of(shuffled)
    assert again.hash == facts.hash
    assert again == facts and hash(again) == hash(facts)


def test_the_hash_names_its_kind_and_copies_keep_it(facts: Facts) -> None:
    assert facts.hash.startswith("sha256:") and len(facts.hash) == len("sha256:") + 64
    assert copy.deepcopy(facts) == facts
    assert facts != dict(facts)
    assert repr(facts) == f"Facts({len(facts)} facts, {facts.hash[:15]})"

"""Nested values: merging, differing, and what of a content lies at wanted places."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.scenario.values import Change, canonical, changes, difference, kept, merge, quarrels, said_at, same

LEAVES: dict[str, st.SearchStrategy[Any]] = {"number": st.integers(0, 3), "list": st.lists(st.integers(0, 2), max_size=2)}
MAPPINGS = st.recursive(
    st.fixed_dictionaries({}, optional=LEAVES),
    lambda inner: st.fixed_dictionaries({}, optional=LEAVES | {"inner": inner, "other": inner}),
    max_leaves=6,
)
"""Mappings in which a key is always of one kind, as in scenario files."""


@given(MAPPINGS, MAPPINGS, MAPPINGS)
def test_merging_takes_layers_in_any_grouping(a: Any, b: Any, c: Any) -> None:
    before = repr((a, b, c))
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, {}) == a == merge({}, a) == merge(a, a)
    assert repr((a, b, c)) == before


def test_a_word_replaces_a_mapping_and_a_mapping_a_word() -> None:
    years, word = {"path": {2016: 1.0}}, {"path": "observed"}
    assert merge(years, word) == word
    assert merge(word, years) == years
    assert merge(merge(years, word), {"path": {2017: 2.0}}) == {"path": {2017: 2.0}}


@given(MAPPINGS, MAPPINGS)
def test_a_difference_leads_from_one_to_the_other(a: Any, b: Any) -> None:
    whole = merge(a, b)
    words = difference(a, whole)
    assert merge(a, words) == whole
    assert difference(whole, whole) == {}
    assert kept(b, words) == words  # of `b` there remains what `a` does not say already


@given(MAPPINGS, MAPPINGS)
def test_two_quarrel_alike_from_both_sides_and_nobody_with_itself(a: Any, b: Any) -> None:
    assert sorted(quarrels(a, b)) == sorted(quarrels(b, a))
    assert not list(quarrels(a, a))
    if not list(quarrels(a, b)):
        assert merge(a, b) == merge(b, a)


def test_what_is_taken_away_is_part_of_the_difference() -> None:
    assert difference({"facts": {"a": 1, "b": 2}}, {"facts": {"b": 2}}) == {"facts": {"a": None}}


@pytest.mark.parametrize(
    ("one", "other", "key", "alike"),
    [
        (1, 1.0, None, True),
        ([1, 2], [2, 1], "horizon", False),
        (["b", "a"], ["a", "b"], "exit_requires", True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "levers", True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "measures", False),
        ([{"measures": {"a": 1, "b": 2}}], [{"measures": {"b": 2, "a": 1}}], "rounds", False),
        ({"value": 1, "reason": "one"}, {"value": 1, "reason": "another"}, None, True),
        ([{"cost": 1, "reason": "one"}], [{"cost": 1}], "rounds", True),
        (None, {}, None, False),
        ([{"order": "a", "reach": None}], [{"order": "a"}], "rounds", True),  # null says what a key left out says
    ],
)
def test_what_means_the_same(one: Any, other: Any, key: str | None, alike: bool) -> None:
    assert same(one, other, key) is same(other, one, key) is alike
    assert (canonical(one, key) == canonical(other, key)) is alike


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("levers", "rounds"), [[1, 2]]),
        (("levers", "rounds", 0), [[1, 2]]),  # a list hides what lies below it
        (("levers", "funds"), []),
        (("levers", "nothing"), [None]),
        ((), [{"levers": {"rounds": [1, 2], "nothing": None}}]),
    ],
)
def test_what_is_said_at_a_place(place: tuple[str | int, ...], said: list[Any]) -> None:
    assert said_at({"levers": {"rounds": [1, 2], "nothing": None}}, place) == said


def test_lists_of_rounds_differ_round_by_round_and_other_lists_as_a_whole() -> None:
    assert list(changes("levers.rounds", [{"order": "a"}], [{"order": "b"}, {"order": "c"}])) == [
        Change("levers.rounds[0].order", "a", "b"),
        Change("levers.rounds[1]", None, {"order": "c"}),
    ]
    assert list(changes("levers.horizon", [2016, 2018], [2016, 2019])) == [Change("levers.horizon", [2016, 2018], [2016, 2019])]
    assert list(changes("levers.rounds", None, [])) == [Change("levers.rounds", None, [])]

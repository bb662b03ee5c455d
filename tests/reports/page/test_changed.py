"""What a scenario changes, on the lines that the page has."""

from typing import Any

import pytest

from simlib.reports.page.changed import LINE, LONGEST, Brief, brief, columns, cut_off, fitting
from simlib.scenario import load_scenario, scenario_from
from simlib.words import Words

EN, ZH = Words("en"), Words("zh")


def changes(scenario: Any) -> list[dict[str, Any]]:
    """As a record has them."""
    return [change._asdict() for change in scenario.difference()]


def test_projects_and_rounds_are_one_line_each_with_every_measure() -> None:
    scenario = load_scenario("full_package")
    projects, rounds, *_ = brief(changes(scenario), EN)
    assert projects.how == "technology and talent, e-commerce service point, village services, capital of the village collective"
    named = [EN[f"measure.{name}"] for one in scenario.levers.rounds for name in one.measures]
    assert [name for name in named if name not in rounds.how] == []
    assert rounds.what == "rounds of help (poorest first)"
    assert "(labour-capable people)" in rounds.how


def test_a_number_is_told_before_and_now() -> None:
    content = {"base": "full_package", "facts": {"dividend_rate": {"value": 0.06}}, "levers": {"funds": {"pool": {"paid": 0.5}}}}
    fact, fund = brief(changes(scenario_from(content, "mine")), EN)
    assert fact.how == "8% → 6%"
    assert (fund.what, fund.how) == ("city's pool · share that is paid", "100% → 50%")


def test_what_has_no_room_is_counted_and_what_is_long_is_cut() -> None:
    lines = [Brief("a", "b"), Brief("c", "x" * 2000), Brief("d", "e")]
    shown = fitting(lines, 2 + LONGEST)
    assert shown[0] == lines[0]
    assert columns(shown[1].how) <= LONGEST * LINE
    assert shown[1].how.endswith("…")
    assert fitting(lines, 1) == lines[:1]


@pytest.mark.parametrize(("text", "wide", "cut"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("贫困村", 6, "贫困村"), ("贫困村", 5, "贫困…")])
def test_chinese_letters_are_two_wide(text: str, wide: int, cut: str) -> None:
    assert cut_off(text, wide) == cut


def test_the_base_changes_nothing() -> None:
    assert brief(changes(load_scenario("baseline")), ZH) == []

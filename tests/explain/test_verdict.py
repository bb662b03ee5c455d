"""Verdicts on hand-made years: status, route and reasons follow from the lines and guarantees that are told, or nothing is printed."""

from dataclasses import replace
from typing import Any

import pytest

from simlib.engine.counted import Trace
from simlib.engine.slots import World
from simlib.engine.state import Status
from simlib.errors import RunError
from simlib.explain.case import Case
from simlib.explain.verdict import Verdict, verdict_of
from tests.explain.traces import RULES, case_with, year_of

RICH = {Trace.SEEN_WAGE: 12_000.0}  # 8,333.33 a head; without it 4,333.33
ON, OUT, BACK, CANDIDATE = Status.IN, Status.EXITED, Status.REENTERED, Status.CANDIDATE
BY_REPORTED = replace(RULES, by_reported=True)


def keys(verdict: Verdict) -> list[str]:
    return [one.key for one in verdict.reasons]


def judged(case: Case, year: int = 0) -> tuple[str, str, str | None, list[str]]:
    found = verdict_of(case, year)
    return found.before, found.after, found.route, keys(found)


def test_under_the_line_with_labour() -> None:
    found = verdict_of(case_with([year_of()]), 0)
    assert (found.before, found.after, found.route, keys(found)) == ("in", "in", None, ["below_line", "has_labour"])
    assert (found.gap_fen, found.reasons[0].values) == (433_333 - 700_000, {"fen": 266_667})
    assert found.at == {"fixed": False, "moving": False, "indexed": False}
    assert found.held == {"school": True, "medical": True, "housing": True, "food": True}
    assert found.lines["identification"] == 410_000
    assert found.missing == ()


def test_out_by_income_and_stays_out() -> None:
    case = case_with([year_of(RICH, STATUS=OUT), year_of(STATUS=OUT)])
    assert judged(case) == ("in", "exited", "income", ["exits_by_income"])
    assert judged(case, 1) == ("exited", "exited", None, ["stays_out"])


def test_an_income_equal_to_the_line_has_reached_it() -> None:
    found = verdict_of(case_with([year_of({Trace.SEEN_WAGE: 8000.0}, STATUS=OUT)]), 0)  # 21,000 yuan of three
    assert (found.gap_fen, found.route) == (0, "income")


@pytest.mark.parametrize(
    ("dibao", "labour", "after", "route", "reasons"),
    [
        (1, 0.0, OUT, "dibao", ["exits_by_dibao"]),
        (0, 0.0, ON, None, ["below_line", "no_dibao"]),
        (1, 0.5, ON, None, ["below_line", "has_labour"]),
    ],
)
def test_the_way_out_by_dibao(dibao: int, labour: float, after: Status, route: str | None, reasons: list[str]) -> None:
    name = "exited" if after == OUT else "in"
    assert judged(case_with([year_of(dibao=dibao, STATUS=after)], labour_units=labour)) == ("in", name, route, reasons)


def test_a_guarantee_is_missing() -> None:
    found = verdict_of(case_with([year_of(RICH, SAFE=0, HELD=0)]), 0)
    assert (found.after, keys(found)) == ("in", ["guarantee_missing"])
    assert found.reasons[0].values == {"guarantees": ["housing"]}
    assert found.missing == ("housing",)


def test_a_guarantee_that_nobody_asks_for_is_not_missed() -> None:
    rules = replace(RULES, required=("school", "medical"))
    found = verdict_of(case_with([year_of(RICH, SAFE=0, STATUS=OUT)], rules=rules), 0)
    assert (found.route, found.missing, found.held["housing"]) == ("income", (), False)


@pytest.mark.parametrize(("schooling", "enrolled", "holds"), [(True, 1, True), (False, 1, False), (True, 0, False)])
def test_social_security_brings_a_guarantee_where_it_has_that_part(schooling: bool, enrolled: int, holds: bool) -> None:
    rules = replace(RULES, schooling=schooling)
    status = OUT if holds else ON
    found = verdict_of(case_with([year_of(RICH, ENROLLED=enrolled, HELD=holds, STATUS=status)], rules=rules, school=False), 0)
    assert found.held["school"] is holds


def test_food_and_clothing_at_a_governing_line_under_dibaos() -> None:
    case = case_with([year_of(GUARANTEED=0)], {World.FIXED_FEN: 430_000, World.DIBAO_FEN: 440_000})
    case.trace[0, Trace.AT_FIXED] = 1
    found = verdict_of(case, 0)
    assert (found.after, keys(found), found.missing) == ("in", ["not_fed", "has_labour"], ("food",))
    assert found.reasons[0].values == {"fen": 440_000 - 433_333}


def test_dibao_is_food_and_clothing_but_no_income() -> None:
    """Topped up to the line and a fen short of it, since every source is rounded by itself: nothing is lacking, and nobody exits by it."""
    world = {World.FIXED_FEN: 430_000, World.DIBAO_FEN: 433_334}
    case = case_with([year_of({Trace.SEEN_WAGE: -5.0}, dibao=500)], world)
    case.trace[0, Trace.AT_FIXED] = 1
    found = verdict_of(case, 0)
    assert (found.held["food"], found.missing, keys(found)) == (True, (), ["not_fed", "has_labour"])
    assert found.reasons[0].values == {"fen": 1}


def test_back_on_the_register() -> None:
    poor = {Trace.SEEN_WAGE: -1000.0}  # 4,000.00 a head, under 4,100
    case = case_with([year_of(RICH, STATUS=OUT), year_of(poor, STATUS=BACK, SAFE=0, HELD=0), year_of(STATUS=BACK)])
    found = verdict_of(case, 1)
    assert (found.before, found.after, keys(found)) == ("exited", "reentered", ["under_identification", "guarantee_lost"])
    assert [one.values for one in found.reasons] == [{"fen": 10_000}, {"guarantees": ["housing"]}]
    assert judged(case, 2) == ("reentered", "reentered", None, ["below_line", "has_labour"])


def test_reported_income_judges_where_the_scenario_says_so() -> None:
    slots: dict[str, Any] = {"REPORTED_FEN": 710_000, "PAPER": 1}
    found = verdict_of(case_with([year_of(STATUS=OUT, **slots)], rules=BY_REPORTED), 0)
    assert (found.judged_by, found.gap_fen, found.route, found.on_paper) == ("reported", 10_000, "income", True)
    found = verdict_of(case_with([year_of(**slots)]), 0)
    assert (found.judged_by, found.after, found.on_paper, found.reported_fen) == ("simulated", "in", True, 710_000)


def test_candidates() -> None:
    stays = case_with([year_of(STATUS=CANDIDATE)], registered=False)
    assert judged(stays) == ("candidate", "candidate", None, ["not_registered"])
    enters = case_with([year_of(STATUS=ON)], registered=False, base_pc_fen=399_900)
    assert judged(enters) == ("candidate", "in", None, ["entered", "below_line", "has_labour"])
    assert verdict_of(enters, 0).reasons[0].values == {"fen": 100}
    at_once = case_with([year_of(RICH, STATUS=OUT)], registered=False, base_pc_fen=399_900)
    assert judged(at_once) == ("candidate", "exited", "income", ["entered", "exits_by_income"])


def test_taken_off_the_register() -> None:
    removed = year_of(STATUS=CANDIDATE, REMOVED=1)
    case = case_with([year_of(), removed, removed])
    assert judged(case, 1) == ("in", "removed", None, ["wrongly_listed"])
    assert judged(case, 2) == ("removed", "removed", None, ["wrongly_listed"])


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({"STATUS": OUT}, "status would follow as in, the projection has exited"),
        ({"GUARANTEED": 0}, "every guarantee would follow as True, the projection has False"),
        ({"HELD": 0}, "guarantees held would follow as True, the projection has False"),
        ({"SAFE": 0}, "guarantees held would follow as False, the projection has True"),
        ({"PAPER": 1}, "on paper would follow as False, the projection has True"),
    ],
)
def test_a_verdict_that_does_not_follow_is_refused(slots: dict[str, Any], said: str) -> None:
    with pytest.raises(RunError, match=f"household h1, 2016: {said}"):
        verdict_of(case_with([year_of(**slots)]), 0)


def test_a_line_reached_that_is_not_is_refused() -> None:
    case = case_with([year_of()])
    case.trace[0, Trace.AT_MOVING] = 1
    with pytest.raises(RunError, match="at the moving line would follow as False"):
        verdict_of(case, 0)

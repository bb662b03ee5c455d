"""What happened and what runs on, from hand-made years."""

from typing import Any

import numpy as np

from simlib.engine.counted import Trace
from simlib.engine.state import Measure
from simlib.explain.case import Case
from simlib.explain.events import events_of, running_of
from tests.explain.traces import begun, case_with, year_of


def told(notes: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(one.key, one.values) for one in notes]


def test_luck_that_strikes() -> None:
    struck: dict[str, Any] = {"ILL": 1, "CROP_LOST": 1, "JOB_LOST": 1}
    assert [one.key for one in events_of(case_with([year_of(**struck)]), 0)] == ["ill", "crop_lost", "job_lost"]


def test_a_loss_of_what_there_is_not_is_none() -> None:
    trace = year_of(CROP_LOST=1, JOB_LOST=1)
    trace[[Trace.OWN_WAGE, Trace.OWN_BUSINESS]] = 0.0
    assert events_of(case_with([trace]), 0) == ()


def test_a_project_fails() -> None:
    years = [year_of(BEGUN=begun(Measure.INDUSTRY), INDUSTRY_ALIVE=1), year_of(INDUSTRY_ALIVE=1), year_of(), year_of()]
    case = case_with(years)
    assert [told(events_of(case, year)) for year in range(4)] == [[], [], [("project_failed", {"since": 2016})], []]
    assert told(running_of(case, 1)) == [("project_runs", {"since": 2016})]
    assert told(running_of(case, 3)) == [("project_remains", {"since": 2016})]


def test_a_tenant_leaves() -> None:
    case = case_with([year_of(BEGUN=begun(Measure.LAND_TRANSFER), LAND=1), year_of()])
    assert told(running_of(case, 0)) == [("land_let", {"mu": "2", "since": 2016})]
    assert told(events_of(case, 1)) == [("tenant_left", {"since": 2016})]
    assert running_of(case, 1) == ()


def loans(*slots: dict[str, Any]) -> Case:
    return case_with([year_of(BEGUN=begun(Measure.MICROCREDIT), LOAN=1), *(year_of(**own) for own in slots)])


def test_a_loan_defaults_once_or_runs_out() -> None:
    defaulted = loans({"DEFAULTED": 1}, {"DEFAULTED": 1})
    assert [told(events_of(defaulted, year)) for year in range(3)] == [[], [("loan_defaulted", {"since": 2016})], []]
    paid_back = loans({"LOAN": 1}, {"LOAN": 1}, {"LOAN": 1}, {})
    assert [told(events_of(paid_back, year)) for year in (3, 4)] == [[], [("loan_ended", {"since": 2016})]]
    assert told(running_of(paid_back, 3)) == [("loan_runs", {"since": 2016})]


def test_jobs_found_and_lost() -> None:
    years = [year_of(BEGUN=begun(Measure.TRAINING)), year_of(PLACED_0=1), year_of(PLACED_0=1, PLACED_1=1), year_of(PLACED_1=1)]
    case = case_with(years)
    assert [told(events_of(case, year)) for year in range(4)] == [
        [],
        [("placed_after_course", {"worker": 1})],
        [("placed", {"worker": 2})],
        [("placement_lost", {"worker": 1})],
    ]
    assert told(running_of(case, 2)) == [("job_held", {"worker": 1, "since": 2017}), ("job_held", {"worker": 2, "since": 2018})]


def test_a_house_is_finished_late() -> None:
    case = case_with([year_of(BEGUN=begun(Measure.HOUSING), HOUSED=1, SAFE=0, HELD=0), year_of(HOUSED=1)])
    assert told(running_of(case, 0)) == [("house_under_way", {"since": 2016})]
    assert told(events_of(case, 1)) == [("house_finished", {"since": 2016})]
    assert told(running_of(case, 1)) == [("house_safe", {"since": 2016})]


def test_a_house_that_was_safe_is_no_event() -> None:
    assert events_of(case_with([year_of(), year_of()]), 0) == ()


def test_what_runs_by_right_and_by_the_year() -> None:
    bits = begun(Measure.PUBLIC_POST, Measure.ASSET_SHARES, Measure.MINDSET)
    years = [year_of(dibao=5, BEGUN=bits, POST=1, SHARES=1, ENROLLED=1), year_of(LOCAL=1, SHARES=1)]
    case = case_with(years)
    assert told(running_of(case, 0)) == [
        ("post_held", {}),
        ("shares_held", {"since": 2016}),
        ("mindset_done", {"since": 2016}),
        ("enrolled", {}),
        ("on_dibao", {"fen": 5}),
    ]
    assert [one.key for one in running_of(case, 1)] == ["local_held", "shares_held", "mindset_done"]


def test_a_dividend_stays_with_the_village_where_support_has_ended() -> None:
    case = case_with([year_of(BEGUN=begun(Measure.ASSET_SHARES), SHARES=1), year_of(SHARES=1, SUPPORTED=0)])
    assert [told(running_of(case, year)) for year in range(2)] == [
        [("shares_held", {"since": 2016})],
        [("shares_stay", {"since": 2016})],
    ]


def test_a_measure_taken_again_is_told_by_its_last_year() -> None:
    bits = begun(Measure.TRAINING)
    case = case_with([year_of(BEGUN=bits), year_of(), year_of(BEGUN=bits)])
    assert [case.begun_before(year, "training") for year in range(3)] == [2016, 2016, 2018]
    assert case.begun_before(2, "industry") is None
    assert np.array_equal([case.begun(year, "training") for year in (-1, 0, 1)], [False, True, False])


def test_taken_off_the_register_is_told_once() -> None:
    case = case_with([year_of(), year_of(REMOVED=1, STATUS=0), year_of(REMOVED=1, STATUS=0)])
    assert [[one.key for one in events_of(case, year)] for year in (1, 2)] == [["taken_off"], []]

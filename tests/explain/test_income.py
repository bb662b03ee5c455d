"""The lines of a year's income: telescoping differences in fen, and a refusal of what does not add up."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.engine.counted import Trace
from simlib.engine.slots import World
from simlib.engine.state import Measure
from simlib.errors import RunError
from simlib.explain.case import Case
from simlib.explain.income import CHAINS as TOLD
from simlib.explain.income import SOURCES, parts_of, source_totals
from simlib.money import to_fen
from tests.explain.traces import CHAINS, HOME, RULES, begun, case_with, year_of


def fen_by_part(case: Case) -> dict[tuple[str, str], int]:
    return {(one.source, one.part): one.fen for one in parts_of(case, 0)}


def test_a_year_of_nothing_is_what_the_register_has() -> None:
    found = fen_by_part(case_with([year_of()]))
    assert found == {("wage", "base"): 900_000, ("business", "base"): 300_000, ("property", "base"): 10_000, ("transfer", "base"): 90_000}


def test_every_part_is_what_its_step_adds() -> None:
    added = {
        Trace.OWN_WAGE: 630.0,
        Trace.SEEN_WAGE: -1200.0,
        Trace.WITH_JOBS: 20_000.0,
        Trace.WITH_POST: 6000.0,
        Trace.WITH_LOCAL: 5000.0,
        Trace.SEEN_BUSINESS: -500.0,
        Trace.WITH_UPLIFT: 120.0,
        Trace.WITH_LAND: -600.0,
        Trace.WITH_PROJECT: 800.0,
        Trace.WITH_LOAN: 986.7,
        Trace.WITH_RENT: 800.0,
        Trace.WITH_DIVIDEND: 576.0,
        Trace.WITH_INCREMENT: 1000.0,
        Trace.WITH_PENSION: 240.0,
    }
    found = fen_by_part(case_with([year_of(added, dibao=12_345)]))
    assert found == {
        ("wage", "base"): 900_000,
        ("wage", "lasting"): 63_000,
        ("wage", "luck"): -120_000,
        ("wage", "jobs"): 2_000_000,
        ("wage", "post"): 600_000,
        ("wage", "local_jobs"): 500_000,
        ("business", "base"): 300_000,
        ("business", "luck"): -50_000,
        ("business", "uplift"): 12_000,
        ("business", "land_given_up"): -60_000,
        ("business", "project"): 80_000,
        ("business", "loan"): 98_670,
        ("property", "base"): 10_000,
        ("property", "rent"): 80_000,
        ("property", "dividend"): 57_600,
        ("transfer", "base"): 90_000,
        ("transfer", "increment"): 100_000,
        ("transfer", "pension"): 24_000,
        ("dibao", "dibao"): 12_345,
    }


def test_growth_and_the_recovered_dip_are_told_apart() -> None:
    gap, strength, grown = math.log(2.0), 0.5, 1.07**2
    recovered = HOME.wage * 2.0**0.5
    own = {Trace.OWN_WAGE: recovered * grown + 77.0 - HOME.wage, Trace.OWN_BUSINESS: HOME.business * (2.0**0.5 * grown - 1)}
    own |= {Trace.OWN_PROPERTY: HOME.property * (grown - 1), Trace.OWN_TRANSFER: HOME.transfer * (grown - 1)}
    found = fen_by_part(case_with([year_of(own)], {World.REGRESSION: strength, World.GROWN_UP: grown}, log_gap=gap))
    assert found["wage", "regression"] == to_fen(recovered) - to_fen(HOME.wage)
    assert found["wage", "growth"] == to_fen(recovered * grown) - to_fen(recovered)
    assert found["wage", "lasting"] == to_fen(recovered * grown + 77.0) - to_fen(recovered * grown)
    assert ("business", "lasting") not in found
    assert found["transfer", "growth"] == to_fen(HOME.transfer * grown) - to_fen(HOME.transfer)


def test_a_loss_recovers_towards_nothing_and_grows_less_deep() -> None:
    """Good years raise and bad ones lower whatever the sign: a loss of 3,000 recovers by a half and grows by 10 %."""
    shift = -2 * HOME.business  # what the usual chain has below the loss of 3,000
    own = {Trace.OWN_BUSINESS: shift + 3000.0 - 1500.0 * 0.9}
    world = {World.REGRESSION: 1.0, World.GROWN_UP: 1.1, World.GROWN_DOWN: 0.9}
    wage = {Trace.OWN_WAGE: HOME.wage * (1.5 * 1.1 - 1), Trace.OWN_PROPERTY: 10.0, Trace.OWN_TRANSFER: 90.0}
    found = fen_by_part(case_with([year_of(own | wage)], world, business=-3000.0, log_gap=math.log(1.5)))
    assert [found["business", part] for part in ("base", "regression", "growth")] == [-300_000, 150_000, 15_000]


def test_a_job_found_without_a_course_is_no_measures() -> None:
    pay = {Trace.WITH_JOBS: 9000.0}
    course, job = year_of(BEGUN=begun(Measure.TRAINING)), year_of(pay, PLACED_1=1)

    def clauses(*years: Any) -> list[str | None]:
        return [one.clause for one in parts_of(case_with(years), len(years) - 1) if one.part == "jobs"]

    assert clauses(course, job, job) == ["二(六)3"]
    assert clauses(year_of(), course, year_of(), job) == [None]
    assert clauses(job) == [None]


yuan = st.floats(-50_000, 200_000)
slots = [slot for chain in CHAINS.values() for slot in chain]


@given(st.lists(yuan, min_size=len(slots), max_size=len(slots)), st.integers(0, 10**6), st.integers(1, 9))
def test_parts_add_up_to_the_fen(amounts: list[float], dibao: int, members: int) -> None:
    case = case_with([year_of(dict(zip(slots, amounts, strict=True)), dibao=dibao, members=members)], members=members)
    parts = parts_of(case, 0)
    totals = source_totals(parts)
    assert totals == {source: case.fen(0, Trace[source.upper()]) for source in SOURCES}
    assert sum(one.fen for one in parts) == case.fen(0, Trace.TOTAL_FEN)
    assert all(one.fen != 0 for one in parts)


@pytest.mark.parametrize(
    ("slot", "said"),
    [
        (Trace.WAGE, "the parts of wage add up to 900000 fen, the projection has 900001"),
        (Trace.WITH_LOAN, "the parts of business add up to"),
        (Trace.TOTAL_FEN, "the sources add up to 1300000 fen, the projection has 1300001"),
        (Trace.PC_FEN, "1300000 fen are 433333 a head, the projection has 433334"),
    ],
)
def test_an_account_that_does_not_add_up_is_refused(slot: Trace, said: str) -> None:
    trace = year_of()
    trace[slot] += 1
    with pytest.raises(RunError, match=f"household h1, 2016: {said}"):
        parts_of(case_with([trace]), 0)


def test_every_source_has_a_chain() -> None:
    assert tuple(TOLD) == SOURCES
    told = {slot for chain in CHAINS.values() for slot in chain}
    assert told == {slot for slot in Trace if slot >= Trace.OWN_WAGE}, "a running sum of the trace that no account tells"


def test_a_case_must_fit_its_years() -> None:
    with pytest.raises(ValueError, match="1 years, traces"):
        Case(HOME, RULES, (2016,), np.zeros((2, 3)), np.zeros((1, 1)))

"""What struck a household in a year, and what of its measures runs on: notes with a key for the catalogue and the values of its blanks."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from simlib.engine.counted import Trace
from simlib.explain.case import PLACED, Case


class Note(NamedTuple):
    """Something to be told: its key in the catalogue, and values; `fen` is money."""

    key: str
    values: dict[str, Any]


def note(key: str, **values: Any) -> Note:
    """A note."""
    return Note(key, values)


def events_of(case: Case, year: int) -> tuple[Note, ...]:
    """What happened to a household this year beside the measures begun; a loss of what it does not have is none."""
    return (*_luck(case, year), *_turns(case, year), *_jobs(case, year))


def _luck(case: Case, year: int) -> Iterator[Note]:
    """Illness, and losses of what there was to lose."""
    if case.says(year, Trace.ILL):
        yield note("ill")
    if case.says(year, Trace.CROP_LOST) and case.trace[year, Trace.OWN_BUSINESS] != 0:
        yield note("crop_lost")
    if case.says(year, Trace.JOB_LOST) and case.trace[year, Trace.OWN_WAGE] != 0:
        yield note("job_lost")


def _turns(case: Case, year: int) -> Iterator[Note]:
    """What became of measures begun before."""
    if _ends(case, year, Trace.INDUSTRY_ALIVE):
        yield note("project_failed", since=case.begun_before(year, "industry"))
    if _ends(case, year, Trace.LAND):
        yield note("tenant_left", since=case.begun_before(year, "land_transfer"))
    if case.says(year, Trace.DEFAULTED) and not case.says(year - 1, Trace.DEFAULTED):
        yield note("loan_defaulted", since=case.begun_before(year, "microcredit"))
    elif _ends(case, year, Trace.LOAN):
        yield note("loan_ended", since=case.begun_before(year, "microcredit"))
    if case.says(year, Trace.HOUSED) and case.says(year, Trace.SAFE) and not case.says(year - 1, Trace.SAFE):
        yield note("house_finished", since=case.begun_before(year, "housing"))
    if case.says(year, Trace.REMOVED) and not case.says(year - 1, Trace.REMOVED):
        yield note("taken_off")


def _jobs(case: Case, year: int) -> Iterator[Note]:
    """Workers who found a transfer job or lost it."""
    course = case.begun(year - 1, "training")
    for worker, slot in enumerate(PLACED, start=1):
        if _ends(case, year, slot):
            yield note("placement_lost", worker=worker)
        if case.says(year, slot) and not case.says(year - 1, slot):
            yield note("placed_after_course" if course else "placed", worker=worker)


def _ends(case: Case, year: int, slot: Trace) -> bool:
    return case.says(year - 1, slot) and not case.says(year, slot)


def running_of(case: Case, year: int) -> tuple[Note, ...]:
    """What a household has this year from measures, this year's and earlier ones'."""
    return (*_held(case, year), *_by_right(case, year))


def _held(case: Case, year: int) -> Iterator[Note]:
    """Measures that were chosen."""
    if (since := case.begun_before(year, "industry")) is not None:
        yield note("project_runs" if case.says(year, Trace.INDUSTRY_ALIVE) else "project_remains", since=since)
    for worker, slot in enumerate(PLACED, start=1):
        if case.says(year, slot):
            yield note("job_held", worker=worker, since=case.years[case.held_since(year, slot)])
    if case.says(year, Trace.POST):
        yield note("post_held")
    if case.says(year, Trace.LOCAL):
        yield note("local_held")
    if case.says(year, Trace.SHARES):
        pays = case.says(year, Trace.SUPPORTED)
        yield note("shares_held" if pays else "shares_stay", since=case.begun_before(year, "asset_shares"))
    if case.says(year, Trace.LAND):
        yield note("land_let", mu=f"{case.home.land_mu:g}", since=case.begun_before(year, "land_transfer"))
    if case.says(year, Trace.LOAN):
        yield note("loan_runs", since=case.begun_before(year, "microcredit"))
    if (since := case.begun_before(year, "housing")) is not None:
        yield note("house_safe" if case.says(year, Trace.SAFE) else "house_under_way", since=since)
    if (since := case.begun_before(year, "mindset")) is not None:
        yield note("mindset_done", since=since)


def _by_right(case: Case, year: int) -> Iterator[Note]:
    if case.says(year, Trace.ENROLLED):
        yield note("enrolled")
    if case.fen(year, Trace.DIBAO) > 0:
        yield note("on_dibao", fen=case.fen(year, Trace.DIBAO))

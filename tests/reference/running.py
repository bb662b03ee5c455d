"""Who enters, and what became of measures begun earlier (page, 3.2 and 3.3)."""

from simlib.engine.luck import EVENTS, JOBS, PERSISTENT

from .future import Future, fen
from .people import CANDIDATE, IN, Case


def enter(case: Case, year: int, future: Future) -> None:
    """A candidate whose income of last year lies under the identification line is registered."""
    if case.status == CANDIDATE and case.pc_fen < fen(future.identification_line(year - 1)):
        case.status = IN


def run_on(case: Case, year: int, future: Future, lucky: bool = True) -> None:
    """Projects fail, jobs are lost and found; last year's posts and courses end by themselves. Not lucky: no events."""
    case.begun = []
    if lucky:
        _project(case, year, future)
        _jobs(case, year, future)
        _placement(case, year, future)


def _project(case: Case, year: int, future: Future) -> None:
    project = case.project
    if project is not None and project.alive and project.begun < year:
        project.alive = not future.uniforms(case.home.key, year, EVENTS)[3] < future.n["industry_failure"]


def _jobs(case: Case, year: int, future: Future) -> None:
    u_keep = future.uniforms(case.home.key, 0, PERSISTENT)
    for slot, u in zip(case.slots, u_keep, strict=False):
        if slot.placed is not None and not u < future.n["job_kept"] ** (year - slot.placed):
            slot.placed, slot.lost = None, year


def _placement(case: Case, year: int, future: Future) -> None:
    u_jobs = future.uniforms(case.home.key, year, JOBS)
    for slot, u in zip(case.slots[: case.home.idle], u_jobs, strict=False):
        if slot.placed is not None or slot.lost == year or case.labour_left(year, future) < 1:
            continue
        added = future.n["training_added_chance"] if slot.course == year - 1 else 0.0
        if u < future.n["job_chance_without_policy"] + added:
            slot.placed = year

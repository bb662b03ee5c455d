"""Who enters or is taken off, and what became of measures begun earlier (page, 3.2 and 3.3)."""

from simlib.engine.luck import EVENTS, JOBS, PERSISTENT

from .future import HOLDINGS, MORE, Future, fen
from .ledger import Season
from .people import CANDIDATE, IN, REMOVED, Case

RECHECKED = 2017


def enter(case: Case, season: Season, lucky: bool = True) -> None:
    """A candidate whose income of last year lies under the identification line is registered.

    A re-check takes those of the base year's register off it who never should have been on; not where a plan is made (not lucky).
    """
    year, future = season.year, season.future
    if case.status == CANDIDATE and case.pc_fen < fen(future.identification_line(year - 1)):
        case.status = IN
    listed = case.home.registered and case.status == IN
    rechecked = lucky and listed and year == RECHECKED and season.scenario.levers.identification.recheck
    if rechecked and future.uniforms(case.home.key, 0, MORE)[2] < future.n["misidentified_share"]:
        case.status = REMOVED


def run_on(case: Case, season: Season, lucky: bool = True) -> None:
    """Projects fail, tenants leave, loans default, jobs are lost and found; posts, day work and courses end by themselves.

    Not lucky: no events.
    """
    case.begun = []
    if lucky:
        _project(case, season)
        _land_and_loan(case, season.year, season.future)
        _jobs(case, season.year, season.future)
        _placement(case, season.year, season.future)


def _project(case: Case, season: Season) -> None:
    project, n = case.project, season.future.n
    if project is not None and project.alive and project.begun < season.year:
        cut = n["technique_failure_cut"] if season.technique_before else 0.0
        u = season.future.uniforms(case.home.key, season.year, EVENTS)[3]
        project.alive = not u < n["industry_failure"] * (1 - cut)


def _land_and_loan(case: Case, year: int, future: Future) -> None:
    u_default, u_tenant = future.uniforms(case.home.key, year, HOLDINGS)[:2]
    if case.land is not None and case.land.begun < year and not case.land.left:
        case.land.left = u_tenant < future.n["tenant_leaves"]
    if case.loan is not None and case.loan.begun < year and case.loan_running(year, future) and u_default < future.n["microcredit_default"]:
        case.loan.defaulted = year


def _jobs(case: Case, year: int, future: Future) -> None:
    u_keep = future.uniforms(case.home.key, 0, PERSISTENT)
    for slot, u in zip(case.slots, u_keep, strict=False):
        if slot.placed is not None and not u < future.n["job_kept"] ** (year - slot.placed):
            slot.placed, slot.lost = None, year


def _placement(case: Case, year: int, future: Future) -> None:
    u_jobs = future.uniforms(case.home.key, year, JOBS)
    for slot, u in zip(case.slots[: case.home.idle], u_jobs, strict=False):
        if slot.placed is not None or slot.lost == year or case.labour_left(year, future) < 1000:
            continue
        added = future.n["training_added_chance"] if slot.course == year - 1 else 0.0
        if u < future.n["job_chance_without_policy"] + added:
            slot.placed = year

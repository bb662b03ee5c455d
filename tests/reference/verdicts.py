"""What is said of a household and of a village at a year's end (page, 3.10 to 3.13)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .future import BASE, fen, reaches
from .incomes import Common, Lived, Sources
from .ledger import Season
from .people import EXITED, RE_ENTERED, REMOVED, Case
from .village import SERVICES

LINES = ("fixed", "moving", "indexed")
ON_THE_SHEET = ("roads", "water", "power", "power", "broadband", "clinic")  # television stands as power does


@dataclass(frozen=True)
class Row:
    """A household in a year; money in fen. `unrounded`: wage, business, property, transfer, dibao in yuan."""

    wage: int
    business: int
    property: int
    transfer: int
    dibao: int
    total_fen: int
    pc_fen: int
    reported_pc_fen: int
    status: str
    route: str | None
    begun: tuple[str, ...]
    industry_alive: bool | None
    placed: tuple[bool, bool]
    post: bool
    shares: bool
    land: bool  # let, from the year of the contract on, and the tenant there
    loan: bool  # running, from the year in which it was taken on
    defaulted: bool  # this year or before
    local: bool
    housed: bool  # a grant, this year or before
    safe: bool  # the house is
    enrolled_social: bool
    supported: bool
    ill: bool
    crop_lost: bool
    job_lost: bool
    at_fixed: bool
    at_moving: bool
    at_indexed: bool
    held: bool
    guaranteed: bool
    paper: bool
    paper_exit: bool
    points: float
    sheet: bool
    stable: bool
    removed: bool
    unrounded: Sources


@dataclass(frozen=True)
class VillageRow:
    """A village in a year; the mean in yuan a head, its collective income in yuan."""

    mean: float
    at_fixed: bool
    at_moving: bool
    at_indexed: bool
    exits: bool
    filled: float
    standing: Mapping[str, bool]  # of its services
    services: bool  # all of them
    collective: float
    collective_own: float  # of it, what its own capital brings
    points: int
    sheet: bool
    reserve: float  # principal of loans that defaulted this year, weighted


def judged(season: Season, case: Case, lived: Lived) -> Row:
    """Steps 10 to 12: to the fen, the guarantees, exit and re-entry, the sheet."""
    n, year, future, levers = season.future.n, season.year, season.future, season.scenario.levers
    wage, business, property_, transfer, dibao = map(fen, lived.sources)
    total = wage + business + property_ + transfer + dibao
    pc_fen, reported = _a_head(case, total), _a_head(case, total + fen(_only_reported(season, case, lived)))
    lines = {which: future.line("household", which, year) for which in LINES}
    at, governing = {which: reaches(pc_fen, line) for which, line in lines.items()}, levers.governing_line
    at_reported = reaches(reported, lines[governing])
    guarantees = _guarantees(season, case, lived)
    supported, was = season.supported(case), case.status
    _move(season, case, pc_fen, dibao, guarantees, at_reported if levers.register_income == "reported" else at[governing])
    case.years_out = case.years_out + 1 if case.status == EXITED else 0
    fed = reaches(pc_fen, future.dibao_line(year)) or dibao > 0
    points = _points(season, case, pc_fen, dibao, lived, guarantees)
    paper = at_reported and not at[governing]
    return Row(
        *(wage, business, property_, transfer, dibao, total, pc_fen, reported),
        status=case.status,
        route=case.route,
        begun=tuple(case.begun),
        industry_alive=None if case.project is None else case.project.alive,
        placed=(case.slots[0].placed is not None, case.slots[1].placed is not None),
        post=case.post_year == year,
        shares=case.shares is not None,
        land=case.land_let,
        loan=case.loan_running(year, future),
        defaulted=case.loan is not None and case.loan.defaulted is not None,
        local=case.local_year == year,
        housed=case.house is not None,
        safe=case.safe(year),
        enrolled_social=lived.enrolled,
        supported=supported,
        ill=lived.ill,
        crop_lost=lived.crop_lost,
        job_lost=lived.job_lost,
        at_fixed=at["fixed"],
        at_moving=at["moving"],
        at_indexed=at["indexed"],
        held=_all_required(season, guarantees),
        guaranteed=fed and all(guarantees.values()),
        paper=paper,
        paper_exit=paper and was != EXITED and case.status == EXITED,
        points=points,
        sheet=points >= n["household_score_pass"],
        stable=case.years_out >= n["stable_years"],
        removed=case.status == REMOVED,
        unrounded=lived.sources,
    )


def _a_head(case: Case, total: int) -> int:
    return math.floor(total / case.home.members + 0.5)


def _only_reported(season: Season, case: Case, lived: Lived) -> float:
    """Yuan that a report counts as income and a household never sees."""
    n = season.future.n
    reimbursed = n["medical_reimbursement"] if lived.ill and (case.home.insured or lived.covered) else 0.0
    return n["paper_expected_share"] * max(0.0, lived.expected - lived.gained) + reimbursed


def _guarantees(season: Season, case: Case, lived: Lived) -> dict[str, bool]:
    """Step 11, but for food and clothing."""
    h = case.home
    return {"school": h.schooled or lived.schooled, "medical": h.insured or lived.covered, "housing": case.safe(season.year)}


def _all_required(season: Season, guarantees: Mapping[str, bool]) -> bool:
    return all(guarantees[name] for name in season.scenario.levers.exit_requires)


def _move(season: Season, case: Case, pc_fen: int, dibao: int, guarantees: Mapping[str, bool], at_line: bool) -> None:
    """Step 12: one move at most."""
    year, future, held = season.year, season.future, _all_required(season, guarantees)
    if case.registered:
        by_income = at_line and reaches(pc_fen, future.dibao_line(year))
        by_dibao = case.home.labour_units == 0 and dibao > 0
        if held and (by_income or by_dibao):
            case.status, case.exit_year, case.route = EXITED, year, "income" if by_income else "dibao"
    elif case.status == EXITED and (pc_fen < fen(future.identification_line(year)) or not held):
        case.status, case.route = RE_ENTERED, None


def _points(season: Season, case: Case, pc_fen: int, dibao: int, lived: Lived, guarantees: Mapping[str, bool]) -> float:
    """The province's score sheet (P02)."""
    n, h = season.future.n, case.home
    line = season.future.line("household", season.scenario.levers.governing_line, season.year)
    in_full = h.labour_units == 0 and (dibao > 0 or reaches(pc_fen, line))
    pensioned = h.elderly == 0 or h.sources[3] > 0 or lived.enrolled
    helped = case.helped is not None and case.helped < season.year
    parts = {
        "income": 1.0 if in_full else min(1.0, max(0, pc_fen) / (line * 100)),
        "school": guarantees["school"],
        "pension": pensioned,
        "housing": guarantees["housing"],
        "medical": guarantees["medical"],
        "project": helped,
    }
    return sum(n[f"household_points_{name}"] * part for name, part in parts.items())


def village_row(season: Season, common: Common, total_fen: float, dividends_fen: float) -> VillageRow:
    """Step 13: the village's mean, its lines, its exit, its services, its sheet. All income is tallied in fen (page, 6)."""
    village, future, year, n = season.village, season.future, season.year, season.future.n
    own = fen(season.works.capital(year) * n["collective_return"] * common.operator) / 100
    collective = dividends_fen / 100 + own
    growth = future.provincial_income(year) / future.provincial_income(BASE)
    mean = village.mean(total_fen, village.other_income * growth * common.local * common.world, collective)
    at = {which: reaches(fen(mean), future.line("village", which, year)) for which in LINES}
    registered = sum(case.home.members * case.home.weight for case in season.cases if case.registered)
    few = registered <= n["village_not_exited_share"] * village.residents
    standing = season.works.standing(village, year, future)
    points = int(few * n["village_points_people"])
    points += int((fen(collective) >= fen(n["village_own_funds"])) * n["village_points_funds"])
    points += int(sum(standing[service] for service in ON_THE_SHEET) * n["village_points_service"])
    return VillageRow(
        mean=mean,
        at_fixed=at["fixed"],
        at_moving=at["moving"],
        at_indexed=at["indexed"],
        exits=at["fixed"] and few,
        filled=season.works.filled(village, year, future),
        standing=standing,
        services=all(standing[service] for service in SERVICES),
        collective=collective,
        collective_own=own,
        points=points,
        sheet=points >= n["village_score_pass"],
        reserve=sum(c.loan.principal * c.home.weight for c in season.cases if c.loan is not None and c.loan.defaulted == year),
    )

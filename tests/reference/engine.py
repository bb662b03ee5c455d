"""One draw of a register under a scenario: the steps of a year in their order (page, 3)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simlib.facts import Facts
from simlib.registry.tables import Registry
from simlib.scenario import Scenario

from .choose import PlanRow, choose_annually, follow_plan
from .future import BASE, FIRST, Future, fen, future_of, reaches
from .incomes import Common, Sources, common_of, grow, incomes_of
from .ledger import Account, LedgerRow, Quotas, Season, open_season, quotas_of, settle
from .people import EXITED, RE_ENTERED, Case, Village, new_case, villages_of
from .plan import make_fixed_plan
from .running import enter, run_on


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
    status: str
    route: str | None
    begun: tuple[str, ...]
    industry_alive: bool | None
    placed: tuple[bool, bool]
    post: bool
    shares: bool
    enrolled_social: bool
    at_fixed: bool
    at_moving: bool
    held: bool
    unrounded: Sources


@dataclass(frozen=True)
class VillageRow:
    """A village in a year; the mean in yuan a head."""

    mean: float
    at_fixed: bool
    at_moving: bool
    exits: bool


@dataclass(frozen=True)
class Outcome:
    """One draw, by household and year, village, fund, payer and year, and so on as the types say."""

    rows: dict[tuple[str, int], Row] = field(default_factory=dict)
    ledger: dict[tuple[str, str, str, int], LedgerRow] = field(default_factory=dict)
    spending: dict[tuple[str, int, str, str], int] = field(default_factory=dict)
    villages: dict[tuple[str, int], VillageRow] = field(default_factory=dict)


def run_draw(
    registry: Registry,
    scenario: Scenario,
    facts: Facts,
    seed: int,
    luck: int | None,
    years: Sequence[int],
    plan: Iterable[PlanRow] | None = None,
) -> Outcome:
    """Draw `luck` (None: the central row) over years from 2016 on; mode `plan` needs a plan, `fixed` makes its own."""
    if list(years) != list(range(FIRST, FIRST + len(years))):
        raise ValueError(f"years run from {FIRST} on without a gap, not {list(years)}")
    facts = scenario.resolve_facts(facts)
    rows = _plan_rows(registry, scenario, facts, plan)
    future, villages = future_of(scenario, facts, seed, luck), villages_of(registry, facts)
    quotas = quotas_of(villages, scenario, facts, future)
    outcome = Outcome()
    for village in villages:
        homes = {h.id for h in village.households}
        own = [row for row in rows if row.household_id in homes]
        _run_village(village, quotas[village.id], scenario, future, years, own, outcome)
    return outcome


def _plan_rows(registry: Registry, scenario: Scenario, facts: Facts, plan: Iterable[PlanRow] | None) -> Sequence[PlanRow]:
    mode = scenario.levers.allocation.mode
    if mode == "annual":
        return []
    if plan is None and mode == "plan":
        raise ValueError("mode plan needs the rows of its plan")
    return make_fixed_plan(registry, scenario, facts) if plan is None else [PlanRow(*row) for row in plan]


def _run_village(
    village: Village,
    quotas: Quotas,
    scenario: Scenario,
    future: Future,
    years: Sequence[int],
    waiting: list[PlanRow],
    outcome: Outcome,
) -> None:
    cases = [new_case(h, future) for h in village.households]
    carried: dict[Account, int] = {}
    for year in years:
        season = open_season(village, cases, year, scenario, future, quotas, carried)  # 1
        for case in cases:
            enter(case, year, future)  # 2
            run_on(case, year, future)  # 3
        if scenario.levers.allocation.mode == "annual":  # 4
            choose_annually(season)
        else:
            follow_plan(season, waiting)
        _live(season, outcome)  # 5 to 13
        ledger = settle(season, quotas, carried)  # 14
        carried = {account: row.carried_out for account, row in ledger.items()}
        outcome.ledger.update({(village.id, *account, year): row for account, row in ledger.items()})
        spent = {(village.id, year, *which): amount for which, amount in season.spent.items() if amount}
        outcome.spending.update(spent)


def _live(season: Season, outcome: Outcome) -> None:
    """Incomes of the year, verdicts on households, and the village."""
    common = common_of(season)
    collective = total = 0.0
    for case in season.cases:
        grow(case, season.year, season.future)
        sources, enrolled, to_village = incomes_of(season, common, case)
        row = _judged(season, case, sources, enrolled)
        outcome.rows[case.home.id, season.year] = row
        case.pc_fen = row.pc_fen
        collective += to_village * case.home.weight
        total += row.total_fen * case.home.weight
    outcome.villages[season.village.id, season.year] = _village_row(season, total, collective, common)


def _judged(season: Season, case: Case, sources: Sources, enrolled: bool) -> Row:
    """Steps 10 to 12: to the fen, the guarantees, exit and re-entry."""
    wage, business, property_, transfer, dibao = map(fen, sources)
    total = wage + business + property_ + transfer + dibao
    pc_fen = math.floor(total / case.home.members + 0.5)
    lines = {which: season.future.line("household", which, season.year) for which in ("fixed", "moving")}
    at = {which: reaches(pc_fen, line) for which, line in lines.items()}
    held = _guarantees(season, case, enrolled)
    _move(season, case, pc_fen, dibao, held, at[season.scenario.levers.governing_line])
    return Row(
        *(wage, business, property_, transfer, dibao, total, pc_fen),
        status=case.status,
        route=case.route,
        begun=tuple(case.begun),
        industry_alive=None if case.project is None else case.project.alive,
        placed=(case.slots[0].placed is not None, case.slots[1].placed is not None),
        post=case.post_year == season.year,
        shares=case.shares is not None,
        enrolled_social=enrolled,
        at_fixed=at["fixed"],
        at_moving=at["moving"],
        held=held,
        unrounded=sources,
    )


def _guarantees(season: Season, case: Case, enrolled: bool) -> bool:
    """Step 11: every guarantee that the scenario's exit requires."""
    h = case.home
    guarantees = {"school": h.schooled or enrolled, "medical": h.insured or enrolled, "housing": h.housed}
    return all(guarantees[name] for name in season.scenario.levers.exit_requires)


def _move(season: Season, case: Case, pc_fen: int, dibao: int, held: bool, at_line: bool) -> None:
    """Step 12: one move at most."""
    year, future = season.year, season.future
    if case.registered:
        by_income = at_line and reaches(pc_fen, future.dibao_line(year))
        by_dibao = case.home.labour_units == 0 and dibao > 0
        if held and (by_income or by_dibao):
            case.status, case.exit_year, case.route = EXITED, year, "income" if by_income else "dibao"
    elif case.status == EXITED and (pc_fen < fen(future.identification_line(year)) or not held):
        case.status, case.route = RE_ENTERED, None


def _village_row(season: Season, total_fen: float, collective: float, common: Common) -> VillageRow:
    """Step 13: the village's mean, its lines, its exit."""
    village, future, year = season.village, season.future, season.year
    growth = future.provincial_income(year) / future.provincial_income(BASE)
    mean = village.mean(total_fen, village.other_income * growth * common.local * common.world, collective)
    lines = {which: future.line("village", which, year) for which in ("fixed", "moving")}
    at = {which: reaches(fen(mean), line) for which, line in lines.items()}
    poor = sum(case.home.members * case.home.weight for case in season.cases if case.registered)
    few = poor <= future.n["village_not_exited_share"] * village.residents
    return VillageRow(mean, at["fixed"], at["moving"], at["fixed"] and few)

"""One draw of a register under a scenario: the steps of a year in their order (page, 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simlib.facts import Facts
from simlib.registry.tables import Registry
from simlib.scenario import Scenario

from .choose import choose_annually
from .future import FIRST, Future, fen, future_of
from .incomes import common_of, grow, lived_by
from .ledger import LedgerRow, Season, open_season, settle
from .people import new_case
from .plan import PlanRow, follow_plan, make_fixed_plan
from .projects import build
from .quotas import Account, Quotas, quotas_of
from .running import enter, run_on
from .verdicts import Row, VillageRow, judged, village_row
from .village import Village, Works, villages_of


@dataclass(frozen=True)
class Outcome:
    """One draw: rows by household and year, the ledger by village, fund, payer and year, spending by village, year, measure and fund.

    Spending on `works` is part of what the village's services and capital cost; the principal in `credit` is no cost.
    """

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
    cases, works = [new_case(h, future) for h in village.households], Works()
    carried: dict[Account, int] = {}
    for year in years:
        season = open_season(village, cases, works, year, scenario, future, quotas, carried)  # 1
        for case in cases:
            enter(case, season)  # 2
            run_on(case, season)  # 3
        works.close(village, year, future)
        build(season)  # 4
        if scenario.levers.allocation.mode == "annual":
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
    dividends = total = 0.0  # fen
    for case in season.cases:
        grow(case, season.year, season.future)
        lived = lived_by(season, common, case)
        row = judged(season, case, lived)
        outcome.rows[case.home.id, season.year] = row
        case.pc_fen = row.pc_fen
        dividends += fen(lived.to_village) * case.home.weight
        total += row.total_fen * case.home.weight
    outcome.villages[season.village.id, season.year] = village_row(season, common, total, dividends)

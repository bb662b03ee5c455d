"""Plans: the one of mode `fixed`, for which the rule is run once on the base year, and the following of one (page, 5)."""

from collections.abc import Sequence
from typing import NamedTuple

from simlib.facts import Facts
from simlib.registry.tables import Registry
from simlib.scenario import Scenario

from .choose import choose_annually
from .future import Future, future_of
from .homes import CHOSEN
from .ledger import Season, open_season, settle
from .measures import DAYS, begin, held, labour_of, shut_out
from .people import Case, new_case
from .projects import build
from .quotas import Account, Quotas, quotas_of
from .running import enter, run_on
from .village import Village, Works, villages_of


class PlanRow(NamedTuple):
    """Money planned for a measure of a household, in fen from one fund."""

    household_id: str
    year: int
    measure: str
    fund: str
    fen: int


def make_fixed_plan(registry: Registry, scenario: Scenario, facts: Facts) -> list[PlanRow]:
    """The rule's rows for the years of the horizon: incomes as registered, nobody exits, no luck, central values.

    Villages in key order, then years, rounds, measures, households in key order; who straddles two funds has two rows.
    """
    facts = scenario.resolve_facts(facts)
    future, villages = future_of(scenario, facts, 0, None), villages_of(registry, facts)
    quotas = quotas_of(villages, scenario, facts, future)
    return [row for village in villages for row in _village_plan(village, quotas[village.id], scenario, future)]


def _village_plan(village: Village, quotas: Quotas, scenario: Scenario, future: Future) -> list[PlanRow]:
    cases, works = [new_case(h, future) for h in village.households], Works()
    carried: dict[Account, int] = {}
    rows: list[PlanRow] = []
    first, last = scenario.levers.horizon
    for year in range(first, last + 1):
        season = open_season(village, cases, works, year, scenario, future, quotas, carried)
        for case in cases:
            enter(case, season, lucky=False)
            run_on(case, season, lucky=False)
        build(season)
        choose_annually(season)
        rows += _tagged(season)
        carried = {account: row.carried_out for account, row in settle(season, quotas, carried).items()}
    return rows


def _tagged(season: Season) -> list[PlanRow]:
    """The year's money: each round's funds for a measure, in the order of its list, laid along its households in key order."""
    rows = []
    for place, round_ in enumerate(season.scenario.levers.rounds):
        for measure, lever in round_.measures.items():
            paid = {fund: season.paid.get((place, measure, fund), 0) for fund in lever.funds}
            for case in season.cases:
                due = sum(fen for *what, fen in season.costs if what == [place, measure, case.home.id])
                for fund in lever.funds:
                    part = min(due, paid[fund])
                    due, paid[fund] = due - part, paid[fund] - part
                    if part > 0:
                        rows.append(PlanRow(case.home.id, season.year, measure, fund, part))
    return rows


def follow_plan(season: Season, waiting: list[PlanRow]) -> None:
    """Begin what is due and can be begun, in key order; what was begun leaves the list of those waiting.

    The rows of one household, planned year and measure are begun together or not at all.
    """
    stopped: set[str] = set()
    for case in season.cases:
        for due in _due(case, waiting, season.year):
            measure = due[0].measure
            enough = season.labour_left(case) >= labour_of(measure, season.future)
            if not case.registered or not enough or held(case, measure, season.year) or shut_out(case, measure):
                continue
            stopped |= {row.fund for row in due if row.fen > season.budget.get(row.fund, 0)}
            if stopped.isdisjoint(row.fund for row in due):
                for row in due:
                    season.pay(measure, row.fund, row.fen)
                    waiting.remove(row)
                begin(season, case, measure, sum(row.fen for row in due) / 100 / case.home.weight)


def _due(case: Case, waiting: Sequence[PlanRow], year: int) -> list[list[PlanRow]]:
    """A household's waiting rows by planned year and measure, in that order; a post's and day work's wait for no later year."""
    bundles: dict[tuple[int, int], list[PlanRow]] = {}
    for row in waiting:
        in_time = row.year == year if row.measure in DAYS else row.year <= year
        if row.household_id == case.home.id and in_time:
            bundles.setdefault((row.year, CHOSEN.index(row.measure)), []).append(row)
    return [bundles[key] for key in sorted(bundles)]

"""The plan of mode `fixed`: the rule run once, on the base year (page, 5)."""

from simlib.facts import Facts
from simlib.registry.tables import Registry
from simlib.scenario import Scenario

from .choose import PlanRow, choose_annually
from .future import Future, future_of
from .ledger import Account, Quotas, Season, open_season, quotas_of, settle
from .people import Village, new_case, villages_of
from .running import enter, run_on


def make_fixed_plan(registry: Registry, scenario: Scenario, facts: Facts) -> list[PlanRow]:
    """The rule's rows for the years of the horizon: incomes as registered, nobody exits, no luck, central values.

    Villages in key order, then years, measures, households in key order; who straddles two funds has two rows.
    """
    facts = scenario.resolve_facts(facts)
    future, villages = future_of(scenario, facts, 0, None), villages_of(registry, facts)
    quotas = quotas_of(villages, scenario, facts, future)
    return [row for village in villages for row in _village_plan(village, quotas[village.id], scenario, future)]


def _village_plan(village: Village, quotas: Quotas, scenario: Scenario, future: Future) -> list[PlanRow]:
    cases = [new_case(h, future) for h in village.households]
    carried: dict[Account, int] = {}
    rows: list[PlanRow] = []
    first, last = scenario.levers.horizon
    for year in range(first, last + 1):
        season = open_season(village, cases, year, scenario, future, quotas, carried)
        for case in cases:
            enter(case, year, future)
            run_on(case, year, future, lucky=False)
        choose_annually(season)
        rows += _tagged(season)
        carried = {account: row.carried_out for account, row in settle(season, quotas, carried).items()}
    return rows


def _tagged(season: Season) -> list[PlanRow]:
    """The year's money: each measure's funds, in the order of its list, laid along its households in key order."""
    rows = []
    for measure, funds in _funds_in_order(season.scenario).items():
        spent = {fund: season.spent.get((measure, fund), 0) for fund in funds}
        for case in season.cases:
            due = sum(amount for home, m, amount in season.costs if (home, m) == (case.home.id, measure))
            for fund in funds:
                part = min(due, spent[fund])
                due, spent[fund] = due - part, spent[fund] - part
                if part > 0:
                    rows.append(PlanRow(case.home.id, season.year, measure, fund, part))
    return rows


def _funds_in_order(scenario: Scenario) -> dict[str, list[str]]:
    """Each measure's funds as its rounds name them, the first round's first."""
    order: dict[str, list[str]] = {}
    for round_ in scenario.levers.rounds:
        for measure, lever in round_.measures.items():
            known = order.setdefault(measure, [])
            known += [fund for fund in lever.funds if fund not in known]
    return order

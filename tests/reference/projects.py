"""Village projects: what a poor village's own funds pay before any household is asked (page, 5)."""

import math

from .future import fen
from .ledger import Season


def build(season: Season) -> None:
    """Technique, the service point, services, collective capital, in this order; a part of the last two may be paid as day wages."""
    if not season.village.poor:
        return
    opening = dict(season.budget)
    _technique(season)
    _ecommerce(season)
    spent = _services(season, opening) + _collective(season, opening)
    season.budget["works"] = math.floor(season.scenario.levers.village.local_jobs_share * spent)


def _technique(season: Season) -> None:
    lever = season.scenario.levers.village.technique
    if lever is not None and season.holds(lever.funds) >= fen(lever.amount):
        season.pay_in_order("technique", lever.funds, fen(lever.amount))
        season.works.technique.add(season.year)


def _ecommerce(season: Season) -> None:
    lever = season.scenario.levers.village.ecommerce
    if lever is not None and season.works.opened is None and season.holds(lever.funds) >= fen(lever.amount):
        season.pay_in_order("ecommerce", lever.funds, fen(lever.amount))
        season.works.opened = season.year


def _services(season: Season, opening: dict[str, int]) -> int:
    lever = season.scenario.levers.village.services
    if lever is None:
        return 0
    needed = sum(season.village.needs(season.future.central).values()) - sum(season.works.services.values())
    most = math.floor(lever.money_share * sum(opening.get(fund, 0) for fund in lever.funds))
    amount = min(most, needed, season.holds(lever.funds))
    season.pay_in_order("village_services", lever.funds, amount)
    season.works.services[season.year] = amount
    return amount


def _collective(season: Season, opening: dict[str, int]) -> int:
    lever = season.scenario.levers.village.collective
    if lever is None:
        return 0
    most = math.floor(lever.money_share * sum(opening.get(fund, 0) for fund in lever.funds))
    amount = min(most, season.holds(lever.funds))
    season.pay_in_order("collective", lever.funds, amount)
    season.works.collective[season.year] = amount
    return amount

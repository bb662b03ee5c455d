"""What each account of a village is entitled to, in integer fen (page, 4)."""

import math
from collections.abc import Sequence
from fractions import Fraction

from simlib.facts import Facts
from simlib.scenario import Scenario

from .future import BASE, CLOSING, FIRST, WORKS, Future, factor, fen
from .village import Village

HOUSEHOLD_PAYERS = ("province", "guangzhou", "home_city")
POOL_PAYERS = ("city_budget", "soe", "district")
PAYER_OF = {"city_unit": "city_budget", "soe": "soe", "district": "district"}
YEARS = range(FIRST, CLOSING + 1)

Account = tuple[str, str]  # fund, payer
Quotas = dict[Account, dict[int, int]]  # fen by year; accounts in the order in which a fund's payers are drawn on


def split(total: int, weights: Sequence[float]) -> list[int]:
    """A whole sum in proportion to weights by largest remainder; ties to the earlier."""
    exact = [Fraction(weight) for weight in weights]
    shares = [total * weight / sum(exact) for weight in exact]
    pieces = [math.floor(share) for share in shares]
    by_remainder = sorted(range(len(pieces)), key=lambda i: (pieces[i] - shares[i], i))
    for i in by_remainder[: total - sum(pieces)]:
        pieces[i] += 1
    return pieces


def quotas_of(villages: Sequence[Village], scenario: Scenario, facts: Facts, future: Future) -> dict[str, Quotas]:
    """The quotas of every village's accounts; `villages` are all of the register, in key order."""
    shared: dict[str, Quotas] = {}
    for programme in {village.programme for village in villages}:  # each has its own pots
        shared |= _pool([village for village in villages if village.programme == programme], scenario, facts, future)
    return {v.id: _household_fund(v, scenario, facts) | _others(v, scenario, facts, future) | shared[v.id] for v in villages}


def _funded(village: Village) -> float:
    return sum(h.members * h.weight for h in village.households if h.funded)


def _household_fund(village: Village, scenario: Scenario, facts: Facts) -> Quotas:
    lever = scenario.levers.funds.household
    total = fen(facts["household_fund_per_person"] * _funded(village))
    of_payers = split(total, [facts[f"household_fund_parts_{payer}"] for payer in HOUSEHOLD_PAYERS])
    quotas: Quotas = {}
    for payer, part in zip(HOUSEHOLD_PAYERS, of_payers, strict=True):
        thirds = enumerate(split(part, [1, 1, 1]), FIRST + lever.delay_years)
        quotas["household", payer] = {year: math.floor(third * getattr(lever.paid, payer)) for year, third in thirds}
    return quotas


def _others(village: Village, scenario: Scenario, facts: Facts, future: Future) -> Quotas:
    """The sector's money for funded people everywhere; for poor villages guidance, donations and the province's programme."""
    levers = scenario.levers.funds
    by_people = fen(levers.sector.yuan_per_person * _funded(village))
    quotas: Quotas = {("sector", "province"): dict.fromkeys(YEARS, by_people)}
    if village.poor:
        full = {year: fen(facts[f"guidance_village_{year}"] * levers.guidance.factor) for year in YEARS}
        late = {year + levers.guidance.delay_years: math.floor(amount * levers.guidance.paid) for year, amount in full.items()}
        halves = split(math.floor(fen(facts["village_programme_yuan"]) * levers.village_programme.paid), [1, 1])
        quotas["guidance", PAYER_OF[village.helper_type]] = late
        quotas["donations", "society"] = _donations(village, scenario, future)
        quotas["village_programme", "province"] = dict(zip((FIRST + 1, FIRST + 2), halves, strict=True))
    return quotas


def _donations(village: Village, scenario: Scenario, future: Future) -> dict[int, int]:
    """What arrives of what was promised: the village's own luck by year."""
    lever, n = scenario.levers.funds.donations, future.n
    quota = math.floor(fen(lever.yuan_per_village) * lever.paid)
    z = {year: future.normals(village.key, year, WORKS)[2] for year in YEARS}
    arrives = {year: n["donations_received"] * factor(n["sd_donations"], z[year]) for year in YEARS}
    return {year: math.floor(quota * part) for year, part in arrives.items()}


def _pool(villages: Sequence[Village], scenario: Scenario, facts: Facts, future: Future) -> dict[str, Quotas]:
    """What is allotted over the poor villages of a programme: each payer's pot of the pool, and special support always by the gaps."""
    poor, funds = [village for village in villages if village.poor], scenario.levers.funds
    line = facts["village_line_share"] * future.provincial_income(BASE)
    gaps = [max(0.0, line - base_mean(village)) * village.residents for village in poor]
    equal = [1.0] * len(poor)
    by_gap = gaps if any(gaps) else equal
    quotas: dict[str, Quotas] = {village.id: {} for village in villages}
    for payer in POOL_PAYERS if poor else ():
        pot = fen(facts["pool_village"]) * sum(PAYER_OF[village.helper_type] == payer for village in poor)
        weights = equal if funds.pool.rule == "equal" else by_gap
        for village, part in zip(poor, split(math.floor(pot * funds.pool.paid), weights), strict=True):
            quotas[village.id]["pool", payer] = {FIRST + 1: part}
    for village, part in zip(poor, split(fen(funds.contingency.yuan), by_gap) if poor else [], strict=True):
        quotas[village.id]["contingency", "guangzhou"] = {funds.contingency.year: part}
    return quotas


def base_mean(village: Village) -> float:
    """The village's mean income in the base year."""
    return village.mean(sum(h.base_fen * h.weight for h in village.households), village.other_income)

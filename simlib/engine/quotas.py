"""What crosses villages and groups is decided here, before any draw: entitlements, and what village projects cost (docs/model.md, 4, 5)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Groups
from simlib.engine.registered import Places
from simlib.engine.state import BASE_YEAR, ITEMS, Item
from simlib.facts import Facts, lines
from simlib.funds import ACCOUNTS, Payment, VillageMoney, entitlements, share_out
from simlib.money import FEN_PER_YUAN, fen_array, to_fen
from simlib.scenario import Scenario

SCORE_DIGITS = 9
"""Places to which differences of scores are exact: 0.90 - 0.85 is 0.05."""
FEN_DIGITS = 3
"""Places of a fen below which a product of a cost and a score is rounding error."""
COSTS = (
    "service_cost_roads",
    "service_cost_water",
    "service_cost_power",
    "service_cost_school",
    "service_cost_clinic",
    "service_cost_sanitation",
    "service_cost_broadband",
)
"""Facts: yuan a village for a whole point of score, in the order of SERVICES."""

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


class VillageItems(NamedTuple):
    """What village projects cost, as fields of the same names in `simlib.engine.state.Groups`."""

    items: I64  # fen [group, Item], zero where there are no village projects
    need: I64  # fen [village]
    stands: I64  # fen [village, service]
    lack: F64  # [village], a share of the whole score


def payment(scenario: Scenario) -> Payment:
    """The funds part of a scenario's levers, as `simlib.funds` takes it."""
    funds = scenario.levers.funds
    return Payment(
        household_paid={payer: getattr(funds.household.paid, payer) for payer in ("province", "guangzhou", "home_city")},
        household_delay=funds.household.delay_years,
        guidance_paid=funds.guidance.paid,
        guidance_delay=funds.guidance.delay_years,
        guidance_factor=funds.guidance.factor,
        pool_paid=funds.pool.paid,
        pool_rule=funds.pool.rule,
        sector_per_person=funds.sector.yuan_per_person,
        donations_per_village=funds.donations.yuan_per_village,
        donations_paid=funds.donations.paid,
        contingency_yuan=funds.contingency.yuan,
        contingency_year=funds.contingency.year,
        village_programme_paid=funds.village_programme.paid,
    )


def village_money(places: Places, facts: Facts) -> VillageMoney:
    """What the funds ask of villages, with the gaps of their base-year means to the village line."""
    line = lines.moving_line(facts["village_line_share"], facts[f"provincial_income_{BASE_YEAR}"])
    return VillageMoney(places.funded, places.is_poor, places.payer, np.maximum(0.0, line - places.mean) * places.residents)


def entitled(places: Places, scenario: Scenario, facts: Facts, years: Sequence[int]) -> I64:
    """Entitled fen of every village by year and account; each programme has pots of its own. -> int64[village, year, account]"""
    money, paid = village_money(places, facts), payment(scenario)
    out = np.zeros((len(places.funded), len(years), len(ACCOUNTS)), dtype=np.int64)
    for programme in dict.fromkeys(places.programme):
        own = np.flatnonzero(places.programme == programme)
        out[own] = entitlements(_of_some(money, own), paid, facts, years)
    return out


def _of_some(money: VillageMoney, own: NDArray[np.intp]) -> VillageMoney:
    """Some of the villages."""
    payer = tuple(money.payer[village] for village in own)
    return VillageMoney(money.funded_people[own], money.is_poor[own], payer, money.gap_yuan[own])


def village_items(places: Places, groups: Groups, scenario: Scenario, facts: Facts) -> VillageItems:
    """What village projects cost each group, and what services lack in each village (docs/model.md, 5 and 13).

    `need` is what it costs to bring all services of a village up to the provincial value, `stands` the money spent on services from which
    on each is near enough to it, 0 where it is so in 2015. A score that is not known counts as one that lacks nothing. Items are zero in
    villages that are not poor and for what the scenario does not do; need, stands and lack are the villages' own, whatever it does.
    """
    short, near, cost = _shortfalls(places, facts)
    gaps = fen_array(cost * short)
    need, before = gaps.sum(axis=1), np.cumsum(gaps, axis=1) - gaps
    to_near = np.ceil(np.round(cost * FEN_PER_YUAN * near, FEN_DIGITS)).astype(np.int64)
    return VillageItems(
        items=over_groups(_costs(need, places.is_poor, scenario), groups),
        need=need,
        stands=np.where(to_near > 0, before + np.minimum(to_near, gaps), 0),
        lack=short.mean(axis=1),
    )


def _shortfalls(places: Places, facts: Facts) -> tuple[F64, F64, F64]:
    """What services lack of the provincial score and of being near it, [village, service], and yuan for a whole point, [service]."""
    scores = np.where(np.isnan(places.scores), facts["service_provincial"], places.scores)
    short = _at_least_nothing(facts["service_provincial"] - scores)
    return short, _at_least_nothing(short - facts["service_tolerance"]), np.array([facts[key] for key in COSTS])


def _at_least_nothing(difference: F64) -> F64:
    return np.maximum(0.0, np.asarray(np.round(difference, SCORE_DIGITS), dtype=np.float64))


def _costs(need: I64, is_poor: NDArray[np.bool_], scenario: Scenario) -> I64:
    """What a year's projects of whole villages would cost, in poor villages alone. -> int64 fen[village, Item]"""
    village = scenario.levers.village
    costs = np.zeros((len(need), ITEMS), dtype=np.int64)
    costs[:, Item.TECHNIQUE] = 0 if village.technique is None else to_fen(village.technique.amount)
    costs[:, Item.ECOMMERCE] = 0 if village.ecommerce is None else to_fen(village.ecommerce.amount)
    costs[:, Item.NEED] = 0 if village.services is None else need
    return np.asarray(np.where(is_poor[:, None], costs, 0), dtype=np.int64)


def over_groups(of_village: I64, groups: Groups) -> I64:
    """What villages have, shared over their groups by heads, largest remainder. int64[village, ...] -> int64[group, ...]"""
    number = groups.last - groups.first
    out = np.repeat(of_village, number, axis=0)
    for village in np.flatnonzero(number > 1):
        own = slice(groups.first[village], groups.last[village])
        out[own] = share_out(of_village[village], groups.heads[own].tolist())
    return out

"""A scenario's rounds as numbers: who may have what at which cost, from which funds, and how far a round reaches (docs/model.md, 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.arrays import Groups, Rounds, Table
from simlib.engine.plans import Planned
from simlib.engine.registered import Brought
from simlib.engine.state import (
    LABOUR_PARTS,
    NO_LIMIT,
    PLANNED_FUNDS,
    SLOTS,
    VILLAGE_ITEMS,
    Fund,
    Measure,
    Order,
    Village,
)
from simlib.errors import InputError
from simlib.facts import Facts
from simlib.measures import CHOSEN_MEASURES, Starts
from simlib.measures.housing import capacity
from simlib.measures.public_post import posts
from simlib.money import fen_array, to_fen
from simlib.scenario import Scenario

MOST_SLOTS = 30  # bits of a mask in 32
YEARLY = tuple(measure.key for measure in CHOSEN_MEASURES if measure.yearly)

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


class Slot(NamedTuple):
    """One measure in one round."""

    which: int  # the round
    measure: int  # place in CHOSEN_MEASURES
    lever: Any  # simlib.scenario's, with the funds and the amount


def slots_of(scenario: Scenario) -> list[Slot]:
    """Every measure of every round, in order."""
    keys = [measure.key for measure in CHOSEN_MEASURES]
    rounds = scenario.levers.rounds
    return [Slot(place, keys.index(key), lever) for place, one in enumerate(rounds) for key, lever in one.measures.items()]


@dataclass(frozen=True)
class Choices:
    """What the register allows each household in each slot, and what it would cost in the first year and later."""

    may: I64  # [household]: bits of slots
    cost: I64  # fen [household, slot, 0 first year | 1 later], weighted
    capital: F64  # yuan of one household, likewise


def choices(scenario: Scenario, start: Starts, brought: Brought, facts: Facts) -> Choices:
    """Who may have what, at what cost; decided for one household of each kind, since a register has few."""
    kind, one = _kinds(start, brought)
    alike = Starts(**{name: values[one] for name, values in vars(start).items()})
    decided = _choices(scenario, alike, brought.consents[:, one], brought.heads[one], facts)
    return Choices(decided.may[kind], decided.cost.take(kind, axis=0), decided.capital.take(kind, axis=0))


def _kinds(start: Starts, brought: Brought) -> tuple[I64, I64]:
    """Households that are alike in all that choices hang on: the kind of each, and the place of one household of each kind."""
    kind, found = pd.factorize((brought.kind * (SLOTS + 1) + start.idle) * 2 + start.cannot_leave)  # brought.kind has all the rest
    one = np.zeros(len(found), dtype=np.int64)
    one[kind] = np.arange(len(kind))
    return kind, one


def _choices(scenario: Scenario, start: Starts, consents: NDArray[np.bool_], heads: F64, facts: Facts) -> Choices:
    """Choices of some households; consents[measure, household]."""
    slots, people = slots_of(scenario), len(heads)
    may = np.zeros(people, dtype=np.int64)
    cost = np.zeros((people, max(1, len(slots)), 2), dtype=np.int64)
    capital = np.zeros(cost.shape)
    for place, slot in enumerate(slots):
        measure = CHOSEN_MEASURES[slot.measure]
        allowed = measure.eligible(start) & consents[slot.measure] & _who(scenario, start, slot.which)
        may |= allowed.astype(np.int64) << place
        yuan, price = measure.put_in(start, slot.lever.amount), measure.price(facts)
        first = facts["first_year_months"] / 12 if slot.measure in (Measure.PUBLIC_POST, Measure.LOCAL_JOBS) else 1.0
        for later, part in enumerate((first, 1.0)):
            capital[:, place, later] = yuan * part
            cost[:, place, later] = np.floor(fen_array(yuan * part * price) * heads + 0.5).astype(np.int64)
    return Choices(may, cost, capital)


def _who(scenario: Scenario, start: Starts, which: int) -> NDArray[np.bool_] | bool:
    """The households that a round is meant for; True for all."""
    who = scenario.levers.rounds[which].who
    return who == "all" or (start.labour_units > 0) == (who == "labour_capable")


def rounds_of(scenario: Scenario, facts: Facts, plan: Planned, unit: int) -> Rounds:
    """The rounds, and beside them a given plan. Raises InputError for more measures than a mask has bits."""
    slots, rounds = slots_of(scenario), scenario.levers.rounds
    if len(slots) > MOST_SLOTS:
        raise InputError(f"levers.rounds: {len(slots)} measures in all; wanted {MOST_SLOTS} at most")
    labour = [round(facts[measure.labour] * LABOUR_PARTS) if measure.labour else 0 for measure in CHOSEN_MEASURES]
    ends = np.cumsum([0, *(len(one.measures) for one in rounds)])
    posts_at = [place for place, slot in enumerate(slots) if slot.measure == Measure.PUBLIC_POST]
    return Rounds(
        order=np.array([Order[one.order.upper()] for one in rounds], dtype=np.int64),
        first=ends[:-1].astype(np.int64),
        last=ends[1:].astype(np.int64),
        yearly=np.array([int(any(key in one.measures for key in YEARLY)) for one in rounds], dtype=np.int64),
        measure=np.array([slot.measure for slot in slots] or [0], dtype=np.int64),
        labour=np.array([labour[slot.measure] for slot in slots] or [0], dtype=np.int64),
        funds=_funds(slots),
        renew=posts_at[0] if posts_at else -1,
        renew_round=slots[posts_at[0]].which if posts_at else 0,
        divided=sum(1 << place for place, slot in enumerate(slots) if rounds[slot.which].order == "equal_shares"),
        labour_of=np.array(labour, dtype=np.int64),
        weight_unit=float(unit),
        plan_start=plan.start,
        plan_measure=plan.measure,
        plan_year=plan.year,
        plan_fen=plan.fen,
        stake_per_yuan=np.array([1.0 / measure.price(facts) for measure in CHOSEN_MEASURES]),
        village_funds=_village_funds(scenario),
        village_share=_village_share(scenario),
    )


def _village_funds(scenario: Scenario) -> I64:
    """The funds of each village project in the order of payment, -1 for none. -> int64[Village, place]"""
    return _in_order([lever.funds if lever else () for lever in scenario.levers.village.projects], VILLAGE_ITEMS)


def _village_share(scenario: Scenario) -> F64:
    """The share of its funds' budgets that bounds a village project; one where its cost does, 0 if not done. -> float64[Village]"""
    levers: Sequence[Any] = scenario.levers.village.projects
    bounded = (Village.SERVICES, Village.COLLECTIVE)
    return np.array([float(lever.money_share if place in bounded else 1.0) if lever else 0.0 for place, lever in enumerate(levers)])


def _funds(slots: Sequence[Slot]) -> I64:
    """The funds of each slot in the order of payment, -1 for none. -> int64[slot, place]"""
    return _in_order([slot.lever.funds for slot in slots], max(1, len(slots)))


def _in_order(named: Sequence[Sequence[str]], rows: int) -> I64:
    """Funds by name as numbers, a row each, -1 for none. -> int64[row, place]"""
    funds = np.full((rows, PLANNED_FUNDS), -1, dtype=np.int64)
    for place, names in enumerate(named):
        funds[place, : len(names)] = [Fund[name.upper()] for name in names]
    return funds


def _by_group(values: I64, groups: Groups) -> I64:
    """Sums over the households of each group. int64[household] -> int64[group]"""
    sums = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(sums[groups.end] - sums[groups.start])


def _reach(scenario: Scenario, which: int, idle: I64, table: Table, groups: Groups, unit: int, facts: Facts) -> tuple[Any, int]:
    """How many households (weighted units) of each group and how many fen a year of any a round may reach."""
    round_ = scenario.levers.rounds[which]
    if round_.reach is None:
        if "housing" in round_.measures:
            return capacity(facts["housing_capacity"]) * unit, NO_LIMIT
        if "public_post" not in round_.measures:
            return NO_LIMIT, NO_LIMIT
        workers = (_by_group(idle * table.weight, groups) / unit).tolist()
        return [posts(number, facts["public_post_share"]) * unit for number in workers], NO_LIMIT
    if round_.reach.money is not None:
        return NO_LIMIT, to_fen(round_.reach.money)
    if round_.reach.number is not None:
        return round_.reach.number * unit, NO_LIMIT
    mask = sum(1 << place for place, slot in enumerate(slots_of(scenario)) if slot.which == which)
    ever = _by_group(np.where(table.may & mask, table.weight, 0), groups) / unit
    return np.floor(ever * (round_.reach.share or 0.0) + 0.5).astype(np.int64) * unit, NO_LIMIT


def limits(scenario: Scenario, idle: I64, table: Table, groups: Groups, unit: int, facts: Facts) -> I64:
    """The reach of every round in every group. -> int64[group, round, (households, fen a year)]"""
    rounds = len(scenario.levers.rounds)
    out = np.full((len(groups.start), max(1, rounds), 2), NO_LIMIT, dtype=np.int64)
    for which in range(rounds):
        out[:, which, 0], out[:, which, 1] = _reach(scenario, which, idle, table, groups, unit, facts)
    return out

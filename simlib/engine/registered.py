"""The part of packing that a register alone decides: made once a register, and shared by all scenarios that run on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.arrays import Groups, Table
from simlib.engine.state import CONSENTED, ITEMS, SERVICES
from simlib.engine.tally import MOST_COUNTED
from simlib.errors import RunError
from simlib.funds import PAYER_OF_HELPER
from simlib.measures import CHOSEN_MEASURES
from simlib.money import fen_array
from simlib.registry import Registry
from simlib.registry.keys import entity_keys

MOST_INT = 2**62
FRACTIONS = 1024  # units of a weight, where weights are not whole numbers
HEADROOM = 64  # by which incomes may outgrow the base year's before a sum could overflow
KEPT = 2  # registers whose part is kept
CELL_LABELS = ("programme", "prefecture", "county", "helper_type")

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Labels = NDArray[Any]


class Order(NamedTuple):
    """The kernel's order of a register: by programme, then by village key, then by household key."""

    rows: I64  # places in registry.households
    keys: NDArray[np.uint64]
    ids: Labels
    villages: I64  # places in registry.villages
    village_keys: NDArray[np.uint64]
    village_ids: Labels
    village_of: I64  # of each row


class Brought(NamedTuple):
    """What households bring into a scenario beside their rows of the table, one entry a household."""

    workers: I64  # as registered, none too
    dependants: I64  # pupils, elderly, ill and disabled together
    elderly: F64
    pupils: F64
    income_pc: F64  # yuan a head, without dibao
    heads: F64  # households that a row stands for
    consents: NDArray[np.bool_]  # [measure, household]: the register knows of no refusal
    kind: I64  # one number for all who are the same in what choices hang on: numbers, weight, consent, land, credit, house


class Places(NamedTuple):
    """What the funds ask of villages, one entry a village."""

    funded: F64  # people, weighted
    is_poor: NDArray[np.bool_]
    payer: tuple[str, ...]  # of the guidance fund, "" where there is none
    in_table: F64  # people, weighted
    residents: F64  # people, more than those
    mean: F64  # yuan a head in 2015
    scores: F64  # [village, service] in the order of SERVICES, NaN where the register has none
    programme: Labels  # whose pots it shares


@dataclass(frozen=True)
class Registered:
    """A register in the kernel's order, with the labels to find the way back; none of its arrays can be written to.

    What scenario and facts decide is of length 0: in `table` idle, log_gap, social_heads, contributors, may, cost and capital, in `groups`
    quota, items, need, stands, lack and limit.
    """

    order: Order
    table: Table
    groups: Groups
    brought: Brought
    places: Places
    cells: pd.DataFrame  # CELL_LABELS; weighted people and households of each kind
    prefectures: tuple[str, ...]
    weight_unit: int


@lru_cache(maxsize=KEPT)
def registered(registry: Registry, group_limit: int, unit: int | None = None) -> Registered:
    """A register's own part, in groups of at most `group_limit` households. Raises RunError where sums could overflow.

    `unit`: that of weights where the register is part of another (default: whole weights count as they are, others in 1/1024).

    The last few are kept, each for its own Registry object: neither that nor what is kept can be changed, and a planner who moves one
    number of a scenario should not wait for the register.
    """
    households, villages = registry.households, registry.villages
    order = _ordered(households, villages)
    places = villages.iloc[order.villages]
    unit = unit or unit_of(households["weight"].to_numpy(np.float64))
    table = _table(households, order, unit)
    brought = _brought(households, order, table, unit)
    money = _places(households, places, order, table, brought.heads)
    cells, cell = _cells(places, order.village_of, table)
    prefectures = tuple(sorted(places["prefecture"].astype(str).unique()))
    groups = _groups(places, order, table, money, unit, group_limit)._replace(cell=cell, prefecture=_positions(places, prefectures))
    _freeze(order, table, groups, brought, money)
    return Registered(order, table, groups, brought, money, cells, prefectures, unit)


def _freeze(*parts: Iterable[Any]) -> None:
    """Let nobody write to the arrays among some values."""
    for value in chain(*parts):
        if isinstance(value, np.ndarray):
            value.flags.writeable = False


def _ordered(households: pd.DataFrame, villages: pd.DataFrame) -> Order:
    ids, village_ids = households["household_id"].to_numpy(), villages["village_id"].to_numpy()
    keys, village_keys = entity_keys(ids), entity_keys(village_ids)
    programmes, _ = pd.factorize(villages["programme"].astype(str), sort=True)
    order = np.lexsort((village_keys, programmes))
    place = np.argsort(order, kind="stable")
    village_of = place[pd.Index(villages["village_id"]).get_indexer(pd.Index(households["village_id"]))]
    rows = np.lexsort((keys, village_of))
    return Order(rows, keys[rows], ids[rows], order, village_keys[order], village_ids[order], village_of[rows])


def _numbers(households: pd.DataFrame, rows: I64, *names: str) -> list[F64]:
    return [households[name].to_numpy(np.float64)[rows] for name in names]


def _counts(households: pd.DataFrame, rows: I64, *names: str) -> list[I64]:
    return [households[name].to_numpy(np.int64)[rows] for name in names]


def unit_of(weights: F64) -> int:
    """Units of a weight of one: whole weights count as they are, others in 1/1024."""
    return 1 if np.array_equal(weights, np.round(weights)) else FRACTIONS


def _weights(households: pd.DataFrame, rows: I64, unit: int) -> I64:
    """Weights as integers in their unit."""
    (weights,) = _numbers(households, rows, "weight")
    return np.clip(np.round(weights * unit), 1, MOST_INT).astype(np.int64)


def _wishes(willing: Any) -> tuple[I64, I64]:
    """Consent as the register has it: known (0 or 1), and the accepted measures as bits."""
    codes, words = pd.factorize(willing)
    said = [str(word).split(";") for word in words]
    bits = [sum(1 << place for place, measure in enumerate(CHOSEN_MEASURES) if measure.key in accepted) for accepted in said]
    return (codes >= 0).astype(np.int64), np.array([*bits, 0], dtype=np.int64)[codes]


def _table(households: pd.DataFrame, order: Order, unit: int) -> Table:
    """The register's columns of the table."""
    rows = order.rows
    members, workers, elderly, dropouts = _counts(households, rows, "members", "workers", "elderly", "dropouts")
    wage, business, prop, transfer, dibao, labour, land = _numbers(
        households, rows, *("wage_income", "business_income", "property_income", "transfer_income", "dibao_yuan", "labour_units", "land_mu")
    )
    weight = _weights(households, rows, unit)
    known, wishes = _wishes(households["willing"].to_numpy()[rows])
    total = sum((fen_array(source) for source in (wage, business, prop, transfer, dibao)), np.zeros(len(rows), dtype=np.int64))
    check_sums(float(np.sum(np.abs(total) * weight.astype(np.float64))), unit)
    _check_people(order.ids, members, weight, unit)
    return Table(
        key=order.keys,
        members=members,
        weight=weight,
        workers=np.maximum(1, workers),
        labour_units=labour,
        idle=np.zeros(0, dtype=np.int64),
        wage=wage,
        business=business,
        property=prop,
        transfer=transfer,
        dibao=dibao,
        log_gap=np.zeros(0),
        base_pc_fen=np.floor(total / members + 0.5).astype(np.int64),
        social_heads=np.zeros(0),
        contributors=np.zeros(0),
        land=land,
        pension_known=((elderly == 0) | (transfer > 0)).astype(np.int64),
        school=(dropouts == 0).astype(np.int64),
        medical=households["insured"].to_numpy(bool)[rows].astype(np.int64),
        housing=households["housing_safe"].to_numpy(bool)[rows].astype(np.int64),
        registered=households["registered_from"].notna().to_numpy()[rows].astype(np.int64),
        willing_known=known,
        willing=wishes,
        may=np.zeros(0, dtype=np.int64),
        cost=np.zeros((0, 0, 2), dtype=np.int64),
        capital=np.zeros((0, 0, 2)),
    )


def check_sums(fen: float, unit: int) -> None:
    """Raise RunError where the income of all, `fen` in units of weight, could grow out of 64 bits."""
    if fen * HEADROOM > MOST_INT:
        raise RunError(f"the register's incomes add up to {fen / unit:.3g} fen: sums of draws could overflow 64 bits; split the register")


def _check_people(ids: Labels, members: I64, weight: I64, unit: int) -> None:
    """Raise RunError where a household stands for more people than are counted at a time."""
    people = members * weight.astype(np.float64)
    place = int(np.argmax(people))
    if people[place] > MOST_COUNTED:
        raise RunError(
            f"household {ids[place]!r} stands for {people[place] / unit:,.0f} people (members x weight); wanted {MOST_COUNTED // unit:,} at"
            " most: enter it as several rows of smaller weight"
        )


def _brought(households: pd.DataFrame, order: Order, table: Table, unit: int) -> Brought:
    workers, pupils, elderly, ill, disabled = _counts(households, order.rows, "workers", "pupils", "elderly", "ill", "disabled")
    members, labour, known, willing = table.members, table.labour_units, table.willing_known, table.willing
    return Brought(
        workers=workers,
        dependants=pupils + elderly + ill + disabled,
        elderly=elderly.astype(np.float64),
        pupils=pupils.astype(np.float64),
        income_pc=(table.wage + table.business + table.property + table.transfer) / members,
        heads=table.weight / unit,
        consents=np.stack(
            [(known == 0) | (place >= CONSENTED) | (willing >> place & 1 == 1) for place in range(len(CHOSEN_MEASURES))]
        ),
        kind=_kinds(members, workers, labour, table.weight, known, willing, table.land > 0, table.business >= 0, table.housing),
    )


def _kinds(*columns: NDArray[Any]) -> I64:
    """One number for all rows that are the same in every column. -> int64[row]"""
    kind = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        places, values = pd.factorize(column)
        kind, _ = pd.factorize(kind * len(values) + places)
    return kind.astype(np.int64)


def _places(households: pd.DataFrame, villages: pd.DataFrame, order: Order, table: Table, heads: F64) -> Places:
    """People, payers and base-year means of villages in the kernel's order."""

    def summed(values: NDArray[Any]) -> F64:
        return np.asarray(np.bincount(order.village_of, weights=values, minlength=len(villages)), dtype=np.float64)

    people = summed(table.members * heads)
    residents = np.maximum(villages["residents"].to_numpy(np.float64), people + 1)
    income = summed((table.wage + table.business + table.property + table.transfer + table.dibao) * heads)
    helpers, poor = villages["helper_type"].fillna("").astype(str), villages["is_poor_village"].to_numpy(bool)
    return Places(
        funded=summed(households["funded"].to_numpy(bool)[order.rows] * table.members * heads),
        is_poor=poor.copy(),
        payer=tuple(PAYER_OF_HELPER.get(helper, "city_budget") if is_poor else "" for helper, is_poor in zip(helpers, poor, strict=True)),
        in_table=people,
        residents=residents,
        mean=(income + (residents - people) * villages["other_income"].to_numpy(np.float64)) / residents,
        scores=np.stack([villages[name].to_numpy(np.float64, na_value=np.nan) for name in SERVICES], axis=1),
        programme=villages["programme"].astype(str).to_numpy(dtype=object),
    )


def _bounds(village_of: I64, villages: int, group_limit: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Rows of each group, and groups of each village, in key order."""
    edges = np.searchsorted(village_of, np.arange(villages + 1))
    groups: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    for first, last in pairwise(edges):
        parts = max(1, -(-int(last - first) // group_limit))
        cuts = [int(first) + (int(last - first) * part) // parts for part in range(parts + 1)]
        spans.append((len(groups), len(groups) + parts))
        groups.extend(pairwise(cuts))
    return groups, spans


def _sides(bounds: list[tuple[int, int]]) -> tuple[I64, I64]:
    first, last = np.array(bounds, dtype=np.int64).reshape(-1, 2).T
    return np.ascontiguousarray(first), np.ascontiguousarray(last)


def _groups(villages: pd.DataFrame, order: Order, table: Table, places: Places, unit: int, group_limit: int) -> Groups:
    """Villages and their groups, without the cells and prefectures that they lie in."""
    bounds, spans = _bounds(order.village_of, len(villages), group_limit)
    (first, last), (start, end) = _sides(spans), _sides(bounds)
    people = np.bincount(order.village_of, weights=table.members * table.weight * table.registered, minlength=len(villages))
    return Groups(
        village_key=order.village_keys,
        first=first,
        last=last,
        cell=np.zeros(0, dtype=np.int64),
        prefecture=np.zeros(0, dtype=np.int64),
        is_poor=villages["is_poor_village"].to_numpy(bool).astype(np.int64),
        residents=np.round(places.residents * unit).astype(np.int64),
        others=np.round((places.residents - places.in_table) * unit).astype(np.int64),
        other_income=villages["other_income"].to_numpy(np.float64, copy=True),
        people=people.astype(np.int64),
        start=start,
        end=end,
        heads=np.array([int(table.weight[a:b].sum()) for a, b in bounds], dtype=np.int64),
        quota=np.zeros((0, 0, 0), dtype=np.int64),
        items=np.zeros((0, ITEMS), dtype=np.int64),
        need=np.zeros(0, dtype=np.int64),
        stands=np.zeros((0, len(SERVICES)), dtype=np.int64),
        lack=np.zeros(0),
        limit=np.zeros((0, 0, 2), dtype=np.int64),
    )


def _positions(villages: pd.DataFrame, prefectures: tuple[str, ...]) -> I64:
    """The prefecture of each village, by its place among all."""
    return np.array([prefectures.index(name) for name in villages["prefecture"].astype(str)], dtype=np.int64)


def _cells(villages: pd.DataFrame, village_of: I64, table: Table) -> tuple[pd.DataFrame, I64]:
    """The table of CELL_LABELS with its constant counts, and the cell of each village."""
    labels = villages[list(CELL_LABELS)].fillna("").astype(str)
    cells = labels.drop_duplicates().sort_values(list(labels.columns)).reset_index(drop=True)
    place = {row: index for index, row in enumerate(cells.itertuples(index=False, name=None))}
    cell = np.array([place[row] for row in labels.itertuples(index=False, name=None)], dtype=np.int64)
    of_row, capable = cell[village_of], table.labour_units > 0
    for name, people, chosen in (
        ("capable", table.members, capable),
        ("capable_hh", 1, capable),
        ("without", table.members, ~capable),
        ("without_hh", 1, ~capable),
    ):
        counted = np.where(chosen & (table.registered == 1), table.weight * people, 0)
        cells[name] = np.bincount(of_row, weights=counted, minlength=len(cells)).astype(np.int64)
    poor = villages["is_poor_village"].to_numpy(bool)
    cells["poor_villages"] = np.bincount(cell, weights=poor, minlength=len(cells)).astype(np.int64)
    return cells, cell

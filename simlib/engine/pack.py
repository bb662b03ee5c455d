"""Packing: the only door from names to arrays. A register, a scenario and facts become what the kernel reads, in the order of keys."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.draws import Draws
from simlib.engine.plans import no_plan, planned
from simlib.engine.quotas import quotas
from simlib.engine.rounds import choices, limits, rounds_of
from simlib.engine.state import BASE_YEAR, GROUP_LIMIT, Groups, Options, Rounds, Table
from simlib.errors import RunError
from simlib.facts import Facts
from simlib.measures import CHOSEN_MEASURES, Starts, starts
from simlib.money import fen_array
from simlib.registry import Registry
from simlib.registry.keys import entity_keys
from simlib.scenario import Scenario

MOST_INT = 2**62
FRACTIONS = 1024  # units of a weight, where weights are not whole numbers
HEADROOM = 64  # by which incomes may outgrow the base year's before a sum could overflow


@dataclass(frozen=True)
class Packed:
    """A register under a scenario, in the kernel's order, with the labels to find the way back."""

    table: Table
    groups: Groups
    rounds: Rounds
    options: Options
    labour_industry: float
    years: tuple[int, ...]
    cells: pd.DataFrame  # prefecture, county, helper_type; weighted people and households of each kind
    prefectures: tuple[str, ...]
    household_ids: NDArray[Any]
    village_ids: NDArray[Any]
    village_rows: NDArray[np.int64]  # places in registry.villages
    weight_unit: int
    facts: Facts
    scenario: Scenario


def _ordered(registry: Registry) -> tuple[pd.DataFrame, pd.DataFrame, NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int64]]:
    """Villages and households in the order of their keys: -> households, villages, household keys, village keys, village of a row."""
    villages, households = registry.villages, registry.households
    village_keys, keys = entity_keys(villages["village_id"]), entity_keys(households["household_id"])
    order = np.argsort(village_keys, kind="stable")
    place = pd.Series(np.argsort(order, kind="stable"), index=villages["village_id"].to_numpy())
    village_of = place.reindex(households["village_id"].to_numpy()).to_numpy().astype(np.int64)
    rows = np.lexsort((keys, village_of))
    return households.iloc[rows], villages.iloc[order], keys[rows], village_keys[order], village_of[rows]


def _weights(households: pd.DataFrame) -> tuple[NDArray[np.int64], int]:
    """Weights as integers, and their unit: whole weights count as they are, others in 1/1024."""
    weights = households["weight"].to_numpy(np.float64)
    unit = 1 if np.array_equal(weights, np.round(weights)) else FRACTIONS
    return np.maximum(1, np.round(weights * unit)).astype(np.int64), unit


def _numbers(households: pd.DataFrame, *names: str) -> list[NDArray[np.float64]]:
    return [households[name].to_numpy(np.float64) for name in names]


def _counts(households: pd.DataFrame, *names: str) -> list[NDArray[np.int64]]:
    return [households[name].to_numpy(np.int64) for name in names]


def _starts(households: pd.DataFrame, facts: Facts) -> Starts:
    members, workers, pupils, elderly, ill, disabled = _counts(households, "members", "workers", "pupils", "elderly", "ill", "disabled")
    labour_units, wage = _numbers(households, "labour_units", "wage_income")
    return starts(members, workers, labour_units, pupils + elderly + ill + disabled, wage, facts)


def _wishes(households: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Consent as the register has it: known (0 or 1), and the accepted measures as bits."""
    codes, words = pd.factorize(households["willing"])
    said = [str(word).split(";") for word in words]
    bits = [sum(1 << place for place, measure in enumerate(CHOSEN_MEASURES) if measure.key in accepted) for accepted in said]
    return (codes >= 0).astype(np.int64), np.array([*bits, 0], dtype=np.int64)[codes]


def _table(households: pd.DataFrame, keys: Any, scenario: Scenario, facts: Facts) -> tuple[Table, Starts, int]:
    members, workers, elderly, pupils, dropouts = _counts(households, "members", "workers", "elderly", "pupils", "dropouts")
    wage, business, prop, transfer, dibao, labour = _numbers(
        households, "wage_income", "business_income", "property_income", "transfer_income", "dibao_yuan", "labour_units"
    )
    weight, unit = _weights(households)
    known, wishes = _wishes(households)
    start = _starts(households, facts)
    allowed = choices(scenario, start, known, wishes, weight / unit, facts)
    own = np.maximum(facts["regression_income_floor"], (wage + business + prop + transfer) / members)
    type_mean = np.where(labour > 0, facts["type_mean_labour"], facts["type_mean_no_labour"])
    total = sum((fen_array(source) for source in (wage, business, prop, transfer, dibao)), np.zeros(len(keys), dtype=np.int64))
    table = Table(
        key=keys,
        members=members,
        weight=weight,
        workers=np.maximum(1, workers),
        labour_units=labour,
        idle=start.idle,
        wage=wage,
        business=business,
        property=prop,
        transfer=transfer,
        dibao=dibao,
        log_gap=np.log(type_mean) - np.log(own),
        base_pc_fen=np.floor(total / members + 0.5).astype(np.int64),
        social_heads=(elderly + pupils).astype(np.float64),
        school=(dropouts == 0).astype(np.int64),
        medical=households["insured"].to_numpy(bool).astype(np.int64),
        housing=households["housing_safe"].to_numpy(bool).astype(np.int64),
        registered=households["registered_from"].notna().to_numpy().astype(np.int64),
        willing_known=known,
        willing=wishes,
        may=allowed.may,
        cost=allowed.cost,
        capital=allowed.capital,
    )
    bound = float(np.sum(np.abs(total) * weight.astype(np.float64))) * HEADROOM
    if bound > MOST_INT:
        raise RunError(
            f"the register's incomes add up to {bound / HEADROOM / unit:.3g} fen: sums of draws could overflow 64 bits; split the register"
        )
    return table, start, unit


def _bounds(village_of: NDArray[np.int64], villages: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Rows of each group, and groups of each village: groups of at most 5,000 households, in key order."""
    edges = np.searchsorted(village_of, np.arange(villages + 1))
    groups: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    for first, last in pairwise(edges):
        parts = max(1, -(-int(last - first) // GROUP_LIMIT))
        cuts = [int(first) + (int(last - first) * part) // parts for part in range(parts + 1)]
        spans.append((len(groups), len(groups) + parts))
        groups.extend(pairwise(cuts))
    return groups, spans


def _cells(villages: pd.DataFrame, village_of: Any, table: Table) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The (prefecture, county, helper type) table with its constant counts, and the cell of each village."""
    labels = villages[["prefecture", "county", "helper_type"]].fillna("").astype(str)
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


def _options(scenario: Scenario, facts: Facts) -> Options:
    """What a scenario fixes for all draws; the seed, the stretch of years and the lanes come with the block."""
    levers = scenario.levers
    return Options(
        seed_low=np.uint64(0),
        seed_high=np.uint64(0),
        first_year=BASE_YEAR + 1,
        start_year=levers.horizon[0],
        retention=levers.allocation.retention_years,
        need_school=int("school" in levers.exit_requires),
        need_medical=int("medical" in levers.exit_requires),
        need_housing=int("housing" in levers.exit_requires),
        coverage_dibao=int(levers.entitled.dibao.enrolment == "coverage"),
        frozen=0,
        keep=0,
        started=0,
        valid=0,
        tolerated=facts["village_not_exited_share"],
    )


def pack(registry: Registry, scenario: Scenario, facts: Facts, plan: pd.DataFrame | None = None) -> Packed:
    """Bring a register, a scenario and its (resolved) facts into the kernel's arrays. `plan`: rows to carry out instead of rounds.

    Raises InputError for a plan that does not fit the register, RunError where sums could overflow.
    """
    households, villages, keys, village_keys, village_of = _ordered(registry)
    table, start, unit = _table(households, keys, scenario, facts)
    cells, cell = _cells(villages, village_of, table)
    bounds, spans = _bounds(village_of, len(villages))
    people = table.members * table.weight
    years = tuple(range(scenario.levers.horizon[0], scenario.levers.horizon[1] + 1))
    in_table = np.bincount(village_of, weights=table.members * (table.weight / unit), minlength=len(villages))
    residents = np.maximum(villages["residents"].to_numpy(np.float64), in_table + 1)
    prefectures = tuple(sorted(villages["prefecture"].astype(str).unique()))
    first, last = (np.array(side, dtype=np.int64) for side in zip(*spans, strict=True))
    groups = Groups(
        village_key=village_keys,
        first=first,
        last=last,
        cell=cell,
        prefecture=np.array([prefectures.index(name) for name in villages["prefecture"].astype(str)], dtype=np.int64),
        is_poor=villages["is_poor_village"].to_numpy(bool).astype(np.int64),
        residents=np.round(residents * unit).astype(np.int64),
        others=np.round((residents - in_table) * unit).astype(np.int64),
        other_income=villages["other_income"].to_numpy(np.float64),
        people=np.bincount(village_of, weights=people * table.registered, minlength=len(villages)).astype(np.int64),
        start=np.array([one[0] for one in bounds], dtype=np.int64),
        end=np.array([one[1] for one in bounds], dtype=np.int64),
        heads=np.array([int(table.weight[a:b].sum()) for a, b in bounds], dtype=np.int64),
        quota=quotas(households, villages, village_of, table, residents, bounds, spans, unit, scenario, facts, years),
        limit=limits(scenario, start, table, bounds, unit, facts),
    )
    ids = households["household_id"].to_numpy()
    given = planned(plan, ids, years, start) if plan is not None else no_plan()
    row_of = {name: place for place, name in enumerate(registry.villages["village_id"])}
    return Packed(
        table=table,
        groups=groups,
        rounds=rounds_of(scenario, facts, given, unit),
        options=_options(scenario, facts),
        labour_industry=facts["labour_industry"],
        years=years,
        cells=cells,
        prefectures=prefectures,
        household_ids=ids,
        village_ids=villages["village_id"].to_numpy(),
        village_rows=np.array([row_of[name] for name in villages["village_id"]], dtype=np.int64),
        weight_unit=unit,
        facts=facts,
        scenario=scenario,
    )


def stretch(packed: Packed, draws: Draws, years: tuple[int, ...]) -> Options:
    """The options of a stretch of years under a table of draws."""
    return packed.options._replace(
        seed_low=np.uint64(draws.seed & 0xFFFFFFFF), seed_high=np.uint64(draws.seed >> 32 & 0xFFFFFFFF), start_year=years[0]
    )

"""Packing: the only door from names to arrays. A register, a scenario and facts become what the kernel reads, in the order of keys."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.arrays import Groups, Options, Rounds, Table
from simlib.engine.draws import Draws
from simlib.engine.plans import no_plan, planned
from simlib.engine.quotas import entitled, over_groups, village_items
from simlib.engine.registered import Registered, registered
from simlib.engine.rounds import choices, limits, rounds_of, slots_of
from simlib.engine.state import BASE_YEAR, GROUP_LIMIT, Measure
from simlib.facts import Facts
from simlib.measures import Starts, starts
from simlib.money import fen_array, to_fen
from simlib.registry import Registry
from simlib.scenario import Scenario


class Whole(NamedTuple):
    """What a part of a register has to know of the whole."""

    weight_unit: int
    entitled: NDArray[np.int64]  # fen [village, year, account] of the part's own villages, in the kernel's order


class Base(NamedTuple):
    """How large a register is, and what is known of it: all that results ask of it beside the counts of its cells."""

    households: int  # rows of the table
    poor_villages: int
    services_known: bool  # whether no poor village lacks a score of its services
    capable_fen: tuple[int, ...]  # what labour-capable registered households brought, by source in weighted fen


@dataclass(frozen=True)
class Packed:
    """A register under a scenario, in the kernel's order, with the labels to find the way back."""

    table: Table
    groups: Groups
    rounds: Rounds
    options: Options
    years: tuple[int, ...]
    base: Base
    cells: pd.DataFrame  # registered.CELL_LABELS; weighted people and households of each kind
    prefectures: tuple[str, ...]
    household_ids: NDArray[Any]
    village_ids: NDArray[Any]
    village_rows: NDArray[np.int64]  # places in registry.villages
    weight_unit: int
    facts: Facts
    scenario: Scenario


RECHECK_YEAR = 2017  # the review of the register of 2016: that it takes effect on 1 January is assumed
SECOND_WORD = (Measure.LAND_TRANSFER, Measure.MICROCREDIT, Measure.MINDSET)


def _options(scenario: Scenario, facts: Facts) -> Options:
    """What a scenario fixes for all draws; the seed, the stretch of years and the lanes come with the block."""
    levers = scenario.levers
    social, recheck = levers.entitled.social_security, levers.identification.recheck
    return Options(
        seed_low=np.uint64(0),
        seed_high=np.uint64(0),
        first_year=BASE_YEAR + 1,
        start_year=levers.horizon[0],
        retention=levers.allocation.retention_years,
        need_school=int("school" in levers.exit_requires),
        need_medical=int("medical" in levers.exit_requires),
        need_housing=int("housing" in levers.exit_requires),
        schooling=int(social is not None and social.school),
        medical=int(social is not None and social.medical),
        asks_more=int(recheck or any(slot.measure in SECOND_WORD for slot in slots_of(scenario))),
        recheck=RECHECK_YEAR - BASE_YEAR if recheck else 0,
        loan_years=int(facts["microcredit_years"]),
        by_reported=int(levers.register_income == "reported"),
        stable_years=int(facts["stable_years"]),
        local_part=levers.village.local_jobs_share,
        household_pass=facts["household_score_pass"],
        village_pass=facts["village_score_pass"],
        own_funds_fen=float(to_fen(facts["village_own_funds"])),
        points_income=facts["household_points_income"],
        points_school=facts["household_points_school"],
        points_pension=facts["household_points_pension"],
        points_housing=facts["household_points_housing"],
        points_medical=facts["household_points_medical"],
        points_project=facts["household_points_project"],
        points_people=facts["village_points_people"],
        points_funds=facts["village_points_funds"],
        points_service=facts["village_points_service"],
        coverage_dibao=int(levers.entitled.dibao.enrolment == "coverage"),
        quiet=0,
        frozen=0,
        keep=0,
        started=0,
        valid=0,
        tolerated=facts["village_not_exited_share"],
    )


def pack(
    registry: Registry, scenario: Scenario, facts: Facts, plan: pd.DataFrame | None = None, whole: Whole | None = None
) -> Packed:
    """Bring a register, a scenario and its (resolved) facts into the kernel's arrays. `plan`: rows to carry out instead of rounds.

    `whole`: of the register that this one is a part of; with it the part is projected as it would be there, bit for bit. Raises
    InputError for a plan that does not fit the register, RunError where sums could overflow.
    """
    own = registered(registry, GROUP_LIMIT, whole.weight_unit if whole else None)
    start = starts_of(own, facts)
    allowed = choices(scenario, start, own.brought, facts)
    items, need, stands, lack = village_items(own.places, own.groups, scenario, facts)
    table = _table(own, start, scenario, facts)._replace(may=allowed.may, cost=allowed.cost, capital=allowed.capital)
    years = tuple(range(scenario.levers.horizon[0], scenario.levers.horizon[1] + 1))
    fen = whole.entitled if whole else entitled(own.places, scenario, facts, years)
    given = planned(plan, own.order.ids, years, start) if plan is not None else no_plan()
    return Packed(
        table=table,
        groups=own.groups._replace(
            quota=over_groups(fen, own.groups),
            items=items,
            need=need,
            stands=stands,
            lack=lack,
            limit=limits(scenario, start.idle, table, own.groups, own.weight_unit, facts),
        ),
        rounds=rounds_of(scenario, facts, given, own.weight_unit),
        options=_options(scenario, facts),
        years=years,
        base=_base(own),
        cells=own.cells.copy(deep=False),
        prefectures=own.prefectures,
        household_ids=own.order.ids,
        village_ids=own.order.village_ids,
        village_rows=own.order.villages,
        weight_unit=own.weight_unit,
        facts=facts,
        scenario=scenario,
    )


def _base(own: Registered) -> Base:
    scores = own.places.scores[own.places.is_poor]
    return Base(len(own.order.ids), int(own.places.is_poor.sum()), not np.isnan(scores).any(), capable_fen(own.table))


def capable_fen(table: Table) -> tuple[int, ...]:
    """Yearly incomes of the labour-capable registered households by source as registered, weighted, in fen. -> one a source"""
    heads = np.where((table.registered == 1) & (table.labour_units > 0), table.weight, 0).astype(np.int64)
    sources = (table.wage, table.business, table.property, table.transfer, table.dibao)
    return tuple(int((heads * fen_array(source)).sum()) for source in sources)


def starts_of(own: Registered, facts: Facts) -> Starts:
    """How the households of a register start."""
    table, brought = own.table, own.brought
    people = (table.members, brought.workers, table.labour_units, brought.dependants)
    return starts(*people, table.wage, table.business, table.land, table.housing, facts)


def _table(own: Registered, start: Starts, scenario: Scenario, facts: Facts) -> Table:
    """What facts and entitlements make of each household."""
    social, brought = scenario.levers.entitled.social_security, own.brought
    schooling, contributing = social is not None and social.school, social is not None and social.pension_contributions
    return own.table._replace(
        idle=start.idle,
        log_gap=_log_gap(own, facts),
        social_heads=brought.elderly + brought.pupils * float(schooling),
        contributors=brought.workers.astype(np.float64) * float(contributing),
    )


def _log_gap(own: Registered, facts: Facts) -> NDArray[np.float64]:
    """How far a household lies below the mean of its type, in logarithms. -> float64[household]"""
    income = np.maximum(facts["regression_income_floor"], own.brought.income_pc)
    type_mean = np.where(own.table.labour_units > 0, facts["type_mean_labour"], facts["type_mean_no_labour"])
    return np.asarray(np.log(type_mean) - np.log(income))


def hollow(scenario: Scenario, facts: Facts, base: Base, cells: pd.DataFrame, weight_unit: int) -> Packed:
    """What results know of a register that nobody holds whole: its counts, and no row. For totals of parts that were projected apart."""
    nothing: Any = np.zeros(0, dtype=np.int64)
    first, last = scenario.levers.horizon
    return Packed(
        table=Table(*(nothing for _ in Table._fields)),
        groups=Groups(*(nothing for _ in Groups._fields)),
        rounds=Rounds(*(nothing for _ in Rounds._fields)),
        options=Options(*(nothing for _ in Options._fields)),
        years=tuple(range(first, last + 1)),
        base=base,
        cells=cells,
        prefectures=(),
        household_ids=nothing,
        village_ids=nothing,
        village_rows=nothing,
        weight_unit=weight_unit,
        facts=facts,
        scenario=scenario,
    )


def stretch(packed: Packed, draws: Draws, years: tuple[int, ...]) -> Options:
    """The options of a stretch of years under a table of draws."""
    return packed.options._replace(
        seed_low=np.uint64(draws.seed & 0xFFFFFFFF), seed_high=np.uint64(draws.seed >> 32 & 0xFFFFFFFF), start_year=years[0]
    )

"""Packing: one order, weights as integers, money by village, reaches by group."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from simlib.engine.counted import Stat, Trace
from simlib.engine.project import project, project_whole
from simlib.engine.rounds import slots_of
from simlib.engine.state import CONSENTED, NO_LIMIT, Fund, Ledger, Measure
from simlib.errors import InputError, RunError
from simlib.facts import load_facts
from simlib.funds import ACCOUNTS
from simlib.measures import CHOSEN_MEASURES, starts
from simlib.money import fen_array
from simlib.registry import Registry
from simlib.registry.keys import entity_keys
from simlib.scenario import Scenario, load_scenario
from tests.engine.small import STILL, any_register, draws_of, facts_with, packed_with, register, scenario_with

BASELINE = load_scenario("baseline")


def one_round(measures: dict[str, Any], **more: Any) -> Scenario:
    return scenario_with(load_facts(), {"rounds": [{"order": "poorest_first", "measures": measures} | more]})


def test_rows_stand_in_the_order_of_village_and_household_keys() -> None:
    packed = packed_with(any_register(1, households=30, villages=4), BASELINE)
    villages = entity_keys(packed.village_ids)
    assert np.array_equal(packed.groups.village_key, np.sort(villages))
    assert np.array_equal(packed.table.key, entity_keys(packed.household_ids))
    for first, last in zip(packed.groups.start, packed.groups.end, strict=True):
        assert (np.diff(packed.table.key[first:last].astype(object)) > 0).all()


def test_labels_lead_back_to_their_rows() -> None:
    registry = any_register(2, households=30, villages=4)
    packed = packed_with(registry, BASELINE)
    assert registry.villages["village_id"].to_numpy()[packed.village_rows].tolist() == packed.village_ids.tolist()
    rows = registry.households.set_index("household_id").loc[list(packed.household_ids)]
    assert packed.table.members.tolist() == rows["members"].tolist()
    people = (rows["members"] * rows["weight"])[rows["registered_from"].notna()].groupby(rows["village_id"]).sum()
    assert packed.groups.people.tolist() == [people.get(name, 0) for name in packed.village_ids]


def test_what_a_household_brings() -> None:
    """(3,000 + 6,000 + 0 + 300) / 3 = 3,100 a head; with 600 of dibao 3,300; whoever is below the floor stands on it."""
    usual = {"wage_income": 3000.0, "business_income": 6000.0, "transfer_income": 300.0, "dibao_yuan": 600.0}
    registry = register([usual, {"business_income": -5000.0}, usual | {"workers": 0, "labour_units": 0.0}])
    packed, facts = packed_with(registry, BASELINE), load_facts()
    place = {name: row for row, name in enumerate(packed.household_ids)}
    gap, base = packed.table.log_gap, packed.table.base_pc_fen
    assert gap[place["H1"]] == pytest.approx(np.log(facts["type_mean_labour"] / 3100))
    assert gap[place["H2"]] == pytest.approx(np.log(facts["type_mean_labour"] / facts["regression_income_floor"]))
    assert gap[place["H3"]] == pytest.approx(np.log(facts["type_mean_no_labour"] / 3100))
    assert [base[place[name]] for name in ("H1", "H2", "H3")] == [330_000, -166_667, 330_000]


@pytest.mark.parametrize(
    ("willing", "known", "measures"),
    [
        (None, 0, ()),
        ("none", 1, ()),
        ("industry;asset_shares", 1, (Measure.INDUSTRY, Measure.ASSET_SHARES)),
        ("training", 1, (Measure.TRAINING,)),
    ],
)
def test_consent_is_known_only_where_it_is_written(willing: str | None, known: int, measures: tuple[Measure, ...]) -> None:
    table = packed_with(register([{"willing": willing}]), BASELINE).table
    assert (table.willing_known[0], table.willing[0]) == (known, sum(1 << measure for measure in measures))


def test_residents_are_more_than_the_people_of_the_register() -> None:
    registry = register([{"members": 3, "weight": 2.0}] * 2, [{"residents": 5}])
    groups = packed_with(registry, BASELINE).groups
    assert (groups.residents[0], groups.others[0]) == (13, 1)


# --- what a register alone decides


def test_a_register_is_brought_into_order_once() -> None:
    """Two scenarios share its arrays; what they decide is their own."""
    registry = any_register(3, households=30, villages=4)
    one, other = packed_with(registry, BASELINE), packed_with(registry, load_scenario("full_package"))
    assert one.table.wage is other.table.wage
    assert one.groups.start is other.groups.start
    assert one.household_ids is other.household_ids
    assert not np.shares_memory(one.table.cost, other.table.cost)


def test_nobody_writes_to_what_others_share() -> None:
    registry = any_register(3)
    packed = packed_with(registry, BASELINE)
    of_households = {"idle", "log_gap", "social_heads", "contributors", "may", "cost", "capital"}
    decided = of_households | {"quota", "items", "need", "stands", "lack", "limit"}
    arrays = {**packed.table._asdict(), **packed.groups._asdict()}
    assert {name for name, array in arrays.items() if array.flags.writeable} == decided
    assert not any(array.flags.writeable for array in (packed.household_ids, packed.village_ids, packed.village_rows))
    packed.cells["capable"] = 0
    assert packed_with(registry, BASELINE).cells["capable"].sum() > 0


def test_equal_registers_are_packed_alike_and_apart() -> None:
    one, other = (packed_with(any_register(4, households=20), load_scenario("full_package")) for _ in range(2))
    assert one.table.wage is not other.table.wage
    for name, array in one.table._asdict().items():
        assert np.array_equal(array, getattr(other.table, name)), name


# --- weights that are no whole numbers


def weighted(weight: float) -> Registry:
    usual = {"members": 2, "elderly": 1, "weight": weight, "dibao_yuan": 333.33}
    return register([usual | {"transfer_income": 1000.0 * place} for place in range(1, 5)], [{"residents": 400}])


def test_a_weight_counts_a_household_so_often() -> None:
    """Weight 1.5 against weight 3: people, their money and their dibao are half of it."""
    facts = facts_with(STILL)
    shares = {"asset_shares": {"funds": ["household"], "capital_pc": 5000.0}}
    rounds = [{"order": "poorest_first", "reach": {"share": 1.0}, "measures": shares}]
    scenario = scenario_with(facts, {"rounds": rounds}, base="full_package", uncertainties={"parameters": "none"})
    half, whole = (packed_with(weighted(weight), scenario, facts) for weight in (1.5, 3.0))
    assert (half.weight_unit, whole.weight_unit) == (1024, 1)
    one, two = (project(packed, draws_of(packed, 3)) for packed in (half, whole))
    assert np.array_equal(one.totals[..., Stat.CAPABLE_FIXED] * 2, two.totals[..., Stat.CAPABLE_FIXED] * 1024)
    assert np.array_equal(one.served * 2, two.served * 1024)
    by_head = [place for place, (fund, _) in enumerate(ACCOUNTS) if fund in ("household", "social")]
    for column in (Ledger.ENTITLED, Ledger.SPENT):
        gap = one.ledger[:, :, by_head, column] * 2 - two.ledger[:, :, by_head, column]
        assert np.max(np.abs(gap)) <= 8, "fen, whatever the unit of weights"
    assert one.spending[:, :, Measure.ASSET_SHARES, Fund.HOUSEHOLD].sum() > 0
    assert one.spending[:, :, Measure.DIBAO, Fund.SOCIAL].sum() > 0


def test_costs_are_the_households_in_fen_times_its_weight() -> None:
    packed = packed_with(register([{"weight": 2.5}]), one_round({"training": {"funds": ["household"], "cost": 1000.01}}))
    assert packed.table.cost[0, 0].tolist() == [250_003, 250_003], "100,001 fen x 2.5 is 250,002.5"
    assert packed.table.capital[0, 0].tolist() == [1000.01, 1000.01]


def test_every_household_has_its_own_choices() -> None:
    """Decided kind by kind, and the same as household by household."""
    registry, scenario = any_register(5, households=80), load_scenario("full_package")
    packed = packed_with(registry, scenario)
    table, rows = packed.table, registry.households.set_index("household_id").loc[list(packed.household_ids)]
    members, workers, labour, wage = (rows[name].to_numpy() for name in ("members", "workers", "labour_units", "wage_income"))
    dependants = rows[["pupils", "elderly", "ill", "disabled"]].sum(axis=1).to_numpy()
    land, housing, business = (rows[name].to_numpy() for name in ("land_mu", "housing_safe", "business_income"))
    start = starts(members, workers, labour, dependants, wage, business, land, housing.astype(np.int64), load_facts())
    for place, slot in enumerate(slots_of(scenario)):
        measure = CHOSEN_MEASURES[slot.measure]
        who = scenario.levers.rounds[slot.which].who
        meant = np.array([who == "all" or (units > 0) == (who == "labour_capable") for units in labour])
        refusable = slot.measure < CONSENTED
        consents = (table.willing_known == 0) | (table.willing >> slot.measure & 1 == 1) | (not refusable)
        assert np.array_equal(table.may >> place & 1 == 1, measure.eligible(start) & consents & meant)
        yuan = measure.put_in(start, slot.lever.amount)
        assert np.array_equal(table.capital[:, place, 1], yuan)
        cost = fen_array(yuan * measure.price(load_facts()))
        assert np.array_equal(table.cost[:, place, 1], np.floor(cost * rows["weight"].to_numpy() + 0.5))


def test_a_post_of_the_first_year_costs_its_eight_months() -> None:
    packed = packed_with(register([{"pupils": 1}]), one_round({"public_post": {"funds": ["household"], "pay": 9000.0}}))
    assert packed.table.cost[0, 0].tolist() == [600_000, 900_000]


# --- reaches


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        ({"number": 2}, [2, NO_LIMIT]),
        ({"money": 1234.56}, [NO_LIMIT, 123_456]),
        ({"share": 0.5}, [3, NO_LIMIT]),  # of five who could ever be served: 2.5, half up
        ({"share": 0.0}, [0, NO_LIMIT]),
        (None, [NO_LIMIT, NO_LIMIT]),
    ],
)
def test_how_far_a_round_reaches(reach: dict[str, float] | None, expected: list[int]) -> None:
    """Six households, of whom one is known to refuse."""
    registry = register([{}] * 5 + [{"willing": "none"}])
    scenario = one_round({"asset_shares": {"funds": ["household"]}}, reach=reach)
    assert packed_with(registry, scenario).groups.limit[0, 0].tolist() == expected


def test_posts_are_bounded_by_the_idle_workers_of_the_group() -> None:
    """Twelve households with two idle workers each: 0.08 x 24 = 1.92, two posts."""
    limit = packed_with(register([{"pupils": 1}] * 12), one_round({"public_post": {"funds": ["household"]}})).groups.limit
    assert limit[0, 0].tolist() == [2, NO_LIMIT]


# --- money


def test_quotas_reach_their_village() -> None:
    """One poor village of an enterprise with 3 funded people of 6, one town: 20,000 x 3 x 0.6 / 3 = 12,000 yuan a year of the province."""
    rows: list[dict[str, Any]] = [{"village_id": "V1"}, {"village_id": "V1", "funded": False}, {"village_id": "V2", "members": 1}]
    registry = register(rows, [{"helper_type": "soe"}, {"is_poor_village": False, "helper_type": ""}])
    packed = packed_with(registry, BASELINE)
    quota = {name: packed.groups.quota[packed.groups.first[place]] for place, name in enumerate(packed.village_ids)}
    province, guidance, pool = (ACCOUNTS.index(one) for one in (("household", "province"), ("guidance", "soe"), ("pool", "soe")))
    assert quota["V1"][:, province].tolist() == [1_200_000] * 3
    assert quota["V1"][:, guidance].tolist() == [100_000_000, 60_000_000, 30_000_000]
    assert quota["V1"][:, pool].tolist() == [0, 10_000_000, 0]
    assert quota["V2"][:, province].tolist() == [400_000] * 3
    assert quota["V2"][:, 3:].sum() == 0


def test_the_pool_follows_the_mean_of_the_base_year() -> None:
    """Line 0.6 x 13,360.4 = 8,016.24. V1: (3 x 2,000 + 97 x 8,000) / 100 = 7,820, gap 196.24 x 100; V2's mean lies above: nothing."""
    rows = [{"village_id": "V1", "transfer_income": 6000.0}, {"village_id": "V2", "transfer_income": 6000.0}]
    registry = register(rows, [{"residents": 100, "other_income": 8000.0}, {"residents": 100, "other_income": 9000.0}])
    packed = packed_with(registry, BASELINE)
    pool = {name: int(packed.groups.quota[place, 1, 6:9].sum()) for place, name in enumerate(packed.village_ids)}
    assert pool == {"V1": 20_000_000, "V2": 0}


# --- what cannot be


def test_sums_that_could_overflow_are_refused() -> None:
    registry = register([{"wage_income": 1e7, "weight": 1e9}])
    with pytest.raises(RunError, match="sums of draws could overflow 64 bits; split the register"):
        packed_with(registry, BASELINE)


def test_a_plan_for_others_is_refused() -> None:
    plan = pd.DataFrame([("H7", 2016, "industry", "household", 1)], columns=["household_id", "year", "measure", "fund", "fen"])
    with pytest.raises(InputError, match="household 'H7' is not in the register"):
        packed_with(register([{}]), BASELINE, plan=plan)


def test_a_village_without_households_is_a_village() -> None:
    packed = packed_with(register([{}], [{}, {"residents": 50, "other_income": 12_000.0}]), load_scenario("full_package"))
    projection = project_whole(packed, draws_of(packed, 2))
    assert projection.trace is not None
    assert projection.trace[:, :, Trace.PC_FEN].shape == (1, 3, 2)
    assert (projection.totals[:, :, Stat.MEAN_FIXED] >= 1).all(), "others alone lie above 9,820"

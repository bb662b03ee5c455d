"""What village projects cost and what services lack, by hand and as properties (docs/model.md, 5 and 13)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlib.engine.arrays import Groups
from simlib.engine.quotas import COSTS, VillageItems, payment, village_items
from simlib.engine.registered import Places
from simlib.engine.state import ITEMS, SERVICES, Item
from simlib.facts import Facts, load_facts
from simlib.scenario import scenario_from

FACTS = load_facts()
NO_GAP = [0.95] * 7
ALL = {
    "technique": {"funds": ["guidance"], "yearly": 50_000},
    "ecommerce": {"funds": ["guidance"], "set_up": 100_000},
    "services": {"funds": ["guidance"], "money_share": 0.5},
}


def items_of(
    scores: list[list[float]], poor: list[bool], heads: list[list[int]], village: dict[str, Any] | None = None, facts: Facts = FACTS
) -> VillageItems:
    """`heads` of the groups of each village."""
    number = len(scores)
    ends = np.cumsum([len(own) for own in heads])
    empty = np.zeros(0, dtype=np.int64)
    fields: dict[str, Any] = dict.fromkeys(Groups._fields, empty)
    fields |= {"first": ends - [len(own) for own in heads], "last": ends, "heads": np.array([one for own in heads for one in own])}
    values: dict[str, Any] = dict.fromkeys(Places._fields, np.zeros(number))
    values |= {"is_poor": np.array(poor), "payer": ("soe",) * number, "scores": np.array(scores, dtype=np.float64)}
    scenario = scenario_from({"base": "baseline", "levers": {"village": ALL if village is None else village}}, "x", facts)
    return village_items(Places(**values), Groups(**fields), scenario, facts)


def test_the_costs_are_those_of_the_services() -> None:
    assert tuple(f"service_cost_{service}" for service in SERVICES) == COSTS


def test_one_village_by_hand() -> None:
    """Roads .10 under .90: 150,000 yuan; water .20: 120,000; power full; school at .85, near enough: 40,000; broadband .90."""
    found = items_of([[0.80, 0.70, 1.00, 0.85, 0.90, 0.95, 0.90]], [True], [[10]])
    assert found.need.tolist() == [15_000_000 + 12_000_000 + 4_000_000]
    assert found.items.tolist() == [[5_000_000, 10_000_000, 31_000_000]]
    # Roads stand from .05 x 1.5 m = 75,000 yuan on; water once roads are full and .15 x 600,000 = 90,000 more is spent.
    assert found.stands.tolist() == [[7_500_000, 15_000_000 + 9_000_000, 0, 0, 0, 0, 0]]
    assert found.lack == pytest.approx([(0.10 + 0.20 + 0.05) / 7])


@pytest.mark.parametrize(
    ("score", "stands"),
    [(0.85, 0), (0.8500001, 0), (0.8499999, 15), (0.84, 1_500_000), (0.0, 127_500_000), (0.9, 0), (1.0, 0), (float("nan"), 0)],
)
def test_a_service_stands_within_the_tolerance_and_not_a_hair_below(score: float, stands: int) -> None:
    """Of roads, 1.5 m yuan a point; .90 - .85 is a little more than .05 to a computer, and the same to us."""
    assert items_of([[score, *NO_GAP[1:]]], [True], [[1]]).stands[0, 0] == stands


def test_what_is_not_known_lacks_nothing() -> None:
    found = items_of([[float("nan")] * 7], [True], [[1]])
    assert (found.need.tolist(), found.lack.tolist(), found.stands.tolist()) == ([0], [0.0], [[0] * 7])
    assert found.items[0, Item.NEED] == 0


def test_a_village_that_is_not_poor_has_no_projects_and_keeps_its_needs() -> None:
    found = items_of([[0.5] * 7, [0.5] * 7], [True, False], [[3], [4]])
    assert found.items[1].tolist() == [0] * ITEMS and found.items[0].all()
    assert found.need[0] == found.need[1] > 0 and found.lack[0] == found.lack[1] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("village", "wanted"),
    [({}, [0, 0, 0]), ({"technique": ALL["technique"]}, [5_000_000, 0, 0]), ({"services": ALL["services"]}, [0, 0, 1])],
)
def test_what_a_scenario_does_not_do_costs_nothing(village: dict[str, Any], wanted: list[int]) -> None:
    found = items_of([[0.5] * 7], [True], [[3]], village)
    assert found.items[0].tolist() == [wanted[0], wanted[1], wanted[2] * found.need[0]]
    assert found.need.tolist() == [int(0.4 * 4_400_000 * 100)], "else nothing would be needed and all of the uplift be there"


def test_groups_share_a_village_by_heads() -> None:
    """100,000 yuan over 2 : 1 households: 66,666.67 and 33,333.33."""
    found = items_of([NO_GAP, NO_GAP], [True, True], [[2, 1], [5]])
    assert found.items[:, Item.ECOMMERCE].tolist() == [6_666_667, 3_333_333, 10_000_000]


def test_other_facts_cost_otherwise() -> None:
    facts = FACTS.with_({"service_cost_roads": {"value": 3_000_000}, "service_provincial": {"value": 0.8}})
    assert items_of([[0.7, *NO_GAP[1:]]], [True], [[1]], facts=facts).need.tolist() == [30_000_000]


SCORES = st.lists(st.floats(0, 1) | st.just(float("nan")), min_size=7, max_size=7)
HEADS = st.lists(st.integers(1, 5000), min_size=1, max_size=4)


@settings(max_examples=60)
@given(st.lists(st.tuples(SCORES, st.booleans(), HEADS), min_size=1, max_size=5))
def test_no_fen_is_lost_between_villages_and_groups(villages: list[tuple[list[float], bool, list[int]]]) -> None:
    scores, poor, heads = ([row[place] for row in villages] for place in range(3))
    found = items_of(scores, poor, heads)  # type: ignore[arg-type]
    first = 0
    for village, (_, is_poor, own) in enumerate(villages):
        whole = found.items[first : first + len(own)].sum(axis=0)
        assert whole.tolist() == ([5_000_000, 10_000_000, found.need[village]] if is_poor else [0, 0, 0])
        first += len(own)
    assert first == len(found.items)
    assert ((found.stands >= 0) & (found.stands <= found.need[:, None])).all(), "whoever spends the need has all of them standing"
    assert ((found.lack >= 0) & (found.lack < 0.9 + 1e-9)).all() and ((found.need == 0) == (found.lack < 1e-8)).all()


def test_what_payers_pay_is_what_the_levers_say() -> None:
    funds = {
        "household": {"paid": {"home_city": 0.0}, "delay_years": 1},
        "guidance": {"paid": 0.9, "delay_years": 2, "factor": 1.5},
        "pool": {"paid": 0.8, "rule": "equal"},
        "sector": {"yuan_per_person": 7.0},
        "donations": {"yuan_per_village": 8.0, "paid": 0.7},
        "contingency": {"yuan": 9.0, "year": 2017},
        "village_programme": {"paid": 0.6},
    }
    found = payment(scenario_from({"base": "baseline", "levers": {"funds": funds}}, "x"))
    assert found.household_paid == {"province": 1.0, "guangzhou": 1.0, "home_city": 0.0}
    assert (found.household_delay, found.guidance_paid, found.guidance_delay, found.guidance_factor) == (1, 0.9, 2, 1.5)
    assert (found.pool_paid, found.pool_rule, found.sector_per_person) == (0.8, "equal", 7.0)
    assert (found.donations_per_village, found.donations_paid) == (8.0, 0.7)
    assert (found.contingency_yuan, found.contingency_year, found.village_programme_paid) == (9.0, 2017, 0.6)

"""Choosing: what the bisection serves is what a person with a list and a purse would serve."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simlib.compiled import kernel
from simlib.engine.choose import CHOOSE_ROWS, COUNT, HIGH, LAST, LOW, NEED, NEW, choose, ranks
from simlib.engine.pack import Packed
from simlib.engine.state import INCOME_CLIP, NO_LIMIT, PLANNED_FUNDS, Order, World
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.scenario import load_scenario
from tests.engine.small import any_register, packed_with, register, scenario_with

LANES = 3


@kernel
def serve(table, rounds, first, last, start, end, reached, limit, budget, mask, rank, n):  # type: ignore[no-untyped-def]  # compiled
    """The step, for Python to call."""
    choose(table, rounds, first, last, 0, start, end, reached, limit, budget, mask, rank, n)


@kernel
def rank_of(order, labour_units, w, income, random, rank):  # type: ignore[no-untyped-def]  # compiled
    """The step, for Python to call."""
    ranks(order, labour_units, w, income, random, rank)


@dataclass(frozen=True)
class Village:
    """Who asks for what at which price, and what there is. Lanes differ in rank and in what they ask for."""

    cost: NDArray[np.int64]  # [household, slot]
    weight: NDArray[np.int64]
    mask: NDArray[np.int32]  # [household, lane]
    rank: NDArray[np.int32]  # [household, lane]
    funds: NDArray[np.int64]  # [slot, place]
    budget: NDArray[np.int64]  # [fund, lane]
    reached: NDArray[np.int64]  # [lane]
    limit: NDArray[np.int64]  # households, fen


@st.composite
def villages(draw: st.DrawFn) -> Village:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    households, slots = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    ranks_drawn = rng.integers(-3, draw(st.sampled_from([-2, 3, 2**31 - 1])), (households, LANES)) if draw(st.booleans()) else None
    extremes = rng.choice(np.array([-(2**31), -1, 0, 2**31 - 1]), (households, LANES))
    mask = rng.integers(0, 2**slots, (households, LANES)).astype(np.int32)
    new = rng.random((households, LANES)) < 0.7
    funds = np.array([rng.permutation(PLANNED_FUNDS) for _ in range(slots)])
    for slot in range(slots):
        funds[slot, rng.integers(1, PLANNED_FUNDS + 1) :] = -1
    most = draw(st.sampled_from([0, 5, 20, 60]))
    return Village(
        cost=rng.integers(0, 12, (households, slots)),
        weight=rng.integers(1, 4, households),
        mask=np.where((mask != 0) & new, mask | NEW, mask).astype(np.int32),
        rank=(extremes if ranks_drawn is None else ranks_drawn).astype(np.int32),
        funds=funds,
        budget=rng.integers(0, most + 1, (PLANNED_FUNDS, LANES)),
        reached=rng.integers(0, 3, LANES),
        limit=np.array([draw(st.sampled_from([NO_LIMIT, 3, 8])), draw(st.sampled_from([NO_LIMIT, 25]))]),
    )


def asked(village: Village, household: int, lane: int) -> Iterator[int]:
    return (slot for slot in range(village.cost.shape[1]) if village.mask[household, lane] >> slot & 1)


def paid(village: Village, served: list[int], lane: int) -> NDArray[np.int64] | None:
    """What the served cost, measure by measure from its funds in order: what is left of each fund, None where it does not suffice."""
    left = village.budget[:, lane].copy()
    for slot in range(village.cost.shape[1]):
        need = sum(int(village.cost[household, slot]) for household in served if slot in asked(village, household, lane))
        for fund in village.funds[slot]:
            if fund >= 0:
                take = min(need, int(left[fund]))
                left[fund] -= take
                need -= take
        if need:
            return None
    return left


def fits(village: Village, served: list[int], lane: int) -> bool:
    total = sum(int(village.cost[household, slot]) for household in served for slot in asked(village, household, lane))
    heads = sum(int(village.weight[household]) for household in served if village.mask[household, lane] & NEW)
    kept = village.reached[lane] + heads <= village.limit[0] and total <= village.limit[1]
    return bool(kept and paid(village, served, lane) is not None)


def by_hand(village: Village, lane: int) -> list[int]:
    """Down the list, until one cannot be paid."""
    asking = [row for row in range(len(village.mask)) if village.mask[row, lane] & (2**30 - 1)]
    served: list[int] = []
    for household in sorted(asking, key=lambda row: (village.rank[row, lane], row)):
        if not fits(village, [*served, household], lane):
            break
        served.append(household)
    return sorted(served)


@cache
def template() -> Packed:
    """Any packed register: only what `Village` says is read of it."""
    return packed_with(register([{}]), load_scenario("full_package"))


def chosen(village: Village) -> tuple[list[list[int]], NDArray[np.int64]]:
    """The households that the step serves in each lane, and its working array."""
    households, slots = village.cost.shape
    table = template().table._replace(
        cost=np.repeat(village.cost[:, :, None], 2, axis=2), weight=village.weight, may=np.ones(households, dtype=np.int64)
    )
    rounds = template().rounds._replace(funds=np.ascontiguousarray(village.funds))
    n = np.zeros((CHOOSE_ROWS, LANES), dtype=np.int64)
    serve(table, rounds, 0, slots, 0, households, village.reached, village.limit, village.budget, village.mask, village.rank, n)
    rank, mask, row = village.rank, village.mask & (2**30 - 1), np.arange(households)[:, None]
    wins = (mask != 0) & ((rank <= n[LOW]) | ((rank == n[HIGH]) & (row <= n[LAST])))
    return [np.flatnonzero(wins[:, lane]).tolist() for lane in range(LANES)], n


@settings(max_examples=150)
@given(villages())
def test_the_bisection_serves_whom_a_list_would(village: Village) -> None:
    seen, n = chosen(village)
    for lane in range(LANES):
        expected = by_hand(village, lane) if fits(village, [], lane) else []
        assert seen[lane] == expected, f"lane {lane}"
        assert paid(village, seen[lane], lane) is not None, "more than there is"
        for slot in range(village.cost.shape[1]):
            need = sum(int(village.cost[row, slot]) for row in expected if slot in asked(village, row, lane))
            assert n[NEED + slot, lane] == need
        heads = sum(int(village.weight[row]) for row in expected if village.mask[row, lane] & NEW)
        assert n[COUNT, lane] == village.reached[lane] + heads


def plain(cost: list[int], rank: list[int], budget: int) -> Village:
    """One measure, one fund, the same in all lanes."""
    many = len(cost)
    return Village(
        cost=np.array(cost)[:, None],
        weight=np.ones(many, dtype=np.int64),
        mask=np.full((many, LANES), 1 | NEW, dtype=np.int32),
        rank=np.repeat(np.array(rank, dtype=np.int32)[:, None], LANES, axis=1),
        funds=np.array([[0, -1, -1]]),
        budget=np.array([[budget] * LANES, [1000] * LANES, [1000] * LANES]),
        reached=np.zeros(LANES, dtype=np.int64),
        limit=np.array([NO_LIMIT, NO_LIMIT]),
    )


@pytest.mark.parametrize(
    ("cost", "rank", "budget", "expected"),
    [
        ([5, 5, 5], [3, 1, 2], 10, [1, 2]),  # the two lowest ranks
        ([5, 5, 5], [7, 7, 7], 10, [0, 1]),  # ties by key
        ([9, 5, 1], [2, 1, 3], 10, [1]),  # 5, then 9 is too much: it stops there, though 1 could be paid
        ([5, 5, 5], [3, 1, 2], 15, [0, 1, 2]),  # to the last fen
        ([5, 5, 5], [3, 1, 2], 0, []),
        ([0, 5, 0], [1, 2, 3], 4, [0]),  # what costs nothing does not pass one who cannot be paid
        ([4, 4, 4, 4], [1, 2, 2, 3], 9, [0, 1]),  # part of a tie
    ],
)
def test_a_prefix_is_served(cost: list[int], rank: list[int], budget: int, expected: list[int]) -> None:
    village = plain(cost, rank, budget)
    assert chosen(village)[0] == [expected] * LANES
    assert by_hand(village, 0) == expected


def ranked(order: Order, income: list[int], labour_units: float = 1.0, line: float = 0.0, random: float = 0.5) -> list[int]:
    w = np.zeros((len(World), len(income)))
    w[World.GOVERNING_BEFORE_FEN] = line
    rank = np.zeros(len(income), dtype=np.int32)
    rank_of(int(order), labour_units, w, np.array(income, dtype=np.int32), np.full(len(income), random), rank)
    return [int(one) for one in rank]


def test_poorest_first_is_by_income() -> None:
    assert ranked(Order.POOREST_FIRST, [-INCOME_CLIP, -5, 0, 7, INCOME_CLIP]) == [-INCOME_CLIP, -5, 0, 7, INCOME_CLIP]


def test_without_labour_first_puts_every_household_with_labour_behind_all_without() -> None:
    weak = ranked(Order.WITHOUT_LABOUR_FIRST, [-5, INCOME_CLIP], labour_units=0.0)
    strong = ranked(Order.WITHOUT_LABOUR_FIRST, [-INCOME_CLIP, -5], labour_units=0.5)
    assert weak == sorted(weak)
    assert strong == sorted(strong)
    assert max(weak) < min(strong)


def test_nearest_line_first_is_by_distance_below_then_the_others() -> None:
    near, far, at, above = ranked(Order.NEAREST_LINE_FIRST, [990, 100, 1000, 5000], line=1000.0)
    assert near == 10
    assert near < far < at < above
    lowest, highest = ranked(Order.NEAREST_LINE_FIRST, [-INCOME_CLIP, INCOME_CLIP], line=1000.0)
    assert far < lowest < at
    assert above < highest


def test_random_order_tells_neighbouring_numbers_apart() -> None:
    words = [0, 1, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1]
    seen = [ranked(Order.RANDOM, [0], random=(word + 0.5) / 2**32)[0] for word in words]
    assert seen == [word - 2**31 for word in words]


def test_too_many_measures_are_refused() -> None:
    measures: dict[str, Any] = {key: {"funds": ["household"]} for key in ("industry", "training", "public_post", "asset_shares")}
    scenario = scenario_with(load_facts(), {"rounds": [{"order": "random", "measures": measures}] * 8})
    with pytest.raises(InputError, match="32 measures in all; wanted 30 at most"):
        packed_with(any_register(1), scenario)

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
from simlib.engine.accounts import BUDGET
from simlib.engine.arrays import Options
from simlib.engine.asking import NEW, rank_nearest, rank_random, rank_without_first
from simlib.engine.choose import (
    ASKING,
    BRACKET_ROWS,
    CHOOSE_ROWS,
    COUNT,
    HIGHEST,
    KEPT,
    LOWEST,
    NEED,
    TRIED,
    add_asked,
    choose,
    forget,
)
from simlib.engine.counted import Trace
from simlib.engine.handing import keep_served
from simlib.engine.luck import JOBS, moment, words
from simlib.engine.pack import Packed, stretch
from simlib.engine.project import project_whole
from simlib.engine.rows import LANES, fill, row
from simlib.engine.slots import World
from simlib.engine.state import INCOME_CLIP, NO_LIMIT, PLANNED_FUNDS, Measure
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.scenario import load_scenario
from tests.engine.small import STILL, any_register, draws_of, facts_with, packed_with, register, scenario_with

WORKED = 3  # lanes; the others are left alone
ALL_SLOTS = 2**30 - 1


@kernel
def serve(table, rounds, slots, who, narrowed, count, limit, mask, ranks, stride, place, reach, n, b, lanes):  # type: ignore[no-untyped-def]  # compiled
    """A round as the kernel goes through it: who asks, whom it serves, and what it leaves in their masks."""
    forget(count, n, TRIED, slots, lanes)
    fill(b, ASKING, np.int32(0), lanes)
    size = 0
    for household in range(mask.shape[0]):
        if add_asked(table.cost[household, :, 0], 0, slots, row(mask, household), table.weight[household], reach, n, b, lanes):
            who[size] = household
            size += 1
    if choose(table, rounds, 0, slots, 0, 0, who, narrowed, size, count, limit, mask, ranks, stride, place, reach, n, b, lanes):
        for k in range(size):
            keep_served(who[k], row(ranks, who[k] * stride + place), row(mask, who[k]), b, lanes)


@kernel
def nearest(income, w, rank, lanes):  # type: ignore[no-untyped-def]  # compiled
    """The step, for Python to call."""
    rank_nearest(income, w, rank, lanes)


@kernel
def at_random(key, luck, when, options, rank, lanes):  # type: ignore[no-untyped-def]  # compiled
    """The step, for Python to call."""
    rank_random(key, luck, when, options, rank, lanes)


@kernel
def without_first(income, labour_units, rank, lanes):  # type: ignore[no-untyped-def]  # compiled
    """The step, for Python to call."""
    rank_without_first(income, labour_units, rank, lanes)


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
    ranks_drawn = rng.integers(-3, draw(st.sampled_from([-2, 3, 2**31 - 1])), (households, WORKED)) if draw(st.booleans()) else None
    extremes = rng.choice(np.array([LOWEST + 1, -1, 0, HIGHEST]), (households, WORKED))
    mask = rng.integers(0, 2**slots, (households, WORKED)).astype(np.int32)
    new = rng.random((households, WORKED)) < 0.7
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
        budget=rng.integers(0, most + 1, (PLANNED_FUNDS, WORKED)),
        reached=rng.integers(0, 3, WORKED),
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


def spread(values: NDArray[Any], other: int) -> NDArray[Any]:
    """An array of lanes at the kernel's distance, what lies beyond the lanes that are worked filled with another number."""
    out = np.full((*values.shape[:-1], LANES), other, dtype=values.dtype)
    out[..., : values.shape[-1]] = values
    return out


def chosen(village: Village, *, stride: int = 1) -> tuple[list[list[int]], NDArray[np.int64]]:
    """The households that the step serves in each lane, and what they ask for: int64[row, lane], n[KEPT..] of the kernel.

    `stride`: ranks lie in every so-manieth row, the last of them, as last year's income does.
    """
    households, slots = village.cost.shape
    table = template().table._replace(cost=np.repeat(village.cost[:, :, None], 2, axis=2), weight=village.weight)
    rounds = template().rounds._replace(funds=np.ascontiguousarray(village.funds))
    n = np.full((CHOOSE_ROWS, LANES), 77, dtype=np.int64)
    n[BUDGET : BUDGET + PLANNED_FUNDS] = spread(village.budget, 77)
    ranks = np.full((households, stride, LANES), 5, dtype=np.int32)
    ranks[:, -1] = spread(village.rank, 5)
    mask, b, count = spread(village.mask, 1), np.full((BRACKET_ROWS, LANES), 78, dtype=np.int32), spread(village.reached, 79)
    who, narrowed = np.zeros((2, households), dtype=np.int64)
    reach = bool(village.limit[0] < NO_LIMIT)
    serve(table, rounds, slots, who, narrowed, count, village.limit, mask, ranks, stride, stride - 1, reach, n, b, WORKED)
    assert (mask[:, WORKED:] == 1).all()
    assert (n[:, WORKED:] == 77).all()
    assert (b[:, WORKED:] == 78).all()
    assert np.array_equal(count, spread(village.reached, 79)), "what was served before is the caller's"
    served = mask[:, :WORKED] & ALL_SLOTS
    assert ((served == 0) | (served == village.mask & ALL_SLOTS)).all(), "a package is given whole"
    return [np.flatnonzero(served[:, lane]).tolist() for lane in range(WORKED)], n[KEPT:, :WORKED]


@settings(max_examples=150)
@given(villages(), st.sampled_from([1, 5]))
def test_the_bisection_serves_whom_a_list_would(village: Village, stride: int) -> None:
    seen, asked_for = chosen(village, stride=stride)
    for lane in range(WORKED):
        expected = by_hand(village, lane) if fits(village, [], lane) else []
        assert seen[lane] == expected, f"lane {lane}"
        assert paid(village, seen[lane], lane) is not None, "more than there is"
        for slot in range(village.cost.shape[1]):
            need = sum(int(village.cost[row, slot]) for row in expected if slot in asked(village, row, lane))
            assert asked_for[NEED + slot, lane] == need
        heads = sum(int(village.weight[row]) for row in expected if village.mask[row, lane] & NEW)
        if village.limit[0] < NO_LIMIT:  # else nobody counts
            assert asked_for[COUNT, lane] == village.reached[lane] + heads


def plain(cost: list[int], rank: list[int], budget: int) -> Village:
    """One measure, one fund, the same in all lanes."""
    many = len(cost)
    return Village(
        cost=np.array(cost)[:, None],
        weight=np.ones(many, dtype=np.int64),
        mask=np.full((many, WORKED), 1 | NEW, dtype=np.int32),
        rank=np.repeat(np.array(rank, dtype=np.int32)[:, None], WORKED, axis=1),
        funds=np.array([[0, -1, -1]]),
        budget=np.array([[budget] * WORKED, *([[1000] * WORKED] * (PLANNED_FUNDS - 1))]),
        reached=np.zeros(WORKED, dtype=np.int64),
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
    assert chosen(village)[0] == [expected] * WORKED
    assert by_hand(village, 0) == expected


Ranks = NDArray[np.int32]


def in_order(incomes: list[int], labour_units: float) -> list[int]:
    """Ranks of incomes (fen a head) under `without_labour_first`."""
    rank: Ranks = np.zeros(LANES, dtype=np.int32)
    without_first(spread(np.array(incomes, dtype=np.int32), 0), labour_units, rank, len(incomes))
    return [int(one) for one in rank[: len(incomes)]]


def near(incomes: list[int], line: float) -> list[int]:
    """Ranks of incomes (fen a head) under `nearest_line_first`."""
    w, rank = np.zeros((len(World), LANES)), np.zeros(LANES, dtype=np.int32)
    w[World.GOVERNING_BEFORE_FEN] = line
    nearest(spread(np.array(incomes, dtype=np.int32), 0), w, rank, len(incomes))
    return [int(one) for one in rank[: len(incomes)]]


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5])
def test_poorest_first_is_by_income(number: int) -> None:
    """Far beyond what an income is clipped to too; whoever the reach leaves out is richer than all who are served."""
    incomes = [-9e9, -50.0, 0.0, 70.0, 9e6]
    only = {"order": "poorest_first", "reach": {"number": number}, "measures": {"training": {"funds": ["household"]}}}
    facts = facts_with(STILL)
    registry = register([{"business_income": income} for income in incomes])
    packed = packed_with(registry, scenario_with(facts, {"rounds": [only]}, uncertainties={"parameters": "none"}), facts)
    trace = project_whole(packed, draws_of(packed, 2)).trace
    assert trace is not None
    begun = trace[:, 0, Trace.BEGUN].astype(int) >> Measure.TRAINING & 1
    by_income = [int(np.flatnonzero(packed.household_ids == f"H{place}")[0]) for place in range(1, 6)]
    assert begun[by_income].T.tolist() == [[1] * number + [0] * (5 - number)] * 2


def test_without_labour_first_puts_every_household_with_labour_behind_all_without() -> None:
    weak = in_order([-INCOME_CLIP, -5, INCOME_CLIP], labour_units=0.0)
    strong = in_order([-INCOME_CLIP, -5, INCOME_CLIP], labour_units=0.5)
    assert weak == sorted(set(weak))
    assert strong == sorted(set(strong))
    assert min(weak) > LOWEST
    assert max(weak) < min(strong)
    assert max(strong) <= HIGHEST


def test_nearest_line_first_is_by_distance_below_then_the_others() -> None:
    close, far, at, above = near([990, 100, 1000, 5000], line=1000.0)
    assert close == 10
    assert close < far < at < above
    lowest, highest = near([-INCOME_CLIP, INCOME_CLIP], line=1000.0)
    assert far < lowest < at
    assert above < highest <= HIGHEST


def test_random_order_is_the_upper_bits_of_a_number_of_ones_own() -> None:
    """Thirty-one of them: who differs in the last one alone ties, and ties go by key."""
    seed, key, luck = 0xABCDEF0123456789, 0x123456789ABCDEF, np.arange(WORKED + 8, dtype=np.uint64)
    options: Options = stretch(template(), draws_of(template(), 1, seed=seed), (2018,))
    rank: Ranks = np.full(LANES, -7, dtype=np.int32)
    at_random(np.uint64(key), spread(luck, 0), np.uint64(moment(2018, JOBS)), options, rank, len(luck))
    assert rank[: len(luck)].tolist() == (words(seed, luck, key, 2018, JOBS)[2] >> np.uint64(1)).tolist()
    assert (rank[len(luck) :] == -7).all()


def test_too_many_measures_are_refused() -> None:
    measures: dict[str, Any] = {key: {"funds": ["household"]} for key in ("industry", "training", "public_post", "asset_shares")}
    scenario = scenario_with(load_facts(), {"rounds": [{"order": "random", "measures": measures}] * 8})
    with pytest.raises(InputError, match="32 measures in all; wanted 30 at most"):
        packed_with(any_register(1), scenario)

"""Counting in narrow places: many households to a byte, many people to 32 bits."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simlib.compiled import kernel
from simlib.engine.counted import HouseholdStat, Mark, Sign, Stat
from simlib.engine.pack import Packed
from simlib.engine.project import Projection, project
from simlib.engine.rows import LANES, in_lanes, lanes_for
from simlib.engine.scratch import MARKS, NOTES, PC, ROWS, SIGNS
from simlib.engine.state import SOCIAL_ACCOUNT
from simlib.engine.tally import MOST_COUNTED, count_household
from simlib.errors import RunError
from simlib.facts import load_facts
from simlib.registry import Registry
from simlib.scenario import load_scenario
from tests.engine.small import draws_of, packed_with, register, scenario_with

DRAWS = [1, 2, 7, 8, 9, 63, LANES]
SUMMED = {
    HouseholdStat.AT_FIXED: (Sign.AT_FIXED,),
    HouseholdStat.AT_MOVING: (Sign.AT_MOVING,),
    HouseholdStat.EXITED: (Sign.EXITED,),
    HouseholdStat.REENTERED: (Sign.REENTERED,),
    HouseholdStat.PLACED: (Sign.PLACED_0, Sign.PLACED_1),
    HouseholdStat.INDUSTRY: (Sign.INDUSTRY,),
    HouseholdStat.TRAINING: (Sign.TRAINING,),
    HouseholdStat.PUBLIC_POST: (Sign.PUBLIC_POST,),
    HouseholdStat.ASSET_SHARES: (Sign.ASSET_SHARES,),
    HouseholdStat.LAND_TRANSFER: (Sign.LAND_TRANSFER,),
    HouseholdStat.MICROCREDIT: (Sign.MICROCREDIT,),
    HouseholdStat.LOCAL_JOBS: (Sign.LOCAL_JOBS,),
    HouseholdStat.HOUSING: (Sign.HOUSING,),
    HouseholdStat.SAFE: (Sign.SAFE,),
    HouseholdStat.GUARANTEED: (Sign.GUARANTEED,),
}
MARKED = {
    HouseholdStat.AT_INDEXED: Mark.AT_INDEXED,
    HouseholdStat.PAPER: Mark.PAPER,
    HouseholdStat.SHEET: Mark.SHEET,
    HouseholdStat.STABLE: Mark.STABLE,
    HouseholdStat.SHEET_ONLY: Mark.SHEET_ONLY,
    HouseholdStat.EXIT_ONLY: Mark.EXIT_ONLY,
    HouseholdStat.REMOVED: Mark.REMOVED,
}


@kernel
def summed(u, notes, sums, lanes, surplus):  # type: ignore[no-untyped-def]  # compiled
    """The step, for Python to call."""
    count_household(u, notes, sums, lanes, surplus)


def sums_of(signs: NDArray[np.int32], incomes: NDArray[np.float64], marks: NDArray[np.int32] | None = None) -> NDArray[np.int64]:
    """Sums over the draws of one household, added to 1000 of each. signs[draw], incomes[draw] fen a head, marks[draw] (as signs)"""
    draws = len(signs)
    u, notes, sums = np.full((ROWS, LANES), 9e9), np.full((NOTES, LANES), -1, dtype=np.int32), np.full(len(HouseholdStat), 1000)
    lanes = lanes_for(draws)
    notes[MARKS, :lanes] = in_lanes(signs if marks is None else marks, lanes)
    notes[SIGNS, :lanes], u[PC, :lanes] = in_lanes(signs, lanes), in_lanes(incomes, lanes)
    summed(u, notes, sums, lanes, lanes - draws)
    return sums - 1000


def test_a_byte_holds_every_lane() -> None:
    """Signs of four kinds are added in the four bytes of one number: no byte may run over into the next."""
    assert LANES <= 255


def test_signs_that_are_summed_have_a_byte_to_themselves() -> None:
    for kind, bits in ((Sign, [sign for signs in SUMMED.values() for sign in signs]), (Mark, list(MARKED.values()))):
        assert all(sign & (sign - 1) == 0 for sign in kind), "a sign is a bit"
        assert len(kind.__members__) == len(kind), "and no other's"
        for shift in (0, 1, 2, 6):
            together = [sign for sign in bits if (sign.bit_length() - 1) % 8 == shift]
            assert len({(sign.bit_length() - 1) // 8 for sign in together}) == len(together)
        assert all((sign.bit_length() - 1) % 8 in (0, 1, 2, 6) for sign in bits)


@pytest.mark.parametrize("draws", DRAWS)
def test_every_sign_in_every_lane_is_counted(draws: int) -> None:
    sums = sums_of(np.full(draws, -1, dtype=np.int32), np.full(draws, 12_345.0))
    for stat, signs in SUMMED.items():
        assert sums[stat] == len(signs) * draws, stat.name
    assert all(sums[stat] == draws for stat in MARKED)
    assert sums[HouseholdStat.INCOME_SQUARED] == draws * 123**2


@pytest.mark.parametrize("draws", DRAWS)
@pytest.mark.parametrize("seed", range(5))
def test_lanes_that_fill_up_are_taken_off_again(draws: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    signs, marks = rng.integers(-(2**31), 2**31, (2, draws)).astype(np.int32)
    incomes = np.floor(rng.normal(5e5, 5e5, draws))
    sums = sums_of(signs, incomes, marks)
    for stat, bits in SUMMED.items():
        assert sums[stat] == sum(np.count_nonzero(signs & bit) for bit in bits), stat.name
    for stat, mark in MARKED.items():
        assert sums[stat] == np.count_nonzero(marks & mark), stat.name
    assert sums[HouseholdStat.INCOME_SQUARED] == (np.floor(incomes / 100 + 0.5).astype(np.int64) ** 2).sum()


# --- more people than 32 bits hold

OF_VILLAGES = [
    *(Stat.MEAN_FIXED, Stat.MEAN_MOVING, Stat.MEAN_INDEXED, Stat.VILLAGE_EXITS, Stat.SERVICES),
    *(Stat.VILLAGE_SHEET, Stat.VILLAGE_SHEET_ONLY, Stat.VILLAGE_EXIT_ONLY),
]
PEOPLE = [stat for stat in Stat if stat not in OF_VILLAGES]
KINDS: list[dict[str, Any]] = [
    {"wage_income": 9_000.0, "transfer_income": 4_000.0},
    {"workers": 0, "labour_units": 0.0, "elderly": 1, "transfer_income": 9_000.0},
    {"business_income": -3_000.0, "dropouts": 1, "insured": False},
    {"workers": 0, "labour_units": 0.0, "dibao_yuan": 1_000.0, "housing_safe": False},
    {"registered_from": None, "wage_income": 14_000.0, "elderly": 1},
    {"wage_income": 40_000.0},
]


def weighted(weight: int, members: int) -> Registry:
    rows = [kind | {"members": members, "workers": min(members, kind.get("workers", members)), "weight": float(weight)} for kind in KINDS]
    rows = [row | {"labour_units": float(row["workers"])} for row in rows]
    return register(rows, [{"residents": 100 * weight}])


def protected(registry: Registry) -> tuple[Packed, Projection]:
    """Nobody competes for money, so everything that is counted grows with the weight."""
    entitled = {"social_security": {"funds": ["social"]}, "dibao": {"enrolment": "coverage"}}
    packed = packed_with(registry, scenario_with(load_facts(), {"entitled": entitled, "horizon": [2016, 2018]}))
    return packed, project(packed, draws_of(packed, 9))


@pytest.mark.parametrize(("weight", "members"), [(2**28, 7), (2**29, 3), (2**30, 1), (2**31 - 1, 1)])
def test_people_beyond_32_bits_are_counted(weight: int, members: int) -> None:
    """Each household stands for nearly as many as can be counted at a time; all together for several times as many."""
    (packed, seen), (_, once) = protected(weighted(weight, members)), protected(weighted(1, members))
    assert members * weight <= MOST_COUNTED < packed.groups.people[0]
    assert once.totals[..., PEOPLE].any()
    assert np.array_equal(seen.totals[..., PEOPLE], once.totals[..., PEOPLE] * weight)
    assert seen.totals[..., [Stat.SCHOOL, Stat.MEDICAL]].max() > MOST_COUNTED
    assert np.array_equal(seen.incomes, once.incomes * weight)
    assert np.array_equal(seen.households, once.households)
    assert np.array_equal(seen.ledger[:, :, SOCIAL_ACCOUNT], once.ledger[:, :, SOCIAL_ACCOUNT] * weight)
    if weight != MOST_COUNTED:  # a power of two: means of villages are the same to the last bit
        assert np.array_equal(seen.totals[..., OF_VILLAGES], once.totals[..., OF_VILLAGES])


@pytest.mark.parametrize(("weight", "members"), [(2.0**28, 8), (2.0**31, 1), (1e12, 3)])
def test_a_household_of_more_people_than_can_be_counted_is_refused(weight: float, members: int) -> None:
    registry = register([{}, {"household_id": "many", "members": members, "weight": weight}], [{"residents": 1000}])
    with pytest.raises(RunError, match=r"^household 'many' stands for [\d,]+ people \(members x weight\); wanted 2,147,483,647 at most"):
        packed_with(registry, load_scenario("baseline"))


def test_weights_in_fractions_leave_room_for_fewer() -> None:
    registry = register([{"weight": 1.5}, {"household_id": "many", "members": 2, "weight": 1_048_576.0}])
    with pytest.raises(RunError, match=r"household 'many' stands for 2,097,152 people .* wanted 2,097,151 at most"):
        packed_with(registry, load_scenario("baseline"))
    assert packed_with(register([{"weight": 1.5}, {"members": 1, "weight": 2_097_151.0}]), load_scenario("baseline")).weight_unit == 1024

"""Some villages by themselves give the bits that they give in the whole; so do their figures, and so does a plan."""

from typing import Any

import numpy as np
import pytest

from simlib.engine.arrays import Groups, Table
from simlib.engine.counted import Stat
from simlib.engine.draws import draw_table
from simlib.engine.fixed import fixed_plan
from simlib.engine.pack import Packed, pack
from simlib.engine.project import project
from simlib.engine.state import Ledger
from simlib.monitoring.cut import OF_GROUP, cut, parts, spans
from simlib.monitoring.projected import figures
from simlib.runs import Prepared
from tests.monitoring.filling import prepared
from tests.small import small_register

BY_DRAW = ("totals", "cells", "incomes", "ledger", "spending", "served")
BY_VILLAGE = ("villages", "share_bins", "mean_bins")
DRAWS = 24


def planned() -> Packed:
    """The small register with the fixed plan of its rule."""
    packed = prepared().packed
    return pack(small_register(), packed.scenario, packed.facts, fixed_plan(packed))


@pytest.fixture(scope="module", params=["rule", "plan"])
def packed(request: pytest.FixtureRequest) -> Packed:
    return prepared().packed if request.param == "rule" else planned()


def draws_of(packed: Packed, number: int = DRAWS) -> Any:
    return draw_table(packed.facts, packed.scenario, number, 1)


def test_cuts_together_are_the_whole(packed: Packed) -> None:
    number, draws = len(packed.village_ids), draws_of(packed)
    chosen = np.arange(0, number, 3)
    cuts = [cut(packed, chosen), cut(packed, np.setdiff1d(np.arange(number), chosen))]
    whole, pieces = project(packed, draws), [project(one.packed, draws) for one in cuts]
    for name in BY_DRAW:
        assert np.array_equal(sum(getattr(piece, name) for piece in pieces), getattr(whole, name)), name
    for one, piece in zip(cuts, pieces, strict=True):
        assert np.array_equal(piece.households, whole.households[one.households])
        for name in BY_VILLAGE:
            assert np.array_equal(getattr(piece, name), getattr(whole, name)[one.villages]), name
        assert one.packed.household_ids.tolist() == packed.household_ids[one.households].tolist()
    assert whole.served.any()


def test_a_village_of_which_a_plan_says_nothing_stays_under_the_plan() -> None:
    packed = planned()
    starts = packed.rounds.plan_start
    without = [place for place, (first, last) in enumerate(spans(packed)) if starts[first] == starts[last]]
    village = without[0] if without else int(np.argmin([starts[last] - starts[first] for first, last in spans(packed)]))
    one = cut(packed, np.array([village]))
    assert len(one.packed.rounds.plan_fen) >= 1
    assert one.packed.rounds.plan_start[-1] == starts[spans(packed)[village, 1]] - starts[spans(packed)[village, 0]]


def test_every_array_is_as_writable_as_the_whole_has_it() -> None:
    packed = prepared().packed
    one = cut(packed, np.array([1]))
    for whole, part in ((packed.table, one.packed.table), (packed.groups, one.packed.groups)):
        for name, value in part._asdict().items():
            assert value.flags.writeable == getattr(whole, name).flags.writeable, name
            assert value.dtype == getattr(whole, name).dtype and value.flags.c_contiguous, name


def test_what_belongs_to_groups_is_known() -> None:
    packed = prepared().packed
    groups, villages = len(packed.groups.start), len(packed.village_ids)
    assert {name for name in Groups._fields if len(getattr(packed.groups, name)) != (groups if name in OF_GROUP else villages)} == set()
    assert {name for name in Table._fields if len(getattr(packed.table, name)) != len(packed.household_ids)} == set()


def test_parts_cover_every_village_once() -> None:
    packed = prepared().packed
    found = list(parts(packed, np.array([5, 1, 9, 2]), households=60))
    assert np.concatenate([one.villages for one in found]).tolist() == [1, 2, 5, 9]
    assert all(len(one.villages) == 1 or len(one.households) <= 60 for one in found)


def test_figures_of_villages_add_up_to_the_run() -> None:
    ready: Prepared = prepared()
    packed, draws = ready.packed, draws_of(ready.packed)
    whole = project(packed, draws)
    found = figures(packed, draws, np.arange(len(packed.village_ids)), packed.years)
    income = whole.totals[:, :, Stat.CAPABLE_WAGE : Stat.WITHOUT_DIBAO + 1].sum(axis=2)
    assert np.array_equal(found.income_fen.sum(axis=0).T, income)
    assert np.array_equal(found.exited.sum(axis=0).T, whole.totals[:, :, Stat.EXITED])
    guidance = whole.ledger[:, :, [3, 4, 5], Ledger.SPENT].sum(axis=2)
    assert np.array_equal(found.spent_guidance.sum(axis=0).T, guidance)
    assert found.repaired.any() and (found.repaired <= found.unsafe[:, None, None]).all()
    later = figures(packed, draws, np.array([0, 2]), packed.years[1:2])
    assert np.array_equal(later.exited[:, 0], found.exited[[0, 2], 1])


def test_figures_do_not_depend_on_the_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = prepared().packed
    villages = np.arange(6)
    whole = figures(packed, draws_of(packed), villages, packed.years)
    fewer = figures(packed, draws_of(packed, 9), villages, packed.years)
    assert np.array_equal(fewer.income_fen, whole.income_fen[..., :9])
    monkeypatch.setattr("simlib.monitoring.cut.PART_HOUSEHOLDS", 1)
    monkeypatch.setattr("simlib.monitoring.projected.width_for", lambda draws: 10)
    apart = figures(packed, draws_of(packed), villages, packed.years)
    assert np.array_equal(apart.income_fen, whole.income_fen) and np.array_equal(apart.repaired, whole.repaired)

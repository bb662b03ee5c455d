"""The same bits however the work is cut: threads, widths of blocks, parts of the register, draws, processes, groups."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simlib.engine import blocks
from simlib.engine.pack import Packed
from simlib.engine.project import Projection, project, project_whole
from simlib.engine.rows import LANES
from simlib.engine.state import GROUP_LIMIT, Ledger
from simlib.funds import PLANNED_ACCOUNTS
from simlib.registry import Registry, make_registry
from simlib.scenario import load_scenario
from tests.engine.small import TALLIES, any_register, assert_same, draws_of, packed_with

ROOT = Path(__file__).resolve().parents[2]
BY_DRAW = ("totals", "cells", "incomes", "ledger", "spending", "served")
BY_PLACE = tuple(name for name in TALLIES if name not in BY_DRAW)
DRAWS = LANES + 33


def people() -> Registry:
    """Villages of a few households each."""
    return any_register(61, households=60, villages=7)


def some() -> Packed:
    """All measures on offer, and money that does not suffice."""
    return packed_with(people(), load_scenario("full_package"))


@pytest.fixture(scope="module")
def packed() -> Packed:
    return some()


@pytest.fixture(scope="module")
def whole(packed: Packed) -> Projection:
    projection = project(packed, draws_of(packed, DRAWS))
    assert projection.served.any()
    return projection


def assert_joined(parts: list[Projection], whole: Projection) -> None:
    """Draws one after the other, sums over them added."""
    for name in BY_DRAW:
        assert np.array_equal(np.concatenate([getattr(part, name) for part in parts]), getattr(whole, name)), name
    for name in BY_PLACE:
        assert np.array_equal(sum(getattr(part, name) for part in parts), getattr(whole, name)), name


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("width", [1, 3, 7, 9, 31, LANES])
@pytest.mark.parametrize("rows", [1, 13, 4000])
def test_threads_widths_and_parts_change_nothing(
    workers: int, width: int, rows: int, packed: Packed, whole: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", rows)
    told: list[int] = []
    cut = project(packed, whole.draws, workers=workers, width=width, progress=told.append)
    assert_same(cut, whole)
    assert sum(told) == 60 * DRAWS * len(packed.years)


@pytest.mark.parametrize("width", [7, LANES])
def test_the_order_of_rows_changes_nothing(width: int, whole: Projection) -> None:
    registry = people()
    turned = make_registry(registry.households[::-1], registry.villages[::-1], synthetic=True, origin="test")
    assert_same(project(packed_with(turned, load_scenario("full_package")), whole.draws, width=width), whole)


@pytest.mark.parametrize("workers", [1, 2])
def test_sums_of_households_may_be_left_out(workers: int, packed: Packed, whole: Projection) -> None:
    bare = project(packed, whole.draws, workers=workers, households=False)
    assert bare.households.shape == (0, len(packed.years), whole.households.shape[-1])
    assert_same(bare, whole, names=[name for name in TALLIES if name != "households"])


@pytest.mark.parametrize("draws", [1, 2, 7, 8, 9, LANES - 1, LANES, LANES + 1])
def test_a_prefix_of_draws_and_the_rest_are_the_whole(draws: int, packed: Packed, whole: Projection) -> None:
    table = whole.draws
    assert_joined([project(packed, table.part(0, draws)), project(packed, table.part(draws, DRAWS))], whole)


def test_kept_rows_give_the_same_whatever_stands_beside_a_draw(packed: Packed, whole: Projection) -> None:
    """More draws than a block has lanes."""
    kept = project_whole(packed, whole.draws)
    assert_same(kept, whole)
    alone = project_whole(packed, whole.draws.part(LANES + 5, LANES + 6))
    assert kept.trace is not None
    assert alone.trace is not None
    assert np.array_equal(kept.trace[..., LANES + 5], alone.trace[..., 0])


def save_part(first: int, last: int, path: str) -> None:
    """Project some draws of `some` and write every tally: what another process is asked for."""
    packed = some()
    part = project(packed, draws_of(packed, DRAWS).part(first, last))
    np.savez(path, **{name: getattr(part, name) for name in TALLIES})


def test_two_processes_give_the_halves_of_one(whole: Projection, tmp_path: Path) -> None:
    half = DRAWS // 2
    parts: list[dict[str, Any]] = []
    for place, (first, last) in enumerate([(0, half), (half, DRAWS)]):
        path = tmp_path / f"part{place}.npz"
        code = f"from tests.engine.test_cuts import save_part; save_part({first}, {last}, {str(path)!r})"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with np.load(path) as stored:
            parts.append({name: stored[name] for name in TALLIES})
    for name in BY_DRAW:
        assert np.array_equal(np.concatenate([part[name] for part in parts]), getattr(whole, name)), name
    for name in BY_PLACE:
        assert np.array_equal(parts[0][name] + parts[1][name], getattr(whole, name)), name


# --- groups


@pytest.fixture(scope="module")
def large() -> Registry:
    """A village of more households than a group may have, and a small one."""
    return any_register(62, households=2 * (GROUP_LIMIT + 3), villages=2)


def limited(registry: Registry, limit: int, scenario: str, monkeypatch: pytest.MonkeyPatch) -> Packed:
    monkeypatch.setattr("simlib.engine.pack.GROUP_LIMIT", limit)
    return packed_with(registry, load_scenario(scenario))


def money(projection: Projection) -> np.ndarray[Any, np.dtype[np.int64]]:
    return projection.ledger[:, :, :PLANNED_ACCOUNTS, Ledger.ENTITLED]


def test_a_village_beyond_the_limit_is_cut_into_groups(large: Registry) -> None:
    packed = packed_with(large, load_scenario("full_package"))
    sizes = packed.groups.end - packed.groups.start
    assert len(sizes) == 4
    assert sizes.max() <= GROUP_LIMIT
    assert sizes.sum() == len(large.households)
    assert sizes.max() - sizes.min() <= 1


def test_where_nobody_competes_groups_change_nothing(large: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = packed_with(large, load_scenario("baseline"))
    uncut = limited(large, 2 * GROUP_LIMIT, "baseline", monkeypatch)
    assert len(uncut.groups.start) == 2
    table = draws_of(cut, 2)
    assert_same(project(cut, table), project(uncut, table), names=[name for name in TALLIES if name != "ledger"])


def test_a_group_beyond_the_limit_gives_the_same_however_it_is_cut(large: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the kernel works in has the limit's length."""
    packed = limited(large, 2 * GROUP_LIMIT, "full_package", monkeypatch)
    table = draws_of(packed, 3)
    one, other = project(packed, table), project(packed, table, workers=2, width=2)
    assert one.served.any()
    assert_same(one, other)


def test_groups_of_one_household_are_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = any_register(63, households=21, villages=2)
    alone, together = (limited(registry, limit, "full_package", monkeypatch) for limit in (1, GROUP_LIMIT))
    assert (alone.groups.end - alone.groups.start).tolist() == [1] * 21
    table = draws_of(alone, 20)
    one, other = project(alone, table), project(together, table)
    assert np.array_equal(money(one), money(other)), "every household has its share, none more"
    assert one.served.any()
    assert_same(one, project(alone, table, workers=2, width=7))
    one, other = (project(limited(registry, limit, "baseline", monkeypatch), table) for limit in (1, GROUP_LIMIT))
    assert_same(one, other, names=[name for name in TALLIES if name != "ledger"])

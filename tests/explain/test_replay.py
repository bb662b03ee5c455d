"""Replaying one group: the same bits as the whole projection, the money of the whole register, and accounts that add up everywhere."""

from typing import Any

import numpy as np
import pytest

from simlib.engine.arrays import Groups
from simlib.engine.counted import Trace
from simlib.engine.fixed import fixed_plan
from simlib.engine.pack import Packed
from simlib.engine.project import project_whole
from simlib.engine.slots import World
from simlib.errors import InputError
from simlib.explain.account import Account, account_of
from simlib.explain.income import SOURCES
from simlib.explain.replay import BY_GROUP, BY_VILLAGE, PLACES, Replay, find_household, group_of, one_draw, only_group, replay
from simlib.explain.text import account_text
from simlib.runs import prepare
from simlib.scenario import load_scenario
from simlib.words import LANGUAGES, Words
from tests.engine.small import any_register, packed_with
from tests.small import small_register

SCENARIOS = ("baseline", "full_package", "full_package_fixed", "paper_exits", "register_rechecked", "equal_shares")
"""Between them every measure, village projects, a given plan, exits by reported income, a re-check and equal shares."""


def packed_under(name: str) -> Packed:
    return prepare(small_register(), load_scenario(name)).packed


def everybody(packed: Packed, draw: int | None) -> list[tuple[Replay, int]]:
    """Every household of a register in one draw, each in its replayed group."""
    groups, table = range(len(packed.groups.start)), one_draw(packed, 1, draw)
    found = [replay(packed, table, group) for group in groups]
    return [(one, row) for one in found for row in range(len(one.trace))]


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("draw", [None, 0, 5])
def test_every_account_adds_up_and_every_verdict_follows(name: str, draw: int | None) -> None:
    packed = packed_under(name)
    whole = project_whole(packed, one_draw(packed, 1, draw))
    assert whole.trace is not None
    traces, accounts = [], []
    for replayed, row in everybody(packed, draw):
        account = account_of(replayed, row)  # refuses what does not add up, and a verdict that does not follow
        traces.append(replayed.trace[row])
        accounts.append(account)
        _adds_up(account, replayed.trace[row])
    assert np.array_equal(np.array(traces), whole.trace[..., 0]), "a group by itself is what it is among all"
    assert [one.home.household for one in accounts] == [str(one) for one in packed.household_ids]


def _adds_up(account: Account, trace: np.ndarray[Any, Any]) -> None:
    for place, year in enumerate(account.years):
        assert sum(one.fen for one in year.parts) == year.total_fen == trace[place, Trace.TOTAL_FEN]
        assert [year.sources[source] for source in SOURCES] == trace[place, : len(SOURCES)].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_any_register_adds_up(seed: int) -> None:
    """Households in debt, of several weights, of consent known and unknown, candidates, villages that are not poor."""
    packed = packed_with(any_register(seed, households=30, villages=3), load_scenario("full_package"))
    for replayed, row in everybody(packed, 2):
        for year in account_of(replayed, row).years:
            assert sum(one.fen for one in year.parts) == year.total_fen


@pytest.mark.parametrize("planned", [False, True])
def test_a_group_of_a_village_of_several(planned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simlib.engine.pack.GROUP_LIMIT", 7)
    registry = any_register(63, households=30, villages=2)
    packed = packed_with(registry, load_scenario("full_package"))
    if planned:
        packed = packed_with(registry, load_scenario("full_package"), plan=fixed_plan(packed))
    assert len(packed.groups.start) > 2
    whole = project_whole(packed, one_draw(packed, 1, 3))
    assert whole.trace is not None
    assert whole.group_ledger is not None
    for group in range(len(packed.groups.start)):
        found = replay(packed, one_draw(packed, 1, 3), group)
        rows = slice(int(packed.groups.start[group]), int(packed.groups.end[group]))
        assert np.array_equal(found.trace, whole.trace[rows, ..., 0])
        assert np.array_equal(found.ledger, whole.group_ledger[group, ..., 0])
        assert all(account_of(found, row).years for row in range(rows.stop - rows.start))


def test_what_a_plan_paid_is_what_its_measures_cost() -> None:
    packed, seen = packed_under("full_package_fixed"), 0
    for replayed, row in everybody(packed, 1):
        for year in account_of(replayed, row).years:
            for one in year.begun:
                seen += 1
                assert one.fen == sum(part.fen for part in one.funds) > 0
    assert seen > 100


@pytest.mark.parametrize("name", ["employment_and_assets", "equal_shares"])
def test_what_measures_cost_in_a_group_is_what_its_books_say(name: str) -> None:
    """All households of a group together, each by its weight, against what its planned funds spent; village projects stand aside."""
    packed = packed_under(name)
    for group in range(len(packed.groups.start)):
        replayed = replay(packed, one_draw(packed, 1, 4), group)
        weights = replayed.packed.table.weight / packed.weight_unit
        accounts = [account_of(replayed, row) for row in range(len(weights))]
        for place in range(len(packed.years)):
            costs = [[one.fen for one in account.years[place].begun] for account in accounts]
            total = sum(weight * sum(own) for weight, own in zip(weights, costs, strict=True))
            assert total == replayed.ledger[place, :13, 3].sum()


def test_the_central_row_has_no_luck() -> None:
    packed = packed_under("full_package")
    for replayed, row in everybody(packed, None)[::7]:
        for year in account_of(replayed, row).years:
            assert {"luck", "lasting"} & {one.part for one in year.parts if abs(one.fen) > 1} == set()
            assert year.events == () or {one.key for one in year.events}.isdisjoint({"ill", "crop_lost", "job_lost"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_account_can_be_told(language: str) -> None:
    words = Words(language)
    for name in SCENARIOS:
        for replayed, row in everybody(packed_under(name), 2)[::11]:
            text = account_text(account_of(replayed, row), words)
            assert "{" not in text
            assert len(text.splitlines()) > 10 * len(replayed.years)


def test_lines_are_those_of_the_draw() -> None:
    packed = packed_under("full_package")
    central, drawn = (replay(packed, one_draw(packed, 1, draw), 0) for draw in (None, 9))
    assert (central.world[:, World.FIXED_FEN] == [643_300, 688_300, 736_500]).all()
    assert central.world[2, World.MOVING_FEN] != drawn.world[2, World.MOVING_FEN], "the province's income of 2018 is uncertain"


def test_one_draw_is_that_row_of_any_run() -> None:
    packed = packed_under("full_package")
    one = one_draw(packed, 7, 3)
    assert (len(one), one.seed, one.luck.tolist(), one.quiet) == (1, 7, [3], False)
    assert one_draw(packed, 7, None).quiet


def test_cutting_knows_every_array_of_the_groups() -> None:
    assert sorted((*BY_VILLAGE, *BY_GROUP, *PLACES)) == sorted(Groups._fields)
    packed = packed_under("full_package")
    last = len(packed.groups.start) - 1
    cut = only_group(packed, last)
    assert cut.household_ids.tolist() == packed.household_ids[packed.groups.start[last] : packed.groups.end[last]].tolist()
    assert np.array_equal(cut.groups.quota[0], packed.groups.quota[last])
    assert cut.village_ids.tolist() == [packed.village_ids[-1]]


def test_finding_a_household() -> None:
    packed = packed_under("baseline")
    for row in (0, 17, len(packed.household_ids) - 1):
        assert find_household(packed, f"  {packed.household_ids[row]} ") == row
        group = group_of(packed, row)
        assert packed.groups.start[group] <= row < packed.groups.end[group]
    known = str(packed.household_ids[3])
    with pytest.raises(InputError, match=f"no household '{known}9' in the register of .* households; the nearest: .*{known}"):
        find_household(packed, f"{known}9")
    with pytest.raises(InputError, match="its ids look like"):
        find_household(packed, "§")

"""Verdicts that hang on the line or on the score sheet, written by hand and of real runs."""

from collections.abc import Mapping

import pandas as pd
import pytest

from simlib.assessment import verdicts
from simlib.assessment.counts import Counts
from simlib.engine.counted import HouseholdStat, Stat, VillageStat
from simlib.engine.project import Projection
from simlib.scenario import bundled_scenarios
from tests.small import hand_projection, hand_register, register_of, small_register, small_run


def sums(
    projection: Projection,
    households: Mapping[str, Mapping[HouseholdStat, int]],
    villages: Mapping[str, Mapping[VillageStat, int]],
    year: int = 2018,
) -> Projection:
    """Give households and villages their sums over the ten draws in a year."""
    place = projection.years.index(year)
    for name, stats in households.items():
        for stat, number in stats.items():
            projection.households[projection.packed.household_ids.tolist().index(name), place, stat] = number
    for name, their in villages.items():
        for kind, number in their.items():
            projection.villages[projection.packed.village_ids.tolist().index(name), place, kind] = number
    return projection


def flipped() -> Projection:
    """h1 at the fixed line in eight draws of ten and at the moving one in four; h2 at every line; village b at the indexed line alone."""
    at = (HouseholdStat.AT_FIXED, HouseholdStat.AT_MOVING, HouseholdStat.AT_INDEXED)
    homes = {"h1": dict(zip(at, (8, 4, 9), strict=True)), "h2": dict.fromkeys(at, 5)}
    return sums(hand_projection(), homes, {"b": {VillageStat.MEAN_FIXED: 4, VillageStat.MEAN_INDEXED: 5}})


def test_flips_by_hand() -> None:
    table = verdicts.flips(flipped(), hand_register())
    home, village = table.to_dict("records")
    assert home == {
        "kind": "household", "id": "h1", "village_id": "a", "county": "丰顺县", "year": 2018, "people": 3,
        "chance_fixed": 0.8, "chance_moving": 0.4, "chance_indexed": 0.9, "at_fixed": True, "at_moving": False, "at_indexed": True,
    }  # fmt: skip
    assert village == {
        "kind": "village", "id": "b", "village_id": "b", "county": "大埔县", "year": 2018, "people": 5,
        "chance_fixed": 0.4, "chance_moving": 0.0, "chance_indexed": 0.5, "at_fixed": False, "at_moving": False, "at_indexed": True,
    }  # fmt: skip
    summary = verdicts.flip_summary(flipped(), table)
    assert summary[-1] == {"year": 2018, "households": 1, "people": 3.0, "villages": 1}
    assert summary[0] == {"year": 2016, "households": 0, "people": 0.0, "villages": 0}


def test_candidates_and_other_villages_are_not_judged() -> None:
    people = register_of({"h1": {"registered_from": None}, "h2": {"village_id": "b"}}, {"a": {}, "b": {"is_poor_village": False}})
    projection = sums(hand_projection(registry=people), {"h1": {HouseholdStat.AT_FIXED: 9}}, {"b": {VillageStat.MEAN_FIXED: 9}})
    assert verdicts.flips(projection, people).empty


def test_no_flip_is_no_row() -> None:
    table = verdicts.flips(hand_projection(), hand_register())
    assert table.empty
    assert [name for name in table if str(name).startswith("at_")] == ["at_fixed", "at_moving", "at_indexed"]


def test_sheet_disagreements_by_hand() -> None:
    # h1: passes and stays in six draws of ten, out without passing in one; h4: out without passing in half; h2 hardly ever
    homes = {
        "h1": {HouseholdStat.SHEET_ONLY: 6, HouseholdStat.EXIT_ONLY: 1},
        "h2": {HouseholdStat.SHEET_ONLY: 4},
        "h4": {HouseholdStat.EXIT_ONLY: 5},
    }
    projection = sums(hand_projection(), homes, {"a": {VillageStat.EXIT_ONLY: 10}})
    table = verdicts.sheet_disagreements(projection, hand_register())
    assert table.set_index("id")["verdict"].to_dict() == {"h1": "sheet_only", "h4": "exit_only", "a": "exit_only"}
    assert table.set_index("id")["chance_sheet_only"].to_dict() == {"h1": 0.6, "h4": 0, "a": 0}
    assert set(table["kind"]) == {"household", "village"}


def test_sheet_summary_by_hand() -> None:
    stats: dict[tuple[str, Stat], list[int] | int]
    stats = {("a", Stat.SHEET): 5, ("a", Stat.SHEET_ONLY): [0, *[2] * 9], ("b", Stat.EXIT_ONLY): 1, ("b", Stat.VILLAGE_SHEET_ONLY): 1}
    last = verdicts.sheet_summary(hand_projection(stats)).iloc[-1]
    assert last["year"] == 2018
    found = [last[f"{name}_mean"] for name in ("people_sheet", "people_sheet_only", "people_exit_only", "villages_sheet_only")]
    assert found == [5, pytest.approx(1.8), 1, 1]


# ---- of real runs


@pytest.mark.parametrize("name", bundled_scenarios())
def test_flips_are_those_of_the_tables(name: str) -> None:
    run = small_run(name)
    table, homes = run.flips(), run.households()
    at = pd.DataFrame({line: homes[f"chance_at_{line}"] >= 0.5 for line in ("fixed", "moving", "indexed")})
    differs = homes[homes["registered"] & (at.any(axis=1) & ~at.all(axis=1))]
    rows = table[table["kind"] == "household"]
    assert set(zip(rows["id"], rows["year"], strict=True)) == set(zip(differs["household_id"], differs["year"], strict=True))
    assert sum(one["households"] for one in run.flip_summary()) == len(rows)


@pytest.mark.parametrize("name", bundled_scenarios())
def test_sheet_and_exit_explain_each_other(name: str) -> None:
    counts = Counts(small_run(name).projection)
    both = counts.stat(Stat.SHEET) - counts.stat(Stat.SHEET_ONLY)
    assert (both == counts.stat(Stat.EXITED) - counts.stat(Stat.EXIT_ONLY)).all()
    assert (both >= 0).all()


def test_rows_name_nobody() -> None:
    run, register = small_run("full_package"), small_register()
    for table in (run.flips(), run.sheets()):
        ids = {*register.households["household_id"], *register.villages["village_id"]}
        assert set(table["id"]) <= ids
        assert [name for name in table if "name" in str(name)] == []

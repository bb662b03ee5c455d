"""Results by group, village and household: what they add up to, and that nobody is named."""

import numpy as np
import pandas as pd
import pytest

from simlib.assessment import places
from simlib.assessment.counts import LINES, SOURCES, Counts
from simlib.engine.counted import HouseholdStat, Stat, Trace, VillageStat
from simlib.engine.draws import draw_table
from simlib.engine.project import project_whole
from simlib.engine.state import Ledger
from simlib.funds import PLANNED_ACCOUNTS
from simlib.runs import Run, prepare
from simlib.scenario import load_scenario
from tests.small import SCORES, hand_projection, register_of, small_register, small_run


def full() -> Run:
    return small_run("full_package")


# ---- groups


@pytest.mark.parametrize("level", ["county", "prefecture", "helper_type"])
def test_groups_add_up_to_the_whole(level: str) -> None:
    projection = full().projection
    table, counts = places.by_level(projection, level), Counts(projection)
    assert table[level].nunique() > 1
    by_year = [rows for _, rows in table.groupby("year")]
    parts = {
        "capable_fixed": ("capable_people", counts.capable_share("fixed", "people")),
        "capable_moving": ("capable_people", counts.capable_share("moving", "people")),
        "exited": ("people", counts.share(Stat.EXITED)),
        "villages_exited": ("poor_villages", counts.village_share(Stat.VILLAGE_EXITS)),
    }
    for name, (weight, share) in parts.items():
        whole = [(rows[weight] * rows[f"{name}_mean"]).sum() / rows[weight].sum() for rows in by_year]
        assert whole == pytest.approx(share.mean(axis=0))
    assert {rows["people"].sum() for rows in by_year} == {counts.people}
    covered = counts.covered_share("people").mean(axis=0)  # of those eligible, whose number differs by draw: between the groups' shares
    for rows, whole_share in zip(by_year, covered, strict=True):
        assert rows["covered_mean"].min() <= whole_share <= rows["covered_mean"].max()


def test_villages_add_up_to_the_cells() -> None:
    run = full()
    table, counts = places.villages(run.projection, run.registry), Counts(run.projection)
    people = {
        "at_fixed_share": counts.stat(Stat.CAPABLE_FIXED) + counts.stat(Stat.WITHOUT_FIXED),
        "at_moving_share": counts.stat(Stat.CAPABLE_MOVING) + counts.stat(Stat.WITHOUT_MOVING),
        "at_indexed_share": counts.stat(Stat.CAPABLE_INDEXED) + counts.stat(Stat.WITHOUT_INDEXED),
        "exited_share": counts.stat(Stat.EXITED),
        "guaranteed_share": counts.stat(Stat.GUARANTEED),
        "safe_house_share": counts.stat(Stat.HOUSED),
    }
    for name, counted in people.items():
        assert (table[name] * table["people"]).groupby(table["year"]).sum().to_numpy() == pytest.approx(counted.mean(axis=0))
    chosen = run.projection.ledger[:, :, :PLANNED_ACCOUNTS, Ledger.SPENT].sum(axis=2).mean(axis=0) / 100
    assert table.groupby("year")["spent_yuan"].sum().to_numpy() == pytest.approx(chosen)
    assert table.groupby("year")["made_safe_people"].sum().to_numpy() == pytest.approx(counts.persons(Stat.MADE_SAFE).mean(axis=0))
    assert table.groupby("year")["collective_yuan"].sum().to_numpy() == pytest.approx(counts.yuan(Stat.COLLECTIVE_FEN).mean(axis=0))
    chances = {"chance_exits": Stat.VILLAGE_EXITS, "chance_services": Stat.SERVICES, "chance_sheet": Stat.VILLAGE_SHEET}
    chances |= {f"chance_mean_{line}": Stat[f"MEAN_{line.upper()}"] for line in LINES}
    poor = table[table["is_poor_village"]].groupby("year")[list(chances)].mean()
    for name, stat in chances.items():
        assert poor[name].to_numpy() == pytest.approx(counts.village_share(stat).mean(axis=0)), name


def test_helpers_add_up_to_their_villages() -> None:
    run = full()
    helpers, villages = (table(run.projection, run.registry) for table in (places.helpers, places.villages))
    poor = villages[villages["is_poor_village"]]
    assert helpers.groupby("year")["people"].sum().tolist() == poor.groupby("year")["people"].sum().tolist()
    assert helpers.groupby("year")["villages"].sum().tolist() == [3, 3, 3]
    for name in ("at_fixed_share", "exited_share"):
        whole = [(table[name] * table["people"]).groupby(table["year"]).sum() for table in (helpers, poor)]
        assert whole[0].to_numpy() == pytest.approx(whole[1].to_numpy())


# ---- households


def test_households_add_up_to_the_whole() -> None:
    projection = full().projection
    table, counts = places.households(projection), Counts(projection)
    table = table[table["registered"]]
    people = table["members"] * table["weight"]
    at_fixed = counts.stat(Stat.CAPABLE_FIXED) + counts.stat(Stat.WITHOUT_FIXED)
    stats = {"stable": Stat.STABLE, "removed": Stat.REMOVED, "on_paper": Stat.PAPER, "sheet": Stat.SHEET, "guaranteed": Stat.GUARANTEED}
    by_year = {"chance_at_fixed": at_fixed, "chance_exited": counts.stat(Stat.EXITED), "chance_safe_house": counts.stat(Stat.HOUSED)}
    by_year |= {f"chance_{name}": counts.stat(stat) for name, stat in stats.items()}
    for name, counted in by_year.items():
        assert (table[name] * people).groupby(table["year"]).sum().to_numpy() == pytest.approx(counted.mean(axis=0))
    income = sum((counts.source_pc(kind)[name] * counts.base(kind) for kind in ("capable", "without") for name in SOURCES), np.zeros(1))
    assert (table["income_pc"] * people).groupby(table["year"]).sum().to_numpy() == pytest.approx(income.mean(axis=0))
    assert table[[f"{name}_yuan" for name in SOURCES]].sum(axis=1).to_numpy() == pytest.approx(table["income_pc"] * table["members"])


def test_a_households_spread_is_that_of_its_incomes() -> None:
    scenario, register = load_scenario("full_package"), small_register()
    packed = prepare(register, scenario).packed
    traced = project_whole(packed, draw_table(packed.facts, scenario, 64, 1))
    assert traced.trace is not None
    incomes = traced.trace[:, :, Trace.PC_FEN] / 100
    table = places.households(traced)
    assert table["income_pc"].to_numpy() == pytest.approx(incomes.mean(axis=2).ravel(), abs=0.01)
    # squares are kept of whole yuan, so the variance may miss up to two yuan times the mean
    missed = np.abs(table["income_pc_sd"].to_numpy() ** 2 - incomes.var(axis=2).ravel())
    assert (missed <= 2 * table["income_pc"].abs().to_numpy() + 1).all()
    assert table["income_pc_sd"].median() == pytest.approx(float(np.median(incomes.std(axis=2))), rel=0.02)


def test_a_single_draw_has_no_spread() -> None:
    projection = small_run("baseline", 0).projection
    assert places.households(projection)["income_pc_sd"].isna().all()
    assert places.villages(projection, small_register())["mean_income_sd"].isna().all()


def test_households_are_known_by_id_alone() -> None:
    table, register = places.households(full().projection), small_register()
    assert set(table["household_id"]) == set(register.households["household_id"])
    villages = register.households.set_index("household_id")["village_id"]
    assert (villages.loc[table["household_id"]].to_numpy() == table["village_id"].to_numpy()).all()
    assert [name for name in table if "name" in str(name)] == []


@pytest.mark.parametrize("level", ["county", "prefecture", "helper_type"])
def test_groups_name_no_household_and_no_village(level: str) -> None:
    table = places.by_level(full().projection, level)
    texts = [str(name) for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    assert texts == [level]


# ---- by hand


def test_a_village_without_a_score_has_no_chance_that_all_stand() -> None:
    people = register_of({"h1": {}, "h2": {"village_id": "b"}}, {"a": SCORES, "b": {"county": "大埔县"}})
    projection = hand_projection(registry=people)
    projection.villages[:, :, VillageStat.SERVICES] = 5
    projection.villages[:, :, VillageStat.FILLED] = 2_500 * 10
    table = places.villages(projection, people)
    chances = table.groupby("village_id")["chance_services"].mean().to_dict()
    assert chances == pytest.approx({"a": 0.5, "b": np.nan}, nan_ok=True)
    assert set(table["services_filled"]) == {0.25}


def test_people_of_villages_count_with_their_weight() -> None:
    people = register_of({"h1": {"members": 2, "weight": 1.5}, "h2": {"village_id": "b"}}, {"a": {}, "b": {"county": "大埔县"}})
    projection = hand_projection(registry=people)
    unit = projection.packed.weight_unit
    projection.villages[:, :, VillageStat.MADE_SAFE] = 10 * 3 * unit
    projection.villages[:, :, VillageStat.HOUSED] = 10 * 3 * unit
    projection.villages[:, :, VillageStat.COLLECTIVE_FEN] = 10 * 100  # money has no weight
    table = places.villages(projection, people)
    assert set(table["made_safe_people"]) == {3}
    assert set(table["collective_yuan"]) == {1}
    assert table.groupby("village_id")["people"].max().to_dict() == {"a": 3, "b": 1}
    assert table.groupby("village_id")["safe_house_share"].max().to_dict() == {"a": 1, "b": 3}  # counted by hand, not by the engine


def test_chances_of_households_are_over_draws() -> None:
    projection = hand_projection()
    projection.households[:, :, HouseholdStat.PAPER] = 4
    projection.households[:, :, HouseholdStat.MICROCREDIT] = 7
    table = places.households(projection)
    assert set(table["chance_on_paper"]) == {0.4}
    assert set(table["microcredit"]) == {0.7}
    assert not table["chance_stable"].any()

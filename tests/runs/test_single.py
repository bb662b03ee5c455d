"""One run: its tables, its object, and what it does not depend on."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simlib.engine.fixed import fixed_plan
from simlib.engine.plans import write_plan
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.registry import make_registry
from simlib.runs import Run, prepare, run_one, run_prepared
from simlib.runs.columns import INDEX, column, flat, records_of
from simlib.runs.single import LEVELS, MOST_DRAWS, checked_draws
from simlib.scenario import Scenario, load_scenario, scenario_from
from tests.small import small_register, small_run

FIELDS = ["schema", "scenario", "seed", "draws", "governing_line", "registry", "targets", "years", "funds", "cost"]
FIELDS += ["spending", "flow", "transitions", "paper", "sheets", "flips", "not_modelled"]
TIMES = ["elapsed_s", "compile_s", "household_years_per_s"]
TABLES = ["targets", "years", "funds", "spending", "measures", "flow", "transitions", "paper", "flips", "sheets", "sheet_summary"]
TABLES += ["villages", "households", "draws_table"]
COST = ["total", "staff", "yuan_per_exit", "yuan_per_exit_without_staff", "credit_lent", "reserve_charged"]


def without_times(run: Run) -> dict[str, Any]:
    """The object but for its last three fields."""
    return dict(list(run.to_json().items())[:-3])


def planned(mode: str, plan: Path | None = None) -> Scenario:
    """The full package with another way of planning."""
    allocation = {"mode": mode} | ({"plan": str(plan)} if plan else {})
    return scenario_from({"base": "full_package", "levers": {"allocation": allocation}}, mode)


# ---- the object


def test_the_object_has_the_fields_of_the_contract_in_order() -> None:
    told = small_run("full_package").to_json(1.5)
    assert list(told) == FIELDS + TIMES
    assert told["elapsed_s"] == 1.5
    assert list(told["scenario"]) == ["name", "hash"]
    assert list(told["cost"]) == COST
    expected = {"households": 395, "people": 1000, "villages": 3, "synthetic": True, "hash": small_register().hash}
    assert told["registry"] == expected
    assert (told["schema"], told["seed"], told["draws"], told["governing_line"]) == (1, 1, 24, "fixed")
    assert told["household_years_per_s"] > 0
    assert json.loads(json.dumps(told, allow_nan=False)) == told


@pytest.mark.parametrize("name", ["full_package", "baseline"])
def test_the_object_does_not_depend_on_threads(name: str) -> None:
    scenario, register = load_scenario(name), small_register()
    one, two = (run_one(scenario, register, draws=70, seed=5, workers=workers) for workers in (1, 2))
    assert without_times(one) == without_times(two)
    assert (one.projection.cells == two.projection.cells).all()


def test_the_object_does_not_depend_on_the_order_of_rows() -> None:
    register = small_register()
    homes = register.households.assign(weight=1.1).sample(frac=1, random_state=3)
    tables = [(homes, register.villages), (homes.iloc[::-1], register.villages.iloc[::-1])]
    one, two = (make_registry(*pair, synthetic=True, origin="shuffled") for pair in tables)
    scenario = load_scenario("full_package")
    assert without_times(run_one(scenario, one, draws=8)) == without_times(run_one(scenario, two, draws=8))


def test_another_seed_is_another_run() -> None:
    one, two = (run_one(load_scenario("baseline"), small_register(), draws=8, seed=seed) for seed in (1, 2))
    assert without_times(one)["years"] != without_times(two)["years"]


def test_a_draw_does_not_depend_on_how_many_there_are() -> None:
    few, many = (small_run("full_package", draws).draws_table() for draws in (8, 24))
    pd.testing.assert_frame_equal(few, many[many["draw"] < 8])


def test_the_deterministic_run_has_no_seed_and_no_bands() -> None:
    one, two = (run_one(load_scenario("full_package"), small_register(), draws=0, seed=seed) for seed in (1, 2))
    assert without_times(one) == without_times(two) | {"seed": 1}
    assert {row.verdict for row in one.target_rows} == {"cannot judge"}
    assert {value for row in one.target_rows for value in row.probability.values()} == {None}
    assert all(row.met_share["mean"] is not None and row.met_share["p05"] is None for row in one.target_rows)
    assert len(one.draws_table()) == 3


def test_other_facts_give_another_run() -> None:
    richer = load_facts().with_({"income_growth": {"value": 0.3, "distribution": "fixed"}})
    run = run_one(load_scenario("baseline"), small_register(), draws=0, facts=richer)
    assert run.years()["at_line_share_mean"].iloc[-1] > small_run("baseline", 0).years()["at_line_share_mean"].iloc[-1]


# ---- tables


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("draws", [0, 24])
def test_every_number_in_a_table_says_what_it_is(name: str, draws: int) -> None:
    table = getattr(small_run("full_package", draws), name)()
    numbers = {str(each) for each in table.select_dtypes("number")} - INDEX
    assert set(table.attrs["columns"]) == numbers
    assert all(set(said) == {"unit", "statistic", "per"} and all(said.values()) for said in table.attrs["columns"].values())
    assert [each for each in table if table[each].dtype == object and not table[each].dropna().map(type).eq(str).all()] == []


@pytest.mark.parametrize("level", LEVELS)
def test_results_by_level(level: str) -> None:
    table = small_run("full_package").by(level)
    assert table.attrs["columns"]["people"]["unit"] == "persons"
    key = "village_id" if level == "village" else level
    assert not table.duplicated([key, "year"]).any()


def test_an_unknown_level_names_the_nearest() -> None:
    with pytest.raises(InputError, match="there is no level 'vilage'; did you mean 'village'"):
        small_run("baseline").by("vilage")


def test_groups_are_those_that_the_scenario_reports() -> None:
    scenario = scenario_from({"base": "baseline", "reporting": {"by": ["prefecture", "helper"]}}, "by")
    groups = run_one(scenario, small_register(), draws=0).groups()
    assert list(groups) == ["prefecture", "helper"]


def test_what_a_column_is() -> None:
    assert column("met_share_p05") == ("share", "5 % quantile", "as the column per says")
    assert column("income_pc_sd") == ("yuan a person and year", "standard deviation", "people")
    assert column("chance_exits").statistic == "share of draws"
    with pytest.raises(KeyError, match="nobody_knows"):
        column("nobody_knows")


def test_rows_for_json_have_null_for_what_is_undefined() -> None:
    table = pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan], "c": ["x", "y"], "d": [True, False]})
    rows = records_of(table)
    assert rows == [{"a": 1, "b": 0.5, "c": "x", "d": True}, {"a": 2, "b": None, "c": "y", "d": False}]
    assert {type(value) for row in rows for value in row.values()} == {int, float, str, bool, type(None)}


def test_the_object_holds_the_tables_beside_the_contracts() -> None:
    run = small_run("full_package")
    told = run.to_json()
    for name in ("spending", "flow", "transitions", "paper"):
        assert told[name] == records_of(getattr(run, name)())
    assert told["sheets"] == records_of(run.sheet_summary())
    assert [one["year"] for one in told["flips"]] == [2016, 2017, 2018]


def test_nested_records_become_columns() -> None:
    assert flat({"a": {"mean": 1, "p05": None}, "fgt": [1, 2], "b": "x"}) == {"a_mean": 1, "a_p05": None, "fgt0": 1, "fgt1": 2, "b": "x"}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_made_anew(name: str) -> None:
    run = small_run("full_package")
    first = getattr(run, name)()
    whole = first.copy()
    first.iloc[:, 0] = first.iloc[::-1, 0].to_numpy()
    first.attrs["columns"].clear()
    again = getattr(run, name)()
    pd.testing.assert_frame_equal(again, whole)
    assert again.attrs["columns"]


def test_what_came_out_cannot_be_changed() -> None:
    run = small_run("baseline")
    with pytest.raises(ValueError, match="read-only"):
        run.projection.cells[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError, match="seed"):
        run.seed = 2  # type: ignore[misc]  # that is the point


# ---- plans


def test_a_fixed_plan_is_the_same_as_its_table(tmp_path: Path) -> None:
    register = small_register()
    annual = prepare(register, load_scenario("full_package"))
    path = tmp_path / "plan.csv"
    write_plan(fixed_plan(annual.packed), path)
    fixed, given = (run_one(scene, register, draws=8, workers=1) for scene in (planned("fixed"), planned("plan", path)))
    assert (fixed.projection.cells == given.projection.cells).all()
    assert (fixed.projection.ledger == given.projection.ledger).all()
    assert fixed.projection.spending.sum() > 0


def test_a_plan_that_does_not_fit_is_refused_before_anything_runs(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("household_id,year,measure,fund,fen\nnobody,2016,training,household,100\n", encoding="utf-8")
    with pytest.raises(InputError, match="household 'nobody' is not in the register"):
        prepare(small_register(), planned("plan", path))


def test_a_prepared_scenario_runs_as_often_as_wanted() -> None:
    ready = prepare(small_register(), load_scenario("full_package"))
    one, two = (run_prepared(ready, draws=4, workers=1) for _ in range(2))
    assert without_times(one) == without_times(two)


# ---- bad input


@pytest.mark.parametrize(
    ("draws", "seed", "message"), [(-1, 1, "draws: seen -1"), (MOST_DRAWS, 1, "draws: seen"), (1, -1, "seed: seen -1")]
)
def test_draws_and_seeds_that_cannot_be(draws: int, seed: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        checked_draws(draws, seed)


def test_progress_counts_every_household_year() -> None:
    seen: list[int] = []
    run = run_one(load_scenario("baseline"), small_register(), draws=70, workers=1, progress=seen.append)
    assert sum(seen) == run.household_years == 395 * 3 * 70
    assert np.isfinite(run.household_years_per_s)

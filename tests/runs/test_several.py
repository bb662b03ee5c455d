"""Several scenarios under the same luck."""

from pathlib import Path

import pandas as pd
import pytest

import simlib as sl
from simlib.errors import InputError
from simlib.runs import Runs, compare, run, several
from simlib.scenario import load_scenario, scenario_from
from tests.small import small_register, small_run

NAMES = ("baseline", "full_package")


def runs() -> Runs:
    return Runs(tuple(small_run(name) for name in NAMES))


@pytest.mark.parametrize("wanted", ["baseline", ["baseline"], load_scenario("baseline"), [load_scenario("baseline")]])
def test_one_scenario_is_run_like_many(wanted: object) -> None:
    done = run(wanted, small_register(), draws=24, workers=1)  # type: ignore[arg-type]  # all four are allowed
    assert [one.scenario.name for one in done] == ["baseline"]
    pd.testing.assert_frame_equal(done["baseline"].years(), small_run("baseline").years())


def test_scenarios_stay_in_the_order_given() -> None:
    done = run(NAMES[::-1], small_register(), draws=2)
    assert [one.scenario.name for one in done] == list(NAMES[::-1])
    assert len(done) == 2


TABLES = ["targets", "years", "funds", "spending", "measures", "flow", "transitions", "paper", "flips", "sheets", "sheet_summary"]


@pytest.mark.parametrize("name", [*TABLES, "villages", "households"])
def test_tables_of_all_say_whose_they_are(name: str) -> None:
    table = getattr(runs(), name)()
    assert table.columns[0] == "scenario"
    assert table["scenario"].unique().tolist() == list(NAMES)
    assert table.attrs["columns"]
    single = getattr(small_run("full_package"), name)()
    own = table[table["scenario"] == "full_package"].drop(columns="scenario").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, single, check_dtype=False)


def test_levels_of_all() -> None:
    assert runs().by("county")["scenario"].nunique() == 2


def test_an_unknown_run_names_the_nearest() -> None:
    with pytest.raises(InputError, match="there is no run of 'base_line'; did you mean 'baseline'"):
        runs()["base_line"]


def test_a_name_stands_for_one_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'baseline' is the name of more than one"):
        run(["baseline", "baseline"], small_register(), draws=0)
    twin = tmp_path / "full_package.yaml"
    twin.write_text("base: baseline\n", encoding="utf-8")
    with pytest.raises(InputError, match="'full_package' is the name of more than one"):
        run(["full_package", str(twin)], small_register(), draws=0)
    with pytest.raises(InputError, match="'baseline' is the name of more than one"):
        Runs((small_run("baseline"), small_run("baseline", 0)))


def test_nothing_to_run() -> None:
    with pytest.raises(InputError, match="no scenario to run"):
        run([], small_register())


def test_an_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'baseline'"):
        run("base_line", small_register())


def test_without_a_register_the_full_task_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "default_registry", small_register)
    assert run("baseline", draws=0).runs[0].registry is small_register()


def test_compare_runs_and_compares_with_the_first() -> None:
    table = compare(NAMES, small_register(), draws=24, workers=1)
    pd.testing.assert_frame_equal(table, runs().compare("baseline"))
    assert set(table["scenario"]) == {"full_package"}
    assert set(runs().compare("full_package")["scenario"]) == {"baseline"}


@pytest.mark.parametrize("name", ["compare", "cost_effectiveness"])
def test_every_number_of_a_comparison_says_what_it_is(name: str) -> None:
    table = getattr(runs(), name)("baseline")
    assert set(table.attrs["columns"]) == {str(each) for each in table.select_dtypes("number")} - {"year"}


def test_a_scenario_does_not_differ_from_itself() -> None:
    twin = scenario_from({"base": "full_package"}, "twin")
    table = compare(["full_package", twin], small_register(), draws=12)
    assert (table[["difference", "low", "high", "share_above", "share_better"]] == 0).all(axis=None)


def test_cost_effectiveness_of_runs() -> None:
    (row,) = runs().cost_effectiveness("baseline").to_dict("records")
    assert row["judgement"] == "costs more, brings more"
    assert row["more_staff_yuan"] == 3 * 35 * 3640
    assert row["yuan_per_more_exit_with_staff"] > row["yuan_per_more_exit"] > 0


def test_the_package_offers_the_verbs() -> None:
    assert sl.run is run
    assert sl.compare is compare
    assert sl.Runs is Runs

"""What people live on, as tables: they add up to what other tables say."""

import numpy as np
import pandas as pd
import pytest

from simlib.facts import load_facts
from simlib.facts.lines import fixed_line
from simlib.registry import synthesise_registry
from simlib.runs import Run, run_one
from simlib.scenario import load_scenario


@pytest.fixture(scope="module")
def run() -> Run:
    return run_one(load_scenario("full_package"), synthesise_registry(people=900, villages=3, seed=4), draws=8, seed=2)


@pytest.fixture(scope="module")
def quiet() -> Run:
    return run_one(load_scenario("full_package"), synthesise_registry(people=900, villages=3, seed=4), draws=0)


def test_the_bins_hold_every_registered_person(run: Run) -> None:
    people = run.table("incomes").groupby("year")["people_mean"].sum()
    assert list(people.index) == [2016, 2017, 2018]
    np.testing.assert_allclose(people, run.register()["people"], rtol=1e-12)


def test_bins_begin_where_the_one_before_ends_and_bands_hold_the_mean_between_them(run: Run) -> None:
    one = run.table("incomes").query("year == 2018")
    assert one["from_yuan"].iloc[0] == 0
    assert set(np.diff(one["from_yuan"])) == {250.0}
    assert (one["people_p05"] <= one["people_p95"]).all()


def test_sources_add_up_to_the_income_of_the_labour_capable(run: Run) -> None:
    totals = run.table("sources").groupby("year")["yuan_pc"].sum()
    years = run.table("years").set_index("year")["income_pc_labour_capable_mean"]
    np.testing.assert_allclose(totals.loc[years.index], years, rtol=1e-12)


def test_the_first_year_of_sources_is_the_register_itself(run: Run) -> None:
    homes = run.registry.households
    capable = homes[(homes["registered_from"] == 2015) & (homes["labour_units"] > 0)]
    found = run.table("sources").query("year == 2015").set_index("source")["yuan_pc"]
    heads = float((capable["weight"] * capable["members"]).sum())
    for source, column in {"wage": "wage_income", "business": "business_income", "property": "property_income"}.items():
        assert found[source] == pytest.approx(float((capable["weight"] * capable[column]).sum()) / heads, rel=1e-12)


def test_the_fixed_line_is_the_printed_one_and_only_the_moving_one_moves_with_luck(run: Run) -> None:
    lines = run.table("lines").query("year == 2018 and of == 'household'")
    bands = lines[["yuan_p05", "yuan_mean", "yuan_p95"]].to_numpy(dtype=np.float64)
    fixed, moving = (bands[list(lines["line"]).index(name)] for name in ("fixed", "moving"))
    assert set(fixed) == {fixed_line(load_facts(), "household", 2018)}
    assert moving[0] < moving[1] < moving[2]


def test_without_luck_there_are_means_and_no_bands(quiet: Run) -> None:
    for name, column in {"lines": "yuan", "incomes": "people"}.items():
        table = quiet.table(name)
        assert table[f"{column}_mean"].notna().all()
        assert table[[f"{column}_p05", f"{column}_p95"]].isna().all(axis=None)


def test_a_stored_run_gives_the_same_tables(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    from simlib.store import read_stored, write_run

    stored = read_stored(write_run(run, tmp_path_factory.mktemp("runs")))
    for name in ("incomes", "sources", "lines"):
        pd.testing.assert_frame_equal(stored.table(name), run.table(name))
    assert (stored.seed, stored.draws, stored.register()) == (run.seed, run.draws, run.register())

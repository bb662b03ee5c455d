"""What charts draw: taken from a result's tables, and right."""

import numpy as np
import pytest

from simlib.assessment.counts import Counts
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.reports import series
from simlib.runs import Run, Runs

FACTS = load_facts()


def test_sources_add_up_to_income_as_registered_and_in_each_year(runs: Runs) -> None:
    run = runs["full_package"]
    total = np.sum(list(series.sources(run).values()), axis=0)
    rows = run.registry.households.query("labour_units > 0")
    columns = ["wage_income", "business_income", "property_income", "transfer_income", "dibao_yuan"]
    assert total[0] == pytest.approx(rows[columns].to_numpy().sum() / rows["members"].sum())
    assert total[1:] == pytest.approx(run.draws_table().groupby("year")["income_pc_capable"].mean().to_numpy())


def test_a_histogram_has_the_shares_and_lines_of_its_year(runs: Runs) -> None:
    run = runs["baseline"]
    found, counts = series.histogram(run, 2017), Counts(run.projection)
    assert found.at_line["moving"] == pytest.approx(float(counts.at_line_share("moving")[:, 1].mean()))
    assert found.lines["fixed"] == (6883, 6883, 6883)
    assert found.lines["moving"].p05 < found.lines["moving"].mean < found.lines["moving"].p95
    assert found.people.mean.sum() == pytest.approx(900)
    assert len(found.edges) == len(found.people.mean) + 1 and set(np.diff(found.edges)) == {250}


def test_lines_are_those_of_the_facts() -> None:
    years = [2016, 2017, 2018]
    found = series.paths(FACTS, "household", years)
    assert found.fixed.tolist() == [6433, 6883, 7365]
    assert found.moving == pytest.approx([0.45 * FACTS[f"provincial_income_{year}"] for year in years])
    assert found.low[0] == found.moving[0] == found.high[0], "2016 is published"
    assert found.low[2] < found.moving[2] < found.high[2], "2018 is recalled"


@pytest.mark.parametrize("fund", ["household", "guidance", "pool", "social"])
def test_money_at_hand_is_spent_carried_or_lapsed(fund: str, runs: Runs) -> None:
    parts = series.money(runs["full_package"], fund)
    carried_in = np.append(0, parts["carried_out"][:-1])
    assert parts["entitled"] + carried_in == pytest.approx(parts["spent"] + parts["carried_out"] + parts["lapsed"])
    assert parts["entitled"].sum() > 0


def test_a_fan_is_in_order_and_around_its_middle(runs: Runs) -> None:
    table = series.fan(runs["full_package"], "exited")
    levels = table[["p05", "p25", "p50", "p75", "p95"]].to_numpy()
    assert (np.diff(levels, axis=1) >= 0).all()
    assert list(table.index) == [2016, 2017, 2018]


def test_without_luck_a_fan_has_a_mean_alone(quiet: Run) -> None:
    table = series.fan(quiet, "exited")
    assert table.drop(columns="mean").isna().all(axis=None)
    assert table["mean"].to_list() == quiet.draws_table()["exited"].to_list()


def test_the_year_and_the_share_that_are_asked_for(runs: Runs) -> None:
    assert (series.due(runs["baseline"]), series.asked(runs["baseline"])) == (2018, 0.95)
    assert series.year_of(runs["baseline"], None) == 2018


@pytest.mark.parametrize("name", ["exit", "year", "draw"])
def test_a_column_that_is_not_by_draw_is_said(name: str, runs: Runs) -> None:
    with pytest.raises(InputError, match=f"there is no column '{name}' by draw; "):
        series.by_draw(runs["baseline"], name)

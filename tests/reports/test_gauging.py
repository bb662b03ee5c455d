"""The six targets at the governing line, with the chance that the verdict is about."""

import numpy as np
import pytest

from simlib.reports.gauging import gauge_rows
from simlib.runs import Run, Runs, run_one
from simlib.scenario import scenario_from
from tests.small import small_register

SIX = ["household_income", "dibao_coverage", "guarantees", "village_income", "services", *["yearly_progress"] * 3]


def test_six_targets_and_the_years_of_progress(runs: Runs) -> None:
    rows = gauge_rows(runs["full_package"])
    assert list(rows["target"]) == SIX
    assert list(rows["per"]) == ["people", "people", "people", "villages", "villages", "people", "people", "people"]


@pytest.mark.parametrize("name", ["baseline", "full_package"])
def test_the_chance_is_the_one_that_was_judged(name: str, runs: Runs) -> None:
    rows = gauge_rows(runs[name])
    judged = [row.chance for row in runs[name].target_rows if row.reading in (None, "each") and row.line in (None, "fixed")]
    per = [row.per for row in runs[name].target_rows if row.reading in (None, "each") and row.line in (None, "fixed")]
    wanted = [np.nan if chance is None else chance for chance, who in zip(judged, per, strict=True) if who != "households"]
    np.testing.assert_allclose(rows["probability"].to_numpy(dtype=float), wanted)


def test_another_line_and_another_share_are_judged_by_them() -> None:
    own = {"base": "full_package", "levers": {"governing_line": "indexed"}, "reporting": {"tolerance": 0.37}}
    run = run_one(scenario_from(own, "own"), small_register(), draws=8)
    rows = gauge_rows(run)
    assert list(rows["line"].dropna()) == ["indexed", "indexed"]
    assert set(rows["asked"]) == {0.37}
    shares = run.draws_table().query("year == 2018")["capable_indexed"]
    assert rows["probability"].iloc[0] == (shares >= 0.37).mean()


def test_without_luck_there_is_no_chance(quiet: Run) -> None:
    rows = gauge_rows(quiet)
    assert rows[["probability", "share_p05", "share_p95"]].isna().all(axis=None)
    assert set(rows["verdict"]) == {"cannot judge"}

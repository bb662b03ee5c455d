"""The main job on real survey files that nobody here wrote: through a mapping, to targets at a line of the user's choice."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simlib.cli import main
from simlib.registry.check import check

MAPPINGS = Path(__file__).parents[1] / "registry" / "mappings"
# 1.90 PPP dollars a person and day, 365 days: 693.5, as 45 % of a "provincial" income of 1,541.11.
SCENARIO = """
schema: 1
title: {en: A line of 1.90 PPP dollars a day}
base: {base}
facts:
  regression_to_mean: {value: 0.0}
  job_chance_without_policy: {value: 0.0, reason: a job's pay is in yuan}
  provincial_income_2015: {value: 1541.11, reason: a line of 1.90 PPP dollars a day for a survey from elsewhere}
levers:
  provincial_income: {2015: 1541.11, 2016: 1541.11, 2017: 1541.11, 2018: 1541.11}
  governing_line: moving
"""


@pytest.mark.parametrize("base", ["baseline", "full_package"])
@pytest.mark.parametrize("name", ["rhomis_vietnam", "rhomis_households"])
def test_a_foreign_survey_runs_to_targets(name: str, base: str, shared_data: Path, tmp_path: Path) -> None:
    (tmp_path / "line.yaml").write_text(SCENARIO.replace("{base}", base), encoding="utf-8")
    source, mapping = str(shared_data / f"{name}.csv"), str(MAPPINGS / f"{name}.yaml")
    asked = [
        "run",
        str(tmp_path / "line.yaml"),
        "--registry",
        source,
        "--mapping",
        mapping,
        "--draws",
        "8",
        "--json",
        "--out",
        str(tmp_path / "runs"),
    ]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.stderr
    result, report = json.loads(done.stdout), check(source, mapping)
    assert result["registry"]["households"] == report.households
    assert not result["registry"]["synthetic"]
    line = next(row for row in result["targets"] if (row["target"], row["line"], row["reading"]) == ("household_income", "moving", "each"))
    assert line["line_value"] == pytest.approx(693.5, abs=0.01)
    share = line["met_share"]
    assert 0 < share["p05"] <= share["mean"] <= share["p95"] <= 1
    assert base == "full_package" or share["p95"] < 1  # its measures pay yuan, so they lift nearly all over a line in dollars
    assert all(0 <= year["at_line_share"]["mean"] <= 1 and year["income_pc_labour_capable"]["mean"] > 0 for year in result["years"])
    for row in result["funds"]:
        assert row["entitled"] + row["carried_in"] == pytest.approx(row["spent"] + row["carried_out"] + row["lapsed"], abs=0.01)

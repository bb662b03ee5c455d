"""`simlib monitor`: a template, a comparison and a restart; what they print where, and what they refuse."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from simlib.monitoring.columns import REPORTED, columns
from tests.cli.calling import assert_bad_input, run, run_folders, simlib, told
from tests.small import small_register

DRAWS = ("--draws", 24)


def poor() -> list[str]:
    villages = small_register().villages
    return [str(one) for one in villages["village_id"][villages["is_poor_village"]]]


@pytest.fixture(scope="module")
def actuals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Figures of 2016: the first village far below, the second as it may be, the third silent but for its visits."""
    path = tmp_path_factory.mktemp("actuals") / "actuals.csv"
    first, second, third = poor()
    lines = ["村编号,年度,人均可支配收入,人均纯收入,累计脱贫人口,走访次数"]
    path.write_text("\n".join([*lines, f"{first},2016,1000,900,1,2", f"{second},2016,5300,,,1", f"{third},2016,,,,3"]), encoding="utf-8")
    return path


def test_a_template_with_the_villages_of_a_register(register: Path) -> None:
    done = simlib("monitor", "template", "x.xlsx", "--lang", "en", "--registry", register)
    assert (done.exit_code, done.stdout) == (0, "x.xlsx\n")
    sheet: Any = openpyxl.load_workbook("x.xlsx")["actuals"]
    assert [cell.value for cell in sheet[1]] == list(columns())
    assert {(row[0].value, row[2].value) for row in sheet.iter_rows(min_row=2)} == {
        (one, year) for one in poor() for year in (2016, 2017, 2018)
    }
    assert simlib("monitor", "compare", "full_package", "x.xlsx", "--registry", register).exit_code == 2  # nothing is filled in
    assert simlib("monitor", "template", "y.xlsx", "--mapping", "m.yaml").exit_code == 2


def test_compare_prints_one_object(register: Path, actuals: Path) -> None:
    done = simlib("monitor", "compare", "full_package", actuals, "--registry", register, *DRAWS, "--json")
    one = told(done)
    assert list(one) == ["schema", "scenario", "registry", "actuals", "seed", "draws", "years", "villages", "helpers", "report"]
    assert done.stdout.count("\n") == 1
    assert one["actuals"]["reported"] == {name: 0 for name in REPORTED} | {
        "disposable_income": 2, "net_income": 1, "people_exited": 1, "leader_visits": 3,
    }  # fmt: skip
    first = next(row for row in one["villages"] if row["village_id"] == poor()[0])
    assert (first["disposable_income_flag"], first["net_income"], first["visits_flag"]) == ("below", 900.0, "met")
    assert next(row for row in one["villages"] if row["village_id"] == poor()[2])["disposable_income"] is None
    (whole,) = [row for row in one["helpers"] if row["level"] == "all"]
    assert (whole["disposable_income_reported"], whole["disposable_income_below"], whole["villages_visited_twice"]) == (2, 1, 2)


def test_compare_prints_a_table_for_people(register: Path, actuals: Path) -> None:
    text = simlib("monitor", "compare", "full_package", actuals, "--registry", register, *DRAWS).stdout
    assert text.startswith("actuals.csv against full_package: SYNTHETIC register, 3 villages, 24 draws, seed 1\n")
    assert "2016  disposable income  2 of 3" in text
    assert "2016: 2 of 3 reporting villages had two visits of leaders or more" in text
    assert "net income (纯收入, another concept, not compared) 900" in text
    assert f"2016, disposable income below the band: {poor()[0]} (1,000, band from " in text
    assert "more villages outside than luck explains" in text and "luck alone may name" in text


def test_compare_takes_a_stored_run_with_its_draws_and_seed(register: Path, actuals: Path) -> None:
    run(register, "full_package", *DRAWS, "--seed", 3)
    (folder,) = run_folders()
    stored = told(simlib("monitor", "compare", folder, actuals, "--registry", register, "--json"))
    named = told(simlib("monitor", "compare", "full_package", actuals, "--registry", register, *DRAWS, "--seed", 3, "--json"))
    assert stored == named
    assert simlib("monitor", "compare", folder, actuals, "--registry", register, "--draws", 5).exit_code == 2
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    (folder / "record.json").write_text(json.dumps(record | {"registry": record["registry"] | {"hash": "sha256:0"}}), encoding="utf-8")
    other = simlib("monitor", "compare", folder, actuals, "--registry", register)
    assert other.exit_code == 2 and "run on another register than small" in other.stderr


def test_tables_are_written_as_a_workbook_or_as_csv(register: Path, actuals: Path) -> None:
    command = ("monitor", "compare", "full_package", actuals, "--registry", register, *DRAWS)
    done = simlib(*command, "--out", "x.xlsx")
    assert "written to x.xlsx" in done.stderr
    book = openpyxl.load_workbook("x.xlsx")
    assert book.sheetnames == ["villages", "helpers", "report", "notes", "SYNTHETIC"]
    heads = [cell.value for cell in book["report"][1]]
    assert heads[:5] == ["帮扶单位 helper", "单位类型 helper_type", "年度 year", "村数 villages", "贫困户人均纯收入 net_income"]
    assert "贫困户人均可支配收入预测5%分位 disposable_income_p05" in heads
    simlib(*command, "--out", "x.csv")
    table = pd.read_csv("x.csv")
    assert table["village_id"].tolist() == [row[0].value for row in book["villages"].iter_rows(min_row=2)]
    assert table["disposable_income_flag"].value_counts()["below"] == 1
    again = simlib(*command, "--out", "x.csv")
    assert again.exit_code == 2 and "nothing is overwritten" in again.stderr


def test_restart_says_what_it_did(register: Path, actuals: Path) -> None:
    command = ("monitor", "restart", "full_package", actuals, "--registry", register, *DRAWS, "--workers", 1)
    one = told(simlib(*command, "--json"))
    assert list(one)[:6] == ["schema", "scenario", "registry", "actuals", "seed", "draws"]
    assert (one["year"], one["villages_missed"], len(one["villages"])) == (2016, 0, 2)
    years = {row["year"]: row for row in one["years"]}
    assert years[2016]["exited_share_mean"] == years[2016]["exited_share_mean_before"]
    assert years[2017]["income_pc_labour_capable_mean"] != years[2017]["income_pc_labour_capable_mean_before"]
    assert len(one["targets"]) == len(one["targets_before"]) > 0
    text = simlib(*command, "--out", "x.xlsx").stdout
    assert text.startswith("full_package from actuals.csv at the end of 2016: SYNTHETIC register, 24 draws, seed 1\n")
    assert "2 of 19 villages have figures of 2016; the others stay as projected" in text
    assert openpyxl.load_workbook("x.xlsx").sheetnames == ["villages", "years", "targets", "helpers", "notes", "SYNTHETIC"]


def test_bad_input_is_said_before_anything_is_projected(register: Path, actuals: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("bad")
    wrong = folder / "wrong.csv"
    wrong.write_text(f"村编号,年度,累计脱贫人口\n{poor()[0]},2016,999999\nnowhere,2031,1\n", encoding="utf-8")
    asked = ("--registry", register)
    assert_bad_input(
        simlib("monitor", "compare", "full_package", wrong, *asked),
        "wrong.csv cannot be read, 3 problems",
        "row 2, column 累计脱贫人口: seen '999999', wanted no more than the",
        "row 3, column 村编号: seen 'nowhere', wanted a village_id of the register",
        "row 3, column 年度: seen '2031', wanted a year of the scenario's horizon, 2016 to 2018",
    )
    assert_bad_input(simlib("monitor", "restart", "full_package", folder / "wrang.csv", *asked), "did you mean", "wrong.csv")
    assert_bad_input(simlib("monitor", "compare", "full_package", actuals, *asked, "--out", "x.pdf"), "seen .pdf, wanted .xlsx or .csv")
    assert_bad_input(simlib("monitor", "restart", "full_package", actuals, *asked, "--year", 2018), "of 2018 is reported")
    assert_bad_input(simlib("monitor", "compare", "full_pakage", actuals, *asked), "full_pakage")
    assert_bad_input(simlib("monitor", "compare", folder, actuals, *asked), "no run folder")

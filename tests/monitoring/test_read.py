"""What is read is what stands there; what is wrong is named with sheet, row, column, what was seen and what would be right."""

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from simlib.errors import InputError
from simlib.monitoring import read_actuals
from tests.monitoring.filling import two_villages, write_rows

HEADS = ["村编号", "年度", "人均可支配收入", "人均纯收入", "累计脱贫人口", "累计完成住房改建户数", "住房改建完成率", "走访次数"]


def read(tmp_path: Path, *rows: list[Any], heads: list[str] | None = None, years: tuple[int, int] = (2016, 2018)) -> Any:
    path = write_rows(tmp_path / "actuals.csv", heads or HEADS, rows)
    path_read = read_actuals(path, two_villages(), years)
    path.unlink()
    return path_read


def problems(tmp_path: Path, *rows: list[Any], heads: list[str] | None = None) -> tuple[str, ...]:
    with pytest.raises(InputError, match="cannot be read") as caught:
        read(tmp_path, *rows, heads=heads)
    return caught.value.problems


def test_a_table_under_chinese_heads(tmp_path: Path) -> None:
    found = read(tmp_path, ["a", "2016", "5,210.5", "4800", "3", "1", "", "2"], ["b", "2017", "", "", "", "", "", ""])
    row = found.table.iloc[0]
    assert (row["village_id"], row["year"]) == ("a", 2016)
    assert list(row.iloc[2:7]) == [5210.5, 4800.0, 3.0, 1.0, pytest.approx(np.nan, nan_ok=True)]
    assert found.figure("disposable_income", np.array(["b", "a"]), (2016, 2017)).tolist()[1][0] == 5210.5
    assert found.last_year() == 2016


def test_empty_cells_are_counted_and_never_zero(tmp_path: Path) -> None:
    found = read(tmp_path, ["a", 2016, 5000, "", "", "", "", ""], ["b", 2016, "", "", "", "", "", ""])
    of = {one.column: (one.rows, one.kept, one.refused, one.defaulted) for one in found.counts}
    assert of["disposable_income"] == (2, 1, 0, 1)
    assert of["net_income"] == of["spent_pool"] == (2, 0, 0, 2)  # an absent column is not reported either
    assert [note.kind for note in found.notes] == ["no_figure"]
    assert found.table["net_income"].isna().all()


def test_a_workbook_with_notes_beside_the_figures(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "实绩"
    sheet.append(["village_id", "year", "net_income"])
    sheet.append(["a", 2016, 4000])
    book.create_sheet("说明")["A1"] = "words"
    book.save(tmp_path / "x.xlsx")
    assert read_actuals(tmp_path / "x.xlsx", two_villages()).table["net_income"].tolist() == [4000.0]
    book.create_sheet("more")
    book.save(tmp_path / "y.xlsx")
    with pytest.raises(InputError, match="wanted a CSV file, or a workbook with one sheet of figures"):
        read_actuals(tmp_path / "y.xlsx", two_villages())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["c", 2016], "row 2, column 村编号: seen 'c', wanted a village_id of the register"),
        (["", 2016], "row 2, column 村编号: wanted a value: this column may not be empty"),
        (["a", 2019], "row 2, column 年度: seen '2019', wanted a year of the scenario's horizon, 2016 to 2018"),
        (["a", 2016.5], "row 2, column 年度: seen '2016.5', wanted a whole number"),
        (["a", ""], "row 2, column 年度: wanted a value"),
        (["a", 2016, "0.5万"], "column 人均可支配收入: seen '0.5万', wanted the bare number in yuan a person a year, that is 5000"),
        (["a", 2016, 500000], "column 人均可支配收入: seen '500000', wanted at most 100,000 yuan a head: is it in fen"),
        (["a", 2016, 0.5], "column 人均可支配收入: seen '0.5', wanted 0, or at least 10 yuan a head: is it in 万元?"),
        (["a", 2016, -5], "column 人均可支配收入: seen '-5', wanted a number of 0 or more"),
        (["a", 2016, "", "x"], "column 人均纯收入: seen 'x', wanted a number"),
        (
            ["a", 2016, "", "", 10],
            "累计脱贫人口: seen '10', wanted no more than the 9 people of the village's registered households",
        ),
        (["a", 2016, "", "", 1.5], "column 累计脱贫人口: seen '1.5', wanted a whole number"),
        (["a", 2016, "", "", "", 3], "seen '3', wanted no more than the 2 registered households of the village whose house was unsafe"),
        (["b", 2016, "", "", "", 1], "wanted no more than the 0 registered households of the village whose house was unsafe"),
        (["a", 2016, "", "", "", "", 1.2], "column 住房改建完成率: seen '1.2', wanted a number from 0 up to 1"),
        (["a", 2016, "", "", "", "", "50%"], "column 住房改建完成率: seen '50%', wanted the bare number in 0..1, that is 0.5"),
        (["a", 2016, "", "", "", 1, 0.9], "seen '0.9', wanted the same in both columns, or one of them empty: 1 of 2 households are 0.5"),
        (["a", 2016, "", "", "", "", "", 500], "column 走访次数: seen '500', wanted a number from 0 up to 400"),
    ],
)
def test_every_problem_says_where_and_what_would_be_right(tmp_path: Path, row: list[Any], said: str) -> None:
    (found,) = problems(tmp_path, [*row, *[""] * (len(HEADS) - len(row))])
    assert found.startswith("actuals.csv, row 2")
    assert said in found


def test_all_problems_are_named_in_the_order_of_rows(tmp_path: Path) -> None:
    found = problems(tmp_path, ["a", 2016, -1, "", 99, "", "", ""], ["a", 2016, "", "", "", "", "", ""], ["z", 1999, *[""] * 6])
    assert [line.partition(":")[0] for line in found] == [
        "actuals.csv, row 2, column 人均可支配收入",
        "actuals.csv, row 2, column 累计脱贫人口",
        "actuals.csv, row 3, column 村编号",
        "actuals.csv, row 4, column 村编号",
        "actuals.csv, row 4, column 年度",
    ]
    assert "wanted one row for village a and year 2016: row 2 has them too" in found[2]


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        (["年度", "人均纯收入"], "wanted the column village_id (村编号); known heads: village_id, 村编号"),
        (["村编号", "年度", "纯收入", "人均纯收入"], "wanted one column for net_income; the columns 纯收入, 人均纯收入 all stand for it"),
        (
            ["村编号", "年度", "人均纯收入（万元）"],
            "wanted net_income (贫困户人均纯收入) in yuan a person a year",
        ),
        (["村编号", "年度", "leader_visit"], "wanted leader_visits (单位领导到村到户次数), if that is what is meant"),
    ],
)
def test_heads_that_will_not_do(tmp_path: Path, heads: list[str], said: str) -> None:
    found = problems(tmp_path, [""] * len(heads), ["a", 2016, *[1] * (len(heads) - 2)], heads=heads)
    assert any(said in line for line in found), found


def test_other_columns_are_ignored_and_noted(tmp_path: Path) -> None:
    found = read(tmp_path, ["a", 2016, 4000, "whatever"], heads=["村编号", "年度", "人均纯收入", "备注"])
    assert [str(note) for note in found.notes] == ["actuals.csv, row 1, column 备注: not a column of this table, ignored"]


def test_a_number_since_2016_that_falls_is_noted(tmp_path: Path) -> None:
    rows = [["a", 2016, "", "", 5, "", "", ""], ["a", 2017, "", "", 3, "", "", ""]]
    (note,) = read(tmp_path, *rows).notes
    assert "row 3, column 累计脱贫人口: seen '3', lower than 5 in 2016" in str(note)
    assert read(tmp_path, *rows[:1]).notes == ()


def test_a_horizon_that_is_longer_admits_its_years(tmp_path: Path) -> None:
    assert read(tmp_path, ["a", 2020, 4000, *[""] * 5], years=(2016, 2020)).last_year() == 2020


def test_no_rows_are_no_table(tmp_path: Path) -> None:
    assert "wanted at least one row under the heads" in problems(tmp_path)[0]


def test_figures_must_be_there_to_be_used(tmp_path: Path) -> None:
    found = read(tmp_path, ["a", 2016, "", 4000, "", "", "", ""])
    with pytest.raises(InputError, match="no figure of disposable_income, people_exited is reported"):
        found.last_year(("disposable_income", "people_exited"))

"""A county planner's first hour, from an empty template to a workbook and a page to print, in Chinese and through commands alone."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.worksheet.worksheet import Worksheet

from simlib.cli import main

HOUSEHOLDS, FIRST_ROW = 30, 3  # under the heads and the example row
VILLAGES = {"0441423101": "上坪村", "0441423102": "下坪村"}
CAUSES = ("因病", "缺技术", "缺劳力", "因残", "因学", "缺资金")
SLIPS: Mapping[tuple[int, str], Any] = {
    (5, "住房安全"): "不是",
    (6, "人口"): "4人",
    (7, "村编号"): "0441423103",
    (8, "村编号"): 441423101,  # Excel took the zero away
    (9, "工资性收入"): "1.2万",
    (10, "致贫原因"): "生病",
    (11, "转移净收入"): None,
}
"""What is typed wrong at first: the row and the column, and what stands there."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, on a machine that speaks Chinese."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIMLIB_LANG", "zh")
    return tmp_path


def typed(number: int, chance: Random) -> dict[str, Any]:
    """A household as a person types it in: no weight, no wishes, villages one after the other."""
    people = chance.choice([1, 2, 3, 3, 4, 5])
    workers = min(people, chance.choice([0, 1, 1, 2]))
    return {
        "户编号": f"0441423{number:04d}",
        "村编号": list(VILLAGES)[number % 2],
        "人口": people,
        "劳动力": workers,
        "劳动能力": workers,
        "老年人": people - workers,
        "致贫原因": CAUSES[number % len(CAUSES)],
        "工资性收入": workers * chance.choice([0, 3000, 8600]),
        "经营净收入": chance.choice([800, 2600]),
        "财产净收入": 0,
        "转移净收入": 1200,
        "低保金": 0 if workers else people * 1500,
        "住房安全": chance.choice(["是", "否"]),
        "建档年份": 2015,
    }


def village(number: str, name: str) -> dict[str, Any]:
    told = {"村编号": number, "村名": name, "县": "丰顺县", "地级市": "梅州市", "帮扶单位": "某局", "帮扶单位类型": "市直单位"}
    return told | {"是否贫困村": "是", "村人口": 1620, "其他居民人均收入": 9100}


def write(sheet: Worksheet, row: int, values: Mapping[str, Any]) -> None:
    heads = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
    for head, value in values.items():
        sheet.cell(row, heads[head]).value = value


def fill_in(template: Path, filled: Path, slips: Mapping[tuple[int, str], Any]) -> None:
    book, chance = openpyxl.load_workbook(template), Random(3)
    for number in range(HOUSEHOLDS):
        write(book["户"], FIRST_ROW + number, typed(number, chance))
    for row, (number_of, name) in enumerate(VILLAGES.items(), start=FIRST_ROW):
        write(book["村"], row, village(number_of, name))
    for (row, head), value in slips.items():
        write(book["户"], row, {head: value})
    book.save(filled)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def problems(told: Result) -> Iterator[str]:
    return (line.strip() for line in told.output.splitlines() if line.strip().startswith("工作表"))


def test_a_planners_first_hour(desk: Path) -> None:
    assert call("registry", "template", "登记表.xlsx").exit_code == 0

    fill_in(desk / "登记表.xlsx", desk / "第一稿.xlsx", SLIPS)
    checked = call("registry", "check", "第一稿.xlsx")
    assert checked.exit_code == 2
    assert [line.split("：")[0] for line in problems(checked)] == [f"工作表“户”，第 {row} 行，“{head}”列" for row, head in sorted(SLIPS)]
    assert call("run", "full_package", "--registry", "第一稿.xlsx").exit_code == 2 and not (desk / "runs").exists()

    fill_in(desk / "登记表.xlsx", desk / "定稿.xlsx", {})
    checked = call("registry", "check", "定稿.xlsx")
    assert checked.exit_code == 0 and "没有问题" in checked.output, checked.output

    assert call("run", "full_package", "--registry", "定稿.xlsx", "--draws", "8").exit_code == 0
    (run,) = (folder for folder in (desk / "runs").iterdir() if folder.name.startswith("full_package-"))
    for out in ("结果.xlsx", "结果.html"):
        made = call("report", str(run), "--out", out, "--lang", "zh")
        assert made.exit_code == 0, made.output

    page = (desk / "结果.html").read_text(encoding="utf-8")
    assert all(number in page for number in VILLAGES)
    assert "SYNTHETIC" not in page


def test_a_report_is_not_written_over_another(desk: Path) -> None:
    (desk / "结果.xlsx").write_bytes(b"kept")
    made = call("report", "runs", "--out", "结果.xlsx")
    assert made.exit_code == 2
    assert (desk / "结果.xlsx").read_bytes() == b"kept"

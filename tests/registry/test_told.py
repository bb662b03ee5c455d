"""What reading and checking say in Chinese: every fault in a sentence of its own, without a word of English."""

import re
from pathlib import Path
from typing import Any

import pytest

from simlib.errors import InputError
from simlib.registry import read_registry
from simlib.registry.check import check
from simlib.registry.messages import NOTES, REASONS, SHORT, WANTED
from simlib.registry.report import Problem, Refusal, Report, report_text
from simlib.words import Words
from tests.registry.clean import ZH as HEADS
from tests.registry.clean import grid, household, households, problems_of, village, villages, write_csv, write_xlsx
from tests.registry.test_check import CELLS, planted

ZH, EN = Words("zh"), Words("en")
AS_THEY_STAND = re.compile(r"“[^”]*”|households\.csv|villages\.csv|yes / no|true / false|Excel|UTF-8|GB18030|default|keep|SYNTHETIC|phone")


def english(text: str) -> list[str]:
    """Words of English in a Chinese text, but for what stands so in the file (in quotation marks) and names of programs."""
    return re.findall(r"[A-Za-z]{2,}", AS_THEY_STAND.sub("", text))


@pytest.mark.parametrize(("kind", "table", "column", "fault", "_says", "_near"), CELLS)
def test_a_fault_is_told_in_chinese(kind: str, table: str, column: str, fault: Any, _says: str, _near: Any, tmp_path: Path) -> None:
    told = [one.told(ZH) for one in problems_of(tmp_path / "fault", *planted(table, column, fault))]
    assert len(told) == 1
    assert english(told[0]) == []
    assert told[0].startswith(f"{table}.csv，第 {4 if table == 'households' else 2} 行，“{column}”列：")


def test_english_left_in_a_sentence_would_be_seen() -> None:
    assert english("户.csv，第 4 行：读到“abc”，wanted a number") == ["csv", "wanted", "number"]


def test_in_english_it_is_the_same_as_by_itself() -> None:
    one = Problem("户", 5, "人口", "四", "not_number")
    assert one.told(EN) == str(one)
    assert one.told(ZH) == "户，第 5 行，“人口”列：读到“四”，应为数字"


def as_in_excel(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{HEADS.get(name, name): cell for name, cell in row.items() if name != "ill"} for row in rows]


def test_a_report_in_both_languages(tmp_path: Path) -> None:
    people = households()
    people[0]["members"], people[2]["workers"] = "-3", "9"
    path = write_xlsx(tmp_path / "r.xlsx", grid(as_in_excel([row | {"phone": "1"} for row in people])), grid(villages()))
    told = report_text(check(path), ZH).splitlines()
    assert told[0] == "r.xlsx：12 户，建档立卡 44 人，3 个村"
    assert "  户表“患病人数”列：12 个单元格 = 保留 0 + 拒绝 0 + 空白或缺列 12（无患病者）" in told
    assert "  提示：工作表“户”，第 1 行，“phone”列：不是本表的列，已忽略" in told
    assert "  提示：工作表“户”，“患病人数”列：没有此列，各行一律按：无患病者" in told
    assert told[-3:] == [
        "2 处问题：",
        "  工作表“户”，第 2 行，“人口”列：读到“-3”，数值应在范围内：1 至 30",
        "  工作表“户”，第 4 行，“劳动力”列：读到“劳动力 9、人口 4”，劳动力应不多于人口",
    ]
    assert english("\n".join(told).replace("r.xlsx", "")) == []
    said = report_text(check(path), EN).splitlines()
    assert said[0] == "r.xlsx: 12 households, 44 registered people, 3 villages"
    assert "  households.ill: 12 cells = 0 kept + 0 refused + 12 defaulted (nobody ill)" in said
    assert said[-2:] == [f"  {one}" for one in check(path).problems]


def test_a_report_without_problems(tmp_path: Path) -> None:
    report = check(write_csv(tmp_path / "r", households(), villages()))
    assert report_text(report, ZH).splitlines()[-1] == "没有问题"
    assert report_text(report, EN).splitlines()[-1] == "no problem"


@pytest.mark.parametrize("reason", list(SHORT))
def test_why_rows_were_refused_is_said_in_words(reason: str) -> None:
    report = Report("r", True, 0, 0, 0, (), (), (), (Refusal("households", reason, 2),))
    assert report_text(report, EN).splitlines()[:2] == [
        "r: SYNTHETIC, 0 households, 0 registered people, 0 villages",
        f"  2 rows of households refused: {SHORT[reason]}",
    ]
    assert report_text(report, ZH).splitlines()[1].startswith("  户表拒绝 2 行：")
    assert english(report_text(report, ZH).replace("r：", "")) == []


def test_every_kind_that_can_refuse_a_row_has_a_reason() -> None:
    of_the_table = {
        "no_table", "no_rows", "nothing_left", "no_heads", "merged_head", "not_csv", "missing_column", "twice_column", "unknown_near",
        "head_unit", "no_source",
    }  # fmt: skip
    assert set(SHORT) == {*REASONS, *WANTED} - of_the_table
    assert not set(SHORT) & set(NOTES)


def test_the_error_of_reading_is_told_with_every_problem(tmp_path: Path) -> None:
    people = [household(number, members="x") for number in range(1, 25)]
    folder = write_csv(tmp_path / "r", people, [village(number) for number in range(3)])
    with pytest.raises(InputError, match=r"r cannot be read, 24 problems:\n  households\.csv, row 2, column members: seen 'x'") as caught:
        read_registry(folder)
    told = ZH.tell(caught.value).splitlines()
    assert told[0] == "r 无法读取，共 24 处问题："
    assert told[1] == "  households.csv，第 2 行，“members”列：读到“x”，应为数字"
    assert told[-1] == "  ……另有 4 处"
    assert [ZH.tell(one) for one in caught.value.problems][23] == "households.csv，第 25 行，“members”列：读到“x”，应为数字"

"""Errors that a planner can meet between the template and the report, each told in Chinese, and in English as it is."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from simlib.engine.plans import read_plan
from simlib.errors import InputError, RunError, SimlibError
from simlib.monitoring import read_actuals
from simlib.registry import read_registry, write_registry, write_template
from simlib.registry.mapping import load_mapping
from simlib.registry.whole import write_whole
from simlib.runs import run
from simlib.scenario import load_scenario
from simlib.store import read_stored
from simlib.words import Words
from tests.small import small_register

ZH, EN = Words("zh"), Words("en")


def plan_with(folder: Path, columns: str) -> None:
    (folder / "plan.csv").write_text(f"{columns}\n", encoding="utf-8")
    read_plan(folder / "plan.csv")


def taken(folder: Path) -> None:
    (folder / "there.xlsx").touch()
    write_template(folder / "there.xlsx")


def foreign(folder: Path, text: str) -> None:
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    load_mapping(folder / "mapping.yaml")


def broken_workbook(folder: Path) -> None:
    (folder / "broken.xlsx").write_text("no workbook", encoding="utf-8")
    read_registry(folder / "broken.xlsx")


def no_place(folder: Path) -> None:
    (folder / "file.txt").touch()
    write_whole(folder / "file.txt" / "out.xlsx", lambda target: target.touch())


def no_figures(folder: Path) -> None:
    pd.DataFrame({"village_id": ["x"], "year": [2031]}).to_csv(folder / "actuals.csv", index=False)
    read_actuals(folder / "actuals.csv", small_register())


CASES: dict[str, tuple[Callable[[Path], object], type[SimlibError], str, str]] = {
    "no register": (lambda at: read_registry(at / "no.xlsx"), InputError, "is not there: give an .xlsx", "找不到 "),
    "no workbook": (broken_workbook, InputError, "is not an .xlsx workbook", "不是 .xlsx 工作簿"),
    "no file of a register": (lambda at: read_registry(at), InputError, "holds neither households.csv", "既没有 households.csv"),
    "no scenario": (lambda at: load_scenario(at / "no.yaml"), InputError, "there is no file", "找不到文件"),
    "no run folder": (lambda at: read_stored(at), InputError, "no run folder", "不是运行文件夹"),
    "a place that is taken": (taken, InputError, "is there already", "已经存在"),
    "a template of another kind": (lambda at: write_template(at / "a.csv"), InputError, "a template is a workbook", "模板是工作簿"),
    "a place that cannot be written": (no_place, RunError, "cannot be written|there already", "无法写入"),
    "a register in one CSV file": (lambda at: write_registry(small_register(), at / "a.csv"), InputError, "two tables", "登记表有两张表"),
    "no plan": (lambda at: read_plan(at / "no.csv"), InputError, "no such file", "找不到计划表"),
    "a plan without a column": (lambda at: plan_with(at, "household_id,year"), InputError, "no column measure", "缺少列 measure"),
    "a mapping that is wrong": (
        lambda at: foreign(at, "schema: 2"),
        InputError,
        "wrong in 1 places",
        "列对照文件 mapping.yaml 有 1 处错误",
    ),
    "a mapping of unknown keys": (lambda at: foreign(at, "schema: 1\nhouse: 1"), InputError, "unknown key", "没有“house”这一项"),
    "too many draws": (lambda _: run("baseline", small_register(), draws=-1), InputError, "draws: seen -1", "模拟次数为 -1"),
    "figures of no village": (no_figures, InputError, "cannot be read, ", "无法读取，共 "),
}


@pytest.mark.parametrize("case", list(CASES))
def test_an_error_is_told_in_chinese(case: str, tmp_path: Path) -> None:
    act, kind, english, chinese = CASES[case]
    with pytest.raises(kind, match=english) as caught:
        act(tmp_path)
    assert EN.tell(caught.value) == str(caught.value)
    assert chinese in ZH.tell(caught.value)

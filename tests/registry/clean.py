"""A small register without a fault, as cells of text, and ways to write it: what the tests plant their errors in."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from simlib.registry.check import check
from simlib.registry.report import Problem

Rows = list[dict[str, Any]]
ZH = {
    "household_id": "户编号", "village_id": "村编号", "members": "人口", "workers": "劳动力", "labour_units": "劳动能力",
    "wage_income": "工资性收入", "business_income": "经营净收入", "property_income": "财产净收入", "transfer_income": "转移净收入",
    "name": "村名", "county": "县", "prefecture": "地级市", "programme": "项目", "is_poor_village": "是否贫困村", "residents": "村人口",
}  # fmt: skip


def household(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One household without a fault, as cells of text."""
    cells = {
        "household_id": f"{number:04d}", "village_id": f"v{number % 3}", "members": "4", "workers": "2", "labour_units": "1.5",
        "pupils": "1", "elderly": "1", "ill": "0", "disabled": "1", "poverty_cause": "disease", "wage_income": f"{5000 + number}.25",
        "business_income": "-120.5", "property_income": "0", "transfer_income": "900", "dibao_yuan": "0", "land_mu": "2.4",
        "housing_safe": "true", "insured": "true", "dropouts": "0", "willing": "industry;training", "funded": "true",
        "registered_from": "2015", "weight": "1",
    }  # fmt: skip
    return cells | changes


def village(number: int = 0, **changes: Any) -> dict[str, Any]:
    """One village without a fault: v0 and v1 are poor, the others pseudo-villages."""
    cells = {"village_id": f"v{number}", "name": f"村{number}", "county": "丰顺县", "prefecture": "梅州市", "programme": ""}
    poor = {"helper": "某局", "helper_type": "city_unit", "is_poor_village": "true", "residents": "1800", "other_income": "7200"}
    other = {"helper": "", "helper_type": "", "is_poor_village": "false", "residents": "", "other_income": ""}
    services = dict.fromkeys(("roads", "water", "power", "school", "clinic", "sanitation", "broadband"), "0.8")
    return cells | (poor if number < 2 else other) | services | changes


def households(count: int = 12) -> Rows:
    """The first so many households."""
    return [household(number) for number in range(1, count + 1)]


def villages() -> Rows:
    """The three villages."""
    return [village(number) for number in range(3)]


def grid(rows: Rows) -> list[list[Any]]:
    """Heads and cells; a row's missing cells are empty."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    return [heads, *([row.get(name, "") for name in heads] for row in rows)]


def write_csv(folder: Path, people: Rows, places: Rows | None = None, encoding: str = "utf-8") -> Path:
    """A folder with households.csv and villages.csv, or only the first."""
    folder.mkdir(exist_ok=True)
    for table, rows in (("households", people), ("villages", places)):
        if rows is not None:
            with (folder / f"{table}.csv").open("w", encoding=encoding, newline="") as file:
                csv.writer(file).writerows(grid(rows))
    return folder


def write_xlsx(path: Path, people: Sequence[Sequence[Any]], places: Sequence[Sequence[Any]] | None = None) -> Path:
    """A workbook with the sheets 户 and 村, cells as they are given."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "户"
    for row in people:
        sheet.append(list(row))
    if places is not None:
        other = book.create_sheet("村")
        for row in places:
            other.append(list(row))
    book.save(path)
    return path


def problems_of(folder: Path, people: Rows | None = None, places: Rows | None = None) -> tuple[Problem, ...]:
    """What check says of a folder of CSV files; tables that are not given are clean."""
    write_csv(folder, households() if people is None else people, villages() if places is None else places)
    return check(folder).problems


def spots(problems: Sequence[Problem]) -> set[tuple[str, str, int | None, str | None]]:
    """Kind, sheet or file, row and column of every problem."""
    return {(one.kind, one.source, one.row, one.column) for one in problems}

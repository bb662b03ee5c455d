"""The template tells a person what to fill in, has a row a village and year where the register is known, and reads back what it holds."""

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.monitoring import read_actuals, write_template
from simlib.monitoring.columns import REPORTED, columns, units
from tests.monitoring.filling import two_villages

SHEETS = {"zh": ["实绩", "说明"], "en": ["actuals", "notes"]}
VALUES = {
    "disposable_income": st.one_of(st.none(), st.integers(1000, 9_999_999).map(lambda fen: fen / 100)),
    "net_income": st.one_of(st.none(), st.integers(1000, 9_999_999).map(lambda fen: fen / 100)),
    "people_exited": st.one_of(st.none(), st.integers(0, 1)),
    "leader_visits": st.one_of(st.none(), st.integers(0, 400)),
    "spent_guidance": st.one_of(st.none(), st.integers(0, 10**9)),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_heads_carry_notes_and_ranges(lang: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_template(tmp_path / "x.xlsx", lang))
    assert book.sheetnames == SHEETS[lang]
    sheet: Any = book[SHEETS[lang][0]]
    assert [cell.value for cell in sheet[1]] == [one.zh if lang == "zh" else name for name, one in columns().items()]
    for cell, column in zip(sheet[1], columns().values(), strict=True):
        assert column.meaning[lang] in cell.comment.text
        assert not column.unit or (units()[column.unit] if lang == "zh" else column.unit) in cell.comment.text
    limits = {str(rule.sqref)[0]: (rule.formula1, rule.formula2) for rule in sheet.data_validations.dataValidation}
    assert limits["C"] == ("2016", "2030") and len(limits) == len(REPORTED) + 1
    assert sheet.max_row == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_register_fills_in_its_poor_villages_and_years(lang: str, tmp_path: Path) -> None:
    path = write_template(tmp_path / "x.xlsx", lang, two_villages())
    sheet: Any = openpyxl.load_workbook(path)[SHEETS[lang][0]]
    rows = [[cell.value for cell in row[:3]] for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == ["b", "乙村", 2016]  # 乙单位 comes before 甲单位
    assert rows[3:] == [["a", "'=甲村", year] for year in (2016, 2017, 2018)]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=2) for cell in row} == {"s"}  # none is a formula
    found = read_actuals(path, two_villages())
    assert len(found.table) == 6 and found.table[list(REPORTED)].isna().all(axis=None)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.fixed_dictionaries(VALUES), min_size=6, max_size=6), lang=st.sampled_from(["zh", "en"]))
def test_what_is_filled_in_reads_back(rows: list[dict[str, Any]], lang: str, tmp_path: Path) -> None:
    path = tmp_path / "filled.xlsx"
    path.unlink(missing_ok=True)
    book = openpyxl.load_workbook(write_template(path, lang, two_villages()))
    sheet: Any = book[SHEETS[lang][0]]
    place = {name: number for number, name in enumerate(columns(), start=1)}
    for number, row in enumerate(rows, start=2):
        for name, value in row.items():
            sheet.cell(number, place[name], value)
    book.save(path)
    table = read_actuals(path, two_villages()).table
    for name in VALUES:
        wanted = np.array([np.nan if row[name] is None else row[name] for row in rows])
        assert np.array_equal(table[name].to_numpy(), wanted, equal_nan=True)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="wanted 'zh' or 'en'"):
        write_template(tmp_path / "x.xlsx", "fr")
    with pytest.raises(InputError, match="its name ends in"):
        write_template(tmp_path / "x.csv")
    write_template(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match="is there already"):
        write_template(tmp_path / "x.xlsx")

"""Whatever stands in the cells: a report comes back, every cell is counted once, and what check passes, read reads."""

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.registry.check import check, examine
from simlib.registry.columns import schema
from simlib.registry.read import read_registry
from tests.registry.clean import Rows, household, village, write_csv, write_xlsx

ODD = [
    "", " ", "0", "-1", "1", "2", "2.5", "99", "1e400", "-0", "nan", "inf", "1.2万", "80%", "1,000", "是", "否", "none", "industry;x",
    "#REF!", "=A1", "'=A1", "v0", "v9", "０００１", "0001", "soe", "因病", "2015", "2016", "TRUE", "x" * 300, "a\u200bb", "\n", "村，村",
    '"', "1e308",
]  # fmt: skip
SEVERAL = 5


@st.composite
def tables(draw: st.DrawFn) -> tuple[Rows, Rows | None]:
    """Two tables (or one) in which some cells, heads and rows were changed at random."""
    people = [household(number) for number in range(1, draw(st.integers(1, 6)))]
    places = [village(number) for number in range(draw(st.integers(1, 3)))] if draw(st.booleans()) else None
    for rows in (people, places or []):
        for row in rows:
            for name in draw(st.lists(st.sampled_from(sorted(row)), max_size=SEVERAL)):
                row[name] = draw(st.sampled_from(ODD))
        lost = set(draw(st.lists(st.sampled_from(sorted(rows[0])), max_size=2))) if rows else set()
        rows[:] = [{name: cell for name, cell in row.items() if name not in lost} for row in rows]
    return people, places


@settings(max_examples=60)
@given(tables(), st.booleans())
def test_any_table_gives_a_report_in_which_every_cell_is_counted(given_tables: tuple[Rows, Rows | None], refuse: bool) -> None:
    people, places = given_tables
    with tempfile.TemporaryDirectory() as name:
        folder = write_csv(Path(name) / "r", people, places)
        mapping = Path(name) / "mapping.yaml"
        mapping.write_text(f"schema: 1\nrefuse_bad_rows: {str(refuse).lower()}\n", encoding="utf-8")
        report = check(folder, mapping)
        json.dumps(report.as_dict(), allow_nan=False)
        assert all(str(one) and one.row != 0 for one in (*report.problems, *report.notes))
        for count in report.counts:
            assert count.rows == count.kept + count.refused + count.defaulted
            assert min(count.kept, count.refused, count.defaulted) >= 0
        if report.blocking:
            assert _refused(folder, mapping) == tuple(str(one) for one in report.blocking)
        else:
            assert len(read_registry(folder, mapping).households) == report.households > 0


def _refused(folder: Path, mapping: Path) -> tuple[str, ...]:
    try:
        read_registry(folder, mapping)
    except InputError as error:
        return error.problems
    return ()


@settings(max_examples=20)
@given(tables())
def test_rows_in_any_order_have_the_same_problems(given_tables: tuple[Rows, Rows | None]) -> None:
    people, places = given_tables
    with tempfile.TemporaryDirectory() as name:
        there = examine(write_csv(Path(name) / "a", people, places)).report
        back = examine(write_csv(Path(name) / "b", people[::-1], places and places[::-1])).report
    once = {"duplicate_id", "duplicate_form", "differs_in_village"}  # which row comes first is the order itself
    kinds = [Counter((one.kind, one.column, one.seen) for one in report.problems if one.kind not in once) for report in (there, back)]
    assert kinds[0] == kinds[1] or any(one.kind in once for one in there.problems)


cells = st.sampled_from(ODD) | st.none() | st.booleans() | st.integers(-5, 10**18) | st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=25)
@given(st.lists(st.lists(cells, max_size=6), max_size=5), st.booleans())
def test_any_workbook_gives_a_report(rows: list[list[Any]], with_heads: bool) -> None:
    plain = [[cell for cell in row if not isinstance(cell, str) or cell.isprintable()] for row in rows]
    grid = [list(schema()["households"])[:6], *plain] if with_heads else plain
    with tempfile.TemporaryDirectory() as name:
        report = check(write_xlsx(Path(name) / "r.xlsx", grid, grid))
    assert not report.ok
    assert json.dumps(report.as_dict(), allow_nan=False)

"""Tables held against each other."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simlib.verify import tables
from simlib.verify.findings import Finding
from simlib.verify.tables import column_of, compare_tables, values_apart

TABLE = pd.DataFrame(
    {
        "household_id": [f"户{number}" for number in range(10)],
        "year": [2016, 2017] * 5,
        "yuan": [0.0, 1.0, np.nan, 1e-12, 1e12, -5.0, 1.5, 2.5, 3.5, 4.5],
        "people": list(range(10)),
        "poor": [True, False] * 5,
    }
)
"""Some rows, with an empty cell."""


@pytest.fixture(autouse=True, params=[3, 65_536])
def _slices(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices that end within the table, and one that holds it."""
    monkeypatch.setattr(tables, "ROWS", request.param)


def parts(table: pd.DataFrame, place: Path, *sizes: int) -> Path:
    """A table as a file, or as parts of these sizes."""
    if not sizes:
        table.to_parquet(place, index=False)
        return place
    place.mkdir()
    first = 0
    for number, size in enumerate(sizes):
        table.iloc[first : first + size].to_parquet(place / f"part-{number:05}.parquet", index=False)
        first += size
    return place


def compared(tmp_path: Path, seen: pd.DataFrame, wanted: pd.DataFrame = TABLE, *, exact: bool = True) -> list[Finding]:
    return compare_tables("t.parquet", parts(seen, tmp_path / "seen"), parts(wanted, tmp_path / "wanted"), exact)


def changed(column: str, row: int, value: Any) -> pd.DataFrame:
    table = TABLE.copy()
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize("exact", [True, False])
def test_equal_tables(tmp_path: Path, exact: bool) -> None:
    assert compared(tmp_path, TABLE, exact=exact) == [Finding("t.parquet", "", "the same bits", "the same bits", ok=True)]


@pytest.mark.parametrize("sizes", [(10,), (4, 6), (1, 0, 8, 1)])
def test_parts_are_one_table(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    seen, wanted = parts(TABLE, tmp_path / "seen", *sizes), parts(TABLE, tmp_path / "wanted")
    assert [one.ok for one in compare_tables("t", seen, wanted, exact=True)] == [True]
    assert column_of(seen, "people").to_pylist() == list(range(10))


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("column", "value", "seen", "wanted"),
    [
        ("yuan", 2.0, "2.0", "2.5"),
        ("yuan", np.nan, "None", "2.5"),
        ("people", 8, "8", "7"),
        ("poor", True, "True", "False"),
        ("household_id", "户", "'户'", "'户7'"),
        ("household_id", None, "None", "'户7'"),
    ],
)
def test_a_difference_is_named(tmp_path: Path, exact: bool, column: str, value: Any, seen: str, wanted: str) -> None:
    (one,) = compared(tmp_path, changed(column, 7, value), exact=exact)
    assert one.what.startswith(f"t.parquet, {column}: 1 of 10 rows differ")
    assert (one.where, one.seen, one.wanted, one.ok) == ("row 7 (year 2017, household_id 户7)", seen, wanted, False)


def test_the_first_of_many_and_the_largest(tmp_path: Path) -> None:
    table = TABLE.assign(yuan=TABLE["yuan"] * 1.5)
    (one,) = compared(tmp_path, table)
    assert one.what == "t.parquet, yuan: 8 of 10 rows differ, by up to 0.33; the first"
    assert (one.where, one.seen, one.wanted) == ("row 1 (year 2017, household_id 户1)", "1.5", "1.0")


def test_every_column_is_told(tmp_path: Path) -> None:
    table = changed("yuan", 8, 0.0).assign(people=0)
    assert [one.what.split(":")[0] for one in compared(tmp_path, table)] == ["t.parquet, yuan", "t.parquet, people"]


@pytest.mark.parametrize(
    ("row", "value", "close"), [(4, 1e12 + 100, True), (4, 1e12 + 10_000, False), (0, 9e-10, True), (0, 2e-9, False), (0, -0.0, True)]
)
@pytest.mark.parametrize("exact", [True, False])
def test_bits_and_the_tolerance(tmp_path: Path, exact: bool, row: int, value: float, close: bool) -> None:
    (one,) = compared(tmp_path, changed("yuan", row, value), exact=exact)
    assert one.ok == (close and not exact)


def test_the_furthest_within_the_tolerance_is_named(tmp_path: Path) -> None:
    table = changed("yuan", 4, 1e12 + 100)
    table.loc[6, "yuan"] = 1.5 + 1e-12
    (one,) = compared(tmp_path, table, exact=False)
    assert one == Finding(
        "t.parquet",
        "furthest off yuan, row 4 (year 2016, household_id 户4), 1000000000100.0 for 1000000000000.0",
        "within 1e-10",
        "within 1e-09",
        ok=True,
    )


def test_rows_that_are_missing(tmp_path: Path) -> None:
    found = compared(tmp_path, TABLE.drop(index=4).reset_index(drop=True))
    assert [(one.where, one.seen, one.wanted) for one in found] == [
        ("rows", "9", "10"),
        ("row 4 (year 2016, household_id 户4)", "'户5'", "'户4'"),
        ("row 4 (year 2016, household_id 户4)", "2017", "2016"),
    ]


@pytest.mark.parametrize("number", [0, 9])
def test_rows_at_the_end(tmp_path: Path, number: int) -> None:
    (one,) = compared(tmp_path, TABLE.iloc[:number])
    assert (one.where, one.seen, one.wanted, one.ok) == ("rows", str(number), "10", False)


def test_other_columns(tmp_path: Path) -> None:
    found = compared(tmp_path, TABLE.drop(columns="poor").assign(more=1))
    assert [(one.where, one.seen) for one in found] == [("columns", "household_id, year, yuan, people, more")]


def test_another_kind_of_column(tmp_path: Path) -> None:
    found = compared(tmp_path, TABLE.assign(yuan="x", people=TABLE["people"].astype(float)), exact=False)
    assert [one.what.split(":")[0] for one in found] == ["t.parquet, yuan"]


@pytest.mark.parametrize("exact", [True, False])
def test_another_type_is_other_bits(tmp_path: Path, exact: bool) -> None:
    found = compared(tmp_path, TABLE.assign(people=TABLE["people"].astype(float)), exact=exact)
    wrong = Finding("t.parquet, people", "type and metadata", "double", "int64", ok=False)
    assert found == ([wrong] if exact else [Finding("t.parquet", "", "the same bits", "the same bits", ok=True)])


def test_another_type_in_one_part(tmp_path: Path) -> None:
    seen, wanted = parts(TABLE, tmp_path / "seen", 6, 4), parts(TABLE, tmp_path / "wanted")
    parts(TABLE.iloc[6:].astype({"people": float}), seen / "part-00001.parquet")
    assert not all(one.ok for one in compare_tables("t", seen, wanted, exact=True))


@pytest.mark.parametrize("attrs", [{}, {"columns": []}, {"columns": {"yuan": "x"}}, {"columns": {"yuan": {"unit": "fen"}}}])
def test_metadata_is_compared_too(tmp_path: Path, attrs: dict[str, Any]) -> None:
    table = TABLE.copy()
    table.attrs["columns"] = {"yuan": {"unit": "yuan"}}
    seen, wanted = TABLE.copy(), parts(table, tmp_path / "wanted", 3, 7)
    seen.attrs.update(attrs)
    (one,) = compare_tables("t", parts(seen, tmp_path / "seen"), wanted, exact=True)
    assert (one.what, one.where, one.wanted) == ("t, yuan", "type and metadata", "double {'unit': 'yuan'}")
    assert one.seen.startswith("double")
    assert [one.ok for one in compare_tables("t", tmp_path / "seen", wanted, exact=False)] == [True]


@pytest.mark.parametrize("damage", ["garbage", "empty", "missing", "no parts"])
def test_what_cannot_be_read_is_named(tmp_path: Path, damage: str) -> None:
    seen, wanted = tmp_path / "seen", parts(TABLE, tmp_path / "wanted")
    if damage == "no parts":
        seen.mkdir()
    elif damage != "missing":
        seen.write_bytes(b"PAR1" * 10 if damage == "garbage" else b"")
    (one,) = compare_tables("t.parquet", seen, wanted, exact=True)
    assert (one.what, one.ok) == ("t.parquet", False)
    assert one.seen.startswith("cannot be read (")


@pytest.mark.parametrize(
    ("seen", "wanted", "exact", "close"),
    [
        (1.0, 1.0, True, True),
        (1, 1.0, True, True),
        (1.0, 1.0 + 1e-12, True, True),
        (1.0, 1.1, False, False),
        (None, None, True, True),
        (None, 1.0, False, False),
        ("x", 1.0, False, False),
        ({}, None, False, False),
    ],
)
def test_numbers_of_a_record(seen: Any, wanted: Any, exact: bool, close: bool) -> None:
    strict, lenient = (values_apart("cost", seen, wanted, exact=flag) for flag in (True, False))
    assert lenient.ok == close
    assert strict.ok == (exact and seen == wanted)

"""A mapping file says how a foreign file becomes a register: checked before use, and never a silent zero."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from simlib.errors import InputError
from simlib.registry.check import check
from simlib.registry.mapping import load_mapping
from simlib.registry.read import read_registry
from simlib.registry.report import Report
from tests.registry.clean import Rows, households, spots, villages, write_csv


def foreign(number: int, **changes: Any) -> dict[str, Any]:
    """A household as somebody else would write it."""
    cells = {
        "hh": f"H{number}", "town": "North", "land": "vn", "size": "4", "work": "2", "units": "2", "wages": "10", "crop": "3",
        "herd": "2", "rate": "2", "cause": "sickness", "safe": "1",
    }  # fmt: skip
    return cells | changes


RULES: dict[str, Any] = {
    "household_id": "hh",
    "village_id": "town",
    "members": "size",
    "workers": {"from": "work"},
    "labour_units": "units",
    "wage_income": {"from": "wages", "factor": 100, "divide": "rate"},
    "business_income": {"sum": ["crop", "herd"], "factor": 1000},
    "property_income": {"constant": 0},
    "transfer_income": {"constant": 12.5},
    "poverty_cause": {"from": "cause", "recode": {"sickness": "disease"}},
    "housing_safe": "safe",
}


def write(tmp_path: Path, columns: dict[str, Any] | None = None, **parts: Any) -> Path:
    content = {"schema": 1, "households": {"columns": RULES | (columns or {})}} | parts
    path = tmp_path / "mapping.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def checked(tmp_path: Path, rows: Rows, columns: dict[str, Any] | None = None, **parts: Any) -> Report:
    return check(write_csv(tmp_path / "foreign", rows), write(tmp_path, columns, **parts))


def counts(report: Report, column: str) -> tuple[int, int, int, int]:
    found = next(one for one in report.counts if one.column == column)
    assert found.rows == found.kept + found.refused + found.defaulted
    return found.rows, found.kept, found.refused, found.defaulted


# ---- what a mapping does


def test_columns_are_renamed_summed_scaled_recoded_and_set(tmp_path: Path) -> None:
    row = read_registry(write_csv(tmp_path / "f", [foreign(1)]), write(tmp_path)).households.iloc[0]
    assert (row["household_id"], row["village_id"], row["members"]) == ("H1", "North", 4)
    assert (row["wage_income"], row["business_income"]) == (500, 5000)
    assert (row["property_income"], row["transfer_income"], row["poverty_cause"]) == (0, 12.5, "disease")


def test_columns_without_a_rule_are_found_by_their_own_heads(tmp_path: Path) -> None:
    found = read_registry(write_csv(tmp_path / "f", [foreign(1, 低保金="360")]), write(tmp_path)).households
    assert found["dibao_yuan"].tolist() == [360]


def test_a_rule_goes_before_heads_and_heads_that_it_uses_are_not_taken_twice(tmp_path: Path) -> None:
    rows = [foreign(1, 低保金="1", dibao="360", 耕地="3")]
    mapping = write(tmp_path, {"dibao_yuan": "dibao", "pupils": {"from": "耕地", "default": 0}, "dropouts": {"constant": 0}})
    row = read_registry(write_csv(tmp_path / "f", rows), mapping).households.iloc[0]
    assert (row["dibao_yuan"], row["pupils"], row["land_mu"]) == (360, 3, 0)


def test_constants_count_as_defaulted(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1), foreign(2)])
    assert counts(report, "transfer_income") == (2, 0, 0, 2)
    assert counts(report, "wage_income") == (2, 2, 0, 0)


def test_a_sum_with_an_empty_part_is_refused(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1, crop=""), foreign(2), foreign(3, crop="0")])
    assert spots(report.problems) == {("empty_source", "households.csv", 2, "crop")}
    assert counts(report, "business_income") == (3, 2, 1, 0)


def test_a_sum_with_all_parts_empty_is_an_empty_cell(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1, crop="", herd="")])
    assert spots(report.problems) == {("empty", "households.csv", 2, "crop + herd")}


def test_a_default_of_the_mapping_is_used_and_counted(tmp_path: Path) -> None:
    columns = {"business_income": RULES["business_income"] | {"default": 1}, "poverty_cause": {"from": "cause", "default": "disaster"}}
    rows = [foreign(1, crop="", cause=""), foreign(2, cause="other")]
    report = checked(tmp_path, rows, columns)
    assert report.problems == ()
    assert (counts(report, "business_income"), counts(report, "poverty_cause")) == ((2, 1, 0, 1), (2, 1, 0, 1))
    found = read_registry(tmp_path / "foreign", tmp_path / "mapping.yaml").households
    assert (found["business_income"].tolist(), found["poverty_cause"].tolist()) == ([3000, 5000], ["disaster", "other"])


@pytest.mark.parametrize(("rate", "kind"), [("", "no_factor"), ("0", "no_factor"), ("about 2", "not_number")])
def test_a_row_that_cannot_be_scaled_is_named(rate: str, kind: str, tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1), foreign(2, rate=rate), foreign(3, rate="4")])
    assert spots(report.problems) == {(kind, "households.csv", 3, "rate")}


def test_a_source_that_is_no_number_is_named_under_its_own_head(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1, herd="two"), foreign(2, wages="5千元"), foreign(3)])
    assert spots(report.problems) == {("not_number", "households.csv", 2, "herd"), ("unit", "households.csv", 3, "wages")}


def test_words_that_are_not_recoded_are_judged_as_they_are(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1, cause="flood"), foreign(2, cause="disaster")])
    assert spots(report.problems) == {("unknown_word", "households.csv", 2, "cause")}


def test_a_source_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1)], {"wage_income": "wagess"})
    assert {one.kind for one in report.problems} == {"no_source", "missing_column"}
    assert "did you mean 'wages'?" in str(report.problems[0])


def test_rows_outside_keep_are_refused_and_counted(tmp_path: Path) -> None:
    rows = [foreign(1), foreign(2, land="kh"), foreign(3, land=""), foreign(4, size="x", land="kh")]
    parts = {"households": {"keep": {"land": ["vn", "la"]}, "columns": RULES}}
    report = checked(tmp_path, rows, **parts)
    assert report.problems == ()
    assert [(one.reason, one.rows) for one in report.refusals] == [("not_kept", 3)]
    assert counts(report, "members") == (4, 1, 3, 0)


def test_keep_that_keeps_nothing_is_a_problem(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1)], households={"keep": {"land": "la"}, "columns": RULES})
    assert {one.kind for one in report.problems} == {"nothing_left"}


def test_bad_rows_are_refused_with_their_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = [foreign(1), foreign(2, size="0"), foreign(3, size=""), foreign(4, size="0"), foreign(1)]
    report = checked(tmp_path, rows, refuse_bad_rows=True)
    assert {(one.reason, one.rows) for one in report.refusals} == {("out_of_range", 2), ("empty", 1), ("duplicate_id", 1)}
    assert len(report.problems) == 4
    assert report.blocking == ()
    assert (report.households, report.people) == (1, 4)
    assert counts(report, "wage_income") == (5, 1, 4, 0)
    registry = read_registry(tmp_path / "foreign", tmp_path / "mapping.yaml")
    assert registry.households["household_id"].tolist() == ["H1"]


def test_without_refusal_one_bad_row_refuses_all(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1), foreign(2, size="0")])
    assert len(report.blocking) == 1
    with pytest.raises(InputError, match="row 3, column size: seen '0', wanted a number from 1 up to 30"):
        read_registry(tmp_path / "foreign", tmp_path / "mapping.yaml")


def test_heads_that_are_wrong_are_not_refused_row_by_row(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1)], {"members": "sizes"}, refuse_bad_rows=True)
    assert report.blocking == report.problems != ()


def test_a_register_of_bad_rows_only_is_refused(tmp_path: Path) -> None:
    report = checked(tmp_path, [foreign(1, size="0")], refuse_bad_rows=True)
    assert [one.kind for one in report.blocking] == ["nothing_left"]


def test_households_go_with_their_village(tmp_path: Path) -> None:
    places = [{**row, "residents": "1"} if row["village_id"] == "v1" else row for row in villages()]
    folder = write_csv(tmp_path / "r", households(), places)
    path = tmp_path / "mapping.yaml"
    path.write_text("schema: 1\nrefuse_bad_rows: true\n", encoding="utf-8")
    report = check(folder, path)
    assert spots(report.problems) == {("people_residents", "villages.csv", 3, "residents")}
    assert {(one.table, one.reason, one.rows) for one in report.refusals} == {
        ("households", "village_refused", 4),
        ("villages", "people_residents", 1),
    }
    assert read_registry(folder, path).villages["village_id"].tolist() == ["v0", "v2"]


def test_villages_made_from_refused_households_go_too(tmp_path: Path) -> None:
    rows = [foreign(1), foreign(2, town="South", size="0")]
    report = checked(tmp_path, rows, refuse_bad_rows=True)
    assert ("villages", "no_household_left", 1) in {(one.table, one.reason, one.rows) for one in report.refusals}
    assert read_registry(tmp_path / "foreign", tmp_path / "mapping.yaml").villages["village_id"].tolist() == ["North"]


def test_villages_are_mapped_from_a_lone_households_file(tmp_path: Path) -> None:
    places = {"columns": {"county": "land", "prefecture": {"constant": "P"}, "is_poor_village": {"constant": False}}}
    rows = [foreign(1), foreign(2, town="South", land="kh")]
    report = checked(tmp_path, rows, villages=places)
    assert report.problems == ()
    assert "land" not in {note.column for note in report.notes}
    found = read_registry(tmp_path / "foreign", tmp_path / "mapping.yaml").villages
    assert found[["village_id", "county", "prefecture"]].to_numpy().tolist() == [["North", "vn", "P"], ["South", "kh", "P"]]


def test_a_village_table_has_rules_of_its_own(tmp_path: Path) -> None:
    places = [
        {("cty" if name == "county" else name): cell for name, cell in row.items()} | {"year": year}
        for year in ("2014", "2015")
        for row in villages()
    ]
    path = tmp_path / "mapping.yaml"
    path.write_text(yaml.safe_dump({"schema": 1, "villages": {"keep": {"year": [2015]}, "columns": {"county": "cty"}}}), encoding="utf-8")
    folder = write_csv(tmp_path / "r", households(), places)
    assert check(folder, path).problems == ()
    assert read_registry(folder, path).hash == read_registry(write_csv(tmp_path / "plain", households(), villages())).hash


def test_keep_of_villages_needs_a_village_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"villages\.keep needs a village table"):
        checked(tmp_path, [foreign(1)], villages={"keep": {"land": ["vn"]}})


# ---- what a mapping file may say


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"schema": 2}, "schema: seen 2, wanted 1"),
        ({"refuse_bad_row": True}, "unknown key 'refuse_bad_row'; did you mean 'refuse_bad_rows'?"),
        ({"refuse_bad_rows": "yes"}, "refuse_bad_rows: seen 'yes', wanted true or false"),
        ({"households": {"column": {}}}, "households: unknown key 'column'; did you mean 'columns'?"),
        ({"households": {"columns": {"member": "size"}}}, "unknown key 'member'; did you mean 'members'?"),
        ({"households": {"columns": {"members": {"form": "size"}}}}, "unknown key 'form'; did you mean 'from'?"),
        ({"households": {"columns": {"members": {"from": "a", "sum": ["b"]}}}}, "wanted exactly one"),
        ({"households": {"columns": {"members": {"factor": 2}}}}, "seen none of from, sum, constant"),
        ({"households": {"columns": {"members": {"from": "a", "factor": 0}}}}, "factor: seen 0, wanted a number other than 0"),
        ({"households": {"columns": {"members": {"constant": 1, "factor": 2}}}}, "a constant stands alone, seen also factor"),
        ({"households": {"columns": {"willing": {"from": "a", "factor": 2}}}}, "factor is for numbers, and this column is measures"),
        ({"households": {"columns": {"members": {"sum": ["a"], "recode": {"x": "1"}}}}}, "recode replaces words"),
        ({"households": {"columns": {"members": {"sum": ["a"], "default": "none"}}}}, "default: seen 'none', wanted a number"),
        ({"households": {"columns": {"members": {"sum": "a"}}}}, "seen 'a', wanted the name of a column"),
        ({"households": {"columns": {"members": 4}}}, "seen 4, wanted keys out of from, sum"),
        ({"households": {"keep": ["vn"]}}, "households.keep: seen"),
        ({"households": {"columns": {"poverty_cause": {"from": "a", "recode": ["x"]}}}}, "recode: seen"),
        ({"villages": {"columns": {"countys": "a"}}}, "villages.columns: unknown key 'countys'; did you mean 'county'?"),
    ],
)
def test_a_mapping_file_that_is_wrong_is_refused(parts: dict[str, Any], says: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(yaml.safe_dump({"schema": 1} | parts), encoding="utf-8")
    with pytest.raises(InputError, match=r"mapping mapping\.yaml is wrong in 1 places") as caught:
        load_mapping(path)
    assert says in caught.value.problems[0]


def test_everything_wrong_with_a_mapping_file_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text("schema: 1\nabout: x\nrefuse: 1\nhouseholds: {columns: {size: a, willing: {sum: [a]}}}\n", encoding="utf-8")
    with pytest.raises(InputError, match="is wrong in 3 places") as caught:
        load_mapping(path)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("text", ["a: [", "- 1\n- 2\n", ""])
def test_what_is_no_mapping_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"mapping mapping\.yaml"):
        load_mapping(path)


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mapping none\.yaml cannot be read"):
        load_mapping(tmp_path / "none.yaml")

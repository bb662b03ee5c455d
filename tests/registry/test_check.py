"""Every kind of error has a register in which it is found and a near miss in which nothing is."""

from pathlib import Path
from typing import Any

import pytest

from simlib.registry.check import check
from simlib.registry.messages import NOTES, WANTED
from tests.registry.clean import Rows, grid, household, households, problems_of, spots, village, villages, write_csv, write_xlsx

# kind, table, column, the faulty cell, what the message says, a near miss in the same cell
CELLS: list[tuple[str, str, str, Any, str, Any]] = [
    ("empty", "households", "members", "", "may not be empty", "4"),
    ("empty", "households", "wage_income", "  ", "may not be empty", "0"),
    ("empty", "villages", "county", "", "may not be empty", "不详"),
    ("empty", "villages", "prefecture", "", "may not be empty", "不详"),
    ("empty_poor", "villages", "helper_type", "", "a poor village may not", "soe"),
    ("empty_poor", "villages", "residents", "", "a poor village may not", "900"),
    ("bad_text", "households", "household_id", "a" * 201, "at most 200 characters", "a" * 200),
    ("bad_text", "households", "household_id", "a\u200bb", "none of them invisible", "a b"),
    ("number_as_id", "households", "household_id", "4.41422E+17", "lost its last digits", "441422199001011234"),
    ("not_number", "households", "wage_income", "约5000", "wanted a number", "5000"),
    ("not_number", "households", "wage_income", "nan", "wanted a number", "5e3"),
    ("not_number", "households", "wage_income", "12,34", "wanted a number", "1,234.5"),
    ("not_number", "households", "land_mu", "1.2.3", "wanted a number", "１．２"),
    ("unit", "households", "wage_income", "1.2万", "that is 12000", "12000"),
    ("unit", "households", "wage_income", "5000元", "that is 5000", "５０００"),
    ("unit", "households", "members", "4人", "bare number in people", "4"),
    ("unit", "households", "wage_income", "¥5000", "that is 5000", "+5000"),
    ("unit", "villages", "roads", "80%", "that is 0.8", "0.8"),
    ("unit", "households", "members", "4人", "people, that is 4", "4"),
    ("not_bare", "households", "registered_from", "2014年", "the bare number, that is 2014", "2014"),
    ("not_bare", "households", "registered_from", "2014级", "wanted the bare number", "2014"),
    ("negative", "households", "wage_income", "-1", "0 or more", "0"),
    ("negative", "households", "transfer_income", "－300", "0 or more", "300"),
    ("negative", "households", "weight", "-1", "0 or more", "0.5"),
    ("out_of_range", "households", "members", "0", "from 1 up to 30", "2"),
    ("out_of_range", "households", "weight", "0", "above 0", "0.000001"),
    ("out_of_range", "households", "business_income", "-10000001", "from -10,000,000", "-39000"),
    ("out_of_range", "households", "registered_from", "2016", "up to 2015", "2014"),
    ("out_of_range", "villages", "clinic", "1.01", "up to 1", "1"),
    ("not_whole", "households", "members", "4.5", "a whole number", "4.0"),
    ("not_step", "households", "labour_units", "1.25", "multiple of 0.5", "1.5"),
    ("not_flag", "households", "insured", "也许", "yes / no", "是"),
    ("not_flag", "households", "insured", "2", "yes / no", "FALSE"),
    ("unknown_word", "households", "poverty_cause", "因病了", "did you mean '因病'", "因病"),
    ("unknown_word", "households", "poverty_cause", "不知", "other 其他", "其它"),
    ("unknown_word", "villages", "helper_type", "distrikt", "did you mean 'district'", "区"),
    ("unknown_measure", "households", "willing", "industry;trainning", "did you mean 'training'", "产业帮扶；培训就业"),
    ("unasked_measure", "households", "willing", "industry;housing", "nobody is asked for housing", "土地流转；小额信贷"),
    ("unasked_measure", "households", "willing", "产业；以工代赈", "nobody is asked for 以工代赈, so leave it out", "社会保障"),
    ("none_and_more", "households", "willing", "none;industry", "not both", "无"),
    ("excel_error", "households", "wage_income", "#REF!", "Excel error", "0"),
    ("excel_error", "households", "village_id", "#N/A", "Excel error", "v1"),
    ("formula", "households", "wage_income", "=A1+B1", "formula", "1"),
    ("unknown_village", "households", "village_id", "v00", "the nearest is", "ｖ０"),
    ("workers_members", "households", "workers", "5", "no more workers", "2"),
    ("labour_workers", "households", "labour_units", "2.5", "1 to 2", "2"),
    ("labour_workers", "households", "labour_units", "0.5", "1 to 2", "1"),
    ("ages_members", "households", "pupils", "4", "pupils and elderly", "3"),
    ("ill_members", "households", "ill", "5", "no more ill", "4"),
    ("disabled_members", "households", "disabled", "5", "no more disabled", "4"),
    ("dropouts_pupils", "households", "dropouts", "2", "no more dropouts", "1"),
    ("income_high", "households", "wage_income", "520000", "are the incomes in fen", "380000"),
    ("people_residents", "villages", "residents", "15", "at least the 16 people", "16"),
]  # fmt: skip


def planted(table: str, column: str, cell: Any) -> tuple[Rows, Rows]:
    """The clean register with one cell changed: of the third household, or of the first village."""
    people, places = households(), villages()
    (people[2] if table == "households" else places[0])[column] = cell
    return people, places


@pytest.mark.parametrize(("kind", "table", "column", "fault", "says", "near"), CELLS)
def test_a_fault_is_named_and_a_near_miss_is_not(
    kind: str, table: str, column: str, fault: Any, says: str, near: Any, tmp_path: Path
) -> None:
    found = problems_of(tmp_path / "fault", *planted(table, column, fault))
    assert spots(found) == {(kind, f"{table}.csv", 4 if table == "households" else 2, column)}
    assert says in str(found[0])
    assert problems_of(tmp_path / "near", *planted(table, column, near)) == ()


def test_the_clean_register_has_no_problem_and_is_counted(tmp_path: Path) -> None:
    report = check(write_csv(tmp_path / "clean", households(), villages()))
    assert (report.problems, report.notes, report.refusals) == ((), (), ())
    assert (report.households, report.villages, report.people) == (12, 3, 48)
    assert {(count.rows, count.kept) for count in report.counts if count.table == "households"} == {(12, 12)}


def test_incomes_in_wan_are_suspected(tmp_path: Path) -> None:
    tiny = {"wage_income": "0.52", "business_income": "0", "transfer_income": "0"}
    people = [household(1, **tiny), household(2, **tiny | {"wage_income": "0"}), household(3, **tiny | {"wage_income": "40"})]
    found = problems_of(tmp_path / "wan", people)
    assert spots(found) == {("income_low", "households.csv", 2, "wage_income")}
    assert "万元" in str(found[0])


def test_a_loss_that_cancels_the_wages_is_no_slip_of_the_unit(tmp_path: Path) -> None:
    people = [household(1, wage_income="5000", business_income="-5000", transfer_income="8")]
    assert problems_of(tmp_path / "loss", people) == ()


def test_without_workers_there_are_no_labour_units(tmp_path: Path) -> None:
    people = [household(1, workers="0", labour_units="0.5"), household(2, workers="0", labour_units="0")]
    assert spots(problems_of(tmp_path / "idle", people)) == {("labour_workers", "households.csv", 2, "labour_units")}


@pytest.mark.parametrize(("again", "kind"), [("0001", "duplicate_id"), ("０００１", "duplicate_form"), (" 0001", "duplicate_form")])
def test_an_id_that_comes_again_names_the_first(again: str, kind: str, tmp_path: Path) -> None:
    found = problems_of(tmp_path / "twice", [household(1), household(2), household(3, household_id=again)])
    assert spots(found) == {(kind, "households.csv", 4, "household_id")}
    assert "row 2 has" in str(found[0])


def test_a_village_that_comes_again_is_named(tmp_path: Path) -> None:
    found = problems_of(tmp_path / "twice", places=[*villages(), village(1, village_id="Ｖ1"), village(1)])
    assert spots(found) == {("duplicate_id", "villages.csv", 6, "village_id")}


@pytest.mark.parametrize(("helper", "kind_of_helper", "column"), [("某局", "", "helper"), ("某局", "soe", "helper_type")])
def test_a_pseudo_village_has_no_helper(helper: str, kind_of_helper: str, column: str, tmp_path: Path) -> None:
    places = [village(0), village(1), village(2, helper=helper, helper_type=kind_of_helper)]
    assert spots(problems_of(tmp_path / "helped", places=places)) == {("helper_not_poor", "villages.csv", 4, column)}


def test_a_missing_column_names_the_head_most_like_it(tmp_path: Path) -> None:
    people = [{("wage_ncome" if name == "wage_income" else name): cell for name, cell in row.items()} for row in households()]
    found = problems_of(tmp_path / "slip", people)
    assert spots(found) == {("unknown_near", "households.csv", 1, "wage_ncome")}
    assert "wage_income (工资性收入)" in str(found[0])


def test_a_required_column_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    people = [{name: cell for name, cell in row.items() if name != "members"} for row in households()]
    found = problems_of(tmp_path / "lost", people)
    assert spots(found) == {("missing_column", "households.csv", 1, None)}
    assert "members (人口)" in str(found[0])


def test_money_heads_in_wan_are_not_taken_for_yuan(tmp_path: Path) -> None:
    people = [{("工资性收入（万元）" if name == "wage_income" else name): cell for name, cell in row.items()} for row in households()]
    found = problems_of(tmp_path / "wan", people)
    assert spots(found) == {("head_unit", "households.csv", 1, "工资性收入（万元）")}
    assert "wage_income (工资性收入) in yuan" in str(found[0])
    yuan = [{("工资性收入（元）" if name == "wage_income" else name): cell for name, cell in row.items()} for row in households()]
    assert problems_of(tmp_path / "yuan", yuan) == ()


def test_two_heads_for_one_column_are_named(tmp_path: Path) -> None:
    found = problems_of(tmp_path / "both", [row | {"人口": "4"} for row in households()])
    assert spots(found) == {("twice_column", "households.csv", 1, "人口")}


def test_a_column_of_somebody_elses_is_a_note_and_no_problem(tmp_path: Path) -> None:
    report = check(write_csv(tmp_path / "more", [row | {"phone": "1"} for row in households()], villages()))
    assert report.problems == ()
    assert [(note.kind, note.column) for note in report.notes] == [("ignored_column", "phone")]


def test_empty_rows_and_the_example_row_are_skipped_and_noted(tmp_path: Path) -> None:
    blank = dict.fromkeys(household(1), "")
    example = household(1, household_id="示例EXAMPLE-H1", members="not a number")
    report = check(write_csv(tmp_path / "blank", [example, household(1), blank, household(2)], villages()))
    assert report.problems == ()
    assert {(note.kind, note.row) for note in report.notes} == {("blank_rows", 4), ("example_row", 2), ("no_households", None)}
    assert report.households == 2


def test_rows_that_are_cut_short_or_too_long_are_named(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "cut", households(4), villages())
    lines = (folder / "households.csv").read_text(encoding="utf-8").splitlines()
    lines[2], lines[4] = lines[2].rsplit(",", 3)[0], lines[4] + ",,x"
    (folder / "households.csv").write_text("\n".join(lines), encoding="utf-8")
    report = check(folder)
    assert spots(report.problems) == {("short_row", "households.csv", 3, None), ("long_row", "households.csv", 5, None)}
    assert {count.refused for count in report.counts if count.table == "households"} == {2}


def test_an_open_quote_is_named(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "quote", households(4), villages())
    text = (folder / "households.csv").read_text(encoding="utf-8")
    (folder / "households.csv").write_text(text.replace("0002", '"0002'), encoding="utf-8")
    assert spots(check(folder).problems) == {("not_csv", "households.csv", None, None)}


@pytest.mark.parametrize("text", ["", "\n\n", "household_id,village_id\n"])
def test_a_table_without_rows_is_named(text: str, tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "empty", households(), villages())
    (folder / "households.csv").write_text(text, encoding="utf-8")
    assert ("no_rows", "households.csv", None, None) in spots(check(folder).problems)


def test_two_files_for_one_table_are_named(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "both", households(), villages())
    (folder / "户.csv").write_bytes((folder / "households.csv").read_bytes())
    assert "no_table" in {one.kind for one in check(folder).problems}


def test_villages_alone_are_no_register(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "villages.xlsx", grid(villages()))
    sheets_only = write_csv(tmp_path / "alone", [], villages())
    (sheets_only / "households.csv").unlink()
    assert spots(check(sheets_only).problems) == {("no_table", "alone", None, None)}
    assert "missing_column" in {one.kind for one in check(path).problems}


def test_every_message_can_be_said() -> None:
    tested = {kind for kind, *_ in CELLS}
    elsewhere = {
        "no_table", "no_rows", "nothing_left", "no_heads", "merged_head", "not_csv", "short_row", "long_row", "missing_column",
        "twice_column", "unknown_near", "head_unit", "duplicate_id", "duplicate_form", "income_low", "helper_not_poor",
        "differs_in_village", "no_source", "empty_source", "no_factor",
    }  # fmt: skip
    assert set(WANTED) == tested | elsewhere
    assert not set(WANTED) & set(NOTES)

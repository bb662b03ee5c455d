"""Every accepted file gives the register that stands in it; anything wrong with it is an error that lists everything."""

from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simlib.errors import InputError
from simlib.registry.check import check
from simlib.registry.read import read_registry
from tests.registry.clean import ZH, Rows, grid, household, households, village, villages, write_csv, write_xlsx
from tests.registry.test_planted import in_chinese, planted


def test_all_problems_are_in_the_error(tmp_path: Path) -> None:
    people, places = planted()
    path = write_xlsx(tmp_path / "planted.xlsx", grid(people), grid(places))
    with pytest.raises(InputError, match=r"planted\.xlsx cannot be read, 20 problems:") as caught:
        read_registry(path)
    assert caught.value.problems == tuple(str(one) for one in check(path).problems)


def test_long_lists_of_problems_are_cut_in_the_message_only(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "many", [household(number, members="x") for number in range(1, 31)], villages())
    with pytest.raises(InputError, match="and 10 more") as caught:
        read_registry(folder)
    assert len(caught.value.problems) == 30


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_csv_are_found_out(encoding: str, tmp_path: Path) -> None:
    registry = read_registry(write_csv(tmp_path / "r", in_chinese(households()), in_chinese(villages()), encoding))
    assert registry.villages["name"].tolist() == ["村0", "村1", "村2"]
    assert registry.origin == "r"


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_delimiters_of_csv_are_found_out(delimiter: str, tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "r", [household(1, willing="industry")], villages())
    plain = read_registry(folder)
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace(",", delimiter), encoding="utf-8")
    assert read_registry(folder).hash == plain.hash


@pytest.mark.parametrize("names", [("户", "村"), ("户表", "村信息"), ("Households", "VILLAGES"), (" 户 ", "village")])
def test_sheets_are_found_under_their_names(names: tuple[str, str], tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", grid(in_chinese(households())), grid(in_chinese(villages())))
    book = openpyxl.load_workbook(path)
    book["户"].title, book["村"].title = names
    book.create_sheet("附注").append(["not read"])
    book.save(path)
    assert read_registry(path).hash == read_registry(write_csv(tmp_path / "csv", households(), villages())).hash
    assert [(note.kind, note.wanted) for note in check(path).notes] == [("extra_sheets", "sheets not read: 附注")]


def test_numbers_of_excel_are_ids_without_a_decimal_point(tmp_path: Path) -> None:
    people = [household(number, household_id=440000 + number, village_id=float(number % 3)) for number in range(1, 5)]
    places = [village(number, village_id=number) for number in range(3)]
    found = read_registry(write_xlsx(tmp_path / "r.xlsx", grid(people), grid(places))).households
    assert found["household_id"].tolist() == ["440001", "440002", "440003", "440004"]
    assert found["village_id"].tolist() == ["1", "2", "0", "1"]


def test_leading_zeros_survive(tmp_path: Path) -> None:
    expected = [f"{number:04d}" for number in range(1, 13)]
    assert read_registry(write_csv(tmp_path / "csv", households(), villages())).households["household_id"].tolist() == expected
    path = write_xlsx(tmp_path / "r.xlsx", grid(households()), grid(villages()))
    assert read_registry(path).households["household_id"].tolist() == expected


def test_cells_of_excel_are_read_as_they_are_meant(tmp_path: Path) -> None:
    cells = {
        "insured": True,
        "housing_safe": 0,
        "funded": "否",
        "wage_income": 1234.5,
        "members": 4.0,
        "registered_from": None,
        "willing": None,
    }
    found = read_registry(write_xlsx(tmp_path / "r.xlsx", grid([household(1, **cells)]), grid(villages()))).households.iloc[0]
    assert (bool(found["insured"]), bool(found["housing_safe"]), bool(found["funded"])) == (True, False, False)
    assert (found["wage_income"], found["members"], found["registered_from"] is pd.NA, found["willing"]) == (1234.5, 4, True, None)


def test_full_width_digits_and_thousands_are_read(tmp_path: Path) -> None:
    people = [household(1, members="４", wage_income="1,234.50", business_income="−120.5", transfer_income="１，０００")]
    found = read_registry(write_csv(tmp_path / "r", people, villages())).households.iloc[0]
    assert (found["members"], found["wage_income"], found["business_income"], found["transfer_income"]) == (4, 1234.5, -120.5, 1000)


def test_an_absent_column_takes_its_default_and_is_counted(tmp_path: Path) -> None:
    people = [{name: cell for name, cell in row.items() if name not in ("registered_from", "pupils", "insured")} for row in households(3)]
    folder = write_csv(tmp_path / "r", people, villages())
    found = read_registry(folder).households
    assert (found["registered_from"].tolist(), found["pupils"].tolist(), found["insured"].tolist()) == ([2015] * 3, [0] * 3, [True] * 3)
    counts = {count.column: count for count in check(folder).counts if count.table == "households"}
    assert {counts[name].defaulted for name in ("registered_from", "pupils", "insured")} == {3}


def test_villages_may_be_of_several_programmes_that_share_a_prefecture_and_a_helper(tmp_path: Path) -> None:
    places = [village(number, programme=word) for number, word in enumerate(("甲项目", " 乙项目", ""))]
    found = read_registry(write_csv(tmp_path / "r", households(), in_chinese(places)))
    assert found.villages["programme"].tolist() == ["甲项目", "乙项目", ""]
    bare = [{name: cell for name, cell in row.items() if name != "programme"} for row in villages()]
    absent = read_registry(write_csv(tmp_path / "absent", households(), bare))
    assert absent.villages["programme"].tolist() == [""] * 3
    assert absent.hash == read_registry(write_csv(tmp_path / "empty", households(), villages())).hash != found.hash


def test_an_empty_year_is_a_candidate_and_an_empty_wish_is_not_asked(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "r", [household(1, registered_from="", willing=""), household(2)], villages())
    registry = read_registry(folder)
    assert registry.households["registered_from"].isna().tolist() == [True, False]
    assert registry.households["willing"].tolist() == [None, "industry;training"]
    assert (check(folder).people, registry.people) == (4, 4)


def test_a_pseudo_village_takes_its_people_and_the_provincial_income(tmp_path: Path) -> None:
    found = read_registry(write_csv(tmp_path / "r", households(), villages())).villages.iloc[2]
    assert (found["residents"], found["other_income"], found["helper_type"]) == (16, 13360.4, "")


# ---- Parquet


def write_parquet(folder: Path, people: Rows, places: Rows) -> Path:
    folder.mkdir()
    for table, rows in (("households", people), ("villages", places)):
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{table}.parquet")
    return folder


def test_parquet_of_any_types_is_read(tmp_path: Path) -> None:
    people = [household(number, members=4, labour_units=1.5, insured=True, wage_income=5000 + number + 0.25) for number in range(1, 13)]
    folder = write_parquet(tmp_path / "typed", people, villages())
    assert read_registry(folder).hash == read_registry(write_csv(tmp_path / "csv", households(), villages())).hash


def test_parquet_of_floats_only_is_read(tmp_path: Path) -> None:
    people = [
        household(number, members=4.0, registered_from=2015.0, insured=1.0, wage_income=5000 + number + 0.25) for number in range(1, 13)
    ]
    people[0]["registered_from"] = None
    found = read_registry(write_parquet(tmp_path / "typed", people, villages())).households
    assert found["registered_from"].isna().sum() == 1
    assert found["insured"].all()


def test_ids_that_look_like_formulas_are_ids_in_parquet(tmp_path: Path) -> None:
    folder = write_parquet(tmp_path / "typed", [household(1, household_id="=1+1"), household(2, household_id="'=1")], villages())
    assert read_registry(folder).households["household_id"].tolist() == ["=1+1", "'=1"]


def test_dictionary_columns_of_parquet_are_words(tmp_path: Path) -> None:
    folder = write_parquet(tmp_path / "typed", households(), villages())
    table = pq.read_table(folder / "households.parquet")
    encoded = table.set_column(1, "village_id", table["village_id"].dictionary_encode())
    pq.write_table(encoded, folder / "households.parquet")
    assert read_registry(folder).households["village_id"].tolist() == [row["village_id"] for row in households()]


def test_a_folder_of_parts_is_one_table(tmp_path: Path) -> None:
    folder = write_parquet(tmp_path / "parts", households(), villages())
    table = pq.read_table(folder / "households.parquet")
    (folder / "households.parquet").unlink()
    for place in range(3):
        part = folder / "households.parquet" / f"county={place}" / "part.parquet"
        part.parent.mkdir(parents=True)
        pq.write_table(table.slice(place * 4, 4), part)
    assert read_registry(folder).hash == read_registry(write_csv(tmp_path / "csv", households(), villages())).hash


# ---- a lone households file


def test_villages_are_made_from_village_id_and_counted(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "lone", households())
    registry, report = read_registry(folder), check(folder)
    assert registry.villages["village_id"].tolist() == ["v1", "v2", "v0"]
    assert registry.villages["is_poor_village"].tolist() == [False] * 3
    assert registry.villages["county"].tolist() == ["unknown"] * 3
    assert registry.villages["residents"].tolist() == [16] * 3
    defaulted = {count.column: count.defaulted for count in report.counts if count.table == "villages"}
    assert defaulted.pop("village_id") == 0
    assert set(defaulted.values()) == {3}
    assert [note.kind for note in report.notes] == ["villages_made"]
    assert read_registry(folder / "households.csv").hash == registry.hash


def test_what_a_lone_file_says_of_villages_is_taken(tmp_path: Path) -> None:
    said = [row | {"县": "丰顺县", "地级市": "梅州市", "村名": row["village_id"].upper()} for row in households()]
    registry = read_registry(write_csv(tmp_path / "lone", said))
    assert registry.villages[["name", "county", "prefecture"]].iloc[0].tolist() == ["V1", "丰顺县", "梅州市"]
    assert "ignored_column" not in {note.kind for note in check(tmp_path / "lone").notes}


def test_a_lone_file_that_contradicts_itself_is_named(tmp_path: Path) -> None:
    said = [row | {"县": "丰顺县" if number != 5 else "五华县"} for number, row in enumerate(households())]
    found = check(write_csv(tmp_path / "lone", said)).problems
    assert {(one.kind, one.row, one.column, one.seen) for one in found} == {("differs_in_village", 7, "县", "五华县")}
    assert "row 4 has '丰顺县'" in str(found[0])


def test_a_household_without_a_village_makes_none(tmp_path: Path) -> None:
    people = [household(1, village_id=""), household(2, village_id="v1"), household(3, village_id="#N/A")]
    found = check(write_csv(tmp_path / "lone", people)).problems
    assert [(one.kind, one.row) for one in found] == [("empty", 2), ("excel_error", 4)]


def test_one_row_a_village_whatever_the_spelling_of_its_id(tmp_path: Path) -> None:
    people = [household(1, village_id="v1"), household(2, village_id=" ｖ１"), household(3, village_id="v2")]
    assert read_registry(write_csv(tmp_path / "lone", people)).villages["village_id"].tolist() == ["v1", "v2"]


def test_heads_of_both_languages_are_the_same_register(tmp_path: Path) -> None:
    english = read_registry(write_csv(tmp_path / "en", households(), villages()))
    assert read_registry(write_csv(tmp_path / "zh", in_chinese(households()), in_chinese(villages()))).hash == english.hash
    assert set(ZH) < set(household(1)) | set(village(0))

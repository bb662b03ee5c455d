"""What looks like a slip is said, and does not keep a register from being read; what does not look like one is not."""

from pathlib import Path

import pytest

from simlib.registry import read_registry, synthesise_registry, write_registry
from simlib.registry.check import check
from simlib.registry.report import Problem
from simlib.words import Words
from tests.registry.clean import Rows, household, households, villages, write_csv

SUSPICIONS = {"short_ids", "low_wages", "not_registered"}


def suspected(folder: Path, people: Rows) -> list[Problem]:
    """The suspicions of a register that is right all the same."""
    report = check(write_csv(folder, people, villages()))
    assert report.problems == ()
    return [note for note in report.notes if note.kind in SUSPICIONS]


def test_a_clean_register_is_not_suspected(tmp_path: Path) -> None:
    assert suspected(tmp_path / "clean", households(20)) == []


def test_a_synthetic_register_is_not_suspected(tmp_path: Path) -> None:
    path = write_registry(synthesise_registry(people=900, villages=3, seed=4), tmp_path / "made")
    assert not {note.kind for note in check(path).notes} & SUSPICIONS


def test_an_id_that_lost_its_leading_zero(tmp_path: Path) -> None:
    people = [household(number, household_id=f"04414{number:06d}") for number in range(1, 21)]
    people[6]["household_id"] = people[6]["household_id"].removeprefix("0")
    (note,) = suspected(tmp_path / "short", people)
    assert (note.kind, note.row, note.column, note.seen) == ("short_ids", 8, "household_id", "4414000007")
    assert str(note).endswith("1 ids have fewer digits than the others, which have 11: has Excel taken a leading zero off?")
    assert note.told(Words("zh")).endswith("1 个编号的位数比其余编号（11 位）少：前导零是否被 Excel 去掉了？")


@pytest.mark.parametrize(
    "ids",
    [
        [str(number) for number in range(1, 21)],  # numbered from 1 on: no length is usual
        [f"h{number:03d}" for number in range(1, 20)] + ["h1"],  # no numbers
        ["1", "02", "03"],  # too few to say
    ],
)
def test_ids_that_are_of_several_lengths_by_nature(ids: list[str], tmp_path: Path) -> None:
    assert suspected(tmp_path / "ids", [household(1, household_id=one) for one in ids]) == []


def test_a_wage_in_wan_that_other_incomes_hide(tmp_path: Path) -> None:
    people = households(20)
    for row in (4, 5):
        people[row] |= {"wage_income": "0.86", "business_income": "0.15", "transfer_income": "1200"}
    (note,) = suspected(tmp_path / "wan", people)
    assert (note.kind, note.row, note.column, note.seen) == ("low_wages", 6, "wage_income", "0.86")
    assert "under 10 yuan a year, in 2 rows" in str(note)
    assert "共 2 行：这些行的收入是否按万元填写" in note.told(Words("zh"))
    people[4]["wage_income"], people[5]["wage_income"] = "10", "0"
    assert suspected(tmp_path / "right", people) == []


def test_households_that_are_not_registered_are_said(tmp_path: Path) -> None:
    people = households(20)
    people[16]["registered_from"] = people[18]["registered_from"] = ""
    (note,) = suspected(tmp_path / "near", people)
    assert (note.kind, note.row, note.column, note.seen) == ("not_registered", 18, "registered_from", "")
    assert "2 rows without a year" in str(note)
    assert read_registry(tmp_path / "near").people == 18 * 4


def test_a_register_without_years_is_all_registered(tmp_path: Path) -> None:
    people = [{name: cell for name, cell in row.items() if name != "registered_from"} for row in households(20)]
    assert suspected(tmp_path / "absent", people) == []


def test_a_row_that_is_wrong_is_not_suspected_too(tmp_path: Path) -> None:
    people = households(20)
    people[3]["wage_income"] = "0.86万"
    report = check(write_csv(tmp_path / "wrong", people, villages()))
    assert [one.kind for one in report.problems] == ["unit"]
    assert not {note.kind for note in report.notes} & SUSPICIONS

"""What a report says, to people and to programs."""

import json
from pathlib import Path

from simlib.registry.check import check
from simlib.registry.messages import NOTES, REASONS, WANTED, say
from simlib.registry.report import Problem, shorten
from tests.registry.clean import household, households, problems_of, villages, write_csv


def test_a_problem_says_what_was_seen_where_and_what_would_be_right() -> None:
    one = Problem("户", 5, "人口", "四", "not_number")
    assert str(one) == "户, row 5, column 人口: seen '四', wanted a number"
    assert str(Problem("户", 5, "人口", "", "empty")) == "户, row 5, column 人口: wanted a value: this column may not be empty"
    assert str(Problem("r.csv", None, None, "", "no_rows")) == "r.csv: wanted at least one row under the heads"


def test_a_note_says_what_was_done() -> None:
    note = Problem("户", 4, None, "", "blank_rows", {"count": "2"})
    assert note.is_note
    assert str(note) == "户, row 4: 2 entirely empty rows skipped"


def test_long_cells_are_cut_in_messages(tmp_path: Path) -> None:
    assert len(shorten("x" * 500)) == 60
    found = problems_of(tmp_path / "long", [household(1, members="x" * 500)])
    assert len(str(found[0])) < 150
    assert len(found[0].seen) == 500


def test_a_report_is_plain_json(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "r", [household(1, members="x"), household(2)], villages())
    found = json.loads(json.dumps(check(folder).as_dict(), allow_nan=False))
    assert (found["ok"], found["households"], found["origin"], found["synthetic"]) == (False, 2, "r", False)
    assert found["problems"] == [
        {"source": "households.csv", "row": 2, "column": "members", "seen": "x", "wanted": "a number", "kind": "not_number"}
    ]
    assert {"table": "households", "column": "members", "rows": 2, "kept": 1, "refused": 1, "defaulted": 0} in found["counts"]


def test_problems_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    people = households(4)
    people[3]["members"], people[1]["wage_income"], people[1]["members"] = "x", "x", "x"
    found = problems_of(tmp_path / "r", people)
    assert [(one.row, one.column) for one in found] == [(3, "members"), (3, "wage_income"), (5, "members")]


def test_no_kind_has_two_messages() -> None:
    assert len({*WANTED, *NOTES, *REASONS}) == len(WANTED) + len(NOTES) + len(REASONS)
    assert say("village_refused", {}) == "its village was refused"

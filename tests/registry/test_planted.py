"""One workbook with twenty errors of different kinds: check names all twenty, each at its sheet, row and column, and nothing else."""

from pathlib import Path

from simlib.registry.check import check
from tests.registry.clean import ZH, Rows, grid, household, households, spots, village, villages, write_xlsx

# kind, sheet, place in the table (0 is Excel's row 2), column, cell
PLANTED = [
    ("empty", "户", 0, "members", None),
    ("not_number", "户", 1, "wage_income", "约五千"),
    ("unit", "户", 2, "wage_income", "1.2万"),
    ("negative", "户", 3, "transfer_income", -300),
    ("not_whole", "户", 4, "pupils", 1.5),
    ("out_of_range", "户", 5, "registered_from", 2017),
    ("not_step", "户", 6, "labour_units", 1.3),
    ("not_flag", "户", 7, "insured", "也许"),
    ("unknown_word", "户", 8, "poverty_cause", "因病病"),
    ("unknown_measure", "户", 9, "willing", "industry;trainning"),
    ("excel_error", "户", 10, "business_income", "#DIV/0!"),
    ("unknown_village", "户", 11, "village_id", "v00"),
    ("workers_members", "户", 12, "workers", 5),
    ("ill_members", "户", 13, "ill", 9),
    ("dropouts_pupils", "户", 14, "dropouts", 2),
    ("income_high", "户", 15, "wage_income", 900000),
    ("duplicate_id", "户", 16, "household_id", "0001"),
    ("number_as_id", "户", 17, "household_id", 441422199001011234),
    ("empty_poor", "村", 0, "helper_type", None),
    ("helper_not_poor", "村", 2, "helper_type", "区"),
]


def planted() -> tuple[Rows, Rows]:
    people: Rows = [household(number) for number in range(1, 21)]
    places = villages()
    for _, sheet, place, column, cell in PLANTED:
        (people if sheet == "户" else places)[place][column] = cell
    return people, places


def in_chinese(rows: Rows) -> Rows:
    return [{ZH.get(name, name): cell for name, cell in row.items()} for row in rows]


def test_all_twenty_errors_are_named_and_nothing_else(tmp_path: Path) -> None:
    people, places = planted()
    path = write_xlsx(tmp_path / "planted.xlsx", grid(in_chinese(people)), grid(in_chinese(places)))
    report = check(path)
    expected = {(kind, sheet, place + 2, ZH.get(column, column)) for kind, sheet, place, column, _ in PLANTED}
    assert len(expected) == len({kind for kind, *_ in PLANTED}) == 20
    assert spots(report.problems) == expected
    assert len(report.problems) == 20


def test_the_same_workbook_without_them_is_clean(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "clean.xlsx", grid(in_chinese(households(20))), grid(in_chinese(villages())))
    assert check(path).problems == ()
    assert village(2)["helper_type"] == ""

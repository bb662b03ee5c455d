"""Every bundled scenario comes to its expected rows, and the command that renews them says what changed."""

import csv
from pathlib import Path

import pytest

from simlib import expected
from simlib.expected import HEAD, UNDEFINED, Row, changes, computed, folder, kept, main, small_register, to_text
from simlib.facts import load_facts
from simlib.scenario import bundled_scenarios, load_scenario

ROWS = (Row("out of the register 2018", "share", "0.5000"), Row("spent", "yuan", "12"))


def value(name: str, row: str) -> float:
    (found,) = [one.value for one in kept(name, folder()) if one.row == row]
    return float(found)


@pytest.mark.parametrize("name", bundled_scenarios())
def test_a_scenario_comes_to_its_expected_rows(name: str) -> None:
    assert changes(name, kept(name, folder()), computed(name)) == [], "`make expected` renews them, for review"


def test_every_scenario_has_its_rows_and_no_other_is_kept() -> None:
    assert {path.stem for path in folder().iterdir()} == set(bundled_scenarios())


@pytest.mark.parametrize("name", bundled_scenarios())
def test_rows_are_reviewable_and_possible(name: str) -> None:
    rows = kept(name, folder())
    first, last = load_scenario(name).levers.horizon
    assert len(rows) == 15 + last - first
    assert len({row.row for row in rows}) == len(rows)
    for row in rows:
        assert row.unit in ("share", "yuan")
        if row.value != UNDEFINED:
            assert 0 <= float(row.value) <= (1 if row.unit == "share" else 1e9)
            assert len(row.value) == 6 if row.unit == "share" else row.value.isdigit()
    assert (folder() / f"{name}.csv").read_bytes() == to_text(rows).encode()  # no stray spaces, ends of lines or digits


def test_what_the_scenarios_are_about_is_seen_in_their_rows() -> None:
    """Directions that follow from the rules alone, not sizes; and circumstances that only move what is spent nowhere."""
    each, spent = "capable at the fixed line (each) 2018", "spent"
    assert value("baseline", each) < value("industry_only", each) < value("industry_and_employment", each)
    assert value("full_package_late_money", spent) < value("full_package", spent)
    assert value("two_year_delay", spent) < value("full_package_late_money", spent)
    assert value("matching_withheld", spent) < value("full_package", spent)
    assert kept("late_money", folder()) == kept("baseline", folder())  # nothing is spent, so nothing comes late
    services = "villages with all services 2018"
    assert value("full_package", services) < value("full_package_village_programme", services)
    assert value("baseline", "villages at the fixed line 2018") <= value("full_package", "villages at the fixed line 2018")
    moving = "capable at the moving line (each) 2018"
    assert value("planned_growth", each) == value("planned_growth", moving)  # under planned growth both lines are one
    assert value("slow_growth", each) < value("slow_growth", moving)
    out = "out of the register 2018"
    assert value("full_package_to_2020", out) == value("full_package", out)  # the years that both have are the same
    assert value("paper_exits", "out of the register 2016") > value("full_package", "out of the register 2016")
    whole = load_facts()["household_fund_per_person"] * int(small_register().households["members"].sum())
    assert value("asset_income_only", spent) < whole * 1.5


def test_rows_survive_being_kept(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(to_text(ROWS), encoding="utf-8")
    assert kept("one", tmp_path) == ROWS
    assert kept("none", tmp_path) == ()
    assert to_text(ROWS).splitlines()[0] == ",".join(HEAD)
    assert list(csv.reader(to_text([Row("a, b", "share", "1")]).splitlines()))[1] == ["a, b", "share", "1"]


def test_changes_name_what_is_other_new_and_gone() -> None:
    new = (Row("out of the register 2018", "share", "0.6000"), Row("at the line", "share", "0.1000"))
    assert changes("one", ROWS, new) == [
        "one: out of the register 2018 (share): 0.5000 -> 0.6000",
        "one: at the line (share): not there -> 0.1000",
        "one: spent (yuan): 12 -> gone",
    ]
    assert changes("one", ROWS, ROWS) == []


def test_the_command_tells_and_only_writes_when_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = tmp_path / "expected"
    monkeypatch.setattr(expected, "folder", lambda: where)
    monkeypatch.setattr(expected, "computed", lambda name: ROWS)
    monkeypatch.setattr(expected, "bundled_scenarios", lambda: ["one", "two"])
    assert main([]) == 1 and not where.exists()
    assert capsys.readouterr().out.endswith("two: spent (yuan): not there -> 12\n4 rows differ\n")
    assert main(["--renew", "one"]) == 0
    assert capsys.readouterr().out.endswith("2 rows differ and are written\n")
    assert [path.name for path in where.iterdir()] == ["one.csv"]
    (where / "old.csv").write_text(to_text(ROWS), encoding="utf-8")
    assert main(["one"]) == 1 and "old: no such scenario\n" in capsys.readouterr().out
    assert main(["--renew"]) == 0 and "old: no such scenario: removed" in capsys.readouterr().out
    assert sorted(path.name for path in where.iterdir()) == ["one.csv", "two.csv"]
    assert main([]) == 0 and capsys.readouterr().out == "0 rows differ\n"


def test_a_scenario_that_is_not_there_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["full_pakage"])
    assert "there is no bundled scenario 'full_pakage'; did you mean 'full_package'?" in capsys.readouterr().err

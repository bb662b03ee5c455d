"""The cell that the page shows: it runs as it stands, in another process, and gives the same hash."""

import subprocess
import sys
from pathlib import Path

import pytest

from simlib.dashboard.code import Origin, cell
from simlib.dashboard.session import Asked, bundled
from simlib.dashboard.state import Opened
from simlib.dashboard.uploads import register_from, scenario_of
from simlib.facts import load_facts
from simlib.registry import Registry, write_registry
from simlib.runs import run_one
from simlib.words import Words
from tests.small import small_register

MOVED = {
    "levers.funds.household.paid.province": 0.5,
    "facts.transfer_wage_month_2016.value": 4_000.0,
    "levers.provincial_income": "own",
    "levers.provincial_income.rate": 0.05,
    "levers.rounds.order": "random",
}


BUNDLED = Origin()


def told(asked: Asked, registry: Registry, origin: Origin = BUNDLED, lang: str = "en") -> str:
    return cell(asked, registry, run_one(asked.scenario(load_facts()), registry, draws=8), Words(lang), origin)


def done(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.parametrize("moved", [{}, MOVED])
def test_it_gives_the_same_numbers_in_another_process(moved: dict[str, float | str], tmp_path: Path) -> None:
    found = done(told(Asked(bundled("full_package"), moved), small_register()), tmp_path)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_that_was_uploaded_is_read_from_beside_the_notebook(tmp_path: Path, lang: str) -> None:
    write_registry(small_register(), tmp_path / "登记表.xlsx")
    read = register_from({"登记表.xlsx": (tmp_path / "登记表.xlsx").read_bytes()})
    code = told(Asked(bundled("baseline")), read.registry, Origin(files=read.files), lang)
    assert "sl.read_registry('登记表.xlsx')" in code
    assert Words(lang)("put the file {name!r} beside this notebook first", name="登记表.xlsx") in code
    assert done(code, tmp_path).returncode == 0


def test_two_tables_that_were_uploaded_are_read_from_a_folder(tmp_path: Path) -> None:
    write_registry(small_register(), tmp_path / "register")
    tables = {path.stem: path.read_bytes() for path in (tmp_path / "register").glob("*.csv")}
    read = register_from({"我的村.csv": tables["villages"], "我的户.csv": tables["households"]})
    code = told(Asked(bundled("baseline")), read.registry, Origin(files=read.files))
    assert "'我的户.csv' as households.csv" in code
    assert "'我的村.csv' as villages.csv" in code
    for marker in (tmp_path / "register").glob("*.txt"):  # which was not uploaded
        marker.unlink()
    assert done(code, tmp_path).returncode == 0


def test_a_name_with_a_line_in_it_stays_in_its_comment(tmp_path: Path) -> None:
    name = "a\nraise SystemExit(3)\n.xlsx"
    write_registry(small_register(), tmp_path / "a.xlsx")
    read = register_from({name: (tmp_path / "a.xlsx").read_bytes()})
    code = told(Asked(bundled("baseline")), read.registry, Origin(files=read.files))
    assert "\nraise" not in code


@pytest.mark.parametrize("kind", ["register.xlsx", "register"])
def test_a_register_of_a_path_is_read_from_there(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "elsewhere").mkdir()
    write_registry(small_register(), tmp_path / "here" / kind)
    monkeypatch.chdir(tmp_path / "here")
    opened = Opened(kind, Path(kind))
    code = told(Asked(bundled("baseline")), opened.registry(), opened.origin)
    assert done(code, tmp_path / "elsewhere").returncode == 0


def test_a_loaded_scenario_stands_in_it_whole(tmp_path: Path) -> None:
    base = scenario_of("mine.yaml", b"base: full_package\nlevers: {funds: {household: {delay_years: 1}}}\n")
    assert done(told(Asked(base), small_register()), tmp_path).returncode == 0


def test_other_numbers_fail_it(tmp_path: Path) -> None:
    code = told(Asked(bundled("full_package")), small_register()).replace("seed=1)[", "seed=2)[")
    assert "AssertionError" in done(code, tmp_path).stderr

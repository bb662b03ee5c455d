"""The cell that the page shows: it runs as it stands, in another process, and gives the same hash."""

import subprocess
import sys
from pathlib import Path

import pytest

from simlib.dashboard.code import cell
from simlib.dashboard.session import Asked, bundled
from simlib.dashboard.uploads import register_from, scenario_of
from simlib.facts import load_facts
from simlib.registry import Registry, write_registry
from simlib.runs import run_one
from tests.small import small_register

MOVED = {
    "levers.funds.household.paid.province": 0.5,
    "facts.transfer_wage_month_2016.value": 4_000.0,
    "levers.provincial_income": "own",
    "levers.provincial_income.rate": 0.05,
    "levers.rounds.order": "random",
}


def told(asked: Asked, registry: Registry) -> str:
    return cell(asked, registry, run_one(asked.scenario(load_facts()), registry, draws=8))


def done(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.parametrize("moved", [{}, MOVED])
def test_it_gives_the_same_numbers_in_another_process(moved: dict[str, float | str], tmp_path: Path) -> None:
    found = done(told(Asked(bundled("full_package"), moved), small_register()), tmp_path)
    assert (found.returncode, found.stderr) == (0, "")


def test_a_register_of_one_s_own_is_read_from_its_file(tmp_path: Path) -> None:
    write_registry(small_register(), tmp_path / "mine.xlsx")
    registry = register_from({"mine.xlsx": (tmp_path / "mine.xlsx").read_bytes()}).registry
    code = told(Asked(bundled("baseline")), registry)
    assert "sl.read_registry('mine.xlsx')" in code
    assert done(code, tmp_path).returncode == 0


def test_a_loaded_scenario_stands_in_it_whole(tmp_path: Path) -> None:
    base = scenario_of("mine.yaml", b"base: full_package\nlevers: {funds: {household: {delay_years: 1}}}\n")
    assert done(told(Asked(base), small_register()), tmp_path).returncode == 0


def test_other_numbers_fail_it(tmp_path: Path) -> None:
    code = told(Asked(bundled("full_package")), small_register()).replace("seed=1)[", "seed=2)[")
    assert "AssertionError" in done(code, tmp_path).stderr

"""The kernel's machine code: made once a process, and how long it took is kept."""

import itertools
from pathlib import Path

import pytest

from simlib.engine.draws import draw_table
from simlib.engine.kernel import project_block
from simlib.engine.project import compile_kernel, project
from simlib.registry import read_registry, write_registry
from simlib.runs import prepare, run_one, warming
from simlib.runs.warming import compiles, is_cold, last_compile_s, warmed
from simlib.scenario import load_scenario, scenario_from
from tests.small import hand_register, small_register


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of its own."""
    monkeypatch.setenv("SIMLIB_CACHE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("draws", [0, 1, 2, 64, 65, 200])
def test_what_this_process_has_is_not_made_again(draws: int) -> None:
    packed = prepare(small_register(), load_scenario("full_package")).packed
    compile_kernel(packed, draws)
    assert not is_cold()
    before = compiles()
    assert warmed(packed, draws) < 0.01
    project(packed, draw_table(packed.facts, packed.scenario, draws, 1))
    assert compiles() == before, "nothing is compiled in the middle of a run"


def test_whatever_is_packed_has_the_same_types(tmp_path: Path) -> None:
    """One signature a number of lanes, whatever is packed: another would be compiled in the middle of a run, unannounced."""
    read = read_registry(write_registry(small_register(), tmp_path / "register"))
    fixed = scenario_from({"base": "full_package", "levers": {"allocation": {"mode": "fixed"}}}, "fixed")
    for register in (small_register(), hand_register(), read):
        for scenario in (load_scenario("baseline"), load_scenario("full_package"), fixed):
            for draws in (0, 2):
                run_one(scenario, register, draws=draws, workers=1)
    widths = [signature[-1] for signature in project_block.signatures]  # type: ignore[attr-defined]  # a dispatcher
    assert len(widths) >= 2
    assert len(widths) == len(set(widths))


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Kernels that seem to be compiled, with the seconds that each took; none where the list is empty."""
    took: list[float] = []
    count = itertools.count()
    monkeypatch.setattr(warming, "compile_kernel", lambda packed, draws: took[-1] if took else 0.3)
    monkeypatch.setattr(warming, "compiles", lambda: next(count) if took else 0)
    return took


def test_how_long_it_took_is_kept(cache: Path, compiled: list[float]) -> None:
    packed = prepare(small_register(), load_scenario("baseline")).packed
    compiled.append(58.25)
    assert last_compile_s() is None
    assert warmed(packed, 2) == 58.25
    assert last_compile_s() is None, "no folder, nothing kept, nothing wrong"
    (cache / "compiled").mkdir()
    warmed(packed, 2)
    assert last_compile_s() == pytest.approx(58.25, abs=0.1)


def test_loading_what_is_there_is_no_compile(cache: Path, compiled: list[float]) -> None:
    (cache / "compiled").mkdir()
    assert warmed(prepare(small_register(), load_scenario("baseline")).packed, 2) == 0.3
    assert compiled == []
    assert last_compile_s() is None


@pytest.mark.parametrize("content", ["", "long", "\xff"])
def test_nonsense_is_not_known(cache: Path, content: str) -> None:
    (cache / "compiled").mkdir()
    (cache / "compiled" / warming.TOOK).write_text(content, encoding="latin-1")
    assert last_compile_s() is None

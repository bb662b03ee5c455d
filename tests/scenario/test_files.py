"""Finding, reading and inheriting of scenario files."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simlib.errors import InputError
from simlib.scenario import bundled_scenarios, files, load_scenario, scenario_from


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: str | Path) -> tuple[str, ...]:
    with pytest.raises(InputError, match=r"cannot be used|given twice") as caught:
        load_scenario(path)
    return caught.value.problems


def test_a_bundled_scenario_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_scenario("baseline").name == "baseline"


def test_a_file_is_found_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "mine.yaml", "base: baseline\n")
    monkeypatch.chdir(tmp_path)
    for given_path in (path, str(path), "mine.yaml", Path("mine.yaml"), "./mine.yaml"):
        assert load_scenario(given_path).name == "mine"


def test_a_scenario_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no scenario 'ful_package'; did you mean 'full_package'\?; or give the path"):
        load_scenario("ful_package")
    with pytest.raises(InputError, match=r"no scenario 'xyz'; known: asset_income_only, baseline, "):
        load_scenario("xyz")
    with pytest.raises(InputError, match=r"^there is no file .*none\.yaml$"):
        load_scenario(tmp_path / "none.yaml")
    with pytest.raises(InputError, match=r"^there is no file "):
        load_scenario(tmp_path)


def test_a_wheel_has_its_scenarios_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, beside = tmp_path / "simlib", tmp_path / "scenarios"
    beside.mkdir()
    (package / "bundled_scenarios").mkdir(parents=True)
    text = (Path(files.PACKAGE).parent / "scenarios" / "baseline.yaml").read_text(encoding="utf-8")
    write(package / "bundled_scenarios", "baseline.yaml", text)
    write(package / "bundled_scenarios", "aaa.yaml", "base: baseline\n")
    write(beside, "strange.yaml", "somebody else's folder\n")
    original = load_scenario("baseline")
    monkeypatch.setattr(files, "PACKAGE", package)
    assert bundled_scenarios() == ["baseline", "aaa"]
    assert load_scenario("aaa").hash == original.hash


def test_a_checkout_has_its_scenarios_beside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios").mkdir()
    write(tmp_path / "scenarios", "zzz.yaml", "base: baseline\n")
    monkeypatch.setattr(files, "PACKAGE", tmp_path / "simlib")
    assert bundled_scenarios() == ["zzz"]


def test_keys_given_twice_are_refused_all_at_once(tmp_path: Path) -> None:
    text = "base: baseline\nwhy: a\nlevers:\n  rounds:\n  - order: random\n    order: random\nwhy: b\nfacts: {a: 1, a: 2}"
    path = write(tmp_path, "twice.yaml", text)
    assert sorted(problems(path)) == [
        f"{path}: line 6: 'order' is given twice, first in line 5",
        f"{path}: line 7: 'why' is given twice, first in line 2",
        f"{path}: line 8: 'a' is given twice, first in line 8",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"why: [\n", "is no YAML: .*line 2"),
        (b"why: a: b\n", "is no YAML"),
        (b"why: !!python/object/apply:os.getcwd []\n", "is no YAML: could not determine a constructor"),
        (b"why: 2016-13-45\n", "is no YAML: month must be in"),
        (b"a: 1\n---\nb: 2\n", "is no YAML: expected a single document"),
        ("why: 试算\n".encode("gbk"), "is not in UTF-8: save it as UTF-8"),
        (b"", "should be a mapping such as `base: baseline`, seen NoneType"),
        (b"- base\n", "should be a mapping such as `base: baseline`, seen list"),
        (b"x: &x [*x]\n", r"x: unknown key"),
    ],
)
def test_what_is_no_scenario_file_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(b"base: baseline\n" * (message[0] == "x") + content)
    with pytest.raises(InputError, match=message):
        load_scenario(path)


def test_a_file_saved_on_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes("\ufeffbase: baseline\r\nwhy: 试\r\n".encode())
    assert load_scenario(path).why == "试"


def test_a_base_is_merged_deep_and_lists_replace(tmp_path: Path) -> None:
    write(tmp_path, "parent.yaml", "base: full_package\nlevers: {exit_requires: [housing], funds: {pool: {paid: 0.5}}}\n")
    text = "base: parent.yaml\nlevers:\n  rounds: []\n  funds: {pool: {rule: equal}, guidance: {factor: 2}}\n"
    child = load_scenario(write(tmp_path, "child.yaml", text))
    assert child.levers.funds.pool.model_dump() == {"paid": 0.5, "rule": "equal"}
    assert child.levers.funds.guidance.factor == 2
    assert child.levers.exit_requires == ("housing",)
    assert child.levers.rounds == ()
    assert child.levers.entitled.dibao.enrolment == "coverage"  # of the base's base
    assert child.base == "parent.yaml"
    assert child.parent is not None and child.parent.name == "parent"
    assert child.parent.parent == load_scenario("full_package")


def test_what_a_scenario_says_of_itself_is_not_inherited() -> None:
    child, parent = scenario_from({"base": "full_package"}, "child"), load_scenario("full_package")
    assert (child.title.en, child.title.zh, child.why, child.source) == ("child", "child", "", ())
    assert child.not_modelled == parent.not_modelled
    assert child.hash == parent.hash


def test_null_takes_an_entry_of_the_base_away(tmp_path: Path) -> None:
    parent = write(tmp_path, "parent.yaml", "base: full_package\nfacts: {dividend_rate: {value: 0.1}}\n")
    content: dict[str, Any] = {
        "base": str(parent),
        "facts": {"dividend_rate": None},
        "not_modelled": {"start_ups": None},
        "levers": {"entitled": {"social_security": None}},
        "reporting": None,  # a section left empty says nothing
    }
    child = scenario_from(content, "child")
    assert child.facts == {}
    assert "start_ups" not in child.not_modelled and "travel" in child.not_modelled
    assert child.levers.entitled.social_security is None
    assert child.reporting == load_scenario("full_package").reporting


def test_bases_in_a_circle_are_refused(tmp_path: Path) -> None:
    for name, base in (("a", "b"), ("b", "sub/../c"), ("c", "a")):
        write(tmp_path, f"{name}.yaml", f"base: {base}.yaml\n")
    (tmp_path / "sub").mkdir()
    files_in_turn = r".*a\.yaml -> .*b\.yaml -> .*c\.yaml -> .*a\.yaml$"
    with pytest.raises(InputError, match=r"a\.yaml: base: the bases run in a circle: " + files_in_turn):
        load_scenario(tmp_path / "a.yaml")
    with pytest.raises(InputError, match=r"the bases run in a circle: .*self\.yaml -> .*self\.yaml$"):
        load_scenario(write(tmp_path, "self.yaml", "base: self.yaml\n"))


def test_a_file_of_a_bundled_name_may_have_the_bundled_one_as_its_base(tmp_path: Path) -> None:
    own = load_scenario(write(tmp_path, "baseline.yaml", "base: baseline\nlevers: {governing_line: moving}\n"))
    assert own.parent == load_scenario("baseline") != own


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("bseline", r"child\.yaml: base: there is no scenario 'bseline'; did you mean 'baseline'\?"),
        ("none.yaml", r"child\.yaml: base: there is no file .*none\.yaml"),
        ("[baseline, full_package]", r"child\.yaml: base: seen \['baseline', 'full_package'\], wanted one scenario's"),
    ],
)
def test_a_base_that_cannot_be_had_is_told_with_the_file(tmp_path: Path, base: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_scenario(write(tmp_path, "child.yaml", f"base: {base}\n"))


def test_a_problem_names_the_file_that_it_was_written_in(tmp_path: Path) -> None:
    old = "base: baseline\nlevers:\n  rounds: [{order: random, measures: {training: {funds: [pool]}}}]\n"
    write(tmp_path, "old.yaml", old + "  governing_line: fix\n  funds: {pool: {paid: 2, rule: no}}\n")
    new = "base: old.yaml\nlevers:\n  rounds: [{measures: {training: {fund: [pool]}}}]\n  funds: {pool: {rule: never}}\n"
    found = problems(write(tmp_path, "new.yaml", new))
    placed = sorted(": ".join(problem.split(": ")[:2]).removeprefix(f"{tmp_path}/") for problem in found)
    assert placed == [
        "new.yaml: levers.funds.pool.rule",
        "new.yaml: levers.rounds[0].measures.training.fund",
        "new.yaml: levers.rounds[0].measures.training.funds",
        "new.yaml: levers.rounds[0].order",
        "old.yaml: levers.funds.pool.paid",
        "old.yaml: levers.governing_line",
    ]


def test_a_problem_of_what_is_not_inherited_is_the_files_own(tmp_path: Path) -> None:
    path = write(tmp_path, "child.yaml", "base: baseline\ntitle: {en: Child, zh: 3}\n1: one\n")
    assert sorted(problems(path)) == [
        f"{path}: [1]: seen 1, wanted a name as the key",
        f"{path}: title.zh: seen 3, wanted text",
    ]


def test_a_plan_is_found_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    write(tmp_path / "plans", "plan.csv", "household_id\n")
    text = "base: baseline\nlevers: {allocation: {mode: plan, plan: plan.csv}}\n"
    parent = write(tmp_path / "plans", "parent.yaml", text)
    child = load_scenario(write(tmp_path, "child.yaml", "base: plans/parent.yaml\n"))
    assert child.levers.allocation.plan == (tmp_path / "plans" / "plan.csv").resolve().as_posix()
    assert child.hash == load_scenario(parent).hash
    allocation = {"mode": "plan", "plan": "plan.csv"}
    content = {"base": "baseline", "levers": {"allocation": allocation}}
    relative = scenario_from(content, "x", folder=tmp_path / "plans")
    assert relative.hash == child.hash


def test_scenarios_load_neither_pandas_nor_numba() -> None:
    code = "import sys, simlib.scenario as s; s.load_scenario('full_package').difference(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "yaml" in done.stdout.split()
    assert not {"pandas", "numba"} & set(done.stdout.split())

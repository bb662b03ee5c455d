"""Run folders: what is in them, and that they are whole or not there."""

import errno
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simlib.engine.fixed import fixed_plan
from simlib.engine.plans import write_plan
from simlib.errors import InputError, RunError
from simlib.facts import load_facts
from simlib.folders import check_writable, hashes
from simlib.registry import synthesise_registry
from simlib.runs import TABLES, Run, keys, prepare, run_one
from simlib.runs.keys import key_of
from simlib.scenario import load_scenario, scenario_from
from simlib.store import (
    Made,
    folder_name,
    is_run,
    made_of,
    read_stored,
    recipe_of,
    record,
    record_hash,
    run_key,
    write_made,
    write_run,
)
from tests.small import small_register, small_run

FILES = {"scenario.yaml", "record.json", *(f"{name}.parquet" for name in TABLES)}
RECORD = ["schema", "scenario", "facts", "registry", "seed", "draws", "key", "package", "compiled", "processor", "versions", "cost"]
RECORD += ["changed_from_base"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def planned_run(folder: Path) -> Run:
    """A run of a given plan, whose table lies in the folder."""
    folder.mkdir()
    write_plan(fixed_plan(prepare(small_register(), load_scenario("full_package")).packed), folder / "our plan.csv")
    levers = {"allocation": {"mode": "plan", "plan": "our plan.csv"}}
    scenario = scenario_from({"base": "full_package", "levers": levers}, "planned", folder=folder)
    return run_one(scenario, small_register(), draws=4, workers=1)


# ---- what is in it


def test_a_folder_has_the_files_of_the_contract(tmp_path: Path) -> None:
    run = small_run("full_package")
    folder = write_run(run, tmp_path / "runs")
    assert folder == tmp_path / "runs" / f"full_package-{run_key(run)[:8]}-24"
    assert {path.name for path in folder.iterdir()} == FILES
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_tables_come_back_as_they_were(tmp_path: Path) -> None:
    run = small_run("full_package")
    folder = write_run(run, tmp_path)
    stored = read_stored(folder)
    assert {"targets", "years", "villages", "households", "funds", "transitions", "flips", "sheets", "flow"} <= set(TABLES)
    for name, made in TABLES.items():
        back, table = stored.table(name), made(run)
        pd.testing.assert_frame_equal(back, table)
        assert back.attrs["columns"] == table.attrs["columns"]


def test_a_table_that_nobody_stored(tmp_path: Path) -> None:
    folder = write_run(small_run("baseline"), tmp_path)
    stored = read_stored(folder)
    with pytest.raises(InputError, match=r"there is no table 'flip'; did you mean 'flips'"):
        stored.table("flip")
    (folder / "flips.parquet").unlink()
    with pytest.raises(InputError, match=r"no flips\.parquet that can be read .*; run its scenario\.yaml again"):
        stored.table("flips")


def test_the_record_says_how_it_was_made() -> None:
    run = small_run("full_package")
    told = record(run)
    assert list(told) == RECORD
    recipe = {"people": 1000, "villages": 3, "seed": 1}
    own = {"hash": run.registry.hash, "synthetic": True, "origin": run.registry.origin, "recipe": recipe}
    assert told["registry"] == {**own, "households": len(run.registry.households), "people": 1000, "villages": 3}
    assert told["scenario"] == {"name": "full_package", "hash": run.scenario.hash, "base": "baseline"}
    assert told["facts"] == load_facts().hash
    assert "levers.entitled.dibao.enrolment" in [change["path"] for change in told["changed_from_base"]]
    json.dumps(told, allow_nan=False)


def read_record(folder: Path) -> Any:
    return json.loads((folder / "record.json").read_text(encoding="utf-8"))


def test_the_record_seals_the_folder(tmp_path: Path) -> None:
    folder = write_run(planned_run(tmp_path / "plans"), tmp_path / "runs")
    told, files = read_record(folder), hashes(folder)
    assert list(told) == [*RECORD, "files", "record"]
    assert told["files"] == {name: digest for name, digest in files.items() if name != "record.json"}
    assert set(told["files"]) == {*FILES, "plan.csv"} - {"record.json"}
    assert told["record"] == record_hash(told) != record_hash(told | {"seed": 2})
    assert record_hash(dict(reversed(told.items()))) == told["record"]


@pytest.mark.parametrize("recipe", [{"people": 300, "villages": 1, "seed": 7}, {"people": 500}, {"villages": 2, "seed": 2**64 - 1}])
def test_a_synthetic_registers_recipe_makes_it_again(recipe: dict[str, int]) -> None:
    made = synthesise_registry(**recipe)
    found = recipe_of(made.origin)
    assert found is not None
    assert recipe.items() <= found.items()
    assert synthesise_registry(**found).hash == made.hash


@pytest.mark.parametrize(
    "origin", ["register.xlsx", "synthesised for 3 people", "synthesised for 3 people in 1 poor villages, seed 1.xlsx"]
)
def test_a_file_is_no_recipe(origin: str) -> None:
    assert recipe_of(origin) is None


def test_a_register_with_real_people_has_no_recipe(tmp_path: Path) -> None:
    run = small_run("baseline")
    real = run.registry.__class__(run.registry.households, run.registry.villages, False, run.registry.hash, run.registry.origin)
    folder = write_made(made_of(run)._replace(registry=real), [("draws", run.draws_table())], tmp_path)
    assert read_record(folder)["registry"]["recipe"] is None


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (run_one(load_scenario("full_package"), small_register(), draws=4, workers=workers) for workers in (1, 2))
    first = contents(write_run(one, tmp_path))
    assert contents(write_run(two, tmp_path)) == first
    assert len(list(tmp_path.iterdir())) == 1


def test_the_scenario_stands_by_itself(tmp_path: Path) -> None:
    run = small_run("full_package")
    again = load_scenario(write_run(run, tmp_path) / "scenario.yaml")
    assert again.hash == run.scenario.hash
    assert again.parent is None


def test_a_plan_lies_beside_its_scenario(tmp_path: Path) -> None:
    run = planned_run(tmp_path / "plans")
    folder = write_run(run, tmp_path / "runs")
    assert {path.name for path in folder.iterdir()} == {*FILES, "plan.csv"}
    moved = folder.rename(tmp_path / "moved")
    (tmp_path / "plans" / "our plan.csv").unlink()
    again = load_scenario(moved / "scenario.yaml")
    assert again.hash == run.scenario.hash
    assert (run_one(again, small_register(), draws=4).projection.cells == run.projection.cells).all()


def test_no_file_names_a_place_on_this_machine(tmp_path: Path) -> None:
    folder = write_run(planned_run(tmp_path / "plans"), tmp_path / "runs")
    for name, content in contents(folder).items():
        assert str(tmp_path).encode() not in content, name
    told = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    (plan,) = [change for change in told["changed_from_base"] if change["path"] == "levers.allocation.plan"]
    assert plan == {"path": "levers.allocation.plan", "base_value": None, "value": "our plan.csv"}


def test_a_name_that_no_folder_can_have() -> None:
    run = run_one(scenario_from({"base": "baseline"}, "a/b: 情景 1"), small_register(), draws=0)
    assert folder_name(run).startswith("a_b_情景_1-")


# ---- the key


def test_the_key_leaves_the_number_of_draws_out() -> None:
    assert run_key(small_run("full_package", 8)) == run_key(small_run("full_package", 24))


def test_the_key_holds_everything_else() -> None:
    register = small_register()
    richer = load_facts().with_({"income_growth": {"value": 0.09}})
    other = [
        run_one(load_scenario("full_package"), register, draws=0),
        run_one(load_scenario("baseline"), register, draws=0),
        run_one(load_scenario("baseline"), register, draws=0, facts=richer),
        run_one(load_scenario("baseline"), register, draws=0, seed=2),
    ]
    assert len({run_key(one) for one in other}) == len(other)


def test_the_key_needs_no_run() -> None:
    run = small_run("full_package")
    assert key_of(load_facts().hash, run.scenario, run.registry.hash, run.seed) == run_key(run)
    assert key_of(load_facts().hash, run.scenario, run.registry.hash, 2) != run_key(run)


def test_another_machines_processor_is_in_key_and_record(tmp_path: Path) -> None:
    run = small_run("baseline")
    made = made_of(run)._replace(processor="of the cluster")
    told = read_record(write_made(made, [("draws", run.draws_table())], tmp_path))
    here = record(run)["processor"]
    assert (told["processor"], told["assessed_on"], told["key"]) == ("of the cluster", here, made.key)
    assert made.key != run_key(run)
    same = made._replace(processor=here)
    assert same.key == run_key(run)
    assert list(read_record(write_made(same, [], tmp_path / "same"))) == [*RECORD, "files", "record"], "one processor, named once"


def test_the_key_holds_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    run = small_run("baseline")
    before = run_key(run)
    monkeypatch.setattr(keys, "package_hash", lambda: "sha256:another")
    assert run_key(run) != before


# ---- whole or not there


def full_disk(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pd.DataFrame, "to_parquet", full_disk)
    with pytest.raises(RunError, match=r"cannot write to .*: No space left on device; nothing half-written"):
        write_run(small_run("baseline"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_older_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_run(small_run("baseline"), tmp_path)
    before = contents(folder)
    monkeypatch.setattr(pd.DataFrame, "to_parquet", full_disk)
    with pytest.raises(RunError, match="No space left"):
        write_run(small_run("baseline"), tmp_path)
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("write", [check_writable, lambda out: write_run(small_run("baseline"), out)])
def test_a_place_that_cannot_be_written_to(tmp_path: Path, write: Any) -> None:
    (tmp_path / "runs").write_text("a file", encoding="utf-8")
    with pytest.raises(RunError, match=r"cannot write to .*runs.*nothing half-written"):
        write(tmp_path / "runs")
    assert (tmp_path / "runs").read_text(encoding="utf-8") == "a file"


def test_a_read_only_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "mkdtemp", read_only)
    with pytest.raises(RunError, match="Read-only file system"):
        check_writable(tmp_path)


def test_checking_a_place_makes_it_and_leaves_it_empty(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "runs")
    assert list((tmp_path / "new" / "runs").iterdir()) == []


@pytest.mark.parametrize("change", [lambda plan: plan.write_text("other", encoding="utf-8"), Path.unlink])
def test_a_plan_that_changed_under_way_is_not_passed_off(tmp_path: Path, change: Any) -> None:
    run = planned_run(tmp_path / "plans")
    change(tmp_path / "plans" / "our plan.csv")
    with pytest.raises(RunError, match=r"the plan our plan\.csv was changed or removed while its run was under way"):
        write_run(run, tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


# ---- tables that lie written already


def parts_of(table: pd.DataFrame, folder: Path, number: int = 3) -> Path:
    """A table as a folder of parts."""
    folder.mkdir(parents=True)
    rows = -(-len(table) // number)
    for place in range(number):
        table.iloc[place * rows : (place + 1) * rows].to_parquet(folder / f"part-{place:05}.parquet", index=False)
    return folder


def test_a_run_made_elsewhere_is_a_run_folder_like_any(tmp_path: Path) -> None:
    run = small_run("full_package")
    made = Made(run.scenario, load_facts().hash, run.registry, run.seed, run.draws, run.cost(), run.size)
    parted = ("households", "villages")
    work = {name: parts_of(table(run), tmp_path / "work" / name) for name, table in TABLES.items() if name in parted}
    tables = [(name, work.get(name, table(run))) for name, table in TABLES.items()]
    folder = write_made(made, tables, tmp_path / "runs")
    assert folder.name == folder_name(run)
    stored, told = read_stored(folder), read_record(folder)
    assert {name for name in told["files"] if "/" in name} == {
        f"{name}.parquet/part-0000{part}.parquet" for name in parted for part in range(3)
    }
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(stored.table(name), table(run))
        assert stored.table(name).attrs["columns"] == table(run).attrs["columns"]
    assert all(len(list(lies.iterdir())) == 3 for lies in work.values())
    as_files = record(run)
    assert {name: told[name] for name in as_files} == as_files


# ---- reading


def test_a_stored_run_is_read(tmp_path: Path) -> None:
    run = small_run("full_package")
    folder = write_run(run, tmp_path)
    stored = read_stored(folder)
    assert is_run(folder)
    assert (stored.name, stored.scenario.name, stored.scenario.hash) == ("full_package", "full_package", run.scenario.hash)
    pd.testing.assert_frame_equal(stored.by_draw, run.draws_table())


@pytest.mark.parametrize("broken", ["nothing", "no json", "no draws", "no scenario"])
def test_what_is_no_run_is_refused(tmp_path: Path, broken: str) -> None:
    if broken != "nothing":
        folder = write_run(small_run("baseline"), tmp_path)
        if broken == "no draws":
            (folder / "draws.parquet").unlink()
        text = {"no json": "{", "no scenario": '{"schema": 1}'}
        if broken in text:
            (folder / "record.json").write_text(text[broken], encoding="utf-8")
    else:
        folder = tmp_path / "nothing"
        assert not is_run(folder)
    with pytest.raises(InputError, match=r"no run folder .*; wanted one that `simlib run` wrote"):
        read_stored(folder)


def test_another_format_is_refused(tmp_path: Path) -> None:
    folder = write_run(small_run("baseline"), tmp_path)
    told = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    (folder / "record.json").write_text(json.dumps(told | {"schema": 2}), encoding="utf-8")
    with pytest.raises(InputError, match="a run folder of schema 2, wanted 1"):
        read_stored(folder)

"""`verify`: nothing that was changed goes unnamed, and what was not changed is verified."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simlib import compiled, store
from simlib.errors import InputError, RunError
from simlib.facts import load_facts
from simlib.folders import hashes
from simlib.registry import Registry, make_registry, synthesise_registry
from simlib.runs import TABLES, run_one
from simlib.scenario import load_scenario, scenario_from
from simlib.store import made_of, write_made, write_run
from simlib.verify import Remaker, Verification, local, verify
from tests.small import small_register
from tests.verify.folders import (
    DRAWS,
    answers,
    copied,
    flip,
    gives,
    made,
    nudged,
    planned,
    rewritten,
    sealed_anew,
    told_in,
    wrong,
)

FILES = ["record.json", "scenario.yaml", *(f"{name}.parquet" for name in TABLES)]
RIGHT = dict.fromkeys(["record", "files", "register", "machinery", "scenario", "re-run"], "right")


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder that nobody changes."""
    return write_run(made(), tmp_path_factory.mktemp("verified"))


@pytest.fixture
def folder(run: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copied(run, tmp_path)


def assert_wrong(found: Verification, code: int, *patterns: str) -> None:
    """Not verified, each pattern named; nothing else is wrong."""
    assert (found.ok, found.exit_code) == (False, code), found.text
    seen = wrong(found)
    assert [pattern for pattern in patterns if not any(re.search(pattern, one) for one in seen)] == [], found.text
    assert [one for one in seen if not any(re.search(pattern, one) for pattern in patterns)] == [], found.text


# ---- what nobody changed


@pytest.mark.parametrize("name", ["baseline", "full_package"])
@pytest.mark.parametrize("draws", [0, 1, DRAWS])
def test_a_run_is_verified(tmp_path: Path, name: str, draws: int) -> None:
    folder = write_run(made(name, draws), tmp_path / "runs")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    found = verify(folder, local(small_register()))
    assert (found.ok, found.exit_code, answers(found)) == (True, 0, RIGHT), found.text
    assert found.record == told_in(folder)["record"]
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert list(tmp_path.rglob("*.parquet")) == list(folder.glob("*.parquet"))


def test_a_synthetic_register_is_made_again(run: Path) -> None:
    assert answers(verify(run)) == RIGHT


def test_a_plan_and_a_chinese_name(tmp_path: Path) -> None:
    folder = write_run(planned(tmp_path / "plans"), tmp_path / "runs").rename(tmp_path / "移走")
    found = verify(folder)
    assert answers(found) == RIGHT
    assert found.run == "移走"
    assert f"files: all {len(FILES)} as written" in found.text, "all but the record, and the plan"


def test_a_run_with_facts_and_years_of_its_own(tmp_path: Path) -> None:
    content = {"base": "full_package", "facts": {"income_growth": {"value": 0.08, "reason": "tried"}}, "levers": {"horizon": [2016, 2017]}}
    scenario = scenario_from(content, "own facts")
    folder = write_run(run_one(scenario, small_register(), draws=2, seed=2**64 - 1), tmp_path)
    assert answers(verify(folder)) == RIGHT


def test_facts_that_are_in_no_file_are_to_be_given(tmp_path: Path) -> None:
    richer = load_facts().with_({"income_growth": {"value": 0.09}})
    folder = write_run(run_one(load_scenario("baseline"), small_register(), draws=2, facts=richer), tmp_path)
    found = verify(folder)
    assert_wrong(found, 2, "scenario: hash of facts")
    assert answers(found)["re-run"] == "not made"
    assert answers(verify(folder, local(facts=richer), facts=richer)) == RIGHT


def test_tables_in_parts_are_as_good(run: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    households = made().households()
    for place, first in enumerate(range(0, len(households), 500)):
        households.iloc[first : first + 500].to_parquet(work / f"part-{place:05}.parquet", index=False)
    tables = [(name, work if name == "households" else table(made())) for name, table in TABLES.items()]
    parted = write_made(made_of(made()), tables, tmp_path / "runs")
    assert answers(verify(parted, gives(run))) == RIGHT
    assert answers(verify(run, gives(parted))) == RIGHT
    flip(parted / "households.parquet" / "part-00001.parquet")
    found = verify(parted, gives(run))
    assert found.exit_code == 2
    assert "files: changed, households.parquet/part-00001.parquet" in wrong(found)[0]


def test_it_tells_of_each_step_in_turn(run: Path) -> None:
    told: list[str] = []
    found = verify(run, gives(run), tell=lambda step: told.append(step.name))
    assert told == [step.name for step in found.steps] == list(RIGHT)


# ---- a byte, a file


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_named(run: Path, folder: Path, name: str) -> None:
    for place in (0, None, -1):
        flip(folder / name, place)
        found = verify(folder, gives(run))
        assert (found.ok, found.exit_code) == (False, 2)
        step = "record" if name == "record.json" else "files"
        assert any(one.startswith(f"{step}: ") and name in one for one in wrong(found)), found.text
        flip(folder / name, place)
    assert verify(folder, gives(run)).ok


def test_a_changed_byte_of_a_plan_is_named(tmp_path: Path) -> None:
    folder = write_run(planned(tmp_path / "plans"), tmp_path / "runs")
    flip(folder / "plan.csv")
    found = verify(folder, gives(folder))
    assert_wrong(found, 2, "files: changed, plan.csv: seen sha256:", "scenario: hash of scenario and plan, scenario.yaml: seen sha256:")
    assert answers(found)["re-run"] == "not made"


@pytest.mark.parametrize("name", FILES[1:])
def test_a_missing_file_is_named(run: Path, folder: Path, name: str) -> None:
    (folder / name).unlink()
    found = verify(folder, gives(run))
    assert f"files: missing, {name}: seen nothing, wanted {told_in(folder)['files'][name]}" in wrong(found)
    assert found.exit_code == 2


def test_an_added_file_is_named(run: Path, folder: Path) -> None:
    (folder / "部分").mkdir()
    (folder / "部分" / "note.txt").write_text("x", encoding="utf-8")
    assert_wrong(verify(folder, gives(run)), 2, r"files: added, 部分/note\.txt: seen sha256:\w+, wanted nothing")


@pytest.mark.parametrize("place", ["nothing", "empty", "no record"])
def test_what_is_no_run_is_bad_input(folder: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    (folder / "record.json").rename(tmp_path / "away")
    with pytest.raises(InputError, match=r"no run folder, which has a record\.json"):
        verify({"no record": folder}.get(place, tmp_path / place))


def test_everything_that_is_wrong_is_told_at_once(run: Path, folder: Path) -> None:
    flip(folder / "years.parquet")
    (folder / "flips.parquet").unlink()
    (folder / "more").write_bytes(b"")
    with (folder / "scenario.yaml").open("a", encoding="utf-8") as file:
        file.write("# by hand\n")
    (folder / "record.json").write_text((folder / "record.json").read_text("utf-8").replace('"cost"', '"cast"'), encoding="utf-8")
    found = verify(folder, local(synthesise_registry(people=300, villages=1)))
    named = ["changed, scenario.yaml", "changed, years.parquet", "missing, flips.parquet", "added, more"]
    record = ["record.json has no cost", "the record's own hash, record.json"]
    assert_wrong(found, 2, *record, *named, "register: hash, synthesised for 300")
    assert found.conclusion == "copy: NOT verified: record, files, register"
    assert answers(found) == RIGHT | dict.fromkeys(["record", "files", "register"], "WRONG") | {"re-run": "not made"}


# ---- the record


def edited(folder: Path, old: str, new: str) -> None:
    path = folder / "record.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_other_draws(run: Path, folder: Path) -> None:
    edited(folder, '"draws": 4', '"draws": 400000000')
    found = verify(folder)
    assert_wrong(found, 2, "the record's own hash", r"draws by the record, draws\.parquet: seen 400000000, wanted 4")
    assert answers(found)["re-run"] == "not made", "nobody waits for what the run cannot have had"
    sealed_anew(folder)
    assert_wrong(verify(folder), 2, r"record: draws by the record, draws\.parquet: seen 400000000, wanted 4")


def test_another_seed(run: Path, folder: Path) -> None:
    edited(folder, '"seed": 1,\n  "draws"', '"seed": 2,\n  "draws"')
    found = verify(folder, gives(run))
    assert_wrong(found, 2, "the record's own hash", "the key of what the record names")
    sealed_anew(folder)
    found = verify(folder)
    assert answers(found) == RIGHT | {"re-run": "WRONG"}
    assert found.exit_code == 1
    assert any(re.match(r"re-run: households\.parquet, wage_yuan: \d+ of \d+ rows differ", one) for one in wrong(found))
    assert "folder and register are as recorded, and the re-run gives other numbers" in found.conclusion


@pytest.mark.parametrize("part", ["versions.numba", "versions.numpy", "processor", "facts", "scenario.hash", "registry.hash", "package"])
def test_a_key_that_cannot_be_checked_is_wrong(run: Path, folder: Path, part: str) -> None:
    told = {name: value for name, value in told_in(folder).items() if name not in ("files", "record")}
    *above, name = part.split(".")
    inside = told[above[0]] if above else told
    del inside[name]
    files = {name: digest for name, digest in hashes(folder).items() if name != "record.json"}
    (folder / "record.json").write_bytes(store.record_text(store.sealed(told, files)))
    found = verify(folder, gives(run))
    assert f"record: record.json has no {part}: seen nothing, wanted one" in wrong(found)
    assert found.exit_code == 2


def test_blanks_are_bytes_too(run: Path, folder: Path) -> None:
    edited(folder, '"draws": 4', '"draws":  4')
    assert_wrong(verify(folder, gives(run)), 2, r"record: the record's layout, record\.json: seen other blanks")


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"schema": 2}', '{"schema": 1, "cost": NaN}', "\udcff"])
def test_a_record_that_is_none(folder: Path, content: str) -> None:
    (folder / "record.json").write_bytes(content.encode(errors="surrogateescape"))
    found = verify(folder)
    assert_wrong(found, 2, r"record: the record cannot be read, record\.json: seen .*, wanted a record as `simlib run` writes it")
    assert answers(found) == {"record": "WRONG"}
    assert found.record.startswith("sha256:")


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, -1, True])
def test_a_record_with_anything_in_it_raises_nothing(run: Path, folder: Path, value: Any) -> None:
    for name in told_in(run):
        if name != "schema" and repr(told_in(run)[name]) != repr(value):
            content = told_in(run) | {name: value}
            (folder / "record.json").write_bytes(store.record_text(content))
            found = verify(folder, gives(run))
            assert found.exit_code == 2, name
            assert answers(found)["record"] == "WRONG"
    content = told_in(run) | {"cost": {"total": value, "staff": "x"}}
    (folder / "record.json").write_bytes(store.record_text(content))
    assert not verify(folder, gives(run)).ok


def test_a_record_without_hashes_is_an_older_one(run: Path, folder: Path) -> None:
    older = {name: value for name, value in told_in(folder).items() if name not in ("files", "record")}
    (folder / "record.json").write_bytes(store.record_text(older))
    found = verify(folder, gives(run))
    assert_wrong(
        found, 2, r"record\.json has no files: .*an older simlib wrote none", r"record\.json has no record: .*run the scenario again"
    )
    assert answers(found) == RIGHT | {"record": "WRONG", "files": "not made"}
    assert store.read_stored(folder).name == "full_package", "other commands read it"


# ---- the register


def one_cell_off(register: Registry) -> Registry:
    homes = register.households
    return make_registry(
        homes.assign(land_mu=nudged(homes["land_mu"], 3, 0.01)), register.villages, synthetic=register.synthetic, origin="another.xlsx"
    )


def test_another_register_is_told_by_both_hashes(run: Path) -> None:
    other = one_cell_off(small_register())
    found = verify(run, local(other))
    assert_wrong(found, 2, rf"register: hash, another\.xlsx: seen {other.hash}, wanted {small_register().hash}")
    assert "another than the run's (synthesised for 1000 people in 3 poor villages, seed 1)" in found.text
    assert answers(found) == RIGHT | {"register": "WRONG", "re-run": "not made"}


def test_whether_it_is_synthetic_is_held_too(run: Path) -> None:
    small = small_register()
    real = make_registry(small.households, small.villages, synthetic=False, origin="real")
    assert real.hash == small.hash
    assert_wrong(verify(run, local(real)), 2, "register: synthetic, real: seen False, wanted True")


def test_a_register_that_cannot_be_made_again(tmp_path: Path) -> None:
    origin = str(tmp_path / "register.xlsx")
    register = make_registry(small_register().households, small_register().villages, synthetic=False, origin=origin)
    folder = write_run(run_one(load_scenario("baseline"), register, draws=0), tmp_path)
    found = verify(folder)
    assert_wrong(found, 2, r"register: the run's register \(register\.xlsx\) was read from a file: give it with --registry")
    assert answers(found)["re-run"] == "not made"
    assert answers(verify(folder, local(register))) == RIGHT


# ---- another machine, another simlib


def test_another_processor_may_differ_a_little(run: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "processor", lambda: "another-kind")
    again = write_run(made(), tmp_path / "again")
    rewritten(folder / "households.parquet", "wage_yuan", 7, 1e-12)
    rewritten(folder / "villages.parquet", "mean_income", 3, 4e-11)
    sealed_anew(folder)
    found = verify(folder, gives(again))
    assert (found.ok, answers(found)) == (True, RIGHT | {"machinery": "differs", "re-run": "differs"}), found.text
    assert "processor: seen another-kind, wanted" in found.text
    assert re.search(
        r"villages\.parquet, furthest off mean_income, row 3 \(year \d+, village_id .*\).*: seen within 4e-11, wanted within 1e-09",
        found.text,
    )


def test_the_processor_may_be_another_machines(run: Path, folder: Path) -> None:
    rewritten(folder / "villages.parquet", "mean_income", 3, 1e-12)
    register, kind = small_register(), told_in(folder)["processor"]
    sealed_anew(folder, {"processor": "of the cluster", "assessed_on": kind})

    def on(processor: str | None) -> Verification:
        return verify(folder, lambda _: Remaker(register, lambda *_: run, processor))

    for processor, code in ((None, 0), ("another", 0), ("of the cluster", 1)):
        found = on(processor)
        assert (found.exit_code, answers(found)["machinery"]) == (code, "right" if code else "differs")
        assert (f"processor: seen {processor or kind}, wanted of the cluster" in found.text) == (code == 0)


@pytest.mark.parametrize("there", [None, "of the cluster"])
def test_who_assessed_the_draws_may_be_another(run: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, there: str | None) -> None:
    """The draws are made on the run's own processor, there or here, and the means and quantiles of them on another."""
    kind, register = told_in(folder)["processor"], small_register()
    rewritten(folder / "villages.parquet", "mean_income", 3, 1e-12)
    sealed_anew(folder, {"processor": there or kind, "assessed_on": "of the login node"})
    found = verify(folder, lambda _: Remaker(register, lambda *_: run, there))
    assert (found.exit_code, answers(found)) == (0, RIGHT | {"machinery": "differs", "re-run": "differs"}), found.text
    assert f"assessed_on: seen {kind}, wanted of the login node" in found.text
    assert "the same bits are wanted" not in found.text


def test_draws_and_assessment_of_one_other_machine_are_told_once(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "processor", lambda: "another-kind")
    machinery = verify(run, gives(run)).steps[3]
    assert [one.what for one in machinery.findings] == ["processor"]
    register = small_register()
    (one,) = verify(run, lambda _: Remaker(register, lambda *_: run, told_in(run)["processor"])).steps[3].findings
    assert (one.what, one.seen) == ("assessed_on", "another-kind"), "a run of one machine, made again on a cluster of its kind"


def test_another_processor_may_not_differ_much(run: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "processor", lambda: "another-kind")
    rewritten(folder / "villages.parquet", "mean_income", 3, 1e-8)
    sealed_anew(folder)
    assert_wrong(verify(folder, gives(run)), 1, r"re-run: villages\.parquet, mean_income: 1 of \d+ rows differ, by up to 1e-08")


def test_the_same_processor_may_not_differ_at_all(run: Path, folder: Path) -> None:
    before = pd.read_parquet(folder / "households.parquet")
    after = rewritten(folder / "households.parquet", "wage_yuan", 7, 1e-12)
    sealed_anew(folder)
    found = verify(folder, gives(run))
    row, (seen, wanted) = after.loc[7], (float(table["wage_yuan"].to_numpy(dtype=float)[7]) for table in (after, before))
    place = rf"row 7 \(year {row['year']}, household_id {row['household_id']}, village_id {row['village_id']}\)"
    assert_wrong(found, 1, rf"households\.parquet, wage_yuan: 1 of {len(after)} rows differ.*{place}: seen {seen!r}, wanted {wanted!r}")


def test_other_types_and_units_are_not_the_same_bits(run: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "villages.parquet"
    table = pd.read_parquet(path)
    table.attrs["columns"]["mean_income"]["unit"] = "fen"
    table.astype({"year": float}).to_parquet(path, index=False)
    sealed_anew(folder)
    assert_wrong(
        verify(folder, gives(run)),
        1,
        r"villages\.parquet, year, type and metadata: seen double, wanted int64",
        r"villages\.parquet, mean_income, type and metadata: seen double .*'unit': 'fen'.*, wanted double .*'unit': 'yuan",
    )
    monkeypatch.setattr(compiled, "processor", lambda: "another-kind")
    assert verify(folder, gives(run)).ok, "the same numbers"


def test_another_simlib_is_said(run: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "package_hash", lambda: "sha256:another")
    found = verify(run)
    assert (found.ok, answers(found)) == (True, RIGHT | {"machinery": "differs"})
    assert "made by another version of simlib" in found.text
    rewritten(folder / "years.parquet", "exited_share_mean", 1, 0.01)
    sealed_anew(folder)
    found = verify(folder, gives(run))
    assert found.exit_code == 1
    assert "other numbers, in 1 files; made by another version of simlib: where numbers differ, it may be by its changes" in found.text


def test_another_simlib_may_have_other_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    richer = load_facts().with_({"income_growth": {"value": 0.09}})
    folder = write_run(run_one(load_scenario("baseline"), small_register(), draws=2, facts=richer), tmp_path)
    monkeypatch.setattr(store, "package_hash", lambda: "sha256:another")
    found = verify(folder)
    assert answers(found) == RIGHT | {"machinery": "differs", "scenario": "differs", "re-run": "WRONG"}
    assert found.exit_code == 1


# ---- the re-run


def test_a_cost_is_a_result_too(run: Path, folder: Path) -> None:
    cost = told_in(folder)["cost"]
    name = next(iter(cost))
    sealed_anew(folder, {"cost": cost | {name: cost[name] + 0.01}})
    assert_wrong(verify(folder, gives(run)), 1, rf"re-run: record\.json, cost\.{name}: seen .*, wanted")


@pytest.mark.parametrize("error", [RunError("no memory"), OSError("no memory"), InputError("no memory")])
def test_a_re_run_that_fails_is_our_fault(run: Path, error: Exception) -> None:
    def fails(*_: Any) -> Path:
        raise error

    register = small_register()
    found = verify(run, lambda _: Remaker(register, fails))
    assert_wrong(found, 1, "re-run: the run cannot be made again: seen no memory")


def test_what_the_re_run_is_given(run: Path) -> None:
    asked: list[Any] = []

    def again(*words: Any) -> Path:
        asked.extend(words)
        return run

    register = small_register()
    assert verify(run, lambda _: Remaker(register, again)).ok
    scenario, draws, seed, out = asked
    assert (scenario.name, scenario.hash, draws, seed) == ("full_package", made().scenario.hash, DRAWS, 1)
    assert not out.exists()

"""Runs on a cluster give the bits of a run on one core, whatever is killed, and go on from what is kept."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest
from distributed import Client, LocalCluster

from simlib.engine.cluster import connected
from simlib.errors import InputError, RunError
from simlib.registry import Registry
from simlib.registry.national import write_national
from simlib.registry.parts import Parts, find_parts
from simlib.runs import run_one
from simlib.scenario import Scenario, load_scenario
from simlib.spread import SpreadRun, looked_through, run_on
from simlib.spread import run as spread_run
from simlib.spread.tasks import own_machinery
from simlib.store import write_run
from tests.spread.country import PEOPLE, PROGRAMMES, SEED, VILLAGES, contents, country, record, same_tables, told

DRAWS = 20
FEW, MANY = 120, 30  # households of a part: some parts, and more than four for each worker


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with connected("local", 2) as found:
        yield found


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> tuple[Parts, Registry]:
    return country(tmp_path_factory.mktemp("some"), FEW)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Parts, Registry]:
    return country(tmp_path_factory.mktemp("many"), MANY)


class Heard:
    """What is told of a run while it goes on; `then` is done when the first work is done."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.messages: list[str] = []
        self.total = self.done = 0
        self._then = then

    def progress(self, total: int) -> AbstractContextManager[Callable[[int], None]]:
        self.total = total
        return nullcontext(self._add)

    def _add(self, done: int) -> None:
        if not self.done:
            self._then()
        self.done += done


def run_spread(
    client: Client, parts: Parts, scenario: str | Scenario, out: Path, heard: Heard | None = None, draws: int = DRAWS
) -> SpreadRun:
    heard = heard or Heard()
    wanted = load_scenario(scenario) if isinstance(scenario, str) else scenario
    options: dict[str, Any] = {"tell": heard.messages.append, "progress": heard.progress}
    return run_on(client, parts, wanted, out, draws=draws, seed=5, **options)


# ---- the same bits


@pytest.mark.parametrize(
    ("scenario", "draws", "size"),
    [("full_package", DRAWS, "some"), ("full_package", 150, "some"), ("full_package_fixed", DRAWS, "many"), ("baseline", 0, "many")],
)
def test_a_cluster_gives_the_bits_of_one_core(
    client: Client, request: pytest.FixtureRequest, tmp_path: Path, scenario: str, draws: int, size: str
) -> None:
    parts, registry = request.getfixturevalue(size)
    heard = Heard()
    spread = run_spread(client, parts, scenario, tmp_path / "spread", heard, draws)
    alone = run_one(load_scenario(scenario), registry, draws=draws, seed=5, workers=1)
    assert told(spread) == told(alone)
    folder = write_run(alone, tmp_path / "alone")
    assert spread.folder.name == folder.name
    same_tables(spread.folder, folder)
    assert record(spread.folder) == record(folder)
    assert spread.flip_summary() == alone.flip_summary()
    assert heard.done == heard.total == spread.household_years


def test_both_programmes_are_told_apart(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    spread = run_spread(client, some[0], "full_package", tmp_path)
    rows = spread.programmes()
    assert rows["programme"].unique().tolist() == ["示例项目001", "示例项目002"]
    assert rows["people"].sum() == len(spread.projection.years) * 1600
    columns = ["village_id", "mean_income"]
    alone = run_one(load_scenario("full_package"), some[1], draws=DRAWS, seed=5)
    poor, wanted = (one.poor_villages(2018, columns).reset_index(drop=True) for one in (spread, alone))
    assert len(poor) == 8
    pd.testing.assert_frame_equal(poor, wanted, check_exact=True)
    with pytest.raises(InputError, match="has no level 'county' at hand; wanted programme"):
        spread.by("county")


# ---- faults


def test_a_worker_that_is_killed_changes_nothing(many: tuple[Parts, Registry], tmp_path: Path) -> None:
    with connected("local", 2) as client:
        workers = client.run(os.getpid)
        heard = Heard(then=lambda: os.kill(next(iter(workers.values())), signal.SIGKILL))
        killed = run_spread(client, many[0], "full_package", tmp_path / "killed", heard)
        assert sum(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in workers.values()) == 1, "one was killed"
        left = run_spread(client, many[0], "full_package", tmp_path / "left")
    assert contents(killed.folder) == contents(left.folder)


def test_a_run_goes_on_from_its_blocks(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    parts, heard = some[0], Heard()
    few = run_spread(client, parts, "full_package", tmp_path)
    blocks = set(_blocks(tmp_path))
    assert len(blocks) == len(parts)
    grown = run_spread(client, parts, "full_package", tmp_path, heard, draws=150)
    assert heard.messages == [f"{len(parts)} of {4 * len(parts)} blocks were finished before and are taken over"]
    assert blocks < set(_blocks(tmp_path))
    fresh = run_spread(client, parts, "full_package", tmp_path / "fresh", draws=150)
    assert contents(grown.folder) == contents(fresh.folder)
    assert contents(run_spread(client, parts, "full_package", tmp_path).folder) == contents(few.folder)


def test_a_damaged_block_is_made_again(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    first = contents(run_spread(client, some[0], "full_package", tmp_path).folder)
    block, heard = _blocks(tmp_path)[1], Heard()
    content = bytearray(block.read_bytes())
    content[len(content) // 2] ^= 1
    block.write_bytes(content)
    again = run_spread(client, some[0], "full_package", tmp_path, heard)
    assert contents(again.folder) == first
    assert ["was damaged and is made again" in message for message in heard.messages] == [True, False]


def test_no_table_is_left_beside_the_blocks(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    run = run_spread(client, some[0], "full_package", tmp_path)
    left = [path for path in (tmp_path / "work").rglob("*") if path.is_file() and path.name != "lock"]
    assert {path.suffix for path in left} == {".zst", ".survey"}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["work", run.folder.name])


def test_parts_of_tables_that_a_killed_run_wrote_are_looked_at(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    first = run_spread(client, some[0], "full_package", tmp_path)
    wanted = contents(first.folder)
    (work,) = (tmp_path / "work").glob("*-parts")
    table = work / f"tables-{DRAWS}" / "villages"
    table.mkdir(parents=True)
    (block,) = work.glob("v00000-*")
    (table / f"{block.name}.0123456789abcdef.parquet").write_bytes(b"half of a table")
    (table / ".writing-0123").write_bytes(b"less")
    shutil.rmtree(first.folder)
    assert contents(run_spread(client, some[0], "full_package", tmp_path).folder) == wanted


# ---- bad input


def test_a_part_that_was_changed_is_named(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    place = tmp_path / "copy"
    shutil.copytree(some[0].folder, place)
    path = place / "households.parquet" / "part-00001.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    parts = Parts(place, some[0].names, synthetic=True, origin="copy")
    with pytest.raises(InputError, match=r"copy/households\.parquet/part-00001\.parquet"):
        run_spread(client, parts, "baseline", tmp_path / "out")
    assert not list((tmp_path / "out").glob("baseline-*"))


def test_a_part_that_is_exchanged_after_the_survey_is_refused(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    place = tmp_path / "copy"
    shutil.copytree(some[0].folder, place)
    parts = Parts(place, some[0].names, synthetic=True, origin="copy")
    run_spread(client, parts, "baseline", tmp_path / "out", draws=1)
    (kept,) = (tmp_path / "out" / "work" / "registers").glob("*.survey")
    write_national(tmp_path / "other", PEOPLE, PROGRAMMES, VILLAGES, seed=SEED + 1, part_households=FEW)
    others = find_parts(tmp_path / "other")
    assert others is not None
    for table in ("households", "villages"):
        shutil.copy(others.path(table, 0), parts.path(table, 0))
    run_spread(client, parts, "baseline", tmp_path / "again", draws=1)
    (another,) = (tmp_path / "again" / "work" / "registers").glob("*.survey")
    shutil.copy(kept, another)  # as if the part had been exchanged a moment after it was looked at
    with pytest.raises(InputError, match="copy, part-00000: changed while the run was under way: seen sha256:"):
        run_spread(client, parts, "baseline", tmp_path / "again", draws=2)


def test_another_cut_of_the_register_takes_nothing_of_the_first(
    client: Client, some: tuple[Parts, Registry], many: tuple[Parts, Registry], tmp_path: Path
) -> None:
    wanted = run_spread(client, many[0], "full_package", tmp_path / "alone")
    heard = Heard()
    run_spread(client, some[0], "full_package", tmp_path / "out")
    (work,) = (tmp_path / "out" / "work").glob("*-parts")
    tables = work / f"tables-{DRAWS}" / "villages"  # as if it had been killed before its folder was written
    tables.mkdir(parents=True)
    shutil.copy(next((tmp_path / "out").glob("full_package-*")) / "villages.parquet" / "part-00000.parquet", tables / "v00000.parquet")
    found = run_spread(client, many[0], "full_package", tmp_path / "out", heard)
    assert contents(found.folder) == contents(wanted.folder)
    assert not heard.messages or "taken over" not in heard.messages[-1]


def test_a_worker_of_another_kind_that_joins_later_is_refused(
    client: Client, some: tuple[Parts, Registry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = own_machinery()
    monkeypatch.setattr(spread_run, "looked_through", lambda *given: (looked_through(*given)[0], told | {"processor": "another"}))
    with pytest.raises(RunError, match=r"a worker that joined later has processor .*, the others another: leave it out"):
        run_spread(client, some[0], "baseline", tmp_path)


def test_a_worker_may_have_several_threads(some: tuple[Parts, Registry], tmp_path: Path) -> None:
    with (
        LocalCluster(n_workers=1, threads_per_worker=4, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50) as cluster,
        Client(cluster, set_as_default=False) as threads,
    ):
        found = run_spread(threads, some[0], "full_package", tmp_path / "threads", draws=150)
    alone = write_run(run_one(load_scenario("full_package"), some[1], draws=150, seed=5), tmp_path / "alone")
    same_tables(found.folder, alone)


def test_a_look_without_tables_leaves_blocks_alone(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    options: dict[str, Any] = {"draws": DRAWS, "seed": 5, "tell": lambda _: None, "progress": Heard().progress}
    look = run_on(client, some[0], load_scenario("full_package"), tmp_path, tables=False, **options)
    assert [path.name for path in tmp_path.iterdir()] == ["work"]
    whole = run_spread(client, some[0], "full_package", tmp_path)
    assert [row.record() for row in look.target_rows] == [row.record() for row in whole.target_rows]


def test_a_plan_runs_on_one_machine(client: Client, some: tuple[Parts, Registry], tmp_path: Path) -> None:
    scenario = load_scenario("full_package")
    allocation = scenario.levers.allocation.model_copy(update={"mode": "plan"})
    planned = scenario.model_copy(update={"levers": scenario.levers.model_copy(update={"allocation": allocation})})
    with pytest.raises(InputError, match="carries out a plan from a table, which runs on one machine"):
        run_spread(client, some[0], planned, tmp_path)


def _blocks(out: Path) -> list[Path]:
    return sorted((out / "work").glob("*-parts/*/*.zst"))

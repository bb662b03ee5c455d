"""Blocks on disk: whole or not there, whatever happens while they are written; and a projection is the same with them as without."""

import errno
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlib.engine import blocks, feed, kept
from simlib.engine.encoding import Block
from simlib.engine.kept import Kept, part_label
from simlib.engine.pack import Packed
from simlib.engine.project import Projection, project
from simlib.engine.rows import LANES
from simlib.errors import RunError
from simlib.scenario import load_scenario
from tests.engine.small import TALLIES, any_register, assert_same, draws_of, packed_with
from tests.engine.test_encoding import assert_equal
from tests.engine.test_stopping import Scene, stopped

ROOT = Path(__file__).resolve().parents[2]
DRAWS, WIDTH, VILLAGES, ROWS = 40, 7, 6, 36
PART = "v00003-0123456789ab"


@pytest.fixture(autouse=True)
def _many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", 1)


@pytest.fixture(scope="module")
def packed() -> Packed:
    return packed_with(any_register(71, households=ROWS, villages=VILLAGES), load_scenario("full_package"))


@pytest.fixture(scope="module")
def whole(packed: Packed) -> Projection:
    return project(packed, draws_of(packed, DRAWS))


class Counting:
    """Counts the blocks that are run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run: list[tuple[int, int]] = []
        real = blocks.run_block

        def counted(packed: Packed, future: blocks.Future, *words: Any) -> None:
            self.run.append((future.first_draw, future.last_draw))
            real(packed, future, *words)

        monkeypatch.setattr(feed, "run_block", counted)


def block(value: int = 1) -> Block:
    return Block({"totals": np.full((2, 3), value)}, {"villages": np.full((1, 3, 2), -value)})


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("v*"))


def left(folder: Path) -> list[str]:
    """What is no block."""
    return [path.name for path in folder.iterdir() if not kept.NAME.fullmatch(path.name)]


# ---- one block


def test_a_block_is_found_under_its_part_and_its_draws(tmp_path: Path) -> None:
    place = Kept(tmp_path / "new" / "folder")
    assert place.load(PART, 0, 2) is None
    assert place.ranges(PART) == []
    place.save(PART, 4, 6, block(2))
    place.save(PART, 0, 2, block(1))
    assert_equal(place.load(PART, 0, 2), block(1))
    assert_equal(place.load(PART, 4, 6), block(2))
    assert place.load(PART, 0, 4) is None
    assert place.load("v00003-0123456789ac", 0, 2) is None
    assert place.ranges(PART) == [(0, 2), (4, 6)]
    assert place.all_ranges() == {PART: [(0, 2), (4, 6)]}
    assert [path.name[:37] for path in files(place.folder)] == [f"{PART}-d0000000-0000002-", f"{PART}-d0000004-0000006-"]


def test_a_part_is_named_by_its_villages(packed: Packed) -> None:
    first, second = blocks.parts(packed)[:2]
    both = blocks.Part(first.first_village, second.last_village, first.first_row, second.last_row)
    names = [part_label(packed, part, 0) for part in (first, second, both)] + [part_label(packed, first, 0, households=False)]
    assert len(set(names)) == 4
    assert all(re.fullmatch(r"v00000-[0-9a-f]{12}", name) for name in names)
    assert part_label(packed, first, 12) == names[0].replace("v00000", "v00012")


@settings(max_examples=30)
@given(st.data())
def test_whatever_is_damaged_is_not_there(data: st.DataObject) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        told: list[str] = []
        place = Kept(Path(folder), told.append)
        place.save(PART, 0, 2, block())
        (path,) = files(place.folder)
        content = bytearray(path.read_bytes())
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] ^= data.draw(st.integers(1, 255))
        else:
            del content[at:]
        path.write_bytes(content)
        assert place.load(PART, 0, 2) is None
        assert place.load(PART, 0, 2) is None
        assert told == [f"a block in {folder} was damaged and is made again"]
        place.save(PART, 0, 2, block())
        assert_equal(place.load(PART, 0, 2), block())
        assert len(files(place.folder)) == 1


def test_the_damaged_one_goes_when_another_is_made(tmp_path: Path) -> None:
    place = Kept(tmp_path)
    place.save(PART, 0, 2, block(1))
    (old,) = files(tmp_path)
    old.write_bytes(b"other bytes")
    place.save(PART, 0, 2, block(2))
    (new,) = files(tmp_path)
    assert new != old
    assert_equal(place.load(PART, 0, 2), block(2))


def test_one_that_cannot_be_read_is_not_there(tmp_path: Path) -> None:
    place = Kept(tmp_path)
    (tmp_path / f"{PART}-d0000000-0000002-{'0' * 16}{kept.SUFFIX}").mkdir()
    assert place.load(PART, 0, 2) is None


# ---- faults


FAULTS: dict[str, tuple[int, str]] = {
    "disk full": (
        errno.ENOSPC,
        r"No space left on device \(a block of 0\.0 MB, [\d,.]+ MB free\); .* is kept there: make room, and the same",
    ),
    "too large": (errno.EFBIG, r"File too large \(a block of .*: make room, and the same command goes on from there$"),
    "read-only": (errno.EROFS, r"Read-only file system; .*: make it writable, or give another folder \(--out\), and the same"),
    "denied": (errno.EACCES, "Permission denied; every finished block is kept there: make it writable"),
}
CALLS = ("makedirs", "open", "write", "fsync", "close", "replace", "listdir", "unlink")


def failing(monkeypatch: pytest.MonkeyPatch, at: int, fault: Callable[[], None]) -> list[str]:
    """Let the n-th file operation fail. -> the operations that were asked for"""
    seen: list[str] = []

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*words: Any, **options: Any) -> Any:
            seen.append(name)
            if len(seen) == at:
                fault()
            return real(*words, **options)

        return called

    for name in CALLS:
        monkeypatch.setattr(os, name, wrapped(name, getattr(os, name)))
    return seen


@pytest.mark.parametrize("fault", list(FAULTS))
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
def test_what_cannot_be_written_is_told_and_leaves_nothing(call: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number, message = FAULTS[fault]
    place = Kept(tmp_path)
    place.save(PART, 0, 2, block())

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(RunError, match=f"cannot write to {re.escape(str(tmp_path))}: {message}"):
            place.save(PART, 2, 4, block())
    assert place.ranges(PART) == [(0, 2)]
    assert left(tmp_path) == []


def test_a_write_may_take_a_part_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: real(handle, bytes(content[:10])))
    Kept(tmp_path).save(PART, 0, 2, block())
    assert_equal(Kept(tmp_path).load(PART, 0, 2), block())


def operations(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[str]:
    """The file operations of a save over a damaged block."""
    place = spoiled(folder)
    with monkeypatch.context() as patch:
        seen = failing(patch, -1, lambda: None)
        place.save(PART, 0, 2, block())
    return seen


def spoiled(folder: Path) -> Kept:
    """A folder with a block that is whole, and one that is damaged."""
    place = Kept(folder)
    place.save(PART, 2, 4, block(7))
    (folder / f"{PART}-d0000000-0000002-{'0' * 16}{kept.SUFFIX}").write_bytes(b"damaged")
    return place


def test_an_error_at_any_file_operation_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, "Input/output error")

    seen = operations(monkeypatch, tmp_path / "all")
    assert set(CALLS) == set(seen)
    failed = 0
    for at in range(1, len(seen) + 1):
        place = spoiled(tmp_path / str(at))
        with monkeypatch.context() as patch:
            failing(patch, at, fail)
            try:
                place.save(PART, 0, 2, block())
            except RunError:
                failed += 1
        assert left(place.folder) == []
        assert_again(place)
    assert failed == 6, "all but: the folder's sync, and away with the damaged one"


def assert_again(place: Kept) -> None:
    """The next run takes what is whole and makes the rest."""
    with place.locked():
        assert_equal(place.load(PART, 2, 4), block(7))
        if (found := place.load(PART, 0, 2)) is not None:
            assert_equal(found, block())
        place.save(PART, 0, 2, block())
        assert_equal(place.load(PART, 0, 2), block())
    assert left(place.folder) == ["lock"]
    assert len(files(place.folder)) == 2


def die_at(at: int, folder: str) -> None:
    """What a process does that dies at the n-th file operation of a save."""
    with pytest.MonkeyPatch.context() as patch:
        failing(patch, at, lambda: os._exit(77))
        Kept(Path(folder)).save(PART, 0, 2, block())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")
def test_death_at_any_file_operation_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process, which has children that die: each forked before anything runs in it but itself."""
    number = len(operations(monkeypatch, tmp_path / "all"))
    for at in range(1, number + 1):
        spoiled(tmp_path / str(at))
    code = (
        "import os, sys; from tests.engine.test_kept import die_at\n"
        f"for at in range(1, {number} + 1):\n"
        f"    child = os.fork()\n"
        f"    if child == 0: die_at(at, {str(tmp_path)!r} + f'/{{at}}'); os._exit(0)\n"
        "    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 77, at\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert any(name.startswith(kept.WRITING) for at in range(1, number + 1) for name in left(tmp_path / str(at))), "some were writing"
    for at in range(1, number + 1):
        assert_again(Kept(tmp_path / str(at)))


# ---- one run at a time


def test_a_second_run_in_the_folder_is_told(tmp_path: Path) -> None:
    message = "another run of the same numbers works in .*: wait until it ends, or give this one another folder"
    with Kept(tmp_path).locked():
        with pytest.raises(RunError, match=message), Kept(tmp_path).locked():
            pass
        with Kept(tmp_path / "other").locked():
            pass
    with Kept(tmp_path).locked():
        pass


def test_a_second_process_is_told_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from simlib.engine.kept import Kept\n"
        "with Kept(Path(sys.argv[1])).locked(): print('held', flush=True); sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        (tmp_path / ".writing-1-ab").write_bytes(b"half")
        with pytest.raises(RunError, match="another run"), Kept(tmp_path).locked():
            pass
        assert (tmp_path / ".writing-1-ab").exists(), "it may be the other's"
        other.kill()
    with Kept(tmp_path).locked():
        assert left(tmp_path) == ["lock"]


@pytest.mark.parametrize("number", sorted(kept.NO_LOCKS))
def test_without_locks_it_goes_on(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", fail)
    (tmp_path / ".writing-1-ab").write_bytes(b"half")
    with Kept(tmp_path).locked():
        assert (tmp_path / ".writing-1-ab").exists(), "nobody knows whose it is"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match=r"cannot write to .*file.work: Not a directory; "), Kept(tmp_path / "file" / "work").locked():
        pass


# ---- projections


@pytest.mark.parametrize("workers", [1, 3])
def test_with_blocks_it_is_the_same_and_nothing_is_run_twice(
    workers: int, packed: Packed, whole: Projection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting, told = Counting(monkeypatch), list[str]()
    place = Kept(tmp_path, told.append)
    assert_same(project(packed, whole.draws, workers=workers, width=WIDTH, kept=place), whole)
    number = VILLAGES * -(-DRAWS // WIDTH)
    assert len(counting.run) == len(files(tmp_path)) == number
    assert told == []
    assert_same(project(packed, whole.draws, workers=workers, width=WIDTH, kept=place), whole)
    assert len(counting.run) == number
    assert told == [f"{number} of {number} blocks were finished before and are taken over"]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("steps", [(9, 40), (40, 9), (1, 2, 3, 40), (14, 40, 21)])
def test_it_grows_and_serves_fewer(steps: tuple[int, ...], workers: int, packed: Packed, whole: Projection, tmp_path: Path) -> None:
    for draws in steps:
        grown = project(packed, whole.draws.part(0, draws), workers=workers, width=WIDTH, kept=Kept(tmp_path))
        assert_same(grown, project(packed, whole.draws.part(0, draws)))


def test_growth_repeats_no_draw(packed: Packed, whole: Projection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(monkeypatch)
    for draws in (9, 17, 40):
        project(packed, whole.draws.part(0, draws), width=WIDTH, kept=Kept(tmp_path))
    assert sum(last - first for first, last in counting.run) == VILLAGES * DRAWS


@pytest.mark.parametrize("seed", range(6))
def test_what_was_lost_or_damaged_is_made_again(seed: int, packed: Packed, whole: Projection, tmp_path: Path) -> None:
    luck = np.random.default_rng(seed)
    for width in (WIDTH, 16):
        project(packed, whole.draws, width=width, kept=Kept(tmp_path))
        for path in files(tmp_path):
            fate = luck.random()
            if fate < 0.4:
                path.unlink()
            elif fate < 0.6:
                content = bytearray(path.read_bytes())
                content[luck.integers(len(content))] ^= 1
                path.write_bytes(content)
        for path in luck.permutation(np.array([path.name for path in files(tmp_path)]))[: 3 * seed]:
            (tmp_path / str(path)).unlink()
    told: list[int] = []
    found = project(packed, whole.draws, workers=3, width=WIDTH, kept=Kept(tmp_path), progress=told.append)
    assert_same(found, whole)
    assert sum(told) >= ROWS * DRAWS * len(packed.years)


def test_a_part_that_is_gone_is_made_again(packed: Packed, whole: Projection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(packed, whole.draws, width=WIDTH, kept=Kept(tmp_path))
    for path in tmp_path.glob("v00002-*"):
        path.unlink()
    counting = Counting(monkeypatch)
    assert_same(project(packed, whole.draws, workers=2, width=WIDTH, kept=Kept(tmp_path)), whole)
    assert len(counting.run) == -(-DRAWS // WIDTH)


def test_another_cut_of_the_register_takes_nothing_of_another_part(
    packed: Packed, whole: Projection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rows in (1, 9, 13, 4000):
        monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", rows)
        assert_same(project(packed, whole.draws, width=WIDTH, kept=Kept(tmp_path)), whole)


def test_sums_of_households_are_there_where_they_are_asked_for(packed: Packed, whole: Projection, tmp_path: Path) -> None:
    for households in (False, True, False):
        found = project(packed, whole.draws, kept=Kept(tmp_path), households=households)
        assert len(found.households) == (ROWS if households else 0)
        assert_same(found, whole, [name for name in TALLIES if households or name != "households"])


def test_what_is_there_is_told_at_once(packed: Packed, whole: Projection, tmp_path: Path) -> None:
    project(packed, whole.draws.part(0, 14), width=WIDTH, kept=Kept(tmp_path))
    told: list[int] = []
    project(packed, whole.draws, width=WIDTH, kept=Kept(tmp_path), progress=told.append)
    assert told[0] == 14 * ROWS * len(packed.years)
    assert sum(told) == DRAWS * ROWS * len(packed.years)


def test_without_luck_nothing_is_kept(packed: Packed, tmp_path: Path) -> None:
    project(packed, draws_of(packed, 0), kept=Kept(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_machine_code_of_no_other_width_is_needed(
    packed: Packed, whole: Projection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine draws need that of 64; so does the one that makes ten of them."""
    lanes: set[int] = set()
    real = blocks.run_block

    def seen(packed: Packed, future: blocks.Future, *words: Any) -> None:
        lanes.add(future.lanes)
        real(packed, future, *words)

    monkeypatch.setattr(feed, "run_block", seen)
    for draws in (9, 10):
        found = project(packed, whole.draws.part(0, draws), kept=Kept(tmp_path))
    assert_same(found, project(packed, whole.draws.part(0, 10)))
    assert lanes == {64}


def test_a_block_that_cannot_be_written_ends_it_and_the_rest_goes_on_from_there(
    packed: Packed, whole: Projection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = kept._write, list[Path]()

    def fail(path: Path, content: bytes) -> None:
        calls.append(path)
        if len(calls) > 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(kept, "_write", fail)
        with pytest.raises(RunError, match="No space left"):
            project(packed, whole.draws, workers=3, width=WIDTH, kept=Kept(tmp_path))
    assert len(files(tmp_path)) == 10
    counting = Counting(monkeypatch)
    assert_same(project(packed, whole.draws, width=WIDTH, kept=Kept(tmp_path)), whole)
    assert len(counting.run) == VILLAGES * -(-DRAWS // WIDTH) - 10


def test_a_damaged_block_of_a_longer_run_is_made_again(packed: Packed, tmp_path: Path) -> None:
    """It has more draws than any block of this run would have."""
    table = draws_of(packed, LANES + 6)
    project(packed, table, width=LANES, kept=Kept(tmp_path))
    long = [path for path in files(tmp_path) if f"-{LANES:07d}-" in path.name]
    long[0].write_bytes(b"damaged")
    assert_same(project(packed, table, kept=Kept(tmp_path)), project(packed, table))


def test_a_limit_of_the_system_on_the_size_of_files_is_told(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; import numpy as np; from simlib.engine.kept import Block, Kept\n"
        "from simlib.errors import RunError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try: Kept(Path(sys.argv[1])).save('v00000-aa', 0, 2, Block({'totals': np.arange(9000).reshape(30, 300)}, {}))\n"
        "except RunError as error: sys.exit(str(error))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"cannot write to {tmp_path}: File too large (a block of 0.0 MB, ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("after", [2, 6, 14])
def test_a_stop_keeps_what_is_finished(
    after: int, workers: int, packed: Packed, whole: Projection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some blocks are there, of other widths, so that the draws that end together are unlike; some draws are there without blocks."""
    project(packed, whole.draws.part(0, 30), width=16, kept=Kept(tmp_path / "some"))
    for path in files(tmp_path / "some")[::3]:
        path.unlink()
    first = project(packed, whole.draws.part(0, 3))
    for name, start in (("from nothing", None), ("from some", first)):
        shutil.copytree(tmp_path / "some", tmp_path / name)
        with monkeypatch.context() as patch:
            scene = Scene(patch, after)  # the first that it is told is what is there
            seen = stopped(packed, scene, workers, keep_finished=True, kept=Kept(tmp_path / name), after=start)
        assert 0 < len(seen.draws) <= DRAWS
        assert_same(seen, project(packed, whole.draws.part(0, len(seen.draws))))
        again = project(packed, whole.draws, width=WIDTH, kept=Kept(tmp_path / "others"), after=seen)
        assert_same(again, whole)


def test_clocks_and_ages_mean_nothing(packed: Packed, whole: Projection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(packed, whole.draws.part(0, 21), width=WIDTH, kept=Kept(tmp_path))
    for turn, path in enumerate(files(tmp_path)):
        os.utime(path, (0, 0) if turn % 2 else (4e9, 4e9))
    now = iter(range(2_000_000_000, 0, -1000))
    monkeypatch.setattr(time, "time", lambda: next(now))
    counting = Counting(monkeypatch)
    with Kept(tmp_path).locked():
        assert_same(project(packed, whole.draws, width=WIDTH, kept=Kept(tmp_path)), whole)
    assert min(first for first, _ in counting.run) == 21


# ---- going on from a projection


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("cuts", [(9,), (7, 14), (1, 2, 39), (40,)])
def test_going_on_is_the_same_as_one_go(cuts: tuple[int, ...], workers: int, packed: Packed, whole: Projection, tmp_path: Path) -> None:
    for place in (None, Kept(tmp_path)):
        so_far: Projection | None = None
        for draws in (*cuts, DRAWS):
            so_far = project(packed, whole.draws.part(0, draws), workers=workers, width=WIDTH, kept=place, after=so_far)
        assert so_far is not None
        assert_same(so_far, whole)


def test_going_on_runs_the_others_alone(packed: Packed, whole: Projection, monkeypatch: pytest.MonkeyPatch) -> None:
    first = project(packed, whole.draws.part(0, 9))
    before = {name: getattr(first, name).copy() for name in TALLIES}
    counting, told = Counting(monkeypatch), list[int]()
    project(packed, whole.draws, width=WIDTH, after=first, progress=told.append)
    assert set(counting.run) == {(9, 14), *((begin, min(begin + 7, DRAWS)) for begin in range(14, DRAWS, 7))}
    assert told[0] == 9 * ROWS * len(packed.years)
    assert sum(told) == DRAWS * ROWS * len(packed.years)
    assert all(np.array_equal(getattr(first, name), before[name]) for name in TALLIES), "what it went on from is as it was"


@pytest.mark.parametrize("other", [dict(seed=2), dict(draws=41)])
def test_of_other_draws_there_is_nothing_to_go_on_from(other: dict[str, int], packed: Packed, whole: Projection) -> None:
    first = project(packed, draws_of(packed, **{"draws": 9} | other))
    with pytest.raises(ValueError, match=f"is no beginning of {DRAWS} draws of seed 1"):
        project(packed, whole.draws, after=first)

"""Folders that appear whole or not at all, whoever writes them at the same time."""

import errno
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

from simlib import folders
from simlib.errors import RunError
from simlib.folders import file_hash, hashes, write_folder

TABLE = pd.DataFrame({"name": ["甲", "乙"], "number": [1.0, 2.0]})


def written(target: Path, text: bytes = b"text") -> Path:
    return write_folder(target, {"a.txt": text}, [("table", TABLE)], lambda found: {"last.txt": "\n".join(found.values()).encode()})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_last_file_is_told_of_all_others(tmp_path: Path) -> None:
    folder = written(tmp_path / "情景")
    assert set(contents(folder)) == {"a.txt", "table.parquet", "last.txt"}
    said = (folder / "last.txt").read_text(encoding="utf-8").splitlines()
    assert said == [file_hash(folder / "a.txt"), file_hash(folder / "table.parquet")]
    assert [path.name for path in tmp_path.iterdir()] == ["情景"]


def test_hashes_go_by_the_name_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    for name in ("z", "b/c/d", "b/a"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    found = hashes(tmp_path)
    assert list(found) == ["b/a", "b/c/d", "z"]
    assert found["z"] == "sha256:594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06"  # of the letter z


def test_an_equal_folder_stays(tmp_path: Path) -> None:
    first = written(tmp_path / "run").stat().st_ino
    assert written(tmp_path / "run").stat().st_ino == first


@pytest.mark.parametrize("change", ["changed", "missing", "added"])
def test_a_damaged_folder_is_written_anew(tmp_path: Path, change: str) -> None:
    folder = written(tmp_path / "run")
    whole = contents(folder)
    if change == "missing":
        (folder / "table.parquet").unlink()
    else:
        (folder / {"changed": "table.parquet", "added": "more"}[change]).write_bytes(b"x")
    assert contents(written(folder)) == whole
    assert list(tmp_path.iterdir()) == [folder]


def test_a_file_in_the_folders_place_makes_room(tmp_path: Path) -> None:
    (tmp_path / "run").write_bytes(b"x")
    assert set(contents(written(tmp_path / "run"))) == {"a.txt", "table.parquet", "last.txt"}


def into_place(monkeypatch: pytest.MonkeyPatch, target: Path, happens: Any) -> None:
    """Let something happen just before the finished folder is moved into its place."""
    rename = Path.rename

    def renamed(self: Path, place: Path) -> Path:
        if place == target and not self.name.startswith("old"):
            happens()
        return rename(self, place)

    monkeypatch.setattr(Path, "rename", renamed)


@pytest.mark.parametrize("stopped", [KeyboardInterrupt("stopped"), OSError(errno.EIO, "stopped")])
def test_a_move_that_fails_puts_the_older_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: BaseException) -> None:
    folder = written(tmp_path / "run", b"old")
    before = contents(folder)

    def fails() -> None:
        raise stopped

    into_place(monkeypatch, folder, fails)
    with pytest.raises((KeyboardInterrupt, RunError), match="stopped"):
        written(folder, b"new")
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("older", [True, False])
def test_another_process_is_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, older: bool) -> None:
    target, other = tmp_path / "run", written(tmp_path / "elsewhere" / "run", b"new")
    if older:
        written(target, b"old")
    faster = [lambda: os.rename(other, target)]
    into_place(monkeypatch, target, lambda: faster.pop()() if faster else None)
    inode = other.stat().st_ino
    assert contents(written(target, b"new"))["a.txt"] == b"new"
    assert not faster
    assert target.stat().st_ino == inode, "the one who comes second leaves the folder that is there"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "run"]


def test_others_that_never_stop_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_swapped", lambda *_: False)
    with pytest.raises(RunError, match=r"cannot put .*run into its place: others keep writing another one there"):
        written(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_all_of_it_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync, done = os.fsync, set[int]()

    def synced(handle: int) -> None:
        done.add(os.stat(handle).st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    folder = written(tmp_path / "run")
    assert done == {path.stat().st_ino for path in (tmp_path, folder, *folder.iterdir())}


def test_many_at_once(tmp_path: Path) -> None:
    number, target = 8, tmp_path / "run"
    for older in (False, True):
        if older:
            (target / "a.txt").write_bytes(b"damaged")
        together = Barrier(number)

        def write(_: int, together: Barrier = together) -> Path:
            together.wait()
            return written(target)

        with ThreadPoolExecutor(number) as pool:
            assert set(pool.map(write, range(number))) == {target}
        assert set(contents(target)) == {"a.txt", "table.parquet", "last.txt"}
        assert (target / "a.txt").read_bytes() == b"text"
        assert list(tmp_path.iterdir()) == [target]


KILLED = """
import os, sys
from pathlib import Path
from simlib.folders import write_folder
write_folder(Path(sys.argv[1]), {"a": b"half"}, (os.kill(os.getpid(), 9) for _ in range(1)), dict)
"""


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "run")], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".writing-")
    (tmp_path / ".writing-empty").mkdir()
    written(tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_another_process_is_writing_is_not(tmp_path: Path) -> None:
    inside: list[Path] = []

    def other(_: dict[str, str]) -> dict[str, bytes]:
        inside.append(written(tmp_path / "another"))
        return {"last.txt": b""}

    assert set(contents(write_folder(tmp_path / "run", {}, [], other))) == {"last.txt"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another", "run"]


def test_a_scratch_folder_that_is_swept_away_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acquire = FileLock.acquire
    swept: list[str] = []

    def late(self: Any, *words: Any, **options: Any) -> Any:
        if not swept:
            swept.append(self.lock_file)
            Path(self.lock_file).parent.rmdir()
        return acquire(self, *words, **options)

    monkeypatch.setattr(FileLock, "acquire", late)
    written(tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_disk_without_locks_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(FileLock, "acquire", no_locks)
    inside: list[Path] = []

    def other(_: dict[str, str]) -> dict[str, bytes]:
        inside.append(written(tmp_path / "another"))
        return {"last.txt": b""}

    write_folder(tmp_path / "run", {"a": b""}, [], other)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another", "run"]


@pytest.mark.parametrize("links", [True, False])
def test_what_is_brought_stays_where_it_lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    def no_links(*_: Any) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "work" / "parts").mkdir(parents=True)
    for name in ("one.parquet", "parts/part-00000.parquet", "parts/part-00001.parquet"):
        (tmp_path / "work" / name).write_bytes(name.encode())
    ready = [("one", tmp_path / "work" / "one.parquet"), ("many", tmp_path / "work" / "parts")]
    folder = write_folder(tmp_path / "run", {}, ready, lambda _: {})
    assert list(hashes(folder)) == ["many.parquet/part-00000.parquet", "many.parquet/part-00001.parquet", "one.parquet"]
    assert (folder / "many.parquet" / "part-00001.parquet").read_bytes() == b"parts/part-00001.parquet"
    assert len(hashes(tmp_path / "work")) == 3

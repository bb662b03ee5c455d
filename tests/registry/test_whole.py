"""Files and folders that appear whole or not at all, are on the disk then, and of which killed processes leave nothing for long."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simlib.errors import InputError, RunError
from simlib.registry.whole import write_whole


def folder_of(path: Path) -> None:
    (path / "part").mkdir(parents=True)
    (path / "part" / "a").write_text("a", encoding="utf-8")


def file_of(path: Path) -> None:
    path.write_text("a", encoding="utf-8")


@pytest.mark.parametrize("folder", [False, True])
def test_a_write_that_fails_leaves_nothing(folder: bool, tmp_path: Path) -> None:
    def fails(path: Path) -> None:
        if folder:
            path.mkdir()
        (path / "half" if folder else path).write_text("half", encoding="utf-8")
        raise OSError("the disk is full")

    with pytest.raises(RunError, match="register cannot be written: the disk is full; nothing of it is left there"):
        write_whole(tmp_path / "register", fails)
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, sys
from pathlib import Path
from simlib.registry.whole import write_whole
def killed(path):
    path.mkdir()
    (path / "half").write_text("half")
    os.kill(os.getpid(), 9)
write_whole(Path(sys.argv[1]), killed)
"""


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "register")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(tmp_path.rglob("half"))) == 1
    write_whole(tmp_path / "other", file_of)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


@pytest.mark.parametrize("write", [folder_of, file_of])
def test_another_of_the_same_number_takes_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    """Two containers that write to one place: who comes second is told so, and the first one's work stays."""
    monkeypatch.setattr(os, "getpid", lambda: 1)

    def slower(path: Path) -> None:
        file_of(path)
        write_whole(tmp_path / "register.x", write)
        assert path.is_file(), "swept by the other"

    with pytest.raises(InputError, match=r"register\.x is there already"):
        write_whole(tmp_path / "register.x", slower)
    (left,) = tmp_path.iterdir()
    assert (left / "part" / "a" if left.is_dir() else left).read_text(encoding="utf-8") == "a"


@pytest.mark.parametrize("write", [folder_of, file_of])
def test_all_of_it_is_on_the_disk_before_its_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    fsync, rename, place, done = os.fsync, Path.rename, tmp_path / "register", list[object]()

    def synced(handle: int) -> None:
        done.append(os.stat(handle).st_ino)
        fsync(handle)

    def renamed(self: Path, target: Path) -> Path:
        done.append("renamed")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    write_whole(place, write)
    at = done.index("renamed")
    assert set(done[:at]) == {path.stat().st_ino for path in (place, *place.rglob("*"))}
    assert done[at + 1 :] == [tmp_path.stat().st_ino]

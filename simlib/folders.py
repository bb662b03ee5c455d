"""Folders of files that appear whole or not at all, and the hashes of what lies in them."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Final

import pandas as pd
from filelock import FileLock, Timeout
from pandas.api.types import is_float_dtype

from simlib.errors import RunError, said

TABLE: Final = ".parquet"
SCRATCH, LOCK = ".writing-", "lock"
TRIES: Final = 20
"""Times that a folder is moved into its place while others move theirs there; two processes need two."""
OCCUPIED: Final = frozenset({errno.ENOTEMPTY, errno.EEXIST})
Table = pd.DataFrame | Path
"""A table: what is to be written, or where it lies written: a Parquet file, or a folder of its parts."""
Texts = Mapping[str, bytes]


# ---- what lies in a folder


def file_hash(path: Path) -> str:
    """`sha256:` and the hash of a file's bytes."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def files_below(folder: Path) -> dict[str, Path]:
    """Every file below a folder by its name in it, `/` between folders, in order of name."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    return dict(sorted(found.items()))


def hashes(folder: Path) -> dict[str, str]:
    """`file_hash` of every file below a folder by its name in it. OSError for one that cannot be read."""
    return {name: file_hash(path) for name, path in files_below(folder).items()}


# ---- writing


@contextmanager
def _writing(place: Path) -> Iterator[Path]:
    """A scratch folder in the output folder, gone afterwards. RunError where that cannot be had or is full."""
    try:
        with scratch_in(place) as scratch:
            yield scratch
    except OSError as error:
        reason = error.strerror or error
        raise RunError(
            said("cannot write to {place}: {reason}; nothing half-written was left there", place=place, reason=reason)
        ) from error


@contextmanager
def scratch_in(place: Path) -> Iterator[Path]:
    """A folder of our own in a folder, gone afterwards; what killed processes left there goes first. OSError where it cannot be had."""
    place.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    with _scratch(place) as scratch:
        yield scratch


@contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    """A folder in a place, locked while it is there: the lock of a process that was killed is free, whatever clocks say."""
    for _ in range(TRIES):
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=place) as name:
            lock = FileLock(Path(name) / LOCK)
            if _held(lock):
                try:
                    yield Path(name)
                finally:
                    lock.release()
                return
    raise OSError(errno.EBUSY, "no scratch folder of our own can be had")


def _held(lock: FileLock) -> bool:
    """Take the lock of a folder of our own. -> False where somebody sweeping took the folder, which had none yet, for one that was left"""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError:  # where a disk has no locks, nobody can sweep either
        return Path(lock.lock_file).parent.exists()
    if Path(lock.lock_file).exists():
        return True
    lock.release()
    return False


def _sweep(place: Path) -> None:
    """Remove the scratch folders of processes that were killed: those that nobody holds."""
    for left in place.glob(f"{SCRATCH}*"):
        with suppress(Timeout, OSError):
            if not (left / LOCK).exists():
                left.rmdir()  # only if it is empty: its maker makes another
                continue
            with FileLock(left / LOCK).acquire(timeout=0):
                shutil.rmtree(left)


def check_writable(out: str | Path) -> None:
    """Make the output folder, and raise RunError where it cannot be written to: better before a long run than after it."""
    with _writing(Path(out)):
        pass


def write_folder(target: Path, texts: Texts, tables: Iterable[tuple[str, Table]], seal: Callable[[dict[str, str]], Texts]) -> Path:
    """Write a folder, which appears whole or not at all; one with the same files stays as it is, another is replaced. -> target

    `texts`: files by name; `tables`: (name without ending, table), made and written in turn; `seal`: told the hashes of all that, gives
    the last files. Raises RunError when it cannot be written (disk full, read-only), and leaves nothing behind.
    """
    with _writing(target.parent) as scratch:
        fresh = scratch / "new" / target.name
        fresh.mkdir(parents=True)
        _write_texts(fresh, texts)
        for name, table in tables:
            _put(table, fresh / f"{name}{TABLE}")
        found = hashes(fresh)
        last = seal(found)
        _write_texts(fresh, last)
        sync(fresh)
        _place(fresh, target, found | hashes_of(last), scratch)
        sync_folder(target.parent)
    return target


def hashes_of(texts: Texts) -> dict[str, str]:
    """`file_hash` of contents by name, before they are files."""
    return {name: f"sha256:{hashlib.sha256(content).hexdigest()}" for name, content in texts.items()}


def _write_texts(folder: Path, texts: Texts) -> None:
    for name, content in texts.items():
        (folder / name).write_bytes(content)


def _put(table: Table, place: Path) -> None:
    """A table under its name: written, or brought from where it lies, which keeps it."""
    if isinstance(table, pd.DataFrame):
        write_table(table, place)
    elif table.is_dir():
        shutil.copytree(table, place, copy_function=bring)
    else:
        bring(table, place)


def write_table(table: pd.DataFrame, place: Path | BytesIO) -> None:
    """Write a table of numbers as Parquet."""
    table.to_parquet(place, index=False, use_dictionary=_repeating(table))


def _repeating(table: pd.DataFrame) -> list[str]:
    """The columns in which the same values come again and again: a dictionary of what is measured would be made and thrown away."""
    return [str(name) for name in table if not is_float_dtype(table[name])]


def bring(source: str | Path, place: str | Path) -> None:
    """A second name for a file, or a copy of it where the disk has no such thing."""
    try:
        os.link(source, place)
    except OSError:
        shutil.copyfile(source, place)


def sync(path: Path) -> None:
    """Make a file, or a folder and all that lies below it, last on the disk."""
    for one in (path, *path.rglob("*")):
        if one.is_dir():
            sync_folder(one)
        else:
            with one.open("r+b") as file:
                os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last, where the platform can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ---- moving into place


def _place(fresh: Path, target: Path, wanted: Mapping[str, str], scratch: Path) -> None:
    """Move a finished folder into its place, which others may be doing at the same time: whoever comes second finds an equal one."""
    for attempt in range(TRIES):
        if _has(target, wanted) or _swapped(fresh, target, scratch / f"old-{attempt}"):
            return
    text = said("cannot put {place} into its place: others keep writing another one there; run again when they are done", place=target)
    raise RunError(text)


def _has(target: Path, wanted: Mapping[str, str]) -> bool:
    """Whether a folder is there with just these files; not, if it is taken away meanwhile."""
    try:
        return target.is_dir() and hashes(target) == wanted
    except OSError:
        return False


def _swapped(fresh: Path, target: Path, old: Path) -> bool:
    """Move a folder to its place, and what stands there aside. -> False where another process was faster

    What was set aside is put back if that fails, and goes with the scratch folder if not.
    """
    try:
        _set_aside(target, old)
        fresh.rename(target)
    except BaseException as error:
        if isinstance(error, OSError) and error.errno in OCCUPIED:
            return False
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    return True


def _set_aside(target: Path, old: Path) -> None:
    try:
        target.rename(old)
    except FileNotFoundError:  # nothing there, or another process has it already
        return

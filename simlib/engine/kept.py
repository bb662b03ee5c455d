"""Blocks on disk: what a run has finished stays when it is killed, and the next one goes on from there.

A block is a part of the villages in a range of draws. Its file is written to a temporary name beside its place, synced and renamed, and its
name carries a digest of its bytes: a file is whole and as it was written, or it is taken as not there and made again. The folder is that
of one key (everything that decides the numbers but the number of draws), so blocks of other numbers never meet. Nothing here asks what time
it is or how old a file is.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from filelock import FileLock, Timeout

from simlib.engine.blocks import Part
from simlib.engine.encoding import Block, decoded, encoded
from simlib.engine.pack import Packed
from simlib.errors import RunError
from simlib.folders import sync_folder

LOCK, WRITING, SUFFIX = "lock", ".writing-", ".npy.zst"
NAME: Final = re.compile(r"(?P<part>v\d+-[0-9a-f]+)-d(?P<first>\d+)-(?P<last>\d+)-(?P<digest>[0-9a-f]+)" + re.escape(SUFFIX))
PART_DIGITS, DIGEST_DIGITS = 12, 16
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_LOCKS: Final = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOLCK})
MB: Final = 1e6


def part_label(packed: Packed, part: Part, place: int, *, households: bool = True) -> str:
    """`label_of` a part of a register."""
    return label_of(packed.village_ids[part.first_village : part.last_village], place, households=households)


def label_of(village_ids: Iterable[object], place: int, *, households: bool = True) -> str:
    """What a part is called on disk: its place, and a digest of its villages' ids and of whether sums of households are kept.

    However the register is cut, the block of one part is never taken for another's.
    """
    told = "\0".join([f"households {households}", *map(str, village_ids)])
    return f"v{place:05d}-{hashlib.sha256(told.encode()).hexdigest()[:PART_DIGITS]}"


def digest_of(content: bytes) -> str:
    """What a file's name says of its bytes."""
    return hashlib.sha256(content).hexdigest()[:DIGEST_DIGITS]


# ---- a folder of blocks


def _stem(part: str, first_draw: int, last_draw: int) -> str:
    """What the names of all files of a block begin with."""
    return f"{part}-d{first_draw:07d}-{last_draw:07d}-"


class Stored(NamedTuple):
    """A file that says it is a block."""

    part: str
    first_draw: int
    last_draw: int
    digest: str
    path: Path


def _tell_nobody(_: str) -> None:
    pass


@dataclass(frozen=True)
class Kept:
    """The blocks of one key. Nothing is read before it is asked for, and nothing is remembered but what was told.

    Any thread and any process may load and save; `locked` is for the one that begins a run.
    """

    folder: Path
    tell: Callable[[str], None] = _tell_nobody
    """Told once that a block was damaged."""
    _told: set[str] = field(default_factory=set, compare=False, repr=False)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder, so that no other run works in it, and clear away what a killed one was writing.

        RunError where another run holds it, or the folder cannot be made. A killed process holds nothing; a file system without locks
        is used without.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = _lock(self.folder / LOCK)
        except OSError as error:
            raise _failed(self.folder, error) from error
        try:
            if lock is not None:
                self._clear()
            yield
        finally:
            if lock is not None:
                lock.release()

    def ranges(self, part: str) -> list[tuple[int, int]]:
        """The ranges of draws of a part that are there, in order; whether they are whole is seen when they are loaded."""
        return self.all_ranges().get(part, [])

    def all_ranges(self) -> dict[str, list[tuple[int, int]]]:
        """The ranges of draws that are there of every part, by its label, in order."""
        found: dict[str, set[tuple[int, int]]] = {}
        for one in self._stored():
            found.setdefault(one.part, set()).add((one.first_draw, one.last_draw))
        return {part: sorted(ranges) for part, ranges in found.items()}

    def load(self, part: str, first_draw: int, last_draw: int) -> Block | None:
        """The block of a part and a range of draws; None where it is not there or was damaged, which is told once."""
        for one in self._files(part, first_draw, last_draw):
            content = _read(one.path)
            if digest_of(content) == one.digest:
                return decoded(content)
            self._tell_once(f"a block in {self.folder} was damaged and is made again")
        return None

    def save(self, part: str, first_draw: int, last_draw: int, block: Block) -> None:
        """Write a block; it is there whole or not at all. Others of the same part and draws, which were damaged, go.

        RunError where it cannot be written; what was there stays.
        """
        content = encoded(block)
        name = f"{_stem(part, first_draw, last_draw)}{digest_of(content)}{SUFFIX}"
        try:
            write_whole(self.folder / name, content)
        except OSError as error:
            raise _failed(self.folder, error, len(content)) from error
        for one in self._files(part, first_draw, last_draw):
            if one.path.name != name:
                _remove(one.path)

    def _stored(self, prefix: str = "") -> list[Stored]:
        try:
            names = sorted(name for name in os.listdir(self.folder) if name.startswith(prefix))
        except OSError:
            return []
        found = ((NAME.fullmatch(name), name) for name in names)
        return [Stored(m["part"], int(m["first"]), int(m["last"]), m["digest"], self.folder / name) for m, name in found if m]

    def _files(self, part: str, first_draw: int, last_draw: int) -> list[Stored]:
        return self._stored(_stem(part, first_draw, last_draw))

    def _clear(self) -> None:
        """Remove what was being written when a run was killed."""
        for path in self.folder.glob(f"{WRITING}*"):
            _remove(path)

    def _tell_once(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self.tell(message)


# ---- files


def _lock(path: Path) -> Any:
    """The lock, held; None where the file system has none. RunError where another run holds it."""
    lock = FileLock(path, fallback_to_soft=False)  # a soft lock would outlive a process that is killed
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        wait = "wait until it ends, or give this one another folder (--out)"
        raise RunError(f"another run of the same numbers works in {path.parent}: {wait}; nothing of either is lost") from error
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        return None
    return lock


def _read(path: Path) -> bytes:
    """A file's bytes; none where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _remove(path: Path) -> None:
    """Away with a file; one that stays does no harm."""
    with suppress(OSError):
        os.unlink(path)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, sync it and give it its own. OSError where that fails; then nothing is left of it."""
    os.makedirs(path.parent, exist_ok=True)
    scratch = path.with_name(f"{WRITING}{os.getpid()}-{secrets.token_hex(6)}")
    try:
        _write(scratch, content)
        os.replace(scratch, path)
    except BaseException:
        _remove(scratch)
        raise
    sync_folder(path.parent)


def _write(path: Path, content: bytes) -> None:
    """A new file, synced."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Where something is written below a folder: an OSError becomes a RunError that says what is kept, and what to do."""
    try:
        yield
    except OSError as error:
        raise _failed(folder, error) from error


def _failed(folder: Path, error: OSError, wanted: int | None = None) -> RunError:
    """What went wrong with a folder of blocks, what is kept, and what to do."""
    why = error.strerror or str(error)
    if error.errno in FULL:
        why += f" ({_room(folder, wanted)})"
        todo = "make room"
    else:
        todo = "make it writable, or give another folder (--out)"
    return RunError(f"cannot write to {folder}: {why}; every finished block is kept there: {todo}, and the same command goes on from there")


def _room(folder: Path, wanted: int | None) -> str:
    """How much a block wants, and how much is free, as far as that is known."""
    told = [] if wanted is None else [f"a block of {wanted / MB:.1f} MB"]
    with suppress(OSError):
        told.append(f"{shutil.disk_usage(folder).free / MB:,.1f} MB free")
    return ", ".join(told)

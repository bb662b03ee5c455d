"""Reads a partitioned register (parting.py) part by part: each is a register of its own, held against the hash that it carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from simlib.errors import InputError, Said, said
from simlib.registry.columns import HOUSEHOLDS, VILLAGES
from simlib.registry.content import hash_of
from simlib.registry.parquet import arrow_schema
from simlib.registry.parting import STAMP, part_name, part_path
from simlib.registry.raw import label
from simlib.registry.report import table_name
from simlib.registry.sources import MARKER, METADATA_KEY
from simlib.registry.tables import Registry, make_registry, village_digests
from simlib.words import together

BOTH: Final = (HOUSEHOLDS, VILLAGES)
UNREADABLE: Final = (pa.ArrowException, OSError, ValueError, MemoryError)
"""What Arrow says of a file that is not there, cut off or changed: a changed length may ask for any amount of memory."""
_NAME: Final = re.compile(r"part-\d{5,}\.parquet")


@dataclass(frozen=True)
class Parts:
    """A partitioned register on disk, unread: the names of its parts in order, the same for both tables."""

    folder: Path
    names: tuple[str, ...]
    synthetic: bool
    origin: str

    def __len__(self) -> int:
        return len(self.names)

    def path(self, table: str, place: int) -> Path:
        """A part's file of a table."""
        return part_path(self.folder, table, self.names[place])

    def label(self, table: str, place: int) -> str:
        """How a part's file is named in messages."""
        return f"{self.origin}/{table}.parquet/{self.names[place]}.parquet"


def find_parts(path: str | Path) -> Parts | None:
    """The partitioned register at a path, without reading its tables; None for anything else, another's parts among it.

    InputError where a part's file of one table or of both is missing.
    """
    folder = Path(path)
    files = {table: _files(folder / f"{table}.parquet") for table in BOTH}
    found = [one for table in BOTH for one in files[table]]
    if not found or not all(_NAME.fullmatch(one.name) for one in found):
        return None
    stamps = next(filter(None, map(_stamps, found)), None)
    if stamps is None:
        return None
    names = {table: {one.stem for one in files[table]} for table in BOTH}
    wanted = [part_name(number) for number in range(1 + max(int(one.stem.removeprefix("part-")) for one in found))]
    lost = [f"{table}.parquet/{name}.parquet" for table in BOTH for name in wanted if name not in names[table]]
    if lost:
        about = {"folder": label(folder), "count": len(lost), "files": together(lost[:20], ", ")}
        raise InputError(said("{folder} is damaged, {count} of its files are missing: {files}", **about), lost)
    return Parts(folder, tuple(wanted), METADATA_KEY in stamps or (folder / MARKER).exists(), label(folder))


def _files(folder: Path) -> list[Path]:
    """The Parquet files in a folder, in order; those in folders within it too, whose names are then none of ours."""
    return sorted(one for one in folder.rglob("*.parquet") if one.is_file()) if folder.is_dir() else []


def _stamps(path: Path) -> dict[bytes, bytes] | None:
    """The metadata of a part's file; None where it is none."""
    try:
        metadata = dict(pq.read_schema(path).metadata or {})
    except UNREADABLE:
        return None  # reading it says what is wrong
    return metadata if STAMP in metadata else None


def read_part(parts: Parts, place: int) -> Registry:
    """A part as a register of its own. Values are not judged: that was done before they were written.

    InputError names the file that cannot be read, has no stamp, or does not hold what its stamp says.
    """
    tables = {table: _read(parts, table, place) for table in BOTH}
    try:
        frames = {table: content.to_pandas(use_threads=False) for table, content in tables.items()}
        made = make_registry(frames[HOUSEHOLDS], frames[VILLAGES], synthetic=parts.synthetic, origin=parts.origin)
    except (InputError, *UNREADABLE) as error:
        raise InputError(said("{files} hold no part of a register: {reason}", files=_both(parts, place), reason=error.args[0])) from error
    _refuse_changed(parts, place, _one_stamp(parts, place, {table: content.schema for table, content in tables.items()}), made.hash)
    return made


def part_stamp(parts: Parts, place: int) -> str:
    """The hash of a part's content as both its files say, from their metadata alone; InputError where they say none, or two."""
    return _one_stamp(parts, place, {table: _read_schema(parts, table, place) for table in BOTH})


def _read(parts: Parts, table: str, place: int) -> pa.Table:
    """A file as it stands; its text is valid UTF-8."""
    path = parts.path(table, place)
    try:
        with pq.ParquetFile(path) as file:
            content = file.read(use_threads=False)
        content.validate(full=True)
    except UNREADABLE as error:
        raise _unreadable(parts, table, place, error) from error
    if not content.schema.equals(arrow_schema(table)):
        about = {"file": parts.label(table, place), "table": table_name(table), "seen": together(content.column_names, ", ")}
        raise InputError(said("{file} does not hold the columns of {table}: seen {seen}", **about))
    return content


def _unreadable(parts: Parts, table: str, place: int, error: BaseException) -> InputError:
    """What Arrow says, without the path on this machine."""
    name, path = parts.label(table, place), str(parts.path(table, place))
    reason = (str(error).splitlines() or [type(error).__name__])[0].replace(path, name)
    return InputError(said("{path} cannot be read: {reason}", path=name, reason=reason))


def _read_schema(parts: Parts, table: str, place: int) -> pa.Schema:
    try:
        return pq.read_schema(parts.path(table, place))
    except UNREADABLE as error:
        raise _unreadable(parts, table, place, error) from error


def _one_stamp(parts: Parts, place: int, schemas: Mapping[str, pa.Schema]) -> str:
    found: list[str] = []
    for table in BOTH:
        metadata = schemas[table].metadata or {}
        if STAMP not in metadata:
            about = {"file": parts.label(table, place), "stamp": STAMP.decode()}
            raise InputError(said("{file} lacks its stamp ({stamp}): it is no part of a register, or damaged", **about))
        found.append(metadata[STAMP].decode(errors="replace"))
    if len(set(found)) > 1:
        about = {"files": _both(parts, place), "stamps": together(found, " and ")}
        raise InputError(said("{files} are of two registers, or one is damaged: their stamps are {stamps}", **about))
    return found[0]


def _refuse_changed(parts: Parts, place: int, stamp: str, seen: str) -> None:
    if seen != stamp:
        about = {"files": _both(parts, place), "seen": seen, "stamp": stamp}
        raise InputError(said("{files}: one of them is damaged: their content has the hash {seen}, by their stamp {stamp}", **about))


def _both(parts: Parts, place: int) -> Said:
    return together((parts.label(table, place) for table in BOTH), " and ")


def check_stamps(parts: Parts, registry: Registry) -> None:
    """Hold a register that was read whole against the stamps of its parts: InputError names the part whose content is another."""
    ids = registry.villages["village_id"]
    digests = dict(zip(ids, village_digests(registry), strict=True))
    for place in range(len(parts)):
        stamp = part_stamp(parts, place)
        villages = pq.ParquetFile(parts.path(VILLAGES, place)).read(["village_id"])["village_id"].to_pylist()
        _refuse_changed(parts, place, stamp, hash_of(digests.get(village, b"") for village in villages))


def check_parts(path: str | Path) -> None:
    """Hold every part of a register that is in our parts against its stamps; nothing of any other. InputError names the first."""
    if (parts := find_parts(path)) is not None:
        for place in range(len(parts)):
            read_part(parts, place)

"""Writes a partitioned register: a folder of households and one of villages, cut into parts of whole villages, in a stream.

The order is that of (programme as text, key of the village, key of the household), so that a part is a range of it. A part is of
one programme and carries the hash of its own content; all that is kept of the parts before is 8 bytes a household and 40 a village.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simlib.errors import InputError, said
from simlib.registry.columns import HOUSEHOLDS, VILLAGES
from simlib.registry.content import hash_of, village_hashes
from simlib.registry.keys import entity_keys
from simlib.registry.parquet import as_arrow, mark_folder, write_table
from simlib.registry.tables import canonical, position_of
from simlib.registry.whole import write_whole
from simlib.words import together

PART_HOUSEHOLDS: Final = 20_000
"""About so many households stand in a part: a whole number of villages, between two thirds and one and a half of it."""
STAMP: Final = b"simlib.part"
"""In the metadata of both files of a part: the hash of their content together, as of a register of its own."""
DIGEST_BYTES: Final = 32
SHOWN: Final = 5  # ids listed in one message

Piece = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class Written:
    """What stands in a partitioned register: people are registered people, weighted; `hash` is the whole register's."""

    parts: int
    households: int
    villages: int
    poor_villages: int
    people: float
    hash: str


def write_parts(pieces: Iterable[Piece], place: Path, synthetic: bool, part_households: int = PART_HOUSEHOLDS) -> Written:
    """Write pieces (households, villages) as they come, the folder whole or not at all; each is held only until it is written.

    A piece holds whole programmes, later ones (as text) than the pieces before: ValueError where not. InputError for what
    `make_registry` refuses, for an id that comes twice, and where something is at the place already.
    """
    done: list[Written] = []
    write_whole(place, lambda target: done.append(_written(pieces, target, synthetic, part_households)))
    return done[0]


def _written(pieces: Iterable[Piece], folder: Path, synthetic: bool, part_households: int) -> Written:
    writer = PartWriter(folder, synthetic)
    for households, villages in pieces:
        for part in parts_of(in_order(households, villages), part_households):
            writer.add(part)
    return writer.finish()


# ---- one piece in order, and cut


@dataclass(frozen=True)
class InOrder:
    """Canonical tables in the order of the keys: villages by (programme, key), households by (village, key).

    `programme[village]` is its programme's place in the sorted list of `programmes`, `position[household]` its village's row.
    """

    households: pd.DataFrame
    villages: pd.DataFrame
    household_keys: NDArray[np.uint64]
    village_keys: NDArray[np.uint64]
    position: NDArray[np.intp]
    programme: NDArray[np.intp]
    programmes: tuple[str, ...]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Households of each village."""
        return np.bincount(self.position, minlength=len(self.villages)).astype(np.int64)

    def between(self, first: int, last: int) -> InOrder:
        """Villages first..last-1 with their households."""
        low, high = np.searchsorted(self.position, (first, last))
        return replace(
            self,
            households=self.households.iloc[low:high].reset_index(drop=True),
            villages=self.villages.iloc[first:last].reset_index(drop=True),
            household_keys=self.household_keys[low:high],
            village_keys=self.village_keys[first:last],
            position=self.position[low:high] - first,
            programme=self.programme[first:last],
        )


def in_order(households: pd.DataFrame, villages: pd.DataFrame) -> InOrder:
    """Two complete tables as canonical ones in order; raises InputError as `make_registry` does."""
    people, places = canonical(households, HOUSEHOLDS), canonical(villages, VILLAGES)
    people_keys, place_keys = entity_keys(people["household_id"]), entity_keys(places["village_id"])
    names, programme = np.unique(places["programme"].to_numpy(dtype=object).astype(str), return_inverse=True)
    places_order = np.lexsort((place_keys, programme))
    rank = np.empty(len(places), dtype=np.intp)
    rank[places_order] = np.arange(len(places))
    position = rank[position_of(people, places)] if len(people) else np.zeros(0, dtype=np.intp)
    order = np.lexsort((people_keys, position))
    return InOrder(
        people.take(order).reset_index(drop=True),
        places.take(places_order).reset_index(drop=True),
        people_keys[order],
        place_keys[places_order],
        position[order],
        programme[places_order],
        tuple(str(name) for name in names),
    )


def parts_of(whole: InOrder, part_households: int) -> Iterator[InOrder]:
    """The parts of a piece, in order."""
    number = cut(whole.sizes, whole.programme, part_households)
    for part in range(int(number[-1]) + 1 if len(number) else 0):
        first, last = np.searchsorted(number, (part, part + 1))
        yield whole.between(int(first), int(last))


def cut(sizes: NDArray[np.int64], programme: NDArray[np.intp], part_households: int) -> NDArray[np.intp]:
    """The part of each village, 0, 1, 2 ...: sizes[village] in households, programme[village] ascending -> part[village].

    A programme is cut into as many parts of about equal size as come nearest to the wanted size; a village falls where its
    middle household does.
    """
    total = np.bincount(programme, weights=sizes).astype(np.int64)
    number = np.maximum(1, (2 * total + part_households) // (2 * part_households))
    before = np.cumsum(sizes) - sizes - (np.cumsum(total) - total)[programme]
    within = (2 * before + sizes) * number[programme] // np.maximum(1, 2 * total[programme])
    part = (np.cumsum(number) - number)[programme] + np.minimum(within, number[programme] - 1)
    return np.unique(part, return_inverse=True)[1].astype(np.intp)


# ---- writing


class Keys:
    """The 64-bit keys of ids that were seen, 8 bytes each, to find those that came twice."""

    BINS: Final = 64

    def __init__(self) -> None:
        self._bins = [array("Q") for _ in range(self.BINS)]

    def add(self, keys: NDArray[np.uint64]) -> None:
        """Remember some more."""
        which = (keys % np.uint64(self.BINS)).astype(np.intp)
        order = np.argsort(which, kind="stable")
        ends = np.searchsorted(which[order], np.arange(self.BINS + 1))
        for number, one in enumerate(self._bins):
            one.frombytes(keys[order[ends[number] : ends[number + 1]]].tobytes())

    def twice(self) -> NDArray[np.uint64]:
        """Those that were seen more than once."""
        return np.unique(np.concatenate([_repeated(one) for one in self._bins]))


def _repeated(keys: array[int]) -> NDArray[np.uint64]:
    """The numbers that stand there more than once; one bin at a time is held twice."""
    if not keys:
        return np.zeros(0, dtype=np.uint64)
    kept = np.sort(np.frombuffer(keys, dtype=np.uint64))
    again: NDArray[np.uint64] = kept[1:][kept[1:] == kept[:-1]]
    return again


def refuse_twice(twice: NDArray[np.uint64], column: str, places: Iterable[tuple[str, Iterable[str]]]) -> None:
    """InputError that names the ids with these keys, if there are any, and the places (name, its ids) where they stand."""
    if not len(twice):
        return
    found: dict[int, list[str]] = {int(key): [] for key in twice[:SHOWN]}
    for name, ids in places:
        words = list(ids)
        for key, word in zip(entity_keys(words).tolist(), words, strict=True):
            if key in found:
                found[key].append(said("{village!r} in {files}", village=word, files=name))
    lines = [together(spots, " and ") for spots in found.values()]
    seen = together(lines, "; ")
    raise InputError(said("{column}: ids must be distinct in the whole register, seen {seen}: rename one", column=column, seen=seen), lines)


def part_name(number: int) -> str:
    """The name of a part's two files, without suffix."""
    return f"part-{number:05d}"


def part_path(folder: Path, table: str, name: str) -> Path:
    """A part's file of a table."""
    return folder / f"{table}.parquet" / f"{name}.parquet"


class PartWriter:
    """Writes part after part into a new folder."""

    def __init__(self, folder: Path, synthetic: bool) -> None:
        for table in (HOUSEHOLDS, VILLAGES):
            (folder / f"{table}.parquet").mkdir(parents=True)
        mark_folder(folder, synthetic)
        self._folder, self._synthetic = folder, synthetic
        self._keys = {"household_id": Keys(), "village_id": Keys()}
        self._digests = bytearray()
        self._last = ("", -1)
        self._sums = {"parts": 0, "households": 0, "villages": 0, "poor_villages": 0, "people": 0.0}

    def add(self, part: InOrder) -> None:
        """Write the next part; ValueError where it does not come after the one before."""
        first, last = ((part.programmes[part.programme[at]], int(part.village_keys[at])) for at in (0, -1))
        if not self._last < first or len(set(part.programme)) > 1:
            raise ValueError(f"a part of one programme after {self._last}, seen one from {first} to {last}")
        digests = village_hashes(part.households, part.villages, part.position, part.household_keys)
        name, stamp = part_name(int(self._sums["parts"])), {STAMP: hash_of(digests)}
        for table, frame in ((HOUSEHOLDS, part.households), (VILLAGES, part.villages)):
            write_table(as_arrow(frame, table), part_path(self._folder, table, name), self._synthetic, stamp)
        self._last = last
        self._remember(part, digests)

    def _remember(self, part: InOrder, digests: list[bytes]) -> None:
        self._keys["household_id"].add(part.household_keys)
        self._keys["village_id"].add(part.village_keys)
        self._digests += b"".join(digests)
        registered = part.households["registered_from"].notna().to_numpy(dtype=bool)
        people = (part.households["members"] * part.households["weight"])[registered].sum()
        numbers = (1, len(part.households), len(part.villages), int(part.villages["is_poor_village"].sum()), float(people))
        for name, number in zip(self._sums, numbers, strict=True):
            self._sums[name] += number

    def finish(self) -> Written:
        """What was written, once all parts are; InputError for an id that came twice, or where there was no part."""
        if not self._sums["parts"]:
            raise InputError(said("a register needs a village at least: there is none to write"))
        for column, table in (("household_id", HOUSEHOLDS), ("village_id", VILLAGES)):
            refuse_twice(self._keys[column].twice(), column, self._ids(table, column))
        digests = [bytes(self._digests[at : at + DIGEST_BYTES]) for at in range(0, len(self._digests), DIGEST_BYTES)]
        people = self._sums.pop("people")
        return Written(**{name: int(number) for name, number in self._sums.items()}, people=people, hash=hash_of(digests))

    def _ids(self, table: str, column: str) -> Iterator[tuple[str, list[str]]]:
        for number in range(int(self._sums["parts"])):
            path = part_path(self._folder, table, part_name(number))
            yield f"{path.parent.name}/{path.name}", pq.ParquetFile(path).read([column])[column].to_pylist()

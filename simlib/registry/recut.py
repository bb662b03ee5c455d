"""Cuts a register that lies in somebody's own Parquet parts anew, part by part, so that it is never held whole.

Three passes over the parts: where each village lives; check each part with its villages, and lay its households out by the new
part that they belong to; read those one by one and write them. The village table, and a hash of each household, are all that is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simlib.errors import InputError, said
from simlib.registry.cells import parse_column
from simlib.registry.check import NO_MAPPING, examine_files, sheet_of
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, heads, normal_head, schema
from simlib.registry.keys import entity_keys
from simlib.registry.match import keep_rows, tidy
from simlib.registry.parquet import as_arrow
from simlib.registry.parting import PART_HOUSEHOLDS, Keys, PartWriter, Written, cut, in_order, refuse_twice
from simlib.registry.parts import UNREADABLE, check_parts
from simlib.registry.raw import Files, Raw, label
from simlib.registry.read import refused
from simlib.registry.report import Count, Problem, Report
from simlib.registry.sources import MARKER, is_stamped, read_table, tables_in, words_of
from simlib.registry.tables import canonical
from simlib.registry.typed import read_cells
from simlib.registry.whole import refuse_taken, write_whole
from simlib.words import together

SHOWN: Final = 10  # villages listed in one message
MOST_PROBLEMS: Final = 1_000  # after so many no further part is looked at


@dataclass(frozen=True)
class Cut:
    """A register whose households lie in several Parquet files; `files` are those with rows, in order, `villages` is their table."""

    folder: Path
    files: tuple[Path, ...]
    villages: Path
    synthetic: bool

    def label(self, place: int) -> str:
        """How a file is named in messages."""
        return str(self.files[place].relative_to(self.folder))


def find_cut(path: str | Path) -> Cut | None:
    """The register at a path if its households are cut into Parquet files and a village table lies beside them; else None."""
    folder = Path(path)
    found = {table: tables_in(folder, table) for table in (HOUSEHOLDS, VILLAGES)} if folder.is_dir() else {}
    if [len(one) for one in found.values()] != [1, 1] or not found[HOUSEHOLDS][0].is_dir():
        return None
    files = tuple(one for one in _files(found[HOUSEHOLDS][0]) if _rows(one))
    synthetic = (folder / MARKER).exists() or any(is_stamped(one[0]) for one in found.values())
    return Cut(folder, files, found[VILLAGES][0], synthetic) if len(files) > 1 else None


def _files(folder: Path) -> list[Path]:
    """The files that Arrow takes for parts: those whose name, and whose folders' names, do not begin with a mark."""
    inside = sorted(one for one in folder.rglob("*") if one.is_file())
    return [one for one in inside if not any(name.startswith((".", "_")) for name in one.relative_to(folder).parts)]


def _rows(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except UNREADABLE as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: BaseException) -> InputError:
    return InputError(said("{path} cannot be read as Parquet: {reason}", path=f"{path.parent.name}/{path.name}", reason=error))


def households_of(source: Cut) -> int:
    """Rows of households in all files."""
    return sum(map(_rows, source.files))


def recut(
    source: Cut, out: str | Path, part_households: int = PART_HOUSEHOLDS, tell: Callable[[int], object] = lambda rows: None
) -> tuple[Written, Report]:
    """Write the register in our parts, with the report of its check; `tell` hears of the rows of each file that is checked.

    InputError with every problem, for a village in two files and for a household in two, each named with the files.
    """
    place = Path(out)
    refuse_taken(place)
    check_parts(source.folder)
    plan = _plan(source, part_households)
    done: list[tuple[Written, Report]] = []
    write_whole(place, lambda target: done.append(_recut(source, plan, target, tell)))
    return done[0]


# ---- the first pass: where each village lives, and the new part that it goes to


@dataclass(frozen=True)
class Plan:
    """`file[row]` is the file in which the households of a row of the village table live, `part[village_id]` its new part."""

    villages: Raw
    file: NDArray[np.intp]
    part: Mapping[str, int]


def _plan(source: Cut, part_households: int) -> Plan:
    homes = _homes(source)
    raw = tidy(read_table(source.villages, VILLAGES))
    cells = read_cells(sheet_of(raw, NO_MAPPING.tables[VILLAGES])[1])
    ids, programmes = cells.array("village_id"), cells.array("programme")
    known = np.flatnonzero(cells.usable["village_id"] & cells.usable["programme"] & ~pd.Series(ids).duplicated().to_numpy())
    order = _ordered(ids[known], programmes[known])
    sizes = np.array([homes.get(one, (0, 0))[1] for one in order["village_id"]], dtype=np.int64)
    number = cut(sizes, order["programme"].to_numpy(dtype=np.intp), part_households)
    file = np.array([homes.get(one, (0, 0))[0] for one in ids], dtype=np.intp)
    return Plan(raw, file, dict(zip(order["village_id"], number.tolist(), strict=True)))


def _ordered(ids: NDArray[Any], programmes: NDArray[Any]) -> pd.DataFrame:
    """Villages in the order of a partitioned register, their programme as a number."""
    keys, names = entity_keys(ids), programmes.astype(str)
    place = np.unique(names, return_inverse=True)[1]
    return pd.DataFrame({"village_id": ids, "programme": place}).iloc[np.lexsort((keys, place))]


def _homes(source: Cut) -> dict[str, tuple[int, int]]:
    """Village -> its file and how many households it has there; InputError for one in two files."""
    homes: dict[str, tuple[int, int]] = {}
    split: dict[str, list[int]] = {}
    for place in range(len(source.files)):
        for village, count in Counter(_ids(source, place, "village_id")).items():
            if village in homes:
                split.setdefault(village, [homes[village][0]]).append(place)
            homes.setdefault(village, (place, count))
    if split:
        lines = [
            said("{village!r} in {files}", village=one, files=together(map(source.label, files), ", ")) for one, files in split.items()
        ]
        message = said(
            "{folder}: {count} villages are split between files, which a part never does: {villages}."
            " Without --partition a register is read whole, however it is cut",
            folder=label(source.folder),
            count=len(lines),
            villages=together(lines[:SHOWN], "; "),
        )
        raise InputError(message, lines)
    return homes


def _ids(source: Cut, place: int, name: str) -> Iterator[str]:
    """A column of ids of a file as they are kept; nothing where the column is missing or twice there: the check will say so."""
    path = source.files[place]
    found = [head for head in pq.read_schema(path).names if heads(HOUSEHOLDS).get(normal_head(head)) == name]
    if len(found) == 1:
        try:
            words = words_of(pq.ParquetFile(path).read(found)[found[0]])
        except UNREADABLE as error:
            raise _unreadable(path, error) from error
        parsed = parse_column(words, schema()[HOUSEHOLDS][name])
        yield from parsed.values[parsed.usable]


# ---- the second pass: each file with its villages checked, and laid out by new parts


def _recut(source: Cut, plan: Plan, target: Path, tell: Callable[[int], object]) -> tuple[Written, Report]:
    writer = PartWriter(target, source.synthetic)
    with TemporaryDirectory(dir=target) as name:
        places, report = _laid_out(source, plan, Path(name), tell)
        number = places["village_id"].map(plan.part).to_numpy()
        for part in range(int(number.max()) + 1):
            writer.add(in_order(_taken_up(Path(name), part), places[number == part]))
    written = writer.finish()
    return written, replace(report, people=round(written.people))


def _laid_out(source: Cut, plan: Plan, folder: Path, tell: Callable[[int], object]) -> tuple[pd.DataFrame, Report]:
    """All villages, and the report; the households lie in the folder, a file for each new part."""
    reports: list[Report] = []
    villages: list[pd.DataFrame] = []
    keys = Keys()
    for place in range(len(source.files)):
        examined = examine_files(_tables(source, plan, place))
        reports.append(examined.report)
        if examined.households is not None and examined.villages is not None and not any(one.problems for one in reports):
            households = canonical(examined.households, HOUSEHOLDS)
            keys.add(entity_keys(households["household_id"]))
            villages.append(canonical(examined.villages, VILLAGES))
            _lay_out(households, plan, folder)
        tell(_rows(source.files[place]))
        if sum(len(one.problems) for one in reports) > MOST_PROBLEMS:
            break
    report = merged(label(source.folder), reports)
    if report.problems:
        raise refused(report)
    refuse_twice(
        keys.twice(), "household_id", ((source.label(place), _ids(source, place, "household_id")) for place in range(len(source.files)))
    )
    return pd.concat(villages, ignore_index=True), report


def _tables(source: Cut, plan: Plan, place: int) -> Files:
    """A file and the rows of its villages; with the first go those in which nobody lives, and what is to say of the whole table."""
    raw = replace(read_table(source.files[place], HOUSEHOLDS), source=source.label(place))
    own = keep_rows(plan.villages, plan.file == place)
    return Files(label(source.folder), raw, own if place == 0 else replace(own, broken=(), problems=(), notes=()), source.synthetic)


def _lay_out(households: pd.DataFrame, plan: Plan, folder: Path) -> None:
    """Append the households to the files of the new parts that they belong to."""
    number = households["village_id"].map(plan.part).to_numpy()
    for part in np.unique(number):
        content = as_arrow(households[number == part], HOUSEHOLDS)
        with (folder / str(part)).open("ab") as file, pa.ipc.new_stream(file, content.schema) as stream:
            stream.write_table(content)


def _taken_up(folder: Path, part: int) -> pd.DataFrame:
    """The households that were laid out for a part, one stream after another."""
    pieces = [as_arrow(_no_households(), HOUSEHOLDS)]
    path = folder / str(part)
    if path.exists():
        with path.open("rb") as file:
            while file.tell() < path.stat().st_size:
                pieces.append(pa.ipc.open_stream(file).read_all())
    frame: pd.DataFrame = pa.concat_tables(pieces).to_pandas()
    return frame


def _no_households() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in schema()[HOUSEHOLDS]})


# ---- the report


def merged(origin: str, reports: list[Report]) -> Report:
    """One report of the reports of parts: numbers are summed, and what many parts say alike is said once."""
    counts: dict[tuple[str, str], Count] = {}
    for one in (count for report in reports for count in report.counts):
        before = counts.get((one.table, one.column))
        counts[one.table, one.column] = one if before is None else _sum(before, one)
    notes: dict[tuple[str, str | None, str], Problem] = {}
    for note in (note for report in reports for note in report.notes):
        notes.setdefault((note.kind, note.column, str(note.wanted)), note)
    return replace(
        reports[0],
        origin=origin,
        households=sum(one.households for one in reports),
        villages=sum(one.villages for one in reports),
        people=sum(one.people for one in reports),
        problems=_every(reports),
        notes=tuple(notes.values()),
        counts=tuple(counts.values()),
    )


def _every(reports: list[Report]) -> tuple[Problem, ...]:
    """What is wrong with the whole village table is seen with every file, and said once."""
    return tuple({str(problem): problem for one in reports for problem in one.problems}.values())


def _sum(one: Count, other: Count) -> Count:
    numbers = {name: getattr(one, name) + getattr(other, name) for name in ("rows", "kept", "refused", "defaulted")}
    return Count(one.table, one.column, **numbers)

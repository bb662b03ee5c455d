"""Two tables held against each other, column by column, a slice of rows at a time: memory does not grow with them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simlib.verify.findings import Finding
from simlib.verify.told import Told

ROWS: Final = 65_536
"""Of both tables that are in memory at a time."""
BUFFER: Final = 1 << 16
"""Bytes of a column that are read ahead."""
TOLERANCE: Final = 1e-9
"""Of a number, or of one where it is smaller: how far two kinds of processor may lie apart."""
UNREADABLE: Final = (OSError, ValueError, KeyError, MemoryError, pa.ArrowException)
"""What reading a damaged Parquet file raises."""
LABELS: Final = (
    "programme", "draw", "year", "target", "line", "reading", "per", "fund", "payer", "measure", "matrix", "status", "to", "kind", "id",
    "household_id", "village_id",
)  # fmt: skip
"""The columns that say which row of a table a row is."""
EXACT: Final = "the same bits"
ATTRIBUTES: Final = b"PANDAS_ATTRS"
"""Where Parquet has the metadata that `runs.columns` gives to columns."""

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class Table(NamedTuple):
    """A stored table: the files of its parts, in order, and its columns with what `kinds` tells of them."""

    parts: tuple[Path, ...]
    columns: dict[str, str]
    rows: int


def table_at(path: Path) -> Table:
    """A Parquet file, or a folder of parts. One of UNREADABLE where it is neither."""
    parts = tuple(sorted(path.rglob("*.parquet"))) if path.is_dir() else (path,)
    if not parts:
        raise ValueError(f"{path.name} is a folder without a part")
    each = [kinds(pq.read_schema(part)) for part in parts]
    names = dict.fromkeys(name for one in each for name in one)
    columns = {name: " or ".join(dict.fromkeys(one.get(name, "none") for one in each)) for name in names}
    return Table(parts, columns, sum(pq.read_metadata(part).num_rows for part in parts))


def kinds(schema: pa.Schema) -> dict[str, str]:
    """The type and the metadata (unit, statistic, per) of each column by its name."""
    told = Told(json.loads((schema.metadata or {}).get(ATTRIBUTES, b"{}"))).tree("columns") or {}
    return {name: f"{kind} {told.get(name, '')}".strip() for name, kind in zip(schema.names, schema.types, strict=True)}


def column_of(path: Path, name: str) -> pa.ChunkedArray:
    """One whole column. One of UNREADABLE where it cannot be read."""
    columns = [pq.ParquetFile(part).read(columns=[name]).column(name) for part in table_at(path).parts]
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)


def slices(table: Table, names: list[str]) -> Iterator[pa.Table]:
    """The table's columns of these names, ROWS rows at a time, whatever its parts are."""
    held: pa.Table | None = None
    for part in table.parts:
        file = pq.ParquetFile(part, pre_buffer=False, buffer_size=BUFFER)  # else it holds all that it has read
        for batch in file.iter_batches(ROWS, columns=names):
            piece = pa.Table.from_batches([batch])
            held = piece if held is None else pa.concat_tables([held, piece])
            while len(held) >= ROWS:
                yield held.slice(0, ROWS)
                held = held.slice(ROWS)
    if held is not None and len(held):
        yield held


# ---- one column


@dataclass(frozen=True)
class Gap:
    """How two columns differ: rows that do, and the first of them; or, where all are within the tolerance, the furthest apart."""

    rows: int = 0
    largest: float = 0.0  # of the number, or of one where it is smaller
    row: int = 0
    place: str = ""  # the row's labels
    seen: str = ""
    wanted: str = ""

    def joined(self, other: "Gap") -> "Gap":
        """Of this slice and the ones before it."""
        largest = max(self.largest, other.largest)
        first = self if self.rows or (not other.rows and self.largest >= other.largest) else other
        return replace(first, rows=self.rows + other.rows, largest=largest)

    @property
    def where(self) -> str:
        """The row and its labels."""
        return f"row {self.row} ({self.place})" if self.place else f"row {self.row}"


def gap(seen: pa.Table, wanted: pa.Table, name: str, first: int, exact: bool) -> Gap:
    """How a column of two slices of the same rows differs; `first`: the number of their first row."""
    one, other = seen.column(name), wanted.column(name)
    numbers = all(pa.types.is_floating(column.type) or pa.types.is_integer(column.type) for column in (one, other))
    if numbers and any(pa.types.is_floating(column.type) for column in (one, other)):
        far = _apart(_numbers(one), _numbers(other))
        wrong = _other_bits(_numbers(one), _numbers(other)) if exact else ~(far <= TOLERANCE)
    else:
        wrong, far = _other_values(one, other), np.zeros(len(one))
    if not wrong.any() and not far.any():
        return Gap()
    row = int(np.argmax(wrong)) if wrong.any() else int(np.argmax(far))
    place = ", ".join(f"{label} {wanted.column(label)[row].as_py()}" for label in LABELS if label in wanted.column_names)
    values = (repr(column[row].as_py()) for column in (one, other))
    return Gap(int(wrong.sum()), float(np.nanmax(far)), first + row, place, *values)


def _numbers(column: pa.ChunkedArray) -> Numbers:
    """float64, NaN where empty."""
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _other_bits(one: Numbers, other: Numbers) -> Flags:
    """Where two columns are not the same bits; an empty cell is as another."""
    bits: Flags = one.view(np.int64) != other.view(np.int64)
    return bits & ~(np.isnan(one) & np.isnan(other))


def _apart(one: Numbers, other: Numbers) -> Numbers:
    """How far two columns lie apart, of the larger number, or of one where both are smaller; infinitely where one is empty."""
    with np.errstate(invalid="ignore", over="ignore"):
        far = np.abs(one - other) / np.maximum(1.0, np.maximum(np.abs(one), np.abs(other)))
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return np.where(same, 0.0, np.where(np.isnan(far), np.inf, far))


def _other_values(one: pa.ChunkedArray, other: pa.ChunkedArray) -> Flags:
    """Where two columns of texts, flags or whole numbers differ; an empty cell is as another."""
    try:
        equal = pc.fill_null(pc.equal(one, other.cast(one.type)), False)
    except pa.ArrowException:  # a text is no number
        return np.ones(len(one), dtype=bool)
    same = pc.or_(equal, pc.and_(pc.is_null(one), pc.is_null(other)))
    return ~np.asarray(same.to_numpy(), dtype=bool)


# ---- one table


def compare_tables(name: str, seen: Path, wanted: Path, exact: bool) -> list[Finding]:
    """How a run's table differs from that of the re-run: one finding where it does not, else one a column. Damaged ones are named."""
    try:
        return _compared(name, table_at(seen), table_at(wanted), exact)
    except UNREADABLE as error:
        return [Finding(name, "", f"cannot be read ({' '.join(str(error).split())})", EXACT, ok=False)]


def _compared(name: str, seen: Table, wanted: Table, exact: bool) -> list[Finding]:
    shape = [*_shape(name, seen, wanted), *(_kinds(name, seen, wanted) if exact else [])]
    names = [column for column in wanted.columns if column in seen.columns]
    if seen.rows != wanted.rows:  # from the first row that is missing or added on, only its labels say something
        names = [column for column in names if column in LABELS]
    gaps = _gaps(seen, wanted, names, exact)
    wrong = [_wrong(f"{name}, {column}", one, wanted.rows) for column, one in gaps.items() if one.rows]
    return [*shape, *wrong] or [_right(name, gaps)]


def _shape(name: str, seen: Table, wanted: Table) -> list[Finding]:
    """Other columns, or another number of rows."""
    columns, rows = ([*table.columns] for table in (seen, wanted)), (seen.rows, wanted.rows)
    one, other = columns
    findings = []
    if one != other:
        findings.append(Finding(name, "columns", ", ".join(one), ", ".join(other), ok=False))
    if rows[0] != rows[1]:
        findings.append(Finding(name, "rows", str(rows[0]), str(rows[1]), ok=False))
    return findings


def _kinds(name: str, seen: Table, wanted: Table) -> list[Finding]:
    """Columns of another type or with other metadata: the same numbers, but not the same bits."""
    both = ((column, seen.columns[column], kind) for column, kind in wanted.columns.items() if column in seen.columns)
    return [Finding(f"{name}, {column}", "type and metadata", one, other, ok=False) for column, one, other in both if one != other]


def _gaps(seen: Table, wanted: Table, names: list[str], exact: bool) -> dict[str, Gap]:
    """How each column differs, over all rows that both have."""
    gaps = {name: Gap() for name in names}
    read = [*dict.fromkeys([*names, *(label for label in LABELS if label in wanted.columns and label in seen.columns)])]
    first = 0
    for one, other in zip(slices(seen, read), slices(wanted, read), strict=False):
        rows = min(len(one), len(other))
        pair = one.slice(0, rows), other.slice(0, rows)
        gaps = {name: gaps[name].joined(gap(*pair, name, first, exact)) for name in names}
        first += rows
    return gaps


def _wrong(what: str, one: Gap, rows: int) -> Finding:
    far = f", by up to {one.largest:.2g}" if 0 < one.largest < np.inf else ""
    return Finding(f"{what}: {one.rows} of {rows} rows differ{far}; the first", one.where, one.seen, one.wanted, ok=False)


def _right(name: str, gaps: dict[str, Gap]) -> Finding:
    """Within what is allowed; where not all bits are the same, the number that is furthest off."""
    column = max(gaps, key=lambda each: gaps[each].largest, default="")
    if not column or gaps[column].largest == 0:
        return Finding(name, "", EXACT, EXACT, ok=True)
    furthest = gaps[column]
    return Finding(
        name,
        f"furthest off {column}, {furthest.where}, {furthest.seen} for {furthest.wanted}",
        f"within {furthest.largest:.2g}",
        f"within {TOLERANCE:g}",
        ok=True,
    )


def values_apart(what: str, seen: Any, wanted: Any, exact: bool) -> Finding:
    """One number of a record, None where there is none, against the re-run's."""
    one, other = _lone(seen), _lone(wanted)
    far = float(_apart(one, other)[0])
    ok = not _other_bits(one, other)[0] if exact else far <= TOLERANCE
    close = ok and far > 0
    return Finding(what, "", f"within {far:.2g}" if close else str(seen), f"within {TOLERANCE:g}" if close else str(wanted), bool(ok))


def _lone(value: Any) -> Numbers:
    """A number of JSON as a column of one; null is empty, and what is no number is none that can be met."""
    number = np.nan if value is None else value if isinstance(value, (int, float)) else np.inf
    return np.array([number], dtype=np.float64)

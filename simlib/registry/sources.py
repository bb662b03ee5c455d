"""Finds the tables at a path: a workbook, a folder with CSV or Parquet files, or a lone file of households."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simlib.errors import InputError, said
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, schema
from simlib.registry.raw import Files, Raw, escape, label, raw_table
from simlib.registry.report import FIRST_ROW, Problem
from simlib.registry.sheets import SYNTHETIC_SHEET, read_workbook
from simlib.words import together

MARKER = f"{SYNTHETIC_SHEET}.txt"  # beside the CSV or Parquet files of a synthetic register
METADATA_KEY = b"simlib.synthetic"
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;"
WORKBOOKS = (".xlsx", ".xlsm")


def read_files(path: str | Path) -> Files:
    """The raw tables at a path; raises InputError where nothing there can be a register."""
    place = Path(path)
    if not place.exists():
        raise InputError(said("{path} is not there: give an .xlsx, a folder with households and villages, or a households file", path=path))
    try:
        return _files(place)
    except OSError as error:
        raise InputError(said("{path} cannot be read: {reason}", path=label(place), reason=error.strerror or error)) from error


def _files(place: Path) -> Files:
    if place.suffix.lower() in WORKBOOKS and place.is_file():
        return read_workbook(place)
    if place.is_dir() and (tables_in(place, HOUSEHOLDS) or tables_in(place, VILLAGES)):
        return _folder(place)
    return _lone(place)


def _folder(folder: Path) -> Files:
    found = {table: tables_in(folder, table) for table in (HOUSEHOLDS, VILLAGES)}
    problems = [_ambiguous(folder, table, paths) for table, paths in found.items() if len(paths) > 1]
    raws = {table: read_table(paths[0], table) for table, paths in found.items() if len(paths) == 1}
    synthetic = (folder / MARKER).exists() or any(is_stamped(paths[0]) for paths in found.values() if paths)
    return Files(label(folder), raws.get(HOUSEHOLDS), raws.get(VILLAGES), synthetic, tuple(problems))


def tables_in(folder: Path, table: str) -> list[Path]:
    """Every file or folder of a folder that is this table by its name."""
    stems = (table, schema().tables[table].zh)
    candidates = [folder / f"{stem}{suffix}" for stem in stems for suffix in (".csv", ".parquet")]
    return [path for path in candidates if path.exists()]


def _ambiguous(folder: Path, table: str, paths: list[Path]) -> Problem:
    names = together((path.name for path in paths), ", ")
    wanted = said("{table}.csv or {table}.parquet", table=table)
    details = {"what": said("file"), "wanted": wanted, "hint": said("keep one of them")}
    return Problem(label(folder), None, None, names, "no_table", details)


def _lone(path: Path) -> Files:
    if path.suffix.lower() in (".csv", ".parquet") or (path.is_dir() and any(path.rglob("*.parquet"))):
        synthetic = (path.parent / MARKER).exists() or is_stamped(path)
        return Files(label(path), read_table(path, HOUSEHOLDS), None, synthetic)
    give = said("give an .xlsx, a folder with households and villages, or a households file")
    if path.is_dir():
        raise InputError(said("{path} holds neither households.csv nor households.parquet: {give}", path=label(path), give=give))
    raise InputError(said("{path} is no .xlsx, .csv or .parquet: {give}", path=label(path), give=give))


def read_table(path: Path, table: str) -> Raw:
    """The raw table of a CSV or Parquet file, or of a folder of Parquet files."""
    return _csv(path, table) if path.suffix.lower() == ".csv" else _parquet(path, table)


def _csv(path: Path, table: str) -> Raw:
    text = _decoded(path)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        grid = list(reader)
    except csv.Error as error:
        details = {"reason": said("{error}, near line {line}", error=error, line=reader.line_num)}
        return Raw(table, label(path), (), pd.DataFrame(), np.zeros(0, np.int64), problems=(_not_csv(path, details),))
    return _cut(table, label(path), grid)


def _not_csv(path: Path, details: Mapping[str, str]) -> Problem:
    return Problem(label(path), None, None, "", "not_csv", details)


def _cut(table: str, source: str, grid: list[list[str]]) -> Raw:
    """A Raw of the rows that have as many cells as there are heads; the others are named as broken."""
    while grid and not any(cell.strip() for cell in grid[-1]):
        grid.pop()
    width = len(grid[0]) if grid else 0
    whole: list[list[str]] = []
    numbers: list[int] = []
    broken: list[Problem] = []
    for number, row in enumerate(grid, start=1):
        kind = _misfit(row, width)
        if kind:
            seen = said("{count} cells", count=len(row))
            broken.append(Problem(source, number, None, seen, kind, {"wanted": str(width)}))
        else:
            whole.append(row[:width])
            numbers.append(number)
    raw = raw_table(table, source, whole, numbers)
    return Raw(table, source, raw.heads, raw.frame, raw.rows, broken=tuple(broken))


def _misfit(row: list[str], width: int) -> str:
    blank = not any(cell.strip() for cell in row)
    if len(row) < width and not blank:
        return "short_row"
    return "long_row" if any(cell.strip() for cell in row[width:]) else ""


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(said("{path} is text neither in UTF-8 nor in GB18030: save it from Excel as CSV UTF-8", path=label(path)))


def _parquet(path: Path, table: str) -> Raw:
    try:
        data = pq.read_table(path, partitioning=None)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError) as error:
        raise InputError(said("{path} cannot be read as Parquet: {reason}", path=label(path), reason=error)) from error
    frame = pd.DataFrame({place: words_of(column) for place, column in enumerate(data.columns)})
    rows = np.arange(FIRST_ROW, FIRST_ROW + len(frame), dtype=np.int64)
    return Raw(table, label(path), tuple(data.column_names), frame, rows)


def words_of(column: pa.ChunkedArray) -> pd.Series[Any]:
    """A Parquet column as Raw holds it: floating numbers stay, everything else becomes text (text escaped as in CSV)."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        return pd.Series(column.cast(pa.float64()).to_numpy())
    text = pd.Series(pc.fill_null(column.cast(pa.large_string()), "").to_pylist(), dtype=object)
    is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return text.map(escape) if is_text else text


def is_stamped(path: Path) -> bool:
    """Whether a Parquet file, or the first part of a folder, says in its metadata that it is synthetic."""
    parts = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    files = [part for part in parts if part.is_file() and part.suffix == ".parquet"][:1]
    return any(METADATA_KEY in _metadata(part) for part in files)


def _metadata(path: Path) -> dict[bytes, bytes]:
    try:
        return dict(pq.read_schema(path).metadata or {})
    except (pa.ArrowInvalid, OSError):
        return {}  # reading it whole says what is wrong

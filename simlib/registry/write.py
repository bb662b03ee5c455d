"""Writes a register as a workbook, a folder of CSV files or a folder of Parquet files; what it writes reads back to the same hash."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from simlib.errors import InputError
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, Column, schema
from simlib.registry.keys import entity_key
from simlib.registry.raw import escape
from simlib.registry.sheets import SYNTHETIC_SHEET
from simlib.registry.sources import MARKER, METADATA_KEY
from simlib.registry.tables import Registry

SYNTHETIC_TEXT = "SYNTHETIC: made up by simlib, no real household. 合成数据：由 simlib 生成，不含任何真实农户。"
EXCEL_ROWS = 1_048_575  # under the heads
EPOCH = datetime(2016, 4, 30)  # a fixed time of making: the same register gives the same file
ARROW = {
    "text": pa.string(),
    "measures": pa.string(),
    "count": pa.int64(),
    "year": pa.int64(),
    "flag": pa.bool_(),
    "money": pa.float64(),
    "number": pa.float64(),
    "share": pa.float64(),
}


def write_registry(registry: Registry, path: str | Path, partition: bool = False, lang: str = "en") -> Path:
    """Write a register whole or not at all: under a temporary name first, then renamed. -> the path

    A path ending in .xlsx gives a workbook; one ending in .parquet, or `partition`, a folder with households.parquet and
    villages.parquet (partitioned: a folder a county, a file a village); any other a folder with households.csv and villages.csv.
    With `lang="zh"` heads and words of a workbook or CSV are Chinese. A synthetic register is stamped SYNTHETIC in all of them.
    Raises InputError for another suffix, and where something is there already: nothing is overwritten.
    """
    place = Path(path)
    if place.suffix.lower() == ".csv":
        raise InputError(f"{place.name}: a register has two tables, so CSV goes into a folder: {place.with_suffix('').name}")
    if place.suffix.lower() not in ("", ".xlsx", ".parquet"):
        raise InputError(f"{place.name}: seen {place.suffix}, wanted .xlsx, .parquet, or a folder's name for CSV")
    if partition and place.suffix.lower() == ".xlsx":
        raise InputError(f"{place.name}: parts are for Parquet; wanted a folder's name, or no --partition")
    if lang not in ("en", "zh"):
        raise InputError(f"lang: seen {lang!r}, wanted 'zh' or 'en'")
    if place.suffix.lower() == ".xlsx":
        return write_whole(place, lambda target: _workbook(registry, target, lang))
    if partition or place.suffix.lower() == ".parquet":
        return write_whole(place, lambda target: _parquet(registry, target, partition))
    return write_whole(place, lambda target: _csv(registry, target, lang))


def write_whole(place: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` make a file or folder under a temporary name beside the place, then rename it; leaves nothing after an error."""
    if place.exists():
        raise InputError(f"{place} is there already: choose another name or remove it, nothing is overwritten")
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.parent / f".{place.name}.{os.getpid()}{place.suffix}"
    try:
        write(temporary)
        temporary.rename(place)
    finally:
        _remove(temporary)
    return place


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _tables(registry: Registry) -> dict[str, pd.DataFrame]:
    return {HOUSEHOLDS: registry.households, VILLAGES: registry.villages}


# ---- words


def head_of(column: Column, lang: str) -> str:
    """A column's head in a language."""
    return column.zh if lang == "zh" else column.name


def labelled(frame: pd.DataFrame, table: str, lang: str) -> pd.DataFrame:
    """A table for people: heads and words in the language, texts escaped; empty cells None or NaN."""
    columns = schema()[table]
    return pd.DataFrame({head_of(columns[name], lang): _shown(frame[name], columns[name], lang) for name in columns})


def _shown(values: pd.Series[Any], column: Column, lang: str) -> pd.Series[Any]:
    plain = values.astype(object).where(values.notna(), None)
    if column.type == "flag" and lang == "zh":
        return plain.map({True: "是", False: "否"})
    if column.type not in ("text", "measures"):
        return plain
    words = {choice.code: choice.zh if lang == "zh" else choice.code for choice in column.choices}
    return plain.map(lambda text: None if text is None else escape(_translated(str(text), words)))


def _translated(text: str, words: dict[str, str]) -> str:
    return ";".join(words.get(word, word) for word in text.split(";")) if words else text


# ---- formats


def _csv(registry: Registry, folder: Path, lang: str) -> None:
    folder.mkdir()
    for table, frame in _tables(registry).items():
        labelled(frame, table, lang).to_csv(folder / f"{table}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    _stamp(registry, folder)


def _stamp(registry: Registry, folder: Path) -> None:
    if registry.synthetic:
        (folder / MARKER).write_text(SYNTHETIC_TEXT + "\n", encoding="utf-8")


def _workbook(registry: Registry, path: Path, lang: str) -> None:
    tables = _tables(registry)
    longest = max(len(frame) for frame in tables.values())
    if longest > EXCEL_ROWS:
        raise InputError(f"{longest:,} rows do not fit a sheet of Excel ({EXCEL_ROWS:,}): write CSV or Parquet")
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": EPOCH, "comments": SYNTHETIC_TEXT if registry.synthetic else ""})
        for table, frame in tables.items():
            name = schema().tables[table].zh if lang == "zh" else table
            _sheet(book.add_worksheet(name), labelled(frame, table, lang))
        if registry.synthetic:
            book.add_worksheet(SYNTHETIC_SHEET).write_string(0, 0, SYNTHETIC_TEXT)


def _sheet(sheet: Any, frame: pd.DataFrame) -> None:
    sheet.freeze_panes(1, 2)
    for place, head in enumerate(frame.columns):
        sheet.write_string(0, place, head)
    for number, row in enumerate(frame.itertuples(index=False, name=None), start=1):
        for place, value in enumerate(row):
            _cell(sheet, number, place, value)


def _cell(sheet: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, str):
        sheet.write_string(row, place, value)
    elif not pd.isna(value):
        sheet.write_number(row, place, value)


def _parquet(registry: Registry, folder: Path, partition: bool) -> None:
    folder.mkdir()
    tables = _tables(registry)
    _write_part(registry, tables[VILLAGES], VILLAGES, folder / f"{VILLAGES}.parquet")
    if partition:
        _parts(registry, tables, folder / f"{HOUSEHOLDS}.parquet")
    else:
        _write_part(registry, tables[HOUSEHOLDS], HOUSEHOLDS, folder / f"{HOUSEHOLDS}.parquet")
    _stamp(registry, folder)


def _parts(registry: Registry, tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """One file a village, named by its key; a folder a county."""
    counties = tables[VILLAGES].set_index("village_id")["county"]
    for village, rows in tables[HOUSEHOLDS].groupby("village_id", sort=False):
        county = folder / f"county={quote(str(counties[village]), safe='')}"
        county.mkdir(parents=True, exist_ok=True)
        _write_part(registry, rows, HOUSEHOLDS, county / f"{entity_key(str(village)):016x}.parquet")


def _write_part(registry: Registry, frame: pd.DataFrame, table: str, path: Path) -> None:
    fields = [pa.field(name, ARROW[column.type]) for name, column in schema()[table].items()]
    stamp = {METADATA_KEY: SYNTHETIC_TEXT.encode()} if registry.synthetic else {}
    content = pa.Table.from_pandas(frame, pa.schema(fields), preserve_index=False)
    pq.write_table(content.replace_schema_metadata({b"simlib.registry": registry.hash.encode(), **stamp}), path)

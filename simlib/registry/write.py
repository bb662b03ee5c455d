"""Writes a register as a workbook, a folder of CSV files or a folder of Parquet files; what it writes reads back to the same hash."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from simlib.errors import InputError, said
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, Column, schema
from simlib.registry.parquet import SYNTHETIC_TEXT, as_arrow, mark_folder, write_table
from simlib.registry.parting import PART_HOUSEHOLDS, write_parts
from simlib.registry.raw import escape
from simlib.registry.sheets import SYNTHETIC_SHEET
from simlib.registry.tables import Registry
from simlib.registry.whole import write_whole
from simlib.words import checked

EXCEL_ROWS = 1_048_575  # under the heads
EPOCH = datetime(2016, 4, 30)  # a fixed time of making: the same register gives the same file


def write_registry(registry: Registry, path: str | Path, partition: bool = False, lang: str = "en") -> Path:
    """Write a register whole or not at all: under a temporary name first, then renamed. -> the path

    A path ending in .xlsx gives a workbook; one ending in .parquet, or `partition`, a folder with households.parquet and
    villages.parquet (partitioned: both in parts of whole villages, see parting.py); any other a folder with households.csv and
    villages.csv. With `lang="zh"` heads and words of a workbook or CSV are Chinese. A synthetic register is stamped SYNTHETIC in all
    of them. Raises InputError for another suffix, and where something is there already: nothing is overwritten.
    """
    place = Path(path)
    refuse_name(place, partition)
    checked(lang)
    if place.suffix.lower() == ".xlsx":
        return write_whole(place, lambda target: _workbook(registry, target, lang))
    if partition:
        write_parts([(registry.households, registry.villages)], place, registry.synthetic, part_households=PART_HOUSEHOLDS)
        return place
    if place.suffix.lower() == ".parquet":
        return write_whole(place, lambda target: _parquet(registry, target))
    return write_whole(place, lambda target: _csv(registry, target, lang))


def refuse_name(place: Path, partition: bool) -> None:
    """InputError where no register can be written under a name: another suffix, or parts in a workbook."""
    if place.suffix.lower() == ".csv":
        folder = place.with_suffix("").name
        raise InputError(said("{name}: a register has two tables, so CSV goes into a folder: {folder}", name=place.name, folder=folder))
    if place.suffix.lower() not in ("", ".xlsx", ".parquet"):
        text = said("{name}: seen {suffix}, wanted .xlsx, .parquet, or a folder's name for CSV", name=place.name, suffix=place.suffix)
        raise InputError(text)
    if partition and place.suffix.lower() == ".xlsx":
        raise InputError(said("{name}: parts are for Parquet; wanted a folder's name, or no --partition", name=place.name))


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
    mark_folder(folder, registry.synthetic)


def _workbook(registry: Registry, path: Path, lang: str) -> None:
    tables = _tables(registry)
    longest = max(len(frame) for frame in tables.values())
    if longest > EXCEL_ROWS:
        text = said("{rows:,} rows do not fit a sheet of Excel ({most:,}): write CSV or Parquet", rows=longest, most=EXCEL_ROWS)
        raise InputError(text)
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


def _parquet(registry: Registry, folder: Path) -> None:
    folder.mkdir()
    for table, frame in _tables(registry).items():
        stamps = {b"simlib.registry": registry.hash}
        write_table(as_arrow(frame, table), folder / f"{table}.parquet", registry.synthetic, stamps)
    mark_folder(folder, registry.synthetic)

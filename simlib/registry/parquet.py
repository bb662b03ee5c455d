"""A table of a register as one Parquet file in canonical columns and types, stamped where it is synthetic."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simlib.registry.columns import schema
from simlib.registry.sources import MARKER, METADATA_KEY

SYNTHETIC_TEXT: Final = "SYNTHETIC: made up by simlib, no real household. 合成数据：由 simlib 生成，不含任何真实农户。"
ARROW: Final = {
    "text": pa.string(),
    "measures": pa.string(),
    "count": pa.int64(),
    "year": pa.int64(),
    "flag": pa.bool_(),
    "money": pa.float64(),
    "number": pa.float64(),
    "share": pa.float64(),
}


def arrow_schema(table: str) -> pa.Schema:
    """The columns of a table with their Arrow types, in canonical order."""
    return pa.schema([pa.field(name, ARROW[column.type]) for name, column in schema()[table].items()])


def as_arrow(frame: pd.DataFrame, table: str) -> pa.Table:
    """A canonical table as Arrow holds it, without metadata."""
    return pa.Table.from_pandas(frame, arrow_schema(table), preserve_index=False).replace_schema_metadata(None)


def write_table(content: pa.Table, path: Path, synthetic: bool, stamps: Mapping[bytes, str]) -> None:
    """Write one file with the stamps in its metadata, and the synthetic one where it is due."""
    made_up = {METADATA_KEY: SYNTHETIC_TEXT} if synthetic else {}
    metadata = {name: text.encode() for name, text in {**stamps, **made_up}.items()}
    pq.write_table(content.replace_schema_metadata(metadata), path)


def mark_folder(folder: Path, synthetic: bool) -> None:
    """Put SYNTHETIC.txt beside the files of a synthetic register."""
    if synthetic:
        (folder / MARKER).write_text(SYNTHETIC_TEXT + "\n", encoding="utf-8")

"""A table as it stands in a file: heads and cells as text, with the row numbers that a person sees there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.registry.report import FIRST_ROW, Problem

ESCAPED = "=+-@'#"  # a text that starts so gets an apostrophe on the way out: no program takes it for a formula or an error
LONG_NUMBER = 10**15  # Excel keeps 15 digits: a longer number has lost its last ones


@dataclass(frozen=True)
class Raw:
    """One table of a file: column j of `frame` (text; or float64 from Parquet, NaN empty) stands under heads[j].

    `rows` are the row numbers as Excel counts; `broken` names rows that could not be cut into cells, which are not in `frame`.
    """

    table: str
    source: str
    heads: tuple[str, ...]
    frame: pd.DataFrame
    rows: NDArray[np.int64]
    broken: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Files:
    """What was found at a path; `villages` is None where only households are given."""

    origin: str
    households: Raw | None
    villages: Raw | None
    synthetic: bool = False
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = field(default=())


def escape(text: str) -> str:
    """Text as it is written to CSV and XLSX: `unescape` gives it back."""
    return f"'{text}" if text[:1] and text[0] in ESCAPED else text


def unescape(text: str) -> str:
    """The inverse of `escape`; other text is left as it is."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in ESCAPED else text


def number_text(value: float) -> str:
    """A number as text: whole ones without `.0`, those beyond Excel's 15 digits with their exponent."""
    if abs(value) < LONG_NUMBER:
        return str(int(value)) if value == int(value) else repr(float(value))
    return f"{value:e}"


def raw_table(table: str, source: str, grid: Sequence[Sequence[str]], numbers: Sequence[int] | None = None) -> Raw:
    """A Raw from rows of text, the first one the heads; numbers[i] is the row number of grid[i] (1, 2, 3 ... by default)."""
    heads = _trimmed(grid[0]) if grid else ()
    width, body = len(heads), grid[1:]
    rows = np.arange(FIRST_ROW, FIRST_ROW + len(body)) if numbers is None else np.array(numbers[1:], dtype=np.int64)
    wide = max((len(row) for row in body), default=0)
    cells = [[*row, *[""] * (wide - len(row))] for row in body]
    frame = pd.DataFrame(cells, columns=range(wide), dtype=object).reindex(columns=range(max(width, wide)), fill_value="")
    empty = [column for column in frame.columns[width:] if (frame[column].str.strip() == "").all()]
    kept = frame.drop(columns=empty)
    return Raw(table, source, (*heads, *[""] * (kept.shape[1] - width)), kept, rows.astype(np.int64))


def _trimmed(heads: Iterable[str]) -> tuple[str, ...]:
    found = [head.strip() for head in heads]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def label(path: Path) -> str:
    """How a file is named in messages and records: never with the folders of this machine."""
    return path.name or path.resolve().name

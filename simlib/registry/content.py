"""The hash of a register: the same for any order of rows and any file format, different for any other content.

One digest a village (its row, then its households by key), and the digest of the sorted digests. Tables are laid out once as
columns of 64-bit integers and one run of text, so that 82,000 households cost two slices a village and no loop over rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b, sha256
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simlib.money import fen_array
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, schema

LAYOUT = 1  # raise it when the bytes below change
EMPTY = np.iinfo(np.int64).min
MICRO = 1_000_000


class _Packed:
    """A table as bytes: row r is numbers[r] and text[ends[r]:ends[r + 1]]."""

    def __init__(self, frame: pd.DataFrame, table: str, order: NDArray[np.intp]) -> None:
        columns = schema()[table]
        texts = [text_array(frame[name].take(order)) for name in columns if columns[name].type in ("text", "measures")]
        lengths = [pc.fill_null(pc.binary_length(text), EMPTY) for text in texts]
        numbers = [_integers(frame[name].take(order), columns[name].type) for name in columns]
        fixed = [*(array for array in numbers if array is not None), *(np.asarray(length) for length in lengths)]
        self.numbers = np.column_stack(fixed).astype("<i8") if len(frame) else np.empty((0, len(fixed)), "<i8")
        filled = [pc.fill_null(text, "") for text in texts]
        joined = pc.binary_join_element_wise(*filled, pa.scalar("", pa.large_string())) if len(frame) else pa.array([], pa.large_string())
        _, ends, text = joined.buffers()
        self.ends = np.frombuffer(ends, dtype=np.int64)[joined.offset :] if ends else np.zeros(1, np.int64)
        self.text = memoryview(text or b"")

    def part(self, first: int, last: int) -> bytes:
        """The bytes of rows first..last-1."""
        text = self.text[self.ends[first] : self.ends[last]]
        return self.numbers[first:last].tobytes() + bytes(text)


def text_array(values: pd.Series[Any]) -> pa.LargeStringArray:
    """A column of text as one Arrow array; nothing stays nothing."""
    found = pa.array(values, pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _integers(values: pd.Series[Any], kind: str) -> NDArray[np.int64] | None:
    """A column as int64: money in fen, other numbers in millionths, nothing as the least integer; None for text."""
    if kind in ("text", "measures"):
        return None
    if kind == "money":
        return fen_array(values)
    if kind in ("number", "share"):
        numbers = values.to_numpy(dtype=np.float64)
        return np.where(np.isnan(numbers), EMPTY, np.rint(np.nan_to_num(numbers) * MICRO).astype(np.int64))
    return values.to_numpy(dtype=np.int64, na_value=EMPTY) if kind == "year" else values.to_numpy(dtype=np.int64)


def village_hashes(
    households: pd.DataFrame,
    villages: pd.DataFrame,
    position: NDArray[np.intp],
    household_keys: NDArray[np.uint64],
) -> list[bytes]:
    """One 32-byte digest a village, in the order of `villages`; position[household] is its village's row."""
    order = np.lexsort((household_keys, position))
    ends = np.searchsorted(position[order], np.arange(len(villages) + 1))
    rows, places = _Packed(households, HOUSEHOLDS, order), _Packed(villages, VILLAGES, np.arange(len(villages)))
    head = repr((LAYOUT, {table: list(schema()[table]) for table in (HOUSEHOLDS, VILLAGES)})).encode()
    return [
        blake2b(head + places.part(v, v + 1) + rows.part(int(ends[v]), int(ends[v + 1])), digest_size=32).digest()
        for v in range(len(villages))
    ]


def content_hash(
    households: pd.DataFrame,
    villages: pd.DataFrame,
    position: NDArray[np.intp],
    household_keys: NDArray[np.uint64],
) -> str:
    """The hash of a register; tables as `canonical` makes them."""
    return hash_of(village_hashes(households, villages, position, household_keys))


def hash_of(digests: Iterable[bytes]) -> str:
    """`sha256:...` of the sorted digests of all villages: whatever parts they come from, the register has this hash."""
    return f"sha256:{sha256(b''.join(sorted(digests))).hexdigest()}"

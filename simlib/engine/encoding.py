"""A block as bytes: integers as short as they may be, compressed; without pickle, and the same bytes for the same block."""

from io import BytesIO
from math import prod
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

I64 = NDArray[np.int64]
LEVEL: Final = 1  # of compression: higher ones take long for little
LENGTHS: Final = (1, 2, 4, 8)  # bytes of an integer
GROUPS: Final = ("by_draw", "by_place")


class Block(NamedTuple):
    """What came of a part of the villages in a range of draws."""

    by_draw: dict[str, I64]  # tallies [draw, year, ...] by their names in `Out`
    by_place: dict[str, I64]  # sums over the draws [village | household, year, ...] by their names in `Out`


def encoded(block: Block) -> bytes:
    """A block as bytes: the names of its arrays, and each array, every statistic (last axis) in the shortest integers that hold it."""
    arrays = {f"{group}/{name}": array for group in GROUPS for name, array in getattr(block, group).items()}
    stream = BytesIO()
    _put(stream, np.array(list(arrays)))
    for array in arrays.values():
        _narrowed(stream, array)
    compressed: bytes = pa.Codec("zstd", compression_level=LEVEL).compress(stream.getbuffer(), asbytes=True)
    return compressed


def decoded(content: bytes) -> Block:
    """The block that `encoded` made these bytes of."""
    stream = BytesIO(pa.CompressedInputStream(pa.py_buffer(content), "zstd").read())
    block = Block({}, {})
    for told in _get(stream):
        group, name = str(told).split("/")
        getattr(block, group)[name] = _widened(stream)
    return block


def _narrowed(stream: BytesIO, array: I64) -> None:
    """Write the shape of an array, the length of each statistic's integers, and the statistics of each length together."""
    columns = np.ascontiguousarray(array.reshape(prod(array.shape[:-1]), array.shape[-1]).T, dtype=np.int64)
    lengths = _lengths(columns)
    _put(stream, np.array(array.shape))
    _put(stream, lengths)
    for length in LENGTHS:
        _put(stream, columns[lengths == length].astype(f"<i{length}"))


def _widened(stream: BytesIO) -> I64:
    """Read what `_narrowed` wrote."""
    shape, lengths = tuple(int(size) for size in _get(stream)), _get(stream)
    columns = np.empty((len(lengths), prod(shape[:-1])), dtype=np.int64)
    for length in LENGTHS:
        columns[lengths == length] = _get(stream)
    return np.ascontiguousarray(columns.T).reshape(shape)


def _lengths(columns: I64) -> NDArray[np.uint8]:
    """The bytes that the largest number of each row takes. columns[statistic, ...] -> [statistic]"""
    low, high = columns.min(axis=1, initial=0), columns.max(axis=1, initial=0)
    lengths = np.full(len(columns), LENGTHS[-1], dtype=np.uint8)
    for length in reversed(LENGTHS[:-1]):
        limits = np.iinfo(f"i{length}")
        lengths[(low >= limits.min) & (high <= limits.max)] = length
    return lengths


def _put(stream: BytesIO, array: NDArray[Any]) -> None:
    np.save(stream, array, allow_pickle=False)


def _get(stream: BytesIO) -> NDArray[Any]:
    found: NDArray[Any] = np.load(stream, allow_pickle=False)
    return found

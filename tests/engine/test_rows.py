"""Rows of lanes: what the compiler is told of them, and their interpreted twins, are one."""

from typing import Any

import numpy as np
import pytest
from numba.core.errors import TypingError
from numpy.typing import NDArray

from simlib.compiled import kernel
from simlib.engine.rows import LANES, _flat, _view, flat, in_lanes, row

SHAPES = [(LANES,), (3, LANES), (2, 3, LANES), (2, 3, 4, LANES)]
TYPES = [np.float64, np.int64, np.int32, np.uint64]


@kernel
def read_row(array, place, out):  # type: ignore[no-untyped-def]  # compiled
    """A row, for Python to see."""
    seen = row(array, place)
    for i in range(seen.shape[0]):
        out[i] = seen[i]


@kernel
def write_row(array, place, values):  # type: ignore[no-untyped-def]  # compiled
    """Write a row where it lies."""
    target = row(array, place)
    for i in range(target.shape[0]):
        target[i] = values[i]


@kernel
def read_flat(array, places, out):  # type: ignore[no-untyped-def]  # compiled
    """Numbers of an array by their places in one line."""
    seen = flat(array)
    for k in range(places.shape[0]):
        out[k] = seen[places[k]]


@kernel
def write_flat(array, places, values):  # type: ignore[no-untyped-def]  # compiled
    """Write numbers by their places in one line."""
    target = flat(array)
    for k in range(places.shape[0]):
        target[places[k]] = values[k]


def counted(shape: tuple[int, ...], kind: Any) -> NDArray[Any]:
    return np.arange(np.prod(shape)).reshape(shape).astype(kind)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", TYPES)
def test_a_row_is_its_interpreted_twin(shape: tuple[int, ...], kind: Any) -> None:
    array = counted(shape, kind)
    for place in range(array.size // LANES):
        seen = np.zeros(LANES, dtype=kind)
        read_row(array, place, seen)
        assert np.array_equal(seen, _view(array, place))
        assert np.array_equal(seen, array.reshape(-1, LANES)[place])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", TYPES)
def test_what_is_written_to_a_row_is_written_there_and_nowhere_else(shape: tuple[int, ...], kind: Any) -> None:
    for place in range(int(np.prod(shape)) // LANES):
        array, twin, values = counted(shape, kind), counted(shape, kind), 5000 + np.arange(LANES).astype(kind)
        write_row(array, place, values)
        _view(twin, place)[:] = values
        assert np.array_equal(array, twin)
        assert np.count_nonzero(array != counted(shape, kind)) == LANES


@pytest.mark.parametrize("shape", [*SHAPES, (2, 3, LANES, 2)])
@pytest.mark.parametrize("kind", TYPES)
def test_flat_is_its_interpreted_twin_to_the_last_number(shape: tuple[int, ...], kind: Any) -> None:
    array, size = counted(shape, kind), int(np.prod(shape))
    places, seen = np.arange(size, dtype=np.uint64)[::-1].copy(), np.zeros(size, dtype=kind)
    read_flat(array, places, seen)
    assert np.array_equal(seen, _flat(array)[::-1])
    twin, values = counted(shape, kind), 5000 + np.arange(size).astype(kind)
    write_flat(array, places, values)
    _flat(twin)[places] = values
    assert np.array_equal(array, twin)


def test_a_row_of_a_part_of_an_array_is_counted_from_its_start() -> None:
    """Parts along the first axis are contiguous too: `moves[group]`, `world[year]`."""
    array, seen = counted((4, 3, LANES), np.float64), np.zeros(LANES)
    read_row(array[2], 1, seen)
    assert np.array_equal(seen, array[2, 1])


@pytest.mark.parametrize("array", [np.zeros((4, LANES))[::2], np.zeros((4, 2 * LANES))[:, ::2], np.zeros((LANES, LANES)).T])
def test_an_array_with_gaps_is_refused_by_the_compiler(array: NDArray[np.float64]) -> None:
    with pytest.raises(TypingError, match="a row can be taken of a contiguous array only"):
        read_row(array, 0, np.zeros(LANES))
    with pytest.raises(TypingError, match="only a contiguous array can be taken flat"):
        read_flat(array, np.zeros(1, dtype=np.uint64), np.zeros(1))


def test_a_block_is_whole_vectors() -> None:
    """Of eight float64, the widest that a processor has."""
    assert LANES % 8 == 0


@pytest.mark.parametrize("draws", [1, 3, LANES])
def test_lanes_that_fill_up_are_copies_of_the_last_draw(draws: int) -> None:
    values = counted((2, 3, draws), np.float64)
    filled = in_lanes(values, LANES)
    assert filled.shape == (2, 3, LANES)
    assert filled.flags.c_contiguous
    assert np.array_equal(filled[..., :draws], values)
    assert (filled[..., draws:] == values[..., -1:]).all()

"""Rows of lanes: one number of every draw of a block, at a distance from its neighbours that the compiler knows.

All working arrays of the kernel end in an axis of LANES draws. Because that length is a constant, the rows of one array lie at constant
distances, and the compiler can see that a loop over the lanes of some rows never writes what it reads elsewhere: without that it would
have to compare every pair of rows at run time, and gives up on a loop over thirty of them.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import config
from numba.core.errors import TypingError
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from simlib.compiled import step

LANES = 144  # draws of a block, and the distance of rows: no power of two, or few places of a cache would hold them all
SLIDER_LANES = 64  # of a block of fewer draws, as a slider's move has; the rest of each row is left alone
WIDTHS = (1, SLIDER_LANES, LANES)  # numbers of lanes that are compiled: a draw by itself, a slider's move, a long run
INTP = ir.IntType(64)


def _view(array: Any, place: int) -> Any:
    """The interpreted twin: the row as a view. array[..., LANES] of any number of axes -> [LANES]"""
    return array.reshape(-1, LANES)[place]


def _compiled_view(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """The row as an array of its own: the array's address and a multiple of LANES; nothing is counted, copied or checked."""
    source = make_array(signature.args[0])(context, builder, arguments[0])  # type: ignore[no-untyped-call]  # Numba's
    view = make_array(signature.return_type)(context, builder)  # type: ignore[no-untyped-call]
    distance = builder.mul(arguments[1], ir.Constant(INTP, LANES), flags=("nsw",))
    size = ir.Constant(INTP, context.get_abi_sizeof(context.get_data_type(signature.return_type.dtype)))
    address = builder.gep(source.data, [distance], inbounds=True)
    shape = [ir.Constant(INTP, LANES)]
    populate_array(view, data=address, shape=shape, strides=[size], itemsize=size, meminfo=None)  # type: ignore[no-untyped-call]
    return view._getvalue()


@intrinsic
def _compiled_row(typing_context: Any, array: Any, place: Any) -> Any:
    if array.layout != "C":
        raise TypingError("a row can be taken of a contiguous array only")
    return types.Array(array.dtype, 1, "C")(array, types.intp), _compiled_view


@intrinsic
def _compiled_flat(typing_context: Any, array: Any) -> Any:
    if array.layout != "C":
        raise TypingError("only a contiguous array can be taken flat")

    def view(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _compiled_view(context, builder, signature, [arguments[0], ir.Constant(INTP, 0)])

    return types.Array(array.dtype, 1, "C")(array), view


def _flat(array: Any) -> Any:
    return array.reshape(-1)


row: Any = _view if config.DISABLE_JIT else _compiled_row
"""Row number `place` of an array [..., LANES], counted over all its other axes together."""

flat: Any = _flat if config.DISABLE_JIT else _compiled_flat
"""All of an array in one line, to be indexed by whole numbers without a sign; compiled, its length is not known."""


def lanes_for(draws: int) -> int:
    """The compiled number of lanes that takes so many draws."""
    return next(width for width in WIDTHS if draws <= width)


def width_for(draws: int) -> int:
    """The draws of a block in a run of so many: short runs are cut finely, so that little of the last block is empty."""
    return SLIDER_LANES if draws <= 4 * SLIDER_LANES else LANES


def in_lanes(values: Any, lanes: int) -> Any:
    """An array by draw on its last axis, filled up with its last draw to LANES. values[..., draw] -> [..., LANES]"""
    places = np.minimum(np.arange(lanes), values.shape[-1] - 1)
    return np.ascontiguousarray(values[..., places])


@step
def clear(rows, first, last, lanes):
    """Set rows first..last of an array to zero."""
    for place in range(first, last):
        empty = row(rows, place)
        for i in range(lanes):
            empty[i] = 0


@step
def add(total, part, first, rows, lanes):
    """Add the rows of a part to those of a total from `first` on."""
    for place in range(rows):
        sums, more = row(total, first + place), row(part, place)
        for i in range(lanes):
            sums[i] += more[i]


@step
def fill(b, place, value, lanes):
    """One number into every lane of a row."""
    filled = row(b, place)
    for i in range(lanes):
        filled[i] = value

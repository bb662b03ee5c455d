"""How draws are cut where blocks of them are there already: every draw of every part of the villages once, loaded or run."""

from collections.abc import Sequence
from typing import NamedTuple

Range = tuple[int, int]  # first draw, and the one after the last


class Piece(NamedTuple):
    """A part of the villages in a range of draws: there already, or to be run."""

    place: int  # of the part
    first_draw: int
    last_draw: int
    stored: bool


class Cell(NamedTuple):
    """A stretch of draws whose ends no piece of any part crosses: with its pieces, and those of cells before it, these draws are done."""

    last_draw: int
    pieces: tuple[Piece, ...]


def cut(place: int, first: int, last: int, width: int, stored: Sequence[Range] = ()) -> list[Piece]:
    """Cut the draws first..last of a part: blocks that are there as far as they fit, the longest first, and new ones between them.

    A new one ends at the next multiple of `width`, where a stored one begins, or at the end.
    """
    fitting = sorted((begin, -end) for begin, end in stored if first <= begin < end <= last)
    pieces, at, turn = [], first, 0
    while at < last:
        while turn < len(fitting) and fitting[turn][0] < at:
            turn += 1
        begin, end = (fitting[turn][0], -fitting[turn][1]) if turn < len(fitting) else (last, last)
        if begin > at:
            end = min(begin, (at // width + 1) * width)
        pieces.append(Piece(place, at, end, begin == at))
        at = end
    return pieces


def cells(cuts: Sequence[Sequence[Piece]]) -> list[Cell]:
    """The draws of all parts in the shortest stretches that no piece crosses, in order; in each, pieces of the same draws together."""
    ends = [{piece.last_draw for piece in pieces} for pieces in cuts]
    common = sorted(set.intersection(*ends)) if ends else []
    pieces = sorted((piece for pieces in cuts for piece in pieces), key=lambda piece: (piece.last_draw, piece.first_draw, piece.place))
    found, turn = [], 0
    for last in common:
        begin = turn
        while turn < len(pieces) and pieces[turn].last_draw <= last:
            turn += 1
        found.append(Cell(last, tuple(pieces[begin:turn])))
    return found

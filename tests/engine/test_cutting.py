"""Cutting draws around blocks that are there: each draw of each part once, whatever is there."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from simlib.engine.cutting import Cell, Piece, cells, cut

RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=12)


def spans(pieces: list[Piece]) -> list[tuple[int, int, bool]]:
    return [(piece.first_draw, piece.last_draw, piece.stored) for piece in pieces]


def test_without_blocks_it_is_cut_by_width() -> None:
    assert spans(cut(0, 0, 150, 64)) == [(0, 64, False), (64, 128, False), (128, 150, False)]
    assert spans(cut(0, 100, 150, 64)) == [(100, 128, False), (128, 150, False)]
    assert cut(0, 7, 7, 64) == []


def test_the_longest_block_that_fits_is_taken() -> None:
    assert spans(cut(0, 0, 100, 64, [(0, 64), (0, 80), (0, 120)])) == [(0, 80, True), (80, 100, False)]


def test_new_ones_end_where_a_block_begins() -> None:
    assert spans(cut(0, 0, 100, 64, [(50, 64), (20, 64), (64, 90)])) == [(0, 20, False), (20, 64, True), (64, 90, True), (90, 100, False)]


def test_two_hundred_draws_grow_into_a_thousand_and_serve_them() -> None:
    few = cut(0, 0, 200, 64)
    more = cut(0, 0, 1000, 144, [(piece.first_draw, piece.last_draw) for piece in few])
    assert spans(more)[:6] == [(0, 64, True), (64, 128, True), (128, 192, True), (192, 200, True), (200, 288, False), (288, 432, False)]
    many = cut(0, 0, 1000, 144)
    less = cut(0, 0, 200, 64, [(piece.first_draw, piece.last_draw) for piece in many])
    assert spans(less) == [(0, 144, True), (144, 192, False), (192, 200, False)]


@given(st.integers(0, 40), st.integers(0, 60), st.integers(1, 50), RANGES)
def test_every_draw_is_there_once(first: int, draws: int, width: int, stored: list[tuple[int, int]]) -> None:
    last = first + draws
    pieces = cut(3, first, last, width, stored)
    assert [draw for one in pieces for draw in range(one.first_draw, one.last_draw)] == list(range(first, last))
    for one in pieces:
        assert one.place == 3
        assert one.stored == ((one.first_draw, one.last_draw) in stored)
        assert one.stored or one.last_draw - one.first_draw <= width


@given(st.integers(0, 40), st.integers(1, 60), st.integers(1, 50), st.lists(RANGES, min_size=1, max_size=4))
def test_cells_are_the_shortest_stretches_that_nothing_crosses(
    first: int, draws: int, width: int, stored: list[list[tuple[int, int]]]
) -> None:
    last = first + draws
    cuts = [cut(place, first, last, width, there) for place, there in enumerate(stored)]
    found = cells(cuts)
    assert sorted(piece for cell in found for piece in cell.pieces) == sorted(piece for pieces in cuts for piece in pieces)
    ends = [first, *(cell.last_draw for cell in found)]
    assert ends[-1] == last
    for cell, (begin, end) in zip(found, pairwise(ends), strict=True):
        for place in range(len(stored)):
            own = [piece for piece in cell.pieces if piece.place == place]
            assert sum(piece.last_draw - piece.first_draw for piece in own) == end - begin
            assert min(piece.first_draw for piece in own) == begin
        inner = [{piece.last_draw for piece in cell.pieces if piece.place == place} - {end} for place in range(len(stored))]
        assert set.intersection(*inner) == set(), "it could be shorter"


def test_pieces_of_the_same_draws_come_together() -> None:
    found = cells([cut(place, 0, 8, 4) for place in range(3)])
    assert found == [Cell(last, tuple(Piece(place, last - 4, last, False) for place in range(3))) for last in (4, 8)]

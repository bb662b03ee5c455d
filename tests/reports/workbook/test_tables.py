"""Columns as values: how wide they are, what an empty cell is; how texts are measured."""

import math

import pytest

from simlib.reports.workbook.leaf import spans_of
from simlib.reports.workbook.look import MOST_WIDE, lines_of, text_width
from simlib.reports.workbook.tables import Column, Placed, is_empty


def test_chinese_takes_twice_the_width() -> None:
    assert text_width("贫困") == 2 * text_width("困")
    assert text_width("困") > 1.8 * text_width("a")
    assert text_width("（") == text_width("困"), "full-width punctuation too"


@pytest.mark.parametrize(
    ("text", "wide", "lines"), [("", 10, 1), ("a" * 10, 10, 1), ("a" * 12, 10, 2), ("贫" * 10, 10, 2), ("a\nb", 10, 2)]
)
def test_lines_that_a_text_takes(text: str, wide: float, lines: int) -> None:
    assert lines_of(text, wide) == lines


@pytest.mark.parametrize("value", [None, "", math.nan])
def test_what_is_not_known_is_empty(value: object) -> None:
    assert is_empty(value)
    assert not any(is_empty(other) for other in (0, 0.0, False, "0"))


def test_a_text_column_is_as_wide_as_its_longest_text_up_to_a_bound() -> None:
    assert Column("x", "x", ["困" * 6, None], "text").wide > text_width("困" * 6)
    assert Column("x", "x", ["a" * 500], "text").wide == MOST_WIDE
    assert Column("x", "x", [1], "count", width=7).wide == 7


def test_a_head_fits_with_its_longest_word() -> None:
    assert Column("x", "unforgettable words", [1], "count").wide > text_width("unforgettable")


@pytest.mark.parametrize(("head", "told"), [("x", "x"), (2016, "2016"), (0.05, "5%"), (1.0, "100%")])
def test_heads_that_are_numbers_are_read_as_such(head: str | int | float, told: str) -> None:
    assert Column("x", head, []).told == told


def test_groups_span_neighbours_alone() -> None:
    assert spans_of(["", "a", "a", "", "a", "b"]) == [("a", 1, 2), ("a", 4, 4), ("b", 5, 5)]
    assert spans_of([]) == []


def test_placed_tables_say_where_a_column_is() -> None:
    placed = Placed("sheet", 3, 4, 9, {"a": 0, "b": 1})
    assert placed.cells("b") == ["sheet", 4, 1, 9, 1]
    assert placed.head_of("b") == ["sheet", 3, 1]

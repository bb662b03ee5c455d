"""Small cells: nothing of few people can be read from what is printed, nor worked out from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.facts import load_facts
from simlib.reports.small import WITHHELD, alone, fewest, is_small, share_of, with_total, withheld
from simlib.words import Words

EN = Words("en")
CELLS = st.lists(st.integers(0, 60), min_size=1, max_size=8)
LEAST = st.integers(2, 30)


def told(cell: str) -> int | None:
    """The number that a printed cell tells; None for one that is withheld."""
    return None if cell == WITHHELD else int(cell.replace(",", ""))


@given(CELLS, LEAST)
def test_no_small_number_can_be_had_from_a_table_and_its_total(counts: list[int], least: int) -> None:
    cells, total = with_total(counts, least, EN)
    known = [told(cell) for cell in cells]
    assert all(number is None or not is_small(number, least) for number in known)
    hidden = [count for count, number in zip(counts, known, strict=True) if number is None]
    if hidden and not total.startswith("<"):
        rest = int(total.replace(",", "")) - sum(number for number in known if number is not None)
        assert rest == sum(hidden)
        assert rest >= least, "what the total leaves over would tell that each of them is small"
        assert len(hidden) > 1, "the only one that is left out is the total less the others"


@given(CELLS, LEAST)
def test_nothing_is_left_out_without_need(counts: list[int], least: int) -> None:
    out = withheld(counts, least)
    assert out.any() == any(is_small(count, least) for count in counts)
    assert not any(gone for gone, count in zip(out, counts, strict=True) if count == 0)


def test_the_next_larger_one_goes_too_and_all_bear_one_mark() -> None:
    assert with_total([3, 40, 12], 10, EN) == ([WITHHELD, "40", WITHHELD], "55")


def test_two_small_ones_need_no_third_when_they_are_enough_together() -> None:
    assert with_total([6, 7, 40], 10, EN) == ([WITHHELD, WITHHELD, "40"], "53")
    assert with_total([2, 3, 40, 15], 10, EN) == ([WITHHELD, WITHHELD, "40", WITHHELD], "60")


def test_a_small_total_takes_its_cells_with_it_and_nobody_is_nobody() -> None:
    assert with_total([3, 0, 2], 10, EN) == ([WITHHELD, "0", WITHHELD], "<10")
    assert with_total([0, 0], 10, EN) == (["0", "0"], "0")


def test_a_number_that_stands_alone() -> None:
    assert [alone(people, 10, EN) for people in (0, 0.4, 9.99, 10, 1234)] == ["0", "<10", "<10", "10", "1,234"]


@pytest.mark.parametrize(
    ("share", "people", "printed"),
    [
        (0.5, 100, "50%"),
        (0.04, 100, "<10%"),
        (0.97, 100, ">90%"),
        (0.0, 100, "0%"),
        (1.0, 100, "100%"),
        (0.5, 9, WITHHELD),
        (0.5, 12, "<83%"),
    ],
)
def test_a_share_tells_of_no_few_people_on_either_side(share: float, people: float, printed: str) -> None:
    assert share_of(share, people, 10, EN) == printed


def test_a_share_that_is_not_known_is_a_dash() -> None:
    assert share_of(float("nan"), 100, 10, EN) == EN.percent(float("nan"))


def test_counts_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="not below zero, seen -1"):
        withheld([-1, 4], 10)


def test_the_fewest_is_a_fact_that_is_assumed_with_its_reason() -> None:
    fact = load_facts().fact("small_cell_people")
    assert (fewest(load_facts()), fact.confidence) == (10, "assumed")
    assert fact.assumed is not None
    assert fact.label.zh

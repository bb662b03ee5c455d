"""The grid: every poor village has one tile, no two the same place, counties together, however many there are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlib.reports.tiling import COLOURS, LEAST, class_of, tiling
from simlib.runs import Runs


def villages(counts: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Rows of so many poor villages in each (prefecture, county), and one other village."""
    rows = [
        (f"{county}-{place:03}", prefecture, county, True) for (prefecture, county), number in counts.items() for place in range(number)
    ]
    return pd.DataFrame([*rows, ("other", "p", "c", False)], columns=["village_id", "prefecture", "county", "is_poor_village"])


SLACK = 1e-9  # heights of names are no whole numbers
COUNTS = st.dictionaries(st.tuples(st.sampled_from("PQR"), st.sampled_from("abcdefgh")), st.integers(1, 120), min_size=1, max_size=16)


@settings(max_examples=15)
@given(COUNTS)
def test_every_village_has_a_place_of_its_own_within_its_block(counts: dict[tuple[str, str], int]) -> None:
    grid = tiling(villages(counts))
    assert len(grid.tiles) == sum(counts.values())
    assert not grid.tiles.duplicated(["column", "row"]).any()
    assert {(block.prefecture, block.county): block.villages for block in grid.blocks} == counts
    assert (grid.tiles["column"] + 1 <= grid.width).all() and (grid.tiles["row"] + 1 <= grid.height).all()
    for block in grid.blocks:
        own = grid.tiles[(grid.tiles["prefecture"] == block.prefecture) & (grid.tiles["county"] == block.county)]
        assert own["column"].between(block.column - SLACK, block.column + block.columns - 1 + SLACK).all()
        assert own["row"].between(block.row - SLACK, block.row + block.rows - 1 + SLACK).all()


@settings(max_examples=15)
@given(COUNTS)
def test_blocks_do_not_lie_over_each_other(counts: dict[tuple[str, str], int]) -> None:
    blocks = tiling(villages(counts)).blocks
    for place, one in enumerate(blocks):
        for other in blocks[place + 1 :]:
            beside = one.column + one.columns <= other.column or other.column + other.columns <= one.column
            below = one.row + one.rows <= other.row + SLACK or other.row + other.rows <= one.row + SLACK
            assert beside or below


def test_477_villages_in_16_counties_have_tiles_of_18_pixels_on_a_page_of_1366() -> None:
    sizes = (114, 62, 46, 35, 31, 30, 27, 27, 22, 16, 16, 14, 11, 10, 8, 8)
    grid = tiling(villages({("PQ"[place % 2], f"county {place:02}"): number for place, number in enumerate(sizes)}))
    assert len(grid.tiles) == 477
    assert 1100 / grid.width >= 18


def test_a_few_villages_are_no_billboard(runs: Runs) -> None:
    grid = tiling(runs["baseline"].villages().query("year == 2018"))
    assert (len(grid.tiles), grid.width) == (3, LEAST)


def test_no_village_at_all_and_one_without_a_county_have_a_grid() -> None:
    assert len(tiling(villages({})).tiles) == 0
    table = villages({("P", "a"): 2})
    table.loc[0, ["prefecture", "county"]] = None
    assert len(tiling(table).tiles) == 2


@pytest.mark.parametrize(
    ("value", "place"),
    [(0.0, 0), (0.0999, 0), (0.1, 1), (0.25, 2), (0.3 - 0.05, 2), (0.5, 3), (0.75, 4), (0.9, 5), (1.0, 5), (np.nan, None)],
)
def test_classes_begin_at_their_lower_edge(value: float, place: int | None) -> None:
    assert class_of(value) == place


def test_there_is_a_colour_for_each_class() -> None:
    assert len(set(COLOURS)) == 6

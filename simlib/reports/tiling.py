"""Villages as a grid of tiles: each county a block, each prefecture a band of blocks. No shapefile is needed, and no matplotlib here."""

from collections.abc import Iterable, Iterator
from math import ceil, isnan
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from simlib.words import noop

TILES: Final = {
    "chance_exits": noop("chance that the village leaves the list"),
    "chance_mean_fixed": noop("chance that the village's mean income is at the fixed line"),
    "chance_mean_moving": noop("chance that the village's mean income is at the moving line"),
    "chance_mean_indexed": noop("chance that the village's mean income is at the line in constant prices"),
    "chance_services": noop("chance that every service stands"),
    "chance_sheet": noop("chance that the village passes its score sheet"),
    "at_fixed_share": noop("registered people at the fixed line"),
    "exited_share": noop("registered people who are out of the register"),
    "guaranteed_share": noop("registered people with food, clothing and the three guarantees"),
    "services_filled": noop("services: part of what was lacking that is filled"),
}
"""What tiles are coloured by: columns of the table `villages`, all between 0 and 1, and what they are."""
CERTAIN: Final = {
    "chance_exits": noop("villages that leave the list"),
    "chance_mean_fixed": noop("villages whose mean income is at the fixed line"),
    "chance_mean_moving": noop("villages whose mean income is at the moving line"),
    "chance_mean_indexed": noop("villages whose mean income is at the line in constant prices"),
    "chance_services": noop("villages where every service stands"),
    "chance_sheet": noop("villages that pass their score sheet"),
}
"""The same without luck, when a village either does or does not."""
EDGES: Final = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Classes of a chance or share: from one edge up to the next, the last edge included."""
COLOURS: Final = ("#ffffd9", "#c7e9b4", "#7fcdbb", "#1d91c0", "#225ea8", "#081d58")
"""Brewer's YlGnBu: light to dark in every form of colour blindness, and on a black and white print."""
UNKNOWN: Final = "#ffffff"
HEAD: Final = 1.3
"""Height of a county's name above its block, in tiles."""
BAND: Final = 1.5
"""Height of a prefecture's name above its first row of blocks."""
GAP: Final = 1.0
"""Tiles between two blocks beside each other."""
NAME: Final = 3.0
"""Tiles that a county's name takes."""
LEAST: Final = 24.0
"""Width of the smallest grid, in tiles: a few villages are no billboard."""
ASPECT: Final = 2.6
"""Width to height that a grid is fitted to."""


class Block(NamedTuple):
    """A county: where its upper left tile is, how many columns and rows it has, how many villages."""

    prefecture: str
    county: str
    column: float
    row: float
    columns: int
    rows: int
    villages: int


class Band(NamedTuple):
    """A prefecture: where its name stands, how many villages it has."""

    prefecture: str
    row: float
    villages: int


class Tiling(NamedTuple):
    """A grid: `tiles` village_id, prefecture, county, column, row (upper left corner, a tile is 1 x 1); blocks, bands; its size."""

    tiles: pd.DataFrame
    blocks: tuple[Block, ...]
    bands: tuple[Band, ...]
    width: float
    height: float


class County(NamedTuple):
    """What a block is made of."""

    prefecture: str
    county: str
    villages: int


def class_of(value: float) -> int | None:
    """The class of a chance or share among EDGES; None where there is none."""
    return None if isnan(value) else min(int(np.searchsorted(EDGES, value + 1e-12, side="right")) - 1, len(COLOURS) - 1)


def tiling(villages: pd.DataFrame, aspect: float = ASPECT) -> Tiling:
    """Place the poor villages of one year's rows of a result's table `villages`, ordered by id within a county.

    Prefectures and counties stand by name. Of all ways to cut the blocks, the one whose tiles are largest in a field of this aspect.
    """
    poor = villages[villages["is_poor_village"].astype(bool)].fillna({"prefecture": "", "county": ""})
    poor = poor.sort_values(["prefecture", "county", "village_id"], kind="stable")
    counties = [County(str(place), str(county), len(rows)) for (place, county), rows in poor.groupby(["prefecture", "county"])]
    placed = max(_ways(counties), key=lambda one: min(aspect / one.width, 1 / one.height))
    tiles = poor[["village_id", "prefecture", "county"]].reset_index(drop=True)
    inside = [_corner(block, place) for block in placed.blocks for place in range(block.villages)]
    return placed._replace(tiles=tiles.assign(column=[column for column, _ in inside], row=[row for _, row in inside]))


def _corner(block: Block, place: int) -> tuple[float, float]:
    """Where a block's tile stands: down its columns, one after the other."""
    return block.column + place // block.rows, block.row + place % block.rows


def _ways(counties: list[County]) -> Iterator[Tiling]:
    """The same blocks cut to other numbers of rows and packed to other widths."""
    most = max((one.villages for one in counties), default=1)
    for rows in range(1, min(most, 24) + 1):
        whole = sum(_wide(ceil(one.villages / rows)) for one in counties)
        for shelves in range(1, 13):
            yield _packed(counties, rows, max(LEAST, ceil(whole / shelves)))


def _wide(columns: int) -> float:
    """What a block takes beside its neighbour."""
    return max(float(columns), NAME) + GAP


def _packed(counties: Iterable[County], rows: int, width: float) -> Tiling:
    """Blocks of so many rows from left to right on shelves of a width; a prefecture begins a new one."""
    blocks: list[Block] = []
    bands: list[Band] = []
    row, column, reach = 0.0, 0.0, LEAST
    for one in counties:
        columns = ceil(one.villages / rows)
        if not bands or bands[-1].prefecture != one.prefecture:
            row, column = row + (rows + GAP / 2 if bands else 0.0), 0.0
            bands.append(Band(one.prefecture, row, 0))
            row += BAND + HEAD
        elif column + columns > width:
            row, column = row + rows + GAP / 2 + HEAD, 0.0
        blocks.append(Block(*one[:2], column, row, columns, min(rows, one.villages), one.villages))
        bands[-1] = bands[-1]._replace(villages=bands[-1].villages + one.villages)
        column += _wide(columns)
        reach = max(reach, column - GAP)
    return Tiling(pd.DataFrame(), tuple(blocks), tuple(bands), reach, row + rows)

"""The poor villages as a grid of tiles, coloured and numbered by a chance: reached by mouse and by the arrow keys."""

from functools import lru_cache
from typing import Any, Final

import pandas as pd

from simlib.dashboard.views.pages import filled, yes_or_no
from simlib.reports.series import due
from simlib.reports.tiling import CERTAIN, COLOURS, EDGES, HEAD, TILES, Tiling, class_of, tiling
from simlib.reports.villages import poor_villages
from simlib.runs import Result
from simlib.words import Words

COLOURED: Final = {
    name: TILES[name] for name in ("chance_exits", "chance_mean_fixed", "chance_mean_moving", "chance_services", "exited_share")
}
"""What tiles may be coloured by: columns of the table `villages`."""
ASPECT: Final = 1.7
"""Width to height of the place where the grid stands."""
WIDEST: Final = 26
"""Pixels that a tile has at most: a few villages are no billboard."""
DARK_FROM: Final = 3
"""Class of colour from which on the number on it is white."""


def tiles(result: Result, words: Words, *, by: str = "chance_exits", chosen: str = "") -> str:
    """The grid: a tile a village, its chance in per cent on it; `chosen` is marked and has the tabulator's stop.

    Without luck a village does or does not what there is a chance of: 1 or 0 stands on its tile.
    """
    rows, certain = poor_villages(result), by in CERTAIN and not result.draws
    grid = _grid(tuple(rows[["village_id", "prefecture", "county"]].fillna("").itertuples(index=False, name=None)))
    values, names = (dict(zip(rows["village_id"], rows[column], strict=True)) for column in (by, "village_name"))
    stop = chosen if chosen in values else next(iter(grid.tiles["village_id"]), "")
    placed = [
        _tile(one, float(values[one["village_id"]]), named(one["village_id"], names[one["village_id"]], words), words, certain)
        for one in grid.tiles.to_dict("records")
    ]
    return filled(
        "tiles.html",
        words=words,
        grid=grid,
        tiles=placed,
        stop=stop,
        chosen=chosen,
        heads=_heads(grid),
        legend=_yes_and_no(words) if certain else _classes(words),
        caption=_caption(by, len(placed), due(result), certain, words),
        by=words(CERTAIN[by]) if certain else words(COLOURED[by]),
        widest=round(WIDEST * grid.width),
        tallest=round(WIDEST * grid.height),
    )


def _caption(by: str, villages: int, year: int, certain: bool, words: Words) -> str:
    """What stands on the tiles, and when."""
    if certain:
        return words(
            "{villages} poor villages in {year}, with central values: 1 on {those}, 0 on the others.",
            villages=villages,
            year=year,
            those=words(CERTAIN[by]),
        )
    return words("{villages} poor villages in {year}: {what}, in %.", villages=villages, year=year, what=words(COLOURED[by]))


@lru_cache(maxsize=4)
def _grid(places: tuple[tuple[str, str, str], ...]) -> Tiling:
    """Where the tiles of these villages (id, prefecture, county) stand: the same in every answer on a register."""
    rows = pd.DataFrame(places, columns=["village_id", "prefecture", "county"])
    return tiling(rows.assign(is_poor_village=True), ASPECT)


def named(number: str, name: Any, words: Words) -> str:
    """A village by its number, and its name where it has another one."""
    return words("{name} ({number})", name=name, number=number) if isinstance(name, str) and name not in ("", number) else number


def _tile(place: dict[Any, Any], value: float, name: str, words: Words, certain: bool) -> dict[str, Any]:
    """What a tile shows and says."""
    number = class_of(value)
    said = yes_or_no(value, words) if certain else words.percent(value)
    return {
        "id": place["village_id"],
        "x": place["column"],
        "y": place["row"],
        "colour": "#ffffff" if number is None else COLOURS[number],
        "dark": number is not None and number >= DARK_FROM,
        "text": "–" if number is None else f"{value if certain else 100 * value:.0f}",
        "said": words("{village} · {county}: {share}", village=name, county=place["county"], share=said),
    }


def _heads(grid: Tiling) -> list[dict[str, Any]]:
    """Names of counties above their blocks, and of prefectures above their bands."""
    counties = [{"x": one.column, "y": one.row - 0.3, "text": one.county, "kind": "county"} for one in grid.blocks]
    bands = [{"x": 0, "y": one.row + HEAD - 0.3, "text": f"{one.prefecture} · {one.villages}", "kind": "prefecture"} for one in grid.bands]
    return [*counties, *bands]


def _classes(words: Words) -> list[dict[str, str]]:
    """Colours with what they stand for."""
    classes = zip(EDGES[:-1], EDGES[1:], COLOURS, strict=True)
    return [{"colour": colour, "text": f"{words.number(100 * low)}–{words.percent(high)}"} for low, high, colour in classes]


def _yes_and_no(words: Words) -> list[dict[str, str]]:
    """The first and the last colour, where there is nothing between them."""
    return [{"colour": COLOURS[0], "text": words("0 (no)")}, {"colour": COLOURS[-1], "text": words("1 (yes)")}]

"""The poor villages as a grid of tiles, coloured and numbered by a chance: reached by mouse and by the arrow keys."""

from functools import lru_cache
from typing import Any, Final

import pandas as pd

from simlib.dashboard.views.pages import filled
from simlib.reports.tiling import COLOURS, EDGES, HEAD, Tiling, class_of, tiling
from simlib.runs import Result
from simlib.words import Words, noop

COLOURED: Final = {
    "chance_exits": noop("chance that the village exits"),
    "chance_mean_fixed": noop("chance that its mean income is at the fixed line"),
    "chance_mean_moving": noop("chance that its mean income is at the moving line"),
    "chance_services": noop("chance that all its services stand"),
    "exited_share": noop("share of its registered people who are out"),
}
"""What tiles may be coloured by: columns of the table `villages`."""
ASPECT: Final = 1.7
"""Width to height of the place where the grid stands."""
WIDEST: Final = 26
"""Pixels that a tile has at most: a few villages are no billboard."""
DARK_FROM: Final = 3
"""Class of colour from which on the number on it is white."""


def poor_villages(result: Result) -> pd.DataFrame:
    """The poor villages' rows of the last year."""
    rows = result.table("villages")
    poor: pd.DataFrame = rows[rows["is_poor_village"].astype(bool) & (rows["year"] == rows["year"].max())]
    return poor


def tiles(result: Result, words: Words, *, by: str = "chance_exits", chosen: str = "") -> str:
    """The grid: a tile a village, its chance in per cent on it; `chosen` is marked and has the tabulator's stop."""
    rows = poor_villages(result)
    grid = _grid(tuple(rows[["village_id", "prefecture", "county"]].fillna("").itertuples(index=False, name=None)))
    values, names = (dict(zip(rows["village_id"], rows[column], strict=True)) for column in (by, "village_name"))
    stop = chosen if chosen in values else next(iter(grid.tiles["village_id"]), "")
    called = {number: named(number, name, words) for number, name in names.items()}
    placed = [
        _tile(one, values[one["village_id"]], called[one["village_id"]], words, stop, chosen) for one in grid.tiles.to_dict("records")
    ]
    return filled(
        "tiles.html",
        words=words,
        grid=grid,
        tiles=placed,
        heads=_heads(grid),
        legend=_legend(words),
        by=words(COLOURED[by]),
        widest=round(WIDEST * grid.width),
    )


@lru_cache(maxsize=4)
def _grid(places: tuple[tuple[str, str, str], ...]) -> Tiling:
    """Where the tiles of these villages (id, prefecture, county) stand: the same in every answer on a register."""
    rows = pd.DataFrame(places, columns=["village_id", "prefecture", "county"])
    return tiling(rows.assign(is_poor_village=True), ASPECT)


def named(number: str, name: Any, words: Words) -> str:
    """A village by its number, and its name where it has another one."""
    return words("{name} ({number})", name=name, number=number) if isinstance(name, str) and name not in ("", number) else number


def _tile(place: dict[Any, Any], value: float, name: str, words: Words, stop: str, chosen: str) -> dict[str, Any]:
    """What a tile shows and says."""
    number = class_of(float(value))
    return {
        "id": place["village_id"],
        "x": place["column"],
        "y": place["row"],
        "colour": "#ffffff" if number is None else COLOURS[number],
        "dark": number is not None and number >= DARK_FROM,
        "text": "–" if number is None else f"{100 * value:.0f}",
        "said": words("{village} · {county}: {share}", village=name, county=place["county"], share=words.percent(value)),
        "stop": 0 if place["village_id"] == stop else -1,
        "chosen": place["village_id"] == chosen,
    }


def _heads(grid: Tiling) -> list[dict[str, Any]]:
    """Names of counties above their blocks, and of prefectures above their bands."""
    counties = [{"x": one.column, "y": one.row - 0.3, "text": one.county, "kind": "county"} for one in grid.blocks]
    bands = [{"x": 0, "y": one.row + HEAD - 0.3, "text": f"{one.prefecture} · {one.villages}", "kind": "prefecture"} for one in grid.bands]
    return [*counties, *bands]


def _legend(words: Words) -> list[dict[str, str]]:
    """Colours with what they stand for."""
    classes = zip(EDGES[:-1], EDGES[1:], COLOURS, strict=True)
    return [{"colour": colour, "text": f"{words.number(100 * low)}–{words.percent(high)}"} for low, high, colour in classes]

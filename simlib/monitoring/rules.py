"""What must hold in a table of actual figures: within a cell, between cells of a row, between rows, and against the register."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.errors import said
from simlib.monitoring.actuals import Base
from simlib.monitoring.columns import REPORTED, columns
from simlib.monitoring.messages import Finding
from simlib.registry.columns import WHOLE, schema
from simlib.registry.raw import number_text
from simlib.registry.report import Problem

Found = tuple[int, str]
"""A cell: place of the row, name of the column."""
Problems = Iterator[tuple[Found, Problem]]
INCOMES = ("disposable_income", "net_income")
CUMULATIVE = ("people_exited", "households_repaired")
SAME_SHARE = 0.005  # a share is written to the whole per cent


@dataclass(frozen=True)
class Cells:
    """The cells of the table by column: `values`, `words` as they stand there, and `usable[row]` where there is a value that is right."""

    source: str
    rows: NDArray[np.int64]
    head_of: Mapping[str, str]
    words: Mapping[str, "pd.Series[Any]"]
    values: Mapping[str, "pd.Series[Any]"]
    usable: Mapping[str, NDArray[np.bool_]]

    def problem(self, place: int, name: str, kind: str, **details: str) -> Problem:
        """A finding at a cell, with what stands there."""
        word = self.words[name][place]
        seen = ("" if word != word else number_text(word)) if isinstance(word, float) else str(word)
        return Finding(self.source, int(self.rows[place]), self.head_of[name], seen, kind, details)

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column of numbers, NaN where none can be used."""
        return np.where(self.usable[name], self.values[name].to_numpy(np.float64), np.nan)


def ranges(cells: Cells) -> Problems:
    """Numbers outside their declared range, and whole numbers that are not; incomes that no village can have: a slip of the unit."""
    limits = schema().limits
    for name, column in columns().items():
        if not column.numeric or name not in cells.head_of:
            continue
        numbers = cells.numbers(name)
        low, high = float(column.low or 0), float(column.high or np.inf)
        for place in np.flatnonzero(numbers < 0):
            yield (int(place), name), cells.problem(int(place), name, "negative")
        if column.type in WHOLE:
            for place in np.flatnonzero(numbers != np.floor(np.nan_to_num(numbers))):
                if np.isfinite(numbers[place]):
                    yield (int(place), name), cells.problem(int(place), name, "not_whole")
        if name in INCOMES:
            for place in np.flatnonzero(numbers > limits["income_pc_high"]):
                yield (int(place), name), cells.problem(int(place), name, "unlike_income", limit=f"{limits['income_pc_high']:,.10g}")
            for place in np.flatnonzero((numbers > 0) & (numbers < limits["income_pc_low"])):
                yield (int(place), name), cells.problem(int(place), name, "unlike_low_income", limit=f"{limits['income_pc_low']:,.10g}")
        for place in np.flatnonzero((numbers < low) | (numbers > high)) if name != "year" else ():  # the horizon is narrower
            yield (int(place), name), cells.problem(int(place), name, "out_of_range", range=column.range_text)


def unknown_villages(cells: Cells, villages: pd.DataFrame) -> Problems:
    """Rows of a village that the register does not have."""
    known = [str(word) for word in villages["village_id"]]
    ids = cells.values["village_id"]
    for place in np.flatnonzero(cells.usable["village_id"] & ~ids.isin(known).to_numpy(bool)):
        close = get_close_matches(str(ids[place]), known, n=1, cutoff=0.6)
        hint = said("the nearest is {name!r}", name=close[0]) if close else said("it has {count} villages", count=len(known))
        yield (int(place), "village_id"), cells.problem(int(place), "village_id", "unknown_village", hint=hint)


def outside_years(cells: Cells, years: tuple[int, int]) -> Problems:
    """Rows of a year that is not projected."""
    found = cells.numbers("year")
    for place in np.flatnonzero((found < years[0]) | (found > years[1])):
        yield (int(place), "year"), cells.problem(int(place), "year", "year_outside", first=str(years[0]), last=str(years[1]))


def doubled(cells: Cells) -> Problems:
    """Every row after the first of the same village and year."""
    usable = cells.usable["village_id"] & cells.usable["year"]
    firsts: dict[tuple[str, int], int] = {}
    for place in np.flatnonzero(usable):
        key = (str(cells.values["village_id"][place]), int(cells.values["year"][place]))
        first = firsts.setdefault(key, int(place))
        if first != place:
            details = {"village": key[0], "year": str(key[1]), "row": str(cells.rows[first])}
            yield (int(place), "village_id"), cells.problem(int(place), "village_id", "doubled_row", **details)


def impossible(cells: Cells, villages: pd.DataFrame, base: Base) -> Problems:
    """More people out than registered, more houses rebuilt than unsafe, and two columns for houses that say two things."""
    place_of = pd.Index(villages["village_id"]).get_indexer(pd.Index(cells.values["village_id"]))
    known = (place_of >= 0) & cells.usable["village_id"]
    people, unsafe = (np.where(known, values[place_of], np.nan) for values in base)
    exited, repaired, share = (cells.numbers(name) for name in ("people_exited", "households_repaired", "repaired_share"))
    for place in np.flatnonzero(exited > people):
        details = {"people": number_text(float(people[place]))}
        yield (int(place), "people_exited"), cells.problem(int(place), "people_exited", "exits_people", **details)
    for place in np.flatnonzero(repaired > unsafe):
        details = {"unsafe": number_text(float(unsafe[place]))}
        yield (int(place), "households_repaired"), cells.problem(int(place), "households_repaired", "repaired_unsafe", **details)
    for place in np.flatnonzero(np.abs(repaired - share * unsafe) > SAME_SHARE * unsafe + 1e-9):
        parts = {"households": number_text(float(repaired[place])), "unsafe": number_text(float(unsafe[place]))}
        of = f"{repaired[place] / unsafe[place]:.4g}" if unsafe[place] else said("nothing to rebuild")
        yield (int(place), "repaired_share"), cells.problem(int(place), "repaired_share", "repaired_twice", **parts, share=of)


def notes(cells: Cells) -> list[Problem]:
    """What is worth knowing of a table that is right: numbers since 2016 that fall, and rows without a figure."""
    frame = pd.DataFrame({name: cells.values[name] for name in ("village_id", "year", *CUMULATIVE)})
    found: list[Problem] = []
    for name in CUMULATIVE:
        rows = frame[frame[name].notna()].sort_values(["village_id", "year"])
        before = rows.groupby("village_id")[[name, "year"]].shift()
        for place in rows.index[(rows[name] < before[name]).to_numpy(bool)]:
            details = {"before": number_text(float(before[name][place])), "year": f"{before['year'][place]:.0f}"}
            found.append(cells.problem(int(place), name, "falls", **details))
    empty = int(np.logical_and.reduce([cells.values[name].isna().to_numpy(bool) for name in REPORTED]).sum())
    if empty:
        found.append(Finding(cells.source, None, None, "", "no_figure", {"count": str(empty)}))
    return found

"""A sheet with its cells read: values by column, which of them can be used, which are defaults, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.facts import load_facts
from simlib.registry.cells import parse_column
from simlib.registry.columns import ABSENT, Column, schema
from simlib.registry.match import Entry, Sheet
from simlib.registry.report import Problem

Cell = tuple[int, str]  # place of the row in its sheet, name of the column


@dataclass(frozen=True)
class Typed:
    """The cells of a sheet as values; masks are bool[row].

    `usable`: there is a value, or an emptiness that has a meaning, and nothing is wrong with it. `defaulted`: the value did not
    come from the file. `empty`: the cell is empty and waits for a value that depends on other cells.
    """

    sheet: Sheet
    values: Mapping[str, pd.Series[Any]]
    usable: Mapping[str, NDArray[np.bool_]]
    defaulted: Mapping[str, NDArray[np.bool_]]
    empty: Mapping[str, NDArray[np.bool_]]
    problems: Mapping[Cell, Problem]

    @property
    def size(self) -> int:
        """Rows of the sheet."""
        return len(self.sheet.rows)

    @property
    def bad_rows(self) -> NDArray[np.bool_]:
        """Rows with at least one problem."""
        mask = np.zeros(self.size, dtype=bool)
        mask[[place for place, _ in self.problems]] = True
        return mask

    def all_usable(self, names: Iterable[str]) -> NDArray[np.bool_]:
        """Rows in which all the named columns can be used."""
        return np.array(np.logical_and.reduce([self.usable[name] for name in names]), dtype=bool)

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column of numbers, NaN where none can be used."""
        return np.where(self.usable[name], self.values[name].to_numpy(dtype=np.float64), np.nan)

    def array(self, name: str) -> NDArray[Any]:
        """The values of a column as an array (numbers as float64, NaN where there is none)."""
        return self.values[name].to_numpy()


def read_cells(sheet: Sheet) -> Typed:
    """Read every column of a sheet by its declared type, with constants for what is empty or absent."""
    read = {name: _column(sheet, column) for name, column in schema()[sheet.table].items()}
    return Typed(
        sheet,
        values={name: one.values for name, one in read.items()},
        usable={name: one.usable for name, one in read.items()},
        defaulted={name: one.defaulted for name, one in read.items()},
        empty={name: one.empty for name, one in read.items()},
        problems={(place, name): found for name, one in read.items() for place, found in one.problems.items()},
    )


@dataclass(frozen=True)
class _Read:
    values: pd.Series[Any]
    usable: NDArray[np.bool_]
    defaulted: NDArray[np.bool_]
    empty: NDArray[np.bool_]
    problems: Mapping[int, Problem]


def _column(sheet: Sheet, column: Column) -> _Read:
    entry = sheet.entries.get(column.name)
    return _absent(sheet, column) if entry is None else _present(sheet, column, entry)


def _absent(sheet: Sheet, column: Column) -> _Read:
    """A column that is not there: its constant in every row, or cells that wait, or (required) nothing that can be used."""
    size = len(sheet.rows)
    default = column.lone if sheet.made and column.lone is not ABSENT else column.when_absent
    waiting = np.full(size, column.required_poor or bool(column.computed))
    values = _blank(size, column)
    if default is not ABSENT and default is not None:
        values = values.mask(np.ones(size, dtype=bool), default)
    there = np.full(size, default is not ABSENT) & ~waiting
    return _Read(values, there, there, waiting, {})


def _blank(size: int, column: Column) -> pd.Series[Any]:
    if column.numeric:
        return pd.Series(np.full(size, np.nan))
    return pd.Series([None] * size, dtype=object)


def _present(sheet: Sheet, column: Column, entry: Entry) -> _Read:
    parsed = parse_column(entry.words, column)
    unread = {place: error for place, error in parsed.bad.items() if place not in entry.bad}
    problems = dict(entry.bad) | {
        place: sheet.problem(place, column.name, str(entry.words[place]), error.kind, **error.details) for place, error in unread.items()
    }
    empty = parsed.empty.copy()
    empty[list(entry.bad)] = False
    usable = ~empty
    usable[list(problems)] = False
    waiting = empty & (bool(column.computed) or column.required_poor)
    values, defaulted = parsed.values, ~entry.given & usable
    if column.default is not ABSENT:
        filled = empty & ~waiting
        values = values if column.default is None else values.mask(filled, column.default)
        usable, defaulted = usable | filled, defaulted | filled
    elif column.required:
        problems |= {int(place): sheet.problem(int(place), column.name, "", "empty") for place in np.flatnonzero(empty)}
    return _Read(values, usable, defaulted, waiting, problems)


def with_problems(typed: Typed, found: Iterable[tuple[Cell, Problem]]) -> Typed:
    """The same with more problems, one a cell (the first one found stays); their cells cannot be used any more."""
    problems = dict(typed.problems)
    usable = {name: mask.copy() for name, mask in typed.usable.items()}
    for (place, name), problem in found:
        problems.setdefault((place, name), problem)
        usable[name][place] = False
    return replace(typed, problems=problems, usable=usable)


def fill_waiting(typed: Typed, name: str, rows: NDArray[np.bool_], values: NDArray[Any]) -> Typed:
    """Put values into those of the given rows that wait for one; they count as defaulted."""
    filled = typed.empty[name] & rows
    column = typed.values[name].mask(filled, pd.Series(values))
    return replace(
        typed,
        values={**typed.values, name: column},
        usable={**typed.usable, name: typed.usable[name] | filled},
        defaulted={**typed.defaulted, name: typed.defaulted[name] | filled},
        empty={**typed.empty, name: typed.empty[name] & ~filled},
    )


def computed_default(column: Column, typed: Typed, people: NDArray[np.float64]) -> NDArray[Any]:
    """The value that stands in for an empty cell of a village, in every row: its id, its people, a fact or a constant."""
    if column.computed == "village_id":
        return typed.array("village_id")
    if column.computed == "people":
        return np.ceil(people)
    if column.computed:
        return np.full(typed.size, load_facts()[column.computed.removeprefix("fact ")])
    return np.full(typed.size, column.default, dtype=object)

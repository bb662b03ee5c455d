"""Heads to columns: which cells of a raw table belong to which column of the register."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.errors import nearest, said
from simlib.registry.cells import unit_name
from simlib.registry.columns import VILLAGES, Column, heads, normal_head, normal_text, schema
from simlib.registry.raw import Raw
from simlib.registry.report import Problem, column_name
from simlib.words import Both, both, together

_BRACKET = re.compile(r"(.*)\(.*\)")
NEAR = 0.75  # how like a known head an unknown one must be to be taken for a slip of it


@dataclass(frozen=True)
class Entry:
    """The cells of one column before they are read: text (or float64, NaN empty), one for each row of the sheet.

    `bad` holds problems found on the way here (a mapping), `given` says which cells come from the file, not from a default.
    """

    head: str
    words: pd.Series[Any]
    given: NDArray[np.bool_]
    bad: Mapping[int, Problem] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A table with its cells under our columns' names; `dropped` counts the rows that never got here, by reason."""

    table: str
    source: str
    rows: NDArray[np.int64]
    entries: Mapping[str, Entry]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    made: bool = False  # villages made from households

    def problem(self, place: int, column: str, seen: str, kind: str, **details: str) -> Problem:
        """A problem of the row at a place of this sheet, under the head as it stands there."""
        head = self.entries[column].head if column in self.entries else column
        return Problem(self.source, int(self.rows[place]), head, seen, kind, details)


def match_heads(raw: Raw, foreign: bool = False, known: Mapping[str, str] | None = None) -> Sheet:
    """Entries for every head that is a column's name or alias; `foreign` heads that are none are ignored, however near.

    `known` are normalised heads to look up (by default all of the table's).
    """
    known = heads(raw.table) if known is None else known
    places: dict[str, list[int]] = {}
    for place, head in enumerate(raw.heads):
        name = known.get(normal_head(head))
        if name:
            places.setdefault(name, []).append(place)
    entries = {name: _entry(raw, found[0]) for name, found in places.items()}
    twice = [_twice(raw, name, found) for name, found in places.items() if len(found) > 1]
    taken = {place for found in places.values() for place in found}
    others = [_other(raw, place, foreign, set(places)) for place in range(len(raw.heads)) if place not in taken]
    problems = [one for one in others if not one.is_note]
    notes = [*raw.notes, *(one for one in others if one.is_note)]
    found_problems = (*raw.problems, *twice, *problems)
    return Sheet(raw.table, raw.source, raw.rows, entries, found_problems, tuple(notes))


def _entry(raw: Raw, place: int) -> Entry:
    words = raw.frame[place].reset_index(drop=True)
    return Entry(raw.heads[place], words, np.ones(len(words), dtype=bool))


def _twice(raw: Raw, name: str, places: list[int]) -> Problem:
    heads_there = together((raw.heads[place] for place in places), ", ")
    details = {"wanted": column_name(raw.table, name), "heads": heads_there}
    return Problem(raw.source, 1, raw.heads[places[1]], "", "twice_column", details)


def _other(raw: Raw, place: int, foreign: bool, found: set[str]) -> Problem:
    """An unknown head: a problem where it is near to a column that is not there, else a note."""
    head = raw.heads[place]
    close, base = near_column(raw.table, head), _without_bracket(raw.table, head)
    if base and base.name not in found and not foreign:
        details = {"wanted": named(base), "unit": unit_name(base) if base.unit else said("no unit")}
        return Problem(raw.source, 1, head, head, "head_unit", details)
    if close and close.name not in found and not foreign:
        return Problem(raw.source, 1, head, head, "unknown_near", {"wanted": named(close)})
    hint = said("; the nearest is {column}", column=named(close)) if close else ""
    return Problem(raw.source, 1, head or said("(no head, column {place})", place=place + 1), "", "ignored_column", {"hint": hint})


def named(column: Column) -> Both:
    """A column by both its heads, the one of the language first."""
    return both(f"{column.name} ({column.zh})", f"{column.zh}（{column.name}）")


def _without_bracket(table: str, head: str) -> Column | None:
    """The column that a head would name, were it not for a bracket: most likely another unit."""
    bracket = _BRACKET.fullmatch(normal_text(head))
    name = heads(table).get(normal_head(bracket.group(1))) if bracket else None
    return schema()[table][name] if name else None


def near_column(table: str, head: str) -> Column | None:
    """The column whose name or alias is most like a head, if any is like it."""
    known = heads(table)
    close = get_close_matches(normal_head(head), known, n=1, cutoff=NEAR)
    return schema()[table][known[close[0]]] if close else None


def missing_columns(sheet: Sheet, raw_heads: tuple[str, ...]) -> list[Problem]:
    """A problem for every required column that is not there, naming the unused head that is most like it."""
    columns = schema()[sheet.table].values()
    lost = [one for one in columns if one.required and one.name not in sheet.entries]
    slips = {one.details["wanted"].split(" ")[0] for one in sheet.problems if one.kind in ("unknown_near", "head_unit")}
    return [_missing(sheet, column, raw_heads) for column in lost if column.name not in slips]


def _missing(sheet: Sheet, column: Column, raw_heads: tuple[str, ...]) -> Problem:
    used = {entry.head for entry in sheet.entries.values()}
    unused = {normal_head(head): head for head in raw_heads if head and head not in used}
    close = [unused[word] for name in (column.name, column.zh, *column.aliases) for word in _like(name, unused)]
    known = together((column.name, column.zh, *column.aliases), ", ")
    hint = said("is it {head!r}?", head=close[0]) if close else said("known heads: {heads}", heads=known)
    details = {"wanted": column.name, "zh": column.zh, "hint": hint}
    return Problem(sheet.source, 1, None, "", "missing_column", details)


def absent_columns(sheet: Sheet) -> list[Problem]:
    """A note for every column that is not there and has a stand-in."""
    columns = schema()[sheet.table].values()
    lost = [column for column in columns if not column.required and column.name not in sheet.entries]
    return [_absent(sheet, column) for column in lost]


def _absent(sheet: Sheet, column: Column) -> Problem:
    meaning = both(column.default_meaning["en"], column.default_meaning["zh"])
    return Problem(sheet.source, None, column_name(sheet.table, column.name), "", "absent_column", {"meaning": meaning})


def _like(name: str, heads_there: Mapping[str, str]) -> list[str]:
    return get_close_matches(normal_head(name), heads_there, n=1, cutoff=0.5)


def not_cut(raw: Raw) -> bool:
    """Whether the file could not be cut into cells, so that nothing more can be said."""
    return any(problem.kind == "not_csv" for problem in raw.problems)


def head_problem(raw: Raw) -> Problem | None:
    """What is wrong with a table of which no head is known: nothing in it, or its heads stand lower."""
    known = heads(raw.table)
    if any(normal_head(head) in known for head in raw.heads) or not_cut(raw):
        return None
    if not len(raw.frame) and not any(raw.heads):
        return Problem(raw.source, None, None, "", "no_rows")
    for place in range(min(5, len(raw.frame))):
        found = [normal_head(str(word)) in known for word in raw.frame.iloc[place]]
        if sum(found) > 1:
            row = str(raw.rows[place])
            return Problem(raw.source, 1, None, ", ".join(filter(None, raw.heads)), "no_heads", {"row": row})
    return None


def tidy(raw: Raw) -> Raw:
    """A raw table without its entirely empty rows and without the template's example rows; both are noted."""
    blank = np.ones(len(raw.frame), dtype=bool)
    for place in raw.frame.columns:
        blank &= _is_blank(raw.frame[place])
    example = _is_example(raw) & ~blank
    notes = []
    if blank.any():
        notes.append(Problem(raw.source, int(raw.rows[blank][0]), None, "", "blank_rows", {"count": str(blank.sum())}))
    if example.any():
        notes.append(Problem(raw.source, int(raw.rows[example][0]), None, "", "example_row"))
    return keep_rows(raw, ~blank & ~example, tuple(notes))


def _is_blank(words: pd.Series[Any]) -> NDArray[np.bool_]:
    if words.dtype == np.float64:
        return words.isna().to_numpy()
    codes, distinct = pd.factorize(words)
    return np.array([not normal_text(word) for word in distinct], dtype=bool)[codes]


def _is_example(raw: Raw) -> NDArray[np.bool_]:
    """Rows under the id column of the table that hold the example id of columns.yaml."""
    key = schema()[raw.table]["village_id" if raw.table == VILLAGES else "household_id"]
    known = heads(raw.table)
    found = [place for place, head in enumerate(raw.heads) if known.get(normal_head(head)) == key.name]
    if not found:
        return np.zeros(len(raw.frame), dtype=bool)
    return np.asarray(raw.frame[found[0]] == key.example, dtype=bool)


def keep_rows(raw: Raw, kept: NDArray[np.bool_], notes: tuple[Problem, ...] = ()) -> Raw:
    """A raw table of some of its rows."""
    frame = raw.frame[kept].reset_index(drop=True)
    return Raw(raw.table, raw.source, raw.heads, frame, raw.rows[kept], raw.broken, raw.problems, (*raw.notes, *notes))


def find_source(raw: Raw, name: str) -> int | None:
    """The place of a foreign head named by a mapping: as written, or the same once normalised."""
    exact = [place for place, head in enumerate(raw.heads) if head == name]
    alike = [place for place, head in enumerate(raw.heads) if normal_head(head) == normal_head(name)]
    return next(iter([*exact, *alike]), None)


def no_source(raw: Raw, name: str) -> Problem:
    """A head that a mapping names and the file lacks."""
    return Problem(raw.source, 1, name, "", "no_source", {"hint": nearest(name, [head for head in raw.heads if head])})

"""Reads a table of actual figures (CSV, XLSX or Parquet): checked figures, or an error that lists everything wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.state import BASE_YEAR, CLOSING_YEAR
from simlib.errors import Said, said
from simlib.monitoring import rules
from simlib.monitoring.actuals import Actuals, Base, base_of
from simlib.monitoring.columns import ACTUALS, IDS, REPORTED, columns, heads, table, units
from simlib.monitoring.messages import Finding
from simlib.monitoring.rules import Cells, Found
from simlib.registry import Registry
from simlib.registry.cells import parse_column
from simlib.registry.columns import Column, normal_head, normal_text
from simlib.registry.match import NEAR, named, not_cut, tidy
from simlib.registry.raw import Raw
from simlib.registry.read import cannot_be_read
from simlib.registry.report import Count, Problem
from simlib.registry.sources import read_files
from simlib.words import both, together

PROGRAMME = (BASE_YEAR + 1, CLOSING_YEAR)


@dataclass(frozen=True)
class Known:
    """What a table of actual figures is held against: villages of a register, what each has, and the years of a horizon."""

    villages: pd.DataFrame
    base: Base
    years: tuple[int, int]  # first and last


def read_actuals(path: str | Path, registry: Registry, years: tuple[int, int] = PROGRAMME) -> Actuals:
    """The table of actual figures at a path: a CSV or Parquet file, or a workbook with one sheet of figures, heads Chinese or English.

    `years`: first and last year that a row may be of. Raises InputError with every problem (sheet, row, column, what was seen, what would
    be right) in `problems`; an empty cell is none, it is counted as not reported.
    """
    raw, problems = _raw(Path(path))
    if raw is None:
        raise cannot_be_read(Path(path).name, problems)
    cells, found = _cells(raw)
    known = Known(registry.villages, base_of(registry), years)
    problems += [*raw.problems, *raw.broken, *found]
    if cells is not None:
        problems += _judged(cells, known)
    if cells is None or problems:
        raise cannot_be_read(raw.source, problems)
    notes = (*raw.notes, *(Finding(**vars(note)) for note in _unknown_heads(raw) if note.is_note), *rules.notes(cells))
    return Actuals(_frame(cells), Path(path).name, notes, _counts(cells))


# ---- the file


def _raw(path: Path) -> tuple[Raw | None, list[Problem]]:
    """The one table of a file, without its empty rows; None with the problem where there is not one."""
    files = read_files(path)
    extra = [note for note in files.notes if note.kind == "extra_sheets"]
    if files.households is None or files.villages is not None or extra:
        names = [raw.source for raw in (files.households, files.villages) if raw is not None]
        seen = together([*names, *(note.details["names"] for note in extra)], ", ")
        return None, [*files.problems, Finding(files.origin, None, None, seen, "one_sheet")]
    raw = replace(files.households, table=ACTUALS)
    if not_cut(raw) or not (len(raw.frame) or any(raw.heads)):
        return None, [*raw.problems, *([] if not_cut(raw) else [Finding(raw.source, None, None, "", "no_rows")])]
    return replace(tidy(replace(raw, table="households")), table=ACTUALS), list(files.problems)


# ---- its heads


def _places(raw: Raw) -> dict[str, list[int]]:
    """Where each of our columns stands."""
    found: dict[str, list[int]] = {}
    for place, head in enumerate(raw.heads):
        if name := heads().get(normal_head(head)):
            found.setdefault(name, []).append(place)
    return found


def _head_problems(raw: Raw, places: Mapping[str, list[int]]) -> Iterator[Problem]:
    """Columns that stand there twice, required ones that are missing, and heads that are likely slips of a column's."""
    for name, at in places.items():
        if len(at) > 1:
            wanted, heads_there = both(name, columns()[name].zh), together((raw.heads[place] for place in at), ", ")
            yield Finding(raw.source, 1, raw.heads[at[1]], "", "twice_column", {"wanted": wanted, "heads": heads_there})
    yield from (one for one in _unknown_heads(raw) if not one.is_note)
    for name in IDS:
        if name not in places:
            column = columns()[name]
            hint = said("known heads: {heads}", heads=together((column.name, column.zh, *column.aliases), ", "))
            yield Finding(raw.source, 1, None, "", "missing_column", {"wanted": name, "zh": column.zh, "hint": hint})


def _unknown_heads(raw: Raw) -> Iterator[Problem]:
    """A head that is no column of ours: a problem where it is near to one that is not there, or names another unit; else a note."""
    there = _places(raw)
    for place, head in enumerate(raw.heads):
        if normal_head(head) in heads():
            continue
        close = get_close_matches(normal_head(head), heads(), n=1, cutoff=NEAR)
        bare = heads().get(normal_head(normal_text(head).partition("(")[0]))
        if bare and bare not in there:
            details = {"wanted": named(columns()[bare]), "unit": _unit(columns()[bare])}
            yield Finding(raw.source, 1, head, head, "head_unit", details)
        elif close and heads()[close[0]] not in there:
            yield Finding(raw.source, 1, head, head, "unknown_near", {"wanted": named(columns()[heads()[close[0]]])})
        else:
            yield Finding(raw.source, 1, head or said("(no head, column {place})", place=place + 1), "", "ignored_column", {"hint": ""})


def _unit(column: Column) -> Said:
    return both(column.unit, units()[column.unit]) if column.unit else said("no unit")


# ---- its cells


def _cells(raw: Raw) -> tuple[Cells | None, list[Problem]]:
    """The cells by column; None where the heads will not do."""
    places = _places(raw)
    problems = list(_head_problems(raw, places))
    if any(name not in places for name in IDS):
        return None, problems
    if not len(raw.frame):
        return None, [*problems, Finding(raw.source, None, None, "", "no_rows")]
    head_of = {name: raw.heads[at[0]] for name, at in places.items()}
    read = {name: parse_column(raw.frame[at[0]].reset_index(drop=True), columns()[name]) for name, at in places.items()}
    words = {name: raw.frame[at[0]].reset_index(drop=True) for name, at in places.items()}
    absent = {name: pd.Series(np.full(len(raw.frame), np.nan)) for name in REPORTED if name not in places}
    values: dict[str, pd.Series[Any]] = {name: one.values for name, one in read.items()} | absent
    usable: dict[str, NDArray[np.bool_]] = {name: one.usable for name, one in read.items()}
    usable |= {name: np.zeros(len(raw.frame), dtype=bool) for name in absent}
    cells = Cells(raw.source, raw.rows, head_of, words, values, usable)
    for name, one in read.items():
        problems += [cells.problem(place, name, error.kind, **error.details) for place, error in one.bad.items()]
    for name in IDS:
        problems += [cells.problem(int(place), name, "empty") for place in np.flatnonzero(read[name].empty)]
    return cells, problems


def _judged(cells: Cells, known: Known) -> list[Problem]:
    """What is wrong with cells that could be read: one problem a cell, the first one found."""
    found: dict[Found, Problem] = {}
    for rule in (
        rules.ranges(cells),
        rules.unknown_villages(cells, known.villages),
        rules.outside_years(cells, known.years),
        rules.doubled(cells),
        rules.impossible(cells, known.villages, known.base),
    ):
        for where, problem in rule:
            if where not in found:
                found[where] = problem
                cells.usable[where[1]][where[0]] = False
    position = {name: place for place, name in enumerate(table().columns)}
    return [found[where] for where in sorted(found, key=lambda where: (where[0], position[where[1]]))]


def _frame(cells: Cells) -> pd.DataFrame:
    ids = {"village_id": cells.values["village_id"].astype("str"), "year": cells.values["year"].astype("int64")}
    return pd.DataFrame(ids | {name: cells.values[name].astype("float64") for name in REPORTED})


def _counts(cells: Cells) -> tuple[Count, ...]:
    """Reported and not reported cells of every figure."""
    rows = len(cells.rows)
    reported = {name: int(cells.values[name].notna().sum()) for name in REPORTED}
    return tuple(Count(ACTUALS, name, rows, kept, 0, rows - kept) for name, kept in reported.items())

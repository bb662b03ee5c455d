"""What looks like a slip though it may be right: notes, not problems, each at the first row that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simlib.registry.columns import HOUSEHOLDS, schema
from simlib.registry.raw import number_text
from simlib.registry.report import Problem
from simlib.registry.typed import Typed

ALIKE: Final = 0.9
"""The share of a table's ids that must be numbers of one length, for the others to stand out."""
LEAST_ROWS: Final = 10


def suspicions(typed: Typed) -> tuple[Problem, ...]:
    """Every note on a table, in the order of its columns."""
    of_households = (*_wages(typed), *_unregistered(typed)) if typed.sheet.table == HOUSEHOLDS else ()
    return (*_ids(typed), *of_households)


def _ids(typed: Typed) -> Iterator[Problem]:
    """Ids of fewer digits than nearly all others: Excel takes the zero off an id that it reads as a number."""
    name = "household_id" if typed.sheet.table == HOUSEHOLDS else "village_id"
    places = np.flatnonzero(typed.usable[name])
    ids = [str(one) for one in typed.array(name)[places]]
    lengths = np.array([len(one) if one.isascii() and one.isdigit() else 0 for one in ids], dtype=np.int64)
    if len(ids) < LEAST_ROWS or not lengths.any():
        return
    usual = int(np.bincount(lengths[lengths > 0]).argmax())
    short = places[(lengths > 0) & (lengths < usual)]
    if len(short) and np.mean(lengths == usual) >= ALIKE:
        yield _note(typed, name, short, "short_ids", usual=str(usual))


def _wages(typed: Typed) -> Iterator[Problem]:
    """Wages of a few yuan a year in a household whose other incomes hide it from the check of its income a head."""
    limit, wages = schema().limits["income_pc_low"], typed.numbers("wage_income")
    low = np.flatnonzero((wages > 0) & (wages < limit))
    if len(low):
        yield _note(typed, "wage_income", low, "low_wages", limit=f"{limit:,.10g}")


def _unregistered(typed: Typed) -> Iterator[Problem]:
    """Households without a year of registration in a table that has the column: who is not registered counts in no target."""
    name = "registered_from"
    if name not in typed.sheet.entries:
        return
    empty = np.flatnonzero(typed.usable[name] & np.isnan(typed.values[name].to_numpy(dtype=np.float64)))
    if len(empty):
        yield _note(typed, name, empty, "not_registered")


def _note(typed: Typed, name: str, places: NDArray[np.intp], kind: str, **details: str) -> Problem:
    """A note at the first of some rows, with what stands there and how many they are."""
    value = typed.values[name][int(places[0])]
    seen = "" if value is None or value != value else number_text(value) if isinstance(value, float) else str(value)
    return typed.sheet.problem(int(places[0]), name, seen, kind, count=str(len(places)), **details)

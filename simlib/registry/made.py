"""Villages made from a lone households file: one row for every village_id, with what the file says of villages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.errors import InputError, said
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, heads, normal_head, normal_text
from simlib.registry.foreign import apply_mapping
from simlib.registry.mapping import TableMapping
from simlib.registry.match import Entry, Sheet
from simlib.registry.raw import Raw
from simlib.registry.report import Problem


def made_villages(raw: Raw, households: Sheet, mapping: TableMapping) -> Sheet:
    """The village sheet of a households table.

    Columns of villages that stand in the households file (县, 地级市 ..., or by the mapping) are taken from it and must be the same
    in all rows of a village; the others take their declared defaults, counted: no poor village, so household funds only.
    `raw` is the table that `households` was made from, row by row. Raises InputError where the mapping filters villages.
    """
    if mapping.keep:
        raise InputError(said("mapping: villages.keep needs a village table, and there is none: use households.keep"))
    full = _rows_as_villages(raw, households, mapping)
    village_of, firsts = _villages_of(full)
    entries = {name: _collapsed(full, name, village_of, firsts) for name in full.entries}
    note = Problem(raw.source, None, None, "", "villages_made", {"count": str(len(firsts))})
    return Sheet(VILLAGES, raw.source, full.rows[firsts], entries, full.problems, (note,), made=True)


def _rows_as_villages(raw: Raw, households: Sheet, mapping: TableMapping) -> Sheet:
    """Village columns with a row for every household; heads that belong to households are left to them."""
    taken = {normal_head(head) for entry in households.entries.values() for head in entry.head.split(" + ")}
    own = {*heads(HOUSEHOLDS), *taken}
    known = {head: name for head, name in heads(VILLAGES).items() if head not in own}
    bare = replace(raw, table=VILLAGES, problems=(), notes=(), broken=())
    sheet = apply_mapping(bare, mapping, known)
    ids = {"village_id": households.entries["village_id"]} if "village_id" in households.entries else {}
    return replace(sheet, entries={**ids, **sheet.entries})


def _villages_of(sheet: Sheet) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """village_of[household row], -1 without an id; and the first household row of every village, in order of appearance."""
    entry = sheet.entries.get("village_id")
    if entry is None:
        return np.full(len(sheet.rows), -1), np.zeros(0, dtype=np.intp)
    ids = entry.words.map(lambda word: normal_text(str(word)) or None)
    village_of, _ = pd.factorize(ids)
    named = np.flatnonzero(village_of >= 0)
    return village_of, named[np.unique(village_of[named], return_index=True)[1]]


def _collapsed(sheet: Sheet, name: str, village_of: NDArray[np.intp], firsts: NDArray[np.intp]) -> Entry:
    """A column's cells at the first household of each village; a later household that says otherwise is a problem."""
    entry = sheet.entries[name]
    words = entry.words.map(str).to_numpy()
    bad = {village: entry.bad[int(place)] for village, place in enumerate(firsts) if int(place) in entry.bad}
    first = words[firsts][village_of] if len(firsts) else words
    differs = (village_of >= 0) & (words != first) & (name != "village_id")
    for place in np.flatnonzero(differs):
        village = int(village_of[place])
        details = {"row": str(sheet.rows[firsts[village]]), "other": str(first[place])}
        problem = Problem(sheet.source, int(sheet.rows[place]), entry.head, words[place], "differs_in_village", details)
        bad.setdefault(village, problem)
    return Entry(entry.head, entry.words.iloc[firsts].reset_index(drop=True), entry.given[firsts], bad)

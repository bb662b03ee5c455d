"""Checks a register, or a foreign file through a mapping: every problem at its sheet, row and column, and every cell counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.errors import said
from simlib.registry import rules
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, schema
from simlib.registry.foreign import apply_mapping, filtered
from simlib.registry.made import made_villages
from simlib.registry.mapping import MappingFile, TableMapping, load_mapping
from simlib.registry.match import Sheet, absent_columns, head_problem, missing_columns, not_cut, tidy
from simlib.registry.raw import Files, Raw
from simlib.registry.report import Count, Problem, Refusal, Report
from simlib.registry.sources import read_files
from simlib.registry.suspicions import suspicions
from simlib.registry.typed import Typed, computed_default, fill_waiting, read_cells, with_problems
from simlib.words import together

NO_MAPPING = MappingFile({HOUSEHOLDS: TableMapping(), VILLAGES: TableMapping()})


@dataclass(frozen=True)
class Examined:
    """A report, and the rows that are left as complete tables; they are None where no register can be had."""

    report: Report
    households: pd.DataFrame | None = None
    villages: pd.DataFrame | None = None


def check(path: str | Path, mapping: str | Path | None = None) -> Report:
    """Every problem of a register at a path (.xlsx, folder, households file), through a mapping file if one is given.

    Changes nothing. Raises InputError only where there is nothing to check: no such file, no known format, a mapping file that is
    itself wrong.
    """
    return examine(path, mapping).report


def examine(path: str | Path, mapping: str | Path | None = None) -> Examined:
    """`check`, with the tables that it read."""
    return examine_files(read_files(path), load_mapping(mapping) if mapping is not None else NO_MAPPING)


def examine_files(files: Files, rule: MappingFile = NO_MAPPING) -> Examined:
    """`examine` of tables that were read already."""
    households = files.households
    if households is None:
        return Examined(_unread(files, [*files.problems, _no_households(files)], rule))
    bad_heads = [found for raw in (files.households, files.villages) if raw for found in [head_problem(raw)] if found]
    if bad_heads or any(not_cut(raw) for raw in (files.households, files.villages) if raw):
        return Examined(_unread(files, [*files.problems, *bad_heads], rule))
    return _examine_tables(files, households, rule)


def _no_households(files: Files) -> Problem:
    names = together((schema().tables[HOUSEHOLDS].zh, HOUSEHOLDS), ", ")
    details = {"what": said("sheet or file"), "wanted": names, "hint": said("a village table alone is no register")}
    return Problem(files.origin, None, None, "", "no_table", details)


def _unread(files: Files, problems: list[Problem], mapping: MappingFile) -> Report:
    read = (*problems, *(one for raw in (files.households, files.villages) if raw for one in raw.problems))
    return Report(files.origin, files.synthetic, 0, 0, 0, read, files.notes, (), (), mapping.refuse_bad_rows)


# ---- the tables


@dataclass(frozen=True)
class _State:
    """Both tables as read and judged; `refused[row]` is the reason, or the empty text."""

    households: Typed
    villages: Typed
    refused_households: NDArray[Any]
    refused_villages: NDArray[Any]


def _examine_tables(files: Files, given: Raw, mapping: MappingFile) -> Examined:
    raw, households = sheet_of(given, mapping.tables[HOUSEHOLDS])
    if files.villages is None:
        villages = made_villages(raw, households, mapping.tables[VILLAGES])
        households = _without_claimed(households, villages)
    else:
        villages = sheet_of(files.villages, mapping.tables[VILLAGES])[1]
    state = _judge(read_cells(households), read_cells(villages), mapping.refuse_bad_rows)
    report = _report(files, state, mapping)
    if report.blocking:
        return Examined(report)
    kept = (state.refused_households == "", state.refused_villages == "")
    return Examined(report, _frame(state.households, kept[0]), _frame(state.villages, kept[1]))


def sheet_of(raw: Raw, mapping: TableMapping) -> tuple[Raw, Sheet]:
    """The rows to read and their sheet; what is missing from its heads is added to its problems."""
    kept, refused = filtered(tidy(raw), mapping)
    sheet = apply_mapping(kept, mapping)
    dropped = Counter({"not_kept": refused} if refused else {})
    dropped.update(problem.kind for problem in kept.broken)
    problems = (*sheet.problems, *missing_columns(sheet, kept.heads), *kept.broken, *_nothing(kept, dropped))
    return kept, replace(sheet, problems=problems, notes=(*sheet.notes, *absent_columns(sheet)), dropped=dropped)


def _without_claimed(households: Sheet, villages: Sheet) -> Sheet:
    """Households without what was said of heads that turned out to be columns of villages."""
    claimed = {head for entry in villages.entries.values() for head in entry.head.split(" + ")}
    problems = tuple(one for one in households.problems if one.kind not in ("unknown_near", "head_unit") or one.column not in claimed)
    notes = tuple(one for one in households.notes if one.kind != "ignored_column" or one.column not in claimed)
    return replace(households, problems=problems, notes=notes)


def _nothing(kept: Raw, dropped: Mapping[str, int]) -> tuple[Problem, ...]:
    """Heads without a row, or without one that `keep` keeps."""
    if len(kept.frame) or kept.broken:
        return ()
    gone = sum(dropped.values())
    kind, details = ("nothing_left", {"count": str(gone)}) if gone else ("no_rows", {})
    return (Problem(kept.source, None, None, "", kind, details),)


def _judge(households: Typed, villages: Typed, refuse: bool) -> _State:
    for rule in (rules.column_problems, rules.row_problems, rules.duplicate_ids):
        households = with_problems(households, rule(households))
    for rule in (rules.column_problems, rules.duplicate_ids, rules.village_problems):
        villages = with_problems(villages, rule(villages))
    if "village_id" in households.sheet.entries and "village_id" in villages.sheet.entries:
        households = with_problems(households, rules.unknown_villages(households, villages))
    refused_h, refused_v = _reasons(households, refuse), _reasons(villages, refuse)
    refused_h = _with_their_villages(households, villages, refused_h, refused_v)
    people = village_people(households, villages, refused_h == "")
    villages = _filled(with_problems(villages, rules.too_few_residents(villages, people)), people)
    refused_v = np.where(refused_v == "", _reasons(villages, refuse), refused_v)
    refused_h = _with_their_villages(households, villages, refused_h, refused_v)
    if villages.sheet.made and refuse:
        left = _households_in(households, villages, refused_h == "") > 0
        refused_v = np.where((refused_v == "") & ~left, "no_household_left", refused_v)
    return _State(households, villages, refused_h, refused_v)


def _reasons(typed: Typed, refuse: bool) -> NDArray[Any]:
    """The first problem of every row that has one, where bad rows are refused."""
    reasons = np.full(typed.size, "", dtype=object)
    for (place, _), problem in typed.problems.items():
        if refuse and not reasons[place]:
            reasons[place] = problem.kind
    return reasons


def _places(households: Typed, villages: Typed) -> NDArray[np.intp]:
    """The row of a household's village, -1 where there is none that can be used."""
    usable = villages.usable["village_id"]
    index = pd.Index(villages.array("village_id")[usable])
    found = index.get_indexer(pd.Index(households.array("village_id")))
    return np.where(found >= 0, np.flatnonzero(usable)[found] if usable.any() else -1, -1)


def _with_their_villages(households: Typed, villages: Typed, refused_h: NDArray[Any], refused_v: NDArray[Any]) -> NDArray[Any]:
    places = _places(households, villages)
    gone = (places >= 0) & (refused_v[places] != "") if villages.size else np.zeros(households.size, dtype=bool)
    return np.where((refused_h == "") & gone, "village_refused", refused_h)


def village_people(households: Typed, villages: Typed, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weighted people of the given household rows in each village."""
    heads = np.nan_to_num(households.numbers("members") * households.numbers("weight"))
    return _sum_in(households, villages, rows, heads)


def _households_in(households: Typed, villages: Typed, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    return _sum_in(households, villages, rows, np.ones(households.size))


def _sum_in(households: Typed, villages: Typed, rows: NDArray[np.bool_], amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    places = _places(households, villages)
    counted = rows & (places >= 0) & households.all_usable(("members", "weight"))
    return np.bincount(places[counted], weights=amounts[counted], minlength=villages.size).astype(np.float64)


def _filled(villages: Typed, people: NDArray[np.float64]) -> Typed:
    """Villages with values in the cells that only poor villages must fill, and in those worked out from others."""
    other = villages.usable["is_poor_village"] & (villages.array("is_poor_village") == False)  # noqa: E712 -- objects
    for column in schema()[VILLAGES].values():
        if column.computed or column.required_poor:
            rows = other if column.required_poor else villages.usable["village_id"]
            villages = fill_waiting(villages, column.name, rows, computed_default(column, villages, people))
    return villages


def _frame(typed: Typed, kept: NDArray[np.bool_]) -> pd.DataFrame:
    frame = pd.DataFrame(dict(typed.values))[kept].reset_index(drop=True)
    return frame.astype({column.name: bool for column in schema()[typed.sheet.table].values() if column.type == "flag"})


# ---- the report


def _report(files: Files, state: _State, mapping: MappingFile) -> Report:
    kept = state.refused_households == ""
    registered = kept & np.asarray(pd.Series(state.households.array("registered_from")).notna())
    people = village_people(state.households, state.villages, registered).sum()
    pairs = ((state.households, state.refused_households), (state.villages, state.refused_villages))
    return Report(
        files.origin,
        files.synthetic,
        households=int(kept.sum()),
        villages=int((state.refused_villages == "").sum()),
        people=round(float(people)),
        problems=(*files.problems, *(one for typed, _ in pairs for one in _problems(typed)), *_all_refused(state)),
        notes=(*files.notes, *(note for typed, _ in pairs for note in (*typed.sheet.notes, *suspicions(typed))), *_empty_villages(state)),
        counts=tuple(count for typed, refused in pairs for count in _counts(typed, refused)),
        refusals=tuple(one for typed, refused in pairs for one in _refusals(typed, refused)),
        refuses_bad_rows=mapping.refuse_bad_rows,
    )


def _problems(typed: Typed) -> list[Problem]:
    """Those of the table first, then by row and column; ids of made villages are the households' own cells, named there."""
    position = {name: place for place, name in enumerate(schema()[typed.sheet.table])}
    own = [cell for cell in typed.problems if not (typed.sheet.made and cell[1] == "village_id")]
    cells = sorted(own, key=lambda cell: (cell[0], position[cell[1]]))
    return [*typed.sheet.problems, *(typed.problems[cell] for cell in cells)]


def _all_refused(state: _State) -> list[Problem]:
    rows = state.refused_households
    if not len(rows) or (rows == "").any():
        return []
    return [Problem(state.households.sheet.source, None, None, "", "nothing_left", {"count": str(len(rows))})]


def _empty_villages(state: _State) -> list[Problem]:
    inhabited = _households_in(state.households, state.villages, state.refused_households == "")
    empty = (inhabited == 0) & (state.refused_villages == "")
    source = state.villages.sheet.source
    return [Problem(source, None, None, "", "no_households", {"count": str(empty.sum())})] if empty.any() else []


def _counts(typed: Typed, refused: NDArray[Any]) -> list[Count]:
    """kept + refused + defaulted = rows, column by column; rows that never got here are refused in all."""
    gone = sum(typed.sheet.dropped.values())
    lost = {name: (refused != "") | ~typed.usable[name] for name in typed.usable}
    return [
        Count(
            typed.sheet.table,
            name,
            rows=typed.size + gone,
            kept=int((~mask & ~typed.defaulted[name]).sum()),
            refused=int(mask.sum()) + gone,
            defaulted=int((~mask & typed.defaulted[name]).sum()),
        )
        for name, mask in lost.items()
    ]


def _refusals(typed: Typed, refused: NDArray[Any]) -> list[Refusal]:
    reasons = Counter(typed.sheet.dropped)
    reasons.update(str(reason) for reason in refused if reason)
    return [Refusal(typed.sheet.table, reason, rows) for reason, rows in reasons.items()]

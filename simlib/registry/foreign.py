"""Carries a mapping out: the cells of a foreign table, row by row, under our columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.errors import said
from simlib.registry.cells import parse_column
from simlib.registry.columns import ABSENT, NUMBER_OF_ANY_SIZE, heads, normal_head, normal_text
from simlib.registry.mapping import Rule, TableMapping, as_word
from simlib.registry.match import Entry, Sheet, find_source, keep_rows, match_heads, no_source
from simlib.registry.raw import Raw, number_text, unescape
from simlib.registry.report import Problem


def apply_mapping(raw: Raw, mapping: TableMapping, known: Mapping[str, str] | None = None) -> Sheet:
    """A Sheet of columns by their rules; those without a rule by their own heads, where the mapping does not use them otherwise.

    `known` are the heads to look up, by default all of the table's.
    """
    named = [*mapping.keep, *(name for rule in mapping.rules.values() for name in _names(rule))]
    lost = [no_source(raw, name) for name in dict.fromkeys(named) if find_source(raw, name) is None]
    missing = {str(problem.column) for problem in lost}
    used = {normal_head(name) for name in named}
    every = heads(raw.table) if known is None else known
    free = {head: name for head, name in every.items() if name not in mapping.rules and head not in used}
    sheet = match_heads(raw, bool(mapping.rules) or known is not None, free)
    ready = {name: rule for name, rule in mapping.rules.items() if not missing.intersection(_names(rule))}
    entries = dict(sheet.entries) | {name: _entry(raw, rule) for name, rule in ready.items()}
    notes = tuple(note for note in sheet.notes if note.column not in named)
    return replace(sheet, entries=entries, problems=(*sheet.problems, *lost), notes=notes)


def filtered(raw: Raw, mapping: TableMapping) -> tuple[Raw, int]:
    """The rows that the mapping's `keep` keeps, and how many it does not."""
    kept = np.ones(len(raw.frame), dtype=bool)
    for name, words in mapping.keep.items():
        if find_source(raw, name) is not None:
            kept &= _texts(raw, name).isin(words).to_numpy(dtype=bool)
    return keep_rows(raw, kept), int((~kept).sum())


def _names(rule: Rule) -> list[str]:
    """Every foreign column that a rule reads."""
    return [*rule.sources, *(scale for scale in (rule.factor, rule.divide) if isinstance(scale, str))]


def _words(raw: Raw, name: str) -> pd.Series[Any]:
    return raw.frame[find_source(raw, name)].reset_index(drop=True)


def _texts(raw: Raw, name: str) -> pd.Series[Any]:
    words = _words(raw, name)
    return words.map(_text).astype(object)


def _text(word: Any) -> str:
    if isinstance(word, float):
        return "" if np.isnan(word) else number_text(word)
    return unescape(normal_text(str(word)))


def _entry(raw: Raw, rule: Rule) -> Entry:
    if rule.constant is not ABSENT:
        words = pd.Series([as_word(rule.constant)] * len(raw.frame), dtype=object)
        return Entry(said("{column} (constant)", column=rule.column), words, np.zeros(len(words), dtype=bool))
    return _computed(raw, rule) if rule.computes else _taken_over(raw, rule)


def _taken_over(raw: Raw, rule: Rule) -> Entry:
    words = _words(raw, rule.sources[0])
    if rule.recode:
        words = _texts(raw, rule.sources[0]).map(lambda word: rule.recode.get(word, word)).astype(object)
    empty = words.isna().to_numpy() if words.dtype == np.float64 else (words.str.strip() == "").to_numpy(dtype=bool)
    given = np.ones(len(words), dtype=bool)
    if rule.default is not ABSENT and empty.any():
        default = as_word(rule.default)
        words, given = words.astype(object).where(~empty, default), ~empty
    return Entry(rule.sources[0], words, given)


def _computed(raw: Raw, rule: Rule) -> Entry:
    """Numbers of the sources, defaults put in, summed and scaled; what cannot be worked out is bad, never zero."""
    bad: dict[int, Problem] = {}
    given = np.ones(len(raw.frame), dtype=bool)
    parts = []
    for name in rule.sources:
        numbers = _numbers(raw, name, bad)
        if rule.default is not ABSENT:
            given &= ~(np.isnan(numbers) & ~_in(bad, len(numbers)))
            numbers = np.where(np.isnan(numbers), float(rule.default), numbers)
        parts.append(numbers)
    table = np.column_stack(parts)
    _name_gaps(raw, rule, table, bad)
    total = table.sum(axis=1) * _scale(raw, rule.factor, table, bad) / _scale(raw, rule.divide, table, bad)
    total[_in(bad, len(total))] = np.nan
    return Entry(" + ".join(rule.sources), pd.Series(total), given, bad)


def _numbers(raw: Raw, name: str, bad: dict[int, Problem]) -> NDArray[np.float64]:
    """A foreign column as numbers, NaN where empty; cells that are none go into `bad`."""
    words = _words(raw, name)
    parsed = parse_column(words, NUMBER_OF_ANY_SIZE)
    for place, error in parsed.bad.items():
        bad.setdefault(place, _problem(raw, place, name, str(words[place]), error.kind, error.details))
    return parsed.values.to_numpy(dtype=np.float64)


def _name_gaps(raw: Raw, rule: Rule, table: NDArray[np.float64], bad: dict[int, Problem]) -> None:
    """A sum with some cells empty and some not has no value; one with all cells empty is an empty cell."""
    empty = np.isnan(table)
    for place in np.flatnonzero(empty.any(axis=1) & ~empty.all(axis=1)):
        name = rule.sources[int(np.flatnonzero(empty[place])[0])]
        bad.setdefault(int(place), _problem(raw, int(place), name, "", "empty_source", {}))


def _scale(raw: Raw, scale: float | str | None, table: NDArray[np.float64], bad: dict[int, Problem]) -> float | NDArray[np.float64]:
    """What to multiply or divide by; a row that has a value to scale but nothing to scale it by is bad."""
    if not isinstance(scale, str):
        return 1.0 if scale is None else scale
    numbers = _numbers(raw, scale, bad)
    lost = np.isnan(numbers) | (numbers == 0)
    for place in np.flatnonzero(lost & ~np.isnan(table).all(axis=1)):
        seen = "" if np.isnan(numbers[place]) else "0"
        bad.setdefault(int(place), _problem(raw, int(place), scale, seen, "no_factor", {"column": scale}))
    return np.where(lost, np.nan, numbers)


def _problem(raw: Raw, place: int, head: str, seen: str, kind: str, details: dict[str, str]) -> Problem:
    return Problem(raw.source, int(raw.rows[place]), head, seen, kind, details)


def _in(bad: dict[int, Problem], length: int) -> NDArray[np.bool_]:
    mask = np.zeros(length, dtype=bool)
    mask[list(bad)] = True
    return mask

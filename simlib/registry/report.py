"""What reading and checking have to say: problems, notes, and the count of every column's cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simlib.registry.messages import NOTES, say

FIRST_ROW = 2  # heads are row 1
SEEN_LENGTH = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or (a note) worth knowing: where it stands as the user sees it, what was seen, what would be right.

    `source` is the sheet or file, `row` counts as Excel does (heads are row 1; None for the whole table), `column` is the head
    as it stands there. `kind` and `details` are what a catalogue in another language needs.
    """

    source: str
    row: int | None
    column: str | None
    seen: str
    kind: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> str:
        """What would be right (of a note: what was done)."""
        return say(self.kind, self.details)

    @property
    def is_note(self) -> bool:
        """Whether nothing is wrong: something was skipped, ignored or made."""
        return self.kind in NOTES

    @property
    def of_table(self) -> bool:
        """Whether it is of the whole table: the file or its heads."""
        return self.row is None or self.row < FIRST_ROW

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row}"
        column = "" if self.column is None else f", column {self.column}"
        seen = f"seen {shorten(self.seen)!r}, " if self.seen else ""
        return f"{self.source}{row}{column}: {seen}{'' if self.is_note else 'wanted '}{self.wanted}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        names = ("source", "row", "column", "seen", "wanted", "kind")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Count:
    """The cells of one column: rows = kept + refused + defaulted."""

    table: str
    column: str
    rows: int
    kept: int
    refused: int
    defaulted: int


@dataclass(frozen=True)
class Refusal:
    """Rows of a table that were refused for one reason; a row counts once, under its first."""

    table: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Report:
    """The outcome of a check; people are registered people, weighted and to the whole person, of the rows that are kept.

    `refusals` is empty unless a mapping refuses rows; `blocking` are the problems for which no register can be had.
    """

    origin: str
    synthetic: bool
    households: int
    villages: int
    people: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    counts: tuple[Count, ...]
    refusals: tuple[Refusal, ...]
    refuses_bad_rows: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that keep it from being read: all, or with `refuse_bad_rows` those that are of no single row."""
        return tuple(one for one in self.problems if one.of_table or not self.refuses_bad_rows)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: plain values only."""
        plain = {name: getattr(self, name) for name in ("origin", "synthetic", "households", "villages", "people", "ok")}
        lists = {name: [one.as_dict() for one in getattr(self, name)] for name in ("problems", "notes")}
        tallies = {name: [vars(one) for one in getattr(self, name)] for name in ("counts", "refusals")}
        return plain | lists | tallies


def shorten(text: str) -> str:
    """Text for a message: long cells cut."""
    return text if len(text) <= SEEN_LENGTH else text[: SEEN_LENGTH - 1] + "…"


def as_lines(problems: Iterable[Problem]) -> tuple[str, ...]:
    """One sentence a problem."""
    return tuple(str(one) for one in problems)

"""What reading and checking have to say: problems, notes, and the count of every column's cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simlib.errors import Said, said
from simlib.registry.columns import schema
from simlib.registry.messages import NOTES, SHORT, say
from simlib.words import Both, Words, both

FIRST_ROW = 2  # heads are row 1
SEEN_LENGTH = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or (a note) worth knowing: where it stands as the user sees it, what was seen, what would be right.

    `source` is the sheet or file, `row` counts as Excel does (heads are row 1; None for the whole table), `column` is the head
    as it stands there. `str` is the English sentence, `told` the sentence in a language.
    """

    source: str
    row: int | None
    column: str | None
    seen: str
    kind: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> Said:
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

    @property
    def where(self) -> Said:
        """The sheet or file, the row and the column, as far as they are known."""
        source, row, column = self.source, self.row, self.column
        if row is None:
            return said("{source}", source=source) if column is None else said("{source}, column {column}", source=source, column=column)
        if column is None:
            return said("{source}, row {row}", source=source, row=row)
        return said("{source}, row {row}, column {column}", source=source, row=row, column=column)

    @property
    def sentence(self) -> Said:
        """The whole problem or note."""
        where, seen, wanted = self.where, shorten(self.seen), self.wanted
        if self.is_note and seen:
            return said("{where}: seen {seen!r}, {done}", where=where, seen=seen, done=wanted)
        if self.is_note:
            return said("{where}: {done}", where=where, done=wanted)
        if seen:
            return said("{where}: seen {seen!r}, wanted {wanted}", where=where, seen=seen, wanted=wanted)
        return said("{where}: wanted {wanted}", where=where, wanted=wanted)

    def told(self, words: Words) -> str:
        """The whole problem or note in a language."""
        return words.tell(self.sentence)

    def __str__(self) -> str:
        return str(self.sentence)

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


def as_lines(problems: Iterable[Problem]) -> tuple[Said, ...]:
    """One sentence a problem."""
    return tuple(one.sentence for one in problems)


def report_text(report: Report, words: Words) -> str:
    """A report for people, in a language: counts, what was refused or defaulted, notes, problems."""
    lines = [*_counted(report, words), *(words("  note: {note}", note=note.sentence) for note in report.notes)]
    problems = [f"  {problem.told(words)}" for problem in report.problems]
    found = words("{count} problems:", count=len(problems)) if problems else words("no problem")
    return "\n".join([_head(report, words), *lines, found, *problems])


def _head(report: Report, words: Words) -> str:
    counts = {"households": report.households, "people": report.people, "villages": report.villages}
    found = said("{households} households, {people} registered people, {villages} villages", **counts)
    if report.synthetic:
        return words("{origin}: SYNTHETIC, {found}", origin=report.origin, found=found)
    return words("{origin}: {found}", origin=report.origin, found=found)


def _counted(report: Report, words: Words) -> Iterator[str]:
    """Columns all of whose cells were kept, in one line; a line for each of the others; why rows were refused."""
    changed = [one for one in report.counts if one.refused or one.defaulted]
    if report.counts:
        yield words("  {count} columns: every cell kept", count=len(report.counts) - len(changed))
    for one in changed:
        cells = {"rows": one.rows, "kept": one.kept, "refused": one.refused, "defaulted": one.defaulted}
        where = said("{table}.{column}", table=table_name(one.table), column=column_name(one.table, one.column))
        told = said("{where}: {rows} cells = {kept} kept + {refused} refused + {defaulted} defaulted", where=where, **cells)
        yield f"  {words.tell(told)}{_meaning(one, words)}"
    for refusal in report.refusals:
        reason = words(SHORT.get(refusal.reason, refusal.reason))
        yield words("  {rows} rows of {table} refused: {reason}", rows=refusal.rows, table=table_name(refusal.table), reason=reason)


def _meaning(count: Count, words: Words) -> str:
    """What the cells that were defaulted stand for, in brackets; the empty text where none was."""
    meaning = schema()[count.table][count.column].default_meaning
    return words(" ({meaning})", meaning=meaning[words.language]) if count.defaulted and meaning else ""


def table_name(table: str) -> Both:
    """A table as each language calls it."""
    return both(table, f"{schema().tables[table].zh}表")


def column_name(table: str, column: str) -> Both:
    """A column as each language calls it: by its name or by its Chinese head."""
    return both(column, schema()[table][column].zh)

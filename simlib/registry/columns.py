"""The columns of a register: one declared schema (columns.yaml) that reading, checking, the template and the data dictionary share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from simlib.errors import Said, said
from simlib.words import noop

SCHEMA_FILE = Path(__file__).with_name("columns.yaml")
HOUSEHOLDS, VILLAGES = "households", "villages"
LONGEST = 200  # characters of an id or a name
ABSENT = object()  # no default is declared, which is not the same as a default of nothing
NUMERIC = frozenset({"count", "money", "number", "share", "year"})
WHOLE = frozenset({"count", "year"})
_UNIT_IN_HEAD = re.compile(r"\((元|元/年|元/户/年|人|亩|个|年|yuan|yuan/year|people|persons|mu|rmb|cny)\)$")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SEPARATORS = re.compile(r"[\s_\-*:]+")


@dataclass(frozen=True)
class Choice:
    """One word that a column of words may hold: its code, its Chinese label and what else is understood."""

    code: str
    zh: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One column as declared in columns.yaml; `default` is ABSENT where an empty cell has no stand-in."""

    table: str
    name: str
    type: str
    zh: str
    aliases: tuple[str, ...]
    meaning: Mapping[str, str]
    example: Any
    unit: str = ""
    required: bool = False  # in every row
    required_poor: bool = False  # in the rows of poor villages
    low: float | None = None
    high: float | None = None
    above: float | None = None  # an open lower end
    step: float | None = None
    negative: bool = False
    default: Any = ABSENT
    absent: Any = ABSENT
    computed: str = ""
    lone: Any = ABSENT
    spare: bool = False  # a table made in memory may leave it out
    default_meaning: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    unasked: tuple[Choice, ...] = ()  # words that are known and wrong: of measures, those that nobody is asked for

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.type in NUMERIC

    @property
    def nullable(self) -> bool:
        """Whether an empty cell stays empty: it says something by itself (not asked, not registered, not recorded)."""
        return self.default is None

    @property
    def range_text(self) -> Said:
        """The declared range in words; empty where there is none."""
        low = None if self.low is None else self.shown(self.low)
        high = None if self.high is None else self.shown(self.high)
        between = _between(low, high) if self.above is None else _above(f"{self.above:g}", high)
        return between if self.step is None else said("{range} in steps of {step}", range=between, step=f"{self.step:g}")

    def shown(self, bound: float) -> str:
        """A bound as it is printed: thousands set off, but not in a year."""
        return f"{bound:g}" if self.type == "year" else f"{bound:,.10g}"

    @property
    def has_default(self) -> bool:
        """Whether something stands in for an empty cell."""
        return self.default is not ABSENT or bool(self.computed)

    @property
    def when_absent(self) -> Any:
        """The constant for a column that is absent altogether; ABSENT where there is none."""
        return self.default if self.absent is ABSENT else self.absent

    def choice_of(self) -> dict[str, str]:
        """Every spelling of every choice, normalised, to its code."""
        return _spellings(self.choices)

    def unasked_of(self) -> dict[str, str]:
        """Likewise of the words that are known and wrong."""
        return _spellings(self.unasked)


def _between(low: str | None, high: str | None) -> Said:
    if low is None:
        return Said("", {}) if high is None else said("up to {high}", high=high)
    return said("from {low}", low=low) if high is None else said("from {low} up to {high}", low=low, high=high)


def _above(low: str, high: str | None) -> Said:
    return said("above {low}", low=low) if high is None else said("above {low} up to {high}", low=low, high=high)


def _spellings(choices: tuple[Choice, ...]) -> dict[str, str]:
    return {normal_head(word): choice.code for choice in choices for word in (choice.code, choice.zh, *choice.aliases)}


NUMBER_OF_ANY_SIZE = Column("", "number", "number", "", (), {}, None, unit=noop("the unit of its column"))  # a foreign column's


@dataclass(frozen=True)
class Table:
    """One of the two tables: its columns in canonical order, its Chinese name and the sheet names it is known by."""

    name: str
    zh: str
    row: Mapping[str, str]
    sheets: tuple[str, ...]
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class Schema:
    """Both tables, the words for yes and no, Chinese names of units, and the bounds of a believable income."""

    tables: Mapping[str, Table]
    flags: Mapping[str, bool]
    limits: Mapping[str, float]
    units: Mapping[str, str]

    def __getitem__(self, table: str) -> Mapping[str, Column]:
        return self.tables[table].columns


def normal_text(text: str) -> str:
    """Text as it is compared and kept: Unicode NFKC (full-width forms become plain ones), outer blanks off."""
    return unicodedata.normalize("NFKC", text).strip()


def is_plain(text: str) -> bool:
    """Whether a text has no invisible character: no control, format or surrogate one, no line or paragraph break, no noncharacter.

    Private and unassigned characters stay: rare characters of names are among them.
    """
    return text.isprintable() or not any(unicodedata.category(mark) in _INVISIBLE or _is_noncharacter(mark) for mark in text)


def _is_noncharacter(mark: str) -> bool:
    return ord(mark) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(mark) <= 0xFDEF


def normal_head(text: str) -> str:
    """A column head or a word as it is looked up: NFKC, case, blanks, `_`, `-`, `*`, `:` and a base unit in brackets left out.

    A head with another unit, such as 工资性收入（万元）, keeps it and so stays unknown: 万 is never taken for yuan.
    """
    plain = _SEPARATORS.sub("", normal_text(text).casefold())
    return _UNIT_IN_HEAD.sub("", plain)


def heads(table: str) -> Mapping[str, str]:
    """Every accepted head of a table, normalised, to the column's name."""
    return _heads(table)


@cache
def _heads(table: str) -> Mapping[str, str]:
    return heads_of(schema()[table].values())


def heads_of(columns: Iterable[Column]) -> Mapping[str, str]:
    """Every accepted head of some columns, normalised, to the column's name. ValueError for a head of two columns."""
    known: dict[str, str] = {}
    for column in columns:
        for word in (column.name, column.zh, *column.aliases):
            owner = known.setdefault(normal_head(word), column.name)
            if owner != column.name:
                raise ValueError(f"columns.yaml: head {word!r} stands for both {owner} and {column.name}")
    return MappingProxyType(known)


@cache
def schema() -> Schema:
    """The declared schema, read once; raises ValueError where columns.yaml itself is wrong."""
    declared = yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))
    tables = {name: _table(name, fields) for name, fields in declared["tables"].items()}
    flags = {normal_head(word): key == "true" for key, words in declared["words"].items() for word in words}
    limits, units = MappingProxyType(declared["limits"]), MappingProxyType(declared["units"])
    return Schema(MappingProxyType(tables), MappingProxyType(flags), limits, units)


def _table(name: str, fields: dict[str, Any]) -> Table:
    columns = {key: _column(name, key, dict(declared)) for key, declared in fields["columns"].items()}
    return Table(name, fields["zh"], fields["row"], tuple(fields["sheets"]), MappingProxyType(columns))


def _column(table: str, name: str, declared: dict[str, Any]) -> Column:
    required = declared.pop("required", False)
    choices, unasked = (_choices(declared.pop(key, {})) for key in ("choices", "unasked"))
    declared["aliases"] = tuple(declared.get("aliases", ()))
    column = Column(
        table=table,
        name=name,
        required=required is True,
        required_poor=required == "poor",
        choices=choices,
        unasked=unasked,
        **_with_low(declared),
    )
    if required not in (True, False, "poor") or (not column.required and not column.has_default):
        raise ValueError(f"columns.yaml: {table}.{name} needs `required: true | poor`, or a default")
    return column


def _choices(declared: dict[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(code, words["zh"], tuple(words["aliases"])) for code, words in declared.items())


def _with_low(declared: dict[str, Any]) -> dict[str, Any]:
    """Counts start at 0 where nothing else is said."""
    return {"low": 0, **declared} if declared["type"] == "count" else declared

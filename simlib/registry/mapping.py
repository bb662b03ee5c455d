"""A mapping file: how the columns of a foreign file become ours, told in YAML and checked before use (docs/data-dictionary.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from simlib.errors import InputError, Said, nearest, said
from simlib.registry.columns import ABSENT, HOUSEHOLDS, VILLAGES, Column, schema
from simlib.words import together

FILE_KEYS = ("schema", "about", "refuse_bad_rows", HOUSEHOLDS, VILLAGES)
TABLE_KEYS = ("keep", "columns")
RULE_KEYS = ("from", "sum", "constant", "factor", "divide", "default", "recode")
SOURCES = ("from", "sum", "constant")


@dataclass(frozen=True)
class Rule:
    """How one of our columns is had: one source or the sum of several, times `factor`, over `divide` (a number or a column).

    `default` stands in for an empty source cell, `constant` for the whole column, `recode` replaces words of the source.
    """

    column: str
    sources: tuple[str, ...] = ()
    summed: bool = False
    constant: Any = ABSENT
    factor: float | str | None = None
    divide: float | str | None = None
    default: Any = ABSENT
    recode: Mapping[str, str] = field(default_factory=dict)

    @property
    def computes(self) -> bool:
        """Whether numbers are worked out, rather than words taken over."""
        return self.summed or self.factor is not None or self.divide is not None


@dataclass(frozen=True)
class TableMapping:
    """The rules of one table, and `keep`: rows whose foreign column holds none of the listed words are refused."""

    keep: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)


@dataclass(frozen=True)
class MappingFile:
    """A checked mapping; columns without a rule are found by their own heads, as without a mapping."""

    tables: Mapping[str, TableMapping]
    refuse_bad_rows: bool = False


def load_mapping(path: str | Path) -> MappingFile:
    """Read and check a mapping file; raises InputError that lists everything wrong with it, with the nearest right names."""
    place = Path(path)
    try:
        declared = yaml.safe_load(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(said("mapping {name} cannot be read: {reason}", name=place.name, reason=error)) from error
    problems: list[Said] = []
    mapping = _file(declared, problems)
    if problems:
        about = {"name": place.name, "count": len(problems), "shown": together(problems, "\n  ")}
        raise InputError(said("mapping {name} is wrong in {count} places:\n  {shown}", **about), problems)
    return mapping


def _file(declared: Any, problems: list[Said]) -> MappingFile:
    parts = _section(declared, FILE_KEYS, said("the file"), problems)
    if parts.get("schema") != 1:
        problems.append(said("schema: seen {seen!r}, wanted 1", seen=parts.get("schema")))
    refuse = parts.get("refuse_bad_rows", False)
    if not isinstance(refuse, bool):
        problems.append(said("refuse_bad_rows: seen {seen!r}, wanted true or false", seen=refuse))
    tables = {table: _table(parts.get(table, {}), table, problems) for table in (HOUSEHOLDS, VILLAGES)}
    return MappingFile(MappingProxyType(tables), refuse is True)


def _section(declared: Any, known: tuple[str, ...], where: str, problems: list[Said]) -> dict[str, Any]:
    """A mapping of YAML whose keys are known; what is not is named with the nearest right key."""
    if not isinstance(declared, dict):
        problems.append(said("{where}: seen {seen!r}, wanted keys out of {known}", where=where, seen=declared, known=together(known, ", ")))
        return {}
    unknown = [str(key) for key in declared if key not in known]
    problems += [said("{where}: unknown key {key!r}; {hint}", where=where, key=key, hint=nearest(key, known)) for key in unknown]
    return {str(key): value for key, value in declared.items() if key in known}


def _table(declared: Any, table: str, problems: list[Said]) -> TableMapping:
    parts = _section(declared, TABLE_KEYS, table, problems)
    names = tuple(schema()[table])
    rules = _section(parts.get("columns", {}), names, f"{table}.columns", problems)
    made = {name: _rule(rule, schema()[table][name], problems) for name, rule in rules.items()}
    return TableMapping(MappingProxyType(_keep(parts.get("keep", {}), table, problems)), MappingProxyType(made))


def _keep(declared: Any, table: str, problems: list[Said]) -> dict[str, frozenset[str]]:
    if not isinstance(declared, dict):
        text = said(
            "{where}: seen {seen!r}, wanted foreign columns, each with a list of the words to keep", where=f"{table}.keep", seen=declared
        )
        problems.append(text)
        return {}
    lists = {str(key): words if isinstance(words, list) else [words] for key, words in declared.items()}
    return {key: frozenset(as_word(word) for word in words) for key, words in lists.items()}


def _rule(declared: Any, column: Column, problems: list[Said]) -> Rule:
    where, before = f"{column.table}.{column.name}", len(problems)
    parts = _section({"from": declared} if isinstance(declared, str) else declared, RULE_KEYS, where, problems)
    given = [key for key in SOURCES if key in parts]
    if len(given) != 1 and len(problems) == before:
        seen, known = given or said("none"), together(SOURCES, ", ")
        problems.append(said("{where}: seen {seen} of {known}, wanted exactly one", where=where, seen=seen, known=known))
    problems += _misused(parts, column, where)
    sources = parts.get("sum", [parts["from"]] if "from" in parts else [])
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        problems.append(
            said("{where}: seen {seen!r}, wanted the name of a column, or for `sum` a list of names", where=where, seen=sources)
        )
        sources = []
    return Rule(
        column=column.name,
        sources=tuple(sources),
        summed="sum" in parts,
        constant=parts.get("constant", ABSENT),
        factor=_scale(parts, "factor", where, problems),
        divide=_scale(parts, "divide", where, problems),
        default=parts.get("default", ABSENT),
        recode=_recode(parts.get("recode", {}), where, problems),
    )


def _misused(parts: dict[str, Any], column: Column, where: str) -> list[Said]:
    """Keys that say nothing together, or nothing for this type of column."""
    numeric = [key for key in ("sum", "factor", "divide") if key in parts]
    for_numbers = [] if column.numeric else numeric
    found = [
        said("{where}: {key} is for numbers, and this column is {type}", where=where, key=key, type=column.type) for key in for_numbers
    ]
    if "constant" in parts and len(parts) > 1:
        others = together(sorted(set(parts) - {"constant"}), ", ")
        found.append(said("{where}: a constant stands alone, seen also {others}", where=where, others=others))
    if numeric and not isinstance(parts.get("default", 0), int | float):
        seen = parts["default"]
        found.append(said("{where}.default: seen {seen!r}, wanted a number, in the unit of the source", where=where, seen=seen))
    if "recode" in parts and numeric:
        found.append(said("{where}: recode replaces words, it does not go with {keys}", where=where, keys=together(numeric, ", ")))
    return found


def _scale(parts: dict[str, Any], key: str, where: str, problems: list[Said]) -> float | str | None:
    value = parts.get(key)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value == 0:
        text = said("{where}.{key}: seen {seen!r}, wanted a number other than 0, or the name of a column", where=where, key=key, seen=value)
        problems.append(text)
        return None
    return float(value)


def _recode(declared: Any, where: str, problems: list[Said]) -> Mapping[str, str]:
    if not isinstance(declared, dict):
        problems.append(said("{where}.recode: seen {seen!r}, wanted `word of the file: our word`", where=where, seen=declared))
        return {}
    return MappingProxyType({as_word(word): as_word(ours) for word, ours in declared.items()})


def as_word(value: Any) -> str:
    """A value of YAML as the text that a cell would hold: true, 3, 2.5, none, words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

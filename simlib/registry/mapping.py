"""A mapping file: how the columns of a foreign file become ours, told in YAML and checked before use (docs/data-dictionary.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from simlib.errors import InputError, nearest
from simlib.registry.columns import ABSENT, HOUSEHOLDS, VILLAGES, Column, schema

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
        raise InputError(f"mapping {place.name} cannot be read: {error}") from error
    problems: list[str] = []
    mapping = _file(declared, problems)
    if problems:
        shown = "\n".join(f"  {problem}" for problem in problems)
        raise InputError(f"mapping {place.name} is wrong in {len(problems)} places:\n{shown}", problems)
    return mapping


def _file(declared: Any, problems: list[str]) -> MappingFile:
    parts = _section(declared, FILE_KEYS, "the file", problems)
    if parts.get("schema") != 1:
        problems.append(f"schema: seen {parts.get('schema')!r}, wanted 1")
    refuse = parts.get("refuse_bad_rows", False)
    if not isinstance(refuse, bool):
        problems.append(f"refuse_bad_rows: seen {refuse!r}, wanted true or false")
    tables = {table: _table(parts.get(table, {}), table, problems) for table in (HOUSEHOLDS, VILLAGES)}
    return MappingFile(MappingProxyType(tables), refuse is True)


def _section(declared: Any, known: tuple[str, ...], where: str, problems: list[str]) -> dict[str, Any]:
    """A mapping of YAML whose keys are known; what is not is named with the nearest right key."""
    if not isinstance(declared, dict):
        problems.append(f"{where}: seen {declared!r}, wanted keys out of {', '.join(known)}")
        return {}
    unknown = [str(key) for key in declared if key not in known]
    problems += [f"{where}: unknown key {key!r}; {nearest(key, known)}" for key in unknown]
    return {str(key): value for key, value in declared.items() if key in known}


def _table(declared: Any, table: str, problems: list[str]) -> TableMapping:
    parts = _section(declared, TABLE_KEYS, table, problems)
    names = tuple(schema()[table])
    rules = _section(parts.get("columns", {}), names, f"{table}.columns", problems)
    made = {name: _rule(rule, schema()[table][name], problems) for name, rule in rules.items()}
    return TableMapping(MappingProxyType(_keep(parts.get("keep", {}), table, problems)), MappingProxyType(made))


def _keep(declared: Any, table: str, problems: list[str]) -> dict[str, frozenset[str]]:
    if not isinstance(declared, dict):
        problems.append(f"{table}.keep: seen {declared!r}, wanted foreign columns, each with a list of the words to keep")
        return {}
    lists = {str(key): words if isinstance(words, list) else [words] for key, words in declared.items()}
    return {key: frozenset(as_word(word) for word in words) for key, words in lists.items()}


def _rule(declared: Any, column: Column, problems: list[str]) -> Rule:
    where, before = f"{column.table}.{column.name}", len(problems)
    parts = _section({"from": declared} if isinstance(declared, str) else declared, RULE_KEYS, where, problems)
    given = [key for key in SOURCES if key in parts]
    if len(given) != 1 and len(problems) == before:
        problems.append(f"{where}: seen {given or 'none'} of {', '.join(SOURCES)}, wanted exactly one")
    problems += _misused(parts, column, where)
    sources = parts.get("sum", [parts["from"]] if "from" in parts else [])
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        problems.append(f"{where}: seen {sources!r}, wanted the name of a column, or for `sum` a list of names")
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


def _misused(parts: dict[str, Any], column: Column, where: str) -> list[str]:
    """Keys that say nothing together, or nothing for this type of column."""
    numeric = [key for key in ("sum", "factor", "divide") if key in parts]
    found = [f"{where}: {key} is for numbers, and this column is {column.type}" for key in numeric if not column.numeric]
    if "constant" in parts and len(parts) > 1:
        found.append(f"{where}: a constant stands alone, seen also {', '.join(sorted(set(parts) - {'constant'}))}")
    if numeric and not isinstance(parts.get("default", 0), int | float):
        found.append(f"{where}.default: seen {parts['default']!r}, wanted a number, in the unit of the source")
    if "recode" in parts and numeric:
        found.append(f"{where}: recode replaces words, it does not go with {', '.join(numeric)}")
    return found


def _scale(parts: dict[str, Any], key: str, where: str, problems: list[str]) -> float | str | None:
    value = parts.get(key)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value == 0:
        problems.append(f"{where}.{key}: seen {value!r}, wanted a number other than 0, or the name of a column")
        return None
    return float(value)


def _recode(declared: Any, where: str, problems: list[str]) -> Mapping[str, str]:
    if not isinstance(declared, dict):
        problems.append(f"{where}.recode: seen {declared!r}, wanted `word of the file: our word`")
        return {}
    return MappingProxyType({as_word(word): as_word(ours) for word, ours in declared.items()})


def as_word(value: Any) -> str:
    """A value of YAML as the text that a cell would hold: true, 3, 2.5, none, words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

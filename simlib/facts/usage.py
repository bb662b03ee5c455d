"""Which modules read a fact, and facts as records with what they are used by."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import yaml

from simlib.facts.schema import Fact
from simlib.facts.store import Facts

MAPPINGS: Final = ("facts", "numbers")


def used_by(key: str) -> tuple[str, ...]:
    """The modules of the package that read a key, as dotted names in order; `keys_read` says what a read is."""
    return tuple(module for module, source in _package_sources() if keys_read(source, [key]))


def keys_read(source: str, keys: Iterable[str]) -> frozenset[str]:
    """The keys that a Python source reads.

    A read is (1) the key as a string literal, but no docstring: `facts["job_kept"]`, `KEYS = ("job_kept", ...)`;
    (2) for a key of one word, which is an ordinary name elsewhere, only as an index of something called `facts` or
    `numbers`: `facts["villages"]`; (3) for a key that ends in a year, an f-string of its stem and one field:
    `facts[f"absorption_{year}"]` reads the absorption of every year. Keys put together in other ways are not seen.
    """
    literals, indices, stems = _strings(source)
    return frozenset(
        key for key in keys if key in indices or ("_" in key and key in literals) or (_stem(key) or None) in stems
    )


def _stem(key: str) -> str:
    """`absorption_` of `absorption_2016`; empty for a key that does not end in a year."""
    return key[:-4] if key[-5:-4] == "_" and key[-4:].isdecimal() else ""


@cache
def _strings(source: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The string literals of a source, those that index a mapping of facts, and the stems of its f-strings."""
    nodes = list(ast.walk(ast.parse(source)))
    documentation = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    literals = (text for node in nodes if id(node) not in documentation and (text := _literal(node)))
    reads = (node.slice for node in nodes if isinstance(node, ast.Subscript) and _is_facts(node.value))
    indices = (text for index in reads if (text := _literal(index)))
    return frozenset(literals), frozenset(indices), frozenset(_f_string_stems(nodes))


def _literal(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_facts(node: ast.AST) -> bool:
    """Whether an expression's last name says that it holds facts: `facts`, `self.facts`, `drawn_facts`, `numbers`."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name.endswith(MAPPINGS)


def _f_string_stems(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2 and isinstance(node.values[1], ast.FormattedValue):
            stem = _literal(node.values[0])
            if stem and stem.endswith("_"):
                yield stem


@cache
def _package_sources() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_sources(files("simlib"), "simlib")))


def _sources(folder: Path | Traversable, package: str) -> Iterator[tuple[str, str]]:
    """Dotted names and sources of the modules of a package's folder and the folders below."""
    for path in folder.iterdir():
        if path.is_dir():
            yield from _sources(path, f"{package}.{path.name}")
        elif path.name.endswith(".py"):
            name = path.name.removesuffix(".py")
            yield (package if name == "__init__" else f"{package}.{name}"), path.read_text(encoding="utf-8")


def facts_as_records(facts: Facts, keys: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """One JSON object a fact, for all or for the keys asked for in their order; None where a field is absent.

    `source` names the publication, not its code alone. UnknownFactError (an InputError) names the nearest key.
    """
    return [_record(facts.fact(key)) for key in (facts if keys is None else keys)]


def _record(fact: Fact) -> dict[str, Any]:
    return fact.model_dump() | {"source": cite(fact.source), "used_by": list(used_by(fact.key))}


def cite(codes: str | None) -> str | None:
    """`S18 羊城晚报 …; S20 …`: a fact's source codes with publisher and title, None for none."""
    return None if codes is None else "; ".join(f"{code} {sources()[code]}" for code in codes.split(", "))


@cache
def sources() -> dict[str, str]:
    """Publisher, date and title of every source by its code."""
    register = files("simlib.facts").joinpath("citations/sources.yaml")
    content: dict[str, str] = yaml.safe_load(register.read_text(encoding="utf-8"))
    return content

"""Reading facts from a folder of YAML files, every problem of every file at once."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from simlib.errors import InputError
from simlib.facts.schema import Fact
from simlib.facts.store import Facts, explain

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_facts() -> Facts:
    """Every number in use, from the YAML files of this package. Read once and kept."""
    return read_facts(files("simlib.facts"))


def read_facts(folder: Path | Traversable) -> Facts:
    """The facts of every `*.yaml` of a folder, in the order of the names.

    InputError lists every problem with its file and key: broken YAML, a key given twice, an entry against the schema.
    """
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    if not paths:
        raise InputError(f"{folder} holds no .yaml file of facts")
    problems: list[str] = []
    entries = [(path.name, key, body) for path in paths for key, body in _entries(path, problems)]
    problems += _given_twice((key, name) for name, key, _ in entries)
    facts = [fact for entry in entries if (fact := _fact(*entry, problems)) is not None]
    if problems:
        raise InputError("the facts cannot be used:\n" + "\n".join(problems), problems)
    return Facts.of(facts)


def _entries(path: Path | Traversable, problems: list[str]) -> Iterator[tuple[str, Any]]:
    text = path.read_text(encoding="utf-8")
    try:
        problems += [f"{path.name} {twice}" for twice in _repeated(yaml.compose(text, Loader=LOADER))]
        content = yaml.load(text, Loader=LOADER)  # noqa: S506  # a safe loader, in C where there is one
    except yaml.YAMLError as error:
        problems.append(f"{path.name}: this is no YAML: {' '.join(str(error).split())}")
        return
    if not isinstance(content, dict):
        problems.append(f"{path.name}: should map keys to facts, and holds {type(content).__name__}")
        return
    yield from content.items()


def _repeated(node: yaml.Node | None) -> Iterator[str]:
    """Keys given twice in one mapping, which safe_load would take without a word; with their line."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for name, body in node.value:
        if name.value in seen:
            yield f"line {name.start_mark.line + 1}: {name.value!r} is given twice in this file's mapping"
        seen.add(name.value)
        yield from _repeated(body)


def _given_twice(keys_and_files: Iterable[tuple[str, str]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for key, name in keys_and_files:
        if key in first:
            yield f"{key}: is given twice, in {first[key]} and in {name}"
        first.setdefault(key, name)


def _fact(name: str, key: Any, body: Any, problems: list[str]) -> Fact | None:
    if not isinstance(body, dict):
        problems.append(f"{name}: {key}: should be a mapping of fields, and is {body!r}")
        return None
    try:
        return Fact.model_validate({"key": key} | body)
    except ValidationError as error:
        problems += [f"{name}: {key}: {line}" for line in explain(error)]
        return None

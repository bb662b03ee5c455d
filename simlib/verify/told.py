"""What a record tells, when it cannot be trusted to be one: every field is there with its type, or it is None."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simlib.store import SCHEMA, machinery

IN_KEY: Final = ("package", "versions.numba", "versions.numpy", "processor", "facts", "scenario.hash", "registry.hash")
TEXTS: Final = (*IN_KEY, "scenario.name", "registry.origin", "key", "record")
NUMBERS: Final = ("schema", "seed", "draws")
TREES: Final = ("files", "versions", "cost")
RECIPE: Final = ("people", "villages", "seed")


@dataclass(frozen=True)
class Told:
    """The content of a record."""

    content: Mapping[str, Any]

    def __call__(self, field: str) -> Any:
        """What a dotted field holds, None where it is not there."""
        found: Any = self.content
        for name in field.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def text(self, field: str) -> str | None:
        """A text."""
        found = self(field)
        return found if isinstance(found, str) else None

    def number(self, field: str) -> int | None:
        """A whole number from 0 up."""
        found = self(field)
        return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None

    def tree(self, field: str) -> Mapping[str, Any] | None:
        """Values by name."""
        found = self(field)
        return found if isinstance(found, Mapping) else None

    @property
    def missing(self) -> list[str]:
        """The fields that are not there, or not of their kind."""
        wanted = [(TEXTS, self.text), (NUMBERS, self.number), (TREES, self.tree)]
        return [field for fields, get in wanted for field in fields if get(field) is None]

    @property
    def recipe(self) -> dict[str, int] | None:
        """What the register is made again from; None where the record has no whole recipe."""
        found = {name: self.number(f"registry.recipe.{name}") for name in RECIPE}
        return {name: number for name, number in found.items() if number is not None} if None not in found.values() else None

    @property
    def key_parts(self) -> list[str] | None:
        """What the key is made of; None where something is missing."""
        parts = [*map(self.text, IN_KEY), None if self.number("seed") is None else str(self.number("seed"))]
        return [part for part in parts if part is not None] if None not in parts else None

    def elsewhere(self, processor: str | None = None) -> dict[str, tuple[str, str]]:
        """What of the machinery here is another than the run's: field -> what it is here, and in the run.

        `processor`: that makes the draws again, where it is not this one, which assesses them; a record names the one that assessed them
        (`assessed_on`) where it did not make them.
        """
        machine = machinery()
        here = Told(machine | {"processor": processor or machine["processor"], "assessed_on": machine["processor"]})
        run = Told({"assessed_on": self("processor"), **self.content})
        fields = ["package", "processor", "assessed_on", *(f"versions.{name}" for name in machine["versions"])]
        other = {field: (str(here(field)), str(run(field))) for field in fields if run(field) != here(field)}
        if other.get("assessed_on") == other.get("processor"):  # one machine here, another there: it is told once
            other.pop("assessed_on", None)
        return other


def read_told(content: bytes) -> Told:
    """The record in the bytes of its file. ValueError for what is no JSON object, or one of another schema."""
    found = json.loads(content.decode())
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # a ValueError like those of the parser: the file's content is wrong
    if found.get("schema") != SCHEMA:
        raise ValueError(f"schema {found.get('schema')}, wanted {SCHEMA}")
    return Told(found)

"""`Facts`: every number in use, immutable, found by its key."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pydantic import ValidationError

from simlib.errors import InputError, nearest
from simlib.facts.schema import Fact

OVERRIDABLE: Final = ("value", "low", "high", "distribution", "reason")


class UnknownFactError(InputError, KeyError):
    """A key that no fact has; a KeyError too, so that mappings behave."""

    def __str__(self) -> str:
        return str(self.args[0])


def explain(error: ValidationError) -> list[str]:
    """One line a problem: the field, what is wrong, what was seen."""
    return [_line(problem) for problem in error.errors(include_url=False)]


def _line(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    where = ".".join(str(part) for part in problem["loc"])
    if not where:
        return message
    seen = "" if problem["type"] == "missing" else f", not {problem['input']!r}"
    return f"{where}: {message}{seen}"


@dataclass(frozen=True, eq=False, repr=False)
class Facts(Mapping[str, float]):
    """Facts by key: `facts["key"]` is the number, `facts.fact("key")` the whole fact."""

    _by_key: Mapping[str, Fact]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Facts":
        """Facts of an iterable, sorted by key; a later fact replaces an earlier one of the same key."""
        by_key = {fact.key: fact for fact in facts}
        return cls({key: by_key[key] for key in sorted(by_key)})

    def __getitem__(self, key: str) -> float:
        return self.fact(key).value

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def __eq__(self, other: object) -> bool:
        return self.hash == other.hash if isinstance(other, Facts) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"Facts({len(self)} facts, {self.hash[:15]})"

    def fact(self, key: str) -> Fact:
        """The whole fact of a key. UnknownFactError (an InputError) names the nearest key."""
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownFactError(f"there is no fact {key!r}: {nearest(key, self._by_key)}") from None

    @cached_property
    def hash(self) -> str:
        """`sha256:` and the hash of the canonical content, whatever the order in which facts were given."""
        content = [fact.model_dump(mode="json") for fact in self._by_key.values()]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def with_(self, overrides: Mapping[str, Mapping[str, Any]]) -> "Facts":
        """These facts with some replaced: `{"key": {"value": 0.2, "low": 0.1, "high": 0.3}}`, any part alone too.

        `distribution` and a `reason` in words may be given as well. A replaced fact loses its source and says that it
        was set, and why; making it `fixed` drops its range. All problems are raised together as one InputError:
        unknown keys, unknown fields, a value outside its range.
        """
        problems: list[str] = []
        replaced = {}
        for key, override in overrides.items():
            try:
                replaced[key] = _replace(self.fact(key), override)
            except InputError as error:
                problems += error.problems or (str(error),)
        if problems:
            raise InputError("; ".join(problems), problems)
        return Facts(dict(self._by_key) | replaced) if replaced else self


def _replace(fact: Fact, override: Mapping[str, Any]) -> Fact:
    if not (changes := _changes(fact, override)):
        return fact
    try:
        return Fact.model_validate(fact.model_dump() | changes | _origin(fact, override.get("reason")))
    except ValidationError as error:
        problems = [f"fact {fact.key!r}: {line}" for line in explain(error)]
        raise InputError("; ".join(problems), problems) from None


def _origin(fact: Fact, reason: object) -> dict[str, str | None]:
    """The provenance of a replaced fact: a source no longer stands behind its number."""
    why = f": {str(reason).strip().rstrip('.。')}." if reason else "."
    old = f"{fact.value:g} ({fact.source or fact.clause or 'assumed'})"
    assumed = f"Set for this use in place of {old}{why}"
    return {"source": None, "clause": None, "assumed": assumed, "confidence": "assumed"}


def _changes(fact: Fact, override: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that an override really changes; a fact made fixed loses its range."""
    if not isinstance(override, Mapping):
        raise InputError(f"fact {fact.key!r}: give fields such as {{value: {fact.value:g}}}, not {override!r}")
    if unknown := sorted(set(override) - set(OVERRIDABLE)):
        raise InputError(f"fact {fact.key!r}: {unknown[0]!r} cannot be set, only {', '.join(OVERRIDABLE)}")
    wanted = {name: new for name, new in override.items() if name != "reason"}
    if wanted.get("distribution") == "fixed":
        wanted = {"low": None, "high": None} | wanted
    return {name: new for name, new in wanted.items() if new != getattr(fact, name)}

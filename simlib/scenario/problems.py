"""From a validation's errors to sentences: where it stands, what was seen, what would be right."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simlib.errors import Said, nearest, said
from simlib.scenario.fields import either
from simlib.scenario.schema import Content
from simlib.scenario.values import Place
from simlib.words import noop, together

Problem = tuple[Place, str]

MISSING: Final = "missing"
"""How the sentence of a key that is not there begins."""

MOST_ITEMS: Final = 1000
"""A whole number from here on is a key (a year), below it a position in a list."""

LONGEST: Final = 60
"""Characters of a value in a message."""

LIMITS: Final[Mapping[str, str]] = {
    "greater_than": noop("seen {seen}, wanted a number greater than {limit}"),
    "greater_than_equal": noop("seen {seen}, wanted a number greater than or equal to {limit}"),
    "less_than": noop("seen {seen}, wanted a number less than {limit}"),
    "less_than_equal": noop("seen {seen}, wanted a number less than or equal to {limit}"),
}
"""What was seen and wanted of a number, by pydantic's type of error."""

WANTED: Final[Mapping[str, str]] = {
    "bool_type": noop("seen {seen}, wanted true or false"),
    "dict_type": noop("seen {seen}, wanted a mapping of keys"),
    "finite_number": noop("seen {seen}, wanted a finite number"),
    "float_type": noop("seen {seen}, wanted a number"),
    "int_type": noop("seen {seen}, wanted a whole number"),
    "invalid_key": noop("seen {seen}, wanted a name as the key"),
    "int_from_float": noop("seen {seen}, wanted a whole number"),
    "mapping_type": noop("seen {seen}, wanted a mapping of keys"),
    "model_type": noop("seen {seen}, wanted a mapping of keys"),
    "model_attributes_type": noop("seen {seen}, wanted a mapping of keys"),
    "string_too_short": noop("seen {seen}, wanted some text"),
    "string_type": noop("seen {seen}, wanted text"),
    "tuple_type": noop("seen {seen}, wanted a list"),
}
"""What was seen and wanted, by pydantic's type of error, in the words of a YAML file."""


def dotted(place: Place) -> str:
    """`levers.rounds[1].order` from keys and positions; a year is a key like any other."""
    text = "".join(f"[{step}]" if isinstance(step, int) and step < MOST_ITEMS else f".{step}" for step in place)
    return text.removeprefix(".")


def problems_of(error: ValidationError) -> list[Problem]:
    """One place and sentence a problem."""
    return [_problem(details) for details in error.errors(include_url=False)]


def _problem(details: ErrorDetails) -> Problem:
    place = tuple(step for step in details["loc"] if step not in ("<word>", "<many>", "[key]"))
    kind, seen = details["type"], short(details["input"])
    if kind == "extra_forbidden":
        return place, said("unknown key; {hint}", hint=_right_key(place))
    if kind == "missing":
        allowed = _allowed(place)
        return place, said("missing; wanted {allowed}", allowed=allowed) if allowed else said("missing")
    if kind == "value_error":
        return place, details["ctx"]["error"].args[0]
    if kind == "literal_error":
        return place, said("seen {seen}, wanted {allowed}", seen=seen, allowed=_choice(details))
    return place, _not_as_wanted(kind, seen, details["msg"].removeprefix("Input should be "))


def _not_as_wanted(kind: str, seen: Said, message: str) -> Said:
    """What was seen and what pydantic asks for; a message of its own that we have no words for stays English."""
    if kind in LIMITS:
        return Said(LIMITS[kind], {"seen": seen, "limit": message.rpartition(" ")[2]})
    return Said(WANTED[kind], {"seen": seen}) if kind in WANTED else said("seen {seen}, wanted {message}", seen=seen, message=message)


def short(seen: object) -> Said:
    """What stands in the file, cut where it is long."""
    text = repr(seen)
    if seen is None:
        return said("nothing (null)")
    return together([text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."])


def _choice(details: ErrorDetails) -> Said:
    """The allowed words, and the nearest where one is near."""
    expected = str(details["ctx"]["expected"])
    words, seen = re.findall(r"'([^']*)'", expected), details["input"]
    allowed = either([repr(word) for word in words]) if len(words) > 1 else together([expected])
    hint = nearest(seen, words) if isinstance(seen, str) else ""
    return said("{allowed}; {hint}", allowed=allowed, hint=hint) if hint.startswith("did you mean") else allowed


def _right_key(place: Place) -> Said:
    """The one place where this very key belongs, else the nearest key of where it stands."""
    key, known = str(place[-1]), _keys_at(place[:-1])
    right = [other for other in _places() if other[-1] == key]
    if len(right) == 1:
        return said("it belongs at {place}", place=dotted(right[0]))
    return nearest(key, known)


def _allowed(place: Place) -> Said | None:
    """The words that may stand at a place, where there is a choice of them."""
    words = [repr(word) for form in _forms_at(place) for word in form.get("enum", ())]
    return either(words) if words else None


def _keys_at(place: Place) -> tuple[str, ...]:
    return tuple(key for form in _forms_at(place) for key in form.get("properties", {}))


def _forms_at(place: Place) -> list[Mapping[str, Any]]:
    """The forms that the value at a place may have, as JSON schemas."""
    forms: list[Mapping[str, Any]] = [_schema()]
    for step in place:
        forms = [child for form in forms for child in _children(form, step)]
    return forms


def _children(node: Mapping[str, Any], step: str | int) -> Iterator[Mapping[str, Any]]:
    """The forms that the value at a key or position of this node may have."""
    child = node.get("items") if isinstance(step, int) else node.get("properties", {}).get(step)
    yield from _forms(child or node.get("additionalProperties"))


def _forms(node: Any) -> Iterator[Mapping[str, Any]]:
    """A node's alternatives with references followed."""
    if not isinstance(node, Mapping):
        return
    if "$ref" in node:
        node = _schema()["$defs"][node["$ref"].rpartition("/")[2]]
    yield node
    for option in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from _forms(option)


@cache
def _schema() -> dict[str, Any]:
    return Content.model_json_schema(by_alias=True)


@cache
def _places() -> tuple[Place, ...]:
    """Every place in a scenario file that has a name and stands in no list."""
    return tuple(_walk(_schema(), ()))


def _walk(node: Mapping[str, Any], place: Place) -> Iterator[Place]:
    for key, child in node.get("properties", {}).items():
        yield (*place, key)
        for form in _forms(child):
            yield from _walk(form, (*place, key))

"""From a validation's errors to sentences: where it stands, what was seen, what would be right."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simlib.errors import nearest
from simlib.scenario.schema import Content
from simlib.scenario.values import Place

Problem = tuple[Place, str]

MISSING: Final = "missing"
"""How the sentence of a key that is not there begins."""

MOST_ITEMS: Final = 1000
"""A whole number from here on is a key (a year), below it a position in a list."""

WANTED: Final[Mapping[str, str]] = {
    "bool_type": "true or false",
    "dict_type": "a mapping of keys",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "invalid_key": "a name as the key",
    "int_from_float": "a whole number",
    "mapping_type": "a mapping of keys",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "string_too_short": "some text",
    "string_type": "text",
    "tuple_type": "a list",
}
"""What was wanted, by pydantic's type of error, in the words of a YAML file."""


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
        return place, f"unknown key; {_right_key(place)}"
    if kind == "missing":
        return place, f"{MISSING}{_allowed(place)}"
    if kind == "value_error":
        return place, str(details["ctx"]["error"])
    if kind == "literal_error":
        return place, f"seen {seen}, wanted {_choice(details)}"
    return place, f"seen {seen}, wanted {WANTED.get(kind) or _wanted(kind, details['msg'])}"


def _wanted(kind: str, message: str) -> str:
    """What pydantic's own message asks for."""
    return ("a number " if kind.startswith(("greater", "less")) else "") + message.removeprefix("Input should be ")


def short(seen: object) -> str:
    """What stands in the file, cut where it is long."""
    text = "nothing (null)" if seen is None else repr(seen)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _choice(details: ErrorDetails) -> str:
    """The allowed words, and the nearest where one is near."""
    expected = str(details["ctx"]["expected"])
    words, seen = re.findall(r"'([^']*)'", expected), details["input"]
    hint = nearest(seen, words) if isinstance(seen, str) else ""
    return f"{expected}; {hint}" if hint.startswith("did you mean") else expected


def _right_key(place: Place) -> str:
    """The one place where this very key belongs, else the nearest key of where it stands."""
    key, known = str(place[-1]), _keys_at(place[:-1])
    right = [other for other in _places() if other[-1] == key]
    if len(right) == 1:
        return f"it belongs at {dotted(right[0])}"
    return nearest(key, known)


def _allowed(place: Place) -> str:
    """The words that may stand at a place, where there is a choice of them."""
    words = [repr(word) for form in _forms_at(place) for word in form.get("enum", ())]
    return f"; wanted {', '.join(words[:-1])} or {words[-1]}" if words else ""


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

"""Nested plain values, as files give them: merged, compared, and what one says otherwise than another."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

UNORDERED: Final = ("exit_requires", "parameters", "by")
"""Lists whose order has no meaning."""
Place = tuple[str | int, ...]
"""Where a value stands: keys, and positions in lists."""
REASON: Final = "reason"
"""The key beside a number that says why; it changes no number."""


class Change(NamedTuple):
    """One value that differs from the base: dotted path, the base's value, the scenario's; None where there is none."""

    path: str
    base_value: Any
    value: Any


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with what `over` says: mapping into mapping, anything else (lists too) replaces."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def canonical(value: Any, key: object) -> Any:
    """Content in which equal numbers give equal values: measures keep their order, unordered lists lose theirs.

    Reasons go, and so do keys that are null, which say what a key that is left out says.
    """
    if isinstance(value, Mapping):
        pairs = [(name, canonical(item, name)) for name, item in value.items() if name != REASON and item is not None]
        return pairs if key == "measures" else dict(pairs)
    if isinstance(value, list | tuple):
        items = [canonical(item, None) for item in value]
        return sorted(items, key=_text) if key in UNORDERED else items
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def same(one: Any, other: Any, key: object) -> bool:
    """Whether two values of a key mean the same."""
    return bool(canonical(one, key) == canonical(other, key))


def difference(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What `own` says otherwise than `base`: key by key in mappings, else (lists too) whole; None for what it takes away."""
    result: dict[str, Any] = {}
    for key in [*own, *(key for key in base if key not in own)]:
        old, new = base.get(key), own.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            if inner := difference(old, new):
                result[key] = inner
        elif not same(old, new, key):
            result[key] = new
    return result


def kept(content: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a content that lies at places which `wanted` has."""
    result: dict[str, Any] = {}
    for key, value in content.items():
        if key in wanted:
            deeper = isinstance(value, Mapping) and isinstance(wanted[key], Mapping)
            result[key] = kept(value, wanted[key]) if deeper else value
    return result


def quarrels(one: Mapping[str, Any], other: Mapping[str, Any], place: Place = ()) -> Iterator[Place]:
    """The places at which both say something, and not the same."""
    for key, value in one.items():
        if key in other and key != REASON:
            if isinstance(value, Mapping) and isinstance(other[key], Mapping):
                yield from quarrels(value, other[key], (*place, key))
            elif not same(value, other[key], key):
                yield (*place, key)


def said_at(content: Any, place: Place) -> list[Any]:
    """The value at a place, or what stands in its way and hides it; empty where nothing is said."""
    for step in place:
        if not isinstance(content, Mapping):
            break
        if step not in content:
            return []
        content = content[step]
    return [content]


def changes(path: str, old: Any, new: Any) -> Iterator[Change]:
    """Differences of two plain values: key by key in mappings, place by place in lists of rounds, else as a whole."""
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not _reordered(path, old, new):
        for key in [*old, *(key for key in new if key not in old)]:
            if key != REASON:
                yield from changes(f"{path}.{key}", old.get(key), new.get(key))
    elif path == "levers.rounds" and isinstance(old, list | tuple) and isinstance(new, list | tuple):
        for place in range(max(len(old), len(new))):
            pair = (rounds[place] if place < len(rounds) else None for rounds in (old, new))
            yield from changes(f"{path}[{place}]", *pair)
    elif not same(old, new, path.rpartition(".")[2]):
        yield Change(path, old, new)


def _reordered(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a round's package is made of other measures, or of the same in another order."""
    return path.endswith(".measures") and list(old) != list(new)

"""Scenario files: where they are found, how they are read, and what several that stand above each other say together."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import yaml

from simlib.errors import InputError, Said, nearest, said
from simlib.scenario.values import Place, merge
from simlib.words import together

PACKAGE = Path(__file__).parent.parent
ORDER: Final = (
    *("baseline", "industry_only", "employment_only", "asset_income_only"),
    *("industry_and_employment", "industry_and_assets", "employment_and_assets"),
    *("poorest_first", "nearest_line_first", "equal_shares"),
    *("labour_capable_only", "full_package_fixed", "full_package", "donations_pledged", "full_package_village_programme"),
    *("planned_growth", "slow_growth", "price_crash", "illness_wave", "late_money"),
    *("full_package_planned_growth", "full_package_slow_growth", "full_package_price_crash"),
    *("full_package_illness_wave", "full_package_late_money", "two_year_delay", "matching_withheld"),
    *("dividends_default", "no_cadres", "paper_exits", "register_rechecked", "full_package_to_2020", "support_withdrawn"),
)
"""How the bundled scenarios are listed: from nothing to everything, then what can come in between."""
OWN: Final = ("schema", "title", "why", "source", "base", "scenarios")
"""What a scenario says of itself and does not inherit."""
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe, and in C where there is one."""
DROPPED_BY_NULL: Final = ("facts", "not_modelled")
"""Sections of named entries, where null takes an inherited entry away."""


@dataclass(frozen=True)
class Layer:
    """One file (or mapping) of a scenario: the scenario itself, its base, or what a sibling says otherwise than a base."""

    name: str
    where: str  # how messages call it
    folder: Path  # what its relative paths are relative to
    content: Mapping[str, Any]
    path: Path | None = None


def bundled_scenarios() -> list[str]:
    """The names of the scenarios that come with simlib, from nothing to everything."""
    return list(_bundled())


def bundled_folder() -> Path:
    """Where the bundled scenarios lie: beside the package in a checkout, inside it in a wheel."""
    inside = PACKAGE / "bundled_scenarios"
    return inside if inside.is_dir() else PACKAGE.parent / "scenarios"


def _bundled() -> dict[str, Path]:
    """Bundled scenarios by name."""
    paths = {path.stem: path for path in bundled_folder().glob("*.yaml")}
    order = [*ORDER, *sorted(set(paths) - set(ORDER))]
    return {name: paths[name] for name in order if name in paths}


def find_scenario(name_or_path: str | Path, folder: Path) -> Path:
    """The file of a bundled scenario's name, or of a path relative to the folder. InputError names the nearest."""
    text, bundled = str(name_or_path), _bundled()
    path = folder / text
    if not _is_path(name_or_path) and text in bundled:
        return bundled[text]
    if path.is_file():
        return path
    if _is_path(name_or_path):
        raise InputError(said("there is no file {path}", path=path))
    hint = nearest(text, bundled)
    raise InputError(said("there is no scenario {name!r}; {hint}; or give the path of a .yaml file", name=text, hint=hint))


def _is_path(name_or_path: str | Path) -> bool:
    text = str(name_or_path)
    separators = [separator for separator in ("/", os.sep, os.altsep) if separator]
    return (
        isinstance(name_or_path, Path)
        or text.endswith((".yaml", ".yml"))
        or any(separator in text for separator in separators)
    )


def read_layer(path: Path) -> Layer:
    """One file, its plan's path made absolute."""
    return layer_of(read_yaml(path), path.stem, str(path), path.parent, path.resolve())


def layer_of(content: Mapping[str, Any], name: str, where: str, folder: Path, path: Path | None = None) -> Layer:
    """A layer of a mapping; the path of its plan is relative to its folder and made absolute here."""
    return Layer(name, where, folder, _with_absolute_plan(content, folder.resolve()), path)


def _with_absolute_plan(content: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    levers = content.get("levers")
    allocation = levers.get("allocation") if isinstance(levers, Mapping) else None
    plan = allocation.get("plan") if isinstance(allocation, Mapping) else None
    if not isinstance(plan, str) or not plan.strip():
        return content
    return merge(content, {"levers": {"allocation": {"plan": (folder / plan.strip()).as_posix()}}})


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping of a YAML file. InputError: not to be read, no UTF-8, no YAML, no mapping, keys given twice."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content, repeated = _parsed(text)
    except OSError as error:
        raise InputError(said("{path} cannot be read: {reason}", path=path, reason=error.strerror)) from None
    except UnicodeDecodeError:
        raise InputError(said("{path} is not in UTF-8: save it as UTF-8 text", path=path)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(said("{path} is no YAML: {reason}", path=path, reason=" ".join(str(error).split()))) from None
    if repeated:
        twice = [said("{where}: {problem}", where=path, problem=line) for line in repeated]
        raise InputError(together(twice), twice)
    if not isinstance(content, dict):
        seen = type(content).__name__
        raise InputError(said("{path} should be a mapping such as `base: baseline`, seen {seen}", path=path, seen=seen))
    return content


def _parsed(text: str) -> tuple[Any, list[Said]]:
    """The content of a YAML text, and the keys that it gives twice; without the content where there are any."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        repeated = list(_repeated(node, set()))
        return (None if node is None or repeated else loader.construct_document(node)), repeated
    finally:
        loader.dispose()


def _repeated(node: yaml.Node | None, visited: set[int]) -> Iterator[Said]:
    """Keys given twice in one mapping, which safe_load would take without a word; with their line."""
    if node is None or isinstance(node, yaml.ScalarNode) or id(node) in visited:
        return
    visited.add(id(node))
    if not isinstance(node, yaml.MappingNode):
        for item in node.value:
            yield from _repeated(item, visited)
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if str(key.value) in lines:
            yield said("line {line}: {key!r} is given twice, first in line {first}", line=line, key=key.value, first=lines[key.value])
        lines.setdefault(str(key.value), line)
        yield from _repeated(value, visited)


def merged(layers: tuple[Layer, ...]) -> dict[str, Any]:
    """What a scenario's layers say together: mappings are merged deep, anything else replaces what it meets.

    A section that is left empty says nothing.
    """
    content: dict[str, Any] = reduce(merge, reversed([_without_null(one) for one in _contributions(layers)]))
    dropped = {key: _without_null(content[key]) for key in DROPPED_BY_NULL if isinstance(content.get(key), Mapping)}
    return content | dropped


def inherited(layers: tuple[Layer, ...]) -> dict[str, Any]:
    """What a scenario of these layers gives to those that stand on it: all but what it says of itself; nothing without layers."""
    return {key: value for key, value in merged(layers).items() if key not in OWN} if layers else {}


def _contributions(layers: tuple[Layer, ...]) -> list[Mapping[str, Any]]:
    """What each layer gives to the first one: all of itself, and of a base what is inherited."""
    bases = [{key: value for key, value in layer.content.items() if key not in OWN} for layer in layers[1:]]
    return [layers[0].content, *bases]


def _without_null(section: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if value is not None}


def written_in(layers: tuple[Layer, ...], place: Place) -> str:
    """The file in which the value at a place (or what is nearest above it) was written last."""
    files = [layer.where for layer in layers]
    current: list[tuple[str, Any]] = list(zip(files, _contributions(layers), strict=True))
    for step in place:
        below = [(where, value[step]) for where, value in current if _has(value, step)]
        if not below:
            break
        mappings = list(takewhile(lambda pair: isinstance(pair[1], Mapping), below))
        current = mappings or below[:1]  # a list or a number hides what lies below it
    return current[0][0]


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, Mapping):
        return step in value
    return isinstance(value, list | tuple) and isinstance(step, int) and step < len(value)

"""`Scenario`: a loaded scenario, immutable, with its facts, its difference from its base and its hash."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import Field, ValidationError

from simlib.errors import InputError, Said, nearest, said
from simlib.facts import Fact, Facts, load_facts
from simlib.scenario.families import Family, family_of
from simlib.scenario.files import Layer, find_scenario, layer_of, merged, read_layer, written_in
from simlib.scenario.problems import MISSING, Problem, dotted, problems_of
from simlib.scenario.schema import Content, FactOverride
from simlib.scenario.values import Change, canonical, changes
from simlib.words import together

TEXT_ONLY: Final = ("title", "why", "source", "not_modelled")
"""Sections that change no number."""


class Scenario(Content):
    """What is decided, what is uncertain and how it is judged: one scenario, whole, its base merged in.

    Every lever that a file leaves out has its fact's value here. `name` is the file's; `parent` the base, loaded.
    """

    name: str
    parent: "Scenario | None" = Field(default=None, repr=False)
    plan_hash: str | None = None

    @property
    def hash(self) -> str:
        """`sha256:` and the hash of everything in the scenario that changes a number.

        In: levers, overridden facts, uncertainties, reporting, the content of a plan's table, the order of rounds and
        of the measures of a round. Out: name, title, why, source, not_modelled, reasons, comments, the order of other
        keys, and by which bases the content came about. Facts that are not overridden have a hash of their own.
        """
        content = {key: value for key, value in self.resolved().items() if key not in TEXT_ONLY}
        content["levers"]["allocation"]["plan"] = self.plan_hash
        text = json.dumps(canonical(content, ""), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def resolve_facts(self, facts: Facts | None = None) -> Facts:
        """The facts (those in use, unless given) with this scenario's own numbers in their place."""
        facts = load_facts() if facts is None else facts
        return facts.with_({key: _fields(facts.fact(key), override) for key, override in self.facts.items()})

    def resolved(self) -> dict[str, Any]:
        """The whole content as plain dicts and lists, its base merged in: a scenario file that stands by itself."""
        own = set(Scenario.model_fields) - set(Content.model_fields) | {"base", "scenarios"}
        return _plain(self.model_dump(by_alias=True, exclude=own, exclude_none=True))  # type: ignore[no-any-return]

    def dump(self) -> str:
        """The whole content as the text of a YAML file, which loads to the same hash."""
        return yaml.safe_dump(self.resolved(), allow_unicode=True, sort_keys=False, width=120)

    def difference(self, facts: Facts | None = None) -> list[Change]:
        """What changes a number and differs from the base, in the order of the file; nothing without a base.

        A fact is compared with the number that it has under the base, the facts in use unless given.
        """
        if self.parent is None:
            return []
        facts = load_facts() if facts is None else facts
        base, own = self.parent.resolved(), self.resolved()
        before, after = (_numbers(scenario.resolve_facts(facts), self._facts_set()) for scenario in (self.parent, self))
        pairs = [("facts", before, after), *((key, base.get(key), own.get(key)) for key in own if key != "facts")]
        return [change for key, old, new in pairs if key not in TEXT_ONLY for change in changes(key, old, new)]

    def _facts_set(self) -> list[str]:
        """The facts that this scenario or its base sets."""
        return sorted({*self.facts, *(self.parent.facts if self.parent else ())})


def load_scenario(name_or_path: str | Path, facts: Facts | None = None) -> Scenario:
    """A bundled scenario by its name, or a YAML file by its path; levers are held against the facts (those in use).

    InputError carries every problem with its file, dotted path, what was seen and what would be right.
    """
    return _build(family_of(read_layer(find_scenario(name_or_path, Path()))), load_facts() if facts is None else facts)


def scenario_from(
    content: Mapping[str, Any], name: str, facts: Facts | None = None, folder: Path | None = None
) -> Scenario:
    """A scenario of a mapping, for variants made in code: `scenario_from({"base": "baseline", "levers": ...}, "late")`.

    Paths in it are relative to the folder (else the working one). Raises as load_scenario does.
    """
    layer = layer_of(content, name, f"scenario {name!r}", folder or Path())
    return _build(family_of(layer), load_facts() if facts is None else facts)


def _build(family: Family, facts: Facts) -> Scenario:
    """A scenario of its files, its parent built likewise."""
    layers = family.layers
    name, content = layers[0].name, merged(layers)
    if content.get("title") is None:
        content["title"] = {"en": name}
    overrides, problems = _overrides(content.get("facts", {}), facts)
    set_facts = facts.with_(overrides)
    try:
        valid = Content.model_validate(content, context={"facts": set_facts})
    except ValidationError as error:
        problems += problems_of(error)
    if problems:
        _refuse(problems, layers)
    parent = None if family.base is None else _build(family.base, facts)
    plan = valid.levers.allocation.plan
    plan_hash = None if plan is None else "sha256:" + hashlib.sha256(Path(plan).read_bytes()).hexdigest()
    return Scenario.model_construct(**dict(valid), name=name, parent=parent, plan_hash=plan_hash)


def _refuse(problems: list[Problem], layers: tuple[Layer, ...]) -> None:
    lines = [
        said("{where}: {place}: {problem}", where=written_in(layers, place), place=dotted(place), problem=text) for place, text in problems
    ]
    if len(layers) == 1 and any(text.startswith(MISSING) for _, text in problems):
        lines.append(said("{where}: what is missing can be taken from another scenario: `base: baseline`", where=layers[0].where))
    raise InputError(said("the scenario cannot be used:\n{problems}", problems=together(lines)), lines)


def _overrides(section: Any, facts: Facts) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """The valid overrides as facts take them, what is wrong with the others; their form is checked with the rest."""
    fields: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for key, entry in section.items() if isinstance(section, Mapping) else ():
        try:
            override = FactOverride.model_validate(entry)
            fields |= _override(str(key), override, facts)
        except ValidationError:
            continue
        except InputError as error:
            problems += [(("facts", str(key)), _without(f"fact {key!r}: ", text)) for text in error.problems or (error.args[0],)]
    return fields, problems


def _without(beginning: str, text: str) -> str:
    """A sentence without its beginning; one that does not begin so stays what it is, with what it remembers (`errors.Said`)."""
    return text.removeprefix(beginning) if text.startswith(beginning) else text


def _override(key: str, override: FactOverride, facts: Facts) -> dict[str, dict[str, Any]]:
    """One override as facts take it. InputError: unknown key, number unfit for the unit, outside without a reason."""
    if key not in facts:
        raise InputError(said("there is no fact {key!r}: {hint}", key=key, hint=nearest(key, facts)))
    fact = facts.fact(key)
    fields = {key: _fields(fact, override)}
    facts.with_(fields)
    if override.reason is None and (seen := _outside(fact, override)) is not None:
        raise InputError(_not_allowed(fact, seen))
    return fields


def _not_allowed(fact: Fact, seen: float) -> Said:
    if fact.low is None or fact.high is None:
        allowed = said("the fixed {value:g}", value=fact.value)
    else:
        allowed = said("{low:g} to {high:g}", low=fact.low, high=fact.high)
    return said(
        "seen {seen:g}, wanted {allowed} {unit}; if it is meant, give a `reason` beside it", seen=seen, allowed=allowed, unit=fact.unit
    )


def _outside(fact: Fact, override: FactOverride) -> float | None:
    """The first number of an override outside the fact's range; a fixed fact has only its value."""
    low = fact.value if fact.low is None else fact.low
    high = fact.value if fact.high is None else fact.high
    numbers = (override.value, override.low, override.high)
    return next((number for number in numbers if number is not None and not low <= number <= high), None)


def _fields(fact: Fact, override: FactOverride) -> dict[str, Any]:
    """An override as facts take it: a bound left out is the fact's own or the value beyond it, an empty range fixed."""
    low, high = override.low, override.high
    if low is not None and low == high == override.value:
        return {"value": override.value, "distribution": "fixed"}
    if fact.low is not None and fact.high is not None:
        low = min(fact.low, override.value) if low is None else low
        high = max(fact.high, override.value) if high is None else high
    given = {"value": override.value, "low": low, "high": high}
    return {name: number for name, number in given.items() if number is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _numbers(facts: Facts, keys: list[str]) -> dict[str, dict[str, Any]]:
    wanted = {"value", "low", "high", "distribution"}
    return {key: facts.fact(key).model_dump(include=wanted, exclude_none=True) for key in keys}

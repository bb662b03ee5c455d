"""What a scenario file stands on: one parent (`base`), or siblings that are composed (`scenarios`).

Siblings are composed over their common ground, the nearest scenario that all of them stand on (or are): each brings what
it says otherwise than that ground, and the file itself has the last word. Two that say different things at the same
place are refused, unless the file says what holds there. A list, such as the rounds, is one value. Without any common
ground each brings all that it says, and what is composed has no base.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final, NamedTuple

from simlib.errors import InputError, Said, said
from simlib.scenario.files import Layer, find_scenario, inherited, read_layer, written_in
from simlib.scenario.problems import dotted, short
from simlib.scenario.values import changes, difference, kept, quarrels, said_at
from simlib.words import noop, together

CIRCLES: Final = {"base": noop("the bases run in a circle"), "scenarios": noop("the scenarios run in a circle")}


@dataclass(frozen=True)
class Family:
    """A scenario's files, and the family of what it stands on: its base, or the common ground of its siblings.

    `layers` begin with the file itself and end with the oldest; siblings, as far as they differ from their ground, lie
    between the file and the ground.
    """

    layers: tuple[Layer, ...]
    base: "Family | None" = None

    @property
    def own(self) -> Layer:
        """The scenario's own file."""
        return self.layers[0]

    def line(self) -> tuple["Family", ...]:
        """The scenario, what it stands on, what that stands on, to the oldest."""
        return (self, *(self.base.line() if self.base else ()))


class Side(NamedTuple):
    """One of the siblings that are composed."""

    family: Family
    words: dict[str, Any]  # what it says otherwise than the common ground

    def layers(self, depth: int) -> list[Layer]:
        """Its layers above the ground, that many layers deep, with nothing in them but those words."""
        above = self.family.layers[: len(self.family.layers) - depth]
        return [replace(layer, content=kept(layer.content, self.words)) for layer in above]


def family_of(own: Layer, above: tuple[Layer, ...] = ()) -> Family:
    """A file with all that it stands on; `above` are the files on the way down to it.

    InputError: a base or sibling that is not there, both keys at once, files that run in a circle, siblings that disagree.
    """
    way = (*above, own)
    if own.path is not None and own.path in [layer.path for layer in above]:
        key = "scenarios" if way[0].content.get("scenarios") is not None else "base"
        files = " -> ".join(layer.where for layer in way)
        raise InputError(said("{where}: {key}: {wrong}: {files}", where=way[0].where, key=key, wrong=Said(CIRCLES[key], {}), files=files))
    base, siblings = own.content.get("base"), own.content.get("scenarios")
    if siblings is not None:
        return _composed(own, [family_of(_found(one, own, "scenarios"), way) for one in _listed(own)])
    if base is None:
        return Family((own,))
    parent = family_of(_found(base, own, "base"), way)
    return Family((own, *parent.layers), parent)


def _listed(own: Layer) -> list[Any]:
    """The siblings that a file names."""
    if own.content.get("base") is not None:
        raise InputError(
            said(
                "{where}: scenarios: seen beside `base`, wanted one of the two:"
                " siblings are composed over the base that they have in common",
                where=own.where,
            )
        )
    siblings = own.content["scenarios"]
    if not isinstance(siblings, list | tuple) or not siblings:
        seen = short(siblings)
        raise InputError(said("{where}: scenarios: seen {seen}, wanted a list of scenarios' names or paths", where=own.where, seen=seen))
    return list(siblings)


def _found(wanted: object, child: Layer, key: str) -> Layer:
    """The file of a name or path that another file gives under a key."""
    if not isinstance(wanted, str):
        several = said("; several siblings stand under `scenarios`") if isinstance(wanted, list) and key == "base" else ""
        text = said("{seen!r}, wanted one scenario's name or path{several}", seen=wanted, several=several)
        raise InputError(said("{where}: {key}: seen {text}", where=child.where, key=key, text=text))
    try:
        return read_layer(find_scenario(wanted, child.folder))
    except InputError as error:
        texts = error.problems or (error.args[0],)
        problems = [said("{where}: {place}: {problem}", where=child.where, place=key, problem=text) for text in texts]
        raise InputError(together(problems), problems) from None


def _composed(own: Layer, siblings: list[Family]) -> Family:
    """Siblings over their common ground, under what the file says itself."""
    ground = _common(siblings)
    old = ground.layers if ground else ()
    sides = [Side(one, difference(inherited(old), inherited(one.layers))) for one in siblings]
    problems = [problem for one, other in combinations(sides, 2) for problem in _quarrels(own, one, other)]
    if problems:
        raise InputError(said("the scenario cannot be used:\n{problems}", problems=together(problems)), problems)
    between = [layer for side in sides for layer in side.layers(len(old))]
    return Family((own, *between, *old), ground)


def _common(siblings: list[Family]) -> Family | None:
    """The nearest scenario that all siblings stand on or are; None where there is none."""
    lines = [{family.own.path for family in sibling.line()} for sibling in siblings]
    return next((one for one in siblings[0].line() if all(one.own.path in line for line in lines)), None)


def _quarrels(own: Layer, one: Side, other: Side) -> Iterator[Said]:
    """A sentence on each place at which two siblings disagree and the file is silent: both files, both values, the way out."""
    settled = {key: value for key, value in own.content.items() if value is not None}
    for place in quarrels(one.words, other.words):
        if not said_at(settled, place):
            (value,), (others,) = said_at(one.words, place), said_at(other.words, place)
            first = next(changes(dotted(place), value, others))
            ours, theirs = (written_in(side.family.layers, place) for side in (one, other))
            yield said(
                "{where}: scenarios: {path}: seen {one} in {ours} and {other} in {theirs}, wanted one value;"
                " give `{place}` here, or leave one of the two out",
                where=own.where,
                path=first.path,
                one=short(first.base_value),
                ours=ours,
                other=short(first.value),
                theirs=theirs,
                place=dotted(place),
            )

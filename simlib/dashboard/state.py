"""All that the page is about at a moment, and what each of its views says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from simlib.dashboard.code import Origin, cell
from simlib.dashboard.session import Asked, Base, bundled
from simlib.dashboard.views import head, living
from simlib.dashboard.views.compare import compare
from simlib.dashboard.views.money import money
from simlib.dashboard.views.numbers import numbers
from simlib.dashboard.views.pages import filled
from simlib.dashboard.views.tiles import tiles
from simlib.dashboard.views.village import village
from simlib.registry import Registry
from simlib.runs import Result
from simlib.scenario import bundled_scenarios, load_scenario
from simlib.words import Words

CHANCE: Final = "chance_exits"


class Opened:
    """A register by its name, read when it is first wanted, and once; without a name the bundled one. `files`: of one that was uploaded."""

    def __init__(
        self, name: str = "", path: Path | None = None, registry: Registry | None = None, files: Mapping[str, str] | None = None
    ) -> None:
        self.name, self.path, self._registry, self._lock = name, path, registry, Lock()
        self.origin = Origin(path, files or {})

    def registry(self) -> Registry:
        """The register. InputError where its file cannot be read."""
        from simlib.registry import read_registry
        from simlib.registry.synthesise import default_registry

        with self._lock:
            if self._registry is None:
                self._registry = default_registry() if self.path is None else read_registry(self.path)
            return self._registry


@dataclass(frozen=True)
class State:
    """The register that is open, what is asked of it, and the answer that is there."""

    words: Words
    opened: Opened
    asked: Asked
    result: Result | None = None
    is_answer: bool = False  # whether the result is of what is asked
    pinned: Result | None = None
    village: str = ""
    coloured: str = CHANCE  # what tiles show
    text: str = ""  # of the status
    loaded: Mapping[str, Base] = field(default_factory=dict)  # scenarios from files, by the key that they are chosen by

    @property
    def can_be_kept(self) -> bool:
        """Whether there is an answer with luck in it, to pin or to save."""
        return self.result is not None and self.is_answer and self.result.draws > 0


FILE: Final = "file:"
"""Begins the key of a scenario that was loaded from a file."""


def key_of(base: Base) -> str:
    """By what a scenario from a file is chosen: never the name of a bundled one."""
    return FILE + base.name


def base_of(state: State, key: str) -> Base:
    """The scenario of a key: one that was loaded, or a bundled one by its name."""
    return state.loaded[key] if key in state.loaded else bundled(key)


def scenario_label(key: str, words: Words) -> str:
    """A bundled scenario's title, or the name of a file, told apart where a bundled one has it too."""
    if key.startswith(FILE):
        name = key.removeprefix(FILE)
        return words("{name} (file)", name=name) if name in bundled_scenarios() else name
    title = load_scenario(key).title
    return title.zh if words.language == "zh" else title.en


def title_of(state: State) -> str:
    """The page's head."""
    name = state.opened.name or state.words("bundled register")
    return head.title(state.words, name, state.result.register() if state.result is not None and state.is_answer else None)


def status_of(state: State) -> str:
    """How far the answer is."""
    return head.status(state.words, state.text, state.result)


def actions_of(state: State) -> str:
    """What can be done with scenario and answer."""
    moved, why = len(state.asked.moved), state.words(state.asked.base.scenario.why)
    return filled("scenario.html", words=state.words, why=why, moved=moved, answered=state.can_be_kept)


def village_of(state: State) -> str:
    """The village that is chosen; nothing where none is, or the register has it no more."""
    if state.result is None or not state.village:
        return ""
    return village(state.result, state.words, state.village)


def view_of(state: State, result: Result, view: str) -> str:
    """What a view says of a result."""
    words = state.words
    match view:
        case "villages":
            return tiles(result, words, by=state.coloured, chosen=state.village)
        case "incomes":
            return living.incomes(result, words)
        case "sources":
            return living.sources(result, words)
        case "money":
            return money(result, words)
        case "numbers":
            return numbers(result, words)
        case "compare":
            return _comparison(state, result)
    return filled("code.html", words=words, code=cell(state.asked, state.opened.registry(), result, words, state.opened.origin))


def _comparison(state: State, result: Result) -> str:
    """Against the pinned answer, if there is one."""
    if state.pinned is None:
        text = state.words("Pin an answer first; then move levers: both are compared here under the same luck.")
        return filled("message.html", text=text)
    return compare(state.pinned, result, state.words)

"""The planner's page as one object of widgets: what people do goes to the worker, what comes back goes to the views."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import ipywidgets as w

from simlib.dashboard.background import Check, End, Listener, Worker
from simlib.dashboard.levers import Value
from simlib.dashboard.saving import Saved, saved_scenario, saved_workbook
from simlib.dashboard.screen import Screen
from simlib.dashboard.session import DRAWS, ENSEMBLE, Asked, Base, Question, Stage, bundled, looks, stages
from simlib.dashboard.state import Opened, State, actions_of, base_of, key_of, scenario_label, village_of
from simlib.dashboard.uploads import Files, register_from, scenario_of
from simlib.dashboard.views import head
from simlib.errors import SimlibError
from simlib.registry import Registry
from simlib.runs import Result
from simlib.words import Words, noop

ENDS: Final[Mapping[tuple[End, bool], str]] = {
    ("whole", True): noop("done"),
    ("whole", False): noop("done"),
    ("cancelled", True): noop("cancelled"),
    ("cancelled", False): noop("cancelled: what is grey is of before"),
    ("failed", True): noop("this cannot be computed"),
    ("failed", False): noop("this cannot be computed: what is grey is of before"),
}
"""What the status says of an end, and of whether what is shown answers what is asked."""


class Panel(Screen):
    """The page. Handlers run in the kernel's thread, listeners in the workers'; one at a time."""

    def __init__(self, opened: Opened, scenario: str, draws: tuple[int, int], language: str, result: Result | None = None) -> None:
        asked = Asked(bundled(scenario))
        self.draws = looks(*draws)
        super().__init__(State(Words(language), opened, asked, result, is_answer=result is not None), self.draws[-1], self._moved)
        self.worker: Worker[Question, Stage] = Worker(self._stages, Listener(self._staged, self._say, self._ended))
        self._listen()
        with self._silent():
            self.parts.language.value, self.parts.scenario.value = language, scenario
        self._relabel()
        self._begin()

    # ---- what people do

    def _listen(self) -> None:
        """Every widget to its handler."""
        parts = self.parts
        handlers: dict[Any, Callable[[Any], None]] = {
            parts.language: self._language,
            parts.scenario: self._scenario,
            parts.exact: self._exact,
            parts.views: lambda _: self._view(),
            parts.colour: self._colour,
        }
        for widget, handler in handlers.items():
            widget.observe(partial(self._if_heard, handler), names="value")
        parts.cancel.on_click(lambda _: self.worker.cancel())
        acts: dict[str, Callable[[str], None]] = {
            "bundled": lambda _: self._open(Opened()),
            "reset": lambda _: self._based_on(self.state.asked.base),
            "pin": lambda _: self._pin(),
            "save-scenario": lambda _: self._save(saved_scenario(self.state.asked)),
            "save-workbook": lambda _: self._workbook(),
            "village": self._village,
            "dismiss": lambda _: self.parts.messages.show(""),
        }
        files: dict[str, Callable[[Files], None]] = {"register": self._register, "scenario": self._load}
        for surface in (parts.register, parts.actions, parts.shown["villages"], parts.village, parts.messages):
            surface.hears(partial(self._acted, acts), partial(self._acted, files))

    def _acted(self, acts: Mapping[str, Callable[[Any], None]], act: str, value: Any) -> None:
        if act in acts:
            self._do(partial(acts[act], value))

    def _if_heard(self, handler: Callable[[Any], None], change: Any) -> None:
        if self._hears:
            self._do(partial(handler, change["new"]))

    def _do(self, act: Callable[[], None]) -> None:
        """Do what was asked; what is wrong with it is said on the page."""
        with self._lock:
            try:
                act()
            except SimlibError as error:
                self._say(error)

    def _language(self, language: str) -> None:
        self.state = replace(self.state, words=Words(language), text="")
        self._relabel()
        self._refresh()

    def _scenario(self, key: str) -> None:
        base = base_of(self.state, key)
        if base is not self.state.asked.base:
            self._based_on(base)

    def _based_on(self, base: Base) -> None:
        """Another scenario, or the same with all its levers back."""
        self.state = replace(self.state, asked=Asked(base, exact=self.parts.exact.value))
        self._outdate()  # before other levers are seen
        self._levers()
        self._ask()

    def _exact(self, exact: bool) -> None:
        self.state = replace(self.state, asked=replace(self.state.asked, exact=exact))
        if self.state.asked.moved:
            self._ask()

    def _moved(self, key: str, value: Value) -> None:
        if self._hears:
            self._do(partial(self._move, key, value))

    def _move(self, key: str, value: Value) -> None:
        """A lever is elsewhere."""
        self.state = replace(self.state, asked=self.state.asked.with_lever(key, value))
        if self._controls is not None:
            with self._silent():
                self._controls.stand(self._values())
            self._controls.mark(self.state.asked.moved)
        self._ask()

    def _register(self, files: Files) -> None:
        read = register_from(files)
        self._open(Opened(read.registry.origin, registry=read.registry, files=read.files))
        self.parts.messages.show(head.opened(self.state.words, read.report))

    def _open(self, opened: Opened) -> None:
        """Another register; a pinned answer is of the register before, and goes."""
        self.state = replace(self.state, opened=opened, pinned=None, village="")
        self.parts.village.show("")
        self._ask()

    def _load(self, files: Files) -> None:
        name, content = next(iter(files.items()))
        base = scenario_of(name, content)
        key = key_of(base)
        self.state = replace(self.state, loaded={**self.state.loaded, key: base})
        with self._silent():
            others = [one for one in self.parts.scenario.options if one[1] != key]
            self.parts.scenario.options = [*others, (scenario_label(key, self.state.words), key)]
            self.parts.scenario.value = key
        self._based_on(base)

    def _pin(self) -> None:
        if self.state.can_be_kept:
            self.state = replace(self.state, pinned=self.state.result)
            self._show("compare")
            self._status(self.state.words("pinned: move levers and open the comparison"))

    def _village(self, name: str) -> None:
        self.state = replace(self.state, village=name)
        self._show("villages")
        self.parts.village.show(village_of(self.state), focus="#simlib-village-head" if name else "")

    def _colour(self, coloured: str) -> None:
        self.state = replace(self.state, coloured=coloured)
        self._show("villages")

    def _save(self, saved: Saved) -> None:
        self.parts.status.save(*saved)

    def _workbook(self) -> None:
        if self.state.result is not None and self.state.can_be_kept:
            self._status(self.state.words("the workbook is being written"))
            self._save(saved_workbook(self.state.result, self.state.words.language))
            self._status(self.state.words("the workbook was saved"))

    # ---- asking

    def _begin(self) -> None:
        """The first answer: one that was kept, with the register read behind it, or a new one."""
        if self.state.result is None:
            self._ask()
            return
        self._refresh()
        more = tuple(draws for draws in self.draws if draws > self.state.result.draws)
        if more:
            self._working(self.state.words("the full ensemble follows"))
        self.worker.ask(Question(self.state.asked, self.state.opened.registry, more))

    def _ask(self) -> None:
        """Ask the worker; everything on the page is stale from now on."""
        self._outdate()
        self.parts.actions.show(actions_of(self.state))
        self.worker.ask(Question(self.state.asked, self.state.opened.registry, self.draws))

    def _outdate(self) -> None:
        """What is on the page answers no longer what is asked."""
        self.parts.messages.show("")
        self.state = replace(self.state, is_answer=False)
        for surface in self.parts.of_result():
            surface.stale = True
        self._working(self.state.words("computing; what is grey is of before"))

    def _stages(self, question: Question, check: Check) -> Iterator[Stage]:
        return stages(question, check, self._progress)

    def _progress(self, draws: int, part: float) -> None:
        if draws == self.draws[-1]:
            self.parts.progress.value = part

    # ---- what comes back

    def _staged(self, stage: Stage) -> None:
        with self._lock:
            self.state = replace(self.state, result=stage.result, is_answer=True)
            if not stage.is_last:
                follows = noop("the full ensemble follows") if stage.result.draws else noop("central values first; the futures follow")
                self._working(self.state.words(follows))
            self._refresh()

    def _ended(self, end: End) -> None:
        with self._lock:
            self.parts.progress.layout.display = self.parts.cancel.layout.display = "none"
            self._status(self.state.words(ENDS[end, self.state.is_answer]))


def planners_panel(
    registry: Registry | str | Path | None = None,
    scenario: str = "full_package",
    draws: int = DRAWS,
    lang: str = "zh",
    ensemble: int = ENSEMBLE,
) -> w.VBox:
    """The planner's page as widgets, for a notebook's cell.

    `registry`: a register, or the path of one (default: the bundled synthetic task); `scenario`: the name of a bundled one; `draws` of
    the first answer, which those of the full `ensemble` follow (0: deterministic, and nothing follows). InputError for a scenario or
    language that there is none of.
    """
    if isinstance(registry, Registry):
        return Panel(Opened(registry.origin, registry=registry), scenario, (draws, ensemble), lang).box
    return Panel(Opened(Path(registry).name, Path(registry)) if registry else Opened(), scenario, (draws, ensemble), lang).box

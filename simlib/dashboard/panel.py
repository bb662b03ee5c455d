"""The planner's page as one object of widgets: what people do goes to the worker, what comes back goes to the views."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

import ipywidgets as w

from simlib.dashboard.background import Check, Listener, Worker
from simlib.dashboard.controls import Controls, controls
from simlib.dashboard.figures import Drawn, Wanted, drawings
from simlib.dashboard.levers import Value, levers_of, values_of
from simlib.dashboard.parts import FIGURE_OF, Parts, laid_out
from simlib.dashboard.saving import Saved, saved_scenario, saved_workbook
from simlib.dashboard.session import DRAWS, ENSEMBLE, Asked, Base, Question, Stage, bundled, looks, stages
from simlib.dashboard.state import Opened, State, actions_of, status_of, title_of, view_of, village_of
from simlib.dashboard.uploads import Files, RefusedError, register_from, scenario_of
from simlib.dashboard.views import head
from simlib.dashboard.views.gauges import gauges
from simlib.dashboard.views.pages import filled
from simlib.errors import InputError, SimlibError
from simlib.facts import load_facts
from simlib.registry import Registry
from simlib.runs import Result
from simlib.words import Words, noop


class Panel:
    """The page: `box` is what is shown. Handlers run in the kernel's thread, listeners in the workers'; one at a time."""

    def __init__(self, opened: Opened, scenario: str, draws: tuple[int, int], language: str, result: Result | None = None) -> None:
        asked = Asked(bundled(scenario))
        self.state = State(Words(language), opened, asked, result, is_answer=result is not None)
        self.parts = Parts()
        self.draws = looks(*draws)
        self._lock, self._hears = RLock(), True
        self._drawn: dict[str, tuple[int, str]] = {}
        self._controls: Controls | None = None
        self.worker: Worker[Question, Stage] = Worker(self._stages, Listener(self._staged, self._say, self._ended))
        self.drawer: Worker[Wanted, Drawn] = Worker(drawings, Listener(self._figure, self._say, lambda _: None))
        self.box = laid_out(self.parts)
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

    @contextmanager
    def _silent(self) -> Iterator[None]:
        """Widgets are set by us, not by people."""
        before, self._hears = self._hears, False
        try:
            yield
        finally:
            self._hears = before

    def _language(self, language: str) -> None:
        self.state = replace(self.state, words=Words(language), text="")
        self._relabel()
        self._refresh()

    def _scenario(self, name: str) -> None:
        if name != self.state.asked.base.name:
            self._based_on(bundled(name))

    def _based_on(self, base: Base) -> None:
        """Another scenario, or the same with all its levers back."""
        self.state = replace(self.state, asked=Asked(base, exact=self.parts.exact.value))
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
            self._controls.mark(self.state.asked.moved)
        self._ask()

    def _register(self, files: Files) -> None:
        registry, notes = register_from(files)
        self._open(Opened(registry.origin, registry=registry))
        if notes:
            self.parts.messages.show(head.notes(self.state.words, [one.told(self.state.words) for one in notes]))

    def _open(self, opened: Opened) -> None:
        """Another register; a pinned answer is of the register before, and goes."""
        self.state = replace(self.state, opened=opened, pinned=None, village="")
        self.parts.village.show("")
        self._ask()

    def _load(self, files: Files) -> None:
        name, content = next(iter(files.items()))
        base = scenario_of(name, content)
        with self._silent():
            self.parts.scenario.options = [*(one for one in self.parts.scenario.options if one[1] != base.name), (base.name, base.name)]
            self.parts.scenario.value = base.name
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
        self.parts.messages.show("")
        self.state = replace(self.state, is_answer=False)
        for surface in self.parts.of_result():
            surface.stale = True
        self.parts.actions.show(actions_of(self.state))
        self._working(self.state.words("computing; what is grey is of before"))
        self.worker.ask(Question(self.state.asked, self.state.opened.registry, self.draws))

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

    def _ended(self, whole: bool) -> None:
        with self._lock:
            self.parts.progress.layout.display = self.parts.cancel.layout.display = "none"
            words, fresh = self.state.words, self.state.is_answer
            stopped = words("cancelled") if fresh else words("cancelled: what is grey is of before")
            self._status(words("done") if whole else stopped)

    def _figure(self, drawn: Drawn) -> None:
        with self._lock:
            if drawn.wanted.result is self.state.result and drawn.wanted.language == self.state.words.language:
                self._drawn[drawn.name] = id(drawn.wanted.result), drawn.wanted.language
                self.parts.figures[drawn.name].show(drawn.html)
                self.parts.figures[drawn.name].stale = not self.state.is_answer

    # ---- showing

    def _say(self, error: SimlibError) -> None:
        """An error in words, with its problems."""
        with self._lock:
            words = self.state.words
            lines = [one.told(words) for one in error.found] if isinstance(error, RefusedError) else []
            if not lines and isinstance(error, InputError):
                lines = [words.tell(one) for one in error.problems]
            self.parts.messages.show(head.problems(words, words.tell(error), lines))

    def _working(self, text: str) -> None:
        self.parts.progress.value, self.parts.progress.layout.display, self.parts.cancel.layout.display = 0.0, "", ""
        self._status(text)

    def _status(self, text: str) -> None:
        self.state = replace(self.state, text=text)
        self.parts.status.show(status_of(self.state))

    def _relabel(self) -> None:
        with self._silent():
            self.parts.relabel(self.state.words)
            self._levers()
        self.parts.register.show(filled("register.html", words=self.state.words))

    def _levers(self) -> None:
        """The levers of the scenario, where they stand."""
        facts, asked = load_facts(), self.state.asked
        said = values_of(asked.base.scenario, facts) | dict(asked.moved)
        made = controls(levers_of(asked.base.scenario, facts), said, self.state.words, facts, self._moved)
        made.mark(asked.moved)
        before, self._controls = self._controls, made
        self.parts.levers.children = (made.box,)
        if before is not None:
            made.fold_as(before)
            before.close()
        self.parts.actions.show(actions_of(self.state))

    def _refresh(self) -> None:
        """Show the result everywhere: what is in view now, other views when they are opened."""
        result, words = self.state.result, self.state.words
        if result is None:
            return
        self.parts.title.show(title_of(self.state))
        self.parts.gauges.show(gauges(result, words))
        self.parts.gauges.stale = not self.state.is_answer
        for surface in (*self.parts.shown.values(), *self.parts.figures.values()):
            surface.stale = True
        self._show("villages")
        self.parts.village.show(village_of(self.state))
        self.parts.actions.show(actions_of(self.state))
        self._view()
        self._status(self.state.text)

    def _view(self) -> None:
        """The view that is open: its text at once, its figure from the drawer, and the others once nothing else is to be computed."""
        view, result, language = str(self.parts.views.value), self.state.result, self.state.words.language
        self._show(view)
        if result is None:
            return
        here = [FIGURE_OF[view]] if view in FIGURE_OF else []
        others = [name for name in FIGURE_OF.values() if name not in here] if result.draws == self.draws[-1] else []
        names = tuple(name for name in (*here, *others) if self._drawn.get(name) != (id(result), language))
        if names:
            self.drawer.ask(Wanted(result, language, names))

    def _show(self, view: str) -> None:
        """The text of a view, of the result that is there."""
        if self.state.result is not None:
            self.parts.shown[view].show(view_of(self.state, self.state.result, view))
            self.parts.shown[view].stale = not self.state.is_answer


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

"""What the page shows of its state: the answer in every view, the levers, what is going on, what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import RLock

from simlib.dashboard.background import Listener, Worker
from simlib.dashboard.controls import Controls, Moved, controls
from simlib.dashboard.figures import Drawn, Wanted, drawings
from simlib.dashboard.levers import Value, levers_of, values_of
from simlib.dashboard.parts import FIGURE_OF, Parts, laid_out
from simlib.dashboard.state import State, actions_of, status_of, title_of, view_of, village_of
from simlib.dashboard.uploads import RefusedError
from simlib.dashboard.views import head
from simlib.dashboard.views.gauges import gauges
from simlib.dashboard.views.pages import filled
from simlib.errors import InputError, SimlibError
from simlib.facts import load_facts


class Screen:
    """The widgets and what stands on them: `box` is what is shown.

    `most`: draws of the last look at an answer; `moved` hears the key of a lever whose widget is elsewhere, and its value.
    """

    def __init__(self, state: State, most: int, moved: Moved) -> None:
        self.state, self.most, self._hears_levers = state, most, moved
        self.parts = Parts()
        self._lock, self._hears = RLock(), True
        self._drawn: dict[str, tuple[int, str]] = {}
        self._controls: Controls | None = None
        self.drawer: Worker[Wanted, Drawn] = Worker(drawings, Listener(self._figure, self._say, lambda _: None))
        self.box = laid_out(self.parts)

    @contextmanager
    def _silent(self) -> Iterator[None]:
        """Widgets are set by us, not by people."""
        before, self._hears = self._hears, False
        try:
            yield
        finally:
            self._hears = before

    def _figure(self, drawn: Drawn) -> None:
        with self._lock:
            if drawn.wanted.result is self.state.result and drawn.wanted.language == self.state.words.language:
                self._drawn[drawn.name] = id(drawn.wanted.result), drawn.wanted.language
                self.parts.figures[drawn.name].show(drawn.html)
                self.parts.figures[drawn.name].stale = not self.state.is_answer

    def _say(self, error: SimlibError) -> None:
        """An error in words, with its problems."""
        with self._lock:
            words = self.state.words
            lines = [one.told(words) for one in error.found] if isinstance(error, RefusedError) else []
            if not lines and isinstance(error, InputError):
                lines = [words.tell(one) for one in error.problems]
            told = words.tell(error)
            if lines:  # which the sentence may have at its end too
                told = told.partition("\n")[0].rstrip(":： ")
            self.parts.messages.show(head.problems(words, told, [one for one in lines if one != told]))

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
        scenario = asked.base.scenario
        made = controls(levers_of(scenario, facts), self._values(), self.state.words, scenario.resolve_facts(facts), self._hears_levers)
        made.mark(asked.moved)
        before, self._controls = self._controls, made
        self.parts.levers.children = (made.box,)
        if before is not None:
            made.fold_as(before)
            before.close()
        self.parts.actions.show(actions_of(self.state))

    def _values(self) -> dict[str, Value]:
        """Where the levers stand."""
        return values_of(self.state.asked.base.scenario, load_facts()) | dict(self.state.asked.moved)

    def _refresh(self) -> None:
        """Show the result everywhere: what is in view now, other views when they are opened."""
        result, words = self.state.result, self.state.words
        if result is None:
            return
        self.parts.title.show(title_of(self.state))
        self.parts.gauges.show(gauges(result, words, follow=self.most > 0))
        self.parts.gauges.stale = not self.state.is_answer
        for surface in (*self.parts.shown.values(), *self.parts.figures.values()):
            surface.stale = True
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
        others = [name for name in FIGURE_OF.values() if name not in here] if result.draws == self.most else []
        names = tuple(name for name in (*here, *others) if self._drawn.get(name) != (id(result), language))
        if names:
            self.drawer.ask(Wanted(result, language, names))

    def _show(self, view: str) -> None:
        """The text of a view, of the result that is there."""
        if self.state.result is not None:
            self.parts.shown[view].show(view_of(self.state, self.state.result, view))
            self.parts.shown[view].stale = not self.state.is_answer

"""The widgets of the page and where they stand: no logic, nothing but what people see and touch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import ipywidgets as w

from simlib.dashboard.state import scenario_label
from simlib.dashboard.surface import Surface
from simlib.dashboard.views.tiles import COLOURED
from simlib.scenario import bundled_scenarios
from simlib.words import LANGUAGES, Words, noop

VIEWS: Final[Mapping[str, str]] = {
    "villages": noop("Villages"),
    "incomes": noop("Incomes"),
    "sources": noop("Sources of income"),
    "money": noop("Money in and out"),
    "compare": noop("Comparison"),
    "numbers": noop("All numbers"),
    "code": noop("Show the code"),
}
FIGURE_OF: Final[Mapping[str, str]] = {"incomes": "incomes", "sources": "sources", "money": "flow", "numbers": "progress"}
"""The figure that stands in a view."""
LANGUAGE_NAMES: Final = {"zh": "中文", "en": "English"}


def _surfaces(names: Iterable[str]) -> dict[str, Surface]:
    return {name: Surface() for name in names}


@dataclass(frozen=True, eq=False)
class Parts:
    """Every widget of the page."""

    title: Surface = field(default_factory=Surface)
    status: Surface = field(default_factory=lambda: Surface(naming=True))
    progress: w.FloatProgress = field(default_factory=lambda: w.FloatProgress(min=0, max=1))
    cancel: w.Button = field(default_factory=w.Button)
    language: w.ToggleButtons = field(
        default_factory=lambda: w.ToggleButtons(options=[(LANGUAGE_NAMES[one], one) for one in LANGUAGES]).add_class("simlib-lang")
    )
    register: Surface = field(default_factory=Surface)
    scenario: w.Dropdown = field(default_factory=lambda: w.Dropdown(options=_named(bundled_scenarios())).add_class("simlib-lever"))
    actions: Surface = field(default_factory=Surface)
    exact: w.Checkbox = field(default_factory=lambda: w.Checkbox(value=False, indent=False).add_class("simlib-check"))
    levers: w.VBox = field(default_factory=w.VBox)
    messages: Surface = field(default_factory=lambda: Surface().add_class("simlib-messages"))
    gauges: Surface = field(default_factory=Surface)
    views: w.ToggleButtons = field(
        default_factory=lambda: w.ToggleButtons(options=[(text, name) for name, text in VIEWS.items()]).add_class("simlib-views")
    )
    colour: w.Dropdown = field(
        default_factory=lambda: w.Dropdown(options=_named(COLOURED)).add_class("simlib-lever").add_class("simlib-inline")
    )
    village: Surface = field(default_factory=Surface)
    shown: Mapping[str, Surface] = field(default_factory=lambda: _surfaces(VIEWS))
    figures: Mapping[str, Surface] = field(default_factory=lambda: _surfaces(FIGURE_OF.values()))

    def of_result(self) -> list[Surface]:
        """Everything that is a result's, and stale when the result is."""
        return [self.gauges, self.village, *self.shown.values(), *self.figures.values()]

    def relabel(self, words: Words) -> None:
        """Say everything in a language; what the surfaces show is not this one's."""
        self.cancel.description, self.scenario.description = words("cancel"), words("Scenario")
        self.exact.description = words("numbers that I set hold exactly (no range)")
        self.colour.description = words("Tiles show the")
        _options(self.views, [(words(text), name) for name, text in VIEWS.items()])
        _options(self.colour, [(words(text), name) for name, text in COLOURED.items()])
        _options(self.scenario, [(scenario_label(name, words), name) for _, name in self.scenario.options])
        for surface in (self.title, self.status, self.register, self.actions, self.messages, *self.of_result()):
            surface.lang = words.language


def _named(values: Iterable[str]) -> list[tuple[str, str]]:
    """Options that have no label yet."""
    return [(value, value) for value in values]


def _options(widget: Any, options: list[tuple[str, str]]) -> None:
    """Other labels for the same values; what is chosen stays. Whoever observes the value hears of it twice: be deaf meanwhile."""
    value = widget.value
    widget.options = options
    widget.value = value


def laid_out(parts: Parts) -> w.VBox:
    """Everything where it stands: a head, the levers at the left, the answer beside them."""
    work = w.HBox([parts.status, parts.progress, parts.cancel]).add_class("simlib-work")
    head = w.Box([parts.title, work, parts.language]).add_class("simlib-head")
    levers = w.VBox([parts.register, parts.scenario, parts.actions, parts.levers, parts.exact]).add_class("simlib-levers")
    bar = w.Box([parts.views, parts.colour]).add_class("simlib-bar-of-views")
    answer = w.VBox([parts.messages, parts.gauges, bar, *_views(parts)]).add_class("simlib-answer")
    return w.VBox([head, w.Box([levers, answer]).add_class("simlib-body")]).add_class("simlib-page")


def _views(parts: Parts) -> list[w.VBox]:
    """A box a view; only the one that is chosen is seen."""
    boxes = {name: w.VBox(_inside(parts, name)) for name in VIEWS}

    def show(chosen: str) -> None:
        for name, box in boxes.items():
            box.layout.display = "" if name == chosen else "none"
        parts.colour.layout.display = "" if chosen == "villages" else "none"

    parts.views.observe(lambda change: show(change["new"]), names="value")
    show(str(parts.views.value))
    return list(boxes.values())


def _inside(parts: Parts, name: str) -> list[Surface]:
    """What stands in a view."""
    if name == "villages":
        return [parts.shown[name], parts.village]
    return [*([parts.figures[FIGURE_OF[name]]] if name in FIGURE_OF else []), parts.shown[name]]

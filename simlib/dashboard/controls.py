"""Levers as widgets: a slider or a choice each, in folds by what they are about, told of as they are moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import ipywidgets as w

from simlib.dashboard.levers import GROUPS, Lever, Value
from simlib.facts import Facts
from simlib.words import TERMS, Words

Moved = Callable[[str, Value], None]
"""Hears a lever's key and its new value."""
FORMATS: Final = {"yuan": ",.0f", "factor": ".1f"}
FINE: Final = 0.01
"""Steps of a share below this are shown with a decimal."""
WHOLE: Final = ("years", "year")


def name_of(lever: Lever, words: Words, facts: Facts) -> str:
    """What a lever is called: its own text, or its fact's label."""
    if lever.fact:
        label = facts.fact(lever.fact).label
        return label.zh if words.language == "zh" else label.en
    return words(lever.text, what=words.joined([words[code] for code in lever.codes]))


def note_of(lever: Lever, words: Words, facts: Facts) -> str:
    """The range of a lever that is a fact, and what the fact rests on; nothing for another. `facts`: those of the scenario."""
    if not lever.fact:
        return ""
    fact = facts.fact(lever.fact)
    basis = basis_of(lever, words, facts)
    if fact.low is None or fact.high is None:
        return words("in use: {value} ({basis})", value=shown(lever, fact.value, words), basis=basis)
    span = words("{low} to {high}", low=shown(lever, fact.low, words), high=shown(lever, fact.high, words))
    return words("in use: {value}, range {span} ({basis})", value=shown(lever, fact.value, words), span=span, basis=basis)


def basis_of(lever: Lever, words: Words, facts: Facts) -> str:
    """What the number of a lever's fact rests on: the scenario that has it otherwise, a clause of the text, a source, nothing."""
    if lever.own:
        return words("set by the scenario")
    fact = facts.fact(lever.fact)
    return words("clause {clause}", clause=fact.clause) if fact.clause else fact.source or words("assumed")


def shown(lever: Lever, value: Value, words: Words) -> str:
    """A value as people write it."""
    if isinstance(value, str):
        return next((words.label(text) if text in TERMS else words(text) for code, text in lever.choices if code == value), value)
    if lever.form == "share":
        return words.percent(value, 1 if lever.step < FINE else 0)
    if lever.form == "year":
        return str(int(value))
    return words.yuan(value) if lever.form == "yuan" else words.number(value, 1 if lever.form == "factor" else 0)


def options_of(lever: Lever, words: Words) -> list[tuple[str, str]]:
    """A choice's labels and values."""
    return [(shown(lever, value, words), value) for value, _ in lever.choices]


@dataclass(frozen=True)
class Controls:
    """The levers' widgets by key, and the box that they stand in."""

    box: w.VBox
    levers: Mapping[str, Lever]
    widgets: Mapping[str, Any]
    folds: Mapping[str, w.ToggleButton]

    def fold_as(self, other: "Controls") -> None:
        """Open what is open there."""
        for group, fold in self.folds.items():
            fold.value = other.folds[group].value

    def close(self) -> None:
        """Let all widgets go."""
        for widget in (*self.widgets.values(), *self.folds.values(), *self.box.children, self.box):
            widget.close()

    def mark(self, moved: Mapping[str, Value]) -> None:
        """Mark the levers that stand elsewhere than the scenario has them."""
        for key, widget in self.widgets.items():
            (widget.add_class if key in moved else widget.remove_class)("simlib-moved")

    def stand(self, values: Mapping[str, Value]) -> None:
        """Put the levers where they stand: one that is moved may move another. Whoever observes them hears of it."""
        for key, widget in self.widgets.items():
            if widget.value != values[key]:
                widget.value = values[key]


def controls(levers: tuple[Lever, ...], values: Mapping[str, Value], words: Words, facts: Facts, moved: Moved) -> Controls:
    """Widgets for levers that stand at these values; `moved` hears of each that people move. `facts`: those of the scenario."""
    widgets = {one.key: _widget(one, values[one.key], words, facts) for one in levers}
    for key, widget in widgets.items():
        widget.observe(lambda change, key=key: moved(key, change["new"]), names="value")
    folds, boxes = {}, []
    for place, group in enumerate(GROUPS):
        inside = w.VBox([widgets[one.key] for one in levers if one.group == group])
        folds[group] = _fold(group, inside, words, open_=place == 0)
        boxes += [folds[group], inside]
    return Controls(w.VBox(boxes), {one.key: one for one in levers}, widgets, folds)


def _widget(lever: Lever, value: Value, words: Words, facts: Facts) -> Any:
    """A slider, or a choice."""
    name, note = name_of(lever, words, facts), note_of(lever, words, facts)
    text = f"{name}\n{note}" if note else name
    said = {"description": text, "tooltip": text, "style": {"description_width": "auto"}}
    if lever.form == "choice":
        widget = w.Dropdown(options=options_of(lever, words), value=value, **said)
    elif lever.form in WHOLE:
        widget = w.IntSlider(int(value), int(lever.low), int(lever.high), int(lever.step), continuous_update=False, **said)
    else:
        form = FORMATS.get(lever.form) or (".1%" if lever.step < FINE else ".0%")
        widget = w.FloatSlider(
            float(value), min=lever.low, max=lever.high, step=lever.step, continuous_update=False, readout_format=form, **said
        )
    return widget.add_class("simlib-lever")


def _fold(group: str, inside: w.VBox, words: Words, *, open_: bool) -> w.ToggleButton:
    """A head that opens and closes what stands under it, by mouse or key."""
    fold = w.ToggleButton(value=open_, description=_fold_text(words(group), open_=open_)).add_class("simlib-fold")

    def show(change: Mapping[str, Any]) -> None:
        inside.layout.display = "" if change["new"] else "none"
        fold.description = _fold_text(fold.description[2:], open_=change["new"])

    fold.observe(show, names="value")
    inside.layout.display = "" if open_ else "none"
    return fold


def _fold_text(text: str, *, open_: bool) -> str:
    return f"{'▾' if open_ else '▸'} {text}"

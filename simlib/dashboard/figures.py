"""The page's figures: drawn by a thread of their own, the one in view first, and not again while nothing has changed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from simlib.dashboard.views.pages import filled
from simlib.reports.series import due
from simlib.runs import Result
from simlib.words import Words, noop

WIDTH: Final = 8.6
"""Inches, as wide as the place where figures stand."""
DPI: Final = 120
ALT: Final = {
    "incomes": noop("Distribution of income a head against the lines; the numbers stand in the table under it and in the numbers' view."),
    "sources": noop("Income of labour-capable people by source and year; the numbers stand in the table under it."),
    "flow": noop("Money flow from payers through funds and measures to households; the numbers stand in the tables under it."),
    "progress": noop("People out of the register by year, with bands; the numbers stand in the numbers' view."),
}
KINDS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "incomes": ("incomes", {}),
    "sources": ("income_by_source", {}),
    "flow": ("flow", {}),
    "progress": ("fan", {"what": "exited"}),
}
"""Figures of the page: the kind of `reports.pictures`, and its options."""


class Wanted(NamedTuple):
    """Figures to draw of a result, in this order."""

    result: Result
    language: str
    names: tuple[str, ...]


class Drawn(NamedTuple):
    """A figure, as HTML."""

    wanted: Wanted
    name: str
    html: str


def drawings(wanted: Wanted, check: Callable[[], None]) -> Iterator[Drawn]:
    """The figures one after another; `check` may raise before each."""
    for name in wanted.names:
        check()
        yield Drawn(wanted, name, figure(wanted.result, name, Words(wanted.language)))


def figure(result: Result, name: str, words: Words) -> str:
    """A figure as HTML, with a sentence for those who do not see it."""
    from simlib.reports.pictures import data_uri, drawn, png  # matplotlib: only where something is drawn

    kind, options = KINDS[name]
    years = {"year": due(result)} if kind == "incomes" else {}
    chosen: dict[str, Any] = {**options, **years}
    picture = png(drawn(kind, result, lang=words.language, width=WIDTH, **chosen), dpi=DPI)
    return filled("figure.html", source=data_uri(picture), alt=words(ALT[name]))

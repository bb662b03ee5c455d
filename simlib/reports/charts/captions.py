"""What stands around charts: where a figure comes from, and one legend for several charts."""

from collections.abc import Iterable
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simlib.reports.charts.common import legend_columns, listed, title
from simlib.reports.decided import Changed, base_title, changes_in_words, record_of
from simlib.reports.style import GREY, look, words_of, written
from simlib.reports.wrapping import width, wrapped
from simlib.runs import Result
from simlib.words import Words

CHANGES: Final = 3
"""How many changes a caption tells before it counts the rest."""
BRIEF_CHANGE: Final = 24
"""Letters of a change's two values that a caption still takes."""
ID_DIGITS: Final = 8
LETTERS_AN_INCH: Final = 17


def caption(results: Iterable[Result] | Result, lang: str = "en") -> str:
    """Where a figure comes from: scenario, draws, seed, governing line, plainly whether the register is synthetic, changes, source."""
    words, shown = words_of(lang), listed(results)
    alone = shown[0] if len(shown) == 1 else None
    parts = [
        title(alone, lang) if alone else words("{number} scenarios", number=len(shown)),
        _luck(shown[0], words),
        _governing(shown, words),
        _register(shown[0], words),
        _changed(alone, words) if alone else "",
        _source(shown, words),
    ]
    return " · ".join(part for part in parts if part)


def _luck(result: Result, words: Words) -> str:
    if not result.draws:
        return words("deterministic")
    return words("{number} draws, seed {seed}", number=words.number(result.draws), seed=result.seed)


def _governing(shown: list[Result], words: Words) -> str:
    lines = dict.fromkeys(result.scenario.levers.governing_line for result in shown)
    return words("governing line: {line}", line=" / ".join(words["line." + line] for line in lines))


def _register(result: Result, words: Words) -> str:
    found = result.register()
    if found["synthetic"]:
        return words("SYNTHETIC register: no household in it exists")
    return words("register of {people} people", people=words.number(found["people"]))


def _changed(result: Result, words: Words) -> str:
    """What was decided otherwise than in the scenario that this one stands on."""
    record = record_of(result)
    changes = changes_in_words(record["changed_from_base"], words)
    if not changes:
        return ""
    names = list(dict.fromkeys(_change(one, words) for one in changes))
    told = words.joined(names[:CHANGES])
    if len(names) > CHANGES:
        told = words("{changes} and others, {whole} in all", changes=told, whole=len(names))
    base = base_title(record["scenario"].get("base"), words) or words("its base")
    return words("changed from “{base}”: {changes}", base=base, changes=told)


def _change(one: Changed, words: Words) -> str:
    """A change in few words: without its values where they are long."""
    head, _, tail = one.what.partition(" · ")
    what = words("{target}: {detail}", target=head, detail=tail) if tail else head
    if width(one.before + one.now) > BRIEF_CHANGE:
        return what
    return words("{what} {before} → {now}", what=what, before=one.before, now=one.now)


def _source(shown: list[Result], words: Words) -> str:
    """What went in, by the beginnings of hashes: no run's key, which every change of the code changes, or pictures would change with it."""
    return words(
        "source: simlib {version}, scenario {scenarios}, register {register}",
        version=record_of(shown[0])["versions"]["simlib"],
        scenarios=words.joined([_beginning(result.scenario.hash) for result in shown]),
        register=_beginning(shown[0].register()["hash"]),
    )


def _beginning(content_hash: str) -> str:
    return content_hash.removeprefix("sha256:")[:ID_DIGITS]


def stamp(figure: Figure, results: Iterable[Result] | Result, *, lang: str = "en") -> Figure:
    """Write the caption under a figure, on as many lines as its width asks for."""
    text = wrapped(written(caption(results, lang)), LETTERS_AN_INCH * figure.get_figwidth())
    with look():
        figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color=GREY)
    return figure


def shared_legend(figure: Figure, ax: Axes) -> Figure:
    """Write one legend for all charts of a figure, above them, from the marks of one of them."""
    handles, labels = ax.get_legend_handles_labels()
    with look():
        figure.legend(handles, labels, loc="outside upper left", ncols=legend_columns(labels, figure.get_figwidth()))
    return figure

"""The page's head: what it asks, of which register, under which scenario; and how far the answer is."""

from dataclasses import replace
from typing import Any, Final

from simlib.dashboard.views.pages import filled
from simlib.registry.report import Report, report_text
from simlib.runs import Result
from simlib.words import Words

SHOWN: Final = 50
"""Problems that are listed; of the rest the number is said."""


def title(words: Words, name: str, register: dict[str, Any] | None) -> str:
    """The question, and the register that it is asked of."""
    numbers = {key: words.number(register[key]) for key in ("households", "people", "villages")} if register else {}
    return filled("title.html", words=words, name=name, numbers=numbers, synthetic=bool(register and register["synthetic"]))


def status(words: Words, text: str, result: Result | None) -> str:
    """What is going on, and what the numbers on the page rest on."""
    shown = ""
    if result is not None:
        shown = words("{count} futures, seed {seed}", count=result.draws, seed=result.seed) if result.draws else words("without luck")
    return filled("status.html", text=text, shown=shown)


def opened(words: Words, report: Report) -> str:
    """What became of the cells of a register that was opened, column by column, and what is worth knowing of it."""
    counted = report_text(replace(report, notes=()), words).splitlines()
    notes = [one.told(words) for one in report.notes]
    more = words("and {count} more", count=words.number(len(notes) - SHOWN)) if len(notes) > SHOWN else ""
    return filled("notes.html", words=words, counted=counted, notes=notes[:SHOWN], more=more)


def problems(words: Words, head: str, lines: list[str]) -> str:
    """A list of what is wrong, each with its place; of very many the first."""
    more = words("and {count} more", count=words.number(len(lines) - SHOWN)) if len(lines) > SHOWN else ""
    return filled("problems.html", words=words, head=head, problems=lines[:SHOWN], more=more)

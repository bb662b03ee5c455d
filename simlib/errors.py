"""What can go wrong, in three kinds: bad input (exit code 2), our fault or the machine's (1), stopped by the user (130)."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class Said(str):
    """An English sentence that remembers what it was made of, so that `words.tell` can say it in another language.

    `text` is the sentence with its blanks (a key of the catalogue), `values` what fills them; values may be said themselves.
    """

    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, values: Mapping[str, object]) -> "Said":
        """The sentence with its blanks filled in."""
        made = super().__new__(cls, text.format(**values))
        made.text, made.values = text, values
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, object]]:  # type: ignore[override]  # typeshed knows str's own only
        """What it is made of, for copies and for errors that come back from another process."""
        return self.text, self.values


def said(text: str, /, **values: object) -> Said:
    """A sentence for people, in English by itself: a literal text of the catalogue, its blanks as in `str.format`."""
    return Said(text, values)


class SimlibError(Exception):
    """Any error that simlib raises on purpose; its message is meant for a person, never a traceback."""

    exit_code = 1


class InputError(SimlibError):
    """Something given to simlib is wrong: says what was seen, where, and what would be right.

    `problems` holds one message a problem when there are several.
    """

    exit_code = 2

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class RunError(SimlibError):
    """A run could not be finished or written: our fault or the machine's."""


def nearest(seen: str, known: Iterable[str]) -> Said:
    """A hint that names the nearest right name, or the right names where none is near."""
    names = sorted(known)
    close = get_close_matches(seen, names, n=1, cutoff=0.55)
    return said("did you mean {name!r}?", name=close[0]) if close else said("known: {names}", names=", ".join(names))

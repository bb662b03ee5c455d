"""What can go wrong, in three kinds: bad input (exit code 2), our fault or the machine's (1), stopped by the user (130)."""

from collections.abc import Iterable
from difflib import get_close_matches


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


def nearest(seen: str, known: Iterable[str]) -> str:
    """A hint that names the nearest right name, or the right names where none is near."""
    names = sorted(known)
    close = get_close_matches(seen, names, n=1, cutoff=0.55)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"

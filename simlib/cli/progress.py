"""What a user sees while waiting: how far a run is, how long a long one takes and what memory it wants, and the compiling of the kernel."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from simlib.cli.group import say
from simlib.cli.memory import wanted

if TYPE_CHECKING:
    from simlib.runs.single import Prepared

PILOT_S: Final = 0.5
"""Of work done before the length of the whole is estimated from it."""
LONG_S: Final = 5.0
"""What takes no longer than this is not announced."""
EVERY_S: Final = 10.0
"""Between two lines where nobody watches."""
LOADED_S: Final = 3.0
"""Machine code that is there is loaded in less."""

Clock = Callable[[], float]


def about(seconds: float) -> str:
    """A time for people: `12 s`, `3 min`, `2.5 h`."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 99.5 * 60 else f"{seconds / 3600:.1f} h"


def plural(number: int, word: str) -> str:
    """`1 processor`, `2 processors`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


# ---- how far a run is


class Progress:
    """Is told by any thread what is done. Says how long the whole will take, if that is long, and how far it is every so often."""

    def __init__(
        self, name: str, total: int, means: str, tell: Callable[[str], None], every_s: float = EVERY_S, clock: Clock = time.monotonic
    ) -> None:
        self._name, self._total, self._means, self._tell, self._every_s, self._clock = name, total, means, tell, every_s, clock
        self._done, self._estimated = 0, False
        self._first: tuple[float, int] | None = (
            None  # when the first piece was done, and how large it was: the work's rate counts from there
        )
        self._said = 0.0

    def __call__(self, done: int) -> None:
        """So much more is done."""
        self._done += done
        now = self._clock()
        if self._first is None:
            self._first, self._said = (now, done), now
            return
        spent, seen = now - self._first[0], self._done - self._first[1]
        left = spent * (self._total - self._done) / seen
        if not self._estimated and spent >= PILOT_S:
            self._estimated = True
            if left > LONG_S:
                self._say(now, f"about {about(spent + left)} {self._means}")
        elif now - self._said >= self._every_s:
            self._say(now, f"{self._done / self._total:.0%}, about {about(left)} left")

    def _say(self, now: float, message: str) -> None:
        self._said = now
        self._tell(f"{self._name}: {message}")


@contextmanager
def progress(one: "Prepared", draws: int, workers: int | None) -> Iterator[Callable[[int], None]]:
    """A bar with the time left on a terminal's stderr, lines elsewhere; before it a warning where the memory will not do."""
    from simlib.runs import default_workers

    households, years, threads = len(one.packed.household_ids), len(one.packed.years), workers or default_workers()
    name, total, watched = one.scenario.name, households * years * max(1, draws), is_watched()
    memory = wanted(one.packed, draws, threads)
    if not watched:
        say(f"{name}: {households} households, {years} years, {draws or 'no'} draws")
    if warning := memory.warning(draws):
        say(f"{name}: {warning}")
    means = f"on {plural(min(threads, default_workers()), 'processor')}, about {memory.text}"
    with bar(name, total, means) as update:
        yield update


@contextmanager
def bar(name: str, total: int, means: str) -> Iterator[Callable[[int], None]]:
    """A bar of so many household-years on a terminal's stderr, lines elsewhere; any thread may tell it what is done."""
    from tqdm import tqdm

    watched = is_watched()
    with tqdm(total=total, desc=name, unit="hh-year", unit_scale=True, file=sys.stderr, disable=not watched) as shown:
        told = Progress(name, total, means, lambda line: shown.write(line, file=sys.stderr) if watched else say(line), EVERY_S)
        lock = Lock()

        def update(done: int) -> None:
            with lock:
                shown.update(done)
                told(done)

        yield update


def is_watched() -> bool:
    """Whether stderr is a terminal on which a bar can stand: one that knows its size."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns > 0
    except (OSError, ValueError):
        return False


# ---- the kernel's compiling


@contextmanager
def compiling(clock: Clock = time.monotonic) -> Iterator[None]:
    """Around what makes or loads the kernel's machine code: says if it is compiled, and how long that has been going on."""
    from simlib.runs.warming import compiles, is_cold

    done, begin, before = Event(), clock(), compiles()
    thread = Thread(target=_tell_compiling, args=(done, 0.0 if is_cold() else LOADED_S, clock), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    if compiles() > before:
        say(f"compiled in {about(clock() - begin)}; the machine code is kept")


def _tell_compiling(done: Event, after_s: float, clock: Clock) -> None:
    """Say that it is being compiled, and then how long, until it is done. The compiler keeps other threads waiting for a second at most."""
    from simlib.runs.warming import last_compile_s

    begin, last, watched = clock(), last_compile_s(), is_watched()
    if done.wait(after_s):
        return
    say(f"compiling the kernel, once a version: {'a minute or two' if last is None else f'it took {about(last)} here the last time'}")
    if watched:
        _count_on_terminal(done)
        return
    while not done.wait(EVERY_S):
        say(f"compiling the kernel: {about(clock() - begin)} so far")


def _count_on_terminal(done: Event) -> None:
    """A count of seconds, gone in the end."""
    from tqdm import tqdm

    with tqdm(bar_format="compiling the kernel: {elapsed}", leave=False, file=sys.stderr) as bar:
        while not done.wait(1.0):
            bar.refresh()

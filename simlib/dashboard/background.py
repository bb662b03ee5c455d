"""Work behind the page: one thread, the newest request wins, each stage is shown as it comes, and the last can be cancelled."""

import atexit
from collections.abc import Callable, Iterator
from threading import Condition, Thread
from typing import Final, Generic, Literal, NamedTuple, TypeVar
from weakref import WeakSet

from simlib.errors import RunError, SimlibError, said

A = TypeVar("A")
S = TypeVar("S")

Check = Callable[[], None]
"""Is called in the middle of work, by any thread; raises where the work is no longer wanted."""
End = Literal["whole", "cancelled", "failed"]
"""How a request ended."""
NEVER: Final = -1
LAST_S: Final = 20.0
"""Seconds at most that a process which ends waits for work under way: a block of a run, or a function being compiled."""


class NotWantedError(Exception):
    """The work under way was cancelled, or another request came: no fault, and nobody is told."""


class Listener(NamedTuple, Generic[S]):
    """Who hears what becomes of a request; all are called by the worker's thread."""

    stage: Callable[[S], None]
    """A stage is there."""
    failed: Callable[[SimlibError], None]
    """It ended with an error."""
    ended: Callable[[End], None]
    """It ended, and how: once for the newest request, never for one that another followed."""


class Worker(Generic[A, S]):
    """Does requests one at a time; `stages` makes the stages of one, and calls what it is given as often as it can."""

    def __init__(self, stages: Callable[[A, Check], Iterator[S]], listener: Listener[S]) -> None:
        self._stages, self._listener = stages, listener
        self._changed = Condition()
        self._asked: A | None = None
        self._newest, self._cancelled, self._working, self._is_closed = 0, NEVER, False, False
        self._thread: Thread | None = None
        _WORKERS.add(self)

    def ask(self, request: A) -> None:
        """Do this next; what is under way ends as soon as it can."""
        with self._changed:
            self._asked, self._newest = request, self._newest + 1
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True, name="simlib-dashboard")
                self._thread.start()
            self._changed.notify_all()

    def cancel(self) -> None:
        """End what is under way, and what waits to be; the stages that were shown stay. The thread tells the end."""
        with self._changed:
            self._cancelled = self._newest

    def close(self) -> None:
        """End for good: nothing is done or told any more once the work under way has let go, which is waited for a little."""
        with self._changed:
            self._newest, self._asked, self._is_closed = self._newest + 1, None, True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(LAST_S)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until nothing is asked for or under way. -> whether that is so"""
        with self._changed:
            return self._changed.wait_for(lambda: self._asked is None and not self._working, timeout_s)

    def _work(self) -> None:
        while (following := self._next()) is not None:
            self._do(*following)
            with self._changed:
                self._working = False
                self._changed.notify_all()

    def _next(self) -> tuple[A, int] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._asked is not None or self._is_closed)
            request, self._asked = self._asked, None
            self._working = request is not None
            return None if request is None else (request, self._newest)

    def _do(self, request: A, number: int) -> None:
        def check() -> None:
            if number != self._newest or number == self._cancelled:
                raise NotWantedError("no longer wanted")

        try:
            check()
            for stage in self._stages(request, check):
                check()
                self._listener.stage(stage)
        except NotWantedError:
            self._end(number, "cancelled")
        except SimlibError as error:
            self._fail(number, error)
        except Exception as error:  # noqa: BLE001  # a thread's last line of defence: the page says it, where nobody sees a traceback
            self._fail(number, RunError(said("the run failed: {reason}", reason=f"{type(error).__name__}: {error}")))
        else:
            self._end(number, "whole")

    def _fail(self, number: int, error: SimlibError) -> None:
        if number == self._newest:
            self._listener.failed(error)
            self._end(number, "failed")

    def _end(self, number: int, end: End) -> None:
        """Tell the end, unless another request followed."""
        if number == self._newest:
            self._listener.ended(end)


_WORKERS: Final[WeakSet[Worker]] = WeakSet()  # type: ignore[type-arg]  # of whatever they do


@atexit.register
def _close_all() -> None:
    """Let every thread end before the interpreter does: one in machine code then would take the process down with it."""
    for worker in list(_WORKERS):
        worker.close()

"""Work behind the page: one thread, the newest request wins, each stage is shown as it comes, and the last can be cancelled."""

from collections.abc import Callable, Iterator
from threading import Condition, Thread
from typing import Final, Generic, NamedTuple, TypeVar

from simlib.errors import RunError, SimlibError, said

A = TypeVar("A")
S = TypeVar("S")

Check = Callable[[], None]
"""Is called in the middle of work, by any thread; raises where the work is no longer wanted."""
NEVER: Final = -1


class NotWantedError(Exception):
    """The work under way was cancelled, or another request came: no fault, and nobody is told."""


class Listener(NamedTuple, Generic[S]):
    """Who hears what becomes of a request; all are called by the worker's thread."""

    stage: Callable[[S], None]
    """A stage is there."""
    failed: Callable[[SimlibError], None]
    """It ended with an error."""
    ended: Callable[[bool], None]
    """It ended; whether whole."""


class Worker(Generic[A, S]):
    """Does requests one at a time; `stages` makes the stages of one, and calls what it is given as often as it can."""

    def __init__(self, stages: Callable[[A, Check], Iterator[S]], listener: Listener[S]) -> None:
        self._stages, self._listener = stages, listener
        self._changed = Condition()
        self._asked: A | None = None
        self._newest, self._cancelled, self._working = 0, NEVER, False
        self._thread: Thread | None = None

    def ask(self, request: A) -> None:
        """Do this next; what is under way ends as soon as it can."""
        with self._changed:
            self._asked, self._newest = request, self._newest + 1
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True, name="simlib-dashboard")
                self._thread.start()
            self._changed.notify_all()

    def cancel(self) -> None:
        """End what is under way; the stages that were shown stay."""
        with self._changed:
            self._cancelled, self._asked = self._newest, None

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until nothing is asked for or under way. -> whether that is so"""
        with self._changed:
            return self._changed.wait_for(lambda: self._asked is None and not self._working, timeout_s)

    def _work(self) -> None:
        while True:
            request, number = self._next()
            self._do(request, number)
            with self._changed:
                self._working = False
                self._changed.notify_all()

    def _next(self) -> tuple[A, int]:
        with self._changed:
            self._changed.wait_for(lambda: self._asked is not None)
            request, self._asked, self._working = self._asked, None, True
            assert request is not None
            return request, self._newest

    def _do(self, request: A, number: int) -> None:
        def check() -> None:
            if number != self._newest or number == self._cancelled:
                raise NotWantedError("no longer wanted")

        try:
            for stage in self._stages(request, check):
                check()
                self._listener.stage(stage)
        except NotWantedError:
            if number == self._newest:
                self._listener.ended(False)
        except SimlibError as error:
            self._fail(number, error)
        except Exception as error:  # noqa: BLE001  # a thread's last line of defence: the page says it, where nobody sees a traceback
            self._fail(number, RunError(said("the run failed: {reason}", reason=f"{type(error).__name__}: {error}")))
        else:
            self._listener.ended(True)

    def _fail(self, number: int, error: SimlibError) -> None:
        if number == self._newest:
            self._listener.failed(error)
            self._listener.ended(False)

"""Ctrl-C while runs are made: noted, so that what comes next is not begun, and held back where what is under way is to be finished."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Whether the user has asked to stop. The first Ctrl-C of a held stretch waits for its end; every other one is raised."""

    def __init__(self) -> None:
        self.asked = False
        self._held = False

    def takes(self) -> bool:
        """Note a Ctrl-C. -> whether it is held back"""
        first, self.asked = not self.asked, True
        return first and self._held

    @contextmanager
    def held(self) -> Iterator[None]:
        """A stretch that a first Ctrl-C does not cut short."""
        self._held = True
        try:
            yield
        finally:
            self._held = False


@contextmanager
def stops() -> Iterator[Stop]:
    """Notes Ctrl-C as long as it lasts. Other threads than the main one never see it, and a process that ignores it goes on doing so."""
    stop, before = Stop(), signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield stop
        return

    def handler(number: int, frame: FrameType | None) -> None:
        if not stop.takes():
            before(number, frame)

    signal.signal(signal.SIGINT, handler)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)

"""The worker: the newest request wins, each stage is shown, a cancelled one ends, a fault is told and does not end the thread."""

from collections.abc import Iterator
from threading import Event

import pytest

from simlib.dashboard.background import Check, Listener, Worker
from simlib.errors import InputError, SimlibError

PATIENCE_S = 60.0


class Heard:
    """Everything that a worker told."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.errors: list[str] = []
        self.ends: list[bool] = []

    @property
    def listener(self) -> Listener[str]:
        return Listener(self.stages.append, lambda error: self.errors.append(str(error)), self.ends.append)


class Gates:
    """Work of two stages that waits before the second until it is let on, or no longer wanted."""

    def __init__(self) -> None:
        self.begun, self.on = Event(), Event()

    def stages(self, request: str, check: Check) -> Iterator[str]:
        yield f"{request} first"
        self.begun.set()
        if request.startswith("slow"):
            assert self.on.wait(PATIENCE_S)
        check()
        yield f"{request} last"


@pytest.fixture
def heard() -> Heard:
    return Heard()


def waited(worker: Worker[str, str]) -> None:
    assert worker.wait(PATIENCE_S)


def test_stages_are_told_in_order_and_then_the_end(heard: Heard) -> None:
    worker = Worker(Gates().stages, heard.listener)
    worker.ask("one")
    waited(worker)
    assert (heard.stages, heard.ends, heard.errors) == (["one first", "one last"], [True], [])


def test_the_newest_request_wins(heard: Heard) -> None:
    gates = Gates()
    worker = Worker(gates.stages, heard.listener)
    worker.ask("slow")
    assert gates.begun.wait(PATIENCE_S)
    worker.ask("older")
    worker.ask("newest")
    gates.on.set()
    waited(worker)
    assert heard.stages == ["slow first", "newest first", "newest last"]
    assert heard.ends == [True]  # of the newest alone: the others are nobody's any more


def test_a_cancelled_request_keeps_what_was_shown(heard: Heard) -> None:
    gates = Gates()
    worker = Worker(gates.stages, heard.listener)
    worker.ask("slow")
    assert gates.begun.wait(PATIENCE_S)
    worker.cancel()
    gates.on.set()
    waited(worker)
    assert (heard.stages, heard.ends, heard.errors) == (["slow first"], [False], [])


def test_after_a_cancelled_request_the_next_is_done(heard: Heard) -> None:
    gates = Gates()
    gates.on.set()
    worker = Worker(gates.stages, heard.listener)
    worker.ask("one")
    waited(worker)
    worker.cancel()
    worker.ask("two")
    waited(worker)
    assert heard.stages[-2:] == ["two first", "two last"]


@pytest.mark.parametrize(("fault", "told"), [(InputError("not so"), "not so"), (ValueError("boom"), "the run failed: ValueError: boom")])
def test_a_fault_is_told_and_the_next_request_is_done(heard: Heard, fault: Exception, told: str) -> None:
    def stages(request: str, check: Check) -> Iterator[str]:
        if request == "bad":
            raise fault
        yield request

    worker = Worker(stages, heard.listener)
    worker.ask("bad")
    waited(worker)
    worker.ask("good")
    waited(worker)
    assert (heard.errors, heard.stages, heard.ends) == ([told], ["good"], [False, True])
    assert issubclass(InputError, SimlibError)

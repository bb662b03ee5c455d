"""The worker: the newest request wins, each stage is shown, a cancelled one ends, a fault is told and does not end the thread."""

import subprocess
import sys
from collections.abc import Iterator
from threading import Event

import pytest

from simlib.dashboard.background import Check, End, Listener, Worker
from simlib.errors import InputError, SimlibError

PATIENCE_S = 60.0


class Heard:
    """Everything that a worker told."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.errors: list[str] = []
        self.ends: list[End] = []

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
    assert (heard.stages, heard.ends, heard.errors) == (["one first", "one last"], ["whole"], [])


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
    assert heard.ends == ["whole"]  # of the newest alone: the others are nobody's any more


def test_a_cancelled_request_keeps_what_was_shown(heard: Heard) -> None:
    gates = Gates()
    worker = Worker(gates.stages, heard.listener)
    worker.ask("slow")
    assert gates.begun.wait(PATIENCE_S)
    worker.cancel()
    gates.on.set()
    waited(worker)
    assert (heard.stages, heard.ends, heard.errors) == (["slow first"], ["cancelled"], [])


def test_a_request_that_waits_ends_as_cancelled_once(heard: Heard) -> None:
    gates = Gates()
    worker = Worker(gates.stages, heard.listener)
    worker.ask("slow")
    assert gates.begun.wait(PATIENCE_S)
    worker.ask("waiting")
    worker.cancel()
    gates.on.set()
    waited(worker)
    assert (heard.stages, heard.ends, heard.errors) == (["slow first"], ["cancelled"], [])


def test_a_request_that_another_followed_while_it_ended_is_not_told_of(heard: Heard) -> None:
    def stages(request: str, _check: Check) -> Iterator[str]:
        if request == "one":
            worker.ask("two")
            return
        yield request

    worker = Worker(stages, heard.listener)
    worker.ask("one")
    waited(worker)
    assert (heard.stages, heard.ends) == (["two"], ["whole"])


def test_a_closed_worker_has_let_go_and_tells_nothing(heard: Heard) -> None:
    def stages(request: str, check: Check) -> Iterator[str]:
        begun.set()
        while request == "for ever":
            check()
        yield request

    begun = Event()
    worker = Worker(stages, heard.listener)
    worker.ask("for ever")
    assert begun.wait(PATIENCE_S)
    worker.close()
    assert worker._thread is not None
    assert not worker._thread.is_alive()
    assert (heard.stages, heard.ends, heard.errors) == ([], [], [])


QUITS = """
import atexit

atexit.register(lambda: print("alive" if worker._thread.is_alive() else "let go"))  # called last: handlers go the other way round
from threading import Event
from simlib.dashboard.background import Listener, Worker
from simlib.dashboard.session import Asked, Question, bundled, stages
from simlib.registry import synthesise_registry

begun = Event()
worker = Worker(lambda asked, check: stages(asked, check, lambda *_: None), Listener(lambda _: begun.set(), lambda _: None, lambda _: None))
registry = synthesise_registry(people=20000, villages=60, seed=1)
worker.ask(Question(Asked(bundled("full_package")), lambda: registry, (0,) * 5000))
assert begun.wait(500)
"""


def test_python_can_be_left_while_something_is_computed() -> None:
    ended = subprocess.run([sys.executable, "-c", QUITS], capture_output=True, text=True, timeout=600, check=False)
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "let go", "")


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
    assert (heard.errors, heard.stages, heard.ends) == ([told], ["good"], ["failed", "whole"])
    assert issubclass(InputError, SimlibError)

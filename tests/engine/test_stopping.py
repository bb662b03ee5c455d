"""Ctrl-C: without a word it ends a projection; where what is finished may be kept, it ends it after the draws that were begun."""

import signal
import threading
from collections.abc import Callable
from concurrent import futures
from typing import Any

import numpy as np
import pytest

from simlib.engine import blocks
from simlib.engine import project as projecting
from simlib.engine.feed import Feed
from simlib.engine.pack import Packed
from simlib.engine.project import Projection, project
from simlib.scenario import load_scenario
from tests.engine.small import any_register, assert_same, draws_of, packed_with

LONG = 60.0  # seconds that nothing here takes: a test that waits so long hangs
AGAIN = 5.0  # seconds after which a signal that nobody has seen is sent again
DRAWS, WIDTH, VILLAGES = 40, 7, 6


class Scene:
    """A projection that gets Ctrl-C while it waits, so many times; first after some blocks, whose thread goes on when that was heeded.

    The main thread raises it by itself, so that it comes where it should: a signal may also come before it waits.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int, times: int = 1) -> None:
        self.after, self.blocks, self._times = after, 0, times
        self.pressed, self.waits, self.stopped, self._lock = threading.Semaphore(0), threading.Event(), threading.Event(), threading.Lock()
        real_wait, real_stop = futures.wait, Feed.stop

        def wait(*words: Any, **options: Any) -> Any:
            self.waits.set()
            if self._times == 0:
                return real_wait(*words, **options)
            self._times -= 1
            assert self.pressed.acquire(timeout=LONG)
            raise KeyboardInterrupt

        def stop(feed: Feed) -> None:
            real_stop(feed)
            self.stopped.set()

        monkeypatch.setattr(projecting, "wait", wait)
        monkeypatch.setattr(Feed, "stop", stop)
        monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", 1)

    def press(self) -> None:
        """Ctrl-C, and wait until it has been heeded."""
        self.pressed.release()
        assert self.stopped.wait(LONG)

    def progress(self, _: int) -> None:
        """Told of every block; presses at the one that was asked for."""
        with self._lock:
            self.blocks += 1
            now = self.blocks == self.after
        if now:
            self.press()


@pytest.fixture(scope="module")
def packed() -> Packed:
    packed = packed_with(any_register(71, households=36, villages=VILLAGES), load_scenario("full_package"))
    project(packed, draws_of(packed, 1))  # compiled before a thread waits for another
    return packed


@pytest.fixture(scope="module")
def parts(packed: Packed) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PART_HOUSEHOLDS", 1)
        return len(blocks.parts(packed))


def stopped(packed: Packed, scene: Scene, workers: int = 1, **options: Any) -> Projection:
    return project(packed, draws_of(packed, DRAWS), workers=workers, width=WIDTH, progress=scene.progress, **options)


def assert_prefix(seen: Projection, packed: Packed, draws: int) -> None:
    """What came out is in every bit the projection of the first draws, under their own table."""
    table = draws_of(packed, DRAWS)
    assert len(seen.draws) == draws
    assert np.array_equal(seen.draws.luck, table.luck[:draws])
    for key, values in table.values.items():
        assert np.array_equal(seen.draws.values[key], values[:draws]), key
    assert_same(seen, project(packed, table.part(0, draws)))
    whole = project(packed, table)
    for name in ("totals", "cells", "incomes", "ledger", "spending", "served"):
        assert np.array_equal(getattr(seen, name), getattr(whole, name)[:draws]), name


@pytest.mark.parametrize(("range_of_draws", "block"), [(0, 1), (0, VILLAGES), (1, 1), (2, VILLAGES - 1)])
def test_what_was_begun_is_finished_and_kept(
    range_of_draws: int, block: int, packed: Packed, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the first block of all, at the end of a range of draws, at the beginning of one, and in the middle."""
    assert parts == VILLAGES
    scene = Scene(monkeypatch, after=range_of_draws * parts + block)
    seen = stopped(packed, scene, keep_finished=True)
    assert scene.blocks == parts * (range_of_draws + 1), "whole ranges, and none after"
    monkeypatch.undo()
    assert_prefix(seen, packed, (range_of_draws + 1) * WIDTH)


@pytest.mark.parametrize("after", [1, 9])
def test_threads_finish_what_any_of_them_began(after: int, packed: Packed, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, after)
    seen = stopped(packed, scene, workers=3, keep_finished=True)
    draws = len(seen.draws)
    assert draws == DRAWS or (draws > 0 and draws % WIDTH == 0)
    assert scene.blocks == parts * -(-draws // WIDTH)
    monkeypatch.undo()
    assert_prefix(seen, packed, draws)


def test_who_stops_in_the_last_range_has_all(packed: Packed, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, after=parts * (DRAWS // WIDTH) + 1)
    seen = stopped(packed, scene, keep_finished=True)
    monkeypatch.undo()
    assert_prefix(seen, packed, DRAWS)


@pytest.mark.parametrize("workers", [1, 3])
def test_without_a_word_it_is_raised(workers: int, packed: Packed, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, after=1)
    threads = threading.active_count()
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        stopped(packed, scene, workers=workers)
    assert scene.blocks < parts * -(-DRAWS // WIDTH)
    assert threading.active_count() == threads, "no thread is left behind"


@pytest.mark.parametrize("keep_finished", [False, True])
def test_a_signal_is_heeded_while_threads_work(keep_finished: bool, packed: Packed, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, after=parts + 1, times=0)

    def press() -> None:
        assert scene.waits.wait(LONG)
        for _ in range(int(LONG / AGAIN)):  # one that comes just before the main thread waits is not seen there
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            if scene.stopped.wait(AGAIN):
                return
        raise AssertionError("nobody heeds it")

    monkeypatch.setattr(scene, "press", press)
    if keep_finished:
        seen = stopped(packed, scene, keep_finished=True)
        monkeypatch.undo()
        assert_prefix(seen, packed, 2 * WIDTH)
    else:
        with pytest.raises(KeyboardInterrupt, match=r"^$"):
            stopped(packed, scene)
    assert scene.blocks == 2 * parts


def test_before_the_first_draw_there_is_nothing_to_keep(packed: Packed, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, after=-1)
    real = Feed.work

    def late(feed: Feed, progress: Callable[[int], None] | None) -> None:
        scene.press()
        real(feed, progress)

    monkeypatch.setattr(Feed, "work", late)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        stopped(packed, scene, keep_finished=True)
    assert scene.blocks == 0


@pytest.mark.parametrize("draws", [WIDTH, DRAWS])
def test_one_that_comes_while_a_thread_is_started_leaves_nothing_half_done(
    draws: int, packed: Packed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows of that thread, so nobody can wait for it: what it began is not kept."""
    begins, ends = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def start(pool: futures.ThreadPoolExecutor, work: Callable[..., None], *words: Any) -> None:
        threads.append(threading.Thread(target=work, args=words))
        threads[0].start()
        assert begins.wait(LONG)
        raise KeyboardInterrupt

    def linger(_: int) -> None:
        begins.set()
        assert ends.wait(LONG)

    monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", 1)
    monkeypatch.setattr(futures.ThreadPoolExecutor, "submit", start)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        project(packed, draws_of(packed, draws), width=WIDTH, progress=linger, keep_finished=True)
    ends.set()
    threads[0].join(LONG)
    assert not threads[0].is_alive()


def test_a_second_one_is_raised(packed: Packed, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, after=1, times=2)
    once, leaves, shutdown = scene.press, threading.Event(), futures.ThreadPoolExecutor.shutdown

    def twice() -> None:
        once()
        scene.pressed.release()
        assert leaves.wait(LONG)

    def leave(pool: futures.ThreadPoolExecutor, *words: Any, **options: Any) -> None:
        leaves.set()
        shutdown(pool, *words, **options)

    monkeypatch.setattr(scene, "press", twice)
    monkeypatch.setattr(futures.ThreadPoolExecutor, "shutdown", leave)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        stopped(packed, scene, keep_finished=True)
    assert scene.blocks == parts, "what was begun is still finished: a thread cannot be broken off"


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("keep_finished", [False, True])
def test_what_goes_wrong_in_a_block_is_raised_whatever_may_be_kept(
    workers: int, keep_finished: bool, packed: Packed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "PART_HOUSEHOLDS", 1)

    def fail(done: int) -> None:
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        project(packed, draws_of(packed, DRAWS), workers=workers, width=WIDTH, progress=fail, keep_finished=keep_finished)

"""Ctrl-C while runs are made: what is finished is kept where that was asked for, and nothing else is begun."""

import signal
import threading
from typing import Any

import pandas as pd
import pytest

import simlib as sl
from simlib.runs import Run, run_one, run_prepared, several
from simlib.runs.stopping import stops
from simlib.scenario import load_scenario
from tests.small import small_register

pytestmark = pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="SIGINT is ignored here")
NAMES = ["baseline", "full_package"]


def press() -> None:
    """Ctrl-C, in the main thread."""
    signal.raise_signal(signal.SIGINT)


def pressing(at: int) -> Any:
    """`run_prepared`, in whose n-th call somebody presses Ctrl-C before anything is finished."""
    calls: list[object] = []

    def pressed(*words: Any, **options: Any) -> Run:
        calls.append(words)
        if len(calls) == at:
            press()
        return run_prepared(*words, **options)

    return pressed


def late(*words: Any, **options: Any) -> Run:
    """`run_prepared`, in whose last range of draws somebody presses Ctrl-C: it is finished, and has noted nothing."""
    done = run_prepared(*words, **options)
    try:
        press()
    except KeyboardInterrupt:
        return done
    return done


# ---- the signal


def test_a_stop_is_noted_and_raised() -> None:
    with pytest.raises(KeyboardInterrupt, match=r"^$"), stops() as stop:
        assert not stop.asked
        press()
    assert stop.asked
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_first_is_held_back_and_the_second_is_not() -> None:
    with stops() as stop:
        with stop.held():
            press()
        assert stop.asked
        with pytest.raises(KeyboardInterrupt, match=r"^$"), stop.held():
            press()


def test_who_ignores_it_goes_on_doing_so(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stops() as stop:
            press()
        assert not stop.asked
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_have_nothing_to_note() -> None:
    seen: list[bool] = []

    def elsewhere() -> None:
        with stops() as stop:
            seen.append(stop.asked)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [False]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


# ---- runs


def test_a_run_that_was_stopped_is_a_run_of_what_it_has() -> None:
    """One thread, which presses in its first range of draws and goes on: the run ends with that range or one of the next."""
    pressed = threading.Event()

    def at_once(_: int) -> None:
        if not pressed.is_set():
            pressed.set()
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    scenario, register = load_scenario("full_package"), small_register()
    done = run_one(scenario, register, draws=20_000, workers=1, progress=at_once, keep_finished=True)
    assert 0 < done.draws == len(done.projection.draws) < 20_000
    whole = run_one(scenario, register, draws=done.draws, workers=1)
    pd.testing.assert_frame_equal(done.draws_table(), whole.draws_table())
    assert done.to_json()["targets"] == whole.to_json()["targets"]


def test_the_deterministic_run_stays_one() -> None:
    assert run_one(load_scenario("baseline"), small_register(), draws=0, workers=1, keep_finished=True).draws == 0


def test_unless_it_was_asked_for_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "run_prepared", pressing(at=2))
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        sl.run(NAMES, small_register(), draws=2, workers=1)


@pytest.mark.parametrize("pressed", [pressing(at=2), late])
def test_what_is_finished_is_kept_and_no_more_begun(monkeypatch: pytest.MonkeyPatch, pressed: Any) -> None:
    monkeypatch.setattr(several, "run_prepared", pressed)
    done = sl.run(NAMES, small_register(), draws=2, workers=1, keep_finished=True)
    assert [one.scenario.name for one in done] == ["baseline"]
    assert done["baseline"].draws == 2


def test_before_anything_is_finished_it_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "run_prepared", pressing(at=1))
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        sl.run(NAMES, small_register(), draws=2, workers=1, keep_finished=True)


def test_without_a_stop_all_are_run() -> None:
    done = sl.run(NAMES, small_register(), draws=2, workers=1, keep_finished=True)
    assert [one.scenario.name for one in done] == NAMES

"""What is said while a user waits: how far, how long, how much memory, and that the kernel is compiled."""

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from simlib.cli import memory, progress
from simlib.cli.memory import Wanted, free_bytes, process_bytes, wanted
from simlib.cli.progress import Progress, about
from simlib.runs import prepare, single, warming
from simlib.scenario import load_scenario
from tests.cli.calling import run
from tests.small import small_register

GB = 10**9


class Hand:
    """A clock that is turned by hand, and what was said so far with its time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.said: list[tuple[float, str]] = []

    def __call__(self) -> float:
        return self.now

    def tell(self, line: str) -> None:
        self.said.append((self.now - 100.0, line))


def work(pieces: int, seconds: float, every_s: float = 10.0) -> list[tuple[float, str]]:
    """What is said of a run of so many pieces, each of which takes so long."""
    hand = Hand()
    told = Progress("plan", pieces * 7, "on 2 processors, about 0.4 GB", hand.tell, every_s, hand)
    for _ in range(pieces):
        hand.now += seconds
        told(7)
    return hand.said


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (12.4, "12 s"), (99.4, "99 s"), (99.5, "2 min"), (1800, "30 min"), (5970, "1.7 h"), (9000, "2.5 h")]
)
def test_times_for_people(seconds: float, text: str) -> None:
    assert about(seconds) == text


def test_a_short_run_is_not_announced() -> None:
    assert work(pieces=50, seconds=0.1) == []


def test_a_long_run_is_announced_from_its_own_rate_and_told_of_now_and_then() -> None:
    said = work(pieces=100, seconds=0.25)
    assert said[0] == (0.75, "plan: about 25 s on 2 processors, about 0.4 GB")
    assert said[1:] == [(10.75, "plan: 43%, about 14 s left"), (20.75, "plan: 83%, about 4 s left")]


def test_what_is_set_up_before_the_first_piece_does_not_count_as_its_rate() -> None:
    hand = Hand()
    told = Progress("plan", 100, "", hand.tell, 10.0, hand)
    hand.now += 60.0  # tables, threads
    for _ in range(100):
        told(1)
        hand.now += 0.01
    assert hand.said == []


def test_lines_come_no_more_often_than_they_should() -> None:
    times = [at for at, _ in work(pieces=1000, seconds=1.0)]
    assert all(later - earlier >= 10.0 for earlier, later in itertools.pairwise(times))
    assert len(times) == 100


def test_where_a_bar_stands_only_the_estimate_is_a_line() -> None:
    assert len(work(pieces=100, seconds=1.0, every_s=float("inf"))) == 1


# ---- memory


def test_the_memory_of_a_run_is_its_arrays_beside_what_there_is() -> None:
    packed = prepare(small_register(), load_scenario("full_package")).packed
    few, many = (wanted(packed, draws, 2) for draws in (10, 1010))
    assert few.bytes < many.bytes
    assert abs(few.without_draws - many.without_draws) < 0.1 * GB
    if sys.platform == "linux":
        assert process_bytes() > 10**7
        assert many.without_draws >= process_bytes() / 2
        assert (free_bytes() or 0) > 10**6


def test_too_little_memory_is_said_with_what_would_fit() -> None:
    assert Wanted(4 * GB, GB, 4 * GB).warning(1000) is None
    assert Wanted(40 * GB, GB, None).warning(1000) is None
    said = Wanted(31 * GB, GB, 16 * GB).warning(1000)
    assert said == "warning: it wants about 31.0 GB of memory, and 16.0 GB are free: about 500 draws at once would fit"
    assert "a smaller register" in (Wanted(31 * GB, 20 * GB, 16 * GB).warning(1000) or "")


def test_a_system_that_does_not_say_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "STATM", tmp_path / "statm")
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    assert (process_bytes(), free_bytes()) == (0, None)
    (tmp_path / "meminfo").write_text("MemTotal: 1 kB\n", encoding="ascii")
    assert free_bytes() is None
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    3 kB\n", encoding="ascii")
    assert free_bytes() == 3072


def test_a_run_is_warned_of_beforehand(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 0)
    done = run(register, "baseline", "--draws", 2)
    assert done.exit_code == 0
    assert re.search(r"baseline: warning: it wants about \d+\.\d GB of memory, and \d+\.\d GB are free", done.stderr)


def test_lines_reach_stderr(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PILOT_S", "LONG_S", "EVERY_S"):
        monkeypatch.setattr(progress, name, -1.0)
    monkeypatch.setattr(single, "default_workers", lambda: 1)
    done = run(register, "baseline", "--draws", 200)
    assert re.search(r"^baseline: about \d+ s on 1 processor, about \d+\.\d GB$", done.stderr, re.MULTILINE)
    assert re.search(r"^baseline: \d+%, about \d+ s left$", done.stderr, re.MULTILINE)
    assert "baseline: 100%, about 0 s left" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal there")
def test_a_terminal_shows_a_bar_with_the_time_left(register: Path, tmp_path: Path) -> None:
    import pty
    import termios

    master, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])}
    command = [sys.executable, "-m", "simlib.cli", "run", "baseline", "--registry", str(register), "--draws", "200"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=terminal) as process:
        os.close(terminal)
        shown = b"".join(pieces(master)).decode()
    assert process.returncode == 0
    assert re.search(r"baseline: 100%.*\[\d\d:\d\d<\d\d:\d\d, .*hh-year/s\]", shown)
    assert "left" not in shown


def pieces(terminal: int) -> Iterator[bytes]:
    """What a process writes to a terminal, to its end: an empty piece, or an error on Linux."""
    try:
        while piece := os.read(terminal, 4096):
            yield piece
    except OSError:
        return
    finally:
        os.close(terminal)


# ---- the kernel's compiling


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kernel that seems to be compiled each time, and a cache of its own. -> the file that keeps how long compiling took"""
    cache, count = tmp_path_factory.mktemp("cache"), itertools.count()
    (cache / "compiled").mkdir()
    monkeypatch.setenv("SIMLIB_CACHE", str(cache))
    monkeypatch.setattr(warming, "is_cold", lambda: True)
    monkeypatch.setattr(warming, "compiles", lambda: next(count))
    return cache / "compiled" / warming.TOOK


def test_compiling_is_said_with_what_it_took_the_last_time(register: Path, cold: Path) -> None:
    first, second = (run(register, "baseline", "--draws", 2).stderr for _ in range(2))
    assert "compiling the kernel, once a version: a minute or two\n" in first
    assert "compiling the kernel, once a version: it took 0 s here the last time\n" in second
    assert re.search(r"^compiled in \d+ s; the machine code is kept$", second, re.MULTILINE)
    assert float(cold.read_text("ascii")) >= 0


def test_a_warm_kernel_is_not_spoken_of(register: Path) -> None:
    assert "compil" not in run(register, "baseline", "--draws", 2).stderr


def test_compiling_counts_its_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    hand = Hand()

    class Twice(Event):
        """Something that is done after two waits."""

        def wait(self, timeout: float | None = None) -> bool:
            hand.now += timeout or 0.0
            return hand.now > 125.0

    progress._tell_compiling(Twice(), 3.0, hand)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("compiling the kernel, once a version: ")
    assert lines[1:] == ["compiling the kernel: 13 s so far", "compiling the kernel: 23 s so far"]


def test_what_is_loaded_at_once_is_not_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    done = Event()
    done.set()
    progress._tell_compiling(done, 3.0, Hand())
    assert capsys.readouterr().err == ""


def test_a_compile_that_fails_is_told_as_it_is(cold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no compiler"), progress.compiling():
        raise ValueError("no compiler")
    assert "compiled in" not in capsys.readouterr().err

"""Dask brings tasks to workers: all of them are done, whoever is lost, and what cannot work is said."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import CancelledError, Client, Future
from distributed.comm.core import CommClosedError

from simlib.engine import cluster
from simlib.engine.cluster import Pool, Tls, alike, ask, check_seen, check_shared, connected, first_on_each_host, spread
from simlib.errors import InputError, RunError
from tests.spread.schedulers import scheduler

WAIT_S = 60


def doubled(number: int) -> int:
    return 2 * number


def slow(number: int) -> int:
    time.sleep(0.05)
    return number


def refuses(number: int) -> int:
    if number == 3:
        raise InputError("three is not wanted")
    return number


def dies(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with connected("local", 2) as found:
        yield found


def nobody(_: str) -> None:
    raise AssertionError("nothing was to be told")


def test_a_worker_that_is_lost_while_it_is_asked_is_told() -> None:
    with connected("local:1") as alone, pytest.raises(RunError, match="a worker or the scheduler was lost before the run began"):
        ask(alone, dies, 0)


# ---- tasks


def test_every_task_is_done_once(client: Client) -> None:
    found = list(spread(client, doubled, iter(range(50)), nobody))
    assert sorted(found) == [(number, 2 * number) for number in range(50)]


def test_tasks_may_follow_from_results(client: Client) -> None:
    first, seen = deque([100]), []
    for task, result in spread(client, doubled, iter(range(5)), nobody, first):
        seen.append(task)
        if task < 5:
            first.append(task + 10)
        assert result == 2 * task
    assert sorted(seen) == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 100]


def test_no_more_is_handed_out_than_there_are_threads_for(client: Client) -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(40):
            taken.append(number)
            yield number

    results = spread(client, slow, tasks(), nobody)
    next(results)
    assert len(taken) <= cluster.AHEAD * 2 + 2
    assert len(list(results)) == 39


def test_what_a_task_raises_is_raised(client: Client) -> None:
    with pytest.raises(InputError, match="three is not wanted"):
        list(spread(client, refuses, iter(range(10)), nobody))


def test_a_task_that_kills_worker_after_worker_is_given_up() -> None:
    with connected("local:1") as alone, pytest.raises(RunError, match="worker after worker was lost over the same block"):
        list(spread(alone, dies, iter([1]), nobody))


def test_a_lost_worker_is_made_up_for() -> None:
    with connected("local:2") as two:
        pids = list(two.run(os.getpid).values())
        results = spread(two, slow, iter(range(40)), nobody)
        found = [next(results)]
        os.kill(pids[0], signal.SIGKILL)
        found += list(results)
    assert sorted(found) == [(number, number) for number in range(40)]


def test_waiting_for_workers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty:
        def nthreads(self) -> dict[str, int]:
            return {}

    monkeypatch.setattr(cluster, "ASK_S", 0.0)
    monkeypatch.setattr(cluster, "PATIENCE_S", -1.0)
    told: list[str] = []
    assert Pool(Empty(), told.append).threads == 0  # type: ignore[arg-type]  # of a client it asks nothing else
    assert told == ["no worker is connected: waiting for one (Ctrl-C stops; finished blocks are kept)"]


# ---- addresses


@pytest.mark.parametrize("address", ["", "localhost", "local:0", "local:x", "http://127.0.0.1:8786", "tcp://127.0.0.1", "tcp://:"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="wanted local, local:N"), connected(address):
        pass


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_S", "300ms")
    with pytest.raises(RunError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"), connected("tcp://127.0.0.1:9"):
        pass


# ---- what workers have in common


class Workers:
    """A client whose workers say what they are told to say."""

    def wait_for_workers(self, number: int, timeout: float) -> None:
        assert number <= len(self.said)

    def __init__(self, *said: Any) -> None:
        self.said = {f"tcp://10.0.0.{number}:40000": one for number, one in enumerate(said)}

    def run(self, *_: Any, **__: Any) -> dict[str, Any]:
        return self.said

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(self.said, 1)


def test_workers_that_are_alike_say_so(client: Client) -> None:
    assert alike(client, _told, ("python",)) == _told()


def _told() -> dict[str, str]:
    return {"python": sys.version, "processor": "of this machine"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (({"simlib": "2", "processor": "x"},), "has simlib 2, this command 1: install the same on both"),
        (({"simlib": "1", "processor": "x"}, {"simlib": "1", "processor": "y"}), r"10\.0\.0\.1:40000 has processor y, .* has x: results"),
    ],
)
def test_workers_that_differ_are_named(said: tuple[dict[str, str], ...], message: str) -> None:
    here = {"simlib": "1", "processor": "login"}
    with pytest.raises(RunError, match=message):
        alike(Workers(*said), lambda: here, ("simlib",))  # type: ignore[arg-type]  # stands in for a client


def test_the_client_may_have_another_processor() -> None:
    said = {"simlib": "1", "processor": "x"}
    here = {"simlib": "1", "processor": "login"}
    assert alike(Workers(said, said), lambda: here, ("simlib",)) == said  # type: ignore[arg-type]  # stands in for a client


def test_a_folder_that_workers_share(client: Client, tmp_path: Path) -> None:
    check_shared(client, tmp_path, "the output folder")
    check_seen(client, tmp_path, "the register")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_workers_do_not_see(client: Client, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"2 workers do not see the register .*: it must lie on storage that all machines share"):
        check_seen(client, tmp_path / "nowhere", "the register")
    with pytest.raises(RunError, match=r"worker tcp://10\.0\.0\.1:40000 does not see the output folder .*, or may not write there"):
        check_shared(Workers(True, False), tmp_path, "the output folder")  # type: ignore[arg-type]  # stands in for a client
    with pytest.raises(RunError, match="some workers do not see the output folder"):
        check_shared(Workers(True, True), tmp_path, "the output folder")  # type: ignore[arg-type]  # write, but elsewhere
    assert not list(tmp_path.iterdir())


def test_tasks_that_follow_wait_for_a_worker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last worker may be lost just as the last result comes, before what follows from it is handed out."""
    seen, asked = [], iter([2, 2, 0, 0, 0])
    monkeypatch.setattr(Pool, "threads", property(lambda _: next(asked, 2)))
    first: deque[int] = deque()
    for task, _ in spread(client, doubled, iter([1]), nobody, first):
        seen.append(task)
        if task == 1:
            first.append(2)
    assert seen == [1, 2]


def test_one_worker_of_each_machine_comes_first(client: Client, tmp_path: Path) -> None:
    first_on_each_host(client, _note, str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 1


def _note(folder: str) -> None:
    (Path(folder) / str(os.getpid())).touch()


# ---- a scheduler of its own


def test_a_scheduler_that_is_killed_is_told() -> None:
    with scheduler() as (address, process), connected(address) as far:
        results = spread(far, slow, iter(range(1000)), nobody)
        next(results)
        process.kill()
        with pytest.raises(RunError, match="the scheduler of the cluster is gone; finished blocks are kept"):
            list(results)


@pytest.mark.parametrize("error", [CommClosedError("reset by peer"), CancelledError("cancelled")])
def test_a_scheduler_that_is_lost_as_a_result_is_brought_is_told(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_: object) -> None:
        raise error

    with connected("local:1") as alone:
        monkeypatch.setattr(Future, "result", lost)
        with pytest.raises(RunError, match="the scheduler of the cluster is gone; finished blocks are kept"):
            list(spread(alone, doubled, iter([1]), nobody))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
def test_a_cluster_that_encrypts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=simlib"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    options = ["--tls-ca-file", str(certificate), "--tls-cert", str(certificate), "--tls-key", str(key), "--protocol", "tls"]
    with scheduler(*options) as (address, _):
        assert address.startswith("tls://")
        with connected(address, tls=Tls(certificate, certificate, key)) as far:
            assert sorted(spread(far, doubled, iter(range(4)), nobody)) == [(0, 0), (1, 2), (2, 4), (3, 6)]
        monkeypatch.setattr(cluster, "CONNECT_S", "2s")
        with pytest.raises(RunError, match="no scheduler answers at tls://"), connected(address):
            pass

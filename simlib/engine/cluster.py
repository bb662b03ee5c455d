"""A cluster: Dask brings tasks to workers and results back, here or on other machines, whoever is killed meanwhile.

What a task computes depends on the task alone, so where and how often it is run changes nothing. Workers see the folders of the register
and of the run under the same paths as the command does. Dask alone decides who does what (Rocklin 2015).
"""

import logging
import math
import re
import shutil
import signal
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

import dask
from distributed import CancelledError, Client, Future, KilledWorker, LocalCluster, as_completed
from distributed.comm.core import CommClosedError
from distributed.security import Security

from simlib.engine.kept import writing_to
from simlib.errors import InputError, RunError

LOCAL: Final = "local"
ADDRESS: Final = re.compile(r"(tcp|tls)://.+:\d+")
WANTED: Final = "local, local:N (N workers on this machine), tcp://HOST:PORT or tls://HOST:PORT"
CONNECT_S: Final = "20s"
WORKERS_S: Final = 120
"""Until the first worker is there."""
LOOK_S: Final = 0.05
"""Between two looks for results: what a worker waits for its next task at most, where it has none in hand."""
ASK_S: Final = 2.0
"""Between two looks at who is there."""
PATIENCE_S: Final = 30.0
"""Without any worker, until that is said."""
SETTINGS: Final = {
    "distributed.admin.low-level-log-length": 10,  # messages kept for debugging, with all that was sent; a thousand would be much
    "distributed.worker.profile.enabled": False,  # a look at every worker's stack a hundred times a second
    "distributed.admin.tick.interval": "500ms",
}
"""Of Dask, for what is begun here; a scheduler that runs already has its own."""
AHEAD: Final = 2
"""Tasks handed out for each thread: one that it works on, and one in hand."""

Task = TypeVar("Task")
Result = TypeVar("Result")
Tell = Callable[[str], None]


class Tls(NamedTuple):
    """Files of a tls:// cluster, as `distributed.security.Security` takes them; what is None is Dask's own setting."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def security(self) -> Security:
        """The settings for a client."""
        given = {"tls_ca_file": self.ca, "tls_client_cert": self.certificate, "tls_client_key": self.key}
        return Security(**{name: str(path) for name, path in given.items() if path is not None})


# ---- connecting


def check_address(address: str) -> int | None:
    """How many workers an address of this machine names, 0 for `local` alone; None for a scheduler's. InputError for what is neither."""
    if address == LOCAL or re.fullmatch(rf"{LOCAL}:[1-9]\d*", address):
        return int(address.partition(":")[2] or 0)
    if ADDRESS.fullmatch(address):
        return None
    raise InputError(f"cluster: seen {address!r}, wanted {WANTED}")


@contextmanager
def connected(address: str, workers: int = 1, tls: Tls | None = None) -> Iterator[Client]:
    """A client of the scheduler at an address, with a worker at least; `local` starts scheduler and workers here and ends them afterwards.

    Workers of `local` are processes of one thread each, `workers` of them unless the address says how many. Raises InputError for what is
    no address, RunError where nobody answers or no worker comes.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters to the user is told by what is raised
    own = check_address(address)
    with dask.config.set(SETTINGS):
        if own is not None:
            with _local(own or workers) as cluster, Client(cluster, set_as_default=False) as client:
                yield client
            return
        client = _client(address, tls)
        try:
            _wait_for_workers(client, address)
            yield client
        finally:
            client.close(timeout=2)


@contextmanager
def _local(workers: int) -> Iterator[LocalCluster]:
    """Workers on this machine, reached on 127.0.0.1 alone, without a dashboard."""
    with _deaf():
        started = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
            memory_limit=0,  # the system decides who has to go, not a share of the machine
            preload=[__name__],  # `dask_setup`
        )
    with started as cluster:
        yield cluster


def dask_setup(_: object) -> None:
    """Called by Dask in a worker of `local` as it starts: Ctrl-C is the command's affair, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that are begun meanwhile do not hear Ctrl-C, from their first moment on. Here it waits for the end, where it can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which is handed down; Linux keeps a signal that is blocked all the same
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _client(address: str, tls: Tls | None) -> Client:
    try:
        security = (tls or Tls()).security() if address.startswith("tls") else None
        return Client(address, timeout=CONNECT_S, security=security, set_as_default=False)
    except (OSError, TimeoutError, ValueError, RuntimeError, TypeError) as error:
        raise RunError(f"no scheduler answers at {address} ({_said(error)}); is it running, and may this machine reach it?") from error


def _wait_for_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError as error:
        raise RunError(f"the scheduler at {address} has no worker after {WORKERS_S} s; start some with `dask worker {address}`") from error


def ask(client: Client, function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Have every worker call a function; waits for the first one. -> what each gives, by its address

    Raises what the function raises, and RunError where a worker or the scheduler is lost meanwhile, or a worker has no such function.
    """
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
        found: dict[str, Any] = client.run(function, *arguments)
    except (OSError, TimeoutError, CommClosedError) as error:
        lost = f"a worker or the scheduler was lost before the run began ({_said(error)})"
        raise RunError(f"{lost}; the same command goes on from what is kept") from error
    except (ImportError, AttributeError) as error:
        raise RunError(f"a worker cannot run this simlib ({_said(error)}): install the same there as here") from error
    return found


def _said(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


# ---- what workers must have in common


def alike(client: Client, told: Callable[[], Mapping[str, str]], own: tuple[str, ...]) -> dict[str, str]:
    """What every worker tells of itself, which must be the same of all, and in the fields of `own` the same as here. RunError if not."""
    here, found = told(), ask(client, told)
    (first, wanted), *others = sorted(found.items())
    for name in own:
        if wanted[name] != here[name]:
            raise RunError(f"worker {first} has {name} {wanted[name]}, this command {here[name]}: install the same on both")
    for worker, seen in others:
        if different := [name for name in wanted if seen[name] != wanted[name]]:
            name = different[0]
            raise RunError(
                f"worker {worker} has {name} {seen[name]}, worker {first} has {wanted[name]}: results are the same bits on machines of one"
                " kind with the same software; leave one of them out"
            )
    return dict(wanted)


def check_shared(client: Client, folder: Path, what: str) -> None:
    """Raise RunError unless every worker can write to a folder of this command, and sees what the others write there."""
    token = folder / f".seen-{uuid.uuid4().hex}"
    try:
        with writing_to(folder):
            token.mkdir()
        done = ask(client, _leaves_word, str(token))
        blind = [worker for worker, wrote in done.items() if not wrote]
        lost = len(done) - len(blind) - len(list(token.iterdir()))
    finally:
        shutil.rmtree(token, ignore_errors=True)
    if blind or lost > 0:
        raise RunError(_unshared(sorted(blind), what, folder))


def _leaves_word(folder: str) -> bool:
    """Write a file into a folder that is there."""
    try:
        (Path(folder) / uuid.uuid4().hex).touch()
    except OSError:
        return False
    return True


def check_seen(client: Client, path: Path, what: str) -> None:
    """Raise RunError unless every worker sees a path."""
    if blind := sorted(worker for worker, seen in ask(client, _sees, str(path)).items() if not seen):
        raise RunError(_unshared(blind, what, path))


def _sees(path: str) -> bool:
    return Path(path).exists()


def _unshared(blind: list[str], what: str, path: Path) -> str:
    who = f"worker {blind[0]} does" if len(blind) == 1 else f"{len(blind) or 'some'} workers do"
    return f"{who} not see {what} {path}, or may not write there: it must lie on storage that all machines share, under the same path"


def first_on_each_host(client: Client, function: Callable[[Task], Any], task: Task) -> None:
    """Run something once on every machine before all workers begin: what makes the machine code that the others then load.

    A machine that goes meanwhile is not waited for.
    """
    waited = {host: client.submit(function, task, workers=[host], pure=False) for host in _hosts(client)}
    while waited:
        for host, future in list(waited.items()):
            if future.done():
                _result(waited.pop(host))
            elif host not in _hosts(client):
                waited.pop(host)
        time.sleep(LOOK_S)


def _hosts(client: Client) -> set[str]:
    """The machines that workers are on."""
    return {worker.partition("://")[2].rpartition(":")[0] for worker in client.nthreads()}


# ---- tasks


class Pool:
    """What the client knows of its workers, asked for now and then: whoever comes and goes meanwhile is seen at the next look."""

    def __init__(self, client: Client, tell: Tell) -> None:
        self._client, self._tell = client, tell
        self._asked, self._threads, self._since = -math.inf, 1, time.monotonic()

    @property
    def threads(self) -> int:
        """Tasks that the workers can do at once; says once in a while that there is no worker, which only somebody else can change."""
        now = time.monotonic()
        if now - self._asked < ASK_S:
            return self._threads
        with suppress(OSError, TimeoutError, CommClosedError):
            self._threads = sum(self._client.nthreads().values())
        self._asked = time.monotonic()
        if self._threads:
            self._since = now
        elif now - self._since > PATIENCE_S:
            self._tell("no worker is connected: waiting for one (Ctrl-C stops; finished blocks are kept)")
            self._since = now
        return self._threads


def spread(
    client: Client, function: Callable[[Task], Result], tasks: Iterator[Task], tell: Tell, first: deque[Task] | None = None
) -> Iterator[tuple[Task, Result]]:
    """Every task's result as it comes. `first` may be added to while results are taken, and is handed out before further `tasks`.

    A task whose worker is lost is done again by another one. Raises what a task raises, and RunError where the scheduler is lost, or where
    worker after worker is lost over the same task.
    """
    todo, running, pool = _Todo(tasks, deque() if first is None else first), as_completed(loop=client.loop), Pool(client, tell)
    handed: dict[str, tuple[Task, Future[Result]]] = {}
    while True:
        while len(handed) < AHEAD * pool.threads and (task := todo.next()) is not None:
            future = client.submit(function, task, key=f"simlib-{uuid.uuid4().hex}", pure=False)
            handed[str(future.key)] = (task, future)
            running.add(future)
        if not handed and not todo.left:
            return
        batch = running.next_batch(block=False) if handed else []
        for future in batch:
            done, _ = handed.pop(str(future.key))
            yield done, _result(future)
        if not batch:
            time.sleep(LOOK_S)


class _Todo(Generic[Task]):
    """Tasks to hand out, one at a time, so that nobody's memory fills."""

    def __init__(self, tasks: Iterator[Task], first: deque[Task]) -> None:
        self._tasks, self._first, self._more = tasks, first, True

    @property
    def left(self) -> bool:
        """Whether there may be another one."""
        return self._more or bool(self._first)

    def next(self) -> Task | None:
        """The next one; None where there is none at the moment."""
        if self._first:
            return self._first.popleft()
        found = next(self._tasks, None)
        self._more = found is not None
        return found


def _result(future: Future[Result]) -> Result:
    gone = "the scheduler of the cluster is gone; finished blocks are kept: start it, and the same command goes on from there"
    if future.status in ("cancelled", "lost"):
        raise RunError(gone)
    try:
        return future.result()
    except (CommClosedError, CancelledError) as error:  # as the result was being brought
        raise RunError(gone) from error
    except KilledWorker as error:
        raise RunError(
            "worker after worker was lost over the same block, as where memory runs out: give workers more memory, or fewer threads each;"
            " finished blocks are kept, and the same command goes on from there"
        ) from error

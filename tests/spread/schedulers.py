"""A scheduler and workers as processes of their own, which a test may kill."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

Process = subprocess.Popen[bytes]


@contextmanager
def scheduler(*options: str, workers: int = 1) -> Iterator[tuple[str, Process]]:
    """A scheduler and its workers on this machine. -> its address, and its process"""
    with _started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *options) as (first, words):
        address = next(word for line in words for word in line.split() if word.startswith(("tcp://", "tls://")))
        more = [_worker(address, *options) for _ in range(workers)]
        try:
            yield address, first
        finally:
            for one in more:
                one.kill()
                one.wait()


def _worker(address: str, *options: str) -> Process:
    command = [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def _started(*command: str) -> Iterator[tuple[Process, Iterator[str]]]:
    process = subprocess.Popen([sys.executable, "-m", "dask", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        yield process, (line.decode() for line in process.stderr)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()

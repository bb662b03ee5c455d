"""Programs that no Python package brings: found, or the test is skipped, and fails under CI=true; ended with all that they started."""

import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_server
from typing import IO, NoReturn

import psutil
import pytest

HOST = "127.0.0.1"
GRACE_S = 5
POLL_S = 0.05


def do_without(message: str) -> NoReturn:
    """Skip the test, which cannot be made here; under CI=true it fails."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)


def program(*names: str) -> str | None:
    """The path of the first of these programs that is on the PATH; None where none is."""
    return next((found for name in names if (found := shutil.which(name))), None)


@contextmanager
def started(
    command: Sequence[str | Path], output: IO[bytes], cwd: Path | None, env: Mapping[str, str] | None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process without our streams, ended afterwards with all that it started."""
    words = [str(word) for word in command]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, env=env, start_new_session=True)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its descendants: asked first, then made to."""
    tree: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(process.pid)
        tree = [*parent.children(recursive=True), parent]
    for one in tree:
        with suppress(psutil.NoSuchProcess):
            one.terminate()
    _, left = psutil.wait_procs(tree, timeout=GRACE_S)
    for one in left:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait(GRACE_S)


def done(command: Sequence[str | Path], *, seconds: float, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run a program to its end. -> what it wrote, both streams. The test fails where its exit code is not 0 or it takes too long."""
    with tempfile.TemporaryFile() as output, started(command, output, cwd, env) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{command[0]} is not done after {seconds} s:\n{_tail(output)}")
        if code:
            pytest.fail(f"{command[0]} ended with {code}:\n{_tail(output)}")
        return _tail(output)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str | Path], *, at: str = "/", seconds: float = 90, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A server as long as it lasts, on a free port of 127.0.0.1. -> its address, `http://127.0.0.1:PORT`

    `{port}` in the words of the command becomes the port. Waited for until `at` answers (a redirection or a refusal is an answer); the test
    fails with what the server wrote if it ends before or takes too long. It goes afterwards, with all that it started.
    """
    port = free_port()
    words = [str(word).replace("{port}", str(port)) for word in command]
    address = f"http://{HOST}:{port}"
    with tempfile.TemporaryFile() as output, started(words, output, cwd, env) as process:
        until = time.monotonic() + seconds
        while not _answers(address + at):
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"{' '.join(words)}: no answer at {at} (exit code {process.poll()}):\n{_tail(output)}")
            time.sleep(POLL_S)
        yield address


def _answers(address: str) -> bool:
    """Whether a server answers, with anything but a fault of its own; asked directly, whatever proxy is set."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=10):
            return True
    except urllib.error.HTTPError as error:
        with error:
            return error.code < 500
    except OSError:
        return False


def _tail(output: IO[bytes]) -> str:
    """The last of what a process wrote."""
    output.seek(0)
    return output.read().decode("utf-8", "replace")[-4000:]

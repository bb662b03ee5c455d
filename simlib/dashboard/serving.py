"""The server of the planner's page: Voila in this process, on 127.0.0.1 only, with a token; its kernels end with it."""

import os
import secrets
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from simlib.dashboard.opening import Settings
from simlib.errors import InputError, RunError, said

HOST: Final = "127.0.0.1"
FIRST_PORT: Final = 8866
TRIES: Final = 20
SERVED: Final = Path(__file__).with_name("served")
TOKEN: Final = "JUPYTER_TOKEN"
"""Of the environment, as for Jupyter's servers: the token, where one is to be known beforehand."""
TEMPLATE: Final = "simlib"
MOST_BYTES: Final = 2**29
"""Of one message: an uploaded register comes as one."""
IDLE_S: Final = 4 * 3600
"""A kernel whose page was closed without a word (a crash) ends after so long without a connection."""
PINGS: Final = {"ws_ping_interval": 0}
"""None: on one machine a connection that is lost is seen to be closed, and a browser's tab that sleeps may answer late."""
REFILL_S: Final = 8.0
"""After a page was opened until the next kernel is made ready: the page just opened has the processors first."""


def free_port(wanted: int | None) -> int:
    """The port asked for, or the first free one from FIRST_PORT on. InputError where it is taken, RunError where all are."""
    for port in range(FIRST_PORT, FIRST_PORT + TRIES) if wanted is None else (wanted,):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((HOST, port))
            except OSError:
                continue
            return port
    if wanted is None:
        raise RunError(said("no port is free from {first} to {last}", first=FIRST_PORT, last=FIRST_PORT + TRIES - 1))
    raise InputError(said("port {port} is taken, or needs rights that you do not have; give another one", port=wanted))


def configuration(port: int, token: str) -> dict[str, dict[str, Any]]:
    """Voila's settings: local only, a token, one kernel ready before it is asked for, kernels that nobody looks at ended."""
    return {
        "Voila": _server(port, token),
        "VoilaConfiguration": {
            "template": TEMPLATE,
            "theme": "light",
            "preheat_kernel": True,
            "show_tracebacks": False,
            "strip_sources": True,
        },
        "VoilaKernelManager": {"fill_delay": REFILL_S, "cull_idle_timeout": IDLE_S, "cull_interval": 300},
        "KernelManager": {"transport_encryption": "auto"},
    }


def _server(port: int, token: str) -> dict[str, Any]:
    """Where it is served, to whom, and from which folder."""
    return {
        "ip": HOST,
        "port": port,
        "port_retries": 0,
        "open_browser": False,
        "token": token,
        "log_level": "ERROR",
        "notebook_path": str(SERVED / "app.ipynb"),
        "root_dir": str(SERVED),
        "tornado_settings": {
            "allow_remote_access": False,
            "local_hostnames": ["localhost", HOST],
            "websocket_max_message_size": MOST_BYTES,
            **PINGS,
        },
    }


def serve(settings: Settings, port: int, *, ready: Callable[[str], None], browser: bool) -> None:
    """Serve the page until Ctrl-C; `ready` hears its address as soon as it can be opened."""
    from tornado.ioloop import IOLoop
    from traitlets.config import Config
    from voila.app import Voila

    token = os.environ.get(TOKEN) or secrets.token_urlsafe(24)
    address = f"http://{HOST}:{port}/?token={token}"
    os.environ |= {**settings.environment(), "JUPYTER_PATH": _jupyter_path(), "JUPYTER_PREFER_ENV_PATH": "1"}
    server = Voila(config=Config(configuration(port, token)))
    server.initialize([])
    IOLoop.current().add_callback(_opened, address, ready, browser)
    server.start()


def _opened(address: str, ready: Callable[[str], None], browser: bool) -> None:
    """The server listens."""
    ready(address)
    if browser:
        webbrowser.open(address)


def _jupyter_path() -> str:
    """Where Jupyter looks for templates: in this package first."""
    return os.pathsep.join([str(SERVED), *filter(None, [os.environ.get("JUPYTER_PATH")])])

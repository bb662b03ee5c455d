"""A real browser for tests: Chromium, without a window, with a Chinese font, which asks nobody outside this machine for anything."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.programs import do_without, program

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)
DESK = (1366, 768)
"""Width and height of a county office's screen, in pixels."""
PATIENCE_MS = 60_000
"""How long Playwright waits before it gives up: two cores, shared. No test is about speed."""


@contextmanager
def browsing(env: Mapping[str, str]) -> Iterator[Browser]:
    """A browser as long as it lasts: the system's, else Playwright's own; without either the test is skipped, and fails under CI=true."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(playwright), headless=True, args=list(FLAGS), env=dict(env))
        try:
            yield browser
        finally:
            browser.close()


def _executable(playwright: Playwright) -> str:
    own = playwright.chromium.executable_path
    found = program(*CHROMIUM) or (own if Path(own).is_file() else None)
    return found or do_without("this test needs a browser: `chromium` on the PATH, or `python -m playwright install chromium`")

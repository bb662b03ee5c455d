"""What tests of every part share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page

from tests.browsing import DESK, PATIENCE_MS, browsing
from tests.fonts import with_chinese
from tests.office import Office, office_in
from tests.programs import do_without

settings.register_profile("simlib", deadline=None)  # a slow machine is no failure
settings.load_profile("simlib")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
MARKED = ("browser", "office")
"""Fixtures that need a program beside Python; tests that use one are marked by its name."""


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for name in set(MARKED).intersection(getattr(item, "fixturenames", ())):
            item.add_marker(name)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; without it a test is skipped, and fails under CI=true."""
    if not SHARED_DATA.is_dir():
        place = f"{SHARED_DATA.parent.name}/{SHARED_DATA.name}"
        do_without(f"this test reads real data from {place} beside the project, not found")
    return SHARED_DATA


@pytest.fixture(scope="session")
def font_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment for a program that is to have a Chinese font."""
    return with_chinese(tmp_path_factory.mktemp("fonts"))


@pytest.fixture(scope="module")
def browser(font_env: dict[str, str]) -> Iterator[Browser]:
    """Chromium. No longer than a module: Playwright keeps an event loop in this thread, and other tests have theirs."""
    with browsing(font_env) as one:
        yield one


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a county office's screen, without cookies; patient."""
    with browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, accept_downloads=True) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory, font_env: dict[str, str]) -> Office:
    """LibreOffice, to print workbooks with."""
    return office_in(tmp_path_factory.mktemp("office"), font_env)

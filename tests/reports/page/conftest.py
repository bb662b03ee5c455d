"""Pages to look into."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from simlib.reports.page import page_html
from simlib.runs import Run, Runs


@pytest.fixture(scope="package")
def full(runs: Runs) -> Run:
    """The full package."""
    return list(runs)[-1]


@pytest.fixture(scope="package")
def page_of() -> Callable[[Run, str], BeautifulSoup]:
    """The page of a result in a language, parsed; each is made once."""
    made: dict[tuple[int, str], BeautifulSoup] = {}

    def parsed(result: Run, lang: str) -> BeautifulSoup:
        key = (id(result), lang)
        if key not in made:
            made[key] = BeautifulSoup(page_html(result, lang), "html.parser")
        return made[key]

    return parsed

"""One small run as a workbook, in both languages."""

import pytest

from simlib.reports.workbook import workbook_bytes
from simlib.runs import Run, Runs


@pytest.fixture(scope="package")
def made(runs: Runs) -> Run:
    """The full package over a few hundred people and eight futures."""
    return next(run for run in runs if run.scenario.name == "full_package")


@pytest.fixture(scope="package")
def books(made: Run) -> dict[str, bytes]:
    """Its workbook by language."""
    return {lang: workbook_bytes(made, lang) for lang in ("zh", "en")}

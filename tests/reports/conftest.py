"""A small run that charts are drawn from."""

import pytest

from simlib.registry import synthesise_registry
from simlib.runs import Run, Runs, run

SCENARIOS = ["baseline", "industry_only", "full_package"]


@pytest.fixture(scope="package")
def runs() -> Runs:
    """Three scenarios over a few hundred people and eight futures."""
    return run(SCENARIOS, synthesise_registry(people=900, villages=3, seed=4), draws=8, seed=2)


@pytest.fixture(scope="package")
def quiet() -> Run:
    """One scenario without luck: it has no bands."""
    (only,) = run("full_package", synthesise_registry(people=900, villages=3, seed=4), draws=0)
    return only

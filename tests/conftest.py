"""What tests of every part share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("simlib", deadline=None)  # a slow machine is no failure
settings.load_profile("simlib")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; without it a test is skipped, and fails under CI=true."""
    if SHARED_DATA.is_dir():
        return SHARED_DATA
    message = (
        f"this test reads real data from {SHARED_DATA.parent.name}/{SHARED_DATA.name} beside the project, not found"
    )
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)

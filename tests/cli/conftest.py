"""What tests of the command line share: a register on disk, and an empty folder to work in."""

from pathlib import Path

import pytest

from simlib.registry import write_registry
from tests.small import small_register


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small register as a folder of CSV files."""
    return write_registry(small_register(), tmp_path_factory.mktemp("registers") / "small")


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in an empty folder, so that what they leave behind is seen, and in English, whatever this machine's language is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIMLIB_LANG", "en")

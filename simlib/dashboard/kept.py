"""The first answer, kept on disk once it was computed, so that the page opens with numbers on it."""

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

import pandas as pd

from simlib.compiled import cache_root
from simlib.errors import InputError, RunError
from simlib.facts import load_facts
from simlib.folders import file_hash, files_below
from simlib.runs import Run
from simlib.runs.keys import key_of
from simlib.runs.single import SEED
from simlib.scenario import Scenario
from simlib.store import Stored, is_run, read_stored, write_run

FOLDER: Final = "app"
DIGITS: Final = 24
OTHERS: Final = 4
"""Answers to other questions that stay; older ones go."""


def key_for(path: Path | None, scenario: Scenario) -> str:
    """What decides the first answer: code, facts, scenario, and the register's files or, of the bundled one, its recipe in this version."""
    return key_of(load_facts().hash, scenario, _register(path), SEED)[:DIGITS]


def _register(path: Path | None) -> str:
    """A register before it is read."""
    if path is None:
        return f"default {pd.__version__}"
    files = files_below(path) if path.is_dir() else {path.name: path}
    told = "\n".join(f"{name} {file_hash(file)}" for name, file in files.items())
    return hashlib.sha256(told.encode()).hexdigest()


def find(key: str, draws: int) -> Stored | None:
    """The answer that was kept, if it is there whole."""
    folder = cache_root() / FOLDER / key
    with suppress(InputError, OSError):
        for path in sorted(folder.glob(f"*-{draws}")):
            if is_run(path):
                return read_stored(path)
    return None


def keep(run: Run, key: str) -> None:
    """Keep an answer; where that cannot be written, it costs time when the page opens next and no number."""
    folder = cache_root() / FOLDER
    with suppress(RunError, OSError):
        write_run(run, folder / key)
        others = sorted((one for one in folder.iterdir() if one.name != key), key=lambda one: one.stat().st_mtime)
        for old in others[: -OTHERS or None]:
            shutil.rmtree(old, ignore_errors=True)

"""Files and folders that stand there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from simlib.errors import InputError, RunError


def write_whole(place: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` make a file or folder under a temporary name beside the place, then rename it; leaves nothing after an error.

    InputError where something is there already, RunError where the disk is full or the folder may not be written.
    """
    refuse_taken(place)
    temporary = place.parent / f".{place.name}.{os.getpid()}{place.suffix}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        temporary.rename(place)
    except OSError as error:
        raise RunError(f"{place} cannot be written: {error.strerror or error}; nothing of it is left there") from error
    finally:
        _remove(temporary)
    return place


def refuse_taken(place: Path) -> None:
    """InputError where something is there already."""
    if place.exists():
        raise InputError(f"{place} is there already: choose another name or remove it, nothing is overwritten")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()

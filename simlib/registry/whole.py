"""Files and folders that stand there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simlib.errors import InputError, RunError, said
from simlib.folders import scratch_in, sync, sync_folder


def write_whole(place: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` make a file or folder in a scratch folder beside the place, then rename it; leaves nothing after an error.

    What processes that were killed left beside the place is swept away. InputError where something is there already, RunError where the
    disk is full or the folder may not be written.
    """
    refuse_taken(place)
    try:
        with scratch_in(place.parent) as scratch:
            fresh = scratch / f"new{place.suffix}"
            write(fresh)
            sync(fresh)
            refuse_taken(place)  # writing takes minutes: somebody else may have been faster
            fresh.rename(place)
            sync_folder(place.parent)
    except OSError as error:
        reason = error.strerror or error
        raise RunError(said("{place} cannot be written: {reason}; nothing of it is left there", place=place, reason=reason)) from error
    return place


def refuse_taken(place: Path) -> None:
    """InputError where something is there already."""
    if place.exists():
        raise InputError(said("{place} is there already: choose another name or remove it, nothing is overwritten", place=place))

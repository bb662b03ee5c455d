"""Reads a register: any accepted file to a frozen Registry, or an error that lists everything wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from simlib.errors import InputError, said
from simlib.registry.check import Examined, examine
from simlib.registry.parts import check_stamps, find_parts
from simlib.registry.report import Problem, Report, as_lines
from simlib.registry.tables import Registry, make_registry
from simlib.words import together

SHOWN = 20  # problems in the message; all are in `problems`


def read_registry(path: str | Path, mapping: str | Path | None = None) -> Registry:
    """The register at a path: an .xlsx with the sheets 户 and 村, a folder with households and villages (.csv or .parquet), or a
    lone households file, whose villages are made from village_id.

    A folder in parts as `write_registry` makes it is read whole; `parts.read_part` reads it part by part.

    `mapping` is a mapping file for foreign columns. Raises InputError with every problem in `problems`; `check` gives the same
    with the counts of what was kept, refused and defaulted.
    """
    return registry_of(examine(path, mapping), path, mapping)


def registry_of(examined: Examined, path: str | Path, mapping: str | Path | None = None) -> Registry:
    """The register that was examined; one in our own parts is held against their stamps. InputError as `read_registry`."""
    parts = find_parts(path) if mapping is None else None
    if examined.households is None or examined.villages is None:
        raise refused(examined.report)
    origin, synthetic = examined.report.origin, examined.report.synthetic
    made = make_registry(examined.households, examined.villages, synthetic=synthetic, origin=origin)
    if parts is not None:
        check_stamps(parts, made)
    return made


def refused(report: Report) -> InputError:
    """The error that names everything for which no register can be had."""
    return cannot_be_read(report.origin, report.blocking)


def cannot_be_read(origin: str, problems: Iterable[Problem]) -> InputError:
    """The error of a table with problems: the first of them in its message, all in `problems`."""
    lines = as_lines(problems)
    more = [said("... and {count} more", count=len(lines) - SHOWN)] if len(lines) > SHOWN else []
    shown = together([*lines[:SHOWN], *more], "\n  ")
    message = said("{origin} cannot be read, {count} problems:\n  {shown}", origin=origin, count=len(lines), shown=shown)
    return InputError(message, lines)

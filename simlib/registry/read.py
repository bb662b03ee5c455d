"""Reads a register: any accepted file to a frozen Registry, or an error that lists everything wrong with it."""

from __future__ import annotations

from pathlib import Path

from simlib.errors import InputError
from simlib.registry.check import examine
from simlib.registry.report import Report, as_lines
from simlib.registry.tables import Registry, make_registry

SHOWN = 20  # problems in the message; all are in `problems`


def read_registry(path: str | Path, mapping: str | Path | None = None) -> Registry:
    """The register at a path: an .xlsx with the sheets 户 and 村, a folder with households and villages (.csv or .parquet), or a
    lone households file, whose villages are made from village_id.

    `mapping` is a mapping file for foreign columns. Raises InputError with every problem in `problems`; `check` gives the same
    with the counts of what was kept, refused and defaulted.
    """
    examined = examine(path, mapping)
    if examined.households is None or examined.villages is None:
        raise _refused(examined.report)
    origin, synthetic = examined.report.origin, examined.report.synthetic
    return make_registry(examined.households, examined.villages, synthetic=synthetic, origin=origin)


def _refused(report: Report) -> InputError:
    lines = as_lines(report.blocking)
    more = f"\n  ... and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    shown = "".join(f"\n  {line}" for line in lines[:SHOWN])
    return InputError(f"{report.origin} cannot be read, {len(lines)} problems:{shown}{more}", lines)

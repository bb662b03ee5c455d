"""A country of two small programmes in parts, and folders of runs held against one another."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from simlib.registry import Registry, read_registry
from simlib.registry.national import write_national
from simlib.registry.parts import Parts, find_parts
from simlib.runs import TABLES

PEOPLE, PROGRAMMES, VILLAGES, SEED = 1600, 2, 8, 7
WALL_CLOCK = ("elapsed_s", "compile_s", "household_years_per_s")


def country(folder: Path, part_households: int) -> tuple[Parts, Registry]:
    """The country in parts of about so many households, and all of it as one register in memory."""
    place = folder / f"country-{part_households}"
    write_national(place, PEOPLE, PROGRAMMES, VILLAGES, SEED, part_households=part_households)
    parts = find_parts(place)
    assert parts is not None
    return parts, read_registry(place)


def told(run: Any) -> dict[str, Any]:
    """What `run --json` prints, but for times."""
    return {name: value for name, value in run.to_json().items() if name not in WALL_CLOCK}


def same_tables(one: Path, other: Path) -> None:
    """Every table of two run folders is the same, bit for bit and row by row, in whatever files it lies."""
    for name in TABLES:
        first, second = (pd.read_parquet(folder / f"{name}.parquet") for folder in (one, other))
        assert len(first) > 0 or name in ("flips", "sheets")
        pd.testing.assert_frame_equal(first, second, check_exact=True, obj=name)


def contents(folder: Path) -> dict[str, bytes]:
    """All bytes of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def record(folder: Path) -> dict[str, Any]:
    """A run's record without what depends on the files that its tables lie in."""
    found: dict[str, Any] = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return {name: value for name, value in found.items() if name not in ("files", "record", "registry")}

"""Run folders: everything of a run as plain files, made whole beside their place and moved into it, so that no half-written run is ever seen."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simlib import compiled
from simlib.errors import InputError, RunError
from simlib.runs import Run

TABLES = ("targets", "years", "villages", "households", "funds", "draws")


def run_key(run: Run) -> str:
    """Hash of everything that decides a run's numbers but the number of draws: code, processor, facts, scenario, register, seed."""
    parts = (compiled.code_hash(), run.projection.packed.facts.hash, run.scenario.hash, run.registry.hash, str(run.seed))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def folder_name(run: Run) -> str:
    """<scenario>-<first eight digits of the key>-<draws>."""
    return f"{run.scenario.name}-{run_key(run)[:8]}-{run.draws}"


def record(run: Run) -> dict[str, Any]:
    """How the run was made: versions, hashes, seed, draws, the register; no clock and no path, so that the same run gives the same record."""
    from simlib import __version__

    return {
        "schema": 1,
        "scenario": {"name": run.scenario.name, "hash": run.scenario.hash},
        "facts": run.projection.packed.facts.hash,
        "registry": {"hash": run.registry.hash, "synthetic": run.registry.synthetic, "origin": Path(run.registry.origin).name},
        "seed": run.seed,
        "draws": run.draws,
        "key": run_key(run),
        "code": compiled.sources_hash(),
        "processor": compiled.processor(),
        "versions": {
            "simlib": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "numba": compiled.numba.__version__,
            "pandas": pd.__version__,
        },
        "changed_from_base": [list(change) for change in run.scenario.difference()],
    }


def _tables(run: Run) -> dict[str, pd.DataFrame]:
    made = (run.targets(), run.years(), run.villages(), run.households(), run.funds(), run.draws_table())
    return dict(zip(TABLES, made, strict=True))


def write_run(run: Run, out: Path) -> Path:
    """Write a run under `out`; the folder appears whole or not at all, and replaces an equal run. -> its path

    Raises RunError when the folder cannot be written (disk full, read-only), and leaves nothing behind.
    """
    target = out / folder_name(run)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=out) as scratch:
            fresh = Path(scratch) / target.name
            fresh.mkdir()
            (fresh / "scenario.yaml").write_text(run.scenario.dump(), encoding="utf-8")
            (fresh / "record.json").write_text(json.dumps(record(run), ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
            for name, table in _tables(run).items():
                plain = table.copy(deep=False)
                plain.attrs = {}
                plain.to_parquet(fresh / f"{name}.parquet", index=False)
            _swap(fresh, target, Path(scratch) / "old")
    except OSError as error:
        raise RunError(f"could not write the run to {target}: {error.strerror or error}; nothing was left there") from error
    return target


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Move a finished folder into its place; an older one with the same name goes with the scratch folder."""
    for file in fresh.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def is_run(path: str | Path) -> bool:
    """Whether a path is a run folder."""
    return (Path(path) / "record.json").is_file()


def read_draws(path: Path) -> tuple[str, dict[str, Any], pd.DataFrame]:
    """A stored run's name, record and draw table. Raises InputError for a folder that is no run."""
    try:
        found = json.loads((path / "record.json").read_text(encoding="utf-8"))
        return found["scenario"]["name"], found, pd.read_parquet(path / "draws.parquet")
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path}: not a run folder ({error}); wanted one that `simlib run` wrote, with record.json and draws.parquet"
        ) from error

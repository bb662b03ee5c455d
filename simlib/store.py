"""Run folders: all of a run as plain files, made whole beside their place and moved into it, so that nobody sees half of one."""

import hashlib
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import pandas as pd
import yaml
from pandas.api.types import is_float_dtype

from simlib import compiled
from simlib.assessment import money
from simlib.errors import InputError, RunError, nearest
from simlib.runs import Run
from simlib.scenario import Scenario, load_scenario

SCHEMA: Final = 1
TABLES: Final = MappingProxyType(
    {
        "targets": Run.targets,
        "years": Run.years,
        "villages": Run.villages,
        "households": Run.households,
        "funds": Run.funds,
        "spending": Run.spending,
        "flow": Run.flow,
        "transitions": Run.transitions,
        "flips": Run.flips,
        "sheets": Run.sheets,
        "draws": Run.draws_table,
    }
)
"""The tables of a run folder by name; `Stored.table` reads them back."""
RECORD, SCENARIO, PLAN = "record.json", "scenario.yaml", "plan"
BUNDLED: Final = "bundled_scenarios"  # in a wheel only, and every scenario has a hash of its own
KEY_DIGITS: Final = 8


# ---- what decides a run's numbers


@cache
def package_hash(package: Path = compiled.PACKAGE) -> str:
    """Hash of every Python and YAML file of simlib: names and contents."""
    digest = hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.suffix in (".py", ".yaml")):
        name = path.relative_to(package)
        if name.parts[0] != BUNDLED:
            digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return f"sha256:{digest.hexdigest()}"


def run_key(run: Run) -> str:
    """Hash of everything that decides a run's numbers but the number of draws: code, processor, facts, scenario, register, seed."""
    machine = (package_hash(), numba.__version__, np.__version__, compiled.processor())
    inputs = (run.projection.packed.facts.hash, run.scenario.hash, run.registry.hash, str(run.seed))
    return hashlib.sha256("\n".join((*machine, *inputs)).encode()).hexdigest()


def folder_name(run: Run) -> str:
    """<scenario>-<first eight digits of the key>-<draws>; what a file name cannot hold becomes an underscore."""
    name = re.sub(r"[^\w.-]+", "_", run.scenario.name)
    return f"{name}-{run_key(run)[:KEY_DIGITS]}-{run.draws}"


# ---- what is written


def record(run: Run) -> dict[str, Any]:
    """How a run was made: versions, hashes, seed, draws, register. No clock and no path: the same run gives the same record."""
    return {
        "schema": SCHEMA,
        "scenario": {"name": run.scenario.name, "hash": run.scenario.hash},
        "facts": run.projection.packed.facts.hash,
        "registry": {"hash": run.registry.hash, "synthetic": run.registry.synthetic, "origin": Path(run.registry.origin).name},
        "seed": run.seed,
        "draws": run.draws,
        "key": run_key(run),
        "package": package_hash(),
        "compiled": compiled.own_sources(),
        "processor": compiled.processor(),
        "versions": {
            "simlib": version("simlib"),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "numba": numba.__version__,
            "pandas": pd.__version__,
        },
        "cost": money.cost(run.projection),
        "changed_from_base": _changes(run.scenario),
    }


def _plan_name(scenario: Scenario) -> str | None:
    """What a scenario's plan is called in the run folder."""
    plan = scenario.levers.allocation.plan
    return None if plan is None else f"{PLAN}{Path(plan).suffix}"


def _changes(scenario: Scenario) -> list[dict[str, Any]]:
    """What differs from the base, with the names of plans in place of their paths."""
    found = [change._asdict() for change in scenario.difference()]
    for change in found:
        if change["path"] == "levers.allocation.plan":
            change |= {side: change[side] and Path(change[side]).name for side in ("base_value", "value")}
    return found


def scenario_text(scenario: Scenario) -> str:
    """The scenario as resolved; its plan is the file beside it, so that the folder stands by itself and names no machine's path."""
    content = scenario.resolved()
    if (plan := _plan_name(scenario)) is not None:
        content["levers"]["allocation"]["plan"] = plan
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _plan_file(scenario: Scenario) -> dict[str, bytes]:
    """The plan that was run, under its name in the folder; nothing without one. RunError where the file is another one by now."""
    plan, name = scenario.levers.allocation.plan, _plan_name(scenario)
    if plan is None or name is None:
        return {}
    content = Path(plan).read_bytes() if Path(plan).is_file() else b""
    if scenario.plan_hash != f"sha256:{hashlib.sha256(content).hexdigest()}":
        raise RunError(f"the plan {Path(plan).name} was changed or removed while its run was under way: run it again")
    return {name: content}


def _texts(run: Run) -> dict[str, bytes]:
    """The files of a run that are no tables, by name."""
    told = json.dumps(record(run), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return {SCENARIO: scenario_text(run.scenario).encode(), RECORD: told.encode(), **_plan_file(run.scenario)}


def _tables(run: Run) -> dict[str, pd.DataFrame]:
    return {name: made(run) for name, made in TABLES.items()}


# ---- how it is written


@contextmanager
def _writing(place: Path) -> Iterator[Path]:
    """A scratch folder in the output folder, gone afterwards. RunError where that cannot be had or is full."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=place) as scratch:
            yield Path(scratch)
    except OSError as error:
        raise RunError(f"cannot write to {place}: {error.strerror or error}; nothing half-written was left there") from error


def check_writable(out: str | Path) -> None:
    """Make the output folder, and raise RunError where it cannot be written to: better before a long run than after it."""
    with _writing(Path(out)):
        pass


def write_run(run: Run, out: str | Path) -> Path:
    """Write a run under `out`; the folder appears whole or not at all, and replaces an equal run. -> its path

    Raises RunError when it cannot be written (disk full, read-only), and leaves nothing behind.
    """
    target, texts, tables = Path(out) / folder_name(run), _texts(run), _tables(run)
    with _writing(Path(out)) as scratch:
        fresh = scratch / target.name
        fresh.mkdir()
        for name, content in texts.items():
            (fresh / name).write_bytes(content)
        for name, table in tables.items():
            table.to_parquet(fresh / f"{name}.parquet", index=False, use_dictionary=_repeating(table))
        for file in fresh.iterdir():
            with file.open("r+b") as handle:
                os.fsync(handle.fileno())
        _swap(fresh, target, scratch / "old")
    return target


def _repeating(table: pd.DataFrame) -> list[str]:
    """The columns in which the same values come again and again: a dictionary of what is measured would be made and thrown away."""
    return [str(name) for name in table if not is_float_dtype(table[name])]


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Move a finished folder into its place; what stood there is put back if that fails, and goes with the scratch folder if not."""
    if not target.exists():
        fresh.rename(target)
        return
    target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


# ---- what is read


class Stored(NamedTuple):
    """A run folder: its record, and its table by draw and year."""

    path: Path
    record: dict[str, Any]
    draws: pd.DataFrame

    @property
    def name(self) -> str:
        """The scenario's name."""
        return str(self.record["scenario"]["name"])

    @property
    def scenario(self) -> Scenario:
        """The scenario as it was run, under its own name. InputError where this version cannot read it."""
        return load_scenario(self.path / SCENARIO).model_copy(update={"name": self.name})

    def table(self, name: str) -> pd.DataFrame:
        """A stored table, one of TABLES, with the metadata of its columns. InputError for another one, and where it is missing."""
        if name not in TABLES:
            raise InputError(f"there is no table {name!r}; {nearest(name, TABLES)}")
        try:
            return pd.read_parquet(self.path / f"{name}.parquet")
        except (OSError, ValueError) as error:
            raise InputError(f"{self.path}: no {name}.parquet that can be read ({error}); run its {SCENARIO} again") from error


def is_run(path: str | Path) -> bool:
    """Whether a path is a run folder."""
    return (Path(path) / RECORD).is_file()


def read_stored(path: str | Path) -> Stored:
    """A stored run. Raises InputError for a folder that is no run, or of another version of the format."""
    folder = Path(path)
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        stored = Stored(folder, found, pd.read_parquet(folder / "draws.parquet"))
        complete = found["schema"] == SCHEMA and bool(stored.name)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no run folder ({error}); wanted one that `simlib run` wrote") from error
    if not complete:
        raise InputError(f"{path}: a run folder of schema {found['schema']}, wanted {SCHEMA}: run its scenario.yaml again")
    return stored

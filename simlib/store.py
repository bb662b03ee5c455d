"""Run folders: all of a run as plain files, sealed by the hashes of their bytes."""

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numba
import numpy as np
import pandas as pd
import pyarrow as pa
import yaml

from simlib import compiled
from simlib.errors import InputError, RunError, nearest, said
from simlib.folders import TABLE, Table, write_folder
from simlib.runs import TABLES, Run
from simlib.runs.keys import key_of, package_hash
from simlib.scenario import Scenario, load_scenario

SCHEMA: Final = 1
RECORD, SCENARIO, PLAN = "record.json", "scenario.yaml", "plan"
KEY_DIGITS: Final = 8
SYNTHESISED: Final = re.compile(r"synthesised for (?P<people>\d+) people in (?P<villages>\d+) poor villages, seed (?P<seed>\d+)")
"""The origin of a register that `registry.synthesise_registry` made: its whole recipe. Other words are no recipe."""


class Register(Protocol):
    """What a record tells of a register; a `Registry` has it."""

    @property
    def hash(self) -> str:
        """Of its content."""

    @property
    def synthetic(self) -> bool:
        """Whether no real household is in it."""

    @property
    def origin(self) -> str:
        """Where it came from."""


class Made(NamedTuple):
    """What a record tells of a run, wherever it was made. `facts`: their hash; `cost`: `Run.cost`; `size`: `Run.size`."""

    scenario: Scenario
    facts: str
    registry: Register
    seed: int
    draws: int
    cost: Mapping[str, float | None]
    size: Mapping[str, Any]
    processor: str | None = None  # that made the draws, where it is not this one; the assessment is made here

    @property
    def key(self) -> str:
        """`key_of` this."""
        return key_of(self.facts, self.scenario, self.registry.hash, self.seed, self.processor)


def made_of(run: Run) -> Made:
    """What a record tells of a run that is at hand."""
    return Made(run.scenario, run.projection.packed.facts.hash, run.registry, run.seed, run.draws, run.cost(), run.size)


# ---- what decides a run's numbers


def run_key(run: Run) -> str:
    """`key_of` a run."""
    return key_of(run.projection.packed.facts.hash, run.scenario, run.registry.hash, run.seed)


def folder_name(run: Run) -> str:
    """`name_of` a run's folder."""
    return name_of(run.scenario, run_key(run), run.draws)


def name_of(scenario: Scenario, key: str, draws: int) -> str:
    """<scenario>-<first eight digits of the key>-<draws>; what a file name cannot hold becomes an underscore."""
    plain = re.sub(r"[^\w.-]+", "_", scenario.name)
    return f"{plain}-{key[:KEY_DIGITS]}-{draws}"


# ---- what is written


def record(run: Run) -> dict[str, Any]:
    """How a run was made: versions, hashes, seed, draws, register. No clock and no path: the same run gives the same record."""
    return _record(made_of(run))


def _record(made: Made) -> dict[str, Any]:
    parent = made.scenario.parent
    return {
        "schema": SCHEMA,
        "scenario": {"name": made.scenario.name, "hash": made.scenario.hash, "base": parent and parent.name},
        "facts": made.facts,
        "registry": {**_register(made.registry), **made.size},
        "seed": made.seed,
        "draws": made.draws,
        "key": made.key,
        **machinery(),
        **_processors(made.processor),
        "cost": dict(made.cost),
        "changed_from_base": _changes(made.scenario),
    }


def _processors(draws_on: str | None) -> dict[str, str]:
    """The processor of the draws, and this one, which made means, quantiles and entitlements of them; nothing where both are this one."""
    here = compiled.processor()
    return {} if draws_on in (None, here) else {"processor": str(draws_on), "assessed_on": here}


def machinery() -> dict[str, Any]:
    """The code, the libraries and the processor that numbers are made with here, as a record tells them."""
    versions = {
        "simlib": version("simlib"),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "pandas": pd.__version__,
        "pyarrow": pa.__version__,
    }
    return {"package": package_hash(), "compiled": compiled.own_sources(), "processor": compiled.processor(), "versions": versions}


def _register(registry: Register) -> dict[str, Any]:
    recipe = recipe_of(registry.origin) if registry.synthetic else None
    return {"hash": registry.hash, "synthetic": registry.synthetic, "origin": Path(registry.origin).name, "recipe": recipe}


def recipe_of(origin: str) -> dict[str, int] | None:
    """What `synthesise_registry` makes a register again from (people, villages, seed); None for one that came from elsewhere."""
    found = SYNTHESISED.fullmatch(origin)
    return None if found is None else {name: int(number) for name, number in found.groupdict().items()}


def sealed(told: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """A record with the hashes of the files beside it, and last its own."""
    whole = {**told, "files": dict(files)}
    return whole | {"record": record_hash(whole)}


def record_hash(told: Mapping[str, Any]) -> str:
    """`sha256:` and the hash of a record's canonical JSON, without the field `record` that holds it. ValueError where it has none."""
    content = {name: value for name, value in told.items() if name != "record"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def record_text(told: Mapping[str, Any]) -> bytes:
    """A record as its file has it."""
    return (json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


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
        name = Path(plan).name
        raise RunError(said("the plan {name} was changed or removed while its run was under way: run it again", name=name))
    return {name: content}


def _tables(run: Run) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each table when its turn comes, and none kept."""
    for name, made in TABLES.items():
        yield name, made(run)


def write_run(run: Run, out: str | Path) -> Path:
    """Write a run under `out`; the folder appears whole or not at all, and replaces one that is not equal. -> its path

    Raises RunError when it cannot be written (disk full, read-only), and leaves nothing behind.
    """
    return write_made(made_of(run), _tables(run), out)


def write_made(made: Made, tables: Iterable[tuple[str, Table]], out: str | Path) -> Path:
    """`write_run` for tables that may lie written already: Parquet files, or folders of their parts, which stay where they are."""
    told, target = _record(made), Path(out) / name_of(made.scenario, made.key, made.draws)
    texts = {SCENARIO: scenario_text(made.scenario).encode(), **_plan_file(made.scenario)}
    return write_folder(target, texts, tables, lambda files: {RECORD: record_text(sealed(told, files))})


# ---- what is read


class Stored(NamedTuple):
    """A run folder: its record, and its table by draw and year."""

    path: Path
    record: dict[str, Any]
    by_draw: pd.DataFrame

    @property
    def name(self) -> str:
        """The scenario's name."""
        return str(self.record["scenario"]["name"])

    @property
    def scenario(self) -> Scenario:
        """The scenario as it was run, under its own name. InputError where this version cannot read it."""
        return load_scenario(self.path / SCENARIO).model_copy(update={"name": self.name})

    @property
    def seed(self) -> int:
        """What luck was drawn from."""
        return int(self.record["seed"])

    @property
    def draws(self) -> int:
        """How many futures; 0 is deterministic."""
        return int(self.record["draws"])

    def register(self) -> dict[str, Any]:
        """Households, registered people and poor villages of the register, whether it is synthetic, and its hash."""
        return {name: self.record["registry"][name] for name in ("households", "people", "villages", "synthetic", "hash")}

    def table(self, name: str) -> pd.DataFrame:
        """A stored table, one of TABLES, with the metadata of its columns. InputError for another one, and where it is missing."""
        if name not in TABLES:
            raise InputError(said("there is no table {name!r}; {hint}", name=name, hint=nearest(name, TABLES)))
        try:
            return pd.read_parquet(self.path / f"{name}{TABLE}")
        except (OSError, ValueError) as error:
            about = {"path": self.path, "file": f"{name}{TABLE}", "reason": error, "scenario": SCENARIO}
            raise InputError(said("{path}: no {file} that can be read ({reason}); run its {scenario} again", **about)) from error


def is_run(path: str | Path) -> bool:
    """Whether a path is a run folder."""
    return (Path(path) / RECORD).is_file()


def read_stored(path: str | Path) -> Stored:
    """A stored run. Raises InputError for a folder that is no run, or of another version of the format."""
    folder = Path(path)
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        stored = Stored(folder, found, pd.read_parquet(folder / f"draws{TABLE}"))
        complete = found["schema"] == SCHEMA and bool(stored.name)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(said("{path}: no run folder ({reason}); wanted one that `simlib run` wrote", path=path, reason=error)) from error
    if not complete:
        schemas = {"seen": found["schema"], "wanted": SCHEMA}
        raise InputError(said("{path}: a run folder of schema {seen}, wanted {wanted}: run its scenario.yaml again", path=path, **schemas))
    return stored

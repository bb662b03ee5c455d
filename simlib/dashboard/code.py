"""The cell that gives the page's numbers again, and asserts it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pprint import pformat
from typing import Any, Final

import yaml

from simlib.dashboard.hashing import result_hash
from simlib.dashboard.session import Asked
from simlib.facts import load_facts
from simlib.registry import Registry
from simlib.runs import Result
from simlib.store import SYNTHESISED
from simlib.words import Words

CELL: Final = """\
import simlib as sl
from simlib.dashboard import result_hash

{note}registry = {registry}
assert registry.hash == {register_hash!r}

scenario = {scenario}
result = sl.run(scenario, registry, draws={draws}, seed={seed})[scenario.name]
assert scenario.hash == {scenario_hash!r}
assert result_hash(result) == {hash!r}
result.targets()
"""


FOLDER: Final = "register"
"""Where two tables are read from that were uploaded."""


@dataclass(frozen=True)
class Origin:
    """Where a register came from: a path of this machine, or files that were uploaded (their own names by those to read them under)."""

    path: Path | None = None
    files: Mapping[str, str] = field(default_factory=dict)


def cell(asked: Asked, registry: Registry, result: Result, words: Words, origin: Origin = Origin()) -> str:
    """Python that makes a result again: the register, the scenario as moved, draws and seed, and the hashes that must come out."""
    made, note = _registry(registry, origin, words)
    return CELL.format(
        note="".join(f"# {line}\n" for line in note.splitlines()),
        registry=made,
        register_hash=registry.hash,
        scenario=_scenario(asked),
        scenario_hash=result.scenario.hash,
        draws=result.draws,
        seed=result.seed,
        hash=result_hash(result),
    )


def _registry(registry: Registry, origin: Origin, words: Words) -> tuple[str, str]:
    """How a register is had again: by its recipe, from its path, or from files put beside the notebook. -> the call; what to do first"""
    recipe = SYNTHESISED.fullmatch(registry.origin)
    if origin.path is not None:
        return f"sl.read_registry({str(origin.path.resolve())!r})", ""
    if recipe is not None:
        return "sl.synthesise_registry(people={people}, villages={villages}, seed={seed})".format(**recipe.groupdict()), ""
    files = origin.files or {registry.origin: registry.origin}
    if len(files) == 1:
        (name,) = files
        return f"sl.read_registry({name!r})", words("put the file {name!r} beside this notebook first", name=name)
    steps = [words("{own!r} as {name}", own=own, name=name) for name, own in files.items()]
    what = words("make a folder {folder!r} beside this notebook first, with {files}", folder=FOLDER, files=words.joined(steps))
    return f"sl.read_registry({FOLDER!r})", what


def _scenario(asked: Asked) -> str:
    """How the scenario is had again: by its name, or from what its file would say."""
    written = asked.written(load_facts())
    if written == {"schema": 1, "base": asked.base.name}:
        return f"sl.load_scenario({asked.base.name!r})"
    content = pformat(_plain(written), width=100, sort_dicts=False)
    return f"sl.scenario_from(\n{_indented(content)},\n    name={asked.scenario(load_facts()).name!r},\n)"


def _plain(value: Any) -> Any:
    """Nested plain values, as YAML has them."""
    return yaml.safe_load(yaml.safe_dump(value, allow_unicode=True, sort_keys=False))


def _indented(text: str) -> str:
    return re.sub("^", "    ", text, flags=re.MULTILINE)

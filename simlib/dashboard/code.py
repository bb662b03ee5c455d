"""The cell that gives the page's numbers again, and asserts it."""

import re
from pprint import pformat
from typing import Any, Final

import yaml

from simlib.dashboard.hashing import result_hash
from simlib.dashboard.session import Asked
from simlib.facts import load_facts
from simlib.registry import Registry
from simlib.runs import Result
from simlib.store import SYNTHESISED

CELL: Final = """\
import simlib as sl
from simlib.dashboard import result_hash

registry = {registry}
assert registry.hash == {register_hash!r}

scenario = {scenario}
result = sl.run(scenario, registry, draws={draws}, seed={seed})[scenario.name]
assert scenario.hash == {scenario_hash!r}
assert result_hash(result) == {hash!r}
result.targets()
"""


def cell(asked: Asked, registry: Registry, result: Result) -> str:
    """Python that makes a result again: the register, the scenario as moved, draws and seed, and the hashes that must come out."""
    return CELL.format(
        registry=_registry(registry),
        register_hash=registry.hash,
        scenario=_scenario(asked),
        scenario_hash=result.scenario.hash,
        draws=result.draws,
        seed=result.seed,
        hash=result_hash(result),
    )


def _registry(registry: Registry) -> str:
    """How a register is had again: by its recipe, or from its file."""
    recipe = SYNTHESISED.fullmatch(registry.origin)
    if recipe is None:
        return f"sl.read_registry({registry.origin!r})"
    return "sl.synthesise_registry(people={people}, villages={villages}, seed={seed})".format(**recipe.groupdict())


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

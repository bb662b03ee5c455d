"""What decides a run's numbers, as one hash."""

import hashlib
from pathlib import Path
from typing import Final

import numba
import numpy as np

from simlib import compiled
from simlib.scenario import Scenario

BUNDLED: Final = "bundled_scenarios"  # in a wheel only, and every scenario has a hash of its own


def hash_of_package(package: Path) -> str:
    """Hash of every Python and YAML file of a package: names and contents."""
    digest = hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.suffix in (".py", ".yaml")):
        name = path.relative_to(package)
        if name.parts[0] != BUNDLED:
            digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return f"sha256:{digest.hexdigest()}"


LOADED: Final = hash_of_package(compiled.PACKAGE)  # on import: what is loaded is what runs, whatever is edited afterwards


def package_hash() -> str:
    """`hash_of_package` simlib as it was when this was imported."""
    return LOADED


def key_of(facts_hash: str, scenario: Scenario, registry_hash: str, seed: int, processor: str | None = None) -> str:
    """Hash (hex) of everything that decides a run's numbers but the number of draws: code, processor, facts, scenario, register, seed."""
    machine = (package_hash(), numba.__version__, np.__version__, processor or compiled.processor())
    return key_from(*machine, facts_hash, scenario.hash, registry_hash, str(seed))


def key_from(*parts: str) -> str:
    """The key of its parts: hash of the package, versions of Numba and NumPy, processor, hashes of facts, scenario and register, seed."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

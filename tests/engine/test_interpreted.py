"""The interpreted twin: without the compiler the same code gives the same bits."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from simlib.engine.fixed import fixed_plan
from simlib.engine.project import Projection, project_whole
from simlib.scenario import load_scenario
from tests.engine.small import TALLIES, any_register, draws_of, packed_with

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("full_package", "plan")


def projected(kind: str) -> Projection:
    """A tiny register in three draws: re-planned each year, or by its fixed plan."""
    registry, scenario = any_register(31, households=7, villages=2), load_scenario("full_package")
    packed = packed_with(registry, scenario)
    if kind == "plan":
        packed = packed_with(registry, scenario, plan=fixed_plan(packed))
    return project_whole(packed, draws_of(packed, 3))


def digests(kind: str) -> list[str]:
    """Hashes of everything that came out, name by name."""
    projection = projected(kind)
    arrays = [getattr(projection, name) for name in (*TALLIES, "trace", "group_ledger")] + list(projection.state or ())
    return [sha256(np.ascontiguousarray(array).tobytes()).hexdigest() for array in arrays]


@pytest.fixture(scope="module")
def interpreted() -> dict[str, list[str]]:
    """What a process without the compiler gives."""
    code = f"from tests.engine.test_interpreted import digests\nfor kind in {KINDS}: print(*digests(kind))"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(KINDS, (line.split() for line in done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_interpreted_and_compiled_give_the_same_bits(kind: str, interpreted: dict[str, list[str]]) -> None:
    assert projected(kind).served.any()
    assert interpreted[kind] == digests(kind)

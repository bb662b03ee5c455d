"""Run folders to be verified, and what is done to them."""

import json
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from simlib.engine.fixed import fixed_plan
from simlib.engine.plans import write_plan
from simlib.folders import hashes
from simlib.runs import Run, prepare, run_one
from simlib.runs.keys import key_from
from simlib.scenario import load_scenario, scenario_from
from simlib.store import RECORD, record_text, sealed
from simlib.verify import Remaker, Verification
from simlib.verify.told import Told
from tests.small import small_register

DRAWS = 4


@cache
def made(name: str = "full_package", draws: int = DRAWS) -> Run:
    """A bundled scenario on the small register."""
    return run_one(load_scenario(name), small_register(), draws=draws, workers=1)


def planned(folder: Path) -> Run:
    """A run of a given plan with a Chinese name, whose table lies in the folder."""
    folder.mkdir()
    write_plan(fixed_plan(prepare(small_register(), load_scenario("full_package")).packed), folder / "方案.csv")
    levers = {"allocation": {"mode": "plan", "plan": "方案.csv"}}
    scenario = scenario_from({"base": "full_package", "levers": levers}, "丰顺县 三年方案", folder=folder)
    return run_one(scenario, small_register(), draws=DRAWS, workers=1)


def gives(folder: Path) -> Callable[[Told], Remaker]:
    """A re-run on the small register that comes out as a folder which is there."""
    register = small_register()
    return lambda _: Remaker(register, lambda *_: folder)


def copied(folder: Path, place: Path) -> Path:
    return Path(shutil.copytree(folder, place / "copy"))


def told_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    return found


def flip(path: Path, place: int | None = None) -> None:
    """Change one bit of one byte, in the middle unless told where."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if place is None else place] ^= 1
    path.write_bytes(bytes(content))


def sealed_anew(folder: Path, changes: Mapping[str, Any] | None = None) -> None:
    """What somebody does who changes a folder and then makes its record right: every hash, and the key."""
    told = {name: value for name, value in (told_in(folder) | dict(changes or {})).items() if name not in ("files", "record")}
    parts = Told(told).key_parts
    assert parts is not None
    files = {name: digest for name, digest in hashes(folder).items() if name != RECORD}
    (folder / RECORD).write_bytes(record_text(sealed(told | {"key": key_from(*parts)}, files)))


def rewritten(path: Path, column: str, row: int, by: float) -> pd.DataFrame:
    """A table with one number changed, written in its place."""
    before = pd.read_parquet(path)
    table = before.assign(**{column: nudged(before[column], row, by)})
    table.to_parquet(path, index=False)
    return table


def nudged(column: "pd.Series[Any]", row: int, by: float) -> "pd.Series[Any]":
    """A column of numbers, one of them moved by a share of itself and as much again."""
    numbers = column.to_numpy(dtype=float, copy=True)
    numbers[row] += by * (1 + numbers[row])
    return pd.Series(numbers, index=column.index)


def wrong(found: Verification) -> list[str]:
    """Everything that is wrong, with its step."""
    return [f"{step.name}: {one.text}" for step in found.steps for one in step.findings if not one.ok]


def answers(found: Verification) -> dict[str, str]:
    return {step.name: step.answer for step in found.steps}

"""All steps of verifying a run folder, in turn; what one finds wrong keeps no other from being made."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from simlib.errors import InputError, RunError, SimlibError
from simlib.facts import Facts, load_facts
from simlib.folders import TABLE, file_hash, hashes
from simlib.scenario import Scenario
from simlib.store import RECORD
from simlib.verify.findings import Finding, Step, Verification
from simlib.verify.remaking import Remaker, local
from simlib.verify.steps import OTHER_CODE, draws_of, files_step, machinery_step, record_step, register_step, scenario_step
from simlib.verify.tables import EXACT, compare_tables, values_apart
from simlib.verify.told import Told, read_told

RERUN = "re-run"


def verify(
    run: str | Path,
    remaker: Callable[[Told], Remaker] | None = None,
    *,
    facts: Facts | None = None,
    tell: Callable[[Step], None] | None = None,
) -> Verification:
    """Hold a run folder against its record, and the numbers in it against a re-run.

    `remaker`: who makes the run again, on this machine by default, its register as the record says; `facts`: those in use unless given;
    `tell`: is told of each step as it is done. Raises InputError for a path that is no run folder, RunError where nothing can be read.
    """
    folder = Path(run)
    content, seen = _read(folder)
    steps: list[Step] = []

    def done(step: Step) -> None:
        steps.append(step)
        (tell or (lambda _: None))(step)

    record, told = record_step(content, folder)
    done(record)
    if told is None:
        return Verification(folder.resolve().name, file_hash(folder / RECORD), tuple(steps))
    done(files_step({name: digest for name, digest in seen.items() if name != RECORD}, told))
    register, maker = register_step(told, remaker or local())
    done(register)
    done(machinery_step(told, None if maker is None else maker.processor))
    settled, scenario = scenario_step(folder, told, load_facts() if facts is None else facts)
    done(settled)
    done(rerun_step(folder, seen, told, ready_for(folder, told, record.ok, scenario, maker)))
    return Verification(folder.resolve().name, str(told("record")), tuple(steps))


def _read(folder: Path) -> tuple[bytes, dict[str, str]]:
    """The record's bytes, and the hash of every file."""
    if not (folder / RECORD).is_file():
        raise InputError(f"{folder}: no run folder, which has a {RECORD}; `simlib run` writes them")
    try:
        return (folder / RECORD).read_bytes(), hashes(folder)
    except OSError as error:
        raise RunError(f"{error.filename or folder}: cannot be read: {error.strerror or error}") from error


# ---- the re-run


class Ready(NamedTuple):
    """All that a re-run needs."""

    scenario: Scenario
    draws: int
    seed: int
    maker: Remaker


def ready_for(folder: Path, told: Told, whole: bool, scenario: Scenario | None, maker: Remaker | None) -> Ready | str:
    """What a re-run needs, or why there can be none. `whole`: whether the record is, so that its draws can be believed."""
    draws, seed = told.number("draws"), told.number("seed")
    if scenario is None:
        return "the run's scenario or facts are not at hand"
    if maker is None:
        return "the run's register is not at hand"
    if draws is None or seed is None or not (whole or draws_of(folder) == max(1, draws)):
        return "the run's draws and seed are not known"
    return Ready(scenario, draws, seed, maker)


def rerun_step(folder: Path, hashed: Mapping[str, str], told: Told, ready: Ready | str) -> Step:
    """The run made again in a scratch folder, and every table and cost held against it. `hashed`: the files of the folder by name."""
    if isinstance(ready, str):
        return Step(RERUN, ready, made=False)
    try:
        with tempfile.TemporaryDirectory(prefix="simlib-verify-", dir=ready.maker.scratch) as scratch:
            again = ready.maker.rerun(ready.scenario, ready.draws, ready.seed, Path(scratch))
            return _held(folder, hashed, told, again, exact=not told.elsewhere(ready.maker.processor))
    except (SimlibError, OSError) as error:
        wrong = Finding("the run cannot be made again", "", " ".join(str(error).split()), "a run", ok=False)
        return Step(RERUN, "failed", (wrong,), RunError.exit_code)


def _held(folder: Path, hashed: Mapping[str, str], told: Told, again: Path, *, exact: bool) -> Step:
    """A run folder against another of the same run."""
    made = hashes(again)
    tables = sorted({name.split("/")[0] for name in made if name.split("/")[0].endswith(TABLE)})
    findings = [one for name in tables for one in _table(name, folder, hashed, again, made, exact)]
    costs = told.tree("cost") or {}, read_told((again / RECORD).read_bytes()).tree("cost") or {}
    findings += [values_apart(f"{RECORD}, cost.{name}", costs[0].get(name), value, exact) for name, value in costs[1].items()]
    return Step(RERUN, _summary(findings, len(tables), told), tuple(findings), RunError.exit_code)


def _table(name: str, folder: Path, hashed: Mapping[str, str], again: Path, made: Mapping[str, str], exact: bool) -> list[Finding]:
    """One table of both; where all bytes are the same, nothing need be read."""
    seen, wanted = (_files_of(name, files) for files in (hashed, made))
    if seen == wanted:
        return [Finding(name, "", EXACT, EXACT, ok=True)]
    return compare_tables(name, folder / name, again / name, exact)


def _files_of(name: str, files: Mapping[str, str]) -> dict[str, str]:
    """A table's file, or its parts."""
    return {file: digest for file, digest in files.items() if file.split("/")[0] == name}


def _summary(findings: Sequence[Finding], tables: int, told: Told) -> str:
    if not all(one.ok for one in findings):
        wrong = len({one.what.split(",")[0] for one in findings if not one.ok})
        return f"other numbers, in {wrong} files{f'; {OTHER_CODE}' if 'package' in told.elsewhere() else ''}"
    close = any(one.differs for one in findings)
    return f"the same {'numbers within the tolerance' if close else 'bits'} in all {tables} tables"

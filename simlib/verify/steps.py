"""What can be asked without a re-run: the record, the files, the register, the machinery, the scenario."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc

from simlib.errors import InputError
from simlib.facts import Facts
from simlib.folders import TABLE
from simlib.runs.keys import key_from
from simlib.scenario import Scenario, load_scenario
from simlib.store import RECORD, SCENARIO, record_hash, record_text
from simlib.verify.findings import Finding, Step
from simlib.verify.remaking import Remaker
from simlib.verify.tables import UNREADABLE, column_of
from simlib.verify.told import Told, read_told

NOTHING: Final = "nothing"
CLOSE: Final = "differences up to 1e-09 are to be expected"
OTHER_CODE: Final = "made by another version of simlib: where numbers differ, it may be by its changes"


def found(what: str, seen: Any, wanted: Any, where: str = "") -> Finding:
    """A finding that is right where both are equal."""
    return Finding(what, where, str(seen), str(wanted), seen == wanted)


# ---- the record


def record_step(content: bytes, folder: Path) -> tuple[Step, Told | None]:
    """Whether the record reads, is whole and agrees with itself. -> what it tells, None where it cannot be read"""
    try:
        told = read_told(content)
        own = record_hash(told.content)
        written = record_text(told.content)
    except ValueError as error:
        wrong = Finding("the record cannot be read", RECORD, str(error), "a record as `simlib run` writes it", ok=False)
        return Step("record", "changed", (wrong,)), None
    findings = [*_missing(told), *_own(told, own, content == written), *_key(told), *_draws(told, folder)]
    whole = all(one.ok for one in findings)
    return Step("record", f"whole, {own}" if whole else "changed since it was written", tuple(findings)), told


def _missing(told: Told) -> list[Finding]:
    """The fields that the record lacks; of those an older simlib did not write, it says so."""
    older = {"files", "record"}
    wanted = {field: "one (an older simlib wrote none: run the scenario again)" if field in older else "one" for field in told.missing}
    return [Finding(f"{RECORD} has no {field}", "", NOTHING, hint, ok=False) for field, hint in wanted.items()]


def _own(told: Told, own: str, as_written: bool) -> list[Finding]:
    """The record against its own hash; then, whether every byte is as simlib writes it (blanks are in no hash)."""
    if "record" in told.missing:
        return []
    findings = [found("the record's own hash", own, told("record"), RECORD)]
    if not as_written:
        findings.append(Finding("the record's layout", RECORD, "other blanks or line ends", "those that simlib writes", ok=False))
    return findings


def _key(told: Told) -> list[Finding]:
    parts = told.key_parts
    return [] if parts is None else [found("the key of what the record names", key_from(*parts), told("key"), RECORD)]


def _draws(told: Told, folder: Path) -> list[Finding]:
    """The number of draws against the table by draw, if it can be read."""
    seen, wanted = draws_of(folder), told.number("draws")
    if seen is None or wanted is None:
        return []
    return [found("draws by the record", wanted, seen if wanted or seen > 1 else 0, f"draws{TABLE}")]


def draws_of(folder: Path) -> int | None:
    """How many rows of luck the table by draw has (one where the run is deterministic), None where it cannot be read."""
    try:
        return int(pc.count_distinct(column_of(folder / f"draws{TABLE}", "draw")).as_py())
    except UNREADABLE:
        return None


# ---- the files


def files_step(seen: Mapping[str, str], told: Told) -> Step:
    """Every file but the record (hashes by name) against the record."""
    wanted = told.tree("files")
    if wanted is None:
        return Step("files", "the record holds no hashes of files", made=False)
    changed = [found("changed", seen[name], wanted[name], name) for name in sorted({*seen} & {*wanted})]
    missing = [Finding("missing", name, NOTHING, str(wanted[name]), ok=False) for name in sorted({*wanted} - {*seen})]
    added = [Finding("added", name, seen[name], NOTHING, ok=False) for name in sorted({*seen} - {*wanted})]
    findings = (*changed, *missing, *added)
    wrong = sum(not one.ok for one in findings)
    return Step("files", f"{wrong} not as written" if wrong else f"all {len(findings)} as written", findings)


# ---- the register


def register_step(told: Told, remaker: Callable[[Told], Remaker]) -> tuple[Step, Remaker | None]:
    """The register given or made again, against the record. -> who makes the run again, None where it is another register"""
    wanted = told.text("registry.hash")
    if wanted is None:
        return Step("register", "the record does not say which", made=False), None
    try:
        there = remaker(told)
    except InputError as error:
        wrong = Finding(str(error), "", NOTHING, f"the register of hash {wanted}", ok=False)
        return Step("register", "not to be had", (wrong,)), None
    one = found("hash", there.register.hash, wanted, there.register.origin)
    mark = found("synthetic", there.register.synthetic, told("registry.synthetic"), there.register.origin)
    hint = f"another than the run's ({told.text('registry.origin')}): give the run's own with --registry"
    same = one.ok and mark.ok
    return Step("register", "the run's" if same else hint, (one, mark)), there if same else None


# ---- the machinery


def machinery_step(told: Told, processor: str | None = None) -> Step:
    """Code, libraries and processor of the re-run and of the run; nothing of it is wrong, and it says how close the two can come."""
    other = told.elsewhere(processor)
    findings = tuple(Finding(field, "", here, wanted, ok=True) for field, (here, wanted) in other.items())
    if "package" in other:
        return Step("machinery", OTHER_CODE, findings)
    if other:
        return Step("machinery", f"another processor or other libraries than the run's: {CLOSE}", findings)
    return Step("machinery", "the same simlib, libraries and kind of processor: the same bits are wanted")


# ---- the scenario and its facts


def scenario_step(folder: Path, told: Told, facts: Facts) -> tuple[Step, Scenario | None]:
    """The scenario and the plan in the folder, and the facts, against the record. -> the scenario, None where it is another"""
    try:
        scenario = load_scenario(folder / SCENARIO, facts)
    except (InputError, OSError, ValueError) as error:
        wrong = Finding("cannot be read", SCENARIO, " ".join(str(error).split()), "the scenario as it was run", ok=False)
        return Step("scenario", "not to be had", (wrong,)), None
    findings = [found("hash of scenario and plan", scenario.hash, told("scenario.hash"), SCENARIO)]
    findings.append(_facts(scenario.resolve_facts(facts).hash, told))
    right = all(one.ok for one in findings)
    named = scenario.model_copy(update={"name": told.text("scenario.name") or scenario.name})
    return Step("scenario", "scenario, plan and facts of the run" if right else "another", tuple(findings)), named if right else None


def _facts(seen: str, told: Told) -> Finding:
    """The facts' hash; where another simlib made the run they may be others, and that is not wrong."""
    one = found("hash of facts", seen, told("facts"), "simlib's, with the scenario's own in their place")
    return Finding(one.what, one.where, one.seen, one.wanted, one.ok or "package" in told.elsewhere())

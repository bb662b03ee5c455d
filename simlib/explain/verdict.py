"""How a household was judged at a year's end, and why: lines, guarantees, status (docs/model.md, 3.10 to 3.12).

The verdict is worked out again from the incomes and lines that are told, and must be the projection's: reasons that would lead elsewhere
are never printed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from simlib.engine.counted import Trace
from simlib.engine.slots import World
from simlib.engine.state import Status
from simlib.errors import RunError
from simlib.explain.case import Case
from simlib.explain.events import Note, note

LINES: Final = {
    "fixed": World.FIXED_FEN,
    "moving": World.MOVING_FEN,
    "indexed": World.INDEXED_FEN,
    "dibao": World.DIBAO_FEN,
    "identification": World.IDENTIFICATION_FEN,
}
LINE_CLAUSES: Final = {"fixed": "一(二)", "moving": "一(二)", "indexed": None, "dibao": "二(六)4", "identification": "二(四)"}
"""The text sets the first two; that incomes are also held against constant prices is the toolkit's own."""
AT_LINES: Final = {"fixed": Trace.AT_FIXED, "moving": Trace.AT_MOVING, "indexed": Trace.AT_INDEXED}
STATUS: Final = {Status.CANDIDATE: "candidate", Status.IN: "in", Status.EXITED: "exited", Status.REENTERED: "reentered"}
FOOD: Final = "food"
ASKED: Final = ("school", "medical", "housing")


@dataclass(frozen=True)
class Verdict:
    """A year's judgement of a household. Money in fen a head."""

    before: str  # status at the year's start: candidate, in, exited, reentered or removed
    after: str
    route: str | None  # income or dibao, of those who left this year
    judged_by: str  # simulated or reported
    judged_fen: int
    reported_fen: int
    governing: str
    gap_fen: int  # judged income less the governing line
    lines: dict[str, int]
    at: dict[str, bool]  # whether the simulated income has reached a line
    held: dict[str, bool]  # guarantees: school, medical, housing, food (food and clothing)
    missing: tuple[str, ...]  # of these, those asked for by an exit
    reasons: tuple[Note, ...]
    supported: bool
    on_paper: bool  # at the governing line as reported, under it as simulated
    sheet: bool  # passes the province's score sheet
    stable: bool


def verdict_of(case: Case, year: int) -> Verdict:
    """The verdict of a year. RunError where it is not the projection's."""
    lines = {name: case.line(year, slot) for name, slot in LINES.items()}
    income, reported = case.fen(year, Trace.PC_FEN), case.fen(year, Trace.REPORTED_FEN)
    judged, governing = reported if case.rules.by_reported else income, case.rules.governing_line
    held = _guarantees(case, year)
    found = Verdict(
        before=_status(case, year - 1),
        after=_status(case, year),
        route=None,
        judged_by="reported" if case.rules.by_reported else "simulated",
        judged_fen=judged,
        reported_fen=reported,
        governing=governing,
        gap_fen=judged - lines[governing],
        lines=lines,
        at={name: income >= lines[name] for name in AT_LINES},
        held=held,
        missing=tuple(name for name in (*ASKED, FOOD) if not held[name] and name in (*case.rules.required, FOOD)),
        reasons=(),
        supported=case.says(year, Trace.SUPPORTED),
        on_paper=case.says(year, Trace.PAPER),
        sheet=case.says(year, Trace.SHEET),
        stable=case.says(year, Trace.STABLE),
    )
    return _reasoned(case, year, found)


def _status(case: Case, year: int) -> str:
    """The status at the end of a year; before the first the register's."""
    if year < 0:
        return "in" if case.home.registered else "candidate"
    return "removed" if case.says(year, Trace.REMOVED) else STATUS[Status(case.fen(year, Trace.STATUS))]


def _guarantees(case: Case, year: int) -> dict[str, bool]:
    """Which guarantees hold: as registered or by social security, by a finished house, and food and clothing by income or by dibao."""
    enrolled, rules = case.says(year, Trace.ENROLLED), case.rules
    return {
        "school": case.home.school or (enrolled and rules.schooling),
        "medical": case.home.medical or (enrolled and rules.medical),
        "housing": case.says(year, Trace.SAFE),
        FOOD: _is_fed(case, year) or case.fen(year, Trace.DIBAO) > 0,
    }


def _is_fed(case: Case, year: int) -> bool:
    """Whether income alone is food and clothing, as an exit by income asks for: dibao's line, to the fen."""
    return case.fen(year, Trace.PC_FEN) >= case.line(year, World.DIBAO_FEN)


def _reasoned(case: Case, year: int, seen: Verdict) -> Verdict:
    """The verdict with its route and reasons. RunError where lines, guarantees or status are not as they follow from what is told."""
    expected, route, reasons = _judge(case, year, seen)
    held = all(seen.held[name] for name in case.rules.required)
    under = case.fen(year, Trace.PC_FEN) < seen.lines[seen.governing]
    follows = {
        "status": (expected, seen.after),
        "guarantees held": (held, case.says(year, Trace.HELD)),
        "every guarantee": (all(seen.held.values()), case.says(year, Trace.GUARANTEED)),
        "on paper": (under and seen.reported_fen >= seen.lines[seen.governing], seen.on_paper),
        **{f"at the {name} line": (seen.at[name], case.says(year, slot)) for name, slot in AT_LINES.items()},
    }
    for what, (ours, theirs) in follows.items():
        if ours != theirs:
            where = f"household {case.home.household}, {case.years[year]}"
            raise RunError(f"{where}: {what} would follow as {ours}, the projection has {theirs}; no account is printed")
    return replace(seen, route=route, reasons=reasons)


def _judge(case: Case, year: int, seen: Verdict) -> tuple[str, str | None, tuple[Note, ...]]:
    """Status, route and reasons as they follow from the rules."""
    if case.says(year, Trace.REMOVED):
        return "removed", None, (note("wrongly_listed"),)
    start, entry = seen.before, tuple(_entry(case, year, seen.before))
    if entry:
        start = "in"
    if start == "candidate":
        return "candidate", None, (note("not_registered"),)
    if start == "exited":
        back = tuple(_falls(case, year, seen))
        return ("reentered" if back else "exited"), None, back or (note("stays_out"),)
    by_income = seen.gap_fen >= 0 and _is_fed(case, year)
    by_dibao = not by_income and case.home.labour_units == 0 and case.fen(year, Trace.DIBAO) > 0
    if all(seen.held[name] for name in case.rules.required) and (by_income or by_dibao):
        why = note("exits_by_income" if by_income else "exits_by_dibao")
        return "exited", ("income" if by_income else "dibao"), (*entry, why)
    return start, None, (*entry, *_stays(case, year, seen))


def _entry(case: Case, year: int, before: str) -> Iterator[Note]:
    """Why a candidate is registered: last year's income lay under the identification line."""
    last = case.fen(year - 1, Trace.PC_FEN) if year > 0 else case.home.base_pc_fen
    short = case.line(year, World.IDENTIFICATION_BEFORE_FEN) - last
    if before == "candidate" and short > 0:
        yield note("entered", fen=short)


def _falls(case: Case, year: int, seen: Verdict) -> Iterator[Note]:
    """Why an exited household is back."""
    short = seen.lines["identification"] - case.fen(year, Trace.PC_FEN)
    if short > 0:
        yield note("under_identification", fen=short)
    if lost := [name for name in case.rules.required if not seen.held[name]]:
        yield note("guarantee_lost", guarantees=lost)


def _stays(case: Case, year: int, seen: Verdict) -> Iterator[Note]:
    """Why a registered household does not leave."""
    if lacking := [name for name in case.rules.required if not seen.held[name]]:
        yield note("guarantee_missing", guarantees=lacking)
    if seen.gap_fen < 0:
        yield note("below_line", fen=-seen.gap_fen)
    elif not _is_fed(case, year):
        yield note("not_fed", fen=seen.lines["dibao"] - case.fen(year, Trace.PC_FEN))
    if seen.gap_fen < 0 or not _is_fed(case, year):
        if case.home.labour_units > 0:
            yield note("has_labour")
        elif case.fen(year, Trace.DIBAO) <= 0:
            yield note("no_dibao")

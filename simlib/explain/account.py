"""The account of a household: year by year its income by source and part, what happened, what was begun, how it was judged."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simlib.engine.counted import Trace
from simlib.explain.case import Case, Home, Rules, case_of
from simlib.explain.events import Note, events_of, running_of
from simlib.explain.income import Part, parts_of, source_totals
from simlib.explain.paid import Begun, begun_of
from simlib.explain.verdict import LINE_CLAUSES, Verdict, verdict_of
from simlib.money import FEN_PER_YUAN

if TYPE_CHECKING:
    from simlib.explain.replay import Replay


@dataclass(frozen=True)
class Year:
    """One year of an account; money in fen."""

    year: int
    parts: tuple[Part, ...]
    sources: dict[str, int]
    total_fen: int
    pc_fen: int
    events: tuple[Note, ...]
    begun: tuple[Begun, ...]
    running: tuple[Note, ...]
    verdict: Verdict

    def record(self) -> dict[str, Any]:
        """For JSON: money in yuan, everything by its key, no words of any language."""
        return {
            "year": self.year,
            "parts": [_part_record(one) for one in self.parts],
            "sources": {source: yuan(fen) for source, fen in self.sources.items()},
            "total": yuan(self.total_fen),
            "income_pc": yuan(self.pc_fen),
            "events": [_note_record(one) for one in self.events],
            "begun": [_begun_record(one) for one in self.begun],
            "running": [_note_record(one) for one in self.running],
            "verdict": _verdict_record(self.verdict),
        }


@dataclass(frozen=True)
class Account:
    """All years of one household in one draw."""

    home: Home
    rules: Rules
    years: tuple[Year, ...]


def account_of(replayed: "Replay", row: int) -> Account:
    """The account of a household of a replayed group, by its row there.

    Raises RunError where it does not add up, or its verdict does not follow.
    """
    case = case_of(replayed, row)
    return account_with(case, [begun_of(replayed, row, place) for place in range(len(case.years))])


def account_with(case: Case, begun: list[tuple[Begun, ...]]) -> Account:
    """The account of a case, with what was begun in each year. Raises RunError as `account_of`."""
    return Account(case.home, case.rules, tuple(_year(case, place, begun[place]) for place in range(len(case.years))))


def _year(case: Case, place: int, begun: tuple[Begun, ...]) -> Year:
    parts = parts_of(case, place)
    return Year(
        year=case.years[place],
        parts=parts,
        sources=source_totals(parts),
        total_fen=case.fen(place, Trace.TOTAL_FEN),
        pc_fen=case.fen(place, Trace.PC_FEN),
        events=events_of(case, place),
        begun=begun,
        running=running_of(case, place),
        verdict=verdict_of(case, place),
    )


# ---- for JSON


def yuan(fen: int) -> float:
    """Yuan of whole fen."""
    return fen / FEN_PER_YUAN


def _maybe(fen: int | None) -> float | None:
    return None if fen is None else yuan(fen)


def _part_record(one: Part) -> dict[str, Any]:
    return {"source": one.source, "part": one.part, "yuan": yuan(one.fen), "clause": one.clause, "fund": one.fund}


def _note_record(one: Note) -> dict[str, Any]:
    """A note's key and values, its money in yuan."""
    values = {name: value for name, value in one.values.items() if name != "fen"}
    return {"key": one.key} | values | ({"yuan": yuan(one.values["fen"])} if "fen" in one.values else {})


def _begun_record(one: Begun) -> dict[str, Any]:
    funds = [
        {"fund": part.fund, "yuan": yuan(part.fen), "payers": {payer.payer: round(payer.share, 6) for payer in part.payers}}
        for part in one.funds
    ]
    told = {"measure": one.measure, "clause": one.clause, "yuan": yuan(one.fen), "put_in": _maybe(one.put_in_fen)}
    return told | {"funds": funds}


def _verdict_record(one: Verdict) -> dict[str, Any]:
    return {
        "status_before": one.before,
        "status": one.after,
        "route": one.route,
        "governing_line": one.governing,
        "judged_by": one.judged_by,
        "judged_income_pc": yuan(one.judged_fen),
        "reported_income_pc": yuan(one.reported_fen),
        "gap": yuan(one.gap_fen),
        "lines": {name: {"yuan": yuan(fen), "at": one.at.get(name), "clause": LINE_CLAUSES[name]} for name, fen in one.lines.items()},
        "guarantees": dict(one.held),
        "missing": list(one.missing),
        "reasons": [_note_record(reason) for reason in one.reasons],
        "supported": one.supported,
        "on_paper": one.on_paper,
        "score_sheet": one.sheet,
        "stable": one.stable,
    }

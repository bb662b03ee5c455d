"""The kernel against households worked by hand: every file here is a small register, what is decided, and what must come out.

Each case shows its sum in words (`why`); what it leaves unsaid stands in `worked`.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simlib.engine.counted import Trace, VillageStat
from simlib.engine.draws import draw_table
from simlib.engine.pack import pack
from simlib.engine.plans import COLUMNS
from simlib.engine.project import Projection, project_whole
from simlib.engine.state import ACCOUNT_FUND, CHOSEN, Fund, Ledger, Measure, Status
from tests.cases.worked import CASES, FLAGS, SECTIONS, SOURCES, differences, given, load_case

STATUS = {"candidate": Status.CANDIDATE, "in": Status.IN, "exited": Status.EXITED, "re-entered": Status.REENTERED}
FUNDS = [fund.name.lower() for fund in Fund]
VILLAGE = {
    "mean": VillageStat.MEAN_FEN,
    "at_line": VillageStat.MEAN_FIXED,
    "at_moving": VillageStat.MEAN_MOVING,
    "at_indexed": VillageStat.MEAN_INDEXED,
    "exits": VillageStat.EXITS,
    "services": VillageStat.SERVICES,
    "sheet": VillageStat.SHEET,
    "filled": VillageStat.FILLED,
    "collective": VillageStat.COLLECTIVE_FEN,
}


def projected(case: dict[str, Any]) -> Projection:
    """A case carried out: in the quiet draw, or in draw `number` of `seed`."""
    what = given(case)
    plan = None if what.plan is None else pd.DataFrame(what.plan, columns=list(COLUMNS))
    packed = pack(what.registry, what.scenario, what.scenario.resolve_facts(what.facts), plan)
    if what.number is None:
        return project_whole(packed, draw_table(packed.facts, what.scenario, 0, what.seed))
    table = draw_table(packed.facts, what.scenario, what.number + 1, what.seed)
    return project_whole(packed, table.part(what.number, what.number + 1))


class ByKernel:
    """What the kernel says of a case."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.projection = projected(case)
        self.place = {str(name): row for row, name in enumerate(self.projection.packed.household_ids)}
        self.column = {year: column for column, year in enumerate(self.projection.years)}

    def household(self, name: str, year: int, key: str) -> object:
        """One entry of the trace as the case writes it."""
        assert self.projection.trace is not None
        trace = self.projection.trace[self.place[name], self.column[year], :, 0]
        if key in SOURCES:
            return int(trace[Trace[key.upper()]])
        if key in ("pc", "reported_pc"):
            return int(trace[Trace.PC_FEN if key == "pc" else Trace.REPORTED_FEN])
        if key == "status":
            known = next(name for name, status in STATUS.items() if status == trace[Trace.STATUS])
            return "removed" if trace[Trace.REMOVED] else known
        if key == "route":
            return "dibao" if trace[Trace.BY_DIBAO] else "income"
        if key == "begun":
            bits = int(trace[Trace.BEGUN])
            return [measure.name.lower() for measure in list(Measure)[:CHOSEN] if bits >> measure & 1]
        assert key in FLAGS, f"no such entry: {key}"
        return bool(trace[Trace[key.upper()]])

    def village(self, year: int, key: str) -> object:
        """One entry of the village's sums over draws: there is one draw."""
        return int(self.projection.villages[0, self.column[year], VILLAGE[key]])

    def spent(self, year: int, name: str) -> int:
        """By fund or by measure."""
        of_year = self.projection.spending[0, self.column[year]]
        if name in FUNDS:
            return int(of_year[:, FUNDS.index(name)].sum())
        return int(of_year[Measure[name.upper()]].sum() - of_year[Measure[name.upper()], Fund.CREDIT])

    def entitled(self, year: int, fund: str) -> int:
        """Over the accounts of a fund."""
        assert self.projection.group_ledger is not None
        rows = self.projection.group_ledger[0, self.column[year], :, Ledger.ENTITLED, 0]
        return sum(int(fen) for fen, own in zip(rows, ACCOUNT_FUND, strict=True) if own == FUNDS.index(fund))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_household_worked_by_hand(path: Path) -> None:
    case = load_case(path)
    assert set(case) <= SECTIONS
    assert "=" in case["why"], "a case shows its sum"
    assert differences(case, ByKernel(case)) == []


def test_there_are_cases_and_a_wrong_one_would_be_seen() -> None:
    assert len(CASES) >= 40
    case = load_case(CASES[0])
    name = next(one for one in case["expect"] if one != "village")
    year = next(iter(case["expect"][name]))
    case["expect"][name][year] = {"pc": 1.23, "status": "nowhere"}
    assert len(differences(case, ByKernel(case))) == 2

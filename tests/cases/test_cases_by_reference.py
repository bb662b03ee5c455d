"""The slow reference against the same households worked by hand: it needs no kernel."""

from pathlib import Path
from typing import Any

import pytest

from tests.cases.worked import CASES, FLAGS, QUIET_YEARS, SHARE, SOURCES, differences, given, load_case
from tests.reference import CHOSEN, PlanRow, run_draw
from tests.reference.future import fen

FUNDS = (
    *("household", "guidance", "pool", "sector", "donations", "contingency", "village_programme"),
    *("works", "social", "credit"),
)
OTHERWISE = {"enrolled": "enrolled_social", "pc": "pc_fen", "reported_pc": "reported_pc_fen", "at_line": "at_fixed"}


class ByReference:
    """What the reference says of a case."""

    def __init__(self, case: dict[str, Any]) -> None:
        what = given(case)
        plan = None if what.plan is None else [PlanRow(*row) for row in what.plan]
        last = what.scenario.levers.horizon[1]
        years = range(QUIET_YEARS[0], last + 1)
        self.outcome = run_draw(what.registry, what.scenario, what.facts, what.seed, what.number, years, plan)

    def household(self, name: str, year: int, key: str) -> object:
        """One entry of a row."""
        row = self.outcome.rows[name, year]
        if key == "begun":
            return [measure for measure in CHOSEN if measure in row.begun]
        if key in ("placed_0", "placed_1"):
            return row.placed[int(key[-1])]
        seen = getattr(row, OTHERWISE.get(key, key))
        assert key in (*FLAGS, *SOURCES, "pc", "reported_pc", "status", "route"), f"no such entry: {key}"
        return bool(seen) if key in FLAGS else seen

    def village(self, year: int, key: str) -> object:
        """One entry of the village's row."""
        seen = getattr(self.outcome.villages["V1", year], OTHERWISE.get(key, key))
        if key in ("mean", "collective"):
            return fen(seen)
        return round(seen * SHARE) if key == "filled" else bool(seen)

    def spent(self, year: int, name: str) -> int:
        """By fund or by measure."""
        rows = [(measure, fund, amount) for (_, y, measure, fund), amount in self.outcome.spending.items() if y == year]
        if name in FUNDS:
            return sum(amount for _, fund, amount in rows if fund == name)
        return sum(amount for measure, fund, amount in rows if measure == name and fund != "credit")

    def entitled(self, year: int, fund: str) -> int:
        """Over the accounts of a fund."""
        return sum(row.entitled for (_, own, _, y), row in self.outcome.ledger.items() if (own, y) == (fund, year))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_household_worked_by_hand(path: Path) -> None:
    case = load_case(path)
    assert differences(case, ByReference(case)) == []

"""Households worked by hand: every file here is a small register, what is decided, and what must come out, with the sum in words (`why`).

Unless a case says otherwise nothing grows, strikes or fails, all are willing, money is spent as it comes (tests/engine/small.py), and the
draw is the quiet one. A household's expected entries are compared to the fen; what is not mentioned is not compared.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from simlib.engine.draws import draw_table
from simlib.engine.project import Projection, project_whole
from simlib.engine.state import Fund, Measure, Status, Trace, VillageStat
from simlib.money import to_fen
from tests.engine.small import STILL, facts_with, packed_with, register, scenario_with

CASES = sorted(Path(__file__).parent.glob("*.yaml"))
SECTIONS = {"why", "facts", "levers", "draw", "village", "households", "expect", "spent"}
YUAN = ("wage", "business", "property", "transfer", "dibao")
FLAGS = ("industry_alive", "placed_0", "placed_1", "post", "shares", "enrolled", "held", "at_fixed", "at_moving")
STATUS = {"candidate": Status.CANDIDATE, "in": Status.IN, "exited": Status.EXITED, "re-entered": Status.REENTERED}
VILLAGE = {"mean": VillageStat.MEAN_FEN, "at_line": VillageStat.MEAN_FIXED, "exits": VillageStat.EXITS}


def projected(case: dict[str, Any]) -> Projection:
    """A case carried out: in the quiet draw, or in draw `number` of `seed`."""
    facts = facts_with(STILL | case.get("facts", {}))
    rows = [{"household_id": name} | row for name, row in case["households"].items()]
    scenario = scenario_with(facts, case.get("levers", {}), uncertainties={"parameters": "none"})
    packed = packed_with(register(rows, [case.get("village", {})]), scenario, facts)
    if "draw" not in case:
        return project_whole(packed, draw_table(packed.facts, scenario, 0, 0))
    number = case["draw"]["number"]
    table = draw_table(packed.facts, scenario, number + 1, case["draw"]["seed"])
    return project_whole(packed, table.part(number, number + 1))


def seen_of(trace: Any, key: str) -> object:
    """One entry of a household's year as the case writes it."""
    if key in YUAN:
        return int(trace[Trace[key.upper()]])
    if key == "pc":
        return int(trace[Trace.PC_FEN])
    if key == "status":
        return next(name for name, status in STATUS.items() if status == trace[Trace.STATUS])
    if key == "route":
        return "dibao" if trace[Trace.BY_DIBAO] else "income"
    if key == "begun":
        bits = int(trace[Trace.BEGUN])
        return [measure.name.lower() for measure in list(Measure)[:4] if bits >> measure & 1]
    assert key in FLAGS, f"no such entry: {key}"
    return bool(trace[Trace[key.upper()]])


def wanted_of(key: str, value: Any) -> object:
    return to_fen(value) if key in YUAN or key == "pc" else value


def differences(case: dict[str, Any]) -> list[str]:
    """Everything that is not as the case expects, in fen where it is money."""
    projection, found = projected(case), []
    assert projection.trace is not None
    place = {str(name): row for row, name in enumerate(projection.packed.household_ids)}
    years = {year: column for column, year in enumerate(projection.years)}
    for name, rows in case["expect"].items():
        for year, entries in rows.items():
            for key, value in entries.items():
                if name == "village":
                    seen: object = int(projection.villages[0, years[year], VILLAGE[key]])
                    wanted: object = to_fen(value) if key == "mean" else int(value)
                else:
                    seen, wanted = seen_of(projection.trace[place[name], years[year], :, 0], key), wanted_of(key, value)
                if seen != wanted:
                    found.append(f"{name} {year} {key}: seen {seen}, by hand {wanted}")
    for year, funds in case.get("spent", {}).items():
        for fund, yuan in funds.items():
            fen = int(projection.spending[0, years[year], :, Fund[fund.upper()]].sum())
            if fen != to_fen(yuan):
                found.append(f"spent {year} {fund}: seen {fen}, by hand {to_fen(yuan)}")
    return found


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_household_worked_by_hand(path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(case) <= SECTIONS
    assert "=" in case["why"], "a case shows its sum"
    assert differences(case) == []


def test_there_are_cases_and_a_wrong_one_would_be_seen() -> None:
    assert len(CASES) >= 10
    case = yaml.safe_load(CASES[0].read_text(encoding="utf-8"))
    name = next(one for one in case["expect"] if one != "village")
    year = next(iter(case["expect"][name]))
    case["expect"][name][year] = {"pc": 1.23, "status": "nowhere"}
    assert len(differences(case)) == 2

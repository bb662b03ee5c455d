"""Traces of one household made by hand: what a year of nothing looks like, and a year with everything."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from simlib.engine.counted import TRACES, Trace
from simlib.engine.slots import SLOTS_OF_WORLD, World
from simlib.engine.state import Measure, Status
from simlib.explain.case import Case, Home, Rules
from simlib.money import to_fen

HOME = Home(
    household="h1",
    village="a",
    members=3,
    labour_units=1.5,
    wage=9000.0,
    business=3000.0,
    property=100.0,
    transfer=900.0,
    dibao=0.0,
    base_pc_fen=433_333,
    log_gap=0.0,
    land_mu=2.0,
    school=True,
    medical=True,
    registered=True,
)
RULES = Rules("fixed", by_reported=False, required=("school", "medical", "housing"), schooling=True, medical=True, retention_years=1)
LINES = {
    World.FIXED_FEN: 700_000,
    World.MOVING_FEN: 720_000,
    World.INDEXED_FEN: 650_000,
    World.DIBAO_FEN: 400_000,
    World.IDENTIFICATION_FEN: 410_000,
    World.IDENTIFICATION_BEFORE_FEN: 400_000,
}
WORLD = LINES | {World.GROWN_UP: 1.0, World.GROWN_DOWN: 1.0, World.REGRESSION: 0.0}
CHAINS = {
    Trace.WAGE: (Trace.OWN_WAGE, Trace.SEEN_WAGE, Trace.WITH_JOBS, Trace.WITH_POST, Trace.WITH_LOCAL),
    Trace.BUSINESS: (
        *(Trace.OWN_BUSINESS, Trace.SEEN_BUSINESS, Trace.WITH_UPLIFT),
        *(Trace.WITH_LAND, Trace.WITH_PROJECT, Trace.WITH_LOAN),
    ),
    Trace.PROPERTY: (Trace.OWN_PROPERTY, Trace.WITH_RENT, Trace.WITH_DIVIDEND),
    Trace.TRANSFER: (Trace.OWN_TRANSFER, Trace.WITH_INCREMENT, Trace.WITH_PENSION),
}
BEGIN = {Trace.WAGE: HOME.wage, Trace.BUSINESS: HOME.business, Trace.PROPERTY: HOME.property, Trace.TRANSFER: HOME.transfer}


def begun(*measures: Measure) -> int:
    """The bits of measures begun."""
    return sum(1 << measure for measure in measures)


def year_of(added: Mapping[Trace, float] | None = None, dibao: int = 0, members: int = 3, **slots: float) -> np.ndarray[Any, Any]:
    """One year of the trace: nothing but the base incomes, to which a slot of a chain `added` yuan, and other slots by name.

    Incomes, total, income a head and what is at which line follow, as the kernel would have it; the house is safe unless `SAFE=0`.
    """
    trace = np.zeros(TRACES)
    for source, chain in CHAINS.items():
        running = BEGIN[source]
        for slot in chain:
            running += (added or {}).get(slot, 0.0)
            trace[slot] = running
        trace[source] = to_fen(running)
    trace[Trace.DIBAO] = dibao
    trace[Trace.TOTAL_FEN] = trace[list(CHAINS)].sum() + dibao
    trace[Trace.PC_FEN] = math.floor(trace[Trace.TOTAL_FEN] / members + 0.5)
    trace[Trace.REPORTED_FEN] = trace[Trace.PC_FEN]
    fed = trace[Trace.PC_FEN] >= LINES[World.DIBAO_FEN] or dibao > 0
    told = {"STATUS": Status.IN, "SAFE": 1, "HELD": 1, "SUPPORTED": 1} | slots
    told["GUARANTEED"] = slots.get("GUARANTEED", fed and told["HELD"] and told["SAFE"])
    for name, value in told.items():
        trace[Trace[name]] = value
    for slot, line in ((Trace.AT_FIXED, World.FIXED_FEN), (Trace.AT_MOVING, World.MOVING_FEN), (Trace.AT_INDEXED, World.INDEXED_FEN)):
        trace[slot] = trace[Trace.PC_FEN] >= LINES[line]
    return trace


def case_with(years: Sequence[np.ndarray[Any, Any]], world: Mapping[World, float] | None = None, rules: Rules = RULES, **home: Any) -> Case:
    """A case of these years, the same world in each, of a household that differs from the usual one."""
    row = np.zeros(SLOTS_OF_WORLD)
    for slot, value in (WORLD | dict(world or {})).items():
        row[slot] = value
    calendar = tuple(range(2016, 2016 + len(years)))
    return Case(replace(HOME, **home), rules, calendar, np.array(years), np.tile(row, (len(years), 1)))

"""The fixed plan: the rule run once on the base year, with incomes frozen at the register's, nobody exiting, no luck (docs/model.md, 5)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.blocks import by_lane, by_place, future_of, memory_for, run_block, whole
from simlib.engine.draws import draw_table
from simlib.engine.pack import Packed
from simlib.engine.plans import COLUMNS, FUND_KEYS, MEASURE_KEYS
from simlib.engine.state import Out, World

NO_OUTCOMES = [  # nothing that happens is known beforehand
    *(World.JOB_CHANCE, World.TRAINING_ADDED, World.INDUSTRY_FAILURE, World.TENANT_LEAVES, World.LOAN_DEFAULT),
]


Fen = NDArray[np.int64]


def _split(costs: Fen, paid: dict[int, int]) -> Iterator[tuple[int, int, int]]:
    """Households in key order, funds in their order: (place, fund, fen); who straddles two funds gets two rows, what is free one of 0."""
    first, left = next(iter(paid)), dict(paid)
    funds = [fund for fund in paid if paid[fund] > 0]
    for place, cost in enumerate(costs):
        rest = int(cost)
        if rest == 0:
            yield place, first, 0
        while rest > 0:
            fund = funds[0]
            part = min(rest, left[fund])
            yield place, fund, part
            rest -= part
            left[fund] -= part
            if left[fund] == 0:
                funds.pop(0)


def fixed_plan(packed: Packed) -> pd.DataFrame:
    """The plan that the rounds of a scenario give on the base year: rows (household_id, year, measure, fund, fen)."""
    years = packed.years
    future = future_of(packed, draw_table(packed.facts, packed.scenario, 0, 0), years, 0, 1)
    future.world[:, NO_OUTCOMES] = 0.0
    memory = memory_for(packed, len(years), frozen=True)
    out = Out(**by_lane(packed, len(years)), **by_place(packed, len(years), households=False))
    run_block(packed, future._replace(options=future.options._replace(frozen=1, recheck=0)), whole(packed), memory, out)
    rows = [row for year in range(len(years)) for row in _rows(packed, memory.chosen, memory.noted, year)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(packed: Packed, chosen: Fen, noted: Fen, year: int) -> Iterator[tuple[str, int, str, str, int]]:
    """One year's rows, village by village, slot by slot. chosen[household, year]: bits of slots; noted[group, year, slot, fund]: fen."""
    rounds, groups, costs = packed.rounds, packed.groups, packed.table.cost[:, :, int(year > 0)]
    for group, (start, end) in enumerate(zip(groups.start, groups.end, strict=True)):
        bits = chosen[start:end, year]
        for slot, measure in enumerate(rounds.measure):
            served = start + np.flatnonzero(bits >> slot & 1)
            paid = {int(fund): int(noted[group, year, slot, fund]) for fund in rounds.funds[slot] if fund >= 0}
            for place, fund, fen in _split(costs[served, slot], paid) if len(served) else ():
                yield packed.household_ids[served[place]], packed.years[year], MEASURE_KEYS[measure], FUND_KEYS[fund], fen

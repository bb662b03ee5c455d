"""The fixed plan: the rule run once on the base year, with incomes frozen at the register's, nobody exiting, no luck (docs/model.md, 5)."""

from collections.abc import Iterator

import pandas as pd

from simlib.engine.arrays import Out
from simlib.engine.blocks import by_lane, by_place, future_of, memory_for, run_block, whole
from simlib.engine.draws import draw_table
from simlib.engine.pack import Packed
from simlib.engine.plans import COLUMNS, FUND_KEYS, MEASURE_KEYS
from simlib.engine.slots import World
from simlib.engine.tagged import Fen, tagged

NO_OUTCOMES = [  # nothing that happens is known beforehand
    *(World.JOB_CHANCE, World.TRAINING_ADDED, World.INDUSTRY_FAILURE, World.TENANT_LEAVES, World.LOAN_DEFAULT),
]


def fixed_plan(packed: Packed) -> pd.DataFrame:
    """The plan that the rounds of a scenario give on the base year: rows (household_id, year, measure, fund, fen)."""
    years = packed.years
    future = future_of(packed, draw_table(packed.facts, packed.scenario, 0, 0), years, 0, 1)
    future.world[:, NO_OUTCOMES] = 0.0
    memory = memory_for(packed, len(years), noted=True)
    out = Out(**by_lane(packed, len(years)), **by_place(packed, len(years), households=False))
    run_block(packed, future._replace(options=future.options._replace(frozen=1, recheck=0)), whole(packed), memory, out)
    rows = [row for year in range(len(years)) for row in _rows(packed, memory.chosen, memory.noted, year)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(packed: Packed, chosen: Fen, noted: Fen, year: int) -> Iterator[tuple[str, int, str, str, int]]:
    """One year's rows of the plan. chosen[household, year]: bits of slots; noted[group, year, slot, fund]: fen."""
    measures = packed.rounds.measure
    for row, slot, fund, fen in tagged(packed, chosen[:, year], noted[:, year], packed.table.cost[:, :, int(year > 0)]):
        yield packed.household_ids[row], packed.years[year], MEASURE_KEYS[measures[slot]], FUND_KEYS[fund], fen

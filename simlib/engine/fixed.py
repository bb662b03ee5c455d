"""The fixed plan: the rule run once on the base year, with incomes frozen at the register's, nobody exiting, no luck (docs/model.md, 5)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simlib.engine.draws import draw_table
from simlib.engine.kernel import project_block
from simlib.engine.pack import Packed, stretch
from simlib.engine.plans import COLUMNS, FUND_KEYS, MEASURE_KEYS
from simlib.engine.project import empty_out, memory_for
from simlib.engine.state import PLANNED_FUNDS, World
from simlib.engine.world import price_table, world_table

NO_OUTCOMES = (World.JOB_CHANCE, World.TRAINING_ADDED, World.INDUSTRY_FAILURE)  # nothing that happens is known beforehand


def _split(costs: "np.ndarray[tuple[int], np.dtype[np.int64]]", paid: dict[int, int]) -> Iterator[tuple[int, int, int]]:
    """Households in key order, funds in their order: (place, fund, fen); who straddles two funds gets two rows."""
    funds = [fund for fund in paid if paid[fund] > 0]
    left = dict(paid)
    for place, cost in enumerate(costs):
        rest = int(cost)
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
    draws = draw_table(packed.facts, packed.scenario, 0, 0)
    world = world_table(packed.facts, packed.scenario, draws, years)
    for slot in NO_OUTCOMES:
        world[:, slot] = 0.0
    prices = price_table(packed.facts, packed.scenario, draws, years, packed.prefectures)
    memory, out = memory_for(packed, len(years), 1, frozen=True), empty_out(packed, len(years), 1)
    options = stretch(packed, draws, years)._replace(frozen=1, valid=1)
    villages = len(packed.village_ids)
    project_block(
        packed.table, packed.groups, packed.rounds, 0, villages, world, prices, draws.luck, options, packed.labour_industry, memory, out
    )
    rows = [row for year in range(len(years)) for row in _rows(packed, memory.chosen, memory.noted, year)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    packed: Packed,
    chosen: "np.ndarray[tuple[int, int], np.dtype[np.int64]]",
    noted: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]",
    year: int,
) -> Iterator[tuple[str, int, str, str, int]]:
    """One year's rows, village by village, slot by slot."""
    later, rounds, groups = int(year > 0), packed.rounds, packed.groups
    for group, (start, end) in enumerate(zip(groups.start, groups.end, strict=True)):
        bits = chosen[start:end, year]
        for slot in np.flatnonzero(noted[group, year].sum(axis=1)):
            served = start + np.flatnonzero(bits >> slot & 1)
            funds = {int(fund): int(noted[group, year, slot, fund]) for fund in rounds.funds[slot] if 0 <= fund < PLANNED_FUNDS}
            for place, fund, fen in _split(packed.table.cost[served, slot, later], funds):
                household = packed.household_ids[served[place]]
                yield household, packed.years[year], MEASURE_KEYS[rounds.measure[slot]], FUND_KEYS[fund], fen

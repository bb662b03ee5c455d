"""The bare generator: as many random numbers as the kernel draws for the same households, and nothing else. No model can be faster."""

from typing import Any

import numpy as np

from simlib.compiled import kernel
from simlib.engine.blocks import future_of
from simlib.engine.draws import Draws
from simlib.engine.luck import EVENTS, JOBS, PERSISTENT, SHOCKS, WILLING, draw_normals, draw_uniforms, moment
from simlib.engine.pack import Packed
from simlib.engine.rows import LANES, row


@kernel
def generate(table: Any, first_year: int, years: int, luck: Any, options: Any, rows: Any) -> float:
    """Every counter of every household: consent and what persists once, then events, jobs and normals each year. -> a sum of them

    A household draws what it can use: no normals without wages or business, two without business, no jobs without an idle worker.
    """
    u0, u1, u2, u3, lanes, total = row(rows, 0), row(rows, 1), row(rows, 2), row(rows, 3), luck.shape[0], 0.0
    for household in range(table.key.shape[0]):
        key, idle, wage, business = table.key[household], table.idle[household], table.wage[household], table.business[household]
        draw_uniforms(key, luck, moment(0, PERSISTENT), options, u0, u1, u2, u3, lanes)
        total += u0[0] + u3[0]
        if table.willing_known[household] == 0:
            draw_uniforms(key, luck, moment(0, WILLING), options, u0, u1, u2, u3, lanes)
            total += u0[0] + u3[0]
        for year in range(first_year, first_year + years):
            if table.labour_units[household] > 0.0 or wage != 0.0 or business != 0.0:
                draw_uniforms(key, luck, moment(year, EVENTS), options, u0, u1, u2, u3, lanes)
                total += u0[0] + u3[0]
            if idle > 0:
                draw_uniforms(key, luck, moment(year, JOBS), options, u0, u1, u2, u3, lanes)
                total += u0[0] + u3[0]
            if wage != 0.0 or business != 0.0:
                draw_normals(key, luck, moment(year, SHOCKS), options, u0, u1, u2, u3, 3 if business != 0.0 else 2, lanes)
                total += u0[0] + u2[0]
    return total


def generate_all(packed: Packed, draws: Draws) -> None:
    """The random numbers of a whole projection, block of draws by block of draws, on one core."""
    rows = np.zeros((4, LANES))
    for first in range(0, len(draws), LANES):
        future = future_of(packed, draws, packed.years, first, min(first + LANES, len(draws)))
        generate(packed.table, packed.years[0], len(packed.years), future.luck, future.options, rows)

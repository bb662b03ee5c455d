"""What is projected of each village in every draw: the figures that helper units report, in whole numbers.

A projection keeps of villages sums over draws and a histogram of the mean income of all residents; the report asks for registered
households, and for a band by draw. So the villages are projected in small cuts with every household kept, and added up at once: the bits
are those of the run itself, and what is kept is a few numbers for each village, year and draw.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Table
from simlib.engine.blocks import ranges
from simlib.engine.counted import Trace
from simlib.engine.draws import Draws
from simlib.engine.pack import Packed
from simlib.engine.project import Projection, project_whole
from simlib.engine.rows import width_for
from simlib.engine.state import ACCOUNT_FUND, Fund, Ledger, Status
from simlib.monitoring.cut import Cut, parts, spans

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
SPENT = {"spent_household": Fund.HOUSEHOLD, "spent_guidance": Fund.GUIDANCE, "spent_pool": Fund.POOL}
"""Reported spending, and the fund that it is of."""


@dataclass(frozen=True, eq=False)
class Figures:
    """Sums over the registered households of villages, people and households weighted in units of 1 / weight_unit.

    `people` and `unsafe` are of the base year, int64[village]; all others int64[village, year, draw].
    """

    people: I64
    unsafe: I64  # households in unsafe houses
    income_fen: I64
    exited: I64  # people
    repaired: I64  # households whose unsafe house is safe by the year's end
    spent_household: I64  # fen, of the whole village
    spent_guidance: I64
    spent_pool: I64

    def at(self, villages: I64) -> "Figures":
        """Those of some villages, by place."""
        return Figures(**{field.name: getattr(self, field.name)[villages] for field in fields(self)})


def figures(packed: Packed, draws: Draws, villages: I64, years: tuple[int, ...], progress: Callable[[int], None] | None = None) -> Figures:
    """Project some villages, by place in `packed` in ascending order, up to the last of some years. `progress` is told villages done."""
    found: list[Figures] = []
    span = tuple(range(packed.years[0], years[-1] + 1))
    places = [span.index(year) for year in years]
    for part in parts(packed, villages):
        pieces = [figures_of(part, one, places) for one in _projected(part, draws, span)]
        found.append(_joined(pieces))
        if progress:
            progress(len(part.villages))
    return Figures(**{field.name: np.concatenate([getattr(one, field.name) for one in found]) for field in fields(Figures)})


def _projected(part: Cut, draws: Draws, years: tuple[int, ...]) -> Iterator[Projection]:
    """A cut in one range of draws after the other."""
    return (project_whole(part.packed, draws.part(first, last), years=years) for first, last in ranges(len(draws), width_for(len(draws))))


def _joined(pieces: list[Figures]) -> Figures:
    """Ranges of draws side by side."""
    first = pieces[0]
    by_draw = {
        field.name: np.concatenate([getattr(one, field.name) for one in pieces], axis=-1)
        for field in fields(Figures)
        if getattr(first, field.name).ndim > 1
    }
    return Figures(people=first.people, unsafe=first.unsafe, **by_draw)


def figures_of(part: Cut, projection: Projection, places: list[int]) -> Figures:
    """Add up the households of each village of a cut that was projected whole, in the years at some places."""
    packed, trace, ledger = part.packed, projection.trace, projection.group_ledger
    if trace is None or ledger is None:
        raise ValueError("a projection without a trace; wanted one of project_whole")
    table, bounds = packed.table, spans(packed)
    people, unsafe = registered_people(table), registered_unsafe(table)
    heads = table.weight * table.registered
    seen = trace[:, places]
    out = seen[:, :, Trace.STATUS] == Status.EXITED
    safe = seen[:, :, Trace.SAFE] != 0.0

    def summed(each: I64) -> I64:
        return np.stack([each[first:last].sum(axis=0) for first, last in bounds])

    return Figures(
        people=summed(people),
        unsafe=summed(unsafe),
        income_fen=summed(heads[:, None, None] * seen[:, :, Trace.TOTAL_FEN].astype(np.int64)),
        exited=summed(people[:, None, None] * out),
        repaired=summed(unsafe[:, None, None] * safe),
        **{name: _spent(packed, ledger[:, places], fund) for name, fund in SPENT.items()},
    )


def registered_people(table: Table) -> I64:
    """Weighted people of the base-year register. -> int64[household]"""
    return table.members * table.weight * table.registered


def registered_unsafe(table: Table) -> I64:
    """Weighted households of the base-year register in unsafe houses. -> int64[household]"""
    return table.weight * table.registered * (1 - table.housing)


def _spent(packed: Packed, ledger: I64, fund: Fund) -> I64:
    """Fen that a fund spent in each village. ledger[group, year, account, Ledger, draw] -> int64[village, year, draw]"""
    accounts = [account for account, of in enumerate(ACCOUNT_FUND) if of == fund]
    spent = ledger[:, :, accounts, Ledger.SPENT].sum(axis=2)
    bounds = zip(packed.groups.first, packed.groups.last, strict=True)
    return np.stack([spent[first:last].sum(axis=0) for first, last in bounds])

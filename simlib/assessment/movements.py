"""Who moves on and off the register from one year's end to the next, who leaves on paper only, and who stays out.

Counted by the engine in every draw; people of the base-year register. Bane and Ellwood 1986.
"""

from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.bands import band
from simlib.assessment.counts import Counts, Shares, ratio
from simlib.engine.counted import Stat
from simlib.engine.project import Projection

STATUSES: Final = ("in", "exited", "reentered", "removed")
IN, EXITED, REENTERED, REMOVED = range(len(STATUSES))
SIDES: Final = ("on", "out")
"""On the register (in, re-entered) or out of it by an exit; people removed for having been listed wrongly are neither."""
STATISTICS: Final = ("mean", "p05", "p95")


def moves(projection: Projection) -> NDArray[np.int64]:
    """People by their status at a year's start and at its end. -> int64[draw, year, start, end] over STATUSES

    In units of 1 / packed.weight_unit. The numbers of a year add up to the register in every draw, and what ends a year begins the next.
    """
    counts = Counts(projection)
    out, back, gone = (counts.stat(stat) for stat in (Stat.EXITED_BEFORE, Stat.REENTERED_BEFORE, Stat.REMOVED))
    exits, again, falls = (counts.stat(stat) for stat in (Stat.EXITS, Stat.EXITS_AGAIN, Stat.REENTRIES))
    gone_before = np.concatenate([np.zeros_like(gone[:, :1]), gone[:, :-1]], axis=1)
    moved = np.zeros((*out.shape, len(STATUSES), len(STATUSES)), dtype=np.int64)
    moved[..., IN, EXITED], moved[..., IN, REMOVED] = exits - again, gone - gone_before
    moved[..., REENTERED, EXITED], moved[..., REENTERED, REENTERED] = again, back - again
    moved[..., EXITED, REENTERED], moved[..., EXITED, EXITED] = falls, out - falls
    moved[..., REMOVED, REMOVED] = gone_before
    moved[..., IN, IN] = int(counts.people) - moved.sum(axis=(2, 3))
    return moved


def sides(moved: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same by SIDES, without those who are removed that year or were before. -> int64[draw, year, start, end]"""
    on = moved[..., [IN, REENTERED], :]
    out = moved[..., EXITED, :]
    rows = [[on[..., [IN, REENTERED]].sum(axis=(2, 3)), on[..., EXITED].sum(axis=2)], [out[..., REENTERED], out[..., EXITED]]]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def transition_shares(moved: NDArray[np.int64]) -> Shares:
    """Of those in each status at the start, the share in each at the end: rows add up to one, NaN where nobody was. -> as `moved`"""
    return ratio(moved, moved.sum(axis=-1, keepdims=True))


def transitions(projection: Projection) -> pd.DataFrame:
    """Transition matrices by year, one row a move: `matrix` status (of STATUSES) or register (on, out), `status` at the start, `to`.

    `moved_people`, and their share of those in that status at the start: means over draws with 5-95 bands. The shares of a row of
    a matrix add up to one in every draw; draws in which nobody had the status are left out, NaN where there is no other. A square:
    `table[(table.matrix == "status") & (table.year == 2018)].pivot(index="status", columns="to", values="share_mean")`.
    """
    moved = moves(projection)
    kinds = (("status", STATUSES, moved), ("register", SIDES, sides(moved)))
    return pd.concat([_rows(projection, *kind) for kind in kinds], ignore_index=True)


def _rows(projection: Projection, matrix: str, names: tuple[str, ...], moved: NDArray[np.int64]) -> pd.DataFrame:
    """One matrix a year as rows."""
    shares = band(transition_shares(moved), skip_undefined=True)
    people = moved.mean(axis=0) / projection.packed.weight_unit
    index = pd.DataFrame(product(projection.years, names, names), columns=["year", "status", "to"])
    index.insert(1, "matrix", matrix)
    return index.assign(
        moved_people=people.ravel(), **{f"share_{name}": np.ravel(values) for name, values in zip(STATISTICS, shares, strict=True)}
    )


def paper(projection: Projection) -> pd.DataFrame:
    """By year: people at the governing line on paper only, people who left on paper only that year, and their share of its exits.

    On paper means by what reports count as income (expected gains, bills paid back) and not by the income of the simulation
    (docs/model.md, 10 and 12). Means over draws with 5-95 bands; the share is of draws in which somebody left.
    """
    counts = Counts(projection)
    found = {
        "on_paper_people": counts.persons(Stat.PAPER),
        "paper_exits_people": counts.persons(Stat.PAPER_EXITS),
        "paper_exits_share": counts.paper_exit_share(),
    }
    columns: dict[str, Any] = {"year": list(projection.years)}
    for name, values in found.items():
        columns |= {f"{name}_{statistic}": part for statistic, part in band(values, skip_undefined=True)._asdict().items()}
    return pd.DataFrame(columns)

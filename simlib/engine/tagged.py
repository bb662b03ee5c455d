"""Whose money was whose: what a measure of a round was paid from each fund, laid along the households that it served (docs/model.md, 5).

Of one draw, where the kernel noted what it chose and paid: for the fixed plan, and for the account of a household.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.pack import Packed

Fen = NDArray[np.int64]


class Tagged(NamedTuple):
    """A household's part of what a fund paid: `fen` carries the household's weight."""

    row: int
    slot: int
    fund: int
    fen: int


def laid_along(costs: Fen, paid: dict[int, int]) -> Iterator[tuple[int, int, int]]:
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


def tagged(packed: Packed, chosen: Fen, noted: Fen, costs: Fen) -> Iterator[Tagged]:
    """One year's parts, group by group, slot by slot, in key order.

    chosen[household]: bits of slots begun; noted[group, slot, fund]: fen paid; costs[household, slot]: fen that each got.
    """
    rounds, groups = packed.rounds, packed.groups
    for group, (start, end) in enumerate(zip(groups.start, groups.end, strict=True)):
        for slot in range(len(rounds.measure)):
            served = start + np.flatnonzero(chosen[start:end] >> slot & 1)
            paid = {int(fund): int(noted[group, slot, fund]) for fund in rounds.funds[slot] if fund >= 0}
            for place, fund, fen in laid_along(costs[served, slot], paid) if len(served) else ():
                yield Tagged(int(served[place]), slot, fund, fen)

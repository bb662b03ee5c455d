"""Some villages of a packed register by themselves: what funds allot them stays what the whole register gives them.

A village is projected without a look at any other: its money, its groups and its luck are its own once quotas are known. So a cut gives
the same bits as the whole, and what is kept by household and draw need not be kept for all villages at once.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Groups, Rounds
from simlib.engine.pack import Packed

PART_HOUSEHOLDS = 500  # of a cut: with its trace of all years it takes some 100 MB
OF_GROUP = frozenset({"start", "end", "heads", "quota", "items", "limit"})
"""Fields of `Groups` with a row for each group; all others have one for each village."""
I64 = NDArray[np.int64]


class Cut(NamedTuple):
    """Some villages, and where they stand in the whole register: places of villages, and of households."""

    packed: Packed
    villages: I64
    households: I64


def spans(packed: Packed) -> I64:
    """First row of each village's households, and one past the last. -> int64[village, 2]"""
    groups = packed.groups
    return np.column_stack([groups.start[groups.first], groups.end[groups.last - 1]]).astype(np.int64)


def parts(packed: Packed, villages: I64, households: int | None = None) -> Iterator[Cut]:
    """Villages, in the order of their keys, in cuts of about so many households; a larger village is a cut by itself."""
    most = households or PART_HOUSEHOLDS
    sizes = np.diff(spans(packed), axis=1)[:, 0]
    chosen: list[int] = []
    for village in np.sort(villages):
        if chosen and sizes[chosen].sum() + sizes[village] > most:
            yield cut(packed, np.array(chosen, dtype=np.int64))
            chosen = []
        chosen.append(int(village))
    if chosen:
        yield cut(packed, np.array(chosen, dtype=np.int64))


def cut(packed: Packed, villages: I64) -> Cut:
    """The villages at some places, given in ascending order, as a packed register of their own."""
    bounds = spans(packed)[villages]
    rows = _ranges(bounds)
    groups = packed.groups
    own = _ranges(np.column_stack([groups.first[villages], groups.last[villages]]))
    kept = {name: _like(value, value[own] if name in OF_GROUP else value[villages]) for name, value in groups._asdict().items()}
    ends, lasts = np.cumsum(groups.end[own] - groups.start[own]), np.cumsum(groups.last[villages] - groups.first[villages])
    kept |= {
        "start": _like(groups.start, ends - (groups.end[own] - groups.start[own])),
        "end": _like(groups.end, ends),
        "first": _like(groups.first, lasts - (groups.last[villages] - groups.first[villages])),
        "last": _like(groups.last, lasts),
    }
    table = packed.table._replace(**{name: _like(value, value[rows]) for name, value in packed.table._asdict().items()})
    smaller = replace(
        packed,
        table=table,
        groups=Groups(**kept),
        rounds=_plan_of(packed.rounds, rows),
        household_ids=packed.household_ids[rows],
        village_ids=packed.village_ids[villages],
        village_rows=packed.village_rows[villages],
    )
    return Cut(smaller, villages, rows)


def _ranges(bounds: I64) -> I64:
    """Every number from first to last of each row, one after the other."""
    return np.fromiter(chain.from_iterable(range(first, last) for first, last in bounds), dtype=np.int64)


def _like(whole: NDArray[Any], part: NDArray[Any]) -> NDArray[Any]:
    """A part that may be written to if and only if the whole may: the machine code of the kernel is made for one of the two."""
    made = np.ascontiguousarray(part, dtype=whole.dtype)
    made.flags.writeable = whole.flags.writeable
    return made


def _plan_of(rounds: Rounds, rows: I64) -> Rounds:
    """The entries of a given plan that belong to some households; that there is a plan stays known where none does."""
    if not len(rounds.plan_start):
        return rounds
    first, last = rounds.plan_start[rows], rounds.plan_start[rows + 1]
    entries = _ranges(np.column_stack([first, last]))
    start = np.concatenate([[0], np.cumsum(last - first)])
    entries = entries if len(entries) else np.arange(min(1, len(rounds.plan_measure)))
    return rounds._replace(
        plan_start=_like(rounds.plan_start, start),
        plan_measure=_like(rounds.plan_measure, rounds.plan_measure[entries]),
        plan_year=_like(rounds.plan_year, rounds.plan_year[entries]),
        plan_fen=_like(rounds.plan_fen, rounds.plan_fen[entries]),
    )

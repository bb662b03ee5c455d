"""The state at a year's end made to agree with what was reported of it: incomes scaled, exits set. Whole numbers, draw by draw.

What is scaled: structural wages and business income above zero of the households registered at the start (`Field.WAGE`, `Field.BUSINESS`),
all of a village by one factor a draw, and last year's income with them. The factor makes their mean disposable income the reported one,
were this year's luck and the gains of measures the same: it moves what wages and business brought after this year's luck. What is not:
losses, property, transfers, dibao, pay of jobs and posts, projects, dividends; they are facts of programmes and not of a village's economy.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Table
from simlib.engine.counted import Trace
from simlib.engine.project import State
from simlib.engine.state import BASE_YEAR, INCOME_CLIP, Date, Field, Flag, Status, Word
from simlib.money import fen_array

PLACE = 15  # a year of DATES
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Reported(NamedTuple):
    """What was reported of a village at a year's end, None where it was not."""

    income_fen: int | None  # a registered person
    exited: int | None  # people, weighted as the table is


class Conditioned(NamedTuple):
    """What was done to a village, by draw; `scale` is NaN where income was not reported, `closed` says that its gap could be closed."""

    mean_fen: F64  # a registered person, before
    scale: F64
    closed: Flags
    exited: I64  # people, before
    left: I64  # people whose exit was set, and undone
    returned: I64
    missed: I64  # reported less the people now out: what no choice of whole households came nearer to


def scale_for(total: I64, earned: I64, people: int, reported_fen: int) -> tuple[F64, Flags]:
    """The factor for each draw, and whether the gap can be closed; where it cannot, the factor is 1.

    total: fen of all registered households; earned: that part which is scaled; both [draw]. A mean that is the reported one to the fen is
    left alone. The gap cannot be closed where nothing was earned, or less than nothing would have to be.
    """
    same = np.floor(total / people + 0.5).astype(np.int64) == reported_fen
    gap = np.where(same, 0, reported_fen * people - total)
    scale = 1.0 + np.divide(gap, earned, out=np.zeros(len(gap)), where=earned > 0)
    closed = (gap == 0) | ((earned > 0) & (scale > 0.0))
    return np.where(closed, scale, 1.0), closed


def choose_exits(income: I64, people: I64, out: Flags, may: Flags, wanted: int) -> Flags:
    """Who is out, so that so many people are. income, out, may [household, draw], people[household] -> bool[household, draw]

    Those who may be out and are not leave from the highest income down (ties as in the table), those who are out return the other way
    round; a household of more people than are still wanted is passed over. What is then still wrong is put right where one exchange can:
    one household leaves and another returns.
    """
    chosen, weights = out.copy(), people[:, None] * out
    lack = wanted - weights.sum(axis=0)
    order = np.argsort(-income, axis=0, kind="stable")
    lanes = np.arange(income.shape[1])
    for rows, sign in ((order, 1), (order[::-1], -1)):
        for place in range(len(rows)):
            row = rows[place]
            free = may[row, lanes] & (chosen[row, lanes] == (sign < 0))
            moves = free & (people[row] <= sign * lack)
            chosen[row, lanes] ^= moves
            lack = lack - sign * people[row] * moves
    for lane in np.flatnonzero(lack):
        _exchange(chosen[:, lane], people, may[:, lane], order[:, lane], int(lack[lane]))
    return chosen


def _exchange(out: Flags, people: I64, may: Flags, order: I64, lack: int) -> None:
    """Let one household leave and one return that differ by what is lacking: the highest income that can, and then the lowest."""
    returning: dict[int, int] = {}
    for row in order:
        if out[row] and may[row]:
            returning[int(people[row])] = int(row)  # the lowest income of each size
    for row in order:
        other = returning.get(int(people[row]) - lack)
        if may[row] and not out[row] and other is not None:
            out[row], out[other] = True, False
            return


def condition(
    state: State, table: Table, rows: slice, trace: NDArray[np.float64], governing_fen: F64, year: int, reported: Reported
) -> Conditioned:
    """Make the rows of one village agree with what was reported of a year's end; changes `state` in place, these rows alone.

    trace[household, Trace, draw] of these rows in that year; governing_fen[draw], the line that exits are judged at.
    """
    registered, heads = table.registered[rows] == 1, table.weight[rows] * table.registered[rows]
    members = table.members[rows]
    people = members * heads
    flags, before = state.f[rows, Word.FLAGS], state.f[rows, Word.INCOME].astype(np.int64)
    total = trace[:, Trace.TOTAL_FEN].astype(np.int64)
    own = state.s[rows][:, [Field.WAGE, Field.BUSINESS]]
    seen = np.where(own > 0.0, trace[:, [Trace.SEEN_WAGE, Trace.SEEN_BUSINESS]], 0.0)
    earned = fen_array(np.maximum(seen, 0.0)).sum(axis=1) * registered[:, None]
    sums = (heads[:, None] * total).sum(axis=0)
    draws, number = sums.shape[0], int(people.sum())
    scale, closed = np.full(draws, np.nan), np.ones(draws, dtype=bool)
    income = before
    if reported.income_fen is not None and number > 0:
        scale, closed = scale_for(sums, (heads[:, None] * earned).sum(axis=0), number, reported.income_fen)
        raised = total + np.floor((scale - 1.0) * earned + 0.5).astype(np.int64)
        per_head = np.floor(raised / members[:, None] + 0.5).astype(np.int64)
        income = np.where((scale != 1.0) & registered[:, None], np.clip(per_head, -INCOME_CLIP, INCOME_CLIP), before)
        factor = np.where((own > 0.0) & registered[:, None, None], scale, 1.0)
        state.s[rows, Field.WAGE] = own[:, 0] * factor[:, 0]
        state.s[rows, Field.BUSINESS] = own[:, 1] * factor[:, 1]
        state.f[rows, Word.INCOME] = income.astype(np.int32)
    status = flags & Flag.STATUS
    out = (status == Status.EXITED) & registered[:, None]
    now = out
    if reported.exited is not None:
        may = registered[:, None] & np.isin(status, (Status.IN, Status.EXITED, Status.REENTERED))
        now = choose_exits(income, people, out, may, reported.exited)
        by_dibao = (table.labour_units[rows] == 0.0)[:, None] & (trace[:, Trace.DIBAO] > 0.0) & (income < governing_fen)
        _write_exits(state, rows, now & ~out, out & ~now, by_dibao, year)
    counted = people[:, None]
    return Conditioned(
        mean_fen=sums / max(1, number),
        scale=scale,
        closed=closed,
        exited=(counted * out).sum(axis=0),
        left=(counted * (now & ~out)).sum(axis=0),
        returned=(counted * (out & ~now)).sum(axis=0),
        missed=(reported.exited or 0) - (counted * now).sum(axis=0) if reported.exited is not None else np.zeros(draws, dtype=np.int64),
    )


def _write_exits(state: State, rows: slice, leave: Flags, come_back: Flags, by_dibao: Flags, year: int) -> None:
    """Status, route and year of exit of those whose exit is set, and of those whose exit is undone: on the register as if never out."""
    flags, dates = state.f[rows, Word.FLAGS], state.f[rows, Word.DATES]
    bare = flags & ~np.int32(Flag.STATUS | Flag.BY_DIBAO)
    gone = bare | np.int32(Status.EXITED) | np.where(by_dibao, np.int32(Flag.BY_DIBAO), np.int32(0))
    undated = dates & ~np.int32(PLACE << Date.EXIT)
    dated = undated | np.int32((year - BASE_YEAR) << Date.EXIT)
    state.f[rows, Word.FLAGS] = np.where(leave, gone, np.where(come_back, bare | np.int32(Status.IN), flags))
    state.f[rows, Word.DATES] = np.where(leave, dated, np.where(come_back, undated, dates))

"""What the measures begun in a year cost for a household, and which funds paid: from payer to household, to the fen.

A round's money is laid along those whom it served, in key order, each fund in its turn (`engine.tagged`); a given plan's rows say it
themselves.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.counted import Trace
from simlib.engine.state import PLANNED_FUNDS, Fund, Ledger, Measure, Word
from simlib.explain.stakes import KEPT
from simlib.funds import ACCOUNTS
from simlib.measures import CHOSEN_MEASURES
from simlib.money import fen_array, to_fen

if TYPE_CHECKING:
    from simlib.explain.replay import Replay

class Payer(NamedTuple):
    """Who stands behind a fund, and its part of what the fund spent in the group this year."""

    payer: str
    share: float


class FundPart(NamedTuple):
    """A fund and its part."""

    fund: str
    fen: int
    payers: tuple[Payer, ...]  # none behind the day wages, which are part of a year's village projects


class Begun(NamedTuple):
    """A measure begun this year, money of one household."""

    measure: str
    clause: str
    fen: int  # its cost
    put_in_fen: int | None  # the loan or the capital, where that is something else than the cost
    funds: tuple[FundPart, ...]  # their parts add up to the cost


def begun_of(replayed: "Replay", row: int, year: int) -> tuple[Begun, ...]:
    """The measures begun for a household in the year at that place, in the order of `Measure`."""
    bits = int(replayed.trace[row, year, Trace.BEGUN])
    told = _planned if len(replayed.packed.rounds.plan_start) else _chosen
    return tuple(told(replayed, row, year, Measure(place)) for place in range(len(CHOSEN_MEASURES)) if bits >> place & 1)


# ---- by rounds


def _chosen(replayed: "Replay", row: int, year: int, measure: Measure) -> Begun:
    """A measure that a round gave: its cost by fund, money of one household."""
    packed = replayed.packed
    parts = [one for one in replayed.paid[year] if one.row == row and packed.rounds.measure[one.slot] == measure]
    fen = np.zeros(PLANNED_FUNDS, dtype=np.int64)
    for one in parts:
        fen[one.fund] += one.fen
    return _of_funds(replayed, row, year, measure, fen, sorted({one.fund for one in parts}))


# ---- by a plan


def _planned(replayed: "Replay", row: int, year: int, measure: Measure) -> Begun:
    """A measure of a given plan: the rows begun this year say what each fund paid."""
    packed = replayed.packed
    rounds, first = packed.rounds, int(packed.rounds.plan_start[row])
    now = int(replayed.words[row, year, Word.DONE])
    fresh = now & ~(int(replayed.words[row, year - 1, Word.DONE]) if year > 0 else 0)
    entries = [one for one in range(first, int(rounds.plan_start[row + 1])) if fresh >> (one - first) & 1]
    fen = rounds.plan_fen[[one for one in entries if rounds.plan_measure[one] == measure]].sum(axis=0)
    return _of_funds(replayed, row, year, measure, fen, [fund for fund in range(PLANNED_FUNDS) if fen[fund] > 0])


# ---- both


def _of_funds(replayed: "Replay", row: int, year: int, measure: Measure, fen: NDArray[np.int64], funds: Sequence[int]) -> Begun:
    """What a measure cost, by fund. fen[fund] carries the household's weight."""
    packed, one, stake = replayed.packed, CHOSEN_MEASURES[measure], _stake(replayed, row, year, measure)
    one_household = fen_array(fen / int(packed.table.weight[row]) * packed.weight_unit / 100)
    paid = tuple(FundPart(Fund(fund).name.lower(), int(one_household[fund]), _payers(replayed, year, fund)) for fund in funds)
    cost, put_in = int(one_household.sum()), None if stake is None else to_fen(stake)
    return Begun(one.key, one.clause, cost, None if put_in == cost else put_in, paid)


def _stake(replayed: "Replay", row: int, year: int, measure: Measure) -> float | None:
    """Yuan that a measure has put into the household, where that is kept."""
    return float(replayed.stakes[row, year, KEPT[measure]]) if measure in KEPT else None


def _spent(replayed: "Replay", year: int, fund: int) -> NDArray[np.int64]:
    """What each account of a fund spent in the group in a year, fen by account; zero for those of other funds."""
    own = np.array([name == Fund(fund).name.lower() for name, _ in ACCOUNTS])
    return np.where(own, replayed.ledger[year, :, Ledger.SPENT], 0)


def _payers(replayed: "Replay", year: int, fund: int) -> tuple[Payer, ...]:
    """Who paid what the fund spent in the group this year."""
    spent = _spent(replayed, year, fund)
    total = int(spent.sum())
    return tuple(Payer(ACCOUNTS[place][1], float(spent[place] / total)) for place in np.flatnonzero(spent)) if total else ()

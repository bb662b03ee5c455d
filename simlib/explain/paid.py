"""What the measures begun in a year cost for a household, and which funds paid.

A group's books say what each fund spent in a year, not for whom. So where a measure may draw on several funds, those that spent anything
in the group this year are named in the order of payment; one alone is certain, and so are the rows of a given plan.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.state import NO_LIMIT, PLANNED_FUNDS, Fund, Ledger, Measure, Stake, Trace, Word
from simlib.funds import ACCOUNTS
from simlib.measures import CHOSEN_MEASURES
from simlib.money import fen_array, to_fen

if TYPE_CHECKING:
    from simlib.explain.replay import Replay

STAKES: Final = {
    Measure.INDUSTRY: Stake.INDUSTRY,
    Measure.PUBLIC_POST: Stake.POST,
    Measure.ASSET_SHARES: Stake.SHARES,
    Measure.MICROCREDIT: Stake.LOAN,
    Measure.LOCAL_JOBS: Stake.LOCAL,
}
"""Measures of which it is kept what they have put into a household."""


class Payer(NamedTuple):
    """Who stands behind a fund, and its part of what the fund spent in the group this year."""

    payer: str
    share: float


class FundPart(NamedTuple):
    """A fund that paid or may have paid. `fen`: its part, None where several may have paid."""

    fund: str
    fen: int | None
    payers: tuple[Payer, ...]  # none behind the day wages, which are part of a year's village projects


class Begun(NamedTuple):
    """A measure begun this year, money of one household."""

    measure: str
    clause: str
    fen: int | None  # its cost; None where it stood in several rounds at different costs, and it is not kept which
    put_in_fen: int | None  # the loan or the capital, where that is something else than the cost
    funds: tuple[FundPart, ...]
    certain: bool  # these funds paid; else one or several of them did, in this order


def begun_of(replayed: "Replay", row: int, year: int) -> tuple[Begun, ...]:
    """The measures begun for a household in the year at that place, in the order of `Measure`."""
    bits = int(replayed.trace[row, year, Trace.BEGUN])
    told = _planned if len(replayed.packed.rounds.plan_start) else _chosen
    return tuple(told(replayed, row, year, Measure(place)) for place in range(len(CHOSEN_MEASURES)) if bits >> place & 1)


# ---- by rounds


def _chosen(replayed: "Replay", row: int, year: int, measure: Measure) -> Begun:
    """A measure that a round gave."""
    rounds, stake = replayed.packed.rounds, _stake(replayed, row, year, measure)
    slots = _slots(replayed, row, year, measure)
    costs = {_cost(replayed, row, year, slot) for slot in slots}
    divided = any(rounds.divided >> slot & 1 for slot in slots)
    cost = None
    if len(costs) == 1 and not divided:
        cost = costs.pop()
    elif stake is not None:
        cost = to_fen(stake / float(rounds.stake_per_yuan[measure]))
    names = dict.fromkeys(int(fund) for slot in slots for fund in rounds.funds[slot] if fund >= 0)
    paying = [fund for fund in names if fund == Fund.WORKS or _spent(replayed, year, fund).sum() > 0]
    alone = len(paying) == 1
    funds = tuple(FundPart(Fund(fund).name.lower(), cost if alone else None, _payers(replayed, year, fund)) for fund in paying)
    return _begun(measure, cost, stake, funds, alone)


def _slots(replayed: "Replay", row: int, year: int, measure: Measure) -> list[int]:
    """The slots that may have given a measure: those the register allows, of rounds that can have served the household.

    A round whose reach counts households remembers whom it has served. Where it is kept what was put in, it must be the slot's.
    """
    packed = replayed.packed
    rounds, may, done = packed.rounds, int(packed.table.may[row]), int(replayed.words[row, year, Word.DONE])
    stake, later = _stake(replayed, row, year, measure), _later(replayed, year)
    found = [int(slot) for slot in np.flatnonzero(rounds.measure == measure) if may >> int(slot) & 1]
    found = _those([slot for slot in found if not _remembers(replayed, slot) or done >> _round_of(replayed, slot) & 1], found)
    if stake is None or any(rounds.divided >> slot & 1 for slot in found):
        return found
    return _those([slot for slot in found if packed.table.capital[row, slot, later] == stake], found)


def _those(some: list[int], all_of_them: list[int]) -> list[int]:
    """What was narrowed down, unless to nothing: then nothing is known."""
    return some or all_of_them


def _remembers(replayed: "Replay", slot: int) -> bool:
    """Whether a slot's round keeps whom it has served: where its reach counts households, and not only this year's."""
    rounds, which = replayed.packed.rounds, _round_of(replayed, slot)
    return bool(replayed.packed.groups.limit[0, which, 0] < NO_LIMIT and rounds.yearly[which] == 0)


def _round_of(replayed: "Replay", slot: int) -> int:
    return int(np.searchsorted(replayed.packed.rounds.last, slot, side="right"))


def _later(replayed: "Replay", year: int) -> int:
    """The place of a year's costs: the first year has its own."""
    return 0 if replayed.packed.years[year] == replayed.packed.options.first_year else 1


def _cost(replayed: "Replay", row: int, year: int, slot: int) -> int:
    """Fen that a slot costs for one household."""
    packed = replayed.packed
    yuan = packed.table.capital[row, slot, _later(replayed, year)] / packed.rounds.stake_per_yuan[packed.rounds.measure[slot]]
    return to_fen(float(yuan))


# ---- by a plan


def _planned(replayed: "Replay", row: int, year: int, measure: Measure) -> Begun:
    """A measure of a given plan: the rows begun this year say what each fund paid."""
    packed = replayed.packed
    rounds, first = packed.rounds, int(packed.rounds.plan_start[row])
    now = int(replayed.words[row, year, Word.DONE])
    fresh = now & ~(int(replayed.words[row, year - 1, Word.DONE]) if year > 0 else 0)
    entries = [one for one in range(first, int(rounds.plan_start[row + 1])) if fresh >> (one - first) & 1]
    fen = rounds.plan_fen[[one for one in entries if rounds.plan_measure[one] == measure]].sum(axis=0)
    one_household = fen_array(fen / int(packed.table.weight[row]) * packed.weight_unit / 100)
    paid = {fund: int(one_household[fund]) for fund in range(PLANNED_FUNDS) if fen[fund] > 0}
    funds = tuple(FundPart(Fund(fund).name.lower(), part, _payers(replayed, year, fund)) for fund, part in paid.items())
    return _begun(measure, sum(paid.values()), _stake(replayed, row, year, measure), funds, True)


# ---- both


def _begun(measure: Measure, cost: int | None, stake: float | None, funds: Sequence[FundPart], certain: bool) -> Begun:
    one, put_in = CHOSEN_MEASURES[measure], None if stake is None else to_fen(stake)
    return Begun(one.key, one.clause, cost, None if put_in == cost else put_in, tuple(funds), certain)


def _stake(replayed: "Replay", row: int, year: int, measure: Measure) -> float | None:
    """Yuan that a measure has put into the household, where that is kept."""
    return float(replayed.stakes[row, year, STAKES[measure]]) if measure in STAKES else None


def _spent(replayed: "Replay", year: int, fund: int) -> NDArray[np.int64]:
    """What each account of a fund spent in the group in a year, fen by account; zero for those of other funds."""
    own = np.array([name == Fund(fund).name.lower() for name, _ in ACCOUNTS])
    return np.where(own, replayed.ledger[year, :, Ledger.SPENT], 0)


def _payers(replayed: "Replay", year: int, fund: int) -> tuple[Payer, ...]:
    """Who paid what the fund spent in the group this year."""
    spent = _spent(replayed, year, fund)
    total = int(spent.sum())
    return tuple(Payer(ACCOUNTS[place][1], float(spent[place] / total)) for place in np.flatnonzero(spent)) if total else ()

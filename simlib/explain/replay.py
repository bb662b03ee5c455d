"""Replaying one draw for the households of one allocation group: all that a household's account can depend on.

A household's luck hangs on its own id, and its money on its group's; what crosses villages (the pool's shares, a village's quotas over its
groups) is decided when the whole register is packed. So the whole is packed, and one group of it is projected.
"""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Groups, Table
from simlib.engine.draws import Draws, draw_table
from simlib.engine.pack import Packed
from simlib.engine.project import Projection, State, project_whole
from simlib.engine.state import FEN, Measure
from simlib.engine.tagged import Tagged, tagged
from simlib.engine.world import world_table
from simlib.errors import InputError
from simlib.explain.stakes import KEPT
from simlib.registry.columns import normal_text

BY_VILLAGE: Final = (
    *("village_key", "cell", "prefecture", "is_poor", "residents", "others", "other_income", "people"),
    *("need", "stands", "lack"),
)
"""Arrays of `Groups` with an entry a village."""
BY_GROUP: Final = ("heads", "quota", "items", "limit")
"""Those with an entry a group."""
PLACES: Final = ("first", "last", "start", "end")
"""Those that say where something begins and ends: made anew."""
SHOWN: Final = 5  # near ids in a message

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Replay:
    """One group in one draw. `packed` has that group alone; households are in its order."""

    packed: Packed
    trace: F64  # [household, year, Trace]
    words: NDArray[np.int32]  # [household, year, Word] at each year's end
    stakes: F64  # [household, year, Stake] at each year's end, yuan
    ledger: I64  # [year, account, Ledger] fen of the group
    paid: tuple[tuple[Tagged, ...], ...]  # of each year: what each fund paid for whom, where rounds choose
    world: F64  # [year, World] what holds for everybody in this draw

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the horizon."""
        return self.packed.years


def one_draw(packed: Packed, seed: int, draw: int | None) -> Draws:
    """The table of one draw of a run with that seed; None: central values without luck."""
    if draw is None:
        return draw_table(packed.facts, packed.scenario, 0, seed)
    return draw_table(packed.facts, packed.scenario, draw + 1, seed).part(draw, draw + 1)


def find_household(packed: Packed, household: str) -> int:
    """The row of a household by its id. InputError names the nearest ids."""
    wanted = normal_text(household)
    rows = np.flatnonzero(packed.household_ids == wanted)
    if len(rows):
        return int(rows[0])
    near = get_close_matches(wanted, map(str, packed.household_ids), n=SHOWN)
    hint = f"the nearest: {', '.join(near)}" if near else f"its ids look like {packed.household_ids[0]}"
    raise InputError(f"there is no household {household!r} in the register of {len(packed.household_ids)} households; {hint}")


def group_of(packed: Packed, row: int) -> int:
    """The allocation group of a row."""
    return int(np.searchsorted(packed.groups.end, row, side="right"))


def only_group(packed: Packed, group: int) -> Packed:
    """The same register with one group of it, as one village: rows and village are cut, quotas and limits stay those of the whole."""
    groups = packed.groups
    village = int(np.searchsorted(groups.last, group, side="right"))
    rows = slice(int(groups.start[group]), int(groups.end[group]))
    own, place = slice(group, group + 1), slice(village, village + 1)
    ends = {"first": 0, "last": 1, "start": 0, "end": rows.stop - rows.start}
    cut: dict[str, Any] = {name: _alike(np.array([ends[name]], dtype=np.int64), getattr(groups, name)) for name in PLACES}
    cut |= {name: getattr(groups, name)[place] for name in BY_VILLAGE} | {name: getattr(groups, name)[own] for name in BY_GROUP}
    starts = packed.rounds.plan_start
    return replace(
        packed,
        table=Table(**{name: column[rows] for name, column in packed.table._asdict().items()}),
        groups=Groups(**cut),
        rounds=packed.rounds._replace(plan_start=starts[rows.start : rows.stop + 1] if len(starts) else starts),
        household_ids=packed.household_ids[rows],
        village_ids=packed.village_ids[place],
        village_rows=packed.village_rows[place],
    )


def _alike(made: I64, like: I64) -> I64:
    """Writable or not as another array is: to the compiler these are two types, and the kernel would be compiled once more."""
    made.flags.writeable = like.flags.writeable
    return made


def _paid(own: Packed, projection: Projection, state: State, year: int) -> tuple[Tagged, ...]:
    """What each fund paid for whom in a year: a round's money in the order of its funds along those whom it served, in key order."""
    if projection.chosen is None or projection.noted is None or len(own.rounds.plan_start):
        return ()
    costs = np.array(own.table.cost[:, :, int(year != own.options.first_year)])
    for slot, measure in enumerate(own.rounds.measure):
        if own.rounds.divided >> slot & 1:  # equal shares: what was put in is what was paid
            put_in = state.k[:, KEPT[Measure(measure)], 0]
            costs[:, slot] = np.round(put_in * FEN * own.table.weight / own.rounds.weight_unit).astype(np.int64)
    return tuple(tagged(own, projection.chosen[:, 0], projection.noted[:, 0], costs))


def replay(packed: Packed, draws: Draws, group: int) -> Replay:
    """Project one group of a packed register in one draw (the first of `draws`), year by year, with everything kept.

    A year at a time, so that no more than one year of the group's traces is held in the kernel's wide rows.
    """
    own, draw = only_group(packed, group), draws.part(0, 1)
    state, found, paid = None, [], []
    for year in packed.years:
        projection = project_whole(own, draw, years=(year,), start=state)
        state = projection.state
        if state is None or projection.trace is None or projection.group_ledger is None:
            raise AssertionError("project_whole keeps its state, traces and ledger")
        paid.append(_paid(own, projection, state, year))
        kept = (projection.trace[:, 0, :, 0], state.f[..., 0], state.k[..., 0], projection.group_ledger[0, 0, ..., 0])
        found.append([np.array(part) for part in kept])
    trace, words, stakes, ledger = zip(*found, strict=True)
    return Replay(
        packed=own,
        trace=np.stack(trace, axis=1),
        words=np.stack(words, axis=1),
        stakes=np.stack(stakes, axis=1),
        ledger=np.stack(ledger),
        paid=tuple(paid),
        world=world_table(packed.facts, packed.scenario, draw, packed.years)[..., 0],
    )

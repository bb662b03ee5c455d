"""What an account is made from: one household in one draw, taken out of a replay with the numbers that it brought."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simlib.engine.counted import TRACES, Trace
from simlib.engine.slots import SLOTS_OF_WORLD, World
from simlib.measures import CHOSEN_MEASURES

if TYPE_CHECKING:
    from simlib.engine.pack import Packed
    from simlib.explain.replay import Replay

F64 = NDArray[np.float64]
PLACED: Final = (Trace.PLACED_0, Trace.PLACED_1)
"""The two workers who may be in a transfer job."""


@dataclass(frozen=True)
class Home:
    """A household as the register has it; yuan a year and household."""

    household: str
    village: str
    members: int
    labour_units: float
    wage: float
    business: float
    property: float
    transfer: float
    dibao: float
    base_pc_fen: int
    log_gap: float  # ln(mean of its type) - ln(its income a head)
    land_mu: float
    school: bool  # guarantees as registered
    medical: bool
    registered: bool  # in the base year


@dataclass(frozen=True)
class Rules:
    """What a scenario says of verdicts."""

    governing_line: str  # fixed | moving | indexed
    by_reported: bool  # exits are judged by reported income
    required: tuple[str, ...]  # guarantees that an exit asks for, beside food and clothing
    schooling: bool  # social security has its school part, its medical part
    medical: bool
    retention_years: int


@dataclass(frozen=True)
class Case:
    """One household in one draw: what it brought, the rules, and its traces by year."""

    home: Home
    rules: Rules
    years: tuple[int, ...]
    trace: F64  # [year, Trace]
    world: F64  # [year, World]

    def __post_init__(self) -> None:
        """Raise ValueError for arrays that do not fit the years."""
        if self.trace.shape != (len(self.years), TRACES) or self.world.shape != (len(self.years), SLOTS_OF_WORLD):
            raise ValueError(f"{len(self.years)} years, traces {self.trace.shape} and world {self.world.shape}")

    def says(self, year: int, slot: Trace) -> bool:
        """A flag of the trace at the place of a year; before the first year nothing was held."""
        return year >= 0 and bool(self.trace[year, slot] != 0)

    def fen(self, year: int, slot: Trace) -> int:
        """Money of the trace that is in fen already."""
        return round(float(self.trace[year, slot]))

    def line(self, year: int, slot: World) -> int:
        """A line of the draw, fen a head."""
        return round(float(self.world[year, slot]))

    def begun(self, year: int, measure: str) -> bool:
        """Whether a measure was begun in the year at that place."""
        bit = next(place for place, one in enumerate(CHOSEN_MEASURES) if one.key == measure)
        return year >= 0 and int(self.trace[year, Trace.BEGUN]) >> bit & 1 == 1

    def begun_before(self, year: int, measure: str) -> int | None:
        """The calendar year in which a measure was begun last, this year or before; None where it never was."""
        found = [self.years[place] for place in range(year + 1) if self.begun(place, measure)]
        return found[-1] if found else None

    def held_since(self, year: int, slot: Trace) -> int:
        """The place of the year since when a flag that is set has been set."""
        while self.says(year - 1, slot):
            year -= 1
        return year


def home_of(packed: "Packed", row: int) -> Home:
    """A household of a packed register."""
    table, groups = packed.table, packed.groups
    village = int(np.searchsorted(groups.end[groups.last - 1], row, side="right"))
    return Home(
        household=str(packed.household_ids[row]),
        village=str(packed.village_ids[village]),
        members=int(table.members[row]),
        labour_units=float(table.labour_units[row]),
        wage=float(table.wage[row]),
        business=float(table.business[row]),
        property=float(table.property[row]),
        transfer=float(table.transfer[row]),
        dibao=float(table.dibao[row]),
        base_pc_fen=int(table.base_pc_fen[row]),
        log_gap=float(table.log_gap[row]),
        land_mu=float(table.land[row]),
        school=bool(table.school[row]),
        medical=bool(table.medical[row]),
        registered=bool(table.registered[row]),
    )


def rules_of(packed: "Packed") -> Rules:
    """What a packed scenario says of verdicts."""
    options, levers = packed.options, packed.scenario.levers
    return Rules(
        governing_line=str(levers.governing_line),
        by_reported=options.by_reported == 1,
        required=tuple(levers.exit_requires),
        schooling=options.schooling == 1,
        medical=options.medical == 1,
        retention_years=options.retention,
    )


def case_of(replayed: "Replay", row: int) -> Case:
    """One household of a replayed group."""
    packed = replayed.packed
    return Case(home_of(packed, row), rules_of(packed), packed.years, replayed.trace[row], replayed.world)

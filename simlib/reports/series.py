"""What charts draw, as plain arrays: bands over draws, histograms, income by source, lines, money. No matplotlib here."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.assessment.bands import Band, band
from simlib.assessment.counts import LINES, Counts
from simlib.engine.counted import INCOME_BIN_FEN, INCOME_BINS
from simlib.engine.slots import World
from simlib.engine.state import Ledger
from simlib.errors import InputError
from simlib.facts import Facts
from simlib.facts.lines import Target, fixed_line, line_share, moving_line
from simlib.funds import ACCOUNTS
from simlib.money import FEN_PER_YUAN
from simlib.runs import Run

Line = Literal["fixed", "moving", "indexed"]
Who = Literal["people", "villages"]
Reals = NDArray[np.float64]

COLUMNS: Final[dict[str, str]] = {"people": "capable", "villages": "village"}
SLOTS: Final[dict[str, World]] = {"fixed": World.FIXED_FEN, "moving": World.MOVING_FEN, "dibao_line": World.DIBAO_FEN}
SHARED: Final = ("fixed", "moving")
"""Lines of a histogram that say how many are at them."""
BIN_YUAN: Final = INCOME_BIN_FEN / FEN_PER_YUAN
EDGES: Final[Reals] = BIN_YUAN * np.arange(INCOME_BINS + 1, dtype=np.float64)
"""Edges of the bins of income in yuan; the first bin holds all below, too, and the last one all above."""
MILLION: Final = 1e6


class Histogram(NamedTuple):
    """Registered people by income a head in one year."""

    people: Band  # thousand people in each bin of EDGES: mean and 5-95 % band over draws
    lines: dict[str, float]  # fixed, moving and dibao line in yuan, mean over draws
    at_line: dict[str, float]  # share of the registered people at the fixed and the moving line, mean over draws


class Paths(NamedTuple):
    """A line through the years, in yuan: as planned, and as it moves with the province's income."""

    fixed: Reals
    moving: Reals
    low: Reals  # of the moving line: where the year's income is uncertain, its range
    high: Reals


def place_of(run: Run, year: int) -> int:
    """Where a year stands among a run's; InputError when it is not there."""
    years = run.projection.years
    if year not in years:
        raise InputError(f"year {year}: this run has {', '.join(map(str, years))}")
    return years.index(year)


def share_at_line(run: Run, who: Who, line: Line) -> Band:
    """Labour-capable people, or poor villages, at a line, by year: mean and band over draws. -> three arrays [year]"""
    if who not in COLUMNS or line not in LINES:
        raise InputError(f"who {who!r}, line {line!r}: wanted {' or '.join(COLUMNS)}, and {' or '.join(LINES)}")
    column = run.draws_table()[f"{COLUMNS[who]}_{line}"].to_numpy()
    return band(column.reshape(-1, len(run.projection.years)))


def histogram(run: Run, year: int) -> Histogram:
    """Registered people by income a head in one year, with the lines of that year."""
    place, counts = place_of(run, year), Counts(run.projection)
    people = run.projection.incomes[:, place, 0] / run.projection.packed.weight_unit
    lines = {name: float(counts.lines[place, slot].mean()) / FEN_PER_YUAN for name, slot in SLOTS.items()}
    reached = {name: float(counts.at_line_share(name)[:, place].mean()) for name in SHARED}
    return Histogram(band(people / 1000), lines, reached)


def sources(run: Run) -> dict[str, Reals]:
    """Income of the labour-capable a person by source in yuan: as registered, then each year's mean over draws. -> arrays [1 + year]"""
    table = run.projection.packed.table
    heads = np.where((table.registered == 1) & (table.labour_units > 0), table.weight, 0)
    people = float((heads * table.members).sum())
    return {
        name: np.concatenate([[(heads * getattr(table, name)).sum() / people], yuan.mean(axis=0)])
        for name, yuan in Counts(run.projection).source_pc("capable").items()
    }


def fixed_lines(run: Run) -> Reals:
    """The fixed household line of each year of a run, in yuan."""
    return Counts(run.projection).lines[:, World.FIXED_FEN, 0] / FEN_PER_YUAN


def paths(facts: Facts, target: Target, years: Sequence[int]) -> Paths:
    """The household's or the village's line through the years, from published (or recalled) incomes of the province."""
    share, income = line_share(facts, target), [facts.fact(f"provincial_income_{year}") for year in years]
    ends = [(fact.value, fact.value if fact.low is None else fact.low, fact.value if fact.high is None else fact.high) for fact in income]
    moving, low, high = np.array([[moving_line(share, yuan) for yuan in end] for end in ends]).T
    return Paths(np.array([fixed_line(facts, target, year) for year in years]), moving, low, high)


def money(run: Run, fund: str) -> dict[str, Reals]:
    """A fund's money by year in million yuan, mean over draws and summed over payers: entitled, spent, carried_out, lapsed."""
    accounts = [place for place, (name, _) in enumerate(ACCOUNTS) if name == fund]
    if not accounts:
        raise InputError(f"fund {fund!r}: wanted {', '.join(dict.fromkeys(name for name, _ in ACCOUNTS))}")
    yuan = run.projection.ledger[:, :, accounts].sum(axis=2).mean(axis=0) / FEN_PER_YUAN / MILLION
    columns = (Ledger.ENTITLED, Ledger.SPENT, Ledger.CARRIED_OUT, Ledger.LAPSED)
    return {column.name.lower(): yuan[:, column] for column in columns}

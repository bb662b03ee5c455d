"""Where two scenarios tie: the value of an uncertain fact at which neither is ahead."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simlib.assessment.targets import headline
from simlib.engine.draws import Draws, draw_table
from simlib.engine.project import project
from simlib.engine.rows import SLIDER_LANES
from simlib.errors import InputError, nearest, said
from simlib.facts import Fact, Facts, load_facts
from simlib.registry import Registry
from simlib.runs.single import SEED, Prepared, checked_draws, default_workers, prepare
from simlib.scenario import Scenario

TIE_DRAWS: Final = 50  # times GRID values: one block of lanes
GRID: Final = 5
"""Values at which expected shares are taken; they are smooth, so a straight line between two neighbours will do."""
TOLERANCE: Final = 1e-4
"""Of the range that is searched: how well the tie of a single row is found, whose shares are steps."""
YIELDS: Final = {
    "industry": "industry_margin",
    "training": "training_added_chance",
    "asset_shares": "dividend_rate",
    "land_transfer": "land_rent",
    "microcredit": "microcredit_margin",
}
"""The fact that a measure's worth hangs on most; a public post yields what is decided, so it has none."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class BreakEven:
    """The search for a tie of two scenarios over one fact: where their expected headline shares are equal.

    `value` is where they tie, the lowest where they do so more than once; None where one stays ahead throughout. `error` is its
    standard error over draws, or with a single row (`draws` 0) how closely it was found. Shares are of the labour-capable people at
    the fixed line when targets are due, means over draws.
    """

    fact: str
    first: str
    second: str
    low: float
    high: float
    draws: int
    value: float | None
    error: float | None
    first_at_low: float
    second_at_low: float
    first_at_high: float
    second_at_high: float

    @property
    def ahead(self) -> str | None:
        """Who stays ahead throughout, where they never tie."""
        if self.value is not None:
            return None
        return self.first if self.first_at_low > self.second_at_low else self.second


def facts_between(first: Scenario, second: Scenario) -> tuple[str, ...]:
    """The facts to look for a tie over: where each scenario has a measure that the other lacks, what those measures' worth hangs on."""
    ours, theirs = ({key for round_ in one.levers.rounds for key in round_.measures} for one in (first, second))
    if not ours - theirs or not theirs - ours:
        return ()
    return tuple(fact for measure, fact in YIELDS.items() if measure in ours ^ theirs)


def break_even(
    first: Scenario,
    second: Scenario,
    fact: str,
    registry: Registry,
    *,
    low: float | None = None,
    high: float | None = None,
    draws: int = TIE_DRAWS,
    seed: int = SEED,
    facts: Facts | None = None,
) -> BreakEven:
    """The value of an uncertain fact at which two scenarios' expected headline shares tie, from `low` to `high` (default: its range).

    Both are projected at five values under the same luck, the other facts drawn, and the tie is read off between the two values where
    the lead changes hands. `draws=0` is deterministic: central values without luck, where a share moves in steps of a household; there
    the interval is narrowed down, 64 values at a time, to 1e-4 of the range. Raises InputError for a fact that is not uncertain (a
    decided one is a lever of the scenarios), for a range that it cannot have, and where nobody is labour-capable.
    """
    checked_draws(draws, seed)
    bounds = _bounds(facts or load_facts(), fact, low, high)
    pair = (prepare(registry, first, facts), prepare(registry, second, facts))
    values = np.linspace(*bounds, GRID if draws > 1 else SLIDER_LANES)
    shares = [_headlines(one, fact, values, draws, seed) for one in pair]
    ends = [float(share[place].mean()) for place in (0, -1) for share in shares]
    if draws > 1:
        value, error = _crossing_of_means(values, shares[0] - shares[1])
    else:
        value, error = _crossing_of_steps(pair, fact, values, shares[0] - shares[1], draws, seed)
    return BreakEven(fact, first.name, second.name, *bounds, draws, value, error, *ends)


def uncertain_fact(facts: Facts, key: str) -> Fact:
    """The fact of a key. InputError unless it is uncertain."""
    fact = facts.fact(key)
    if not fact.uncertain:
        known = [name for name in facts if facts.fact(name).uncertain]
        about = {"key": key, "distribution": fact.distribution, "hint": nearest(key, known)}
        raise InputError(said("{key!r} is {distribution}, wanted the key of an uncertain fact; {hint}", **about))
    return fact


def _bounds(facts: Facts, key: str, low: float | None, high: float | None) -> tuple[float, float]:
    """The range to search. InputError unless the fact is uncertain and can have it."""
    fact = uncertain_fact(facts, key)
    given = [own if asked is None else asked for own, asked in ((fact.low, low), (fact.high, high))]
    begin, end = (float(number or 0.0) for number in given)
    if not begin < end:
        raise InputError(f"{key}: seen the range {begin:g} to {end:g}, wanted one that rises")
    facts.with_({key: {"value": begin, "low": begin, "high": end}})
    return begin, end


def _headlines(one: Prepared, fact: str, values: Values, draws: int, seed: int) -> Values:
    """The headline share at each value of the fact: the same draws again and again, but for it. -> [value, draw]"""
    base, times = draw_table(one.packed.facts, one.scenario, draws, seed), len(values)
    drawn = {key: np.tile(column, times) for key, column in base.values.items()} | {fact: np.repeat(values, len(base))}
    table = Draws(base.seed, np.tile(base.luck, times), drawn, base.quiet)
    shares = headline(project(one.packed, table, workers=default_workers()))
    if np.isnan(shares).any():
        raise InputError(said("nobody in the register is labour-capable: there is no headline share to tie"))
    return shares.reshape(times, len(base))


def _crossing(gaps: Values) -> int | None:
    """The first place after which the sign of the gap is another one, or the last if that alone is zero; None without."""
    signs = np.sign(gaps)
    changes = np.flatnonzero((signs[:-1] != signs[1:]) | (signs[:-1] == 0))
    return int(changes[0]) if len(changes) else None


def _crossing_of_means(values: Values, gaps: Values) -> tuple[float | None, float | None]:
    """Where the mean of gaps[value, draw] is zero, by a straight line between two values, and its standard error."""
    means = gaps.mean(axis=1)
    place = _crossing(means)
    if place is None:
        return None, None
    rise = means[place + 1] - means[place]
    part = -means[place] / rise if rise else 0.0
    at_tie = gaps[place] + part * (gaps[place + 1] - gaps[place])
    width = values[place + 1] - values[place]
    error = float(at_tie.std(ddof=1) / np.sqrt(len(at_tie)) * width / abs(rise)) if rise else None
    return float(values[place] + part * width), error


def _crossing_of_steps(
    pair: tuple[Prepared, Prepared], fact: str, values: Values, gaps: Values, draws: int, seed: int
) -> tuple[float | None, float | None]:
    """Where gaps[value, 1], steps of a household, change their sign, and how closely that was found."""
    tolerance = TOLERANCE * float(values[-1] - values[0])
    while (place := _crossing(gaps[:, 0])) is not None:
        low, high = float(values[place]), float(values[place + 1])
        if high - low <= tolerance:
            return (low + high) / 2, (high - low) / 2
        values = np.linspace(low, high, SLIDER_LANES)
        gaps = _headlines(pair[0], fact, values, draws, seed) - _headlines(pair[1], fact, values, draws, seed)
    return None, None

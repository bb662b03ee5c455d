"""A draw is a row: its luck and one value for each uncertain fact. Other designs are only other tables.

By default draw k has luck k, and its parameters are numbers keyed by (seed, k, the fact's key): draw k never depends on how many draws
there are, nor on which other facts exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simlib.engine.luck import CENTRAL_LUCK, PARAMETER, uniforms
from simlib.facts import Fact, Facts
from simlib.registry.keys import entity_key
from simlib.scenario import Scenario

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Draws:
    """A table of draws. `luck` uint32 numbers [draw], `values` of uncertain facts [draw] by key; `quiet` switches every shock off."""

    seed: int
    luck: NDArray[np.uint64]
    values: Mapping[str, Values]
    quiet: bool = False

    def __len__(self) -> int:
        return len(self.luck)

    def part(self, first: int, last: int) -> "Draws":
        """Rows first..last of the table."""
        return Draws(self.seed, self.luck[first:last], {key: value[first:last] for key, value in self.values.items()}, self.quiet)

    def with_luck(self, luck: NDArray[np.uint64]) -> "Draws":
        """The same parameters under other luck: what separates the spread of parameters from the spread of luck."""
        return Draws(self.seed, luck.astype(np.uint64), self.values, self.quiet)


def inverse(fact: Fact, u: Values) -> Values:
    """The inverse distribution function of a fact at uniforms u: triangular with its mode at the value, or uniform."""
    low, mode, high = float(fact.low or 0.0), fact.value, float(fact.high or 0.0)
    if fact.distribution == "uniform":
        return low + u * (high - low)
    rising = np.sqrt(u * (high - low) * (mode - low))
    falling = np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u * (high - low) < mode - low, low + rising, high - falling)


def drawn_keys(facts: Facts, scenario: Scenario) -> tuple[str, ...]:
    """The uncertain facts that a scenario lets vary, in the order of their keys."""
    uncertain = tuple(key for key in facts if facts.fact(key).uncertain)
    admitted = scenario.uncertainties.parameters
    if admitted == "all":
        return uncertain
    return () if admitted == "none" else tuple(key for key in uncertain if key in admitted)


def draw_table(facts: Facts, scenario: Scenario, draws: int, seed: int) -> Draws:
    """The default table: draws 0..n-1; with `draws=0` one row of central values, without luck and whatever the seed."""
    if draws == 0:
        return Draws(0, np.array([CENTRAL_LUCK], dtype=np.uint64), {}, quiet=True)
    luck = np.arange(draws, dtype=np.uint64)
    keys = drawn_keys(facts, scenario)
    entities = np.array([entity_key(key) for key in keys], dtype=np.uint64)
    u = uniforms(seed, luck[None, :], entities[:, None], 0, PARAMETER)[0]
    return Draws(seed, luck, {key: inverse(facts.fact(key), own) for key, own in zip(keys, u, strict=True)})

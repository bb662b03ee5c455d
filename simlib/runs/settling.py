"""As many draws as the verdicts need: draws are added until each verdict at the governing line is settled, or a limit is reached.

A verdict compares P, the chance that enough people reach a line, with the confidence that is asked for. It is settled when the Wilson
interval of P lies wholly on one side of that confidence; that P itself lies there (which makes a target "met") is not enough.

Who looks again and again will sooner or later see an interval that misses P by luck, so the looks share one error: look i = 1, 2, ... takes
intervals of level 1 - 0.05 / 2^i (97.5 %, 98.75 %, ...), and since 0.05 (1/2 + 1/4 + ...) = 0.05, the chance that any of a target's
intervals misses its P is 5 % at most, however many looks there are (the union bound; as good as Wilson's intervals are).
"""

from collections.abc import Callable, Iterator
from math import ceil
from statistics import NormalDist
from typing import Any, Final, NamedTuple

from simlib.assessment.bands import NO_DATA, wilson
from simlib.assessment.targets import Target
from simlib.errors import InputError, said
from simlib.runs.single import Prepared, Run, checked_draws, run_prepared

MOST_DRAWS: Final = 12_800
ERROR: Final = 0.05  # of all looks together
GROWTH: Final = 2  # draws of a look over those of the one before
DIGITS: Final = 2  # of an estimate of draws that are needed


class Open(NamedTuple):
    """A verdict that is not settled: its P, the interval of it, and about how many draws it would take if P stays as it is."""

    target: Target
    chance: float
    low: float
    high: float
    needed: float  # infinite where P is the confidence itself

    def __str__(self) -> str:
        row = self.target
        name = " ".join(str(word) for word in (row.target, row.line, row.reading, row.per, row.year) if word is not None)
        about = f"would need about {_rounded(self.needed):,} draws" if self.needed < float("inf") else "no number of draws can be said"
        return f"{name}: P = {self.chance:.3f}, interval {self.low:.3f} to {self.high:.3f}, asked {row.confidence:.2f}: {about}"


class Look(NamedTuple):
    """What was seen when so many draws were there."""

    number: int  # 1, 2, ...
    draws: int
    judged: int  # verdicts that draws can settle
    open: tuple[Open, ...]  # those that are not settled, the one that needs most draws first

    @property
    def level(self) -> float:
        """Of the intervals."""
        return level_of(self.number)

    def __str__(self) -> str:
        if not self.open:
            return f"{self.draws:,} draws: all {self.judged} verdicts at the governing line are settled"
        others = "" if len(self.open) == 1 else f" (and {len(self.open) - 1} more)"
        return f"{self.draws:,} draws: {self.judged - len(self.open)} of {self.judged} verdicts are settled, not {self.open[0]}{others}"


def level_of(look: int) -> float:
    """The level of the intervals of a look: all looks together miss with a chance of ERROR at most."""
    return float(1 - ERROR / 2**look)


def checked_limit(draws: int, most: int | None, seed: int) -> int:
    """The draws at which it ends. InputError for a deterministic run, which has no luck to settle, and a limit below its beginning."""
    limit = max(MOST_DRAWS, draws) if most is None else most
    checked_draws(limit, seed)
    if draws == 0:
        raise InputError(
            said("until settled: seen 0 draws, which is deterministic and has no probabilities; wanted 1 at least to begin with")
        )
    if limit < draws:
        text = said(
            "until settled: seen at most {most} draws, wanted no fewer than the {draws} that it begins with", most=limit, draws=draws
        )
        raise InputError(text)
    return limit


def checked_settling(draws: int, most: int | None, seed: int, *, until_settled: bool) -> None:
    """Raise InputError for a limit without a reason, and as `checked_limit` does."""
    if until_settled:
        checked_limit(draws, most, seed)
    elif most is not None:
        text = said("seen at most {most} draws without until settled, which it is the limit of; wanted both, or `draws` alone", most=most)
        raise InputError(text)


def looked(run: Run, number: int) -> Look:
    """Look at the verdicts of a run at the governing line, for the n-th time. What lacks data, no draws can settle: it does not count."""
    line = run.scenario.levers.governing_line
    rows = [row for row in run.target_rows if row.line in (None, line) and row.chance is not None and row.reason != NO_DATA]
    found = [one for row in rows if (one := _open(row, run.draws, number)) is not None]
    return Look(number, run.draws, len(rows), tuple(sorted(found, key=lambda one: -one.needed)))


def _open(row: Target, draws: int, look: int) -> Open | None:
    """A verdict that is not settled; None for one that is."""
    chance = row.chance or 0.0
    interval = wilson(round(chance * draws), draws, level_of(look))
    if interval is None or interval[0] >= row.confidence or interval[1] < row.confidence:
        return None
    return Open(row, chance, *interval, needed_draws(chance, row.confidence, draws, look))


def needed_draws(chance: float, confidence: float, draws: int, look: int) -> float:
    """The draws at which the interval of such a P would miss the confidence c, the looks before that counted; infinite at c itself.

    Wilson's interval holds c as long as |P - c| <= z sqrt(c (1 - c) / n), so it takes n > z^2 c (1 - c) / (P - c)^2.
    """
    if chance == confidence:
        return float("inf")
    while True:
        look, draws = look + 1, draws * GROWTH
        z = NormalDist().inv_cdf((1 + level_of(look)) / 2)
        needed = float(z * z * confidence * (1 - confidence) / (chance - confidence) ** 2)
        if needed <= draws:
            return needed


def looks(draws: int, limit: int) -> Iterator[int]:
    """The draws of each look, from the first to the limit."""
    while True:
        yield draws
        if draws == limit:
            return
        draws = min(draws * GROWTH, limit)


def run_until_settled(
    prepared: Prepared,
    *,
    draws: int,
    most_draws: int | None = None,
    seed: int = 1,
    tell: Callable[[Look], None] = lambda _: None,
    go: Callable[..., Run] = run_prepared,
    **options: Any,
) -> Run:
    """Run so many draws, twice as many, and so on up to `most_draws`, until all verdicts are settled. -> the last run

    Draws that are there are not run again, and the result is in every bit that of a plain run of as many. `tell` hears of each look; `go`
    and its options: what makes each run (`run_prepared`). With `keep_finished` a KeyboardInterrupt ends it with what is finished. Raises
    InputError as `checked_limit` does.
    """
    run: Run | None = None
    for number, more in enumerate(looks(draws, checked_limit(draws, most_draws, seed)), start=1):
        run = go(prepared, draws=more, seed=seed, after=run, **options)
        try:
            tell(look := looked(run, number))
        except KeyboardInterrupt:
            if not options.get("keep_finished"):
                raise
            return run
        if not look.open or run.draws < more:
            return run
    assert run is not None, "there is one look at least"
    return run


def _rounded(number: float) -> int:
    """To two digits, upwards."""
    unit: int = 10 ** max(0, len(str(int(number))) - DIGITS)
    return ceil(number / unit) * unit

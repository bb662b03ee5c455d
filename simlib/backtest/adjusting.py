"""Wide ranges before, and what is left of them after: only numbers that are merely assumed are adjusted."""

import time
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simlib.backtest.weighing import effective_number
from simlib.engine.draws import Draws, draw_table
from simlib.engine.project import project
from simlib.errors import InputError
from simlib.facts import Facts
from simlib.runs import Run, Timing, default_workers, prepare
from simlib.runs.warming import warmed
from simlib.scenario import Scenario

SURE = 3.0
"""Standard errors from which on a number is said to have moved: of fifty that did not, one in seven times one is called so."""


def adjustable(facts: Facts) -> tuple[str, ...]:
    """The uncertain facts that are merely assumed: the only ones that a backtest may adjust."""
    return tuple(key for key in facts if facts.fact(key).uncertain and facts.fact(key).assumed)


def wide_facts(facts: Facts) -> Facts:
    """The same facts, the assumed uncertain ones equally likely anywhere in their range; those with a source keep their own spread."""
    reason = "every value of the range is as likely as another, before the record is looked at"
    return facts.with_({key: {"distribution": "uniform", "reason": reason} for key in adjustable(facts)})


def resampled(weight: ArrayLike, number: int) -> NDArray[np.intp]:
    """So many draws out of those weighed, each as often as its weight says, to within one: systematic, without luck. -> places[number]"""
    if number < 1:
        raise InputError(f"number: seen {number}, wanted 1 or more")
    ends = np.cumsum(np.asarray(weight, dtype=np.float64))
    wanted = (np.arange(number) + 0.5) / number * ends[-1]
    places: NDArray[np.intp] = np.searchsorted(ends, wanted, side="left")
    return places


def adjusted(run: Run, weight: ArrayLike, draws: int, scenario: Scenario | None = None) -> Run:
    """The run once more with its assumed numbers taken from its draws by their weight, and all else drawn anew: luck, sourced numbers.

    Nothing but the assumed numbers knows of the record, therefore: a lucky year that met it by chance does not come again. With another
    `scenario` it is that one that is projected, on the same register and with the same numbers.
    """
    packed, both = run.projection.packed, run.draws + draws
    if scenario is not None:
        packed = prepare(run.registry, scenario, packed.facts).packed
    fresh = draw_table(packed.facts, run.scenario, both, run.seed).part(run.draws, both)
    kept, places = run.projection.draws.values, resampled(weight, draws)
    own = set(adjustable(packed.facts))
    values = {key: kept[key][places] if key in own else new for key, new in fresh.values.items()}
    compile_s, begin = warmed(packed, draws), time.perf_counter()
    projection = project(packed, Draws(run.seed, fresh.luck, values), workers=default_workers())
    return replace(run, scenario=packed.scenario, projection=projection, draws=draws, timing=Timing(time.perf_counter() - begin, compile_s))


def moved(run: Run, weight: ArrayLike, facts: Facts) -> pd.DataFrame:
    """One row an uncertain fact, the one that moved most first: mean and spread before and under weights, by `facts` their default.

    `shift`: of the mean, in standard deviations before; `spread`: standard deviation after over before; `error`: standard error of a
    shift, 1 / sqrt(effective number); `moved`: by more than three of them; `assumed`: whether it may be adjusted.
    """
    w = np.asarray(weight, dtype=np.float64) / np.asarray(weight, dtype=np.float64).sum()
    error, own = 1 / np.sqrt(effective_number(w)), set(adjustable(facts))
    rows = {}
    for key, drawn in run.projection.draws.values.items():
        fact, mean, sd = facts.fact(key), drawn.mean(), drawn.std()
        after = float((w * drawn).sum())
        spread = float(np.sqrt((w * (drawn - after) ** 2).sum())) / sd
        rows[key] = {
            "what": fact.label.en,
            "default": fact.value,
            "low": fact.low,
            "high": fact.high,
            "before": mean,
            "after": after,
            "shift": (after - mean) / sd,
            "spread": spread,
            "error": error,
            "moved": abs(after - mean) > SURE * error * sd,
            "assumed": key in own,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.iloc[np.argsort(-table["shift"].abs().to_numpy(), kind="stable")]

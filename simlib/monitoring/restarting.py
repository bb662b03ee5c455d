"""A projection started anew from what was reported (a restartable year): the rest of the horizon from the last actual year on.

Up to that year it is projected as ever. Then, in every draw, each village with a figure of that year is made to agree with it
(`conditioning`), and goes on from there; loans, jobs, projects, shares and funds stay as they were, and so do villages without a figure.
That a gap between report and projection lasts is an assumption: the model cannot see how much of it was luck of the year.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.bands import band
from simlib.engine.blocks import ranges
from simlib.engine.draws import Draws, draw_table
from simlib.engine.pack import Packed
from simlib.engine.project import project, project_whole
from simlib.engine.rows import width_for
from simlib.engine.slots import World
from simlib.engine.world import world_table
from simlib.errors import InputError
from simlib.money import FEN_PER_YUAN, fen_array
from simlib.monitoring.actuals import CONDITIONING, Actuals
from simlib.monitoring.conditioning import Conditioned, Reported, condition
from simlib.monitoring.cut import Cut, cut, parts, spans
from simlib.monitoring.gather import Gathered
from simlib.registry import Registry
from simlib.runs import Prepared, Run, Timing, default_workers, prepare
from simlib.runs.single import DRAWS, SEED, checked_draws
from simlib.runs.warming import warmed
from simlib.scenario import Scenario

F64 = NDArray[np.float64]
BY_DRAW = ("mean_fen", "scale", "closed", "exited", "left", "returned", "missed")


@dataclass(frozen=True, eq=False)
class Restarted:
    """A run that goes on from what was reported of `year`, the run that it was `before`, and what was done to each village.

    Both runs have all years of the horizon; up to `year` they are the same, as projected. `villages`: one row a village with a figure.
    `run` is no run to be stored: its numbers hang on the figures too, and no record of a run folder names them.
    """

    run: Run
    before: Run
    year: int
    actuals: Actuals
    villages: pd.DataFrame

    @property
    def unclosed(self) -> int:
        """Villages whose reported income could not be met in some draw: nothing earned to scale, or less than nothing wanted."""
        return int((self.villages["closed_share"] < 1.0).sum())

    @property
    def missed(self) -> int:
        """Villages whose reported exits no choice of whole households met in some draw."""
        return int((self.villages["exits_missed_most"] > 0).sum())

    def years(self) -> pd.DataFrame:
        """One row a year: shares out of the register and at the governing line, as it was projected and from the actual figures on."""
        columns = ("exited_share", "income_pc_labour_capable")
        now, then = self.run.years(), self.before.years()
        table: dict[str, Any] = {"year": now["year"], "conditioned": now["year"] > self.year}
        for name in columns:
            for suffix in ("_mean", "_p05", "_p95"):
                table |= {f"{name}{suffix}": now[f"{name}{suffix}"], f"{name}{suffix}_before": then[f"{name}{suffix}"]}
        return pd.DataFrame(table)


class _Task(NamedTuple):
    """What is asked of every range of draws."""

    packed: Packed
    draws: Draws
    year: int
    reported: dict[int, Reported]  # by place of the village

    @property
    def width(self) -> int:
        """Draws of a range: those for which there is machine code already."""
        return width_for(len(self.draws))


def restart(
    scenario: Scenario | Prepared,
    registry: Registry,
    actuals: Actuals,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    year: int | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Restarted:
    """Project a scenario anew from the last year with an actual income or exit (or from `year`). Memory is bounded by blocks.

    `draws=0` is deterministic. `progress` is told villages done. Raises InputError where no income and no exit is reported of that year,
    or the horizon ends with it.
    """
    checked_draws(draws, seed)
    ready = scenario if isinstance(scenario, Prepared) else prepare(registry, scenario)
    packed = ready.packed
    start = year or actuals.last_year(CONDITIONING)
    reported = _reported(actuals, packed, start)
    if not reported:
        raise InputError(f"{actuals.origin}: no {' and no '.join(CONDITIONING)} of {start} is reported; wanted a year with one")
    if start not in packed.years[:-1]:
        raise InputError(f"{actuals.origin}: a restart from {start}, wanted {packed.years[0]} to {packed.years[-2]}: years must be left")
    compile_s = ready.compile_s + warmed(packed, draws)
    begin = time.perf_counter()
    table = draw_table(packed.facts, ready.scenario, draws, seed)
    task = _Task(packed, table, start, reported)
    now, then = Gathered(packed, table), Gathered(packed, table)
    _add_others(task, (now, then), workers or default_workers())
    done: dict[int, list[Conditioned]] = {}
    for part in parts(packed, np.array(sorted(reported), dtype=np.int64)):
        for first, last in ranges(len(table), task.width):
            for village, what in _go_on(task, part, first, last, now, then).items():
                done.setdefault(village, []).append(what)
        if progress:
            progress(len(part.villages))
    timing = Timing(time.perf_counter() - begin, compile_s)
    named = ready.scenario.model_copy(update={"name": f"{ready.scenario.name} from {start}"})
    run = Run(named, registry, now.projection(), seed, draws, timing)
    before = Run(ready.scenario, registry, then.projection(), seed, draws, timing)
    return Restarted(run, before, start, actuals, _village_rows(task, registry, done))


def _reported(actuals: Actuals, packed: Packed, year: int) -> dict[int, Reported]:
    """What was reported of a year, by place of the village."""
    ids, unit = packed.village_ids, packed.weight_unit
    incomes, exits = (actuals.figure(name, ids, (year,))[:, 0] for name in CONDITIONING)
    return {
        int(place): Reported(
            None if np.isnan(incomes[place]) else int(fen_array(incomes[place])),
            None if np.isnan(exits[place]) else round(float(exits[place]) * unit),
        )
        for place in np.flatnonzero(np.isfinite(incomes) | np.isfinite(exits))
    }


def _add_others(task: _Task, wholes: tuple[Gathered, Gathered], workers: int) -> None:
    """Villages without a figure, as they were projected."""
    others = np.setdiff1d(np.arange(len(task.packed.village_ids)), list(task.reported))
    if len(others):
        part = cut(task.packed, others.astype(np.int64))
        projection = project(part.packed, task.draws, workers=workers)
        for whole in wholes:
            whole.add(part, projection, 0)


def _go_on(task: _Task, part: Cut, first: int, last: int, now: Gathered, then: Gathered) -> dict[int, Conditioned]:
    """Villages with figures in one range of draws: to the actual year, then on as projected, and on from the figures."""
    packed, draws = part.packed, task.draws.part(first, last)
    past = tuple(year for year in packed.years if year <= task.year)
    rest = packed.years[len(past) :]
    begun = project_whole(packed, draws, years=past)
    if begun.state is None or begun.trace is None:
        raise ValueError("a projection without its state; wanted one of project_whole")
    as_projected = project_whole(packed, draws, years=rest, start=begun.state)
    governing = world_table(packed.facts, packed.scenario, draws, past)[-1, World.GOVERNING_FEN]
    done = {
        int(village): condition(
            begun.state, packed.table, slice(*bounds), begun.trace[slice(*bounds), -1], governing, task.year, task.reported[int(village)]
        )
        for village, bounds in zip(part.villages, spans(packed).tolist(), strict=True)
    }
    from_actuals = project_whole(packed, draws, years=rest, start=begun.state)
    for whole, later in ((now, from_actuals), (then, as_projected)):
        whole.add(part, begun, first)
        whole.add(part, later, first)
    return done


def _village_rows(task: _Task, registry: Registry, done: dict[int, list[Conditioned]]) -> pd.DataFrame:
    """One row a village: what was reported, what was projected, the factor, and the exits that were set."""
    packed = task.packed
    villages = registry.villages.iloc[packed.village_rows]
    rows = [
        _row(packed, villages.iloc[place], place, task, {name: np.concatenate([getattr(one, name) for one in pieces]) for name in BY_DRAW})
        for place, pieces in sorted(done.items())
    ]
    return pd.DataFrame(rows)


def _row(packed: Packed, labels: Any, place: int, task: _Task, by_draw: dict[str, NDArray[Any]]) -> dict[str, Any]:
    reported, unit = task.reported[place], packed.weight_unit
    row = {name: labels[name] for name in ("village_id", "county", "helper", "helper_type")} | {"year": task.year}
    row["disposable_income"] = np.nan if reported.income_fen is None else reported.income_fen / FEN_PER_YUAN
    row |= _band("disposable_income", by_draw["mean_fen"] / FEN_PER_YUAN) | _band("scale", by_draw["scale"])
    row["closed_share"] = float(by_draw["closed"].mean())
    row["people_exited"] = np.nan if reported.exited is None else reported.exited / unit
    row |= _band("people_exited", by_draw["exited"] / unit)
    return row | {
        "exits_set_mean": float(by_draw["left"].mean()) / unit,
        "exits_undone_mean": float(by_draw["returned"].mean()) / unit,
        "exits_missed_most": float(np.abs(by_draw["missed"]).max()) / unit,
    }


def _band(name: str, values: F64) -> dict[str, float]:
    return {f"{name}_{key}": np.nan if value is None else value for key, value in band(values)._asdict().items()}

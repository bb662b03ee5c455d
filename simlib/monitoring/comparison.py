"""Actual figures against the projected bands: by village and year, and by helper with what luck alone would flag.

Clause 三(十四)4 asks for four figures (income of poor households, exit rate, housing rebuilt, visits of leaders), clause 四(十五) for two
visits a year; clause 四(十六) grades helper units. A band of 90 % leaves some villages outside by luck alone, and villages share the luck
of their province and prefecture; how many, and how likely as many as were seen are, is counted over the draws themselves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.bands import band
from simlib.engine.draws import draw_table
from simlib.errors import InputError
from simlib.money import FEN_PER_YUAN
from simlib.monitoring.actuals import Actuals
from simlib.monitoring.projected import SPENT, Figures, figures
from simlib.registry import Registry
from simlib.runs import Prepared, prepare
from simlib.runs.single import DRAWS, SEED, checked_draws
from simlib.scenario import Scenario

VISITS_A_YEAR: Final = 2  # at least (clause 四(十五))
BELOW, INSIDE, ABOVE = "below", "inside", "above"
NOT_REPORTED, NOTHING, NO_BAND = "not reported", "nothing to count", "no band"
MET, TOO_FEW = "met", "too few"
LABELS: Final = ("village_id", "name", "county", "prefecture", "helper", "helper_type", "is_poor_village")
LEVELS: Final[dict[str, list[str]]] = {"helper": ["helper", "helper_type"], "helper_type": ["helper_type"], "all": []}
HALF_FEN, ROUNDED = 0.5 / FEN_PER_YUAN, 0.005 + 1e-9  # how exactly an income and a share in per cent are written down
EXACT: Final = 1e-9

F64 = NDArray[np.float64]


class Figure(NamedTuple):
    """One figure of villages: sums over people or houses in every draw, what they are shares of, and what was reported.

    top[village, year, draw], of[village]; actual[village, year], NaN where not reported; `slack`: how exactly it is written down.
    """

    top: F64
    of: F64
    actual: F64
    slack: F64

    @property
    def projected(self) -> F64:
        """The figure in every draw, NaN where there is nothing to count. -> float64[village, year, draw]"""
        return _over(self.top, self.of[:, None, None])

    @property
    def reported(self) -> NDArray[np.bool_]:
        """Where there is something to hold against the projection. -> bool[village, year]"""
        return np.isfinite(self.actual) & (self.of > 0)[:, None]


FIGURES: Final = ("disposable_income", "exited_share", "repaired_share")
"""Those with a band: yuan a registered person, share of registered people, share of registered households in unsafe houses."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Actual figures of some years against a projection.

    `villages`: one row a village and year; `helpers`: one row a helper, helper type or all together and year. Money in yuan; `draws` is 0
    for a deterministic projection, which has no band.
    """

    scenario: Scenario
    registry: Registry
    actuals: Actuals
    years: tuple[int, ...]
    draws: int
    seed: int
    villages: pd.DataFrame
    helpers: pd.DataFrame

    def report(self) -> pd.DataFrame:
        """The report's rows: one a helper and year, with the four figures of clause 三(十四)4 and what was projected of them."""
        rows = self.helpers[self.helpers["level"] == "helper"]
        names = [f"{name}{suffix}" for name in FIGURES for suffix in ("", "_mean", "_p05", "_p95")]
        visits = ["leader_visits", "visits_a_village", "villages_visited_twice"]
        return rows[["helper", "helper_type", "year", "villages", "net_income", *names, *visits]].reset_index(drop=True)


def compare(
    scenario: Scenario | Prepared,
    registry: Registry,
    actuals: Actuals,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Hold actual figures against a scenario's projection, up to the last year with a figure.

    Poor villages are compared, and others that the figures name. `progress` is told villages done. Raises InputError where nothing is
    reported, or a figure is of a year that the scenario does not project.
    """
    checked_draws(draws, seed)
    ready = scenario if isinstance(scenario, Prepared) else prepare(registry, scenario)
    packed, last = ready.packed, actuals.last_year()
    years = tuple(year for year in packed.years if year <= last)
    if last not in packed.years:
        raise InputError(f"{actuals.origin}: figures of {last}, wanted years of the scenario, {packed.years[0]} to {packed.years[-1]}")
    named = pd.Index(packed.village_ids).isin(actuals.table["village_id"])
    places = np.flatnonzero(named | (packed.groups.is_poor == 1)).astype(np.int64)
    found = figures(packed, draw_table(packed.facts, ready.scenario, draws, seed), places, years, progress)
    ids = packed.village_ids[places]
    labels = registry.villages.iloc[packed.village_rows[places]][list(LABELS)].reset_index(drop=True)
    held = held_against(found, actuals, ids, years, packed.weight_unit)
    villages = pd.DataFrame(_village_columns(held, found, actuals, labels, years, packed.weight_unit))
    helpers = pd.DataFrame(list(_level_rows(held, labels, found.people / packed.weight_unit, actuals, years)))
    return Comparison(ready.scenario, registry, actuals, years, draws, seed, villages, helpers)


def held_against(found: Figures, actuals: Actuals, ids: NDArray[Any], years: tuple[int, ...], unit: int) -> dict[str, Figure]:
    """The three figures with a band, projected and reported, of villages by id."""
    people, unsafe = found.people / unit, found.unsafe / unit
    income, exited, repaired = (np.asarray(top, dtype=np.float64) for top in (found.income_fen, found.exited, found.repaired))
    houses, share = (actuals.figure(name, ids, years) for name in ("households_repaired", "repaired_share"))
    counted = _over(houses, unsafe[:, None])
    return {
        "disposable_income": Figure(
            income / unit / FEN_PER_YUAN, people, actuals.figure("disposable_income", ids, years), np.full(houses.shape, HALF_FEN + EXACT)
        ),
        "exited_share": Figure(
            exited / unit, people, _over(actuals.figure("people_exited", ids, years), people[:, None]), np.full(houses.shape, EXACT)
        ),
        "repaired_share": Figure(
            repaired / unit, unsafe, np.where(np.isfinite(houses), counted, share), np.where(np.isfinite(houses), EXACT, ROUNDED)
        ),
    }


def _over(top: F64, of: F64) -> F64:
    """A quotient, NaN where there is nothing to divide by."""
    quotient: F64 = np.divide(top, of, out=np.full(np.broadcast_shapes(top.shape, of.shape), np.nan), where=of > 0)
    return quotient


def flags(figure: Figure) -> NDArray[np.object_]:
    """Where each village stands against its 5-95 band. -> str[village, year]"""
    limits = band(figure.projected, axis=-1)
    words = np.full(figure.actual.shape, NO_BAND, dtype=object)
    known = np.isfinite(limits.p05)
    words[known] = INSIDE
    words[known & (figure.actual < limits.p05 - figure.slack)] = BELOW
    words[known & (figure.actual > limits.p95 + figure.slack)] = ABOVE
    words[~np.isfinite(figure.actual)] = NOT_REPORTED
    words[figure.of <= 0] = NOTHING
    return words


def outside_by_luck(figure: Figure) -> NDArray[np.bool_]:
    """Which villages each draw of the projection itself would have flagged. -> bool[village, year, draw]; none without a band"""
    values, limits = figure.projected, band(figure.projected, axis=-1)
    low, high = np.asarray(limits.p05)[..., None] - figure.slack[..., None], np.asarray(limits.p95)[..., None] + figure.slack[..., None]
    return (values < low) | (values > high)


# ---- villages


def _village_columns(
    held: dict[str, Figure], found: Figures, actuals: Actuals, labels: pd.DataFrame, years: tuple[int, ...], unit: int
) -> dict[str, Any]:
    """The village table column by column, rows by village and then by year."""
    ids, number = labels["village_id"].to_numpy(), len(years)
    columns: dict[str, Any] = {name: labels[name].repeat(number).to_numpy() for name in LABELS}
    columns |= {"year": np.tile(years, len(labels)), "people": np.repeat(found.people / unit, number)}
    for name, figure in held.items():
        limits = band(figure.projected, axis=-1)
        columns[name] = figure.actual.ravel()
        columns |= {f"{name}_{key}": np.asarray(value).ravel() for key, value in limits._asdict().items()}
        columns[f"{name}_flag"] = flags(figure).ravel()
    visits = actuals.figure("leader_visits", ids, years).ravel()
    columns |= {"net_income": actuals.figure("net_income", ids, years).ravel(), "leader_visits": visits, "visits_flag": _visits(visits)}
    for name in SPENT:
        columns[name] = actuals.figure(name, ids, years).ravel()
        columns[f"{name}_mean"] = (getattr(found, name).mean(axis=-1) / FEN_PER_YUAN).ravel()
    return columns


def _visits(visits: F64) -> NDArray[np.object_]:
    words = np.where(visits >= VISITS_A_YEAR, MET, TOO_FEW).astype(object)
    words[~np.isfinite(visits)] = NOT_REPORTED
    return words


# ---- helpers


def _level_rows(
    held: dict[str, Figure], labels: pd.DataFrame, people: F64, actuals: Actuals, years: tuple[int, ...]
) -> Iterator[dict[str, Any]]:
    """One row a helper, helper type and all together, and year; over poor villages with a helper."""
    ids = labels["village_id"].to_numpy()
    reported = {name: actuals.figure(name, ids, years) for name in ("net_income", "leader_visits")}
    helped = labels[labels["is_poor_village"] & (labels["helper_type"].fillna("") != "")]
    for level, names in LEVELS.items():
        for key in helped[names].drop_duplicates().sort_values(names).to_dict("records") if names else [{}]:
            alike = [helped[name] == word for name, word in key.items()]
            chosen = helped.index[np.logical_and.reduce(alike)].to_numpy(np.int64) if alike else helped.index.to_numpy(np.int64)
            for place, year in enumerate(years):
                row: dict[str, Any] = {"level": level, "helper": key.get("helper", ""), "helper_type": key.get("helper_type", "")}
                row |= {"year": year, "villages": len(chosen), "people": float(people[chosen].sum())}
                for name, figure in held.items():
                    row |= {f"{name}{suffix}": value for suffix, value in _summed(figure, chosen, place).items()}
                yield row | _beside(reported, people, chosen, place)


def _summed(figure: Figure, chosen: NDArray[np.int64], place: int) -> dict[str, Any]:
    """One figure of some villages together: those that report it, against the band of the same villages."""
    mask = figure.reported[chosen, place]
    kept = chosen[mask]
    of, slack = float(figure.of[kept].sum()), figure.slack[kept, place].max(initial=EXACT)
    actual = float((figure.actual[kept, place] * figure.of[kept]).sum() / of) if of > 0 else np.nan
    draws = figure.top[kept, place].sum(axis=0) / of if of > 0 else np.full(figure.top.shape[-1], np.nan)
    together = Figure(draws[None, None] * 1.0, np.ones(1), np.full((1, 1), actual), np.full((1, 1), slack))
    limits = band(draws)
    some = Figure(figure.top[kept][:, [place]], figure.of[kept], figure.actual[kept][:, [place]], figure.slack[kept][:, [place]])
    words = flags(some)[:, 0]
    below, above = int((words == BELOW).sum()), int((words == ABOVE).sum())
    by_luck = outside_by_luck(some)[:, 0].sum(axis=0)
    banded = figure.top.shape[-1] > 1 and len(kept) > 0
    return {
        "": actual,
        **{f"_{key}": np.nan if value is None else value for key, value in limits._asdict().items()},
        "_flag": flags(together)[0, 0],
        "_reported": len(kept),
        "_below": below,
        "_above": above,
        "_expected_outside": float(by_luck.mean()) if banded else np.nan,
        "_chance_of_as_many": float((by_luck >= below + above).mean()) if banded else np.nan,
    }


def _beside(reported: dict[str, F64], people: F64, chosen: NDArray[np.int64], place: int) -> dict[str, Any]:
    """What has no projection: the report's net income over the people of the villages that report it, and visits."""
    income, visits = reported["net_income"][chosen, place], reported["leader_visits"][chosen, place]
    told, seen = np.isfinite(income), np.isfinite(visits)
    heads = people[chosen][told]
    return {
        "net_income": float((income[told] * heads).sum() / heads.sum()) if heads.sum() > 0 else np.nan,
        "net_income_reported": int(told.sum()),
        "leader_visits": float(visits[seen].sum()) if seen.any() else np.nan,
        "visits_a_village": float(visits[seen].mean()) if seen.any() else np.nan,
        "visits_reported": int(seen.sum()),
        "villages_visited_twice": int((visits[seen] >= VISITS_A_YEAR).sum()),
    }

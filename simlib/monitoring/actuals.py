"""Actual figures as everything else sees them: one row a village and year, and what a village has by the register."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.errors import InputError
from simlib.monitoring.columns import REPORTED
from simlib.registry import Registry
from simlib.registry.report import Count, Problem

CONDITIONING = ("disposable_income", "people_exited")
"""What a projection can be started anew from."""


class Base(NamedTuple):
    """What shares of a village are counted of, by the register of the base year, weighted. float64[village], as `registry.villages`."""

    people: NDArray[np.float64]  # of registered households
    unsafe: NDArray[np.float64]  # registered households whose house was unsafe


def base_of(registry: Registry) -> Base:
    """People of registered households, and registered households in unsafe houses, of each village of a register."""
    homes = registry.households
    homes = homes[homes["registered_from"].notna()]
    place = pd.Index(registry.villages["village_id"]).get_indexer(pd.Index(homes["village_id"]))
    weight, unsafe = homes["weight"].to_numpy(np.float64), ~homes["housing_safe"].to_numpy(bool)

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(place, weights=values, minlength=len(registry.villages)).astype(np.float64)

    return Base(summed(weight * homes["members"].to_numpy(np.float64)), summed(weight * unsafe))


@dataclass(frozen=True, eq=False)
class Actuals:
    """A checked table of actual figures.

    `table`: village_id, year and every figure of `columns.REPORTED` (float64, NaN where not reported; money in yuan); one row a village and
    year, in the order of the file. `counts`: cells by column, `kept` reported and `defaulted` not reported. `notes`: worth knowing.
    """

    table: pd.DataFrame
    origin: str
    notes: tuple[Problem, ...] = ()
    counts: tuple[Count, ...] = ()

    def last_year(self, names: tuple[str, ...] = REPORTED) -> int:
        """The last year in which any of the named figures is reported. InputError where none is."""
        reported = self.table[self.table[list(names)].notna().any(axis=1)]
        if reported.empty:
            raise InputError(f"{self.origin}: no figure of {', '.join(names)} is reported; wanted at least one")
        return int(reported["year"].max())

    def figure(self, name: str, village_ids: NDArray[np.object_], years: tuple[int, ...]) -> NDArray[np.float64]:
        """One figure as an array, NaN where it is not reported. -> float64[village, year]"""
        wide = self.table.pivot(index="village_id", columns="year", values=name)
        return wide.reindex(index=list(village_ids), columns=list(years)).to_numpy(np.float64)

"""Tables of actual figures for tests: on the small register, as files and as what is read."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simlib.monitoring import Actuals
from simlib.monitoring.columns import REPORTED
from simlib.registry import Registry
from simlib.runs import Prepared, prepare
from simlib.scenario import load_scenario
from tests.small import register_of, small_register

Row = Mapping[str, Any]
HOMES: dict[str, dict[str, Any]] = {
    "h1": {"members": 3, "housing_safe": False},
    "h2": {"members": 2},
    "h3": {"members": 4, "housing_safe": False},
    "h4": {"members": 5, "registered_from": None},
    "h5": {"members": 1, "village_id": "b"},
}


@cache
def two_villages() -> Registry:
    """Village a: nine registered people, two of three registered households in unsafe houses, one candidate; village b: one person."""
    return register_of(HOMES, {"a": {"name": "=甲村", "helper": "甲单位"}, "b": {"name": "乙村", "helper": "乙单位"}})


@cache
def prepared() -> Prepared:
    """The full package on the small register."""
    return prepare(small_register(), load_scenario("full_package"))


def poor_villages() -> list[str]:
    """Ids of the small register's poor villages, in its order."""
    villages = small_register().villages
    return [str(one) for one in villages["village_id"][villages["is_poor_village"]]]


def figures_of(rows: Sequence[Row]) -> Actuals:
    """Figures as they are once read; what a row does not say is not reported."""
    table = pd.DataFrame([{name: np.nan for name in REPORTED} | dict(row) for row in rows])
    return Actuals(table[["village_id", "year", *REPORTED]].astype(dict.fromkeys(REPORTED, "float64")), "by hand")


def write_rows(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    return path

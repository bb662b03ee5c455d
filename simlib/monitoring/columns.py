"""The columns of the table of actual figures, declared in columns.yaml: reading, checking and the template share them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from simlib.registry.columns import Column, Table, heads_of

SCHEMA_FILE = Path(__file__).with_name("columns.yaml")
ACTUALS = "actuals"
IDS = ("village_id", "year")
REPORTED = (
    "disposable_income",
    "net_income",
    "people_exited",
    "households_repaired",
    "repaired_share",
    "leader_visits",
    "spent_household",
    "spent_guidance",
    "spent_pool",
)
"""The figures, in the order of the table; each may be left empty."""


@cache
def table() -> Table:
    """The declared table. ValueError where columns.yaml itself is wrong."""
    declared = _declared()
    columns = {name: _column(name, dict(fields)) for name, fields in declared["columns"].items()}
    if tuple(columns) != (*IDS[:1], "name", *IDS[1:], *REPORTED):
        raise ValueError(f"columns.yaml: seen {', '.join(columns)}, wanted the ids, the name and {', '.join(REPORTED)}")
    names = declared["table"]
    return Table(ACTUALS, names["zh"], MappingProxyType({}), (names["en"],), MappingProxyType(columns))


def columns() -> Mapping[str, Column]:
    """Every column by its name, in the order of the table."""
    return table().columns


@cache
def units() -> Mapping[str, str]:
    """Chinese names of units."""
    return MappingProxyType(_declared()["units"])


@cache
def heads() -> Mapping[str, str]:
    """Every accepted head, normalised, to the column's name. ValueError for a head of two columns."""
    return heads_of(columns().values())


@cache
def _declared() -> Any:
    return yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))


def _column(name: str, fields: dict[str, Any]) -> Column:
    """A column as the register's reader knows them: what is not required may be empty, which means not reported."""
    fields["aliases"] = tuple(fields["aliases"])
    if fields["type"] == "count":
        fields = {"low": 0, **fields}
    return Column(table=ACTUALS, name=name, example=None, default=None, **fields)

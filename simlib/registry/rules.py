"""What must hold within a column, within a row, and between rows and tables of a register."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from simlib.errors import said
from simlib.registry.columns import HOUSEHOLDS, Column, schema
from simlib.registry.raw import number_text
from simlib.registry.report import Problem, column_name
from simlib.registry.typed import Cell, Typed
from simlib.words import together

Found = Iterator[tuple[Cell, Problem]]
Numbers = Mapping[str, NDArray[Any]]
SOURCES = ("wage_income", "business_income", "property_income", "transfer_income", "dibao_yuan")
HINTS = 50  # unknown words for which the nearest right one is looked up


# ---- within a column


@cache
def column_schema(table: str) -> pa.DataFrameSchema:
    """The declared ranges as a pandera schema; each check is named for the kind of problem it finds."""
    columns = {column.name: _checked(column) for column in schema()[table].values() if column.numeric}
    return pa.DataFrameSchema(columns, strict=False)


def _checked(column: Column) -> pa.Column:
    checks = []
    if column.low == 0 or column.above == 0:
        checks.append(pa.Check.ge(0, name="negative", error="negative"))
    if column.type in ("count", "year"):
        checks.append(pa.Check(lambda values: values == np.floor(values), name="not_whole", error="not_whole"))
    if column.step:
        step = column.step
        checks.append(pa.Check(lambda values: values % step == 0, name="not_step", error="not_step"))
    inside = pa.Check(lambda values: _inside(values, column), name="out_of_range", error="out_of_range")
    return pa.Column(float, [*checks, inside], nullable=True, required=False)


def _inside(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    inside = pd.Series(True, index=values.index)
    if column.low is not None:
        inside &= values >= column.low
    if column.above is not None:
        inside &= values > column.above
    return inside if column.high is None else inside & (values <= column.high)


def column_problems(typed: Typed) -> Found:
    """Numbers outside their declared range, whole numbers that are not, steps not kept: one problem a cell."""
    table = typed.sheet.table
    numeric = {name: values.where(typed.usable[name]) for name, values in typed.values.items() if name in _numeric(table)}
    try:
        column_schema(table).validate(pd.DataFrame(numeric), lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        for place, name, kind in zip(cases["index"], cases["column"], cases["check"], strict=True):
            yield (int(place), str(name)), _out(typed, int(place), schema()[table][str(name)], str(kind))


def _numeric(table: str) -> set[str]:
    return {column.name for column in schema()[table].values() if column.numeric}


def _out(typed: Typed, place: int, column: Column, kind: str) -> Problem:
    seen = number_text(float(typed.values[column.name][place]))
    details = {"range": column.range_text, "step": f"{column.step or 1:g}"}
    return typed.sheet.problem(place, column.name, seen, kind, **details)


# ---- within a row


@dataclass(frozen=True)
class RowRule:
    """A relation between cells of one row: `broken` says where it fails; the problem stands at the first column."""

    kind: str
    columns: tuple[str, ...]
    broken: Callable[[Numbers], NDArray[np.bool_]]


ROW_RULES = (
    RowRule("workers_members", ("workers", "members"), lambda row: row["workers"] > row["members"]),
    RowRule(
        "labour_workers",
        ("labour_units", "workers"),
        lambda row: (row["labour_units"] > row["workers"]) | (row["labour_units"] < row["workers"] / 2),
    ),
    RowRule("ages_members", ("pupils", "elderly", "members"), lambda row: row["pupils"] + row["elderly"] > row["members"]),
    RowRule("ill_members", ("ill", "members"), lambda row: row["ill"] > row["members"]),
    RowRule("disabled_members", ("disabled", "members"), lambda row: row["disabled"] > row["members"]),
    RowRule("dropouts_pupils", ("dropouts", "pupils"), lambda row: row["dropouts"] > row["pupils"]),
)


def row_problems(typed: Typed) -> Found:
    """Households whose cells contradict each other; a relation is judged only where all its cells can be used and stand so far."""
    contradicted = {name: np.zeros(typed.size, dtype=bool) for name in typed.usable}
    for rule in ROW_RULES:
        judged = typed.all_usable(rule.columns) & ~np.logical_or.reduce([contradicted[name] for name in rule.columns])
        broken = judged & rule.broken({name: typed.numbers(name) for name in rule.columns})
        contradicted[rule.columns[0]] |= broken
        for place in np.flatnonzero(broken):
            yield (int(place), rule.columns[0]), _row_problem(typed, int(place), rule)
    yield from _income_problems(typed)


def _row_problem(typed: Typed, place: int, rule: RowRule) -> Problem:
    cells = {name: number_text(float(typed.values[name][place])) for name in rule.columns}
    workers = float(typed.values["workers"][place])
    details = {"low": number_text(workers / 2), "high": number_text(workers)} if rule.kind == "labour_workers" else {}
    table = typed.sheet.table
    seen = together([said("{column} {value}", column=column_name(table, name), value=value) for name, value in cells.items()], ", ")
    return typed.sheet.problem(place, rule.columns[0], seen, rule.kind, **details)


def _income_problems(typed: Typed) -> Found:
    """Incomes a head that no registered household can have: most likely a slip of the unit, at the largest source."""
    limits = schema().limits
    sources = np.abs(np.column_stack([typed.numbers(name) for name in SOURCES]))
    a_head = sources.sum(axis=1) / typed.numbers("members")
    judged = typed.all_usable((*SOURCES, "members"))
    for kind, limit, broken in (
        ("income_high", limits["income_pc_high"], a_head > limits["income_pc_high"]),
        ("income_low", limits["income_pc_low"], (a_head > 0) & (a_head < limits["income_pc_low"])),
    ):
        for place in np.flatnonzero(judged & broken):
            name = SOURCES[int(sources[place].argmax())]
            cell, in_all = f"{float(typed.values[name][place]):.10g}", f"{a_head[place]:.6g}"
            seen = said("{cell}, {in_all} yuan a head in all", cell=cell, in_all=in_all)
            yield (int(place), name), typed.sheet.problem(int(place), name, seen, kind, limit=f"{limit:,.10g}")


# ---- between rows and tables


def duplicate_ids(typed: Typed) -> Found:
    """Every row after the first that has the same id; ids are the same when their NFKC forms without outer blanks are."""
    name = "household_id" if typed.sheet.table == HOUSEHOLDS else "village_id"
    ids = pd.Series(typed.array(name))[typed.usable[name]]
    again = ids[ids.duplicated()]
    firsts = ids[~ids.duplicated()]
    place_of = pd.Series(firsts.index, index=firsts.to_numpy())
    words = typed.sheet.entries[name].words if len(again) else pd.Series(dtype=object)
    for place, text in zip(again.index, again, strict=True):
        first = int(place_of[text])
        seen, other = str(words[place]), str(words[first])
        kind = "duplicate_id" if seen == other else "duplicate_form"
        row = str(typed.sheet.rows[first])
        yield (int(place), name), typed.sheet.problem(int(place), name, seen, kind, row=row, other=other)


def unknown_villages(households: Typed, villages: Typed) -> Found:
    """Households whose village_id is not in the village table."""
    known = [str(word) for word in villages.array("village_id")[villages.usable["village_id"]]]
    ids = pd.Series(households.array("village_id"))
    lost = households.usable["village_id"] & ~ids.isin(known).to_numpy(dtype=bool)
    hints = {word: _near_village(str(word), known) for word in ids[lost].unique()[:HINTS]}
    for place in np.flatnonzero(lost):
        seen = str(ids[place])
        hint = hints.get(seen) or said("it has {count} villages", count=len(known))
        cell = (int(place), "village_id")
        yield cell, households.sheet.problem(int(place), "village_id", seen, "unknown_village", hint=hint)


def _near_village(seen: str, known: list[str]) -> str:
    close = get_close_matches(seen, known, n=1, cutoff=0.6)
    return said("the nearest is {name!r}", name=close[0]) if close else ""


def village_problems(typed: Typed) -> Found:
    """Poor villages that lack what only they need, and others that have a helper."""
    known, poor = typed.usable["is_poor_village"], typed.array("is_poor_village") == True  # noqa: E712 -- object array with None
    for column in schema()[typed.sheet.table].values():
        if column.required_poor:
            for place in np.flatnonzero(known & poor & typed.empty[column.name]):
                yield (int(place), column.name), typed.sheet.problem(int(place), column.name, "", "empty_poor")
    helped = {name: known & ~poor & typed.usable[name] & (typed.array(name) != "") for name in ("helper_type", "helper")}
    for place in np.flatnonzero(helped["helper_type"] | helped["helper"]):
        name = "helper_type" if helped["helper_type"][place] else "helper"
        seen = str(typed.values[name][place])
        yield (int(place), name), typed.sheet.problem(int(place), name, seen, "helper_not_poor")


def too_few_residents(villages: Typed, people: NDArray[np.float64]) -> Found:
    """Villages with fewer residents than the people of their households in the table: people[village]."""
    residents = villages.numbers("residents")
    for place in np.flatnonzero(residents < people):
        seen, heads = number_text(float(residents[place])), number_text(float(people[place]))
        cell = (int(place), "residents")
        yield cell, villages.sheet.problem(int(place), "residents", seen, "people_residents", people=heads)

"""Money in and out: what each fund is due, what is spent, carried over and lapses, by year; and on which measures."""

from typing import Any, Final

import pandas as pd

from simlib.dashboard.views.pages import filled
from simlib.runs import Result
from simlib.words import Words

IN: Final = ("entitled", "carried_in")
OUT: Final = ("spent", "carried_out", "lapsed")


def money(result: Result, words: Words) -> str:
    """A table of funds by year, in and out, and one of measures; funds that hold nothing are left out."""
    funds = result.table("funds").groupby(["fund", "year"], sort=False)[[*IN, *OUT]].sum().reset_index()
    held = funds.groupby("fund")[["entitled", "spent"]].transform("sum").sum(axis=1) > 0
    rows = [_fund(row, words) for row in funds[held].to_dict("records")]
    most = max((value for row in rows for value in row["sums"]), default=1.0) or 1.0
    columns = [words[f"use.{name}"] for name in (*IN, *OUT)]
    return filled("money.html", words=words, rows=rows, most=most, columns=columns, measures=_measures(result.table("spending"), words))


def _fund(row: dict[Any, Any], words: Words) -> dict[str, Any]:
    """A fund in a year: its sums, as numbers and as they are spoken of."""
    sums = [float(row[name]) for name in (*IN, *OUT)]
    return {"fund": words[f"fund.{row['fund']}"], "year": int(row["year"]), "sums": sums, "texts": [words.money(value) for value in sums]}


def _measures(spending: pd.DataFrame, words: Words) -> dict[str, Any]:
    """What measures cost by year: the years, and a row a measure that costs anything, dearest first."""
    table = spending.pivot_table(index="measure", columns="year", values="spent_yuan", aggfunc="sum", fill_value=0.0)
    table = table.loc[table.sum(axis=1).sort_values(ascending=False).index]
    rows = [(words[f"measure.{name}"], [words.money(value) for value in (*row, sum(row))]) for name, row in _records(table) if sum(row) > 0]
    return {"years": [int(year) for year in table.columns], "rows": rows}


def _records(table: pd.DataFrame) -> list[tuple[str, list[float]]]:
    """Rows by their names."""
    return [(str(name), [float(value) for value in row]) for name, row in zip(table.index, table.to_numpy(), strict=True)]

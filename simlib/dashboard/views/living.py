"""What people live on, as tables of text: income by source and year, and how many have how much."""

from typing import Any, Final

import pandas as pd

from simlib.dashboard.views.pages import filled
from simlib.reports.series import due
from simlib.runs import Result
from simlib.words import Words

CLASS: Final = 1_000.0
"""Yuan a head of a class in the table."""
TOP: Final = 12_000.0
"""From here on one class."""


def sources(result: Result, words: Words) -> str:
    """Yuan a head of the labour-capable by source and year, and together; the first year as registered."""
    table = result.table("sources").pivot_table(index="source", columns="year", values="yuan_pc", sort=False)
    texts = [[words.yuan(value) for value in row] for row in table.to_numpy()]
    rows = list(zip([words[f"source.{name}"] for name in table.index], texts, strict=True))
    whole = (words("together"), [words.yuan(value) for value in table.sum()])
    caption = words("Income of labour-capable people by source, yuan a head; the first year as registered")
    return filled("grid.html", caption=caption, first=words("source"), heads=[str(year) for year in table.columns], rows=[*rows, whole])


def incomes(result: Result, words: Words) -> str:
    """Registered people by income a head in the year that targets are due in, and the lines of that year."""
    table, lines, year = result.table("incomes"), result.table("lines"), due(result)
    last = table[table["year"] == year]
    edges = (last["from_yuan"] // CLASS * CLASS).clip(upper=TOP)
    people = last.groupby(edges)["people_mean"].sum()
    whole = people.sum()
    classes = zip(people.index.tolist(), people.tolist(), strict=True)
    rows = [(_class(float(edge), words), [words.number(one), words.percent(one / whole, 1)]) for edge, one in classes]
    caption = words("Registered people by income a head in {year}; {lines}", year=year, lines=_lines(lines[lines["year"] == year], words))
    return filled(
        "grid.html", caption=caption, first=words("yuan a head"), heads=[words("people"), words("share of registered people")], rows=rows
    )


def _class(edge: float, words: Words) -> str:
    """A class of income in words."""
    if edge >= TOP:
        return words("{yuan} or more", yuan=words.number(edge))
    return words("{low} to {high}", low=words.number(edge), high=words.number(edge + CLASS))


def _lines(lines: pd.DataFrame, words: Words) -> str:
    """The household lines among these."""
    rows: list[dict[Any, Any]] = lines[lines["of"] == "household"].to_dict("records")
    return words.joined([f"{words['line.' + row['line']]} {words.yuan(row['yuan_mean'])}" for row in rows])

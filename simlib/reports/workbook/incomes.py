"""The sheets of years and of income by source, with their charts."""

import math
from typing import Any, Final

import pandas as pd

from simlib.reports.style import INK, VERMILION
from simlib.reports.workbook.charts import fill, framed, stroke
from simlib.reports.workbook.look import SERIES
from simlib.reports.workbook.material import Material
from simlib.reports.workbook.tables import Column, Placed

BANDED: Final = {
    "at_fixed_share": ("line.fixed", 0),
    "at_moving_share": ("line.moving", 1),
    "exited_share": ("status.exited", 2),
}
"""Shares that have a chart: the code of their label, their colour."""


# ---- year by year


def years_sheet(made: Material) -> None:
    """历年: how far the register is each year, with bands."""
    words, rows = made.words, made.table("years")
    columns = [Column("year", words("year"), rows["year"].astype(int).tolist(), "year")]
    for name, (code, _) in BANDED.items():
        columns += _band(made, rows, name, _at(made, code))
    income = words("mean income of the labour-capable, yuan a person")
    columns += _band(made, rows, "income_pc_labour_capable", income, "yuan")
    columns += [
        Column(
            "villages_exited_share_mean",
            words("poor villages off the list"),
            rows["villages_exited_share_mean"].tolist(),
            "share",
            width=10,
        ),
        Column("guaranteed_share_mean", words("people with every guarantee"), rows["guaranteed_share_mean"].tolist(), "share", width=10),
        Column("reentry_share_mean", words("back on the register, of those out"), rows["reentry_share_mean"].tolist(), "share", width=11),
    ]
    banded = words(
        "Shares of the registered people, at the end of each year: mean over futures, and the bounds between which nine in ten lie."
    )
    note = banded if made.drawn else words("Shares of the registered people, at the end of each year, with central values.")
    leaf = made.open(words("Years"), [column.wide for column in columns], words("Year by year"), note)
    placed = leaf.table(columns, frozen=1)
    leaf.skip()
    for number, (name, (code, color)) in enumerate(BANDED.items()):
        chart = _fan(made, placed, name, _at(made, code), SERIES[color])
        leaf.chart(chart, part=(number, len(BANDED)))


def _at(made: Material, code: str) -> str:
    words = made.words
    return (
        words("registered people at the {line}", line=words[code])
        if code.startswith("line.")
        else words("registered people that are out of the register")
    )


def _band(made: Material, rows: pd.DataFrame, name: str, group: str, form: str = "share") -> list[Column]:
    """Mean and, where luck was drawn, both bounds."""
    ends: dict[str, str | float] = {"mean": made.words("mean"), "p05": 0.05, "p95": 0.95}
    return [
        Column(f"{name}_{end}", head, rows[f"{name}_{end}"].tolist(), form, group, width=9.5 if made.drawn else 20)
        for end, head in ends.items()
        if end == "mean" or made.drawn
    ]


def _fan(made: Material, placed: Placed, name: str, title: str, color: str) -> Any:
    """A share through the years: mean in full, the bounds of its band dashed."""
    words = made.words
    chart = made.book.add_chart({"type": "line"})
    ends = {"mean": words("mean"), "p95": "95%", "p05": "5%"}
    for end, told in ends.items():
        if f"{name}_{end}" in placed.places:
            line = stroke(color, dashed=end != "mean")
            label = {"data_labels": {"value": True, "position": "above", "num_format": "0%", "font": {"name": made.look.font, "size": 9}}}
            cells = {"name": told, "categories": placed.cells("year"), "values": placed.cells(f"{name}_{end}")}
            chart.add_series(cells | line | (label if end == "mean" else {}))
    return framed(chart, made.look, title, "", "0%", top=1)


# ---- income by source


def income_rows(made: Material) -> pd.DataFrame:
    """Income of the labour-capable by source in yuan a person: a row a year, the first as registered; with the household's lines."""
    wide = made.table("sources").pivot(index="year", columns="source", values="yuan_pc")
    order = list(dict.fromkeys(made.table("sources")["source"]))
    lines = made.table("lines")
    lines = lines[lines["of"] == "household"].pivot(index="year", columns="line", values="yuan_mean").add_prefix("line_")
    return wide[order].join(lines).reset_index()


def income_sheet(made: Material) -> None:
    """收入: what the labour-capable live on, against the lines."""
    words, rows = made.words, income_rows(made)
    order = list(dict.fromkeys(made.table("sources")["source"]))
    group, lines = words("income by source, yuan a person and year (mean)"), words("lines of a household, yuan a person and year")
    last = chr(ord("C") + len(order) - 1)
    total = [math.fsum(one) for one in rows[order].itertuples(index=False)]
    states = [words("as registered") if math.isnan(line) else words("projected") for line in rows["line_fixed"]]
    columns = [
        Column("year", words("year"), rows["year"].astype(int).tolist(), "year"),
        Column("state", words("state"), states, "text"),
        *(Column(source, words[f"source.{source}"], rows[source].tolist(), "yuan", group) for source in order),
        Column("total", words("together"), total, "yuan", group, formula=f"=SUM(C{{row}}:{last}{{row}})"),
        *(
            Column(f"line_{line}", words[f"line.{line}"], rows[f"line_{line}"].tolist(), "yuan", lines)
            for line in ("fixed", "moving", "indexed", "dibao")
        ),
    ]
    note = words("People in labour-capable households of the register. The first year is as registered, before the programme.")
    leaf = made.open(words("Income"), [column.wide for column in columns], words("Income by source"), note)
    placed = leaf.table(columns, frozen=1)
    leaf.skip()
    leaf.chart(_stack(made, placed, order), height=360)


def _stack(made: Material, placed: Placed, sources: list[str]) -> Any:
    """Sources upon each other, and over them the lines that the total must reach."""
    words = made.words
    chart = made.book.add_chart({"type": "column", "subtype": "stacked"})
    for place, source in enumerate(sources):
        chart.add_series({"name": placed.head_of(source), "categories": placed.cells("year"), "values": placed.cells(source)} | fill(place))
    over = made.book.add_chart({"type": "line"})
    for line, color in (("line_fixed", INK), ("line_moving", VERMILION)):
        over.add_series({"name": placed.head_of(line), "categories": placed.cells("year"), "values": placed.cells(line)} | stroke(color))
    chart.combine(over)
    return framed(chart, made.look, words("Income of the labour-capable by source"), words("yuan a person and year"), "#,##0")

"""The sheets of money: by fund, the ledger with its identity as a live formula, spending by measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from simlib.reports.workbook.charts import fill, framed
from simlib.reports.workbook.leaf import Leaf
from simlib.reports.workbook.material import Material
from simlib.reports.workbook.tables import Column, Placed
from simlib.words import Language

USES: Final = ("entitled", "carried_in", "spent", "carried_out", "lapsed", "committed")
"""Columns of the ledger: what comes in, what goes out, and of it what was promised."""
LETTERS: Final = {name: chr(ord("A") + place) for place, name in enumerate(("fund", "payer", "year", *USES))}
"""Where they stand in the ledger's sheet."""
SCALES: Final[Mapping[Language, float]] = {"zh": 1e4, "en": 1e6}
"""What large sums are divided by on the sheet of funds: 万元, million yuan."""


def ledger_rows(made: Material) -> pd.DataFrame:
    """Funds by payer and year that ever hold money."""
    rows = made.table("funds")
    held = rows.groupby(["fund", "payer"])[list(USES)].transform(lambda column: column.abs().max()).max(axis=1) > 0
    return rows[held].reset_index(drop=True)


def ledger_sheet(made: Material) -> None:
    """台账: every fund by payer and year; what comes in is what goes out, checked by a formula in every row."""
    words, rows = made.words, ledger_rows(made)
    into, out = words("comes in"), words("goes out")
    groups = {"entitled": into, "carried_in": into, "spent": out, "carried_out": out, "lapsed": out, "committed": ""}
    check = (rows["entitled"] + rows["carried_in"] - rows["spent"] - rows["carried_out"] - rows["lapsed"]).round(2) + 0.0
    columns = [
        Column("fund", words("fund"), [words[f"fund.{fund}"] for fund in rows["fund"]], "text"),
        Column("payer", words("payer"), [words[f"payer.{payer}"] for payer in rows["payer"]], "text"),
        Column("year", words("year"), rows["year"].astype(int).tolist(), "year"),
        *(Column(use, words[f"use.{use}"], rows[use].tolist(), "yuan", groups[use], width=15) for use in USES),
        Column("check", words("in − out"), check.tolist(), "money", formula="=ROUND(D{row}+E{row}-F{row}-G{row}-H{row},2)", width=10),
    ]
    note = words(
        "Yuan, means over futures. In every row what is due and carried in is what is spent, carried on and lapsed: the last column is a "
        "formula and must show 0.00. Committed: what was promised of it, never less than what was spent."
    )
    leaf = made.open(words("Ledger"), [column.wide for column in columns], words("Funds by payer and year"), note)
    placed = leaf.table(columns, frozen=3)
    _must_be_zero(made, leaf, placed)


def _must_be_zero(made: Material, leaf: Leaf, placed: Placed) -> None:
    """Colour the check: a row that does not close is seen."""
    place = placed.places["check"]
    for criteria, kind in (("==", "good"), ("!=", "bad")):
        rule = {"type": "cell", "criteria": criteria, "value": 0, "format": made.look.tint(kind)}
        leaf.sheet.conditional_format(placed.first, place, placed.last, place, rule)


# ---- by fund


def funds_sheet(made: Material) -> None:
    """资金: each fund over all years, summed from the ledger by formulas; spent by year; both as charts."""
    words, rows, ledger = made.words, ledger_rows(made), made.words("Ledger")
    scale = SCALES[words.language]
    unit = words("million yuan") if words.language == "en" else words("ten thousand yuan")
    columns = _fund_columns(made, rows, Sums(ledger, scale))
    note = words(
        "In {unit}, all years together, summed from the sheet {sheet} by formulas. Loans are the bank's and are paid back; social "
        "protection is paid by right: both stand beside the planned funds.",
        unit=unit,
        sheet=ledger,
    )
    leaf = made.open(words("Funds"), [column.wide for column in columns], words("Money by fund"), note)
    placed = leaf.table(columns, frozen=1)
    leaf.skip()
    leaf.chart(_uses_chart(made, placed, unit), part=(0, 2), height=340)
    leaf.chart(_years_chart(made, placed, unit), part=(1, 2), height=340)


@dataclass(frozen=True)
class Sums:
    """Formulas that sum the ledger for the fund in column A of a row."""

    sheet: str
    scale: float

    def _column(self, name: str) -> str:
        letter = LETTERS[name]
        return f"'{self.sheet}'!${letter}:${letter}"

    def of(self, use: str, year: int | None = None) -> str:
        """The sum of a use, in one year or in all."""
        when = f",{self._column('year')},{year}" if year is not None else ""
        return f"=SUMIFS({self._column(use)},{self._column('fund')},$A{{row}}{when})/{self.scale:.0f}"


def _fund_columns(made: Material, rows: pd.DataFrame, sums: Sums) -> list[Column]:
    """Due, spent, lapsed, still held at the end; the share spent; spent by year."""
    words, form = made.words, "tenth"
    funds, years = list(dict.fromkeys(rows["fund"])), sorted({int(year) for year in rows["year"]})
    by_fund = rows.groupby("fund", sort=False)
    totals = {use: (by_fund[use].sum().reindex(funds) / sums.scale).tolist() for use in ("entitled", "spent", "lapsed")}
    held = (rows[rows["year"] == years[-1]].groupby("fund")["carried_out"].sum().reindex(funds) / sums.scale).tolist()
    parts = [spent / due if due else None for spent, due in zip(totals["spent"], totals["entitled"], strict=True)]
    spent = rows.pivot_table(index="fund", columns="year", values="spent", aggfunc="sum").reindex(funds) / sums.scale
    by_year = words("spent in")
    return [
        Column("fund", words("fund"), [words[f"fund.{fund}"] for fund in funds], "text"),
        Column("entitled", words("due, all years"), totals["entitled"], form, formula=sums.of("entitled"), width=13),
        Column("spent", words["use.spent"], totals["spent"], form, formula=sums.of("spent"), width=13),
        Column("lapsed", words["use.lapsed"], totals["lapsed"], form, formula=sums.of("lapsed"), width=13),
        Column("held", words("still held at the end"), held, form, formula=sums.of("carried_out", years[-1]), width=13),
        Column("part", words("share spent"), parts, "share", formula='=IF(B{row}=0,"",C{row}/B{row})', width=10),
        *(Column(str(year), year, spent[year].tolist(), form, by_year, formula=sums.of("spent", year), width=13) for year in years),
    ]


def _uses_chart(made: Material, placed: Placed, unit: str) -> Any:
    """What became of each fund: spent, lapsed, still held."""
    chart = made.book.add_chart({"type": "bar", "subtype": "stacked"})
    for place, use in ((0, "spent"), (1, "lapsed"), (3, "held")):
        chart.add_series({"name": placed.head_of(use), "categories": placed.cells("fund"), "values": placed.cells(use)} | fill(place))
    framed(chart, made.look, made.words("What became of each fund"), "", "#,##0")
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": {"name": made.look.font, "size": 9}, "major_tick_mark": "none"})
    grid = {"visible": True, "line": {"color": "#E3E3E3", "width": 0.75}}
    font = {"name": made.look.font, "size": 9}
    chart.set_x_axis({"name": unit, "name_font": font | {"bold": False}, "num_font": font, "num_format": "#,##0", "major_gridlines": grid})
    return chart


def _years_chart(made: Material, placed: Placed, unit: str) -> Any:
    """What was spent in each year, fund upon fund."""
    chart = made.book.add_chart({"type": "column", "subtype": "stacked"})
    years = [name for name in placed.places if name.isdigit()]
    sheet, head = placed.sheet, placed.head
    categories = [sheet, head, placed.places[years[0]], head, placed.places[years[-1]]]
    for number, row in enumerate(range(placed.first, placed.last + 1)):
        values = [sheet, row, placed.places[years[0]], row, placed.places[years[-1]]]
        chart.add_series({"name": [sheet, row, 0], "categories": categories, "values": values} | fill(number))
    return framed(chart, made.look, made.words("Spent by year"), unit, "#,##0")


# ---- by measure


def measures_sheet(made: Material) -> None:
    """措施: what was spent on each measure, from which fund, by year."""
    words, table = made.words, made.table("spending")
    years = sorted({int(year) for year in table["year"]})
    wide = table.pivot_table(
        index=["measure", "fund", "in_total"], columns="year", values="spent_yuan", aggfunc="sum", sort=False
    ).reset_index()
    last = chr(ord("D") + len(years) - 1)
    total = wide[years].sum(axis=1).tolist() if years else []
    columns = [
        Column("measure", words("measure"), [words[f"measure.{name}"] for name in wide["measure"]], "text"),
        Column("fund", words("fund"), [words[f"fund.{fund}"] for fund in wide["fund"]], "text"),
        Column("in_total", words("counts in totals"), [words("yes") if one else words("no") for one in wide["in_total"]], "text", width=12),
        *(Column(str(year), year, wide[year].tolist(), "yuan", words("spent, yuan"), width=15) for year in years),
        Column("total", words("together"), total, "yuan", words("spent, yuan"), formula=f"=SUM(D{{row}}:{last}{{row}})", width=16),
    ]
    note = words(
        "Yuan, means over futures. What does not count in totals stands elsewhere already or is paid back: loans of the banks, and day "
        "wages that are part of what village projects cost."
    )
    leaf = made.open(words("Measures"), [column.wide for column in columns], words("Spending by measure"), note)
    leaf.table(columns, frozen=2)

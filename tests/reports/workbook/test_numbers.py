"""Every number in the workbook is the result's own, and every chart draws the cells that it says."""

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simlib.facts import load_facts
from simlib.reports.workbook import sheet_names
from simlib.reports.workbook.places import HELD, SOURCES
from simlib.runs import Run
from simlib.scenario import load_scenario
from simlib.words import Words
from tests.reports.workbook.reading import cells, charts, heads, read, table

PLACES = {name: place for place, name in enumerate(sheet_names("en"))}
LANGS = ["zh", "en"]
CODE = re.compile(r"[SEP]\d\d")


def sheet_of(books: Mapping[str, bytes], lang: str, name: str, *, formulas: bool = False) -> Any:
    return read(books[lang], formulas=formulas).worksheets[PLACES[name]]


def same(seen: Any, wanted: Any) -> None:
    """Equal numbers, to the sixteen digits that the file has of each; empty where there is none."""
    np.testing.assert_allclose(np.asarray(seen, dtype=float), np.asarray(wanted, dtype=float), rtol=1e-15, atol=0)


def villages_of(books: Mapping[str, bytes], lang: str) -> pd.DataFrame:
    """The sheet of villages by id, columns counted from that of the registered people."""
    sheet = sheet_of(books, lang, "Villages")
    found = table(sheet).set_index(0)
    return found.rename(columns=lambda place: place - heads(sheet).index(Words(lang)("registered people")))


def due(run: Run, name: str) -> pd.DataFrame:
    rows = run.table(name)
    return rows[rows["year"] == 2018].reset_index(drop=True)


@pytest.mark.parametrize("lang", LANGS)
def test_targets(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    found, wanted, words = table(sheet_of(books, lang, "Targets")), made.table("targets"), Words(lang)
    numbers = ["line_value", "met_share_mean", "met_share_p05", "met_share_p95"]
    numbers += [f"probability_at_least_{level}" for level in (100, 99, 95, 90, 80)] + ["mc_se", "tolerance", "confidence"]
    for place, name in enumerate(numbers, start=5):
        same(found[place], wanted[name])
    assert list(found[0]) == [words[f"target.{code}"] for code in wanted["target"]]
    assert list(found[17]) == [words[f"verdict.{code}"] for code in wanted["verdict"]]
    assert heads(sheet_of(books, lang, "Targets"))[9:14] == [1, 0.99, 0.95, 0.9, 0.8]


@pytest.mark.parametrize("lang", LANGS)
def test_years_and_their_charts(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    book = read(books[lang])
    sheet, wanted = book.worksheets[PLACES["Years"]], made.table("years")
    found = table(sheet)
    banded = ["at_fixed_share", "at_moving_share", "exited_share", "income_pc_labour_capable"]
    names = [f"{name}_{end}" for name in banded for end in ("mean", "p05", "p95")]
    for place, name in enumerate([*names, "villages_exited_share_mean", "guaranteed_share_mean", "reentry_share_mean"], start=1):
        same(found[place], wanted[name])
    drawn = [[cells(book, series.val.numRef.f) for series in chart.series] for chart in charts(sheet)]
    same(drawn, [[wanted[f"{name}_{end}"].tolist() for end in ("mean", "p95", "p05")] for name in banded[:3]])
    assert all(cells(book, series.cat.numRef.f) == [2016, 2017, 2018] for chart in charts(sheet) for series in chart.series)
    assert {(chart.y_axis.scaling.min, chart.y_axis.scaling.max) for chart in charts(sheet)} == {(0, 1)}


@pytest.mark.parametrize("lang", LANGS)
def test_income_and_its_chart(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    book, words = read(books[lang]), Words(lang)
    sheet, table_ = book.worksheets[PLACES["Income"]], made.table("sources")
    found, order = table(sheet), list(dict.fromkeys(table_["source"]))
    wide = table_.pivot(index="year", columns="source", values="yuan_pc")
    assert list(found[0]) == [2015, 2016, 2017, 2018]
    for place, source in enumerate(order, start=2):
        same(found[place], wide[source])
    same(np.asarray(found[7], dtype=float).round(6), wide.sum(axis=1).round(6))
    lines = made.table("lines").query("of == 'household' and line == 'fixed'")
    same(found[8], [math.nan, *lines["yuan_mean"]])
    drawn = {cells(book, series.tx.strRef.f)[0]: cells(book, series.val.numRef.f) for chart in charts(sheet) for series in chart.series}
    assert list(drawn) == [*(words[f"source.{source}"] for source in order), words["line.fixed"], words["line.moving"]]
    for seen, values in zip(drawn.values(), [*(wide[source] for source in order), found[8], found[9]], strict=True):
        same(seen, values)


@pytest.mark.parametrize("lang", LANGS)
def test_villages(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    found, rows = villages_of(books, lang), due(made, "villages")
    wanted = rows[rows["is_poor_village"]].set_index("village_id").loc[found.index]
    assert len(wanted) == made.register()["villages"]
    line = made.table("lines").query("of == 'village' and line == 'fixed' and year == 2018")["yuan_mean"].iloc[0]
    chances = ("chance_mean_fixed", "chance_exits", "chance_services")
    shares = ("at_fixed_share", "exited_share", "guaranteed_share", "services_filled", "collective_yuan")
    for start, names in ((0, ("people", "mean_income", "mean_income_sd")), (4, chances), (9, shares)):
        for place, name in enumerate(names, start):
            same(found[place], wanted[name])
    same(found[3], wanted["mean_income"] - line)
    same(found[14], made.table("villages").groupby("village_id")["spent_yuan"].sum().loc[found.index])


def test_what_a_village_is_short_of_goes_with_its_chances(books: Mapping[str, bytes], made: Run) -> None:
    found, sure = villages_of(books, "en"), made.scenario.reporting.confidence
    for mean, leaves, services, outlook, short in zip(*(found[place] for place in (4, 5, 6, 7, 8)), strict=True):
        assert outlook == ("likely" if leaves >= sure else "unlikely" if leaves < 1 - sure else "open")
        parts = str(short or "")
        assert ("mean income" in parts) == (mean < sure)
        assert ("too many still on the register" in parts) == (mean - leaves > 1 - sure)
        assert ("services" in parts) == (services < sure)


@pytest.mark.parametrize("lang", LANGS)
def test_households(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    found = table(sheet_of(books, lang, "Households")).set_index(0)
    wanted = due(made, "households").set_index("household_id").loc[found.index]
    assert len(found) == made.register()["households"]
    assert list(found[1]) == list(wanted["village_id"])
    names = ["members", "chance_at_fixed", "chance_at_moving", "chance_exited", "chance_guaranteed", "income_pc", "income_pc_sd"]
    names += [*(f"{source}_yuan" for source in SOURCES), "placed", *HELD]
    for place, name in enumerate(names, start=3):
        same(found[place], wanted[name])
    counties = made.table("villages").drop_duplicates("village_id").set_index("village_id")["county"]
    assert list(found[2]) == [counties[village] for village in found[1]]


@pytest.mark.parametrize("lang", LANGS)
def test_the_ledger_closes_in_every_row_by_a_live_formula(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    rows, words = made.table("funds"), Words(lang)
    uses = ["entitled", "carried_in", "spent", "carried_out", "lapsed", "committed"]
    rows = rows[rows.groupby(["fund", "payer"])[uses].transform("max").max(axis=1) > 0]
    found = table(sheet_of(books, lang, "Ledger"))
    for place, use in enumerate(uses, start=3):
        same(found[place], rows[use])
    assert list(found[0]) == [words[f"fund.{fund}"] for fund in rows["fund"]]
    same(found[9], [0.0] * len(rows))
    sheet = sheet_of(books, lang, "Ledger", formulas=True)
    first = int(sheet.auto_filter.ref.split(":")[0][1:]) + 1
    assert list(table(sheet)[9]) == [f"=ROUND(D{row}+E{row}-F{row}-G{row}-H{row},2)" for row in range(first, first + len(rows))]


@pytest.mark.parametrize(("lang", "scale"), [("zh", 1e4), ("en", 1e6)])
def test_funds_and_their_charts(books: Mapping[str, bytes], made: Run, lang: str, scale: float) -> None:
    book, rows = read(books[lang]), made.table("funds")
    sheet, words = book.worksheets[PLACES["Funds"]], Words(lang)
    found = table(sheet)
    by_fund = rows.groupby("fund", sort=False)[["entitled", "spent", "lapsed"]].sum() / scale
    by_fund = by_fund[by_fund["entitled"] > 0]
    assert list(found[0]) == [words[f"fund.{fund}"] for fund in by_fund.index]
    for place, use in ((1, "entitled"), (2, "spent"), (3, "lapsed")):
        np.testing.assert_allclose(np.asarray(found[place], dtype=float), by_fund[use], rtol=1e-12)
    assert heads(sheet)[6:] == [2016, 2017, 2018]
    uses, years = charts(sheet)
    assert [cells(book, series.val.numRef.f) for series in uses.series] == [list(found[place]) for place in (2, 3, 4)]
    assert [cells(book, series.val.numRef.f) for series in years.series] == [list(found.loc[row, 6:8]) for row in found.index]
    assert cells(book, years.series[0].cat.numRef.f) == [2016, 2017, 2018]


@pytest.mark.parametrize("lang", LANGS)
def test_spending_by_measure(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    words, found = Words(lang), table(sheet_of(books, lang, "Measures"))
    rows = made.table("spending")
    seen = {
        (one[0], one[1], year): one[3 + place] for one in found.itertuples(index=False) for place, year in enumerate((2016, 2017, 2018))
    }
    keys = zip(rows["measure"], rows["fund"], rows["year"], strict=True)
    wanted = {
        (words[f"measure.{measure}"], words[f"fund.{fund}"], year): yuan
        for (measure, fund, year), yuan in zip(keys, rows["spent_yuan"], strict=True)
    }
    assert set(seen) == set(wanted)
    same([seen[one] for one in wanted], list(wanted.values()))
    outside = {words["fund.credit"], words["fund.works"]}
    assert [one == words("no") for one in found[2]] == [fund in outside for fund in found[1]]
    np.testing.assert_allclose(np.asarray(found[6], dtype=float), found[[3, 4, 5]].astype(float).sum(axis=1))


@pytest.mark.parametrize("lang", LANGS)
def test_parameters_are_the_facts_that_were_used(books: Mapping[str, bytes], made: Run, lang: str) -> None:
    found = table(sheet_of(books, lang, "Parameters")).set_index(11)
    facts = load_facts()
    assert {"training_placement", "household_line_share", "absorption_2016", "cause_share_disease"} & set(facts) <= set(found.index)
    assert not [key for key in found.index if key.startswith("history_")], "figures of the record are no parameters of a run"
    for key, row in found.iterrows():
        fact = facts.fact(str(key))
        assert row[0] == getattr(fact.label, lang)
        same([row[1], row[2], row[3]], [fact.value, *(math.nan if end is None else end for end in (fact.low, fact.high))])
        assert row[8], "no number without a source, a clause or a reason"
        assert (row[7] == Words(lang)("assumed")) == (fact.assumed is not None)
        assert row[9] is None, "the full package changes no fact"


def test_why_a_number_is_assumed_is_told_in_chinese_with_the_same_sources(books: Mapping[str, bytes]) -> None:
    found, facts = table(sheet_of(books, "zh", "Parameters")).set_index(11)[8], load_facts()
    assumed = {key: str(found[key]) for key in found.index if facts.fact(key).assumed}
    assert len(assumed) > 100
    for key, text in assumed.items():
        assert re.search(r"[\u4e00-\u9fff]", text), f"{key}: no Chinese for {text}"
        assert sorted(CODE.findall(text)) == sorted(CODE.findall(str(facts.fact(key).assumed)))


def test_record(books: Mapping[str, bytes], made: Run) -> None:
    found = table(sheet_of(books, "en", "Record")).set_index(2)[1]
    assert found["seed"] == made.seed
    assert found["draws"] == made.draws
    assert found["scenario.hash"] == made.scenario.hash
    assert found["registry.hash"] == made.registry.hash
    same(found["cost.total"], made.cost()["total"])
    assert str(found["versions.simlib"])


def test_the_summary_names_chances_bands_and_verdicts(books: Mapping[str, bytes], made: Run) -> None:
    sheet = read(books["en"]).worksheets[0]
    rows = {str(row[0]): row[1:] for row in sheet.iter_rows(values_only=True) if isinstance(row[3], float)}
    wanted = (
        made.table("targets").query("target == 'household_income' and line == 'fixed' and reading == 'each' and per == 'people'").iloc[0]
    )
    seen = rows["income of labour-capable households · each of them"]
    same(seen[2:6], wanted[["met_share_mean", "met_share_p05", "met_share_p95", "probability_at_least_95"]])
    assert seen[6] == wanted["verdict"]


def test_the_summary_says_what_was_changed_from_which_base(books: Mapping[str, bytes]) -> None:
    texts = [str(row[0]) for row in read(books["zh"]).worksheets[0].iter_rows(values_only=True)]
    assert f"本情景与“{load_scenario('baseline').title.zh}”不同之处" in texts
    assert "第1轮" in texts

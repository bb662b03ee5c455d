"""The printable page: its numbers are the tables', it stands by itself, escapes what registers say, and speaks one language."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from simlib.errors import InputError, RunError
from simlib.reports.gauging import gauge_rows
from simlib.reports.league import league
from simlib.reports.page import page_html, write_page
from simlib.reports.page.leader import SHOWN_SHORT, furthest
from simlib.reports.page.pictures import figures
from simlib.reports.page.render import again
from simlib.reports.villages import called, poor_villages
from simlib.runs import Run, run_one
from simlib.scenario import load_scenario, scenario_from
from simlib.store import read_stored, write_run
from simlib.words import LANGUAGES, Words
from tests.small import register_of, small_register

PageOf = Callable[[Run, str], BeautifulSoup]
TARGETS = {"household_income", "dibao_coverage", "guarantees", "village_income", "services", "yearly_progress"}
SCRIPT = "<script>alert(1)</script>"
LATIN = re.compile(r"[A-Za-z]{2,}")
IDS = re.compile(r"(MZ|QY)-[VT]\d+|(?<![0-9a-f])[0-9a-f]{8}(?![0-9a-f])")
NAMES = {"SYNTHETIC", "simlib", "verify"}
OUTSIDE = re.compile(
    r"""(?:src|href|action|poster)\s*=\s*["'](?!data:|#)|url\(\s*["']?(?!data:|#)|@import|<script|<iframe|<link""", re.IGNORECASE
)


def cells(row: Tag) -> list[str]:
    """The texts of a row's cells."""
    return [cell.get_text(" ", strip=True) for cell in row.find_all("td")]


def found(page: BeautifulSoup, which: str) -> Tag:
    """The first element that a CSS selector finds."""
    element = page.select_one(which)
    assert element is not None
    return element


def row_of(page: BeautifulSoup, **marks: object) -> list[str]:
    """The cells of the row that is marked so: `target="services"` is data-target."""
    (row,) = page.find_all("tr", attrs={f"data-{name}": str(value) for name, value in marks.items()})
    return cells(row)


# ---- numbers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_target_stands_there_with_the_numbers_of_the_tables(full: Run, page_of: PageOf, lang: str) -> None:
    words, page = Words(lang), page_of(full, lang)
    rows = gauge_rows(full).to_dict("records")
    assert {row["target"] for row in rows} == TARGETS
    for row in rows:
        name, share, band, _, chance, verdict = row_of(page, target=row["target"], year=row["year"])
        assert name.startswith(words[f"target.{row['target']}"])
        assert share == words.percent(row["share_mean"], 1)
        assert band == f"{words.percent(row['share_p05'], 1)}–{words.percent(row['share_p95'], 1)}"
        assert chance == words.percent(row["probability"])
        assert verdict == words[f"verdict.{row['verdict']}"]


def test_the_answer_counts_the_verdicts_and_says_the_headline(full: Run, page_of: PageOf) -> None:
    verdicts = gauge_rows(full).groupby("target")["verdict"].agg(set)
    met, missed = sum(found == {"met"} for found in verdicts), sum("not met" in found for found in verdicts)
    told = found(page_of(full, "en"), "#answer").get_text(" ", strip=True)
    assert f"Of {met + missed} targets, {met} are met and {missed} are not" in told
    assert Words("en").percent(gauge_rows(full)["share_mean"][0], 1) in told


def test_a_target_whose_verdict_is_open_is_said_to_be(full: Run) -> None:
    class Open(Run):  # the same run whose targets nobody can judge
        def table(self, name: str):  # type: ignore[no-untyped-def] # as the run's own
            found = super().table(name)
            return found.assign(verdict="cannot judge", reason="too few draws") if name == "targets" else found

    unsure = Open(**{name: getattr(full, name) for name in full.__dataclass_fields__})
    page = BeautifulSoup(page_html(unsure, "en", ()), "html.parser")
    assert "Of 6 targets, 0 are met, 0 are not, and 6 cannot be judged." in page.get_text()
    assert row_of(page, target="services", year=2018)[-1] == "cannot judge too few draws"


def test_villages_are_counted_by_their_chance(full: Run, page_of: PageOf) -> None:
    chances = poor_villages(full)["chance_services"]
    told = row_of(page_of(full, "en"), what="chance_services")
    assert told[1:] == [str((chances >= 0.9).sum()), str(((chances >= 0.1) & (chances < 0.9)).sum()), str((chances < 0.1).sum())]


def test_money_is_the_ledgers(full: Run, page_of: PageOf) -> None:
    words, funds = Words("zh"), full.table("funds")
    own = funds[funds["fund"] == "household"]
    unused = own["lapsed"].sum() + own[own["year"] == 2018]["carried_out"].sum()
    sums = [own["entitled"].sum(), own["spent"].sum(), unused]
    assert row_of(page_of(full, "zh"), fund="household")[1:] == [words.money(yuan) for yuan in sums]
    planned = funds[~funds["fund"].isin(["social", "credit"])]
    assert row_of(page_of(full, "zh"), fund="planned")[2] == words.money(planned["spent"].sum())


def test_what_came_and_what_went_are_the_same_money(full: Run, page_of: PageOf) -> None:
    page, words = page_of(full, "zh"), Words("zh")
    flow, spending = full.table("flow"), full.table("spending")
    paid = flow[flow["in_total"]].groupby("payer")["spent_yuan"].sum()
    used = spending[spending["in_total"]].groupby("measure")["spent_yuan"].sum()
    for kind, sums in (("payer.", paid), ("measure.", used)):
        (table,) = page.find_all("table", attrs={"data-kind": kind})
        shown = {str(row["data-code"]): cells(row)[-1] for row in table.find_all("tr")}
        assert shown == {name: words.money(yuan) for name, yuan in sums.items() if yuan > 0}
    assert paid.sum() == pytest.approx(used.sum())


def test_the_furthest_off_villages_are_named_with_what_they_lack(full: Run, page_of: PageOf) -> None:
    page = page_of(full, "en")
    rows = found(page, ".short").find_all("tr")[1:]
    assert [row["data-village"] for row in rows] == [one.village for one in furthest(full)[:SHOWN_SHORT]]
    first = furthest(full)[0]
    assert cells(rows[0])[2:4] == [f"{first.income:,.0f}", f"{first.gap:,.0f}"]


def test_every_helper_has_its_row(full: Run, page_of: PageOf) -> None:
    page = page_of(full, "en")
    for one in league(full).to_dict("records"):
        told = row_of(page, helper=one["helper"])
        assert told[2] == str(one["villages"])
        assert told[6:8] == [f"{one['mean_income']:,.0f}", f"{one['gain']:,.0f}"]


def test_the_record_says_how_to_make_it_again(full: Run, page_of: PageOf, tmp_path: Path) -> None:
    told = page_of(full, "en").get_text(" ")
    record = read_stored(write_run(full, tmp_path)).record
    assert "simlib registry synthesise register --people 900 --villages 3 --seed 4" in told
    assert "simlib run full_package --registry register --draws 8 --seed 2" in told
    for hashed in (record["scenario"]["hash"], record["registry"]["hash"], record["facts"]):
        assert hashed[:23] in told


def test_a_planners_own_register_and_plan_are_named_as_they_lie_there() -> None:
    register = {"recipe": None, "origin": "登记表.xlsx"}
    record = {"scenario": {"name": "mine", "hash": "sha256:0"}, "registry": register, "draws": 50, "seed": 3}
    assert again(record) == ["simlib run scenario.yaml --registry 登记表.xlsx --draws 50 --seed 3"]


# ---- one file, whole


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_asks_nobody_for_anything_and_needs_no_script(full: Run, lang: str) -> None:
    text = page_html(full, lang)
    assert OUTSIDE.findall(text) == []
    assert "http" not in re.sub(r"data:[^\"']+", "", text)


def test_pictures_have_words_beside_them(full: Run, page_of: PageOf) -> None:
    pictures = page_of(full, "zh").find_all("img")
    assert len(pictures) == 2
    assert all(str(one["src"]).startswith("data:image/svg+xml") and one["alt"] for one in pictures)


def test_incomes_of_few_people_are_not_drawn(full: Run, page_of: PageOf) -> None:
    assert set(figures(full, "en", 2018, least=10)) == {"tiles", "sources"}
    assert "of fewer than 10" in page_of(full, "en").get_text()
    assert set(figures(full, "en", 2018, least=0)) == {"tiles", "sources", "incomes"}


def test_villages_are_called_by_their_names_beside_their_ids(full: Run, page_of: PageOf) -> None:
    village = furthest(full)[0]
    assert village.called == f"{full.registry.villages.set_index('village_id')['name'][village.village]} {village.village}"
    assert called({"village_id": "V1", "village_name": "V1"}) == "V1"
    assert village.called in page_of(full, "en").get_text()


def test_a_run_at_hand_and_its_folder_give_the_same_page(full: Run, tmp_path: Path) -> None:
    stored = read_stored(write_run(full, tmp_path))
    assert page_html(stored, "zh") == page_html(full, "zh")


def test_it_is_written_in_place_of_another_and_leaves_nothing_beside_it(full: Run, tmp_path: Path) -> None:
    place = tmp_path / "new" / "page.html"
    for _ in range(2):
        assert write_page(full, place, "en", ()) == place
    assert place.read_text(encoding="utf-8") == page_html(full, "en", ())
    assert list(place.parent.iterdir()) == [place]


def test_where_it_cannot_be_written_nothing_is(full: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(RunError, match=r"page\.html cannot be written: .*nothing of it is left"):
        write_page(full, tmp_path / "page.html", "en", ())
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_another_language_is_refused(full: Run) -> None:
    with pytest.raises(InputError, match="language"):
        page_html(full, "fr")


# ---- what a page says


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_says_that_the_register_is_synthetic(full: Run, page_of: PageOf, lang: str) -> None:
    sheets = page_of(full, lang).find_all("section")
    assert len(sheets) == 2 + 1 + len(poor_villages(full))
    assert all("SYNTHETIC" in str(sheet.header) for sheet in sheets)


def test_no_english_is_left_on_a_chinese_page(full: Run, page_of: PageOf) -> None:
    page = BeautifulSoup(str(page_of(full, "zh")), "html.parser")
    for hidden in page.find_all(["style", "code"]):
        hidden.decompose()
    alts = " ".join(str(one["alt"]) for one in page.find_all("img"))
    assert set(LATIN.findall(IDS.sub("", page.get_text(" ") + alts))) <= NAMES


def test_no_household_is_on_it(full: Run, page_of: PageOf) -> None:
    text = page_of(full, "en").get_text(" ")
    assert [name for name in full.table("households")["household_id"].unique() if name in text] == []


def test_without_luck_it_says_so_and_has_no_empty_columns(quiet: Run, page_of: PageOf) -> None:
    page = page_of(quiet, "en")
    assert "One future without luck was computed" in found(page, "#answer").get_text()
    row = gauge_rows(quiet).to_dict("records")[0]
    assert row_of(page, target=row["target"], year=row["year"])[1] == Words("en").percent(row["share_mean"], 1)
    assert "no range, no chance and no verdict" in page.get_text()
    assert "nan" not in page.get_text(" ").lower().split()
    assert not page.find_all(class_="verdict")


def test_counts_of_few_people_are_not_told(full: Run, page_of: PageOf) -> None:
    page = page_of(full, "en")
    numbers = [cell for table in page.find_all("table", class_="held") for row in table.find_all("tr") for cell in cells(row)[1:]]
    assert "<10" in numbers
    assert [cell for cell in numbers if cell.isdecimal() and 0 < int(cell) < 10] == []


def test_what_a_register_or_a_scenario_says_is_escaped() -> None:
    homes = {f"h{place}": {"village_id": SCRIPT, "members": 3} for place in range(6)}
    register = register_of(homes, {SCRIPT: {"helper": f"<b>{SCRIPT}", "county": "<i>x</i>"}})
    scenario = scenario_from({"base": "full_package", "title": {"zh": SCRIPT}}, "hostile")
    text = page_html(run_one(scenario, register, draws=4, workers=1), "zh", "all")
    assert SCRIPT not in text
    assert "<i>x</i>" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 4


def test_a_register_of_one_poor_village_without_helper_has_a_page() -> None:
    register = register_of({"h1": {"members": 2}}, {"a": {"helper": "", "helper_type": ""}})
    page = BeautifulSoup(page_html(run_one(load_scenario("baseline"), register, draws=4, workers=1), "en"), "html.parser")
    assert [sheet["class"][1] for sheet in page.find_all("section")] == ["leader", "leader", "village"]
    assert "not told: fewer than 10 people" in page.get_text()
    assert "Nothing: it stands by itself." in page.get_text()


# ---- another horizon, another governing line


def test_years_of_the_money_are_told_where_they_go_beyond_the_targets_year() -> None:
    run = run_one(load_scenario("full_package_to_2020"), small_register(), draws=4, workers=1)
    page = BeautifulSoup(page_html(run, "en", []), "html.parser")
    text, zh = page.get_text(" "), BeautifulSoup(page_html(run, "zh", []), "html.parser").get_text(" ")
    per_head = Words("en").yuan(run.cost()["yuan_per_exit"])
    assert "Out of poverty by 2018?" in text
    assert [one.get_text() for one in page.find_all("h2") if "2016–2020" in one.get_text()] == [
        "Money, 2016–2020 together", "Who paid it, 2016–2020", "What it went to, 2016–2020",
    ]  # fmt: skip
    assert f"All together, 2016–2020: {per_head} for each person who is out at the end of 2020." in text
    assert "2016—2020年资金合计" in zh and "2016—2020年计划资金" in zh
    assert f"按2020年底已脱贫人口平均，每脱贫一人{Words('zh').yuan(run.cost()['yuan_per_exit'])}。" in zh


@pytest.mark.parametrize(("line", "told"), [("fixed", False), ("moving", True), ("indexed", True)])
def test_villages_leave_the_list_by_the_fixed_line_whatever_governs(line: str, told: bool) -> None:
    scenario = scenario_from({"base": "full_package", "title": {"zh": "另一条线"}, "levers": {"governing_line": line}}, "other_line")
    run = run_one(scenario, small_register(), draws=4, workers=1)
    targets = run.table("targets")
    fixed = targets.loc[(targets["target"] == "village_income") & (targets["line"] == "fixed"), "line_value"].iloc[0]
    words, some = Words("en"), str(poor_villages(run)["village_id"].iloc[0])
    text = BeautifulSoup(page_html(run, "en", some), "html.parser").get_text(" ")
    assert (
        f"* Income at the fixed line ({words.yuan(fixed)}), by which villages leave the list whatever line governs here" in text
    ) == told
    assert ("* Income at the line, and" in text) != told
    judged = f"Leaving the list is judged by the fixed line ({words.yuan(fixed)}), not by the {words['line.' + line]}."
    assert (judged in text) == told


def test_numbers_of_one_future_are_not_called_means(full: Run, quiet: Run) -> None:
    for result, mean in ((full, True), (quiet, False)):
        text = page_html(result, "zh", str(poor_villages(result)["village_id"].iloc[0]))
        assert ("以上均为各次模拟的平均数" in text) == mean
        assert ("以上为一次确定性测算的结果，不计随机因素" in text) != mean

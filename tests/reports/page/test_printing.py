"""The page on paper: as many A4 sheets as it has sections, nothing cut off, in both languages; and it asks for nothing beside itself."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from simlib.registry import make_registry, synthesise_registry
from simlib.reports.page import write_page
from simlib.reports.page.render import HELPERS_FIRST
from simlib.runs import Run, run_one
from simlib.scenario import scenario_from
from simlib.words import LANGUAGES
from tests.paper import pages, texts
from tests.small import small_run

A4 = (210, 297)
DOTS_OF_A_MM = 25.4
"""Dots an inch, so that a picture of a page is as large in dots as the page in millimetres."""
SPILLED = """() => [...document.querySelectorAll('.sheet')].flatMap((sheet, place) => {
    const foot = sheet.querySelector('footer').getBoundingClientRect().top;
    const parts = [...sheet.children].filter(part => part.tagName !== 'FOOTER');
    const low = Math.max(...parts.map(part => part.getBoundingClientRect().bottom));
    const wide = sheet.scrollWidth > sheet.clientWidth;
    return low > foot || wide ? [[place + 1, Math.round(low - foot), wide]] : [];
})"""
"""Sheets whose content runs into the foot or over the edge: number, pixels, whether over the edge."""
EVERY_FUND: dict[str, Any] = {
    "sector": {"yuan_per_person": 500},
    "donations": {"yuan_per_village": 20000, "paid": 0.7},
    "contingency": {"yuan": 5_000_000, "year": 2018},
    "village_programme": {"paid": 0.5},
    "household": {"delay_years": 1, "paid": {"province": 0.9, "home_city": 0.5, "guangzhou": 1.0}},
    "guidance": {"factor": 1.5, "delay_years": 1, "paid": 0.9},
    "pool": {"rule": "equal", "paid": 0.5},
}
LONG = {
    "en": "A plan with the very long name that a planner gave it, with all money of everybody, late and cut short, in two parts",
    "zh": "一个名称特别特别长的方案：各类资金全部到位但有的晚到、有的打折，分两部分实施，由县里自己起的名字",
}


def printed(page: Page, file: Path) -> bytes:
    """The file as the browser prints it; nothing was asked for but the file and what lies in it, and no sheet spills."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url.partition(":")[0])

    page.on("request", note)
    page.goto(file.as_uri())
    assert set(asked) <= {"file", "data"}
    assert asked.count("file") == 1
    assert page.evaluate(SPILLED) == []
    return page.pdf(prefer_css_page_size=True, print_background=True)


@pytest.fixture(scope="module")
def full_of_everything() -> Run:
    """A plan that uses every fund and changes much, with a long name, on a register of more helpers than one page has room for."""
    made = synthesise_registry(people=3000, villages=60, seed=3)
    villages = made.villages.assign(helper=[f"帮扶单位之一的很长的名称{place}" for place in range(len(made.villages))])
    register = make_registry(made.households, villages, synthetic=True, origin="by hand")
    content = {"base": "full_package", "title": LONG, "levers": {"funds": EVERY_FUND, "governing_line": "moving"}}
    return run_one(scenario_from(content, "everything"), register, draws=8, workers=1)


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_pages_for_the_leader_one_of_helpers_and_one_a_village(page: Page, tmp_path: Path, lang: str) -> None:
    result = small_run("full_package", 8)
    pdf = printed(page, write_page(result, tmp_path / "page.html", lang))
    sheets = texts(pdf)
    villages = 3
    assert len(sheets) == 2 + 1 + villages
    assert all(abs(seen - wanted) <= 1 for sheet in pages(pdf, DOTS_OF_A_MM) for seen, wanted in zip(sheet.size, A4, strict=True))
    assert all("SYNTHETIC" in sheet for sheet in sheets)
    assert "2018" in sheets[0]
    assert [sheet for sheet in sheets[3:] if "-V" not in sheet] == []


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_much_to_tell_and_a_long_name_spill_over_no_page(page: Page, tmp_path: Path, full_of_everything: Run, lang: str) -> None:
    helpers = full_of_everything.table("villages").query("is_poor_village")["helper"].nunique()
    assert helpers > HELPERS_FIRST
    pdf = printed(page, write_page(full_of_everything, tmp_path / "page.html", lang, "all"))
    assert len(texts(pdf)) == 2 + 2 + 60


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_luck_and_without_village_pages(page: Page, tmp_path: Path, lang: str) -> None:
    result = small_run("baseline", 0)
    assert len(texts(printed(page, write_page(result, tmp_path / "page.html", lang, ())))) == 2 + 1

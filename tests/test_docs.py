"""The guide: builds strictly and fetches nothing, says the same in both languages, and every link, command and number of it holds."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest

from simlib.assessment.bands import BAND
from simlib.cli import main
from simlib.facts import load_facts
from simlib.facts.lines import fixed_line
from simlib.reports.workbook.book import SHEETS
from simlib.scenario import bundled_scenarios, load_scenario
from simlib.words import Words
from tests.links import FENCE, anchors, broken, fences, heads, links, prose

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GUIDE = sorted(page for page in [*DOCS.glob("guide/*.md"), DOCS / "index.md"] if not page.name.endswith(".zh.md"))
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "README.md", *DOCS.rglob("*.md")])
FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
LARGEST_PICTURE = 200_000  # bytes: a guide is read over slow lines


def chinese(page: Path) -> Path:
    return page.with_name(f"{page.stem}.zh.md")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# ---- the site


def built(docs: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(docs / "site" / "mkdocs.yml"), "-d", str(folder)]
    told = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=told, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; a link or an anchor that leads nowhere, or a page that no menu has, fails the build."""
    folder = tmp_path_factory.mktemp("site")
    done = built(DOCS, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class Fetches(HTMLParser):
    """What a browser would fetch for a page by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in FETCHED and given.get("rel") not in {"canonical", "alternate", "next", "prev"}:
            self.found.append(given.get(FETCHED[tag]) or "")


def test_every_page_is_on_the_site_in_both_languages(site: Path) -> None:
    pages = {page.relative_to(DOCS).with_suffix("") for page in DOCS.rglob("*.md") if not page.name.endswith(".zh.md")}
    assert {page.relative_to(site).with_suffix("") for page in site.rglob("*.html")} >= pages | {Path("zh") / page for page in pages}
    told = "这一页目前只有英文"
    english = {page for page in pages if told in text_of(site / "zh" / page.with_suffix(".html"))}
    assert english == {page for page in pages if not (DOCS / page.parent / f"{page.name}.zh.md").is_file()}


def test_the_site_fetches_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        reader = Fetches()
        reader.feed(text_of(page))
        assert reader.found
        assert [one for one in reader.found if re.match(r"(?:[a-z]+:)?//", one)] == [], page
    assert all("@import" not in text_of(style) and "url(http" not in text_of(style) for style in site.rglob("*.css"))


def test_formulas_are_drawn(site: Path) -> None:
    for name in ("guide/methods.html", "zh/guide/methods.html"):
        drawn = text_of(site / name)
        asked = re.findall(r"\$\$.+?\$\$", text_of(DOCS / "guide" / "methods.md"))
        assert asked and drawn.count('<div class="formula" role="img"') == len(asked)
        assert "arithmatex" not in drawn and "$$" not in drawn


@pytest.mark.parametrize("wrong", ["[a](gone.md)", "[a](guide/limits.md#gone)"])
def test_a_wrong_link_fails_the_build(wrong: str, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(DOCS, tmp_path / "docs"))
    with (copied / "index.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{wrong}\n")
    done = built(copied, tmp_path / "site")
    assert done.returncode == 1 and "gone" in done.stderr


# ---- pages as they stand in the repository


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# 两 个\n[a](gone.md) [b](#两-个) [c](page.md#three) [d](https://x.example)\n`[e](code.md)`\n", encoding="utf-8")
    assert list(broken(page)) == ["page.md: gone.md: no such file", "page.md: page.md#three: no such head"]


@pytest.mark.parametrize("page", GUIDE, ids=named)
def test_both_languages_say_the_same(page: Path) -> None:
    """As many heads, tables, items, formulas and blocks, the same links and numbers; pictures of a language end in its name."""
    english, other = text_of(page), text_of(chinese(page))
    assert [level for level, _ in heads(english)] == [level for level, _ in heads(other)]
    assert [len(re.findall(mark, english, re.MULTILINE)) for mark in (r"^\|", r"^ *(?:-|\d\.) ", r"\$\$")] == [
        len(re.findall(mark, other, re.MULTILINE)) for mark in (r"^\|", r"^ *(?:-|\d\.) ", r"\$\$")
    ]
    assert [aim(link) for link in links(english)] == [aim(link) for link in links(other)]
    assert [language for _, language, _ in FENCE.findall(english)] == [language for _, language, _ in FENCE.findall(other)]
    assert figures(english) == figures(other)
    assert re.search("[\u4e00-\u9fff]", other)


def aim(link: str) -> str:
    return re.sub(r"_(?:zh|en)(?=\.png)|\.zh(?=\.md)|#.*", "", link)


def test_pictures_are_small() -> None:
    heavy = {path.name: path.stat().st_size for path in (DOCS / "pictures").iterdir() if path.stat().st_size > LARGEST_PICTURE}
    assert heavy == {}


def test_every_picture_is_shown_somewhere() -> None:
    """On a page, or in the notebook that makes it."""
    shown = {Path(link).name for page in PAGES for link in links(text_of(page)) if link.endswith(".png")}
    in_notebooks = {
        f"{name}.png" for path in (ROOT / "notebooks").glob("*.ipynb") for name in re.findall(r'"picture-(\w+)"', text_of(path))
    }
    assert {path.name for path in (DOCS / "pictures").glob("*.png")} - in_notebooks <= shown
    assert shown


def test_the_sheets_that_the_guide_names_are_those_of_the_workbook() -> None:
    for page, language in ((DOCS / "guide" / "report.md", "en"), (DOCS / "guide" / "report.zh.md", "zh")):
        rows = [line.split("|")[1].strip() for line in text_of(page).splitlines() if line.startswith("| ")]
        named_sheets = [name for row in rows[1:] for name in re.split(", |、", row)]
        assert named_sheets == [Words(language)(sheet) for sheet, _ in SHEETS]


def test_the_guide_calls_the_pages_buttons_by_their_names() -> None:
    """What stands in bold on the guide's page about it is a text of the catalogue, in order, in either language."""
    english, other = (re.findall(r"\*\*(.+?)\*\*", text_of(page)) for page in (DOCS / "guide" / "page.md", DOCS / "guide" / "page.zh.md"))
    assert len(english) > 8
    assert [Words("zh")(name) for name in english] == other


# ---- commands and numbers


def commands() -> list[str]:
    """Every command of simlib in a block of the guide or the README, on one line, its comment off."""
    texts = [text_of(page) for page in [ROOT / "README.md", *GUIDE, *map(chinese, GUIDE)]]
    lines = [line for text in texts for block in fences(text, "sh", "bat") for line in block.splitlines()]
    inline = [code for text in texts for code in re.findall(r"`(simlib [a-z][^`]*)`", text)]
    return sorted({line.split("#")[0].strip() for line in [*lines, *inline] if line.strip().startswith("simlib ")})


@pytest.mark.parametrize("command", commands())
def test_a_command_and_its_options_are_there(command: str) -> None:
    words = shlex.split(command)[1:]
    found: click.Command = main
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in found.commands, command
        found = found.commands[words.pop(0)]
    options = {name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {word.split("=")[0] for word in words if word.startswith("-")} <= options | {"--help"}
    if found.name in {"run", "compare"}:
        given = [word for word, before in zip(words, ["", *words], strict=False) if not before.startswith("--")]
        scenarios = [word for word in given if re.fullmatch("[a-z_]+", word)]
        assert set(scenarios) <= set(bundled_scenarios())


def figures(text: str) -> list[str]:
    """Percentages, sums of money and numbers with thousands of a page, without their units; code and formulas off."""
    plain = re.sub(r"\$[^$]+\$", "", prose(text))
    return sorted(one.replace(",", "") for one in re.findall(r"\d{1,3}(?:,\d{3})+|\d+(?=(?:–\d+)? ?%)", plain))


def known() -> set[str]:
    """What the guide may say as a number, computed: lines and their shares, the thresholds of a verdict, bands, registered people."""
    facts, reporting = load_facts(), load_scenario("full_package").reporting
    lines = {f"{fixed_line(facts, target, 2018):.0f}" for target in ("household", "village")}
    shares = [facts["household_line_share"], facts["village_line_share"], reporting.tolerance, reporting.confidence, *BAND]
    people = facts["people_meizhou"] + facts["people_qingyuan"]
    return lines | {f"{share * 100:.0f}" for share in shares} | {f"{people:.0f}"}


@pytest.mark.parametrize("page", [*GUIDE, *map(chinese, GUIDE)], ids=named)
def test_numbers_of_the_guide_are_those_of_the_code(page: Path) -> None:
    told = set(figures(text_of(page)))
    assert told <= known(), sorted(told - known())


def test_the_number_of_futures_that_the_guide_asks_for_is_that_of_the_command() -> None:
    run = main.commands["run"]
    (draws,) = (parameter.default for parameter in run.params if parameter.name == "draws")
    for page in (DOCS / "guide" / "first-answer.md", DOCS / "guide" / "reading.md"):
        assert str(draws) in prose(text_of(page)) and str(draws) in prose(text_of(chinese(page)))


def test_anchors_are_those_of_the_site(site: Path) -> None:
    """The checks of links as they stand in the repository, and the site, agree on what a head's anchor is."""
    for name in ("guide/limits", "guide/methods", "model", "clauses"):
        made = set(re.findall(r'<h\d id="([^"]+)"', text_of(site / f"{name}.html")))
        assert made == anchors(text_of(DOCS / f"{name}.md"))
    assert 'id="模拟户不是什么"' in text_of(site / "zh" / "guide" / "limits.html")

"""The programs that tests look with: a server is waited for and leaves nothing behind; browser and office draw Chinese."""

import sys
import urllib.request
from pathlib import Path

import numpy as np
import psutil
import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Page

from tests import paper
from tests.office import Office
from tests.programs import do_without, done, serving

HTTP = [sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1"]
PARENT = "import subprocess, sys; child = subprocess.Popen(sys.argv[1:]); child.wait()"
Failed, Skipped = pytest.fail.Exception, pytest.skip.Exception
WORDS = "扶贫资金到户"


def test_a_server_answers_and_goes_with_all_that_it_started(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("here", encoding="utf-8")
    others = set(psutil.Process().children(recursive=True))  # of other tests in this process, which may stay
    with serving([sys.executable, "-c", PARENT, *HTTP], cwd=tmp_path) as address:
        tree = list(set(psutil.Process().children(recursive=True)) - others)
        with urllib.request.urlopen(f"{address}/one.txt") as answer:
            assert answer.read() == b"here"
        assert len([one for one in tree if one.cmdline()[1:3] == ["-m", "http.server"]]) == 1, "the server is a grandchild"
    _, left = psutil.wait_procs(tree, timeout=5)
    assert left == []


def test_a_server_that_dies_fails_the_test_with_its_words() -> None:
    with (
        pytest.raises(Failed, match=r"no answer at / \(exit code 3\):\nout of luck"),
        serving([sys.executable, "-c", "import sys; print('out of luck'); sys.exit(3)"]),
    ):
        pass


def test_a_program_that_fails_or_lasts_too_long_fails_the_test() -> None:
    with pytest.raises(Failed, match="ended with 1"):
        done([sys.executable, "-c", "raise SystemExit(1)"], seconds=60)
    with pytest.raises(Failed, match=r"not done after 0\.5 s"):
        done([sys.executable, "-c", "import time; time.sleep(60)"], seconds=0.5)


@pytest.mark.parametrize(("ci", "outcome"), [("true", Failed), ("", Skipped)])
def test_what_is_missing_is_skipped_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="no such thing"):
        do_without("no such thing")


def distinct(pictures: list[np.ndarray]) -> int:
    """How many different pictures; a font without the glyphs draws the same box for each."""
    return len({picture.tobytes() for picture in pictures})


def test_the_browser_has_a_glyph_for_each_sign(page: Page) -> None:
    page.set_content("".join(f"<span style='display:inline-block;font:40px sans-serif;width:50px'>{sign}</span>" for sign in WORDS))
    shots = [np.frombuffer(page.locator("span").nth(place).screenshot(), np.uint8) for place in range(len(WORDS))]
    assert distinct(shots) == len(WORDS)


def test_the_browser_prints(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(f"<h1>{WORDS}</h1>")
    pdf = page.pdf(format="A4")
    page.close()
    (text,), (picture,) = paper.texts(pdf), paper.pages(pdf, dpi=72)
    assert WORDS in text
    assert picture.size == (596, 843), "A4 in points, rounded up"


def test_the_office_prints_a_workbook(office: Office, tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append([WORDS, 7365])
    book.save(tmp_path / "book.xlsx")
    pdf = office.pdf(tmp_path / "book.xlsx")
    assert WORDS in office.text(pdf)
    assert "7365" in office.text(pdf)
    assert np.asarray(office.pages(pdf)[0]).min() < 100, "something is drawn"


def test_what_the_office_cannot_read_fails_the_test(office: Office, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(Failed, match=r"no pdf of book\.xlsx|soffice"):
        office.pdf(tmp_path / "book.xlsx")


def test_tests_that_use_the_programs_are_marked(request: pytest.FixtureRequest, office: Office) -> None:
    assert request.node.get_closest_marker("office") is not None
    assert request.node.get_closest_marker("browser") is None

"""The guide's own pictures, taken anew from the programs that they show: page, workbook, report, two figures.

    python -m docs.site.pictures       (or: make pictures)

All of them show the bundled synthetic register. Needs Chromium, LibreOffice and the extras `app`, `docs` and `test`; takes some minutes.
Not the README's charts: those come from the notebooks (notebooks/refresh.py).
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page

import simlib
from simlib.reports import pictures
from simlib.runs import Run
from simlib.store import write_run
from simlib.words import LANGUAGES, Words
from tests.browsing import DESK, browsing
from tests.fonts import with_chinese
from tests.office import LONGEST_S, SOFFICE
from tests.programs import done, program

PLACE: Final = Path(__file__).resolve().parents[1] / "pictures"
FIGURES: Final[Mapping[str, Mapping[str, Any]]] = {"incomes": {"year": 2018}, "income_by_source": {}}
SHEETS: Final = ("Summary", "Income")
"""Sheets of the workbook that are shown: the answer, and one with a chart."""
PAGES: Final = 12
"""Pages of the printed workbook that those are looked for on."""
SHEET: Final = (900, 1180)
"""Window in which a printable page is looked at, in pixels."""
COLOURS: Final = 256
DPI: Final = 88
LONGEST_MS: Final = 600_000
"""How long is waited for the page, which may have to compile first."""
SIMLIB: Final = (sys.executable, "-m", "simlib.cli")


def save(name: str, picture: Image.Image) -> None:
    """A small PNG: a screen has few colours."""
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PLACE / f"{name}.png", optimize=True)


def shot(page: Page) -> Image.Image:
    """What is in the window."""
    return Image.open(BytesIO(page.screenshot()))


# ---- the planner's page


@contextmanager
def served(env: Mapping[str, str], language: str) -> Iterator[str]:
    """`simlib app` as long as it lasts. -> its address"""
    command = [*SIMLIB, "app", "--no-browser", "--lang", language]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(env), encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            yield next(line.strip() for line in process.stdout if line.startswith("http"))
        finally:
            process.terminate()


def planners_page(browser: Browser, env: Mapping[str, str], language: str) -> None:
    """The page as it opens, when the whole number of futures is there."""
    with served(env, language) as address:
        page = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
        page.goto(address, timeout=LONGEST_MS)
        page.locator("#rendered_cells .simlib-status", has_text=Words(language)("done")).wait_for(timeout=LONGEST_MS)
        page.wait_for_timeout(3_000)  # what is drawn after the numbers
        save(f"page_{language}", shot(page))
        page.close()


# ---- workbook and report


def reported(run: Path, out: Path, language: str) -> Path:
    """`simlib report`."""
    subprocess.run([*SIMLIB, "report", str(run), "--out", str(out), "--lang", language], check=True)
    return out


def printable(browser: Browser, page_file: Path, language: str) -> None:
    """The first page of the printable report."""
    page = browser.new_page(viewport={"width": SHEET[0], "height": SHEET[1]})
    page.goto(page_file.as_uri())
    page.wait_for_timeout(1_000)
    save(f"report_{language}", shot(page))
    page.close()


def workbook(printed: Path, language: str) -> None:
    """The first page of each of SHEETS, one under the other."""
    names = [Words(language)(sheet) for sheet in SHEETS]
    with pypdfium2.PdfDocument(printed.read_bytes()) as document:
        pages = [first_page(document, name) for name in names]
    save(f"workbook_{language}", stacked([cropped(page) for page in pages]))


def printed(book: Path, env: Mapping[str, str]) -> Path:
    """The first pages of a workbook as a PDF: all of a register's households would be a thousand."""
    profile = f"-env:UserInstallation={(book.parent / 'profile').as_uri()}"
    pages = f'pdf:calc_pdf_Export:{{"PageRange":{{"type":"string","value":"1-{PAGES}"}}}}'
    office = program(*SOFFICE) or sys.exit("needs LibreOffice: `soffice` on the PATH")
    done([office, profile, "--headless", "--convert-to", pages, "--outdir", book.parent, book], seconds=LONGEST_S, env=env)
    return book.with_suffix(".pdf")


def first_page(document: pypdfium2.PdfDocument, sheet: str) -> Image.Image:
    """The first page of a sheet, which says its name at its foot."""
    foot = re.compile(rf"(?m)^{re.escape(sheet)}(?: \d+ /|\s*$)")
    found = next(page for page in document if foot.search(page.get_textpage().get_text_range()))
    picture: Image.Image = found.render(scale=DPI / 72).to_pil()
    return picture


def cropped(page: Image.Image) -> Image.Image:
    """A page without its foot and the white above that."""
    body = page.convert("L").crop((0, 0, page.width, int(page.height * 0.92)))
    used = body.point(lambda value: 255 * (value < 250)).getbbox() or (0, 0, page.width, page.height)
    return page.crop((0, 0, page.width, min(page.height, used[3] + 20)))


def stacked(parts: Sequence[Image.Image]) -> Image.Image:
    """Pictures one under the other."""
    whole = Image.new("RGB", (max(part.width for part in parts), sum(part.height for part in parts)), "white")
    for number, part in enumerate(parts):
        whole.paste(part, (0, sum(one.height for one in parts[:number])))
    return whole


# ---- figures


def figure(kind: str, run: Run, language: str) -> None:
    """A figure of the run by itself."""
    drawing = pictures.drawn(kind, run, lang=language, **FIGURES[kind])
    save(f"figure_{kind}_{language}", Image.open(BytesIO(pictures.png(drawing))))


def main(say: Callable[[str], object]) -> None:
    """Take all pictures anew."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        env = with_chinese(folder)
        run = simlib.run(["full_package"])["full_package"]
        stored = write_run(run, folder / "runs")
        with browsing(env) as browser:
            for language in LANGUAGES:
                planners_page(browser, env, language)
                for kind in FIGURES:
                    figure(kind, run, language)
                printable(browser, reported(stored, folder / f"report_{language}.html", language), language)
                workbook(printed(reported(stored, folder / f"book_{language}.xlsx", language), env), language)
    say("look at docs/pictures before they are kept")


if __name__ == "__main__":
    main(sys.stderr.write)

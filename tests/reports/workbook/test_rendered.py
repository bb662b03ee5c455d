"""The workbook as an office shows and prints it: nothing cut, nothing broken, formulas that give what the file says."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from simlib.reports.workbook import sheet_names
from simlib.runs import Run
from simlib.words import Words
from tests.office import Office
from tests.reports.workbook.reading import read, table

BROKEN = ("###", "#REF", "#NAME", "#VALUE", "#DIV", "#N/A", "Err:", "\ufffd")
INK_SHARE = 0.002  # of a page's pixels: less is an empty sheet of paper


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_prints_whole(books: Mapping[str, bytes], made: Run, office: Office, tmp_path: Path, lang: str) -> None:
    path = tmp_path / f"{lang}.xlsx"
    path.write_bytes(books[lang])
    printed, words = office.pdf(path), Words(lang)
    text = office.text(printed)
    assert [sign for sign in BROKEN if sign in text] == []
    assert words("SYNTHETIC register: no household in it exists") in text
    assert getattr(made.scenario.title, lang) in text
    missing = [name for name in sheet_names(lang) if name not in text]
    assert missing == [], "every sheet is printed with its name in the footer"
    pages = office.pages(printed, dpi=40)
    assert len(pages) >= len(sheet_names(lang))
    for page in pages:
        grey = np.asarray(page.convert("L"))
        assert page.width > page.height, "landscape"
        assert (grey < 160).mean() > INK_SHARE


def test_formulas_give_what_the_file_says(books: Mapping[str, bytes], office: Office, tmp_path: Path) -> None:
    book = read.__wrapped__(books["zh"], formulas=True)  # one of our own: it is written
    bare = tmp_path / "bare.xlsx"
    book.save(bare)  # keeps formulas and drops what they gave, so that the office must reckon
    reckoned = read(office.convert(bare, "xlsx").read_bytes())
    written = read(books["zh"])
    for name in ("资金", "明细账", "收入", "措施"):
        seen, wanted = table(reckoned[name]), table(written[name])
        numbers = [place for place in wanted if isinstance(wanted[place].iloc[-1], int | float)]
        np.testing.assert_allclose(seen[numbers].astype(float), wanted[numbers].astype(float), rtol=1e-9, atol=1e-6)

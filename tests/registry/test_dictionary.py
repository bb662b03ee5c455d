"""The data dictionary is current in both languages, and says of every column what the schema declares."""

import re
from pathlib import Path

import pytest

from simlib.registry.columns import schema
from simlib.registry.dictionary import FILES, data_dictionary, default_text, range_text, renew, unit
from simlib.words import LANGUAGES, Words

DOCS = Path(__file__).resolve().parents[2] / "docs"
COLUMNS = [column for table in schema().tables for column in schema()[table].values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_dictionary_is_current(language: str) -> None:
    """To renew it: python -m simlib.registry.dictionary docs"""
    assert (DOCS / FILES[language]).read_text(encoding="utf-8") == data_dictionary(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_a_row_for_every_column_and_every_row_is_whole(language: str) -> None:
    rows = [line for line in data_dictionary(language).splitlines() if line.startswith("|")]
    told = [row for row in rows if "`" in row.split("|")[1] + row.split("|")[2]]
    assert len(told) == len(COLUMNS)
    assert {row.count("|") for row in rows} == {rows[0].count("|")}


def test_the_chinese_page_is_chinese() -> None:
    """What stands outside of code is Chinese, but for accepted spellings."""
    page = data_dictionary("zh")
    prose = re.sub(r"`[^`]*`|\([^)]*\)|\[[^]]*\]", "", page.split("## households")[0])
    assert not re.search(r"[A-Za-z]{3,}", prose)
    assert {range_text(one, Words("zh")) for one in COLUMNS if one.name == "registered_from"} == {"2010 至 2015"}
    assert {unit(one, Words("zh")) for one in COLUMNS if one.name == "land_mu"} == {"亩"}


def test_what_stands_in_for_an_empty_cell_is_told() -> None:
    residents, funded, members = (next(one for one in COLUMNS if one.name == name) for name in ("residents", "funded", "members"))
    assert default_text(residents, Words("en")).startswith("**required for a poor village**; else `people`")
    assert default_text(funded, Words("zh")).startswith("`是`：")
    assert default_text(members, Words("en")) == "**required**"


def test_renewing_writes_both_pages(tmp_path: Path) -> None:
    renew(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(FILES.values())
    assert b"\r" not in (tmp_path / FILES["zh"]).read_bytes()

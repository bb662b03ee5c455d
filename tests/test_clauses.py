"""The clause table in the docs: every clause of the text is there, and what it names exists."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from simlib.cli import main
from simlib.scenario import bundled_scenarios

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "clauses.md"
CHINESE = ROOT / "docs" / "clauses.zh.md"
CLAUSES = ROOT.parent / "shared" / "policy" / "clauses.md"
HEAD = ("clause", "asks", "answered", "tried", "shown", "left")


def cells(text: str) -> list[list[str]]:
    """The rows of the table below its head."""
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines() if line.startswith("|")]
    return rows[2:]


ROWS = [dict(zip(HEAD, row, strict=True)) for row in cells(TABLE.read_text(encoding="utf-8"))]


def named(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def left_out() -> set[str]:
    return set(yaml.safe_load((ROOT / "scenarios" / "baseline.yaml").read_text(encoding="utf-8"))["not_modelled"])


def test_every_clause_of_the_text_has_a_row() -> None:
    if not CLAUSES.is_file():
        pytest.skip("the clauses are handed over beside the project")
    asked = {row[0].split(" ")[0] for row in cells(CLAUSES.read_text(encoding="utf-8"))}
    wanted = {part for name in asked for part in ([name] if "–" not in name else spread(name))}
    assert wanted <= {row["clause"] for row in ROWS}


def spread(name: str) -> list[str]:
    """The clauses that a range names: 三(十二)–(十三), 三(十四)3–4."""
    first, last = name.split("–")
    if last.startswith("("):
        return [first, first[: first.index("(")] + last]
    return [first, first[:-1] + last]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['clause']} {row['asks'][:40]}")
def test_what_a_row_names_exists(row: dict[str, str]) -> None:
    assert named(row["answered"]) or named(row["left"]), "a clause is computed, or named as left out"
    for path in named(row["answered"]):
        assert (ROOT / path).is_file(), path
    assert set(named(row["tried"])) <= set(bundled_scenarios())
    assert set(named(row["left"])) <= left_out()
    for shown in named(row["shown"]):
        if shown.startswith("simlib "):
            assert CliRunner().invoke(main, [*shown.split(" ")[1:], "--help"]).exit_code == 0, shown
        else:
            assert (ROOT / shown).is_file(), shown


def test_everything_left_out_is_told_of_a_clause() -> None:
    assert {name for row in ROWS for name in named(row["left"])} == left_out()


def test_the_chinese_table_says_the_same_of_every_clause() -> None:
    chinese = [dict(zip(HEAD, row, strict=True)) for row in cells(CHINESE.read_text(encoding="utf-8"))]
    assert [{**row, "asks": ""} for row in chinese] == [{**row, "asks": ""} for row in ROWS]
    figures = [[re.sub(r"\D", "", number) for number in re.findall(r"\d[\d,]{2,}", row["asks"])] for row in chinese]
    assert all(re.search("[\u4e00-\u9fff]", row["asks"]) for row in chinese)
    in_english = [re.sub(",", "", row["asks"]) for row in ROWS]
    assert [number for told, asks in zip(figures, in_english, strict=True) for number in told if number not in asks] == ["200"]  # 万元

"""What an account calls things: every code, note and part has its text, every text is said; money as people write it."""

import ast
from pathlib import Path

import pytest

import simlib.explain
from simlib.engine.state import Fund
from simlib.explain.income import SOURCES
from simlib.explain.texts import NOTES, OWN, PARTS, label, money
from simlib.explain.verdict import FOOD, LINES, STATUS
from simlib.funds import ACCOUNTS, FUNDS
from simlib.measures import CHOSEN_MEASURES
from simlib.words import LANGUAGES, Words

PACKAGE = Path(simlib.explain.__file__).parent


def texts_of(name: str, called: str) -> set[str]:
    """The first argument of every call of a function in a file of the package, where it is a text or a choice of texts."""
    found = set()
    for node in ast.walk(ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id == called:
            found |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_note_has_a_text_and_every_text_a_note() -> None:
    assert texts_of("events", "note") | texts_of("verdict", "note") == set(NOTES)


def test_every_part_has_a_text_and_every_text_a_part() -> None:
    assert texts_of("income", "Step") == set(PARTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_an_account_has_a_label(language: str) -> None:
    words = Words(language)
    codes = [f"source.{name}" for name in SOURCES] + [f"line.{name}" for name in LINES] + [f"fund.{name}" for name in FUNDS]
    codes += [f"fund.{fund.name.lower()}" for fund in Fund] + [f"payer.{payer}" for _, payer in ACCOUNTS]
    codes += [f"status.{name}" for name in (*STATUS.values(), "removed")] + ["route.income", "route.dibao"]
    codes += [f"guarantee.{name}" for name in ("school", "medical", "housing", FOOD)]
    assert all(label(words, code) for code in codes)
    assert set(OWN) <= set(codes)
    with pytest.raises(KeyError, match=r"fund\.nobody"):
        label(words, "fund.nobody")


def test_an_account_may_call_a_code_otherwise_than_pictures_do() -> None:
    words = Words("zh")
    assert (label(words, "source.dibao"), label(words, "line.dibao"), label(words, "route.dibao")) == ("低保金", "低保标准", "低保兜底")
    assert label(words, "fund.household") == words["fund.household"]


def test_measures_bring_their_own_names() -> None:
    assert all(measure.zh and measure.en for measure in CHOSEN_MEASURES)


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456, "1,234.56"), (-100_000_000, "-1,000,000.00"), (99, "0.99")]
)
def test_money(fen: int, text: str) -> None:
    assert money(fen) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_payers_are_told_apart_in_tables_and_called_shortly_where_their_fund_stands_beside_them(language: str) -> None:
    words, payers = Words(language), sorted({payer for _, payer in ACCOUNTS})
    tables = [words[f"payer.{payer}"] for payer in payers]
    assert len(set(tables)) == len(payers)
    assert not any(one != other and other.startswith(one) for one in tables for other in tables)
    city = {"zh": ["广州市", "广州市财政"], "en": ["Guangzhou", "Guangzhou's budget"]}[language]
    assert [label(words, f"payer.{payer}") for payer in ("guangzhou", "city_budget")] == city

"""The catalogue: every text in both languages with the same blanks, every key used, numbers as people write them."""

import ast
import string
from pathlib import Path

import pytest

import simlib.explain
from simlib.engine.state import Fund
from simlib.errors import InputError
from simlib.explain.income import SOURCES
from simlib.explain.verdict import FOOD, LINES, STATUS
from simlib.explain.words import LANGUAGES, Words, catalogue, money
from simlib.funds import ACCOUNTS, FUNDS
from simlib.measures import CHOSEN_MEASURES
from simlib.reports.labels import LABELS

PACKAGE = Path(simlib.explain.__file__).parent


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", list(catalogue()))
def test_both_languages_say_it_with_the_same_blanks(key: str) -> None:
    texts = catalogue()[key]
    assert tuple(sorted(texts)) == tuple(sorted(LANGUAGES))
    assert blanks(texts["zh"]) == blanks(texts["en"])
    assert all(texts.values())


def texts_of(tree: ast.AST, *called: str) -> set[str]:
    """The first argument of every call of some functions, where it is a text."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id in called:
            found |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_what_the_code_may_say_is_in_the_catalogue() -> None:
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.glob("*.py")}
    known = set(catalogue())
    notes = {f"note.{key}" for name in ("events", "verdict") for key in texts_of(trees[name], "note")}
    parts = {f"part.{key}" for key in texts_of(trees["income"], "Step")}
    assert len(notes) > 20
    assert len(parts) > 15
    assert notes | parts <= known
    by_name = {f"source.{name}" for name in SOURCES} | {f"line.{name}" for name in LINES} | {f"fund.{name}" for name in FUNDS}
    by_name |= {f"payer.{payer}" for _, payer in ACCOUNTS} | {f"status.{name}" for name in (*STATUS.values(), "removed")}
    by_name |= {f"guarantee.{name}" for name in ("school", "medical", "housing", FOOD)} | {"route.income", "route.dibao"}
    assert by_name <= known
    assert {f"fund.{fund.name.lower()}" for fund in Fund} <= known


def test_every_text_is_said_somewhere() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    families = {"source", "part", "fund", "payer", "line", "status", "guarantee", "route", "note"}
    plain = [key for key in catalogue() if key.split(".")[0] not in families or "." not in key]
    columns = {f"{name}_column" for name in ("source", "part", "yuan", "clause", "fund")}
    assert [key for key in plain if f'"{key}"' not in source and key not in columns] == []
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.glob("*.py")]
    notes = set().union(*(texts_of(tree, "note") for tree in trees))
    assert {key for key in catalogue() if key.startswith("note.")} <= {f"note.{key}" for key in notes}
    parts = set().union(*(texts_of(tree, "Step") for tree in trees))
    assert {key for key in catalogue() if key.startswith("part.")} == {f"part.{key}" for key in parts}


def test_funds_are_called_as_in_charts() -> None:
    charted = {name.removesuffix("_fund"): texts for name, texts in LABELS.items() if name.endswith("_fund")}
    assert len(charted) >= 4
    for fund, (en, zh) in charted.items():
        assert catalogue()[f"fund.{fund}"] == {"en": en, "zh": zh}


def test_measures_bring_their_own_names() -> None:
    assert all(measure.zh and measure.en for measure in CHOSEN_MEASURES)


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456, "1,234.56"), (-100_000_000, "-1,000,000.00"), (99, "0.99")]
)
def test_money(fen: int, text: str) -> None:
    assert money(fen) == text


def test_words() -> None:
    assert Words("zh")("year_head", year=2016) == "2016 年"
    assert Words("en").joined(["a", "b"]) == "a, b"
    with pytest.raises(InputError, match="no language 'fr', only zh and en"):
        Words("fr")

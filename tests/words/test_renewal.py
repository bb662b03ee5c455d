"""The catalogue holds what simlib says, all of it and nothing else, with the same blanks; and the check of it can fail."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

import simlib
from simlib.words import TERMS
from simlib.words.catalogue import LOCALES, catalogue_file
from simlib.words.renewal import Change, data_texts, every_text, read_texts, renewed, spoken_texts, text_of
from simlib.words.spoken import WITHIN

PACKAGE = Path(simlib.__file__).parent
MARKERS = {"said", "noop", "within"}


def blanks(text: str) -> set[tuple[str, str, str]]:
    """The blanks of a text, each with how it is written (`!r`, `:g`)."""
    return {(name, form or "", conversion or "") for _, name, form, conversion in Formatter().parse(text) if name is not None}


def wrongs(places: Mapping[str, str], texts: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a catalogue: a line for each text."""
    for text in sorted(set(places) | set(texts)):
        if text not in places:
            yield f"nobody says {text!r}"
        elif not texts.get(text):
            yield f"{places[text]}: no Chinese for {text!r}"
        elif not agree(text, texts[text]):
            yield f"{places[text]}: other blanks in the Chinese of {text!r}"


def agree(text: str, translation: str) -> bool:
    """Whether two texts have the same blanks; a text that is no pattern of `str.format` has no agreement."""
    try:
        return {name for name, *_ in blanks(text)} == {name for name, *_ in blanks(translation)}
    except ValueError:
        return False


def unliteral(tree: Path) -> Iterator[str]:
    """Calls that mark a text for the catalogue where none can be found: of a variable, or of a text put together."""
    for path in sorted(tree.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            name = getattr(called, "id", getattr(called, "attr", None))
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Call) and is_text(node.args[0]):
                yield f"{path.relative_to(tree).as_posix()}:{node.lineno}"  # Words("zh")("text") goes by no name that is looked for
            if isinstance(node, ast.Call) and node.args and (name in MARKERS or (name == "words" and may_mislead(node.args[0]))):
                texts = node.args[:2] if name == "within" else node.args[:1]
                if not all(map(is_text, texts)):
                    yield f"{path.relative_to(tree).as_posix()}:{node.lineno}"


def is_text(node: ast.AST) -> bool:
    """Whether an expression is a literal text."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def may_mislead(node: ast.expr) -> bool:
    """Whether an expression would be taken for a text that it is not: a sum, or anything with literal texts in it (f-string, if, key)."""
    marked = isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKERS
    literal = any(map(is_text, ast.walk(node)))
    return isinstance(node, ast.BinOp | ast.JoinedStr) or (literal and not marked)


def test_the_catalogue_has_what_simlib_says_and_nothing_else() -> None:
    places = every_text(PACKAGE)
    assert len(places) > 1000, "the texts are not found"
    assert {place.partition(":")[0] for place in places.values()} >= {"baseline.yaml", "economy.yaml", "registry/messages.py", "terms"}
    assert set(TERMS.values()) <= set(places)
    assert list(wrongs(places, read_texts(catalogue_file("zh")))) == []


def test_texts_are_literal_where_they_are_marked() -> None:
    assert list(unliteral(PACKAGE)) == []


def test_the_file_is_as_it_is_written() -> None:
    file = catalogue_file("zh")
    assert text_of(read_texts(file), "zh") == file.read_text(encoding="utf-8")
    assert [path.relative_to(LOCALES).as_posix() for path in LOCALES.rglob("*.po")] == ["zh/LC_MESSAGES/simlib.po"]


# ---- that it can fail: a small tree of our own

SOURCE = '''
def told(words, said, noop, within, nearest):
    """words("in a docstring")"""
    # words("in a comment")
    outer = words("outer {x}", x=words("inner"), y=said("deep {z}", z=nearest("no")))
    return [self.words("two "
        "lines"), noop("marked"), within("line", "dibao"), words(variable), words.number("not this")]
'''
TEMPLATE = """<p title="{{ words('in an attribute') }}">{{ words("of a template {n}", n=words.number(3)) }} {{ name }}</p>"""
SAID = {"outer {x}", "inner", "deep {z}", "two lines", "marked", f"line{WITHIN}dibao", "in an attribute", "of a template {n}", "label"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "said.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "page.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def test_every_text_of_a_tree_is_found(tree: Path) -> None:
    places = spoken_texts(tree, {"a.code": "label"})
    assert set(places) == SAID
    assert places["inner"] == "deep/said.py:5"
    assert places["label"] == "terms: a.code"
    assert places["of a template {n}"] == "page.html:1"


def test_sentences_that_stand_with_their_data_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "why: >-\n  two\n  lines\nsource: [no]\nnot_modelled:\n  one: first\n  other: [second]\n"
        "facts: {x: {assumed: third., confidence: assumed}}\n",
        encoding="utf-8",
    )
    assert data_texts(tmp_path) == dict.fromkeys(["two lines", "first", "second", "third."], "a.yaml")


def test_what_is_wrong_with_a_catalogue_is_seen(tree: Path) -> None:
    places = spoken_texts(tree, {})
    right = {text: "中文" + "".join(f"{{{name}}}" for name, *_ in sorted(blanks(text))) for text in places}
    assert list(wrongs(places, right)) == []
    assert list(wrongs(places, right | {"inner": ""})) == ["deep/said.py:5: no Chinese for 'inner'"]
    assert list(wrongs(places, {text: one for text, one in right.items() if text != "inner"})) == ["deep/said.py:5: no Chinese for 'inner'"]
    assert list(wrongs(places, right | {"old": "旧"})) == ["nobody says 'old'"]
    assert list(wrongs(places, right | {"outer {x}": "外 {y}"})) == ["deep/said.py:5: other blanks in the Chinese of 'outer {x}'"]
    assert list(wrongs(places, right | {"outer {x}": "外 {x"})) == ["deep/said.py:5: other blanks in the Chinese of 'outer {x}'"]


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("words(f'{a} b')", True),
        ("words('a' + b)", True),
        ("words('a {}'.format(b))", True),
        ("words('a' if b else 'c')", True),
        ("words(TEXTS['key'])", True),
        ("Words('zh')('a')", True),
        ("said(text)", True),
        ("noop(f'{a}')", True),
        ("within(context, 'a')", True),
        ("self.words(f'{a}')", True),
        ("words(' '.join(lines))", True),
        ("words(text)", False),
        ("words(within('a', 'b'))", False),
        ("words('a', b=f'{c}')", False),
        ("within('a', 'b')", False),
        ("words.number(a + b)", False),
        ("words(TEXTS[key])", False),
    ],
)
def test_a_marked_text_that_is_not_literal_is_seen(tmp_path: Path, code: str, seen: bool) -> None:
    (tmp_path / "one.py").write_text(code, encoding="utf-8")
    assert list(unliteral(tmp_path)) == (["one.py:1"] if seen else [])


def test_a_catalogue_is_renewed() -> None:
    known = {"kept": "留", "waiting": "", "old": "旧"}
    texts, change = renewed(known, ["new", "kept", "waiting", "kept"])
    assert texts == {"kept": "留", "new": "", "waiting": ""}
    assert change == Change(added=("new",), dropped=("old",), untranslated=("new", "waiting"))
    assert renewed(texts, texts) == (texts, Change((), (), ("new", "waiting")))


def test_a_catalogue_is_read_as_it_was_written(tmp_path: Path) -> None:
    texts = {"b {n}": "乙{n}", "a": "", f"line{WITHIN}dibao": "低保标准", "dibao": "低保", 'two "quoted"\nlines 100%': "两“行”\n100%"}
    file = tmp_path / "zh" / "LC_MESSAGES" / "simlib.po"
    file.parent.mkdir(parents=True)
    file.write_text(text_of(texts, "zh"), encoding="utf-8")
    assert read_texts(file) == texts
    assert text_of(dict(reversed(texts.items())), "zh") == file.read_text(encoding="utf-8")


def test_a_guess_is_no_translation(tmp_path: Path) -> None:
    file = tmp_path / "zh" / "LC_MESSAGES" / "simlib.po"
    file.parent.mkdir(parents=True)
    file.write_text(text_of({}, "zh") + '#, fuzzy\nmsgid "a"\nmsgstr "甲"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"a guessed translation is none.*\['a'\]"):
        read_texts(file)

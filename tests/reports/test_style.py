"""The font, and what happens without it; labels in both languages."""

import string
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from simlib.reports import style
from simlib.reports.labels import LABELS, Words


@pytest.fixture
def forgetful() -> Iterator[None]:
    """The answers about the font are kept; start and end without any."""
    for known in (style.chinese_font, style.language):
        known.cache_clear()
    yield
    for known in (style.chinese_font, style.language):
        known.cache_clear()


def no_package(name: str) -> SimpleNamespace:
    raise ModuleNotFoundError(name)


def no_file(name: str) -> SimpleNamespace:
    return SimpleNamespace(sans_path=lambda: Path("nowhere.otf"))


def test_chinese_font_comes_first_and_latin_stands_behind_it() -> None:
    assert style.families() == ["Noto Sans SC", "DejaVu Sans"]


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("missing", [no_package, no_file])
def test_without_a_font_labels_are_english_with_one_warning(missing: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "import_module", missing)
    with pytest.warns(UserWarning, match="labelled in English: the package pylopdf_fonts_zh_cn has no font") as told:
        assert [Words("zh")["wage"] for _ in range(3)] == ["wage"] * 3
    assert len(told) == 1
    assert style.families() == ["DejaVu Sans"]


@pytest.mark.usefixtures("forgetful")
def test_english_needs_no_font_and_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "import_module", no_package)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Words("en")["wage"] == "wage"


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", LABELS)
def test_label_has_both_languages_with_the_same_blanks(key: str) -> None:
    english, chinese = LABELS[key]
    assert english.isprintable() or "\n" in english
    assert blanks(english) == blanks(chinese)
    bare = "".join(text for text, *_ in string.Formatter().parse(chinese) if text)
    assert not bare.strip() or any(ord(letter) > 0x2000 for letter in bare) or bare == english

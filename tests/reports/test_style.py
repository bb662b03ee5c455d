"""The font, and what happens without it; characters that no font has."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import pytest

from simlib.errors import InputError
from simlib.reports import style
from simlib.reports.style import words_of


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
        assert [words_of("zh")["source.wage"] for _ in range(3)] == ["wage"] * 3
    assert len(told) == 1
    assert style.families() == ["DejaVu Sans"]


@pytest.mark.usefixtures("forgetful")
def test_english_needs_no_font_and_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "import_module", no_package)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert words_of("en")["source.wage"] == "wage"


def test_a_language_that_there_is_none_of_is_said() -> None:
    with pytest.raises(InputError, match="language: seen 'fr', wanted 'zh' or 'en'"):
        words_of("fr")


def test_a_character_that_no_font_has_is_no_box() -> None:
    assert style.written("村\U000323af村 ok\n✓") == "村?村 ok\n✓"
    assert style.written("") == ""


def test_settings_hold_as_long_as_the_look_lasts() -> None:
    before = mpl.rcParams["axes.titlelocation"]
    with style.look():
        assert mpl.rcParams["axes.titlelocation"] == "left"
    assert mpl.rcParams["axes.titlelocation"] == before

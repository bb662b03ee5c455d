"""Which language is spoken where none is asked for, and that reading English needs no catalogue."""

import subprocess
import sys

import pytest

from simlib.errors import InputError
from simlib.words import LANGUAGES, checked, default_language
from simlib.words.catalogue import catalogue_file, translations

SPOKEN = ("SIMLIB_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "SIMLIB_LANG": "en"}, "en"),
        ({"LANG": "C", "SIMLIB_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "SIMLIB_LANG": ""}, "zh"),
    ],
)
def test_the_language_of_those_who_ask_for_none(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], language: str) -> None:
    for name in SPOKEN:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    assert default_language() == language


@pytest.mark.parametrize(
    ("spoken", "language"), [("Chinese (Simplified)_China", "zh"), ("zh_CN", "zh"), ("English_Europe", "en"), (None, "en")]
)
def test_a_machine_that_says_it_in_no_variable(monkeypatch: pytest.MonkeyPatch, spoken: str | None, language: str) -> None:
    for name in SPOKEN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: (spoken, None))
    assert default_language() == language


def test_a_language_of_the_environment_that_there_is_none_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMLIB_LANG", "fr")
    with pytest.raises(InputError, match="language: seen 'fr', wanted 'zh' or 'en'"):
        default_language()


def test_languages() -> None:
    assert [checked(language) for language in LANGUAGES] == list(LANGUAGES)


def test_translations() -> None:
    assert translations("en").gettext("wage") == "wage"
    assert translations("zh").gettext("wage") == "工资性收入"
    assert catalogue_file("zh").is_file()


def test_english_is_spoken_without_reading_the_catalogue() -> None:
    code = "import sys; from simlib.words import Words; Words('en')('wage'); print([one for one in sys.modules if one.startswith('babel')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""The catalogue: which languages there are, and what an English text is in each."""

import gettext
import locale
import os
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

from simlib.errors import InputError, said

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
LOCALES: Final = Path(__file__).with_name("locale")
DOMAIN: Final = "simlib"
CHOICE: Final = "SIMLIB_LANG"
"""The variable of the environment that chooses a language for commands that are not told one."""


def checked(wanted: str) -> Language:
    """A language that there is. InputError for another."""
    if wanted not in LANGUAGES:
        raise InputError(said("language: seen {seen!r}, wanted 'zh' or 'en'", seen=wanted))
    return wanted


def default_language() -> Language:
    """The language of commands that are not told one: that of SIMLIB_LANG, else Chinese where the machine's is Chinese, else English."""
    chosen = os.environ.get(CHOICE, "")
    if chosen:
        return checked(chosen)
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"


def catalogue_file(language: Language) -> Path:
    """Where a language's texts are."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """What gettext translates with: nothing for English. Compiled from the text file when first asked for, so that it is never stale."""
    if language == "en":
        return gettext.NullTranslations()
    compiled = BytesIO()
    _write_mo(compiled, catalogue_file(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _write_mo(target: Any, source: Path) -> None:
    from babel.messages.mofile import write_mo  # a tenth of a second: not for those who read English
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        write_mo(target, read_po(file, locale=source.parts[-3], domain=DOMAIN))

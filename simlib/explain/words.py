"""The catalogue of an account's words, and how numbers are written."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml

from simlib.errors import InputError
from simlib.money import FEN_PER_YUAN

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
CATALOGUE: Final = Path(__file__).with_name("words.yaml")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key, in both languages."""
    found: dict[str, dict[str, str]] = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return found


def money(fen: int) -> str:
    """Yuan of whole fen with thousands and two decimals: 1,234.56."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


class Words:
    """The words of one language: `Words("zh")("total")`, `Words("en")("year_head", year=2016)`."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise InputError(f"there is no language {language!r}, only {' and '.join(LANGUAGES)}")
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """A text with its blanks filled in."""
        return catalogue()[key][self.language].format(**values)

    def joined(self, texts: list[str]) -> str:
        """A list, as the language writes it."""
        return self("list").join(texts)

"""Text on lines of a given width, in a script with spaces and in one without: a Chinese character is two letters wide."""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

OPENING, CLOSING = "（《“‘【", "）》”’】，。；：、！？…—"
PIECES: Final = re.compile(
    r"[^\S\n]+"  # spaces
    rf"|[{OPENING}]*[\u2e80-\u9fff][{CLOSING}]*"  # a Chinese character, with signs that may not end or begin a line
    rf"|[{OPENING}]*[^\s\u2e80-\u9fff{OPENING}]+"  # a word
    r"|."
)


def width(text: str) -> int:
    """How many letters wide a text is."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, letters: float) -> str:
    """The text on lines of at most so many letters; a word that is longer stands alone."""
    return "\n".join(line for paragraph in text.split("\n") for line in _lines(paragraph, letters))


def _lines(paragraph: str, letters: float) -> Iterator[str]:
    line = ""
    for piece in PIECES.findall(paragraph):
        if line.strip() and width((line + piece).rstrip()) > letters:
            yield line.rstrip()
            line = ""
        line += piece if line or piece.strip() else ""
    yield line.rstrip()

"""How cells look: fonts that have Chinese, number formats, tints that colour-blind readers and black-and-white prints tell apart."""

import math
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from simlib.reports.style import BLUE, FAINT, GREEN, GREY, INK, ORANGE, PALE, PURPLE, SKY, VERMILION
from simlib.words import Language

FONTS: Final[Mapping[Language, str]] = {"zh": "Microsoft YaHei", "en": "Arial"}
"""On every Windows and Mac with an office; elsewhere an office takes the next one that has the signs."""
SIZE: Final = 10
DARK: Final = "#1F4E78"
FORMS: Final[Mapping[str, str]] = {
    "text": "General",
    "year": "0",
    "plain": "General",
    "signed": "+#,##0;-#,##0;0",
    "count": "#,##0",
    "tenth": "#,##0.0",
    "yuan": "#,##0",
    "money": "#,##0.00",
    "share": "0.0%",
    "chance": "0%",
    "error": "0.000",
    "small": "#,##0.0###",
    "fine": "0.0##%",
}
"""Number formats by what a number is."""
WIDTHS: Final[Mapping[str, float]] = {
    "year": 7,
    "signed": 10,
    "count": 9,
    "tenth": 9,
    "yuan": 12,
    "money": 14,
    "share": 9,
    "chance": 9,
    "error": 8,
}
"""Least widths in characters; a text is as wide as its longest."""
TINTS: Final[Mapping[str, str]] = {"good": "#CDEBE0", "bad": "#F9D9C7", "open": PALE}
SERIES: Final = (BLUE, ORANGE, GREEN, SKY, PURPLE, VERMILION, GREY)
MOST_WIDE: Final = 44
NARROW_LETTER, WIDE_LETTER = 0.92, 1.91
BOLD: Final = 1.1
"""How much wider bold letters are."""


def text_width(text: str) -> float:
    """Width of a text in the characters that columns are measured in (the width of a digit): a Chinese one takes two, a Latin one less."""
    return sum(WIDE_LETTER if unicodedata.east_asian_width(letter) in "WF" else NARROW_LETTER for letter in text)


def lines_of(text: str, wide: float) -> int:
    """Lines that a text takes in a column so wide."""
    return sum(max(1, math.ceil(text_width(part) / max(wide, 1))) for part in text.split("\n"))


class Look:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any, language: Language) -> None:
        self._book, self._made = book, dict[tuple[tuple[str, Any], ...], Any]()
        self.font = FONTS[language]
        self.base = {"font_name": self.font, "font_size": SIZE, "font_color": INK, "valign": "vcenter"}

    def format(self, **properties: Any) -> Any:
        """A format with these properties on top of the base."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(self.base | properties)
        return self._made[key]

    def cell(self, form: str, **properties: Any) -> Any:
        """A cell of a table: ruled below, numbers in their format; `form` is a key of FORMS."""
        side = {"align": "left", "indent": 1} if form in ("text", "plain") else {"num_format": FORMS[form], "align": "right"}
        return self.format(**({"bottom": 1, "bottom_color": FAINT} | side | properties))

    def tint(self, kind: str) -> Any:
        """What a condition lays over a cell: good, bad or open. Words stand beside every one of them."""
        return self._book.add_format({"bg_color": TINTS[kind], "font_color": INK})

    @property
    def title(self) -> Any:
        """A sheet's title."""
        return self.format(font_size=16, bold=True, font_color=DARK)

    @property
    def heading(self) -> Any:
        """A part of a sheet."""
        return self.format(font_size=12, bold=True, font_color=DARK)

    @property
    def stamp(self) -> Any:
        """Large letters that nobody overlooks: SYNTHETIC."""
        return self.format(font_size=20, bold=True, font_color="#FFFFFF", bg_color=VERMILION, align="center")

    @property
    def warning(self) -> Any:
        """A sentence that nobody should overlook."""
        return self.format(bold=True, font_color=VERMILION, text_wrap=True, valign="top")

    @property
    def note(self) -> Any:
        """Smaller grey text that explains."""
        return self.format(font_color="#595959", text_wrap=True, valign="top")

    @property
    def plain(self) -> Any:
        """Text that wraps."""
        return self.format(text_wrap=True, valign="top")

    @property
    def head(self) -> Any:
        """A column's head."""
        return self._head()

    @property
    def share_head(self) -> Any:
        """A column's head that is a share."""
        return self._head(num_format="0%")

    def _head(self, **properties: Any) -> Any:
        properties |= {"border": 1, "border_color": "#FFFFFF"}
        return self.format(bold=True, bg_color=DARK, font_color="#FFFFFF", text_wrap=True, align="center", **properties)

    @property
    def label(self) -> Any:
        """The left of a pair."""
        return self.format(bold=True, bottom=1, bottom_color=FAINT, text_wrap=True, valign="top")

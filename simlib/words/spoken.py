"""A language as it is spoken: texts with their blanks filled in, labels of codes, numbers, money."""

import math
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from simlib.errors import Said
from simlib.words.catalogue import Language, checked, translations
from simlib.words.terms import TERMS

LOCALE: Final = {"en": "en", "zh": "zh_Hans_CN"}
COMPACT: Final[Mapping[str, Literal["short", "long"]]] = {"en": "long", "zh": "short"}
"""Of Unicode's ways to write a large number, the one with words: million, 万, 亿."""
SPOKEN_FROM: Final = {"en": 1_000_000, "zh": 10_000}
CENTS: Final = {"en": -4, "zh": -2}
"""A hundredth of the smallest unit spoken, as a power of ten: rounded to it first, 99,999,999 is 1亿 and not 10000万."""
NOTHING: Final = "–"
"""What stands for a number that there is none of."""
WITHIN: Final = "\x04"
"""Between a context and a text in gettext's own files."""


def noop(text: str) -> str:
    """Mark an English text for the catalogue where it stands; it is translated where it is shown."""
    return text


BETWEEN: Final = (noop(", "), noop("; "), noop(" and "), noop(" or "))
"""What may stand between the parts of a list (`together`) and is written otherwise in another language."""


def within(context: str, text: str) -> str:
    """`noop` for a text that has several translations: in another context it is another text of the catalogue (gettext's msgctxt)."""
    return f"{context}{WITHIN}{text}"


def together(parts: Iterable[str], between: str = "\n") -> Said:
    """Several sentences made by `errors.said` as one that remembers them all. `between`: a text, which may be of the catalogue ("; ")."""
    named = {f"part_{place}": part for place, part in enumerate(parts)}
    return Said("{between}".join(f"{{{name}}}" for name in named), {"between": Said(between, {}), **named})


class Both(Said):
    """A text that has its two languages beside its data (columns.yaml, a scenario's title): English by itself, Chinese as value `zh`."""

    def __new__(cls, text: str, values: Mapping[str, object]) -> "Both":
        """The English text as it is, with the Chinese one."""
        made = str.__new__(cls, text)
        made.text, made.values = text, values
        return made


def both(en: str, zh: str) -> Both:
    """A text for a sentence (`errors.said`) or a page that is not of the catalogue, because it stands with its data in both languages."""
    return Both(en, {"zh": zh})


class Words:
    """One language. Raises InputError for a language that there is none of."""

    def __init__(self, language: str) -> None:
        self.language: Language = checked(language)
        self._locale = LOCALE[self.language]

    def __call__(self, text: str, /, **values: object) -> str:
        """An English text of the catalogue in this language, its blanks filled in (`str.format`); values made by `said` are told too."""
        return self._filled(text, values) if values else self._text(text)

    def __getitem__(self, code: str) -> str:
        """The label of a code (terms.py). KeyError for a code that has none."""
        return self._text(TERMS[code])

    def tell(self, message: object) -> str:
        """A sentence made by `errors.said`, or an error that carries one, in this language; anything else as it is."""
        sentence = message.args[0] if isinstance(message, Exception) and message.args else message
        if isinstance(sentence, Both):
            return str(sentence.values["zh"] if self.language == "zh" else sentence)
        if not isinstance(sentence, Said):
            return str(sentence)
        return self._filled(sentence.text, sentence.values)

    def label(self, code: str) -> str:
        """The label of a code, or the code itself where it has none: for names that users give."""
        return self[code] if code in TERMS else code

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number with thousands and so many decimals: 7,365. A dash for None and NaN, here and below."""
        from babel.numbers import format_decimal  # loaded where numbers are written: commands that write none start without

        if value is None or math.isnan(value):
            return NOTHING
        return str(format_decimal(round(float(value), digits) + 0.0, format=_pattern(digits), locale=self._locale))

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share as a percentage: 0.509 -> 51%."""
        from babel.numbers import format_percent

        if share is None or math.isnan(share):
            return NOTHING
        return str(format_percent(round(float(share), digits + 2) + 0.0, format=f"{_pattern(digits)}%", locale=self._locale))

    def yuan(self, value: float | None) -> str:
        """An exact sum in whole yuan, 7,365元 or 7,365 yuan."""
        return NOTHING if value is None or math.isnan(value) else self("{number} yuan", number=self.number(value))

    def money(self, value: float | None) -> str:
        """A large sum as it is spoken of, 50.74亿元, 6076.98万元 or 5.07 billion yuan; a small one exactly."""
        from babel.numbers import format_compact_decimal

        if value is None or math.isnan(value) or abs(round(value)) < SPOKEN_FROM[self.language]:
            return self.yuan(value)
        form, rounded = COMPACT[self.language], round(float(value), CENTS[self.language])
        return self("{number} yuan", number=str(format_compact_decimal(rounded, format_type=form, locale=self._locale, fraction_digits=2)))

    def joined(self, texts: Iterable[str]) -> str:
        """A list, as the language writes it."""
        return self._text(", ").join(texts)

    def _filled(self, text: str, values: Mapping[str, object]) -> str:
        told = {name: self.tell(value) if isinstance(value, Said) else value for name, value in values.items()}
        return self._text(text).format(**told)

    def _text(self, text: str) -> str:
        """A text of the catalogue, itself where it has no translation, without its context."""
        return translations(self.language).gettext(text).rpartition(WITHIN)[2] if text else ""  # gettext's empty text is its header


def _pattern(digits: int) -> str:
    """Thousands, and so many decimals."""
    return f"#,##0.{'0' * digits}" if digits else "#,##0"

"""Everything that people read, in English and Chinese: one gettext catalogue, and numbers as each language writes them.

    words = Words("zh")
    words("asked for: {share}", share=words.percent(0.95))   # an English text of the catalogue with its blanks filled in
    words["line.fixed"]                                      # the label of a code that tables and files use: terms.py
    words.money(5_074_000_000)                               # 50.74亿元

    said("row {row}: {problem}", row=5, problem=said("a number"))    # errors.said: a sentence that remembers what it is made of
    words.tell(error)                                        # an error with such a sentence, or the sentence, in this language

`noop` marks a text where it stands (`within` where it needs a translation of its own), `together` makes one sentence of several,
`both` is a text with two languages beside its data. English texts are the keys (gettext's custom); locale/zh/LC_MESSAGES/simlib.po has the
Chinese ones. A text that is not in it stays English on a page, and fails a test.
"""

from simlib.words.catalogue import LANGUAGES, Language, checked, default_language
from simlib.words.spoken import Both, Words, both, noop, together, within
from simlib.words.terms import TERMS

__all__ = ["LANGUAGES", "TERMS", "Both", "Language", "Words", "both", "checked", "default_language", "noop", "together", "within"]

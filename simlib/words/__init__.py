"""Everything that people read, in English and Chinese: one gettext catalogue, and numbers as each language writes them.

    words = Words("zh")
    words("asked for: {share}", share=words.percent(0.95))   # an English text of the catalogue with its blanks filled in
    words["line.fixed"]                                      # the label of a code that tables and files use: terms.py
    words.money(5_074_000_000)                               # 50.74亿元

English texts are the keys (gettext's custom); locale/zh/LC_MESSAGES/simlib.po has the Chinese ones. A text that is not in it stays
English on a page, and fails a test.
"""

from simlib.words.catalogue import LANGUAGES, Language, checked, default_language
from simlib.words.spoken import Words, noop, together, within
from simlib.words.terms import TERMS

__all__ = ["LANGUAGES", "TERMS", "Language", "Words", "checked", "default_language", "noop", "together", "within"]

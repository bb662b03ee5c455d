"""The templates that the views are written in; every value that is put into one is escaped."""

import math
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2

from simlib.words import Words

HALF: Final = 0.5


@cache
def _templates() -> jinja2.Environment:
    folder = Path(__file__).with_name("templates")
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def filled(template: str, **values: Any) -> str:
    """A template with its values filled in."""
    return _templates().get_template(template).render(**values)


def yes_or_no(value: float, words: Words) -> str:
    """A chance without luck in it, which is 0 or 1, in a word; a dash where there is none."""
    if math.isnan(value):
        return words.number(None)
    return words("yes") if value >= HALF else words("no")

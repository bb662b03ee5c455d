"""The templates that the views are written in; every value that is put into one is escaped."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2


@cache
def _templates() -> jinja2.Environment:
    folder = Path(__file__).with_name("templates")
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def filled(template: str, **values: Any) -> str:
    """A template with its values filled in."""
    return _templates().get_template(template).render(**values)

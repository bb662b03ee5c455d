"""What the site needs beyond MkDocs: formulas as pictures that no script draws, and a line over pages that are in English only."""

import html
import re
from io import StringIO
from typing import Any, Final

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import math_to_image

FORMULA: Final = re.compile(r'<(div|span) class="arithmatex">\\[\[(](.*?)\\[\])]</\1>', re.DOTALL)
FONT: Final = FontProperties(size=13, math_fontfamily="stix")
ONLY_ENGLISH: Final = '!!! note ""\n\n    这一页目前只有英文。\n\n'


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """A page that the Chinese site shows in English says so."""
    fallen_back = config.theme["language"] == "zh" and not page.file.src_uri.endswith(".zh.md")
    return ONLY_ENGLISH + markdown if fallen_back else markdown


def on_page_content(content: str, **_: Any) -> str:
    """TeX between dollar signs becomes a drawing, with the TeX itself for who cannot see it."""
    return FORMULA.sub(lambda found: _drawn(found[1], html.unescape(found[2]).strip()), content)


def _drawn(element: str, tex: str) -> str:
    target = StringIO()
    math_to_image(f"${tex}$", target, prop=FONT, format="svg", color="black")
    drawing = target.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    label = html.escape(tex, quote=True)
    return f'<{element} class="formula" role="img" aria-label="{label}">{drawing}</{element}>'

"""One look for every chart: colours that colour-blind readers can tell apart, a font with Chinese, no state between charts."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from importlib import import_module
from threading import RLock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text

from simlib.words import Language, Words, checked

P = ParamSpec("P")
R = TypeVar("R")

FONT_PACKAGE: Final = "pylopdf_fonts_zh_cn"
"""Carries Noto Sans SC under the Open Font License."""
LATIN: Final = "DejaVu Sans"
"""Comes with matplotlib."""
MISSING: Final = "?"
"""Stands where a font has no glyph: a rare character of a name is no reason for a box."""
DRAWING: Final = RLock()
"""Matplotlib's settings and fonts belong to the process: one thread draws at a time."""

# Okabe and Ito's colours, which remain distinct in the common forms of colour blindness.
INK, GREY, FAINT = "#262626", "#767676", "#d0d0d0"
BLUE, ORANGE, GREEN, SKY, VERMILION, PURPLE, PALE = "#0072b2", "#e69f00", "#009e73", "#56b4e9", "#d55e00", "#cc79a7", "#f2e2b8"
YEARS: Final = ("#9ecae1", "#4292c6", "#08306b", "#5e4fa2", "#1a1a1a")
"""From light to dark, so that the order of the years survives a black and white print; at most five (2016-2020)."""
MARKERS: Final = ("o", "s", "D", "^", "v")


@cache
def chinese_font() -> str | None:
    """The family name of the installed Chinese font, made known to matplotlib; None where its package or its file is missing."""
    try:
        path = import_module(FONT_PACKAGE).sans_path()
    except ImportError:
        return None
    if not path.is_file():
        return None
    fontManager.addfont(path)
    return FontProperties(fname=str(path)).get_name()


@cache
def language(wanted: str) -> Language:
    """The language that figures can be labelled in: English, with one warning, where no Chinese font is to be had."""
    asked = checked(wanted)
    if asked == "zh" and chinese_font() is None:
        warnings.warn(f"charts are labelled in English: the package {FONT_PACKAGE} has no font here", stacklevel=2)
        return "en"
    return asked


def words_of(lang: str) -> Words:
    """What figures say, in the language that they can be labelled in."""
    return Words(language(lang))


def families() -> list[str]:
    """Font families: a list, which is what makes glyphs fall back from one to the next."""
    font = chinese_font()
    return [font, LATIN] if font else [LATIN]


@cache
def _glyphs(family: str) -> frozenset[int]:
    """The code points that a font can draw."""
    return frozenset(get_font(findfont(family)).get_charmap())


def can_write(letter: str) -> bool:
    """Whether a font of the look has a glyph for a character."""
    return letter.isspace() or any(ord(letter) in _glyphs(family) for family in families())


def written(text: str) -> str:
    """A text without characters that no font can draw."""
    return text if all(map(can_write, text)) else "".join(letter if can_write(letter) else MISSING for letter in text)


@contextmanager
def look() -> Iterator[None]:
    """Matplotlib's settings for what is written into a figure, as long as it lasts; other threads wait."""
    settings: dict[Any, Any] = {
        "font.family": families(),
        "font.size": 9.5,
        "axes.titlesize": 10.5,
        "axes.titlelocation": "left",
        "text.color": INK,
        "legend.frameon": False,
        "legend.fontsize": 8.5,
        "legend.title_fontsize": 8.5,
    }
    with DRAWING, mpl.rc_context(settings):
        yield


def styled(draw: Callable[Concatenate[R, Axes, P], Axes]) -> Callable[Concatenate[R, Axes, P], Axes]:
    """Let a chart draw in this look, whatever matplotlib is set to outside: `chart(results, ax, ...) -> ax`."""

    @wraps(draw)
    def dressed(results: R, ax: Axes, /, *args: P.args, **kwargs: P.kwargs) -> Axes:
        with look():
            _frame(ax)
            draw(results, ax, *args, **kwargs)
            _letters(ax)
        return ax

    return dressed


def _frame(ax: Axes) -> None:
    """Quiet what the Axes brings: two spines, short grey ticks, marks above the grid."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(GREY)
    ax.tick_params(color=GREY, labelcolor=INK, length=3, labelsize=9)
    ax.set_axisbelow(True)


def _letters(ax: Axes) -> None:
    """Give the look's font to every text, those too that the Axes had before it was drawn on, and leave no box in any."""
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(color=INK, fontsize=9)
    for text in ax.findobj(Text):
        text.set_fontfamily(families())
        if (clean := written(text.get_text())) != text.get_text():
            text.set_text(clean)

"""One look for every chart: colours that colour-blind readers can tell apart, a font with Chinese, no state between charts."""

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache, wraps
from importlib import import_module
from typing import Concatenate, Final, Literal, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.text import Text

from simlib.errors import InputError

P = ParamSpec("P")
R = TypeVar("R")
Language = Literal["en", "zh"]

FONT_PACKAGE: Final = "pylopdf_fonts_zh_cn"
"""Carries Noto Sans SC under the Open Font License."""
LATIN: Final = "DejaVu Sans"
"""Comes with matplotlib."""

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
def language(wanted: Language) -> Language:
    """The language that labels can be written in: English, with one warning, where no Chinese font is to be had."""
    if wanted not in ("en", "zh"):
        raise InputError(f"language {wanted!r}: wanted 'en' or 'zh'")
    if wanted == "zh" and chinese_font() is None:
        warnings.warn(f"charts are labelled in English: the package {FONT_PACKAGE} has no font here", stacklevel=2)
        return "en"
    return wanted


def families() -> list[str]:
    """Font families: a list, which is what makes glyphs fall back from one to the next."""
    font = chinese_font()
    return [font, LATIN] if font else [LATIN]


def look() -> AbstractContextManager[None]:
    """Matplotlib's settings for what is written into a figure, as long as it lasts."""
    return mpl.rc_context(
        {
            "font.family": families(),
            "font.size": 9.5,
            "axes.titlesize": 10.5,
            "axes.titlelocation": "left",
            "text.color": INK,
            "legend.frameon": False,
            "legend.fontsize": 8.5,
            "legend.title_fontsize": 8.5,
        }
    )


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
    """Give the look's font to every text, those too that the Axes had before it was drawn on."""
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(color=INK, fontsize=9)
    for text in ax.findobj(Text):
        text.set_fontfamily(families())

"""What charts have in common: names, small texts beside marks, strokes of lines, axes of money and people."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from simlib.assessment.bands import Band
from simlib.errors import InputError, said
from simlib.reports.style import FAINT, INK, PURPLE, VERMILION, words_of
from simlib.reports.wrapping import width, wrapped
from simlib.runs import Result
from simlib.words import Words, noop

LINES: Final[dict[str, Any]] = {
    "fixed": {"color": INK, "ls": "-"},
    "moving": {"color": VERMILION, "ls": (0, (4, 2))},
    "dibao": {"color": PURPLE, "ls": (0, (1, 1))},
}
PLAIN: Final = FuncFormatter(lambda value, _: f"{value:,.10g}")
UNITS: Final = {
    "en": ((1e9, noop("billion yuan")), (1e6, noop("million yuan")), (1.0, noop("yuan"))),
    "zh": ((1e8, noop("hundred million yuan")), (1e4, noop("ten thousand yuan")), (1.0, noop("yuan"))),
}
"""Units that money is counted in on an axis: the largest that its top holds once."""
BRIEF: Final = {
    "en": (noop("{number} billion"), noop("{number} million"), noop("{number} yuan")),
    "zh": (noop("{number} hundred million"), noop("{number} ten thousand"), noop("{number} yuan")),
}
"""The same units beside a number."""
MARK, LETTER = 0.55, 0.066
"""Inches that an entry of a legend takes with its mark and room beside it, and those of each letter."""
NARROW: Final = 0.02
"""A band of shares that whole percents would hide."""
ENOUGH: Final = 2000
"""People in a bin from which on an axis counts in thousands."""


def title(result: Result, lang: str = "en") -> str:
    """A scenario's name for people."""
    return str(getattr(result.scenario.title, words_of(lang).language))


def wrapped_title(result: Result, lang: str, letters: float = 26) -> str:
    """The same on lines short enough for a small chart."""
    return wrapped(title(result, lang), letters)


def listed(results: Iterable[Result] | Result) -> list[Result]:
    """One result or several as a list. InputError for none, and for results that do not stand side by side."""
    shown = [cast("Result", results)] if hasattr(results, "table") else list(results)  # a stored run is a tuple, too
    if not shown:
        raise InputError(said("no run to draw: give one or several"))
    if len({(one.draws, one.seed, one.register()["hash"]) for one in shown}) > 1:
        raise InputError(said("runs of different draws, seeds or registers do not belong into one figure; run them together"))
    return shown


def legend_columns(labels: Sequence[str], inches: float) -> int:
    """The most columns in which a legend of these labels is no broader than so many inches; it is filled column by column."""

    def broad(columns: int) -> float:
        return sum(MARK + LETTER * max(map(width, column)) for column in np.array_split(np.array(labels), columns))

    return next((columns for columns in range(len(labels), 1, -1) if broad(columns) <= inches), 1)


def beside(ax: Axes, text: str, at: tuple[float, float], by: tuple[float, float], **more: Any) -> None:
    """A small text, so many points from a place: across in the numbers of the axis, upwards in parts of the Axes."""
    ax.annotate(text, at, by, xycoords=ax.get_xaxis_transform(), textcoords="offset points", **({"fontsize": 8.5} | more))


def at_the_end(ax: Axes, at: tuple[float, float], text: str, colour: str, va: Any = "center") -> None:
    """What a curve is called, right of its last value."""
    ax.annotate(text, at, (6, 0), textcoords="offset points", va=va, color=colour, fontsize=8.5)


def upright_grid(ax: Axes, formatter: FuncFormatter | PercentFormatter = PLAIN) -> None:
    """Faint lines across, and numbers with thousands beside them."""
    ax.yaxis.set_major_formatter(formatter)
    ax.grid(axis="y", color=FAINT, lw=0.6)


def money_axis(ax: Axes, top: float, words: Words) -> None:
    """The upright axis of what is drawn in yuan, in the unit that its top asks for."""
    unit, name = next((pair for pair in UNITS[words.language] if top >= pair[0]), UNITS[words.language][-1])
    upright_grid(ax, FuncFormatter(lambda value, _: f"{value / unit:,.10g}"))
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    ax.set_ylabel(words(name))


def in_thousands(top: float) -> bool:
    """Whether people are counted in thousands on an axis that ends there."""
    return top >= ENOUGH


def three_figures(number: float) -> str:
    """A number in three figures, with thousands and never with a power of ten: 0.123, 12.3, 1,930."""
    return f"{float(f'{number:.3g}'):,.10g}"


def brief_money(words: Words, yuan: float) -> str:
    """A sum of money in three figures, for a place with little room: 845 million, 8.45亿元."""
    units = [(unit, text) for (unit, _), text in zip(UNITS[words.language], BRIEF[words.language], strict=True)]
    rounded = float(f"{yuan:.3g}")
    unit, text = next((pair for pair in units if rounded >= pair[0]), units[-1])
    return words(text, number=words.number(rounded / unit, max(0, 2 - int(math.log10(rounded / unit))) if unit > 1 else 0))


def share_text(words: Words, share: Band) -> str:
    """A share with its band: 51% (39%–62%); with a decimal where whole numbers would say all, nothing, or no band."""
    mean, low, high = (float(value) for value in share)
    if math.isnan(mean):
        return "–"
    narrow = 0 < high - low < NARROW or (round(mean, 2) in (0, 1) and mean not in (0, 1))
    digits = 1 if narrow else 0
    if math.isnan(low):
        return words.percent(mean, digits)
    return words(
        "{mean} ({low}–{high})", mean=words.percent(mean, digits), low=words.percent(low, digits), high=words.percent(high, digits)
    )

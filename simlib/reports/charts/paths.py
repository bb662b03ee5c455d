"""Paths through the years: the lines as the facts have them, and fans of what may become of a result."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from simlib.assessment.targets import planned_path
from simlib.errors import InputError, nearest, said
from simlib.facts import Facts, load_facts
from simlib.reports import series
from simlib.reports.charts.common import LINES, at_the_end, beside, money_axis, upright_grid
from simlib.reports.style import BLUE, GREY, VERMILION, styled, words_of
from simlib.runs import Result
from simlib.words import Words, noop

FANS: Final = {
    "exited": noop("registered people who are out of the register"),
    "capable_fixed": noop("labour-capable people at the fixed line"),
    "capable_moving": noop("labour-capable people at the moving line"),
    "capable_indexed": noop("labour-capable people at the line in constant prices"),
    "covered": noop("people without labour capacity under dibao"),
    "guaranteed": noop("registered people with food, clothing and the three guarantees"),
    "stable": noop("registered people out for good: at the line, too"),
    "on_paper": noop("registered people at the line on paper only"),
    "village_fixed": noop("poor villages at the fixed line"),
    "village_moving": noop("poor villages at the moving line"),
    "village_indexed": noop("poor villages at the line in constant prices"),
    "villages_exited": noop("poor villages that leave the list"),
    "services": noop("poor villages where every service stands"),
    "income_pc_capable": noop("income of labour-capable people"),
    "gini": noop("inequality of incomes (Gini)"),
    "fgt2": noop("severity of poverty (squared gap)"),
    "spent_yuan": noop("money spent in the year"),
}
"""What fans show: columns of the table `draws`, and what they are."""
OUTER, INNER = "#cce3f0", "#80b9d9"
FLOOR: Final = 0.06
"""Part of an axis from its foot where a text stands on its mark, so that it does not reach the years below."""
STROKE: Final = 14
"""How broad bands are, in points, where there is one year only."""
LINED: Final = frozenset(f"{who}_{line}" for who in ("capable", "village") for line in series.LINES)
ASKED: Final = frozenset({"covered", "guaranteed", "services"}) | LINED
"""Shares that the text asks for in the target year."""
YUAN: Final = frozenset({"income_pc_capable", "spent_yuan"})
INDICES: Final = frozenset({"gini", "fgt2"})


@styled
def fan(result: Result, ax: Axes, *, what: str = "exited", lang: str = "en") -> Axes:
    """What may become of a number of `FANS` by year: mean, every second future within the dark band and nine of ten within the pale one.

    With what the text plans (exits) or asks for in the target year, and with both lines for incomes. Without luck: the path alone.
    """
    if what not in FANS:
        raise InputError(said("there is no fan of {what!r}; {hint}", what=what, hint=nearest(what, FANS)))
    words, table = words_of(lang), series.fan(result, what)
    years = table.index.to_numpy()
    _bands(ax, table, words)
    label = words("mean") if result.draws else words("deterministic")
    ax.plot(years, table["mean"], "o-", color=BLUE, lw=1.8, ms=5, mec="white", label=label)
    _axis(ax, what, table, words)
    _reference(ax, result, what, table, words)
    end = float(table["mean"].iloc[-1])
    low = end < FLOOR * ax.get_ylim()[1]
    at_the_end(ax, (years[-1], end), _last(what, table.iloc[-1], words), BLUE, va="bottom" if low else "center")
    ax.set_xticks(years, [str(year) for year in years])
    ax.set_xlim(years[0] - 0.25, years[-1] + 0.25)
    ax.set_title(words(FANS[what]))
    ax.legend(loc="upper left", handlelength=1.6)
    return ax


def _bands(ax: Axes, table: pd.DataFrame, words: Words) -> None:
    """Two bands around the middle; strokes instead where there is one year only. None without luck."""
    if table["p05"].isna().any():
        return
    years = table.index.to_numpy()
    ends = (("p05", "p95", OUTER, words("9 of 10 futures")), ("p25", "p75", INNER, words("every second future")))
    for low, high, colour, label in ends:
        if len(years) > 1:
            ax.fill_between(years, table[low], table[high], color=colour, lw=0, label=label)
        else:
            ax.vlines(years, table[low], table[high], color=colour, lw=STROKE, label=label)


def _axis(ax: Axes, what: str, table: pd.DataFrame, words: Words) -> None:
    """The upright axis in what the number is counted in."""
    top = float(np.nanmax(table.to_numpy()))
    if what == "spent_yuan":
        money_axis(ax, top, words)
    elif what in YUAN:
        upright_grid(ax)
        ax.set_ylabel(words("yuan a person and year"))
    elif what in INDICES:
        upright_grid(ax)
    else:
        upright_grid(ax, PercentFormatter(1))
        ax.set_ylim(0, 1.02)
        return
    ax.set_ylim(0, 1.25 * top or 1)


def _reference(ax: Axes, result: Result, what: str, table: pd.DataFrame, words: Words) -> None:
    """What the text plans, asks for, or holds incomes against."""
    years = [int(year) for year in table.index]
    if what == "exited":
        planned = {year: share for year, share in planned_path(result.scenario.resolve_facts(load_facts())).items() if year in years}
        ax.plot(list(planned), list(planned.values()), "_--", color=VERMILION, lw=1.3, ms=12, mew=1.8, label=words("planned"))
    elif what == "income_pc_capable":
        for name in ("fixed", "moving"):
            line = series.line_of(result, "household", name)
            ax.plot(years, line["mean"], lw=1.4, **LINES[name], label=words["line." + name])
    elif what in ASKED:
        _asked(ax, series.due(result), series.asked(result), words)


def _asked(ax: Axes, year: int, share: float, words: Words) -> None:
    """A stroke where a share is asked for, with its number."""
    ax.plot([year], [share], "_", color=VERMILION, ms=22, mew=2.4)
    text = words("asked for: {share}", share=words.percent(share))
    ax.annotate(text, (year, share), (-14, 0), textcoords="offset points", ha="right", va="center", color=VERMILION, fontsize=8.5)


def _last(what: str, row: pd.Series, words: Words) -> str:
    """The last year's mean, with the band of nine futures in ten under it."""

    def number(value: float) -> str:
        if what == "spent_yuan":
            return words.money(value)
        return words.number(value, 0 if what in YUAN else 3) if what in YUAN | INDICES else words.percent(value)

    band = "" if np.isnan(row["p05"]) else f"\n{number(row['p05'])}–{number(row['p95'])}"
    return number(row["mean"]) + band


@styled
def lines(facts: Facts, ax: Axes, *, years: Sequence[int], lang: str = "en") -> Axes:
    """The fixed and the moving line of households and villages through the years, under the province's income they are shares of.

    A shade where the year's income is not known for sure. Clause 一(二).
    """
    words, at = words_of(lang), list(years)
    province = [facts[f"provincial_income_{year}"] for year in at]
    ax.plot(at, province, color=GREY, lw=1.5)
    name = words("rural income of the province")
    at_the_end(ax, (at[-1], province[-1]), f"{name} {words.number(province[-1])}", GREY)
    for target in ("village", "household"):
        path = series.paths(facts, target, at)
        ax.fill_between(at, path.low, path.high, color=VERMILION, alpha=0.3, lw=0)
        for line, yuan in (("fixed", path.fixed), ("moving", path.moving)):
            ax.plot(at, yuan, lw=1.8, **LINES[line])
            text = words("{target}, {line}", target=words["of." + target], line=words["line." + line])
            at_the_end(ax, (at[-1], yuan[-1]), f"{text} {words.number(yuan[-1])}", LINES[line]["color"])
    ax.axvline(facts["target_year"], color=GREY, lw=1, ls=(0, (1, 2)))
    ax.set_xticks(at)
    beside(ax, words("target year"), (facts["target_year"], 0), (4, 4), color=GREY)
    upright_grid(ax)
    ax.set_ylabel(words("yuan a person and year"))
    return ax

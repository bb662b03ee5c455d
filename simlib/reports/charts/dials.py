"""The six targets at a glance: what is reached, what is asked for, how sure it is, and the verdict in words."""

from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from simlib.assessment.bands import Band
from simlib.reports.charts.common import beside, share_text
from simlib.reports.gauging import gauge_rows
from simlib.reports.style import BLUE, FAINT, GREEN, GREY, INK, VERMILION, styled, words_of
from simlib.reports.wrapping import wrapped
from simlib.runs import Result
from simlib.words import Words

VERDICTS: Final = {"met": (GREEN, "✓"), "not met": (VERMILION, "✗"), "cannot judge": (GREY, "?")}
"""Colour and sign of each verdict; its word stands beside them."""
LETTERS: Final = 30


@styled
def gauges(result: Result, ax: Axes, *, lang: str = "en") -> Axes:
    """The six targets of clause 一(二) at the governing line, one row each (yearly progress: one a year).

    A row: the share that reaches it (dot: mean, bar: nine futures in ten), the share asked for (stroke), the chance of that, the verdict.
    """
    words, rows = words_of(lang), gauge_rows(result)
    for place, row in rows.iterrows():
        _gauge(ax, int(str(place)), row, words)
    asked, confidence = float(rows["asked"].iloc[0]), float(rows["confidence"].iloc[0])
    text = words("asked for: {share}, with a chance of {chance}", share=words.percent(asked), chance=words.percent(confidence))
    beside(ax, text, (asked, 1), (0, 4), ha="right", va="bottom", color=GREY)
    ax.set_yticks(range(len(rows)), [_name(row, words) for _, row in rows.iterrows()])
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
    ax.tick_params(axis="y", length=0, pad=9)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    return ax


def _name(row: pd.Series, words: Words) -> str:
    """What a target is called, with its line or its year."""
    name = wrapped(words["target." + row["target"]], LETTERS)
    if pd.notna(row["line"]):
        line = words("{line} {yuan}", line=words["line." + row["line"]], yuan=words.number(row["line_value"]))
        return f"{name}\n{line}"
    return words("{target}, {year}", target=name, year=row["year"]) if row["target"] == "yearly_progress" else name


def _gauge(ax: Axes, place: int, row: pd.Series, words: Words) -> None:
    """One row: a track, the band, the mean, what is asked for; right of it verdict and numbers as text."""
    colour, sign = VERDICTS[row["verdict"]]
    ax.barh(place, 1, 0.34, color=FAINT, alpha=0.5, gid=f"track.{place}")
    if pd.notna(row["share_p05"]):
        ax.barh(place, row["share_p95"] - row["share_p05"], 0.34, left=row["share_p05"], color=BLUE, alpha=0.45, gid=f"band.{place}")
    ax.plot([row["asked"]] * 2, [place - 0.3, place + 0.3], color=INK, lw=1.8)
    if pd.notna(row["share_mean"]):
        ax.plot(row["share_mean"], place, "o", color=colour, ms=8, mec="white", mew=1, gid=f"mean.{place}", clip_on=False)
    place_of: dict[str, Any] = {"xy": (1, place), "textcoords": "offset points", "va": "center"}
    ax.annotate(f"{sign} {_verdict(row, words)}", xytext=(10, 6), color=colour, fontsize=10, **place_of)
    ax.annotate(_numbers(row, words), xytext=(10, -7), fontsize=8.5, **place_of)


def _verdict(row: pd.Series, words: Words) -> str:
    """The verdict in words, with its reason where there is one."""
    verdict = words["verdict." + row["verdict"]]
    return words("{verdict}: {reason}", verdict=verdict, reason=words["reason." + row["reason"]]) if pd.notna(row["reason"]) else verdict


def _numbers(row: pd.Series, words: Words) -> str:
    """The share with its band, and the chance that it is enough."""
    share = share_text(words, Band(row["share_mean"], row["share_p05"], row["share_p95"]))
    if pd.isna(row["probability"]):
        return share
    return words("{share}, chance {chance}", share=share, chance=words.percent(row["probability"]))

"""The six targets as gauges: how sure it is that each is met, how many reach it, the verdict in words."""

import math
from typing import Any, Final

from markupsafe import Markup

from simlib.dashboard.views.pages import filled
from simlib.reports.gauging import gauge_rows
from simlib.runs import Result
from simlib.words import Words

PROGRESS: Final = "yearly_progress"
SIX: Final = ("household_income", "dibao_coverage", "guarantees", "village_income", "services", PROGRESS)
SIGNS: Final = {"met": "✓", "not met": "✗", "cannot judge": "?"}
RADIUS: Final = 40.0


def gauges(result: Result, words: Words, *, follow: bool = True) -> str:
    """Six cards; of the yearly progress the last year, with the years before it beneath.

    `follow`: without luck in the result, whether one with luck is on its way.
    """
    rows = gauge_rows(result).to_dict("records")
    cards = [_card([row for row in rows if row["target"] == target], words) for target in SIX]
    asked, sure = (words.percent(rows[0][name]) for name in ("asked", "confidence"))
    shown, luck = [card for card in cards if card], result.draws > 0
    return filled("gauges.html", words=words, cards=shown, luck=luck, waits=_waits(words, follow=follow), asked=asked, sure=sure)


def _waits(words: Words, *, follow: bool) -> str:
    """What stands in a verdict's place where there is no luck in the numbers."""
    return words("chances follow") if follow else words("without luck there are no chances")


def _card(rows: list[dict[Any, Any]], words: Words) -> dict[str, Any]:
    """What a card says; nothing where there is no row."""
    if not rows:
        return {}
    row = max(rows, key=lambda one: one["year"])
    verdict = str(row["verdict"])
    return {
        "title": words[f"target.{row['target']}"],
        "line": _line(row, words),
        "of": _of(row, words),
        "share": words.percent(row["share_mean"], 1),
        "band": band(row["share_p05"], row["share_p95"], words),
        "chance": words.percent(row["probability"]),
        "dial": dial(row["probability"], row["confidence"]),
        "kind": verdict.replace(" ", "-"),
        "sign": SIGNS[verdict],
        "verdict": words[f"verdict.{verdict}"],
        "reason": words[f"reason.{row['reason']}"] if isinstance(row["reason"], str) else "",
        "years": [
            words("{year}: {share}", year=one["year"], share=words.percent(one["share_mean"]))
            for one in sorted(rows, key=lambda one: one["year"])[:-1]
        ],
    }


def _of(row: dict[Any, Any], words: Words) -> str:
    """What a share is of, under it; of yearly progress it stands in the card's line."""
    return "" if row["target"] == PROGRESS else words("of {per} reach it", per=words[f"per.{row['per']}"])


def _line(row: dict[Any, Any], words: Words) -> str:
    """The year, and the line of a target that has one, in yuan; yearly progress is counted in what is planned by the end of its year."""
    if row["target"] == PROGRESS:
        return words("of exits planned by {year}", year=row["year"])
    if not isinstance(row["line"], str):
        return str(row["year"])
    return f"{words['line.' + row['line']]} {words.yuan(row['line_value'])} · {row['year']}"


def band(low: float, high: float, words: Words) -> str:
    """A 5-95 % band of shares; nothing where there is none."""
    return "" if math.isnan(low) else f"{words.number(100 * low)}–{words.percent(high)}"


def dial(chance: float, asked: float) -> Markup:
    """Half a ring, filled as far as the chance; a stroke where it is asked for. What it says stands in words beside it."""
    whole, filled_to = _arc(1.0), "" if math.isnan(chance) or chance <= 0 else _arc(chance)
    (x0, y0), (x1, y1) = _at(asked, RADIUS - 9), _at(asked, RADIUS + 9)
    value = f'<path d="{filled_to}" class="simlib-dial-value"/>' if filled_to else ""
    return Markup(
        '<svg class="simlib-dial" viewBox="-52 -52 104 58" aria-hidden="true">'
        f'<path d="{whole}" class="simlib-dial-ring"/>{value}'
        f'<line x1="{x0:.2f}" y1="{y0:.2f}" x2="{x1:.2f}" y2="{y1:.2f}" class="simlib-dial-asked"/></svg>'
    )


def _at(share: float, radius: float) -> tuple[float, float]:
    """A point of the half ring: 0 at the left, 1 at the right."""
    angle = math.pi * (1 - share)
    return radius * math.cos(angle), -radius * math.sin(angle)


def _arc(share: float) -> str:
    """The path of the half ring from 0 to a share."""
    (x0, y0), (x1, y1) = _at(0.0, RADIUS), _at(share, RADIUS)
    return f"M {x0:.2f} {y0:.2f} A {RADIUS:g} {RADIUS:g} 0 0 1 {x1:.2f} {y1:.2f}"

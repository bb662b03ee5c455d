"""The answer as tables of text: every target at every line, and every year. For those who read, copy, or hear a page."""

import math
from typing import Any, Final

from simlib.dashboard.views.gauges import SIGNS, band
from simlib.dashboard.views.pages import filled, yes_or_no
from simlib.runs import Result
from simlib.words import Words, noop

YEARLY: Final = {
    "at_line_share": noop("at the governing line"),
    "exited_share": noop("out of the register"),
    "guaranteed_share": noop("with all guarantees"),
    "services_share": noop("poor villages with all services"),
}
"""Shares of the table `years` that are shown."""


def numbers(result: Result, words: Words) -> str:
    """Two tables: targets and years."""
    luck = result.draws > 0
    targets = [_target(row, words, luck) for row in result.table("targets").to_dict("records")]
    years = [_year(row, words) for row in result.table("years").to_dict("records")]
    return filled("numbers.html", words=words, targets=targets, years=years, heads=[words(text) for text in YEARLY.values()])


def _target(row: dict[Any, Any], words: Words, luck: bool) -> dict[str, str]:
    """A row of targets in words. An average reaches a line or does not: its share is of futures, and has no band."""
    average, share = row["reading"] == "mean", row["met_share_mean"]
    verdict, chance = str(row["verdict"]), row.get(f"probability_at_least_{100 * row['tolerance']:g}", math.nan)
    line = f"{words['line.' + row['line']]} {words.yuan(row['line_value'])}" if isinstance(row["line"], str) else "–"
    reason = words(": {reason}", reason=words[f"reason.{row['reason']}"]) if isinstance(row["reason"], str) else ""
    return {
        "target": words[f"target.{row['target']}"],
        "year": str(int(row["year"])),
        "line": line,
        "reading": words[f"reading.{row['reading']}"] if isinstance(row["reading"], str) else "–",
        "per": _counted(row, words, luck),
        "share": yes_or_no(share, words) if average and not luck else words.percent(share, 1),
        "band": "–" if average else band(row["met_share_p05"], row["met_share_p95"], words) or "–",
        "chance": words.percent(chance),
        "verdict": f"{SIGNS[verdict]} {words['verdict.' + verdict]}{reason}",
    }


def _counted(row: dict[Any, Any], words: Words, luck: bool) -> str:
    """What a share is a share of."""
    if row["reading"] == "mean":
        return words("futures in which the average reaches it") if luck else words("whether the average reaches it, with central values")
    if row["target"] == "yearly_progress":
        return words("people who are out, of those planned to be by the year's end")
    return words[f"per.{row['per']}"]


def _year(row: dict[Any, Any], words: Words) -> dict[str, Any]:
    """A row of years in words."""
    return {
        "year": int(row["year"]),
        "shares": [words.percent(row[f"{name}_mean"], 1) for name in YEARLY],
        "income": words.yuan(row["income_pc_labour_capable_mean"]),
        "villages": words.percent(row["villages_exited_share_mean"], 1),
    }

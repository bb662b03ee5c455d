"""This plan against the pinned one, future by future under the same luck."""

import math
from typing import Any, Final

import pandas as pd

from simlib.dashboard.session import differences
from simlib.dashboard.views.pages import filled
from simlib.errors import InputError
from simlib.runs import Result
from simlib.words import Words, noop

STATISTICS: Final = {
    "capable_fixed": noop("labour-capable people at the fixed line"),
    "capable_moving": noop("labour-capable people at the moving line"),
    "covered": noop("dibao for those without labour capacity"),
    "guaranteed": noop("people with all guarantees"),
    "exited": noop("people out of the register"),
    "village_fixed": noop("poor villages at the fixed line"),
    "villages_exited": noop("poor villages that exit"),
    "services": noop("poor villages with all services"),
    "income_pc_capable": noop("mean income of labour-capable people"),
    "spent_yuan": noop("spent in all years to then"),
}
"""Of what is compared, what the page shows."""
MONEY: Final = {"income_pc_capable": "yuan", "spent_yuan": "money"}


def compare(pinned: Result, result: Result, words: Words) -> str:
    """A table of paired differences, or a sentence where there cannot be one yet."""
    try:
        table = differences(pinned, result)
    except InputError as error:
        return filled("message.html", text=words.tell(error))
    shown = table.set_index("statistic").loc[[*STATISTICS]]
    rows = [_row(str(name), row, words) for name, row in shown.iterrows()]
    titles = [_title(one, words) for one in (pinned, result)]
    return filled(
        "compare.html", words=words, rows=rows, titles=titles, draws=min(pinned.draws, result.draws), year=int(table["year"].iloc[0])
    )


def _title(result: Result, words: Words) -> str:
    title = result.scenario.title
    return title.zh if words.language == "zh" else title.en


def _row(statistic: str, row: "pd.Series[Any]", words: Words) -> dict[str, str]:
    """One statistic of both, their difference with its interval, and in how many futures this one is better."""
    return {
        "text": words(STATISTICS[statistic]),
        "pinned": _said(statistic, row["baseline_value"], words),
        "now": _said(statistic, row["value"], words),
        "difference": _signed(statistic, row["difference"], words),
        "interval": _interval(statistic, row, words),
        "better": words.percent(row["share_better"]),
        "sign": _sign(row),
    }


def _interval(statistic: str, row: "pd.Series[Any]", words: Words) -> str:
    """The interval of a difference; a dash where there is none."""
    if math.isnan(row["low"]):
        return words.number(None)
    return words("{low} to {high}", low=_signed(statistic, row["low"], words), high=_signed(statistic, row["high"], words))


def _sign(row: "pd.Series[Any]") -> str:
    """Up, down, or no difference that can be told from none; nothing where there is no number."""
    if math.isnan(row["low"]):
        return ""
    return "=" if row["low"] <= 0 <= row["high"] else "▲" if row["difference"] > 0 else "▼"


def _said(statistic: str, value: float, words: Words) -> str:
    """A value in its unit."""
    form = MONEY.get(statistic)
    return words.percent(value, 1) if form is None else words.yuan(value) if form == "yuan" else words.money(value)


def _signed(statistic: str, value: float, words: Words) -> str:
    """A difference with its sign; of shares in points."""
    if math.isnan(value):
        return words.number(None)
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if statistic in MONEY:
        return sign + _said(statistic, abs(value), words)
    return words("{number} points", number=sign + words.number(100 * abs(value), 1))

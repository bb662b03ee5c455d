"""One village: its chances, what is short of its exit, its money, and its households by id, never by name."""

from typing import Any, Final

import pandas as pd

from simlib.dashboard.views.pages import filled
from simlib.dashboard.views.tiles import named
from simlib.errors import InputError, said
from simlib.facts import load_facts
from simlib.runs import Result
from simlib.words import Words, noop

SHORT: Final = (
    ("exited_share", noop("registered people who are not out yet")),
    ("guaranteed_share", noop("people without all guarantees")),
    ("safe_house_share", noop("people in dangerous houses")),
    ("services_filled", noop("need of services that is not filled")),
)
"""Shares of the table `villages` whose rest is short."""


def village(result: Result, words: Words, name: str) -> str:
    """What is known of a village in the last year, and its money in each. InputError for one that is not there."""
    every = result.table("villages")
    rows = every[every["village_id"] == name].sort_values("year")
    if rows.empty:
        raise InputError(said("there is no village {name!r} in this register", name=name))
    last = rows.iloc[-1]
    households = result.table("households")
    own = households[(households["village_id"] == name) & (households["year"] == last["year"])]
    return filled(
        "village.html",
        words=words,
        name=named(name, last["village_name"], words),
        place=words.joined([str(last["prefecture"]), str(last["county"])]),
        helper=words.label(f"helper_type.{last['helper_type']}") if last["helper_type"] else "",
        year=int(last["year"]),
        facts=_facts(last, result, words),
        short=_short(last, result, words),
        money=[(int(row["year"]), words.money(row["spent_yuan"]), words.money(row["collective_yuan"])) for _, row in rows.iterrows()],
        households=_households(own, words),
        people=words.number(last["people"]),
    )


def _facts(row: "pd.Series[Any]", result: Result, words: Words) -> list[tuple[str, str]]:
    """Its chances and income."""
    luck = result.draws > 0
    return [
        (words("chance that the village exits"), words.percent(row["chance_exits"]) if luck else "–"),
        (words("chance that its mean income is at the fixed line"), words.percent(row["chance_mean_fixed"]) if luck else "–"),
        (words("mean income of all residents"), words.yuan(row["mean_income"])),
    ]


def _short(row: "pd.Series[Any]", result: Result, words: Words) -> list[tuple[str, str]]:
    """What is short of its exit; nothing that is not."""
    lines = result.table("lines")
    line = lines[(lines["of"] == "village") & (lines["line"] == "fixed") & (lines["year"] == row["year"])]["yuan_mean"].iloc[0]
    found = []
    if row["mean_income"] < line:
        found.append((words("mean income under the line of {line}", line=words.yuan(line)), words.yuan(line - row["mean_income"])))
    allowed = load_facts()["village_not_exited_share"]
    for column, text in SHORT:
        rest = 1 - float(row[column])
        if round(rest, 3) > (0 if column != "exited_share" else allowed):
            found.append((words(text), words.percent(rest, 1)))
    return found


def _households(own: pd.DataFrame, words: Words) -> list[dict[str, str]]:
    """Its households by id, those with the least chance of exit first."""
    sources = [name for name in own.columns if name.endswith("_yuan")]
    heads = own["members"].clip(lower=1)
    ordered = own.assign(income=own[sources].sum(axis=1) / heads).sort_values(["chance_exited", "income", "household_id"])
    return [
        {
            "id": row["household_id"],
            "members": words.number(row["members"]),
            "income": words.yuan(row["income"]),
            "at": words.percent(row["chance_at_fixed"]),
            "out": words.percent(row["chance_exited"]),
        }
        for _, row in ordered.iterrows()
    ]

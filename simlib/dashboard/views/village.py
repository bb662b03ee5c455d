"""One village: its chances, what is short of its exit, its money, and its households by id, never by name."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import pandas as pd

from simlib.dashboard.views.pages import filled, yes_or_no
from simlib.dashboard.views.tiles import named
from simlib.errors import InputError, said
from simlib.facts import load_facts
from simlib.reports.series import due
from simlib.runs import Result
from simlib.words import Words, noop

SHORT: Final = (
    ("exited_share", noop("registered people who are not out yet (an exit allows {share} of all residents)")),
    ("guaranteed_share", noop("people without all guarantees")),
    ("safe_house_share", noop("people in dangerous houses")),
    ("services_filled", noop("need of services that is not filled")),
)
"""Shares of the table `villages` whose rest is short."""


def village(result: Result, words: Words, name: str) -> str:
    """What is known of a village in the year that targets are due in, and its money in each. InputError for one that is not there."""
    every = result.table("villages")
    rows = every[every["village_id"] == name].sort_values("year")
    if rows.empty:
        raise InputError(said("there is no village {name!r} in this register", name=name))
    year = due(result)
    last = rows[rows["year"] == year].iloc[0]
    households = result.table("households")
    own = households[(households["village_id"] == name) & (households["year"] == year) & households["registered"].astype(bool)]
    return filled(
        "village.html",
        words=words,
        luck=result.draws > 0,
        name=named(name, last["village_name"], words),
        place=words.joined([str(last["prefecture"]), str(last["county"])]),
        helper=_helper(last, words),
        year=year,
        facts=_facts(last, result, words),
        short=_short(last, result, words),
        judged=_judged(result, words) if last["is_poor_village"] else "",
        money=[(int(row["year"]), words.money(row["spent_yuan"]), words.money(row["collective_yuan"])) for _, row in rows.iterrows()],
        heads=_heads(result, words),
        households=_households(own, result, words),
        people=words.number(last["people"]),
    )


def _helper(row: "pd.Series[Any]", words: Words) -> str:
    """Its helping unit and of what kind that is, as far as they are known."""
    kind = words.label(f"helper_type.{row['helper_type']}") if row["helper_type"] else ""
    if row["helper"] and kind:
        return words("helping unit: {name} ({type})", name=row["helper"], type=kind)
    return words("helping unit: {name}", name=row["helper"] or kind) if row["helper"] or kind else ""


def _governing(result: Result, words: Words) -> tuple[str, str]:
    """The line that targets are judged at, and its label."""
    line = result.scenario.levers.governing_line
    return line, words[f"line.{line}"]


def _facts(row: "pd.Series[Any]", result: Result, words: Words) -> list[tuple[str, str]]:
    """Its chances, without luck its outcomes, and income."""
    line, label = _governing(result, words)
    exits, reaches = row["chance_exits"], row[f"chance_mean_{line}"]
    if result.draws:
        chances = [
            (words("chance that the village exits"), words.percent(exits)),
            (words("chance that its mean income is at the {line}", line=label), words.percent(reaches)),
        ]
    else:
        chances = [
            (words("whether the village exits, with central values"), yes_or_no(exits, words)),
            (words("whether its mean income is at the {line}, with central values", line=label), yes_or_no(reaches, words)),
        ]
    return [*chances, (words("mean income of all residents"), words.yuan(row["mean_income"]))]


def _judged(result: Result, words: Words) -> str:
    """That exits of villages know one line, where the target is judged at another one."""
    line, label = _governing(result, words)
    if line == "fixed":
        return ""
    return words("Whether a village exits is always judged at the fixed line; the target of villages at the {line}.", line=label)


def _short(row: "pd.Series[Any]", result: Result, words: Words) -> list[tuple[str, str]]:
    """What is short of its exit, and of the governing line; nothing that is not."""
    found = list(_under(row, result, words))
    allowed = result.scenario.resolve_facts(load_facts())["village_not_exited_share"]
    for column, text in SHORT:
        rest = 1 - float(row[column])
        if round(rest, 3) > (0 if column != "exited_share" else allowed):
            found.append((words(text, share=f"{100 * allowed:g}%"), words.percent(rest, 1)))
    return found


def _under(row: "pd.Series[Any]", result: Result, words: Words) -> Iterator[tuple[str, str]]:
    """What its mean income lacks to the fixed line, that exits are judged at, and to the governing one."""
    table = result.table("lines")
    values = table[(table["of"] == "village") & (table["year"] == row["year"])].set_index("line")["yuan_mean"]
    for line in dict.fromkeys(("fixed", _governing(result, words)[0])):
        if row["mean_income"] < values[line]:
            text = words("mean income short of the {line} ({yuan})", line=words[f"line.{line}"], yuan=words.yuan(values[line]))
            yield text, words.yuan(values[line] - row["mean_income"])


def _heads(result: Result, words: Words) -> list[str]:
    """What is said of a household: chances, without luck outcomes."""
    label = _governing(result, words)[1]
    if result.draws:
        return [words("chance to be at the {line}", line=label), words("chance to be out")]
    return [words("at the {line}, with central values", line=label), words("out, with central values")]


def _households(own: pd.DataFrame, result: Result, words: Words) -> list[dict[str, str]]:
    """Its households by id, those with the least chance of exit first."""
    sources = [name for name in own.columns if name.endswith("_yuan")]
    heads, line = own["members"].clip(lower=1), _governing(result, words)[0]
    ordered = own.assign(income=own[sources].sum(axis=1) / heads).sort_values(["chance_exited", "income", "household_id"])
    chance = words.percent if result.draws else partial(yes_or_no, words=words)
    return [
        {
            "id": row["household_id"],
            "members": words.number(row["members"]),
            "income": words.yuan(row["income"]),
            "at": chance(row[f"chance_at_{line}"]),
            "out": chance(row["chance_exited"]),
        }
        for _, row in ordered.iterrows()
    ]

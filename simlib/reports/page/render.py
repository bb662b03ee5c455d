"""The page as one HTML text: numbers from the modules beside this one, words from the catalogue, their places from the templates."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.resources import files
from typing import Any, Final

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from simlib.errors import InputError
from simlib.reports import small
from simlib.reports.charts import SOURCES
from simlib.reports.decided import base_title, not_modelled_in_words, record_of
from simlib.reports.league import GROUPS, league
from simlib.reports.page import leader
from simlib.reports.page.changed import brief, cut_off, fitting
from simlib.reports.page.pictures import figures
from simlib.reports.page.profile import chosen, profiles
from simlib.reports.series import due
from simlib.reports.villages import poor_villages
from simlib.runs import Result
from simlib.scenario import load_scenario
from simlib.words import Words

TEMPLATES: Final = "templates"
LEADER_PAGES: Final = 2
HELPERS_FIRST, HELPERS_LATER = 38, 46
"""Rows of the helpers' table on its first page, which explains it, and on every other."""
THRESHOLDS: Final = ("tolerance", "confidence")
LEFT_OUT: Final = 860
"""Letters that the page has for what is not computed; a Chinese one is two wide."""
LANGUAGE_TAGS: Final[Mapping[str, str]] = {"zh": "zh-CN", "en": "en"}


def page_html(result: Result, lang: str = "zh", villages: Sequence[str] | str | None = None) -> str:
    """The whole page (`write_page`). InputError for another language or an unknown village."""
    words = Words(lang)
    shown, facts = chosen(result, villages), result.scenario.resolve_facts()
    least = small.fewest(facts)
    content = {
        "lang": LANGUAGE_TAGS[lang],
        "style": Markup(files(__package__).joinpath(TEMPLATES, "page.css").read_text(encoding="utf-8")),
        "title": getattr(result.scenario.title, words.language),
        "drawn": bool(result.draws),
        "result": result,
        "scenario": result.scenario,
        "register": result.register(),
        "year": due(result),
        **_leader(result, words),
        "least": least,
        "thresholds_assumed": all(getattr(result.scenario.reporting, name) == facts[f"{name}_default"] for name in THRESHOLDS),
        "assumed": [facts.fact(key).confidence == "assumed" for key in facts],
        "uncertain": sum(facts.fact(key).uncertain for key in facts),
        "figures": figures(result, lang, due(result), least),
        **_helpers(result),
        "profiles": profiles(result, shown),
        "pages": lambda helpers: LEADER_PAGES + helpers + len(shown),
        "first_profile": LEADER_PAGES + 1,
        "number_of_profiles": len(shown),
    }
    return _environment(words, least).get_template("page.html.j2").render(content)


def _leader(result: Result, words: Words) -> dict[str, Any]:
    """What the two pages tell."""
    rows, record = leader.target_rows(result), record_of(result)
    funds, changes = leader.fund_rows(result), brief(record["changed_from_base"], words)
    years = result.table("years").set_index("year")
    shown = fitting(changes, leader.room_for_changes(len(funds)))
    left_out = [_head(text) for text in not_modelled_in_words(result, words)]
    return {
        "rows": rows,
        "tally": leader.tally(rows),
        "average": leader.average(result),
        "classes": leader.village_classes(result),
        "village_line": leader.village_line(result, result.scenario.levers.governing_line),
        "fixed_line": leader.unlike_governing(result),
        "years": _span(int(years.index.min()), int(years.index.max()), words),
        "last_year": int(years.index.max()),
        "short": leader.furthest(result)[: leader.shown_short(len(funds))],
        "funds": funds,
        "planned": leader.planned(funds),
        "payers": leader.payers(result),
        "uses": leader.uses(result),
        "surest": max((row["mc_se"] for row in rows if row["mc_se"] == row["mc_se"]), default=0.0),
        "base": base_title(record["scenario"].get("base"), words),
        "cost": record["cost"],
        "last": years.loc[due(result)].to_dict(),
        "filled": poor_villages(result)["services_filled"].mean(),
        "changes": shown,
        "more_changes": len(changes) - len(shown),
        "left_out": left_out,
        "left_out_text": cut_off(words("; ").join(left_out), LEFT_OUT),
        "record": record,
        "again": again(record),
        "source_colours": SOURCES,
    }


def again(record: Mapping[str, Any]) -> list[str]:
    """The commands that make a run again: its register where that is invented by a recipe, then the run."""
    scenario, register = record["scenario"], record["registry"]
    recipe, place = register["recipe"], register["origin"]
    made = []
    if recipe is not None:
        numbers = " ".join(f"--{name} {number}" for name, number in recipe.items())
        made, place = [f"simlib registry synthesise register {numbers}"], "register"
    plan = scenario["name"] if _is_bundled(scenario) else "scenario.yaml"
    return [*made, f"simlib run {plan} --registry {place} --draws {record['draws']} --seed {record['seed']}"]


def _is_bundled(scenario: Mapping[str, Any]) -> bool:
    """Whether a scenario can be found by its name; else the run's own file is it."""
    try:
        return load_scenario(scenario["name"]).hash == str(scenario["hash"])
    except InputError:
        return False


def _head(text: str) -> str:
    """What a part that is not modelled is, without the reason behind the colon."""
    return text.partition(": ")[0].partition("：")[0]


def _helpers(result: Result) -> dict[str, Any]:
    """The helpers by group, cut into pages, and how wide the bars of their table reach in yuan."""
    table = league(result)
    order = table.assign(place=table["group"].map({name: place for place, name in enumerate(GROUPS)}))
    rows = order.sort_values(["place", "helper"], kind="stable").to_dict("records")
    starts = range(HELPERS_FIRST, len(rows), HELPERS_LATER)
    pages = [rows[:HELPERS_FIRST], *(rows[start : start + HELPERS_LATER] for start in starts)] if rows else []
    ends = np.abs(table[["low", "high", "beside"]].to_numpy(float)).ravel()
    reach = float(np.nanmax(ends, initial=0.0)) or 1.0
    groups = {name: int((table["group"] == name).sum()) for name in GROUPS}
    return {"helper_pages": pages, "helpers": len(table), "reach": reach, "groups": groups}


def _environment(words: Words, least: int) -> Environment:
    """Templates that escape whatever a register or a scenario says, with this language's words and the rule of small cells."""
    made = Environment(
        loader=PackageLoader(__package__, TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    tools: dict[str, Callable[..., Any]] = {
        "words": words,
        "people": partial(small.alone, least=least, words=words),
        "cells": partial(small.with_total, least=least, words=words),
        "share": partial(small.share_of, least=least, words=words),
        "place": _place,
        "amount": partial(_amount, words=words),
        "signed": partial(_signed, words=words),
        "span": partial(_span, words=words),
    }
    made.globals.update(tools)
    return made


def _signed(value: float, words: Words) -> str:
    """A number with its sign, a true minus."""
    told = words.number(abs(value))
    return told if told == words.number(0) or value != value else f"{'+' if value > 0 else '−'}{told}"


def _amount(value: float, words: Words) -> str:
    """A large sum for a column whose head says yuan: English leaves the word away there, Chinese writes it within its unit."""
    return words.money(value).removesuffix(" yuan")


def _span(first: int, last: int, words: Words) -> str:
    """The years from one to another: 2016–2018, 2016—2018; one by itself."""
    return str(last) if first == last else words("{first}–{last}", first=first, last=last)


def _place(value: float) -> str:
    """A share as a place along a bar, for a style sheet."""
    return f"{100 * min(1.0, max(0.0, value)):.2f}%"

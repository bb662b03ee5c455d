"""The first sheet: what was asked, what came out, how sure it is, what was changed, how to read it, what it cannot say."""

import pandas as pd

from simlib.reports.decided import base_title, changes_in_words, not_modelled_in_words
from simlib.reports.workbook.leaf import Leaf
from simlib.reports.workbook.material import Material
from simlib.reports.workbook.tables import Column
from simlib.reports.workbook.verdicts import colour_verdicts, target_label

WIDTHS = [40.0, 12.0, 9.0, 11.0, 11.0, 11.0, 14.0, 14.0]


def summary_sheet(made: Material) -> None:
    """概要: one page for the desk, and the second how to read it."""
    words = made.words
    leaf = made.leaf(words("Summary"), WIDTHS)
    leaf.title(made.scenario_title)
    if made.stamp:
        leaf.stamp(made.stamp)
    question = words(
        "Will these households be out of poverty by {year}, under this plan, with this money, and how sure are we?", year=made.due_year
    )
    leaf.say(question)
    leaf.skip()
    for label, text in _asked(made):
        leaf.pair(label, text)
    leaf.heading(words("What comes out, {year}", year=made.due_year))
    _headline(leaf, made)
    leaf.heading(words("Villages and money"))
    for label, text in [*_villages(made), *_money(made)]:
        leaf.pair(label, text)
    base = base_title(made.record["scenario"].get("base"), words)
    leaf.heading(words("What this scenario does otherwise than {base}", base=base) if base else words("What this scenario decides"))
    _changes(leaf, made)
    leaf.heading(words("How to read this workbook"))
    for text in _reading(made):
        leaf.say(text)
    leaf.heading(words("What it cannot say"))
    for text in _limits(made):
        leaf.say(text)


def _asked(made: Material) -> list[tuple[str, str]]:
    """Scenario, register, luck, line and what counts as met."""
    words, result, register = made.words, made.result, made.register
    size = words(
        "{households} households, {people} people, {villages} poor villages",
        **{name: words.number(register[name]) for name in ("households", "people", "villages")},
    )
    draws = words("{number} draws, seed {seed}", number=words.number(result.draws), seed=result.seed)
    lines = words(
        "{line}: {household} yuan a person for a household, {village} for a village",
        line=words[f"line.{made.governing}"],
        household=words.number(made.line_yuan("household")), village=words.number(made.line_yuan("village")),
    )  # fmt: skip
    return [
        (words("scenario"), f"{made.scenario_title} ({made.scenario.name})"),
        (words("register"), size),
        (
            words("futures"),
            draws if made.drawn else words("deterministic: central values without luck, so no bands, no chances, no verdicts"),
        ),
        (words("governing line, {year}", year=made.due_year), lines),
        (words("when a target is met"), met_rule(made)),
    ]


def met_rule(made: Material) -> str:
    """What it takes for a target to count as met, and on whose word."""
    words, facts = made.words, made.base_facts
    chosen = (made.tolerance, made.confidence) != (facts["tolerance_default"], facts["confidence_default"])
    rule = words(
        "met when {tolerance} or more reach it with a chance of {confidence} or more",
        tolerance=words.percent(made.tolerance), confidence=words.percent(made.confidence),
    )  # fmt: skip
    return rule if chosen else words("{value} ({details})", value=rule, details=words("both assumed"))


def _headline(leaf: Leaf, made: Material) -> None:
    """The targets at the governing line, and those without one; every row of them is on the sheet of targets."""
    words, rows = made.words, made.table("targets")
    rows = rows[(rows["line"].isna() | (rows["line"] == made.governing)) & (rows["per"] != "households")]
    band, chance = words("share that reaches it"), words("chance that {share} reach it", share=words.percent(made.tolerance))
    columns = [
        Column("target", words("target"), [target_label(row, words) for row in rows.to_dict("records")], "text", wrap=True),
        Column("per", words("counted"), [words[f"per.{per}"] for per in rows["per"]], "text"),
        Column("year", words("year"), rows["year"].tolist(), "year"),
        Column("met_share_mean", words("mean"), rows["met_share_mean"].tolist(), "share", band),
        Column("met_share_p05", 0.05, rows["met_share_p05"].tolist(), "share", band),
        Column("met_share_p95", 0.95, rows["met_share_p95"].tolist(), "share", band),
        Column("chance", chance, _chances(rows, made.tolerance), "chance", bar=True),
        Column("verdict", words("verdict"), [words[f"verdict.{verdict}"] for verdict in rows["verdict"]], "text"),
    ]
    placed = leaf.table(columns)
    colour_verdicts(leaf, placed, words)


def _chances(rows: pd.DataFrame, tolerance: float) -> list[float]:
    """The chance that the verdict goes by, where it is one of the levels that are reported."""
    column = f"probability_at_least_{round(100 * tolerance)}"
    return rows[column].tolist() if column in rows and round(100 * tolerance) == round(100 * tolerance, 9) else [float("nan")] * len(rows)


def _villages(made: Material) -> list[tuple[str, str]]:
    """How many poor villages are as good as safe, and how many have hardly a chance."""
    words, rows = made.words, made.due("villages")
    poor = rows[rows["is_poor_village"]]
    if poor.empty:
        return []
    chance = poor[f"chance_mean_{made.governing}"]
    sure, lost = int((chance >= made.confidence).sum()), int((chance < 1 - made.confidence).sum())
    label = words("poor villages whose mean income reaches the line")
    if not made.drawn:
        return [(label, words("{number} of {all} with central values", number=sure, all=len(poor)))]
    told = words(
        "{number} of {all} with a chance of {high} or more, {lost} with less than {low}",
        number=sure, all=len(poor), high=words.percent(made.confidence), lost=lost, low=words.percent(1 - made.confidence),
    )  # fmt: skip
    return [(label, told)]


def _money(made: Material) -> list[tuple[str, str]]:
    """What was planned, spent and left, and what one exit costs; loans and staff beside it."""
    words, cost, funds = made.words, made.record["cost"], made.table("funds")
    planned = funds[~funds["fund"].isin(["social", "credit"])]
    return [
        (words("planned funds, all years"), words.money(planned["entitled"].sum())),
        (words("spent of them"), f"{words.money(planned['spent'].sum())} ({words.percent(_part(planned))})"),
        (words("lapsed"), words.money(planned["lapsed"].sum())),
        (words("social protection, by right"), words.money(funds.loc[funds["fund"] == "social", "spent"].sum())),
        (words("resident cadres, paid by their units"), words.money(cost["staff"])),
        (words("lent by banks, to be paid back"), words.money(cost["credit_lent"])),
        (words("all of this but loans, for each person out of the register"), words.yuan(cost["yuan_per_exit"])),
    ]


def _part(funds: pd.DataFrame) -> float:
    """The share of what was due that was spent; NaN where nothing was due."""
    due = float(funds["entitled"].sum())
    return float(funds["spent"].sum()) / due if due else float("nan")


def _changes(leaf: Leaf, made: Material) -> None:
    words, found = made.words, changes_in_words(made.record["changed_from_base"], made.words)
    if not found:
        leaf.say(words("It stands by itself: its content is in scenario.yaml of the run folder."))
    none = words("none")
    for change in found:
        told = change.now if change.before == none else words("{after} instead of {before}", after=change.now, before=change.before)
        leaf.pair(change.what, told)


def _reading(made: Material) -> list[str]:
    """How the sheets are to be read."""
    words = made.words
    return [
        words("Share and band: what is reached on average over all futures; in nine futures out of ten it lies between the two bounds."),
        words("Chance: the share of futures in which it is reached. A chance of 50% is a coin's toss, no forecast of a success."),
        words("Verdict: the words say it, the colour repeats it. “Cannot judge” means that data or draws are missing, not a failure."),
        words("Each of them, or their average: the text allows both readings. An average above the line leaves many below it."),
        words("Every number is an average over futures unless its head says otherwise; money is in yuan of its year."),
        words(
            "Income of a year counts what was earned in that year: money of {year} in projects that yield a year later comes too late "
            "for it.",
            year=made.due_year,
        ),
    ]


def _limits(made: Material) -> list[str]:
    """What a reader must not take from it."""
    words = made.words
    start = [
        words(
            "A simulated household is no prediction for a real one: its chance says how households of its kind fare. "
            "It is no ground to give or refuse help."
        ),
        words("Parameters that are marked as assumed rest on judgement: the sheet of parameters has the range and the reason of each."),
    ]
    rest = [f"• {text}" for text in not_modelled_in_words(made.result, words)]
    return [*start, *([words("Of what the text orders, this is not modelled:")] if rest else []), *rest]

"""The sheets of villages and households: one row each in the year in which targets are due."""

from typing import Any, Final

import pandas as pd

from simlib.reports.workbook.material import Material
from simlib.reports.workbook.tables import Column, Placed

MOST_ROWS: Final = 1_000_000
"""Households that a sheet takes; Excel ends at 1,048,576 rows."""
SOURCES: Final = ("wage", "business", "property", "transfer", "dibao")
HELD: Final = ("industry", "training", "public_post", "asset_shares", "land_transfer", "microcredit", "local_jobs", "housing")


# ---- villages


def village_rows(made: Material) -> pd.DataFrame:
    """The poor villages in the year in which targets are due, by county and id, with what was spent there in all years up to it."""
    whole = made.table("villages")
    past = whole[whole["year"] <= made.due_year].groupby("village_id")["spent_yuan"].sum()
    due = made.due("villages")
    rows = due[due["is_poor_village"]].sort_values(["prefecture", "county", "village_id"], kind="stable")
    return rows.assign(spent_all_yuan=rows["village_id"].map(past)).reset_index(drop=True)


def villages_sheet(made: Material) -> None:
    """村: where each poor village stands, how sure that is, and what it is short of."""
    words, rows = made.words, village_rows(made)
    line = made.line_yuan("village")
    columns = _village_columns(made, rows, line)
    note = words(
        "One row a poor village in {year}. The line is {line} yuan a person ({name}). Filter by county or helper, sort by chance. "
        "Few people stand behind a row: for work with the village, not for publication.",
        year=made.due_year, line=words.number(line), name=words[f"line.{made.governing}"],
    )  # fmt: skip
    leaf = made.open(words("Villages"), [column.wide for column in columns], words("Poor villages, {year}", year=made.due_year), note)
    placed = leaf.table(columns, frozen=1)
    if made.drawn:
        _tint_chances(made, leaf.sheet, placed, "outlook")


def _village_columns(made: Material, rows: pd.DataFrame, line: float) -> list[Column]:
    words, shares = made.words, made.words("share of its registered people")
    chance = words("chance") if made.drawn else words("with central values (1 yes, 0 no)")
    form = "chance" if made.drawn else "count"
    kinds = [words[f"helper_type.{kind}"] if isinstance(kind, str) else None for kind in rows["helper_type"]]
    at_line, mean = f"chance_mean_{made.governing}", rows["mean_income"]
    outlook = [Column("outlook", words("outlook"), [_outlook(made, one) for one in rows["chance_exits"]], "text")] if made.drawn else []
    return [
        Column("village_id", words["level.village"], rows["village_id"].tolist(), "text"),
        *_named(made, rows),
        Column("prefecture", words["level.prefecture"], rows["prefecture"].tolist(), "text"),
        Column("county", words["level.county"], rows["county"].tolist(), "text"),
        Column("helper", words["level.helper"], rows["helper"].tolist(), "text"),
        Column("helper_type", words["level.helper_type"], kinds, "text"),
        Column("people", words("registered people"), rows["people"].tolist()),
        Column("mean_income", words("mean income, yuan a person"), mean.tolist(), "yuan"),
        Column("mean_income_sd", words("spread of it, yuan"), rows["mean_income_sd"].tolist(), "yuan", width=10),
        Column("over_line", words("over (+) or under (−) the line, yuan"), (mean - line).tolist(), "signed"),
        Column("chance_mean", words("its mean reaches the line"), rows[at_line].tolist(), form, chance, bar=made.drawn),
        Column("chance_exits", words("it leaves the list of poor villages"), rows["chance_exits"].tolist(), form, chance, bar=made.drawn),
        Column("chance_services", words("every service stands"), rows["chance_services"].tolist(), form, chance, bar=made.drawn),
        *outlook,
        Column("short", words("what is short"), [_short(made, row) for row in rows.to_dict("records")], "text", width=32, wrap=True),
        Column("at_share", words("at the line"), rows[f"at_{made.governing}_share"].tolist(), "share", shares),
        Column("exited_share", words["status.exited"], rows["exited_share"].tolist(), "share", shares),
        Column("guaranteed_share", words("with every guarantee"), rows["guaranteed_share"].tolist(), "share", shares),
        Column("services_filled", words("services that stand, share of the need"), rows["services_filled"].tolist(), "share"),
        Column("collective_yuan", words("income of the village itself, yuan"), rows["collective_yuan"].tolist(), "yuan"),
        Column("spent_all_yuan", words("spent there up to {year}, yuan", year=made.due_year), rows["spent_all_yuan"].tolist(), "yuan"),
    ]


def _named(made: Material, rows: pd.DataFrame) -> list[Column]:
    """The villages' names, where the register has other names than their ids; a run of an older version has none."""
    if "village_name" not in rows or (rows["village_name"] == rows["village_id"]).all():
        return []
    return [Column("village_name", made.words("name of the village"), rows["village_name"].tolist(), "text")]


def _outlook(made: Material, chance: float) -> str:
    """A chance in a word: likely, open, unlikely."""
    words = made.words
    if chance >= made.confidence:
        return words("likely")
    return words("unlikely") if chance < 1 - made.confidence else words("open")


def _tint_chances(made: Material, sheet: Any, placed: Placed, name: str) -> None:
    """Lay a tint over each outlook; the word stays."""
    words, place = made.words, placed.places[name]
    for word, kind in ((words("likely"), "good"), (words("unlikely"), "bad"), (words("open"), "open")):
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": made.look.tint(kind)}
        sheet.conditional_format(placed.first, place, placed.last, place, rule)


def _short(made: Material, row: dict[Any, Any]) -> str | None:
    """What keeps a village from being as good as safe: mean income, people on the register, services, or scores that are not there.

    People on the register: the futures in which the mean is at the line and the village stays a poor one for all that (the province's
    rule asks for both) are more than the confidence leaves room for.
    """
    words, risk = made.words, 1 - made.confidence
    found = [
        (row[f"chance_mean_{made.governing}"] < made.confidence, words("mean income")),
        (row["chance_mean_fixed"] - row["chance_exits"] > risk, words("too many still on the register")),
        (row["chance_services"] < made.confidence, words("services")),
        (row["chance_services"] != row["chance_services"], words("(services not scored in the register)")),
    ]
    return words.joined(text for short, text in found if short) or None


# ---- households


def household_rows(made: Material) -> pd.DataFrame:
    """The households in the year in which targets are due, by village and id, with their county."""
    places = made.due("villages").set_index("village_id")["county"]
    rows = made.due("households").sort_values(["village_id", "household_id"], kind="stable", ignore_index=True)
    return rows.assign(county=rows["village_id"].map(places))


def households_sheet(made: Material) -> None:
    """户: by id only, its chances, what it lives on, which measures it has."""
    words, size = made.words, made.register["households"]
    rows = household_rows(made) if size <= MOST_ROWS else pd.DataFrame()
    note = words(
        "One row a household in {year}, by id and never by name. A chance says how households of its kind fare; it is no ground to give or "
        "refuse help. Measures: the chance to have it in that year. Keep this sheet as the register itself is kept.",
        year=made.due_year,
    )  # fmt: skip
    columns = _household_columns(made, rows) if len(rows) else []
    title = words("Households, {year}", year=made.due_year)
    leaf = made.open(words("Households"), [column.wide for column in columns] or [80.0], title, note)
    if columns:
        leaf.table(columns, frozen=2)
    else:
        told = words("{number} households are more than a sheet holds ({most}): they are in households.parquet of the run folder.",
                     number=words.number(size), most=words.number(MOST_ROWS))  # fmt: skip
        leaf.say(told, made.look.warning)


def _household_columns(made: Material, rows: pd.DataFrame) -> list[Column]:
    words, drawn = made.words, made.drawn
    chance = words("chance") if drawn else words("with central values (1 yes, 0 no)")
    form = "chance" if drawn else "count"
    income = words("income of the household by source, yuan a year (mean)")
    held = words("measures it has, chance") if drawn else words("measures it has (1 yes, 0 no)")
    spread = [Column("income_pc_sd", words("spread of it, yuan"), rows["income_pc_sd"].tolist(), "yuan", width=9)] if drawn else []
    listed = [
        Column("registered", words("registered household"), [words("yes") if one else words("no") for one in rows["registered"]], "text")
    ]
    weighed = [Column("weight", words("households it stands for"), rows["weight"].tolist(), "tenth")]
    return [
        Column("household_id", words("household"), rows["household_id"].tolist(), "text"),
        Column("village_id", words["level.village"], rows["village_id"].tolist(), "text"),
        Column("county", words["level.county"], rows["county"].tolist(), "text", width=9),
        Column("members", words("members"), rows["members"].tolist(), width=8),
        *(listed if not rows["registered"].all() else []),
        *(weighed if (rows["weight"] != 1).any() else []),
        Column(
            "chance_at_fixed", words("at the {line}", line=words["line.fixed"]), rows["chance_at_fixed"].tolist(), form, chance, bar=drawn
        ),
        Column(
            "chance_at_moving",
            words("at the {line}", line=words["line.moving"]),
            rows["chance_at_moving"].tolist(),
            form,
            chance,
            bar=drawn,
        ),
        Column("chance_exited", words["status.exited"], rows["chance_exited"].tolist(), form, chance, bar=drawn),
        Column("chance_guaranteed", words("with every guarantee"), rows["chance_guaranteed"].tolist(), form, chance),
        Column("income_pc", words("income, yuan a person"), rows["income_pc"].tolist(), "yuan", width=10),
        *spread,
        *(
            Column(f"{source}_yuan", words[f"source.{source}"], rows[f"{source}_yuan"].tolist(), "yuan", income, width=10)
            for source in SOURCES
        ),
        Column("placed", words("workers in a transfer job"), rows["placed"].tolist(), "money", width=10),
        *(Column(name, words[f"measure.{name}"], rows[name].tolist(), form, held) for name in HELD),
    ]

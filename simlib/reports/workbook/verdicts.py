"""The sheet of targets: every row, with its chances and its verdict in words and colour."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

from simlib.reports.workbook.leaf import Leaf
from simlib.reports.workbook.material import Material
from simlib.reports.workbook.tables import Column, Placed
from simlib.words import Words

KINDS: Final[Mapping[str, str]] = {"met": "good", "not met": "bad", "cannot judge": "open"}
LEVELS: Final = (100, 99, 95, 90, 80)


def target_label(row: Mapping[Hashable, Any], words: Words) -> str:
    """A target in words, with its reading where it has several."""
    name = words[f"target.{row['target']}"]
    reading = row["reading"]
    return f"{name} · {words[f'reading.{reading}']}" if isinstance(reading, str) else name


def _said(values: list[Any], kind: str, words: Words) -> list[str | None]:
    """Labels of codes; None where there is none."""
    return [words[f"{kind}.{value}"] if isinstance(value, str) else None for value in values]


def targets_sheet(made: Material) -> None:
    """目标: the six targets at every line, in every reading, counted every way."""
    words, rows = made.words, made.table("targets")
    share, chance, asked = words("share that reaches it"), words("chance that at least so many reach it"), words("asked for")
    columns = [
        Column("target", words("target"), _said(rows["target"].tolist(), "target", words), "text", width=24, wrap=True),
        Column("line", words("line"), _said(rows["line"].tolist(), "line", words), "text", width=13, wrap=True),
        Column("reading", words("reading"), _said(rows["reading"].tolist(), "reading", words), "text", width=16, wrap=True),
        Column("per", words("counted"), _said(rows["per"].tolist(), "per", words), "text"),
        Column("year", words("year"), rows["year"].tolist(), "year"),
        Column("line_value", words("line, yuan a person and year"), rows["line_value"].tolist(), "money", width=13),
        Column("met_share_mean", words("mean"), rows["met_share_mean"].tolist(), "share", share),
        Column("met_share_p05", 0.05, rows["met_share_p05"].tolist(), "share", share),
        Column("met_share_p95", 0.95, rows["met_share_p95"].tolist(), "share", share),
        *(
            Column(name, level / 100, rows[name].tolist(), "chance", chance, width=8, bar=True)
            for level, name in ((level, f"probability_at_least_{level}") for level in LEVELS)
        ),
        Column("mc_se", words("error of the chance"), rows["mc_se"].tolist(), "error", width=10),
        Column("tolerance", words("share"), rows["tolerance"].tolist(), "chance", asked),
        Column("confidence", words("chance"), rows["confidence"].tolist(), "chance", asked),
        Column("verdict", words("verdict"), _said(rows["verdict"].tolist(), "verdict", words), "text", width=13),
        Column("reason", words("reason"), _said(rows["reason"].tolist(), "reason", words), "text", width=13, wrap=True),
    ]
    note = words(
        "Where the reading is “their average”, the share is that of the futures in which the average reaches the line. "
        "The governing line is the {line}; the others are reported beside it.",
        line=words[f"line.{made.governing}"],
    )
    leaf = made.open(words("Targets"), [column.wide for column in columns], words("The six targets"), note)
    placed = leaf.table(columns, frozen=1)
    colour_verdicts(leaf, placed, words)


def colour_verdicts(leaf: Leaf, placed: Placed, words: Words) -> None:
    """Lay a tint over each verdict; the word stays."""
    place = placed.places["verdict"]
    for verdict, kind in KINDS.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{words[f"verdict.{verdict}"]}"', "format": leaf.look.tint(kind)}
        leaf.sheet.conditional_format(placed.first, place, placed.last, place, rule)

"""An account as text for people, in Chinese or English: ids only, never a name."""

import unicodedata
from collections.abc import Iterator, Sequence

from simlib.explain.account import Account, Year
from simlib.explain.case import Home, Rules
from simlib.explain.events import Note
from simlib.explain.income import SOURCES, Part
from simlib.explain.paid import Begun, FundPart
from simlib.explain.texts import NOTES, PARTS, label, money
from simlib.explain.verdict import Verdict
from simlib.measures import CHOSEN_MEASURES
from simlib.words import Words, within

MEASURES = {measure.key: {"zh": measure.zh, "en": measure.en} for measure in CHOSEN_MEASURES}
GAP = "  "


def account_text(account: Account, words: Words) -> str:
    """All years of an account, a line for each part of income, then events, measures, lines and verdict."""
    lines = [brought_line(account.home, words), rules_line(account.rules, words)]
    for year in account.years:
        lines += ["", *year_lines(account.home, year, words)]
    return "\n".join(lines)


def brought_line(home: Home, words: Words) -> str:
    """What a household brought."""
    registered = words(within("account", "on the register")) if home.registered else words("a candidate, not on the register")
    return words(
        "members {members}, labour units {labour_units}; {registered}; 2015: {yuan} yuan a head",
        members=home.members,
        labour_units=f"{home.labour_units:g}",
        registered=registered,
        yuan=money(home.base_pc_fen),
    )


def rules_line(rules: Rules, words: Words) -> str:
    """What an exit asks for."""
    return words(
        "exits: governing line {line}, {income}, guarantees asked for: {guarantees}",
        line=label(words, f"line.{rules.governing_line}"),
        income=words("by income as reports count it") if rules.by_reported else words("by simulated income"),
        guarantees=words.joined(label(words, f"guarantee.{name}") for name in (*rules.required, "food")),
    )


def year_lines(home: Home, year: Year, words: Words) -> list[str]:
    """One year."""
    told = [
        (words("events"), [words.joined([note_text(one, words) for one in year.events])] if year.events else []),
        (words("begun"), [begun_text(one, words) for one in year.begun]),
        (words("running"), [words.joined([note_text(one, words) for one in year.running])] if year.running else []),
        (words("lines"), [lines_text(year.verdict, words)]),
        (words("verdict"), list(verdict_texts(year.verdict, year.pc_fen, words))),
    ]
    broad = max(width(head) for head, _ in told)
    lines = [words("{year}", year=year.year), *income_table(home, year, words)]
    for head, texts in told:
        for place, text in enumerate(texts or [words("nothing")]):
            lines.append(f"{GAP}{padded(head if place == 0 else '', broad)}{GAP}{text}")
    return lines


# ---- the table of incomes


def income_table(home: Home, year: Year, words: Words) -> list[str]:
    """A line for each part, the total, and the income a head."""
    head = [words("source"), words("what it comes from"), words("yuan"), words("clause"), words("paid by right from")]
    rows = [head, *(cells for source in SOURCES for cells in _source_rows([one for one in year.parts if one.source == source], words))]
    rows.append([words("total"), "", money(year.total_fen), "", ""])
    rows.append([words("a head, of {members}", members=home.members), "", money(year.pc_fen), "", ""])
    if year.verdict.reported_fen != year.pc_fen:
        rows.append([words("a head as reports count it"), "", money(year.verdict.reported_fen), "", ""])
    return aligned(rows, right=2)


def _source_rows(parts: Sequence[Part], words: Words) -> Iterator[list[str]]:
    """The lines of one source, named in the first."""
    for place, one in enumerate(parts):
        source = label(words, f"source.{one.source}") if place == 0 else ""
        fund = label(words, f"fund.{one.fund}") if one.fund else ""
        yield [source, words(PARTS[one.part]), money(one.fen), one.clause or "", fund]


def aligned(rows: Sequence[Sequence[str]], right: int) -> list[str]:
    """Rows of cells as lines with columns of one width on a terminal; the column `right` ends alike."""
    broad = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [(GAP + GAP.join(padded(cell, broad[place], right=place == right) for place, cell in enumerate(row))).rstrip() for row in rows]


def width(text: str) -> int:
    """Columns that a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """A text filled up with blanks to so many columns."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


# ---- notes, measures, funds


def note_text(one: Note, words: Words) -> str:
    """A note in words; its money in yuan, its guarantees by name."""
    values = {name: value for name, value in one.values.items() if name not in ("fen", "guarantees")}
    if "fen" in one.values:
        values["yuan"] = money(one.values["fen"])
    if "guarantees" in one.values:
        values["guarantees"] = words.joined(label(words, f"guarantee.{name}") for name in one.values["guarantees"])
    return words(NOTES[one.key], **values)


def begun_text(one: Begun, words: Words) -> str:
    """A measure begun, what it cost, and who paid."""
    measure = MEASURES[one.measure][words.language]
    if one.put_in_fen is None:
        told = words("{measure}: {yuan} yuan", measure=measure, yuan=money(one.fen))
    else:
        put_in = money(one.put_in_fen)
        told = words("{measure}: {yuan} yuan for {put_in} yuan put in or lent", measure=measure, yuan=money(one.fen), put_in=put_in)
    paid = [paid_text(one, words)] if one.funds else []
    return words("; ").join([told, *paid, one.clause])


def paid_text(one: Begun, words: Words) -> str:
    """The fund that paid, or what each of several did."""
    if len(one.funds) > 1:
        return words.joined(words("{yuan} yuan from {fund}", yuan=money(part.fen), fund=_fund(part, words)) for part in one.funds)
    return words("from {fund}", fund=_fund(one.funds[0], words))


def _fund(part: FundPart, words: Words) -> str:
    fund = label(words, f"fund.{part.fund}")
    return words("{fund} ({payers})", fund=fund, payers=_payers(part, words)) if part.payers else fund


def _payers(part: FundPart, words: Words) -> str:
    """Who stands behind a fund, with their shares of what it spent in the group this year."""
    return words.joined(f"{label(words, f'payer.{one.payer}')} {one.share:.0%}" for one in part.payers)


# ---- lines and verdict


def lines_text(verdict: Verdict, words: Words) -> str:
    """Every line with its yuan a head, and whether the simulated income has reached it."""
    return words.joined(_line(label(words, f"line.{name}"), money(fen), verdict.at.get(name), words) for name, fen in verdict.lines.items())


def _line(line: str, yuan: str, reached: bool | None, words: Words) -> str:
    if reached is None:
        return f"{line} {yuan}"
    return words("{line} {yuan} reached", line=line, yuan=yuan) if reached else words("{line} {yuan} not reached", line=line, yuan=yuan)


def verdict_texts(verdict: Verdict, pc_fen: int, words: Words) -> Iterator[str]:
    """At the line or not, guarantees, status and why, what else is said of it."""
    line, gap = label(words, f"line.{verdict.governing}"), money(abs(verdict.gap_fen))
    if verdict.gap_fen >= 0:
        yield words("at the governing line ({line}), {yuan} yuan a head above it", line=line, yuan=gap)
    else:
        yield words("under the governing line ({line}) by {yuan} yuan a head", line=line, yuan=gap)
    if verdict.on_paper:
        yield words(
            "at the governing line on paper only: as reported {reported}, as simulated {yuan} yuan a head",
            reported=money(verdict.reported_fen),
            yuan=money(pc_fen),
        )
    yield guarantees_text(verdict, words)
    yield status_text(verdict, words)
    yield words("why: {reasons}", reasons=words("; ").join(note_text(one, words) for one in verdict.reasons))
    yield words.joined(_marks(verdict, words))


def _marks(verdict: Verdict, words: Words) -> Iterator[str]:
    """What else is said of a household."""
    yield words("still supported") if verdict.supported else words("no longer supported")
    yield words("passes the province's score sheet") if verdict.sheet else words("does not pass the province's score sheet")
    if verdict.stable:
        yield words("a stable exit")


def guarantees_text(verdict: Verdict, words: Words) -> str:
    """Which guarantees hold, and which of the others an exit asks for."""
    held = [label(words, f"guarantee.{name}") for name, holds in verdict.held.items() if holds]
    lacking = []
    for name, holds in verdict.held.items():
        if not holds:
            guarantee = label(words, f"guarantee.{name}")
            lacking.append(words("{guarantee} (asked for by an exit)", guarantee=guarantee) if name in verdict.missing else guarantee)
    told = [words("guarantees held: {held}", held=words.joined(held or [words("nothing")]))]
    return words("; ").join([*told, *([words("guarantees lacking: {lacking}", lacking=words.joined(lacking))] if lacking else [])])


def status_text(verdict: Verdict, words: Words) -> str:
    """The status, and how it changed."""
    before, after = label(words, f"status.{verdict.before}"), label(words, f"status.{verdict.after}")
    if verdict.before == verdict.after:
        return words("status: {after}", after=after)
    if verdict.route is None:
        return words("status: {before} → {after}", before=before, after=after)
    return words("status: {before} → {after}, by {route}", before=before, after=after, route=label(words, f"route.{verdict.route}"))

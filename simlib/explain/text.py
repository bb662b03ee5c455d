"""An account as text for people, in Chinese or English: ids only, never a name."""

import unicodedata
from collections.abc import Iterator, Sequence

from simlib.explain.account import Account, Year
from simlib.explain.case import Home, Rules
from simlib.explain.events import Note
from simlib.explain.income import SOURCES, Part
from simlib.explain.paid import Begun, FundPart
from simlib.explain.verdict import Verdict
from simlib.explain.words import Words, money
from simlib.measures import CHOSEN_MEASURES

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
    registered = words("registered" if home.registered else "candidate_home")
    labour, pc = f"{home.labour_units:g}", money(home.base_pc_fen)
    return words("brought", members=home.members, labour_units=labour, registered=registered, yuan=pc)


def rules_line(rules: Rules, words: Words) -> str:
    """What an exit asks for."""
    guarantees = [words(f"guarantee.{name}") for name in (*rules.required, "food")]
    income = words("by_reported" if rules.by_reported else "by_simulated")
    return words("rules", line=words(f"line.{rules.governing_line}"), income=income, guarantees=words.joined(guarantees))


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
    lines = [words("year_head", year=year.year), *income_table(home, year, words)]
    for head, texts in told:
        for place, text in enumerate(texts or [words("nothing")]):
            lines.append(f"{GAP}{padded(head if place == 0 else '', broad)}{GAP}{text}")
    return lines


# ---- the table of incomes


def income_table(home: Home, year: Year, words: Words) -> list[str]:
    """A line for each part, the total, and the income a head."""
    head = [words(f"{name}_column") for name in ("source", "part", "yuan", "clause", "fund")]
    rows = [head, *(cells for source in SOURCES for cells in _source_rows([one for one in year.parts if one.source == source], words))]
    rows.append([words("total"), "", money(year.total_fen), "", ""])
    rows.append([words("per_head", members=home.members), "", money(year.pc_fen), "", ""])
    if year.verdict.reported_fen != year.pc_fen:
        rows.append([words("per_head_reported"), "", money(year.verdict.reported_fen), "", ""])
    return aligned(rows, right=2)


def _source_rows(parts: Sequence[Part], words: Words) -> Iterator[list[str]]:
    """The lines of one source, named in the first."""
    for place, one in enumerate(parts):
        source = words(f"source.{one.source}") if place == 0 else ""
        fund = words(f"fund.{one.fund}") if one.fund else ""
        yield [source, words(f"part.{one.part}"), money(one.fen), one.clause or "", fund]


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
        values["guarantees"] = words.joined([words(f"guarantee.{name}") for name in one.values["guarantees"]])
    return words(f"note.{one.key}", **values)


def begun_text(one: Begun, words: Words) -> str:
    """A measure begun, what it cost, and who paid."""
    measure = MEASURES[one.measure][words.language]
    if one.put_in_fen is None:
        told = words("cost", measure=measure, yuan=money(one.fen))
    else:
        told = words("cost_of", measure=measure, yuan=money(one.fen), put_in=money(one.put_in_fen))
    paid = [paid_text(one, words)] if one.funds else []
    return words("then").join([told, *paid, one.clause])


def paid_text(one: Begun, words: Words) -> str:
    """The fund that paid, or what each of several did."""
    if len(one.funds) > 1:
        return words.joined([words("paid_part", yuan=money(part.fen), fund=_fund(part, words)) for part in one.funds])
    return words("paid_by", fund=_fund(one.funds[0], words))


def _fund(part: FundPart, words: Words) -> str:
    fund = words(f"fund.{part.fund}")
    return words("fund_with_payers", fund=fund, payers=_payers(part, words)) if part.payers else fund


def _payers(part: FundPart, words: Words) -> str:
    """Who stands behind a fund, with their shares of what it spent in the group this year."""
    return words.joined([words("share_of", payer=words(f"payer.{one.payer}"), share=f"{one.share:.0%}") for one in part.payers])


# ---- lines and verdict


def lines_text(verdict: Verdict, words: Words) -> str:
    """Every line with its yuan a head, and whether the simulated income has reached it."""
    told = []
    for name, fen in verdict.lines.items():
        key = {None: "line_told", True: "line_reached", False: "line_missed"}[verdict.at.get(name)]
        told.append(words(key, line=words(f"line.{name}"), yuan=money(fen)))
    return words.joined(told)


def verdict_texts(verdict: Verdict, pc_fen: int, words: Words) -> Iterator[str]:
    """At the line or not, guarantees, status and why, what else is said of it."""
    line = words(f"line.{verdict.governing}")
    yield words("above_governing" if verdict.gap_fen >= 0 else "under_governing", line=line, yuan=money(abs(verdict.gap_fen)))
    if verdict.on_paper:
        yield words("on_paper", reported=money(verdict.reported_fen), yuan=money(pc_fen))
    yield guarantees_text(verdict, words)
    yield status_text(verdict, words)
    yield words("because", reasons=words("then").join(note_text(one, words) for one in verdict.reasons))
    marks = ["supported" if verdict.supported else "not_supported", "sheet_passed" if verdict.sheet else "sheet_failed"]
    yield words.joined([words(mark) for mark in [*marks, *(["stable"] if verdict.stable else [])]])


def guarantees_text(verdict: Verdict, words: Words) -> str:
    """Which guarantees hold, and which of the others an exit asks for."""
    held = [words(f"guarantee.{name}") for name, holds in verdict.held.items() if holds]
    lacking = []
    for name, holds in verdict.held.items():
        if not holds:
            guarantee = words(f"guarantee.{name}")
            lacking.append(words("asked", guarantee=guarantee) if name in verdict.missing else guarantee)
    told = [words("guarantees_held", held=words.joined(held or [words("nothing")]))]
    return words("then").join([*told, *([words("guarantees_lacking", lacking=words.joined(lacking))] if lacking else [])])


def status_text(verdict: Verdict, words: Words) -> str:
    """The status, and how it changed."""
    before, after = words(f"status.{verdict.before}"), words(f"status.{verdict.after}")
    if verdict.before == verdict.after:
        return words("status_stays", after=after)
    if verdict.route is None:
        return words("status_changes", before=before, after=after)
    return words("status_changes_by", before=before, after=after, route=words(f"route.{verdict.route}"))

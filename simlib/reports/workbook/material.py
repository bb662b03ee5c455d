"""What every sheet is made of: a result with its tables, read once, and the words and looks of one workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from simlib.facts import Facts, load_facts
from simlib.reports.decided import record_of
from simlib.reports.workbook.leaf import ROW_POINTS, Leaf
from simlib.reports.workbook.look import SIZE, Look
from simlib.runs import Result
from simlib.scenario import Scenario
from simlib.words import Words

A4, A3 = 9, 8
MOST_ON_A4: Final = 210
"""Characters across: a wider sheet is printed on A3."""
MOST_HEADER: Final = 200
"""Characters of a header: Excel takes 255 with its codes."""


@dataclass(frozen=True)
class Material:
    """A result, told in one language, in one workbook."""

    result: Result
    words: Words
    book: Any
    look: Look

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    def table(self, name: str) -> pd.DataFrame:
        """A table of the result, made or read once."""
        if name not in self._tables:
            self._tables[name] = self.result.table(name)
        return self._tables[name]

    def due(self, name: str) -> pd.DataFrame:
        """A table's rows of the year in which targets are due; not kept, because it may be large."""
        table = self._tables.get(name, None)
        found = self.result.table(name) if table is None else table
        return found[found["year"] == self.due_year].reset_index(drop=True)

    @cached_property
    def record(self) -> Mapping[str, Any]:
        """How the result was made."""
        return record_of(self.result)

    @cached_property
    def register(self) -> Mapping[str, Any]:
        """What was simulated: households, people, villages, synthetic, hash."""
        return self.result.register()

    @cached_property
    def scenario(self) -> Scenario:
        """What was projected; a stored result reads it anew each time."""
        return self.result.scenario

    @property
    def drawn(self) -> bool:
        """Whether luck was drawn: without it there are no bands and no chances."""
        return self.result.draws > 0

    @cached_property
    def due_year(self) -> int:
        """The year in which targets are due, or the last of a shorter horizon."""
        targets = self.table("targets")
        return int(targets.loc[targets["target"] == "household_income", "year"].iloc[0])

    @cached_property
    def years(self) -> list[int]:
        """The years that were simulated."""
        return [int(year) for year in self.table("years")["year"]]

    @cached_property
    def governing(self) -> str:
        """The line that verdicts go by."""
        return str(self.scenario.levers.governing_line)

    @property
    def tolerance(self) -> float:
        """The share that must reach a line."""
        return self.scenario.reporting.tolerance

    @property
    def confidence(self) -> float:
        """The chance that is asked for."""
        return self.scenario.reporting.confidence

    def line_yuan(self, of: str, year: int | None = None) -> float:
        """The governing line of a `household` or `village` in yuan a person and year, the mean over draws."""
        lines = self.table("lines")
        wanted = (lines["year"] == (year or self.due_year)) & (lines["of"] == of) & (lines["line"] == self.governing)
        return float(lines.loc[wanted, "yuan_mean"].iloc[0])

    @cached_property
    def base_facts(self) -> Facts:
        """The facts in use."""
        return load_facts()

    @cached_property
    def facts(self) -> Facts:
        """The facts as the scenario sets them."""
        return self.scenario.resolve_facts(self.base_facts)

    @property
    def scenario_title(self) -> str:
        """The scenario's name for people."""
        return str(getattr(self.scenario.title, self.words.language))

    @property
    def stamp(self) -> str:
        """What a synthetic register is stamped with."""
        words = self.words
        return words("SYNTHETIC register: no household in it exists") if self.register["synthetic"] else ""

    @property
    def caption(self) -> str:
        """Scenario, draws and seed, governing line, in a line."""
        words, result = self.words, self.result
        draws = (
            words("{number} draws, seed {seed}", number=result.draws, seed=result.seed) if self.drawn else words("deterministic: no luck")
        )
        line = words("governing line: {line}", line=words[f"line.{self.governing}"])
        return " · ".join((self.scenario_title, draws, line))

    def leaf(self, name: str, widths: list[float]) -> Leaf:
        """A sheet by its name: its page landscape, as wide as the paper, with scenario and page number on it."""
        sheet = self.book.get_worksheet_by_name(name)
        sheet.set_default_row(ROW_POINTS)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4 if sum(widths) <= MOST_ON_A4 else A3)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        font = f'&"{self.look.font}"&{SIZE - 1}'
        left, right = (_header(text) for text in (self.caption, self.stamp))
        sheet.set_header(f"&L{font}{left}&R{font}{right}")
        sheet.set_footer(f"&L{font}{_header(name)}&C{font}&P / &N&R{font}simlib {self.record['versions']['simlib']}")
        return Leaf(sheet, self.look, widths)

    def open(self, name: str, widths: list[float], title: str, note: str = "") -> Leaf:
        """A sheet with its title, the scenario, the stamp, and a note how to read it."""
        leaf = self.leaf(name, widths)
        leaf.title(title)
        leaf.say(" · ".join(filter(None, (self.caption, self.stamp))), self.look.note)
        if note:
            leaf.say(note, self.look.note)
        leaf.skip()
        return leaf


def _header(text: str) -> str:
    """A text in a header: its codes begin with &, so a & is written twice; a digit must not follow the size before it."""
    return " " + text[:MOST_HEADER].replace("&", "&&")

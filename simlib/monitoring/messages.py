"""What reading a table of actual figures can say beside what reading a register says: kind -> what would be right (or what was noticed)."""

from collections.abc import Mapping
from dataclasses import dataclass

from simlib.errors import Said
from simlib.registry.messages import NOTES as REGISTER_NOTES
from simlib.registry.report import Problem
from simlib.words import noop

WANTED: Mapping[str, str] = {
    "one_sheet": noop("a CSV file, or a workbook with one sheet of figures (and one of notes, if any)"),
    "unknown_village": noop("a village_id of the register; {hint}"),
    "year_outside": noop("a year of the scenario's horizon, {first} to {last}"),
    "doubled_row": noop("one row for village {village} and year {year}: row {row} has them too"),
    "exits_people": noop("no more than the {people} people of the village's registered households"),
    "repaired_unsafe": noop("no more than the {unsafe} registered households of the village whose house was unsafe at the start"),
    "repaired_twice": noop("the same in both columns, or one of them empty: {households} of {unsafe} households are {share}"),
    "unlike_income": noop("at most {limit} yuan a head: is it in fen, or a sum for the household?"),
    "unlike_low_income": noop("0, or at least {limit} yuan a head: is it in 万元?"),
}

NOTES: Mapping[str, str] = {
    "falls": noop("lower than {before} in {year}: is it this year's number alone? Wanted is the number since 2016"),
    "no_figure": noop("{count} rows without a figure: not reported"),
}


@dataclass(frozen=True)
class Finding(Problem):
    """A problem, or a note, of a table of actual figures."""

    @property
    def wanted(self) -> Said:
        """What would be right (of a note: what was noticed)."""
        text = WANTED.get(self.kind) or NOTES.get(self.kind)
        return Said(text, self.details) if text else super().wanted

    @property
    def is_note(self) -> bool:
        """Whether nothing is wrong."""
        return self.kind in NOTES or self.kind in REGISTER_NOTES

"""What reading a table of actual figures can say beside what reading a register says: kind -> what would be right (or what was noticed)."""

from collections.abc import Mapping
from dataclasses import dataclass

from simlib.registry.messages import NOTES as REGISTER_NOTES
from simlib.registry.report import Problem

WANTED: Mapping[str, str] = {
    "one_sheet": "a CSV file, or a workbook with one sheet of figures (and one of notes, if any)",
    "unknown_village": "a village_id of the register; {hint}",
    "year_outside": "a year of the scenario's horizon, {first} to {last}",
    "doubled_row": "one row for village {village} and year {year}: row {row} has them too",
    "exits_people": "no more than the {people} people of the village's registered households",
    "repaired_unsafe": "no more than the {unsafe} registered households of the village whose house was unsafe at the start",
    "repaired_twice": "the same in both columns, or one of them empty: {households} of {unsafe} households are {share}",
    "unlike_income": "at most {limit} yuan a head: is it in fen, or a sum for the household?",
    "unlike_low_income": "0, or at least {limit} yuan a head: is it in 万元?",
}

NOTES: Mapping[str, str] = {
    "falls": "lower than {before} in {year}: is it this year's number alone? Wanted is the number since 2016",
    "no_figure": "{count} rows without a figure: not reported",
}


@dataclass(frozen=True)
class Finding(Problem):
    """A problem, or a note, of a table of actual figures."""

    @property
    def wanted(self) -> str:
        """What would be right (of a note: what was noticed)."""
        words = WANTED.get(self.kind) or NOTES.get(self.kind)
        return words.format_map(self.details) if words else super().wanted

    @property
    def is_note(self) -> bool:
        """Whether nothing is wrong."""
        return self.kind in NOTES or self.kind in REGISTER_NOTES

"""Every number in use, with its unit, range and source: `load_facts()["household_line_share"]`."""

from simlib.facts.reader import load_facts, read_facts
from simlib.facts.schema import Fact, Label
from simlib.facts.store import Facts, UnknownFactError

__all__ = ["Fact", "Facts", "Label", "UnknownFactError", "load_facts", "read_facts"]

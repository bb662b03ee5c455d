"""Dibao (农村低保): the last top-up, up to the county's line. Clauses 一(二), 二(六)4."""

from simlib.compiled import rule


@rule
def top_up(line, members, before, enrolled):
    """Yuan this year that lift an enrolled household to the line; never negative. Clause 二(六)4."""
    return max(0.0, line * members - before) if enrolled else 0.0


@rule
def registered_amount(amount, index):
    """Yuan this year where only today's dibao is kept: the registered amount, grown with the line."""
    return amount * index

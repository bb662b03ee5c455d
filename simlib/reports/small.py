"""Small cells: what a published table may say of few people. Villages are named in it, so a count of three is three neighbours.

Two rules. A number that stands alone and is below the fewest (`small_cell_people`, assumed) is told as "fewer than that". In a table with
its total, where what is left out could be had by subtraction, so many further cells are left out that each of them may be anything from
nothing to that number or more; and all bear the same mark, because which of them is the small one would narrow it down again.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simlib.facts import Facts
from simlib.words import Words

WITHHELD: Final = "*"
"""The mark of a cell that is left out of a table with its total."""
SLACK: Final = 1e-9
"""Of people: what sums of shares may be off by."""


def fewest(facts: Facts) -> int:
    """The fewest people that a published table may tell of."""
    return int(facts["small_cell_people"])


def is_small(people: float, least: float) -> bool:
    """Whether a number of people is small: above none and below the fewest. Nobody is nobody."""
    return SLACK < people < least - SLACK


def withheld(counts: ArrayLike, least: float) -> NDArray[np.bool_]:
    """Which counts to leave out of a table that has their total. counts: people[cell], all >= 0 -> bool[cell]

    The small ones; then the next larger ones, until at least two are out and they are `least` people or more together (or all that there
    are). ValueError for counts below zero.
    """
    people = np.asarray(counts, dtype=float)
    if (people < 0).any():
        raise ValueError(f"counts of people are not below zero, seen {people.min():g}")
    out = np.array([is_small(one, least) for one in people], dtype=bool)
    if not out.any():
        return out
    for place in np.argsort(people, kind="stable"):
        if out.sum() > 1 and people[out].sum() >= least - SLACK:
            break
        out[place] |= people[place] > SLACK
    return out


def alone(people: float, least: float, words: Words) -> str:
    """A number of people without a total beside it: itself, or `<10`."""
    return f"<{words.number(least)}" if is_small(people, least) else words.number(people)


def with_total(counts: Sequence[float], least: float, words: Words) -> tuple[list[str], str]:
    """The cells of a table, and their total, as they may be printed. A total that is small itself takes all its cells with it."""
    total = float(sum(counts))
    if is_small(total, least):
        return [WITHHELD if one > SLACK else words.number(one) for one in counts], alone(total, least, words)
    out = withheld(counts, least)
    return [WITHHELD if gone else words.number(one) for one, gone in zip(counts, out, strict=True)], words.number(total)


def share_of(share: float, people: float, least: float, words: Words, digits: int = 0) -> str:
    """A share of people as it may be printed: `<7%` where it stands for few of them, `>93%` where few are left over.

    Of a number of people that is small itself nothing is told.
    """
    if not np.isfinite(share):
        return words.percent(share, digits)
    if people < least:
        return WITHHELD
    if is_small(share * people, least):
        return f"<{words.percent(least / people, digits)}"
    if is_small((1 - share) * people, least):
        return f">{words.percent(1 - least / people, digits)}"
    return words.percent(share, digits)

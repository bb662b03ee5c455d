"""Rows of the scratch arrays of a household, and the two rules of money that every step needs (docs/model.md, 0)."""

import numpy as np

from simlib.compiled import rule

# float64[row, lane]. Of the village: world and local factor, the operator's pay, what arrives of donations, uniforms of its projects.
COMMON, OPERATOR, RECEIVED, DELAY, CLOSES = 0, 1, 2, 3, 4
# Of the group: living projects, industry's margin and chance of failure, what positive business incomes rise by.
SHARE, MARGIN, FAILURE, UPLIFT = 5, 6, 7, 8
X_WAGE, X_BUSINESS, X_PROPERTY, X_TRANSFER, X_DIBAO = 9, 10, 11, 12, 13  # yuan, then fen
DIVIDEND, COLLECTIVE, SOCIAL, TOTAL, PC = 14, 15, 16, 17, 18  # yuan of household and village; then fen
RENT, PAPER, REPORTED = 19, 20, 21  # yuan; yuan that reports count beside the income; then fen a head
NOTHING = 22  # always zero
LUCK = 23  # four numbers; between the steps that draw, labour left in a round
ROWS = 27
# Their twin in int32: what struck, and what came of the year, a `Sign` and a `Mark`.
STRUCK, SIGNS, MARKS = 0, 1, 2
NOTES = 3


@rule
def to_fen(yuan):
    """Fen of an amount in yuan, halves up: the twin of `simlib.money.to_fen` (docs/model.md, 0)."""
    return np.floor(yuan * 100.0 + 0.5)


@rule
def scaled(y, multiplier):
    """Good luck raises and bad luck lowers whatever the sign: y + |y| (m - 1)."""
    return y + abs(y) * (multiplier - 1.0)

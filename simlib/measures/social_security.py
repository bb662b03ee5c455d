"""Social security (社会保障): what is paid over 2015's transfers to pupils and the elderly, and cover for illness. Clause 二(六)4."""

from typing import Any

from simlib.compiled import rule


@rule
def increment(per_head, heads, per_contributor, contributors):
    """Yuan this year (with its exposure): beyond 2015's transfers to elderly and pupils, and contributions paid. Clause 二(六)4."""
    return per_head * heads + per_contributor * contributors


def left(chance: Any, loss: Any, *, hit: bool, cover: Any = 0.0) -> Any:
    """What an adverse event leaves of a source, where it has a `chance` a year: cut when `hit`, less so under `cover`.

    Mean-neutral without cover, as published growth contains illness and losses. Shares or arrays of them by draw.
    """
    return (1.0 - (loss * (1.0 - cover) if hit else 0.0)) / (1.0 - chance * loss)

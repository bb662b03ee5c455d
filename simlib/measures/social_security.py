"""Social security (社会保障): what is paid over 2015's transfers to pupils and the elderly, and cover for illness. Clause 二(六)4."""

from simlib.compiled import rule


@rule
def increment(per_head, heads):
    """Yuan this year: the increment a head (with the year's exposure) times elderly and pupils. Clause 二(六)4."""
    return per_head * heads


@rule
def illness(ill, chance, loss, cover):
    """What is left of earned income: cut when ill, less so under cover; mean-neutral without cover, as growth contains illness."""
    return (1.0 - (loss * (1.0 - cover) if ill else 0.0)) / (1.0 - chance * loss)


@rule
def loss_factor(hit, chance, loss):
    """What is left of a source after a crop, animal or job loss: mean-neutral."""
    return (1.0 - (loss if hit else 0.0)) / (1.0 - chance * loss)

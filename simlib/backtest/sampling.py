"""A part of a register that stands for the whole: every n-th village of each kind, with all its households."""

from simlib.errors import InputError
from simlib.registry import Registry, make_registry

ORDER = ["prefecture", "is_poor_village", "other_income", "village_id"]


def every_nth_village(registry: Registry, step: int) -> Registry:
    """Every n-th village in the order of prefecture, poor village or not, income of its other residents, and id.

    Systematic sampling: each kind of village, and poor and rich ones of a kind, are there in proportion. A household's luck is keyed by
    its id, so draw k brings it the same future as in the whole register. InputError for a step below 1 or one that leaves no village.
    """
    places = registry.villages.sort_values(ORDER, ignore_index=True)
    if not 1 <= step <= len(places):
        raise InputError(f"step: seen {step}, wanted 1 to {len(places)}, the number of villages")
    chosen = places.iloc[(step - 1) // 2 :: step]
    people = registry.households
    kept = people[people["village_id"].isin(set(chosen["village_id"]))]
    origin = registry.origin if step == 1 else f"one village in {step} of: {registry.origin}"
    return make_registry(kept, chosen, synthetic=registry.synthetic, origin=origin)

"""Registers for properties: any that a file can hold."""

from typing import Any

import pandas as pd
from hypothesis import strategies as st

from simlib.registry.columns import is_plain, normal_text
from simlib.registry.tables import Registry, make_registry
from tests.registry.clean import household, village

WORDS = ["0001", "1.0", "=1+1", "+1", "-1", "@a", "'=x", "'x", "#N/A", "_x0041_", "TRUE", "ＡＢ", 'a"b,c;d', "户 一", "null", "nan"]
MEASURES = ["industry", "training", "public_post", "asset_shares", "land_transfer", "microcredit", "social_security", "dibao"]


def texts() -> st.SearchStrategy[str]:
    """Ids and names: odd words, and any text without invisible characters."""
    letters = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])
    free = st.text(letters, min_size=1, max_size=12)
    return (st.sampled_from(WORDS) | free).filter(lambda text: bool(normal_text(text)) and is_plain(normal_text(text)))


def money(low: float = 0) -> st.SearchStrategy[float]:
    """Yuan with more decimals than are kept."""
    return st.floats(low, 90_000, allow_nan=False)


@st.composite
def registries(draw: st.DrawFn) -> Registry:
    """A register of one to six households in one to three villages."""
    ids = draw(st.lists(texts(), min_size=1, max_size=6, unique_by=normal_text))
    places = draw(st.lists(texts(), min_size=1, max_size=3, unique_by=normal_text))
    people = pd.DataFrame([_household(draw, name, draw(st.sampled_from(places))) for name in ids])
    people["registered_from"] = people["registered_from"].astype("Int64")
    villages = pd.DataFrame([_village(draw, name, place) for place, name in enumerate(places)])
    return make_registry(people, villages, synthetic=draw(st.booleans()), origin="a property")


def _household(draw: st.DrawFn, name: str, place: str) -> dict[str, Any]:
    flags = {column: draw(st.booleans()) for column in ("housing_safe", "insured", "funded")}
    counts = {"members": 4, "workers": 2, "labour_units": draw(st.sampled_from([1.0, 1.5, 2.0])), "pupils": 1, "elderly": 1}
    chosen = draw(st.none() | st.just("none") | st.lists(st.sampled_from(MEASURES), min_size=1, unique=True).map(";".join))
    incomes = {column: draw(money(50)) for column in ("wage_income", "property_income", "transfer_income", "dibao_yuan")}
    rest = {"business_income": draw(money(-90_000)), "land_mu": draw(st.floats(0, 99)), "weight": draw(st.floats(0.5, 3))}
    given = {"ill": 0, "disabled": 1, "dropouts": 0, "registered_from": draw(st.sampled_from([None, 2014, 2015])), "willing": chosen}
    return household(1, household_id=name, village_id=place, **counts, **flags, **incomes, **rest, **given)


def _village(draw: st.DrawFn, name: str, place: int) -> dict[str, Any]:
    poor = place < 2
    numbers = {"residents": draw(st.integers(100, 5000)), "other_income": draw(money())}
    scores = {column: draw(st.none() | st.floats(0, 1)) for column in ("roads", "water", "power", "school", "clinic", "sanitation")}
    words = {"name": draw(texts()), "county": draw(texts()), "prefecture": draw(texts()), "helper": draw(texts()) if poor else ""}
    words["programme"] = draw(st.sampled_from(["", "甲", "=乙"]))
    return village(place, village_id=name, is_poor_village=poor, broadband=None, **numbers, **scores, **words)

"""A Registry has canonical columns and types, cannot be changed, and its hash is of its content alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.registry.columns import schema
from simlib.registry.read import read_registry
from simlib.registry.tables import Registry, make_registry
from tests.registry.clean import households, villages, write_csv
from tests.registry.registers import registries

DTYPES = {
    "text": "str",
    "count": "int64",
    "money": "float64",
    "number": "float64",
    "share": "float64",
    "flag": "bool",
    "year": "Int64",
    "measures": "object",
}
OTHER: dict[str, Any] = {
    "text": "other",
    "count": 9,
    "money": 1.01,
    "number": 2.5,
    "share": 0.123,
    "flag": False,
    "year": 2014,
    "measures": "none",
}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return read_registry(write_csv(tmp_path / "clean", households(), villages()))


def remade(people: pd.DataFrame, places: pd.DataFrame) -> Registry:
    return make_registry(people, places, synthetic=False, origin="test")


def test_columns_and_types_are_canonical(registry: Registry) -> None:
    for table in ("households", "villages"):
        frame = getattr(registry, table)
        assert list(frame.columns) == list(schema()[table])
        assert {name: str(frame[name].dtype) for name in frame} == {name: DTYPES[one.type] for name, one in schema()[table].items()}


def test_it_cannot_be_changed(registry: Registry) -> None:
    before = registry.hash
    copy = registry.households
    copy.loc[0, "members"] = 99
    with pytest.raises(Warning, match="set on a copy"):
        registry.households["members"] = 0
    assert registry.households["members"].tolist() == [4] * 12
    with pytest.raises(AttributeError, match="cannot assign to field"):
        registry.hash = "x"  # type: ignore[misc]  # that it cannot be assigned is the test
    assert remade(registry.households, registry.villages).hash == before


def test_people_are_the_registered_ones_weighted(registry: Registry) -> None:
    people = registry.households
    people.loc[0, "registered_from"] = pd.NA
    people.loc[1, "weight"] = 2.5
    assert remade(people, registry.villages).people == 11 * 4 + 1.5 * 4


@settings(max_examples=25)
@given(registries(), st.randoms(use_true_random=False))
def test_the_hash_does_not_depend_on_the_order_of_rows_or_columns(registry: Registry, random: Any) -> None:
    seed = random.randrange(2**31)
    people = registry.households.sample(frac=1, random_state=seed)
    places = registry.villages.sample(frac=1, random_state=seed)
    assert remade(people[people.columns[::-1]], places).hash == registry.hash


@pytest.mark.parametrize(
    "column", [pytest.param(one, id=f"{one.table}.{one.name}") for table in schema().tables for one in schema()[table].values()]
)
def test_the_hash_depends_on_every_column(column: Any, registry: Registry) -> None:
    frames = {"households": registry.households, "villages": registry.villages}
    frame = frames[column.table]
    if column.name == "village_id" and column.table == "villages":
        frames["households"]["village_id"] = frames["households"]["village_id"].replace("v1", "other")
        frame["village_id"] = frame["village_id"].replace("v1", "other")
    elif column.name == "village_id":
        frame.loc[0, "village_id"] = "v2"
    else:
        frame.loc[1, column.name] = "soe" if column.name == "helper_type" else OTHER[column.type]
    assert remade(**{"people": frames["households"], "places": frames["villages"]}).hash != registry.hash


@pytest.mark.parametrize(
    ("table", "column", "value"), [("households", "willing", None), ("households", "registered_from", None), ("villages", "roads", None)]
)
def test_the_hash_tells_nothing_from_something(table: str, column: str, value: Any, registry: Registry) -> None:
    frames = {"households": registry.households, "villages": registry.villages}
    frames[table].loc[1, column] = value
    assert remade(frames["households"], frames["villages"]).hash != registry.hash


def test_the_hash_cannot_be_fooled_by_moving_letters_between_cells(registry: Registry) -> None:
    first, second = registry.villages, registry.villages
    first.loc[0, ["county", "prefecture"]] = ["ab", "c"]
    second.loc[0, ["county", "prefecture"]] = ["a", "bc"]
    assert remade(registry.households, first).hash != remade(registry.households, second).hash


def test_the_hash_never_changes(registry: Registry) -> None:
    assert registry.hash == "sha256:9edf5f249e08fb7c7076cca91be82a99b6ebe7734dcc4bc7d44c93425f525c24"


def test_money_is_kept_to_the_fen_and_numbers_to_six_decimals(registry: Registry) -> None:
    people = registry.households
    people["wage_income"] = 0.125
    people["business_income"] = -0.0
    people["land_mu"] = 1 / 3
    found = remade(people, registry.villages).households
    assert found["wage_income"].tolist() == [0.13] * 12
    assert not np.signbit(found["business_income"]).any()
    assert found["land_mu"].tolist() == [0.333333] * 12


def test_texts_are_kept_in_their_plain_form(registry: Registry) -> None:
    places = registry.villages
    places["name"] = " Ａ１ "
    assert remade(registry.households, places).villages["name"].tolist() == ["A1"] * 3


def test_willing_measures_stand_in_one_order(registry: Registry) -> None:
    people = registry.households
    people["willing"] = ["dibao;industry"] * 11 + [None]
    assert remade(people, registry.villages).households["willing"].tolist() == ["industry;dibao"] * 11 + [None]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("members", 2.5, "households.members: not all count .a fraction"),
        ("wage_income", 1e13, "not all money .a number beyond 1e.12"),
        ("members", 1e19, "not all count .a number beyond"),
        ("members", None, r"households\.members: row 0 is empty"),
        ("wage_income", np.inf, "not all money .a number that is not finite"),
        ("housing_safe", "maybe", "not all flag .neither true nor false"),
        ("poverty_cause", "sloth", "seen 'sloth', wanted disability"),
        ("household_id", "", "seen '', wanted a text that is not empty"),
        ("household_id", "a\nb", "has an invisible one"),
        ("willing", "gold", "households.willing: not all measures"),
        ("village_id", "v9", "no row for village_id 'v9', which households name"),
        ("household_id", "0002", "'0002' and '0002' are the same id"),
    ],
)
def test_tables_that_cannot_be_a_register_are_refused(column: str, value: Any, says: str, registry: Registry) -> None:
    people = registry.households.astype({column: object})
    people.loc[0, column] = value
    with pytest.raises(InputError, match=says):
        remade(people, registry.villages)


def test_columns_must_be_all_and_no_others(registry: Registry) -> None:
    with pytest.raises(InputError, match=r"columns missing \['weight'\], not known \['mass'\]"):
        remade(registry.households.rename(columns={"weight": "mass"}), registry.villages)


def test_villages_made_in_memory_may_leave_the_programme_out(registry: Registry) -> None:
    bare = registry.villages.drop(columns="programme")
    assert remade(registry.households, bare).hash == registry.hash
    with pytest.raises(InputError, match=r"villages: columns missing \['county'\], not known \[\]"):
        remade(registry.households, bare.drop(columns="county"))


def test_a_village_without_households_counts(registry: Registry) -> None:
    people = registry.households
    assert remade(people[people["village_id"] != "v2"], registry.villages).hash != registry.hash
    assert remade(people.iloc[:0], registry.villages).people == 0

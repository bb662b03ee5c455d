"""Keys depend on the id alone, the same in every spelling of it, and never meet."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.registry import keys
from simlib.registry.keys import entity_key, entity_keys


def test_the_key_of_an_id_never_changes() -> None:
    assert entity_key("province") == 0xB7439E1FB54FDB07
    assert entity_key("户0001") == 0xFC3F86CF87B1EA91


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_spellings_of_an_id_share_its_key(text: str) -> None:
    assert entity_key(f"  {text}\u3000") == entity_key(text)
    assert entity_key(unicodedata.normalize("NFKC", text)) == entity_key(text)


def test_full_width_forms_are_the_plain_ones() -> None:
    assert entity_key("Ａ１２") == entity_key("A12")
    assert entity_key("A12") != entity_key("a12")


def test_keys_keep_the_order_of_their_ids() -> None:
    found = entity_keys(["b", "a", "007"])
    assert found.dtype == np.uint64
    assert found.tolist() == [entity_key("b"), entity_key("a"), entity_key("007")]
    assert entity_keys([]).shape == (0,)


def test_two_spellings_of_one_id_are_an_error_that_names_both() -> None:
    with pytest.raises(InputError, match="'A1' and 'Ａ1' are the same id"):
        entity_keys(["A1", "B", "Ａ1"])


def test_a_collision_is_an_error_that_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_digest", lambda text: bytes(keys.KEY_BYTES))
    with pytest.raises(InputError, match="'a' and 'b' have the same 64-bit key by chance"):
        entity_keys(["a", "b"])

"""A block as bytes: what is read is what was written."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from simlib.engine.blocks import by_lane, by_place
from simlib.engine.encoding import Block, decoded, encoded
from simlib.scenario import load_scenario
from tests.engine.small import TALLIES, any_register, packed_with

INTEGERS = arrays.arrays(np.int64, arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4))
EDGES = (0, 127, 128, -128, -129, 2**15 - 1, 2**15, -(2**15) - 1, 2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, -(2**63))


def assert_equal(one: Block | None, other: Block) -> None:
    assert one is not None
    for seen, wanted in zip(one, other, strict=True):
        assert seen.keys() == wanted.keys()
        assert all(seen[name].dtype == np.int64 and np.array_equal(seen[name], wanted[name]) for name in wanted)


@given(st.dictionaries(st.sampled_from(TALLIES), INTEGERS), st.dictionaries(st.sampled_from(TALLIES), INTEGERS))
def test_what_is_read_is_what_was_written(by_draw: Any, by_place: Any) -> None:
    found, wanted = decoded(encoded(Block(by_draw, by_place))), Block(by_draw, by_place)
    assert_equal(found, wanted)
    assert all(array.shape == wanted[side][name].shape for side in (0, 1) for name, array in found[side].items())


def test_views_are_written_as_what_they_show() -> None:
    tally = np.arange(24).reshape(2, 3, 4)
    shown = Block({"totals": np.moveaxis(tally[..., :3], -1, 0)}, {})
    assert_equal(decoded(encoded(shown)), shown)


@pytest.mark.parametrize("one", EDGES)
@pytest.mark.parametrize("other", EDGES)
def test_each_statistic_is_as_short_as_it_may_be(one: int, other: int) -> None:
    wanted = Block({"totals": np.array([[[one, other], [0, one]]])}, {})
    assert_equal(decoded(encoded(wanted)), wanted)


def test_the_same_block_gives_the_same_bytes() -> None:
    wanted = Block({"totals": np.arange(24).reshape(2, 3, 4)}, {"villages": np.ones((1, 3, 2), dtype=np.int64)})
    assert encoded(wanted) == encoded(Block({"totals": np.asfortranarray(wanted.by_draw["totals"])}, dict(wanted.by_place)))


def test_the_names_are_those_of_the_engine() -> None:
    packed = packed_with(any_register(3), load_scenario("baseline"))
    assert (*by_lane(packed, 1), *by_place(packed, 1)) == TALLIES

"""Draws: a row a future, the same whatever stands beside it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlib.engine.draws import Draws, draw_table, drawn_keys, inverse
from simlib.engine.luck import CENTRAL_LUCK, PARAMETER, uniforms
from simlib.engine.project import project, project_whole
from simlib.engine.rows import LANES
from simlib.facts import Fact, Facts, load_facts
from simlib.registry.keys import entity_key
from simlib.scenario import load_scenario
from tests.engine.small import any_register, assert_same, draws_of, packed_with, scenario_with

BASELINE = load_scenario("baseline")


def fact(distribution: str, low: float, value: float, high: float) -> Fact:
    model = load_facts().fact("industry_margin").model_dump()
    return Fact.model_validate(model | {"distribution": distribution, "low": low, "value": value, "high": high, "unit": "factor"})


def distribution_function(low: float, mode: float, high: float, x: float) -> float:
    """The closed form for a triangle."""
    if x <= mode and mode > low:
        return (x - low) ** 2 / ((high - low) * (mode - low))
    return 1 - (high - x) ** 2 / ((high - low) * (high - mode))


@given(st.tuples(*[st.integers(1, 400)] * 3).map(sorted), st.floats(2**-33, 1 - 2**-33))
@settings(max_examples=200)
def test_a_triangular_number_has_its_distribution(bounds: list[int], u: float) -> None:
    low, mode, high = (bound / 100 for bound in bounds)
    if low == high:
        high = low + 1
    x = float(inverse(fact("triangular", low, mode, high), np.array([u]))[0])
    assert low <= x <= high
    assert distribution_function(low, mode, high, x) == pytest.approx(u, abs=1e-9)


@given(st.floats(0.1, 9.0), st.floats(0.1, 9.0), st.floats(2**-33, 1 - 2**-33))
def test_a_uniform_number_has_its_distribution(low: float, width: float, u: float) -> None:
    x = float(inverse(fact("uniform", low, low + width / 2, low + width), np.array([u]))[0])
    assert x == pytest.approx(low + u * width)


def test_the_middle_of_a_symmetric_triangle_is_its_mode() -> None:
    assert inverse(fact("triangular", 1.0, 2.0, 3.0), np.array([0.5])).tolist() == [2.0]


def test_draw_k_of_few_is_draw_k_of_many() -> None:
    few, many = (draw_table(load_facts(), BASELINE, draws, seed=4) for draws in (3, 300))
    assert few.luck.tolist() == [0, 1, 2]
    assert set(few.values) == set(many.values)
    assert set(few.values) == {key for key in load_facts() if load_facts().fact(key).uncertain}
    for key, values in few.values.items():
        assert np.array_equal(values, many.values[key][:3]), key


@pytest.mark.parametrize("width", [LANES, 5])
def test_results_of_draw_k_of_few_are_those_of_draw_k_of_many(width: int) -> None:
    packed = packed_with(any_register(1), load_scenario("full_package"))
    few, many = (project(packed, draws_of(packed, draws), width=width) for draws in (3, 70))
    for name in ("totals", "cells", "incomes", "ledger", "spending", "served"):
        assert np.array_equal(getattr(few, name), getattr(many, name)[:3]), name


def test_a_single_draw_can_be_replayed_alone() -> None:
    packed = packed_with(any_register(2), load_scenario("full_package"))
    table = draws_of(packed, 40)
    alone, all_of_them = project_whole(packed, table.part(33, 34)), project_whole(packed, table)
    assert alone.trace is not None
    assert all_of_them.trace is not None
    assert np.array_equal(alone.trace[..., 0], all_of_them.trace[..., 33])


def test_parameters_do_not_depend_on_which_other_facts_exist() -> None:
    facts = load_facts()
    fewer = Facts.of([facts.fact(key) for key in facts if key != "illness_chance"])
    whole, part = draw_table(facts, BASELINE, 5, seed=4).values, draw_table(fewer, BASELINE, 5, seed=4).values
    assert set(whole) - set(part) == {"illness_chance"}
    assert all(np.array_equal(part[key], whole[key]) for key in part)


def test_a_parameter_is_its_inverse_at_its_own_uniform() -> None:
    facts, luck = load_facts(), np.arange(5, dtype=np.uint64)
    u = uniforms(4, luck, entity_key("industry_margin"), 0, PARAMETER)[0]
    values = draw_table(facts, BASELINE, 5, seed=4).values["industry_margin"]
    assert np.array_equal(values, inverse(facts.fact("industry_margin"), u))


@pytest.mark.parametrize(("admitted", "expected"), [("none", ()), (["job_kept", "illness_loss"], ("illness_loss", "job_kept"))])
def test_a_scenario_says_what_is_uncertain(admitted: object, expected: tuple[str, ...]) -> None:
    scenario = scenario_with(load_facts(), {}, uncertainties={"parameters": admitted})
    assert drawn_keys(load_facts(), scenario) == expected


@pytest.mark.parametrize("seed", [0, 1, 99])
def test_no_draws_are_one_quiet_row_whatever_the_seed(seed: int) -> None:
    table = draw_table(load_facts(), BASELINE, 0, seed)
    assert (table.seed, table.luck.tolist(), dict(table.values), table.quiet) == (0, [CENTRAL_LUCK], {}, True)


def test_other_luck_keeps_the_parameters() -> None:
    table = draw_table(load_facts(), BASELINE, 3, seed=4)
    other = table.with_luck(np.array([9, 9, 9]))
    assert other.luck.dtype == np.uint64
    assert other.luck.tolist() == [9, 9, 9]
    assert other.values is table.values


def test_a_table_of_ones_own_is_only_another_table() -> None:
    """What sensitivity analyses rest on: the same luck under parameters that were chosen."""
    packed = packed_with(any_register(3), load_scenario("full_package"))
    drawn = draws_of(packed, 2)
    chosen = Draws(drawn.seed, drawn.luck[[1, 1]], {key: values[[1, 0]] for key, values in drawn.values.items()})
    again, mixed = project(packed, drawn), project(packed, chosen)
    assert np.array_equal(mixed.cells[0], again.cells[1])
    assert not np.array_equal(mixed.cells[1], again.cells[0])


def test_the_width_of_blocks_changes_nothing() -> None:
    packed = packed_with(any_register(4), load_scenario("full_package"))
    table = draws_of(packed, 9)
    assert_same(project(packed, table, width=4), project(packed, table, width=16))

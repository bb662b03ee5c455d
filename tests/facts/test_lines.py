from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.facts import Facts, load_facts
from simlib.facts.lines import (
    Target,
    dibao_line,
    fixed_line,
    identification_line,
    indexed_line,
    line_share,
    moving_line,
    provincial_income_path,
)

YEARS = range(2015, 2021)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.mark.parametrize(
    ("target", "lines"),
    [("household", [6433, 6883, 7365, 7365, 7365]), ("village", [8577, 9178, 9820, 9820, 9820])],
)
def test_fixed_line_of_every_year(facts: Facts, target: Target, lines: list[int]) -> None:
    assert [fixed_line(facts, target, year) for year in range(2016, 2021)] == lines


def test_fixed_line_rounds_up_from_half_a_yuan() -> None:
    numbers = {
        "household_line_share": 0.5,
        "provincial_income_2015": 2001.0,
        "planned_growth": 0.0,
        "target_year": 2018,
    }
    assert fixed_line(numbers, "household", 2016) == 1001
    assert fixed_line(numbers | {"provincial_income_2015": 2000.98}, "household", 2016) == 1000


def test_a_line_is_for_a_household_or_a_village(facts: Facts) -> None:
    with pytest.raises(InputError, match="'household' or a 'village', not 'county'"):
        line_share(facts, "county")  # type: ignore[arg-type]


def test_observed_income_is_the_published_one(facts: Facts) -> None:
    path = provincial_income_path(facts, "observed", YEARS)
    assert path == {2015: 13360.4, 2016: 14512.2, 2017: 15779.7, 2018: 17167.7, 2019: 18818.4, 2020: 20143}


def test_planned_income_grows_by_the_plan(facts: Facts) -> None:
    path = provincial_income_path(facts, "planned", YEARS)
    assert path[2015] == 13360.4
    assert path[2018] == pytest.approx(16367.06, abs=0.01)
    assert path[2020] == pytest.approx(13360.4 * 1.07**5)


@pytest.mark.parametrize("target", ["household", "village"])
def test_under_the_planned_path_the_two_lines_coincide(facts: Facts, target: Target) -> None:
    path = provincial_income_path(facts, "planned", range(2016, 2019))
    for year, income in path.items():
        assert moving_line(line_share(facts, target), income) == pytest.approx(fixed_line(facts, target, year), abs=0.5)


def test_moving_lines_of_2018_lie_above_the_printed_ones(facts: Facts) -> None:
    income = provincial_income_path(facts, "observed", [2018])[2018]
    assert moving_line(line_share(facts, "household"), income) == pytest.approx(7725.465)
    assert moving_line(line_share(facts, "village"), income) == pytest.approx(10300.62)


def test_own_numbers_are_taken_as_they_are_on_the_published_base_year(facts: Facts) -> None:
    assert provincial_income_path(facts, {2016: 14000.0}, [2015, 2016]) == {2015: 13360.4, 2016: 14000.0}
    assert provincial_income_path(facts, {2015: 13000.0}, [2015]) == {2015: 13000.0}


def test_a_missing_year_and_an_unknown_path_are_named(facts: Facts) -> None:
    with pytest.raises(InputError, match="no number for 2017, only for 2016, 2018"):
        provincial_income_path(facts, {2018: 1.0, 2016: 1.0}, range(2016, 2019))
    with pytest.raises(InputError, match="'observed', 'planned' or numbers by year, not 'guessed'"):
        provincial_income_path(facts, "guessed", [2016])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no fact 'provincial_income_2021'"):
        provincial_income_path(facts, "observed", [2021])


def test_identification_line_follows_prices_from_2014(facts: Facts) -> None:
    assert identification_line(facts, 2014) == 4000
    assert identification_line(facts, 2015) == pytest.approx(4000 * 1.015)
    assert identification_line(facts, 2018) == pytest.approx(4000 * 1.015 * 1.023 * 1.015 * 1.022)
    with pytest.raises(InputError, match="starts in 2014, and 2013 lies before"):
        identification_line(facts, 2013)


@pytest.mark.parametrize(("target", "share"), [("household", 0.45), ("village", 0.60)])
def test_the_indexed_line_keeps_the_purchasing_power_of_2015(facts: Facts, target: Target, share: float) -> None:
    assert indexed_line(facts, target, 2015) == pytest.approx(share * 13360.4)
    assert indexed_line(facts, target, 2018) == pytest.approx(share * 13360.4 * 1.023 * 1.015 * 1.022)
    assert indexed_line(facts, target, 2018) < fixed_line(facts, target, 2018)


def test_dibao_line_grows_from_2016_and_back_to_the_register(facts: Facts) -> None:
    assert dibao_line(facts, 2016) == 4300
    assert dibao_line(facts, 2018) == pytest.approx(4300 * 1.08**2)
    assert dibao_line(facts, 2015) == pytest.approx(4300 / 1.08)


def test_lines_take_the_numbers_of_one_draw(facts: Facts) -> None:
    draw = MappingProxyType(dict(facts.items()) | {"provincial_income_2018": 17300.0})
    assert provincial_income_path(draw, "observed", [2018]) == {2018: 17300.0}


@given(income=st.floats(1, 1e6), scale=st.sampled_from([2.0, 4.0]), year=st.integers(2015, 2030))
def test_lines_scale_with_money(income: float, scale: float, year: int) -> None:
    numbers = dict(load_facts().items()) | {"provincial_income_2015": income}
    larger = numbers | {"provincial_income_2015": income * scale}
    assert fixed_line(larger, "household", year) == pytest.approx(
        scale * fixed_line(numbers, "household", year), abs=2.5
    )
    assert moving_line(0.45, income * scale) == scale * moving_line(0.45, income)


@given(year=st.integers(2015, 2040))
def test_the_village_line_lies_above_the_household_line_and_neither_falls(year: int) -> None:
    facts = load_facts()
    for target in ("household", "village"):
        assert fixed_line(facts, target, year) <= fixed_line(facts, target, year + 1)
    assert fixed_line(facts, "household", year) < fixed_line(facts, "village", year)

"""The world of a draw: lines, exposure, what is drawn and what a switch turns off."""

from typing import Any

import numpy as np
import pytest

from simlib.engine.counted import Stat, Trace
from simlib.engine.draws import Draws, draw_table
from simlib.engine.luck import PRICE, PROVINCE, normals
from simlib.engine.project import project, project_whole
from simlib.engine.slots import World
from simlib.engine.world import exposure, price_table, world_table
from simlib.facts import Facts, load_facts
from simlib.registry.keys import entity_key
from simlib.scenario import Scenario, load_scenario
from tests.engine.small import SHOCKS_OFF, STILL, draws_of, facts_with, packed_with, register, scenario_with

BASELINE = load_scenario("baseline")
YEARS = (2016, 2017, 2018, 2019, 2020)
SPREADS = {
    "province": (),
    "prefecture": (),
    "village": (World.SD_VILLAGE,),
    "household": (
        World.SD_PERMANENT,
        World.SD_TRANSITORY,
        World.SD_BUSINESS,
        World.ILLNESS_CHANCE,
        World.CROP_CHANCE,
        World.JOB_LOSS_CHANCE,
    ),
}
LOSSES = ((World.WELL, World.ILL), (World.WELL, World.ILL_COVERED), (World.CROP_KEPT, World.CROP_LOST), (World.JOB_HELD, World.JOB_LOST))
COVERAGES = (World.COVERAGE_0, World.COVERAGE_1, World.COVERAGE_2, World.COVERAGE_3)


Table = np.ndarray[Any, np.dtype[np.float64]]


def world(scenario: Scenario = BASELINE, facts: Facts | None = None, draws: int = 0, seed: int = 1) -> Table:
    numbers = facts or load_facts()
    return world_table(numbers, scenario, draw_table(numbers, scenario, draws, seed), YEARS)


def slot(table: Table, which: World) -> list[float]:
    return [float(one) for one in table[:, which, 0]]


def test_fixed_lines_are_the_printed_ones_and_flat_after_2018() -> None:
    table = world()
    assert slot(table, World.FIXED_FEN) == [643_300, 688_300, 736_500, 736_500, 736_500]
    assert slot(table, World.VILLAGE_FIXED_FEN) == [857_700, 917_800, 982_000, 982_000, 982_000]


def test_moving_lines_follow_the_published_incomes() -> None:
    income = [load_facts()[f"provincial_income_{year}"] for year in YEARS]
    table = world()
    assert slot(table, World.MOVING_FEN) == [np.floor(0.45 * one * 100 + 0.5) for one in income]
    assert slot(table, World.VILLAGE_MOVING_FEN) == [np.floor(0.6 * one * 100 + 0.5) for one in income]
    assert slot(table, World.INCOME_RATIO) == pytest.approx([one / 13360.4 for one in income])


def test_the_moving_line_lies_above_the_fixed_one_in_every_draw() -> None:
    table = world(draws=500)
    assert (table[:, World.MOVING_FEN] >= table[:, World.FIXED_FEN]).all()
    assert (table[:, World.VILLAGE_MOVING_FEN] >= table[:, World.VILLAGE_FIXED_FEN]).all()
    assert len(np.unique(table[2, World.MOVING_FEN])) > 100, "2018 has a range, and is drawn"


def test_as_planned_both_lines_are_one_to_the_yuan() -> None:
    table = world(scenario_with(load_facts(), {"provincial_income": "planned"}))
    assert np.max(np.abs(table[:3, World.MOVING_FEN] - table[:3, World.FIXED_FEN])) <= 50


def test_a_line_of_nothing_is_a_line() -> None:
    """A planner may ask for one; nobody lacks anything below it, and nothing is divided by it."""
    facts = facts_with(STILL | {"planned_growth": -0.99})
    table = world(facts=facts)
    assert slot(table, World.FIXED_FEN)[2] == 0
    assert slot(table, World.PER_FIXED_FEN)[:3] == [1 / one if one else 1.0 for one in slot(table, World.FIXED_FEN)[:3]]
    packed = packed_with(register([{}, {"business_income": -900.0}]), scenario_with(facts, {}, uncertainties={"parameters": "none"}), facts)
    gaps = project(packed, draws_of(packed, 2)).totals[:, :, [Stat.GAP_FEN, Stat.GAP_SQUARED]]
    assert (gaps[:, :2] > 0).all()
    assert not gaps[:, 2].any()


def test_own_numbers_of_the_province() -> None:
    path = {2016: 10_000.0, 2017: 11_000.0, 2018: 12_000.0, 2019: 13_000.0, 2020: 14_000.0}
    table = world(scenario_with(load_facts(), {"provincial_income": path, "horizon": [2016, 2020]}))
    assert slot(table, World.MOVING_FEN) == [450_000, 495_000, 540_000, 585_000, 630_000]


@pytest.mark.parametrize(
    ("line", "before"),
    [("fixed", [643_300, 643_300, 688_300, 736_500, 736_500]), ("moving", [643_300, 653_049, 710_087, 772_547, 846_828])],
)
def test_the_governing_line_and_last_years(line: str, before: list[int]) -> None:
    """2016 has no year before it in the programme: the fixed line of 2016 stands in. 0.45 x 14,512.2 = 6,530.49."""
    table = world(scenario_with(load_facts(), {"governing_line": line}))
    assert slot(table, World.GOVERNING_BEFORE_FEN) == before
    assert np.array_equal(table[:, World.GOVERNING_FEN], table[:, World.FIXED_FEN if line == "fixed" else World.MOVING_FEN])


def test_the_identification_line_follows_prices() -> None:
    """4,000 in 2014; 2015's prices x 1.015, 2016's x 1.023."""
    table = world()
    assert slot(table, World.IDENTIFICATION_BEFORE_FEN)[:2] == [406_000, 415_338]
    assert slot(table, World.IDENTIFICATION_FEN)[:1] == [415_338]


def test_the_dibao_line_and_its_index() -> None:
    """4,300 in 2016, 8 % a year; 2015's is 4,300 / 1.08."""
    table = world()
    assert slot(table, World.DIBAO_FEN)[:3] == [430_000, 464_400, 501_552]
    assert slot(table, World.DIBAO_INDEX)[:2] == pytest.approx([1.08, 1.08**2])


def test_the_first_year_has_eight_months() -> None:
    facts = load_facts()
    assert [exposure(facts, year) for year in YEARS] == [8 / 12, 1, 1, 1, 1]
    table = world(scenario_with(facts, {}, base="full_package"))
    assert slot(table, World.INDUSTRY_MARGIN)[:2] == pytest.approx([0.3 * 8 / 12, 0.3])
    assert slot(table, World.SOCIAL_INCREMENT)[:2] == pytest.approx([200, 300])
    assert slot(table, World.JOB_PAY)[:2] == pytest.approx([9 * 3410.2, 9 * 3410.2 * 1.075]), "jobs are older than the programme"


def test_years_beyond_the_plan_take_the_last_numbers() -> None:
    table = world()
    assert slot(table, World.ABSORPTION) == [0.45, 0.80, 0.95, 0.95, 0.95]


def test_every_year_knows_the_coverage_of_dibao_in_all() -> None:
    """A household's number decides once for all years."""
    table = world()
    assert [slot(table, which) for which in COVERAGES] == [[share] * 5 for share in (0.80, 0.93, 0.98, 0.99)]


def test_dibao_of_years_beyond_the_facts_has_the_last_coverage() -> None:
    coverage = dict.fromkeys(("dibao_coverage_2016", "dibao_coverage_2017", "dibao_coverage_2018"), 0.0) | {"dibao_coverage_2019": 1.0}
    facts = facts_with(STILL | coverage)
    levers = {"entitled": {"dibao": {"enrolment": "coverage"}}, "horizon": [2016, 2020]}
    packed = packed_with(register([{}]), scenario_with(facts, levers, uncertainties={"shocks": SHOCKS_OFF}), facts)
    trace = project_whole(packed, draws_of(packed, 2)).trace
    assert trace is not None
    assert (trace[0, :, Trace.DIBAO] > 0).tolist() == [[False] * 2] * 3 + [[True] * 2] * 2


def test_operators_turn_to_half_pay_year_by_year() -> None:
    table = world(facts=facts_with({"operator_half_chance": 0.1}))
    assert slot(table, World.OPERATOR_CHANCE)[:3] == pytest.approx([0.0, 0.1, 0.19])


def test_without_social_security_nobody_is_enrolled() -> None:
    assert slot(world(), World.SOCIAL_ENROLMENT) == [0.0] * 5
    assert slot(world(load_scenario("full_package")), World.SOCIAL_ENROLMENT) == [0.95] * 5


@pytest.mark.parametrize("level", list(SPREADS))
def test_a_switch_turns_off_its_own_shocks_only(level: str) -> None:
    off = world(scenario_with(load_facts(), {}, uncertainties={"shocks": {level: False}}), draws=4)
    on = world(draws=4)
    for other, slots in SPREADS.items():
        for which in slots:
            assert not off[:, which].any() if other == level else np.array_equal(off[:, which], on[:, which])
    assert (off[:, World.PROVINCE] == 1).all() == (level == "province")
    for which in (World.JOB_CHANCE, World.INDUSTRY_FAILURE, World.GROWTH):
        assert np.array_equal(off[:, which], on[:, which])
    for spared, hit in LOSSES:
        assert np.allclose(off[:, hit] / off[:, spared], on[:, hit] / on[:, spared], rtol=1e-14), "what an event takes is no shock"
        assert (off[:, spared] == 1).all() == (level == "household"), "nobody is struck, so nobody makes up for it"


def test_the_quiet_row_has_no_shock_but_central_chances() -> None:
    table = world()
    for slots in SPREADS.values():
        assert not table[:, list(slots)].any()
    assert (table[:, World.PROVINCE] == 1).all()
    assert slot(table, World.WILLING)[0] == 0.8
    assert slot(table, World.INDUSTRY_FAILURE)[0] == 0.07
    assert slot(table, World.GROWTH)[0] == 1.08


def test_factors_of_the_province_and_of_prefectures_are_their_own_luck() -> None:
    facts = facts_with({"sd_province": 0.02, "sd_price": 0.1})
    draws = draw_table(facts, BASELINE, 5, seed=8)
    z = normals(8, draws.luck, entity_key("province"), 2017, PROVINCE)[0]
    assert np.allclose(world(facts=facts, draws=5, seed=8)[1, World.PROVINCE], np.exp(0.02 * z - 0.0002), rtol=1e-14)
    prices = price_table(facts, BASELINE, draws, YEARS, ("梅州市", "清远市"))
    assert prices.shape == (2, 5, 5)
    z = normals(8, draws.luck, entity_key("清远市"), 2018, PRICE)[0]
    assert np.allclose(prices[1, 2], np.exp(0.1 * z - 0.005), rtol=1e-14)


def test_a_drawn_number_reaches_its_slot() -> None:
    draws: Draws = draw_table(load_facts(), BASELINE, 6, seed=3)
    table = world_table(load_facts(), BASELINE, draws, YEARS)
    assert np.array_equal(table[0, World.REGRESSION], draws.values["regression_to_mean"])
    assert np.array_equal(table[3, World.ABSORPTION], draws.values["absorption_2018"])

"""The reference's village projects, services and other people's money against sums worked by hand."""

import math
from typing import Any

import pytest

from simlib.engine.luck import normals
from simlib.facts import load_facts
from simlib.registry.keys import entity_key
from tests.reference import LedgerRow, run_draw
from tests.reference.future import WORKS, future_of
from tests.reference.quotas import split
from tests.reference.tiny import SERVED, YEARS, Rows, calm, central, register, round_of, scenario, still

GUIDANCE = ["guidance"]


def works(**levers: Any) -> dict[str, Any]:
    """Levers of village projects."""
    return {"village": levers}


def of_village(year: int, word: int) -> float:
    """The central row's uniform of village v1."""
    return future_of(scenario(), still(), 0, None).uniforms(entity_key("v1"), year, WORKS)[word]


def test_services_are_filled_in_their_order() -> None:
    # Gaps 0.1 of roads (1,500,000 a point: 150,000 yuan) and 0.3 of water (600,000: 180,000). 2016: 0.2 of 1,000,000 = 200,000,
    # which counts in 2017: roads stand, water has 50,000 of 180,000 and lacks 0.3 * 13 / 18 = 0.2167. 2017: the 130,000 left.
    place = SERVED | {"roads": 0.8, "water": 0.6}
    outcome = central(register({"h": {}}, {"v1": place}), scenario(**works(services={"funds": GUIDANCE, "money_share": 0.2})), still())
    paid = [outcome.spending.get(("v1", year, "village_services", "guidance"), 0) for year in YEARS]
    assert paid == [20_000_000, 13_000_000, 0]
    seen = [outcome.villages["v1", year] for year in YEARS]
    assert [row.filled for row in seen] == pytest.approx([0, 20 / 33, 1])
    assert [(row.standing["roads"], row.standing["water"], row.services) for row in seen] == [
        (False, False, False),
        (True, False, False),
        (True, True, True),
    ]
    # Uplift 0.15 * (0.4 / 7) * filled on a business of 2,000
    uplift = [2000 * 0.15 * (0.4 / 7) * part for part in (0, 20 / 33, 1)]
    assert [outcome.rows["h", year].unrounded[1] for year in YEARS] == pytest.approx([2000 + more for more in uplift])


def test_a_service_stands_within_the_tolerance_and_an_unknown_score_lacks_nothing() -> None:
    scores = ((0.85, True), (0.8499, False), (0.95, True), (None, True))
    for score, stands in scores:
        outcome = central(register({"h": {}}, {"v1": SERVED | {"clinic": score}}), scenario(), still(), [2016])
        assert outcome.villages["v1", 2016].standing["clinic"] is stands
        assert outcome.villages["v1", 2016].services is stands
        assert outcome.villages["v1", 2016].filled == (0.0 if score in (0.85, 0.8499) else 1.0)


@pytest.mark.parametrize("late", [False, True])
def test_delay_is_the_villages_own_number_of_the_year_of_payment(late: bool) -> None:
    chance = of_village(2016, 0) * (1.01 if late else 0.99)
    place, levers = SERVED | {"roads": 0.8}, works(services={"funds": GUIDANCE, "money_share": 1.0})
    outcome = central(register({"h": {}}, {"v1": place}), scenario(**levers), still(project_delay=chance))
    assert [outcome.villages["v1", year].filled for year in YEARS] == [0, 0 if late else 1, 1]


@pytest.mark.parametrize("closes", [False, True])
def test_service_point_closes_by_the_villages_own_number(closes: bool) -> None:
    # Its own chance of closing is tested in 2017 and 2018; 2000 * (1 + 0.05 * 0.5) = 2050, then 2100
    at = min(of_village(2017, 1), of_village(2018, 1)) * 0.99 if not closes else min(1.0, of_village(2017, 1) * 1.01)
    levers = works(ecommerce={"funds": GUIDANCE})
    outcome = central(register({"h": {}}), scenario(**levers), still(ecommerce_effect=0.05, ecommerce_closing=at))
    assert [outcome.rows["h", year].business for year in YEARS] == ([200000] * 3 if closes else [200000, 205000, 210000])


def test_technique_helps_in_the_year_after() -> None:
    # One household of two: margin 0.255 as saturated, times 1.1: 20,000 * 0.2805 * 0.6 = 3366 in 2017, 5610 in 2018
    levers = works(technique={"funds": GUIDANCE})
    homes = register({"h": {}, "old": {"workers": 0, "labour_units": 0.0}})
    outcome = central(homes, scenario(round_of("industry", "guidance"), **levers), still(technique_margin=0.1))
    assert [outcome.rows["h", year].business for year in YEARS] == [285000, 536600, 761000]
    assert outcome.spending["v1", 2016, "technique", "guidance"] == 5_000_000


def test_projects_come_before_rounds_and_share_what_stood_there_before_them() -> None:
    # 2016: 1,000,000. Technique takes 50,000; 0.5 of the 1,000,000 (not of the 950,000) goes into capital; the rounds have 450,000.
    levers = works(technique={"funds": GUIDANCE}, collective={"funds": GUIDANCE, "money_share": 0.5})
    homes = register({f"h{i}": {"workers": 2, "labour_units": 2.0} for i in range(15)})
    outcome = central(homes, scenario(round_of("industry", "guidance"), **levers), still(), [2016])
    spent = {measure: fen for (_, _, measure, _), fen in outcome.spending.items()}
    assert spent == {"technique": 5_000_000, "collective": 50_000_000, "industry": 11 * 4_000_000}


def test_collective_income_is_the_villages() -> None:
    # 0.3 of 1,000,000 at 0.06 from 2017 on: 18,000; (6000 + 100 * 8000 * 15779.7 / 13360.4 + 18,000) / 102
    levers = works(collective={"funds": GUIDANCE, "money_share": 0.3})
    outcome = central(register({"h": {}}), scenario(**levers), still(), YEARS[:2])
    row = outcome.villages["v1", 2017]
    assert row.collective == row.collective_own == pytest.approx(18000)
    assert row.mean == pytest.approx((24000 + 800_000 * 15779.7 / 13360.4) / 102)
    assert outcome.villages["v1", 2016].collective == 0


def test_no_projects_outside_poor_villages() -> None:
    levers = works(
        technique={"funds": ["sector"], "yearly": 20000.0}, collective={"funds": ["sector"], "money_share": 1.0}
    ) | {"funds": {"sector": {"yuan_per_person": 50000.0}}}  # fmt: skip
    outcome = central(register({"h": {}}, {"v1": {"is_poor_village": False, "helper_type": ""}}), scenario(**levers), still())
    assert outcome.spending == {}
    assert outcome.ledger["v1", "sector", "province", 2016].entitled == 10_000_000


def test_village_sheet_by_hand() -> None:
    # Five of the six services on the sheet (power twice, 0.5 does not stand): 60 - 20 = 40, and 20 for a register of 2 in 102 (1.96 %)
    place = SERVED | {"power": 0.5, "sanitation": 0.1}
    row = central(register({"h": {}}, {"v1": place}), scenario(), still(), [2016]).villages["v1", 2016]
    assert (row.points, row.sheet) == (60, False)
    row = central(register({"h": {}}, {"v1": SERVED | {"school": 0.1}}), scenario(), still(), [2016]).villages["v1", 2016]
    assert (row.points, row.sheet, row.services) == (80, True, False)


# --- Money of others ---


def test_sector_and_programme_and_donations_by_hand() -> None:
    # Three funded people, 100.10 yuan each: 300.30 a year. Donations 0.5 * 100 = 50. The programme: 0.0000001 of 15,000,000 is
    # 1.50 yuan, in halves of 75 fen, in poor villages alone.
    funds = {
        "sector": {"yuan_per_person": 100.1},
        "donations": {"yuan_per_village": 100.0, "paid": 0.5},
        "village_programme": {"paid": 0.0000001},
    }
    homes = register({"h": {"members": 3}, "i": {"funded": False}})
    ledger = central(homes, scenario(funds=funds), still(donations_received=0.9)).ledger
    seen = {
        (fund, payer): [ledger["v1", fund, payer, year].entitled for year in YEARS]
        for fund, payer in (("sector", "province"), ("donations", "society"), ("village_programme", "province"))
    }
    assert seen == {
        ("sector", "province"): [30030] * 3,
        ("donations", "society"): [4500] * 3,
        ("village_programme", "province"): [0, 75, 75],
    }


def test_donations_arrive_by_the_villages_luck() -> None:
    z = float(normals(5, 9, entity_key("v1"), 2016, WORKS)[2])
    funds = {"donations": {"yuan_per_village": 100_000.0}}
    outcome = run_draw(register({"h": {}}), scenario(funds=funds), calm(sd_donations=0.3, donations_received=0.8), 5, 9, [2016])
    arrived = 10_000_000 * 0.8 * math.exp(0.3 * z - 0.045)
    assert outcome.ledger["v1", "donations", "society", 2016].entitled == math.floor(arrived)


def test_special_support_is_allotted_by_gaps_whatever_the_rule_of_the_pool() -> None:
    # As the pool by gaps: 201,624 and 304,872 of 506,496
    homes: Rows = {
        name: {"village_id": name, "members": 1, "wage_income": income, "business_income": 0.0}
        for name, income in (("v1", 6000.0), ("v2", 7000.0), ("v3", 9000.0))
    }
    villages: Rows = {
        "v1": {"residents": 100, "other_income": 6000.0},
        "v2": {"residents": 300, "other_income": 7000.0},
        "v3": {"residents": 100, "other_income": 9000.0},
    }
    funds = {"pool": {"rule": "equal"}, "contingency": {"yuan": 1000.0, "year": 2019}}
    ledger = central(register(homes, villages), scenario(funds=funds, horizon=[2016, 2019]), still(), range(2016, 2020)).ledger
    assert [ledger[name, "contingency", "guangzhou", 2019].entitled for name in villages] == split(100_000, [201624, 304872, 0])
    assert ledger["v1", "contingency", "guangzhou", 2019] == LedgerRow(39808, 0, 0, 0, 0, 39808)  # later than 2018: lapses with its year
    assert [ledger[name, "pool", "district", 2017].entitled for name in villages] == [10_000_000] * 3


def test_social_protection_is_entitled_as_it_is_spent() -> None:
    homes = register({"h": {"dibao_yuan": 100.0}})
    row = central(homes, scenario(), still(dibao_line_growth=0), [2016]).ledger["v1", "social", "home_city", 2016]
    assert row == LedgerRow(10000, 0, 10000, 10000, 0, 0)


def test_central_costs_and_drawn_returns() -> None:
    """What services cost is the same in all draws; what donors give is not."""
    funds = {"donations": {"yuan_per_village": 100_000.0}}
    levers: dict[str, Any] = works(services={"funds": GUIDANCE, "money_share": 1.0}) | {"funds": funds}
    place = register({"h": {}}, {"v1": SERVED | {"roads": 0.8}})
    runs = [run_draw(place, scenario(**levers), load_facts(), 5, luck, YEARS) for luck in (0, 1)]
    spent = [sum(fen for (_, _, measure, _), fen in run.spending.items() if measure == "village_services") for run in runs]
    assert spent == [15_000_000] * 2
    assert len({run.ledger["v1", "donations", "society", 2016].entitled for run in runs}) == 2

"""The reference's lines, re-checks, reported incomes, sheets and stable exits against sums worked by hand."""

from typing import Any

import pytest

from tests.reference import run_draw
from tests.reference.future import future_of
from tests.reference.tiny import CARER, NO_LABOUR, YEARS, Rows, begun, calm, central, register, round_of, scenario, statuses, still

SECURITY: dict[str, Any] = {"social_security": {}, "dibao": {"enrolment": "registered"}}


def test_indexed_line_by_hand() -> None:
    future = future_of(scenario(), still(consumer_prices_2016=1.02, consumer_prices_2017=1.03), 0, None)
    assert future.line("household", "indexed", 2015) == pytest.approx(0.45 * 13360.4)
    assert future.line("household", "indexed", 2017) == pytest.approx(0.45 * 13360.4 * 1.02 * 1.03)  # 6316.35
    assert future.line("village", "indexed", 2016) == pytest.approx(0.6 * 13360.4 * 1.02)


def test_indexed_line_governs_exits_and_nearness() -> None:
    # 6200 a head: above 0.45 * 13,360.4 * 1.02 = 6132.42, below the fixed 6433
    registry, facts = register({"h": {"wage_income": 10400.0}}), still(consumer_prices_2016=1.02)
    for which, status in (("indexed", "exited"), ("fixed", "in")):
        outcome = central(registry, scenario(governing_line=which), facts, [2016])
        assert statuses(outcome, "h") == [status]
        assert (outcome.rows["h", 2016].at_indexed, outcome.rows["h", 2016].at_fixed) == (True, False)


def test_recheck_spares_entrants_and_the_exited() -> None:
    homes: Rows = {"in": {}, "out": {"wage_income": 30000.0}, "new": {"wage_income": 0.0, "registered_from": None}}
    outcome = central(register(homes), scenario(identification={"recheck": True}), still(misidentified_share=1))
    assert statuses(outcome, "in") == ["in", "removed", "removed"]
    assert statuses(outcome, "out") == ["exited"] * 3
    assert statuses(outcome, "new") == ["in"] * 3
    assert statuses(central(register(homes), scenario(), still(misidentified_share=1)), "in") == ["in"] * 3


def test_removed_household_keeps_what_is_its_own() -> None:
    # Land let in 2016 and a dividend: the rent of 400 goes on, the whole dividend of 10,000 * 0.08 is the village's
    rounds = round_of("land_transfer", "guidance"), round_of("asset_shares", "guidance"), round_of("public_post", "guidance")
    scene = scenario(*rounds[:2], rounds[2] | {"reach": {"number": 9}}, identification={"recheck": True})
    outcome = central(register({"h": CARER}), scene, still(misidentified_share=1))
    assert begun(outcome, 2016) == {"h": ("land_transfer", "asset_shares", "public_post")}
    row = outcome.rows["h", 2017]
    assert (row.status, row.begun, row.property, row.wage, row.supported) == ("removed", (), 40000, 400000, False)
    assert outcome.villages["v1", 2017].collective == pytest.approx(800)


def test_reported_income_by_hand() -> None:
    # One of one household: margin 0.3 * (1 - 0.3) = 0.21. Expected 20,000 * 0.3 * 8 / 12 = 4000, gained 20,000 * 0.21 * 0.25 * 8 / 12 =
    # 700; half of 3300 = 1650 on top: 6000 + 700 + 1650 = 8350, 4175 a head
    facts = still(paper_expected_share=0.5)
    row = central(register({"h": {}}), scenario(round_of("industry", "guidance")), facts, [2016]).rows["h", 2016]
    assert (row.pc_fen, row.reported_pc_fen) == (335000, 417500)


def test_failed_project_is_reported_in_full() -> None:
    # 2018, dead and alone: gained 20,000 * 0.3 * 0.3 = 1800 (s = 0), expected 6000: half of 4200 on top
    facts = still(paper_expected_share=0.5, industry_failure=1)
    row = central(register({"h": {}}), scenario(round_of("industry", "guidance")), facts).rows["h", 2018]
    assert (row.business, row.reported_pc_fen) == (380000, (400000 + 380000 + 210000) // 2)


def test_bills_are_reported_of_the_ill_who_are_covered() -> None:
    facts = calm(illness_chance=1, illness_loss=0, medical_reimbursement=5000, social_security_enrolment=1, social_security_increment=0)
    homes = register({"yes": {}, "no": {"insured": False}})
    bare = run_draw(homes, scenario(), facts, 1, 0, [2016])
    assert [bare.rows[name, 2016].reported_pc_fen for name in ("yes", "no")] == [550000, 300000]
    parts = {"social_security": {"medical": False, "pension_contributions": False}, "dibao": {"enrolment": "registered"}}
    for entitled, seen in ((SECURITY | {"social_security": {"pension_contributions": False}}, 550000), (parts, 300000)):
        assert run_draw(homes, scenario(entitled=entitled), facts, 1, 0, [2016]).rows["no", 2016].reported_pc_fen == seen


@pytest.mark.parametrize(("judged_by", "status"), [("simulated", "in"), ("reported", "exited")])
def test_paper_exit(judged_by: str, status: str) -> None:
    # 2 heads, 4000 + 6000 + 700 = 10,700, 5350 a head; with 1.0 of the expected 3300 more 7000: at the line on paper
    registry = register({"h": {"business_income": 6000.0}})
    scene = scenario(round_of("industry", "guidance"), register_income=judged_by)
    row = central(registry, scene, still(paper_expected_share=1), [2016]).rows["h", 2016]
    assert (row.pc_fen, row.reported_pc_fen, row.paper) == (535000, 700000, True)
    assert (row.status, row.paper_exit) == (status, status == "exited")


def test_food_and_clothing_are_never_met_on_paper() -> None:
    registry = register({"h": {"business_income": 6000.0}})
    scene = scenario(round_of("industry", "guidance"), register_income="reported")
    outcome = central(registry, scene, still(paper_expected_share=1, dibao_line_2016=5400), [2016])
    assert statuses(outcome, "h") == ["in"]


def test_points_of_the_sheet_by_hand() -> None:
    # 3000 a head of 6433: 30 * 0.46634 = 13.990; school 15, pension 10, housing 20, medical 10; a course of 2016 counts in 2017
    outcome = central(register({"h": {}}), scenario(round_of("training", "guidance")), still(training_added_chance=0), YEARS[:2])
    assert outcome.rows["h", 2016].points == pytest.approx(30 * 3000 / 6433 + 55)
    assert outcome.rows["h", 2017].points == pytest.approx(30 * 3000 / 6883 + 70)
    assert (outcome.rows["h", 2016].sheet, outcome.rows["h", 2017].sheet) == (False, True)


def test_income_points_are_bounded_and_full_for_dibao() -> None:
    homes = {
        "debtor": {"business_income": -9000.0},
        "rich": {"wage_income": 90000.0},
        "old": NO_LABOUR | {"dibao_yuan": 1.0},
        "weak": NO_LABOUR,
    }
    outcome = central(register(homes), scenario(), still(), [2016])
    points = [outcome.rows[name, 2016].points for name in homes]
    assert points == pytest.approx([55, 85, 85, 30 * 3000 / 6433 + 55])


@pytest.mark.parametrize(
    ("home", "points"),
    [({"dropouts": 1}, 40), ({"housing_safe": False}, 35), ({"insured": False}, 45), (CARER, 45), (CARER | {"transfer_income": 1.0}, 55)],
)
def test_each_guarantee_has_its_points(home: dict[str, Any], points: float) -> None:
    row = central(register({"h": home}), scenario(), still(), [2016]).rows["h", 2016]
    assert row.points == pytest.approx(30 * row.pc_fen / 643300 + points)


def test_enrolled_is_pensioned_whatever_the_parts() -> None:
    parts = {"school": False, "medical": False, "pension_contributions": False}
    entitled = {"social_security": parts, "dibao": {"enrolment": "registered"}}
    facts = still(social_security_enrolment=1)
    row = central(register({"h": CARER | {"insured": False, "dropouts": 1}}), scenario(entitled=entitled), facts, [2016]).rows["h", 2016]
    # 300 * 1 * 8 / 12 = 200 more for the elderly member: 3100 a head; pension 10 and housing 20
    assert (row.pc_fen, row.held) == (310000, False)
    assert row.points == pytest.approx(30 * 3100 / 6433 + 30)


def test_pension_contributions_by_hand() -> None:
    # 120 * 1 worker + 300 * (1 elderly + 1 pupil) = 720, in 2016 8 / 12 of it: 480
    home = {"elderly": 1, "pupils": 1}
    outcome = central(register({"h": home}), scenario(entitled=SECURITY), still(social_security_enrolment=1, pension_contribution=120))
    assert [outcome.rows["h", year].transfer for year in YEARS[:2]] == [48000, 72000]
    assert outcome.spending["v1", 2017, "social_security", "social"] == 72000


def test_all_guarantees() -> None:
    homes = {
        "all": {"wage_income": 7000.0},
        "hungry": {},
        "dibao": NO_LABOUR | {"dibao_yuan": 100.0},
        "unsafe": {"wage_income": 7000.0, "housing_safe": False},
    }
    outcome = central(register(homes), scenario(), still(), [2016])
    # 9000 / 2 = 4500 is above the dibao line of 4300, 3000 below it, and dibao's food and clothing is met by dibao
    assert [outcome.rows[name, 2016].guaranteed for name in homes] == [True, False, True, False]


def test_stable_after_years_in_a_row() -> None:
    registry = register({"h": {"wage_income": 30000.0}})
    for years, seen in ((1, [True, True, True]), (2, [False, True, True]), (3, [False, False, True])):
        outcome = central(registry, scenario(), still(stable_years=years))
        assert [outcome.rows["h", year].stable for year in YEARS] == seen


def test_reentry_begins_the_count_anew() -> None:
    # Uninsured and supported for no year after the exit: out, in, out, in, out
    levers: dict[str, Any] = {"allocation": {"mode": "annual", "retention_years": 0}, "entitled": SECURITY, "horizon": [2016, 2020]}
    home = {"wage_income": 30000.0, "insured": False}
    outcome = central(register({"h": home}), scenario(**levers), still(social_security_enrolment=1), range(2016, 2021))
    assert statuses(outcome, "h") == ["exited", "re-entered", "exited", "re-entered", "exited"]
    assert not any(outcome.rows["h", year].stable for year in range(2016, 2021))

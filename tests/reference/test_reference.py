"""The reference's numbers, incomes and verdicts against sums worked by hand."""

import math
from typing import Any

import pytest

from simlib.engine.luck import EVENTS, OPERATOR, normals, uniforms
from simlib.facts import load_facts
from simlib.registry.keys import entity_key
from tests.reference import run_draw
from tests.reference.future import factor, fen, future_of, inverse, times
from tests.reference.quotas import split
from tests.reference.tiny import CARER, NO_LABOUR, YEARS, Rows, begun, calm, central, register, round_of, scenario, statuses, still


def test_fen_is_rounded_half_up_below_zero_too() -> None:
    assert (fen(1.005), fen(0.125), fen(-0.125), fen(-0.126)) == (100, 13, -12, -13)  # 1.005 is a hair below itself


def test_lines_are_the_printed_ones() -> None:
    future = future_of(scenario(), load_facts(), 0, None)
    assert [future.line("household", "fixed", y) for y in (2016, 2017, 2018, 2019)] == [6433, 6883, 7365, 7365]
    assert [future.line("village", "fixed", y) for y in YEARS] == [8577, 9178, 9820]
    assert future.line("household", "moving", 2016) == pytest.approx(0.45 * 14512.2)
    assert future.identification_line(2016) == pytest.approx(4000 * 1.015 * 1.023)
    assert future.dibao_line(2015) == pytest.approx(4300 / 1.08)


def test_inverse_triangular() -> None:
    # regression_to_mean: 0 .. 0.2 .. 0.35; half of it lies below sqrt(0.5 * 0.35 * 0.2), 0.2 / 0.35 = 4 / 7 below the mode
    fact = load_facts().fact("regression_to_mean")
    assert inverse(fact, 0.5) == pytest.approx(math.sqrt(0.035))
    assert inverse(fact, 4 / 7) == pytest.approx(0.2)
    assert inverse(fact, 0.9) == pytest.approx(0.35 - math.sqrt(0.1 * 0.35 * 0.15))


def test_draws_take_their_own_numbers_and_the_central_row_none() -> None:
    facts, scene = load_facts(), scenario()
    drawn, middle = future_of(scene, facts, 1, 0), future_of(scene, facts, 1, None)
    assert drawn.n["income_growth"] != facts["income_growth"] == middle.n["income_growth"]
    assert drawn.n["industry_capital"] == facts["industry_capital"]  # a choice, not a chance
    assert drawn.n["illness_chance"] > 0 == middle.n["illness_chance"]


def test_largest_remainder() -> None:
    assert split(10, [1, 1, 1]) == [4, 3, 3]
    assert split(100, [6, 3, 1]) == [60, 30, 10]
    assert split(7, [0, 1, 1]) == [0, 4, 3]


def test_multipliers_raise_or_lower_whatever_the_sign() -> None:
    assert (times(100, 1.1), times(-100, 1.1), times(-100, 0.9)) == pytest.approx((110, -90, -110))
    assert factor(0.2, 0.1) == pytest.approx(1.0)  # 0.2 * 0.1 = 0.2 ** 2 / 2


def test_growth_by_hand() -> None:
    home = {
        "wage_income": 6000.0, "business_income": -1000.0, "property_income": 100.0, "transfer_income": 2000.0,
        "dibao_yuan": 1000.0, "members": 3,
    }  # fmt: skip
    row = central(register({"h": home}), scenario(), still(income_growth=0.08)).rows["h", 2017]
    # 6000 * 1.08^2 = 6998.40; -1000 + 80 = -920, -920 + 73.6 = -846.40; 116.64; 2332.80; dibao 1000 * 1.08^2 = 1166.40
    assert (row.wage, row.business, row.property, row.transfer, row.dibao) == (699840, -84640, 11664, 233280, 116640)
    # 9767.84 / 3 = 3255.9466
    assert (row.total_fen, row.pc_fen) == (976784, 325595)


def test_regression_by_hand() -> None:
    # 6000 / 2 = 3000 a head; b = exp(0.2 ln(8960 / 3000)) = (8960 / 3000) ^ 0.2 = 1.2446 for wage and business
    row = central(register({"h": {}}), scenario(), still(regression_to_mean=0.2)).rows["h", 2016]
    assert row.unrounded == pytest.approx((4000 * (8960 / 3000) ** 0.2, 2000 * (8960 / 3000) ** 0.2, 0, 0, 0))


def test_industry_by_hand() -> None:
    # A village of two: one runs a project, so s = 1/2 and the margin is 0.30 * (1 - 0.3 / 2) = 0.255, 5100 on 20,000.
    homes = register({"h": {}, "old": NO_LABOUR})
    # 2016: a quarter of 5100 for 8 of 12 months = 850; 2017: 0.6 * 5100 = 3060; 2018: 5100. On top of 2000.
    outcome = central(homes, scenario(round_of("industry", "guidance")), still())
    assert [outcome.rows["h", year].business for year in YEARS] == [285000, 506000, 710000]
    assert begun(outcome, 2016) == {"h": ("industry",)}
    assert outcome.spending == {("v1", 2016, "industry", "guidance"): 2_000_000}


def test_failed_industry_keeps_its_salvage() -> None:
    # Fails with certainty in 2017, then s = 0: 20,000 * 0.30 * 0.6 * 0.3 = 1080 and, fully ramped, 1800.
    outcome = central(register({"h": {}}), scenario(round_of("industry", "guidance")), still(industry_failure=1))
    assert [outcome.rows["h", year].industry_alive for year in YEARS] == [True, False, False]
    assert [outcome.rows["h", year].business for year in YEARS[1:]] == [308000, 380000]


def test_training_leads_to_a_job_next_year() -> None:
    # 3410.2 * 1.075 * 9 = 32,993.685, less the worker's wage 4000 and 0.3 of business 2000: a gain of 28,393.685
    outcome = central(register({"h": {}}), scenario(round_of("training")), still())
    assert [outcome.rows["h", year].placed[0] for year in YEARS] == [False, True, True]
    assert [outcome.rows["h", year].wage for year in YEARS[:2]] == [400000, 400000 + fen(28393.685)]
    assert outcome.spending["v1", 2016, "training", "household"] == 100_000
    assert ("v1", 2017, "training", "household") not in outcome.spending  # its one slot has had its course


def test_two_of_three_workers_find_jobs() -> None:
    # Each gains 3410.2 * 9 = 30,691.8, less a third of 4000 and of 0.3 * 2000: 29,158.4667; 4000 + 58,316.9333
    home = {"workers": 3, "labour_units": 3.0}
    row = central(register({"h": home}), scenario(), still(job_chance_without_policy=1), [2016]).rows["h", 2016]
    assert (row.placed, row.wage) == ((True, True), 6231693)


def test_no_job_without_a_unit_of_labour() -> None:
    # A course of half a unit leaves half a unit to a project, and the project then leaves half a unit: too little for a job.
    scene = scenario({"order": "poorest_first", "measures": {m: {"funds": ["guidance"]} for m in ("training", "industry")}})
    outcome = central(register({"h": {}}), scene, still(labour_training=0.5))
    assert begun(outcome, 2016) == {"h": ("training", "industry")}
    assert not any(any(outcome.rows["h", year].placed) for year in YEARS)


def test_lost_job_is_not_found_again_in_its_year() -> None:
    facts = still(job_chance_without_policy=1, job_kept=0)
    outcome = central(register({"h": {}}), scenario(), facts)
    assert [outcome.rows["h", year].placed[0] for year in YEARS] == [True, False, True]


def test_public_post_by_hand() -> None:
    # Pay 9000, in 2016 8/12 of it. Posts: 0.08 of the idle workers, here 7, is 0.56, one post: to the poorer of two.
    carers: Rows = {"a": CARER | {"wage_income": 3000.0}, "b": CARER}
    homes = register({**carers, **{f"w{i}": {} for i in range(5)}})
    outcome = central(homes, scenario(round_of("public_post", "guidance")), still())
    # 3000 + 6000, then 3000 + 9000; 5500 a head in 2016, 7000 in 2017: exits in 2017, the post goes on in retention
    assert [outcome.rows["a", year].wage for year in YEARS] == [900000, 1200000, 1200000]
    assert statuses(outcome, "a") == ["in", "exited", "exited"]
    assert [begun(outcome, year) for year in YEARS] == [{"a": ("public_post",)}] * 3
    assert outcome.spending["v1", 2016, "public_post", "guidance"] == 600_000


def test_asset_shares_by_hand() -> None:
    # 5000 a head for two; 2017 on: 10,000 * 0.08 = 800, of which 560 to the household and 240 to the village.
    outcome = central(register({"h": NO_LABOUR}), scenario(round_of("asset_shares")), still())
    assert [outcome.rows["h", year].property for year in YEARS] == [0, 56000, 56000]
    # 2017: (6000 + 560 + 100 others * 8000 * 15779.7 / 13360.4 + 240) / 102
    mean = (6560 + 800_000 * 15779.7 / 13360.4 + 240) / 102
    assert outcome.villages["v1", 2017].mean == pytest.approx(mean)


def test_operator_pays_half_from_its_year_on() -> None:
    # The village's own number u falls between the chances of one year, 0.9 u, and of two, 1 - (1 - 0.9 u)^2.
    registry, scene = register({"h": NO_LABOUR}), scenario(round_of("asset_shares"))
    u = future_of(scene, load_facts(), 0, None).uniforms(entity_key("v1"), 0, OPERATOR)[0]
    outcome = central(registry, scene, still(operator_half_chance=0.9 * u))
    assert [outcome.rows["h", year].property for year in YEARS] == [0, 56000, 28000]


def test_dividend_stays_with_the_village_after_retention() -> None:
    # Over the line from the start: exits in 2016, and holds what was bought in 2016.
    rich = NO_LABOUR | {"wage_income": 20000.0}
    levers: dict[str, Any] = {"allocation": {"mode": "annual", "retention_years": 1}}
    outcome = central(register({"h": rich}), scenario(round_of("asset_shares"), **levers), still())
    assert [outcome.rows["h", year].property for year in YEARS] == [0, 56000, 0]
    others = 800_000 * 17167.7 / 13360.4
    assert outcome.villages["v1", 2018].mean == pytest.approx((22000 + others + 800) / 102)


def test_social_security_and_dibao_by_hand() -> None:
    entitled = {"social_security": {"funds": ["social"]}, "dibao": {"enrolment": "coverage"}}
    home = NO_LABOUR | {"pupils": 1, "elderly": 1, "dibao_yuan": 500.0, "insured": False, "dropouts": 1}
    facts = still(social_security_enrolment=1)
    outcome = central(register({"h": home}), scenario(entitled=entitled), facts)
    # 2016: 300 * 2 * 8 / 12 = 400; dibao up to 4300 * 2 = 8600: 8600 - 6400 = 2200. At 4300 a head: exits by dibao.
    row = outcome.rows["h", 2016]
    assert (row.transfer, row.dibao, row.pc_fen) == (40000, 220000, 430000)
    assert (row.held, row.status, row.route) == (True, "exited", "dibao")
    assert outcome.spending["v1", 2016, "social_security", "social"] == 40000
    assert outcome.spending["v1", 2016, "dibao", "social"] == 220000


def test_dibao_of_those_who_have_it_does_not_hang_on_coverage() -> None:
    homes = register({"has": {"dibao_yuan": 1.0}, "not": {}})
    scene = scenario(entitled={"dibao": {"enrolment": "coverage"}})
    outcome = central(homes, scene, still(dibao_coverage_2016=0), [2016])
    assert [outcome.rows[name, 2016].dibao for name in ("has", "not")] == [260000, 0]  # 2 * 4300 - 6000
    assert statuses(outcome, "has") == ["in"]  # dibao lets only those without labour capacity exit


def test_cover_softens_an_illness() -> None:
    # Ill with certainty: without cover mean-neutral, 4000 stays 4000; half of 0.13 covered, 4000 * (1 - 0.065) / 0.87.
    entitled: dict[str, Any] = {"social_security": {"funds": ["social"]}, "dibao": {"enrolment": "registered"}}
    facts = calm(illness_chance=1, illness_loss=0.13, medical_cover=0.5, social_security_enrolment=1)
    scenes = scenario(), scenario(entitled=entitled)
    bare, covered = (run_draw(register({"h": {}}), scene, facts, 5, 9, [2016]) for scene in scenes)
    assert bare.rows["h", 2016].unrounded[0] == pytest.approx(4000)
    assert covered.rows["h", 2016].unrounded[0] == pytest.approx(4000 * 0.935 / 0.87)


@pytest.mark.parametrize(("event", "word", "place"), [("crop_loss", 1, 1), ("job_loss", 2, 0)])
def test_events_strike_their_source_and_are_mean_neutral(event: str, word: int, place: int) -> None:
    # Half of the draws lose a quarter: 0.75 or 1, over 1 - 0.5 * 0.25.
    facts, seen = calm(**{f"{event}_chance": 0.5, event: 0.25}), set()
    for luck in range(8):
        hit = float(uniforms(5, luck, entity_key("h"), 2016, EVENTS)[word]) < 0.5
        row = run_draw(register({"h": {}}), scenario(), facts, 5, luck, [2016]).rows["h", 2016]
        expected = [4000.0, 2000.0]
        expected[place] *= (0.75 if hit else 1) / 0.875
        assert row.unrounded[:2] == pytest.approx(expected)
        seen.add(hit)
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("sd", "entity", "kind", "word", "on_wage"),
    [
        ("sd_permanent", "h", 1, 0, True),
        ("sd_transitory", "h", 1, 1, True),
        ("sd_business_extra", "h", 1, 2, False),
        ("sd_village", "v1", 6, 0, True),
        ("sd_price", "梅州市", 8, 0, False),
        ("sd_province", "province", 9, 0, True),
    ],
)
def test_each_shock_strikes_its_sources(sd: str, entity: str, kind: int, word: int, on_wage: bool) -> None:
    z = float(normals(5, 9, entity_key(entity), 2016, kind)[word])
    row = run_draw(register({"h": {}}), scenario(), calm(**{sd: 0.1}), 5, 9, [2016]).rows["h", 2016]
    m = math.exp(0.1 * z - 0.005)
    assert row.unrounded[:2] == pytest.approx((4000 * m if on_wage else 4000, 2000 * m))


def test_food_and_clothing_are_always_required() -> None:
    registry = register({"h": {"wage_income": 12000.0}})  # 7000 a head
    outcomes = [central(registry, scenario(), still(dibao_line_2016=line), [2016]) for line in (7000, 7001)]
    assert [statuses(outcome, "h") for outcome in outcomes] == [["exited"], ["in"]]


@pytest.mark.parametrize(("wage", "status"), [(2 * 6433 - 2000, "exited"), (2 * 6433 - 2000.02, "in")])
def test_income_equal_to_the_line_has_reached_it(wage: float, status: str) -> None:
    assert statuses(central(register({"h": {"wage_income": wage}}), scenario(), still(), [2016]), "h") == [status]


def test_no_exit_without_a_guarantee() -> None:
    home = {"wage_income": 30000.0, "insured": False}
    assert statuses(central(register({"h": home}), scenario(), still()), "h") == ["in"] * 3
    assert statuses(central(register({"h": home}), scenario(exit_requires=["school"]), still()), "h") == ["exited"] * 3


def test_reentry_when_support_ends() -> None:
    # Cover for the uninsured ends with retention: exited 2016, supported in 2017, a guarantee lost in 2018.
    entitled = {"social_security": {"funds": ["social"]}, "dibao": {"enrolment": "registered"}}
    levers: dict[str, Any] = {"allocation": {"mode": "annual", "retention_years": 1}, "entitled": entitled}
    home = {"wage_income": 30000.0, "insured": False}
    outcome = central(register({"h": home}), scenario(**levers), still(social_security_enrolment=1))
    assert statuses(outcome, "h") == ["exited", "exited", "re-entered"]


def test_candidate_under_the_identification_line_enters() -> None:
    # The identification line of 2015 is 4060: 4059.99 a head enters, 4060 does not.
    homes = {"poor": {"wage_income": 6119.98}, "near": {"wage_income": 6120.0}}
    registry = register({name: home | {"registered_from": None} for name, home in homes.items()})
    outcome = central(registry, scenario(), still(), [2016])
    assert (statuses(outcome, "poor"), statuses(outcome, "near")) == (["in"], ["candidate"])


def test_residents_are_at_least_one_more_than_the_people_in_the_table() -> None:
    village = central(register({"h": {}}, {"v1": {"residents": 1}}), scenario(), still(), [2016]).villages["v1", 2016]
    assert village.mean == pytest.approx((6000 + 8000 * 14512.2 / 13360.4) / 3)


def test_village_exits_at_its_line_with_few_poor() -> None:
    # Two people of 102 are 1.96 %; others need 8577 * 102 - 6000 = 868,854 in all, 8688.54 each in prices of 2016.
    enough = (8577 * 102 - 6000) / 100 / (14512.2 / 13360.4)
    for other_income, exits in ((math.ceil(enough), True), (math.floor(enough), False)):
        registry = register({"h": {}}, {"v1": {"other_income": float(other_income)}})
        assert central(registry, scenario(), still(), [2016]).villages["v1", 2016].exits is exits
    two = register({"h": {}, "i": {}}, {"v1": {"other_income": 20000.0}})
    verdict = central(two, scenario(), still(), [2016]).villages["v1", 2016]
    assert (verdict.at_fixed, verdict.exits) == (True, False)  # four people of 102

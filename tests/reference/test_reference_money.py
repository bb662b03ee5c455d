"""The reference's money, choices and plans against sums worked by hand."""

import pytest

from tests.reference import LedgerRow, PlanRow, make_fixed_plan
from tests.reference.quotas import split
from tests.reference.tiny import CARER, NO_LABOUR, YEARS, Rows, begun, central, in_key_order, register, round_of, scenario, statuses, still

# --- Money ---


def test_household_fund_by_hand() -> None:
    # One person: 20,000 = 12,000 + 6,000 + 2,000; thirds 4,000, 2,000 and 666.67, 666.67, 666.66. Unspent, all lapses.
    outcome = central(register({"h": {"members": 1}}), scenario(), still())
    home_city = [outcome.ledger["v1", "household", "home_city", year] for year in YEARS]
    assert home_city == [
        LedgerRow(66667, 0, 0, 0, 66667, 0),
        LedgerRow(66667, 66667, 0, 0, 133334, 0),
        LedgerRow(66666, 133334, 0, 0, 0, 200000),
    ]


def test_money_comes_late_and_short() -> None:
    funds = {
        "household": {"paid": {"province": 0.5}, "delay_years": 1},
        "guidance": {"paid": 0.5, "factor": 2.0},
        "pool": {"paid": 0.5},
    }
    ledger = central(register({"h": {"members": 1}}), scenario(funds=funds), still(), range(2016, 2020)).ledger
    entitled = [ledger["v1", "household", "province", year].entitled for year in range(2016, 2020)]
    assert entitled == [0, 200_000, 200_000, 200_000]
    assert ledger["v1", "guidance", "district", 2017].entitled == 60_000_000
    assert ledger["v1", "pool", "district", 2017].entitled == 5_000_000  # its payer's only village gets the whole pot


def test_payers_share_spending_by_what_they_hold_and_absorption_holds_it() -> None:
    # Three people: thirds 12,000 + 6,000 + 2,000 a year. 2016: 0.75 * 20,000 = 15,000, just the shares of three.
    outcome = central(register({"h": {"members": 3}}), scenario(round_of("asset_shares")), still(absorption_2016=0.75))
    spent = [outcome.ledger["v1", "household", payer, 2016].spent for payer in ("province", "guangzhou", "home_city")]
    assert spent == [900_000, 450_000, 150_000]  # 6 : 3 : 1
    outcome = central(register({"h": {"members": 3}}), scenario(round_of("asset_shares")), still(absorption_2016=0.74))
    assert begun(outcome, 2016) == {} != begun(outcome, 2017)


def test_pool_is_allotted_by_gaps() -> None:
    # Line 0.6 * 13,360.4 = 8016.24. Gaps a head 2016.24 and 1016.24 (all residents alike), residents 100 and 300.
    homes: Rows = {
        name: {"village_id": name, "members": 1, "wage_income": income, "business_income": 0.0}
        for name, income in (("v1", 6000.0), ("v2", 7000.0), ("v3", 9000.0))
    }
    villages: Rows = {
        "v1": {"residents": 100, "other_income": 6000.0, "helper_type": "soe"},
        "v2": {"residents": 300, "other_income": 7000.0},
        "v3": {"residents": 100, "other_income": 9000.0},
    }
    ledger = central(register(homes, villages), scenario(), still(), [2016, 2017]).ledger
    for payer, pot in (("soe", 10_000_000), ("district", 20_000_000), ("city_budget", 0)):
        seen = [ledger[name, "pool", payer, 2017].entitled for name in villages]
        assert seen == split(pot, [201624, 304872, 0])
    # 201,624 / 506,496 of ten million fen is 3,980,761.94, and the larger remainder
    assert ledger["v1", "pool", "soe", 2017].entitled == 3_980_762


# --- Choice ---


def test_prefix_stops_at_the_first_that_cannot_be_paid() -> None:
    # Guidance money of 2016 is 1,000,000. Projects of 24 poorer one-worker homes leave 520,000: of the next two-worker
    # homes (40,000 each) 13 are paid to the fen. With one more poor home of one worker, 500,000 are left: 12, then it
    # stops, though the one-worker home behind could still have been paid.
    ones = {f"a{i}": {"wage_income": 1000.0 + i} for i in range(24)}
    twos = {f"b{i}": {"wage_income": 3000.0 + i, "workers": 2, "labour_units": 2.0} for i in range(14)}
    scene = scenario(round_of("industry", "guidance"))
    assert len(begun(central(register(ones | twos), scene, still(), [2016]), 2016)) == 24 + 13
    more = {"poorest": {"wage_income": 0.0}, "behind": {"wage_income": 5000.0}}
    served = begun(central(register(ones | twos | more), scene, still(), [2016]), 2016)
    assert len(served) == 25 + 12 and "poorest" in served and "behind" not in served


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("poorest_first", ["old", "low", "mid", "high", "top"]),
        ("without_labour_first", ["old", "low", "mid", "high", "top"]),
        ("nearest_line_first", ["mid", "low", "old", "high", "top"]),
    ],
)
def test_orders(order: str, names: list[str]) -> None:
    wages = {"low": 6000.0, "mid": 10000.0, "high": 11000.0, "top": 20000.0}  # a head 4000, 6000, 6500; the line of 2016 is 6433
    homes = {name: {"wage_income": wage} for name, wage in wages.items()} | {"old": NO_LABOUR}
    for count in range(1, 6):
        served = round_of("asset_shares", "guidance", order=order, reach={"number": count})
        assert set(begun(central(register(homes), scenario(served), still(), [2016]), 2016)) == set(names[:count])


def test_nearness_is_judged_by_last_years_line() -> None:
    # 2017, when the pool comes: 6500 a head lies over the 6433 of 2016 (and under the 6883 of 2017), 4000 is near from below
    homes = {"low": {"insured": False, "wage_income": 6000.0}, "over": {"insured": False, "wage_income": 11000.0}}
    served = round_of("asset_shares", "pool", order="nearest_line_first", reach={"number": 1})
    assert begun(central(register(homes), scenario(served), still(), YEARS[:2]), 2017) == {"low": ("asset_shares",)}


def test_without_labour_first_before_poorer_ones() -> None:
    homes = {"old": NO_LABOUR | {"wage_income": 9000.0}, "low": {}}
    served = round_of("asset_shares", "guidance", order="without_labour_first", reach={"number": 1})
    assert begun(central(register(homes), scenario(served), still(), [2016]), 2016) == {"old": ("asset_shares",)}


def test_package_takes_labour_as_it_goes() -> None:
    # One unit: the course takes it all, so the project waits for the year in which the course has ended and, with a job
    # found, has no labour for it; with the project first, half a unit is too little for the course.
    course, project = ({"funds": ["guidance"]},) * 2
    for measures, first in (
        ({"training": course, "industry": project}, "training"),
        ({"industry": project, "training": course}, "industry"),
    ):
        scene = scenario({"order": "poorest_first", "measures": measures})
        outcome = central(register({"h": {}}), scene, still())
        assert [begun(outcome, year) for year in YEARS] == [{"h": (first,)}, {}, {}]


def test_word_of_the_register_rules() -> None:
    words = {"yes": "industry;asset_shares", "no": "none", "other": "training"}
    homes = register({name: {"willing": word} for name, word in words.items()})
    outcome = central(homes, scenario(round_of("industry", "guidance")), still(), [2016])
    assert begun(outcome, 2016) == {"yes": ("industry",)}


def test_capital_of_two_workers_at_most_and_of_one_at_least() -> None:
    homes = register({"many": {"workers": 4, "labour_units": 4.0}, "none": {"workers": 0, "labour_units": 0.5}})
    outcome = central(homes, scenario(round_of("industry", "guidance")), still(), [2016])
    assert outcome.spending == {("v1", 2016, "industry", "guidance"): 6_000_000}


def test_renewal_stops_at_the_first_post_that_cannot_be_paid() -> None:
    # Weights 3 and 1: 18,000 + 6,000 are in reach in 2016; in 2017 the first needs 27,000, and the second's 9,000 wait behind.
    first, second = in_key_order("a", "b")
    uninsured = CARER | {"insured": False}
    homes = register({first: uninsured | {"weight": 3.0, "wage_income": 0.0}, second: uninsured | {"wage_income": 1.0}})
    outcome = central(homes, scenario(round_of("public_post", "guidance", reach={"money": 24000.0})), still())
    assert [set(begun(outcome, year)) for year in YEARS[:2]] == [{first, second}, set()]


def test_renewals_are_bounded_together_and_apart_from_new_posts() -> None:
    # 21,000 yuan a year: in 2016 three posts of 6,000; in 2017 two of them are renewed at 9,000, and two new ones are given.
    homes = register(dict.fromkeys("abcde", CARER | {"insured": False}))
    outcome = central(homes, scenario(round_of("public_post", "guidance", reach={"money": 21000.0})), still())
    assert [len(begun(outcome, year)) for year in YEARS] == [3, 4, 4]
    assert outcome.spending["v1", 2017, "public_post", "guidance"] == 3_600_000


def test_reach_share_and_money() -> None:
    homes = register({f"h{i}": {} for i in range(5)} | {"old": NO_LABOUR, "never": {"willing": "none"}})
    # 0.5 of the five that industry could ever serve, 2.5, is 3 households over all years; 45,000 yuan pay two a year
    for reach, counts in (({"share": 0.5}, [3, 0, 0]), ({"money": 45000.0}, [2, 2, 1])):
        outcome = central(homes, scenario(round_of("industry", "guidance", reach=reach)), still())
        assert [len(begun(outcome, year)) for year in YEARS] == counts


# --- Plans ---


def test_fixed_plan_straddles_two_funds() -> None:
    # Thirds of 4 * 20,000 are 26,666.67: two projects of 20,000 leave 13,333.33 to guidance, for the second by key.
    first, second = in_key_order("h", "i")
    scene = scenario(round_of("industry", "household", "guidance"), mode="fixed")
    homes, facts = register({"h": {}, "i": {"wage_income": 1000.0}}), still()
    plan = make_fixed_plan(homes, scene, facts)
    of_2016 = 1_600_000 + 800_000 + 266_667
    assert plan == [
        PlanRow(first, 2016, "industry", "household", 2_000_000),
        PlanRow(second, 2016, "industry", "household", of_2016 - 2_000_000),
        PlanRow(second, 2016, "industry", "guidance", 4_000_000 - of_2016),
    ]
    assert central(homes, scene, facts) == central(homes, scene, facts, plan=reversed(plan))
    assert begun(central(homes, scene, facts), 2016) == {"h": ("industry",), "i": ("industry",)}


def test_each_round_of_a_fixed_plan_has_its_own_funds() -> None:
    # The same measure in two rounds: what the first pays for those without labour is guidance money, the second's is the household fund's
    first = round_of("asset_shares", "guidance", who="without_labour")
    scene = scenario(first, round_of("asset_shares", "household"), mode="fixed")
    homes: Rows = {"old": NO_LABOUR, "young": {}}
    plan = make_fixed_plan(register(homes), scene, still())
    assert {(row.household_id, row.fund, row.fen) for row in plan} == {("old", "guidance", 1_000_000), ("young", "household", 1_000_000)}


def test_planned_row_of_an_exited_household_is_not_begun() -> None:
    rich = {"wage_income": 30000.0}
    plan = [
        PlanRow("h", 2017, "asset_shares", "guidance", 1_000_000),
        PlanRow("i", 2017, "training", "guidance", 100_000),
    ]
    outcome = central(register({"h": rich, "i": {}}), scenario(mode="fixed"), still(), plan=plan)
    assert statuses(outcome, "h")[0] == "exited"
    assert [begun(outcome, year) for year in YEARS] == [{}, {"i": ("training",)}, {}]
    assert outcome.spending == {("v1", 2017, "training", "guidance"): 100_000}


def test_first_row_that_cannot_be_paid_stops_its_fund_and_waits() -> None:
    # Of 1,000,000 yuan the first leaves 400,000: the second's 600,000 stop the fund, the third's 1,000 wait too.
    first, second, third = in_key_order("a", "b", "c")
    amounts = {first: 60_000_000, second: 60_000_000, third: 100_000}
    plan = [PlanRow(name, 2016, "asset_shares", "guidance", amount) for name, amount in amounts.items()]
    outcome = central(register({name: {} for name in "abc"}), scenario(mode="fixed"), still(), plan=plan)
    assert [set(begun(outcome, year)) for year in YEARS[:2]] == [{first}, {second, third}]


def test_costs_are_weighted_and_incomes_are_not() -> None:
    # A sampled household that stands for 2.5: 50,000 yuan of guidance money, 850 yuan of its own (s = 2.5 / 5).
    homes = register({"h": {"weight": 2.5}, "old": NO_LABOUR | {"weight": 2.5}})
    outcome = central(homes, scenario(round_of("industry", "guidance")), still())
    assert outcome.spending == {("v1", 2016, "industry", "guidance"): 5_000_000}
    assert outcome.rows["h", 2016].business == 285_000

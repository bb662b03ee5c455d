"""Funds: the policy's own sums, to the fen, and what happens to them when payers are short or late. Clause 三(十一)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simlib.facts import load_facts
from simlib.funds import ACCOUNTS, FUNDS, PLANNED_ACCOUNTS, Payment, VillageMoney, entitlements, paid_part, share_out, shared, thirds
from simlib.money import largest_remainder

YEARS = (2016, 2017, 2018, 2019)
FACTS = load_facts()
MILLION = 100_000_000  # fen
PAYERS = {"city_budget": 74, "soe": 73, "district": 330}  # poor villages of each
IN_FULL: dict[str, Any] = {
    "household_paid": {"province": 1.0, "guangzhou": 1.0, "home_city": 1.0},
    "household_delay": 0,
    "guidance_paid": 1.0,
    "guidance_delay": 0,
    "guidance_factor": 1.0,
    "pool_paid": 1.0,
    "pool_rule": "income_gap",
    "sector_per_person": 0.0,
    "donations_per_village": 0.0,
    "donations_paid": 1.0,
    "contingency_yuan": 0.0,
    "contingency_year": 2018,
    "village_programme_paid": 0.0,
}


def payment(**changes: Any) -> Payment:
    return Payment(**IN_FULL | changes)


def in_all(**changes: Any) -> Payment:
    """All payers in full, and money from every other source."""
    more = {"sector_per_person": 100.0, "donations_per_village": 9_000.0, "contingency_yuan": 1e6, "village_programme_paid": 1.0}
    return payment(**more | changes)


def whole_task() -> VillageMoney:
    """477 poor villages and 30 pseudo-villages, 206,000 people in all, spread unevenly."""
    rng = np.random.default_rng(1)
    payer = [name for name, number in PAYERS.items() for _ in range(number)] + [""] * 30
    people = rng.multinomial(206_000, rng.dirichlet(np.ones(len(payer)))).astype(np.float64)
    poor = np.array([name != "" for name in payer])
    return VillageMoney(people, poor, tuple(payer), rng.uniform(0, 5e6, len(payer)))


def village(people: float = 30.0, payer: str = "soe", gap: float = 1.0) -> VillageMoney:
    return VillageMoney(np.array([people]), np.array([payer != ""]), (payer,), np.array([gap]))


def by(fen: NDArray[np.int64], fund: str, payer: str) -> list[int]:
    """Fen of an account by year, over all villages."""
    return [int(one) for one in fen[:, :, ACCOUNTS.index((fund, payer))].sum(axis=0)]


def test_guidance_and_pool_give_the_printed_sums() -> None:
    fen = entitlements(whole_task(), payment(), FACTS, YEARS)
    for payer, total in (("city_budget", 148), ("district", 660), ("soe", 146)):
        assert sum(by(fen, "guidance", payer)) + sum(by(fen, "pool", payer)) == total * MILLION
        number = PAYERS[payer]
        assert by(fen, "guidance", payer) == [number * MILLION, number * 60_000_000, number * 30_000_000, 0]
        assert by(fen, "pool", payer) == [0, number * 10_000_000, 0, 0]


def test_the_household_fund_gives_the_printed_sums() -> None:
    fen = entitlements(whole_task(), payment(), FACTS, YEARS)
    totals = {payer: sum(by(fen, "household", payer)) for payer in ("province", "guangzhou", "home_city")}
    assert sum(totals.values()) == 206_000 * 2_000_000
    for payer, total in (("province", 2472), ("guangzhou", 1236), ("home_city", 412)):
        assert totals[payer] == total * MILLION
    thirds_of_villages = by(fen, "household", "guangzhou")[:3]
    assert max(abs(one - 412 * MILLION) for one in thirds_of_villages) <= len(whole_task().payer), "a fen a village at most"
    assert sum(thirds_of_villages) == 1236 * MILLION


def test_two_million_a_village_is_what_the_text_prints() -> None:
    fen = entitlements(village(people=0.0), payment(), FACTS, YEARS)
    assert fen.sum() == 200 * 1_000_000
    assert FACTS["guidance_village_total"] == 2_000_000


def test_what_is_paid_by_right_is_not_planned() -> None:
    fen = entitlements(whole_task(), in_all(), FACTS, YEARS)
    assert ACCOUNTS[PLANNED_ACCOUNTS:] == (("social", "home_city"), ("credit", "bank"))
    assert not fen[:, :, PLANNED_ACCOUNTS:].any()
    assert fen[:, :, :PLANNED_ACCOUNTS].any(axis=(0, 1)).all(), "every other account has money where every source gives some"


def test_every_fund_but_the_budget_of_day_wages_has_an_account() -> None:
    assert set(FUNDS) - {fund for fund, _ in ACCOUNTS} == {"works"}
    assert [fund for fund, _ in ACCOUNTS] == sorted((fund for fund, _ in ACCOUNTS), key=FUNDS.index)


def test_nobody_else_pays_unless_a_scenario_says_so() -> None:
    assert not entitlements(whole_task(), payment(), FACTS, YEARS)[:, :, 9:].any()


def test_a_pseudo_village_has_household_money_only() -> None:
    fen = entitlements(village(payer=""), payment(), FACTS, YEARS)
    assert by(fen, "household", "province") == [12_000_000] * 3 + [0]
    assert fen[:, :, 3:].sum() == 0
    more = entitlements(village(payer=""), in_all(), FACTS, YEARS)
    assert by(more, "sector", "province") == [300_000] * 3 + [0], "the departments give for people, wherever they live"
    assert np.array_equal(np.delete(more, ACCOUNTS.index(("sector", "province")), axis=2), np.delete(fen, 9, axis=2))


def test_one_village_by_hand() -> None:
    """7 people: 140,000 yuan; 84,000, 42,000 and 14,000; a third of 14,000 yuan is 4,666.67, 4,666.67 and 4,666.66."""
    fen = entitlements(village(people=7.0), payment(), FACTS, YEARS)
    assert by(fen, "household", "province") == [2_800_000, 2_800_000, 2_800_000, 0]
    assert by(fen, "household", "guangzhou") == [1_400_000, 1_400_000, 1_400_000, 0]
    assert by(fen, "household", "home_city") == [466_667, 466_667, 466_666, 0]
    assert thirds(np.array([1_400_000, 3])).tolist() == [[466_667, 466_667, 466_666], [1, 1, 1]]


def test_what_is_withheld_is_withheld_by_its_payer() -> None:
    short = payment(household_paid={"province": 0.5, "guangzhou": 1.0, "home_city": 0.0}, guidance_paid=0.25, pool_paid=0.1)
    fen = entitlements(village(), short, FACTS, YEARS)
    assert by(fen, "household", "province") == [6_000_000] * 3 + [0]
    assert by(fen, "household", "guangzhou") == [6_000_000] * 3 + [0]
    assert by(fen, "household", "home_city") == [0] * 4
    assert by(fen, "guidance", "soe") == [25_000_000, 15_000_000, 7_500_000, 0]
    assert by(fen, "pool", "soe") == [0, 1_000_000, 0, 0]


FINE = st.floats(0, 1e8, allow_subnormal=False)  # in binary, no two have a small common unit
WEIGHTS = st.lists(FINE, min_size=1, max_size=8) | st.lists(st.integers(0, 2**33), min_size=1, max_size=8)


@settings(max_examples=200)
@given(st.lists(st.integers(-(10**15), 10**15), max_size=5), WEIGHTS.filter(any))
def test_many_totals_are_shared_as_each_alone(totals: list[int], weights: list[int | float]) -> None:
    parts = shared(np.array(totals, dtype=np.int64), weights)
    assert parts.dtype == np.int64
    assert parts.tolist() == [largest_remainder(total, weights) for total in totals]


@pytest.mark.parametrize("weights", [(0, 0), (2, -1), (0.0, -0.5)])
def test_weights_that_share_nothing_out_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="weights must be >= 0 with a positive sum, seen"):
        shared(np.array([1]), weights)


@given(st.integers(0, 10**12), st.floats(0, 1))
def test_a_paid_part_is_never_more_than_its_share(fen: int, share: float) -> None:
    part = int(paid_part(np.array([fen]), share)[0])
    assert 0 <= part <= fen
    assert fen * share - 1 <= part <= fen * share + 1e-3


@pytest.mark.parametrize(("delay", "arrives"), [(0, YEARS[:3]), (1, YEARS[1:]), (3, (2019,))])
def test_late_money_comes_later_and_none_is_made(delay: int, arrives: tuple[int, ...]) -> None:
    fen = entitlements(village(), payment(household_delay=delay, guidance_delay=delay), FACTS, YEARS)
    on_time = entitlements(village(), payment(), FACTS, YEARS)
    for account in range(6):
        assert [year for year, one in zip(YEARS, fen[0, :, account], strict=True) if one] == ([] if account in (3, 5) else list(arrives))
        assert np.array_equal(fen[0, delay:, account], on_time[0, : len(YEARS) - delay, account])
    assert by(fen, "pool", "soe") == [0, 10_000_000, 0, 0], "the pool is nobody's to delay"


def test_money_that_comes_after_the_horizon_is_not_counted() -> None:
    fen = entitlements(village(), payment(household_delay=1), FACTS, YEARS[:3])
    assert by(fen, "household", "province") == [0, 12_000_000, 12_000_000]


def test_guidance_may_be_raised() -> None:
    fen = entitlements(village(), payment(guidance_factor=1.5), FACTS, YEARS)
    assert by(fen, "guidance", "soe") == [150_000_000, 90_000_000, 45_000_000, 0]
    assert by(fen, "pool", "soe") == [0, 10_000_000, 0, 0]


def pooled(gaps: list[float], payers: tuple[str, ...], **changes: Any) -> NDArray[np.int64]:
    """The pool of 2017 by village and account."""
    number = len(payers)
    money = VillageMoney(np.ones(number), np.array([payer != "" for payer in payers]), payers, np.array(gaps))
    fen: NDArray[np.int64] = entitlements(money, payment(**changes), FACTS, YEARS)[:, 1, 6:9]
    return fen


def test_the_pool_goes_by_the_gaps_over_all_poor_villages_whoever_pays() -> None:
    """Two villages of the soe and one of the district: pots of 200,000 and 100,000 yuan, gaps 1 : 3 : 0; the town gets nothing."""
    fen = pooled([1.0, 3.0, 0.0, 9.0], ("soe", "soe", "district", ""))
    assert fen.tolist() == [[0, 5_000_000, 2_500_000], [0, 15_000_000, 7_500_000], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(("gaps", "rule"), [([1.0, 3.0, 0.0], "equal"), ([0.0, 0.0, 0.0], "income_gap")])
def test_the_pool_in_equal_parts(gaps: list[float], rule: str) -> None:
    """A third of 20,000,000 fen, the odd two to the earlier villages; a third of 10,000,000."""
    fen = pooled(gaps, ("soe", "soe", "district"), pool_rule=rule)
    assert fen[:, 1].tolist() == [6_666_667, 6_666_667, 6_666_666]
    assert fen[:, 2].tolist() == [3_333_334, 3_333_333, 3_333_333]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["city_budget", "soe", "district"]), st.floats(0, 1e8)), min_size=1, max_size=20))
def test_the_pool_loses_nothing(villages: list[tuple[str, float]]) -> None:
    payers = tuple(payer for payer, _ in villages)
    fen = pooled([gap for _, gap in villages], payers)
    for account, payer in enumerate(("city_budget", "soe", "district")):
        assert fen[:, account].sum() == payers.count(payer) * 10_000_000


def test_without_a_poor_village_there_is_no_pool() -> None:
    assert not pooled([5.0], ("",)).any()


# --- money from others


def test_the_departments_give_by_funded_people_in_three_years() -> None:
    """30 people at 33.335 yuan: 1,000.05 yuan; 31.5 people (weights) at .01 yuan: 31.5 fen, halves up."""
    fen = entitlements(village(people=30.0), payment(sector_per_person=33.335), FACTS, YEARS)
    assert by(fen, "sector", "province") == [100_005] * 3 + [0]
    assert by(entitlements(village(people=31.5), payment(sector_per_person=0.01), FACTS, YEARS), "sector", "province") == [32] * 3 + [0]


def test_donors_pledge_to_poor_villages_and_pay_a_share() -> None:
    fen = entitlements(whole_task(), payment(donations_per_village=1000.01, donations_paid=0.5), FACTS, YEARS)
    assert by(fen, "donations", "society") == [477 * 50_000] * 3 + [0], "half of 100,001 fen, floored"
    assert not fen[477:, :, ACCOUNTS.index(("donations", "society"))].any()


@pytest.mark.parametrize("year", YEARS)
def test_special_support_comes_in_its_year_where_the_gaps_are(year: int) -> None:
    money = VillageMoney(np.ones(4), np.array([True, True, True, False]), ("soe", "soe", "district", ""), np.array([1.0, 3.0, 0.0, 9.0]))
    fen = entitlements(money, payment(contingency_yuan=0.06, contingency_year=year), FACTS, YEARS)
    own = fen[:, :, ACCOUNTS.index(("contingency", "guangzhou"))]
    assert own[:, YEARS.index(year)].tolist() == [2, 4, 0, 0], "1.5 and 4.5 of 6 fen, the odd one to the earlier village"
    assert own.sum() == 6


def test_special_support_in_equal_parts_where_no_village_lies_below() -> None:
    money = VillageMoney(np.ones(3), np.array([True, True, False]), ("soe", "district", ""), np.array([0.0, 0.0, 5.0]))
    fen = entitlements(money, payment(contingency_yuan=0.03), FACTS, YEARS)
    assert fen[:, 2, ACCOUNTS.index(("contingency", "guangzhou"))].tolist() == [2, 1, 0]


def test_special_support_after_the_horizon_or_without_a_poor_village_is_nothing() -> None:
    late = entitlements(village(), payment(contingency_yuan=1e6, contingency_year=2020), FACTS, YEARS)
    nowhere = entitlements(village(payer=""), payment(contingency_yuan=1e6), FACTS, YEARS)
    for fen in (late, nowhere):
        assert by(fen, "contingency", "guangzhou") == [0] * 4


def test_the_provinces_programme_is_fifteen_million_a_poor_village_in_halves() -> None:
    fen = entitlements(whole_task(), payment(village_programme_paid=1.0), FACTS, YEARS)
    assert by(fen, "village_programme", "province") == [0, 477 * 750 * 1_000_000, 477 * 750 * 1_000_000, 0]
    assert not fen[477:, :, ACCOUNTS.index(("village_programme", "province"))].any()


def test_an_odd_fen_of_the_programme_comes_first() -> None:
    paid = 1 / 3  # of 1,500,000,000 fen: 500,000,000 or a fen less, by the product's rounding
    third = int(1_500_000_000 * paid)
    odd = entitlements(village(), payment(village_programme_paid=paid), FACTS.with_({"village_programme_yuan": {"value": 0.03}}), YEARS)
    assert by(odd, "village_programme", "province") == [0, 1, 0, 0]
    fen = entitlements(village(), payment(village_programme_paid=paid), FACTS, YEARS)
    assert by(fen, "village_programme", "province") == [0, third - third // 2, third // 2, 0]


SHARES_PAID = st.floats(0, 1)
PAYMENTS = st.fixed_dictionaries(
    {
        "household_paid": st.fixed_dictionaries(dict.fromkeys(("province", "guangzhou", "home_city"), SHARES_PAID)),
        "household_delay": st.integers(0, 3),
        "guidance_paid": SHARES_PAID,
        "guidance_delay": st.integers(0, 3),
        "guidance_factor": st.floats(1, 3),
        "pool_paid": SHARES_PAID,
        "pool_rule": st.sampled_from(["income_gap", "equal"]),
        "sector_per_person": st.floats(0, 5000),
        "donations_per_village": st.floats(0, 1e6),
        "donations_paid": SHARES_PAID,
        "contingency_yuan": st.floats(0, 1e8),
        "contingency_year": st.integers(2016, 2020),
        "village_programme_paid": SHARES_PAID,
    }
)
VILLAGES = st.lists(
    st.tuples(st.sampled_from(["city_budget", "soe", "district", ""]), st.integers(0, 2000), st.floats(0, 1e7)), min_size=1, max_size=12
)
LONG = tuple(range(2016, 2022))  # nothing comes later


@settings(max_examples=60)
@given(VILLAGES, PAYMENTS)
def test_what_payers_give_adds_up_to_what_they_owe(villages: list[tuple[str, int, float]], levers: dict[str, Any]) -> None:
    """Each account's sum over villages and years: the whole by its rule, and no fen more than what is paid of it."""
    payers = tuple(payer for payer, _, _ in villages)
    poor = np.array([payer != "" for payer in payers])
    people, gaps = (np.array([row[place] for row in villages], dtype=np.float64) for place in (1, 2))
    fen = entitlements(VillageMoney(people, poor, payers, gaps), Payment(**levers), FACTS, LONG)
    assert fen.min() >= 0 and fen.dtype == np.int64
    for payer, part in (("province", 0.6), ("guangzhou", 0.3), ("home_city", 0.1)):
        owed, rounding = people.sum() * 2_000_000 * part * levers["household_paid"][payer], 5 * len(villages)
        assert owed - rounding <= sum(by(fen, "household", payer)) <= owed + rounding
    for payer in ("city_budget", "soe", "district"):
        pot = payers.count(payer) * 10_000_000 * levers["pool_paid"]
        assert pot - 1 <= sum(by(fen, "pool", payer)) <= pot + 1e-3
        direct = payers.count(payer) * 190_000_000 * levers["guidance_factor"] * levers["guidance_paid"]
        assert direct - 3 * len(villages) - 3 <= sum(by(fen, "guidance", payer)) <= direct + 3 * len(villages)
    whole = np.floor(levers["contingency_yuan"] * 100 + 0.5) if poor.any() else 0
    assert by(fen, "contingency", "guangzhou")[levers["contingency_year"] - 2016] == sum(by(fen, "contingency", "guangzhou")) == whole
    programme = poor.sum() * int(1_500_000_000 * levers["village_programme_paid"])
    assert sum(by(fen, "village_programme", "province")) == programme
    gifts = by(fen, "donations", "society")
    assert gifts == [gifts[0]] * 3 + [0] * 3 and gifts[0] <= poor.sum() * (levers["donations_per_village"] * 100 + 1)


@given(PAYMENTS, st.sampled_from(["province", "guangzhou", "home_city"]))
def test_a_payer_that_withholds_takes_nothing_from_the_others(levers: dict[str, Any], payer: str) -> None:
    fen = entitlements(village(), Payment(**levers), FACTS, LONG)
    short = entitlements(village(), Payment(**levers | {"household_paid": levers["household_paid"] | {payer: 0.0}}), FACTS, LONG)
    account = ACCOUNTS.index(("household", payer))
    assert not short[:, :, account].any()
    assert np.array_equal(np.delete(short, account, axis=2), np.delete(fen, account, axis=2))


@settings(max_examples=30)
@given(st.integers(0, 10**9), st.lists(st.integers(1, 5000), min_size=1, max_size=6))
def test_a_village_shares_each_account_over_its_groups(fen: int, heads: list[int]) -> None:
    account = np.array([[fen, 7], [0, fen // 3]], dtype=np.int64)
    parts = share_out(account, heads)
    assert parts.shape == (len(heads), 2, 2)
    assert np.array_equal(parts.sum(axis=0), account)
    assert np.max(np.abs(parts[:, 0, 0] - fen * np.array(heads) / sum(heads))) < 1 + 1e-6

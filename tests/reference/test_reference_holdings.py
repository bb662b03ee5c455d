"""The reference's land, loans, houses and work on attitudes: the numbers that decide them, and sums worked by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from simlib.facts import Facts
from simlib.registry.keys import entity_key
from tests.reference import PlanRow, make_fixed_plan
from tests.reference.future import HOLDINGS, MORE, future_of
from tests.reference.tiny import YEARS, Rows, begun, central, register, round_of, scenario, still

LAND, LOAN = round_of("land_transfer", "guidance"), round_of("microcredit", "guidance")
HOUSE, WORK = round_of("housing", "guidance"), round_of("mindset", "guidance")
NO_SHARES = {"willing": "none"}
Watched = Callable[[Facts], bool]


def number(kind: int, year: int, word: int) -> float:
    """The central row's uniform of household h."""
    return future_of(scenario(), still(), 0, None).uniforms(entity_key("h"), year, kind)[word]


def rows(*rounds: dict[str, Any], year: int, home: dict[str, Any] | None = None, **levers: Any) -> Callable[[Facts], Any]:
    """A household's row under some facts."""
    registry, scene = register({"h": home or {}}), scenario(*rounds, **levers)
    return lambda facts: central(registry, scene, facts).rows["h", year]


@pytest.mark.parametrize(
    ("key", "kind", "year", "word", "happens"),
    [
        ("microcredit_default", HOLDINGS, 2017, 0, lambda f: rows(LOAN, year=2017)(f).defaulted),
        ("tenant_leaves", HOLDINGS, 2017, 1, lambda f: not rows(LAND, year=2017)(f).land),
        ("housing_delay", HOLDINGS, 2016, 2, lambda f: not rows(HOUSE, year=2016, home={"housing_safe": False})(f).safe),
        ("willing_share", MORE, 0, 0, lambda f: rows(LAND, year=2016)(f).land),
        ("microcredit_takeup", MORE, 0, 1, lambda f: rows(LOAN, year=2016)(f).loan),
        ("misidentified_share", MORE, 0, 2, lambda f: rows(year=2017, identification={"recheck": True})(f).removed),
        ("mindset_response", MORE, 0, 3, lambda f: rows(WORK, LAND, year=2016)(f.with_({"willing_share": {"value": 0.0}})).land),
    ],
)
def test_each_chance_has_its_own_number(key: str, kind: int, year: int, word: int, happens: Watched) -> None:
    """It happens where the chance lies above the household's number, and not where it lies below."""
    u = number(kind, year, word)
    facts = still(mindset_lift=1)
    chances = [facts.with_({key: {"value": chance, "distribution": "fixed"}}) for chance in (u * 0.99, min(1.0, u * 1.01))]
    assert [happens(one) for one in chances] == [False, True]


def test_house_is_safe_in_its_year_or_in_the_next() -> None:
    u = number(HOLDINGS, 2016, 2)
    for chance, safe in ((u * 0.99, [True, True]), (u * 1.01, [False, True])):
        outcome = central(register({"h": {"housing_safe": False}}), scenario(HOUSE), still(housing_delay=chance))
        assert [outcome.rows["h", year].safe for year in YEARS[:2]] == safe
        assert [outcome.rows["h", year].housed for year in YEARS[:2]] == [True, True]


def test_land_by_hand() -> None:
    # 2 mu at 400 = 800 of rent; 600 * 0.5 * 2 = 600 of the farm's 2000 are lost: 1400. The year of the contract knows neither.
    outcome = central(register({"h": {"land_mu": 2.0}}), scenario(LAND), still())
    seen = [(outcome.rows["h", year].business, outcome.rows["h", year].property) for year in YEARS]
    assert seen == [(200000, 0), (140000, 80000), (140000, 80000)]
    assert outcome.spending == {("v1", 2016, "land_transfer", "guidance"): 20000}


def test_loan_by_hand() -> None:
    # 32,890 * (0.0475 * 3 + 0.1) = 32,890 * 0.2425 = 7,975.825; a yield of 0.03 * 32,890 = 986.70 for three years
    outcome = central(register({"h": {}}), scenario(LOAN, horizon=[2016, 2020]), still(), range(2016, 2021))
    assert [outcome.rows["h", year].business for year in range(2016, 2021)] == [200000, 298670, 298670, 298670, 200000]
    assert outcome.spending == {
        ("v1", 2016, "microcredit", "guidance"): 797_583,
        ("v1", 2016, "microcredit", "credit"): 3_289_000,
    }
    row = outcome.ledger["v1", "credit", "bank", 2016]
    assert (row.entitled, row.committed, row.spent, row.carried_out, row.lapsed) == (3_289_000, 3_289_000, 3_289_000, 0, 0)


def test_reserve_is_charged_the_principal_once() -> None:
    # Weight 3: 3 * 32,890 of a sampled household that stands for three
    outcome = central(register({"h": {"weight": 3.0}}), scenario(LOAN), still(microcredit_default=1))
    assert [outcome.villages["v1", year].reserve for year in YEARS] == [0, 98670, 0]
    assert outcome.spending["v1", 2016, "microcredit", "credit"] == 9_867_000


def test_labour_is_counted_in_thousandths() -> None:
    # 1 - 0.5 - 0.2 - 0.2 is a hair below 0.1 in binary numbers, and enough for a post of 0.1
    measures = {name: {"funds": ["guidance"]} for name in ("industry", "microcredit")}
    first = {"order": "poorest_first", "measures": measures | {"local_jobs": {}}}
    levers: dict[str, Any] = {"village": {"collective": {"funds": ["guidance"], "money_share": 0.5}}}
    scene = scenario(first, round_of("public_post", "guidance", reach={"number": 1}), **levers)
    outcome = central(register({"h": {"elderly": 1}}), scene, still(labour_public_post=0.1), [2016])
    assert begun(outcome, 2016) == {"h": ("industry", "microcredit", "local_jobs", "public_post")}


def test_capacity_counts_weighted_households_of_a_year() -> None:
    # Ten houses a year: four sampled households that stand for three each are three in 2016 (9), and one in 2017.
    homes = {f"h{i}": {"housing_safe": False, "weight": 3.0} for i in range(4)}
    outcome = central(register(homes), scenario(HOUSE), still())
    assert [len(begun(outcome, year)) for year in YEARS] == [3, 1, 0]


def test_share_of_those_it_could_ever_serve_counts_what_nobody_refuses() -> None:
    # 0.5 of three in unsafe houses, one of whom has refused all that can be refused: 1.5, rounded half up: 2
    homes: dict[str, dict[str, Any]] = {name: {"housing_safe": False} for name in ("a", "b")}
    homes |= {"c": {"housing_safe": False, "willing": "none"}, "d": {}}
    served = round_of("housing", "guidance", reach={"share": 0.5})
    outcome = central(register(homes), scenario(served), still())
    assert [len(begun(outcome, year)) for year in YEARS] == [2, 1, 0]


def test_each_round_has_its_own_posts() -> None:
    # A post in each of two rounds; in 2017 both are renewed in the first, whose bound is one: the second of them by key falls out,
    # and the second round has a post to give again.
    homes = {name: {"elderly": 1, "wage_income": 100.0 * place} for place, name in enumerate("abc")}
    post = round_of("public_post", "guidance", reach={"number": 1})
    outcome = central(register(homes), scenario(post, post), still())
    assert [len(begun(outcome, year)) for year in YEARS] == [2, 2, 2]


def test_attitudes_change_consent_to_land_from_the_next_round_on() -> None:
    for rounds, years in (((WORK, LAND), [("land_transfer", "mindset"), ()]), ((LAND, WORK), [("mindset",), ("land_transfer",)])):
        outcome = central(register({"h": {}}), scenario(*rounds), still(willing_share=0, mindset_lift=1))
        assert [tuple(sorted(outcome.rows["h", year].begun)) for year in YEARS[:2]] == years
    together = {"order": "poorest_first", "measures": {name: {"funds": ["guidance"]} for name in ("mindset", "land_transfer")}}
    outcome = central(register({"h": {}}), scenario(together), still(willing_share=0, mindset_lift=1))
    assert [outcome.rows["h", year].begun for year in YEARS[:2]] == [("mindset",), ("land_transfer",)]


def test_equal_shares_of_nothing_begin_nothing() -> None:
    # 2016 has no money of the pool, 2017 has 100,000 yuan for one who asks for 20,000
    outcome = central(register({"h": {}}), scenario(round_of("industry", "pool", order="equal_shares")), still())
    assert [begun(outcome, year) for year in YEARS[:2]] == [{}, {"h": ("industry",)}]
    assert outcome.spending == {("v1", 2017, "industry", "pool"): 2_000_000}


def test_equal_shares_are_parts_of_weighted_costs() -> None:
    # 6,000 yuan for 2 * 10,000 of a household that stands for two and 10,000 of one: 4,000 (2,000 for each) and 2,000
    homes: Rows = {"a": {"weight": 2.0}, "b": NO_SHARES, "c": {}}
    served = round_of("asset_shares", "guidance", order="equal_shares", reach={"money": 6000.0})
    outcome = central(register(homes), scenario(served), still(), YEARS[:2])
    assert [outcome.rows[name, 2017].property for name in "abc"] == [11200, 0, 11200]  # 2,000 * 0.08 * 0.7 = 112
    assert outcome.spending == {("v1", 2016, "asset_shares", "guidance"): 600_000}


def test_fixed_plan_has_loans_and_houses_and_nobody_loses_them() -> None:
    # The plan is made without luck: no default frees labour for a course in 2017, whatever the chance.
    both = {"order": "poorest_first", "measures": {name: {"funds": ["guidance"]} for name in ("microcredit", "training")}}
    scene = scenario(both, HOUSE, mode="fixed", identification={"recheck": True})
    homes = register({"h": {"housing_safe": False}})
    plan = make_fixed_plan(homes, scene, still(microcredit_default=1, misidentified_share=1))
    assert plan == [
        PlanRow("h", 2016, "microcredit", "guidance", 797_583),
        PlanRow("h", 2016, "housing", "guidance", 4_000_000),
    ]
    outcome = central(homes, scene, still())
    assert begun(outcome, 2016) == {"h": ("microcredit", "housing")}
    # 7,975.83 / 0.2425 = 32,890.02 of loan, of which 0.03 are 986.70
    assert outcome.rows["h", 2017].business == 298_670


def test_fixed_plan_pays_day_work_from_works() -> None:
    # 0.5 of 1,000,000 is capital of the village, 0.15 of that are 75,000: 4,000 of day work in 2016; 6,000 in the years after
    levers: dict[str, Any] = {"village": {"collective": {"funds": ["guidance"], "money_share": 0.5}}}
    plan = make_fixed_plan(register({"h": {}}), scenario(round_of("local_jobs"), mode="fixed", **levers), still())
    assert plan == [PlanRow("h", year, "local_jobs", "works", fen) for year, fen in zip(YEARS, (400_000, 600_000, 600_000), strict=True)]

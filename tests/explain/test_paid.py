"""What a measure cost and who paid, from hand-made books."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from simlib.engine.state import CHOSEN, NO_LIMIT, PLANNED_FUNDS, STAKES, TRACES, WORDS, Fund, Ledger, Measure, Stake, Trace, Word
from simlib.explain.paid import Begun, FundPart, Payer, begun_of
from simlib.funds import ACCOUNTS
from tests.explain.traces import begun

YEARS = (2016, 2017)


def books(*spent: tuple[str, str, int]) -> np.ndarray[Any, Any]:
    """A group's ledger of both years in which accounts spent so many fen a year."""
    ledger = np.zeros((2, len(ACCOUNTS), len(Ledger)), dtype=np.int64)
    for fund, payer, fen in spent:
        ledger[:, ACCOUNTS.index((fund, payer)), Ledger.SPENT] = fen
    return ledger


def slots(*given: tuple[Measure, int, float, tuple[Fund, ...]], divided: int = 0) -> dict[str, Any]:
    """Slots of one household, allowed all of them: measure, its round, yuan put in, funds in order."""
    funds = np.full((len(given), PLANNED_FUNDS), -1)
    for place, (_, _, _, names) in enumerate(given):
        funds[place, : len(names)] = names
    last = np.cumsum(np.bincount([which for _, which, _, _ in given]))
    stake_per_yuan = np.ones(CHOSEN)
    stake_per_yuan[Measure.MICROCREDIT] = 1 / 0.25
    number = len(last)
    rounds = {"yearly": np.zeros(number), "measure": np.array([one[0] for one in given]), "last": last, "funds": funds, "divided": divided}
    capital = np.array([[[one[2] / 2, one[2]] for one in given]])
    table = {"may": np.array([2 ** len(given) - 1]), "capital": capital, "weight": np.array([4])}
    plan = {"plan_start": np.zeros(0, dtype=np.int64), "stake_per_yuan": stake_per_yuan}
    return {
        "rounds": SimpleNamespace(**rounds, **plan),
        "table": SimpleNamespace(**table),
        "groups": SimpleNamespace(limit=np.ones((1, number, 2))),
    }


def replayed(parts: dict[str, Any], ledger: np.ndarray[Any, Any], bits: int, done: tuple[int, int], **stakes: float) -> Any:
    """A replay of one household for whom measures were begun in both years; stakes by name."""
    trace, words = np.zeros((1, 2, TRACES)), np.zeros((1, 2, WORDS), dtype=np.int32)
    trace[0, :, Trace.BEGUN], words[0, :, Word.DONE] = bits, done
    kept = np.zeros((1, 2, STAKES))
    for name, value in stakes.items():
        kept[0, :, Stake[name]] = value
    packed = SimpleNamespace(years=YEARS, options=SimpleNamespace(first_year=2016), weight_unit=2, **parts)
    return SimpleNamespace(packed=packed, trace=trace, words=words, stakes=kept, ledger=ledger)


def only(found: tuple[Begun, ...]) -> Begun:
    (one,) = found
    return one


HOUSEHOLD_FUND = (("household", "province", 600), ("household", "guangzhou", 300), ("household", "home_city", 100))
SIX_THREE_ONE = (Payer("province", 0.6), Payer("guangzhou", 0.3), Payer("home_city", 0.1))


def test_one_fund_is_certain() -> None:
    parts = slots((Measure.TRAINING, 0, 3000.0, (Fund.HOUSEHOLD,)))
    seen = replayed(parts, books(*HOUSEHOLD_FUND), begun(Measure.TRAINING), (1, 1))
    wanted = Begun("training", "二(六)3", 300_000, None, (FundPart("household", 300_000, SIX_THREE_ONE),), certain=True)
    assert only(begun_of(seen, 0, 1)) == wanted
    assert only(begun_of(seen, 0, 0)).fen == 150_000, "the first year has a cost of its own"


def test_funds_that_spent_nothing_did_not_pay() -> None:
    parts = slots((Measure.HOUSING, 0, 40_000.0, (Fund.POOL, Fund.GUIDANCE, Fund.HOUSEHOLD)))
    seen = replayed(parts, books(("guidance", "soe", 500)), begun(Measure.HOUSING), (1, 1))
    assert only(begun_of(seen, 0, 1)).funds == (FundPart("guidance", 4_000_000, (Payer("soe", 1.0),)),)
    several = replayed(parts, books(("guidance", "soe", 500), ("pool", "soe", 5)), begun(Measure.HOUSING), (1, 1))
    found = only(begun_of(several, 0, 1))
    assert ([part.fund for part in found.funds], found.certain) == (["pool", "guidance"], False)
    assert {part.fen for part in found.funds} == {None}


def test_a_loan_costs_less_than_it_lends() -> None:
    parts = slots((Measure.MICROCREDIT, 0, 20_000.0, (Fund.HOUSEHOLD,)))
    found = only(begun_of(replayed(parts, books(*HOUSEHOLD_FUND), begun(Measure.MICROCREDIT), (1, 1), LOAN=20_000.0), 0, 1))
    assert (found.fen, found.put_in_fen) == (500_000, 2_000_000)


def test_day_wages_come_out_of_village_projects() -> None:
    parts = slots((Measure.LOCAL_JOBS, 0, 6000.0, (Fund.WORKS,)))
    found = only(begun_of(replayed(parts, books(), begun(Measure.LOCAL_JOBS), (1, 1), LOCAL=6000.0), 0, 1))
    assert found.funds == (FundPart("works", 600_000, ()),)
    assert found.put_in_fen is None


def test_the_round_that_has_served_says_the_cost() -> None:
    two = slots((Measure.INDUSTRY, 0, 5000.0, (Fund.HOUSEHOLD,)), (Measure.INDUSTRY, 1, 9000.0, (Fund.GUIDANCE,)))
    money = books(*HOUSEHOLD_FUND, ("guidance", "soe", 5))
    found = only(begun_of(replayed(two, money, begun(Measure.INDUSTRY), (0b10, 0b10), INDUSTRY=9000.0), 0, 1))
    assert (found.fen, [part.fund for part in found.funds], found.certain) == (900_000, ["guidance"], True)


def test_a_round_without_a_reach_remembers_nobody() -> None:
    two = slots((Measure.TRAINING, 0, 500.0, (Fund.HOUSEHOLD,)), (Measure.TRAINING, 1, 900.0, (Fund.HOUSEHOLD,)))
    two["groups"].limit[0, 1, 0] = NO_LIMIT
    assert only(begun_of(replayed(two, books(*HOUSEHOLD_FUND), begun(Measure.TRAINING), (0b01, 0b01)), 0, 1)).fen is None
    two["groups"].limit[0, 1, 0], two["rounds"].yearly[1] = 5, 1
    assert only(begun_of(replayed(two, books(*HOUSEHOLD_FUND), begun(Measure.TRAINING), (0b01, 0b01)), 0, 1)).fen is None
    two["rounds"].yearly[1] = 0
    assert only(begun_of(replayed(two, books(*HOUSEHOLD_FUND), begun(Measure.TRAINING), (0b01, 0b01)), 0, 1)).fen == 50_000


def test_what_was_put_in_says_which_round_it_was() -> None:
    two = slots((Measure.INDUSTRY, 0, 500.0, (Fund.HOUSEHOLD,)), (Measure.INDUSTRY, 1, 900.0, (Fund.GUIDANCE,)))
    money = books(*HOUSEHOLD_FUND, ("guidance", "soe", 5))
    found = only(begun_of(replayed(two, money, begun(Measure.INDUSTRY), (0b11, 0b11), INDUSTRY=500.0), 0, 1))
    assert (found.fen, [part.fund for part in found.funds], found.certain) == (50_000, ["household"], True)


def test_which_of_two_rounds_is_not_known() -> None:
    two = slots((Measure.TRAINING, 0, 500.0, (Fund.HOUSEHOLD,)), (Measure.TRAINING, 1, 900.0, (Fund.GUIDANCE,)))
    money = books(*HOUSEHOLD_FUND, ("guidance", "soe", 5))
    found = only(begun_of(replayed(two, money, begun(Measure.TRAINING), (0b11, 0b11)), 0, 1))
    assert (found.fen, [part.fund for part in found.funds], found.certain) == (None, ["household", "guidance"], False)


def test_equal_shares_cost_what_they_put_in() -> None:
    parts = slots((Measure.ASSET_SHARES, 0, 9000.0, (Fund.HOUSEHOLD,)), divided=1)
    found = only(begun_of(replayed(parts, books(*HOUSEHOLD_FUND), begun(Measure.ASSET_SHARES), (1, 1), SHARES=1234.56), 0, 1))
    assert (found.fen, found.put_in_fen) == (123_456, None)


def test_a_plans_rows_say_what_each_fund_paid() -> None:
    fen = np.zeros((3, PLANNED_FUNDS), dtype=np.int64)
    fen[1, Fund.HOUSEHOLD], fen[1, Fund.GUIDANCE], fen[2, Fund.POOL] = 2000, 600, 10
    plan = {"plan_start": np.array([0, 3]), "plan_measure": np.array([0, 0, 1]), "plan_fen": fen, "stake_per_yuan": np.ones(CHOSEN)}
    parts = {"rounds": SimpleNamespace(**plan), "table": SimpleNamespace(weight=np.array([4]))}
    seen = replayed(parts, books(("household", "province", 9)), begun(Measure.INDUSTRY), (0b001, 0b011), INDUSTRY=13.0)
    found = only(begun_of(seen, 0, 1))
    assert found.fen == 1300, "of one household: the row has weight 4 in units of a half"
    paid = (FundPart("household", 1000, (Payer("province", 1.0),)), FundPart("guidance", 300, ()))
    assert (found.funds, found.certain, found.put_in_fen) == (paid, True, None)


def test_nothing_begun_costs_nothing() -> None:
    parts = slots((Measure.TRAINING, 0, 3000.0, (Fund.HOUSEHOLD,)))
    assert begun_of(replayed(parts, books(), 0, (0, 0)), 0, 0) == ()

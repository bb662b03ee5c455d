"""What a measure cost and who paid, from hand-made books."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from simlib.engine.counted import TRACES, Trace
from simlib.engine.state import CHOSEN, PLANNED_FUNDS, STAKES, WORDS, Fund, Ledger, Measure, Stake, Word
from simlib.engine.tagged import Tagged
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


def slots(*measures: Measure) -> dict[str, Any]:
    """Slots of one household of weight 4 in halves, so it stands for two."""
    stake_per_yuan = np.ones(CHOSEN)
    stake_per_yuan[Measure.MICROCREDIT] = 1 / 0.25
    rounds = {"measure": np.array(measures), "plan_start": np.zeros(0, dtype=np.int64), "stake_per_yuan": stake_per_yuan}
    return {"rounds": SimpleNamespace(**rounds), "table": SimpleNamespace(weight=np.array([4]))}


def replayed(
    parts: dict[str, Any],
    ledger: np.ndarray[Any, Any],
    bits: int,
    done: tuple[int, int] = (0, 0),
    paid: tuple[Tagged, ...] = (),
    **stakes: float,
) -> Any:
    """A replay of one household for whom measures were begun in both years; paid in the second; stakes by name."""
    trace, words = np.zeros((1, 2, TRACES)), np.zeros((1, 2, WORDS), dtype=np.int32)
    trace[0, :, Trace.BEGUN], words[0, :, Word.DONE] = bits, done
    kept = np.zeros((1, 2, STAKES))
    for name, value in stakes.items():
        kept[0, :, Stake[name]] = value
    packed = SimpleNamespace(years=YEARS, options=SimpleNamespace(first_year=2016), weight_unit=2, **parts)
    return SimpleNamespace(packed=packed, trace=trace, words=words, stakes=kept, ledger=ledger, paid=((), paid))


def only(found: tuple[Begun, ...]) -> Begun:
    (one,) = found
    return one


HOUSEHOLD_FUND = (("household", "province", 600), ("household", "guangzhou", 300), ("household", "home_city", 100))
SIX_THREE_ONE = (Payer("province", 0.6), Payer("guangzhou", 0.3), Payer("home_city", 0.1))


def test_one_fund_paid_all() -> None:
    paid = (Tagged(0, 0, Fund.HOUSEHOLD, 600_000), Tagged(1, 0, Fund.HOUSEHOLD, 77))
    seen = replayed(slots(Measure.TRAINING), books(*HOUSEHOLD_FUND), begun(Measure.TRAINING), paid=paid)
    wanted = Begun("training", "二(六)3", 300_000, None, (FundPart("household", 300_000, SIX_THREE_ONE),))
    assert only(begun_of(seen, 0, 1)) == wanted, "of one household, though the row stands for two"


def test_who_straddles_two_funds_has_a_part_of_each() -> None:
    paid = (Tagged(0, 0, Fund.POOL, 1_000_000), Tagged(0, 0, Fund.GUIDANCE, 7_000_000))
    seen = replayed(slots(Measure.HOUSING), books(("guidance", "soe", 500), ("pool", "soe", 5)), begun(Measure.HOUSING), paid=paid)
    found = only(begun_of(seen, 0, 1))
    assert found.fen == 4_000_000
    assert {part.fund: part.fen for part in found.funds} == {"pool": 500_000, "guidance": 3_500_000}


def test_only_the_measures_own_slots_count() -> None:
    paid = (Tagged(0, 0, Fund.HOUSEHOLD, 800), Tagged(0, 1, Fund.GUIDANCE, 200))
    bits = begun(Measure.TRAINING) | begun(Measure.INDUSTRY)
    found = begun_of(replayed(slots(Measure.TRAINING, Measure.INDUSTRY), books(), bits, paid=paid, INDUSTRY=1.0), 0, 1)
    assert [(one.measure, one.fen) for one in found] == [("industry", 100), ("training", 400)]


def test_a_loan_costs_less_than_it_lends() -> None:
    paid = (Tagged(0, 0, Fund.HOUSEHOLD, 1_000_000),)
    found = only(begun_of(replayed(slots(Measure.MICROCREDIT), books(), begun(Measure.MICROCREDIT), paid=paid, LOAN=20_000.0), 0, 1))
    assert (found.fen, found.put_in_fen) == (500_000, 2_000_000)


def test_day_wages_come_out_of_village_projects() -> None:
    paid = (Tagged(0, 0, Fund.WORKS, 1_200_000),)
    found = only(begun_of(replayed(slots(Measure.LOCAL_JOBS), books(), begun(Measure.LOCAL_JOBS), paid=paid, LOCAL=6000.0), 0, 1))
    assert found.funds == (FundPart("works", 600_000, ()),)
    assert found.put_in_fen is None


def test_a_plans_rows_say_what_each_fund_paid() -> None:
    fen = np.zeros((3, PLANNED_FUNDS), dtype=np.int64)
    fen[1, Fund.HOUSEHOLD], fen[1, Fund.GUIDANCE], fen[2, Fund.POOL] = 2000, 600, 10
    plan = {"plan_start": np.array([0, 3]), "plan_measure": np.array([0, 0, 1]), "plan_fen": fen, "stake_per_yuan": np.ones(CHOSEN)}
    parts = {"rounds": SimpleNamespace(**plan), "table": SimpleNamespace(weight=np.array([4]))}
    seen = replayed(parts, books(("household", "province", 9)), begun(Measure.INDUSTRY), (0b001, 0b011), INDUSTRY=13.0)
    found = only(begun_of(seen, 0, 1))
    assert found.fen == 1300, "of one household: the row has weight 4 in units of a half"
    paid = (FundPart("household", 1000, (Payer("province", 1.0),)), FundPart("guidance", 300, ()))
    assert (found.funds, found.put_in_fen) == (paid, None)


def test_nothing_begun_costs_nothing() -> None:
    assert begun_of(replayed(slots(Measure.TRAINING), books(), 0), 0, 0) == ()

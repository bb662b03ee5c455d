"""What holds of every draw of the reference, and what it refuses."""

import pytest

from simlib.facts import load_facts
from tests.reference import Outcome, run_draw
from tests.reference.future import fen
from tests.reference.tiny import YEARS, central, full, mixed, register, scenario, still


@pytest.fixture(scope="module", params=["annual", "fixed"])
def outcome(request: pytest.FixtureRequest) -> Outcome:
    return run_draw(mixed(), full(request.param), load_facts(), 7, 3, YEARS)


def test_order_of_rows_changes_nothing(outcome: Outcome, request: pytest.FixtureRequest) -> None:
    mode = request.node.callspec.params["outcome"]
    again = run_draw(mixed(shuffled=True), full(mode), load_facts(), 7, 3, YEARS)
    assert again == outcome


def test_something_happens(outcome: Outcome) -> None:
    kinds = {measure for row in outcome.rows.values() for measure in row.begun}
    assert kinds >= {"industry", "training", "asset_shares"}
    assert {row.status for row in outcome.rows.values()} >= {"in", "exited"}


def test_ledger_identities(outcome: Outcome) -> None:
    for (village, fund, payer, year), row in outcome.ledger.items():
        assert row.entitled + row.carried_in == row.spent + row.carried_out + row.lapsed
        assert 0 <= row.spent == row.committed
        before = outcome.ledger.get((village, fund, payer, year - 1))
        assert row.carried_in == (before.carried_out if before else 0)


def test_ledger_and_measures_spend_the_same(outcome: Outcome) -> None:
    for fund in ("household", "guidance", "pool"):
        for year in YEARS:
            by_payer = sum(row.spent for (_, f, _, y), row in outcome.ledger.items() if (f, y) == (fund, year))
            by_measure = sum(amount for (_, y, _, f), amount in outcome.spending.items() if (f, y) == (fund, year))
            assert by_payer == by_measure


def test_totals_are_the_sum_of_their_sources(outcome: Outcome) -> None:
    for row in outcome.rows.values():
        sources = (row.wage, row.business, row.property, row.transfer, row.dibao)
        assert row.total_fen == sum(sources)
        assert sources == tuple(fen(source) for source in row.unrounded)


def test_draws_differ_and_seeds_differ() -> None:
    runs = [run_draw(mixed(), full(), load_facts(), seed, luck, [2016]) for seed, luck in ((1, 0), (1, 1), (2, 0))]
    wages = [[row.wage for row in run.rows.values()] for run in runs]
    assert wages[0] != wages[1] and wages[0] != wages[2] and wages[1] != wages[2]


def test_first_years_do_not_depend_on_the_horizon() -> None:
    one, three = (run_draw(mixed(), full(), load_facts(), 1, 0, years) for years in ([2016], YEARS))
    assert one.rows == {key: row for key, row in three.rows.items() if key[1] == 2016}


def test_refuses_what_it_does_not_do() -> None:
    with pytest.raises(ValueError, match="without a gap"):
        central(register({"h": {}}), scenario(), still(), [2017])
    large = register({f"h{i}": {} for i in range(5001)})
    with pytest.raises(ValueError, match="several groups"):
        central(large, scenario(), still())

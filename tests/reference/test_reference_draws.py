"""What holds of every draw of the reference, and what it refuses."""

from collections.abc import Callable
from typing import get_args

import pytest

from simlib.facts import load_facts
from simlib.scenario import Scenario
from simlib.scenario.schema import Round
from tests.reference import CHOSEN, Outcome, run_draw
from tests.reference.future import fen
from tests.reference.people import CANDIDATE, STATUSES
from tests.reference.scenarios import PLANNED, WHOLE
from tests.reference.tiny import YEARS, central, full, mixed, register, scenario, still

PLANNED_FUNDS = ("household", "guidance", "pool", "sector", "donations", "contingency", "village_programme", "works")
SCENES: dict[str, Callable[[], Scenario]] = {
    "annual": full,
    "fixed": lambda: full("fixed"),
    "everything": WHOLE["everything"],
    "a plan of everything": PLANNED["a plan of everything"],
}


@pytest.fixture(scope="module", params=SCENES)
def outcome(request: pytest.FixtureRequest) -> Outcome:
    return run_draw(mixed(), SCENES[request.param](), load_facts(), 7, 3, YEARS)


def test_order_of_rows_changes_nothing(outcome: Outcome, request: pytest.FixtureRequest) -> None:
    scene = SCENES[request.node.callspec.params["outcome"]]()
    again = run_draw(mixed(shuffled=True), scene, load_facts(), 7, 3, YEARS)
    assert again == outcome


def test_something_happens(outcome: Outcome) -> None:
    kinds = {measure for row in outcome.rows.values() for measure in row.begun}
    assert kinds >= {"training", "asset_shares"}
    assert {row.status for row in outcome.rows.values()} >= {"in", "exited"}


def test_scenarios_use_every_measure_order_reach_and_fund() -> None:
    levers = [make().levers for make in (WHOLE | PLANNED).values()]
    rounds = [round_ for one in levers for round_ in one.rounds]
    assert {measure for round_ in rounds for measure in round_.measures} == set(CHOSEN)
    assert {round_.order for round_ in rounds} == set(get_args(Round.model_fields["order"].annotation))
    assert {name for round_ in rounds if round_.reach for name, value in round_.reach if value is not None} == {"share", "number", "money"}
    outcomes = [run_draw(mixed(), make(), load_facts(), 7, 3, YEARS) for make in (WHOLE | PLANNED).values()]
    spent = {(measure, fund) for outcome in outcomes for _, _, measure, fund in outcome.spending}
    assert {measure for measure, _ in spent} >= {*CHOSEN, "technique", "ecommerce", "village_services", "collective", "social_security"}
    assert {fund for _, fund in spent} == {*PLANNED_FUNDS, "social", "credit"}
    assert {row.status for outcome in outcomes for row in outcome.rows.values()} >= {*STATUSES} - {CANDIDATE}


def test_ledger_identities(outcome: Outcome) -> None:
    for (village, fund, payer, year), row in outcome.ledger.items():
        assert row.entitled + row.carried_in == row.spent + row.carried_out + row.lapsed
        assert 0 <= row.spent == row.committed
        before = outcome.ledger.get((village, fund, payer, year - 1))
        assert row.carried_in == (before.carried_out if before else 0)


def test_ledger_and_measures_spend_the_same(outcome: Outcome) -> None:
    for fund in (*PLANNED_FUNDS, "social", "credit"):
        if fund == "works":  # part of what services and capital cost
            continue
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

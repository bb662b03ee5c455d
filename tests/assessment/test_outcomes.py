"""Years of a projection, its table by draw, and what never changes."""

import json
from typing import Any

import pytest

from simlib.assessment import money, outcomes
from simlib.assessment.counts import Counts, spent_yuan
from simlib.assessment.targets import targets
from simlib.engine.counted import Stat
from simlib.engine.project import Projection
from simlib.registry import make_registry
from simlib.runs import Run, run_one
from simlib.scenario import bundled_scenarios, load_scenario, scenario_from
from tests.small import SCORES, hand_projection, register_of, small_register, small_run

YEAR_FIELDS = ["year", "at_line_share", "exited_share", "exited_by_dibao_share", "reentry_share", "income_pc_labour_capable"]
YEAR_FIELDS += ["villages_exited_share", "fgt"]
BANDED = ["at_fixed_share", "at_moving_share", "at_indexed_share", *outcomes.SHARES]
MEANS = ["exited_by_income_share", "below_line_after_exit_share", "gap_group_share", "paper_exits_share", "made_safe_people"]
MEANS += ["entered_people", "reserve_charged_yuan"]
VILLAGES = ["services_share", "villages_sheet_share", "collective_yuan", "collective_own_yuan"]
SUMS = ("_people", "_yuan")
HOUSEHOLD_FUND_ONLY = {
    "base": "baseline",
    "levers": {
        "rounds": [
            {"order": "poorest_first", "measures": {"training": {"funds": ["household"]}, "industry": {"funds": ["household"]}}},
            {"order": "without_labour_first", "measures": {"asset_shares": {"funds": ["household"]}}},
        ]
    },
}


def full() -> Run:
    return small_run("full_package")


def year(projection: Projection, at: int = -1) -> dict[str, Any]:
    """One year's record."""
    return outcomes.years(projection)[at]


# ---- years


def test_years_have_the_fields_of_the_contract_and_then_more() -> None:
    for record in outcomes.years(full().projection):
        assert list(record) == [*YEAR_FIELDS, *BANDED, *MEANS, *VILLAGES]
        for name in ("at_line_share", "exited_share", "income_pc_labour_capable", "services_share", *BANDED):
            assert list(record[name]) == ["mean", "p05", "p95"]
        for name in ("exited_by_dibao_share", "reentry_share", "villages_exited_share", *MEANS):
            assert list(record[name]) == ["mean"]
        assert len(record["fgt"]) == 3


@pytest.mark.parametrize("name", bundled_scenarios())
@pytest.mark.parametrize("draws", [0, 24])
def test_nothing_that_is_told_is_nan(name: str, draws: int) -> None:
    one = small_run(name, draws)
    told = [outcomes.years(one.projection), money.funds(one.projection), money.cost(one.projection)]
    json.dumps([*told, [each.record() for each in targets(one.projection)]], allow_nan=False)


def test_without_luck_there_are_no_bands() -> None:
    first = year(small_run("baseline", 0).projection, 0)
    assert first["exited_share"]["mean"] is not None
    assert (first["exited_share"]["p05"], first["exited_share"]["p95"]) == (None, None)


def test_nobody_could_fall_back_in_the_first_year() -> None:
    assert year(full().projection, 0)["reentry_share"] == {"mean": None}


def test_routes_of_exit_add_up() -> None:
    # of ten people four are out, one of them by dibao; two left this year, one of these on paper
    stats = {("a", Stat.EXITED): 4, ("a", Stat.EXITED_BY_DIBAO): 1, ("a", Stat.EXITS): 2, ("a", Stat.PAPER_EXITS): 1, ("a", Stat.PAPER): 3}
    found = year(hand_projection(stats))
    shares = [found[name]["mean"] for name in ("exited_by_income_share", "exited_by_dibao_share", "exits_share", "on_paper_share")]
    assert shares == pytest.approx([0.3, 0.1, 0.2, 0.3])
    assert found["paper_exits_share"] == {"mean": 0.5}


def test_a_share_of_exits_is_of_the_draws_that_have_some() -> None:
    found = year(hand_projection({("a", Stat.EXITS): [0, *[2] * 9], ("a", Stat.PAPER_EXITS): [0, *[1] * 9]}))
    assert found["paper_exits_share"] == {"mean": 0.5}
    assert year(hand_projection())["paper_exits_share"] == {"mean": None}


def test_years_by_hand() -> None:
    stats = {
        ("a", Stat.EXITED): 4,
        ("a", Stat.BELOW_AFTER_EXIT): 1,
        ("a", Stat.REMOVED): 1,
        ("b", Stat.STABLE): 2,
        ("a", Stat.CAPABLE_INDEXED): 5,
        ("b", Stat.WITHOUT_INDEXED): 4,
        ("a", Stat.HOUSED): 5,
        ("b", Stat.MADE_SAFE): 3,
        ("b", Stat.ENTERED): 2,
        ("a", Stat.RESERVE_FEN): 150_000,
        ("a", Stat.VILLAGE_SHEET): 1,
    }
    found = year(hand_projection(stats))
    names = ("below_line_after_exit_share", "removed_share", "stable_exit_share", "at_indexed_share", "safe_house_share")
    assert [found[name]["mean"] for name in names] == pytest.approx([0.25, 0.1, 0.2, 0.9, 0.5])
    plain = ("made_safe_people", "entered_people", "reserve_charged_yuan", "villages_sheet_share")
    assert [found[name]["mean"] for name in plain] == [3, 2, 1500, 0.5]


def test_services_are_told_where_every_score_is_known() -> None:
    known = register_of({"h1": {}, "h2": {"village_id": "b"}}, {"a": SCORES, "b": {"county": "大埔县", **SCORES}})
    assert year(hand_projection({("a", Stat.SERVICES): 1}, registry=known))["services_share"]["mean"] == 0.5
    assert year(hand_projection({("a", Stat.SERVICES): 1}))["services_share"] == {"mean": None, "p05": None, "p95": None}


@pytest.mark.parametrize("line", ["fixed", "moving", "indexed"])
def test_the_governing_line_is_one_of_the_three(line: str) -> None:
    stats = {("a", Stat.CAPABLE_FIXED): 1, ("a", Stat.CAPABLE_MOVING): 2, ("a", Stat.CAPABLE_INDEXED): 3}
    found = year(hand_projection(stats, governing_line=line))
    assert found["at_line_share"] == found[f"at_{line}_share"]
    assert [found[f"at_{each}_share"]["mean"] for each in ("fixed", "moving", "indexed")] == pytest.approx([0.1, 0.2, 0.3])


# ---- by draw


def test_the_table_by_draw_is_the_counts() -> None:
    projection = hand_projection({("a", Stat.EXITED): list(range(10)), ("b", Stat.STABLE): 4, ("a", Stat.MEAN_INDEXED): 1})
    table = outcomes.draws_table(projection)
    assert len(table) == 10 * 3
    assert table.loc[table["year"] == 2018, "exited"].tolist() == pytest.approx([number / 10 for number in range(10)])
    assert set(table["stable"]) == {0.4}
    assert set(table["village_indexed"]) == {0.5}
    assert table["services"].isna().all()


# ---- what never changes


def shares(value: Any) -> Any:
    """Everything in records that is a rate: sums of money and people left out."""
    kept = [{name: number for name, number in record.items() if name != "line_value" and not name.endswith(SUMS)} for record in value]
    return json.loads(json.dumps(kept), parse_float=lambda text: round(float(text), 12))


def test_doubling_all_weights_leaves_every_rate() -> None:
    register, scenario = small_register(), scenario_from(HOUSEHOLD_FUND_ONLY, "weights")
    homes, places = register.households.assign(weight=2.0), register.villages
    places = places.assign(residents=places["residents"] * 2)
    double = make_registry(homes, places, synthetic=True, origin="doubled")
    once, twice = (run_one(scenario, people, draws=16, workers=1).projection for people in (register, double))
    assert Counts(twice).people == 2 * Counts(once).people
    assert spent_yuan(twice) == pytest.approx(2 * spent_yuan(once))
    assert spent_yuan(once).sum() > 0
    for records in (outcomes.years, lambda of: [one.record() for one in targets(of)]):
        assert shares(records(twice)) == shares(records(once))


def test_fractional_weights_count_in_their_unit() -> None:
    register = small_register()
    homes = register.households.assign(weight=1.5)
    run = run_one(load_scenario("baseline"), make_registry(homes, register.villages, synthetic=True, origin="1.5"), draws=0)
    assert run.to_json()["registry"]["people"] == 1500
    assert run.by("county")["people"].sum() == 3 * 1500
    assert run.draws_table()["exited_people"].iloc[-1] == pytest.approx(
        1.5 * small_run("baseline", 0).draws_table()["exited_people"].iloc[-1]
    )

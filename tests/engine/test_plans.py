"""Plans: made by the rule, written, read, refused where they are wrong, and carried out row by row."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simlib.engine.counted import Trace
from simlib.engine.fixed import fixed_plan
from simlib.engine.plans import COLUMNS, read_plan, write_plan
from simlib.engine.project import Projection, project, project_whole
from simlib.engine.state import Fund, Ledger, Measure
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.measures import CHOSEN_MEASURES
from simlib.registry import Registry
from simlib.scenario import load_scenario
from tests.engine.small import STILL, any_register, assert_same, draws_of, facts_with, packed_with, register, scenario_with

SUFFIXES = [".xlsx", ".csv", ".parquet"]


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_fixed_plan_written_and_read_gives_the_same_bits(suffix: str, tmp_path: Path) -> None:
    registry, scenario = any_register(21, households=40), load_scenario("full_package")
    plan = fixed_plan(packed_with(registry, scenario))
    assert set(plan["measure"]) == {measure.key for measure in CHOSEN_MEASURES}
    write_plan(plan, tmp_path / f"plan{suffix}")
    back = read_plan(tmp_path / f"plan{suffix}")
    pd.testing.assert_frame_equal(back, plan, check_dtype=False)
    one, other = (packed_with(registry, scenario, plan=rows) for rows in (plan, back))
    assert_same(project(one, draws_of(one, 5)), project(other, draws_of(other, 5)))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_ids_stay_text(suffix: str, tmp_path: Path) -> None:
    """Full-width forms and outer blanks are made plain, as in a register."""
    ids = ["007", "NA", "null", "1e5", "=1+1", "https://example", "  08 ", "４４"]
    write_plan(table(*((name, 2016, "industry", "household", 5) for name in ids)), tmp_path / f"plan{suffix}")
    assert read_plan(tmp_path / f"plan{suffix}")["household_id"].tolist() == [*ids[:-2], "08", "44"]


def test_a_missing_file_column_or_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file; wanted a table with the columns household_id, year"):
        read_plan(tmp_path / "none.csv")
    (tmp_path / "plan.csv").write_text("household_id,year,measure\nH1,2016,industry\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column fund, fen; seen household_id, year, measure"):
        read_plan(tmp_path / "plan.csv")
    (tmp_path / "plan.txt").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"seen \.txt, wanted \.csv, \.xlsx or \.parquet"):
        read_plan(tmp_path / "plan.txt")


BAD = [
    (("H9", 2016, "industry", "household", 1), r"row 2: household 'H9' is not in the register"),
    (("H1", 2030, "industry", "household", 1), r"row 2: year 2030; wanted 2016 to 2018"),
    (("H1", 2016, "industri", "household", 1), r"row 2: measure 'industri'; did you mean 'industry'"),
    (("H1", 2016, "dibao", "household", 1), r"row 2: measure 'dibao'; known: asset_shares, housing, industry, land_transfer"),
    (("H1", 2016, "industry", "social", 1), r"row 2: fund 'social'; "),
    (("H1", 2016, "industry", "household", -1), r"row 2: fen -1; wanted a whole number of fen"),
    (("H1", 2016, "industry", "household", 1.5), r"row 2: fen 1.5; wanted a whole number of fen"),
    (("H1", 2016, "industry", "household", float("inf")), r"row 2: fen inf; wanted a whole number of fen, 0 to 1e\+12"),
    (("H1", 2016, "industry", "household", 10**17), r"row 2: fen 1\d+; wanted a whole number of fen, 0 to 1e\+12"),
    (("H2", 2016, "industry", "household", 1), r"row 2: household 'H2' may not have industry"),
]


@pytest.mark.parametrize(("row", "message"), BAD)
def test_a_bad_row_is_refused(row: tuple[Any, ...], message: str) -> None:
    registry = register([{}, {"workers": 0, "labour_units": 0.0}])
    with pytest.raises(InputError, match=message):
        packed_with(registry, load_scenario("baseline"), plan=table(row))


def test_all_bad_rows_are_told_together() -> None:
    with pytest.raises(InputError, match="plan: 10 problems") as caught:
        packed_with(register([{}, {"workers": 0, "labour_units": 0.0}]), load_scenario("baseline"), plan=table(*(row for row, _ in BAD)))
    assert len(caught.value.problems) == len(BAD)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [f"row {place}" for place in range(2, 2 + len(BAD))]


# --- carrying out


def carried_out(registry: Registry, plan: pd.DataFrame, facts: dict[str, float] | None = None, **levers: Any) -> Projection:
    """A plan carried out in one still draw."""
    numbers = facts_with(STILL | (facts or {}))
    packed = packed_with(registry, scenario_with(numbers, levers, uncertainties={"parameters": "none"}), numbers, plan)
    return project_whole(packed, draws_of(packed, 1))


def begun(projection: Projection) -> dict[str, list[list[str]]]:
    """Measures begun by each household, year by year."""
    assert projection.trace is not None
    bits = projection.trace[:, :, Trace.BEGUN, 0].astype(int)
    names = [measure.name.lower() for measure in Measure]
    ids = projection.packed.household_ids
    return {str(ids[row]): [[names[one] for one in range(4) if year >> one & 1] for year in bits[row]] for row in range(len(ids))}


def spent(projection: Projection, fund: Fund) -> list[int]:
    return [int(fen) for fen in projection.spending[0, :, :, fund].sum(axis=1)]


YEAR_OF_GUIDANCE = 100_000_000  # fen: one million yuan in 2016


def in_key_order(registry: Registry) -> list[str]:
    return [str(name) for name in packed_with(registry, load_scenario("baseline")).household_ids]


def test_the_first_row_that_a_fund_cannot_pay_stops_it_for_the_year() -> None:
    registry = register([{}, {}, {}, {}])
    a, b, c, d = in_key_order(registry)
    plan = table(
        (a, 2016, "asset_shares", "guidance", 60_000_000),
        (b, 2016, "asset_shares", "guidance", 60_000_000),  # 40 m left: it stops here,
        (c, 2016, "asset_shares", "guidance", 1_000_000),  # though this one could be paid
        (d, 2016, "asset_shares", "household", 1_000_000),  # another fund goes on
    )
    projection = carried_out(registry, plan)
    first, second = [["asset_shares"], [], []], [[], ["asset_shares"], []]
    assert begun(projection) == {a: first, b: second, c: second, d: first}
    assert spent(projection, Fund.GUIDANCE) == [60_000_000, 61_000_000, 0]
    assert spent(projection, Fund.HOUSEHOLD) == [1_000_000, 0, 0]


def test_rows_that_belong_together_begin_all_or_none() -> None:
    registry = register([{}, {}])
    a, b = in_key_order(registry)
    plan = table(
        (a, 2016, "industry", "guidance", YEAR_OF_GUIDANCE + 1),
        (a, 2016, "industry", "household", 5),
        (b, 2016, "asset_shares", "household", 7),
    )
    projection = carried_out(registry, plan)
    assert begun(projection) == {a: [[], ["industry"], []], b: [["asset_shares"], [], []]}
    assert spent(projection, Fund.HOUSEHOLD) == [7, 5, 0]
    assert projection.state is not None


def test_what_a_row_pays_is_its_capital() -> None:
    registry = register([{"weight": 2.0}])
    plan = table(("H1", 2016, "industry", "guidance", 3_000_000), ("H1", 2016, "industry", "household", 1_000_000))
    projection = carried_out(registry, plan, {"industry_margin": 0.3, "industry_ramp_first": 0.25})
    assert projection.trace is not None
    # 40,000 yuan for two households are 20,000 each, x 0.3 x 0.25 x 8/12 = 1,000 yuan
    assert projection.trace[0, 0, Trace.BUSINESS, 0] == 100_000


def test_a_row_of_a_household_that_has_left_is_not_begun_and_stops_nothing() -> None:
    registry = register([{"transfer_income": 60_000.0}, {"transfer_income": 60_000.0}, {}])
    rows = [(name, 2017, "asset_shares", "guidance", 1_000) for name in in_key_order(registry)]
    projection = carried_out(registry, table(*rows))
    assert begun(projection) == {"H1": [[], [], []], "H2": [[], [], []], "H3": [[], ["asset_shares"], []]}
    assert spent(projection, Fund.GUIDANCE) == [0, 1_000, 0]
    assert projection.ledger[0, 2, 3:6, Ledger.LAPSED].sum() == 190_000_000 - 1_000


def test_a_row_waits_for_labour_but_a_post_does_not_wait() -> None:
    """One unit of labour: industry takes half, so that no course fits beside it; the post of 2016 fits and ends with its year."""
    registry = register([{"workers": 1, "labour_units": 1.0, "pupils": 1, "members": 2}])
    plan = table(
        ("H1", 2016, "training", "household", 100),
        ("H1", 2016, "industry", "household", 100),
        ("H1", 2016, "public_post", "household", 100),
    )
    projection = carried_out(registry, plan, {"training_added_chance": 0.0})
    assert begun(projection) == {"H1": [["industry", "public_post"], [], []]}
    later = carried_out(registry, table(("H1", 2016, "training", "household", 100), ("H1", 2017, "public_post", "household", 100)))
    assert begun(later) == {"H1": [["training"], [], []]}, "placed from 2017 on, and no labour is left for the post"


def test_a_post_that_could_not_be_paid_is_gone_with_its_year() -> None:
    registry = register([{"pupils": 1}])
    posts = [("H1", year, "public_post", "guidance", YEAR_OF_GUIDANCE + 1) for year in (2016, 2017)]
    assert begun(carried_out(registry, table(posts[0]))) == {"H1": [[], [], []]}
    assert begun(carried_out(registry, table(posts[1]))) == {"H1": [[], ["public_post"], []]}


def test_courses_that_wait_are_taken_one_a_year() -> None:
    plan = table(*(("H1", year, "training", "guidance", YEAR_OF_GUIDANCE // 2 + 1) for year in (2016, 2016, 2017)))
    assert begun(carried_out(register([{"members": 9}]), plan)) == {"H1": [[], ["training"], ["training"]]}


def test_consent_is_not_asked_again() -> None:
    registry = register([{"willing": "none"}])
    assert begun(carried_out(registry, table(("H1", 2016, "industry", "household", 100)))) == {"H1": [["industry"], [], []]}


def test_a_measure_that_costs_nothing_is_planned_and_begun_all_the_same() -> None:
    facts = facts_with(STILL)
    free = {"training": {"funds": ["household"], "cost": 0.0, "reason": "given by a firm"}}
    scenario = scenario_with(facts, {"rounds": [{"order": "poorest_first", "measures": free}]}, uncertainties={"parameters": "none"})
    registry = register([{}])
    plan = fixed_plan(packed_with(registry, scenario, facts))
    assert plan.values.tolist() == [["H1", 2016, "training", "household", 0], ["H1", 2017, "training", "household", 0]]
    assert begun(carried_out(registry, plan)) == {"H1": [["training"], ["training"], []]}


def test_the_fixed_plan_does_not_know_what_will_happen() -> None:
    """Incomes stay the register's, nobody exits, no job is found: who would have left in 2016 is planned for in 2017 all the same."""
    registry = register([{"transfer_income": 60_000.0, "members": 1}] * 3)
    facts = load_facts()
    training = {"order": "poorest_first", "reach": {"number": 2}, "measures": {"training": {"funds": ["household"]}}}
    scenario = scenario_with(facts, {"rounds": [training]})
    plan = fixed_plan(packed_with(registry, scenario))
    assert set(plan["year"]) == {2016, 2017}
    assert (plan["fen"] == 100_000).all()


def test_a_purchase_that_two_funds_pay_has_two_rows() -> None:
    """Three households of 20,000 yuan each; the guidance fund has 50,000 this year."""
    facts = facts_with(STILL | {"absorption_2016": 0.05, "absorption_2017": 0.0, "absorption_2018": 0.0})
    shares = {"asset_shares": {"funds": ["guidance", "household"], "capital_pc": 10_000.0}}
    scenario = scenario_with(facts, {"rounds": [{"order": "poorest_first", "measures": shares}]}, uncertainties={"parameters": "none"})
    registry = register([{"members": 2}] * 3 + [{"members": 30, "willing": "none"}] * 9)
    plan = fixed_plan(packed_with(registry, scenario, facts))
    a, b, c = [name for name in in_key_order(registry) if name in ("H1", "H2", "H3")]
    expected = [(a, "guidance", 2_000_000), (b, "guidance", 2_000_000), (c, "guidance", 1_000_000), (c, "household", 1_000_000)]
    assert plan[["household_id", "fund", "fen"]].values.tolist() == [list(row) for row in expected]


def test_an_empty_plan_is_a_plan() -> None:
    """Nothing is begun, though the scenario has rounds."""
    packed = packed_with(any_register(22), load_scenario("full_package"), plan=table().astype({"year": int, "fen": int}))
    projection = project(packed, draws_of(packed, 3))
    assert not projection.served.any()
    by_household = projection.spending[:, :, : Measure.TECHNIQUE]
    assert not by_household.any(), "village projects are no part of a plan: the scenario's levers build them"


def test_a_plan_with_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("household_id,year,measure,fund,fen,户主姓名\nh1,2016,training,household,100,某人\n", encoding="utf-8")
    with pytest.raises(InputError, match="column 户主姓名 is none of household_id"):
        read_plan(path)

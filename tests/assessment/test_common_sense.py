"""What a sensible reader expects of the numbers, in paired draws on a small synthetic register. Every message prints what was found."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simlib.assessment.targets import Target
from simlib.registry import Registry, make_registry, synthesise_registry
from simlib.runs import Run, run_one
from simlib.scenario import Scenario, load_scenario, scenario_from
from tests.small import SCORES, register_of

DRAWS = 100
PACKAGE = "full_package"
HELP = {
    "rounds": [{"order": "poorest_first", "measures": {"housing": {"funds": ["household"]}}}],
    "entitled": {"social_security": {"funds": ["social"]}, "dibao": {"enrolment": "registered"}},
}


@cache
def people() -> Registry:
    """Some 3,000 registered people in eight poor villages and the towns beside them."""
    return synthesise_registry(people=3000, villages=8, seed=11)


@cache
def of(name: str, last: int = 2018) -> Run:
    """A bundled scenario, to 2018 or beyond, under the same luck as every other."""
    levers = {"horizon": [2016, last]}
    scenario = load_scenario(name) if last == 2018 else scenario_from({"base": name, "levers": levers}, f"{name} to {last}")
    return run_one(scenario, people(), draws=DRAWS)


def by_year(run: Run, column: str) -> dict[int, NDArray[np.float64]]:
    """A statistic by draw, of each year."""
    table = run.draws_table()
    return {year: table.loc[table["year"] == year, column].to_numpy() for year in run.projection.years}


def means(run: Run, column: str) -> dict[int, float]:
    """A statistic of each year, mean over draws."""
    return {year: float(values.mean()) for year, values in by_year(run, column).items()}


def more(run: Run, other: Run, column: str) -> dict[int, float]:
    """What a run has more than another one, by year, mean over paired draws."""
    ours, theirs = by_year(run, column), by_year(other, column)
    return {year: round(float((ours[year] - theirs[year]).mean()), 2) for year in ours}


def gain(name: str) -> dict[int, float]:
    """Yuan a labour-capable person that a scenario has more than the baseline, to 2020."""
    return more(of(name, 2020), of("baseline", 2020), "income_pc_capable")


def target(run: Run, name: str, **fields: Any) -> Target:
    """The one row of a target with these fields."""
    (found,) = [row for row in run.target_rows if row.target == name and all(getattr(row, key) == value for key, value in fields.items())]
    return found


# ---- what lasts


def test_shares_pay_more_when_the_programme_is_over() -> None:
    # bought to the end of 2018, paying from the year after
    found = gain("asset_income_only")
    assert found[2019] > found[2018] > found[2017] > 0, f"yuan a labour-capable person over the baseline: {found}"


def test_employment_turns_down_when_support_ends() -> None:
    # courses and posts are paid to 2018; jobs are lost again from year to year
    found = gain("employment_only")
    assert found[2018] > found[2017] > 0, f"yuan a labour-capable person over the baseline: {found}"
    assert found[2020] < found[2019] < found[2018], f"yuan a labour-capable person over the baseline: {found}"


# ---- money and order


def test_a_tenth_that_is_withheld_costs_exits_and_never_adds_any() -> None:
    mean = more(of("matching_withheld"), of(PACKAGE), "exited_people")
    assert mean[2018] < 0, f"people out without the home city's tenth, beyond those out with it: {mean}"
    assert max(mean.values()) <= 0, f"people out without the home city's tenth, beyond those out with it: {mean}"
    spent = {name: sum(means(of(name), "spent_yuan").values()) for name in ("matching_withheld", PACKAGE)}
    assert spent["matching_withheld"] < spent[PACKAGE], spent


def test_the_nearest_first_brings_exits_and_the_poorest_first_relief() -> None:
    near, poor = of("nearest_line_first"), of("poorest_first")
    exits, severity = ({"nearest": means(near, column), "poorest": means(poor, column)} for column in ("exited_people", "fgt2"))
    assert exits["nearest"][2017] >= exits["poorest"][2017], f"people out: {exits}"
    assert severity["poorest"][2017] < severity["nearest"][2017], f"FGT 2 at the fixed line: {severity}"
    assert severity["poorest"][2018] < severity["nearest"][2018], f"FGT 2 at the fixed line: {severity}"


# ---- lines and readings


@pytest.mark.parametrize("name", ["baseline", PACKAGE])
def test_fewer_reach_a_line_that_moves_faster(name: str) -> None:
    run = of(name)
    for fixed, moving in (("village_fixed", "village_moving"), ("capable_fixed", "capable_moving")):
        gaps = by_year(run, fixed)[2018] - by_year(run, moving)[2018]
        assert gaps.min() >= 0, f"{name}, {fixed} less {moving}, by draw: {gaps}"


@pytest.mark.parametrize("name", ["baseline", PACKAGE])
def test_more_reach_a_line_that_keeps_up_with_prices_alone(name: str) -> None:
    run = of(name)
    for fixed, indexed in (("village_fixed", "village_indexed"), ("capable_fixed", "capable_indexed")):
        gaps = by_year(run, indexed)[2018] - by_year(run, fixed)[2018]
        assert gaps.min() >= 0, f"{name}, {indexed} less {fixed}, by draw: {gaps}"


def test_the_mean_is_missed_without_the_package_and_met_with_it() -> None:
    found = {name: target(of(name), "household_income", line="fixed", reading="mean") for name in ("baseline", PACKAGE)}
    told = {
        name: (row.verdict, row.chance, row.line_value, of(name).years()["income_pc_labour_capable_mean"].iloc[-1])
        for name, row in found.items()
    }
    assert (found["baseline"].verdict, found[PACKAGE].verdict) == ("not met", "met"), f"verdict, P, line, mean income: {told}"


# ---- verdicts follow the register


def services(**scores: float) -> Target:
    """The target of services in the baseline, of a register whose poor villages have these scores."""
    own = people()
    poor = own.villages["is_poor_village"]
    places = own.villages.assign(**{name: own.villages[name].mask(poor, scores.get(name, 1.0)) for name in SCORES})
    changed = make_registry(own.households, places, synthetic=True, origin="other scores")
    return target(run_one(load_scenario("baseline"), changed, draws=20), "services")


def test_services_follow_the_villages_scores() -> None:
    found = {
        "all stand": services(),
        "no road": services(roads=0.0),
        "all but stand": services(clinic=0.86),
        "just short": services(clinic=0.80),
    }
    told = {name: (row.met_share["mean"], row.verdict) for name, row in found.items()}
    assert told == {"all stand": (1, "met"), "no road": (0, "not met"), "all but stand": (1, "met"), "just short": (0, "not met")}, told


def guarantees(scenario: Scenario, **own: Any) -> Target:
    """The target of guarantees where one household of ten, all well off, has other fields."""
    rich = {"members": 3, "workers": 2, "labour_units": 2.0, "wage_income": 60_000.0}
    homes = {f"h{number}": rich for number in range(9)} | {"h9": rich | own}
    return target(run_one(scenario, register_of(homes, {"a": SCORES}), draws=20), "guarantees")


@pytest.mark.parametrize("missing", [{"housing_safe": False}, {"insured": False}, {"dropouts": 1, "pupils": 1}])
def test_guarantees_follow_the_households(missing: dict[str, Any]) -> None:
    nothing, help_ = load_scenario("baseline"), scenario_from({"base": "baseline", "levers": HELP}, "help")
    found = {"whole": guarantees(nothing), "missing": guarantees(nothing, **missing), "helped": guarantees(help_, **missing)}
    shares = {name: row.met_share["mean"] or 0.0 for name, row in found.items()}
    verdicts = {name: row.verdict for name, row in found.items()}
    assert (verdicts["whole"], verdicts["missing"]) == ("met", "not met"), f"{verdicts}, {shares}"
    assert 1 == shares["whole"] >= shares["helped"] > shares["missing"] == pytest.approx(0.9), shares


def test_a_house_that_is_mended_lets_people_go() -> None:
    # a safe house is asked for at every exit: with grants more leave than without
    asked = {"exit_requires": ["school", "medical", "housing"]}
    with_grants = run_one(scenario_from({"base": PACKAGE, "levers": asked}, "with grants"), people(), draws=DRAWS)
    rounds = [each.model_dump(exclude_unset=True) for each in load_scenario(PACKAGE).levers.rounds if "housing" not in each.measures]
    without = run_one(scenario_from({"base": PACKAGE, "levers": asked | {"rounds": rounds}}, "without"), people(), draws=DRAWS)
    found = more(with_grants, without, "exited_people")
    assert found[2018] > 0, f"people out with grants, beyond those without: {found}"

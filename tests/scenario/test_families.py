"""Scenarios that are composed of siblings: what each brings, where they disagree, and what stands under them."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.scenario import bundled_scenarios, load_scenario, scenario_from

SHARES: dict[str, Any] = {"order": "random", "measures": {"asset_shares": {"funds": ["pool"]}}}
COURSES: dict[str, Any] = {"order": "random", "measures": {"training": {"funds": ["pool"], "cost": 1000}}}
ONE_PLACE_EACH: list[tuple[str, Any, Any]] = [
    ("levers.funds.household.delay_years", 1, 2),
    ("levers.funds.household.paid.home_city", 0, 0.5),
    ("levers.funds.pool.rule", "equal", None),
    ("levers.governing_line", "moving", None),
    ("levers.exit_requires", ["school"], ["school", "housing"]),
    ("levers.rounds", [SHARES], [COURSES]),
    ("levers.provincial_income", "planned", {2016: 13000.0, 2017: 13500.0, 2018: 14000.0}),
    ("facts.dividend_rate", {"value": 0.09}, {"value": 0.07, "low": 0.06, "high": 0.08}),
    ("uncertainties.shocks.village", False, None),
    ("reporting.tolerance", 0.9, 0.8),
    ("not_modelled.fishing", "nobody fishes", None),
]
"""Places in a scenario with one or two values that the baseline does not have there."""


def nested(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A scenario's content of dotted places and values."""
    content: dict[str, Any] = {}
    for path, value in pairs:
        *way, last = path.split(".")
        section = content
        for step in way:
            section = section.setdefault(step, {})
        section[last] = value
    return content


def write(folder: Path, name: str, content: dict[str, Any]) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def composed(folder: Path, *siblings: str, **own: Any) -> Any:
    return scenario_from({"scenarios": list(siblings), **own}, "composed", folder=folder)


def refused(folder: Path, *siblings: str, **own: Any) -> list[str]:
    with pytest.raises(InputError, match="the scenario cannot be used:") as caught:
        composed(folder, *siblings, **own)
    assert all(problem in str(caught.value) for problem in caught.value.problems)
    return [problem.replace(f"{folder.resolve()}/", "").replace(f"{folder}/", "") for problem in caught.value.problems]


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """A folder with children of the baseline: late, dear (two measures of money), slow."""
    write(tmp_path, "late", {"base": "baseline", **nested([("levers.funds.household.delay_years", 1)])})
    write(tmp_path, "dear", {"base": "baseline", **nested([("facts.training_cost", {"value": 2000}), ("levers.rounds", [COURSES])])})
    write(tmp_path, "slow", {"base": "baseline", **nested([("levers.provincial_income", "planned"), ("levers.funds.guidance.paid", 0.5)])})
    return tmp_path


def test_siblings_bring_what_each_says(family: Path) -> None:
    one = composed(family, "late.yaml", "dear.yaml", "slow.yaml")
    assert one.levers.funds.household.delay_years == 1
    assert one.levers.funds.guidance.paid == 0.5
    assert one.levers.provincial_income == "planned"
    assert one.facts["training_cost"].value == 2000
    assert [list(round_.measures) for round_ in one.levers.rounds] == [["training"]]


def test_a_composed_scenario_has_a_name_a_base_to_differ_from_and_a_hash(family: Path) -> None:
    path = write(family, "both", {"scenarios": ["late.yaml", "slow.yaml"], "title": {"en": "Both"}})
    both = load_scenario(path)
    assert (both.name, both.title.en, both.base, both.scenarios) == ("both", "Both", None, ("late.yaml", "slow.yaml"))
    assert both.parent == load_scenario("baseline")
    assert {change.path: (change.base_value, change.value) for change in both.difference()} == {
        "levers.provincial_income": ("observed", "planned"),
        "levers.funds.household.delay_years": (0, 1),
        "levers.funds.guidance.paid": (1.0, 0.5),
    }
    by_hand = {"base": "late.yaml", **nested([("levers.provincial_income", "planned"), ("levers.funds.guidance.paid", 0.5)])}
    assert both.hash == scenario_from(by_hand, "by hand", folder=family).hash
    assert len({both.hash, *(load_scenario(family / f"{name}.yaml").hash for name in ("late", "slow"))}) == 3


def test_a_composed_scenario_stands_by_itself_when_it_is_written_out(family: Path) -> None:
    both = composed(family, "late.yaml", "dear.yaml")
    again = scenario_from(yaml.safe_load(both.dump()), "again")
    assert again.hash == both.hash and again.scenarios == () and again.base is None


def test_without_a_title_it_is_called_by_its_name(family: Path) -> None:
    assert composed(family, "late.yaml", "dear.yaml").title.zh == "composed"


def test_the_file_itself_has_the_last_word(family: Path) -> None:
    own = nested([("levers.funds.household.delay_years", 3), ("levers.funds.pool.rule", "equal")])
    one = composed(family, "late.yaml", "dear.yaml", **own)
    assert (one.levers.funds.household.delay_years, one.levers.funds.pool.rule) == (3, "equal")


def test_two_values_at_one_place_are_told_with_both_files(family: Path) -> None:
    write(family, "later", {"base": "baseline", **nested([("levers.funds.household.delay_years", 2), ("levers.funds.pool.rule", "equal")])})
    (problem,) = refused(family, "late.yaml", "later.yaml")
    assert problem == (
        "scenario 'composed': scenarios: levers.funds.household.delay_years: seen 1 in late.yaml and 2 in later.yaml, "
        "wanted one value; give `levers.funds.household.delay_years` here, or leave one of the two out"
    )


def test_a_place_that_the_file_settles_is_no_quarrel(family: Path) -> None:
    write(family, "later", {"base": "late.yaml", **nested([("levers.funds.household.delay_years", 2)])})
    write(family, "on_time", {"base": "baseline", **nested([("levers.funds.household.delay_years", 3)])})
    settled = composed(family, "later.yaml", "on_time.yaml", **nested([("levers.funds.household.delay_years", 1)]))
    assert settled.levers.funds.household.delay_years == 1
    assert refused(family, "later.yaml", "on_time.yaml", levers=None)  # a section left empty says nothing


def test_the_same_value_is_no_quarrel(family: Path) -> None:
    write(family, "also_late", {"base": "baseline", **nested([("levers.funds.household.delay_years", 1.0), ("reporting.tolerance", 0.9)])})
    write(family, "order", {"base": "baseline", **nested([("levers.exit_requires", ["housing", "school"])])})
    write(family, "turned", {"base": "baseline", **nested([("levers.exit_requires", ["school", "housing"])])})
    write(family, "a", {"base": "baseline", **nested([("facts.dividend_rate", {"value": 0.09, "reason": "one"})])})
    write(family, "b", {"base": "baseline", **nested([("facts.dividend_rate", {"value": 0.09, "reason": "another"})])})
    assert set(composed(family, "order.yaml", "turned.yaml").levers.exit_requires) == {"school", "housing"}
    assert composed(family, "a.yaml", "b.yaml").facts["dividend_rate"].value == 0.09
    assert composed(family, "also_late.yaml", "late.yaml", **nested([("levers.funds.household.delay_years", 1)])).reporting.tolerance == 0.9


def test_rounds_count_as_one_value_and_the_first_difference_is_told(family: Path) -> None:
    cheap = {"order": "random", "measures": {"training": {"funds": ["pool"], "cost": 900}}}
    write(family, "cheap", {"base": "baseline", **nested([("levers.rounds", [cheap])])})
    write(family, "more", {"base": "baseline", **nested([("levers.rounds", [COURSES, SHARES])])})
    (problem,) = refused(family, "dear.yaml", "cheap.yaml")
    place = "levers.rounds[0].measures.training.cost"
    assert problem.startswith(f"scenario 'composed': scenarios: {place}: seen 1000 in dear.yaml and 900 in cheap.yaml, wanted one value")
    assert "give `levers.rounds` here" in problem
    (problem,) = refused(family, "dear.yaml", "more.yaml")
    assert problem.startswith("scenario 'composed': scenarios: levers.rounds[1]: seen nothing (null) in dear.yaml and {'order': 'random', ")


def test_null_says_what_a_key_left_out_says(family: Path) -> None:
    write(family, "no_reach", {"base": "baseline", **nested([("levers.rounds", [COURSES | {"reach": None}])])})
    assert composed(family, "dear.yaml", "no_reach.yaml").levers.rounds[0].reach is None
    write(family, "all", {"base": "baseline", **nested([("levers.rounds", [COURSES | {"who": "all", "reach": None}])])})
    assert "levers.rounds[0].who: seen nothing (null) in dear.yaml and 'all' in all.yaml" in refused(family, "dear.yaml", "all.yaml")[0]


def test_measures_in_another_order_are_another_package(family: Path) -> None:
    lever = {"funds": ["pool"]}
    for name, order in (("one", ("training", "industry")), ("other", ("industry", "training"))):
        rounds = [{"order": "random", "measures": dict.fromkeys(order, lever)}]
        write(family, name, {"base": "baseline", **nested([("levers.rounds", rounds)])})
    (problem,) = refused(family, "one.yaml", "other.yaml")
    assert "levers.rounds[0].measures: seen {'training'" in problem and "and {'industry'" in problem


def test_every_quarrel_of_every_pair_is_told_at_once(family: Path) -> None:
    for delay, name in enumerate(("x", "y", "z"), start=1):
        places = [("levers.funds.household.delay_years", delay), ("reporting.tolerance", 0.9 if name == "z" else 0.8)]
        write(family, name, {"base": "baseline", **nested(places)})
    told = [problem.split("scenarios: ")[1].split(", wanted")[0] for problem in refused(family, "x.yaml", "y.yaml", "z.yaml")]
    assert sorted(told) == [
        "levers.funds.household.delay_years: seen 1 in x.yaml and 2 in y.yaml",
        "levers.funds.household.delay_years: seen 1 in x.yaml and 3 in z.yaml",
        "levers.funds.household.delay_years: seen 2 in y.yaml and 3 in z.yaml",
        "reporting.tolerance: seen 0.8 in x.yaml and 0.9 in z.yaml",
        "reporting.tolerance: seen 0.8 in y.yaml and 0.9 in z.yaml",
    ]


def test_a_quarrel_names_the_file_in_which_the_value_was_written(family: Path) -> None:
    write(family, "grandchild", {"base": "late.yaml", "levers": {"funds": {"pool": {"paid": 0.5}}}})
    write(family, "on_time", {"base": "baseline", "levers": {"funds": {"household": {"delay_years": 2}}}})
    (problem,) = refused(family, "grandchild.yaml", "on_time.yaml")
    assert "seen 1 in late.yaml and 2 in on_time.yaml" in problem


def test_what_a_sibling_repeats_of_the_common_ground_is_not_its_own(family: Path) -> None:
    write(family, "repeats", load_scenario("baseline").resolved() | {"base": "baseline"})
    one = composed(family, "repeats.yaml", "late.yaml", "dear.yaml")
    assert one.hash == composed(family, "late.yaml", "dear.yaml").hash


def test_a_child_that_returns_to_the_common_ground_says_nothing(family: Path) -> None:
    write(family, "on_time", {"base": "late.yaml", "levers": {"funds": {"household": {"delay_years": 0}}}})
    write(family, "later", {"base": "baseline", "levers": {"funds": {"household": {"delay_years": 2}}}})
    assert composed(family, "on_time.yaml", "later.yaml").levers.funds.household.delay_years == 2


def test_the_common_ground_is_the_nearest_scenario_that_all_stand_on(family: Path) -> None:
    write(family, "late_and_poor", {"base": "late.yaml", **nested([("levers.funds.pool.paid", 0.5)])})
    write(family, "late_and_equal", {"base": "late.yaml", **nested([("levers.funds.pool.rule", "equal")])})
    one = composed(family, "late_and_poor.yaml", "late_and_equal.yaml")
    assert one.parent.name == "late"
    assert [change.path for change in one.difference()] == ["levers.funds.pool.paid", "levers.funds.pool.rule"]
    assert composed(family, "late_and_poor.yaml", "dear.yaml").parent.name == "baseline"
    assert composed(family, "late_and_poor.yaml", "late.yaml").parent.name == "late"


def test_without_a_common_ground_scenarios_must_agree_in_all_that_they_say(family: Path) -> None:
    resolved = load_scenario("baseline").resolved()
    write(family, "alone", resolved)
    write(family, "alike", resolved | {"facts": {"dividend_rate": {"value": 0.06}}})
    one = composed(family, "alone.yaml", "alike.yaml")
    assert one.parent is None and one.difference() == []
    assert one.hash == load_scenario(family / "alike.yaml").hash
    assert composed(family, "alone.yaml", "baseline").hash == load_scenario("baseline").hash
    assert "seen 0 in " in refused(family, "alone.yaml", "late.yaml")[0]


def test_an_entry_that_a_sibling_takes_away_is_away(family: Path) -> None:
    write(family, "ground", {"base": "baseline", "facts": {"dividend_rate": {"value": 0.06}, "job_kept": {"value": 0.8}}})
    write(family, "less", {"base": "ground.yaml", "facts": {"dividend_rate": None}})
    write(family, "other", {"base": "ground.yaml", **nested([("reporting.tolerance", 0.9)])})
    write(family, "changes", {"base": "ground.yaml", "facts": {"dividend_rate": {"value": 0.07}}})
    assert set(composed(family, "less.yaml", "other.yaml").facts) == {"job_kept"}
    assert "seen nothing (null) in less.yaml and {'value': 0.07} in changes.yaml" in refused(family, "less.yaml", "changes.yaml")[0]


def test_composed_scenarios_are_composed_and_inherited_further(family: Path) -> None:
    write(family, "both", {"scenarios": ["late.yaml", "dear.yaml"], "levers": {"funds": {"pool": {"paid": 0.5}}}})
    write(family, "child", {"base": "both.yaml", "reporting": {"tolerance": 0.9}})
    three = composed(family, "both.yaml", "slow.yaml")
    assert (three.levers.funds.pool.paid, three.levers.provincial_income, len(three.levers.rounds)) == (0.5, "planned", 1)
    child = load_scenario(family / "child.yaml")
    assert child.parent == load_scenario(family / "both.yaml")
    assert [change.path for change in child.difference()] == ["reporting.tolerance"]
    assert composed(family, "child.yaml", "both.yaml").parent.name == "both"
    assert composed(family, "both.yaml", "late.yaml").hash == load_scenario(family / "both.yaml").hash


def test_a_plan_lies_beside_the_file_that_names_it(family: Path) -> None:
    (family / "plans").mkdir()
    (family / "plans" / "plan.csv").write_text("household_id\n", encoding="utf-8")
    write(family / "plans", "planned", {"base": "baseline", "levers": {"allocation": {"mode": "plan", "plan": "plan.csv"}}})
    one = composed(family, "plans/planned.yaml", "late.yaml")
    assert one.levers.allocation.plan == (family / "plans" / "plan.csv").resolve().as_posix()


def test_a_problem_is_told_of_the_siblings_file_that_it_was_written_in(family: Path) -> None:
    write(family, "wrong", {"base": "baseline", "levers": {"funds": {"pool": {"paid": 2}}}})
    write(family, "wrongs_child", {"base": "wrong.yaml", "reporting": {"tolerance": 95}})
    told = sorted(refused(family, "wrongs_child.yaml", "late.yaml", levers={"governing_line": "fix"}))
    assert [": ".join(problem.split(": ")[:2]) for problem in told] == [
        "scenario 'composed': levers.governing_line",
        "wrong.yaml: levers.funds.pool.paid",
        "wrongs_child.yaml: reporting.tolerance",
    ]


def test_siblings_that_agree_place_by_place_can_still_not_go_together(family: Path) -> None:
    write(family, "longer", {"base": "baseline", **nested([("levers.horizon", [2016, 2019])])})
    write(family, "years", {"base": "baseline", **nested([("levers.provincial_income", {2016: 13000.0, 2017: 13500.0, 2018: 14000.0})])})
    assert refused(family, "longer.yaml", "years.yaml") == [
        "years.yaml: levers.provincial_income: no number for 2019; wanted one for every year of the horizon"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"scenarios": ["late.yaml"], "base": "baseline"}, r"scenarios: seen beside `base`, wanted one of the two: siblings"),
        ({"scenarios": "late.yaml"}, r"scenarios: seen 'late.yaml', wanted a list of scenarios' names or paths"),
        ({"scenarios": []}, r"scenarios: seen \[\], wanted a list of scenarios' names or paths"),
        ({"scenarios": ["late.yaml", 3]}, r"scenarios: seen 3, wanted one scenario's name or path"),
        ({"scenarios": ["late.yaml", "bseline"]}, r"scenarios: there is no scenario 'bseline'; did you mean 'baseline'\?"),
        ({"scenarios": ["none.yaml"]}, r"scenarios: there is no file .*none\.yaml"),
        ({"base": ["late.yaml"]}, r"base: seen \['late.yaml'\], wanted one .* path; several siblings stand under `scenarios`"),
        ({"scenario": ["late.yaml"], "base": "baseline"}, r"scenario: unknown key; did you mean 'scenarios'\?"),
    ],
)
def test_what_cannot_be_composed_is_told(family: Path, content: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        scenario_from(content, "wrong", folder=family)


def test_scenarios_in_a_circle_are_refused(family: Path) -> None:
    write(family, "a", {"scenarios": ["late.yaml", "b.yaml"]})
    write(family, "b", {"base": "c.yaml"})
    write(family, "c", {"scenarios": ["dear.yaml", "a.yaml"]})
    round_trip = r".*a\.yaml -> .*b\.yaml -> .*c\.yaml -> .*a\.yaml$"
    with pytest.raises(InputError, match=r"a\.yaml: scenarios: the scenarios run in a circle: " + round_trip):
        load_scenario(family / "a.yaml")
    with pytest.raises(InputError, match=r"b\.yaml: base: the bases run in a circle: .*b\.yaml -> .*c\.yaml -> .*a\.yaml -> .*b\.yaml$"):
        load_scenario(family / "b.yaml")
    with pytest.raises(InputError, match=r"the scenarios run in a circle: .*self\.yaml -> .*self\.yaml$"):
        load_scenario(write(family, "self", {"scenarios": ["late.yaml", "self.yaml"]}))


def test_siblings_that_share_a_base_are_no_circle(family: Path) -> None:
    write(family, "a", {"scenarios": ["late.yaml", "dear.yaml"]})
    write(family, "b", {"scenarios": ["late.yaml", "slow.yaml"]})
    assert composed(family, "a.yaml", "b.yaml", "late.yaml").hash == composed(family, "late.yaml", "dear.yaml", "slow.yaml").hash


@pytest.mark.parametrize("name", bundled_scenarios())
def test_composed_with_itself_or_its_base_a_scenario_stays_what_it_is(name: str) -> None:
    one = load_scenario(name)
    siblings: list[list[str]] = [[name], [name, name], *([[name, one.parent.name], [one.parent.name, name]] if one.parent else [])]
    for names in siblings:
        again = scenario_from({"scenarios": names}, name)
        assert again.hash == one.hash
        assert again.levers == one.levers and again.facts == one.facts


PARTS = st.lists(
    st.sampled_from([(path, value) for path, *values in ONE_PLACE_EACH for value in values if value is not None]),
    max_size=5,
    unique_by=lambda pair: pair[0],
)
WRITES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
TEXT = {"title", "why", "source"}


def numbers(scenario: Any) -> dict[str, Any]:
    """A scenario's resolved content without what it says of itself."""
    return {key: value for key, value in scenario.resolved().items() if key not in TEXT}


@WRITES
@given(parts=PARTS)
def test_any_scenario_composed_with_itself_or_its_base_gives_the_same_content(tmp_path: Path, parts: list[tuple[str, Any]]) -> None:
    one = load_scenario(write(tmp_path, "one", {"base": "full_package", **nested(parts)}))
    for siblings in (["one.yaml"], ["one.yaml", "one.yaml"], ["one.yaml", "full_package"], ["full_package", "one.yaml"]):
        again = composed(tmp_path, *siblings)
        assert again.hash == one.hash
        assert numbers(again) == numbers(one)


@WRITES
@given(parts=PARTS, cuts=st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_parts_of_a_difference_compose_to_the_whole_in_any_order(tmp_path: Path, parts: list[tuple[str, Any]], cuts: list[int]) -> None:
    whole = scenario_from({"base": "baseline", **nested(parts)}, "whole")
    names = ["first", "second", "third"]
    for place, name in enumerate(names):
        mine = [pair for pair, cut in zip(parts, cuts, strict=False) if cut == place]
        write(tmp_path, name, {"base": "baseline", **nested(mine)})
    for order in permutations(names):
        one = composed(tmp_path, *(f"{name}.yaml" for name in order))
        assert one.hash == whole.hash
        assert one.not_modelled == whole.not_modelled
        assert one.difference() == whole.difference()


@WRITES
@given(one=PARTS, other=PARTS)
def test_two_compose_exactly_when_no_place_has_two_values(tmp_path: Path, one: list[tuple[str, Any]], other: list[tuple[str, Any]]) -> None:
    write(tmp_path, "one", {"base": "baseline", **nested(one)})
    write(tmp_path, "other", {"base": "baseline", **nested(other)})
    twice = {path for path, value in one for place, another in other if path == place and value != another}
    try:
        both = composed(tmp_path, "one.yaml", "other.yaml")
    except InputError as error:
        assert len(error.problems) == len(twice) > 0
    else:
        assert not twice
        assert both.hash == scenario_from({"base": "baseline", **nested(one + other)}, "both").hash

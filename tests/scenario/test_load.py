"""A loaded scenario: its facts, its hash, its difference from its base, and its text."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.scenario import Scenario, bundled_scenarios, load_scenario, scenario_from

SHARES = st.floats(0, 1)
MEASURES = {
    "industry": ("capital_worker", st.floats(8000, 30000)),
    "training": ("cost", st.floats(500, 2500)),
    "public_post": ("pay", st.floats(7600, 10000)),
    "asset_shares": ("capital_pc", st.floats(1000, 20000)),
    "land_transfer": ("contract", st.floats(100, 500)),
    "microcredit": ("loan", st.floats(5000, 50000)),
    "mindset": ("cost", st.floats(50, 500)),
}
FUNDS = st.lists(st.sampled_from(["household", "guidance", "pool", "donations"]), min_size=1, unique=True)


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any]:
    """One or more measures in any order, with or without their money."""
    keys = draw(st.lists(st.sampled_from(sorted(MEASURES)), min_size=1, unique=True))
    levers = {}
    for key in keys:
        money, amounts = MEASURES[key]
        given_money = {money: draw(amounts)} if draw(st.booleans()) else {}
        levers[key] = {"funds": draw(FUNDS)} | given_money
    return levers


ROUNDS = st.lists(
    st.fixed_dictionaries(
        {"order": st.sampled_from(["poorest_first", "random"]), "measures": measures()},
        optional={
            "who": st.sampled_from(["all", "without_labour", "labour_capable"]),
            "reach": st.none() | st.builds(lambda share: {"share": share}, SHARES),
        },
    ),
    max_size=3,
)
CONTENTS = st.fixed_dictionaries(
    {
        "base": st.sampled_from(bundled_scenarios()),
        "levers": st.fixed_dictionaries(
            {},
            optional={
                "rounds": ROUNDS,
                "provincial_income": st.sampled_from(["observed", "planned"])
                | st.fixed_dictionaries({year: st.floats(9000, 30000) for year in range(2016, 2021)}),
                "exit_requires": st.lists(st.sampled_from(["school", "medical", "housing"]), unique=True),
                "funds": st.fixed_dictionaries({"pool": st.fixed_dictionaries({"paid": SHARES})}),
            },
        ),
    },
    optional={
        "facts": st.fixed_dictionaries({"dividend_rate": st.fixed_dictionaries({"value": st.floats(0.05, 0.1)})}),
        "uncertainties": st.fixed_dictionaries({"parameters": st.sampled_from(["all", "none", ["job_kept"]])}),
        "why": st.text(max_size=20),
    },
)

NUMBERS = [
    ("facts.dividend_rate.value", 0.09),
    ("facts.dividend_rate", {"value": 0.08, "high": 0.09}),
    ("levers.horizon", [2016, 2019]),
    ("levers.provincial_income", "planned"),
    ("levers.provincial_income", {2016: 14512.2, 2017: 15779.7, 2018: 17167.7}),
    ("levers.governing_line", "moving"),
    ("levers.governing_line", "indexed"),
    ("levers.register_income", "reported"),
    ("levers.identification.recheck", True),
    ("levers.allocation.mode", "fixed"),
    ("levers.allocation.retention_years", 3),
    ("levers.exit_requires", ["school"]),
    ("levers.village.technique", None),
    ("levers.village.technique.yearly", 60000),
    ("levers.village.technique.funds", ["pool"]),
    ("levers.village.ecommerce.set_up", 60000),
    ("levers.village.ecommerce.funds", ["pool"]),
    ("levers.village.services.money_share", 0.3),
    ("levers.village.services.funds", ["pool"]),
    ("levers.village.collective.money_share", 0.3),
    ("levers.village.collective.funds", ["pool"]),
    ("levers.village.local_jobs_share", 0.1),
    ("levers.rounds", []),
    ("levers.entitled.social_security", None),
    ("levers.entitled.social_security.school", False),
    ("levers.entitled.social_security.medical", False),
    ("levers.entitled.social_security.pension_contributions", False),
    ("levers.entitled.dibao.enrolment", "registered"),
    ("levers.funds.household.paid.province", 0.5),
    ("levers.funds.household.paid.guangzhou", 0.5),
    ("levers.funds.household.paid.home_city", 0.5),
    ("levers.funds.household.delay_years", 1),
    ("levers.funds.guidance.paid", 0.5),
    ("levers.funds.guidance.delay_years", 1),
    ("levers.funds.guidance.factor", 1.5),
    ("levers.funds.pool.paid", 0.5),
    ("levers.funds.pool.rule", "equal"),
    ("levers.funds.sector.yuan_per_person", 100),
    ("levers.funds.donations.yuan_per_village", 50000),
    ("levers.funds.donations.paid", 0.5),
    ("levers.funds.contingency.yuan", 1000000),
    ("levers.funds.contingency.year", 2017),
    ("levers.funds.village_programme.paid", 0.5),
    ("levers.staff.cadres_per_village", 2),
    ("uncertainties.parameters", "none"),
    ("uncertainties.parameters", ["job_kept"]),
    ("uncertainties.shocks.province", False),
    ("uncertainties.shocks.prefecture", False),
    ("uncertainties.shocks.village", False),
    ("uncertainties.shocks.household", False),
    ("reporting.by", ["village"]),
    ("reporting.tolerance", 0.9),
    ("reporting.confidence", 0.8),
]
"""One value for every place that changes a number, each other than the full package's."""


def variant(path: str, value: object) -> Scenario:
    for step in reversed(path.split(".")):
        value = {step: value}
    assert isinstance(value, dict)
    return scenario_from({"base": "full_package", **value}, "variant")


def leaves(value: Any, path: str = "") -> set[str]:
    """The dotted paths of a scenario's own values, rounds as one."""
    if isinstance(value, dict) and value:
        return {leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}")}
    return {path.removeprefix(".")}


@pytest.mark.parametrize(("path", "value"), NUMBERS)
def test_the_hash_changes_with_every_number(path: str, value: object) -> None:
    assert variant(path, value).hash != load_scenario("full_package").hash


def test_the_list_of_numbers_leaves_none_out() -> None:
    resolved = variant("levers.funds.pool.rule", "equal").resolved()
    changed = {key: resolved[key] for key in ("levers", "uncertainties", "reporting")}
    only_one_choice = {"levers.entitled.social_security.funds", "levers.entitled.dibao.funds"}
    assert leaves(changed) <= {path for path, _ in NUMBERS} | {"levers.rounds"} | only_one_choice


def test_the_hashes_of_all_numbers_differ() -> None:
    hashes = [load_scenario("full_package").hash, *(variant(path, value).hash for path, value in NUMBERS)]
    assert len(set(hashes)) == len(hashes)
    assert all(len(found) == len("sha256:") + 64 and found.startswith("sha256:") for found in hashes)


def _with_round(**changes: Any) -> str:
    industry = {"funds": ["household", "pool"], "capital_worker": 10000}
    round_ = {"order": "random", "measures": {"industry": industry, "training": {"funds": ["pool"]}}} | changes
    return variant("levers.rounds", [round_]).hash


def test_the_hash_changes_with_every_part_of_a_round() -> None:
    training = {"training": {"funds": ["pool"]}}
    industry = {"funds": ["household", "pool"], "capital_worker": 10000}
    variants: list[dict[str, Any]] = [
        {},
        {"order": "poorest_first"},
        {"who": "labour_capable"},
        {"reach": {"share": 0.5}},
        {"reach": {"number": 5}},
        {"reach": {"money": 5.0}},
        {"measures": training},
        {"measures": training | {"industry": industry}},  # the same package in another order
        {"measures": {"industry": industry | {"capital_worker": 10001}} | training},
        {"measures": {"industry": industry | {"funds": ["pool", "household"]}} | training},
    ]
    assert len({_with_round(**changes) for changes in variants}) == len(variants)


def _turned(value: Any, key: object = None) -> Any:
    """The same content with its keys in another order, but for the measures of a package."""
    if isinstance(value, dict):
        items = list(value.items()) if key == "measures" else list(reversed(value.items()))
        return {name: _turned(item, name) for name, item in items}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def test_the_hash_does_not_change_with_text_names_and_the_order_of_keys(tmp_path: Path) -> None:
    original = load_scenario("full_package")
    content = _turned(original.resolved())
    content |= {"title": {"en": "Another"}, "why": "", "source": [], "not_modelled": {}}
    content["levers"]["exit_requires"].reverse()
    content["reporting"]["by"].reverse()
    text = "# a comment\n" + yaml.safe_dump(content, sort_keys=False).replace("\n", "  # another\n", 1)
    path = tmp_path / "other_name.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_scenario(path).hash == original.hash


def test_the_hash_does_not_change_with_what_is_written_out() -> None:
    facts, full = load_facts(), load_scenario("full_package")
    assert variant("reporting.tolerance", facts["tolerance_default"]).hash == full.hash
    assert variant("levers.allocation.retention_years", 2).hash == full.hash
    assert variant("levers.funds.guidance.factor", 1).hash == full.hash  # 1 is 1.0
    reason = {"value": 0.08, "reason": "as printed"}
    assert variant("facts.dividend_rate", reason).hash == variant("facts.dividend_rate", {"value": 0.08}).hash


def test_the_hash_follows_what_stands_in_a_plan_and_not_where_it_lies(tmp_path: Path) -> None:
    hashes = []
    for name, text in (("a.csv", "one"), ("b.csv", "one"), ("a.csv", "two")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        hashes.append(variant("levers.allocation", {"mode": "plan", "plan": str(tmp_path / name)}).hash)
    assert hashes[0] == hashes[1] != hashes[2]


@given(CONTENTS)
def test_a_resolved_scenario_stands_by_itself(content: dict[str, Any]) -> None:
    scenario = scenario_from(content, "one")
    again = scenario_from(yaml.safe_load(scenario.dump()), "one")
    assert again.hash == scenario.hash
    assert again.resolved() == scenario.resolved()
    assert again.levers == scenario.levers
    assert again.base is None and again.difference() == []


@given(CONTENTS)
def test_a_scenario_differs_from_its_base_where_the_hash_does(content: dict[str, Any]) -> None:
    scenario = scenario_from(content, "one")
    assert scenario.parent is not None
    changed = scenario.hash != scenario.parent.hash
    fact_as_it_was = content.get("facts", {}).get("dividend_rate", {}).get("value") == load_facts()["dividend_rate"]
    assert bool(scenario.difference()) == changed or fact_as_it_was


def test_a_resolved_scenario_is_plain() -> None:
    def kinds(value: Any) -> set[type]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return {type(value)}.union(*(kinds(item) for item in inner))

    years = {2016: 14512.2, 2017: 15779.7, 2018: 17167.7}
    resolved = variant("levers.provincial_income", years).resolved()
    assert kinds(resolved) == {dict, list, str, int, float, bool}
    assert resolved["levers"]["provincial_income"] == years
    assert next(iter(resolved)) == "schema" and "base" not in resolved and "name" not in resolved


@pytest.mark.parametrize(("path", "value"), NUMBERS)
def test_the_difference_names_every_number(path: str, value: object) -> None:
    changes = variant(path, value).difference()
    assert changes
    top = "levers.rounds" if path == "levers.rounds" else path
    assert all(change.path.startswith(top) and change.base_value != change.value for change in changes)


def test_the_difference_says_from_what_to_what() -> None:
    content = {
        "base": "employment_only",
        "title": {"en": "Another"},
        "facts": {"dividend_rate": {"value": 0.09}, "job_kept": {"value": 0.9, "low": 0.9, "high": 0.9}},
        "levers": {
            "funds": {"pool": {"paid": 0.5}},
            "rounds": [{"order": "random", "measures": {"training": {"funds": ["household", "guidance", "pool"]}}}],
        },
    }
    posts = {"public_post": {"funds": ["household", "guidance", "pool"], "pay": 9000.0}}
    second = {"order": "poorest_first", "who": "all", "measures": posts}
    assert scenario_from(content, "x").difference() == [
        ("facts.dividend_rate.value", 0.08, 0.09),
        ("facts.job_kept.value", 0.82, 0.9),
        ("facts.job_kept.low", 0.7, None),
        ("facts.job_kept.high", 0.92, None),
        ("facts.job_kept.distribution", "triangular", "fixed"),
        ("levers.rounds[0].order", "poorest_first", "random"),
        ("levers.rounds[1]", second, None),
        ("levers.funds.pool.paid", 1.0, 0.5),
    ]


def test_the_difference_shows_a_package_in_another_order() -> None:
    full = load_scenario("full_package").resolved()
    package = full["levers"]["rounds"][4]["measures"]
    turned = dict(reversed(package.items()))
    full["levers"]["rounds"][4]["measures"] = turned
    (change,) = scenario_from({"base": "full_package", "levers": {"rounds": full["levers"]["rounds"]}}, "x").difference()
    assert change.path == "levers.rounds[4].measures"
    assert (list(change.base_value), list(change.value)) == (list(package), list(turned))


def test_facts_are_resolved_with_their_overrides() -> None:
    overrides = {
        "dividend_rate": {"value": 0.06},
        "job_kept": {"value": 0.8, "low": 0.75, "high": 0.85},
        "household_fund_per_person": {"value": 15000, "reason": "the province pays less"},
        "industry_failure": {"value": 0.3, "reason": "a year of pests"},
        "training_added_chance": {"value": 0.02, "low": 0.02, "high": 0.02},
    }
    facts = scenario_from({"base": "baseline", "facts": overrides}, "x").resolve_facts()
    assert facts["dividend_rate"] == 0.06 and facts.fact("dividend_rate").high == load_facts().fact("dividend_rate").high
    assert (facts.fact("job_kept").low, facts.fact("job_kept").high) == (0.75, 0.85)
    assert facts["household_fund_per_person"] == 15000
    assert facts.fact("industry_failure").high == 0.3  # the range is widened to hold the value
    assert facts.fact("training_added_chance").distribution == "fixed"  # an empty range is no range
    assert facts.hash != load_facts().hash
    assert load_scenario("baseline").resolve_facts() == load_facts()


@pytest.mark.parametrize(
    ("key", "override", "message"),
    [
        ("training_added_chance", {"value": 0.4}, "seen 0.4, wanted 0.02 to 0.32 share; if it is meant"),
        ("job_kept", {"value": 0.8, "low": 0.5}, "seen 0.5, wanted 0.7 to 0.92 per_year; if it is meant"),
        ("industry_capital", {"value": 50000}, "seen 50000, wanted 8000 to 30000 yuan_per_person; if it is meant"),
        ("household_line_share", {"value": 0.5}, "seen 0.5, wanted the fixed 0.45 share; if it is meant"),
        ("willing_share", {"value": 80, "reason": "x"}, "80 is no share: a share is a fraction from 0 to 1"),
        ("dividend_rate", {"value": 8, "reason": "x"}, "8 is no per_year: a yearly rate is a fraction"),
        ("villages", {"value": 477.5, "reason": "x"}, "477.5 is no villages: a count is a whole number"),
        ("villages", {"value": 470, "low": 460, "reason": "x"}, "is fixed and takes no low or high"),
        ("job_kept", {"value": 0.8, "low": 0.85}, "value 0.8 lies outside its range 0.85 to 0.92"),
    ],
)  # fmt: skip
def test_an_override_is_held_against_its_fact(key: str, override: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match="the scenario cannot be used") as caught:
        scenario_from({"base": "baseline", "facts": {key: override}}, "x")
    (problem,) = caught.value.problems
    assert problem.startswith(f"scenario 'x': facts.{key}: {message}")


def test_a_reason_lets_an_override_leave_the_range() -> None:
    override = {"value": 0.4, "reason": "the county's own record of 2015"}
    scenario = scenario_from({"base": "baseline", "facts": {"training_added_chance": override}}, "x")
    assert scenario.facts["training_added_chance"].reason == override["reason"]
    assert scenario.resolve_facts()["training_added_chance"] == 0.4


def test_other_facts_give_other_levers() -> None:
    facts = load_facts().with_({"industry_capital": {"value": 9000.0}, "tolerance_default": {"value": 0.8}})
    scenario = load_scenario("industry_only", facts)
    assert scenario.levers.rounds[0].measures["industry"].amount == 9000
    assert scenario.reporting.tolerance == 0.8
    assert scenario.parent is not None and scenario.parent.reporting.tolerance == 0.8
    assert scenario.hash != load_scenario("industry_only").hash


def test_retention_must_be_whole_years_even_as_a_fact() -> None:
    with pytest.raises(InputError, match=r"fact 'retention_years': 2\.5 is no years: a count is a whole number"):
        load_facts().with_({"retention_years": {"value": 2.5}})
    with pytest.raises(InputError, match=r"levers\.allocation\.retention_years: seen 2\.5, wanted a whole"):
        variant("levers.allocation.retention_years", 2.5)

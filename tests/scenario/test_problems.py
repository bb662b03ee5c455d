"""Every kind of problem is told with where it stands, what was seen and what would be right."""

from pathlib import Path
from typing import Any

import pytest

from simlib.errors import InputError
from simlib.scenario import Scenario, scenario_from


def variant(path: str, value: object) -> Scenario:
    """The baseline with one value at a dotted path."""
    for step in reversed(path.split(".")):
        value = {step: value}
    assert isinstance(value, dict)
    return scenario_from({"base": "baseline", **value}, "variant")


def the_problem(path: str, value: object) -> str:
    """The one problem of a variant, without the name of where it stands."""
    with pytest.raises(InputError, match="the scenario cannot be used") as caught:
        variant(path, value)
    (problem,) = caught.value.problems
    assert problem in str(caught.value)
    return problem.removeprefix("scenario 'variant': ")


UNKNOWN_KEYS = [
    ("lever", {}, ": unknown key; did you mean 'levers'?"),
    ("title", {"en": "x", "zh": "x", "eng": "x"}, ".eng: unknown key; did you mean 'en'?"),
    ("facts.dividend_rate", {"value": 0.08, "hihg": 0.1}, ".hihg: unknown key; did you mean 'high'?"),
    ("facts.dividend_rat", {"value": 0.08}, ": there is no fact 'dividend_rat': did you mean 'dividend_rate'?"),
    ("levers.horizons", [2016, 2018], ": unknown key; did you mean 'horizon'?"),
    ("levers.allocation.mod", "annual", ": unknown key; did you mean 'mode'?"),
    ("levers.entitled.dibo", {}, ": unknown key; did you mean 'dibao'?"),
    ("levers.entitled.dibao.enrollment", "coverage", ": unknown key; did you mean 'enrolment'?"),
    ("levers.funds.houshold", {}, ": unknown key; did you mean 'household'?"),
    ("levers.funds.household.paid.provinc", 1.0, ": unknown key; did you mean 'province'?"),
    ("levers.funds.guidance.delay_year", 1, ": unknown key; did you mean 'delay_years'?"),
    ("uncertainties.parameter", "all", ": unknown key; did you mean 'parameters'?"),
    ("uncertainties.shocks.vilage", True, ": unknown key; did you mean 'village'?"),
    ("reporting.tolerence", 0.9, ": unknown key; did you mean 'tolerance'?"),
    # keys that belong elsewhere, and keys that no key is near to
    ("horizon", [2016, 2018], ": unknown key; it belongs at levers.horizon"),
    ("levers.shocks", {}, ": unknown key; it belongs at uncertainties.shocks"),
    ("levers.funds.guidance.rule", "equal", ": unknown key; it belongs at levers.funds.pool.rule"),
    ("levers.funds.pool.zzz", 1, ": unknown key; known: paid, rule"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "problem"), UNKNOWN_KEYS)
def test_an_unknown_key_is_told_with_the_right_one(path: str, value: object, problem: str) -> None:
    assert the_problem(path, value) == path + problem


SHARES = {"order": "poorest_first", "measures": {"asset_shares": {"funds": ["household"]}}}


@pytest.mark.parametrize(
    ("round_", "problem"),
    [
        ({"ordr": "random"}, "ordr: unknown key; did you mean 'order'?"),
        ({"reach": {"shares": 0.5, "share": 0.5}}, "reach.shares: unknown key; did you mean 'share'?"),
        (
            {"measures": {"industri": {"funds": ["household"]}}},
            "measures.industri: unknown key; did you mean 'industry'?",
        ),
        (
            {"measures": {"industry": {"funds": ["pool"], "capital_workers": 9000}}},
            "measures.industry.capital_workers: unknown key; did you mean 'capital_worker'?",
        ),
        (
            {"measures": {"training": {"funds": ["pool"], "pay": 9000}}},
            "measures.training.pay: unknown key; known: cost, funds, reason",
        ),
        (
            {"measures": {"social_security": {"funds": ["social"]}}},
            "measures.social_security: unknown key; it belongs at levers.entitled.social_security",
        ),
        ({"measures": {"dibao": {}}}, "measures.dibao: unknown key; it belongs at levers.entitled.dibao"),
    ],
)
def test_an_unknown_key_in_a_round_is_told_with_its_place(round_: dict[str, Any], problem: str) -> None:
    assert the_problem("levers.rounds", [SHARES, SHARES | round_]) == f"levers.rounds[1].{problem}"


WRONG_VALUES = [
    ("schema", 2, ": seen 2, wanted 1"),
    ("why", 5, ": seen 5, wanted text"),
    ("title", "Title", ": seen 'Title', wanted a mapping of keys"),
    ("title", {"en": " ", "zh": "试"}, ".en: seen ' ', wanted some text"),
    ("source", "二(六)", ": seen '二(六)', wanted a list"),
    ("not_modelled.housing", 3, ": seen 3, wanted text"),
    ("facts.dividend_rate", 0.08, ": seen 0.08, wanted a mapping of keys"),
    ("facts.dividend_rate", {"low": 0.06}, ".value: missing"),
    ("facts.dividend_rate.value", "8 %", ": seen '8 %', wanted a number"),
    ("facts.dividend_rate.value", float("nan"), ": seen nan, wanted a finite number"),
    ("levers.horizon", [2016], "[1]: missing"),
    ("levers.horizon", [2016, 2017, 2018], ": seen [2016, 2017, 2018], wanted"),
    ("levers.horizon", [2016, 2018.0], "[1]: seen 2018.0, wanted a whole number"),
    ("levers.horizon", [2017, 2018], ": seen [2017, 2018], wanted [2016, last] with last from 2016 to 2020"),
    ("levers.horizon", [2016, 2021], ": seen [2016, 2021], wanted [2016, last] with last from 2016 to 2020"),
    ("levers.provincial_income", "observd", ": seen 'observd', wanted 'observed' or 'planned'; did you mean"),
    ("levers.provincial_income", {2016: 14512.2, 2018: 17167.7}, ": no number for 2017; wanted one for every year"),
    ("levers.provincial_income", {2016: 1.0, 2017: 0, 2018: 1.0}, ".2017: seen 0, wanted a number greater than 0"),
    ("levers.provincial_income", dict.fromkeys((2016, 2017, 2018, 2026), 1.0), ".2026: seen 2026, wanted a number"),
    ("levers.governing_line", "fix", ": seen 'fix', wanted 'fixed', 'moving' or 'indexed'; did you mean 'fixed'?"),
    ("levers.register_income", "paper", ": seen 'paper', wanted 'simulated' or 'reported'"),
    ("levers.identification.recheck", "yes", ": seen 'yes', wanted true or false"),
    ("levers.allocation.mode", "yearly", ": seen 'yearly', wanted 'annual', 'fixed' or 'plan'"),
    ("levers.allocation.plan", "no_such_plan.xlsx", ": there is no file"),
    ("levers.allocation.retention_years", -1, ": seen -1, wanted a number greater than or equal to 0"),
    ("levers.allocation.retention_years", 1.5, ": seen 1.5, wanted a whole number"),
    ("levers.exit_requires", ["schools"], "[0]: seen 'schools', wanted 'school', 'medical' or 'housing'; did"),
    ("levers.exit_requires", ["school", "school"], ": 'school' stands twice"),
    ("levers.rounds", None, ": seen nothing (null), wanted a list"),
    ("levers.entitled.social_security", {"funds": ["household"]}, ".funds[0]: seen 'household', wanted 'social'"),
    ("levers.entitled.social_security", {"funds": []}, ".funds: seen an empty list, wanted at least one"),
    ("levers.entitled.social_security", {"school": 1}, ".school: seen 1, wanted true or false"),
    ("levers.entitled.dibao", None, ": seen nothing (null), wanted a mapping of keys"),
    ("levers.entitled.dibao.enrolment", "all", ": seen 'all', wanted 'registered' or 'coverage'"),
    ("levers.funds.household.paid.province", 1.5, ": seen 1.5, wanted a number less than or equal to 1"),
    ("levers.funds.household.paid.home_city", -0.1, ": seen -0.1, wanted a number greater than or equal to 0"),
    ("levers.funds.household.delay_years", 4, ": seen 4, wanted a number less than or equal to 3"),
    ("levers.funds.guidance.factor", 0.5, ": seen 0.5, wanted a number greater than or equal to 1"),
    ("levers.funds.guidance.paid", True, ": seen True, wanted a number"),
    ("levers.funds.pool.rule", "equl", ": seen 'equl', wanted 'income_gap' or 'equal'; did you mean 'equal'?"),
    ("levers.funds.sector.yuan_per_person", -1, ": seen -1, wanted a number greater than or equal to 0"),
    ("levers.funds.donations.yuan_per_village", "9000", ": seen '9000', wanted a number"),
    ("levers.funds.donations.paid", 1.1, ": seen 1.1, wanted a number less than or equal to 1"),
    ("levers.funds.contingency.yuan", -1, ": seen -1, wanted a number greater than or equal to 0"),
    ("levers.funds.contingency.year", 2015, ": seen 2015, wanted a number greater than or equal to 2016"),
    ("levers.funds.contingency.year", 2021, ": seen 2021, wanted a number less than or equal to 2020"),
    ("levers.funds.village_programme.paid", 2, ": seen 2, wanted a number less than or equal to 1"),
    ("levers.staff.cadres_per_village", 1.5, ": seen 1.5, wanted a whole number"),
    ("levers.staff.cadres_per_village", -1, ": seen -1, wanted a number greater than or equal to 0"),
    ("uncertainties.parameters", "al", ": seen 'al', wanted 'all' or 'none'"),
    ("uncertainties.parameters", ["job_kep"], "[0]: seen 'job_kep', wanted the key of an uncertain fact; did"),
    ("uncertainties.parameters", ["villages"], "[0]: seen 'villages', which is fixed, wanted the key"),
    ("uncertainties.parameters", ["industry_capital"], "[0]: seen 'industry_capital', which is choice"),
    ("uncertainties.parameters", ["job_kept", "job_kept"], ": 'job_kept' stands twice"),
    ("uncertainties.shocks.village", 1, ": seen 1, wanted true or false"),
    ("reporting.by", ["county", "town"], "[1]: seen 'town', wanted 'village', 'county', 'prefecture' or 'helper'"),
    ("reporting.tolerance", 95, ": seen 95, wanted a number less than or equal to 1"),
    ("reporting.tolerance", 0, ": seen 0, wanted a number greater than 0"),
    ("reporting.confidence", 1.0, ": seen 1.0, wanted a number less than 1"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "problem"), WRONG_VALUES)
def test_a_wrong_value_is_told_with_what_was_seen_and_wanted(path: str, value: object, problem: str) -> None:
    assert the_problem(path, value).startswith(path + problem)


@pytest.mark.parametrize(
    ("allocation", "problem"),
    [
        ({"mode": "plan"}, "mode plan needs `plan`, the path of its table"),
        ({"mode": "fixed", "plan": "pyproject.toml"}, "seen a plan with mode fixed, wanted mode plan or `plan: null`"),
    ],
)
def test_a_plan_goes_with_its_mode(allocation: dict[str, str], problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert the_problem("levers.allocation", allocation) == f"levers.allocation: {problem}"


@pytest.mark.parametrize(
    ("round_", "problem"),
    [
        ({"order": "porest_first"}, ".order: seen 'porest_first', wanted 'poorest_first', 'without_labour_first', "),
        ({"who": "labour"}, ".who: seen 'labour', wanted 'all', 'without_labour' or 'labour_capable'; did you mean"),
        ({"reach": {}}, ".reach: wanted exactly one of share, number, money; seen none"),
        (
            {"reach": {"share": 0.5, "money": 9.0}},
            ".reach: wanted exactly one of share, number, money; seen share and money",
        ),
        ({"reach": {"share": 50}}, ".reach.share: seen 50, wanted a number less than or equal to 1"),
        ({"reach": {"number": 2.5}}, ".reach.number: seen 2.5, wanted a whole number"),
        ({"measures": {}}, ".measures: a round needs at least one measure; known: industry, training, "),
        ({"measures": ["industry"]}, ".measures: seen ['industry'], wanted a mapping of keys"),
        ({"measures": {"industry": None}}, ".measures.industry: seen nothing (null), wanted a mapping of keys"),
        ({"measures": {"industry": {}}}, ".measures.industry.funds: missing"),
        (
            {"measures": {"industry": {"funds": []}}},
            ".measures.industry.funds: seen an empty list, wanted at least one",
        ),
        ({"measures": {"industry": {"funds": "pool"}}}, ".measures.industry.funds: seen 'pool', wanted a list"),
        (
            {"measures": {"industry": {"funds": ["social"]}}},
            ".measures.industry.funds[0]: seen 'social', wanted 'household', 'guidance', 'pool', 'sector', 'donations' or 'contingency'",
        ),
        ({"measures": {"industry": {"funds": ["pool", "pool"]}}}, ".measures.industry.funds: 'pool' stands twice"),
        (
            {"measures": {"training": {"funds": ["pool"], "cost": -1}}},
            ".measures.training.cost: seen -1, wanted a number greater than or equal to 0",
        ),
        (
            {"measures": {"training": {"funds": ["pool"], "cost": 9000}}},
            ".measures.training.cost: seen 9000, wanted 500 to 2500 yuan_per_person, the range of the fact "
            "training_cost; if it is meant, give a `reason` beside it",
        ),
    ],
)
def test_a_wrong_round_is_told_with_its_place(round_: dict[str, Any], problem: str) -> None:
    assert the_problem("levers.rounds", [SHARES, SHARES | round_]).startswith(f"levers.rounds[1]{problem}")


def test_a_missing_word_is_told_with_the_choice() -> None:
    round_ = {"measures": SHARES["measures"]}
    wanted = "'poorest_first', 'without_labour_first', 'nearest_line_first', 'random' or 'equal_shares'"
    assert the_problem("levers.rounds", [round_]) == f"levers.rounds[0].order: missing; wanted {wanted}"


def test_every_problem_is_told_at_once() -> None:
    content = {
        "base": "baseline",
        "facts": {"dividend_rat": {"value": 0.08}, "dividend_rate": {"value": 8}},
        "levers": {"horizons": 3, "rounds": [SHARES | {"order": "first"}, {}]},
        "reporting": {"tolerance": 95},
    }
    with pytest.raises(InputError, match="the scenario cannot be used") as caught:
        scenario_from(content, "many")
    places = [problem.split(": ")[1] for problem in caught.value.problems]
    rounds = ["levers.rounds[0].order", "levers.rounds[1].order", "levers.rounds[1].measures", "levers.horizons"]
    assert places == ["facts.dividend_rat", "facts.dividend_rate", *rounds, "reporting.tolerance"]


def test_without_a_base_what_is_missing_is_told_with_a_way_out() -> None:
    with pytest.raises(InputError, match="`base: baseline`") as caught:
        scenario_from({"levers": {"horizon": [2016, 2018]}}, "bare")
    places = [problem.split(": ")[1] for problem in caught.value.problems[:-1]]
    keys = ("provincial_income", "governing_line", "allocation", "exit_requires", "entitled")
    assert places == [f"levers.{key}" for key in keys]

"""What a scenario may say of measures, village projects and money from others, and how it is told what it may not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.scenario import Scenario, scenario_from
from simlib.scenario.fields import ROUND_FUNDS, VILLAGE_FUNDS
from simlib.scenario.schema import MEASURE_LEVERS

FACTS = load_facts()
OUTSIDE = "if it is meant, give a `reason` beside it"


def with_levers(**levers: Any) -> Scenario:
    """The baseline with other levers."""
    return scenario_from({"base": "baseline", "levers": levers}, "x")


def the_problem(**levers: Any) -> str:
    """The one problem of such a scenario, from its place on."""
    with pytest.raises(InputError, match="the scenario cannot be used") as caught:
        with_levers(**levers)
    (problem,) = caught.value.problems
    return problem.removeprefix("scenario 'x': levers.")


def one_round(*measures: str, **round_: Any) -> dict[str, Any]:
    """A round of measures, each from the first fund that it may draw on."""
    levers = {measure: {} if measure == "local_jobs" else {"funds": ["guidance"]} for measure in measures}
    return {"order": "poorest_first", "measures": levers} | round_


# --- measures of a round


@pytest.mark.parametrize(
    ("measure", "money", "fact"),
    [
        ("land_transfer", "contract", "land_contract_cost"),
        ("microcredit", "loan", "microcredit_loan"),
        ("local_jobs", "pay", "local_jobs_pay"),
        ("housing", "grant", "housing_grant"),
        ("mindset", "cost", "mindset_cost"),
    ],
)
def test_a_measure_has_one_money_lever_with_the_range_of_its_fact(measure: str, money: str, fact: str) -> None:
    (left_out,) = with_levers(rounds=[one_round(measure)]).levers.rounds
    assert left_out.measures[measure].amount == getattr(left_out.measures[measure], money) == FACTS[fact]
    low, high, unit = FACTS.fact(fact).low, FACTS.fact(fact).high, FACTS.fact(fact).unit
    assert low is not None and high is not None
    outside = one_round(measure)
    outside["measures"][measure][money] = low - 1
    wanted = f"seen {low - 1:g}, wanted {low:g} to {high:g} {unit}, the range of the fact {fact}; {OUTSIDE}"
    assert the_problem(rounds=[outside]) == f"rounds[0].measures.{measure}.{money}: {wanted}"
    outside["measures"][measure]["reason"] = "the county's own rate"
    (meant,) = with_levers(rounds=[outside]).levers.rounds
    assert meant.measures[measure].amount == low - 1


def test_a_loan_is_a_small_one_whatever_the_reason() -> None:
    loan = {"funds": ["pool"], "loan": 60000, "reason": "a bigger farm"}
    wanted = "rounds[0].measures.microcredit.loan: seen 60000, wanted 50000 yuan at most: more is no small loan (S35)"
    assert the_problem(rounds=[one_round(measures={"microcredit": loan})]) == wanted
    (round_,) = with_levers(rounds=[one_round(measures={"microcredit": loan | {"loan": 50000}})]).levers.rounds
    assert round_.measures["microcredit"].amount == 50000


def test_day_work_is_paid_from_village_projects_and_from_nothing_else() -> None:
    for funds in ({}, {"funds": ["works"]}):
        (round_,) = with_levers(rounds=[one_round(measures={"local_jobs": funds})]).levers.rounds
        assert round_.measures["local_jobs"].funds == ("works",)
    other = one_round(measures={"local_jobs": {"funds": ["guidance"]}})
    assert the_problem(rounds=[other]) == "rounds[0].measures.local_jobs.funds[0]: seen 'guidance', wanted 'works'"
    post = one_round(measures={"public_post": {"funds": ["works"]}})
    assert the_problem(rounds=[post]).startswith("rounds[0].measures.public_post.funds[0]: seen 'works', wanted 'household', 'guidance'")


def test_a_round_may_draw_on_six_funds_and_never_on_the_programme_of_villages() -> None:
    (round_,) = with_levers(rounds=[one_round(measures={"industry": {"funds": list(ROUND_FUNDS)}})]).levers.rounds
    assert round_.measures["industry"].funds == ("household", "guidance", "pool", "sector", "donations", "contingency")
    problem = the_problem(rounds=[one_round(measures={"industry": {"funds": ["pool", "village_programme"]}})])
    place = "rounds[0].measures.industry.funds[1]"
    wanted = "'household', 'guidance', 'pool', 'sector', 'donations' or 'contingency'"
    assert problem == f"{place}: seen 'village_programme', which pays village projects only; wanted {wanted}"


@pytest.mark.parametrize("both", [("public_post", "local_jobs"), ("housing", "public_post"), ("local_jobs", "industry", "housing")])
def test_of_measures_whose_reach_counts_a_year_a_round_has_one(both: tuple[str, ...]) -> None:
    seen = " and ".join(measure for measure in both if measure != "industry")
    wanted = f"rounds[0].measures: seen {seen}, wanted one of them at most: give each a round of its own"
    assert the_problem(rounds=[one_round(*both)]) == wanted
    assert len(with_levers(rounds=[one_round(measure) for measure in both]).levers.rounds) == len(both)


# --- equal shares


@pytest.mark.parametrize("measure", ["industry", "asset_shares"])
@pytest.mark.parametrize("reach", [None, {"money": 1e5}])
def test_what_can_be_divided_may_be_shared_equally(measure: str, reach: dict[str, float] | None) -> None:
    (round_,) = with_levers(rounds=[one_round(measure, order="equal_shares", reach=reach)]).levers.rounds
    assert (round_.order, list(round_.measures)) == ("equal_shares", [measure])


@pytest.mark.parametrize("measures", [("training",), ("industry", "asset_shares"), ("housing",)])
def test_what_cannot_be_divided_is_not_shared_equally(measures: tuple[str, ...]) -> None:
    alone = "order equal_shares is for a round of industry or asset_shares alone, and this one has"
    assert the_problem(rounds=[one_round(*measures, order="equal_shares")]) == f"rounds[0]: {alone} {', '.join(measures)}"


@pytest.mark.parametrize("reach", [{"share": 0.5}, {"number": 3}])
def test_equal_shares_serve_everybody_who_asks(reach: dict[str, float]) -> None:
    wanted = "rounds[0]: order equal_shares serves everybody who asks: wanted a reach of `money`, or none"
    assert the_problem(rounds=[one_round("industry", order="equal_shares", reach=reach)]) == wanted


def test_a_fixed_plan_has_no_equal_shares() -> None:
    rounds = [one_round("training"), one_round("industry", order="equal_shares")]
    problem = the_problem(rounds=rounds, allocation={"mode": "fixed"})
    assert problem == "rounds: round [1] has order equal_shares, which a plan of mode fixed cannot hold; wanted mode annual"
    assert with_levers(rounds=rounds, allocation={"mode": "annual"}).levers.rounds[1].order == "equal_shares"


# --- village projects


def test_nothing_is_done_for_villages_unless_a_scenario_says_so() -> None:
    village = with_levers().levers.village
    assert (village.technique, village.ecommerce, village.services, village.collective) == (None, None, None, None)
    assert village.local_jobs_share == FACTS["local_jobs_share"]


def test_village_projects_have_their_money() -> None:
    funds = {"funds": list(VILLAGE_FUNDS)}
    shares = {"services": funds | {"money_share": 0.4}, "collective": funds | {"money_share": 0}}
    village = with_levers(village={"technique": funds, "ecommerce": funds | {"set_up": 60000}, **shares}).levers.village
    assert village.technique and village.ecommerce and village.services and village.collective
    assert (village.technique.amount, village.technique.yearly) == (FACTS["technique_yearly"],) * 2
    assert (village.ecommerce.amount, village.ecommerce.set_up) == (60000, 60000)
    assert (village.services.money_share, village.collective.money_share) == (0.4, 0.0)
    assert village.services.funds == ("guidance", "pool", "sector", "donations", "contingency", "village_programme")


def test_a_child_takes_a_project_of_its_base_away_by_null() -> None:
    base = with_levers(village={"services": {"funds": ["guidance"], "money_share": 0.4}})
    content = base.resolved()
    content["levers"]["village"]["services"] = None
    assert base.levers.village.services is not None
    assert scenario_from(content, "x").levers.village.services is None


PROJECTS = {"technique": {}, "ecommerce": {}, "services": {"money_share": 0.1}, "collective": {"money_share": 0.1}}


@pytest.mark.parametrize("project", PROJECTS)
def test_the_household_fund_pays_no_village_project(project: str) -> None:
    problem = the_problem(village={project: PROJECTS[project] | {"funds": ["guidance", "household"]}})
    why = "which pays household measures only, never a village's projects (专项专用, 三(十一)2 and 三(十四)1)"
    wanted = "'guidance', 'pool', 'sector', 'donations', 'contingency' or 'village_programme'"
    assert problem == f"village.{project}.funds[1]: seen 'household', {why}; wanted {wanted}"


@pytest.mark.parametrize(
    ("village", "problem"),
    [
        ({"technique": {"funds": []}}, ".technique.funds: seen an empty list, wanted at least one"),
        ({"technique": {}}, ".technique.funds: missing"),
        ({"technique": {"funds": ["pool"], "yearly": 1}}, f"yearly: seen 1, wanted 20000 to 100000 yuan_per_village_year, .*{OUTSIDE}"),
        ({"ecommerce": {"funds": ["pool", "pool"]}}, ".ecommerce.funds: 'pool' stands twice"),
        ({"ecommerce": {"funds": ["works"]}}, r".ecommerce.funds\[0\]: seen 'works', wanted 'guidance', 'pool'"),
        ({"ecommerce": {"funds": ["pool"], "set_up": -1}}, ".ecommerce.set_up: seen -1, wanted a number greater than or equal to 0"),
        ({"services": {"funds": ["pool"]}}, ".services.money_share: missing"),
        ({"services": {"funds": ["pool"], "money_share": 40}}, ".services.money_share: seen 40, wanted a number less than or equal to 1"),
        ({"collective": {"funds": ["pool"], "money_share": -0.1}}, ".collective.money_share: seen -0.1, wanted a number greater"),
        ({"collective": {"funds": ["pool"], "money_share": 0.1, "money": 9}}, ".collective.money: unknown key; did you mean .money_share"),
        ({"local_jobs_share": 0.5}, f".local_jobs_share: seen 0.5, wanted 0.05 to 0.15 share, .*{OUTSIDE}"),
        ({"local_jobs_share": 1.5, "reason": "x"}, ".local_jobs_share: seen 1.5, wanted a number less than or equal to 1"),
        ({"service": {}}, ".service: unknown key; did you mean 'services'?"),
    ],
)  # fmt: skip
def test_a_wrong_village_project_is_told_with_its_place(village: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=f"levers.village.*{problem}") as caught:
        with_levers(village=village)
    assert len(caught.value.problems) == 1


def test_more_day_wages_need_a_reason() -> None:
    village = {"local_jobs_share": 0.3, "reason": "roads built by hand"}
    assert with_levers(village=village).levers.village.local_jobs_share == 0.3


@pytest.mark.parametrize("key", ["technique", "ecommerce", "services", "collective"])
def test_a_project_of_the_village_in_a_round_is_told_where_it_belongs(key: str) -> None:
    problem = the_problem(rounds=[one_round("industry", measures={"industry": {"funds": ["pool"]}, key: {}})])
    assert problem == f"rounds[0].measures.{key}: unknown key; it belongs at levers.village.{key}"


# --- the rest


def test_what_is_new_is_nothing_until_it_is_asked_for() -> None:
    levers = with_levers().levers
    assert (levers.register_income, levers.identification.recheck) == ("simulated", False)
    funds = levers.funds
    assert (funds.sector.yuan_per_person, funds.donations.yuan_per_village, funds.donations.paid) == (0, 0, 1)
    assert (funds.contingency.yuan, funds.contingency.year, funds.village_programme.paid) == (0, 2018, 0)
    assert levers.staff.cadres_per_village == FACTS["cadres_per_village"]
    assert isinstance(levers.staff.cadres_per_village, int)


def test_social_security_has_all_its_parts_unless_one_is_taken_out() -> None:
    security = with_levers(entitled={"social_security": {"medical": False}}).levers.entitled.social_security
    assert security is not None
    assert (security.school, security.medical, security.pension_contributions, security.funds) == (True, False, True, ("social",))


@pytest.mark.parametrize("line", ["fixed", "moving", "indexed"])
@pytest.mark.parametrize("income", ["simulated", "reported"])
def test_exits_have_three_lines_and_two_incomes(line: str, income: str) -> None:
    levers = with_levers(governing_line=line, register_income=income).levers
    assert (levers.governing_line, levers.register_income) == (line, income)


MONEY = {key: (FACTS.fact(fact).low, FACTS.fact(fact).high) for key, fact in {
    "land_transfer": "land_contract_cost", "microcredit": "microcredit_loan", "housing": "housing_grant", "mindset": "mindset_cost",
}.items()}  # fmt: skip
VILLAGE_LEVERS = st.fixed_dictionaries(
    {},
    optional={
        key: st.fixed_dictionaries(
            {"funds": st.lists(st.sampled_from(VILLAGE_FUNDS), min_size=1, unique=True)}
            | ({"money_share": st.floats(0, 1)} if key in ("services", "collective") else {})
        )
        for key in PROJECTS
    },
)


@given(st.lists(st.sampled_from(sorted(MONEY)), min_size=1, unique=True), st.data(), VILLAGE_LEVERS)
def test_whatever_is_valid_comes_back_from_its_own_text(measures: list[str], data: st.DataObject, village: dict[str, Any]) -> None:
    levers = {
        measure: {
            "funds": data.draw(st.lists(st.sampled_from(ROUND_FUNDS), min_size=1, unique=True)),
            MEASURE_LEVERS[measure].money: data.draw(st.floats(*MONEY[measure])),
        }
        for measure in measures
    }
    scenario = with_levers(rounds=[one_round(measures=levers)], village=village)
    again = scenario_from(scenario.resolved(), "x")
    assert again.levers == scenario.levers and again.hash == scenario.hash
    assert list(again.levers.rounds[0].measures) == measures

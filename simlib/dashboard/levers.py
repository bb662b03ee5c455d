"""The levers that the planner's page offers: where each stands in a scenario, which is its value there, and its range."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from simlib.facts import Facts
from simlib.facts.lines import BASE_YEAR
from simlib.scenario import Scenario
from simlib.scenario.values import Place, said_at
from simlib.words import noop

Form = Literal["share", "yuan", "years", "factor", "year", "choice"]
Value = float | str
Values = Mapping[str, Value]

OWN: Final = "own"
"""The province's income grows by the planner's own rate."""
PATH: Final = "levers.provincial_income"
RATE: Final = "levers.provincial_income.rate"
ORDER: Final = "levers.rounds.order"
MODE: Final = "levers.allocation.mode"
YEARLY: Final = frozenset({"public_post", "local_jobs", "housing"})
"""Measures whose reach counts the households of a year."""
MILLION: Final = 1e6


@dataclass(frozen=True)
class Lever:
    """One thing to move. `key` is its dotted place in a scenario; `text` its name (of the catalogue), or `fact` whose label it has.

    `codes` are labels (words/terms.py) for the blank `what` of the text. A choice has `choices`, (value, text or code); else low..high.
    `own`: the fact's number is the scenario's, not the text's or a source's.
    """

    key: str
    group: str
    form: Form
    text: str = ""
    codes: tuple[str, ...] = ()
    fact: str = ""
    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    choices: tuple[tuple[str, str], ...] = ()
    own: bool = False

    @property
    def place(self) -> Place:
        """Keys and positions, from the scenario's top."""
        return tuple(int(step) if step.isdigit() else step for step in self.key.split("."))


MONEY, REACH, RATES, GROWTH, RULES = (
    noop("Money"),
    noop("How far measures reach"),
    noop("Yields, jobs and wages"),
    noop("Growth"),
    noop("Rules"),
)
GROUPS: Final = (MONEY, REACH, RATES, GROWTH, RULES)
"""In the order of the page."""

_FUNDS = "levers.funds"


def _paid(fund: str, text: str, code: str) -> Lever:
    return Lever(f"{_FUNDS}.{fund}", MONEY, "share", text, (code,))


FUNDS: Final = (
    _paid("household.paid.province", noop("household fund: part paid by {what}"), "payer.province"),
    _paid("household.paid.guangzhou", noop("household fund: part paid by {what}"), "payer.guangzhou"),
    _paid("household.paid.home_city", noop("household fund: part paid by {what}"), "payer.home_city"),
    Lever(f"{_FUNDS}.household.delay_years", MONEY, "years", noop("{what}: years late"), ("fund.household",), high=3, step=1),
    _paid("guidance.paid", noop("{what}: part that is paid"), "fund.guidance"),
    Lever(f"{_FUNDS}.guidance.factor", MONEY, "factor", noop("{what}: times the text's sum"), ("fund.guidance",), low=1, high=3, step=0.1),
    Lever(f"{_FUNDS}.guidance.delay_years", MONEY, "years", noop("{what}: years late"), ("fund.guidance",), high=3, step=1),
    _paid("pool.paid", noop("{what}: part that is paid"), "fund.pool"),
    *(
        Lever(f"facts.guidance_village_{year}.value", MONEY, "yuan", fact=f"guidance_village_{year}", high=2 * MILLION, step=50_000)
        for year in (2016, 2017, 2018)
    ),
    *(Lever(f"facts.absorption_{year}.value", MONEY, "share", fact=f"absorption_{year}") for year in (2016, 2017, 2018)),
    Lever(f"{_FUNDS}.sector.yuan_per_person", MONEY, "yuan", noop("{what}: a person and year"), ("fund.sector",), high=5_000, step=100),
    Lever(
        f"{_FUNDS}.donations.yuan_per_village",
        MONEY,
        "yuan",
        noop("{what}: pledged a village and year"),
        ("fund.donations",),
        high=MILLION,
        step=10_000,
    ),
    Lever(f"{_FUNDS}.contingency.yuan", MONEY, "yuan", noop("{what}: sum"), ("fund.contingency",), high=500 * MILLION, step=5 * MILLION),
    Lever(f"{_FUNDS}.contingency.year", MONEY, "year", noop("{what}: year"), ("fund.contingency",), low=2016, high=2018, step=1),
    _paid("village_programme.paid", noop("{what}: part that is counted"), "fund.village_programme"),
)
YIELDS: Final = (
    Lever("facts.dividend_rate.value", RATES, "share", fact="dividend_rate", step=0.005),
    Lever("facts.training_added_chance.value", RATES, "share", fact="training_added_chance", step=0.01),
    Lever("facts.transfer_wage_month_2016.value", RATES, "yuan", fact="transfer_wage_month_2016", low=2_000, high=5_000, step=50),
    Lever("facts.transfer_wage_growth.value", RATES, "share", fact="transfer_wage_growth", low=0.0, high=0.15, step=0.005),
    Lever("facts.industry_margin.value", RATES, "share", fact="industry_margin", step=0.01),
)
POSTS: Final = Lever("facts.public_post_share.value", REACH, "share", fact="public_post_share", step=0.01)
INCOMES: Final = (
    Lever(
        PATH,
        GROWTH,
        "choice",
        noop("income of the province"),
        choices=(("observed", noop("as published")), ("planned", noop("as the text planned")), (OWN, noop("my own rate"))),
    ),
    Lever(RATE, GROWTH, "share", noop("my own rate of growth a year"), low=0.0, high=0.15, step=0.005),
    Lever("facts.income_growth.value", GROWTH, "share", fact="income_growth", step=0.005),
)
LEVER_RULES: Final = (
    Lever(
        ORDER,
        RULES,
        "choice",
        noop("who is served first"),
        choices=(
            ("", noop("as the scenario has it")),
            ("poorest_first", "order.poorest_first"),
            ("nearest_line_first", "order.nearest_line_first"),
            ("without_labour_first", "order.without_labour_first"),
            ("random", "order.random"),
        ),
    ),
    Lever(
        MODE,
        RULES,
        "choice",
        noop("the plan is made"),
        choices=(("annual", "mode.annual"), ("fixed", "mode.fixed")),
    ),
    Lever(
        "levers.governing_line",
        RULES,
        "choice",
        noop("exits are judged at the"),
        choices=(("fixed", "line.fixed"), ("moving", "line.moving"), ("indexed", "line.indexed")),
    ),
)


def levers_of(scenario: Scenario, facts: Facts) -> tuple[Lever, ...]:
    """The levers of a scenario, those of its rounds among them, with ranges that hold what it says: each can be moved to either end."""
    every = (*FUNDS, *_reaches(scenario), POSTS, *YIELDS, *INCOMES, *LEVER_RULES)
    return tuple(_ranged(one, scenario, facts) for one in every if _fits(one, scenario))


def _fits(lever: Lever, scenario: Scenario) -> bool:
    """Whether a lever can be moved here: no order without rounds that have one, annual and fixed plans only where both can be had."""
    orders = [one.order for one in scenario.levers.rounds]
    if lever.key == ORDER:
        return any(order != "equal_shares" for order in orders)
    return lever.key != MODE or (scenario.levers.allocation.mode != "plan" and "equal_shares" not in orders)


def _reaches(scenario: Scenario) -> Iterator[Lever]:
    """A lever a round: the share of its households; posts are bounded by their fact, sums of money and numbers stay as they are."""
    for place, one in enumerate(scenario.levers.rounds):
        if "public_post" in one.measures or (one.reach is not None and one.reach.share is None):
            continue
        yearly = not YEARLY.isdisjoint(one.measures)
        text = noop("{what}: share of households a year") if yearly else noop("{what}: share of households")
        who = () if one.who == "all" else (f"who.{one.who}",)
        codes = (*(f"measure.{name}" for name in one.measures), *who)
        if one.order != "equal_shares":
            yield Lever(f"levers.rounds.{place}.reach.share", REACH, "share", text, codes)


def _ranged(lever: Lever, scenario: Scenario, facts: Facts) -> Lever:
    """With its fact's range, and wide enough for what the scenario says."""
    if lever.form == "choice":
        return lever
    own = scenario.resolve_facts(facts)
    low, high = _range(lever, own, facts)
    value = float(value_of(lever, scenario, own))
    return replace(lever, low=min(low, value), high=max(high, value), own=lever.fact in scenario.facts)


def _range(lever: Lever, own: Facts, facts: Facts) -> tuple[float, float]:
    """The range of a lever's fact: the scenario's, where it leaves one; else that of the facts in use; else the lever's own."""
    for fact in (own.fact(lever.fact), facts.fact(lever.fact)) if lever.fact else ():
        if fact.low is not None and fact.high is not None:
            return fact.low, fact.high
    return lever.low, lever.high


# ---- what a scenario says


def value_of(lever: Lever, scenario: Scenario, facts: Facts) -> Value:
    """What a scenario says at a lever; `facts` are those of the scenario."""
    if lever.fact:
        return facts[lever.fact]
    if lever.key == ORDER:
        return ""
    path = scenario.levers.provincial_income
    if lever.key == PATH:
        return path if isinstance(path, str) else OWN
    if lever.key == RATE:
        return _rate(path, facts)
    return _said(scenario.resolved(), lever)


def _rate(path: str | Mapping[int, float], facts: Facts) -> float:
    """Yearly growth of a path to its last year; the planned one of a path with a name."""
    if isinstance(path, str):
        return facts["planned_growth"]
    last = max(path)
    return round(float((path[last] / facts[f"provincial_income_{BASE_YEAR}"]) ** (1 / (last - BASE_YEAR)) - 1), 4)


def _said(content: Mapping[str, Any], lever: Lever) -> Value:
    """The value at a lever's place; a round without a reach serves everybody."""
    if lever.place[:2] == ("levers", "rounds"):
        reach = content["levers"]["rounds"][lever.place[2]].get("reach") or {}
        return float(reach.get("share", 1.0))
    (value,) = said_at(content, lever.place)
    return value if isinstance(value, str) else float(value)


def values_of(scenario: Scenario, facts: Facts) -> dict[str, Value]:
    """What a scenario says at each of its levers, by key."""
    own = scenario.resolve_facts(facts)
    return {one.key: value_of(one, scenario, own) for one in levers_of(scenario, facts)}

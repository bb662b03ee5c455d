"""Scenarios of any kind, drawn by hypothesis: rounds, orders, funds, village projects, payers, horizons."""

from typing import Any

from hypothesis import strategies as st

from simlib.facts import load_facts
from simlib.scenario import Scenario
from tests.engine.small import scenario_with

FUNDS = ("household", "guidance", "pool", "sector", "donations", "contingency")
VILLAGE_FUNDS = ("guidance", "pool", "sector", "donations", "contingency", "village_programme")
ORDERS = ("poorest_first", "without_labour_first", "nearest_line_first", "random")
ONCE_A_YEAR = ("public_post", "local_jobs", "housing")
OTHERS = ("industry", "training", "asset_shares", "land_transfer", "microcredit", "mindset")
SHARES = st.floats(0, 1, allow_subnormal=False)


def some(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """Some of the names in any order, at least one."""
    return st.lists(st.sampled_from(names), unique=True, min_size=1)


@st.composite
def rounds(draw: st.DrawFn) -> dict[str, Any]:
    """One round: a package, its order, its reach; or equal shares of one measure."""
    if draw(st.integers(0, 5)) == 0:
        measure = draw(st.sampled_from(["industry", "asset_shares"]))
        return {"order": "equal_shares", "measures": {measure: {"funds": draw(some(FUNDS))}}}
    keys = draw(st.lists(st.sampled_from(OTHERS), unique=True, max_size=4))
    yearly = draw(st.sampled_from([*ONCE_A_YEAR, None, None]))
    keys = draw(st.permutations([*keys, yearly] if yearly else keys)) or ["industry"]
    measures = {key: {} if key == "local_jobs" else {"funds": draw(some(FUNDS))} for key in keys}
    reach = draw(st.one_of(st.none(), SHARES.map(lambda x: {"share": x}), st.integers(0, 9).map(lambda n: {"number": n})))
    if draw(st.booleans()) and reach is None:
        reach = draw(st.one_of(st.none(), st.floats(0, 90_000).map(lambda yuan: {"money": yuan})))
    who = draw(st.sampled_from(["all", "all", "labour_capable", "without_labour"]))
    return {"order": draw(st.sampled_from(ORDERS)), "who": who, "measures": measures, "reach": reach}


@st.composite
def villages(draw: st.DrawFn) -> dict[str, Any]:
    """Village projects, some or none."""
    shared = st.fixed_dictionaries({"funds": some(VILLAGE_FUNDS), "money_share": SHARES})
    return {
        "technique": draw(st.one_of(st.none(), st.fixed_dictionaries({"funds": some(VILLAGE_FUNDS)}))),
        "ecommerce": draw(st.one_of(st.none(), st.fixed_dictionaries({"funds": some(VILLAGE_FUNDS)}))),
        "services": draw(st.one_of(st.none(), shared)),
        "collective": draw(st.one_of(st.none(), shared)),
    }


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any scenario that the schema takes, as far as money goes."""
    yuan = st.floats(0, 50_000, allow_subnormal=False)
    funds = {
        "household": {
            "paid": {payer: draw(SHARES) for payer in ("province", "guangzhou", "home_city")},
            "delay_years": draw(st.integers(0, 3)),
        },
        "guidance": {"paid": draw(SHARES), "delay_years": draw(st.integers(0, 3)), "factor": draw(st.floats(1, 3))},
        "pool": {"paid": draw(SHARES), "rule": draw(st.sampled_from(["income_gap", "equal"]))},
        "sector": {"yuan_per_person": draw(yuan)},
        "donations": {"yuan_per_village": draw(yuan), "paid": draw(SHARES)},
        "contingency": {"yuan": draw(yuan), "year": draw(st.integers(2016, 2018))},
        "village_programme": {"paid": draw(SHARES)},
    }
    security = draw(
        st.one_of(st.none(), st.fixed_dictionaries({key: st.booleans() for key in ("school", "medical", "pension_contributions")}))
    )
    levers = {
        "horizon": [2016, draw(st.integers(2016, 2020))],
        "governing_line": draw(st.sampled_from(["fixed", "moving", "indexed"])),
        "register_income": draw(st.sampled_from(["simulated", "reported"])),
        "identification": {"recheck": draw(st.booleans())},
        "rounds": draw(st.lists(rounds(), max_size=4)),
        "village": draw(villages()),
        "funds": funds,
        "exit_requires": draw(st.lists(st.sampled_from(["school", "medical", "housing"]), unique=True)),
        "entitled": {"social_security": security, "dibao": {"enrolment": draw(st.sampled_from(["registered", "coverage"]))}},
    }
    return scenario_with(load_facts(), levers)

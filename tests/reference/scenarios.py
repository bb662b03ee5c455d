"""Scenarios that between them use every measure, order, reach, fund and account, for holding the kernel against the reference."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from simlib.scenario import Scenario, scenario_from

Levers = Mapping[str, Any]
ALL_GUARANTEES = ["school", "medical", "housing"]
OTHERS_MONEY = {
    "sector": {"yuan_per_person": 1234.5},
    "donations": {"yuan_per_village": 123456.78, "paid": 0.77},
    "contingency": {"yuan": 234567.89, "year": 2017},
    "village_programme": {"paid": 0.043},
}
LATE_MONEY = OTHERS_MONEY | {
    "household": {"paid": {"province": 0.5, "guangzhou": 0.9, "home_city": 0.0}, "delay_years": 1},
    "guidance": {"factor": 1.1, "paid": 0.31, "delay_years": 1},
    "pool": {"paid": 0.37, "rule": "equal"},
    "contingency": {"yuan": 345678.9, "year": 2019},
}
COVERAGE = {"enrolment": "coverage"}


def of(*measures: str, order: str = "poorest_first", funds: Sequence[str] = ("guidance", "household"), **more: Any) -> dict[str, Any]:
    """A round: measures with these funds, but day work, which has its own."""
    return {"order": order, "measures": {key: {} if key == "local_jobs" else {"funds": list(funds)} for key in measures}, **more}


def village(**shares: float) -> dict[str, Any]:
    """Services and capital by their share of the money of guidance and others."""
    funds = ["donations", "village_programme", "guidance"]
    return {key: {"funds": funds, "money_share": share} for key, share in shares.items()}


TECHNIQUE = {"technique": {"funds": ["pool", "guidance"], "yearly": 23456.7}}
ECOMMERCE = {"ecommerce": {"funds": ["donations", "contingency", "guidance"], "set_up": 67890.1}}

WHOLE_LEVERS: dict[str, Levers] = {
    "land and then projects": {
        "rounds": [of("land_transfer", "industry"), of("industry", "land_transfer", funds=["sector", "guidance"])],
        "funds": OTHERS_MONEY,
        "horizon": [2016, 2020],
    },
    "projects and then land": {
        "rounds": [of("industry", "land_transfer", "training", order="random"), of("land_transfer", reach={"share": 0.4})],
        "village": TECHNIQUE,
        "horizon": [2016, 2019],
    },
    "small loans to the end": {
        "rounds": [of("microcredit", "training", funds=["household"]), of("industry", "microcredit", order="nearest_line_first")],
        "governing_line": "indexed",
        "horizon": [2016, 2020],
    },
    "day work within its bounds": {
        "rounds": [
            of("local_jobs", "training", order="random", reach={"number": 3}),
            of("local_jobs", "microcredit", "industry", order="nearest_line_first"),
            of("local_jobs", reach={"money": 9000.0}),
        ],
        "village": village(services=0.11, collective=0.07) | {"local_jobs_share": 0.13},
        "funds": OTHERS_MONEY,
    },
    "houses for exits": {
        "rounds": [of("housing", "mindset", order="without_labour_first"), of("asset_shares", "housing", reach={"share": 0.3})],
        "exit_requires": ALL_GUARANTEES,
        "horizon": [2016, 2019],
    },
    "houses within a capacity": {
        "rounds": [of("housing", who="without_labour", order="random"), of("housing", "industry", reach={"number": 2})],
        "exit_requires": ["housing"],
        "governing_line": "moving",
    },
    "attitudes first": {
        "rounds": [
            of("mindset", "asset_shares", reach={"share": 0.5}),
            of("industry", "microcredit", "land_transfer", "training"),
            of("mindset", reach={"money": 1000.0}),
            of("public_post", "asset_shares"),
        ],
    },
    "equal parts of projects": {
        "rounds": [of("training"), of("industry", order="equal_shares", funds=["pool", "guidance"]), of("asset_shares")],
        "funds": LATE_MONEY,
        "village": TECHNIQUE,
        "horizon": [2016, 2020],
    },
    "equal parts of a sum": {
        "rounds": [
            of("asset_shares", order="equal_shares", reach={"money": 34567.89}, who="without_labour"),
            of("asset_shares", order="equal_shares", funds=["sector", "household"]),
        ],
        "funds": OTHERS_MONEY,
        "village": village(collective=0.4),
    },
    "a village's own projects": {
        "rounds": [of("asset_shares", "industry")],
        "village": TECHNIQUE | ECOMMERCE | village(services=0.35, collective=0.2),
        "funds": OTHERS_MONEY,
        "horizon": [2016, 2020],
    },
    "money late and short": {
        "rounds": [
            of("industry", "asset_shares", "housing", funds=["sector", "donations", "contingency", "pool", "household", "guidance"]),
        ],
        "village": TECHNIQUE | ECOMMERCE | village(services=0.9, collective=0.3),
        "funds": LATE_MONEY,
        "horizon": [2016, 2020],
    },
    "re-checked": {
        "rounds": [of("public_post", "industry", reach={"number": 4}), of("asset_shares", "microcredit", "land_transfer")],
        "identification": {"recheck": True},
        "entitled": {"social_security": {"school": False, "medical": True, "pension_contributions": False}, "dibao": COVERAGE},
        "exit_requires": ["school"],
        "allocation": {"mode": "annual", "retention_years": 1},
        "horizon": [2016, 2019],
    },
    "exits on paper": {
        "rounds": [of("industry", "training"), of("public_post")],
        "register_income": "reported",
        "entitled": {"social_security": {"school": True, "medical": False, "pension_contributions": True}, "dibao": COVERAGE},
        "allocation": {"mode": "annual", "retention_years": 0},
        "governing_line": "moving",
        "exit_requires": ALL_GUARANTEES,
        "horizon": [2016, 2020],
    },
    "posts in two rounds": {
        "rounds": [
            of("public_post", reach={"number": 2}, order="random"),
            of("industry", "public_post", reach={"share": 0.2}),
            of("public_post", funds=["pool"], reach={"money": 20000.0}),
        ],
    },
    "posts by money": {"rounds": [of("public_post", "training", reach={"money": 21000.0}, order="nearest_line_first")]},
    "everything": {
        "rounds": [
            of("mindset", order="without_labour_first", funds=["donations", "household"]),
            of("asset_shares", who="without_labour", funds=["guidance", "pool", "household"]),
            of("housing", funds=["contingency", "sector", "household"]),
            of("public_post"),
            of("training", "land_transfer", "industry", "microcredit", who="labour_capable", order="nearest_line_first"),
            of("local_jobs", who="labour_capable", order="random"),
            of("asset_shares", order="equal_shares", who="labour_capable"),
        ],
        "village": TECHNIQUE | ECOMMERCE | village(services=0.2, collective=0.1),
        "funds": OTHERS_MONEY,
        "governing_line": "indexed",
        "identification": {"recheck": True},
        "register_income": "reported",
        "entitled": {"social_security": {}, "dibao": COVERAGE},
        "exit_requires": ALL_GUARANTEES,
        "horizon": [2016, 2020],
    },
}

PLANNED_LEVERS: dict[str, Levers] = {
    "a plan of everything": {
        "rounds": [one for one in WHOLE_LEVERS["everything"]["rounds"] if one["order"] != "equal_shares"],
        "village": WHOLE_LEVERS["everything"]["village"],
        "funds": OTHERS_MONEY,
        "identification": {"recheck": True},
        "exit_requires": ["school", "medical"],
        "entitled": {"social_security": {}, "dibao": COVERAGE},
        "horizon": [2016, 2019],
        "allocation": {"mode": "fixed"},
    },
    "a plan of land, loans and day work": {
        "rounds": [of("land_transfer", "microcredit", "local_jobs"), of("industry", "training", "housing", order="random")],
        "village": village(services=0.15, collective=0.05),
        "funds": LATE_MONEY,
        "horizon": [2016, 2020],
        "allocation": {"mode": "fixed"},
    },
}


def scenario_of(levers: Levers, title: str) -> Scenario:
    """The baseline with these levers."""
    return scenario_from({"schema": 1, "title": {"en": title}, "base": "baseline", "levers": dict(levers)}, title)


WHOLE: dict[str, Callable[[], Scenario]] = {title: partial(scenario_of, levers, title) for title, levers in WHOLE_LEVERS.items()}
"""Scenarios that are re-planned each year, by title."""
PLANNED: dict[str, Callable[[], Scenario]] = {title: partial(scenario_of, levers, title) for title, levers in PLANNED_LEVERS.items()}
"""Scenarios whose plan is made once."""

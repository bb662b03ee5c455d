"""Every rule of the schema has an entry that it refuses and a near miss that it takes."""

from typing import Any

import pytest
from pydantic import ValidationError

from simlib.facts.schema import UNITS, Fact

FIXED: dict[str, Any] = {
    "key": "village_line_share",
    "label": {"zh": "出列线比例", "en": "Village line"},
    "value": 0.6,
    "unit": "share",
    "year": 2018,
    "clause": "一(二)",
    "confidence": "high",
}
RANGED = FIXED | {"value": 0.3, "low": 0.1, "high": 0.5, "distribution": "triangular"}
ASSUMED = {"clause": None, "assumed": "Judgement of the team.", "confidence": "assumed"}


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (FIXED | {"unit": "percent"}, "unit\n.*Input should be 'yuan'"),
        (FIXED | {"confidence": "certain"}, "confidence\n.*Input should be 'high'"),
        (FIXED | {"distribution": "normal"}, "distribution\n.*Input should be 'fixed'"),
        (FIXED | {"colour": "red"}, "colour\n.*Extra inputs are not permitted"),
        (FIXED | {"key": "Village-line"}, "key\n.*should match pattern"),
        (FIXED | {"label": {"zh": "出列线"}}, "label.en\n.*Field required"),
        (FIXED | {"label": {"zh": " ", "en": "Village line"}}, "label.zh\n.*at least 1 character"),
        (FIXED | {"value": "0.6"}, "value\n.*valid number"),
        (FIXED | {"value": True}, "value\n.*valid number"),
        (FIXED | {"value": float("nan")}, "value\n.*finite number"),
        (FIXED | {"value": None}, "value\n.*valid number"),
        (FIXED | {"year": "2016 to 2018"}, "year"),
        (FIXED | {"year": 2018.5}, "year"),
        (FIXED | {"clause": "S18"}, "clause\n.*should match pattern"),
        (FIXED | {"clause": None, "source": "S8"}, "source\n.*should match pattern"),
        (FIXED | {"clause": None}, "exactly one of source, clause, assumed; has none"),
        (FIXED | {"source": "S18"}, "exactly one of source, clause, assumed; has source and clause"),
        (FIXED | {"confidence": "assumed"}, "confidence 'assumed' does not go with clause"),
        (FIXED | ASSUMED | {"confidence": "low"}, "confidence 'low' does not go with assumed"),
        (FIXED | ASSUMED | {"assumed": "Judgement of the team"}, "whole sentence that ends with a full stop"),
        (FIXED | ASSUMED | {"assumed": "Guessed."}, "whole sentence that ends with a full stop"),
        (FIXED | {"low": 0.5, "high": 0.7}, "is fixed and takes no low or high"),
        (FIXED | {"high": 0.7}, "is fixed and takes no low or high"),
        (RANGED | {"low": None}, "is triangular and needs both low and high"),
        (RANGED | {"high": None, "distribution": "uniform"}, "is uniform and needs both low and high"),
        (RANGED | {"low": None, "high": None, "distribution": "choice"}, "is choice and needs both low and high"),
        (RANGED | {"value": 0.51}, "value 0.51 lies outside its range 0.1 to 0.5"),
        (RANGED | {"value": 0.09}, "value 0.09 lies outside its range 0.1 to 0.5"),
        (RANGED | {"low": 0.5, "high": 0.1}, "lies outside its range 0.5 to 0.1"),
        (RANGED | {"low": 0.3, "high": 0.3}, "triangular over an empty range at 0.3"),
        (FIXED | {"value": 60}, "60 is no share: a share is a fraction from 0 to 1"),
        (RANGED | {"high": 1.01}, "1.01 is no share"),
        (FIXED | {"value": 7, "unit": "per_year"}, "7 is no per_year: a yearly rate is a fraction"),
        (FIXED | {"value": 12.8, "unit": "persons"}, "12.8 is no persons: a count is a whole number"),
        (FIXED | {"value": -1, "unit": "villages"}, "-1 is no villages: a count"),
        (FIXED | {"value": 2.5, "unit": "years"}, "2.5 is no years: a count is a whole number"),
        (FIXED | {"value": 15, "unit": "relative"}, "15 is no relative: a relative change is a fraction"),
        (FIXED | {"value": -1, "unit": "relative"}, "-1 is no relative: a relative change"),
        (FIXED | {"value": 101, "unit": "points"}, "101 is no points: points of a sheet lie from 0 to 100"),
        (FIXED | {"value": -5, "unit": "points"}, "-5 is no points: points of a sheet"),
        (FIXED | {"value": 0, "unit": "factor"}, "0 is no factor: a factor is above 0"),
        (FIXED | {"value": -0.1, "unit": "log"}, "-0.1 is no log: a standard deviation"),
    ],
)
def test_refused(entry: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Fact.model_validate(entry)


@pytest.mark.parametrize(
    "entry",
    [
        FIXED,
        RANGED,
        *(FIXED | {"unit": unit, "value": 1} for unit in UNITS),
        FIXED | {"value": 1},
        FIXED | {"value": 0},
        FIXED | {"year": "2016-2018"},
        FIXED | {"year": None},
        FIXED | {"clause": "三(十一)2"},
        FIXED | {"clause": None, "source": "S18, E07", "confidence": "low"},
        FIXED | ASSUMED,
        FIXED | ASSUMED | {"assumed": "由团队根据经验判断并在此说明理由。"},
        RANGED | {"distribution": "uniform"},
        RANGED | {"distribution": "choice"},
        RANGED | {"distribution": "choice", "low": 0.3, "high": 0.3},
        RANGED | {"value": 0.1},
        RANGED | {"value": 0.5, "high": 0.5},
        RANGED | {"low": 0, "high": 1},
        FIXED | {"value": -0.05, "unit": "per_year"},
        FIXED | {"value": -0.02, "unit": "relative"},
        FIXED | {"value": 7.5, "unit": "points"},
        FIXED | {"value": 400, "unit": "yuan_per_mu_year"},
        FIXED | {"value": 128_000, "unit": "persons"},
        FIXED | {"value": 9.5, "unit": "months"},
        FIXED | {"value": 0, "unit": "log"},
        FIXED | {"value": -250.5, "unit": "yuan"},
    ],
)
def test_taken(entry: dict[str, Any]) -> None:
    assert Fact.model_validate(entry).value == entry["value"]


def test_a_fact_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Fact.model_validate(FIXED).value = 0.7


@pytest.mark.parametrize(("distribution", "uncertain"), [("triangular", True), ("uniform", True), ("choice", False)])
def test_only_drawn_facts_are_uncertain(distribution: str, uncertain: bool) -> None:
    assert Fact.model_validate(RANGED | {"distribution": distribution}).uncertain is uncertain
    assert not Fact.model_validate(FIXED).uncertain

"""Targets of projections whose counts are written by hand."""

from typing import Any

import numpy as np
import pytest

from simlib.assessment.targets import Target, headline, planned_path, target_place, targets
from simlib.engine.counted import Stat
from simlib.engine.project import Projection
from simlib.registry import Registry
from tests.small import SCORES, WITHOUT, hand_projection, register_of, small_run

FIELDS = ["target", "line", "reading", "year", "line_value", "per", "met_share", "probability", "mc_se", "tolerance", "confidence"]
FIELDS += ["verdict", "reason"]
LEVELS = ["at_least_100", "at_least_99", "at_least_95", "at_least_90", "at_least_80"]
ALL_PEOPLE = {("a", Stat.CAPABLE_FIXED): 5, ("b", Stat.CAPABLE_FIXED): 1}


def row(projection: Projection, target: str, **fields: Any) -> Target:
    """The one row of a target with these fields."""
    wanted, rows = {"target": target, **fields}, targets(projection)
    (found,) = [one for one in rows if all(getattr(one, name) == value for name, value in wanted.items())]
    return found


def capable(projection: Projection, line: str = "fixed", reading: str = "each", per: str = "people") -> Target:
    return row(projection, "household_income", line=line, reading=reading, per=per)


def without_labour_alone() -> Registry:
    """Nobody who could work."""
    return register_of({"h": WITHOUT}, {"a": {}, "b": {"county": "大埔县"}})


def test_every_target_of_the_text_has_its_rows() -> None:
    rows = [(one.target, one.line, one.reading, one.per, one.year) for one in targets(hand_projection())]
    ways = (("each", "people"), ("each", "households"), ("mean", "people"))
    assert rows == [
        *[("household_income", line, *way, 2018) for line in ("fixed", "moving", "indexed") for way in ways],
        ("dibao_coverage", None, None, "people", 2018),
        ("dibao_coverage", None, None, "households", 2018),
        ("guarantees", None, None, "people", 2018),
        *[("village_income", line, "each", "villages", 2018) for line in ("fixed", "moving", "indexed")],
        ("services", None, None, "villages", 2018),
        *[("yearly_progress", None, None, "people", year) for year in (2016, 2017, 2018)],
    ]


def test_a_record_has_the_fields_of_the_contract() -> None:
    for one in targets(hand_projection()):
        record = one.record()
        assert list(record) == FIELDS
        assert list(record["met_share"]) == ["mean", "p05", "p95"]
        assert list(record["probability"]) == LEVELS


def test_shares_bands_and_probabilities_by_hand() -> None:
    # six labour-capable people: none of them, then 1, 2, 3, 4, 5 and four times all six at the line
    people = [0, 1, 2, 3, 4, 5, 6, 6, 6, 6]
    found = capable(hand_projection({("a", Stat.CAPABLE_FIXED): people}))
    assert found.met_share["mean"] == pytest.approx(39 / 60)
    assert found.met_share["p05"] == pytest.approx(0.45 / 6)  # 5 % of nine steps lie at 0.45, between none and one person
    assert found.met_share["p95"] == 1
    assert found.probability == {"at_least_100": 0.4, "at_least_99": 0.4, "at_least_95": 0.4, "at_least_90": 0.4, "at_least_80": 0.5}
    assert (found.tolerance, found.confidence, found.chance) == (0.95, 0.9, 0.4)
    assert found.mc_se == pytest.approx((0.4 * 0.6 / 10) ** 0.5)


@pytest.mark.parametrize(
    ("met", "draws", "verdict", "reason"),
    [
        (10, 10, "met", None),
        (9, 10, "met", None),
        (8, 10, "cannot judge", "too few draws"),
        (4, 10, "not met", None),
        (85, 100, "cannot judge", "too few draws"),
        (80, 100, "not met", None),
        (0, 1, "not met", None),
    ],
)
def test_verdicts(met: int, draws: int, verdict: str, reason: str | None) -> None:
    people = [6] * met + [0] * (draws - met)
    found = capable(hand_projection({("a", Stat.CAPABLE_FIXED): people}, draws=draws))
    assert (found.verdict, found.reason, found.chance) == (verdict, reason, met / draws)


@pytest.mark.parametrize(("tolerance", "verdict"), [(0.5, "met"), (0.51, "not met")])
def test_a_share_equal_to_the_tolerance_has_reached_it(tolerance: float, verdict: str) -> None:
    projection = hand_projection({("a", Stat.CAPABLE_FIXED): 3})
    scenario = projection.packed.scenario
    reporting = scenario.reporting.model_copy(update={"tolerance": tolerance})
    object.__setattr__(projection.packed, "scenario", scenario.model_copy(update={"reporting": reporting}))
    assert capable(projection).verdict == verdict


def test_without_luck_there_is_a_share_and_no_probability() -> None:
    found = capable(hand_projection({("a", Stat.CAPABLE_FIXED): 3}, draws=1, quiet=True))
    assert found.met_share == {"mean": 0.5, "p05": None, "p95": None}
    assert set(found.probability.values()) == {None}
    assert (found.mc_se, found.chance, found.verdict, found.reason) == (None, None, "cannot judge", "too few draws")


def test_nobody_to_count_is_no_data() -> None:
    projection = hand_projection(registry=without_labour_alone())
    for reading in ("each", "mean"):
        found = capable(projection, reading=reading)
        assert (found.verdict, found.reason, found.met_share["mean"], found.mc_se) == ("cannot judge", "no data", None, None)
    quiet = hand_projection(registry=without_labour_alone(), draws=1, quiet=True)
    assert capable(quiet).reason == "no data"


def test_guarantees_are_of_all_registered_people() -> None:
    # of ten people nine in every draw, and the tenth in nine of ten
    found = row(hand_projection({("a", Stat.GUARANTEED): 5, ("b", Stat.GUARANTEED): [4, *[5] * 9]}), "guarantees")
    assert found.met_share["mean"] == pytest.approx(0.99)
    assert (found.chance, found.verdict, found.reason) == (0.9, "met", None)


@pytest.mark.parametrize(
    ("scores", "share", "verdict", "reason"),
    [
        ((SCORES, SCORES), 0.5, "not met", None),
        ((SCORES, {**SCORES, "roads": None}), None, "cannot judge", "no data"),
        (({}, {}), None, "cannot judge", "no data"),
    ],
)
def test_services_are_judged_where_every_score_is_known(scores: Any, share: float | None, verdict: str, reason: str | None) -> None:
    places = {"a": {**scores[0]}, "b": {"county": "大埔县", **scores[1]}}
    people = register_of({"h1": {}, "h2": {"village_id": "b"}}, places)
    found = row(hand_projection({("a", Stat.SERVICES): 1}, registry=people), "services")
    assert (found.met_share["mean"], found.verdict, found.reason) == (share, verdict, reason)
    assert (found.chance is None) == (share is None)


def test_a_village_that_is_not_poor_needs_no_score() -> None:
    people = register_of({"h1": {}, "h2": {"village_id": "b"}}, {"a": SCORES, "b": {"county": "大埔县", "is_poor_village": False}})
    found = row(hand_projection({("a", Stat.SERVICES): 1}, registry=people), "services")
    assert (found.met_share["mean"], found.verdict) == (1, "met")


@pytest.mark.parametrize(("missing_fen", "reached"), [(0, 1.0), (6, 0.0)])
def test_a_mean_equal_to_the_line_has_reached_it(missing_fen: int, reached: float) -> None:
    # six people with 7,365.00 yuan each, or a fen a head less
    found = capable(hand_projection({("a", Stat.CAPABLE_WAGE): 6 * 736_500 - missing_fen}), reading="mean")
    assert found.met_share["mean"] == reached
    assert capable(hand_projection({("a", Stat.CAPABLE_WAGE): 6 * 736_500}), line="moving", reading="mean").met_share["mean"] == 0


def test_line_values_are_the_printed_ones() -> None:
    projection = hand_projection()
    assert capable(projection).line_value == 7365.0
    assert row(projection, "village_income", line="fixed").line_value == 9820.0
    assert row(projection, "dibao_coverage", per="people").line_value is None


def test_the_indexed_line_keeps_what_2015s_line_bought() -> None:
    projection = hand_projection({("a", Stat.CAPABLE_INDEXED): 3, ("a", Stat.CAPABLE_INDEXED_HH): 1, ("b", Stat.MEAN_INDEXED): 1})
    facts = projection.packed.facts
    prices = facts["consumer_prices_2016"] * facts["consumer_prices_2017"] * facts["consumer_prices_2018"]
    found, homes = (capable(projection, line="indexed", per=per) for per in ("people", "households"))
    assert found.line_value == pytest.approx(0.45 * facts["provincial_income_2015"] * prices, abs=0.01)
    assert [found.met_share["mean"], homes.met_share["mean"]] == pytest.approx([0.5, 1 / 3])
    village = row(projection, "village_income", line="indexed")
    assert village.line_value == pytest.approx(0.60 * facts["provincial_income_2015"] * prices, abs=0.01)
    assert village.met_share["mean"] == 0.5


def test_villages_at_their_line() -> None:
    projection = hand_projection({("a", Stat.MEAN_FIXED): 1, ("a", Stat.MEAN_MOVING): [0, *[1] * 9], ("b", Stat.MEAN_MOVING): 1})
    assert row(projection, "village_income", line="fixed").met_share["mean"] == 0.5
    assert row(projection, "village_income", line="moving").met_share["mean"] == pytest.approx(0.95)


def test_the_planned_path_is_the_provinces() -> None:
    path = planned_path(hand_projection().packed.facts)
    assert [round(path[year], 3) for year in (2016, 2017, 2018)] == [0.283, 0.623, 1.0]


def test_progress_is_held_against_the_plan_and_never_more_than_all() -> None:
    # three of ten are out each year; by 2016 2.83 were planned, by 2017 6.23, by 2018 ten
    projection = hand_projection({("a", Stat.EXITED): 3})
    shares = [row(projection, "yearly_progress", year=year).met_share["mean"] for year in (2016, 2017, 2018)]
    assert shares == pytest.approx([1.0, 0.3 / (1.1 / 1.765), 0.3])


@pytest.mark.parametrize(("last", "year"), [(2016, 2016), (2017, 2017), (2018, 2018), (2020, 2018)])
def test_targets_are_due_in_2018_or_at_an_earlier_end(last: int, year: int) -> None:
    projection = hand_projection(ALL_PEOPLE, year=year, horizon=[2016, last])
    assert projection.years[target_place(projection)] == year
    assert (headline(projection) == 1).all()
    assert capable(projection).met_share["mean"] == 1
    due = [one.year for one in targets(projection) if one.target == "yearly_progress"]
    assert due == [each for each in projection.years if each <= 2018]


def test_the_moving_line_is_the_mean_over_draws_where_it_is_drawn() -> None:
    run = small_run("baseline")
    found = capable(run.projection, line="moving")
    values = run.projection.draws.values["provincial_income_2018"]
    assert found.line_value == pytest.approx(float(np.mean(0.45 * values)), abs=0.01)

"""Paired comparisons of tables written by hand."""

import math
from collections.abc import Hashable
from typing import Any

import pandas as pd
import pytest

from simlib.errors import InputError
from simlib.runs.paired import HIGHER_IS_BETTER, LOWER_IS_BETTER, Drawn, compare_tables, cost_effectiveness


def drawn(name: str, exited: list[float], spent: list[float], years: tuple[int, ...] = (2017, 2018), staff: float = 0.0) -> Drawn:
    """A run in which, by draw, so many are out in every year, and so much is spent in each."""
    rows = [
        {"draw": draw, "year": year, "exited_people": people, "spent_yuan": yuan}
        | {one: people / 10 for one in HIGHER_IS_BETTER}
        | {"gini": 0.3, "fgt2": 0.1, "on_paper": 0.0}
        for draw, (people, yuan) in enumerate(zip(exited, spent, strict=True))
        for year in years
    ]
    return Drawn(name, pd.DataFrame(rows), staff)


BASE = drawn("base", [1, 2, 3, 4], [100, 100, 100, 100])


def rows(other: Drawn) -> dict[str, dict[Hashable, Any]]:
    return {row["statistic"]: row for row in compare_tables([BASE, other], "base").to_dict("records")}


def test_differences_by_hand() -> None:
    found = rows(drawn("more", [2, 4, 3, 3], [150, 150, 150, 90]))
    assert list(found) == [*HIGHER_IS_BETTER, *LOWER_IS_BETTER]
    exited, spent, gini = (found[name] for name in ("exited", "spent_yuan", "gini"))
    assert (exited["value"], exited["baseline_value"], exited["difference"]) == pytest.approx((0.3, 0.25, 0.05))
    assert (exited["share_above"], exited["share_better"]) == (0.5, 0.5)
    assert exited["low"] <= 0.05 <= exited["high"]
    # both years together: 300 or 180 yuan against 200; cheaper is better
    assert (spent["value"], spent["baseline_value"]) == (270, 200)
    assert (spent["share_above"], spent["share_better"]) == (0.75, 0.25)
    assert (gini["difference"], gini["share_above"], gini["share_better"]) == (0, 0, 0)


def test_a_single_draw_has_a_difference_and_no_interval() -> None:
    base, other = drawn("base", [1], [100]), drawn("other", [2], [100])
    (row,) = [each for each in compare_tables([base, other], "base").to_dict("records") if each["statistic"] == "exited"]
    assert row["difference"] == pytest.approx(0.1)
    assert all(math.isnan(row[name]) for name in ("low", "high", "share_above", "share_better"))


def test_runs_are_compared_in_the_last_year_that_both_have() -> None:
    longer = drawn("longer", [2, 4, 3, 3], [150, 150, 150, 90], years=(2017, 2018, 2019))
    found = rows(longer)
    assert {row["year"] for row in found.values()} == {2018}
    assert found["spent_yuan"]["value"] == 270


def test_what_nobody_counted_has_no_difference() -> None:
    other = drawn("other", [2, 4, 3, 3], [150, 150, 150, 90])
    other.table["covered"] = float("nan")
    row = rows(other)["covered"]
    assert all(math.isnan(row[name]) for name in ("difference", "low", "high", "share_above", "share_better"))


def test_other_draws_are_refused() -> None:
    with pytest.raises(InputError, match="other has 2 draws, base has 4: a paired comparison needs the same draws"):
        compare_tables([BASE, drawn("other", [1, 2], [1, 2])], "base")
    with pytest.raises(InputError, match="needs the same draws"):
        cost_effectiveness([BASE, drawn("other", [1, 2], [1, 2])], "base")


def test_the_price_of_one_more_exit_by_hand() -> None:
    # a person more in two draws of four, 50 yuan more in each of two years: 100 / 0.5; with staff (100 + 20) / 0.5
    other = drawn("other", [2, 3, 3, 4], [150, 150, 150, 150], staff=20.0)
    (row,) = cost_effectiveness([BASE, other], "base").to_dict("records")
    assert (row["more_exits"], row["more_yuan"], row["more_staff_yuan"]) == (0.5, 100, 20)
    assert (row["yuan_per_more_exit"], row["yuan_per_more_exit_with_staff"]) == (200, 240)


@pytest.mark.parametrize(
    ("more", "yuan", "judgement"),
    [
        (1, 10, "costs more, brings more"),
        (-1, -10, "costs less, brings less"),
        (-1, 10, "dominated"),
        (0, 10, "dominated"),
        (-1, 0, "dominated"),
        (1, -10, "dominates"),
        (1, 0, "dominates"),
        (0, -10, "dominates"),
        (0, 0, "the same"),
    ],
)
def test_judgements(more: int, yuan: int, judgement: str) -> None:
    other = drawn("other", [one + more for one in (1, 2, 3, 4)], [100 + yuan] * 4)
    (row,) = cost_effectiveness([BASE, other], "base").to_dict("records")
    assert row["judgement"] == judgement
    assert math.isnan(row["yuan_per_more_exit"]) == (more <= 0 or yuan < 0)

"""Movements on and off the register: matrices by hand and of real runs, exits on paper."""

import numpy as np
import pandas as pd
import pytest

from simlib.assessment import movements
from simlib.assessment.counts import Counts
from simlib.assessment.movements import EXITED, IN, REENTERED, REMOVED, moves, sides, transition_shares
from simlib.engine.counted import Stat
from simlib.scenario import bundled_scenarios
from tests.small import hand_projection, small_run

# Ten people. At the start of 2018 four are out, two re-entered, one was removed; of the three others one leaves. One of those re-entered
# leaves again, one of those out falls back in.
BY_2018 = {
    ("a", Stat.EXITED_BEFORE): 4,
    ("a", Stat.REENTERED_BEFORE): 2,
    ("a", Stat.EXITS): 2,
    ("a", Stat.EXITS_AGAIN): 1,
    ("a", Stat.REENTRIES): 1,
}


def matrix(table: pd.DataFrame, kind: str, year: int) -> dict[str, dict[str, float]]:
    """One year's matrix: shares by status and then by where they go."""
    rows = table[(table["matrix"] == kind) & (table["year"] == year)]
    square = rows.pivot(index="status", columns="to", values="share_mean")
    return {str(status): {str(to): float(share) for to, share in row.items()} for status, row in square.iterrows()}


def test_moves_by_hand() -> None:
    projection = hand_projection(BY_2018, year=2018)
    projection.totals[:, 1:, Stat.REMOVED] = 1  # in 2017, for good
    moved = moves(projection)
    expected = np.zeros((4, 4))
    expected[IN, [IN, EXITED]] = 2, 1
    expected[EXITED, [EXITED, REENTERED]] = 3, 1
    expected[REENTERED, [REENTERED, EXITED]] = 1, 1
    expected[REMOVED, REMOVED] = 1
    assert (moved[:, 2] == expected).all()
    assert (moved[:, 1, IN, [IN, REMOVED]] == [9, 1]).all()
    assert (moved[:, 0, IN, IN] == 10).all()
    assert (moved.sum(axis=(2, 3)) == 10).all()


def test_transitions_by_hand() -> None:
    projection = hand_projection(BY_2018, year=2018)
    projection.totals[:, 1:, Stat.REMOVED] = 1
    table = movements.transitions(projection)
    status, register = matrix(table, "status", 2018), matrix(table, "register", 2018)
    assert status["in"] == pytest.approx({"in": 2 / 3, "exited": 1 / 3, "reentered": 0, "removed": 0})
    assert status["exited"] == {"in": 0, "exited": 0.75, "reentered": 0.25, "removed": 0}
    assert status["reentered"] == {"in": 0, "exited": 0.5, "reentered": 0.5, "removed": 0}
    assert status["removed"] == {"in": 0, "exited": 0, "reentered": 0, "removed": 1}
    assert register == {"on": pytest.approx({"on": 0.6, "out": 0.4}), "out": {"on": 0.25, "out": 0.75}}
    assert matrix(table, "register", 2017)["on"] == {"on": 1, "out": 0}
    assert np.isnan(list(matrix(table, "status", 2017)["exited"].values())).all()
    moved = table.query("matrix == 'status' and year == 2018").set_index(["status", "to"])["moved_people"]
    assert moved["in", "in"] == 2
    assert moved.sum() == 10


def test_draws_without_anybody_in_a_status_are_left_out() -> None:
    stats = {("a", Stat.EXITED_BEFORE): [0, *[4] * 9], ("a", Stat.REENTRIES): [0, *[1] * 9]}
    table = movements.transitions(hand_projection(stats, year=2018))
    assert matrix(table, "register", 2018)["out"] == {"on": 0.25, "out": 0.75}


@pytest.mark.parametrize("name", bundled_scenarios())
def test_rows_sum_to_one_and_the_end_of_a_year_begins_the_next(name: str) -> None:
    projection = small_run(name).projection
    moved, counts = moves(projection), Counts(projection)
    assert (moved >= 0).all()
    assert (moved.sum(axis=(2, 3)) == counts.people).all()
    assert (moved[:, :-1].sum(axis=2) == moved[:, 1:].sum(axis=3)).all()
    assert (moved[..., EXITED].sum(axis=2) == counts.stat(Stat.EXITED)).all()
    for square in (moved, sides(moved)):
        sums = transition_shares(square).sum(axis=-1)
        assert sums[~np.isnan(sums)] == pytest.approx(1)
    table = movements.transitions(projection)
    rows = table.groupby(["matrix", "year", "status"])["share_mean"].sum(min_count=1).dropna()
    assert rows.to_numpy() == pytest.approx(1)
    assert len(table) == len(projection.years) * (16 + 4)


def test_paper_by_hand() -> None:
    stats = {("a", Stat.PAPER): [0, *[2] * 9], ("a", Stat.PAPER_EXITS): [0, *[1] * 9], ("a", Stat.EXITS): [0, *[4] * 9]}
    _, found, after = movements.paper(hand_projection(stats, year=2017)).to_dict("records")
    assert (found["year"], found["on_paper_people_mean"], found["paper_exits_people_mean"]) == (2017, 1.8, 0.9)
    assert (found["paper_exits_share_mean"], found["on_paper_people_p95"]) == (0.25, 2)
    assert np.isnan(after["paper_exits_share_mean"])


@pytest.mark.parametrize("name", bundled_scenarios())
def test_paper_exits_are_exits_of_people_on_paper(name: str) -> None:
    counts = Counts(small_run(name).projection)
    assert (counts.stat(Stat.PAPER_EXITS) <= counts.stat(Stat.EXITS)).all()
    assert (counts.stat(Stat.PAPER_EXITS) <= counts.stat(Stat.PAPER)).all()
    assert (counts.stat(Stat.STABLE) <= counts.stat(Stat.EXITED)).all()

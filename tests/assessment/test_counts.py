"""Shares from counts: written by hand, and of real runs."""

import numpy as np
import pytest

from simlib.assessment.counts import LINES, SOURCES, Counts, gini, ratio, spent_yuan
from simlib.engine.counted import GAP_UNIT, Stat
from simlib.scenario import bundled_scenarios
from tests.small import hand_cells, hand_projection, hand_register, small_run, spend


def test_a_share_of_nobody_is_undefined() -> None:
    assert ratio([1, 0], [4, 2]).tolist() == [0.25, 0.0]
    assert np.isnan(ratio([0, 1], 0)).all()


def test_the_register_by_kind() -> None:
    counts = Counts(hand_projection())
    assert (counts.people, counts.base("capable"), counts.base("without")) == (10, 6, 4)
    assert (counts.base("capable_hh"), counts.base("without_hh"), counts.base("poor_villages")) == (3, 1, 2)


def test_people_and_households_at_a_line_are_told_apart() -> None:
    # h1 (three people) is at the fixed line, nobody at the moving one: 3 of 6 people, 1 of 3 households
    counts = Counts(hand_projection({("a", Stat.CAPABLE_FIXED): 3, ("a", Stat.CAPABLE_FIXED_HH): 1}))
    assert (counts.capable_share("fixed", "people") == 0.5).all()
    assert counts.capable_share("fixed", "households")[0] == pytest.approx([1 / 3] * 3)
    assert (counts.capable_share("moving", "people") == 0).all()


@pytest.mark.parametrize(("governing", "share"), [("fixed", 0.7), ("moving", 0.1), ("indexed", 0.6)])
def test_at_line_follows_the_governing_line(governing: str, share: float) -> None:
    stats = {("a", Stat.CAPABLE_FIXED): 3, ("b", Stat.WITHOUT_FIXED): 4, ("b", Stat.CAPABLE_MOVING): 1, ("a", Stat.CAPABLE_INDEXED): 5}
    stats |= {("b", Stat.WITHOUT_INDEXED): 1}
    counts = Counts(hand_projection(stats, governing_line=governing))
    assert counts.at_line_share() == pytest.approx(np.full((10, 3), share))


def test_covered_by_people_and_households() -> None:
    counts = Counts(hand_projection({("b", Stat.COVERED): 4, ("b", Stat.COVERED_HH): 1}))
    assert (counts.covered_share("people") == 1).all()
    assert (counts.covered_share("households") == 1).all()
    assert (Counts(hand_projection()).covered_share("people") == 0).all()


def test_who_is_not_eligible_for_dibao_is_not_asked_for() -> None:
    """Four people without labour capacity: two covered, one between the lines, one left out: two of three."""
    counts = Counts(hand_projection({("b", Stat.COVERED): 2, ("b", Stat.GAP_GROUP): 1}))
    assert counts.covered_share("people") == pytest.approx(np.full((10, 3), 2 / 3))


def test_the_gap_group_is_of_those_without_labour() -> None:
    counts = Counts(hand_projection({("b", Stat.GAP_GROUP): 1}))
    assert (counts.gap_group_share() == 0.25).all(), "four people of village b have no labour capacity"


def test_reentry_is_of_those_who_were_out() -> None:
    counts = Counts(hand_projection({("a", Stat.REENTRIES): 1, ("a", Stat.EXITED_BEFORE): [0, *[4] * 9]}))
    shares = counts.reentry_share()
    assert np.isnan(shares[0]).all()
    assert (shares[1:] == 0.25).all()


def test_villages_are_of_the_poor_villages() -> None:
    assert (Counts(hand_projection({("a", Stat.VILLAGE_EXITS): 1})).village_share(Stat.VILLAGE_EXITS) == 0.5).all()


def test_incomes_by_source_add_up() -> None:
    # 60,000 + 30,000 - 12,000 yuan over six labour-capable people: 10,000, 5,000 and -2,000 a person
    stats = {("a", Stat.CAPABLE_WAGE): 6_000_000, ("b", Stat.CAPABLE_DIBAO): 3_000_000, ("a", Stat.CAPABLE_BUSINESS): -1_200_000}
    counts = Counts(hand_projection(stats))
    sources = counts.source_pc("capable")
    assert tuple(sources) == SOURCES
    assert [float(sources[name][0, 0]) for name in SOURCES] == pytest.approx([10_000, -2_000, 0, 0, 5_000])
    assert counts.income_pc("capable") == pytest.approx(np.full((10, 3), 13_000.0))
    assert (counts.income_pc("without") == 0).all()


def test_poverty_indices_by_hand() -> None:
    # h2's two people lack half of 2018's line: headcount 2 / 10, gap 0.5 x 2 / 10, squared gap 0.25 x 2 / 10
    stats = {
        ("a", Stat.CAPABLE_FIXED): 3,
        ("b", Stat.CAPABLE_FIXED): 1,
        ("b", Stat.WITHOUT_FIXED): 4,
        ("a", Stat.GAP_FEN): 736_500,
        ("a", Stat.GAP_SQUARED): int(0.25 * 2 * GAP_UNIT),
    }
    headcount, gap, squared = (index[0, -1] for index in Counts(hand_projection(stats, year=2018)).fgt())
    assert (headcount, gap, squared) == pytest.approx((0.2, 0.1, 0.05))


def test_cells_are_counted_apart() -> None:
    projection = hand_projection({("a", Stat.EXITED): 5, ("b", Stat.EXITED): 1})
    cells = hand_cells(hand_register())
    assert (Counts(projection, [cells["a"]]).share(Stat.EXITED) == 1).all()
    assert (Counts(projection, [cells["b"]]).share(Stat.EXITED) == 0.2).all()
    assert (Counts(projection).share(Stat.EXITED) == 0.6).all()


def test_spending_is_of_all_accounts_but_the_banks() -> None:
    projection = hand_projection()
    spend(projection, "household", "guangzhou", {2016: 100.25, 2018: 3.0})
    spend(projection, "pool", "soe", {2018: 4.0})
    spend(projection, "credit", "bank", {2018: 1000.0})  # lent, and to be paid back
    assert spent_yuan(projection)[0].tolist() == [100.25, 0.0, 7.0]


def test_gini_of_equal_incomes_and_of_one_owner() -> None:
    projection = hand_projection()
    projection.incomes[:, :, 0, 4], projection.incomes[:, :, 1, 4] = 10, 10 * 110_000
    assert (gini(projection) == 0).all()
    projection.incomes[:, :, 0, 4], projection.incomes[:, :, 1, 4] = 1, 110_000
    projection.incomes[:, :, 0, 0] = 9
    assert gini(projection) == pytest.approx(np.full((10, 3), 0.9))


@pytest.mark.parametrize("name", bundled_scenarios())
def test_shares_of_a_run_lie_between_zero_and_one(name: str) -> None:
    counts = Counts(small_run(name).projection)
    people = [Stat.EXITED, Stat.EXITED_BY_DIBAO, Stat.EXITS, Stat.BELOW_AFTER_EXIT, Stat.DIBAO_PEOPLE, Stat.SCHOOL, Stat.MEDICAL]
    people += [Stat.UNDER_IDENTIFICATION, Stat.EXITED_BEFORE, Stat.REENTRIES, Stat.FLOORED, Stat.HOUSED, Stat.GUARANTEED, Stat.PAPER]
    people += [Stat.STABLE, Stat.REMOVED, Stat.SHEET, Stat.SHEET_ONLY, Stat.EXIT_ONLY, Stat.MADE_SAFE]
    shares = [counts.capable_share(line, per) for line in LINES for per in ("people", "households")]
    shares += [counts.covered_share(per) for per in ("people", "households")]
    shares += [counts.share(stat) for stat in people] + [counts.at_line_share(), counts.reentry_share(), counts.floored_share()]
    shares += [counts.paper_exit_share(), counts.below_after_exit_share(), *(counts.at_line_share(line) for line in LINES)]
    villages = (Stat.MEAN_FIXED, Stat.MEAN_MOVING, Stat.MEAN_INDEXED, Stat.VILLAGE_EXITS, Stat.SERVICES, Stat.VILLAGE_SHEET)
    shares += [counts.village_share(stat) for stat in villages]
    known = np.concatenate([share[~np.isnan(share)] for share in [*shares, *counts.fgt(), gini(small_run(name).projection)]])
    assert known.size > 1000
    assert known.min() >= 0
    assert known.max() <= 1


@pytest.mark.parametrize("name", bundled_scenarios())
def test_poverty_indices_of_a_run_fall_with_their_power(name: str) -> None:
    headcount, gap, squared = Counts(small_run(name).projection).fgt()
    assert (headcount >= gap).all()
    assert (gap >= squared).all()
    assert (squared > 0).all()

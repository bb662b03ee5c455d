"""Figures against bands: flags, sums by helper, and what luck alone would flag."""

from typing import Any

import numpy as np
import pytest

from simlib.engine.draws import draw_table
from simlib.errors import InputError
from simlib.money import FEN_PER_YUAN
from simlib.monitoring import Comparison, compare
from simlib.monitoring.comparison import Figure, flags, outside_by_luck
from simlib.monitoring.projected import figures
from tests.monitoring.filling import figures_of, poor_villages, prepared
from tests.small import small_register

DRAWS = 24


def figure(values: list[list[float]], actual: list[float], of: list[float] | None = None, slack: float = 0.0) -> Figure:
    """Villages of one year: draws of each, and what was reported."""
    count = np.array(of or [1.0] * len(actual))
    return Figure(np.array(values)[:, None] * count[:, None, None], count, np.array(actual)[:, None], np.full((len(actual), 1), slack))


HUNDRED = [float(number) for number in range(101)]  # 5 % and 95 % are 5 and 95


@pytest.mark.parametrize(
    ("actual", "word"), [(4.9, "below"), (5.0, "inside"), (50.0, "inside"), (95.0, "inside"), (95.1, "above"), (np.nan, "not reported")]
)
def test_a_band_includes_its_ends(actual: float, word: str) -> None:
    assert flags(figure([HUNDRED], [actual])).tolist() == [[word]]


def test_what_is_written_roundly_is_not_flagged_for_it() -> None:
    assert flags(figure([[1 / 3] * 5], [0.33], slack=0.005)).tolist() == [["inside"]]
    assert flags(figure([[1 / 3] * 5], [0.32], slack=0.005)).tolist() == [["below"]]


def test_nothing_to_rebuild_is_no_failure() -> None:
    assert flags(figure([[0.0] * 5], [np.nan], of=[0.0])).tolist() == [["nothing to count"]]


def test_one_draw_has_no_band() -> None:
    assert flags(figure([[5.0]], [1.0])).tolist() == [["no band"]]


def test_luck_is_counted_over_the_draws() -> None:
    seen = outside_by_luck(figure([HUNDRED, [7.0] * 101], [0.0, 0.0]))
    assert seen.shape == (2, 1, 101)
    assert seen[0].sum() == 10 and seen[1].sum() == 0  # a figure without spread is never outside by luck


def central(village: str, year: int) -> dict[str, Any]:
    """What is projected of a village in the middle of its draws, as a row of figures."""
    packed = prepared().packed
    place = packed.village_ids.tolist().index(village)
    draws = draw_table(packed.facts, packed.scenario, DRAWS, 1)
    found = figures(packed, draws, np.array([place]), (year,))
    income = np.median(found.income_fen[0, 0]) / found.people[0] / FEN_PER_YUAN
    exited, repaired = (round(float(np.median(values[0, 0]))) for values in (found.exited, found.repaired))
    return {"village_id": village, "year": year, "disposable_income": income, "people_exited": exited, "households_repaired": repaired}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    first, second, third = poor_villages()
    rows = [
        central(first, 2016) | {"leader_visits": 2, "net_income": 4000.0, "spent_guidance": 1e6},
        central(second, 2016) | {"disposable_income": 100.0, "leader_visits": 1},
        central(third, 2017) | {"disposable_income": 99_000.0},
    ]
    return compare(prepared(), small_register(), figures_of(rows), draws=DRAWS)


def row(found: Comparison, village: str, year: int) -> dict[str, Any]:
    (one,) = found.villages[(found.villages["village_id"] == village) & (found.villages["year"] == year)].to_dict("records")
    return {str(key): value for key, value in one.items()}


def test_every_poor_village_has_a_row_a_year_up_to_the_last_figure(comparison: Comparison) -> None:
    assert comparison.years == (2016, 2017)
    assert sorted(set(comparison.villages["village_id"])) == sorted(poor_villages())
    assert len(comparison.villages) == 6


def test_villages_are_flagged_against_their_own_band(comparison: Comparison) -> None:
    first, second, third = poor_villages()
    inside, low, high = row(comparison, first, 2016), row(comparison, second, 2016), row(comparison, third, 2017)
    assert [one["disposable_income_flag"] for one in (inside, low, high)] == ["inside", "below", "above"]
    assert inside["exited_share_flag"] == "inside" and inside["repaired_share_flag"] in ("inside", "nothing to count")
    assert inside["disposable_income_p05"] <= inside["disposable_income"] <= inside["disposable_income_p95"]
    assert row(comparison, first, 2017)["disposable_income_flag"] == "not reported"
    assert (inside["visits_flag"], low["visits_flag"], high["visits_flag"]) == ("met", "too few", "not reported")


def test_net_income_stands_beside_and_is_compared_with_nothing(comparison: Comparison) -> None:
    first = row(comparison, poor_villages()[0], 2016)
    assert first["net_income"] == 4000.0 != first["disposable_income"]
    assert [name for name in map(str, comparison.villages) if name.startswith("net_income")] == ["net_income"]


def test_spending_stands_beside_what_was_projected(comparison: Comparison) -> None:
    first = row(comparison, poor_villages()[0], 2016)
    assert first["spent_guidance"] == 1e6 and 0 < first["spent_guidance_mean"] <= 1e6


def test_sums_by_helper_count_what_is_reported(comparison: Comparison) -> None:
    rows = comparison.helpers[(comparison.helpers["level"] == "all") & (comparison.helpers["year"] == 2016)]
    (whole,) = rows.to_dict("records")
    assert (whole["villages"], whole["disposable_income_reported"]) == (3, 2)
    assert (whole["disposable_income_below"], whole["disposable_income_above"]) == (1, 0)
    assert whole["disposable_income_expected_outside"] == pytest.approx(2 * 4 / DRAWS)  # of 24 draws two lie below, two above
    assert 0 < whole["disposable_income_chance_of_as_many"] < 0.5
    assert (whole["villages_visited_twice"], whole["visits_reported"], whole["leader_visits"]) == (1, 2, 3.0)
    assert (whole["net_income"], whole["net_income_reported"]) == (4000.0, 1)
    levels = comparison.helpers.groupby("level")["villages"].sum()
    assert (levels == 6).all()  # three villages in two years, whichever way they are grouped


def test_the_reports_four_figures_by_helper(comparison: Comparison) -> None:
    report = comparison.report()
    assert {"net_income", "disposable_income", "exited_share", "repaired_share", "leader_visits"} <= set(report)
    assert len(report) == 2 * small_register().villages.query("is_poor_village")["helper"].nunique()


def test_a_deterministic_comparison_has_no_bands() -> None:
    one = compare(prepared(), small_register(), figures_of([{"village_id": poor_villages()[0], "year": 2016, "people_exited": 1}]), draws=0)
    assert set(one.villages["exited_share_flag"]) == {"no band", "not reported"}
    assert one.villages["exited_share_mean"].notna().all() and one.villages["exited_share_p05"].isna().all()
    assert one.helpers["exited_share_expected_outside"].isna().all()


def test_years_that_are_not_projected_are_refused() -> None:
    with pytest.raises(InputError, match="figures of 2019, wanted years of the scenario, 2016 to 2018"):
        compare(prepared(), small_register(), figures_of([{"village_id": poor_villages()[0], "year": 2019, "people_exited": 1}]))
    with pytest.raises(InputError, match="is reported; wanted at least one"):
        compare(prepared(), small_register(), figures_of([{"village_id": poor_villages()[0], "year": 2017}]))

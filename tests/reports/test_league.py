"""Helpers side by side: a poor start is no fault, luck is no merit, and what stands out is found."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simlib.reports.league import ABOVE, ALIKE, BELOW, ENOUGH_VILLAGES, expected_gain, league, simultaneous, spread_between
from simlib.runs import Run, Runs
from simlib.scenario import Scenario, load_scenario

HELPERS, EACH = 12, 5


@dataclass(frozen=True)
class Made:
    """A result whose villages are written by hand."""

    villages: pd.DataFrame
    draws: int = 50

    @property
    def scenario(self) -> Scenario:
        return load_scenario("baseline")

    @property
    def seed(self) -> int:
        return 1

    def register(self) -> dict[str, Any]:
        return {}

    def table(self, name: str) -> pd.DataFrame:
        targets = pd.DataFrame({"target": ["household_income"], "year": [2018]})
        return {"villages": self.villages, "targets": targets}[name]


def made(gains: dict[str, float] | None = None, *, sd: float = 20.0, draws: int = 50, each: int = EACH) -> Made:
    """Twelve helpers, h00 with the poorest villages, h11 with the richest. All gain a tenth of their start, some luck, and `gains`."""
    luck = np.random.default_rng(7).normal(0, 15, HELPERS * each)
    rows: list[dict[str, Any]] = []
    for place in range(HELPERS * each):
        helper = f"h{place // each:02d}"
        start = 5000 + 50.0 * place
        end = 1.1 * start + luck[place] + (gains or {}).get(helper, 0.0)
        common = {
            "village_id": f"v{place:03d}", "helper": helper, "helper_type": "district", "is_poor_village": True, "people": 100.0,
            "exited_share": 0.5, "chance_exits": 0.2, "mean_income_sd": sd,
        }  # fmt: skip
        rows += [common | {"year": 2016, "mean_income": start}, common | {"year": 2018, "mean_income": end}]
    return Made(pd.DataFrame(rows), draws)


def test_a_poor_start_sets_nobody_apart() -> None:
    table = league(made()).set_index("helper")
    assert table["gain"]["h11"] - table["gain"]["h00"] > 200
    assert set(table["group"]) == {ALIKE}
    assert (table["beside"].abs() < 30).all()


def test_what_stands_out_of_luck_is_found_on_either_side() -> None:
    table = league(made({"h04": 400.0, "h07": -400.0})).set_index("helper")
    assert table["group"]["h04"] == ABOVE
    assert table["group"]["h07"] == BELOW
    assert (table["group"] == ALIKE).sum() == HELPERS - 2
    assert table["low"]["h04"] > 0 > table["high"]["h07"]


def test_the_luck_of_the_future_is_not_averaged_out_over_villages() -> None:
    few, many = (league(made({"h04": 400.0}, sd=500.0, each=each)).set_index("helper") for each in (3, 9))
    assert few["group"]["h04"] == many["group"]["h04"] == ALIKE
    assert (many["high"] - many["low"]).min() >= 2 * 500 * simultaneous(0.9, HELPERS)


def test_helpers_are_in_the_order_of_their_names() -> None:
    assert list(league(made({"h04": 400.0}))["helper"]) == sorted(f"h{place:02d}" for place in range(HELPERS))


@pytest.mark.parametrize("result", [made(draws=0), made(each=2)])
def test_without_draws_or_with_few_villages_nobody_is_judged(result: Made) -> None:
    assert not result.draws or len(result.villages) / 2 < ENOUGH_VILLAGES
    table = league(result)
    assert table["low"].isna().all()
    assert table["high"].isna().all()
    assert table["group"].isna().all()


def test_bands_hold_together_and_so_are_wider_than_each_alone() -> None:
    assert simultaneous(0.9, 1) == pytest.approx(1.645, abs=1e-3)
    assert simultaneous(0.9, 100) == pytest.approx(3.28, abs=1e-2)


def test_villages_that_start_alike_are_held_against_their_mean() -> None:
    gain = np.array([1.0, 2.0, 6.0])
    assert expected_gain(np.full(3, 5.0), gain) == pytest.approx([3.0] * 3)
    assert expected_gain(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])) == pytest.approx([1.0, 3.0, 5.0])
    assert np.isnan(spread_between(np.zeros(2)))


def test_a_small_run_has_every_helper_once_with_its_villages(runs: Runs) -> None:
    run: Run = list(runs)[-1]
    table, villages = league(run), run.table("villages")
    own = villages[villages["is_poor_village"] & (villages["year"] == 2018)]
    assert table["villages"].sum() == len(own)
    assert table["people"].sum() == own["people"].sum()
    assert table["exited_share"].to_numpy() @ table["people"].to_numpy() == pytest.approx(own["exited_share"] @ own["people"])


def test_without_helpers_there_is_no_row() -> None:
    nobody = made().villages.assign(helper="")
    assert league(Made(nobody)).empty

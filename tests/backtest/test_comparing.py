"""A record against a band: inside which, how far off, in which direction, and the sentence that says so."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.backtest import Record, band_of, by_year, comparison, in_words
from simlib.backtest.comparing import NAMES, inside

EVEN = np.linspace(0, 1, 101)  # quantile q is q


def record(value: float, path: str = "exited") -> Record:
    return Record("a", "off the register by end-2018", 2018, path, value, ("x",))  # type: ignore[arg-type]  # one of its words


@pytest.mark.parametrize(
    ("value", "off", "direction", "where"),
    [(0.5, 0, "right", "50"), (0.30, 0.2, "too high", "50"), (0.85, -0.35, "too low", "90"), (0.97, -0.47, "too low", "outside")],
)
def test_a_record_worked_by_hand(value: float, off: float, direction: str, where: str) -> None:
    row = comparison(pd.DataFrame({"a": EVEN}), [record(value)]).loc["a"]
    assert [round(row[name], 9) for name in NAMES] == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert (row["off"], row["model is"], row["inside"]) == (pytest.approx(off, abs=1e-12), direction, where)


def test_ends_belong_to_their_band() -> None:
    band = {"p05": 1.0, "p25": 2.0, "p50": 3.0, "p75": 4.0, "p95": 5.0}
    assert [inside(value, band) for value in (0.99, 1.0, 1.99, 2.0, 4.0, 4.01, 5.0, 5.01)] == [
        *("outside", "90", "90", "50", "50", "90", "90", "outside")
    ]


@given(st.lists(st.floats(min_value=-5, max_value=5), min_size=1, max_size=30), st.floats(min_value=-6, max_value=6))
def test_a_record_inside_its_band_is_said_to_be(values: list[float], value: float) -> None:
    row = comparison(pd.DataFrame({"a": values}), [record(value)]).loc["a"]
    assert (row["inside"] == "50") == (row["p25"] <= value <= row["p75"])
    assert (row["inside"] == "outside") == (value < row["p05"] or value > row["p95"])


def test_weights_move_a_band() -> None:
    weight = np.where(EVEN < 0.5, 0.0, 1.0)
    assert band_of(EVEN, weight)["p05"] == pytest.approx(0.525)


def test_an_error_widens_a_band_and_leaves_its_middle() -> None:
    narrow, wide = band_of([0.7, 0.7, 0.7]), band_of([0.7, 0.7, 0.7], error=0.05)
    assert set(narrow.values()) == {0.7}
    assert wide["p50"] == pytest.approx(0.7)
    assert [0.7 - wide["p05"], wide["p95"] - 0.7] == pytest.approx([1.645 * 0.05] * 2, rel=0.02)


def test_the_records_error_is_part_of_a_share_of_people_alone() -> None:
    said = pd.DataFrame({"a": [0.79, 0.80, 0.81]})
    people, villages = (comparison(said, [record(0.85, path)], discrepancy=0.05).loc["a"] for path in ("exited", "villages"))
    assert (people["inside"], people["with_error"]) == ("outside", "90")
    assert (villages["inside"], villages["with_error"]) == ("outside", "")


def test_said_plainly() -> None:
    said = pd.DataFrame({"a": [0.79, 0.80, 0.81]})
    (sentence,) = in_words(comparison(said, [record(0.85)], discrepancy=0.05))
    assert sentence == (
        "Off the register by end-2018: recorded 85.0 %, the model says 80.0 % (79.1 % to 80.9 %). It is 5.0 points too low, "
        "outside both bands; with the record's own error inside the band of nine futures in ten."
    )
    (sentence,) = in_words(comparison(pd.DataFrame({"a": [9_000.0, 9_500.0, 10_000.0]}), [record(9_400.0, "income")]))
    assert sentence == (
        "Off the register by end-2018: recorded 9,400, the model says 9,500 (9,050 to 9,950). It is 100 yuan too high, "
        "inside the band of every second future."
    )


def test_bands_by_year() -> None:
    values = np.stack([EVEN, 2 * EVEN], axis=1)
    table = by_year(values, (2016, 2017))
    assert table.index.tolist() == [2016, 2017]
    assert table.loc[2017].to_numpy() == pytest.approx(2 * table.loc[2016].to_numpy())

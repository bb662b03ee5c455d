"""What draws say together: quantiles by hand, published intervals, and the three verdicts."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.assessment import bands
from simlib.errors import InputError

NAN = float("nan")


def number(found: float | None) -> float:
    assert found is not None
    return found


def draws_reaching(successes: int, n: int) -> list[float]:
    return [0.96] * successes + [0.90] * (n - successes)


# Bands.


def test_a_band_interpolates_between_draws() -> None:
    """NumPy's linear method: of 0, 1, .., 100 the 5 % quantile is 5; of 0, 10 it is .5."""
    assert bands.band(np.arange(101)) == (50.0, 5.0, 95.0)
    assert bands.band([0, 10]) == pytest.approx((5, 0.5, 9.5))


def test_a_band_keeps_the_other_axes() -> None:
    values = np.arange(101)[:, None] * np.array([1, 2, 3])
    mean, low, high = bands.band(values)
    assert (mean.tolist(), low.tolist(), high.tolist()) == ([50, 100, 150], [5, 10, 15], [95, 190, 285])
    for ours, theirs in zip(bands.band(values.T, axis=-1), (mean, low, high), strict=True):
        assert ours.tolist() == theirs.tolist()


def test_one_draw_has_a_mean_and_no_band() -> None:
    assert bands.band([0.4]) == (0.4, None, None)


def test_no_draw_has_nothing() -> None:
    assert bands.band([]) == (None, None, None)
    mean, low, high = bands.band(np.zeros((0, 3)))
    assert mean.shape == (3,)
    assert np.isnan([mean, low, high]).all()


@pytest.mark.parametrize("missing", [NAN, float("inf")])
def test_an_undefined_draw_makes_the_band_undefined_unless_left_out(missing: float) -> None:
    assert bands.band([1, 3, missing]) == (None, None, None)
    assert bands.band([1, 3, missing], skip_undefined=True) == pytest.approx((2, 1.1, 2.9))
    assert bands.band([1, missing], skip_undefined=True) == (1, None, None)
    assert bands.band([missing, missing], skip_undefined=True) == (None, None, None)


def test_an_undefined_draw_leaves_the_neighbours_alone() -> None:
    mean, low, _ = bands.band(np.array([[1, 1], [NAN, 3]]))
    assert bands.nullable(mean) == [None, 2]
    assert bands.nullable(low) == [None, pytest.approx(1.1)]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_a_band_is_ordered_within_its_draws(values: list[float]) -> None:
    _, low, high = bands.band(values)
    assert min(values) <= low <= high <= max(values)


def test_json_gets_numbers_and_null() -> None:
    nested = bands.nullable([[1.5, NAN], [float("inf"), 2]])
    assert json.dumps(nested, allow_nan=False) == "[[1.5, null], [null, 2.0]]"
    assert bands.nullable(NAN) is None


# Probabilities.


def test_probability_counts_the_draws_at_each_level() -> None:
    chances = bands.probability_at_least([1.0, 0.99, 0.95, 0.80], [1.0, 0.99, 0.95, 0.9, 0.8])
    assert chances == {1.0: 0.25, 0.99: 0.5, 0.95: 0.75, 0.9: 0.75, 0.8: 1.0}


def test_a_rounding_error_does_not_miss_a_level() -> None:
    share = 1 - (0.1 + 0.2 + 0.4)
    assert share < 0.3
    assert bands.probability_at_least([share], [0.3]) == {0.3: 1.0}
    assert bands.verdict([share], 0.3, 0.9).verdict == "met"


@pytest.mark.parametrize("shares", [[], [0.5, NAN]])
def test_probability_of_nothing_is_undefined(shares: list[float]) -> None:
    assert bands.probability_at_least(shares, [0.9]) == {0.9: None}


def test_draws_of_several_things_at_once_are_refused() -> None:
    with pytest.raises(InputError, match="one number a draw"):
        bands.probability_at_least([[0.1, 0.2]], [0.9])


@pytest.mark.parametrize(
    ("successes", "n", "expected"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_wilson_gives_the_published_intervals(successes: int, n: int, expected: tuple[float, float]) -> None:
    """Newcombe 1998, Statistics in Medicine 17, table I, method 3 (score, without continuity correction)."""
    assert bands.wilson(successes, n) == pytest.approx(expected, abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_fraction_and_is_mirrored(case: tuple[int, int]) -> None:
    successes, n = case
    interval, mirrored = bands.wilson(successes, n), bands.wilson(n - successes, n)
    assert interval is not None
    assert mirrored is not None
    assert 0 <= interval[0] <= successes / n <= interval[1] <= 1
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx(interval, abs=1e-12)


@given(st.integers(1, 100_000), st.floats(0.5, 0.999))
def test_wilson_ends_exactly_at_nothing_and_all(n: int, level: float) -> None:
    nothing, everything = bands.wilson(0, n, level), bands.wilson(n, n, level)
    assert nothing is not None
    assert everything is not None
    assert (nothing[0], everything[1]) == (0, 1)


def test_wilson_of_no_draws_is_undefined_and_of_impossible_ones_refused() -> None:
    assert bands.wilson(0, 0) is None
    with pytest.raises(InputError, match="3 successes of 2"):
        bands.wilson(3, 2)
    with pytest.raises(InputError, match="-1 successes of 2"):
        bands.wilson(-1, 2)


def test_monte_carlo_error() -> None:
    assert bands.mc_se(0.9, 100) == pytest.approx(0.03)
    assert bands.mc_se(1.0, 100) == 0
    assert bands.mc_se(0.9, 0) is None
    assert bands.mc_se(None, 100) is None


# Verdicts: tolerance .95, confidence .90.


def test_met_when_enough_draws_reach_the_tolerance() -> None:
    found = bands.verdict(draws_reaching(180, 200), 0.95, 0.90)
    assert found[:3] == ("met", None, 0.9)
    assert found.mc_se == pytest.approx(0.0212, abs=5e-5)


def test_not_met_when_the_whole_interval_lies_below() -> None:
    """160 of 200: 95 % interval .739 to .850."""
    found = bands.verdict(draws_reaching(160, 200), 0.95, 0.90)
    assert found[:3] == ("not met", None, 0.8)
    assert found.mc_se == pytest.approx(0.0283, abs=5e-5)


def test_too_few_draws_when_the_interval_holds_the_confidence() -> None:
    """16 of 20 is the same fraction, but its interval .584 to .919 holds .90; so does that of 179 of 200."""
    assert bands.verdict(draws_reaching(16, 20), 0.95, 0.90)[:3] == ("cannot judge", "too few draws", 0.8)
    assert bands.verdict(draws_reaching(179, 200), 0.95, 0.90)[:3] == ("cannot judge", "too few draws", 0.895)


@pytest.mark.parametrize("none", [None, [], np.array([])])
def test_a_deterministic_run_cannot_be_judged(none: list[float] | None) -> None:
    assert bands.verdict(none, 0.95, 0.90) == ("cannot judge", "too few draws", None, None)


def test_nobody_to_count_cannot_be_judged() -> None:
    assert bands.verdict([NAN, NAN], 0.95, 0.90) == ("cannot judge", "no data", None, None)


@given(st.lists(st.floats(0, 1), max_size=60), st.floats(0, 1), st.floats(0.01, 0.99))
def test_a_verdict_follows_its_rule(shares: list[float], tolerance: float, confidence: float) -> None:
    word, reason, chance, error = bands.verdict(shares, tolerance, confidence)
    assert (reason is not None) == (word == "cannot judge")
    assert (chance is None) == (error is None) == (not shares)
    if chance is not None:
        assert (word == "met") == (chance >= confidence)


@given(st.integers(1, 300), st.floats(0.05, 0.95))
def test_more_reaching_draws_never_make_a_verdict_worse(n: int, confidence: float) -> None:
    rank = {"not met": 0, "cannot judge": 1, "met": 2}
    words = [
        rank[bands.verdict(draws_reaching(k, n), 0.95, confidence).verdict] for k in range(0, n + 1, max(1, n // 9))
    ]
    assert words == sorted(words)


# Paired differences.


def test_the_same_plan_differs_by_exactly_nothing() -> None:
    shares = np.random.default_rng(7).random(50)
    assert bands.paired_difference(shares, shares) == (0, 0, 0, 0, 50)


def test_a_paired_interval_is_that_of_the_mean_difference() -> None:
    """Differences near normal: the bootstrap interval is the mean give or take 1.96 standard errors."""
    stream = np.random.default_rng(11)
    base = stream.normal(0.5, 0.2, 400)
    better = base + stream.normal(0.05, 0.02, 400)
    found = bands.paired_difference(better, base)
    reach = 1.96 * np.std(better - base) / np.sqrt(400)
    assert found.mean == pytest.approx((better - base).mean())
    assert (found.low, found.high) == pytest.approx((found.mean - reach, found.mean + reach), abs=0.1 * reach)
    assert found.share_above == ((better - base) > 0).mean()
    assert found.draws == 400


def test_a_paired_interval_is_reproducible_and_mirrored_in_sign() -> None:
    a, b = np.random.default_rng(3).random((2, 30))
    once, back = bands.paired_difference(a, b), bands.paired_difference(b, a)
    assert bands.paired_difference(a, b) == once
    assert bands.paired_difference(a, b, seed=2) != once
    assert back[:3] == pytest.approx(np.negative([number(once.mean), number(once.high), number(once.low)]))
    assert number(bands.paired_difference(a, b, level=0.5).low) > number(once.low)


def test_a_paired_difference_says_what_is_undefined() -> None:
    assert bands.paired_difference([], []) == (None, None, None, None, 0)
    assert bands.paired_difference([0.75], [0.5]) == (0.25, None, None, 1, 1)
    assert bands.paired_difference([0.6, NAN], [0.5, 0.5]) == (None, None, None, None, 2)


def test_draws_that_do_not_pair_are_refused() -> None:
    with pytest.raises(InputError, match="needs the same draws of both"):
        bands.paired_difference([1, 2], [1])

"""Luck: published answers of the generator, error bounds of the polynomials, and kernel and arrays as one."""

import hashlib
import math
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simlib.compiled import kernel
from simlib.engine import luck
from simlib.engine.arrays import Options
from simlib.engine.luck import draw_normals, draw_uniforms, moment, normals, philox, uniforms, words
from simlib.engine.rows import LANES, row
from simlib.registry.keys import entity_key

# Random123, kat_vectors, philox4x32 with 10 rounds: counter, key, answer.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
ULP = 2
ABSOLUTE = 3e-16  # of sines and cosines of uniforms
Long = np.longdouble
TWO_PI = 2 * Long("3.14159265358979323846264338327950288")


def hexadecimal(text: str) -> list[np.uint64]:
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_published_answers(counter: str, key: str, answer: str) -> None:
    assert [int(word) for word in philox(*hexadecimal(counter), *hexadecimal(key))] == [int(word) for word in hexadecimal(answer)]


def test_words_of_arrays_give_the_published_answer_too() -> None:
    assert words(0, 0, 0, 0, 0).tolist() == [int(word) for word in hexadecimal(KNOWN[0][2])]


def test_words_are_philox_of_the_documented_counter() -> None:
    seed, key, year, kind = 0x1234567890ABCDEF, 0xFEDCBA0987654321, 2017, luck.JOBS
    for draw in (0, 7, 2**32 - 1):
        counter = [np.uint64(part) for part in (key & 0xFFFFFFFF, key >> 32, draw, year * 2**16 + kind * 2**8)]
        expected = philox(*counter, np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32))
        assert words(seed, draw, key, year, kind).tolist() == [int(word) for word in expected]
        assert int(moment(year, kind)) == int(counter[3])


def test_every_part_of_the_counter_matters() -> None:
    base = {"seed": 1, "luck": 2, "key": 3, "year": 2016, "kind": 1}
    changed = [{**base, name: value + 1} for name, value in base.items()] + [{**base, "key": 3 + 2**32}, {**base, "seed": 1 + 2**32}]
    seen = {tuple(words(**arguments).tolist()) for arguments in [base, *changed]}
    assert len(seen) == 1 + len(changed)


def test_kinds_keep_their_numbers() -> None:
    """Append-only: a number that changed would change every stored result."""
    named = ("SHOCKS", "EVENTS", "JOBS", "PERSISTENT", "WILLING", "VILLAGE", "OPERATOR", "PRICE", "PROVINCE", "PARAMETER")
    assert [getattr(luck, name) for name in named] == list(range(1, 11))
    assert luck.CENTRAL_LUCK == 2**32 - 1


def test_luck_keeps_its_numbers() -> None:
    """Pinned: the same household meets the same luck in every later version."""
    assert words(1, 0, entity_key("H1"), 2016, luck.SHOCKS).tolist() == PINNED


PINNED = [1755930523, 2506991964, 2608940157, 3617198650]


def test_uniforms_lie_inside_and_symmetric_about_one_half() -> None:
    lowest, highest = luck.uniform(np.uint64(0)), luck.uniform(np.uint64(2**32 - 1))
    assert 0.0 < lowest == 1.0 - highest
    assert highest < 1.0


def errors(seen: list[float], exact: NDArray[np.longdouble]) -> float:
    """The largest error in units of the last place of the exact answers."""
    unit = np.spacing(np.maximum(np.abs(exact.astype(np.float64)), 2.0**-40))
    return float(np.max(np.abs(np.array(seen) - exact) / unit))


def some_words() -> NDArray[np.uint64]:
    """Ordinary words, both ends, and the edges of powers of two and of their square roots."""
    ordinary = words(1, np.arange(1000, dtype=np.uint64), 5, 0, 1).ravel()
    edges = [int(2.0 ** (bits / 2)) + step for bits in range(0, 65) for step in (-2, -1, 0, 1)]
    ends = [*range(20), *(2**32 - 1 - step for step in range(20))]
    return np.concatenate([ordinary, np.array([word for word in edges + ends if 0 <= word < 2**32], dtype=np.uint64)])


def uniform_of(word: NDArray[np.uint64]) -> NDArray[np.float64]:
    return (word.astype(np.float64) + 0.5) * 2.0**-32


def test_uniforms_are_a_word_and_a_half_exactly() -> None:
    assert [luck.uniform(word) for word in some_words()] == uniform_of(some_words()).tolist()


def test_log_is_within_two_ulp() -> None:
    x = np.concatenate([uniform_of(some_words()), [1.0, 0.5, 2.0, 1e-300, 1e300]])
    assert errors([luck.log(one) for one in x], np.log(x.astype(Long))) <= ULP
    assert [luck.minus_two_log(one) for one in x] == [-2.0 * luck.log(one) for one in x]


def test_exp_is_within_two_ulp() -> None:
    x = np.concatenate([np.linspace(-3.0, 3.0, 3001), np.linspace(-699.0, 699.0, 401), (np.arange(-20, 20) + 0.5) * math.log(2.0)])
    assert errors([luck.exp(one) for one in x if one > -27], np.exp(x[x > -27].astype(Long))) <= ULP
    assert np.max(np.abs(np.array([luck.exp(one) for one in x]) / np.exp(x.astype(Long)) - 1)) <= ULP * 2.0**-52
    assert luck.exp(0.0) == 1.0


def test_exp_beyond_its_limits_stays_finite() -> None:
    assert math.isfinite(luck.exp(1e9))
    assert luck.exp(-1e9) > 0.0


def test_sine_and_cosine_are_within_their_bounds() -> None:
    for turn, bound in ((uniform_of(some_words()), ABSOLUTE), (np.linspace(0.0, 1.0, 4001), 4 / 3 * ABSOLUTE)):
        pairs = np.array([luck.sine_cosine(one) for one in turn])
        angle = TWO_PI * turn
        assert np.max(np.abs(pairs[:, 0] - np.sin(angle))) <= bound
        assert np.max(np.abs(pairs[:, 1] - np.cos(angle))) <= bound
        assert np.max(np.abs(np.array([luck.cosine(one) for one in turn]) - np.cos(angle))) <= bound


def test_sine_and_cosine_of_quarter_turns_are_exact() -> None:
    assert [luck.sine_cosine(turn) for turn in (0.0, 0.25, 0.5, 0.75)] == [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)]


def test_normals_have_the_moments_of_normals() -> None:
    z = normals(3, np.arange(100_000, dtype=np.uint64), entity_key("H1"), 2016, luck.SHOCKS)
    number = z.shape[1]
    for one in z:  # five standard errors of each moment
        assert abs(one.mean()) < 5 / math.sqrt(number)
        assert abs(one.var() - 1) < 5 * math.sqrt(2 / number)
        assert abs((one**3).mean()) < 5 * math.sqrt(15 / number)
        assert abs((one**4).mean() - 3) < 5 * math.sqrt(96 / number)
    correlation = np.corrcoef(z) - np.eye(4)
    assert np.max(np.abs(correlation)) < 5 / math.sqrt(number)


def test_uniforms_fill_the_interval_evenly() -> None:
    u = uniforms(3, np.arange(100_000, dtype=np.uint64), entity_key("H1"), 0, luck.WILLING)
    for one in u:
        counts = np.histogram(one, bins=20, range=(0, 1))[0]
        assert np.max(np.abs(counts - 5000)) < 5 * math.sqrt(5000)


def test_a_factor_has_the_mean_one() -> None:
    z = normals(3, np.arange(20_000, dtype=np.uint64), 9, 2016, luck.SHOCKS)[0]
    factors = np.array([luck.factor(0.3, one) for one in z])
    assert abs(factors.mean() - 1) < 5 * factors.std() / math.sqrt(len(z))
    assert luck.factor(0.0, 2.5) == 1.0


def test_a_factor_is_the_exponential_of_what_it_says() -> None:
    sd, z = (grid.ravel() for grid in np.meshgrid(np.linspace(0.0, 1.0, 41), np.linspace(-6.8, 6.8, 101)))
    exponent = sd * (z.astype(Long) - sd.astype(Long) / 2)
    seen = np.array([luck.factor(*one) for one in zip(sd, z, strict=True)])
    assert np.max(np.abs(seen / np.exp(exponent) - 1) / (ULP + np.abs(exponent))) <= 2.0**-52


def test_a_normal_alone_is_the_first_of_a_pair() -> None:
    u = uniform_of(some_words())
    for one, other in zip(u, u[::-1], strict=True):
        assert abs(luck.normal(one, other) - luck.normal_pair(one, other)[0]) <= 4e-15


def test_normals_of_rules_are_box_and_muller() -> None:
    u = uniform_of(some_words()).astype(Long)
    radius, angle = np.sqrt(-2 * np.log(u)), TWO_PI * u[::-1]
    seen = np.array([luck.normal_pair(*one) for one in zip(u.astype(np.float64), u[::-1].astype(np.float64), strict=True)])
    for column, exact in ((0, radius * np.cos(angle)), (1, radius * np.sin(angle))):
        assert np.max(np.abs(seen[:, column] - exact) / np.maximum(radius, 2.0**-20)) <= 2 * ABSOLUTE


@kernel
def every_rule(first, second, out):  # type: ignore[no-untyped-def]  # compiled
    """All rules in one loop over lanes, for the same in the interpreter."""
    for lane in range(first.shape[0]):
        w0, w1, w2, w3 = philox(first[lane], second[lane], first[lane], second[lane], first[0], second[0])
        u, v = luck.uniform(first[lane]), luck.uniform(second[lane])
        out[0, lane], out[1, lane] = luck.normal_pair(luck.uniform(w0), luck.uniform(w1))
        out[2, lane] = luck.normal(luck.uniform(w2), luck.uniform(w3))
        out[3, lane], out[4, lane], out[5, lane] = luck.normal(u, v), luck.log(u), luck.exp(1400.0 * v - 700.0)
        out[6, lane], out[7, lane] = luck.factor(u, out[0, lane]), luck.cosine(v)
        out[8, lane], out[9, lane] = luck.sine_cosine(u)


def digest_of_every_rule() -> str:
    out = np.zeros((10, len(some_words())))
    every_rule(some_words(), some_words()[::-1].copy(), out)
    return hashlib.sha256(out.tobytes()).hexdigest()


def test_compiled_and_interpreted_rules_give_the_same_bits() -> None:
    code = "import sys, test_luck; assert not hasattr(test_luck.luck.exp, 'py_func'); print(test_luck.digest_of_every_rule())"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path])}
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", code]
    interpreted = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    assert interpreted == digest_of_every_rule()


@kernel
def drawn(key, draws, when, options, u, two, three):  # type: ignore[no-untyped-def]  # compiled
    """What the kernel draws, for Python to see."""
    lanes = draws.shape[0]
    draw_uniforms(key, draws, when, options, row(u, 0), row(u, 1), row(u, 2), row(u, 3), lanes)
    draw_normals(key, draws, when, options, row(two, 0), row(two, 1), row(two, 2), row(two, 3), 2, lanes)
    draw_normals(key, draws, when, options, row(three, 0), row(three, 1), row(three, 2), row(three, 3), 3, lanes)


def test_the_kernel_draws_what_arrays_draw() -> None:
    seed, key, year, kind = 0xABCDEF0123456789, entity_key("H1"), 2018, luck.SHOCKS
    draws = np.concatenate([np.arange(37, dtype=np.uint64), np.array([luck.CENTRAL_LUCK], dtype=np.uint64)])
    names: dict[str, Any] = dict.fromkeys(Options._fields, 0) | {"tolerated": 0.0}
    names |= {"seed_low": np.uint64(seed & 0xFFFFFFFF), "seed_high": np.uint64(seed >> 32)}
    u, two, three = np.full((3, 4, LANES), np.nan)
    drawn(np.uint64(key), draws, np.uint64(moment(year, kind)), Options(**names), u, two, three)
    assert all(np.isnan(rows[:, len(draws) :]).all() for rows in (u, two, three)), "other lanes are left alone"
    u, two, three = (rows[:, : len(draws)] for rows in (u, two, three))
    assert np.array_equal(u, uniforms(seed, draws, key, year, kind))
    z = normals(seed, draws, key, year, kind)
    assert np.max(np.abs(two[:2] - z[:2])) < 1e-14
    assert np.array_equal(two[:2], three[:2])
    assert np.max(np.abs(three[2] - z[2])) < 1e-14

"""Luck: published answers of the generator, error bounds of the polynomials, and kernel and arrays as one."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simlib.compiled import kernel
from simlib.engine import luck
from simlib.engine.household import ROWS
from simlib.engine.luck import draw_normals, draw_uniforms, moment, normals, philox, uniforms, words
from simlib.engine.state import Options
from simlib.registry.keys import entity_key

# Random123, kat_vectors, philox4x32 with 10 rounds: counter, key, answer.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
ULP = 4


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


def errors(seen: list[float], exact: NDArray[np.float64], scale: NDArray[np.float64]) -> float:
    return float(np.max(np.abs(np.array(seen) - exact) / np.spacing(np.abs(scale))))


def test_log_is_within_a_few_ulp() -> None:
    edges = [2.0**-33, 1 - 2.0**-33, 1.0, 0.5, 2.0, 1e-300, 1e300]
    x = np.concatenate([uniforms(1, np.arange(1000, dtype=np.uint64), 5, 0, 1).ravel(), edges])
    assert errors([luck.log(one) for one in x], np.log(x), np.maximum(np.abs(np.log(x)), 2.0**-40)) <= ULP


def test_exp_is_within_a_few_ulp() -> None:
    x = np.concatenate([np.linspace(-3.0, 3.0, 3001), np.linspace(-699.0, 699.0, 401)])
    assert errors([luck.exp(one) for one in x], np.exp(x), np.exp(x)) <= ULP
    assert luck.exp(0.0) == 1.0


def test_exp_beyond_its_limits_stays_finite() -> None:
    assert math.isfinite(luck.exp(1e9))
    assert luck.exp(-1e9) > 0.0


def test_sine_and_cosine_are_within_a_few_ulp_of_one() -> None:
    turn = np.concatenate([np.linspace(0.0, 1.0, 4001)[:-1], uniforms(1, np.arange(500, dtype=np.uint64), 5, 0, 2).ravel()])
    pairs = np.array([luck.sine_cosine(one) for one in turn])
    angle = 2.0 * np.pi * turn
    assert np.max(np.abs(pairs[:, 0] - np.sin(angle))) <= ULP * 2.0**-52
    assert np.max(np.abs(pairs[:, 1] - np.cos(angle))) <= ULP * 2.0**-52


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


@kernel
def drawn(key, draws, when, options, u, z):  # type: ignore[no-untyped-def]  # compiled
    """What the kernel draws, for Python to see."""
    draw_uniforms(key, draws, when, options, u)
    draw_normals(key, draws, when, options, z)


def test_the_kernel_draws_what_arrays_draw() -> None:
    seed, key, year, kind = 0xABCDEF0123456789, entity_key("H1"), 2018, luck.SHOCKS
    draws = np.concatenate([np.arange(37, dtype=np.uint64), np.array([luck.CENTRAL_LUCK], dtype=np.uint64)])
    names: dict[str, Any] = dict.fromkeys(Options._fields, 0) | {"tolerated": 0.0}
    names |= {"seed_low": np.uint64(seed & 0xFFFFFFFF), "seed_high": np.uint64(seed >> 32)}
    u, z = np.zeros((ROWS, len(draws))), np.zeros((ROWS, len(draws)))
    drawn(np.uint64(key), draws, np.uint64(moment(year, kind)), Options(**names), u, z)
    assert np.array_equal(u[:4], uniforms(seed, draws, key, year, kind))
    assert np.max(np.abs(z[:4] - normals(seed, draws, key, year, kind))) < 1e-12

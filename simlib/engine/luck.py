"""Luck: counter-based random numbers, a function of (seed, draw, key, year, kind) alone.

Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), Box-Muller normals, and short
polynomial versions of log, exp, sine and cosine: a call into libm would stop the compiler from working on several draws at once.
Everything here is written in plain additions and multiplications, so that compiled and interpreted code give the same bits.
"""

import math

import numpy as np
from numpy.typing import NDArray

from simlib.compiled import rule, step

# The append-only list of kinds (docs/model.md, 1): a number keeps its meaning for ever.
SHOCKS, EVENTS, JOBS, PERSISTENT, WILLING = 1, 2, 3, 4, 5
VILLAGE, OPERATOR, PRICE, PROVINCE, PARAMETER = 6, 7, 8, 9, 10
CENTRAL_LUCK = 2**32 - 1  # the draw number of `--draws 0`

MASK = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)
MULTIPLIER_0, MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
UNIT = 2.0**-32

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LOG2_E = math.log2(math.e)
HALF_PI = math.pi / 2
SQRT2 = math.sqrt(2.0)
EXP_LIMIT = 700.0


@rule
def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds of Philox4x32: a counter of four and a key of two 32-bit words (as uint64) -> four 32-bit words (as uint64)."""
    for _ in range(10):
        product_0 = MULTIPLIER_0 * c0
        product_1 = MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (product_1 >> SHIFT) ^ c1 ^ k0, product_1 & MASK, (product_0 >> SHIFT) ^ c3 ^ k1, product_0 & MASK
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    return c0, c1, c2, c3


@rule
def uniform(word):
    """A 32-bit word -> a number in the open interval (0, 1), symmetric about one half."""
    return (np.float64(np.int64(word)) + 0.5) * UNIT


@rule
def log(x):
    """Natural logarithm of a positive normal float64: x = m 2^e, ln m = 2 artanh((m - 1) / (m + 1)) as a series; a few ulp."""
    bits = np.float64(x).view(np.int64)
    exponent = np.float64((bits >> np.int64(52)) - np.int64(1023))
    mantissa = np.int64((bits & np.int64(0x000FFFFFFFFFFFFF)) | np.int64(0x3FF0000000000000)).view(np.float64)
    big = mantissa > SQRT2
    mantissa = mantissa * 0.5 if big else mantissa
    exponent = exponent + 1.0 if big else exponent
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    tail = 1 / 19 + z * (1 / 21 + z * (1 / 23))
    tail = 1 / 11 + z * (1 / 13 + z * (1 / 15 + z * (1 / 17 + z * tail)))
    tail = 1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * tail)))
    return exponent * LN2_HIGH + (2.0 * s + (2.0 * s * z * tail + exponent * LN2_LOW))


@rule
def exp(x):
    """Exponential of a float64 within ±700: x = k ln 2 + r, a series in r, then 2^k by its bits; a few ulp."""
    x = min(max(x, -EXP_LIMIT), EXP_LIMIT)
    k = np.floor(x * LOG2_E + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    p = 1 / 3628800 + r * (1 / 39916800 + r * (1 / 479001600 + r * (1 / 6227020800)))
    p = 1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r * (1 / 362880 + r * p)))
    p = 1.0 + r * (1.0 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * p)))))
    return p * np.int64((np.int64(k) + np.int64(1023)) << np.int64(52)).view(np.float64)


@rule
def sine_cosine(turn):
    """Sine and cosine of a turn in [0, 1): the nearest quarter taken off, series in what is left; a few ulp."""
    quarters = turn * 4.0
    nearest = np.floor(quarters + 0.5)
    r = (quarters - nearest) * HALF_PI
    z = r * r
    s = 1 / 39916800 - z * (1 / 6227020800 - z * (1 / 1307674368000))
    s = r - r * z * (1 / 6 - z * (1 / 120 - z * (1 / 5040 - z * (1 / 362880 - z * s))))
    c = 1 / 479001600 - z * (1 / 87178291200 - z * (1 / 20922789888000))
    c = 1.0 - z * (1 / 2 - z * (1 / 24 - z * (1 / 720 - z * (1 / 40320 - z * (1 / 3628800 - z * c)))))
    quarter = np.int64(nearest) & np.int64(3)
    odd = (quarter & np.int64(1)) == 1
    sine = c if odd else s
    cosine = s if odd else c
    sine = -sine if quarter >= 2 else sine
    cosine = -cosine if (quarter == 1) | (quarter == 2) else cosine
    return sine, cosine


@rule
def normal_pair(u, v):
    """Two independent standard normals of two uniforms (Box and Muller 1958); |z| <= 6.8 with 32-bit uniforms."""
    radius = math.sqrt(-2.0 * log(u))
    sine, cosine = sine_cosine(v)
    return radius * cosine, radius * sine


@rule
def factor(sd, z):
    """A multiplier with mean one: exp(sd z - sd^2 / 2)."""
    return exp(sd * z - 0.5 * sd * sd)


@rule
def moment(year, kind):
    """The fourth word of a counter: which number, in which year (0 for a persistent one)."""
    return np.uint64(np.int64(year) * np.int64(65536) + np.int64(kind) * np.int64(256))


@step
def draw_uniforms(key, luck, when, options, u):
    """Four uniforms of one entity in every lane: into u[0..3, lane]. `when` of `moment`; `options` holds the seed's two words."""
    low, high = np.uint64(key) & MASK, np.uint64(key) >> SHIFT
    for lane in range(luck.shape[0]):
        w0, w1, w2, w3 = philox(low, high, luck[lane], when, options.seed_low, options.seed_high)
        u[0, lane], u[1, lane] = uniform(w0), uniform(w1)
        u[2, lane], u[3, lane] = uniform(w2), uniform(w3)


@step
def draw_normals(key, luck, when, options, u):
    """Four standard normals of one entity in every lane: into u[0..3, lane]."""
    draw_uniforms(key, luck, when, options, u)
    for lane in range(luck.shape[0]):
        u[0, lane], u[1, lane] = normal_pair(u[0, lane], u[1, lane])
        u[2, lane], u[3, lane] = normal_pair(u[2, lane], u[3, lane])


Words = NDArray[np.uint64]


def words(seed: int, luck: Words | int, key: Words | int, year: int, kind: int) -> Words:
    """The four words of a counter, for arrays of draws or of keys: -> uint64[4, ...] below 2^32.

    seed: 64 bits; luck: draw numbers; key: 64-bit keys of entities (`simlib.registry.keys`); year 0 for a persistent number.
    """
    keys, draws = np.broadcast_arrays(np.asarray(key, dtype=np.uint64), np.asarray(luck, dtype=np.uint64))
    c0, c1, c2, c3 = keys & MASK, keys >> SHIFT, draws & MASK, np.full(keys.shape, year << 16 | kind << 8, dtype=np.uint64)
    k0, k1 = seed & int(MASK), seed >> 32 & int(MASK)
    for _ in range(10):
        product_0, product_1 = MULTIPLIER_0 * c0, MULTIPLIER_1 * c2
        c0, c2 = (product_1 >> SHIFT) ^ c1 ^ np.uint64(k0), (product_0 >> SHIFT) ^ c3 ^ np.uint64(k1)
        c1, c3 = product_1 & MASK, product_0 & MASK
        k0, k1 = (k0 + int(WEYL_0)) & int(MASK), (k1 + int(WEYL_1)) & int(MASK)
    return np.stack([c0, c1, c2, c3])


def uniforms(seed: int, luck: Words | int, key: Words | int, year: int, kind: int) -> NDArray[np.float64]:
    """Four uniforms in (0, 1) of each counter: -> float64[4, ...]."""
    return (words(seed, luck, key, year, kind).astype(np.float64) + 0.5) * UNIT


def normals(seed: int, luck: Words | int, key: Words | int, year: int, kind: int) -> NDArray[np.float64]:
    """Four standard normals of each counter (two Box-Muller pairs): -> float64[4, ...]; NumPy's own log, sine and cosine."""
    u = uniforms(seed, luck, key, year, kind)
    radius, turn = np.sqrt(-2.0 * np.log(u[0::2])), 2.0 * np.pi * u[1::2]
    pairs = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)
    return np.asarray(pairs.reshape(4, *u.shape[1:]))

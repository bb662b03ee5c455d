"""Luck: counter-based random numbers, a function of (seed, draw, key, year, kind) alone.

Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), Box-Muller normals, and short
polynomial versions of log, exp, sine and cosine: a call into libm would stop the compiler from working on several draws at once.
Everything here is plain arithmetic, square roots and integer bits, so that compiled and interpreted code give the same bits.
"""

import math

import numpy as np
from numpy.typing import NDArray

from simlib.compiled import rule, step

# The append-only list of kinds (docs/model.md, 1): a number keeps its meaning for ever.
SHOCKS, EVENTS, JOBS, PERSISTENT, WILLING = 1, 2, 3, 4, 5
VILLAGE, OPERATOR, PRICE, PROVINCE, PARAMETER = 6, 7, 8, 9, 10
HOLDINGS, PERSISTENT_MORE, WORKS_LUCK = 11, 12, 13
CENTRAL_LUCK = 2**32 - 1  # the draw number of `--draws 0`

MASK = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)
MULTIPLIER_0, MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
UNIT = 2.0**-32
# The last bit of a float64 between 2^20 and 2^21 is worth 2^-32: a word put into these bits is 2^20 + word 2^-32.
FROM_2_20 = np.uint64(np.float64(2.0**20).view(np.uint64))
BELOW_2_20 = 2.0**20 - 2.0**-33

EXP_LIMIT = 700.0
LOG2_E, MINUS_TWO_LN2 = math.log2(math.e), -2.0 * math.log(2.0)
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # the high part has bits to spare: k times it is exact
INTEGERS = 1.5 * 2.0**52  # numbers of this size are integers: adding it rounds to the nearest, and the sum's low bits hold the integer
FRACTION_BITS, FRACTION, SIGN = np.int64(52), np.int64(0x000FFFFFFFFFFFFF), np.int64(-(2**63))
SQRT_HALF, SQRT_TWO = np.float64(math.sqrt(0.5)).view(np.int64), np.float64(2.0 * math.sqrt(0.5)).view(np.int64)

# Coefficients: Remez's exchange in 60 digits for the least largest error, rounded to float64 one by one, the leading one first, each
# time with the rest fitted again. The bound is the polynomial's own; what rounding adds stands with the rules that use it.
# 2 (ln((1 + s) / (1 - s)) - 2 s) / s^3 in z = s^2, |s| <= 0.1716: 1.3e-18 of the logarithm.
L0, L1, L2, L3 = 1.3333333333333468, 0.7999999999883328, 0.5714285748405631, 0.4444439721012341
L4, L5, L6 = 0.36367125701120384, 0.30628169743895206, 0.2959126541021499
# f (2^f + 1) / (2^f - 1) in z = f^2, |f| <= 1/2: 5.2e-19 of 2^f.
E0, E1, E2 = 2.8853900817779268, 0.11552453009332664, -0.0009250684777806389
E3, E4, E5 = 1.0582189044415159e-05, -1.2710428742098912e-07, 1.5310980365674688e-09
# sin(2 pi v) / v / sqrt 2 and cos(2 pi v) / sqrt 2 in z = v^2, |v| <= 1/8: 1.3e-18 and 4.9e-17.
S0, S1, S2, S3 = 4.442882938158366, -29.232997999981425, 57.70362514331433, -54.23923352517062
S4, S5, S6 = 29.739978299179594, -10.672771235558173, 2.6702935413885607
C0, C1, C2, C3 = 0.7071067811865476, -13.957728399277766, 45.91908587948712, -60.42709489334007
C4, C5, C6 = 42.599382762217495, -18.68494949044841, 5.526301227052169
# sin(2 pi y) / y in z = y^2, |y| <= 1/4: 3.7e-18.
W0, W1, W2, W3, W4 = 6.283185307179586, -41.34170224039957, 81.60524927603197, -76.70585974865838, 42.058693704582616
W5, W6, W7, W8 = -15.094635040622618, 3.8198146160241713, -0.7167045500757634, 0.097054606236005


@rule
def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds of Philox4x32: a counter of four and a key of two 32-bit words (as uint64) -> four 32-bit words (as uint64)."""
    for _ in range(10):  # a word may carry litter above its 32 bits: masked where it is multiplied, the mask costs no instruction
        product_0 = MULTIPLIER_0 * (c0 & MASK)
        product_1 = MULTIPLIER_1 * (c2 & MASK)
        c0, c1, c2, c3 = (product_1 >> SHIFT) ^ c1 ^ k0, product_1, (product_0 >> SHIFT) ^ c3 ^ k1, product_0
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    return c0 & MASK, c1 & MASK, c2 & MASK, c3 & MASK


@rule
def uniform(word):
    """A 32-bit word -> a number in the open interval (0, 1), symmetric about one half: (word + 1/2) 2^-32, exactly."""
    return np.uint64(word | FROM_2_20).view(np.float64) - BELOW_2_20


@rule
def minus_two_log(x):
    """-2 ln x of a positive normal float64, within 2 ulp: x = m 2^k with m within sqrt 2 of one, and a series in (m - 1) / (m + 1)."""
    bits = np.float64(x).view(np.int64) - SQRT_HALF
    k = np.float64(bits >> FRACTION_BITS)
    twice = np.int64((bits & FRACTION) + SQRT_TWO).view(np.float64)  # 2 m, which spares the doublings further down
    f = twice - 2.0
    s = f / (twice + 2.0)
    z = s * s
    w = z * z  # in pairs: the longest chain of a normal, and the processor waits for it
    tail = z * ((L0 + z * L1) + w * ((L2 + z * L3) + w * ((L4 + z * L5) + w * L6)))
    return (k * MINUS_TWO_LN2 - f) + s * (f - tail)  # 2 ln m = f - s f + s tail: f is exact, and the rest small beside it


@rule
def log(x):
    """Natural logarithm of a positive normal float64, within 2 ulp."""
    return -0.5 * minus_two_log(x)


@rule
def power_of_two(f, rounded):
    """2^(k + f) for |f| <= 1/2, where `rounded` is k + INTEGERS: a quotient of short series, and k added to the exponent."""
    z = f * f  # with a = series, 2^f = (a + f) / (a - f) = 1 + 2 f / (a - f)
    series = E0 + z * (E1 + z * (E2 + z * (E3 + z * (E4 + z * E5))))
    power = np.float64(1.0 + (f + f) / (series - f))
    return np.int64(power.view(np.int64) + (np.float64(rounded).view(np.int64) << FRACTION_BITS)).view(np.float64)


@rule
def exp(x):
    """Exponential of a float64, within 2 ulp; beyond ±700 that of ±700."""
    x = min(max(x, -EXP_LIMIT), EXP_LIMIT)
    rounded = x * LOG2_E + INTEGERS
    k = rounded - INTEGERS
    return power_of_two(((x - k * LN2_HIGH) - k * LN2_LOW) * LOG2_E, rounded)


@rule
def signed(x, sign):
    """x, its sign turned where `sign` is negative."""
    return np.int64(np.float64(x).view(np.int64) ^ (np.float64(sign).view(np.int64) & SIGN)).view(np.float64)


@rule
def sine_cosine(turn):
    """Sine and cosine of a turn in [0, 1], within 4e-16; of a uniform, within 3e-16.

    The turn is folded twice, to the eighth on either side of an odd eighth: there sine and cosine are sum and difference of two series.
    """
    half = turn - 0.5
    fold = abs(half) - 0.25
    v = abs(fold) - 0.125
    z = v * v
    s = v * (S0 + z * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6))))))
    c = C0 + z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))))
    return signed(s - c, half), signed(c + s, fold)


@rule
def cosine(turn):
    """Cosine of a turn in [0, 1], as near as that of `sine_cosine`: folded once, the sine of a quarter on either side."""
    y = abs(turn - 0.5) - 0.25
    z = y * y
    return y * W0 + y * z * (W1 + z * (W2 + z * (W3 + z * (W4 + z * (W5 + z * (W6 + z * (W7 + z * W8)))))))


@rule
def normal_pair(u, v):
    """Two independent standard normals of two uniforms (Box and Muller 1958); |z| <= 6.8 with 32-bit uniforms."""
    radius = math.sqrt(minus_two_log(u))
    sine, cosine = sine_cosine(v)
    return radius * cosine, radius * sine


@rule
def normal(u, v):
    """The first of a pair of normals, for those who want no second: to 1e-15 that of `normal_pair`."""
    return math.sqrt(minus_two_log(u)) * cosine(v)


@rule
def factor(sd, z):
    """A multiplier with mean one: exp(sd z - sd^2 / 2), for |sd| <= 30 and a normal z; within 2 ulp and as much of the exponent."""
    x = sd * (z - 0.5 * sd) * LOG2_E
    rounded = x + INTEGERS
    return power_of_two(x - (rounded - INTEGERS), rounded)


@rule
def moment(year, kind):
    """The fourth word of a counter: which number, in which year (0 for a persistent one)."""
    return np.uint64(np.int64(year) * np.int64(65536) + np.int64(kind) * np.int64(256))


@step
def draw_uniforms(key, luck, when, options, u0, u1, u2, u3, lanes):
    """Four uniforms of one entity in every lane, into four rows. `when` of `moment`; `options` holds the seed's two words."""
    low, high = np.uint64(key) & MASK, np.uint64(key) >> SHIFT
    for i in range(lanes):
        w0, w1, w2, w3 = philox(low, high, luck[i], when, options.seed_low, options.seed_high)
        u0[i], u1[i], u2[i], u3[i] = uniform(w0), uniform(w1), uniform(w2), uniform(w3)


@step
def draw_normals(key, luck, when, options, u0, u1, u2, u3, number, lanes):
    """The first two or three standard normals of one entity in every lane, into as many rows of four, which are all worked in.

    In short loops: the processor works on lanes side by side only where their code fits its window.
    """
    draw_uniforms(key, luck, when, options, u0, u1, u2, u3, lanes)
    for i in range(lanes):
        u0[i], u1[i] = normal_pair(u0[i], u1[i])
    if number > 2:
        for i in range(lanes):
            u2[i] = normal(u2[i], u3[i])


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

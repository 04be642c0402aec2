"""Arithmetic in pairs of float64 numbers: about 32 significant digits where 16 are not enough.

A pair is an unevaluated sum: the second number is what rounding took from the first. Both may be arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Pair = tuple[Any, Any]


def plus(first: Pair, second: Pair) -> Pair:
    """The sum of two pairs (Knuth's two-sum)."""
    total = first[0] + second[0]
    other = total - first[0]
    error = (first[0] - (total - other)) + (second[0] - other)
    return _settled(total, error + (first[1] + second[1]))


def minus(first: Pair, second: Pair) -> Pair:
    """The difference of two pairs."""
    return plus(first, (-second[0], -second[1]))


def times(first: Pair, second: Pair) -> Pair:
    """The product of two pairs."""
    product = first[0] * second[0]
    return _settled(product, _product_error(first[0], second[0], product) + first[0] * second[1] + first[1] * second[0])


def over(first: Pair, second: Pair) -> Pair:
    """The quotient of two pairs."""
    quotient = first[0] / second[0]
    back = quotient * second[0]
    rest = (first[0] - back) - _product_error(quotient, second[0], back) + first[1] - quotient * second[1]
    return _settled(quotient, rest / second[0])


def root(square: Pair) -> Pair:
    """The square root of a pair."""
    root = np.sqrt(square[0])
    back = root * root
    rest = (square[0] - back) - _product_error(root, root, back) + square[1]
    return _settled(root, rest / (2 * root))


def exp(u: Pair) -> Pair:
    """The exponential of a pair, right to some 30 digits."""
    rest, twos = _reduced(u)
    high, low = plus((1.0, 0.0), _small_expm1(rest))
    return np.ldexp(high, twos), np.ldexp(low, twos)


def expm1(u: Pair) -> Pair:
    """exp(u) − 1 of a pair."""
    rest, twos = _reduced(u)
    small = _small_expm1(rest)
    high, low = plus((1.0, 0.0), small)
    other = plus((np.ldexp(high, twos), np.ldexp(low, twos)), (-1.0, 0.0))
    return np.where(twos == 0, small[0], other[0]), np.where(twos == 0, small[1], other[1])


def expm1_gap(u: Pair) -> Pair:
    """exp(u) − 1 − u of a pair."""
    high, low = minus(expm1(u), u)
    series = u[0] * u[0] / 2 * (1 + u[0] / 3 * (1 + u[0] / 4))
    tiny = np.abs(u[0]) < 1e-5
    return np.where(tiny, series, high), np.where(tiny, 0.0, low)


def root_sum(u: Pair, b: Pair) -> Pair:
    """The sum u + √(u² + b) of pairs."""
    return plus(u, root(plus(times(u, u), b)))


def log(u: Pair) -> Pair:
    """The logarithm of a pair: NumPy's, and one step of Newton's method."""
    first = np.log(u[0])
    return plus((first, 0.0), minus(times(u, exp((-first, 0.0))), (1.0, 0.0)))


def log1p(u: Pair) -> Pair:
    """ln(1 + u) of a pair, likewise."""
    first = np.log1p(u[0])
    step = over(minus(u, expm1((first, 0.0))), plus((1.0, 0.0), u))
    return plus((first, 0.0), step)


def sigmoid(u: Pair) -> Pair:
    """1 / (1 + exp(−u)) of a pair."""
    z = exp(_minus_magnitude(u))
    positive = u[0] >= 0
    return over((np.where(positive, 1.0, z[0]), np.where(positive, 0.0, z[1])), plus((1.0, 0.0), z))


def sigmoid_power(u: Pair, power: Pair) -> Pair:
    """The sigmoid of a pair to a power that is a pair."""
    return exp(times(power, log_sigmoid(u)))


def softplus(u: Pair) -> Pair:
    """ln(1 + exp(u)) of a pair."""
    positive = u[0] >= 0
    return plus((np.where(positive, u[0], 0.0), np.where(positive, u[1], 0.0)), log1p(exp(_minus_magnitude(u))))


def log_sigmoid(u: Pair) -> Pair:
    """The logarithm of the sigmoid of a pair."""
    high, low = softplus((-u[0], -u[1]))
    return -high, -low


def tanh(u: Pair) -> Pair:
    """The hyperbolic tangent of a pair."""
    high, low = _minus_magnitude(u)
    gap = expm1((2 * high, 2 * low))
    high, low = over(gap, plus((2.0, 0.0), gap))
    sign = np.where(u[0] >= 0, -1.0, 1.0)
    return sign * high, sign * low


def sech(u: Pair) -> Pair:
    """1 / cosh(u) of a pair."""
    z = exp(_minus_magnitude(u))
    return over((2 * z[0], 2 * z[1]), plus((1.0, 0.0), times(z, z)))


def sech_squared(u: Pair) -> Pair:
    """1 / cosh²(u) of a pair."""
    root = sech(u)
    return times(root, root)


def sin(u: Pair) -> Pair:
    """The sine of a pair."""
    return _turned(u, 0)


def cos(u: Pair) -> Pair:
    """The cosine of a pair."""
    return _turned(u, 1)


def erf(u: Pair) -> Pair:
    """The error function of a pair, from 2x exp(−x²)/√π · (1 + 2x²/3 + (2x²)²/(3·5) + …), whose terms are positive."""
    near = np.abs(u[0]) < _FAR
    inside = (np.where(near, u[0], 0.0), np.where(near, u[1], 0.0))
    square = times(inside, inside)
    series: Pair = (1.0, 0.0)
    for odd in range(_erf_terms(float(np.max(square[0], initial=0.0))), 1, -2):
        series = plus((1.0, 0.0), over(times((2 * square[0], 2 * square[1]), series), (float(odd), 0.0)))
    factor = times(exp((-square[0], -square[1])), over((2 * inside[0], 2 * inside[1]), _SQRT_PI))
    result = times(factor, series)
    return np.where(near, result[0], np.sign(u[0])), np.where(near, result[1], 0.0)


def _erf_terms(square: float) -> int:
    """The odd number at which the series of `erf` may end, where x² is at most so large."""
    odd, term = 1, 1.0
    while term > _NEGLIGIBLE:
        odd += 2
        term *= 2 * square / odd
    return odd


def erfc(u: Pair) -> Pair:
    """1 − erf(u) of a pair; its last digits are those of 1."""
    return minus((1.0, 0.0), erf(u))


def normal_cdf(u: Pair) -> Pair:
    """(1 + erf(u/√2)) / 2 of a pair; its last digits are those of 1."""
    high, low = plus((1.0, 0.0), erf(over(u, _SQRT_2)))
    return high / 2, low / 2


def normal_pdf(u: Pair) -> Pair:
    """exp(−u²/2) / √(2π) of a pair."""
    square = times(u, u)
    return over(exp((-square[0] / 2, -square[1] / 2)), times(_SQRT_2, _SQRT_PI))


ARITHMETIC: dict[str, Callable[[Pair, Pair], Pair]] = {"+": plus, "-": minus, "*": times, "/": over}


def _product_error(first: Any, second: Any, product: Any) -> Any:
    """What rounding took from a product, by Veltkamp's splitting and Dekker's product (there is no fused one here)."""
    first_high, first_low = _halves(first)
    second_high, second_low = _halves(second)
    return first_low * second_low - (
        ((product - first_high * second_high) - first_low * second_high) - first_high * second_low
    )


def _halves(value: Any) -> Pair:
    scaled = 134217729.0 * value  # 2**27 + 1
    high = scaled - (scaled - value)
    return high, value - high


def _settled(high: Any, low: Any) -> Pair:
    """A pair without what overflow left in its second half."""
    return high, np.where(np.isfinite(low), low, 0.0)


FUNCTIONS: dict[str, Callable[..., Pair]] = {
    "cos": cos,
    "erf": erf,
    "erfc": erfc,
    "exp": exp,
    "expm1": expm1,
    "expm1_gap": expm1_gap,
    "log": log,
    "log1p": log1p,
    "log_sigmoid": log_sigmoid,
    "normal_cdf": normal_cdf,
    "normal_pdf": normal_pdf,
    "root_sum": root_sum,
    "sech": sech,
    "sech_squared": sech_squared,
    "sigmoid": sigmoid,
    "sigmoid_power": sigmoid_power,
    "sin": sin,
    "softplus": softplus,
    "sqrt": root,
    "tanh": tanh,
}

_LN_2: Pair = (0.6931471805599453, 2.3190468138462996e-17)  # ln 2 and what rounding took from it
_HALVINGS = 6
_SQRT_2: Pair = (1.4142135623730951, -9.667293313452913e-17)
_SQRT_PI: Pair = (1.772453850905516, -7.666586499825799e-17)
_HALF_PI = ((1.5707963267948966, 6.123233995736766e-17), -1.4973849048591698e-33)  # π/2 in three parts
_FAR = 6.0  # from here on erf is 1 to float64, and its difference from 1 of no use in a sum
_NEGLIGIBLE = 2.0**-110  # beside 1, in a pair
_LARGEST_ANGLE = 2.0**30  # larger ones cannot be reduced with three parts of π/2


def _reduced(u: Pair) -> tuple[Pair, Any]:
    """What is left of `u` within ±ln(2)/2 when a whole number of ln 2 is taken away, and that number."""
    twos = np.rint(np.clip(u[0], -1500.0, 1500.0) / _LN_2[0])
    rest = minus((np.clip(u[0], -1500.0, 1500.0), u[1]), times((twos, 0.0), _LN_2))
    return rest, twos.astype(np.int64)


def _small_expm1(u: Pair) -> Pair:
    """exp(u) − 1 within ±ln(2)/2: Taylor's series of u/64, doubled six times by expm1(2m) = expm1(m)(expm1(m) + 2)."""
    m = (u[0] / 2**_HALVINGS, u[1] / 2**_HALVINGS)
    tail = 1 + m[0] / 6 * (1 + m[0] / 7 * (1 + m[0] / 8 * (1 + m[0] / 9)))
    series: Pair = (tail, 0.0)
    for k in (5, 4, 3, 2):
        series = plus((1.0, 0.0), over(times(m, series), (float(k), 0.0)))
    result = times(m, series)
    for _ in range(_HALVINGS):
        result = times(result, plus((2.0, 0.0), result))
    return result


def _turned(u: Pair, quarters: int) -> Pair:
    """sin(u + quarters·π/2), from Taylor's series of sine and cosine within ±π/4."""
    near = np.abs(u[0]) < _LARGEST_ANGLE
    turns = np.rint(np.where(near, u[0], 0.0) / _HALF_PI[0][0])
    rest = minus(minus(u, times((turns, 0.0), _HALF_PI[0])), (turns * _HALF_PI[1], 0.0))
    rest = (np.where(near, rest[0], 0.0), np.where(near, rest[1], 0.0))
    square = times(rest, rest)
    quadrant = np.mod(turns + quarters, 4.0)
    odd = np.mod(quadrant, 2.0)  # 1 where the cosine of the rest is wanted, 0 where the sine is
    series: Pair = (1.0, 0.0)
    for k in range(26, 0, -2):
        series = minus((1.0, 0.0), over(times(square, series), ((k - odd) * (k + 1 - odd), 0.0)))
    result = times(series, (np.where(odd == 1, 1.0, rest[0]), np.where(odd == 1, 0.0, rest[1])))
    sign = np.where(quadrant < 2, 1.0, -1.0)
    plain = np.sin(u[0]) if quarters == 0 else np.cos(u[0])
    return np.where(near, sign * result[0], plain), np.where(near, sign * result[1], 0.0)


def _minus_magnitude(u: Pair) -> Pair:
    sign = np.where(u[0] >= 0, -1.0, 1.0)
    return sign * u[0], sign * u[1]

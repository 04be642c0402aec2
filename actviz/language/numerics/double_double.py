"""Arithmetic in pairs of float64 numbers: about 32 significant digits where 16 are not enough.

A pair is an unevaluated sum: the second number is what rounding took from the first. Both may be arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

Pair = tuple[Any, Any]


def plus(first: Pair, second: Pair) -> Pair:
    """The sum of two pairs (Knuth's two-sum), whose first number holds all it can also where the terms cancel."""
    total = first[0] + second[0]
    other = total - first[0]
    error = (first[0] - (total - other)) + (second[0] - other)
    high, low = _settled(total, error + (first[1] + second[1]))
    total = high + low
    return total, np.where(total == high, low, low - (total - high))


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
    """exp(u) − 1 − u of a pair, from its series u²/2 + u³/6 + … near 0."""
    return _by_case(np.abs(u[0]) < _GAP_SERIES, u, _gap_near, lambda u: minus(expm1(u), u))


def root_sum(u: Pair, b: Pair) -> Pair:
    """The sum u + √(u² + b) of pairs, as b / (√(u² + b) − u) where u is negative."""
    sizes = root(plus(times(u, u), b))
    return _chosen(u[0] < 0, over(b, minus(sizes, u)), plus(u, sizes))


def log(u: Pair) -> Pair:
    """The logarithm of a pair."""
    return _by_case(np.abs(u[0] - 1.0) < 0.5, u, lambda u: _log_beside_one(minus(u, (1.0, 0.0))), _log_apart)


def log1p(u: Pair) -> Pair:
    """ln(1 + u) of a pair."""
    return _by_case(np.abs(u[0]) < 0.5, u, _log_beside_one, lambda u: _log_apart(plus((1.0, 0.0), u)))


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


def sinh(u: Pair) -> Pair:
    """The hyperbolic sine of a pair."""
    sign = np.where(u[0] >= 0, 0.5, -0.5)
    gap = expm1((np.abs(u[0]), 2 * sign * u[1]))
    high, low = plus(gap, over(gap, plus((1.0, 0.0), gap)))
    return sign * high, sign * low


def cosh(u: Pair) -> Pair:
    """The hyperbolic cosine of a pair."""
    z = exp(absolute(u))
    high, low = plus(z, over((1.0, 0.0), z))
    return high / 2, low / 2


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


def tan(u: Pair) -> Pair:
    """The tangent of a pair."""
    return over(sin(u), cos(u))


def atan(u: Pair) -> Pair:
    """The arc tangent of a pair: NumPy's, and the tangent of the angle that is left. Beyond ±1 from that of 1/u."""
    inside = np.abs(u[0]) <= 1.0
    v = _chosen(inside, u, over((1.0, 0.0), u))
    first = (np.arctan(v[0]), 0.0)
    sine, cosine = sin(first), cos(first)
    angle = plus(first, over(minus(times(v, cosine), sine), plus(cosine, times(v, sine))))
    sign = np.sign(u[0])
    right = (sign * _HALF_PI[0], sign * _HALF_PI[1])
    return _chosen(inside, angle, minus(right, angle))


def asinh(u: Pair) -> Pair:
    """The inverse hyperbolic sine of a pair, ln(1 + v) with v = |u| + u²/(1 + √(1 + u²))."""
    sign = np.where(u[0] >= 0, 1.0, -1.0)
    size, square = (sign * u[0], sign * u[1]), times(u, u)
    one = (1.0, 0.0)
    high, low = log1p(plus(size, over(square, plus(one, root(plus(one, square))))))
    return sign * high, sign * low


def absolute(u: Pair) -> Pair:
    """The magnitude of a pair."""
    high, low = _minus_magnitude(u)
    return -high, -low


def erf(u: Pair) -> Pair:
    """The error function of a pair."""
    return _by_case(np.abs(u[0]) < _NEAR, u, _erf_near, _erf_far)


def erfc(u: Pair) -> Pair:
    """1 − erf(u) of a pair, with all its digits in the tail."""
    return _by_case(u[0] < _NEAR, u, lambda u: minus((1.0, 0.0), erf(u)), _erfc_far)


def normal_cdf(u: Pair) -> Pair:
    """½ erfc(−u/√2) of a pair."""
    high, low = erfc(over((-u[0], -u[1]), _SQRT_2))
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


def _chosen(condition: Any, first: Pair, second: Pair) -> Pair:
    return np.where(condition, first[0], second[0]), np.where(condition, first[1], second[1])


def _by_case(condition: Any, u: Pair, first: Callable[[Pair], Pair], second: Callable[[Pair], Pair]) -> Pair:
    """The first function of `u` where the condition holds and the second elsewhere, each computed if it is needed."""
    if np.all(condition):
        return first(u)
    return _chosen(condition, first(u), second(u)) if np.any(condition) else second(u)


FUNCTIONS: dict[str, Callable[..., Pair]] = {
    "abs": absolute,
    "asinh": asinh,
    "atan": atan,
    "cos": cos,
    "cosh": cosh,
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
    "sinh": sinh,
    "softplus": softplus,
    "sqrt": root,
    "tan": tan,
    "tanh": tanh,
}

_LN_2: Pair = (0.6931471805599453, 2.3190468138462996e-17)  # ln 2 and what rounding took from it
_HALVINGS = 6
_SQRT_2: Pair = (1.4142135623730951, -9.667293313452913e-17)
_SQRT_PI: Pair = (1.772453850905516, -7.666586499825799e-17)
_HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33)  # π/2 in three parts
LARGEST_ANGLE = 2.0**20  # larger ones keep too few digits when turns are taken away
_GAP_SERIES, _GAP_TERMS = 0.03, 17
_NEAR, _ERF_TERMS = 1.0, 63  # where the series of erf is used, and the last odd number in it
_SPACING = 23 / 64  # of the trapezoids; their squares are exact, and what they miss is exp(−(π/_SPACING)²) = 1e-33
_TRAPEZOIDS = 25


def _reduced(u: Pair) -> tuple[Pair, Any]:
    """What is left of `u` within ±ln(2)/2 when a whole number of ln 2 is taken away, and that number."""
    twos = np.rint(np.clip(u[0], -1500.0, 1500.0) / _LN_2[0])
    rest = minus((np.clip(u[0], -1500.0, 1500.0), u[1]), times((twos, 0.0), _LN_2))
    return rest, twos.astype(np.int64)


def _small_expm1(u: Pair) -> Pair:
    """exp(u) − 1 within ±ln(2)/2: Taylor's series of u/64, doubled six times by expm1(2m) = expm1(m)(expm1(m) + 2)."""
    m = (u[0] / 2**_HALVINGS, u[1] / 2**_HALVINGS)
    tail = 1 + m[0] / 8 * (1 + m[0] / 9 * (1 + m[0] / 10 * (1 + m[0] / 11)))
    series: Pair = (tail, 0.0)
    for k in (7, 6, 5, 4, 3, 2):
        series = plus((1.0, 0.0), over(times(m, series), (float(k), 0.0)))
    result = times(m, series)
    for _ in range(_HALVINGS):
        result = times(result, plus((2.0, 0.0), result))
    return result


def _gap_near(u: Pair) -> Pair:
    """exp(u) − 1 − u from its series u²/2 + u³/6 + …."""
    inside = _chosen(np.abs(u[0]) < _GAP_SERIES, u, (0.0, 0.0))
    series: Pair = (1.0, 0.0)
    for k in range(_GAP_TERMS, 2, -1):
        series = plus((1.0, 0.0), over(times(inside, series), (float(k), 0.0)))
    high, low = times(times(inside, inside), series)
    return high / 2, low / 2


def _log_apart(u: Pair) -> Pair:
    """The logarithm of a pair that is not beside 1: NumPy's of the mantissa, and one step of Newton's method."""
    mantissa, twos = np.frexp(u[0])
    m = (mantissa, np.ldexp(u[1], -twos))
    first = np.log(mantissa)
    whole = times((twos.astype(np.float64), 0.0), _LN_2)
    return plus(whole, plus((first, 0.0), minus(times(m, exp((-first, 0.0))), (1.0, 0.0))))


def _log_beside_one(u: Pair) -> Pair:
    """ln(1 + u) for small u: NumPy's, and one step of Newton's method."""
    first = np.log1p(u[0])
    return plus((first, 0.0), over(minus(u, expm1((first, 0.0))), plus((1.0, 0.0), u)))


def _erf_near(u: Pair) -> Pair:
    """The error function from 2u exp(−u²)/√π · (1 + 2u²/3 + (2u²)²/(3·5) + …), whose terms are positive."""
    inside = _chosen(np.abs(u[0]) < _NEAR, u, (0.0, 0.0))
    square = times(inside, inside)
    double = (2 * square[0], 2 * square[1])
    series: Pair = (1.0, 0.0)
    for odd in range(_ERF_TERMS, 1, -2):
        series = plus((1.0, 0.0), over(times(double, series), (float(odd), 0.0)))
    factor = times(exp((-square[0], -square[1])), over((2 * inside[0], 2 * inside[1]), _SQRT_PI))
    return times(factor, series)


def _erf_far(u: Pair) -> Pair:
    sign = np.where(u[0] >= 0, 1.0, -1.0)
    high, low = minus((1.0, 0.0), _erfc_far(u))
    return sign * high, sign * low


def _erfc_far(u: Pair) -> Pair:
    """erfc(|u|) for |u| ≥ 1, from (z/π) exp(−z²) ∫ exp(−t²)/(t² + z²) dt by the trapezoidal rule (Chiarella & Reichel).

    The rule converges so fast that two dozen terms do; the pole at t = iz, if it is nearer than the spacing allows,
    is taken into account by what it is known to add.
    """
    magnitude = absolute(u)
    z = _chosen(magnitude[0] < _NEAR, (1.0, 0.0), _chosen(magnitude[0] > 40.0, (40.0, 0.0), magnitude))
    square = times(z, z)
    total: Pair = (0.0, 0.0)
    for place, weight in _trapezoids():
        total = plus(total, over(weight, plus(square, (place, 0.0))))
    total = plus(over((1.0, 0.0), square), (2 * total[0], 2 * total[1]))
    scale = over(times(z, (_SPACING / 2, 0.0)), _HALF_PI[:2])
    result = times(times(exp((-square[0], -square[1])), scale), total)
    period = over(times(z, _HALF_PI[:2]), (_SPACING / 4, 0.0))  # 2πz/h
    pole = _chosen(z[0] * _SPACING < 2 * _HALF_PI[0], over((2.0, 0.0), expm1(period)), (0.0, 0.0))
    return minus(result, pole)


@cache
def _trapezoids() -> tuple[tuple[float, Pair], ...]:
    """(t², exp(−t²)) at the places of the trapezoidal rule on one side of 0, the smallest first."""
    places = [(k * _SPACING) ** 2 for k in range(_TRAPEZOIDS, 0, -1)]
    weights = (exp((np.float64(-place), 0.0)) for place in places)
    return tuple(zip(places, weights, strict=True))


def _turned(u: Pair, quarters: int) -> Pair:
    """sin(u + quarters·π/2), from Taylor's series of sine and cosine within ±π/4."""
    near = np.abs(u[0]) < LARGEST_ANGLE
    turns = np.rint(np.where(near, u[0], 0.0) / _HALF_PI[0])
    rest = u
    for part in _HALF_PI:  # one by one, for their products to be exact
        rest = minus(rest, times((turns, 0.0), (part, 0.0)))
    rest = _chosen(near, rest, (0.0, 0.0))
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

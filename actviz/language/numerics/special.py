"""NumPy forms of the elementary functions that neither overflow nor cancel.

Each takes and returns float64 arrays of any one shape. They are written so that the relative error stays a few
units in the last place everywhere, tails and neighbourhood of zero included, and so that ±inf gives the limit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from actviz.language.numerics import double_double

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"  # in quotes: numpy.typing takes time to load, and only type checkers ask

_erf = np.frompyfunc(math.erf, 1, 1)
_erfc = np.frompyfunc(math.erfc, 1, 1)
_SQRT_2PI = math.sqrt(2 * math.pi)
_TWO_OVER_SQRT_PI = 2 / math.sqrt(math.pi)
_MINUS_SQRT_HALF = (-math.sqrt(0.5), 4.833646656726457e-17)  # −√½ and what rounding took from it


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(−x)), from exp(−|x|) so that it keeps its digits on both sides."""
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, z) / (1.0 + z)


def softplus(x: Array) -> Array:
    """ln(1 + exp(x))."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def log_sigmoid(x: Array) -> Array:
    """ln(sigmoid(x)) = −softplus(−x)."""
    return -softplus(-x)


def sech(x: Array) -> Array:
    """1 / cosh(x), without the overflow of cosh."""
    with np.errstate(over="ignore"):
        return np.where(np.abs(x) < 700.0, 1.0 / np.cosh(x), 2.0 * np.exp(-np.abs(x)))


def sech_squared(x: Array) -> Array:
    """1 / cosh²(x), the derivative of tanh."""
    with np.errstate(over="ignore"):
        cosh = np.cosh(x)
        return np.where(np.abs(x) < 300.0, 1.0 / (cosh * cosh), 4.0 * np.exp(-2.0 * np.abs(x)))


def erf(x: Array) -> Array:
    """The error function, element by element through the C library (NumPy has none)."""
    return np.asarray(_erf(x), dtype=np.float64)


def erfc(x: Array) -> Array:
    """1 − erf(x) without the cancellation, element by element through the C library."""
    return np.asarray(_erfc(x), dtype=np.float64)


def normal_pdf(x: Array) -> Array:
    """exp(−x²/2) / √(2π), corrected for the rounding of the square, which the tail magnifies."""
    bounded = np.clip(x, -40.0, 40.0)  # the density is below the smallest float64 from 38.6 on
    square, rest = double_double.times((bounded, 0.0), (bounded, 0.0))
    density = np.exp(-0.5 * square)
    return np.asarray((density - density * (0.5 * rest)) / _SQRT_2PI, dtype=np.float64)


def normal_cdf(x: Array) -> Array:
    """The standard normal distribution function, ½ erfc(−x/√2), corrected for the rounding of x/√2."""
    bounded = np.clip(x, -40.0, 40.0)  # 0 and 1 to the last digit from there on
    scaled, rest = double_double.times((bounded, 0.0), _MINUS_SQRT_HALF)
    return np.asarray(0.5 * (erfc(scaled) - _TWO_OVER_SQRT_PI * np.exp(-scaled * scaled) * rest), dtype=np.float64)


def tanh_gap(x: Array) -> Array:
    """The gap x − tanh(x) = x³ / (K + x²) with K = 3 + x²/(5 + x²/(7 + …)), where the difference cancels."""
    square = x * x
    fraction = np.full_like(x, 35.0)
    for odd in range(33, 1, -2):
        fraction = odd + square / fraction
    return np.where(np.abs(x) < 3.0, x * square / (fraction + square), x - np.tanh(x))


def expm1_gap(x: Array) -> Array:
    """exp(x) − 1 − x, from its series x²/2 + x³/6 + … near 0."""
    series = np.zeros_like(x)
    for k in range(20, 1, -1):
        series = 1.0 / math.factorial(k) + x * series
    return np.where(np.abs(x) < 1.0, x * x * series, np.expm1(x) - x)


def softplus_gap(x: Array) -> Array:
    """softplus(x) − ln 2 = ln((1 + exp(x)) / 2)."""
    below = np.log1p(0.5 * np.expm1(np.minimum(x, 1.0)))
    return np.where(x < 1.0, below, x + (np.log1p(np.exp(-np.abs(x))) - math.log(2.0)))


def sinc_slope(x: Array) -> Array:
    """(x cos(x) − sin(x)) / x², the derivative of sin(x)/x, from its series −x/3 + x³/30 − … near 0."""
    square = x * x
    series = np.zeros_like(x)
    for k in range(12, 0, -1):
        series = (-1) ** k * 2 * k / math.factorial(2 * k + 1) + square * series
    return np.where(np.abs(x) < 1.5, x * series, (np.cos(x) - np.sin(x) / x) / x)


def sigmoid_power(x: Array, power: Array) -> Array:
    """sigmoid(x)**power, which stays when sigmoid(x) itself underflows."""
    high, low = double_double.times((np.minimum(x, 0.0), 0.0), (power, 0.0))
    tail = np.exp(high)
    base, rest = double_double.over((1.0, 0.0), double_double.plus((1.0, 0.0), (np.exp(-np.abs(x)), 0.0)))
    head = base**power * (1.0 + power * rest / base)
    return np.asarray((tail + tail * low) * head, dtype=np.float64)


def root_sum(x: Array, b: Array) -> Array:
    """The sum x + √(x² + b) for b ≥ 0, as b / (√(x² + b) − x) where x is negative."""
    root = np.sqrt(x * x + b)
    return np.where(x < 0, b / (root - x), x + root)


def atan_from_below(x: Array) -> Array:
    """atan(x) + π/2, the angle from the negative axis."""
    return np.arctan2(1.0, -x)


def atan_from_below_slope(x: Array) -> Array:
    """atan(x) + π/2 + x/(1 + x²) = (w − sin w)/2 with w twice the angle from the negative axis."""
    w = 2.0 * np.arctan2(1.0, -x)
    square = w * w
    series = np.zeros_like(w)
    for k in range(14, 0, -1):
        series = (-1) ** (k + 1) / math.factorial(2 * k + 1) + square * series
    return 0.5 * np.where(w < 2.0, w * square * series, w - np.sin(w))

"""NumPy forms of the elementary functions that neither overflow nor cancel.

Each takes and returns float64 arrays of any one shape. They are written so that the relative error stays a few
units in the last place everywhere, tails and neighbourhood of zero included, and so that ±inf gives the limit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_erf = np.frompyfunc(math.erf, 1, 1)
_erfc = np.frompyfunc(math.erfc, 1, 1)
_SQRT_2PI = math.sqrt(2 * math.pi)


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
    z = np.exp(-np.abs(x))
    return 2.0 * z / (1.0 + z * z)


def erf(x: Array) -> Array:
    """The error function, element by element through the C library (NumPy has none)."""
    return np.asarray(_erf(x), dtype=np.float64)


def erfc(x: Array) -> Array:
    """1 − erf(x) without the cancellation, element by element through the C library."""
    return np.asarray(_erfc(x), dtype=np.float64)


def normal_pdf(x: Array) -> Array:
    """exp(−x²/2) / √(2π). The square is split so that its rounding is not magnified in the tail."""
    bounded = np.clip(x, -40.0, 40.0)  # the density is below the smallest float64 from 38.6 on
    coarse = np.round(bounded * 2.0**16) / 2.0**16  # few enough bits for an exact square
    rest = np.exp(-0.5 * (bounded - coarse) * (bounded + coarse))
    return np.exp(-0.5 * coarse * coarse) * rest / _SQRT_2PI


def normal_cdf(x: Array) -> Array:
    """The standard normal distribution function, ½ erfc(−x/√2); what the argument loses by rounding is put back."""
    bounded = np.clip(x, -40.0, 40.0)  # 0 and 1 to the last digit from there on
    u = -bounded * _HALF_ROOT
    rest = _product_error(-bounded, _HALF_ROOT, u) - bounded * _HALF_ROOT_REST
    return 0.5 * (erfc(u) - 2.0 / math.sqrt(math.pi) * np.exp(-u * u) * rest)


_HALF_ROOT = math.sqrt(0.5)
_HALF_ROOT_REST = -4.833646656726457e-17  # 1/√2 less that float64


def _product_error(a: Array, b: float, product: Array) -> Array:
    """a·b less its float64 product, exactly (Dekker 1971)."""
    split = 134217729.0  # 2²⁷ + 1
    high_a, high_b = a * split - (a * split - a), b * split - (b * split - b)
    low_a, low_b = a - high_a, b - high_b
    return ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b

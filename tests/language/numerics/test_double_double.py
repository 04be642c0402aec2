"""Functions of pairs against mpmath: right to far more digits than float64 has, wherever they are used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf
from numpy.typing import NDArray

from actviz.language.numerics import double_double as pairs

Array = NDArray[np.float64]
Reference = Callable[[Any], Any]
BITS = 800  # so that the reference itself cancels nothing
DIGITS = 1e-27  # relative
SMALLEST, LARGEST = 2.0**-900, 2.0**990  # results beyond have no second half, or one that cannot be multiplied


def logistic(u: Any) -> Any:
    return 1 / (1 + mpmath.exp(-u))


# Each with the ends of the range in which its result is a float64 or it is used.
REFERENCES: dict[str, tuple[Reference, float, float]] = {
    "abs": (abs, -1e300, 1e300),
    "asinh": (mpmath.asinh, -1e100, 1e100),
    "atan": (mpmath.atan, -1e290, 1e290),
    "cos": (mpmath.cos, -pairs.LARGEST_ANGLE, pairs.LARGEST_ANGLE),
    "cosh": (mpmath.cosh, -709.0, 709.0),
    "erf": (mpmath.erf, -1e300, 1e300),
    "erfc": (mpmath.erfc, -100.0, 28.0),
    "exp": (mpmath.exp, -745.0, 709.0),
    "expm1": (mpmath.expm1, -745.0, 709.0),
    "expm1_gap": (lambda u: mpmath.exp(u) - 1 - u, -745.0, 709.0),
    "log": (mpmath.log, 1e-300, 1e300),
    "log1p": (mpmath.log1p, -1.0, 1e300),
    "log_sigmoid": (lambda u: -mpmath.log1p(mpmath.exp(-u)), -745.0, 745.0),
    "normal_cdf": (mpmath.ncdf, -39.0, 100.0),
    "normal_pdf": (mpmath.npdf, -39.0, 39.0),
    "sech": (mpmath.sech, -709.0, 709.0),
    "sech_squared": (lambda u: mpmath.sech(u) ** 2, -370.0, 370.0),
    "sigmoid": (logistic, -745.0, 745.0),
    "sin": (mpmath.sin, -pairs.LARGEST_ANGLE, pairs.LARGEST_ANGLE),
    "sinh": (mpmath.sinh, -709.0, 709.0),
    "softplus": (lambda u: mpmath.log1p(mpmath.exp(u)), -745.0, 745.0),
    "sqrt": (mpmath.sqrt, 0.0, 1e290),
    "tan": (mpmath.tan, -pairs.LARGEST_ANGLE, pairs.LARGEST_ANGLE),
    "tanh": (mpmath.tanh, -745.0, 745.0),
}


def places(low: float, high: float) -> tuple[Array, Array]:
    """Pairs of all sizes between two ends, whole and half numbers among them, with a second half and without.

    There are more beside 1 and −1, where logarithms vanish, and multiples of π/2, where circular functions do.
    """
    draw = np.random.default_rng(3)
    sizes = 10 ** draw.uniform(-90, 290, 30)
    whole = np.concatenate([np.arange(0, 40.5, 0.5), [100.0, 300.0, 355.0, 512.0, 700.0, 709.0, 740.0, 103993.0, 1e6]])
    tiny = 10.0 ** -np.arange(1, 16)
    found = np.concatenate([sizes, whole, draw.uniform(0, 45, 60), draw.uniform(0, 745, 30), 1 + tiny, 1 - tiny, tiny])
    found = np.concatenate([found, np.arange(1, 12) * np.pi / 2, 2.0 ** np.arange(-6, 20)])
    found = np.unique(np.concatenate([found, -found]))
    found = found[(found > low) & (found < high)]
    second = found * draw.uniform(-1, 1, found.size) * 2.0**-54
    return np.concatenate([found, found]), np.concatenate([np.zeros(found.size), second])


@pytest.mark.parametrize("name", REFERENCES)
def test_twenty_seven_digits_are_right_everywhere(name: str) -> None:
    reference, *ends = REFERENCES[name]
    high, low = places(*ends)
    with np.errstate(all="ignore"):
        results = np.broadcast_arrays(*pairs.FUNCTIONS[name]((high, low)))
    with mp.workprec(BITS):
        for a, b, c, d in zip(high.tolist(), low.tolist(), *(part.tolist() for part in results), strict=True):
            u = mpf(a) + mpf(b)
            truth = reference(u)
            error = abs(mpf(c) + mpf(d) - truth)
            if truth == 0 or SMALLEST < abs(truth) < LARGEST:
                # A second half is rounded itself, and beside a zero of the function that shows.
                allowed = abs(reference(u * (1 + mpf(2) ** -105)) - truth) if b else 0
                assert error <= abs(truth) * DIGITS + allowed, (a, b)
            elif abs(truth) <= SMALLEST:
                assert error <= abs(truth) * mpf(1e-14) + mpf(2) ** -1064, (a, b)


@pytest.mark.parametrize("sign", [1, -1])
def test_root_sum_of_pairs(sign: int) -> None:
    u = (sign * np.array([3.0, 0.5, 40.0, 1e8]), np.array([1e-17, -2e-18, 1e-16, 0.0]))
    b = (np.array([1.0]), np.array([1e-18]))
    high, low = pairs.root_sum(u, b)
    with mp.workprec(BITS):
        for place in range(4):
            exact = mpf(float(u[0][place])) + mpf(float(u[1][place]))
            truth = exact + mpmath.sqrt(exact**2 + 1 + mpf(1e-18))
            assert abs(mpf(float(high[place])) + mpf(float(low[place])) - truth) < abs(truth) * DIGITS


@pytest.mark.parametrize("power", [2.0, 3.0, 0.37, 12.5])
def test_powers_of_the_sigmoid(power: float) -> None:
    high, low = places(-600 / power, 600)
    with np.errstate(all="ignore"):
        results = pairs.sigmoid_power((high, low), (np.float64(power), np.float64(0.0)))
    with mp.workprec(BITS):
        for a, b, c, d in zip(high.tolist(), low.tolist(), *(part.tolist() for part in results), strict=True):
            truth = logistic(mpf(a) + mpf(b)) ** mpf(power)
            assert abs(mpf(c) + mpf(d) - truth) < truth * DIGITS, a


def test_every_function_of_pairs_is_tested() -> None:
    assert set(pairs.FUNCTIONS) == {*REFERENCES, "root_sum", "sigmoid_power"}


def test_a_sum_that_cancels_is_a_pair_again() -> None:
    high, low = pairs.minus(pairs.plus((1.0, 0.0), (1e-20, 0.0)), (1.0, 0.0))
    assert (high, low) == (1e-20, 0)
    high, low = pairs.over((1.0, 0.0), (high, low))
    assert high == pytest.approx(1e20)


def test_angles_too_large_to_reduce_are_those_of_numpy() -> None:
    large = np.array([1e12, -3e200])
    high, low = pairs.sin((large, np.zeros(2)))
    assert high.tolist() == np.sin(large).tolist()
    assert low.tolist() == [0, 0]

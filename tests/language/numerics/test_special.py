"""Every elementary function against mpmath at 50 digits, in units in the last place."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf
from numpy.typing import NDArray

from actviz.language.functions import FUNCTIONS

Array = NDArray[np.float64]

INF = math.inf
SEED = 5


class Reference(NamedTuple):
    """A function in mpmath, and a bound on the error of the NumPy form.

    The bound is the largest error measured, which stands beside it, rounded up to 1 or to the next half. Measured
    with NumPy 2.4 on x86-64, with AVX-512, with AVX2 and with neither, over glibc 2.36.
    """

    exact: Callable[[Any], Any]
    ulps: float
    low: float = -INF
    high: float = INF


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x)) if x > -1000 else mpf(0)


def softplus(x: Any) -> Any:
    if x > 0:
        return x + mpmath.log1p(mpmath.exp(-x))
    return mpmath.log1p(mpmath.exp(x)) if x > -1000 else mpf(0)


def erfc(x: Any) -> Any:
    return mpmath.erfc(x) if abs(x) < 40 else mpf(0 if x > 0 else 2)


def normal_pdf(x: Any) -> Any:
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mp.pi) if abs(x) < 60 else mpf(0)


def normal_cdf(x: Any) -> Any:
    return erfc(-x / mpmath.sqrt(2)) / 2


REFERENCES: dict[str, Reference] = {
    "exp": Reference(mpmath.exp, 1, -740, 709.7),  # 0.67
    "expm1": Reference(mpmath.expm1, 1, -INF, 709.7),  # 0.76
    "log": Reference(mpmath.log, 1, 5e-324),  # 0.52
    "log1p": Reference(mpmath.log1p, 1, -1 + 2**-53),  # 0.74
    "sqrt": Reference(mpmath.sqrt, 0.5, 0),
    "abs": Reference(abs, 0),
    "sign": Reference(mpmath.sign, 0),
    "sin": Reference(mpmath.sin, 1),  # 0.51
    "cos": Reference(mpmath.cos, 1),  # 0.51
    "tan": Reference(mpmath.tan, 1),  # 0.68
    "atan": Reference(mpmath.atan, 1),  # 0.52
    "asinh": Reference(mpmath.asinh, 1.5),  # 1.33
    "sinh": Reference(mpmath.sinh, 1.5, -709.7, 709.7),  # 1.40
    "cosh": Reference(mpmath.cosh, 1, -709.7, 709.7),  # 0.97
    "tanh": Reference(mpmath.tanh, 2),  # 1.64
    "sech": Reference(lambda x: mpmath.sech(x) if abs(x) < 1000 else mpf(0), 2),  # 1.87
    "erf": Reference(lambda x: 1 - erfc(x) if abs(x) > 3 else mpmath.erf(x), 1),  # 0.90
    "erfc": Reference(erfc, 2.5),  # 2.25
    "sigmoid": Reference(sigmoid, 2.5),  # 2.07
    "softplus": Reference(softplus, 1.5),  # 1.37
    "log_sigmoid": Reference(lambda x: -softplus(-x), 1.5),  # 1.47
    "normal_pdf": Reference(normal_pdf, 3.5),  # 3.35
    "normal_cdf": Reference(normal_cdf, 3, -1),  # 2.05 from -1 on; below see the test of its tail
}


def points(reference: Reference) -> Array:
    random = np.random.default_rng(SEED)
    small = np.geomspace(1e-300, 1e-3, 200)
    huge = np.geomspace(1e3, 1e300, 60)
    special = np.array([5e-324, 1e-310, 2.2250738585072014e-308, 1 - 2**-53, 1, 1 + 2**-52, 20, 36.7, 37.5, 708, 744.5])
    zeros = np.pi / 2 * np.arange(1, 100)
    half = np.concatenate([small, huge, special, zeros, random.uniform(0, 5, 700), random.uniform(0, 45, 700)])
    half = np.concatenate([half, random.uniform(0, 745, 300)])
    around_one = 1 + random.uniform(-1e-3, 1e-3, 200)
    x = np.concatenate([half, -half, around_one, -around_one, [0.0]])
    return np.unique(x[(x >= reference.low) & (x <= reference.high)])


def errors(computed: Array, x: Array, exact: Callable[[Any], Any]) -> Array:
    """Distances from the exact values in ULPs of these; where the exact value is 0, any other is infinitely off."""
    found = []
    with mp.workdps(50):
        for result, at in zip(computed.tolist(), x.tolist(), strict=True):
            truth = exact(mpf(at))
            if truth == 0:
                found.append(0.0 if result == 0 else INF)
            else:
                found.append(float(abs(mpf(result) - truth) / mpf(math.ulp(float(truth)))))
    return np.array(found)


@pytest.mark.parametrize("name", REFERENCES)
def test_error_stays_below_its_bound(name: str) -> None:
    reference = REFERENCES[name]
    x = points(reference)
    found = errors(FUNCTIONS[name].numpy(x), x, reference.exact)
    assert found.max() <= reference.ulps, f"{found.max()} ULP at {x[found.argmax()]!r}"


def test_the_relative_error_of_normal_cdf_grows_no_faster_than_x_squared_in_its_tail() -> None:
    # The rounding of x/√2 is magnified by x²: 6.3 ULP at -2, 27 at -5, 103 at -10, 1648 at -37.5.
    x = np.concatenate([np.random.default_rng(SEED).uniform(-38.5, -1, 2000), [-38.4, -37.5, -5.0, -2.0]])
    found = errors(FUNCTIONS["normal_cdf"].numpy(x), x, normal_cdf)
    assert (found <= 3 + 1.5 * x * x).all()


def test_every_function_of_one_argument_has_a_reference() -> None:
    assert set(REFERENCES) == {name for name, function in FUNCTIONS.items() if function.most == 1}


LIMITS = {
    "exp": (0, INF),
    "expm1": (-1, INF),
    "abs": (INF, INF),
    "sign": (-1, 1),
    "atan": (-math.pi / 2, math.pi / 2),
    "asinh": (-INF, INF),
    "sinh": (-INF, INF),
    "cosh": (INF, INF),
    "tanh": (-1, 1),
    "sech": (0, 0),
    "erf": (-1, 1),
    "erfc": (2, 0),
    "sigmoid": (0, 1),
    "softplus": (0, INF),
    "log_sigmoid": (-INF, 0),
    "normal_pdf": (0, 0),
    "normal_cdf": (0, 1),
}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("far", [INF, 1e308])
def test_the_ends_are_the_limits_without_a_warning(name: str, far: float) -> None:
    x = np.array([-far, far]) if name not in ("exp", "expm1", "sinh", "cosh") else np.array([-INF, INF])
    left, right = FUNCTIONS[name].numpy(x).tolist()
    growing = {-INF: -far, INF: far} if name in ("abs", "softplus", "log_sigmoid") else {}
    if name == "asinh" and far < INF:
        assert -left == right == pytest.approx(math.asinh(far))
    else:
        assert (left, right) == tuple(growing.get(limit, limit) for limit in LIMITS[name])


@pytest.mark.parametrize("name", REFERENCES)
def test_nan_stays_nan(name: str) -> None:
    assert np.isnan(FUNCTIONS[name].numpy(np.array([math.nan, math.nan]))).all()


@pytest.mark.parametrize(
    "name", ["sin", "tan", "atan", "asinh", "sinh", "tanh", "erf", "expm1", "log1p", "sign", "sqrt"]
)
def test_zero_stays_zero_with_its_sign(name: str) -> None:
    zeros = FUNCTIONS[name].numpy(np.array([0.0, -0.0]))
    assert zeros.tolist() == [0, 0]
    assert np.signbit(zeros).tolist() == [False, True] or name == "sign"


@pytest.mark.parametrize("name", ["sin", "tan", "atan", "asinh", "sinh", "tanh", "expm1", "log1p"])
@pytest.mark.parametrize("x", [5e-324, 1e-310, 1e-300, 1e-200, 1e-17])
def test_near_zero_these_are_x_itself(name: str, x: float) -> None:
    assert FUNCTIONS[name].numpy(np.array([x, -x])).tolist() == [x, -x]


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "tanh", "normal_cdf", "erf", "exp", "expm1", "asinh", "atan"])
def test_rising_functions_never_fall(name: str) -> None:
    x = np.sort(np.random.default_rng(SEED).uniform(-40, 40, 20_000))
    steps = np.diff(FUNCTIONS[name].numpy(x))
    assert (steps >= 0).all()


def test_sigmoid_is_symmetric() -> None:
    x = np.random.default_rng(SEED).uniform(0, 30, 500)
    total = FUNCTIONS["sigmoid"].numpy(x) + FUNCTIONS["sigmoid"].numpy(-x)
    assert abs(total - 1).max() <= 2**-52


def test_even_functions_are_even_and_odd_ones_odd() -> None:
    x = np.random.default_rng(SEED).uniform(0, 40, 500)
    for name in ("cosh", "sech", "normal_pdf", "abs", "cos"):
        np.testing.assert_array_equal(FUNCTIONS[name].numpy(x), FUNCTIONS[name].numpy(-x))
    for name in ("sin", "tan", "atan", "asinh", "sinh", "tanh", "erf", "sign"):
        np.testing.assert_array_equal(FUNCTIONS[name].numpy(x), -FUNCTIONS[name].numpy(-x))


def test_minimum_maximum_and_clip_take_arrays_and_numbers() -> None:
    x = np.array([-2.0, 0.5, 9.0])
    assert FUNCTIONS["max"].numpy(x, np.float64(0), np.array([1.0, 2, 3])).tolist() == [1, 2, 9]
    assert FUNCTIONS["min"].numpy(x, np.float64(0)).tolist() == [-2, 0, 0]
    assert FUNCTIONS["clip"].numpy(x, np.float64(-1), np.float64(6)).tolist() == [-1, 0.5, 6]

"""Functions of pairs against mpmath: right to far more digits than float64 has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf
from numpy.typing import NDArray

from actviz.language import pairs

Array = NDArray[np.float64]
BITS = 2000  # so that the reference itself cancels nothing


def logistic(u: Any) -> Any:
    return 1 / (1 + mpmath.exp(-u))


EVERYWHERE: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "expm1_gap": lambda u: mpmath.exp(u) - 1 - u,
    "sigmoid": logistic,
    "softplus": lambda u: mpmath.log1p(mpmath.exp(u)),
    "log_sigmoid": lambda u: -mpmath.log1p(mpmath.exp(-u)),
    "tanh": mpmath.tanh,
    "sech": mpmath.sech,
    "sech_squared": lambda u: mpmath.sech(u) ** 2,
    "normal_pdf": mpmath.npdf,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "erf": mpmath.erf,
}
POSITIVE: dict[str, Callable[[Any], Any]] = {"sqrt": mpmath.sqrt, "log": mpmath.log, "log1p": mpmath.log1p}
ABSOLUTE: dict[str, Callable[[Any], Any]] = {"erfc": mpmath.erfc, "normal_cdf": mpmath.ncdf}  # right beside 1


def arguments(largest: float) -> tuple[Array, Array]:
    """Pairs of all sizes up to `largest`."""
    draw = np.random.default_rng(3)
    sizes = np.concatenate([10 ** draw.uniform(-100, 0, 40), draw.uniform(0, largest, 80)])
    high = sizes * draw.choice([-1.0, 1.0], sizes.size)
    return high, high * draw.uniform(-1, 1, high.size) * 2.0**-54


def errors(name: str, function: Callable[[Any], Any], u: tuple[Array, Array]) -> list[tuple[float, float, float]]:
    """(argument, relative error, absolute error) at every pair."""
    with np.errstate(all="ignore"):
        high, low = pairs.FUNCTIONS[name](u)
    found = []
    with mp.workprec(BITS):
        for a, b, c, d in zip(*(part.tolist() for part in (*u, high, np.broadcast_to(low, high.shape))), strict=True):
            truth = function(mpf(a) + mpf(b))
            error = abs(mpf(c) + mpf(d) - truth)
            found.append((a, float(error / abs(truth)) if abs(truth) > 1e-290 else 0.0, float(error)))
    return found


@pytest.mark.parametrize("name", EVERYWHERE)
def test_twenty_four_digits_are_right(name: str) -> None:
    largest = 5.9 if name == "erf" else 36.0 if name == "normal_pdf" else 600.0
    for at, relative, _ in errors(name, EVERYWHERE[name], arguments(largest)):
        assert relative < (1e-14 if name == "expm1_gap" and abs(at) < 1e-4 else 1e-24), at


@pytest.mark.parametrize("name", POSITIVE)
def test_twenty_four_digits_are_right_where_it_is_defined(name: str) -> None:
    high, low = arguments(600.0)
    for at, relative, _ in errors(name, POSITIVE[name], (abs(high), low * np.sign(high))):
        assert relative < 1e-24, at


@pytest.mark.parametrize("name", ABSOLUTE)
def test_twenty_four_decimals_are_right(name: str) -> None:
    for at, _, absolute in errors(name, ABSOLUTE[name], arguments(5.9)):
        assert absolute < 1e-24, at


def test_root_sum_of_pairs() -> None:
    u, b = (np.array([-3.0, 0.5, 40.0]), np.array([1e-17, -2e-18, 1e-16])), (np.array([1.0]), np.array([1e-18]))
    high, low = pairs.root_sum(u, b)
    with mp.workprec(BITS):
        for place in range(3):
            exact = mpf(float(u[0][place])) + mpf(float(u[1][place]))
            truth = exact + mpmath.sqrt(exact**2 + 1 + mpf(1e-18))
            assert abs(mpf(float(high[place])) + mpf(float(low[place])) - truth) < abs(truth) * mpf(10) ** -28


@pytest.mark.parametrize("power", [2.0, 3.0, 0.37, 12.5])
def test_powers_of_the_sigmoid(power: float) -> None:
    high, low = arguments(40.0)
    with np.errstate(all="ignore"):
        results = pairs.sigmoid_power((high, low), (np.float64(power), np.float64(0.0)))
    with mp.workprec(BITS):
        for a, b, c, d in zip(high.tolist(), low.tolist(), *(part.tolist() for part in results), strict=True):
            truth = logistic(mpf(a) + mpf(b)) ** mpf(power)
            assert abs(mpf(c) + mpf(d) - truth) < truth * mpf(10) ** -24


def test_every_function_of_pairs_is_tested() -> None:
    assert set(pairs.FUNCTIONS) == {*EVERYWHERE, *POSITIVE, *ABSOLUTE, "root_sum", "sigmoid_power"}


def test_angles_too_large_to_reduce_are_those_of_numpy() -> None:
    large = np.array([1e12, -3e200])
    high, low = pairs.sin((large, np.zeros(2)))
    assert high.tolist() == np.sin(large).tolist()
    assert low.tolist() == [0, 0]

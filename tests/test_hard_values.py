"""Values that float64 arithmetic loses: underflow, overflow and cancellation on the way, ties, edges of domains.

The truth is mpmath's, on the formula as published, at the float64 x and with the decimals of literals.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from actviz.api import get

NAN = math.nan
TENTH = "0.1"


def elu(x: Any) -> Any:
    return x if x > 0 else mp.expm1(x)


def relu(x: Any) -> Any:
    return max(x, mpf(0))


def selu(x: Any) -> Any:
    scale, alpha = mpf("1.0507009873554805"), mpf("1.6732632423543772")
    return scale * (x if x > 0 else alpha * mp.expm1(x))


def sqrt_softplus(x: Any) -> Any:
    return mp.sqrt(mp.log1p(mp.exp(x)))


def golu(x: Any) -> Any:
    return x * mp.exp(-mp.exp(-x))


HARD: list[tuple[str, float, int, Callable[[Any], Any]]] = [
    ("atan(exp(x))", 400.0, 1, lambda x: mp.atan(mp.exp(x))),
    ("log(normal_cdf(x))", -38.4, 1, lambda x: mp.log(mp.ncdf(x))),
    ("sqrt(normal_pdf(x))", -40.0, 0, lambda x: mp.sqrt(mp.npdf(x))),
    ("exp(-x)*exp(x**2/1000)", 800.0, 0, lambda x: mp.exp(-x + x * x / 1000)),
    ("bent_identity", 1e155, 1, lambda x: (mp.sqrt(x * x + 1) - 1) / 2 + x),
    ("bent_identity", -1e155, 1, lambda x: (mp.sqrt(x * x + 1) - 1) / 2 + x),
    ("1+x/sqrt(1+x**2)", 1e155, 0, lambda x: 1 + x / mp.sqrt(1 + x * x)),
    ("(x+sqrt(x**2+4))/2", 1e160, 1, lambda x: (x + mp.sqrt(x * x + 4)) / 2),
    ("x/(1+exp(-b*x))**a:a=2:b=1", -300.0, 1, lambda x: x / (1 + mp.exp(-x)) ** 2),
    ("elu(x)+1", -40.0, 0, lambda x: elu(x) + 1),
    ("relu(x)-relu(x-0.1)", 65.06749542457713, 0, lambda x: relu(x) - relu(x - mpf(TENTH))),
    ("relu(x)-relu(x-0.1)", 1e6, 0, lambda x: relu(x) - relu(x - mpf(TENTH))),
    ("relu(x+1)-relu(x-1)-1", 1e16, 0, lambda x: relu(x + 1) - relu(x - 1) - 1),
    ("log((1+exp(x))**1.5)", -100.0, 0, lambda x: mp.log1p(mp.exp(x)) * 3 / 2),
    *(("log(cosh(x))", x, 0, lambda x: mp.log(mp.cosh(x))) for x in (1e-16, 1e-15, 1e-14, 1e-13, 1e-12)),
    ("expm1(elu(expm1(x)))", 6.4964, 0, lambda x: mp.expm1(elu(mp.expm1(x)))),
    ("0.1*erfc(selu(x))*cos(erf(x*x))", 16.358, 0, lambda x: mpf(TENTH) * mp.erfc(selu(x)) * mp.cos(mp.erf(x * x))),
    ("sqrt_softplus", -740.0, 0, sqrt_softplus),
    ("sqrt_softplus", -800.0, 0, sqrt_softplus),
    ("sqrt_softplus", -250.0, 3, sqrt_softplus),
    ("sin(cosh(2*x))", 300.0, 0, lambda x: mp.sin(mp.cosh(2 * x))),
    ("sin(cosh(2*x))", 11.5, 1, lambda x: mp.sin(mp.cosh(2 * x))),
    ("min(erf(x),1)", 7.2188, 1, mp.erf),
    ("1/(1+exp(-x))**2", -250.0, 1, lambda x: 1 / (1 + mp.exp(-x)) ** 2),
    ("1e-308*x**2/1e-308", 1.1, 0, lambda x: x * x),
    ("x if x**1000 > 0 else sech(0.5*x)", -0.2, 2, lambda x: x),
]


@pytest.mark.parametrize(("spec", "x", "order", "formula"), HARD)
def test_what_float64_loses_is_right_to_the_last_bit(
    spec: str, x: float, order: int, formula: Callable[[Any], Any]
) -> None:
    activation = get(spec)
    with mp.workdps(640):
        step = mpf(10) ** -100 * max(abs(mpf(x)), 1)
        true = mp.diff(formula, mpf(x), order, h=step) if order else formula(mpf(x))
        expected = float(+true)
    alone = activation.derivative(x, order)
    assert alone == expected
    many = np.concatenate([np.linspace(-3, 3, 41), [x], np.linspace(-700, 700, 41)])
    assert activation.derivative(many, order)[41] == alone  # in company too
    most = np.concatenate([many, np.linspace(-1, 1, 10_000)])
    assert activation.derivative(most, order)[41] == pytest.approx(alone, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    ("spec", "x", "order", "published"),
    [
        ("eis_1", 400.0, 2, -3.0643e-175),
        ("aptx", 200.0, 2, -1.52447e-171),
        ("golu", -9000.0, 1, 0.0),
        ("x/(1+exp(-b*x))**a:a=2:b=1", -300.0, 1, -1.5876e-258),
    ],
)
def test_tails_of_entries(spec: str, x: float, order: int, published: float) -> None:
    assert get(spec).derivative(x, order) == pytest.approx(published, rel=1e-4, abs=0)


@pytest.mark.parametrize(
    ("spec", "x", "order", "expected"),
    [
        ("max(0,x)+min(0,a*(exp(x/a)-1)):a=2", 0.0, 1, 1.0),
        ("max(0,x)+min(0,2*(exp(x/2)-1))", 0.0, 1, 1.0),
        ("((x)**3)**(1/3)", 0.0, 1, 1.0),
        ("1 if 0.1*3 >= 0.3 else 0", 5.0, 0, 1.0),
        ("1 if 0.1 + 0.2 == 0.3 else 0", 5.0, 0, 1.0),
        ("1 if a*3 > 0.3 else 0:a=0.1", 5.0, 0, 1.0),
        ("x**2 if x == 1 else x + 5", 1.0, 1, 2.0),
        ("sqrt(x**2)", 0.0, 1, 0.0),
        ("(0.7/x) if x**2 > 0 else x", 1e-300, 1, -math.inf),
        ("tanh(1/(1-x))", 1.0, 0, NAN),
        ("-x**(x-0.3)", -1e300, 0, NAN),
        ("(x*x)**(-1000)", 0.0, 1, NAN),
        ("log(x)", -1.0, 1, NAN),
        ("soft_exponential:alpha=-1", -1.0, 0, NAN),
        ("soft_exponential:alpha=-1", -1.0, 1, NAN),
        ("soft_exponential:alpha=-1", -1.0, 2, NAN),
        ("soft_exponential:alpha=-1", 4.0, 1, 0.25),
    ],
)
def test_ties_and_edges(spec: str, x: float, order: int, expected: float) -> None:
    found = get(spec).derivative(x, order)
    assert found == expected or (math.isnan(found) and math.isnan(expected))


def test_high_derivatives_need_no_formula() -> None:
    """Among them the one that took SymPy 27 seconds."""
    found = get("smish").derivative(np.linspace(-700, 700, 200), 3)
    assert np.isfinite(found).all()
    with mp.workdps(60):
        smish = mp.diff(lambda x: x * mp.tanh(mp.log1p(1 / (1 + mp.exp(-x)))), mpf(1), 5, h=mpf(10) ** -8)
    assert get("smish").derivative(1.0, 5) == pytest.approx(float(smish), rel=1e-9)


def test_threads_give_what_one_thread_gives() -> None:
    specs = ["x - tanh(x)", "log(cosh(x))", "normal_cdf(x)", "gelu", "mish"] * 4
    x = np.concatenate([np.linspace(-30, 30, 50), [1e-20, 1e-8, 300.0]])
    expected = [get(spec).derivative(x, 2) for spec in specs]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda spec: get(spec).derivative(x, 2), specs))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("spec", ["mish", "max(tanh(x), x/3)*exp(-x*x)"])
def test_derivations_are_the_same_with_either_ground_types(spec: str) -> None:
    """SymPy computes with python-flint's integers where that is installed."""
    program = "from actviz.writing.derivations import derivation_text as text; import actviz; "
    program += f"print(text(actviz.derive({spec!r})))"
    outcomes = []
    for ground in ("python", "flint"):
        environment = os.environ | {"SYMPY_GROUND_TYPES": ground}
        run = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        outcomes.append(run.stdout)
    assert outcomes[0] == outcomes[1]

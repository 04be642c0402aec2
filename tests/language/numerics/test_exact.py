"""Exact values: cancellation, ties, limits, derivatives, and what has no value; against mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import ctx
from mpmath import mp, mpf

from actviz import get
from actviz.language.numerics import exact
from actviz.language.numerics.exact import Exact, UndefinedError
from actviz.language.numerics.real import FORMS
from actviz.language.parser import parse

INF = math.inf
NAN = math.nan
CLOSE = mpf(10) ** -49


def of(text: str, order: int = 0, **values: float) -> Exact:
    return Exact(parse(text), values, ("x",) * order)


def near(result: Any, truth: Any) -> bool:
    """Equal to 49 digits at least."""
    with mp.workdps(80):
        found = mpf(result.mid().str(75, radius=False))
        return bool(abs(found - truth) <= abs(truth) * CLOSE)


# Series and identities that do not cancel where the expression does.
CANCELLING: list[tuple[str, float, Callable[[Any], Any]]] = [
    ("x - tanh(x)", 1e-40, lambda x: x**3 / 3 - 2 * x**5 / 15 + 17 * x**7 / 315),
    ("x - tanh(x)", 1e-60, lambda x: x**3 / 3 - 2 * x**5 / 15 + 17 * x**7 / 315),
    ("x - sin(x)", 1e-50, lambda x: x**3 / 6 - x**5 / 120 + x**7 / 5040),
    ("exp(x) - 1 - x", 1e-55, lambda x: x**2 / 2 + x**3 / 6 + x**4 / 24),
    ("1 - cos(x)", 1e-45, lambda x: x**2 / 2 - x**4 / 24 + x**6 / 720),
    ("sqrt(1 + x) - 1", 1e-90, lambda x: x / 2 - x**2 / 8),
    ("1 - tanh(x)", 50.0, lambda x: 2 / (1 + mpmath.exp(2 * x))),
    ("1 - sigmoid(x)", 120.0, lambda x: 1 / (1 + mpmath.exp(x))),
    ("softplus(x) - x", 200.0, lambda x: mpmath.log1p(mpmath.exp(-x))),
    ("log(cosh(x))", 1e-40, lambda x: x**2 / 2 - x**4 / 12),
    ("(1 + x) - 1", 1e-100, lambda x: x),
    ("erf(x) - 1", 10.0, lambda x: -mpmath.erfc(x)),
    ("normal_cdf(x) - 1", 8.0, lambda x: -mpmath.erfc(x / mpmath.sqrt(2)) / 2),
]


@pytest.mark.parametrize(("text", "x", "truth"), CANCELLING)
def test_cancellation_costs_no_digits(text: str, x: float, truth: Callable[[Any], Any]) -> None:
    with mp.workdps(400):
        expected = truth(mpf(x))
    assert near(of(text)(x), expected)


def test_a_literal_stands_for_the_decimal_as_written() -> None:
    with mp.workdps(60):
        assert near(of("0.1")(0), mpf("0.1"))
        assert near(of("0.1*x")(3.0), mpf("0.3"))


def test_a_parameter_stands_for_its_float() -> None:
    assert of("a*x", a=0.1)(2.0) == 2 * mpf(0.1)


def test_the_constants_are_not_rounded_to_floats() -> None:
    with mp.workdps(60):
        assert near(of("pi")(0), +mp.pi)
        assert near(of("e*x")(2), 2 * mp.e)


def test_precision_outside_is_left_alone() -> None:
    before = ctx.prec, ctx.cap
    of("x - tanh(x)")(1e-40)
    of("x - tanh(x)", 2)(0.5)
    of("x*exp(x)").limit_at_infinity(-1)
    assert (ctx.prec, ctx.cap) == before


@pytest.mark.parametrize("name", [name for name in FORMS if name not in ("min", "max", "clip")])
@pytest.mark.parametrize("x", [0.37, 2.5, 12.0])
def test_forms_are_the_functions_they_are_named_for(name: str, x: float) -> None:
    independent: dict[str, Callable[[Any], Any]] = {
        "abs": abs,
        "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
        "softplus": lambda u: mpmath.log(1 + mpmath.exp(u)),
        "log_sigmoid": lambda u: -mpmath.log(1 + mpmath.exp(-u)),
        "normal_pdf": mpmath.npdf,
        "normal_cdf": mpmath.ncdf,
    }
    function = independent.get(name) or getattr(mpmath, name)
    for at in (x,) if name in ("log", "sqrt") else (x, -x / 15):
        with mp.workdps(60):
            truth = function(mpf(at))
        assert near(of(f"{name}(x)")(at), truth)


def test_minimum_maximum_and_clip() -> None:
    assert of("max(x, 1, a)", a=0)(-3) == 1
    assert of("min(x, 1, a)", a=0)(-3) == -3
    assert [of("clip(x, -1, 1)")(x) for x in (-3, 0.5, 3)] == [-1, 0.5, 1]


def test_conditions_are_decided_exactly() -> None:
    assert of("1 if 0.5*3 > 1.5 else 0")(0) == 0
    assert of("1 if x*x > 2 else 0")(1.4142135623730951) == 1
    assert of("1 if x*x > 2 else 0")(1.414213562373095) == 0
    assert of("1 if 0 < x <= 1 or x == 3 else 2 if not x < 0 else 4")(3) == 1
    assert [of("1 if 0 < x <= 1 or x == 3 else 2 if not x < 0 else 4")(x) for x in (1, 2, -1)] == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("log(x)", -1.0),
        ("sqrt(x)", -4.0),
        ("1/x", 0.0),
        ("x/x", 0.0),
        ("x**0.5", -2.0),
        ("x**-1", 0.0),
        ("log1p(x)", -1.5),
        ("1 if log(x) > 0 else 0", -1.0),
        ("max(log(x), 0)", -1.0),
    ],
)
def test_outside_the_domain_nearest_float_is_nan(text: str, x: float) -> None:
    with pytest.raises(ArithmeticError):
        of(text)(x)
    assert math.isnan(of(text).nearest_float(x))


@pytest.mark.parametrize(
    ("text", "x", "result"),
    [
        ("x**3", -2.0, -8),
        ("x**-2", -2.0, 0.25),
        ("2**x", 0.5, math.sqrt(2)),
        ("x**x", 0.0, 1),
        ("x**0.5", 0.0, 0),
        ("x**1.5", 4.0, 8),
        ("exp(x)/exp(x)", 1e6, 1),
        ("x/(1 + exp(-x))", -800.0, -0.0),
        ("exp(x)*exp(-x)", 1e9, 1),
        ("sigmoid(x)", -1e308, 0),
        ("exp(x)", 1e300, INF),
    ],
)
def test_nearest_float(text: str, x: float, result: float) -> None:
    assert of(text).nearest_float(x) == result


POLES: list[tuple[str, float, int, float]] = [
    ("1/x", 0.0, 0, NAN),
    ("1/x", -0.0, 0, NAN),
    ("1/x**2", 0.0, 0, INF),
    ("-1/x**2", 0.0, 0, -INF),
    ("log(x)", 0.0, 0, -INF),
    ("log1p(x)", -1.0, 0, -INF),
    ("log(abs(x))", 0.0, 0, -INF),
    ("log(abs(x))", 0.0, 1, NAN),
    ("sqrt(x)", 0.0, 1, INF),
    ("sqrt(x)", 0.0, 2, -INF),
    ("(x*x)**(-1000)", 0.0, 0, INF),
    ("(x*x)**(-1000)", 0.0, 1, NAN),
    ("(x/2)**(-1000)", 0.0, 0, INF),
    ("(x/2)**(-1000)", 0.0, 1, NAN),
    ("tanh(1/(1 - x))", 1.0, 0, NAN),
    ("exp(1/x)", 0.0, 0, NAN),
    ("x if x > 0 else log(-x)", 0.0, 0, NAN),
    ("((x - 0.5)**2)**(1/3)", 0.5, 1, NAN),
]


@pytest.mark.parametrize(("text", "x", "order", "expected"), POLES)
def test_a_pole_is_infinite_where_both_sides_agree(text: str, x: float, order: int, expected: float) -> None:
    found = of(text, order).nearest_float(x)
    assert found == expected or (math.isnan(found) and math.isnan(expected))


LIMITS: list[tuple[str, float, float]] = [
    ("x", -INF, INF),
    ("3", 3, 3),
    ("a*x", -INF, INF),
    ("exp(x)", 0, INF),
    ("x*exp(x)", 0, INF),
    ("x**5*exp(x)", 0, INF),
    ("x*sigmoid(1.702*x)", 0, INF),
    ("x*normal_cdf(x)", 0, INF),
    ("tanh(x)", -1, 1),
    ("x - tanh(x)", -INF, INF),
    ("1/x", 0, 0),
    ("x/sqrt(1 + x*x)", -1, 1),
    ("log(1 + exp(x))", 0, INF),
    ("exp(-exp(-x))", 0, 1),
    ("exp(exp(x))", 1, INF),
    ("atan(x)", -math.pi / 2, math.pi / 2),
    ("sin(x)/x", 0, 0),
    ("x if x > 0 else a", 0.5, INF),
    ("sin(x)", NAN, NAN),
    ("x*sin(x)", NAN, NAN),
    ("cos(x*x)", NAN, NAN),
    ("cos(2*pi*log(x)/log(10))", NAN, NAN),
    ("log(x)", NAN, INF),
    ("sqrt(-x)", INF, NAN),
]


@pytest.mark.parametrize(("text", "left", "right"), LIMITS)
def test_limits_at_infinity(text: str, left: float, right: float) -> None:
    tree = of(text, a=0.5)
    for sign, expected in ((-1, left), (1, right)):
        found = tree.limit_at_infinity(sign)
        assert found == expected or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize(
    ("text", "x", "left", "right"),
    [
        ("x", 0.0, 0, 0),
        ("1/x", 0.0, -INF, INF),
        ("1/(x*x)", 0.0, INF, INF),
        ("sin(x)/x", 0.0, 1, 1),
        ("expm1(x)/x", 0.0, 1, 1),
        ("x*log(x)", 0.0, NAN, 0),
        ("exp(1/x)", 0.0, 0, INF),
        ("tanh(1/x)", 0.0, -1, 1),
        ("1/(x - 2)", 2.0, -INF, INF),
        ("sin(1/x)", 0.0, NAN, NAN),
        ("exp(1/(x - 1))", 1.0, 0, INF),
        ("x + 1", 2.0, 3, 3),
    ],
)
def test_one_sided_limits(text: str, x: float, left: float, right: float) -> None:
    for side, expected in ((-1, left), (1, right)):
        found = of(text).limit_at(x, side)
        assert found == expected or (math.isnan(found) and math.isnan(expected))


DERIVATIVES: list[tuple[str, float, int, Callable[[Any], Any]]] = [
    ("x**3", 2.0, 1, lambda x: 3 * x**2),
    ("x**3", 2.0, 2, lambda x: 6 * x),
    ("exp(2*x)", -1.5, 3, lambda x: 8 * mpmath.exp(2 * x)),
    ("tanh(x)", 0.7, 1, lambda x: 1 / mpmath.cosh(x) ** 2),
    ("tanh(x)", 40.0, 1, lambda x: 1 / mpmath.cosh(x) ** 2),
    ("tanh(x)", 0.7, 2, lambda x: -2 * mpmath.tanh(x) / mpmath.cosh(x) ** 2),
    ("softplus(x)", -3.0, 1, lambda x: 1 / (1 + mpmath.exp(-x))),
    ("sigmoid(x)", -3.0, 1, lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2),
    ("x*normal_cdf(x)", 1.1, 1, lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x)),
    ("erf(x)", 0.3, 1, lambda x: 2 / mpmath.sqrt(mp.pi) * mpmath.exp(-x * x)),
    ("log(x)", 1e-5, 1, lambda x: 1 / x),
    ("sin(x)", 1e5, 4, mpmath.sin),
    ("tanh(x)", 0.0, 1, lambda _: 1),
    ("exp(x)", 1e-9, 1, mpmath.exp),
    ("sqrt(x)", 1e12, 2, lambda x: -(x ** mpf("-1.5")) / 4),
    ("5 + x", 1.0, 1, lambda _: 1),
    ("5", 3.0, 2, lambda _: 0),
]


@pytest.mark.parametrize(("text", "x", "order", "truth"), DERIVATIVES)
def test_derivatives_are_right_to_fifty_digits(text: str, x: float, order: int, truth: Callable[[Any], Any]) -> None:
    with mp.workdps(80):
        expected = truth(mpf(x))
    assert near(of(text, order)(x), expected)


PARTIALS: list[tuple[str, float, tuple[str, ...], Callable[[Any, Any], Any]]] = [
    ("exp(b*x)", 0.7, ("x", "b"), lambda x, b: (1 + b * x) * mpmath.exp(b * x)),
    ("exp(b*x)", -3.0, ("b", "x", "b"), lambda x, b: x * (2 + b * x) * mpmath.exp(b * x)),
    ("x**3*b**2", 0.0, ("x", "x", "x", "b"), lambda _x, b: 12 * b),
    ("b/x", 1e-9, ("x", "b"), lambda x, _b: -1 / x**2),
    ("sin(x) + cos(b)", 2.0, ("x", "b"), lambda _x, _b: 0),
    ("log(b + x)", 1e6, ("b",), lambda x, b: 1 / (b + x)),
]


@pytest.mark.parametrize(("text", "x", "variables", "truth"), PARTIALS)
def test_partial_derivatives_are_right_to_fifty_digits(
    text: str, x: float, variables: tuple[str, ...], truth: Callable[[Any, Any], Any]
) -> None:
    with mp.workdps(80):
        expected = truth(mpf(x), mpf(1.7))
    assert near(Exact(parse(text), {"b": 1.7}, variables)(x), expected)


def test_a_derivative_outside_the_domain_is_refused() -> None:
    with pytest.raises(ArithmeticError):
        of("log(x)", 1)(-1.0)


def test_fifty_digits_are_promised() -> None:
    assert exact.DIGITS == 50


def test_a_denominator_that_is_zero_at_first_is_computed_with_more_digits() -> None:
    with mp.workdps(800):
        truth = mp.npdf(36) / mp.ncdf(-36)
    assert near(of("normal_pdf(x)/(1 - normal_cdf(x))")(36.0), truth)


@pytest.mark.parametrize("text", ["1/(x - x)", "1/(sinh(x) - (exp(x) - exp(-x))/2)"])
def test_a_denominator_that_is_zero_has_no_quotient(text: str) -> None:
    with pytest.raises(UndefinedError):
        of(text)(0.0)


@pytest.mark.parametrize("text", ["sech(x)*sinh(x) - tanh(x)", "tanh(x) - 2*sigmoid(2*x) + 1", "exp(x)*exp(-x) - 1"])
@pytest.mark.parametrize("x", [0.3, -5.5, 40.0])
def test_what_only_rounding_keeps_from_zero_is_zero(text: str, x: float) -> None:
    assert of(text)(x) == 0


def test_a_bound_made_of_parameters_is_a_float64() -> None:
    hard_sigmoid = get("hard_sigmoid")
    assert hard_sigmoid(np.array([-3.0, 3.0])).tolist() == [0.0, 1.0]
    assert hard_sigmoid.derivative(np.array([-3.0, 3.0])).tolist() == [0.0, 0.0]


def test_a_mixed_derivative_at_a_kink_is_that_of_the_branch_taken() -> None:
    assert get("elu").curve(2, "x,alpha")(0.0) == 1.0

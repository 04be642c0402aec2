"""Derivatives at a point that has a case of its own, against mpmath's differences of the function around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from mpmath import mp, mpf

from actviz.analysis.derivation import derive
from actviz.calculus.removable import isolated
from actviz.calculus.symbolic import derivative
from actviz.curves.specs import resolve_one
from actviz.language.cases import fold
from actviz.language.notation.plain import Unicode
from actviz.language.parser import parse
from actviz.language.syntax import neat
from actviz.writing.derivations import derivation_text


def central(function: Callable[[Any], Any], x: float, order: int) -> float:
    """The derivative from differences that leave out the point itself, by Richardson's extrapolation."""
    with mp.workdps(400):
        step = mpf(10) ** -40
        half = [index + mpf(1) / 2 for index in range(-order - 4, order + 4)]  # nodes around x, never x
        height = [function(mpf(x) + step * node) for node in half]
        weights = mpmath.lu_solve(
            mpmath.matrix([[node**power for node in half] for power in range(len(half))]),
            mpmath.matrix([mpmath.factorial(order) if power == order else 0 for power in range(len(half))]),
        )
        return float(mpmath.fdot(weights, height) / step**order)


def sinc(u: Any) -> Any:
    return mpmath.sin(u) / u


CONTINUED: list[tuple[str, Callable[[Any], Any], float, tuple[int, ...]]] = [
    ("sinc", sinc, 0.0, (1, 2, 3, 4, 5)),
    ("x**2 if x == 1 else x", lambda u: u, 1.0, (1, 2)),
    ("x if x != 0 else 0", lambda u: u, 0.0, (1, 2)),
    ("relu(x) - relu(-x)", lambda u: u, 0.0, (1, 2)),
    ("log1p(x)/x if x != 0 else 1", lambda u: mpmath.log1p(u) / u, 0.0, (1, 2, 3)),
    ("sign(x)*log1p(abs(x))", lambda u: mpmath.sign(u) * mpmath.log1p(abs(u)), 0.0, (1,)),
    ("sin(a*x)/x if x != 0 else a:a=2", lambda u: mpmath.sin(2 * u) / u, 0.0, (1, 2)),
    ("sin(x - a)/(x - a) if x != a else 1:a=2", lambda u: sinc(u - 2), 2.0, (1, 2)),
    ("x**3 if x != 0 else 0", lambda u: u**3, 0.0, (1, 2, 3)),
    ("x if x**2 != 1 else x**3", lambda u: u, -1.0, (1,)),
    ("x + x*exp(-1/x**2) if x != 0 else 0", lambda u: u + u * mpmath.exp(-1 / u**2), 0.0, (1, 2)),
    ("expm1(x - 0.125)/(x - 0.125) if x != 0.125 else 1", lambda u: mpmath.expm1(u - 0.125) / (u - 0.125), 0.125, (1,)),
]


@pytest.mark.parametrize(
    ("text", "function", "x", "order"), [(text, f, x, order) for text, f, x, orders in CONTINUED for order in orders]
)
def test_the_derivative_at_a_point_of_its_own_is_the_limit(
    text: str, function: Callable[[Any], Any], x: float, order: int
) -> None:
    activation = resolve_one(text)
    assert activation.derivative(x, order) == pytest.approx(central(function, x, order), rel=1e-14, abs=1e-30)


def test_sinc_at_zero_to_the_fourth_order() -> None:
    sinc = resolve_one("sinc")
    assert [sinc.derivative(0.0, order) for order in (1, 2, 3, 4)] == [0, -1 / 3, 0, 1 / 5]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x if x != 0 else 0", "1"),
        ("x**3 if x != 0 else 0", "3x²"),
        ("sign(x)*log1p(abs(x))", "1/(x + 1) if x > 0, else 1/(1 − x)"),
        ("sin(x)/x if x != 0 else 1", "(x·cos(x) − sin(x))/x² if x ≠ 0, else 0"),
    ],
)
def test_a_case_is_kept_only_where_no_other_formula_is_right(text: str, written: str) -> None:
    assert Unicode().value(neat(derivative(parse(text), ("x",)))) == written


def test_in_a_parameter_too() -> None:
    """(e^αx − 1)/α + α and −ln(1 − α(x + α))/α have the slope 1 + x²/2 in α at 0."""
    activation = resolve_one("soft_exponential:alpha=0")
    assert [activation.derivative(x, wrt="alpha") for x in (-1.0, 0.5, 2.0)] == [1.5, 1.125, 3.0]


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("x**2 if x == 1 else x + 5", 1, 2),  # not continuous at 1
        ("sign(x)", 1, 0),
        ("sign(x)", 2, 0),
        ("abs(x) if x != 0 else 0", 1, 0),  # a kink
        ("sign(x)*x", 2, 0),  # a kink of f: f′ jumps, whatever f″ does
        ("sqrt(abs(x)) if x != 0 else 0", 1, 0),  # an infinite slope
    ],
)
def test_without_a_derivative_the_formula_of_the_point_is_kept(text: str, order: int, expected: float) -> None:
    place = 1.0 if "== 1" in text else 0.0
    assert resolve_one(text).derivative(place, order) == expected


def test_what_is_only_a_convention_is_called_one() -> None:
    text = re.sub(r"\s+", " ", derivation_text(derive(resolve_one("x**2 if x == 1 else x + 5"))))
    assert "f is 1 there but tends to 6 on both sides. f′ is 1 on both sides; by convention f′(1) = 2." in text


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        ("x if x > 0 else -x", set()),
        ("1 if x == 0 else x", {0}),
        ("1 if x != 0 else x", {1}),
        ("1 if x > 0 else 2 if x < 0 else 3", {2}),
        ("1 if x > 0 else 2 if x < -1 else 3", set()),
        ("1 if x > 0 else 2 if -x > 0 else 3", {2}),
        ("1 if 3*x == 1 else x", {0}),
        ("1 if x == a else x", {0}),
        ("1 if x == a else x if x > b else 2", set()),  # unknown without values
        ("1 if a > 0 else x if x == 0 else 2", {1}),
        ("1 if a == 0 else x", set()),  # holds for every x, or for none
        ("1 if x*x == 4 else x", {0}),
    ],
)
def test_cases_at_single_points_are_found(text: str, indices: set[int]) -> None:
    assert set(isolated(fold(parse(text)), "x")) == indices


def test_limits_that_are_not_known_are_not_called_equal() -> None:
    text = re.sub(r"\s+", " ", derivation_text(derive(resolve_one("abs(x)**0.999"))))
    assert "The limits of f′ are not known; it has no value there." in text

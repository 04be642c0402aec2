"""Derivatives through SymPy against mpmath's numerical differentiation of functions written here."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf
from reference.definition import Exact
from reference.formulas import FORMULAS

from actviz.calculus import symbolic
from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.language.cases import expand
from actviz.language.notation.plain import Notation
from actviz.language.numerics.float64 import apply
from actviz.language.parser import parse
from actviz.language.pieces import resolve, split
from actviz.language.syntax import Node
from actviz.registry.lookup import built_in

Function = Callable[..., Any]

PARAMETERS = {"a": 0.75, "b": -1.25}
POINTS = (-3.7, -1.1, -0.2, 0.3, 1.6, 4.9)
PLUS = tuple(point for point in POINTS if point > 0)


def logistic(u: Any) -> Any:
    return 1 / (1 + mpmath.exp(-u))


SMOOTH: list[tuple[str, Function, tuple[float, ...]]] = [
    ("x**3 - 2*x", lambda x: x**3 - 2 * x, POINTS),
    ("7", lambda _: mpf(7), POINTS),
    ("1/(1 + x**2)", lambda x: 1 / (1 + x**2), POINTS),
    ("x/3", lambda x: x / 3, POINTS),
    ("0.1*x**2", lambda x: mpf("0.1") * x**2, POINTS),
    ("a*exp(b*x)", lambda x: mpf(0.75) * mpmath.exp(mpf(-1.25) * x), POINTS),
    ("2**x", lambda x: mpf(2) ** x, POINTS),
    ("e**x + pi", lambda x: mpmath.exp(x) + mp.pi, POINTS),
    ("x**a", lambda x: x ** mpf(0.75), PLUS),
    ("x**x", lambda x: x**x, PLUS),
    ("x**-2", lambda x: x**-2, POINTS),
    ("x**1.5", lambda x: x ** mpf(1.5), PLUS),
    ("expm1(x)*x", lambda x: (mpmath.exp(x) - 1) * x, POINTS),
    ("log(x)/x", lambda x: mpmath.log(x) / x, PLUS),
    ("log1p(x*x)", lambda x: mpmath.log(1 + x * x), POINTS),
    ("sqrt(1 + x*x)", lambda x: mpmath.sqrt(1 + x * x), POINTS),
    ("sin(2*x) + cos(x)", lambda x: mpmath.sin(2 * x) + mpmath.cos(x), POINTS),
    ("tan(x/4)", lambda x: mpmath.tan(x / 4), POINTS),
    ("atan(x)", mpmath.atan, POINTS),
    ("asinh(x)", mpmath.asinh, POINTS),
    ("sinh(x) - cosh(2*x)", lambda x: mpmath.sinh(x) - mpmath.cosh(2 * x), POINTS),
    ("tanh(x)", mpmath.tanh, POINTS),
    ("sech(x)", mpmath.sech, POINTS),
    ("erf(x) + 2*erfc(x)", lambda x: mpmath.erf(x) + 2 * mpmath.erfc(x), POINTS),
    ("sigmoid(x)", logistic, POINTS),
    ("x*sigmoid(1.702*x)", lambda x: x * logistic(mpf("1.702") * x), POINTS),
    ("softplus(x)", lambda x: mpmath.log(1 + mpmath.exp(x)), POINTS),
    ("log_sigmoid(x)", lambda x: -mpmath.log(1 + mpmath.exp(-x)), POINTS),
    ("normal_pdf(x)", mpmath.npdf, POINTS),
    ("x*normal_cdf(x)", lambda x: x * mpmath.ncdf(x), POINTS),
    ("x*tanh(softplus(x))", lambda x: x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x))), POINTS),
    ("exp(-exp(-x))", lambda x: mpmath.exp(-mpmath.exp(-x)), POINTS),
    ("sqrt(x**2)", abs, POINTS),
]


def close(result: Any, truth: Any, digits: int) -> bool:
    return bool(abs(result - truth) <= (abs(truth) + mpf(10) ** -digits) * mpf(10) ** -digits)


@pytest.mark.parametrize(("text", "function", "points"), SMOOTH)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivative_agrees_with_numerical_differentiation(
    text: str, function: Function, points: tuple[float, ...], order: int
) -> None:
    tree = symbolic.derivative(parse(text), ("x",) * order)
    computed = apply(tree, np.array(points), PARAMETERS)
    for x, in_float in zip(points, computed.tolist(), strict=True):
        # A central difference over 10⁻²⁰ is right to some 35 digits; it cancels order·20 of those worked with.
        with mp.workdps(60 + 20 * order):
            truth = mpmath.diff(function, mpf(x), order, h=mpf(10) ** -20)
            assert close(Exact(tree, PARAMETERS)(x), truth, 30)
            assert close(mpf(in_float), truth, 11)


@pytest.mark.parametrize(
    ("text", "variable", "expected"),
    [
        ("x if x > 0 else a*x", "a", "0 if x > 0 else x"),
        ("a*x**2", "a", "x**2"),
        ("a*x", "x", "a"),
        ("a*x", "b", "0"),
        ("exp(a*x)", "a", "x*exp(a*x)"),
        ("x**a", "a", "x**a*log(x)"),
        ("a*b*x", "b", "a*x"),
    ],
)
def test_derivative_in_a_parameter(text: str, variable: str, expected: str) -> None:
    assert symbolic.derivative(parse(text), (variable,)) == parse(expected)


def test_second_derivative_in_a_parameter() -> None:
    tree = symbolic.derivative(parse("x*sigmoid(a*x)"), ("a",) * 2)
    for x in POINTS:
        with mp.workdps(60):
            truth = mpmath.diff(lambda a, x=x: mpf(x) * logistic(a * mpf(x)), mpf(0.75), 2)
            assert close(Exact(tree, PARAMETERS)(x), truth, 15)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("tanh(x)", 1, "sech(x)**2"),
        ("softplus(x)", 1, "sigmoid(x)"),
        ("log_sigmoid(x)", 1, "1 - sigmoid(x)"),
        ("sigmoid(x)", 1, "sigmoid(x)*(1 - sigmoid(x))"),
        ("normal_cdf(x)", 1, "normal_pdf(x)"),
        ("normal_pdf(x)", 1, "-(x*normal_pdf(x))"),
        ("expm1(x)", 1, "exp(x)"),
        ("log(x)", 1, "1/x"),
        ("sin(x)", 1, "cos(x)"),
        ("sin(x)", 2, "-sin(x)"),
        ("x**2", 1, "2*x"),
        ("x**2", 2, "2"),
        ("x**2", 3, "0"),
    ],
)
def test_derivatives_stay_in_the_careful_functions(text: str, order: int, expected: str) -> None:
    assert symbolic.derivative(parse(text), ("x",) * order) == parse(expected)


PIECEWISE = [
    ("x if x > 0 else 0", 1, "1 if x > 0 else 0"),
    ("x if x > 0 else a*x", 1, "1 if x > 0 else a"),
    ("x if x > 0 else a*expm1(x)", 2, "0 if x > 0 else a*exp(x)"),
    ("abs(x)", 1, "1 if x > 0 else -1"),
    ("max(x, 0)", 1, "1 if x > 0 else 0"),
    ("clip(x, 0, 6)", 1, "0 if x >= 6 else 1 if x > 0 else 0"),
    ("sign(x)", 1, "0"),
    ("x**2 if x > 1 else 2*x if x > 0 else 5", 1, "2*x if x > 1 else 2 if x > 0 else 0"),
    ("x if x > 0 else x", 1, "1"),
    ("x + 1 if a > 0 else x - 1", 1, "1"),
]


@pytest.mark.parametrize(("text", "order", "expected"), PIECEWISE)
def test_conditions_are_kept_and_equal_cases_merged(text: str, order: int, expected: str) -> None:
    assert symbolic.derivative(parse(text), ("x",) * order) == parse(expected)


def test_a_product_of_cases_is_differentiated_case_by_case() -> None:
    tree = symbolic.derivative(parse("max(x, 0)*(x if x > 1 else 2)"), ("x",))
    x = np.array([-1.0, 0.0, 0.5, 1.0, 3.0])
    assert apply(tree, x, {}).tolist() == [0, 0, 2, 2, 6]


def test_a_decimal_is_one_and_the_same_float_in_function_and_derivative() -> None:
    tree = symbolic.derivative(parse("0.044715*x**3"), ("x",))
    assert apply(tree, np.array([1.0]), {})[0] == 3 * 0.044715
    assert "0.044715" in Notation().value(tree)


def test_twelve_orders_are_possible() -> None:
    tree = symbolic.derivative(parse("exp(2*x)"), ("x",) * 12)
    assert apply(tree, np.array([0.0]), {})[0] == 4096


def test_a_derivative_too_long_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        symbolic.derivative(parse("x*tanh(softplus(x))*sigmoid(x**2)*atan(x)*log1p(x*x)"), ("x",) * 9)
    assert str(caught.value) == "the derivative is too long to be of use\nIt has over 10,000 operations."


@pytest.mark.parametrize("text", ["x*(-1)**x", "(-2)**(x/2)"])
def test_a_derivative_that_is_not_real_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        symbolic.derivative(parse(text), ("x",))
    assert str(caught.value) == (
        "the derivative has no real value\nThe expression divides by zero or leaves the real numbers."
    )


def test_equal_recognises_identities_and_never_claims_the_contrary() -> None:
    assert symbolic.equal(parse("sigmoid(x)*sigmoid(-x)"), parse("sigmoid(x)*(1 - sigmoid(x))")) is True
    assert symbolic.equal(parse("sech(x)**2"), parse("1 - tanh(x)**2")) is True
    assert symbolic.equal(parse("expm1(x)"), parse("exp(x) - 1")) is True
    assert symbolic.equal(parse("2*normal_cdf(x)"), parse("1 + erf(x/sqrt(2))")) is True
    assert symbolic.equal(parse("a*x"), parse("x*a")) is True
    assert symbolic.equal(parse("x"), parse("x + 1e-9")) is None
    assert symbolic.equal(parse("tanh(x)"), parse("sigmoid(x)")) is None


NAMES = list(FORMULAS)  # the first seven; tests/test_registry_truth.py proves them all
UNSETTLED: set[str] = set()  # entries whose derivative SymPy cannot prove; 50 digits must do for them


def pieces(value: Node, derivative: Node, values: dict[str, float]) -> list[tuple[Node, Node]]:
    """The formulas of the two between all their breakpoints."""
    cuts = [split(tree, values, -50, 50).breakpoints for tree in (value, derivative)]
    ends = [-50.0, *sorted({point.x for points in cuts for point in points}), 50.0]
    middles = [(low + high) / 2 for low, high in pairwise(ends)]
    return [(resolve(expand(value), values, x), resolve(expand(derivative), values, x)) for x in middles]


@pytest.mark.parametrize("name", NAMES)
def test_the_derivative_in_the_registry_is_sympys_in_every_piece(name: str) -> None:
    entry = built_in().find(name)
    assert entry is not None
    assert entry.derivative is not None
    proofs = [
        symbolic.equal(slope, symbolic.differentiated(value, ("x",)))
        for value, slope in pieces(entry.value, entry.derivative, entry.defaults)
    ]
    assert all(proof is True for proof in proofs) is (name not in UNSETTLED)


@pytest.mark.parametrize("name", NAMES)
def test_the_derivative_in_the_registry_is_right_to_fifty_digits(name: str) -> None:
    entry = built_in().find(name)
    assert entry is not None
    assert entry.derivative is not None
    random = np.random.default_rng(7)
    for values in (entry.defaults, {key: float(random.uniform(-3, 3)) for key in entry.defaults}):
        kinks = FORMULAS[name].kinks(**values)
        for x in random.uniform(-9, 9, 12).tolist():
            if x in kinks:
                continue
            by_definition = Exact(entry.value, values).derivative(x)
            with mp.workdps(60):
                assert close(Exact(entry.derivative, values)(x), by_definition, 48)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", [2, 3])
def test_higher_derivatives_of_entries_agree_with_their_papers(name: str, order: int) -> None:
    entry = built_in().find(name)
    assert entry is not None
    activation = Activation(entry)
    parameters = {key: mpf(value) for key, value in entry.defaults.items()}
    for x in (-2.3, -0.4, 0.6, 3.1):
        with mp.workdps(60 + 20 * order):
            truth = mpmath.diff(lambda u: FORMULAS[name].value(u, **parameters), mpf(x), order, h=mpf(10) ** -20)
        assert activation.derivative(x, order) == pytest.approx(float(truth), rel=1e-14, abs=1e-18)


def test_prelu_in_its_parameter_is_the_negative_part() -> None:
    entry = built_in().find("prelu")
    assert entry is not None
    x = np.array([-3.0, -0.5, 0.0, 2.0])
    assert Activation(entry).derivative(x, wrt="alpha").tolist() == np.minimum(0, x).tolist()


def test_sympy_is_exact_about_constants() -> None:
    tree = symbolic.derivative(parse("x**2/pi"), ("x",))
    assert apply(tree, np.array([1.0]), {})[0] == pytest.approx(2 / math.pi, rel=2**-52)

"""The rules, one at a time, and the derivatives they end in against mpmath's."""

from __future__ import annotations

import pytest
from mpmath import mp
from reference.definition import FORMS, Exact

from actviz.calculus.rules import PENDING, Rule, advance, derivative, is_open, known, pending
from actviz.language.cases import _EXPANSIONS
from actviz.language.functions import FUNCTIONS
from actviz.language.notation.plain import Notation
from actviz.language.parser import parse
from actviz.language.syntax import Number


def line(text: str, variable: str = "x") -> tuple[str, list[str]]:
    """What becomes of a derivative, and the names of the rules; a known derivative as an equation."""
    tree, rules = advance(pending(parse(text)), variable)
    return Notation().value(tree).replace(PENDING, "D"), [worded(rule) for rule in rules]


def worded(rule: Rule) -> str:
    if rule.left is None or rule.right is None:
        return rule.name
    return f"{Notation().value(rule.left)} -> {Notation().value(rule.right)}"


RULES = [
    ("3", "0", ["derivative of a constant"]),
    ("x", "1", ["x -> 1"]),
    ("a*x/2", "a/2", ["a*x/2 -> a/2"]),
    ("x + 2", "1", ["sum rule", "x -> 1"]),
    ("x**2 - sin(x) + 3*x + 5", "D(x**2) - D(sin(x)) + 3", ["sum rule"]),
    ("3*sin(x)", "3*cos(x)", ["constant factor", "sin(u) -> cos(u)"]),
    ("-sin(x)", "-cos(x)", ["constant factor", "sin(u) -> cos(u)"]),
    ("x*sin(x)", "D(x)*sin(x) + x*D(sin(x))", ["product rule"]),
    ("2*x*sin(x)", "2*(D(x)*sin(x) + x*D(sin(x)))", ["constant factor", "product rule"]),
    ("x*exp(x)*sin(x)", "D(x)*exp(x)*sin(x) + x*D(exp(x))*sin(x) + x*exp(x)*D(sin(x))", ["product rule"]),
    ("sin(x)/x", "(D(sin(x))*x - sin(x)*D(x))/x**2", ["quotient rule"]),
    ("sin(x)/3", "cos(x)/3", ["constant factor", "sin(u) -> cos(u)"]),
    ("3/sin(x)", "-(3*D(sin(x))/sin(x)**2)", ["reciprocal rule"]),
    ("x**3", "3*x**2", ["power rule"]),
    ("x**-2", "-2*x**-3", ["power rule"]),
    ("x**p", "p*x**(p - 1)", ["power rule"]),
    ("sin(x)**2", "2*sin(x)*D(sin(x))", ["chain rule", "power rule"]),
    ("2**x", "2**x*log(2)", ["exponential rule"]),
    ("2**sin(x)", "2**sin(x)*log(2)*D(sin(x))", ["chain rule", "exponential rule"]),
    ("x**x", "x**x*D(x*log(x))", ["logarithmic differentiation"]),
    ("tanh(b*x)", "sech(b*x)**2*b", ["chain rule", "tanh(u) -> sech(u)**2"]),
    ("tanh(x**2)", "sech(x**2)**2*D(x**2)", ["chain rule", "tanh(u) -> sech(u)**2"]),
    ("log(sin(x))", "D(sin(x))/sin(x)", ["chain rule", "log(u) -> 1/u"]),
]


@pytest.mark.parametrize(("text", "after", "rules"), RULES)
def test_one_rule_makes_one_line(text: str, after: str, rules: list[str]) -> None:
    assert line(text) == (after, rules)


def test_the_variable_may_be_a_parameter() -> None:
    assert line("x*tanh(b*x)", "b") == (
        "x*(sech(b*x)**2*x)",
        ["constant factor", "chain rule", "tanh(u) -> sech(u)**2"],
    )


def test_a_line_names_no_more_rules_than_a_reader_can_follow() -> None:
    tree = pending(parse("x**2 + sin(x) + exp(x) + tanh(x) + atan(x)"))
    lines = 0
    while is_open(tree):
        tree, rules = advance(tree, "x")
        lines += 1
        assert len(rules) <= 3
    assert lines == 3


@pytest.mark.parametrize("function", sorted(known()))
def test_known_derivatives_are_those_of_mpmath(function: str) -> None:
    for u in (0.3, 0.77, 2.5):
        with mp.workdps(40):
            truth = mp.diff(FORMS[function], u)
            value = Exact(known()[function], {"u": u})(0)
            assert abs(value - truth) < mp.mpf(10) ** -25 * max(1, abs(truth))


def test_every_smooth_function_of_the_language_has_a_known_derivative() -> None:
    assert set(known()) == set(FUNCTIONS) - set(_EXPANSIONS)


@pytest.mark.parametrize("text", ["x**3*exp(-x)", "sin(x)/(1 + x**2)", "(1 + x**2)**x", "log(1 + sqrt(1 + x**2))"])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_rules_applied_to_the_end_give_the_derivative(text: str, order: int) -> None:
    tree = function = parse(text)
    for _ in range(order):
        tree = derivative(tree, "x")
    with mp.workdps(30):
        assert abs(Exact(tree, {})(0.7) - Exact(function, {}).derivative(0.7, order)) < mp.mpf(10) ** -28


def test_the_derivative_of_a_constant_is_zero() -> None:
    assert derivative(parse("a + 1"), "x") == Number(0)

"""Derivatives come out as a person would write them, and mean what they meant."""

from __future__ import annotations

import pytest
from mpmath import mp, mpf
from reference.definition import Exact

from actviz.analysis.derivation import derive
from actviz.calculus.symbolic import derivative
from actviz.curves.specs import resolve_one
from actviz.language.cases import fold
from actviz.language.notation.plain import Unicode
from actviz.language.parser import parse
from actviz.language.syntax import neat

FORMS = [
    ("x*normal_cdf(x)", 1, "Φ(x) + x·φ(x)"),
    ("x*normal_cdf(x)", 2, "(2 − x²)·φ(x)"),
    ("x*normal_cdf(x)", 3, "x(x² − 4)·φ(x)"),
    ("0.5*x*(1 + erf(x/sqrt(2)))", 1, "Φ(x) + x·φ(x)"),
    ("x*sigmoid(x)", 1, "σ(x)·(1 + x(1 − σ(x)))"),
    ("x/(1 + exp(-x))", 1, "σ(x)·(1 + x(1 − σ(x)))"),
    ("x*exp(x)/(1 + exp(x))", 1, "σ(x)·(1 + x(1 − σ(x)))"),
    ("1/(1 + exp(-x))", 1, "σ(x)·(1 − σ(x))"),
    ("sigmoid(x)", 2, "σ(x)·(1 − σ(x))·(1 − 2·σ(x))"),
    ("log(1 + exp(x))", 1, "σ(x)"),
    ("softplus(x)", 2, "σ(x)·(1 − σ(x))"),
    ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", 1, "sech²(x)"),
    ("tanh(x)", 2, "−2·sech²(x)·tanh(x)"),
    ("x*tanh(softplus(x))", 1, "tanh(softplus(x)) + x·sech²(softplus(x))·σ(x)"),
    ("x**2/(1 + x**2)", 1, "2x/(x² + 1)²"),
    ("sqrt(1 + x**2)", 1, "x/√(x² + 1)"),
    ("sqrt(1 + x**2)", 2, "1/(x² + 1)^(3/2)"),
    ("sin(x)/x", 2, "((2 − x²)·sin(x) − 2x·cos(x))/x³"),
    ("x**x", 1, "xˣ·(1 + ln(x))"),
    ("log(x)**2", 1, "2·ln(x)/x"),
    ("2**x", 1, "2ˣ·ln(2)"),
    ("sigmoid(x)", 3, "σ(x)·(1 − σ(x))·(1 − 6·σ(x)·(1 − σ(x)))"),
    ("log_sigmoid(x)", 2, "−σ(x)·(1 − σ(x))"),
    ("x*sigmoid(x)", 2, "σ(x)·(1 − σ(x))·(2 + x(1 − 2·σ(x)))"),
    ("tanh(x)", 4, "8·sech²(x)·tanh(x)·(3·sech²(x) − 1)"),
    ("x + sin(2*x)**2", 2, "8·cos(4x)"),
    ("x*tanh(log(1 + exp(x)))", 1, "tanh(ln(1 + eˣ)) + x·sech²(ln(1 + eˣ))·σ(x)"),
    ("erf(x)", 1, "2·exp(−x²)/√π"),
    ("x*normal_cdf(x) + x*erf(x/sqrt(2))/2", 2, "2(2 − x²)·φ(x)"),
    ("(x + 1)/(x - 1)", 1, "−2/(x − 1)²"),
    ("x**2.5", 2, "15·√x/4"),
]


@pytest.mark.parametrize(("text", "order", "written"), FORMS)
def test_a_derivative_is_written_as_a_person_would(text: str, order: int, written: str) -> None:
    assert Unicode().value(neat(derivative(parse(text), ("x",) * order))) == written


def test_branches_are_simplified_on_their_own() -> None:
    cases = fold(derivative(parse("a*x/(b + abs(x))"), ("x",)))
    assert [Unicode().value(neat(case.value)) for case in cases] == ["ab/(b + x)²", "ab/(b − x)²"]


@pytest.mark.parametrize(("text", "order", "written"), FORMS)
def test_the_form_is_proved_against_the_definition(text: str, order: int, written: str) -> None:
    assert written
    proof = derive(resolve_one(text), order).verification
    assert proof.exact_error < 1e-50
    assert proof.ulps < 10


@pytest.mark.parametrize(
    "text", ["tanh(exp(x))", "sigmoid(x)**2*tanh(x)**2", "erfc(x)*exp(-x**2)", "exp(2*x)/(1 + exp(x))"]
)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_composed_formulas_stay_what_they_are(text: str, order: int) -> None:
    tree = parse(text)
    shown = derivative(tree, ("x",) * order)
    for x in (-1.7, -0.3, 0.9, 2.1):
        with mp.workdps(60):
            truth = Exact(tree, {}).derivative(x, order)
            assert abs(Exact(shown, {})(x) - truth) < abs(truth) * mpf(10) ** -40


@pytest.mark.parametrize(
    ("text", "variables", "written"),
    [
        ("abs(x)**p", "x", "p·xᵖ⁻¹ if x > 0, else −p(−x)ᵖ⁻¹"),
        ("abs(x)**p", "xx", "p(p − 1)·xᵖ⁻² if x > 0, else p(p − 1)·(−x)ᵖ⁻²"),
        ("a**x", "a", "x·aˣ⁻¹"),
        ("(1 + x)**a", "xx", "a(a − 1)·(x + 1)ᵃ⁻²"),
        ("x**0.9", "x", "0.9x^(−0.1)"),
        ("x**x", "x", "xˣ·(1 + ln(x))"),
    ],
)
def test_powers_of_one_base_are_one_power(text: str, variables: str, written: str) -> None:
    assert Unicode().value(neat(derivative(parse(text), tuple(variables)))) == written


def test_a_power_has_a_derivative_at_zero() -> None:
    assert resolve_one("abs(x)**p:p=1.5").derivative(0.0) == 0
    assert resolve_one("x**p:p=2").derivative(0.0) == 0
    assert resolve_one("abs(x)**2.5*sigmoid(x)").derivative(0.0, 2) == 0


def test_decimals_that_are_multiples_come_together() -> None:
    shown = derivative(parse("0.1*x**3 + 0.3*x"), ("x",))
    assert Unicode().value(neat(shown)) in ("0.3(x² + 1)", "0.3x² + 0.3")

"""Derivations: what is derived, what happens at breakpoints, and that a wrong derivative is caught."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from actviz.analysis.derivation import derive as derived
from actviz.analysis.derivation import verify
from actviz.analysis.results import BreakpointReport, Derivation, Verification, values_at
from actviz.api import derive, get
from actviz.curves.curve import Activation, Curve, Limits
from actviz.errors import UsageError, VerificationError
from actviz.language.cases import Case, unfold
from actviz.language.notation.plain import Notation
from actviz.language.parser import parse
from actviz.registry.entries import Entry, Parameter

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
SEVEN = ("identity", "relu", "leaky_relu", "prelu", "elu", "selu", "thresholded_relu")
EXPRESSIONS = [
    "x*sigmoid(1.702*x)",
    "max(x, 0)**2",
    "1.0507*(exp(x)-1) if x<0 else x",
    "x*tanh(softplus(x))",
    "abs(x - 1) + sin(2*x)",
    "clip(x/6 + 0.5, 0, 1)",
    "normal_cdf(x)*x",
    "sqrt(1 + x**2)",
]


def text(cases: tuple[Case, ...]) -> str:
    return Notation().value(unfold(cases))


def points(derivation: Derivation) -> list[float]:
    return [point.x for point in derivation.breakpoints]


def entry(value: str, derivative: str, **parameters: float) -> Entry:
    listed = tuple(Parameter(name, default) for name, default in parameters.items())
    return Entry("made", "Made", "By hand.", "other", parse(value), parse(derivative), parameters=listed)


def test_selu_is_derived_case_by_case_and_proved() -> None:
    selu = derive("selu")
    assert text(selu.function) == "scale*x if x > 0 else scale*alpha*expm1(x)"
    assert text(selu.derivative) == "scale if x > 0 else scale*alpha*exp(x)"
    assert selu.verification.symbolic == "equal"
    assert selu.verification.points >= 30
    assert selu.verification.exact_error < 1e-50
    assert 0 < selu.verification.ulps <= 2
    assert -8 <= selu.verification.worst <= 0


def test_selu_takes_the_left_derivative_at_zero() -> None:
    (zero,) = derive("selu").breakpoints
    assert zero.x == 0
    assert zero.continuous
    assert zero.taken == "left"
    slope = zero.derivative
    assert (slope.left, slope.right, slope.at) == (SCALE * ALPHA, SCALE, SCALE * ALPHA)
    assert (zero.function.left, zero.function.right, zero.function.at) == (0, 0, 0)


def test_thresholded_relu_jumps_at_its_threshold() -> None:
    (one,) = derive("thresholded_relu:theta=1.5").breakpoints
    assert one.x == 1.5
    assert not one.continuous
    assert (one.function.left, one.function.right, one.function.at) == (0, 1.5, 0)
    assert (one.derivative.left, one.derivative.right, one.derivative.at) == (0, 1, 0)
    assert one.taken == "left"


def test_identity_has_no_breakpoints() -> None:
    assert derive("identity").breakpoints == ()


@pytest.mark.parametrize("x", [-3.0, -0.5, 0.0, 0.5, 3.0])
def test_prelu_in_its_slope_is_the_negative_part_of_x(x: float) -> None:
    prelu = derive("prelu", wrt="alpha", at=[x])
    assert text(prelu.derivative) == "0 if x > 0 else x"
    assert values_at(prelu) == [(x, x if x > 0 else 0.25 * x, min(0.0, x))]
    assert prelu.verification.symbolic == "derived"
    assert prelu.verification.exact_error == 0


def test_prelu_in_its_slope_is_continuous_where_prelu_has_its_kink() -> None:
    (zero,) = derive("prelu", wrt="alpha").breakpoints
    assert zero.taken == "both"
    assert zero.derivative.at == 0


def test_second_derivatives_are_proved_too() -> None:
    selu = derive("selu", order=2)
    assert selu.verification.symbolic == "equal"
    assert text(selu.derivative) in ("0 if x > 0 else alpha*scale*exp(x)", "0 if x > 0 else scale*alpha*exp(x)")
    (zero,) = selu.breakpoints
    assert (zero.derivative.left, zero.derivative.right) == (SCALE * ALPHA, 0)
    assert zero.taken == "left"


def test_the_second_derivative_of_relu_is_zero_on_both_sides() -> None:
    relu = derive("relu", order=2)
    assert text(relu.derivative) == "0"
    assert [(point.x, point.taken) for point in relu.breakpoints] == [(0, "both")]


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("order", [1, 2])
def test_expressions_are_derived_and_proved(expression: str, order: int) -> None:
    found = derive(expression, order=order)
    assert found.verification.symbolic == "derived"
    assert found.verification.points >= 15
    assert found.verification.exact_error < 1e-40
    assert found.verification.ulps < 64


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_derivatives_of_expressions_agree_with_differences(expression: str) -> None:
    activation = get(expression)
    x = np.linspace(-4.03, 3.98, 41)
    step = 1e-5
    slope = (activation(x + step) - activation(x - step)) / (2 * step)
    assert activation.derivative(x) == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_breakpoints_of_expressions_are_found() -> None:
    assert points(derive("max(x, 0)**2")) == [0]
    assert points(derive("clip(x/6 + 0.5, 0, 1)")) == [-3, 3]
    assert points(derive("abs(x**2 - 2)")) == pytest.approx([-math.sqrt(2), math.sqrt(2)], rel=1e-15)


@pytest.mark.parametrize(("expression", "order"), [("x/3", 2), ("x**3/3", 4), ("x*sigmoid(x) if x < 1 else x/7", 2)])
def test_a_derivative_that_vanishes_is_proved(expression: str, order: int) -> None:
    found = derive(expression, order=order)
    assert found.verification.exact_error < 1e-40
    assert found.curve.at([2.0]).tolist() == [0]


@pytest.mark.parametrize("theta", [25.0, -25.0, 1e5])
def test_a_breakpoint_far_out_is_found(theta: float) -> None:
    found = derive(f"thresholded_relu:theta={theta!r}")
    assert points(found) == [theta]
    assert text(found.function) == "x if x > theta else 0"


@pytest.mark.parametrize(("sign", "taken"), [(">", "left"), (">=", "right")])
def test_the_condition_decides_which_derivative_is_taken(sign: str, taken: str) -> None:
    (zero,) = derive(f"2*x if x {sign} 0 else 3*x").breakpoints
    assert zero.taken == taken
    assert zero.derivative.at == {"left": 3, "right": 2}[taken]


def test_a_value_off_both_sides_takes_neither_derivative() -> None:
    (zero,) = derive("abs(x) if x != 0 else 5").breakpoints
    assert (zero.function.left, zero.function.right, zero.function.at) == (0, 0, 5)
    assert not zero.continuous
    assert zero.taken == "neither"


@pytest.mark.parametrize(
    ("limits", "taken"),
    [
        (Limits(0, 1, 1, 1), "both"),
        (Limits(0, 1, 2, 1), "left"),
        (Limits(0, 1, 2, 2), "right"),
        (Limits(0, 1, 2, 3), "neither"),
        (Limits(0, math.nan, math.nan, math.nan), "both"),
    ],
)
def test_what_is_taken_follows_from_the_limits(limits: Limits, taken: str) -> None:
    assert BreakpointReport(Limits(0, 0, 0, 0), limits).taken == taken


def test_a_parameter_that_makes_cases_equal_leaves_one_slope() -> None:
    (zero,) = derive("leaky_relu:negative_slope=1").breakpoints
    assert zero.taken == "both"
    assert zero.derivative.at == 1


def test_values_are_those_of_the_function_and_its_derivative() -> None:
    found = derive("elu:alpha=2", at=[-1.0, 0.0, 1.0])
    with mp.workdps(50):
        below = (-1.0, float(2 * mp.expm1(-1)), float(2 * mp.exp(-1)))
    assert values_at(found) == [below, (0.0, 0.0, 2.0), (1.0, 1.0, 1.0)]


@pytest.mark.parametrize(
    ("value", "derivative", "parameters"),
    [
        ("x if x > 0 else alpha*x", "1 if x > 0 else 0.5*alpha", {"alpha": 0.25}),
        ("x*sigmoid(x)", "sigmoid(x)", {}),
        ("tanh(x)", "sech(x)**2 + 1e-12", {}),
        ("x if x > 2 else 0", "1 if x > 2.5 else 0", {}),
        ("exp(x)", "exp(x)*(1 + 1e-9*x)", {}),
    ],
)
def test_a_wrong_derivative_is_never_shown(value: str, derivative: str, parameters: dict[str, float]) -> None:
    with pytest.raises(VerificationError) as caught:
        derived(Activation(entry(value, derivative, **parameters)))
    first, second = str(caught.value).splitlines()
    assert first.startswith("the derivative of Made failed its check: it differs from f by ")
    assert first.endswith(" in 50-digit arithmetic")
    assert second == "This is a fault of actviz or of a registry file; please report it."


def test_a_right_derivative_in_another_form_passes() -> None:
    made = derived(Activation(entry("tanh(x)", "4*exp(2*x)/(exp(2*x) + 1)**2")))
    assert made.verification.symbolic == "equal"
    assert made.verification.exact_error < 1e-40


def test_a_slip_in_float64_alone_shows_in_the_ulps(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = Curve.at
    monkeypatch.setattr(Curve, "at", lambda self, x: exact(self, x).astype(np.float32).astype(np.float64))
    careless = derive("tanh").verification
    assert careless.exact_error < 1e-40
    assert careless.ulps > 1e8


def test_a_value_that_float64_does_not_find_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Curve, "at", lambda _, x: np.where(np.abs(x) < 1, np.nan, 1 / np.cosh(x) ** 2))
    found = derive("tanh").verification
    assert math.isinf(found.ulps)
    assert abs(found.worst) < 1
    assert found.digits == 0


@pytest.mark.parametrize(("wrong", "digits"), [(0.0, 16), (3e-16, 15), (1.5e-4, 3), (0.5, 0), (3.0, 0), (math.inf, 0)])
def test_the_digits_that_are_right_follow_from_the_error(wrong: float, digits: int) -> None:
    assert Verification("derived", 1, 0.0, wrong * 2**52, 1.0).digits == digits


@pytest.mark.parametrize(
    ("spec", "truth"),
    [
        ("log(x-20)", lambda x: 1 / (x - 20)),
        ("sqrt(x-10)", lambda x: 1 / (2 * mp.sqrt(x - 10))),
        ("log(-x-1e6)", lambda x: 1 / (x + 1000000)),
    ],
)
def test_a_function_defined_far_out_only_is_checked_there(spec: str, truth: Callable[[Any], Any]) -> None:
    x = -3e6 if "1e6" in spec else 30.0
    found = derive(spec, at=[x])
    assert found.verification.points >= 5
    assert values_at(found)[0][2] == pytest.approx(float(truth(mpf(x))), rel=1e-15)


@pytest.mark.parametrize("spec", ["sin(1e300*x)", "exp(1e300*x)"])
def test_a_function_steeper_than_float64_resolves_is_proved_with_smaller_steps(spec: str) -> None:
    found = derive(spec, at=[-2.0])
    assert found.verification.exact_error < 1e-40
    with mp.workdps(700):
        u = -2 * mpf(10) ** 300
        exact = float(mpf(10) ** 300 * (mp.cos(u) if "sin" in spec else mp.exp(u)))
    assert values_at(found)[0][2] == pytest.approx(exact, rel=1e-15)


def test_the_symbolic_proof_looks_at_every_piece() -> None:
    activation = Activation(entry("x if x > 3 else 2*x", "1 if x > 3 else 2"))
    curve = activation.curve(1)
    assert verify(curve, activation.curve().pieces(-20, 20)).symbolic == "equal"


@pytest.mark.parametrize("name", SEVEN)
def test_an_entry_is_proved_in_x_and_in_every_parameter(name: str) -> None:
    found = derive(name)
    assert found.verification.symbolic == "equal"
    for parameter in get(name).values:
        assert derive(name, wrt=parameter).verification.exact_error < 1e-40


@pytest.mark.parametrize("name", SEVEN)
def test_mixed_derivatives_are_proved(name: str) -> None:
    for parameter in get(name).values:
        for variables in (f"x,{parameter}", f"{parameter},x"):
            found = derive(name, wrt=variables)
            assert (found.curve.order, found.curve.wrt) == (2, variables)
            assert found.verification.exact_error < 1e-40


@pytest.mark.parametrize(("wrt", "orders"), [("x,beta", (1, 1)), ("beta,x", (1, 1)), ("x,x,beta", (2, 1))])
def test_mixed_derivatives_are_those_of_mpmath(wrt: str, orders: tuple[int, int]) -> None:
    points = [-3.0, -0.5, 0.0, 2.25]
    found = derive("swish:beta=1.5", wrt=wrt, at=points)
    with mp.workdps(60):
        for x, _, value in values_at(found):
            expected = mp.diff(lambda x, beta: x / (1 + mp.exp(-beta * x)), (mpf(x), mpf(1.5)), orders)
            assert value == pytest.approx(float(expected), rel=1e-14, abs=1e-20)


def test_a_mixed_derivative_of_a_lower_order_takes_the_first_variables() -> None:
    assert derive("swish", order=1, wrt="beta,x").curve == get("swish").curve(1, "beta")


def test_a_parameter_derivative_is_that_of_the_function_in_the_parameter() -> None:
    found = derive("selu", wrt="alpha", at=[-1.5])
    with mp.workdps(50):
        expected = float(mpf(SCALE) * mp.expm1(mpf(-1.5)))
    assert values_at(found)[0][2] == pytest.approx(expected, rel=4e-16)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"order": 0}, "a derivation of order 0 has nothing to derive\nOrders run from 1 to 12."),
        (
            {"order": 13},
            "a derivative of order 13 is not offered\nOrders run up to 12; 0 is the function itself.",
        ),
        ({"wrt": "beta"}, "selu has no parameter 'beta'\nIts parameters: scale, alpha."),
        ({"wrt": "x,beta"}, "selu has no parameter 'beta'\nIts parameters: scale, alpha."),
        (
            {"order": 3, "wrt": "x,alpha"},
            "a derivative of order 3 takes 3 variables, and 'x,alpha' names 2\n"
            "Name one for each time, as in '--wrt x,alpha,alpha'.",
        ),
    ],
)
def test_what_cannot_be_derived_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        derive("selu", **arguments)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_a_function_without_real_values_cannot_be_checked() -> None:
    with pytest.raises(VerificationError) as caught:
        derive("log(-1 - x**2)")
    assert str(caught.value) == (
        "the derivative of ln(−1 − x²) could not be checked: it has no finite value at any point that was tried\n"
        "Derivatives are checked around breakpoints and within ±8, or ±8e+09 if need be."
    )


@pytest.mark.parametrize(
    ("spec", "truth"),
    [
        ("1/(1+exp(-x))**a:a=0.5", lambda x: (1 + mp.exp(-x)) ** mpf(-0.5)),
        ("(1+exp(x))**c:c=2", lambda x: (1 + mp.exp(x)) ** 2),
        ("x*(1/(1+exp(-x)))**c:c=2", lambda x: x / (1 + mp.exp(-x)) ** 2),
        ("1/(1+q*exp(-b*x))**(1/v):q=1:b=1:v=2", lambda x: (1 + mp.exp(-x)) ** mpf(-0.5)),
    ],
)
def test_a_logistic_function_to_an_unknown_power_is_derived(spec: str, truth: Callable[[Any], Any]) -> None:
    with mp.workdps(50):
        for x, value, slope in values_at(derive(spec, at=[-3.0, 0.25, 2.0])):
            assert value == pytest.approx(float(truth(mpf(x))), rel=1e-14)
            assert slope == pytest.approx(float(mp.diff(truth, mpf(x))), rel=1e-14)


@pytest.mark.parametrize("scale", ["1e200", "1e300"])
def test_whole_numbers_beyond_float64_in_a_derivative_are_evaluated(scale: str) -> None:
    found = derive(f"1e-{scale[2:]}*tanh({scale}*x)", at=[float(f"3e-{scale[2:]}"), -1.0])
    with mp.workdps(50):
        near = float(mp.sech(mpf(scale) * mpf(float(f"3e-{scale[2:]}"))) ** 2)
    assert [slope for _, _, slope in values_at(found)] == [pytest.approx(near, rel=4e-16), 0.0]

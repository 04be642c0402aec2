"""How smooth functions are where their formulas change, by mathematics that is known."""

from __future__ import annotations

import math

import pytest

from actviz.analysis.results import Smoothness
from actviz.api import derive


@pytest.mark.parametrize(
    ("spec", "order"),
    [
        ("relu", 0),
        ("relu_squared", 1),
        ("max(x, 0)**3", 2),
        ("max(x, 0)**4", 3),
        ("abs(x)**3", 2),
        ("max(x, 0)**1.5", 1),
        ("sqrt(abs(x))", 0),
        ("elu", 1),
        ("elu:alpha=2", 0),
        ("selu", 0),
        ("celu:alpha=3", 1),
        ("isrlu", 2),
        ("symlog", 1),
        ("hard_sigmoid", 0),
        ("hard_swish", 0),
        ("smelu:beta=0.3", 1),
        ("thresholded_relu", -1),
        ("hard_shrink", -1),
        ("step", -1),
        ("sign", -1),
        ("x if x != 0 else 1", -1),
        ("1/x if x > 0 else 0", -1),
        ("sin(x) if x > 0 else x", 2),
        ("1/x if x > 3 else 1/3", 0),
        ("x**3 if x > 1 else 3*x - 2", 1),
        ("x if x < 0.1 else 0.1", 0),
        ("sinc", math.inf),
        ("leaky_relu:negative_slope=1", math.inf),
        ("sin(x)**2 if x > 0 else 1 - cos(x)**2", math.inf),
        ("tanh", math.inf),
        ("1/(1 + x**2)", math.inf),
    ],
)
def test_the_class_is_that_of_the_textbook(spec: str, order: float) -> None:
    assert derive(spec).smoothness == Smoothness(order)


@pytest.mark.parametrize("spec", ["max(x, 0)**6", "exp(-1/x) if x > 0 else 0", "sin(x) if x > 0 else x - x**3/6"])
def test_beyond_the_fourth_derivative_nothing_is_claimed(spec: str) -> None:
    assert derive(spec).smoothness == Smoothness(4, exact=False)


@pytest.mark.parametrize("spec", ["log(x)", "1/x", "sqrt(x)", "x**0.5", "tan(x)"])
def test_a_formula_that_is_singular_somewhere_is_not_called_smooth(spec: str) -> None:
    assert derive(spec).smoothness is None


def test_an_oscillation_is_not_called_differentiable_nor_not() -> None:
    (zero,) = derive("x**2*sin(1/x) if x != 0 else 0").breakpoints
    assert zero.continuous
    assert zero.differentiable is None


@pytest.mark.parametrize(
    ("spec", "continuous", "differentiable"),
    [("relu", True, False), ("relu_squared", True, True), ("step", False, False), ("sinc", True, True)],
)
def test_continuity_and_differentiability(spec: str, continuous: bool, differentiable: bool) -> None:
    (zero,) = derive(spec).breakpoints
    assert (zero.continuous, zero.differentiable) == (continuous, differentiable)


@pytest.mark.parametrize("slope", [1 / 6, 0.1, 1 / 3, math.pi / 20])
def test_a_breakpoint_between_two_floats_is_met_exactly(slope: float) -> None:
    found = derive(f"hard_sigmoid:slope={slope!r}")
    assert [point.smoothness for point in found.breakpoints] == [Smoothness(0), Smoothness(0)]


def test_only_the_breakpoints_nearest_to_zero_are_looked_into() -> None:
    found = derive("abs(sin(3*x))")
    looked = [point.x for point in found.breakpoints if point.smoothness is not None]
    assert len(looked) == 8
    assert max(map(abs, looked)) <= min(abs(point.x) for point in found.breakpoints if point.smoothness is None)
    assert found.smoothness is None


def test_a_kink_that_only_the_derivative_shows_is_a_breakpoint() -> None:
    (zero,) = derive("sqrt(x**2)").breakpoints
    assert (zero.x, zero.derivative.left, zero.derivative.right) == (0, -1, 1)
    assert zero.smoothness == Smoothness(0)


@pytest.mark.parametrize(
    ("smoothness", "name"),
    [(Smoothness(-1), ""), (Smoothness(0), "C⁰"), (Smoothness(4, False), "C⁴"), (Smoothness(math.inf), "C^∞")],
)
def test_classes_have_their_names(smoothness: Smoothness, name: str) -> None:
    assert smoothness.name == name


@pytest.mark.parametrize("scale", ["1e-13", "1e-31", "1e-150", "1e13"])
def test_the_class_does_not_depend_on_the_unit(scale: str) -> None:
    assert derive(f"{scale}*abs(x)").smoothness == Smoothness(0)
    assert derive(f"{scale}*sqrt(x**2)").smoothness == Smoothness(0)
    assert derive(f"{scale}*(x**3 if x > 1 else 3*x - 2)").smoothness == Smoothness(1)
    assert derive(f"{scale}*tanh(x)").smoothness == Smoothness(math.inf)


@pytest.mark.parametrize("spec", ["clip(1e13*x, -1, 1)", "hard_sigmoid(1e13*x)", "max(0, min(1, x/1e-12))"])
def test_breakpoints_close_to_each_other_are_not_mistaken(spec: str) -> None:
    found = derive(spec)
    assert found.smoothness == Smoothness(0)
    assert [point.smoothness for point in found.breakpoints] == [Smoothness(0)] * 2

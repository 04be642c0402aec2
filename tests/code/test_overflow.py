"""What is done to trees before they become code: nothing that is not needed, and never another function."""

from __future__ import annotations

import numpy as np
import pytest
from generated import NAMES

from actviz.api import get
from actviz.code.overflow import harmless, is_tame, passes_nan, steadied
from actviz.language.notation.plain import Notation
from actviz.language.numerics.float64 import apply, evaluate
from actviz.language.parser import parse


def text_of(spec: str, differentiated: bool) -> str:
    found = get(spec)
    return Notation().value(steadied(found.entry.value, found.values, differentiated))


def test_cancelling_sums_are_replaced() -> None:
    assert text_of("exp(x) - 1", False) == "expm1(x)"


@pytest.mark.parametrize("name", ["selu", "gelu", "mish", "silu", "softplus", "tanh"])
def test_what_does_not_overflow_is_left_alone(name: str) -> None:
    assert "min(" not in text_of(name, False)
    assert "clip(" not in text_of(name, True)


def test_an_inner_exponential_is_held_only_for_automatic_differentiation() -> None:
    assert text_of("exp(-exp(-x))", False) == "exp(-exp(-x))"
    assert text_of("exp(-exp(-x))", True) == "exp(-exp(min(-x, 40)))"


def test_an_exponential_that_grows_for_good_keeps_growing() -> None:
    activation = get("exp(x)*tanh(exp(x))")
    x = np.array([-10.0, 3.0, 345.0, 701.0, 709.0])
    held = evaluate(steadied(activation.entry.value, {}, True), x, {})
    np.testing.assert_allclose(held, np.exp(x) * np.tanh(np.exp(x)), rtol=1e-12)


@pytest.mark.parametrize("differentiated", [False, True])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", [0, 1])
def test_a_steadied_tree_is_the_same_function(name: str, order: int, differentiated: bool) -> None:
    curve = get(name).curve(order)
    values = curve.activation.values
    draw = np.random.default_rng(6)
    x = np.concatenate([draw.uniform(-30, 30, 200), draw.uniform(-700, 700, 100), [0.0, -1e8, 1e8]])
    changed = evaluate(steadied(curve.tree, values, differentiated), x, values)
    # At 1e8 an angle has lost 8 digits in float64.
    near = np.abs(x) < 1e3
    np.testing.assert_allclose(changed[near], apply(curve.tree, x[near], values), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(changed, apply(curve.tree, x, values), rtol=1e-7, atol=1e-13)


@pytest.mark.parametrize("text", ["x", "3*x + 1", "x*sigmoid(x)", "x**2", "x if x > 0 else -x", "tanh(x)/2", "exp(2)"])
def test_tame(text: str) -> None:
    assert is_tame(parse(text))


@pytest.mark.parametrize(
    "text", ["exp(x)", "1/x", "sqrt(x)", "x**3", "log1p(x)", "x*expm1(x)", "x if x > 0 else exp(x)"]
)
def test_not_tame(text: str) -> None:
    assert not is_tame(parse(text))


@pytest.mark.parametrize(
    ("text", "point"), [("exp(x)", 0), ("1/x", 1), ("log(-x)", -1), ("sqrt(x - 1)", 2), ("log(x - 5)", 10)]
)
def test_a_harmless_point_lies_well_inside_the_domain(text: str, point: float) -> None:
    assert harmless(parse(text), {}) == point


def test_where_nothing_is_harmless_none_is_given() -> None:
    assert harmless(parse("log(-1 - x**2)"), {}) is None


@pytest.mark.parametrize(
    ("text", "passes"),
    [("x", True), ("exp(x) + 1", True), ("3", False), ("x if x > 0 else 0", False), ("x if x > 0 else -x", True)],
)
def test_nan_comes_out_where_it_is_said_to(text: str, passes: bool) -> None:
    assert passes_nan(parse(text)) is passes

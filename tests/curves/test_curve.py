"""Activations and curves: calls, derivatives, names, limits at breakpoints, and samples."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from actviz.curves.curve import HIGHEST_ORDER, Activation, Curve, Limits
from actviz.curves.specs import resolve_one
from actviz.errors import UsageError
from actviz.text import short

INF = math.inf


@pytest.fixture
def selu() -> Activation:
    return resolve_one("selu")


# Calls


@pytest.mark.parametrize("x", [1, 1.0, np.float64(1), np.float32(1), np.int64(1), True, np.array(1.0)])
def test_a_number_gives_a_float(x: float, selu: Activation) -> None:
    assert type(selu(x)) is float
    assert selu(x) == 1.0507009873554805
    assert type(selu.derivative(x)) is float


def test_a_list_gives_an_array(selu: Activation) -> None:
    result = selu([1.0, 0.0])
    assert isinstance(result, np.ndarray)
    assert result.dtype == np.float64
    assert result.tolist() == [1.0507009873554805, 0]


@pytest.mark.parametrize("shape", [(0,), (1,), (2, 3), (2, 0)])
def test_an_array_keeps_its_shape(shape: tuple[int, ...], selu: Activation) -> None:
    assert selu(np.zeros(shape)).shape == shape
    assert selu.derivative(np.zeros(shape)).shape == shape
    assert selu.curve().at(np.zeros(shape)).shape == shape


def test_at_gives_an_array_even_for_a_number(selu: Activation) -> None:
    assert selu.curve().at(1.0).shape == ()


@pytest.mark.parametrize(
    ("spec", "order", "wrt", "x", "expected"),
    [
        ("selu", 0, "x", -INF, -1.0507009873554805 * 1.6732632423543772),
        ("elu", 1, "x", -1.0, math.exp(-1)),
        ("elu", 2, "x", -1.0, math.exp(-1)),
        ("elu", 3, "x", 2.0, 0),
        ("prelu", 1, "alpha", -3.0, -3),
        ("prelu", 2, "alpha", -3.0, 0),
        ("prelu", 1, "alpha", 3.0, 0),
        ("x**5", 2, "x", 2.0, 160),
        ("a*x*x:a=3", 1, "x", 2.0, 12),
        ("a*x*x:a=3", 1, "a", 2.0, 4),
        ("x", 12, "x", 2.0, 0),
    ],
)
def test_derivatives(spec: str, order: int, wrt: str, x: float, expected: float) -> None:
    activation = resolve_one(spec)
    assert activation.derivative(x, order, wrt) == expected
    assert activation.curve(order, wrt)(x) == expected


def test_order_zero_is_the_function(selu: Activation) -> None:
    assert selu.derivative(2.0, order=0) == selu(2.0)


@pytest.mark.parametrize("order", [-1, HIGHEST_ORDER + 1])
def test_an_order_that_is_not_offered_is_refused(order: int, selu: Activation) -> None:
    with pytest.raises(UsageError) as caught:
        selu.curve(order)
    assert str(caught.value) == (
        f"a derivative of order {order} is not offered\nOrders run up to 12; 0 is the function itself."
    )


def test_a_derivative_in_what_is_no_parameter_is_refused(selu: Activation) -> None:
    with pytest.raises(UsageError) as caught:
        selu.derivative(1.0, wrt="beta")
    assert str(caught.value) == "selu has no parameter 'beta'\nIts parameters: scale, alpha."


# Parameters


def test_with_parameters_changes_those_and_keeps_the_others(selu: Activation) -> None:
    changed = selu.with_parameters(alpha=1.0).with_parameters(scale=2.0)
    assert changed.values == {"scale": 2.0, "alpha": 1.0}
    assert selu.values == selu.entry.defaults
    assert changed(3.0) == 6


def test_the_values_given_are_not_shared() -> None:
    entry = resolve_one("prelu").entry
    given = {"alpha": 0.5}
    activation = Activation(entry, given)
    given["alpha"] = 0.7
    assert activation.values == {"alpha": 0.5}


def test_the_order_of_parameters_is_that_of_the_entry() -> None:
    assert list(resolve_one("selu:alpha=1:scale=2").values) == ["scale", "alpha"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"beta": 1.0}, "prelu has no parameter 'beta'\nIts parameters: alpha."),
        ({"alpha": math.nan}, "prelu: alpha=nan is not a finite number\nGive a finite number."),
        ({"alpha": -INF}, "prelu: alpha=-inf is not a finite number\nGive a finite number."),
    ],
)
def test_values_that_cannot_be_used_are_refused(values: dict[str, float], message: str) -> None:
    prelu = resolve_one("prelu")
    with pytest.raises(UsageError) as caught:
        prelu.with_parameters(**values)
    assert str(caught.value) == message
    with pytest.raises(UsageError) as caught:
        Activation(prelu.entry, values)
    assert str(caught.value) == message


def test_activations_are_frozen_and_compare_by_content(selu: Activation) -> None:
    with pytest.raises(AttributeError):
        selu.values = {}  # type: ignore[misc]
    assert resolve_one("prelu:alpha=0.25") == resolve_one("prelu")
    assert resolve_one("prelu:alpha=0.5") != resolve_one("prelu")


# Names


@pytest.mark.parametrize(
    ("given", "spec", "label", "settings"),
    [
        ("relu", "relu", "ReLU", ""),
        ("prelu", "prelu", "PReLU", "α = 0.25"),
        ("prelu:alpha=0.25", "prelu", "PReLU", "α = 0.25"),
        ("prelu:alpha=-0.05", "prelu:alpha=-0.05", "PReLU (α = −0.05)", "α = −0.05"),
        ("selu", "selu", "SELU", "λ = 1.0507   α = 1.6733"),
        ("selu:alpha=1", "selu:alpha=1.0", "SELU (α = 1)", "λ = 1.0507   α = 1"),
        ("selu:scale=1:alpha=1/3", "selu:scale=1.0:alpha=0.3333333333333333", "SELU (λ = 1, α = 0.33333)", None),
        ("x*sigmoid(b*x):b=1.702", "x*sigmoid(b*x):b=1.702", "x·σ(bx) (b = 1.702)", "b = 1.702"),
        ("x + 1", "x + 1", "x + 1", ""),
        ("a*x:a=0", "a*x:a=0.0", "ax (a = 0)", "a = 0"),
    ],
)
def test_spec_label_and_settings(given: str, spec: str, label: str, settings: str | None) -> None:
    activation = resolve_one(given)
    assert activation.spec == spec
    assert activation.label == label
    assert settings is None or activation.settings == settings
    assert resolve_one(activation.spec).values == activation.values


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-300, 5e-324, 1.7976931348623157e308, -2.5, 123456789.123456789])
def test_specs_keep_every_digit(value: float) -> None:
    activation = resolve_one("prelu").with_parameters(alpha=value)
    assert resolve_one(activation.spec).values == {"alpha": value}


@pytest.mark.parametrize(
    ("order", "column"), [(0, "prelu"), (1, "prelu'"), (2, "prelu''"), (3, "prelu'''"), (4, "prelu^(4)")]
)
def test_columns(order: int, column: str) -> None:
    assert resolve_one("prelu").curve(order).column == column


def test_columns_of_derivatives_in_a_parameter_and_of_specs() -> None:
    assert resolve_one("prelu").curve(1, "alpha").column == "∂prelu/∂alpha"
    assert resolve_one("prelu").curve(2, "alpha").column == "∂²prelu/∂alpha²"
    assert resolve_one("prelu:alpha=0.5").curve(1).column == "prelu:alpha=0.5'"
    assert resolve_one("relu").curve(10).column == "relu^(10)"
    assert resolve_one("prelu").curve(2, "x,alpha").column == "∂²prelu/∂x∂alpha"
    assert resolve_one("selu").curve(4, "x,x,alpha,x").column == "∂⁴selu/∂x²∂alpha∂x"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (0.25, "0.25"), (-1.6732632, "−1.6733"), (1e-7, "1e−07"), (123456.0, "1.2346e+05"), (0.0, "0")],
)
def test_short(value: float, text: str) -> None:
    assert short(value) == text


# Limits at breakpoints


@pytest.mark.parametrize(
    ("spec", "order", "expected"),
    [
        ("relu", 0, [Limits(0, 0, 0, 0)]),
        ("relu", 1, [Limits(0, 0, 1, 0)]),
        ("prelu:alpha=-2", 1, [Limits(0, -2, 1, -2)]),
        ("selu", 1, [Limits(0, 1.0507009873554805 * 1.6732632423543772, 1.0507009873554805, 1.7580993408473766)]),
        ("thresholded_relu", 0, [Limits(1, 0, 1, 0)]),
        ("thresholded_relu:theta=-0.7", 0, [Limits(-0.7, 0, -0.7, 0)]),
        ("sign(x)", 0, [Limits(0, -1, 1, 0)]),
        ("clip(x, -1, 2)", 1, [Limits(-1, 0, 1, 0), Limits(2, 1, 0, 0)]),
        ("sin(x)/x if x != 0 else 1", 0, [Limits(0, 1, 1, 1)]),
        ("sin(x)/x if x != 0 else 5", 0, [Limits(0, 1, 1, 5)]),
        ("1/x if x != 0 else 0", 0, [Limits(0, -INF, INF, 0)]),
        ("x*log(x) if x > 0 else 0", 0, [Limits(0, 0, 0, 0)]),
        ("identity", 0, []),
        ("elu", 3, [Limits(0, 1, 0, 1)]),
    ],
)
def test_limits(spec: str, order: int, expected: list[Limits]) -> None:
    assert resolve_one(spec).curve(order).limits(-5, 5) == expected


@pytest.mark.parametrize(
    ("limits", "jumps", "off_curve"),
    [
        (Limits(0, 1, 1, 1), False, False),
        (Limits(0, 1, 2, 1), True, False),
        (Limits(0, 1, 2, 2), True, False),
        (Limits(0, 1, 2, 3), True, True),
        (Limits(0, 1, 1, 3), False, True),
        (Limits(0, 1, 1 + 1e-14, 1), False, False),
        (Limits(0, 0, 1e-16, 0), False, False),
        (Limits(0, -INF, INF, 0), True, True),
        (Limits(0, INF, INF, INF), False, False),
        (Limits(0, math.nan, math.nan, math.nan), False, False),
        (Limits(0, math.nan, 1, 1), True, False),
    ],
)
def test_jumps_and_values_off_the_curve(limits: Limits, jumps: bool, off_curve: bool) -> None:
    assert (limits.jumps, limits.off_curve) == (jumps, off_curve)


def test_limits_outside_the_range_are_left_out() -> None:
    trec = resolve_one("thresholded_relu").curve()
    assert trec.limits(1.0, 5) == []
    assert trec.limits(-5, 1.0) == []
    assert len(trec.limits(0.999, 1.001)) == 1


# Samples


def test_a_smooth_curve_is_one_piece_of_the_points_asked_for() -> None:
    ((x, y),) = resolve_one("tanh(x)").curve().samples(-5, 5, 201)
    assert x.tolist() == np.linspace(-5, 5, 201).tolist()
    np.testing.assert_array_almost_equal_nulp(y, np.tanh(x), 2)


def test_samples_reach_the_breakpoints_with_the_limits_from_inside() -> None:
    left, right = resolve_one("thresholded_relu").curve().samples(-5, 5, 400)
    assert (left[0][0], left[0][-1], right[0][0], right[0][-1]) == (-5, 1, 1, 5)
    assert (left[1][-1], right[1][0]) == (0, 1)
    assert set(left[1].tolist()) == {0}
    np.testing.assert_array_equal(right[1], right[0])


@pytest.mark.parametrize(
    ("spec", "order", "ends"),
    [
        ("relu", 1, [(0, 0), (1, 1)]),
        ("sign(x)", 0, [(-1, -1), (1, 1)]),
        ("clip(x, -1, 1)", 1, [(0, 0), (1, 1), (0, 0)]),
        ("sin(x)/x if x != 0 else 7", 0, [(math.sin(5) / 5, 1), (1, math.sin(5) / 5)]),
    ],
)
def test_each_piece_has_its_own_ends(spec: str, order: int, ends: list[tuple[float, float]]) -> None:
    drawn = resolve_one(spec).curve(order).samples(-5, 5, 300)
    assert [(y[0], y[-1]) for _, y in drawn] == ends


def test_a_range_that_starts_at_a_kink_shows_the_side_inside() -> None:
    ((x, y),) = resolve_one("relu").curve(1).samples(0, 5, 100)
    assert x[0] == 0
    assert set(y.tolist()) == {1}
    ((_, y),) = resolve_one("thresholded_relu").curve().samples(-3, 1, 100)
    assert set(y.tolist()) == {0}


def test_a_short_piece_still_gets_points() -> None:
    drawn = resolve_one("clip(1000*x, 0, 1)").curve().samples(-5, 5, 500)
    assert [len(x) for x, _ in drawn] == [250, 33, 250]


def test_samples_join_up_and_cover_the_range() -> None:
    drawn = resolve_one("max(x*x - 1, 0) + abs(x - 2)").curve().samples(-5, 5, 1000)
    assert drawn[0][0][0] == -5
    assert drawn[-1][0][-1] == 5
    for (before, _), (after, _) in pairwise(drawn):
        assert before[-1] == after[0]
    assert all((np.diff(x) > 0).all() for x, _ in drawn)


def test_a_curve_is_made_once_per_call_and_keeps_its_formula(selu: Activation) -> None:
    curve = selu.curve(2)
    assert curve.tree is curve.tree
    assert curve == Curve(selu, ("x", "x"))


def test_a_derivative_is_drawn_only_where_its_function_has_values() -> None:
    """1/x goes on below 0, where log(x), whose derivative it is, does not."""
    drawn = [resolve_one("log(x)").curve(1).samples(-5, 5, 100, heights) for heights in (None, (-5.0, 5.0))]
    for pieces in drawn:
        x, y = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
        assert np.isnan(y[x < 0]).all()
        assert np.isfinite(y[x > 0.1]).all()

"""Which part of the plane a figure shows: the rule of `actviz.figures.framing`, on every entry and on hard cases."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actviz.api import get
from actviz.figures.framing import default_range, heights
from actviz.registry.lookup import built_in

NAMES = [entry.name for entry in built_in()]


def shown(spec: str, orders: tuple[int, ...] = (0,), span: tuple[float, float] | None = None) -> tuple[float, float]:
    activation = get(spec)
    low, high = span or default_range([activation])
    curves = [activation.curve(order) for order in orders]
    return heights([(curve, curve.samples(low, high, 400)) for curve in curves], low, high)


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        (["relu"], (-5, 5)),
        ([], (-5, 5)),
        (["thresholded_relu:theta=4"], (-5, 5)),
        (["thresholded_relu:theta=6"], (-5, 8)),
        (["thresholded_relu:theta=-10"], (-13, 5)),
        (["clip(x, -8, 12)", "relu"], (-10, 15)),
        (["thresholded_relu:theta=19"], (-5, 24)),
        (["thresholded_relu:theta=25"], (-5, 32)),
    ],
)
def test_every_breakpoint_is_in_the_range(specs: list[str], expected: tuple[float, float]) -> None:
    assert default_range([get(spec) for spec in specs]) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("(x - 8)**2", (-5, 11)),
        ("exp(-(x + 9)**2)", (-12, 5)),
        ("sin(x)", (-5, 5)),  # a wave goes on for ever
        ("x + sin(x)*2", (-5, 5)),
        ("tanh(x)", (-5, 5)),
        ("sigmoid(x/4)", (-10, 10)),  # still far from its limits at ±5
        ("x/(3 + abs(x))", (-10, 10)),
        ("atan(x)", (-5, 5)),
        ("log(x)", (-5, 5)),
        ("1/x", (-5, 5)),
        ("x", (-5, 5)),
        ("3", (-5, 5)),
        ("1e308*x", (-5, 5)),
    ],
)
def test_extrema_and_slow_saturation_widen_the_range(spec: str, expected: tuple[float, float]) -> None:
    assert default_range([get(spec)]) == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_shows_its_breakpoints_and_most_share_one_range(name: str) -> None:
    low, high = default_range([get(name)])
    assert low <= -5
    assert high >= 5
    for point in get(name).curve().pieces(-math.inf, math.inf).breakpoints:
        assert low < point.x < high


def test_at_least_nine_of_ten_entries_share_the_usual_range() -> None:
    usual = [default_range([get(name)]) == (-5, 5) for name in NAMES]
    assert sum(usual) >= 0.9 * len(usual)


@pytest.mark.parametrize("name", NAMES)
def test_no_steep_branch_presses_the_middle_of_an_entry_flat(name: str) -> None:
    """What the function does between −2 and 2, and around its breakpoints, takes an eighth of the height or more."""
    for orders in ((0,), (0, 1)):
        bottom, top = shown(name, orders)
        ends = [point.x for point in get(name).curve().pieces(-math.inf, math.inf).breakpoints]
        x = np.linspace(min([-2.0, *ends]) - 0.01, max([2.0, *ends]) + 0.01, 500)
        y = get(name)(x)
        assert bottom < y.min()
        assert y.max() < top
        assert np.ptp(y) >= (top - bottom) / 8 or np.ptp(y) == 0


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_without_a_steep_branch_is_shown_whole(name: str) -> None:
    activation = get(name)
    low, high = default_range([activation])
    y = activation(np.linspace(low, high, 2001))
    middle = activation(np.linspace(-2, 2, 2001))
    if np.ptp(y) <= 3 * np.ptp(middle):
        bottom, top = shown(name)
        assert bottom < y.min()
        assert y.max() < top


@pytest.mark.parametrize(
    ("spec", "orders", "low", "high"),
    [  # bounds for the bottom, bounds for the top
        ("1/x", (0,), (-8, -3), (3, 8)),
        ("1/x", (0, 1), (-20, -3), (3, 10)),
        ("1/x**2", (0,), (-4, 0), (3, 25)),
        ("x**3", (0,), (-40, -8), (8, 40)),
        ("x**3", (0, 1), (-40, -8), (12, 40)),
        ("exp(x)", (0, 1), (-3, 0), (7.5, 25)),
        ("tan(x)", (0,), (-12, -2), (2, 12)),
        ("exp(-x**2)*1000", (0,), (-100, 0), (1000, 1100)),
        ("exp(-x**2)*1000", (0, 1), (-1000, -857), (1000, 1150)),
        ("exp(-100*x**2)", (0,), (-0.1, 0), (1, 1.1)),
        ("exp(-100*x**2)", (0, 1), (-2, 0), (1, 3)),
        ("sigmoid(500*x)", (0, 1), (-0.8, 0), (1, 3)),
        ("sin(5*x)", (0, 1), (-6, -5), (5, 6)),
        ("log(x)", (0,), (-6, -1), (1.6, 4)),
        ("1000 + sin(x)", (0,), (998, 999), (1001, 1002)),
        ("3", (0,), (-1, 0), (3, 4)),
        ("0*x", (0, 1), (-2, -0.5), (0.5, 2)),
    ],
)
def test_the_frame_of_hard_cases(
    spec: str, orders: tuple[int, ...], low: tuple[float, float], high: tuple[float, float]
) -> None:
    bottom, top = shown(spec, orders)
    assert low[0] <= bottom <= low[1]
    assert high[0] <= top <= high[1]


def test_a_narrow_spike_between_two_samples_is_shown_to_its_top() -> None:
    assert shown("1/(1 + 1e6*(x - 1.2345)**2)")[1] > 1


def test_the_frame_follows_the_range() -> None:
    assert shown("exp(x)", span=(-1, 1))[1] == pytest.approx(math.e, rel=0.1)
    assert shown("x**2", span=(-1000, 1000))[1] > 1e5


def test_values_near_the_largest_float_have_a_frame() -> None:
    bottom, top = shown("1e308*x")
    assert math.isfinite(top - bottom)
    assert bottom < 0 < top

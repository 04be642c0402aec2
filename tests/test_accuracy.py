"""Values and first derivatives of every entry against mpmath at 50 digits, in units in the last place."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf
from numpy.typing import NDArray
from reference.formulas import FORMULAS, selu_constants, selu_moments

from actviz.curves.curve import Activation
from actviz.registry.lookup import built_in

Array = NDArray[np.float64]

ULPS = 2.0  # the promise
FARTHEST = 700.0
SEED = 20170609  # any number will do
NAMES = list(FORMULAS)  # the first seven, which promise 2 ULP; tests/test_registry_accuracy.py has them all


def settings(name: str) -> list[dict[str, float]]:
    """The defaults and two random draws, of either sign, from 1/30 to 30."""
    draw = random.Random(f"{SEED} {name}")
    entry = built_in().find(name)
    assert entry is not None
    drawn = [
        {parameter: draw.choice((-1, 1)) * 30 ** draw.uniform(-1, 1) for parameter in entry.defaults} for _ in range(2)
    ]
    return [dict(entry.defaults), *drawn]


def activation(name: str, values: dict[str, float]) -> Activation:
    entry = built_in().find(name)
    assert entry is not None
    return Activation(entry, values)


CASES = [
    pytest.param(name, values, id=" ".join([name, *(f"{key}={value:.3g}" for key, value in values.items())]))
    for name in NAMES
    for values in (settings(name) if settings(name)[0] else settings(name)[:1])
]


def neighbours(point: float, steps: int = 3) -> Iterator[float]:
    below = above = point
    yield point
    for _ in range(steps):
        below, above = math.nextafter(below, -math.inf), math.nextafter(above, math.inf)
        yield from (below, above)


def points(kinks: tuple[float, ...]) -> Array:
    """±700 densely, and every place where float64 has been known to go wrong."""
    spread = np.linspace(-FARTHEST, FARTHEST, 2801) + random.Random(SEED).uniform(0, 0.01)
    middle = np.linspace(-3, 3, 1201)
    small = np.geomspace(1e-300, FARTHEST, 1000)
    subnormal = np.array([5e-324, 1e-323, 1e-320, 1e-310, 2.2250738585072009e-308, 2.2250738585072014e-308])
    special = [-0.0, -FARTHEST, FARTHEST, -36.7, -37.5, -0.6931471805599453]
    special += [near for kink in (0.0, *kinks) for near in neighbours(kink)]
    return np.concatenate([spread.clip(-FARTHEST, FARTHEST), middle, small, -small, subnormal, -subnormal, special])


def worst(computed: Array, exact: list[Any], x: Array) -> tuple[float, float]:
    """The largest error in ULPs of the exact value, and where it is; an exact 0 must be met exactly."""
    largest, place = 0.0, math.nan
    for result, truth, at in zip(computed.tolist(), exact, x.tolist(), strict=True):
        if truth == 0:
            error = 0.0 if result == 0 else math.inf
        else:
            error = float(abs(mpf(result) - truth) / mpf(math.ulp(float(truth))))
        if not error <= largest:
            largest, place = error, at
    return largest, place


@pytest.mark.parametrize(("name", "values"), CASES)
@pytest.mark.parametrize("order", [0, 1])
def test_within_two_ulps_of_fifty_digits(name: str, values: dict[str, float], order: int) -> None:
    formula = FORMULAS[name]
    x = points(formula.kinks(**values))
    with mp.workdps(50):
        parameters = {key: mpf(value) for key, value in values.items()}
        function = formula.derivative if order else formula.value
        exact = [function(mpf(at), **parameters) for at in x.tolist()]
        error, place = worst(activation(name, values).curve(order).at(x), exact, x)
    assert error <= ULPS, f"{error} ULP at {place!r}"


@pytest.mark.parametrize(("name", "values"), CASES)
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("end", [-math.inf, math.inf])
def test_infinity_gives_the_limit(name: str, values: dict[str, float], order: int, end: float) -> None:
    with mp.workdps(50):
        parameters = {key: mpf(value) for key, value in values.items()}
        function = FORMULAS[name].derivative if order else FORMULAS[name].value
        limit = float(function(mpf(end), **parameters))
    computed = activation(name, values).curve(order).at([end, end])
    assert computed.tolist() == [limit, limit]


@pytest.mark.parametrize("name", ["leaky_relu:negative_slope", "prelu:alpha"])
def test_slope_zero_is_relu_also_at_minus_infinity(name: str) -> None:
    entry, parameter = name.split(":")
    flat = activation(entry, {parameter: 0.0})
    assert flat(-math.inf) == 0
    assert flat(-5.0) == 0
    assert flat(math.inf) == math.inf


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", [0, 1])
def test_nan_gives_nan_alone_and_in_an_array(name: str, order: int) -> None:
    curve = activation(name, {}).curve(order)
    assert math.isnan(float(curve(math.nan)))
    beside = curve.at([1.0, math.nan, -1.0])
    assert np.isnan(beside).tolist() == [False, True, False]
    assert beside[[0, 2]].tolist() == [curve(1.0), curve(-1.0)]


@pytest.mark.parametrize("name", NAMES)
def test_the_result_does_not_depend_on_the_neighbours_in_the_array(name: str) -> None:
    x = points(FORMULAS[name].kinks(**settings(name)[0]))[::7]
    curve = activation(name, {}).curve()
    alone = np.array([curve(at) for at in x.tolist()])
    np.testing.assert_array_max_ulp(alone, curve.at(x), maxulp=1)


def test_relu_derivative_at_zero_is_zero() -> None:
    assert activation("relu", {}).derivative(0.0) == 0


def test_elu_derivative_at_zero_is_alpha() -> None:
    assert activation("elu", {"alpha": 2.5}).derivative(0.0) == 2.5


def test_selu_derivative_at_zero_is_the_product_of_its_constants() -> None:
    assert activation("selu", {}).derivative(0.0) == 1.0507009873554805 * 1.6732632423543772


def test_thresholded_relu_is_zero_at_its_threshold() -> None:
    trec = activation("thresholded_relu", {"theta": 0.7})
    assert (trec(0.7), trec.derivative(0.7)) == (0, 0)
    assert trec(math.nextafter(0.7, 1)) == math.nextafter(0.7, 1)


def test_prelu_above_slope_one_is_not_a_maximum() -> None:
    steep = activation("prelu", {"alpha": 3.0})
    assert steep([-2.0, 2.0]).tolist() == [-6, 2]


def test_elu_gives_the_worked_values_of_the_source_material() -> None:
    elu = activation("elu", {})
    x = [0.11, -2.2, 0.0, 50.2, 33.5, -0.6]
    assert [round(value, 8) for value in elu(x).tolist()] == [0.11, -0.88919684, 0, 50.2, 33.5, -0.45118836]
    assert [round(value, 8) for value in elu.derivative(x).tolist()] == [1, 0.11080316, 1, 1, 1, 0.54881164]


def test_selu_defaults_are_the_floats_nearest_to_the_closed_forms() -> None:
    scale, alpha = selu_constants()
    assert activation("selu", {}).values == {"scale": float(scale), "alpha": float(alpha)}


def test_selu_closed_forms_give_the_published_digits() -> None:
    scale, alpha = selu_constants()
    assert mpmath.nstr(scale, 32) == "1.0507009873554804934193349852946"
    assert mpmath.nstr(alpha, 32) == "1.6732632423543772848170429916717"


def test_selu_closed_forms_keep_mean_zero_and_variance_one() -> None:
    with mp.workdps(30):
        mean, square = selu_moments(*selu_constants())
        assert abs(mean) < mpf(10) ** -25
        assert abs(square - 1) < mpf(10) ** -25

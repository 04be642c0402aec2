"""Generated NumPy code, run, against the registry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from generated import CASES, NAMES, curve, curves, defined, disagreement, points, run

from actviz.code import source


@pytest.mark.parametrize(("spec", "order", "wrt"), CASES)
def test_numpy_code_computes_what_the_registry_does(spec: str, order: int, wrt: str) -> None:
    wanted = curve(spec, order, wrt)
    x = points(wanted)
    for function, truth in zip(run(source(wanted, "numpy")), curves(wanted), strict=True):
        assert disagreement(function(x), truth, x) == ""


@pytest.mark.parametrize("name", NAMES)
def test_numpy_code_takes_any_shape_keeps_nan_and_warns_of_nothing(name: str) -> None:
    wanted = curve(name)
    for function in run(source(wanted, "numpy")):
        grid = np.array([[-1e300, -800.0, -1.0], [0.5, 800.0, 1e300]])
        before = grid.copy()
        found = function(grid)
        assert (found.shape, found.dtype) == ((2, 3), np.float64)
        assert found[1, 0] == function(0.5) == function([0.5])[0]
        found[0, 0] = 7.0  # the result is the caller's own
        assert np.array_equal(grid, before)
        assert math.isnan(function(math.nan))
        assert function(np.zeros((0, 2))).shape == (0, 2)
        assert np.isfinite(function(3)), "a whole number will do"


# Squares overflow from 1e154 on, and these divide one such by another; angles beyond 1e16 have no digits left.
BEYOND = {"pflu", "eis_1", "eis_2", "bent_identity", "isrlu", "isru", "snake"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BEYOND])
def test_numpy_code_is_right_far_out_where_plain_arithmetic_overflows(name: str) -> None:
    wanted = curve(name)
    x = np.array([-1e300, -1e100, -800.0, -720.0, 720.0, 800.0, 1e100, 1e300])
    for function, truth in zip(run(source(wanted, "numpy")), curves(wanted), strict=True):
        right = truth.at(x)
        known = np.isfinite(right)
        np.testing.assert_allclose(function(x)[known], right[known], rtol=1e-11, atol=1e-100)


def test_parameters_are_keywords_with_the_settings_as_defaults() -> None:
    function, derivative = run(source(curve("prelu:alpha=0.5"), "numpy"))
    assert (function(-2.0), derivative(-2.0)) == (-1.0, 0.5)
    assert (function(-2.0, alpha=0.1), derivative(-2.0, alpha=0.1)) == (-0.2, 0.1)


def test_other_values_of_parameters_are_as_right_as_the_defaults() -> None:
    for spec, values in (("srs", {"alpha": 0.3, "beta": 40.0}), ("swish", {"beta": -7.0}), ("celu", {"alpha": 0.01})):
        wanted = curve(":".join([spec, *(f"{name}={value}" for name, value in values.items())]))
        x = points(wanted)
        for function, truth in zip(run(source(curve(spec), "numpy")), curves(wanted), strict=True):
            assert disagreement(function(x, **values), truth, x) == ""


def test_what_a_framework_takes_at_a_kink_is_what_its_code_takes() -> None:
    assert run(source(curve("leaky_relu"), "numpy"))[1](0.0) == 0.01
    assert run(source(curve("jax.nn.leaky_relu"), "numpy"))[1](0.0) == 1.0
    assert defined(source(curve("jax.nn.leaky_relu"), "numpy")) == ["leaky_relu", "leaky_relu_derivative"]

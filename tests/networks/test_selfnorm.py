"""Klambauer et al. 2017: the map of mean and variance, its fixed point, and the numbers of Theorem 1."""

from __future__ import annotations

import math

import numpy as np
import pytest

import actviz
from actviz.errors import UsageError
from actviz.networks.response import Response
from actviz.networks.selfnorm import moment_map, step, theorem_1

SELU = Response(actviz.get("selu"))


def test_the_paper_example_of_one_step() -> None:
    found = step(SELU, 0.1, 1.5, 0.1, 1.1)
    assert (found.mean, found.variance) == pytest.approx((0.0677251016898786, 1.48157495827116), rel=1e-13)


def test_the_fixed_point_its_jacobian_and_norms() -> None:
    found = moment_map(actviz.get("selu"))
    assert found.fixed_point == pytest.approx((0, 1), abs=1e-14)
    assert found.jacobian is not None
    assert np.array(found.jacobian) == pytest.approx(
        np.array([[0, 0.0888347551068901], [0, 0.782647883196813]]), rel=1e-13, abs=1e-15
    )
    assert found.eigenvalues == pytest.approx((0.782647883196813, 0), rel=1e-13, abs=1e-15)
    assert found.spectral_norm == pytest.approx(0.787673360465716, rel=1e-13)
    assert found.attracts


def test_the_fixed_point_of_weights_that_are_not_normalised() -> None:
    found = moment_map(actviz.get("selu"), 0.1, 1.1)
    assert found.fixed_point == pytest.approx((0.0547059806181940, 1.41028982927562), rel=1e-13)


def test_theorem_1_holds_with_the_ranges_that_are_attained() -> None:
    means, variances = theorem_1(SELU)
    assert variances[1] == pytest.approx(1.48157495827, rel=1e-11)
    assert variances[0] >= 0.80009
    assert variances[1] <= 1.48617
    assert means[0] == pytest.approx(-0.03106, abs=1e-5)
    assert means[1] == pytest.approx(0.06773, abs=1e-5)


def test_theorems_2_and_3_bound_the_variance() -> None:
    for variance in (3.0, 8.0, 16.0):
        assert all(step(SELU, mean, variance).variance < variance for mean in (-1.0, 0.0, 1.0))
    for variance in (0.02, 0.08, 0.16):
        assert step(SELU, 0.0, variance).variance > variance


@pytest.mark.parametrize("spec", ["gelu", "tanh", "elu"])
def test_the_jacobian_is_that_of_finite_differences(spec: str) -> None:
    response = Response(actviz.get(spec))
    place, h = (0.3, 1.2, 0.7, 1.1), 1e-5
    jacobian = step(response, *place).jacobian
    for column in (0, 1):
        ends = []
        for sign in (1, -1):
            moved = list(place)
            moved[column] += sign * h
            ends.append(step(response, *moved))
        assert jacobian[0][column] == pytest.approx((ends[0].mean - ends[1].mean) / (2 * h), rel=1e-7, abs=1e-9)
        assert jacobian[1][column] == pytest.approx((ends[0].variance - ends[1].variance) / (2 * h), rel=1e-7, abs=1e-9)


def test_functions_without_a_fixed_point() -> None:
    assert moment_map(actviz.get("relu")).fixed_point is None
    with pytest.raises(UsageError, match="cannot be used"):
        moment_map(actviz.get("selu"), 0.0, math.nan)
    with pytest.raises(UsageError, match=" has no variance for z of variance "):
        moment_map(actviz.get("exp(x**2/2)"))
    with pytest.raises(UsageError, match=" cannot be mapped"):
        step(SELU, 0.0, -1.0)

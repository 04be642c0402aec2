"""Generated PyTorch and JAX code, run in float64, against the registry; their automatic derivatives as well."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from generated import CASES, EXPRESSIONS, NAMES, Array, breakpoints, curve, curves, disagreement, points, run

from actviz.code import source
from actviz.curves.curve import Curve

Framework = tuple[str, Callable[[Any, Array], Array], Callable[[Any, Array], Array]]

# Squares overflow from 1e154 on, and these divide by them or multiply three such numbers.
BEYOND = {"pflu", "eis_1", "eis_2", "bent_identity", "colu"}
# JAX differentiates expm1 as expm1 + 1, PyTorch the sigmoid as σ(1 − σ): right to half a unit in the last place of 1.
SLOPE_ERROR = 1e-13


def torch_functions(torch: Any) -> Framework:
    def values(function: Any, x: Array) -> Array:
        result = function(torch.tensor(x, dtype=torch.float64))
        assert (result.dtype, result.shape) == (torch.float64, x.shape)
        return np.asarray(result.numpy())

    def slopes(function: Any, x: Array) -> Array:
        leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        result = function(leaf)
        if not result.requires_grad:  # a constant
            return np.zeros_like(x)
        return np.asarray(torch.autograd.grad(result.sum(), leaf)[0].numpy())

    return "torch", values, slopes


def jax_functions(jax: Any) -> Framework:
    def values(function: Any, x: Array) -> Array:
        result = function(jax.numpy.asarray(x))
        assert (result.dtype, result.shape) == ("float64", x.shape)
        return np.asarray(result)

    def slopes(function: Any, x: Array) -> Array:
        return np.asarray(jax.grad(lambda leaf: function(leaf).sum())(jax.numpy.asarray(x)))

    return "jax", values, slopes


@pytest.fixture(scope="session", params=["torch", "jax"])
def framework(request: pytest.FixtureRequest) -> Iterator[Framework]:
    reason = f"{request.param} is not installed: code generated for it is not run"
    if request.param == "torch":
        yield torch_functions(pytest.importorskip("torch", reason=reason))
        return
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JAX_PLATFORMS", "cpu")
        jax = pytest.importorskip("jax", reason=reason)
        with jax.enable_x64(True):
            yield jax_functions(jax)


def away(of: Curve, x: Array) -> Array:
    """The points that are no breakpoint, nor so close to one that its rounding matters."""
    return x[[all(abs(at - place) > 1e-9 for place in breakpoints(of)) for at in x.tolist()]]


@pytest.mark.parametrize(("spec", "order", "wrt"), CASES)
def test_generated_code_computes_what_the_registry_does(framework: Framework, spec: str, order: int, wrt: str) -> None:
    name, values, _ = framework
    of = curve(spec, order, wrt)
    x = points(of)
    if name == "jax":
        x = x[(x == 0) | (np.abs(x) > 1e-290)]  # XLA on a CPU takes subnormal numbers for 0, and their products
    for function, truth in zip(run(source(of, name)), curves(of), strict=True):
        assert disagreement(values(function, x), truth, x) == ""
        assert np.isnan(values(function, np.array([math.nan]))).all()


@pytest.mark.parametrize("spec", [*NAMES, *EXPRESSIONS])
def test_automatic_derivatives_of_generated_values_are_the_derivative(framework: Framework, spec: str) -> None:
    name, _, slopes = framework
    of = curve(spec)
    value = run(source(of, name))[0]
    x = away(of, points(of))
    scale = max(1.0, float(np.nanmax(np.abs(of.at(x[np.abs(x) < 4])))))
    np.testing.assert_allclose(slopes(value, x), of.at(x), rtol=1e-12, atol=SLOPE_ERROR * scale)


@pytest.mark.parametrize("spec", NAMES)
def test_automatic_derivatives_take_the_registrys_side_at_kinks(framework: Framework, spec: str) -> None:
    name, _, slopes = framework
    of = curve(spec)
    kinks = np.array(breakpoints(of))
    value = run(source(of, name))[0]
    np.testing.assert_allclose(slopes(value, kinks), of.at(kinks), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("spec", NAMES)
def test_nothing_is_nan_far_out(framework: Framework, spec: str) -> None:
    name, values, slopes = framework
    of = curve(spec)
    x = np.array([-800.0, 800.0] if spec in BEYOND else [-1e300, -800.0, 800.0, 1e300])
    value, derivative = run(source(of, name))
    finite = np.isfinite(curves(of)[0].at(x))
    assert not np.isnan(slopes(value, x))[finite].any()
    assert not np.isnan(values(value, x))[finite].any()
    assert not np.isnan(values(derivative, x))[np.isfinite(of.at(x))].any()


def test_torch_code_keeps_the_type_takes_numbers_and_learns_parameters() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: code generated for it is not run")
    for spec in NAMES:
        for function in run(source(curve(spec), "torch")):
            assert function(torch.tensor([0.5, -0.25], dtype=torch.float32)).dtype == torch.float32
            assert function(2).dtype == function(2.0).dtype == torch.get_default_dtype()
    for spec, parameter in (("prelu", "alpha"), ("arelu", "beta"), ("squareplus", "b"), ("soft_exponential", "alpha")):
        of = curve(spec, 1, parameter)
        learned = torch.tensor(of.activation.values[parameter] or 0.5, dtype=torch.float64, requires_grad=True)
        x = torch.tensor([-1.5, 0.7], dtype=torch.float64)
        function, derivative = run(source(of, "torch"))
        (slope,) = torch.autograd.grad(function(x, **{parameter: learned}).sum(), learned)
        torch.testing.assert_close(slope, derivative(x, **{parameter: learned.detach()}).sum(), rtol=1e-12, atol=0)


def test_jax_code_keeps_the_type_takes_numbers_and_compiles() -> None:
    jax = pytest.importorskip("jax", reason="jax is not installed: code generated for it is not run")
    for spec in ("selu", "hard_elish", "golu", "arelu", "squareplus", "sinc", "step"):
        for function in run(source(curve(spec), "jax")):
            assert function(jax.numpy.asarray([0.5, -0.25], dtype="bfloat16")).dtype == "bfloat16"
            assert function(2).dtype == function(2.0).dtype == jax.numpy.asarray(2.0).dtype
            x = jax.numpy.asarray([-1.5, 0.0, 0.7])
            np.testing.assert_allclose(jax.jit(function)(x), function(x), rtol=1e-6)

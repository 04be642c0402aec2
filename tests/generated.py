"""What the tests of generated code share: the points, the truth, and how close to it code must come."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from actviz.api import get
from actviz.curves.curve import Curve
from actviz.registry.lookup import built_in

Array = NDArray[np.float64]

NAMES = [entry.name for entry in built_in()]
RELATIVE = 1e-12


def breakpoints(curve: Curve) -> list[float]:
    """Where the function or the derivative changes its formula."""
    both = [
        point.x for one in (curve.activation.curve(), curve) for point in one.pieces(-math.inf, math.inf).breakpoints
    ]
    return sorted(set(both))


def points(curve: Curve) -> Array:
    """±30, densely around 0, down to 1e-300, and the breakpoints with their neighbourhood."""
    draw = np.random.default_rng(4)
    small = np.geomspace(1e-300, 1e-2, 40)
    parts = [np.linspace(-30, 30, 241), draw.uniform(-30, 30, 60), draw.uniform(-2, 2, 60), small, -small]
    parts += [
        np.array([place - 1e-6, place - 1e-10, place, place + 1e-10, place + 1e-6]) for place in breakpoints(curve)
    ]
    return np.unique(np.concatenate([*parts, np.array([0.0, -0.0])]))


def disagreement(found: Any, curve: Curve, x: Array) -> str:
    """Where code and registry differ by more than a relative 1e-12; nothing if they agree.

    Close to a zero the error is held against the curve's scale, of which it may be four units in the last place.
    """
    truth = curve.at(x)
    computed = np.broadcast_to(np.asarray(found, dtype=np.float64), x.shape)
    wild = ~np.isfinite(truth)
    if not np.array_equal(computed[wild], truth[wild], equal_nan=True):
        return f"{computed[wild]} instead of {truth[wild]} at {x[wild]}"
    scale = float(np.abs(truth[~wild & (np.abs(x) < 4)]).max(initial=0.0))
    x, truth, computed = x[~wild], truth[~wild], computed[~wild]
    allowed = RELATIVE * np.abs(truth) + np.where(_close_to_zero(x, truth), 1e-15 * scale * np.maximum(1, np.abs(x)), 0)
    error = np.abs(computed - truth)
    worst = int(np.argmax(np.nan_to_num(error - allowed, nan=np.inf)))
    if error[worst] <= max(allowed[worst], 1e-305):
        return ""
    return f"{computed[worst]!r} instead of {truth[worst]!r} at x = {x[worst]!r}"


def _close_to_zero(x: Array, truth: Array) -> NDArray[np.bool_]:
    """Which points have a value of another sign, or none, or one that touches zero, within 0.3."""
    signs, size = np.sign(truth), np.abs(truth)
    touched = np.zeros(x.shape, dtype=bool)
    touched[1:-1] = (size[1:-1] < size[:-2]) & (size[1:-1] < size[2:]) & (size[1:-1] < 1e-3 * size.max(initial=0.0))
    apart = np.abs(x[:, None] - x[None, :]) < 0.3
    return np.asarray((apart & ((signs[:, None] != signs[None, :]) | touched[None, :])).any(axis=1))


def curve(spec: str, order: int = 1, wrt: str = "x") -> Curve:
    return get(spec).curve(order, wrt)


def defined(source: str) -> list[str]:
    """The names of the functions that a generated Python file is for: the function and its derivative."""
    found = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return [name for name in found if not name.startswith("_")]


def run(source: str) -> list[Any]:
    """The functions of a generated Python file, run in a namespace of its own."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "generated.py", "exec"), namespace)
    return [namespace[name] for name in defined(source)]


def curves(of: Curve) -> tuple[Curve, Curve]:
    """What the two functions of a file compute."""
    return of.activation.curve(), of


# Everything the language has, in formulas that no registry holds.
EXPRESSIONS = [
    "x*tanh(softplus(x))",
    "a*x/(b + abs(x)):a=1:b=2",
    "max(x, 0)**2",
    "min(x, 1, exp(x)) + max(x, -2, x/2)",
    "clip(x, -1, 2)*sin(x) + cos(x)*sign(x - 1)",
    "sqrt(abs(x) + 1)",
    "x**x if x > 0 else sign(x)",
    "1 if x > 0 and x < 1 or not x > -1 else tan(x/40)",
    "log_sigmoid(x) + erf(x)/2 - erfc(x)/3",
    "b**x*(1 + b):b=1.5",
    "sech(x)*cosh(x/3) + sinh(x/9)",
    "e**(-x/9) + pi*asinh(x) - atan(x)",
    "x if x != 0 else 1",
    "log(1 + x**2) + log1p(x*x) + normal_pdf(x)*normal_cdf(-x)",
    "sigmoid(2*x)**p/(1 + sqrt(p)*exp(-abs(x))) - sigmoid(p):p=2.5",
    "(sin(x)*x if x != 0 else 1) - (1/3 if x > 2/7 else 0.1)",
    "-(-x) - -x*(-2)**2 + 2**-1*x**-2 if x > 1 else -x**2",
    "x/2 if (0 < x < 1) or x >= 3 else x - 1",
    "clip(b, 0, 1)*x + min(a, b, 2)*sigmoid(2)*log(7):a=3:b=0.5",
    "abs(a)*x + sign(a)*exp(x/9) + max(a, 1/a):a=-0.5",
]
SECOND = ["gelu", "silu", "mish", "selu", "softplus", "tanh", "sigmoid", "elu", "gelu_tanh", "snake", "hard_swish"]
SECOND += ["gaussian", "logish", "smelu"]
IN_PARAMETERS = [("prelu", "alpha"), ("swish", "beta"), ("selu", "scale"), ("elu", "alpha"), ("mpelu", "beta")]
IN_PARAMETERS += [("srelu", "t_r"), ("aria2", "alpha"), ("soft_shrink", "lambd"), ("snake", "a"), ("dyt", "gamma")]
IN_PARAMETERS += [("arelu", "alpha"), ("celu", "alpha"), ("threshold", "threshold"), ("b_silu", "alpha")]
MIXED = [("swish", "x,beta"), ("selu", "alpha,scale"), ("snake", "a,x"), ("acon_c", "p1,p2"), ("elu", "x,alpha")]

CASES = [
    *[pytest.param(name, 1, "x", id=name) for name in NAMES],
    *[pytest.param(name, 2, "x", id=f"{name}''") for name in SECOND],
    *[pytest.param(name, 1, wrt, id=f"{name} in {wrt}") for name, wrt in IN_PARAMETERS],
    *[pytest.param(name, 2, wrt, id=f"{name} in {wrt}") for name, wrt in MIXED],
    *[pytest.param(text, 1, "x", id=text) for text in EXPRESSIONS],
    pytest.param("jax.nn.leaky_relu", 1, "x", id="jax.nn.leaky_relu"),
    pytest.param("keras.layers.LeakyReLU", 1, "x", id="keras.layers.LeakyReLU"),
]

"""The tables of `frameworks.toml` against the live frameworks, where they are installed."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from actviz import get
from actviz.language.dialects.table import tables

X = np.array([-7.5, -2.25, -0.75, -0.2, 0.3, 0.625, 1.5, 3.25, 8.0])
# How a number is stored, and what is no function of one number under these names elsewhere.
STORED = {
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "identity",
    "array",
    "asarray",
    "tensor",
    "as_tensor",
    "cast",
    "constant",
}
INSIDE = {
    "arctanh",
    "atanh",
    "logit",
    "log",
    "ln",
    "log2",
    "log10",
    "log1p",
    "sqrt",
    "rsqrt",
    "float_power",
}  # of (0, 1)


def _points(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.linspace(0.05, 0.95, 9) if name in INSIDE else X


def _same(name: str, prefix: str, live: Callable[..., Any], convert: Callable[[Any], Any]) -> None:
    x = _points(name)
    expected = np.asarray(live(convert(x)), dtype=np.float64)
    np.testing.assert_allclose(get(f"{prefix}.{name}(x)")(x), expected, rtol=2e-7, atol=1e-9)


def _of_x_alone(prefix: str) -> list[str]:
    found = tables().forms.items()
    fitting = {
        name for (home, name), forms in found if home == prefix and forms[0].bound([ast.Name("x")], {}) is not None
    }
    return sorted(fitting - STORED)


@pytest.mark.parametrize("name", [name for name in _of_x_alone("np") if hasattr(np, name)])
def test_numpy_gives_the_same(name: str) -> None:
    _same(name, "np", getattr(np, name), lambda x: x)


@pytest.mark.parametrize("prefix", ["torch", "torch.nn.functional", "torch.special"])
def test_pytorch_gives_the_same(prefix: str) -> None:
    torch = pytest.importorskip("torch")
    home: Any = torch
    for part in prefix.split(".")[1:]:
        home = getattr(home, part)
    checked = 0
    for name in _of_x_alone(prefix):
        live = getattr(home, name, None)
        if live is None or name == "rrelu":
            continue
        _same(name, prefix, live, torch.as_tensor)
        checked += 1
    assert checked > 5


def test_jax_gives_the_same() -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    for prefix, home in (("jax.nn", jax.nn), ("jnp", jax.numpy)):
        for name in _of_x_alone(prefix):
            live = getattr(home, name, None)
            if live is not None:
                _same(name, prefix, live, jax.numpy.asarray)

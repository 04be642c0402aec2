"""The activation functions of no larger family, in mpmath, with the derivatives that calculus gives.

Nothing here comes from actviz. x and the parameters are mpf.
"""

# ruff: noqa: ARG001  a derivative takes the same arguments as its function

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp


# exp(−x²)
def gaussian(x: Any) -> Any:
    return mp.exp(-(x**2))


def gaussian_derivative(x: Any) -> Any:
    return -2 * x * mp.exp(-(x**2))


# (1 − x²)·exp(−x²/2)
def ricker(x: Any) -> Any:
    return (1 - x**2) * mp.exp(-(x**2) / 2)


def ricker_derivative(x: Any) -> Any:
    return x * (x**2 - 3) * mp.exp(-(x**2) / 2)


# asinh(x)
def asinh(x: Any) -> Any:
    return mp.asinh(x)


def asinh_derivative(x: Any) -> Any:
    return 1 / mp.sqrt(1 + x**2)


# sign(x)·ln(1 + |x|)
def symlog(x: Any) -> Any:
    return mp.log1p(x) if x > 0 else -mp.log1p(-x)


def symlog_derivative(x: Any) -> Any:
    return 1 / (1 + abs(x))


# Zhu, Chen, He, LeCun, Liu (2025), arXiv:2503.10622
def dyt(x: Any, *, alpha: Any, gamma: Any, beta: Any) -> Any:
    return gamma * mp.tanh(alpha * x) + beta


def dyt_derivative(x: Any, *, alpha: Any, gamma: Any, beta: Any) -> Any:
    return gamma * alpha * mp.sech(alpha * x) ** 2


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "gaussian": (gaussian, gaussian_derivative),
    "ricker": (ricker, ricker_derivative),
    "asinh": (asinh, asinh_derivative),
    "symlog": (symlog, symlog_derivative),
    "dyt": (dyt, dyt_derivative),
}

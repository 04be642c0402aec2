"""The polynomial-like family as it is defined, in mpmath, with the derivatives that calculus gives.

Nothing here comes from actviz. x and the parameters are mpf.
"""

# ruff: noqa: ARG001  a derivative takes the same arguments as its function

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf


# x
def identity(x: Any) -> Any:
    return x


def identity_derivative(x: Any) -> Any:
    return mpf(1)


# α·x + β
def affine(x: Any, *, alpha: Any, beta: Any) -> Any:
    return alpha * x + beta


def affine_derivative(x: Any, *, alpha: Any, beta: Any) -> Any:
    return alpha


# x²
def square(x: Any) -> Any:
    return x**2


def square_derivative(x: Any) -> Any:
    return 2 * x


# x³
def cube(x: Any) -> Any:
    return x**3


def cube_derivative(x: Any) -> Any:
    return 3 * x**2


# 'Biologically Inspired Oscillating Activation Functions ...' (2021), arXiv:2111.04020
def squ(x: Any) -> Any:
    return x**2 + x


def squ_derivative(x: Any) -> Any:
    return 2 * x + 1


# 'Biologically Inspired Oscillating Activation Functions ...' (2021), arXiv:2111.04020
def ncu(x: Any) -> Any:
    return x - x**3


def ncu_derivative(x: Any) -> Any:
    return 1 - 3 * x**2


# (√(x² + 1) − 1)/2 + x, and √(x² + 1) − 1 = x²/(√(x² + 1) + 1)
def bent_identity(x: Any) -> Any:
    return x**2 / (2 * (mp.sqrt(x**2 + 1) + 1)) + x


def bent_identity_derivative(x: Any) -> Any:
    return x / (2 * mp.sqrt(x**2 + 1)) + 1


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "identity": (identity, identity_derivative),
    "affine": (affine, affine_derivative),
    "square": (square, square_derivative),
    "cube": (cube, cube_derivative),
    "squ": (squ, squ_derivative),
    "ncu": (ncu, ncu_derivative),
    "bent_identity": (bent_identity, bent_identity_derivative),
}

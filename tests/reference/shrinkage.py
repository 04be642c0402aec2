"""The shrinkage functions as they are defined, in mpmath, with the derivatives that calculus gives.

Nothing here comes from actviz. x and the parameters are mpf. At a kink a function takes the first branch whose
condition holds, which is 0 at both ends of the dead zone.
"""

# ruff: noqa: ARG001  a derivative takes the same arguments as its function

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf


# x where |x| > λ, 0 else
def hard_shrink(x: Any, *, lambd: Any) -> Any:
    return x if x > lambd or x < -lambd else mpf(0)


def hard_shrink_derivative(x: Any, *, lambd: Any) -> Any:
    return mpf(1) if x > lambd or x < -lambd else mpf(0)


# x − λ where x > λ, x + λ where x < −λ, 0 else
def soft_shrink(x: Any, *, lambd: Any) -> Any:
    if x > lambd:
        return x - lambd
    return x + lambd if x < -lambd else mpf(0)


def soft_shrink_derivative(x: Any, *, lambd: Any) -> Any:
    return mpf(1) if x > lambd or x < -lambd else mpf(0)


# x − bias where x > λ, x + bias where x < −λ, 0 else
def shrink(x: Any, *, lambd: Any, bias: Any) -> Any:
    if x > lambd:
        return x - bias
    return x + bias if x < -lambd else mpf(0)


def shrink_derivative(x: Any, *, lambd: Any, bias: Any) -> Any:
    return mpf(1) if x > lambd or x < -lambd else mpf(0)


# x − tanh(x), about x³/3 near 0, where the difference takes that much more precision
def tanh_shrink(x: Any) -> Any:
    if x == 0:
        return mpf(0)
    with mp.workprec(mp.prec + 2 * max(0, -mp.mag(x))):
        difference = x - mp.tanh(x)
    return +difference


def tanh_shrink_derivative(x: Any) -> Any:
    return mp.tanh(x) ** 2


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "hard_shrink": (hard_shrink, hard_shrink_derivative),
    "soft_shrink": (soft_shrink, soft_shrink_derivative),
    "shrink": (shrink, shrink_derivative),
    "tanh_shrink": (tanh_shrink, tanh_shrink_derivative),
}

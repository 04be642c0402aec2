"""The activation functions as their papers print them, in mpmath, and the constants of SELU from their closed forms.

Nothing here comes from actviz: these are the independent facts that its values and derivatives are held to. A
function takes an mpf and its parameters by name. At a kink it takes the branch that the paper's condition gives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath
from mpmath import mp, mpf

Real = Any  # an mpmath.mpf; mpmath ships no types


class Formula(NamedTuple):
    """A function, its derivative, and where in x its formula changes, each from the parameters by name."""

    value: Callable[..., Real]
    derivative: Callable[..., Real]
    kinks: Callable[..., tuple[float, ...]]


def _nowhere(**_: float) -> tuple[float, ...]:
    return ()


def _zero(**_: float) -> tuple[float, ...]:
    return (0.0,)


# f(x) = x


def identity(x: Real) -> Real:
    return x


def identity_slope(x: Real) -> Real:  # noqa: ARG001  the slope of a line is the same everywhere
    return mpf(1)


# Nair, Hinton (2010). Rectified Linear Units Improve Restricted Boltzmann Machines: max(0, x).


def relu(x: Real) -> Real:
    return max(mpf(0), x)


def relu_slope(x: Real) -> Real:
    return mpf(1) if x > 0 else mpf(0)


# Maas, Hannun, Ng (2013). Rectifier Nonlinearities Improve Neural Network Acoustic Models: wᵀx where wᵀx > 0,
# 0.01 wᵀx else.


def leaky_relu(x: Real, negative_slope: Real) -> Real:
    return x if x > 0 else negative_slope * x


def leaky_relu_slope(x: Real, negative_slope: Real) -> Real:
    return mpf(1) if x > 0 else negative_slope


# He, Zhang, Ren, Sun (2015), arXiv:1502.01852: f(y) = max(0, y) + a·min(0, y).


def prelu(x: Real, alpha: Real) -> Real:
    return max(mpf(0), x) + (alpha * min(mpf(0), x) if x < 0 else mpf(0))


def prelu_slope(x: Real, alpha: Real) -> Real:
    return mpf(1) if x > 0 else alpha


# Clevert, Unterthiner, Hochreiter (2015), arXiv:1511.07289: f(x) = x for x > 0, α(exp(x) − 1) for x ≤ 0;
# f′(x) = 1 for x > 0, f(x) + α = α exp(x) for x ≤ 0.


def elu(x: Real, alpha: Real) -> Real:
    return x if x > 0 else alpha * mpmath.expm1(x)


def elu_slope(x: Real, alpha: Real) -> Real:
    return mpf(1) if x > 0 else alpha * mpmath.exp(x)


# Klambauer, Unterthiner, Mayr, Hochreiter (2017), arXiv:1706.02515: selu(x) = λx for x > 0,
# λ(α exp(x) − α) for x ≤ 0.


def selu(x: Real, scale: Real, alpha: Real) -> Real:
    return scale * x if x > 0 else scale * (alpha * mpmath.expm1(x))


def selu_slope(x: Real, scale: Real, alpha: Real) -> Real:
    return scale if x > 0 else scale * (alpha * mpmath.exp(x))


# Konda, Memisevic, Krueger (2014), arXiv:1402.3337: the truncated rectifier, x where x > θ, 0 else.


def thresholded_relu(x: Real, theta: Real) -> Real:
    return x if x > theta else mpf(0)


def thresholded_relu_slope(x: Real, theta: Real) -> Real:
    return mpf(1) if x > theta else mpf(0)


def _threshold(theta: float) -> tuple[float, ...]:
    return (theta,)


FORMULAS: dict[str, Formula] = {
    "identity": Formula(identity, identity_slope, _nowhere),
    "relu": Formula(relu, relu_slope, _zero),
    "leaky_relu": Formula(leaky_relu, leaky_relu_slope, _zero),
    "prelu": Formula(prelu, prelu_slope, _zero),
    "elu": Formula(elu, elu_slope, _zero),
    "selu": Formula(selu, selu_slope, _zero),
    "thresholded_relu": Formula(thresholded_relu, thresholded_relu_slope, _threshold),
}


def selu_constants(digits: int = 50) -> tuple[Real, Real]:
    """λ and α such that mean 0 and variance 1 are a fixed point (Klambauer et al. 2017, arXiv:1706.02515)."""
    with mp.workdps(digits + 10):
        one, two = mpf(1), mpf(2)
        tail = mpmath.erfc(one / mpmath.sqrt(two))
        root_e = mpmath.exp(one / two)
        alpha = -mpmath.sqrt(two / mp.pi) / (tail * root_e - 1)
        square = (
            2 * mpmath.erfc(mpmath.sqrt(two)) * mp.e**2
            + mp.pi * tail**2 * mp.e
            - 2 * (2 + mp.pi) * tail * root_e
            + mp.pi
            + 2
        )
        scale = (1 - tail * root_e) * mpmath.sqrt(2 * mp.pi) / mpmath.sqrt(square)
        return scale, alpha


def selu_moments(scale: Real, alpha: Real) -> tuple[Real, Real]:
    """Mean and second moment of selu(z) for a standard normal z, by quadrature."""

    def density(z: Real) -> Real:
        return mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mp.pi)

    places = [-mpmath.inf, -8, -4, -2, 0, 2, 4, 8, mpmath.inf]
    return (
        mpmath.quad(lambda z: selu(z, scale, alpha) * density(z), places),
        mpmath.quad(lambda z: selu(z, scale, alpha) ** 2 * density(z), places),
    )

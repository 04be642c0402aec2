"""The gated family, x times a gate built on one of the sigmoids, in mpmath, with the derivatives of calculus.

Nothing here comes from actviz. x and the parameters are mpf, and constants are computed at the precision in force.
Complements are written so that they do not cancel: 1 − sigmoid(x) = sigmoid(−x), (1 + tanh(u))/2 = sigmoid(2u) and
1 − tanh² = sech². Φ and φ are the standard normal distribution and density. At a kink a function takes the first
branch whose condition holds. The rest of the family is in gated_more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf

from .sigmoidal import normal_cdf, normal_cdf_derivative, sigmoid


# Hendrycks, Gimpel (2016), arXiv:1606.08415; Elfwing, Uchibe, Doya (2017), arXiv:1702.03118
def silu(x: Any) -> Any:
    return x * sigmoid(x)


def silu_derivative(x: Any) -> Any:
    return sigmoid(x) * (1 + x * sigmoid(-x))


# Ramachandran, Zoph, Le (2017), arXiv:1710.05941
def swish(x: Any, *, beta: Any) -> Any:
    return x * sigmoid(beta * x)


def swish_derivative(x: Any, *, beta: Any) -> Any:
    return sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x))


# Alcaide (2018), arXiv:1801.07145
def eswish(x: Any, *, beta: Any) -> Any:
    return beta * x * sigmoid(x)


def eswish_derivative(x: Any, *, beta: Any) -> Any:
    return beta * silu_derivative(x)


# Howard et al. (2019), arXiv:1905.02244
def hard_swish(x: Any) -> Any:
    if x >= 3:
        return x
    return x * (x + 3) / 6 if x > -3 else mpf(0)


def hard_swish_derivative(x: Any) -> Any:
    if x >= 3:
        return mpf(1)
    return (2 * x + 3) / 6 if x > -3 else mpf(0)


# Hendrycks, Gimpel (2016), arXiv:1606.08415
def gelu(x: Any) -> Any:
    return x * normal_cdf(x)


def gelu_derivative(x: Any) -> Any:
    return normal_cdf(x) + x * normal_cdf_derivative(x)


# Hendrycks, Gimpel (2016), arXiv:1606.08415: x/2·(1 + tanh(u)) with u = √(2/π)·(x + 0.044715·x³)
def gelu_tanh(x: Any) -> Any:
    return x * sigmoid(2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3))


def gelu_tanh_derivative(x: Any) -> Any:
    inner = mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)
    slope = mp.sqrt(2 / mp.pi) * (1 + 3 * mpf("0.044715") * x**2)
    return sigmoid(2 * inner) + x / 2 * mp.sech(inner) ** 2 * slope


# Hendrycks, Gimpel (2016), arXiv:1606.08415
def gelu_quick(x: Any) -> Any:
    return swish(x, beta=mpf("1.702"))


def gelu_quick_derivative(x: Any) -> Any:
    return swish_derivative(x, beta=mpf("1.702"))


# Wu, Judd, Zhang, Isaev, Micikevicius (2020), arXiv:2004.09602
def gelu_10(x: Any, *, low: Any, high: Any) -> Any:
    inside = gelu(x)
    if inside > high:
        return high
    return low if inside < low else inside


def gelu_10_derivative(x: Any, *, low: Any, high: Any) -> Any:
    return gelu_derivative(x) if low <= gelu(x) <= high else mpf(0)


# Yu, Su (2019), arXiv:1911.03925
def sgelu(x: Any, *, alpha: Any) -> Any:
    return alpha * x * mp.erf(x / mp.sqrt(2))


def sgelu_derivative(x: Any, *, alpha: Any) -> Any:
    return alpha * (mp.erf(x / mp.sqrt(2)) + mp.sqrt(2 / mp.pi) * x * mp.exp(-(x**2) / 2))


# Naveen (2021), doi:10.36227/techrxiv.17283824.v1
def phish(x: Any) -> Any:
    return x * mp.tanh(gelu(x))


def phish_derivative(x: Any) -> Any:
    inside = gelu(x)
    return mp.tanh(inside) + x * mp.sech(inside) ** 2 * gelu_derivative(x)


# 'Mining Generalizable Activation Functions' (2026), arXiv:2602.05688
def gelu_sine(x: Any, *, a: Any) -> Any:
    return gelu(x) + a * mp.sin(x)


def gelu_sine_derivative(x: Any, *, a: Any) -> Any:
    return gelu_derivative(x) + a * mp.cos(x)


# Kumar (2022), arXiv:2209.06119: α + tanh(βx), past |βx| = 1 from whichever of ±1 tanh is near
def _aptx_gate(x: Any, alpha: Any, beta: Any) -> Any:
    if beta * x < -1:
        return (alpha - 1) + 2 * sigmoid(2 * beta * x)
    if beta * x > 1:
        return (alpha + 1) - 2 * sigmoid(-2 * beta * x)
    return alpha + mp.tanh(beta * x)


def aptx(x: Any, *, alpha: Any, beta: Any, gamma: Any) -> Any:
    return _aptx_gate(x, alpha, beta) * gamma * x


def aptx_derivative(x: Any, *, alpha: Any, beta: Any, gamma: Any) -> Any:
    return gamma * (_aptx_gate(x, alpha, beta) + beta * x * mp.sech(beta * x) ** 2)


# Roy, Manna, Dubey, Chaudhuri (2019), arXiv:1901.05894
def lisht(x: Any) -> Any:
    return x * mp.tanh(x)


def lisht_derivative(x: Any) -> Any:
    return mp.tanh(x) + x * mp.sech(x) ** 2


# Basirat, Roth (2018), arXiv:1808.00783
def elish(x: Any) -> Any:
    return x * sigmoid(x) if x > 0 else mp.expm1(x) * sigmoid(x)


def elish_derivative(x: Any) -> Any:
    if x > 0:
        return silu_derivative(x)
    return sigmoid(x) * (mp.exp(x) + mp.expm1(x) * sigmoid(-x))


# Basirat, Roth (2018), arXiv:1808.00783
def hard_elish(x: Any) -> Any:
    gate = min(max((x + 1) / 2, mpf(0)), mpf(1))
    return x * gate if x > 0 else mp.expm1(x) * gate


def hard_elish_derivative(x: Any) -> Any:
    if x >= 1:
        return mpf(1)
    if x > 0:
        return x + mpf(1) / 2
    return (mp.exp(x) * (x + 1) + mp.expm1(x)) / 2 if x > -1 else mpf(0)


# Chieng, Wahid, Pauline, Perla (2018), arXiv:1812.06247
def fts(x: Any, *, T: Any) -> Any:  # noqa: N803  its published name
    return silu(x) + T if x > 0 else T


def fts_derivative(x: Any, *, T: Any) -> Any:  # noqa: ARG001, N803  shifts f, leaves its slope
    return silu_derivative(x) if x > 0 else mpf(0)


# Patwardhan, Ingalhalikar, Walambe (2018), arXiv:1805.08878
def aria2(x: Any, *, alpha: Any, beta: Any) -> Any:
    return x * sigmoid(beta * x) ** alpha


def aria2_derivative(x: Any, *, alpha: Any, beta: Any) -> Any:
    return sigmoid(beta * x) ** alpha * (1 + alpha * beta * x * sigmoid(-beta * x))


# Ma, Zhang, Liu, Sun (2020), arXiv:2009.04759
def acon_c(x: Any, *, p1: Any, p2: Any, beta: Any) -> Any:
    return (p1 - p2) * x * sigmoid(beta * (p1 - p2) * x) + p2 * x


def acon_c_derivative(x: Any, *, p1: Any, p2: Any, beta: Any) -> Any:
    return (p1 - p2) * swish_derivative(x, beta=beta * (p1 - p2)) + p2


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "silu": (silu, silu_derivative),
    "swish": (swish, swish_derivative),
    "eswish": (eswish, eswish_derivative),
    "hard_swish": (hard_swish, hard_swish_derivative),
    "gelu": (gelu, gelu_derivative),
    "gelu_tanh": (gelu_tanh, gelu_tanh_derivative),
    "gelu_quick": (gelu_quick, gelu_quick_derivative),
    "gelu_10": (gelu_10, gelu_10_derivative),
    "sgelu": (sgelu, sgelu_derivative),
    "phish": (phish, phish_derivative),
    "gelu_sine": (gelu_sine, gelu_sine_derivative),
    "aptx": (aptx, aptx_derivative),
    "lisht": (lisht, lisht_derivative),
    "elish": (elish, elish_derivative),
    "hard_elish": (hard_elish, hard_elish_derivative),
    "fts": (fts, fts_derivative),
    "aria2": (aria2, aria2_derivative),
    "acon_c": (acon_c, acon_c_derivative),
}

"""The sigmoidal family as its papers define it, in mpmath, with the derivatives that calculus gives.

Nothing here comes from actviz. x and the parameters are mpf, and constants are computed at the precision in force.
Complements are written so that they do not cancel: 1 − sigmoid(x) = sigmoid(−x), 1 − tanh² = sech², and
1 + erf(z) = erfc(−z). At a kink a function takes the first branch whose condition holds.
"""

# ruff: noqa: ARG001  a derivative takes the same arguments as its function

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf


# 1/(1 + exp(−x))
def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def sigmoid_derivative(x: Any) -> Any:
    return sigmoid(x) * sigmoid(-x)


# clip(slope·x + offset, 0, 1); slope 1/6: Howard et al. (2019), arXiv:1905.02244
def hard_sigmoid(x: Any, *, slope: Any, offset: Any) -> Any:
    line = slope * x + offset
    if line >= 1:
        return mpf(1)
    return line if line > 0 else mpf(0)


def hard_sigmoid_derivative(x: Any, *, slope: Any, offset: Any) -> Any:
    line = slope * x + offset
    return slope if 0 < line < 1 else mpf(0)


# Blondel, Martins, Niculae (2019), arXiv:1901.02324, section 6.2
def sparse_sigmoid(x: Any) -> Any:
    if x >= 1:
        return mpf(1)
    return (x + 1) / 2 if x > -1 else mpf(0)


def sparse_sigmoid_derivative(x: Any) -> Any:
    return mpf(1) / 2 if -1 < x < 1 else mpf(0)


# tanh(x)
def tanh(x: Any) -> Any:
    return mp.tanh(x)


def tanh_derivative(x: Any) -> Any:
    return mp.sech(x) ** 2


# a·tanh(b·x)
def scaled_tanh(x: Any, *, a: Any, b: Any) -> Any:
    return a * mp.tanh(b * x)


def scaled_tanh_derivative(x: Any, *, a: Any, b: Any) -> Any:
    return a * b * mp.sech(b * x) ** 2


# Xu, Huang, Li (2016), arXiv:1602.05980
def penalized_tanh(x: Any, *, a: Any) -> Any:
    return mp.tanh(x) if x > 0 else a * mp.tanh(x)


def penalized_tanh_derivative(x: Any, *, a: Any) -> Any:
    return mp.sech(x) ** 2 if x > 0 else a * mp.sech(x) ** 2


# clip(x, min_val, max_val)
def hard_tanh(x: Any, *, min_val: Any, max_val: Any) -> Any:
    if x >= max_val:
        return max_val
    return x if x > min_val else min_val


def hard_tanh_derivative(x: Any, *, min_val: Any, max_val: Any) -> Any:
    return mpf(1) if min_val < x < max_val else mpf(0)


# x/(1 + |x|)
def softsign(x: Any) -> Any:
    return x / (1 + abs(x))


def softsign_derivative(x: Any) -> Any:
    return 1 / (1 + abs(x)) ** 2


# (x/(1 + |x|) + 1)/2, which is (1 + 2x)/(2 + 2x) from 0 up and 1/(2 − 2x) below
def elliott(x: Any) -> Any:
    return (1 + 2 * x) / (2 + 2 * x) if x > 0 else 1 / (2 - 2 * x)


def elliott_derivative(x: Any) -> Any:
    return 1 / (2 * (1 + abs(x)) ** 2)


# Carlile, Delamarter, Kinney, Marti, Whitney (2017), arXiv:1710.09967
def isru(x: Any, *, alpha: Any) -> Any:
    return x / mp.sqrt(1 + alpha * x**2)


def isru_derivative(x: Any, *, alpha: Any) -> Any:
    return 1 / mp.sqrt(1 + alpha * x**2) ** 3


# atan(x)
def arctan(x: Any) -> Any:
    return mp.atan(x)


def arctan_derivative(x: Any) -> Any:
    return 1 / (1 + x**2)


# erf(x)
def erf(x: Any) -> Any:
    return mp.erf(x)


def erf_derivative(x: Any) -> Any:
    return 2 / mp.sqrt(mp.pi) * mp.exp(-(x**2))


# (1 + erf(x/√2))/2 = erfc(−x/√2)/2
def normal_cdf(x: Any) -> Any:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def normal_cdf_derivative(x: Any) -> Any:
    return mp.exp(-(x**2) / 2) / mp.sqrt(2 * mp.pi)


# Ma, Zhou, Kong, He, Gui, Neubig, May, Zettlemoyer (2022), arXiv:2209.10655
def laplace(x: Any, *, mu: Any, sigma: Any) -> Any:
    return mp.erfc(-(x - mu) / (sigma * mp.sqrt(2))) / 2


def laplace_derivative(x: Any, *, mu: Any, sigma: Any) -> Any:
    return mp.exp(-((x - mu) ** 2) / (2 * sigma**2)) / (sigma * mp.sqrt(2 * mp.pi))


# 1 − exp(−exp(x))
def cloglog(x: Any) -> Any:
    return -mp.expm1(-mp.exp(x))


def cloglog_derivative(x: Any) -> Any:
    return mp.exp(x) * mp.exp(-mp.exp(x))


# exp(−exp(−x))
def loglog(x: Any) -> Any:
    return mp.exp(-mp.exp(-x))


def loglog_derivative(x: Any) -> Any:
    return mp.exp(-x) * mp.exp(-mp.exp(-x))


# (1 − exp(−x))/(1 + exp(−x))
def bipolar_sigmoid(x: Any) -> Any:
    return -mp.expm1(-x) / (1 + mp.exp(-x))


def bipolar_sigmoid_derivative(x: Any) -> Any:
    return 2 * sigmoid(x) * sigmoid(-x)


# Wuraola, Patel (2018), doi:10.1109/IJCNN.2018.8489043
def sqnl(x: Any) -> Any:
    if x >= 2:
        return mpf(1)
    if x > 0:
        return x - x**2 / 4
    return x + x**2 / 4 if x > -2 else mpf(-1)


def sqnl_derivative(x: Any) -> Any:
    if x >= 2:
        return mpf(0)
    if x > 0:
        return 1 - x / 2
    return 1 + x / 2 if x > -2 else mpf(0)


# Klimek, Perelstein (2018), arXiv:1810.11509: the quotient is 1 + (exp(αx) − exp(α(x − 1)))/(1 + exp(α(x − 1)))
def softclip(x: Any, *, alpha: Any) -> Any:
    return mp.log1p(mp.expm1(alpha) * sigmoid(alpha * (x - 1))) / alpha


# sigmoid(u) − sigmoid(v) = sigmoid(u)·sigmoid(−v)·(1 − exp(v − u)), here with v − u = −α
def softclip_derivative(x: Any, *, alpha: Any) -> Any:
    return -sigmoid(alpha * x) * sigmoid(-alpha * (x - 1)) * mp.expm1(-alpha)


# −a·(exp(−x/b) − 1) where x > 0, c·(exp(x/d) − 1) else
def hexpo(x: Any, *, a: Any, b: Any, c: Any, d: Any) -> Any:
    return -a * mp.expm1(-x / b) if x > 0 else c * mp.expm1(x / d)


def hexpo_derivative(x: Any, *, a: Any, b: Any, c: Any, d: Any) -> Any:
    return a / b * mp.exp(-x / b) if x > 0 else c / d * mp.exp(x / d)


# Elfwing, Uchibe, Doya (2017), arXiv:1702.03118
def dsilu(x: Any) -> Any:
    return sigmoid(x) * (1 + x * sigmoid(-x))


# With s = sigmoid(x): s′·(1 + x(1 − s)) + s·((1 − s) − x·s′), s′ = s(1 − s), and 1 − 2s = −tanh(x/2)
def dsilu_derivative(x: Any) -> Any:
    return sigmoid(x) * sigmoid(-x) * (2 - x * mp.tanh(x / 2))


# 1 where x ≥ 0, 0 else
def step(x: Any) -> Any:
    return mpf(1) if x >= 0 else mpf(0)


def step_derivative(x: Any) -> Any:
    return mpf(0)


# 1 where x > 0, 0 at 0, −1 else
def sign(x: Any) -> Any:
    if x > 0:
        return mpf(1)
    return mpf(0) if x == 0 else mpf(-1)


def sign_derivative(x: Any) -> Any:
    return mpf(0)


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sigmoid": (sigmoid, sigmoid_derivative),
    "hard_sigmoid": (hard_sigmoid, hard_sigmoid_derivative),
    "sparse_sigmoid": (sparse_sigmoid, sparse_sigmoid_derivative),
    "tanh": (tanh, tanh_derivative),
    "scaled_tanh": (scaled_tanh, scaled_tanh_derivative),
    "penalized_tanh": (penalized_tanh, penalized_tanh_derivative),
    "hard_tanh": (hard_tanh, hard_tanh_derivative),
    "softsign": (softsign, softsign_derivative),
    "elliott": (elliott, elliott_derivative),
    "isru": (isru, isru_derivative),
    "arctan": (arctan, arctan_derivative),
    "erf": (erf, erf_derivative),
    "normal_cdf": (normal_cdf, normal_cdf_derivative),
    "laplace": (laplace, laplace_derivative),
    "cloglog": (cloglog, cloglog_derivative),
    "loglog": (loglog, loglog_derivative),
    "bipolar_sigmoid": (bipolar_sigmoid, bipolar_sigmoid_derivative),
    "sqnl": (sqnl, sqnl_derivative),
    "softclip": (softclip, softclip_derivative),
    "hexpo": (hexpo, hexpo_derivative),
    "dsilu": (dsilu, dsilu_derivative),
    "step": (step, step_derivative),
    "sign": (sign, sign_derivative),
}

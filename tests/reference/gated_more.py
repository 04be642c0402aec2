"""The rest of the gated family, in mpmath, with the derivatives that calculus gives.

Nothing here comes from actviz. x and the parameters are mpf, and constants are computed at the precision in force.
Complements are written so that they do not cancel: 1 − sigmoid(x) = sigmoid(−x) and 1 − tanh² = sech². Φ and φ are
the standard normal distribution and density. At a kink a function takes the first branch whose condition holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf

from .sigmoidal import loglog, normal_cdf, sigmoid, sigmoid_derivative


def _softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x))


# Misra (2019), arXiv:1908.08681
def mish(x: Any) -> Any:
    return x * mp.tanh(_softplus(x))


def mish_derivative(x: Any) -> Any:
    return mp.tanh(_softplus(x)) + x * mp.sech(_softplus(x)) ** 2 * sigmoid(x)


# x where x ≥ 0, x·(x + 2)/2 where x > −2, 0 else
def hard_mish(x: Any) -> Any:
    if x >= 0:
        return x
    return x * (x + 2) / 2 if x > -2 else mpf(0)


def hard_mish_derivative(x: Any) -> Any:
    if x >= 0:
        return mpf(1)
    return x + 1 if x > -2 else mpf(0)


# Nag, Bhattacharyya, Mukherjee, Kundu (2021), arXiv:2108.09598
def serf(x: Any) -> Any:
    return x * mp.erf(_softplus(x))


def serf_derivative(x: Any) -> Any:
    return mp.erf(_softplus(x)) + x * 2 / mp.sqrt(mp.pi) * mp.exp(-(_softplus(x) ** 2)) * sigmoid(x)


# ln(1 + sigmoid(z)) and its derivative
def _log_gate(z: Any) -> Any:
    return mp.log1p(sigmoid(z))


def _log_gate_derivative(z: Any) -> Any:
    return sigmoid_derivative(z) / (1 + sigmoid(z))


# Wang, Ren, Wang (2022), doi:10.3390/electronics11040540
def smish(x: Any, *, alpha: Any, beta: Any) -> Any:
    return alpha * x * mp.tanh(_log_gate(beta * x))


def smish_derivative(x: Any, *, alpha: Any, beta: Any) -> Any:
    gate = _log_gate(beta * x)
    return alpha * (mp.tanh(gate) + beta * x * mp.sech(gate) ** 2 * _log_gate_derivative(beta * x))


# Zhu, Zeng, Liu, Zhang (2021), Neurocomputing 458, 490–499
def logish(x: Any, *, alpha: Any, beta: Any) -> Any:
    return alpha * x * _log_gate(beta * x)


def logish_derivative(x: Any, *, alpha: Any, beta: Any) -> Any:
    return alpha * (_log_gate(beta * x) + beta * x * _log_gate_derivative(beta * x))


# Kaytan, Aydilek, Yeroglu (2023), doi:10.1007/s00521-023-09035-5: 2 − exp(−exp(x)) = 1 − expm1(−exp(x))
def gish(x: Any) -> Any:
    return x * mp.log1p(-mp.expm1(-mp.exp(x)))


def gish_derivative(x: Any) -> Any:
    inner = mp.exp(-mp.exp(x))
    return mp.log1p(-mp.expm1(-mp.exp(x))) + x * mp.exp(x) * inner / (2 - inner)


# Liu, Di (2020), arXiv:2003.09855; Fernandez, Mali (2024), arXiv:2402.02790
def tanhexp(x: Any) -> Any:
    return x * mp.tanh(mp.exp(x))


def tanhexp_derivative(x: Any) -> Any:
    return mp.tanh(mp.exp(x)) + x * mp.exp(x) * mp.sech(mp.exp(x)) ** 2


def _arctan_gate(x: Any) -> Any:
    return mp.atan(x) / mp.pi + mpf(1) / 2


def _arctan_slope(x: Any) -> Any:
    return 1 / (mp.pi * (1 + x**2))


# Huang (2024), arXiv:2405.20768
def atlu(x: Any) -> Any:
    return x * _arctan_gate(x)


def atlu_derivative(x: Any) -> Any:
    return _arctan_gate(x) + x * _arctan_slope(x)


# Huang (2024), arXiv:2405.20768
def xatlu(x: Any, *, alpha: Any) -> Any:
    return x * (_arctan_gate(x) * (1 + 2 * alpha) - alpha)


def xatlu_derivative(x: Any, *, alpha: Any) -> Any:
    return (_arctan_gate(x) * (1 + 2 * alpha) - alpha) + x * (1 + 2 * alpha) * _arctan_slope(x)


# Huang (2024), arXiv:2405.20768
def xgelu(x: Any, *, alpha: Any) -> Any:
    return x * (normal_cdf(x) * (1 + 2 * alpha) - alpha)


def xgelu_derivative(x: Any, *, alpha: Any) -> Any:
    bell = mp.exp(-(x**2) / 2) / mp.sqrt(2 * mp.pi)
    return (normal_cdf(x) * (1 + 2 * alpha) - alpha) + x * (1 + 2 * alpha) * bell


# Huang (2024), arXiv:2405.20768
def xsilu(x: Any, *, alpha: Any) -> Any:
    return x * (sigmoid(x) * (1 + 2 * alpha) - alpha)


def xsilu_derivative(x: Any, *, alpha: Any) -> Any:
    return (sigmoid(x) * (1 + 2 * alpha) - alpha) + x * (1 + 2 * alpha) * sigmoid_derivative(x)


# Zhu, Min, Wang et al. (2021), doi:10.1016/j.neucom.2020.11.068
def pflu(x: Any) -> Any:
    return x / 2 * (1 + x / mp.sqrt(1 + x**2))


# (x/r)′ = 1/r³ for r = √(1 + x²)
def pflu_derivative(x: Any) -> Any:
    root = mp.sqrt(1 + x**2)
    return (1 + x / root) / 2 + x / (2 * root**3)


# Das et al. (2025), arXiv:2502.03654
def golu(x: Any) -> Any:
    return x * loglog(x)


def golu_derivative(x: Any) -> Any:
    return loglog(x) * (1 + x * mp.exp(-x))


# Horuz et al. (2025), arXiv:2505.22074: (x + α)·sigmoid(x) − α/2, and sigmoid(x) − 1/2 = tanh(x/2)/2
def b_silu(x: Any, *, alpha: Any) -> Any:
    return x * sigmoid(x) + alpha * mp.tanh(x / 2) / 2


def b_silu_derivative(x: Any, *, alpha: Any) -> Any:
    return sigmoid(x) * (1 + (x + alpha) * sigmoid(-x))


# Vagerwal (2021), arXiv:2112.12078
def colu(x: Any) -> Any:
    return x / (1 - x * mp.exp(-(x + mp.exp(x))))


# For x/(1 − g): (1 − g + x·g′)/(1 − g)², where g = x·e, e = exp(−(x + exp(x))), g′ = e·(1 − x·(1 + exp(x)))
def colu_derivative(x: Any) -> Any:
    e = mp.exp(-(x + mp.exp(x)))
    return (1 - x**2 * e * (1 + mp.exp(x))) / (1 - x * e) ** 2


# Zhou, Li, Huo, Kung (2020), arXiv:2003.00547
def srs(x: Any, *, alpha: Any, beta: Any) -> Any:
    return x / (x / alpha + mp.exp(-x / beta))


def srs_derivative(x: Any, *, alpha: Any, beta: Any) -> Any:
    decay = mp.exp(-x / beta)
    return decay * (1 + x / beta) / (x / alpha + decay) ** 2


# Biswas, Kumar, Banerjee, Pandey (2020), arXiv:2009.13501
def eis_1(x: Any, *, delta: Any, theta: Any) -> Any:
    return x * _softplus(x) / (x + delta * mp.exp(-theta * x))


def eis_1_derivative(x: Any, *, delta: Any, theta: Any) -> Any:
    decay = delta * mp.exp(-theta * x)
    top, bottom = x * _softplus(x), x + decay
    return (_softplus(x) + x * sigmoid(x)) / bottom - top * (1 - theta * decay) / bottom**2


# Biswas, Kumar, Banerjee, Pandey (2020), arXiv:2009.13501
def eis_2(x: Any) -> Any:
    return x * _softplus(x) / mp.sqrt(1 + x**2)


def eis_2_derivative(x: Any) -> Any:
    root = mp.sqrt(1 + x**2)
    return _softplus(x) / root**3 + x * sigmoid(x) / root


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "mish": (mish, mish_derivative),
    "hard_mish": (hard_mish, hard_mish_derivative),
    "serf": (serf, serf_derivative),
    "smish": (smish, smish_derivative),
    "logish": (logish, logish_derivative),
    "gish": (gish, gish_derivative),
    "tanhexp": (tanhexp, tanhexp_derivative),
    "atlu": (atlu, atlu_derivative),
    "xatlu": (xatlu, xatlu_derivative),
    "xgelu": (xgelu, xgelu_derivative),
    "xsilu": (xsilu, xsilu_derivative),
    "pflu": (pflu, pflu_derivative),
    "golu": (golu, golu_derivative),
    "b_silu": (b_silu, b_silu_derivative),
    "colu": (colu, colu_derivative),
    "srs": (srs, srs_derivative),
    "eis_1": (eis_1, eis_1_derivative),
    "eis_2": (eis_2, eis_2_derivative),
}

"""The exponential family as its papers define it, in mpmath, with the derivatives that calculus gives.

Nothing here comes from actviz. x and the parameters are mpf, and constants are computed at the precision in force.
At a kink a function takes the first branch whose condition holds. expm1 and log1p stand for exp(z) − 1 and ln(1 + z).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf

from .sigmoidal import sigmoid


# Clevert, Unterthiner, Hochreiter (2015), arXiv:1511.07289
def elu(x: Any, *, alpha: Any) -> Any:
    return x if x > 0 else alpha * mp.expm1(x)


def elu_derivative(x: Any, *, alpha: Any) -> Any:
    return mpf(1) if x > 0 else alpha * mp.exp(x)


# Klambauer, Unterthiner, Mayr, Hochreiter (2017), arXiv:1706.02515
def selu(x: Any, *, alpha: Any, scale: Any) -> Any:
    return scale * x if x > 0 else scale * alpha * mp.expm1(x)


def selu_derivative(x: Any, *, alpha: Any, scale: Any) -> Any:
    return scale if x > 0 else scale * alpha * mp.exp(x)


# Barron (2017), arXiv:1704.07483
def celu(x: Any, *, alpha: Any) -> Any:
    return x if x > 0 else alpha * mp.expm1(x / alpha)


def celu_derivative(x: Any, *, alpha: Any) -> Any:
    return mpf(1) if x > 0 else mp.exp(x / alpha)


# Trottier, Giguere, Chaib-draa (2016), arXiv:1605.09332
def pelu(x: Any, *, a: Any, b: Any) -> Any:
    return a / b * x if x > 0 else a * mp.expm1(x / b)


def pelu_derivative(x: Any, *, a: Any, b: Any) -> Any:
    return a / b if x > 0 else a / b * mp.exp(x / b)


# Li, Fan, Li, Wu, Ming (2016), arXiv:1606.00305
def mpelu(x: Any, *, alpha: Any, beta: Any) -> Any:
    return x if x > 0 else alpha * mp.expm1(beta * x)


def mpelu_derivative(x: Any, *, alpha: Any, beta: Any) -> Any:
    return mpf(1) if x > 0 else alpha * beta * mp.exp(beta * x)


# x + 1 where x > 0, exp(x) else
def elu_plus_one(x: Any) -> Any:
    return x + 1 if x > 0 else mp.exp(x)


def elu_plus_one_derivative(x: Any) -> Any:
    return mpf(1) if x > 0 else mp.exp(x)


# x where x > 0, x·exp(x) else
def reu(x: Any) -> Any:
    return x if x > 0 else x * mp.exp(x)


def reu_derivative(x: Any) -> Any:
    return mpf(1) if x > 0 else (1 + x) * mp.exp(x)


# x where x > 0, 2·ln((exp(x) + 1)/2) else; (exp(x) + 1)/2 = 1 + expm1(x)/2
def slu(x: Any) -> Any:
    return x if x > 0 else 2 * mp.log1p(mp.expm1(x) / 2)


def slu_derivative(x: Any) -> Any:
    return mpf(1) if x > 0 else 2 * sigmoid(x)


# Huang, Schlag (2024), arXiv:2411.13010
def xielu(x: Any, *, alpha_p: Any, alpha_n: Any, beta: Any) -> Any:
    return alpha_p * x**2 + beta * x if x > 0 else alpha_n * (mp.expm1(x) - x) + beta * x


def xielu_derivative(x: Any, *, alpha_p: Any, alpha_n: Any, beta: Any) -> Any:
    return 2 * alpha_p * x + beta if x > 0 else alpha_n * mp.expm1(x) + beta


# exp(x)
def exponential(x: Any) -> Any:
    return mp.exp(x)


def exponential_derivative(x: Any) -> Any:
    return mp.exp(x)


# Godfrey, Gashler (2015), arXiv:1602.01321: for α < 0 real only where 1 − α(x + α) > 0, not a number below that
def soft_exponential(x: Any, *, alpha: Any) -> Any:
    if alpha < 0:
        inside = -alpha * (x + alpha)
        return -mp.log1p(inside) / alpha if inside > -1 else mpf("nan")
    return x if alpha == 0 else mp.expm1(alpha * x) / alpha + alpha


def soft_exponential_derivative(x: Any, *, alpha: Any) -> Any:
    if alpha < 0:
        inside = 1 - alpha * (x + alpha)
        return 1 / inside if inside > 0 else mpf("nan")
    return mpf(1) if alpha == 0 else mp.exp(alpha * x)


# −ln(1 + exp(−x))
def log_sigmoid(x: Any) -> Any:
    return -mp.log1p(mp.exp(-x))


def log_sigmoid_derivative(x: Any) -> Any:
    return sigmoid(-x)


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "elu": (elu, elu_derivative),
    "selu": (selu, selu_derivative),
    "celu": (celu, celu_derivative),
    "pelu": (pelu, pelu_derivative),
    "mpelu": (mpelu, mpelu_derivative),
    "elu_plus_one": (elu_plus_one, elu_plus_one_derivative),
    "reu": (reu, reu_derivative),
    "slu": (slu, slu_derivative),
    "xielu": (xielu, xielu_derivative),
    "exponential": (exponential, exponential_derivative),
    "soft_exponential": (soft_exponential, soft_exponential_derivative),
    "log_sigmoid": (log_sigmoid, log_sigmoid_derivative),
}

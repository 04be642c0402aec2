"""The rectifiers as their papers define them, in mpmath, with the derivatives that calculus gives.

Nothing here comes from actviz. x and the parameters are mpf, and constants are computed at the precision in force.
At a kink a function takes the first branch whose condition holds. FPFLU is left out: two definitions are in use.
"""

# ruff: noqa: ARG001  a derivative takes the same arguments as its function

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf

from .sigmoidal import sigmoid


# max(0, x)
def relu(x: Any) -> Any:
    return x if x > 0 else mpf(0)


def relu_derivative(x: Any) -> Any:
    return mpf(1) if x > 0 else mpf(0)


# x where x > 0, negative_slope·x else
def leaky_relu(x: Any, *, negative_slope: Any) -> Any:
    return x if x > 0 else negative_slope * x


def leaky_relu_derivative(x: Any, *, negative_slope: Any) -> Any:
    return mpf(1) if x > 0 else negative_slope


# He, Zhang, Ren, Sun (2015), arXiv:1502.01852
def prelu(x: Any, *, alpha: Any) -> Any:
    return x if x > 0 else alpha * x


def prelu_derivative(x: Any, *, alpha: Any) -> Any:
    return mpf(1) if x > 0 else alpha


# Xu, Wang, Chen, Li (2015), arXiv:1505.00853: the mean of the slopes, as in evaluation
def rrelu(x: Any, *, lower: Any, upper: Any) -> Any:
    return x if x > 0 else (lower + upper) / 2 * x


def rrelu_derivative(x: Any, *, lower: Any, upper: Any) -> Any:
    return mpf(1) if x > 0 else (lower + upper) / 2


# min(max(0, x), 6)
def relu6(x: Any) -> Any:
    return clipped_relu(x, max_value=mpf(6))


def relu6_derivative(x: Any) -> Any:
    return clipped_relu_derivative(x, max_value=mpf(6))


# Liew, Khalil-Hani, Bakhteri (2016), doi:10.1016/j.neucom.2016.08.037
def clipped_relu(x: Any, *, max_value: Any) -> Any:
    if x >= max_value:
        return max_value
    return x if x > 0 else mpf(0)


def clipped_relu_derivative(x: Any, *, max_value: Any) -> Any:
    if x >= max_value:
        return mpf(0)
    return mpf(1) if x > 0 else mpf(0)


# max_value where x ≥ max_value, x where x > threshold, negative_slope·(x − threshold) else
def generalized_relu(x: Any, *, negative_slope: Any, max_value: Any, threshold: Any) -> Any:
    if x >= max_value:
        return max_value
    return x if x > threshold else negative_slope * (x - threshold)


def generalized_relu_derivative(x: Any, *, negative_slope: Any, max_value: Any, threshold: Any) -> Any:
    if x >= max_value:
        return mpf(0)
    return mpf(1) if x > threshold else negative_slope


# Konda, Memisevic, Krueger (2014), arXiv:1402.3337
def thresholded_relu(x: Any, *, theta: Any) -> Any:
    return x if x > theta else mpf(0)


def thresholded_relu_derivative(x: Any, *, theta: Any) -> Any:
    return mpf(1) if x > theta else mpf(0)


# x where x > threshold, value else
def threshold(x: Any, *, threshold: Any, value: Any) -> Any:
    return x if x > threshold else value


def threshold_derivative(x: Any, *, threshold: Any, value: Any) -> Any:
    return mpf(1) if x > threshold else mpf(0)


# Singh, Krishnan (2019), arXiv:1911.09737
def tlu(x: Any, *, tau: Any) -> Any:
    return x if x > tau else tau


def tlu_derivative(x: Any, *, tau: Any) -> Any:
    return mpf(1) if x > tau else mpf(0)


# Qiu, Xu, Cai (2017), arXiv:1706.08098
def flexible_relu(x: Any, *, b: Any) -> Any:
    return x + b if x > 0 else b


def flexible_relu_derivative(x: Any, *, b: Any) -> Any:
    return mpf(1) if x > 0 else mpf(0)


# Jin, Xu, Feng, Wei, Xiong, Yan (2015), arXiv:1512.07030
def srelu(x: Any, *, t_l: Any, a_l: Any, t_r: Any, a_r: Any) -> Any:
    if x >= t_r:
        return t_r + a_r * (x - t_r)
    return x if x > t_l else t_l + a_l * (x - t_l)


def srelu_derivative(x: Any, *, t_l: Any, a_l: Any, t_r: Any, a_r: Any) -> Any:
    if x >= t_r:
        return a_r
    return mpf(1) if x > t_l else a_l


# Chen, Li, Xu (2020), arXiv:2006.13858
def arelu(x: Any, *, alpha: Any, beta: Any) -> Any:
    return arelu_derivative(x, alpha=alpha, beta=beta) * x


def arelu_derivative(x: Any, *, alpha: Any, beta: Any) -> Any:
    return 1 + sigmoid(beta) if x > 0 else min(max(alpha, mpf("0.01")), mpf("0.99"))


# Agostinelli, Hoffman, Sadowski, Baldi (2014), arXiv:1412.6830: one hinge
def apl(x: Any, *, a: Any, b: Any) -> Any:
    return max(mpf(0), x) + a * max(mpf(0), b - x)


def apl_derivative(x: Any, *, a: Any, b: Any) -> Any:
    if x > 0:
        return mpf(1) if x > b else 1 - a
    return -a if x < b else mpf(0)


# So, Manke, Liu, Dai, Shazeer, Le (2021), arXiv:2109.08668
def relu_squared(x: Any) -> Any:
    return x**2 if x > 0 else mpf(0)


def relu_squared_derivative(x: Any) -> Any:
    return 2 * x if x > 0 else mpf(0)


# Yu, Si, Zhou, Luo, Zhou, Feng, Yan, Wang (2022), arXiv:2210.13452
def star_relu(x: Any, *, s: Any, b: Any) -> Any:
    return s * x**2 + b if x > 0 else b


def star_relu_derivative(x: Any, *, s: Any, b: Any) -> Any:
    return 2 * s * x if x > 0 else mpf(0)


# Li, Tang, Yu (2019), arXiv:1903.05858
def repu(x: Any, *, p: Any) -> Any:
    return x**p if x > 0 else mpf(0)


def repu_derivative(x: Any, *, p: Any) -> Any:
    return p * x ** (p - 1) if x > 0 else mpf(0)


# Valles-Perez et al. (2023), arXiv:2301.05993
def modulus(x: Any) -> Any:
    return x if x > 0 else -x


def modulus_derivative(x: Any) -> Any:
    return mpf(1) if x > 0 else mpf(-1)


# Liu, Zhang, Gao, Qu, Ji (2019), arXiv:1908.03682
def nlrelu(x: Any, *, beta: Any) -> Any:
    return mp.log1p(beta * x) if x > 0 else mpf(0)


def nlrelu_derivative(x: Any, *, beta: Any) -> Any:
    return beta / (1 + beta * x) if x > 0 else mpf(0)


# Rajanand, Singh (2023), arXiv:2306.01822
def erf_relu(x: Any, *, a: Any) -> Any:
    return x if x > 0 else a * mp.erf(x)


def erf_relu_derivative(x: Any, *, a: Any) -> Any:
    return mpf(1) if x > 0 else 2 * a / mp.sqrt(mp.pi) * mp.exp(-(x**2))


# Carlile, Delamarter, Kinney, Marti, Whitney (2017), arXiv:1710.09967
def isrlu(x: Any, *, alpha: Any) -> Any:
    return x if x > 0 else x / mp.sqrt(1 + alpha * x**2)


def isrlu_derivative(x: Any, *, alpha: Any) -> Any:
    return mpf(1) if x > 0 else 1 / mp.sqrt(1 + alpha * x**2) ** 3


# ln(1 + exp(β·x))/β
def softplus(x: Any, *, beta: Any) -> Any:
    return mp.log1p(mp.exp(beta * x)) / beta


def softplus_derivative(x: Any, *, beta: Any) -> Any:
    return sigmoid(beta * x)


# Schuett, Kindermans, Sauceda, Chmiela, Tkatchenko, Mueller (2017), arXiv:1706.08566: (1 + exp(x))/2 = 1 + expm1(x)/2
def shifted_softplus(x: Any) -> Any:
    return mp.log1p(mp.expm1(x) / 2)


def shifted_softplus_derivative(x: Any) -> Any:
    return sigmoid(x)


# √softplus(x)
def sqrt_softplus(x: Any) -> Any:
    return mp.sqrt(mp.log1p(mp.exp(x)))


def sqrt_softplus_derivative(x: Any) -> Any:
    return sigmoid(x) / (2 * sqrt_softplus(x))


# Barron (2021), arXiv:2112.11687
def squareplus(x: Any, *, b: Any) -> Any:
    return (x + mp.sqrt(x**2 + b)) / 2


def squareplus_derivative(x: Any, *, b: Any) -> Any:
    return (1 + x / mp.sqrt(x**2 + b)) / 2


# Shamir, Lin (2022), arXiv:2202.06499
def smelu(x: Any, *, beta: Any) -> Any:
    if x >= beta:
        return x
    return (x + beta) ** 2 / (4 * beta) if x > -beta else mpf(0)


def smelu_derivative(x: Any, *, beta: Any) -> Any:
    if x >= beta:
        return mpf(1)
    return (x + beta) / (2 * beta) if x > -beta else mpf(0)


# Blondel, Martins, Niculae (2019), arXiv:1901.02324, section 6.2
def sparse_plus(x: Any) -> Any:
    if x >= 1:
        return x
    return (x + 1) ** 2 / 4 if x > -1 else mpf(0)


def sparse_plus_derivative(x: Any) -> Any:
    if x >= 1:
        return mpf(1)
    return (x + 1) / 2 if x > -1 else mpf(0)


# Biswas, Kumar, Banerjee, Pandey (2021), arXiv:2111.04682: (1 + α) + (1 − α)·erf(z) = 2α + (1 − α)·erfc(−z)
def smu(x: Any, *, alpha: Any, mu: Any) -> Any:
    return x * (2 * alpha + (1 - alpha) * mp.erfc(-mu * (1 - alpha) * x)) / 2


def smu_derivative(x: Any, *, alpha: Any, mu: Any) -> Any:
    inner = mu * (1 - alpha)
    bell = 2 * inner / mp.sqrt(mp.pi) * mp.exp(-((inner * x) ** 2))
    return (2 * alpha + (1 - alpha) * (mp.erfc(-inner * x) + x * bell)) / 2


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "relu": (relu, relu_derivative),
    "leaky_relu": (leaky_relu, leaky_relu_derivative),
    "prelu": (prelu, prelu_derivative),
    "rrelu": (rrelu, rrelu_derivative),
    "relu6": (relu6, relu6_derivative),
    "clipped_relu": (clipped_relu, clipped_relu_derivative),
    "generalized_relu": (generalized_relu, generalized_relu_derivative),
    "thresholded_relu": (thresholded_relu, thresholded_relu_derivative),
    "threshold": (threshold, threshold_derivative),
    "tlu": (tlu, tlu_derivative),
    "flexible_relu": (flexible_relu, flexible_relu_derivative),
    "srelu": (srelu, srelu_derivative),
    "arelu": (arelu, arelu_derivative),
    "apl": (apl, apl_derivative),
    "relu_squared": (relu_squared, relu_squared_derivative),
    "star_relu": (star_relu, star_relu_derivative),
    "repu": (repu, repu_derivative),
    "abs": (modulus, modulus_derivative),
    "nlrelu": (nlrelu, nlrelu_derivative),
    "erf_relu": (erf_relu, erf_relu_derivative),
    "isrlu": (isrlu, isrlu_derivative),
    "softplus": (softplus, softplus_derivative),
    "shifted_softplus": (shifted_softplus, shifted_softplus_derivative),
    "sqrt_softplus": (sqrt_softplus, sqrt_softplus_derivative),
    "squareplus": (squareplus, squareplus_derivative),
    "smelu": (smelu, smelu_derivative),
    "sparse_plus": (sparse_plus, sparse_plus_derivative),
    "smu": (smu, smu_derivative),
}

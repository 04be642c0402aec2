"""The periodic family as its papers define it, in mpmath, with the derivatives that calculus gives.

Nothing here comes from actviz. x and the parameters are mpf.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf

from .sigmoidal import sigmoid


# sin(w0·x)
def sine(x: Any, *, w0: Any) -> Any:
    return mp.sin(w0 * x)


def sine_derivative(x: Any, *, w0: Any) -> Any:
    return w0 * mp.cos(w0 * x)


# cos(x)
def cosine(x: Any) -> Any:
    return mp.cos(x)


def cosine_derivative(x: Any) -> Any:
    return -mp.sin(x)


# Ziyin, Hartwig, Ueda (2020), arXiv:2006.08195
def snake(x: Any, *, a: Any) -> Any:
    return x + mp.sin(a * x) ** 2 / a


def snake_derivative(x: Any, *, a: Any) -> Any:
    return 1 + mp.sin(2 * a * x)


# Lee, Ping, Ginsburg, Catanzaro, Yoon (2022), arXiv:2206.04658
def snake_beta(x: Any, *, alpha: Any, beta: Any) -> Any:
    return x + mp.sin(alpha * x) ** 2 / beta


def snake_beta_derivative(x: Any, *, alpha: Any, beta: Any) -> Any:
    return 1 + alpha / beta * mp.sin(2 * alpha * x)


# sin(x)/x, 1 at 0
def sinc(x: Any) -> Any:
    return mpf(1) if x == 0 else mp.sin(x) / x


# (x·cos(x) − sin(x))/x²: the difference is about −x³/3 near 0 and takes that much more precision
def sinc_derivative(x: Any) -> Any:
    if x == 0:
        return mpf(0)
    with mp.workprec(mp.prec + 2 * max(0, -mp.mag(x))):
        slope = (x * mp.cos(x) - mp.sin(x)) / x**2
    return +slope


# Noel, Arunkumar, Trivedi, Dutta (2021), arXiv:2108.12943
def gcu(x: Any) -> Any:
    return x * mp.cos(x)


def gcu_derivative(x: Any) -> Any:
    return mp.cos(x) - x * mp.sin(x)


# Paul, Bandyopadhyay, Yoon, Geem, Sarkar (2022), doi:10.3390/math10030337
def sinlu(x: Any, *, a: Any, b: Any) -> Any:
    return (x + a * mp.sin(b * x)) * sigmoid(x)


def sinlu_derivative(x: Any, *, a: Any, b: Any) -> Any:
    wave, slope = x + a * mp.sin(b * x), 1 + a * b * mp.cos(b * x)
    return sigmoid(x) * (slope + wave * sigmoid(-x))


FORMULAS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sine": (sine, sine_derivative),
    "cosine": (cosine, cosine_derivative),
    "snake": (snake, snake_derivative),
    "snake_beta": (snake_beta, snake_beta_derivative),
    "sinc": (sinc, sinc_derivative),
    "gcu": (gcu, gcu_derivative),
    "sinlu": (sinlu, sinlu_derivative),
}

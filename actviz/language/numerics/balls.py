"""Proved numbers: enclosures of trees over points, intervals and complex balls, and of their Taylor coefficients.

A ball is a midpoint with a radius that holds the true result for certain (Arb's arithmetic, through python-flint). A
literal in a tree means its decimal, a parameter its float64. What has no value, or cannot be decided with the working
precision, is NaN.

The precision is global to the process in python-flint, so it is set under a lock, and everything here is to be
computed within `precision`. python-flint is loaded with this module, which is therefore loaded on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from threading import RLock

from flint import acb, arb, arb_series, ctx

from actviz.language.numerics.closures import Closure
from actviz.language.numerics.complex import Complex
from actviz.language.numerics.real import Real
from actviz.language.numerics.series import Series
from actviz.language.syntax import VARIABLE, Node

_LOCK = RLock()
_MORE_TERMS = (0, 4, 16)  # beyond those asked for, which quotients of what begins with zeros use up


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Everything inside is computed with this many bits, and by no other thread at the same time.

    Args:
        bits: the working precision; nested uses each set their own.
    """
    with _LOCK:
        before = ctx.prec
        ctx.prec = bits
        try:
            yield
        finally:
            ctx.prec = before


def ball(node: Node, values: Mapping[str, float], x: arb) -> arb:
    """An enclosure of all values of the tree over a point or an interval.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        x: the point or interval.

    Returns:
        A ball; NaN where the tree has no value somewhere in `x`, or that cannot be excluded. Where a condition is
        not decided over `x`, both its branches together.
    """
    return real(node, values)(x)


def taylor(
    node: Node,
    values: Mapping[str, float],
    x: arb,
    length: int,
    variable: str = VARIABLE,
    side: int = 0,
    ties: bool = False,
) -> list[arb]:
    """Enclosures of the Taylor coefficients f⁽ᵏ⁾(x)/k! for k < `length`.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        x: the point, or an interval: then the coefficients at all its points.
        length: how many coefficients.
        variable: what the series is in: ``x``, or a parameter.
        side: where a condition changes at `x`, whether the series is the one below (−1) or above (1); 0: NaN then.
        ties: take the two sides of a comparison to be equal where they cannot be told apart.

    Returns:
        One ball for each; NaN where there is no series, where a condition is not decided, or too little is known.
    """
    settings = tuple(values.items())
    before = ctx.cap
    try:
        for more in _MORE_TERMS:
            ctx.cap = length + more
            closure = _series(node, settings, variable, side, ties, ctx.prec, ctx.cap)
            point = arb_series([x, 1])
            if variable == VARIABLE:
                found = closure(point)
            else:
                found = closure((arb_series([x]), arb_series([arb(values[variable]), 1])))
            if found.prec >= length:
                break
        known = [found[power] for power in range(min(length, found.prec))]
    finally:
        ctx.cap = before
    if known and known[0].is_nan():
        known = []
    return known + [arb.nan()] * (length - len(known))


def complex_ball(node: Node, values: Mapping[str, float], z: acb, analytic: bool) -> acb:
    """An enclosure of the tree, continued from the real line, over a complex ball; for `acb.integral`.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        z: the ball.
        analytic: whether the result is to be NaN where the function is not analytic on all of `z`.
    """
    found: acb = _complex(node, tuple(values.items()), analytic, ctx.prec)(z)
    return found


def real(node: Node, values: Mapping[str, float], ties: bool = False) -> Callable[[arb], arb]:
    """The tree as a function of balls, to be called with the precision that is set now; see `ball`."""
    return _real(node, tuple(values.items()), ties, ctx.prec)


# The precision is part of what is remembered: the constants in a closure have that many bits.


@lru_cache(maxsize=1024)
def _real(node: Node, settings: tuple[tuple[str, float], ...], ties: bool, _bits: int) -> Closure:
    return Real(node, dict(settings), ties).whole


@lru_cache(maxsize=1024)
def _series(
    node: Node, settings: tuple[tuple[str, float], ...], variable: str, side: int, ties: bool, _bits: int, _length: int
) -> Closure:
    variables = (VARIABLE,) if variable == VARIABLE else (VARIABLE, variable)
    return Series(node, dict(settings), variables, side, ties).whole


@lru_cache(maxsize=256)
def _complex(node: Node, settings: tuple[tuple[str, float], ...], analytic: bool, _bits: int) -> Closure:
    return Complex(node, dict(settings), analytic).whole

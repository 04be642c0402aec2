"""Proved numbers: enclosures of trees over points, intervals and complex balls, and of their Taylor coefficients.

A ball is a midpoint with a radius that holds the true result for certain (Arb's arithmetic, through python-flint). A
literal in a tree means its decimal, a parameter its float64. What has no value, or cannot be decided with the working
precision, is NaN.

The precision is global to the process in python-flint, so it is set under a lock, and everything here is to be
computed within `precision`. python-flint is loaded with this module, which is therefore loaded on first use.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from itertools import product
from threading import RLock
from typing import Any

from flint import acb, arb, arb_series, ctx

from actviz.language.numerics.closures import Closure, NoValueError
from actviz.language.numerics.complex import Complex
from actviz.language.numerics.real import Real
from actviz.language.numerics.series import AT, SIDES, Series, Side
from actviz.language.syntax import VARIABLE, Node

__all__ = ["AT", "SIDES", "ball", "complex_ball", "derivative", "precision", "real", "taylor"]

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
    try:
        return real(node, values)(x)
    except NoValueError:
        return arb.nan()


def taylor(
    node: Node, values: Mapping[str, float], x: arb, length: int, variable: str = VARIABLE, side: Side = 0
) -> list[arb]:
    """Enclosures of the Taylor coefficients f⁽ᵏ⁾(x)/k! for k < `length`.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        x: the point, or an interval: then the coefficients at all its points.
        length: how many coefficients.
        variable: what the series is in: ``x``, or a parameter.
        side: where a condition changes at the point: the series that holds below (−1) or above (1) it, or that of the
            branch that is taken at it (`AT`); 0: NaN then.

    Returns:
        One ball for each; NaN where there is no series, where a condition is not decided, or too little is known.
    """
    return _coefficients(node, values, x, length, {variable: 1}, side, False)


def derivative(
    node: Node,
    values: Mapping[str, float],
    x: arb,
    counts: Mapping[str, int],
    side: Side = 0,
    ties: bool = False,
    both: bool = False,
) -> arb:
    """An enclosure of a derivative of the tree, in one variable or in several.

    A mixed one comes from series along several directions: ∂f/∂x∂b is half the difference of the second coefficients
    along (1, 1) and (1, −1), and so on (polarization).

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        x: the point or interval.
        counts: how many times to differentiate in each variable, ``x`` or a parameter.
        side: see `taylor`.
        ties: take the two sides of a comparison to be equal where they cannot be told apart.
        both: enclose what either branch gives where a condition is not decided, rather than NaN.
    """
    order = sum(counts.values())
    if len(counts) == 1:
        (variable,) = counts
        (*_, coefficient) = _coefficients(node, values, x, order + 1, {variable: 1}, side, ties, both)
        return arb(math.factorial(order)) * coefficient
    total: arb = arb(0)
    for steps in product(*(range(count + 1) for count in counts.values())):
        direction = {name: count - 2 * step for (name, count), step in zip(counts.items(), steps, strict=True)}
        weight = math.prod(
            (-1) ** step * math.comb(count, step) for count, step in zip(counts.values(), steps, strict=True)
        )
        total += weight * _coefficients(node, values, x, order + 1, direction, side, ties, both)[order]
    return arb((1, -order)) * total


def _coefficients(
    node: Node,
    values: Mapping[str, float],
    x: arb,
    length: int,
    direction: Mapping[str, int],
    side: Side,
    ties: bool,
    both: bool = False,
) -> list[arb]:
    """Taylor coefficients along a direction in the space of x and the parameters."""
    settings = tuple(values.items())
    before = ctx.cap
    try:
        for more in _MORE_TERMS:
            ctx.cap = length + more
            others = [name for name in direction if name != VARIABLE]
            last = more == _MORE_TERMS[-1]
            closure = _series(node, settings, (VARIABLE, *others), side, ties, last, both, ctx.prec, ctx.cap)
            point: Any = arb_series([x, direction.get(VARIABLE, 0)])
            if others:
                point = (point, *(arb_series([arb(values[name]), direction[name]]) for name in others))
            found = closure(point)
            if found.prec >= length and not found[length - 1].is_nan():
                break
        known = [found[power] for power in range(min(length, found.prec))]
    except NoValueError:
        known = []
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
    """The tree as a function of balls, to be called with the precision that is set now; see `ball`.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        ties: take the two sides of a comparison to be equal where they cannot be told apart.

    Raises (the function that is returned):
        NoValueError: there is no value for certain, whatever the precision.
    """
    return _real(node, tuple(values.items()), ties, ctx.prec)


# The precision is part of what is remembered: the constants in a closure have that many bits.


@lru_cache(maxsize=1024)
def _real(node: Node, settings: tuple[tuple[str, float], ...], ties: bool, _bits: int) -> Closure:
    return Real(node, dict(settings), ties).whole


@lru_cache(maxsize=1024)
def _series(
    node: Node,
    settings: tuple[tuple[str, float], ...],
    variables: tuple[str, ...],
    side: Side,
    ties: bool,
    whole: bool,
    both: bool,
    _bits: int,
    _length: int,
) -> Closure:
    return Series(node, dict(settings), variables, side, ties, whole, both).whole


@lru_cache(maxsize=256)
def _complex(node: Node, settings: tuple[tuple[str, float], ...], analytic: bool, _bits: int) -> Closure:
    return Complex(node, dict(settings), analytic).whole

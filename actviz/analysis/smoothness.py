"""How smooth a function is where its formula changes: continuous, differentiable, C¹, C² and so on.

The derivatives on either side of a breakpoint are those of its smooth formulas, in 50-digit arithmetic and at the
point where the condition changes its truth exactly, not at the float64 next to it; where a formula cannot be
continued across the point, its limit is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from actviz.analysis.results import Smoothness
from actviz.calculus.rules import derivative
from actviz.language.cases import expand
from actviz.language.numerics.balls import ball, precision, taylor
from actviz.language.numerics.exact import Exact, UndefinedError
from actviz.language.numerics.float64 import evaluate
from actviz.language.parser import literal
from actviz.language.pieces import REACH, Breakpoint, Pieces, resolve
from actviz.language.syntax import VARIABLE, Call, Comparison, Node, Number, Operation, depends_on, substitute, walk

HIGHEST = 4  # derivatives up to this one are compared
_EQUAL = 1e-30  # of two 50-digit limits
_EQUAL_LIMITS = 1e-12  # where either had to be found as the limit of a sequence
_NEAR = 1e-12  # how far the exact breakpoint may be from its float64, relative to it
_AROUND = 8.0  # how far from a breakpoint the function is looked at for its scale
_GRID = 4001
_BITS = 400  # in which a breakpoint is made exact
_MISSED = 1e-45  # how far the sides of its comparison may be apart there


def at_breakpoint(point: Breakpoint, tree: Node, values: Mapping[str, float]) -> Smoothness:
    """How smooth a function is at one of its breakpoints.

    Args:
        point: the breakpoint, with the formulas around it.
        tree: the function.
        values: a number for every parameter.
    """
    x = _exact_place(point.x, tree, values)
    scale = _scale(point.x, tree, values)
    if not _same(_limit(point.left, 0, x, -1, values), _value(point.at, x, values), scale):
        return Smoothness(-1)
    for order in range(HIGHEST + 1):
        left, right = _limit(point.left, order, x, -1, values), _limit(point.right, order, x, 1, values)
        if left is None or right is None:
            return Smoothness(order - 1, exact=False)
        if not _same(left, right, scale):
            return Smoothness(order - 1)
    if _same_function(point.left, point.right, values):
        return Smoothness(math.inf)
    return Smoothness(HIGHEST, exact=False)


def everywhere(cut: Pieces, found: Sequence[Smoothness], values: Mapping[str, float]) -> Smoothness | None:
    """How smooth a function is on the real line, from what it is at all of its breakpoints.

    Args:
        cut: the function's pieces.
        found: the smoothness at every breakpoint.
        values: a number for every parameter.

    Returns:
        None where a formula may be singular or undefined inside a piece, or where there are more breakpoints than
        those found, so that nothing is claimed.
    """
    if cut.beyond or any(_may_be_singular(piece.tree, piece.low, piece.high, values) for piece in cut.pieces):
        return None
    least = min((smoothness.order for smoothness in found), default=math.inf)
    return Smoothness(least, all(smoothness.exact for smoothness in found if smoothness.order == least))


def _exact_place(x: float, tree: Node, values: Mapping[str, float]) -> Any:
    """The point near x where a condition of the tree changes its truth exactly, as an arb."""
    from flint import arb

    places = []
    with precision(_BITS):
        for part in walk(expand(tree)):
            if not isinstance(part, Comparison) or not depends_on(part, VARIABLE):
                continue
            difference = resolve(Operation("-", part.left, part.right), values, x)
            place = arb(x)
            for _ in range(5):  # Newton's steps double the digits: 16, 32, 64
                value, slope = taylor(difference, values, place, 2)
                if value.is_zero() or not value.is_finite() or not slope.is_finite() or slope.contains(0):
                    break
                place = (place - value / slope).mid()
            near = abs(place - x) <= _NEAR * abs(arb(x))
            if near and abs(ball(difference, values, place)) < _MISSED:
                places.append(place)
        return min(places, key=lambda place: abs(float(place - x)), default=arb(x))


def _scale(x: float, tree: Node, values: Mapping[str, float]) -> float:
    """How large the function is around x, so that what counts as equal does not depend on its unit."""
    sizes = np.abs(evaluate(tree, x + np.array([-_AROUND, -1.0, 0.0, 1.0, _AROUND]), values))
    return float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))


def _value(tree: Node, x: Any, values: Mapping[str, float]) -> Any:
    """The value at x, an arb; None where there is none."""
    try:
        return Exact(tree, values)(x)
    except UndefinedError:
        return None


def _limit(tree: Node, order: int, x: Any, side: int, values: Mapping[str, float]) -> Any:
    """The one-sided limit of a derivative: an arb, a float where it had to be found as a limit, None for neither."""
    if not _is_singular(tree, x, values):
        try:
            return Exact(tree, values, (VARIABLE,) * order)(x)
        except UndefinedError:
            pass
    for _ in range(order):
        tree = derivative(tree, VARIABLE)
    limit = Exact(tree, values).limit_at(x, side)
    return None if math.isnan(limit) else limit


def _same(first: Any, second: Any, scale: float) -> bool:
    """Whether two limits are one and the same finite number, as far as numbers of this scale can tell."""
    if first is None or second is None or math.isinf(float(first)) or math.isinf(float(second)):
        return False
    tolerance = _EQUAL_LIMITS if isinstance(first, float) or isinstance(second, float) else _EQUAL
    with precision(_BITS):
        return bool(abs(first - second) <= tolerance * max(scale, abs(first), abs(second)))


def _same_function(first: Node, second: Node, values: Mapping[str, float]) -> bool:
    from actviz.calculus import symbolic

    numbers = {name: literal(value) for name, value in values.items()}
    first, second = substitute(first, numbers), substitute(second, numbers)
    return first == second or symbolic.equal(first, second) is True


def _singularities(tree: Node) -> Iterator[tuple[Node, bool]]:
    """Sub-trees at whose zeros the tree may not be smooth, and whether it is undefined where they are negative."""
    for part in walk(tree):
        match part:
            case Operation("/", _, below) if depends_on(below, VARIABLE):
                yield below, False
            case Operation("**", base, exponent) if depends_on(base, VARIABLE) and not isinstance(exponent, Number):
                yield base, True
            case Operation("**", base, Number(float())) if depends_on(base, VARIABLE):
                yield base, True
            case Call("sqrt" | "log", (argument,)) if depends_on(argument, VARIABLE):
                yield argument, True
            case Call("log1p", (argument,)) if depends_on(argument, VARIABLE):
                yield Operation("+", Number(1), argument), True
            case Call("tan", (argument,)) if depends_on(argument, VARIABLE):
                yield Call("cos", (argument,)), False


def _is_singular(tree: Node, x: Any, values: Mapping[str, float]) -> bool:
    """Whether the formula cannot simply be evaluated and continued at x."""
    for part, _ in _singularities(tree):
        value = _value(part, x, values)
        if value is None or abs(float(value)) < _EQUAL:
            return True
    return False


def _may_be_singular(tree: Node, low: float, high: float, values: Mapping[str, float]) -> bool:
    """Whether a formula is seen to be singular or undefined inside its piece, as far as ±`REACH`."""
    inner = np.linspace(max(low, min(-REACH, high - REACH)), min(high, max(REACH, low + REACH)), _GRID)[1:-1]
    for part, must_be_positive in _singularities(tree):
        value = evaluate(part, inner, values)
        if (value == 0).any() or ((value < 0).any() and (must_be_positive or (value > 0).any())):
            return True
    return False

"""A function as a Gaussian integral sees it: fast values and slopes, and the places where they are not smooth."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np

from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.language.functions import ALL_FUNCTIONS
from actviz.language.numerics.float64 import apply, evaluate
from actviz.language.numerics.special import Array
from actviz.language.syntax import (
    CONSTANTS,
    VARIABLE,
    Call,
    Comparison,
    Condition,
    Conditional,
    Logic,
    Name,
    Negation,
    Node,
    Not,
    Number,
    Operation,
)

_PROBES = np.geomspace(1e-100, 1e100, 41)  # where it is seen whether f(kx) = k·f(x)
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": np.power,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_FAR = 1e150  # where slopes of functions that grow linearly are read off
_NEAR = 1e-150  # and slopes at 0
_STEEPEST = 1e100  # a larger f(x)/x there is that of a power above 1


def _not_tiny(slope: float) -> float:
    """A slope at such a place, or 0 for what a bounded function or a power has there."""
    return slope if abs(slope) > 1 / _STEEPEST else 0.0


@dataclass(frozen=True)
class Response:
    """Values and slopes of an activation, for integrals.

    Args:
        activation: the function, its parameters fixed.
    """

    activation: Activation

    def value(self, x: Array, fast: bool = False) -> Array:
        """f(x), of any shape.

        Args:
            x: where.
            fast: whether the error may be that of plain float64 arithmetic, some 1e-16 of the largest term, so that
                sums that cancel need no second look.
        """
        return self._at(self.activation.entry.value, x, fast)

    def slope(self, x: Array, fast: bool = False) -> Array:
        """f′(x); at a kink, that of the branch whose condition holds."""
        return self._at(self.activation.curve(1).tree, x, fast)

    def _at(self, tree: Node, x: Array, fast: bool) -> Array:
        flat = np.ravel(x)
        result = plain(tree, flat, self.activation.values) if fast else None
        if result is None or not np.isfinite(result).all():
            result = evaluate(tree, flat, self.activation.values)
        broken = np.isnan(result)
        if broken.any():  # ∞ − ∞ on the way, where the limit is a number
            result = result.copy()
            result[broken] = apply(tree, flat[broken], self.activation.values)
        return result.reshape(np.shape(x))

    @cached_property
    def breaks(self) -> Array:
        """Where the formula of f or f′ changes, in ascending order."""
        cuts = [self.activation.curve(order).pieces(-math.inf, math.inf) for order in (0, 1)]
        return np.array(sorted({point.x for cut in cuts for point in cut.breakpoints}))

    @cached_property
    def jumps(self) -> tuple[float, ...]:
        """Where f itself jumps, so that E f′² is not the slope of its correlation map."""
        return tuple(limits.x for limits in self.activation.curve().limits(-math.inf, math.inf) if limits.jumps)

    @cached_property
    def slopes_at_zero(self) -> tuple[float, float]:
        """The slopes of f on either side of 0, from the left and from the right."""
        left, right = self.slope(np.array([-_NEAR, _NEAR])).tolist()
        return _not_tiny(left), _not_tiny(right)

    @cached_property
    def slopes_far_out(self) -> tuple[float, float]:
        """f(x)/x for x → −∞ and x → ∞, where it grows no faster than linearly; else infinite."""
        x = np.array([-_FAR, _FAR])
        with np.errstate(all="ignore"):
            left, right = (self.value(x) / x).tolist()
        if not max(abs(left), abs(right)) < _STEEPEST:
            return math.inf, math.inf
        return _not_tiny(left), _not_tiny(right)

    @cached_property
    def at_zero(self) -> float:
        """f(0)."""
        return float(self.value(np.zeros(1))[0])

    @cached_property
    def homogeneous(self) -> tuple[float, float] | None:
        """The slopes (left, right) of a function with f(kx) = k·f(x) for k > 0, as ReLU's; None for others."""
        ratios = []
        for sign in (-1.0, 1.0):
            x = sign * _PROBES
            with np.errstate(all="ignore"):
                slopes = self.value(x) / x
            if not np.all(np.isfinite(slopes)) or np.ptp(slopes) > 4e-16 * np.abs(slopes).max(initial=0.0):
                return None
            ratios.append(float(np.median(slopes)))
        return None if self.at_zero else (ratios[0], ratios[1])

    def check(self) -> None:
        """Raise `UsageError` where the function has no value for some number.

        A logarithm of a Gaussian number, say, has no moments at all.
        """
        x = np.concatenate([-_PROBES[::-1], _PROBES])
        x = x[np.abs(x) < 40]
        x = np.union1d(x, np.linspace(-8, 8, 161) + 1e-3)
        missing = x[np.isnan(self.value(x))]
        if missing.size:
            raise UsageError(
                f"{self.activation.spec} has no value at x = {missing[0]:.4g}, so it has no Gaussian moments",
                "Choose a function that is defined for every x.",
            )


def plain(node: Node, x: Array, values: Mapping[str, float]) -> Array:
    """A tree in plain float64 arithmetic: many times faster near points where sums cancel, and right in absolute terms.

    Args:
        node: the tree.
        x: a one-dimensional array.
        values: a number for every parameter.
    """
    with np.errstate(all="ignore"):
        return np.broadcast_to(np.asarray(_plain(node, x, values), dtype=np.float64), x.shape)


def _plain(node: Node, x: Array, values: Mapping[str, float]) -> Any:
    match node:
        case Number(value):
            return float(value)
        case Name(name):
            return x if name == VARIABLE else values[name] if name in values else CONSTANTS[name]
        case Negation(operand):
            return -_plain(operand, x, values)
        case Operation("**", base, Number(2)):
            side = _plain(base, x, values)
            return side * side
        case Operation(sign, left, right):
            first, second = np.float64(_plain(left, x, values)), np.float64(_plain(right, x, values))
            return _ARITHMETIC[sign](first, second)
        case Call(function, arguments):
            return ALL_FUNCTIONS[function].numpy(*(np.asarray(_plain(part, x, values)) for part in arguments))
        case Conditional(condition, value, otherwise):
            return np.where(_holds(condition, x, values), _plain(value, x, values), _plain(otherwise, x, values))


def _holds(condition: Condition, x: Array, values: Mapping[str, float]) -> Any:
    match condition:
        case Comparison(sign, left, right):
            return _COMPARISONS[sign](_plain(left, x, values), _plain(right, x, values))
        case Logic(joined, conditions):
            parts = [_holds(part, x, values) for part in conditions]
            return reduce(np.logical_and if joined == "and" else np.logical_or, parts)
        case Not(inner):
            return np.logical_not(_holds(inner, x, values))

"""The function that is approximated, in its range: values in float64 and in 50 digits, breakpoints, symmetry, tails."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

import numpy as np
from flint import arb

from actviz.analysis.approximation.bound import Truth, is_bounded
from actviz.analysis.approximation.results import Part
from actviz.curves.curve import Activation
from actviz.errors import ActvizError, UsageError
from actviz.language.numerics.balls import ball, precision, taylor
from actviz.language.numerics.float64 import apply, evaluate
from actviz.language.numerics.special import Array
from actviz.language.syntax import Node
from actviz.text import short

BITS = 256  # 77 digits, so that 50 are left after systems of equations are solved
_ZOOMS, _ZOOM_POINTS = 8, 9
_FAR = (1e3, 1e5, 1e7)  # where the slope is looked at to see what a function tends to
_TENDS = 1e-2  # by how much the slope may still be off at the first of them, and ever less at the others
Symmetry = Literal["", "even", "odd"]


class Target:
    """An activation between two ends.

    Args:
        activation: the function.
        low: the left end.
        high: the right end.

    Raises:
        UsageError: the range is empty or not finite.
        ActvizError: the function has a pole in the range, or no value somewhere.
    """

    def __init__(self, activation: Activation, low: float, high: float) -> None:
        if not (math.isfinite(low) and math.isfinite(high)) or not low < high:
            raise UsageError(
                f"nothing can be approximated from {low:g} to {high:g}", "Give two numbers, as in '--range -8 8'."
            )
        self.activation = activation
        self.low, self.high = float(low), float(high)
        self.tree: Node = activation.curve().defined
        self.values = dict(activation.values)
        found = is_bounded(self.truth(), low, high)
        if not math.isfinite(found.largest):
            place = found.where if abs(found.where) > 1e-9 * (high - low) else 0.0
            raise ActvizError(
                f"{activation.label} has a pole or no value near x = {short(place)}, in {low:g} to {high:g}",
                "Choose a --range without that place.",
            )
        self.size = found.largest

    @cached_property
    def breakpoints(self) -> tuple[float, ...]:
        """Where the formula changes inside the range."""
        return tuple(point.x for point in self.activation.curve().pieces(self.low, self.high).breakpoints)

    @cached_property
    def all_breakpoints(self) -> tuple[float, ...]:
        """Where the formula changes anywhere."""
        return tuple(point.x for point in self.activation.curve().pieces(-math.inf, math.inf).breakpoints)

    def truth(self, values: Mapping[str, float] | None = None, everywhere: bool = False) -> Truth:
        """What errors are taken from.

        Args:
            values: parameters of an approximation, if it has any.
            everywhere: for all x, rather than in the range.
        """
        ends = (-math.inf, math.inf) if everywhere else (self.low, self.high)
        cut = self.activation.curve().pieces(*ends)
        pieces = [Part(piece.low, piece.high, piece.tree) for piece in cut.pieces]
        if cut.beyond:  # there are more, further out than was searched
            pieces = [Part(*ends, self.tree)]
        return Truth(self.tree, self.values | dict(values or {}), pieces)

    @cached_property
    def jumps(self) -> tuple[tuple[float, float, float], ...]:
        """Where the function jumps in the range, with the limits on both sides."""
        limits = self.activation.curve().limits(self.low, self.high)
        return tuple((point.x, point.left, point.right) for point in limits if point.jumps)

    def between(self, low: float, high: float) -> Target:
        """The same function in a part of the range."""
        return Target(self.activation, low, high)

    def __call__(self, x: Array) -> Array:
        """Values in plain float64 arithmetic, which is as good as is needed to find a place; proofs come after."""
        flat = np.ravel(x)
        values = np.array(evaluate(self.tree, flat, self.values))
        lost = np.isnan(values)
        if lost.any():
            values[lost] = apply(self.tree, flat[lost], self.values)
        return values.reshape(np.shape(x))

    def exact(self, x: arb) -> arb:
        """The value with the digits that are set."""
        return ball(self.tree, self.values, x)

    def series(self, x: arb, length: int) -> list[arb]:
        """Taylor coefficients with the digits that are set."""
        return taylor(self.tree, self.values, x, length)

    def sampled(self, count: int) -> Array:
        """About so many points over the range, ends and breakpoints among them."""
        return np.unique(np.concatenate([np.linspace(self.low, self.high, count), np.array(self.breakpoints)]))

    @cached_property
    def about_zero(self) -> bool:
        """Whether the range reaches equally far to both sides of 0."""
        return self.low == -self.high

    @cached_property
    def symmetry(self) -> tuple[Symmetry, float, float]:
        """Whether f − c − αx is even or odd over a range about 0, with c and α; ``""`` where it is neither.

        f(−x) + f(x) constant makes f less half of it odd, f(x) − f(−x) linear makes f less half of it even. Both are
        looked at in 50 digits at a dozen points; c and α are the simple numbers that were found.
        """
        if not self.about_zero:
            return "", 0.0, 0.0
        with precision(BITS):
            points = [arb(self.high) * k / 13 for k in (1, 2, 3, 5, 6, 7, 9, 10, 11, 12)]
            pairs = [(x, self.exact(x), self.exact(-x)) for x in points]
            if not all(right.is_finite() and left.is_finite() for _, right, left in pairs):
                return "", 0.0, 0.0
            constant = _common([(right + left) / 2 for _, right, left in pairs])
            if constant is not None:
                return "odd", constant, 0.0
            slope = _common([(right - left) / (2 * x) for x, right, left in pairs])
            return ("", 0.0, 0.0) if slope is None else ("even", 0.0, slope)

    def tail(self, side: int) -> float:
        """The slope with which an approximation goes on beyond the range: that of the asymptote, 0 where there is none.

        Args:
            side: 1 to the right, −1 to the left.
        """
        with precision(2048):
            slopes = [self.series(arb(side * x), 2)[1] for x in _FAR]
            if not all(slope.is_finite() for slope in slopes):
                return 0.0
            found = [float(slope.mid()) for slope in slopes]
        nearest = _simple(found[-1])
        gaps = [abs(slope - nearest) for slope in found]
        settled = gaps[0] <= _TENDS * max(1.0, abs(nearest)) and gaps[2] <= max(gaps[0] * 1e-2, 1e-12)
        return nearest if settled and abs(nearest) < 1e6 else 0.0


def _common(numbers: Sequence[arb]) -> float | None:
    """The float64 that all numbers are, to 50 digits."""
    first = _simple(float(numbers[0].mid()))
    return first if all(abs(number - first) < arb(10) ** -50 for number in numbers) else None


def _simple(value: float) -> float:
    """The number with few digits that is meant by one that is all but it."""
    short_one = round(value, 6) + 0.0
    return short_one if abs(value - short_one) < 1e-7 else value


def peaks(error: Array, x: Array) -> Array:
    """The places of local extremes of a sampled function, ends included."""
    rising = np.sign(np.diff(error))
    turns = np.flatnonzero(rising[:-1] * rising[1:] <= 0) + 1
    return np.unique(np.concatenate([[0], turns, [x.size - 1]]))


def refined(function: Target, line: object, x: Array, places: Array) -> Array:
    """Local extremes between sampled points, by ever finer samples; `line` gives the approximation at an array."""
    assert callable(line)
    low, high = x[np.maximum(places - 1, 0)], x[np.minimum(places + 1, x.size - 1)]
    rows = np.arange(places.size)
    steps = np.linspace(0.0, 1.0, _ZOOM_POINTS)
    with np.errstate(all="ignore"):
        sign = np.sign(function(x[places]) - line(x[places]))
    for _ in range(_ZOOMS):
        points = low[:, None] + (high - low)[:, None] * steps
        gap = sign[:, None] * (function(points) - line(points))
        best = np.argmax(np.where(np.isnan(gap), -np.inf, gap), axis=1)
        low, high = points[rows, np.maximum(best - 1, 0)], points[rows, np.minimum(best + 1, _ZOOM_POINTS - 1)]
    return np.asarray(points[rows, best])

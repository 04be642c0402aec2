"""Gaussian moments of a function and its derivative, with proved digits.

Every part of the function is integrated by Arb between two points, with the ends of the line and the singular points
cut off. What is cut off is bounded by its expansion there; where the expansion shows that the integral diverges, the
moment is infinite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import acb, arb

from actviz.analysis.parts import End, Part, derivatives, germ
from actviz.analysis.records import Gains, Interval, Moments
from actviz.analysis.tails.germs import Germ
from actviz.analysis.tails.monomials import ONE, Coefficient, T, UndecidedError
from actviz.language.numerics import balls
from actviz.language.numerics.float64 import evaluate
from actviz.language.syntax import Call, Name, Negation, Node, Number, Operation, X

BITS = 128
_RELATIVE = arb(2) ** -72  # what the moments are off by, beside a rough size of what is integrated
_TOLERATED = 1e-13  # relative radius of a moment that counts as proved
_DEVIATIONS = (10, 14, 20, 32, 64, 128, 512, 4096)
_NEAR = tuple(2**k for k in (80, 160, 320, 640, 1280))
_VARIANCE = "variance"
_EIGHTH = Coefficient.rational(Fraction(1, 8))
_MOST_EVALUATIONS = 40_000


@dataclass(frozen=True)
class Integral:
    """An expectation: an enclosure, ±∞ where it diverges, NaN where it does not exist; whether it is proved."""

    value: arb
    proved: bool


class Gaussian:
    """Expectations over x ~ N(0, q) of a function given in parts.

    Args:
        parts: where it has which formula; all of the line.
        values: a number for every parameter.
        variance: q.
    """

    def __init__(self, parts: Sequence[Part], values: Mapping[str, float], variance: float) -> None:
        self.parts = parts
        self.values = {**values, _VARIANCE: variance}
        self.variance = arb(variance)
        self.deviation = self.variance.sqrt()
        self.scale = 1 / (2 * arb.pi() * self.variance).sqrt()

    def expectation(self, order: int, power: int, stein: bool = False) -> Integral:
        """E f⁽ᵒʳᵈᵉʳ⁾(x)ᵖᵒʷᵉʳ, or with ``stein`` that of it times (x²/q − 1)."""
        size = self._size(order, power)
        total, proved = arb(0), True
        infinite: set[int] = set()
        for part in self.parts:
            if not part.defined:
                return Integral(arb.nan(), True)
            base = derivatives(part.tree, order)
            if base == Number(0):
                continue
            integrand = _integrand(base, power, stein)
            ends = [self._cut(integrand, end, other, size) for end, other in _both(part)]
            infinite.update(sign for _, _, sign, _ in ends if sign)
            proved = proved and all(certain for _, _, _, certain in ends)
            if infinite:
                continue
            total += sum((rest for _, rest, _, _ in ends), arb(0))
            total += self._between(base, power, stein, ends[0][0], ends[1][0], size)
        if infinite:
            sign = infinite.pop()
            return Integral(arb.nan() if infinite else arb.pos_inf() * sign, proved)
        total *= self.scale
        good_enough = total.is_finite() and total.rad() <= _TOLERATED * abs(total).upper() + size * _RELATIVE * 2**24
        return Integral(total, proved and bool(good_enough))

    def _size(self, order: int, power: int) -> arb:
        """Roughly the integral of the absolute value; only for tolerances."""
        x = np.linspace(-8.0, 8.0, 161) * float(self.deviation)
        total = 0.0
        for part in self.parts:
            inside = x[(x > part.low.x) & (x < part.high.x)]
            if inside.size and part.defined:
                with np.errstate(all="ignore"):
                    heights = np.abs(evaluate(derivatives(part.tree, order), inside, self.values)) ** power
                    heights = heights * np.exp(-(inside**2) / (2 * float(self.variance)))
                total += float(np.sum(heights[np.isfinite(heights)]))
        return arb(total if 0 < total < math.inf else 1.0) * self.deviation / 10

    def _cut(self, integrand: Node, end: End, other: End, size: arb) -> tuple[arb, arb, int, bool]:
        """Where the integral begins or ends, what is left out, the sign if that is infinite, and whether so proved."""
        if not end.singular:
            return end.place, arb(0), 0, True
        at = arb.nan()
        for start in self._starts(end, other):
            at = end.side * start if end.is_infinite else end.place - end.side / start
            try:
                found = germ(integrand, self.values, end, 0, start)
                rest, sign = _left_out(found, start, not end.is_infinite)
            except UndecidedError:
                continue
            if sign:
                return at, arb(0), sign, True
            if rest.upper() < size * _RELATIVE:
                return at, arb(0).union(rest).union(-rest), 0, True
        return at, arb(0), 0, False

    def _starts(self, end: End, other: End) -> list[arb]:
        if not end.is_infinite:
            gap = arb(1) if other.is_infinite else abs(other.place - end.place)
            return [arb(((2 / gap).ceil() * start).mid()) for start in _NEAR]
        least = 0.0 if other.is_infinite else max(0.0, end.side * other.x)
        starts = [arb(math.ceil(count * float(self.deviation) * 1024) / 1024) for count in _DEVIATIONS]
        return [arb(math.ceil(least * 1.25 + 4)) + start for start in starts]

    def _between(self, base: Node, power: int, stein: bool, low: arb, high: arb, size: arb) -> arb:
        """The integral between two points."""
        values, half, variance = self.values, 2 * self.variance, self.variance

        def height(z: acb, analytic: bool) -> acb:
            value = balls.complex_ball(base, values, z, analytic)
            square = z * z
            weight = (-square / half).exp()
            if power == 2:
                value = value * value
            return value * weight * (square / variance - 1) if stein else value * weight

        cuts = [low, *(place for place in (-self.deviation, arb(0), self.deviation) if low < place < high), high]
        total = arb(0)
        for left, right in pairwise(cuts):
            found = acb.integral(
                height,
                acb(left),
                acb(right),
                rel_tol=_RELATIVE,
                abs_tol=size * _RELATIVE,
                eval_limit=_MOST_EVALUATIONS,
            )
            total += found.real
        return total

    def probability(self, intervals: Sequence[Interval]) -> arb:
        """P(x in the intervals)."""
        total = arb(0)
        for low, high in intervals:
            if low >= 0:
                total += self._above(low) - self._above(high)
            else:
                total += 1 - self._above(-low) - self._above(high)
        return total

    def _above(self, x: float) -> arb:
        return arb(0) if math.isinf(x) else (arb(x) / (2 * self.variance).sqrt()).erfc() / 2


def _both(part: Part) -> list[tuple[End, End]]:
    return [(part.low, part.high), (part.high, part.low)]


def _integrand(base: Node, power: int, stein: bool) -> Node:
    raised = base if power == 1 else Operation("**", base, Number(power))
    square: Node = Operation("**", X, Number(2))
    weight = Call("exp", (Negation(Operation("/", square, Operation("*", Number(2), Name(_VARIANCE)))),))
    whole = Operation("*", raised, weight)
    if not stein:
        return whole
    return Operation("*", whole, Operation("-", Operation("/", square, Name(_VARIANCE)), Number(1)))


def _left_out(found: Germ, start: arb, at_point: bool) -> tuple[arb, int]:
    """A bound of the integral from the start on, or the sign with which it diverges."""
    if found.is_zero:
        return arb(0), 0
    ball, scale = found.enclosed()
    measure = scale * T.raised(Coefficient.rational(-2)) if at_point else scale
    if (measure * T).sign >= 0:
        sign = found.terms[0][1].sign if found.terms else (1 if ball > 0 else -1 if ball < 0 else 0)
        if sign == 0:
            raise UndecidedError
        return arb(0), sign
    square = T.raised(Coefficient.rational(2))
    size = abs(ball).upper()
    if (measure * square).sign <= 0:
        return size * found.start.range(measure * square).upper() / start, 0
    margin = T.raised(ONE + _EIGHTH)
    return size * found.start.supremum(measure * margin) * 8 * start ** arb(-0.125), 0


def moments(gaussian: Gaussian) -> tuple[Moments, bool]:
    """All moments of a function, and whether they are proved."""
    mean, second = gaussian.expectation(0, 1), gaussian.expectation(0, 2)
    slope_mean, slope_second = gaussian.expectation(1, 1), gaussian.expectation(1, 2)
    proved = all(part.proved for part in (mean, second, slope_mean, slope_second))
    if second.value.is_finite():
        stein = gaussian.expectation(0, 2, True)
        second_slope = stein.value / (2 * gaussian.variance)
        proved = proved and stein.proved
    else:
        second_slope = second.value
    variance = second.value - mean.value**2 if mean.value.is_finite() else second.value - abs(mean.value) * 0
    if not mean.value.is_nan() and not mean.value.is_finite():
        variance = second.value
    parts = (mean.value, second.value, variance, slope_mean.value, slope_second.value, second_slope)
    return Moments(*(shown(part) for part in parts)), proved


def gains(found: Moments) -> Gains:
    """1/√E f², 1/√E f′², 1/√Var f."""
    return Gains(*(_gain(part) for part in (found.second, found.slope_second, found.variance)))


def _gain(second: float) -> float:
    if math.isnan(second):
        return math.nan
    return math.inf if second <= 0 else 1 / math.sqrt(second)


def shown(value: arb) -> float:
    """The float64 nearest to the middle; 0 where 0 is among the values, all of them tiny."""
    if value.is_nan():
        return math.nan
    if not value.is_finite():
        return math.inf if value > 0 else -math.inf
    return 0.0 if value.contains(0) and value.rad() < 1e-15 else float(value.mid()) + 0.0

"""Trees and their derivatives to the last digit: the nearest float64, fifty digits and more, and limits.

Everything is enclosed in balls (`actviz.language.numerics.balls`) at rising precision until the answer is settled, so
that cancellation (``x - tanh(x)`` near 0) costs time and never digits. What lies within a ball is certain; where no
precision settles something, that is taken for a tie: of two numbers to round to, the even one, of two sides of a
comparison, that they are equal.

At a point where a formula changes, a derivative is what the derivatives on both sides agree on; where they differ, it
is that of the branch that is taken at the point, and lies within them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from flint import arb

from actviz.language.numerics.balls import AT, SIDES, derivative, precision, real, taylor
from actviz.language.numerics.closures import NoValueError, PoleError
from actviz.language.syntax import VARIABLE, Node

DIGITS = 50
BITS = 80  # a first pass, which settles all but a few of a million float64 values
_RUNGS = (BITS, 200, 640, 2560, 8192, 1 << 14)  # the last also where exponents are too large to be told apart
_TIE = 200  # bits that agree with a number halfway between two float64, and so are it
_SIDES = 640  # bits from which derivatives on the two sides of a point are compared
_NOTHING = -1100  # the exponent of what is 0 in float64, for certain and with bits to spare
_PROBES = (26, 80, 240, 720)  # powers of two at which a limit is looked for

Enclosure: TypeAlias = Callable[[arb, bool], arb]


class UndefinedError(ArithmeticError):
    """The expression has no real value here, or it could not be settled."""


class Exact:
    """A tree with its parameters' values, or a derivative of it, right to all digits.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        variables: what it is differentiated in, one after another: ``x`` or a parameter; none for the tree itself.
    """

    finds_limits = True

    def __init__(self, node: Node, values: Mapping[str, Any], variables: Sequence[str] = ()) -> None:
        self.node = node
        self.values = values
        self.counts = Counter(variables)
        self.ends: dict[int, float] = {}  # limits at ±inf, once they are known

    def __call__(self, x: float | arb, digits: int = DIGITS) -> arb:
        """The value at `x`: a ball right to at least so many digits; an infinite one where it is beyond any bound.

        Raises:
            UndefinedError: there is no real value at `x`, or it could not be settled.
        """
        point = arb(x)
        accurate = math.ceil(digits * math.log2(10)) + 6
        found = arb.nan()
        for bits in _RUNGS[1:]:
            with precision(bits):
                try:
                    found = self._enclosed(point, bits)
                except NoValueError as error:
                    raise UndefinedError(str(error)) from None
                if found.rel_accuracy_bits() >= accurate:
                    return found
        with precision(bits):
            if _is_nothing(found):
                return arb(0)
            if found.is_exact() and not found.is_finite() and not found.is_nan():
                return found
        raise UndefinedError(f"not settled with {bits} bits")

    def nearest_float(self, x: float) -> float:
        """The float64 nearest to the value at `x`; NaN where there is none."""
        return self.nearest_floats([x])[0]

    def nearest_floats(self, points: Sequence[float]) -> list[float]:
        """The float64 nearest to each value, whatever the other points are.

        At ±inf the limit; at a pole ±inf where both sides agree; NaN where there is no value.
        """
        results = [math.nan] * len(points)
        waiting = []
        for index, x in enumerate(points):
            if math.isinf(x):
                results[index] = self.limit_at_infinity(1 if x > 0 else -1)
            elif x == x:
                waiting.append(index)
        for bits in _RUNGS:
            if not waiting:
                break
            waiting = self._round(points, results, waiting, bits)
        return results

    def _round(self, points: Sequence[float], results: list[float], waiting: Sequence[int], bits: int) -> list[int]:
        """Fill in what is settled with this many bits; the indices of what is not."""
        left = []
        poles = []
        with precision(bits):
            # The plain tree is the common case, and a call less for each of many points.
            plain = None if self.counts else real(self.node, self.values, bits == _RUNGS[-1])
            for index in waiting:
                try:
                    point = arb(points[index])
                    found = self._enclosed(point, bits) if plain is None else plain(point)
                except PoleError:
                    poles.append(index)
                    continue
                except NoValueError:
                    continue
                low, high = float(found.lower()), float(found.upper())
                if low == high:
                    results[index] = low if low or not found.contains(0) else 0.0
                elif bits > _TIE and found.rel_accuracy_bits() > _TIE:
                    results[index] = _even(found)
                else:
                    left.append(index)
        for index in poles:
            results[index] = self._at_pole(points[index])
        return left

    def _at_pole(self, x: float) -> float:
        """What a value grows to at a pole: ±inf where both sides agree or there is but one, else NaN."""
        sides = [self.limit_at(x, side) for side in (-1, 1)]
        known = [limit for limit in sides if limit == limit]
        if known and all(math.isinf(limit) and limit == known[0] for limit in known):
            return known[0]
        return math.nan

    def _enclosed(self, x: arb, bits: int) -> arb:
        """The value or derivative at `x`, with the precision that is set; with the last precision ties are settled."""
        ties = bits == _RUNGS[-1]
        if not self.counts:
            return real(self.node, self.values, ties)(x)
        found = derivative(self.node, self.values, x, self.counts, 0, ties)
        if not found.is_nan():
            return found
        both = derivative(self.node, self.values, x, self.counts, 0, False, both=True)
        if not both.is_nan() and float(both.lower()) == float(both.upper()):
            return both  # whichever branch it is
        return self._beside(x, bits, ties)

    def _beside(self, x: arb, bits: int, ties: bool) -> arb:
        """A derivative where the formula changes, from those on the two sides; NaN where that is not settled."""
        value = real(self.node, self.values, ties)(x)  # there is no derivative where there is no value
        if bits < _SIDES:
            return arb.nan()
        if len(self.counts) > 1:  # its directions lie on both sides of the point
            mixed = self._in_branch(x, ties)
            if not mixed.is_nan():
                return mixed
        left, right = (derivative(self.node, self.values, x, self.counts, side, ties) for side in SIDES)
        taken = derivative(self.node, self.values, x, self.counts, AT, ties)
        if left.is_nan() or right.is_nan():
            return self._at_end(left, right, taken, x, bits)
        variable = next(iter(self.counts))
        around = [taylor(self.node, self.values, x, 1, variable, side)[0] for side in SIDES]
        if not all(value.overlaps(limit) for limit in around) and not taken.is_nan():
            return taken  # a value off the curve, or a jump: the sides have no say
        if left.overlaps(right):
            return left.intersection(right)
        if taken.is_nan():
            return (left + right) / 2
        return taken.max(left.min(right)).min(left.max(right))

    def _in_branch(self, x: arb, ties: bool) -> arb:
        """The derivative by the formula of the branch that is taken at `x`."""
        from actviz.language.cases import expand
        from actviz.language.pieces import resolve

        tree = resolve(expand(self.node), {name: float(value) for name, value in self.values.items()}, float(x))
        return derivative(tree, self.values, x, self.counts, 0, ties)

    def _at_end(self, left: arb, right: arb, taken: arb, x: arb, bits: int) -> arb:
        """A derivative where at most one side has a series: a removable point, the end of the domain, or a pole."""
        if not self.finds_limits:
            return arb.nan()
        if self.counts.keys() == {VARIABLE} and left.is_nan() and right.is_nan():
            function = Exact(self.node, self.values)
            limits = [[each.limit_at(x, side) for side in (-1, 1)] for each in (function, self)]
            with precision(bits):
                continuous = function.nearest_float(float(x)) == limits[0][0] == limits[0][1]
            if continuous and limits[1][0] == limits[1][1] and math.isfinite(limits[1][0]):
                return arb(limits[1][0])
        if not taken.is_nan():
            return taken
        known = left if not left.is_nan() else right
        if not known.is_nan():
            return known
        if bits < _RUNGS[-1]:
            return arb.nan()
        raise PoleError("no derivative on either side")

    def limit_at_infinity(self, sign: int) -> float:
        """The limit as x → +∞ (`sign` 1) or −∞ (−1) as a float64; NaN where there is none to be found."""
        if sign not in self.ends:
            smooth = _Smooth(self.node, self.values, tuple(self.counts.elements()))
            self.ends[sign] = smooth._limit(lambda scale, _: arb(sign * scale))
        return self.ends[sign]

    def limit_at(self, x: float | arb, side: int) -> float:
        """The limit as x is approached from above (`side` 1) or below (−1); NaN where there is none."""
        smooth = _Smooth(self.node, self.values, tuple(self.counts.elements()))
        return smooth._limit(lambda scale, power: arb(x) + side * arb((scale, -2 * power)))

    def _limit(self, place: Callable[[int, int], arb]) -> float:
        answers = []
        for square in (1, 2):  # two sets of probes, one irrational, so that an oscillation is not taken for a trend
            found = []
            for power in _PROBES:
                with precision(_RUNGS[-1]):
                    at = place(math.isqrt(square << 2 * power), power)
                try:
                    found.append(self(at))
                except UndefinedError:
                    continue
            with precision(_RUNGS[2]):
                answers.append(_trend(found))
        return answers[0] if answers[0] == answers[1] else math.nan


class _Smooth(Exact):
    """A derivative where there is one by the formulas alone, to look for its limits where there is none."""

    finds_limits = False


def _is_nothing(found: arb) -> bool:
    """Whether a ball is around 0 and too small for any float64."""
    return bool(found.is_finite() and found.contains(0) and abs(found) < arb((1, _NOTHING)))


def _even(found: arb) -> float:
    """The float64 that a tie goes to, from a ball around a number halfway between two."""
    with precision(_TIE):
        middle = found.mid() * 1  # rounded to what all of the ball agrees on
        return float(middle.mid())


def _trend(found: Sequence[arb]) -> float:
    """Where a sequence of values is heading: a number, ±inf, or NaN when that cannot be told."""
    if len(found) < 2:
        return math.nan
    before, last = found[-2:]
    close = arb((1, -84))  # 25 digits
    if before == last or bool(abs(last - before) <= abs(last) * close):
        return float(last)
    steps = list(pairwise(found))
    if all(abs(after) <= abs(first) / 2 for first, after in steps):
        return 0.0
    if all(first * after > 0 and abs(after) >= 2 * abs(first) for first, after in steps):
        return math.inf if last > 0 else -math.inf
    return math.nan
